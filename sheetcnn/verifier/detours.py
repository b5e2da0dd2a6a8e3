"""Judges formulas that come to the right value from other cells than expected: x/SUM(all x) for x/total.

Where every cell has a random number, the total is no sum. So what formulas read is made to belong together: numbers
stay random in the first regions of what is read, and NumPy computes what follows from them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetcnn.excel.ast import Binary, Call, Node, walk
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.cell_array import ERROR, NUM, NUMBER
from sheetcnn.verifier.formula_groups import overlapped
from sheetcnn.verifier.grouping import Mask
from sheetcnn.verifier.reach import Read
from sheetcnn.verifier.recognize import RecognizedWorkbook
from sheetcnn.verifier.region_values import index_of, planes_at
from sheetcnn.workbook.formula_block import FormulaBlock

_LARGEST = 2.0**30
"""Planes with larger numbers are left out: nothing can be told from so rounded ones."""


_BRANCHING = (
    *("IF", "IFERROR", "CHOOSE", "MATCH", "RANK", "COUNTIF", "SUMIF", "SIGN", "MOD"),
    *("INT", "ROUND", "ROUNDUP", "ROUNDDOWN", "ISNUMBER", "ISERROR", "ISTEXT", "ISBLANK"),
)
_COMPARING = ("=", "<>", "<", "<=", ">", ">=")


def branches(node: Node) -> bool:
    """Whether a formula has cases: some of them may never be met where numbers belong together."""
    return any(
        (isinstance(part, Binary) and part.operator in _COMPARING)
        or (isinstance(part, Call) and part.function in _BRANCHING)
        for part in walk(node)
    )


class Detours:
    """What follows from what, among the regions of a network."""

    def __init__(self, recognized: RecognizedWorkbook, book: CalcBook) -> None:
        """Take the workbook, and random numbers in all of its cells."""
        self._exhibits, self._layout, self._book = recognized.blocks, recognized.layout, book

    def related(self, belonging: Sequence[Read], reads: Sequence[Read]) -> frozenset[str]:
        """Return the regions that a formula reads or is to read; none if both are the same or independent.

        Args:
            belonging: what the formula that belongs there reads.
            reads: what the formula reads.
        """
        right, others = (
            {region.name for region in overlapped(each, self._layout.regions)} for each in (belonging, reads)
        )
        names = right | others
        return frozenset(names if right != others and self._following(names) else ())

    def _following(self, names: Collection[str]) -> list[FormulaBlock]:
        """Return what has to be computed, in order: it follows from some of these regions and leads to others."""
        wanted = set(names)
        for block in reversed(self._exhibits):
            if any(region.name in wanted for region in block.regions):
                wanted |= {region.name for region in block.reads}
        reached, following = set(names), []
        for block in self._exhibits:
            own = {region.name for region in block.regions}
            if own & wanted and any(region.name in reached for region in block.reads):
                reached |= own
                following.append(block)
        last = max((at for at, each in enumerate(following) if _named(each) & set(names)), default=-1)
        return following[: last + 1]

    @contextmanager
    def belonging_together(self, names: Collection[str]) -> Iterator[Mask]:
        """Put what NumPy computes into the random numbers, for as long as that is wanted.

        Yields:
            The planes from which anything can be told.
        """
        before = []
        told = np.ones(self._book.samples, dtype=bool)
        try:
            for block in self._following(names):
                for region, values in zip(block.regions, expected_on(block, self._book), strict=True):
                    if (grid := self._book.sheet(region.sheet)) is None or values.dtype == object:
                        continue
                    inside = (slice(None), *index_of(region))
                    before.append((grid, inside, grid.numbers[inside].copy(), grid.kinds[inside].copy()))
                    finite = np.isfinite(values)
                    told &= (np.abs(values) < _LARGEST).all(axis=(1, 2))
                    grid.numbers[inside] = np.where(finite, values, NUM)
                    grid.kinds[inside] = np.where(finite, NUMBER, ERROR)
            yield told
        finally:
            for grid, inside, numbers, kinds in reversed(before):
                grid.numbers[inside], grid.kinds[inside] = numbers, kinds


def expected_on(block: FormulaBlock, book: CalcBook) -> list[NDArray[Any]]:
    """Return what NumPy has for each region of an exhibit on all planes of a book: (planes, rows, columns)."""
    seen = {region.name: planes_at(book, region) for region in block.reads}
    with np.errstate(all="ignore"):  # random numbers may divide by 0: then Excel has an error, too
        planes = [
            block.compute({name: values[plane] for name, values in seen.items()})
            for plane in range(book.samples)
        ]
    return [np.stack(values) for values in zip(*planes, strict=True)]


def _named(block: FormulaBlock) -> set[str]:
    return {region.name for region in block.regions}
