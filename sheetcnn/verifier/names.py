"""Finds names that point to other cells than the formulas mean, as after someone has edited a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from sheetcnn.excel.cells import MAX_COLUMNS, MAX_ROWS, Range, Region
from sheetcnn.excel.formula import FormulaError, Reference, parse, walk
from sheetcnn.excel.read import Workbook
from sheetcnn.network.network import Network
from sheetcnn.workbook.contents import contents
from sheetcnn.workbook.exhibits import Exhibit
from sheetcnn.workbook.layout import Layout
from sheetcnn.workbook.page import Page

_MOST_MOVES = 4
"""Different ways in which regions have moved, the most common ones: an inserted column makes two."""

_WHOLE_SHEET = Range(0, 0, MAX_ROWS - 1, MAX_COLUMNS - 1)


class _Move(NamedTuple):
    """How far a region has moved, and to which sheet."""

    sheet: str
    down: int
    along: int


def put_right(
    workbook: Workbook, network: Network, pages: Sequence[Page], planned: Layout, layout: Layout
) -> tuple[Layout, list[Region]]:
    """Return the layout in which formulas read what they are to read, and the regions that had to move for it.

    A learner may move a block: Excel moves its name along and rewrites the formulas that read it. So a name is
    doubted only if it has not moved as others have, and if the formulas that read it, or stand in it, fit once it
    does.

    Args:
        workbook: the workbook.
        network: the network that it is to hold.
        pages: the sheets that it is to have beside the network's own.
        planned: where regions stand before anyone moves them.
        layout: where they stand by their names.
    """
    home = {region.name: region for region in planned.regions}
    moves = Counter(_move(home[region.name], region) for region in layout.regions)
    astray: list[Region] = []
    if len(moves) == 1:
        return layout, astray
    fitting, wanted = _fitting(workbook, contents(network, layout, pages))
    for region in layout.regions:
        for move, _ in moves.most_common(_MOST_MOVES):
            if fitting == wanted:
                return layout, astray
            moved = _moved(home[region.name], move)
            if not _WHOLE_SHEET.contains(moved.area[:2]) or not _WHOLE_SHEET.contains(moved.area[2:]):
                continue
            candidate = layout.located({region.name: moved})
            better, _ = _fitting(workbook, contents(network, candidate, pages))
            if better > fitting:
                layout, fitting = candidate, better
                astray.append(moved)
    return layout, astray


def _move(home: Region, region: Region) -> _Move:
    return _Move(region.sheet, region.top - home.top, region.left - home.left)


def _moved(home: Region, move: _Move) -> Region:
    return replace(home, sheet=move.sheet, top=home.top + move.down, left=home.left + move.along)


def _fitting(workbook: Workbook, shown: Sequence[Exhibit]) -> tuple[int, int]:
    """Return how many references the first formulas of regions share with what belongs there, and of how many."""
    fitting = wanted = 0
    for exhibit in shown:
        for region in exhibit.regions:
            belong = _references(exhibit.formula(region, 0, 0), region.sheet)
            sheet = workbook.sheets.get(region.sheet)
            found = "" if sheet is None else sheet.formulas.get((region.top, region.left), "")
            fitting += len(belong & _references(found, region.sheet))
            wanted += len(belong)
    return fitting, wanted


def _references(text: str, sheet: str) -> set[tuple[str, Range]]:
    try:
        return {
            ((node.sheet or sheet).casefold(), node.area)
            for node in walk(parse(text))
            if isinstance(node, Reference)
        }
    except FormulaError:
        return set()
