"""How far the sheets of a workbook are looked at: up to the last cell that the network reads, and a margin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from sheetcnn.errors import WorkbookError
from sheetcnn.excel.addresses import Range, range_a1
from sheetcnn.excel.limits import MAX_COLUMNS, MAX_ROWS
from sheetcnn.verifier.recognize import RecognizedWorkbook

Read: TypeAlias = tuple[str, Range]
"""A range that a formula reads, with its sheet."""

MARGIN = 32
"""Cells beyond the last one of the network, so that a range that has grown reads something."""

MAX_CELLS = 2_000_000
"""Cells of a sheet, up to the last one that is read."""

_MAX_REACH = 100_000
"""Cells of a sheet, if formulas read beyond the network: what is read further away costs planes for all others."""


class Reach:
    """The rows and columns of each sheet that are computed on.

    Attributes:
        sizes: rows and columns of each sheet, up to the last cell that is read.
    """

    def __init__(self, recognized: RecognizedWorkbook, reads: Iterable[Read]) -> None:
        """Take what formulas read beside the network's own regions.

        Raises:
            WorkbookError: the network spreads over more cells than can be computed.
        """
        self._sheets = recognized.workbook.sheets
        self._used: dict[str, tuple[int, int]] = {}
        sizes = _sizes(recognized)
        for sheet, area in reads:
            rows, columns = sizes[sheet]
            bottom, right = self._last(sheet, area)
            size = max(rows, bottom + 1 + MARGIN), max(columns, right + 1 + MARGIN)
            if size[0] * size[1] <= max(_MAX_REACH, rows * columns):
                sizes[sheet] = size
        self.sizes: Mapping[str, tuple[int, int]] = MappingProxyType(sizes)

    def too_far(self, reads: Iterable[Read]) -> str:
        """Return why a formula that reads this cannot be computed; empty if it can."""
        for sheet, area in reads:
            (rows, columns), (bottom, right) = self.sizes[sheet], self._last(sheet, area)
            if bottom >= rows or right >= columns:
                return f"it reads {range_a1(area)}, too far from the network"
        return ""

    def _last(self, sheet: str, area: Range) -> tuple[int, int]:
        """Return the last row and column that a range reads; what goes to the sheet's end stops at the last one."""
        down = area.top < area.bottom == MAX_ROWS - 1
        along = area.left < area.right == MAX_COLUMNS - 1
        if not (down or along):
            return area.bottom, area.right
        if sheet not in self._used:
            cells = self._sheets[sheet]
            used = [(0, 0), *cells.values, *cells.formulas]
            self._used[sheet] = max(row for row, _ in used), max(column for _, column in used)
        bottom, right = self._used[sheet]
        return bottom if down else area.bottom, right if along else area.right


def _sizes(recognized: RecognizedWorkbook) -> dict[str, tuple[int, int]]:
    """Return rows and columns of each sheet up to the end of its last region, and a margin."""
    sizes = dict.fromkeys(recognized.workbook.sheets, (MARGIN, MARGIN))
    for region in recognized.layout.regions:
        if region.sheet not in sizes:
            continue
        (rows, columns), area = sizes[region.sheet], region.area
        sizes[region.sheet] = max(rows, area.bottom + 1 + MARGIN), max(columns, area.right + 1 + MARGIN)
    for sheet, (rows, columns) in sizes.items():
        if rows * columns > MAX_CELLS:
            raise WorkbookError(
                f"{recognized.workbook.path}: the network spreads over {rows:,} rows and {columns:,} columns of the "
                f"sheet {sheet}, too many to compute; look where its names point to"
            )
    return sizes
