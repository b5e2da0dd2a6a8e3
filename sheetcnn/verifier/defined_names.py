"""Where regions stand by their defined names, also where someone has edited a name or moved what it is for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sheetcnn.errors import SpecError
from sheetcnn.excel.addresses import Range
from sheetcnn.excel.ast import FormulaError, Reference, walk
from sheetcnn.excel.limits import MAX_COLUMNS, MAX_ROWS
from sheetcnn.excel.parser import parse
from sheetcnn.excel.region import Region
from sheetcnn.excel.workbook import Sheet, Workbook
from sheetcnn.workbook.formula_block import FormulaBlock
from sheetcnn.workbook.layout import Layout

_MOST_MOVES = 4
"""Different ways in which regions have moved, the most common ones: an inserted column makes two."""

_WHOLE_SHEET = Range(0, 0, MAX_ROWS - 1, MAX_COLUMNS - 1)

_Read = tuple[str, Range]
_Places = Mapping[str, Region]


class _Move(NamedTuple):
    """How far a region has moved, and to which sheet."""

    sheet: str
    down: int
    along: int


class _Reader(NamedTuple):
    """A formula: the row of the region that it begins, and what it is to read before anything moves."""

    region: Region
    row: int
    reads: list[tuple[Region, Range]]


def region_named(workbook: Workbook, planned: Region) -> Region:
    """Return where a region stands now.

    Raises:
        SpecError: its name is missing, broken, or points to cells of another shape.
    """
    found = named(workbook, planned.name)
    for step in (planned.step, 1, 2):
        if (found.rows, found.columns) == (
            (planned.rows - 1) * step + 1,
            (planned.columns - 1) * step + 1,
        ):
            return replace(found, rows=planned.rows, columns=planned.columns, step=step)
        if torn := _torn(workbook, planned, found, step):
            return torn
    raise SpecError(
        f"the name {planned.name} points to {found.rows}×{found.columns} cells "
        f"where {planned.rows}×{planned.columns} belong"
    )


def _torn(workbook: Workbook, planned: Region, found: Region, step: int) -> Region | None:
    """Return where a region stands between whose values rows or columns were inserted, None if it is no such one."""
    sheet = workbook.sheets[found.sheet]
    filled = [cell for cell in {*sheet.values, *sheet.formulas} if found.area.contains(cell)]
    rows = _inserted({row for row, _ in filled}, found.top, found.rows, planned.rows, step)
    columns = _inserted({column for _, column in filled}, found.left, found.columns, planned.columns, step)
    if rows is None or columns is None:
        return None
    return replace(
        found,
        rows=planned.rows,
        columns=planned.columns,
        step=step,
        inserted_rows=rows,
        inserted_columns=columns,
    )


def _inserted(filled: set[int], start: int, size: int, values: int, step: int) -> tuple[int, ...] | None:
    """Return the lines that were inserted between those of values, None if these are not as many as belong."""
    lines = sorted(filled)
    if len(lines) != values or (lines[0], lines[-1]) != (start, start + size - 1):
        return None
    inserted: list[int] = []
    for line, following in pairwise(lines):
        inserted += range(line + 1, following + 1 - step)
    return tuple(inserted) if len(inserted) == size - 1 - (values - 1) * step else None


def named(workbook: Workbook, name: str) -> Region:
    """Return the range that a name stands for.

    Raises:
        SpecError: there is no such name, or it stands for no range of cells.
    """
    text = workbook.names.get(name)
    if text is None:
        raise SpecError(f"the name {name} is missing")
    try:
        node = parse(text)
    except FormulaError:
        node = None
    if not isinstance(node, Reference) or node.sheet is None:
        raise SpecError(f"the name {name} stands for {text}, which is no range of cells")
    sheet = sheet_named(workbook, node.sheet)
    if sheet is None:
        raise SpecError(f"the name {name} points to a sheet that is not there")
    area = node.area
    return Region(
        name, sheet.name, area.top, area.left, area.bottom - area.top + 1, area.right - area.left + 1
    )


def sheet_named(workbook: Workbook, name: str) -> Sheet | None:
    """Return a sheet by its name in any case, None if there is none."""
    for sheet in workbook.sheets.values():
        if sheet.name.casefold() == name.casefold():
            return sheet
    return None


def repair_names(
    workbook: Workbook, shown: Iterable[FormulaBlock], planned: Layout, layout: Layout
) -> tuple[Layout, list[Region]]:
    """Return the layout in which formulas read what they are to read, and the regions that had to move for it.

    A learner may move a block: Excel moves its name along and rewrites the formulas that read it. So a name is
    doubted only if it has not moved as others have, and if the formulas that read it, or stand in it, fit once it
    does.

    Args:
        workbook: the workbook.
        shown: what it is to show, where it stands before anyone moves it.
        planned: where regions stand then.
        layout: where they stand by their names.
    """
    home = {region.name: region for region in planned.regions}
    places = {region.name: region for region in layout.regions}
    moves: dict[str, Counter[_Move]] = defaultdict(Counter)  # of the regions of each sheet
    for name, region in places.items():
        moves[home[name].sheet][_move(home[name], region)] += 1
    if all(len(several) == 1 for several in moves.values()):
        return layout, []
    fitting = _Fitting(workbook, shown)
    astray = []
    for name, region in places.items():
        common = moves[home[name].sheet].most_common(_MOST_MOVES)
        tried = [_moved(region, home[name], move) for move, _ in common]
        better = fitting.better(name, places, filter(_is_on_a_sheet, tried))
        if better is not None:
            places[name] = better
            astray.append(better)
    return layout.relocated(places), astray


class _Fitting:
    """How well the formulas of a workbook fit what they are to read."""

    def __init__(self, workbook: Workbook, shown: Iterable[FormulaBlock]) -> None:
        self._sheets = workbook.sheets
        self._concerned: dict[str, list[_Reader]] = defaultdict(list)
        for block in shown:
            for reader in _readers(block):
                for name in {reader.region.name, *(region.name for region, _ in reader.reads)}:
                    self._concerned[name].append(reader)

    def better(self, name: str, places: _Places, tried: Iterable[Region]) -> Region | None:
        """Return the first place for a region at which more references fit than where it stands, None if none.

        Its own formulas have to fit there wholly: beside a pixel that was typed over, others stand that are alike.
        """
        missing = sum(self._missing(name, places))
        for region in tried if missing else ():
            own, others = self._missing(name, {**places, name: region})
            if not own and others < missing:
                return region
        return None

    def _missing(self, name: str, places: _Places) -> tuple[int, int]:
        """Return how many references are missing in the formulas that stand in a region, and that read it."""
        own = others = 0
        for reader in self._concerned[name]:
            if reader.region.name == name:
                own += self._missing_in(reader, places)
            else:
                others += self._missing_in(reader, places)
        return own, others

    def _missing_in(self, reader: _Reader, places: _Places) -> int:
        stands = places[reader.region.name]
        sheet = self._sheets.get(stands.sheet)
        text = "" if sheet is None else sheet.formulas.get(stands.cell(reader.row, 0), "")
        belong = [_moved_along(read, source, places[source.name]) for source, read in reader.reads]
        found = _references(text, stands.sheet)
        if len(belong) == len(found):  # in their order, which tells swapped ones
            return sum(one != other for one, other in zip(belong, found, strict=True))
        return (Counter(belong) - Counter(found)).total()


def _readers(block: FormulaBlock) -> Iterator[_Reader]:
    """Yield the formulas that tell what an exhibit reads: the first one of a map, each one of a column."""
    sources = _Sources(block.reads)
    for region in block.regions:
        for row in range(region.rows if region.columns == 1 else 1):
            reads = _references(block.formula(region, row, 0), region.sheet)
            yield _Reader(region, row, [each for read in reads for each in sources.in_(*read)])


class _Sources:
    """Regions that may be read, some thousand of them, and those among them that a range touches."""

    def __init__(self, regions: Iterable[Region]) -> None:
        by_sheet: dict[str, list[Region]] = defaultdict(list)
        for region in regions:
            by_sheet[region.sheet.casefold()].append(region)
        self._regions = by_sheet
        self._areas = {sheet: np.array([r.area for r in several]).T for sheet, several in by_sheet.items()}

    def in_(self, sheet: str, area: Range) -> list[tuple[Region, Range]]:
        """Return the regions that share a cell with a range, each with the range."""
        if sheet not in self._areas:
            return []
        top, left, bottom, right = self._areas[sheet]
        touched = (top <= area.bottom) & (area.top <= bottom) & (left <= area.right) & (area.left <= right)
        return [(self._regions[sheet][place], area) for place in np.flatnonzero(touched).tolist()]


def _move(home: Region, region: Region) -> _Move:
    return _Move(region.sheet, region.top - home.top, region.left - home.left)


def _moved(region: Region, home: Region, move: _Move) -> Region:
    return replace(region, sheet=move.sheet, top=home.top + move.down, left=home.left + move.along)


def _moved_along(area: Range, home: Region, region: Region) -> _Read:
    """Return where the values stand now that stood in a range of a region's cells."""
    first, last = (
        region.cell((row - home.top) // home.step, (column - home.left) // home.step)
        for row, column in (area[:2], area[2:])
    )
    return region.sheet.casefold(), Range(*first, *last)


def _is_on_a_sheet(region: Region) -> bool:
    return _WHOLE_SHEET.contains(region.area[:2]) and _WHOLE_SHEET.contains(region.area[2:])


def _references(text: str, sheet: str) -> list[_Read]:
    """Return what a formula reads, always in the same order; nothing if it cannot be read."""
    try:
        references = [node for node in walk(parse(text)) if isinstance(node, Reference)]
    except FormulaError:
        return []
    return [((reference.sheet or sheet).casefold(), reference.area) for reference in references]
