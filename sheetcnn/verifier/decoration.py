"""What is to stand around the cells of a workbook, and which cells ranges of a file cover."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sheetcnn.excel.addresses import Range
from sheetcnn.excel.ast import FormulaError, Reference
from sheetcnn.excel.parser import parse
from sheetcnn.excel.region import Region
from sheetcnn.network.template import Template
from sheetcnn.verifier.grouping import Mask
from sheetcnn.verifier.recognize import RecognizedWorkbook
from sheetcnn.workbook.decoration import BarChart, ColourScale, Dropdown, LineChart
from sheetcnn.workbook.drawing import decorations
from sheetcnn.workbook.spec import assemble

Ranges: TypeAlias = NDArray[np.int64]
Judged: TypeAlias = BarChart | LineChart | Dropdown | ColourScale


def belonging(recognized: RecognizedWorkbook) -> Iterator[tuple[str, Judged]]:
    """Yield what is to stand around the cells of a workbook and is judged, each with the name of its sheet.

    It is what was generated, its regions where they stand now. Nothing belongs around the cells of a workbook that a
    template describes by ranges.
    """
    if recognized.ranges is not None or not recognized.network.classes:
        return
    spec, is_moved = recognized.spec, recognized.layout != recognized.planned
    if is_moved:
        spec = assemble(recognized.network, recognized.planned, recognized.spec.sheets)
    template = Template(recognized.template, "", recognized.network, {}, Path())
    blank = {region.name: np.zeros((region.rows, region.columns)) for region in spec.layout.regions}
    places = {region.name: region for region in recognized.layout.regions}
    for _, each in decorations(spec, template, blank):
        if isinstance(each, Judged):
            here = _relocated(each, places) if is_moved else each
            sheet = regions_of(here)[0].sheet if regions_of(here) else ""
            if sheet in recognized.workbook.sheets:
                yield sheet, here


def regions_of(decoration: Judged) -> Sequence[Region]:
    """Return the regions that something on a sheet is about."""
    match decoration:
        case BarChart() | LineChart():
            return decoration.reads
        case ColourScale():
            return decoration.regions
    return [decoration.region]


def _relocated(decoration: Judged, places: Mapping[str, Region]) -> Judged:
    """Return the same about regions where they stand now; a rectangle around several has no place of its own."""

    def now(region: Region) -> Region:
        return places[region.name]

    match decoration:
        case BarChart():
            return replace(decoration, labels=now(decoration.labels), values=now(decoration.values))
        case LineChart():
            curves = {name: now(curve) for name, curve in decoration.curves.items()}
            points = {name: (now(x), now(y)) for name, (x, y) in decoration.points.items()}
            return replace(decoration, x=now(decoration.x), curves=curves, points=points)
        case ColourScale():
            return replace(decoration, regions=[now(each) for each in decoration.regions if each.name])
    return replace(decoration, region=now(decoration.region))


def referred(text: str) -> tuple[str, Range] | None:
    """Return the sheet and the cells that a text such as `Network!$A$1:$B$2` refers to; None if it is none such."""
    try:
        node = parse(text.strip().removeprefix("="))
    except FormulaError:
        return None
    return (node.sheet, node.area) if isinstance(node, Reference) and node.sheet is not None else None


def covered(region: Region, ranges: Ranges) -> Mask:
    """Return which cells of a region lie in any of these ranges, (rows, columns).

    Each range adds 1 from its first cell on and takes it back behind its last one, so that sums down and along say
    how many ranges cover a cell, in time that does not grow with their sizes.

    Args:
        region: whose values stand in increasing rows and columns.
        ranges: top, left, bottom and right of each, (ranges, 4).
    """
    rows, columns = region.lines()
    top, bottom = np.searchsorted(rows, ranges[:, 0]), np.searchsorted(rows, ranges[:, 2], side="right")
    left, right = np.searchsorted(columns, ranges[:, 1]), np.searchsorted(columns, ranges[:, 3], side="right")
    steps = np.zeros((region.rows + 1, region.columns + 1), dtype=np.int64)
    for down, along, step in ((top, left, 1), (top, right, -1), (bottom, left, -1), (bottom, right, 1)):
        np.add.at(steps, (down, along), step)
    return np.asarray(steps.cumsum(axis=0).cumsum(axis=1)[:-1, :-1] > 0)


def as_ranges(areas: Iterable[Range]) -> Ranges:
    """Return ranges as `covered` takes them."""
    return np.array(list(areas), dtype=np.int64).reshape(-1, 4)
