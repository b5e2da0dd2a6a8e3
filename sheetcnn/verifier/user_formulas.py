"""Computes the formulas that users have put beside the network, as far as they follow what has changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sheetcnn.excel.addresses import Range
from sheetcnn.excel.ast import Call, FormulaError, Name, Node, Reference, walk
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.cell_array import UNCOMPUTED
from sheetcnn.excel.functions.registry import FUNCTIONS
from sheetcnn.excel.parser import parse
from sheetcnn.excel.workbook import Sheet, Value
from sheetcnn.verifier.calc_books import with_room
from sheetcnn.verifier.dependencies import Place, cycles, topological_order
from sheetcnn.verifier.formula_groups import WorkbookFormulas
from sheetcnn.verifier.grouping import MAX_FILLED
from sheetcnn.verifier.reach import MAX_CELLS, Read
from sheetcnn.verifier.recalculate import compute_cell, fills

Cells: TypeAlias = dict[str, dict[tuple[int, int], Value]]
"""Values by sheet and cell."""

Counts: TypeAlias = NDArray[np.int64]


@dataclass
class Followed:
    """What came of the users' own formulas.

    Attributes:
        values: those that read what has changed, directly or through others.
        left: formulas of which nobody knows whether what is stored beside them is still right.
    """

    values: Cells = field(default_factory=dict)
    left: set[Place] = field(default_factory=set)


def follow(
    formulas: WorkbookFormulas, own: CalcBook, changed: Mapping[str, Collection[tuple[int, int]]]
) -> Followed:
    """Compute the formulas beside the network that read what has changed.

    Args:
        formulas: those of the workbook.
        own: the workbook's own values, but for these formulas.
        changed: the cells that hold something else now, by their sheets.
    """
    known = set(formulas.around)
    places = [(name, cell) for name, cells in formulas.free.items() for cell in cells]
    places = [place for place in places if place not in known]
    if not places:
        return Followed()
    reads = _Reads(formulas)
    followed = Followed(left={place for place in places if unknown(own, *_text(formulas, place))})
    followed.left |= {place for circle in cycles(places, reads.before) for place in circle}
    affected = _affected(reads, places, followed.left, changed)
    needed = [place for place in topological_order(affected, reads.before) if place not in known]
    room = _Room(reads, needed)
    book = with_room(formulas.recognized.workbook, own, room.sizes)
    for place in needed:
        if not followed.left.isdisjoint((place, *reads.before(place))) or not room.holds(place, book):
            followed.left.add(place)
            continue
        try:
            values = _computed(formulas, book, place)
        except FormulaError:
            followed.left.add(place)
            continue
        if place in affected:
            followed.values.setdefault(place[0], {}).update(values)
    return followed


class _Reads:
    """What the formulas beside the network read, each looked up once: there may be many of them."""

    def __init__(self, formulas: WorkbookFormulas) -> None:
        self.formulas = formulas
        self._ranges: dict[Place, list[Read]] = {}
        self._before: dict[Place, list[Place]] = {}

    def ranges(self, place: Place) -> list[Read]:
        """Return the ranges that a formula reads."""
        if place not in self._ranges:
            self._ranges[place] = self.formulas.precedents.reads(place)
        return self._ranges[place]

    def before(self, place: Place) -> list[Place]:
        """Return the formulas beside the network that a formula reads."""
        if place not in self._before:
            found = (
                (sheet, cell)
                for sheet, area in self.ranges(place)
                for cell in self.formulas.free_in(sheet, area)
            )
            self._before[place] = list(found)
        return self._before[place]


def unknown(book: CalcBook, sheet: str, text: str) -> str:
    """Return why nobody here can know what a formula reads or gives; empty if it may be computed.

    What is no name of the workbook may be the name of a table, and another workbook is not looked into.
    """
    try:
        waiting, seen = [parse(text)], set[str]()
        while waiting:
            for part in walk(waiting.pop()):
                if reason := _reason(part):
                    return reason
                if isinstance(part, Name) and part.name.casefold() not in seen:
                    seen.add(part.name.casefold())
                    definition = book.definition(part if part.sheet else Name(part.name, sheet))
                    if definition is None:
                        return f"the name {part.name} is not defined"
                    waiting.append(definition)
    except FormulaError as error:
        return str(error)
    return ""


def _reason(part: Node) -> str:
    if isinstance(part, Call) and part.function not in FUNCTIONS:
        return f"the function {part.function} is not supported"
    if isinstance(part, Reference) and part.sheet is not None and part.sheet.startswith("["):
        return "it reads another workbook"
    return ""


def _text(formulas: WorkbookFormulas, place: Place) -> tuple[str, str]:
    sheet, cell = place
    return sheet, formulas.free[sheet][cell]


def _affected(
    reads: _Reads,
    places: Iterable[Place],
    left: Collection[Place],
    changed: Mapping[str, Collection[tuple[int, int]]],
) -> dict[Place, None]:
    """Return those of some formulas that read what has changed, or what nobody knows, each after what it reads."""
    counts = {sheet: _counts(cells) for sheet, cells in changed.items() if cells}
    affected: dict[Place, None] = {}
    for place in topological_order(places, reads.before):
        if any(
            sheet in counts and _any_in(counts[sheet], area) for sheet, area in reads.ranges(place)
        ) or any(other in affected or other in left for other in reads.before(place)):
            affected[place] = None
    return affected


def _counts(cells: Collection[tuple[int, int]]) -> Counts:
    """Return how many cells stand above and left of each place, so that those of any range are soon counted."""
    rows, columns = np.array(list(cells)).T
    counts = np.zeros((rows.max() + 2, columns.max() + 2), dtype=np.int64)
    counts[rows + 1, columns + 1] = 1
    return counts.cumsum(axis=0).cumsum(axis=1)


def _any_in(counts: Counts, area: Range) -> bool:
    rows, columns = counts.shape
    top, bottom = min(area.top, rows - 1), min(area.bottom + 1, rows - 1)
    left, right = min(area.left, columns - 1), min(area.right + 1, columns - 1)
    return bool(counts[bottom, right] - counts[top, right] - counts[bottom, left] + counts[top, left])


class _Room:
    """The cells of each sheet that formulas are given to read and fill, as far as anything stands there.

    Attributes:
        sizes: rows and columns of each sheet.
    """

    def __init__(self, reads: _Reads, places: Iterable[Place]) -> None:
        self._reads = reads
        self._ends: dict[str, tuple[int, int]] = {}
        self.sizes: dict[str, tuple[int, int]] = {}
        for place in places:
            for sheet, bottom, right in self._reach(place):
                rows, columns = self.sizes.get(sheet, (1, 1))
                size = max(rows, bottom + 1), max(columns, right + 1)
                others = sum(height * width for name, (height, width) in self.sizes.items() if name != sheet)
                if size[0] * size[1] + others <= MAX_CELLS:
                    self.sizes[sheet] = size

    def holds(self, place: Place, book: CalcBook) -> bool:
        """Whether all that a formula reads and fills has its place in a book."""
        shapes = ((book.sheets[sheet].numbers.shape, at) for sheet, *at in self._reach(place))
        return all(bottom < rows and right < columns for (_, rows, columns), (bottom, right) in shapes)

    def _reach(self, place: Place) -> Iterator[tuple[str, int, int]]:
        """Yield the last row and column of each range that a formula reads and fills."""
        name, cell = place
        sheets = self._reads.formulas.recognized.workbook.sheets
        for sheet, area in [*self._reads.ranges(place), (name, fills(sheets[name], cell))]:
            if sheet not in self._ends:
                self._ends[sheet] = _end(sheets[sheet])
            last, rightmost = self._ends[sheet]
            yield sheet, min(area.bottom, last), min(area.right, rightmost)


def _end(sheet: Sheet) -> tuple[int, int]:
    """Return the last row and the last column that hold anything."""
    filled = [area[2:] for area in sheet.arrays.values()]
    rows, columns = zip((0, 0), *sheet.values, *sheet.formulas, *filled, strict=True)
    return max(rows), max(columns)


def _computed(formulas: WorkbookFormulas, book: CalcBook, place: Place) -> dict[tuple[int, int], Value]:
    """Compute a formula into the book, and return the values of the cells that it fills.

    Raises:
        FormulaError: it cannot be computed.
    """
    name, cell = place
    sheet = formulas.recognized.workbook.sheets[name]
    area = fills(sheet, cell)
    count = (area.bottom - area.top + 1) * (area.right - area.left + 1)
    if count > MAX_FILLED:
        raise FormulaError(f"it fills {count:,} cells")
    book.write(name, cell, compute_cell(book, sheet, cell))
    values = {at: book.get(name, at) for at in area.cells()}
    if any(value is None or value == UNCOMPUTED for value in values.values()):
        raise FormulaError("it has no value")
    return {at: value for at, value in values.items() if value is not None}
