"""A region's formulas as the file has them, in blocks that can be computed at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sheetcnn.excel.cells import Cell, Region
from sheetcnn.excel.evaluate import Book, Values
from sheetcnn.excel.formula import FormulaError, parse
from sheetcnn.excel.pattern import Pattern
from sheetcnn.excel.read import Sheet

Texts = list[list[str]]


@dataclass(frozen=True)
class Block:
    """Formulas of one pattern: a region, and which of its cells truly hold that pattern, as array formulas or not."""

    region: Region
    pattern: Pattern
    holds: NDArray[np.bool_]
    array: bool


@dataclass(frozen=True)
class Odd:
    """A formula by itself: (row, column) of its region."""

    row: int
    column: int
    cell: Cell
    text: str
    array: bool


def texts_of(sheet: Sheet, region: Region) -> list[list[str | None]]:
    """Return the text of each cell of a region, None where there is no formula."""
    get = sheet.formulas.get
    return [
        [get((row, column)) for column in range(region.left, region.area.right + 1, region.step)]
        for row in range(region.top, region.area.bottom + 1, region.step)
    ]


def blocks(
    sheet: Sheet, region: Region, found: list[list[str | None]], expected: Texts, *, array: bool
) -> tuple[list[Block], list[Odd]]:
    """Return the blocks of a region, the largest first, and the formulas that are in none.

    Args:
        sheet: where the region stands.
        region: the region.
        found: its texts, as the file has them.
        expected: its texts, as they are to be: where they are the same, their pattern is taken.
        array: whether they are to be array formulas.
    """
    texts = np.array(found, dtype=object)
    arrays = _arrays(sheet, region)
    filled = np.array([[text is not None for text in row] for row in found])
    left = filled & (arrays == array)
    made = []
    for corners in (expected, found):
        pattern = _pattern(corners)
        if pattern is None or not left.any():
            continue
        try:
            written = np.array(list(pattern.texts(region.rows, region.columns)), dtype=object)
        except ValueError:
            continue
        holds = left & (written == texts)
        if holds.sum() > 1 or holds.size == 1:
            made.append(Block(region, pattern, holds, array))
            left &= ~holds
    left |= filled & (arrays != array)
    odd = [
        Odd(row, column, region.cell(row, column), texts[row, column], bool(arrays[row, column]))
        for row, column in np.argwhere(left).tolist()
    ]
    return made, odd


def _arrays(sheet: Sheet, region: Region) -> NDArray[np.bool_]:
    """Return which cells of a region hold array formulas."""
    arrays = np.zeros((region.rows, region.columns), dtype=bool)
    for row, column in sheet.arrays:
        down, along = row - region.top, column - region.left
        inside = 0 <= down < region.rows * region.step and 0 <= along < region.columns * region.step
        if inside and down % region.step == along % region.step == 0:
            arrays[down // region.step, along // region.step] = True
    return arrays


def evaluate_block(book: Book, block: Block) -> Values:
    """Compute the whole block, also cells that hold something else.

    Raises:
        FormulaError: it cannot be computed.
    """
    region = block.region
    return book.evaluate(
        block.pattern,
        region.sheet,
        (region.top, region.left),
        region.rows,
        region.columns,
        step=region.step,
        array=block.array,
    )


def evaluate_odd(book: Book, sheet: str, odd: Odd) -> Values:
    """Compute one formula.

    Raises:
        FormulaError: it cannot be computed.
    """
    return book.evaluate(parse(odd.text), sheet, odd.cell, array=odd.array)


def _pattern(texts: Sequence[Sequence[str | None]]) -> Pattern | None:
    first = texts[0][0]
    right = texts[0][1] if len(texts[0]) > 1 else None
    below = texts[1][0] if len(texts) > 1 else None
    if first is None or (right is None and len(texts[0]) > 1) or (below is None and len(texts) > 1):
        return None
    try:
        pattern = Pattern.through(first, right, below)
        if pattern is not None:
            _ = pattern.node  # parse it now
    except FormulaError:
        return None
    return pattern
