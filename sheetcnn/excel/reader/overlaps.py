"""Which of many rectangles share a cell, in time that does not grow with their size."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable

from sheetcnn.excel.addresses import Range


class Areas:
    """Rectangles in the order of their first cells, row by row, no two of which share a cell.

    Attributes:
        open: those that reach to the present row or below it, each as (left, right, bottom).
    """

    def __init__(self) -> None:
        self.open: list[tuple[int, int, int]] = []

    def close_above(self, row: int) -> None:
        """Go on to a row: forget what ends above it."""
        if self.open and any(bottom < row for _, _, bottom in self.open):
            self.open[:] = [each for each in self.open if each[2] >= row]

    def hold(self, column: int) -> bool:
        """Whether a cell of the present row lies in one of them."""
        return self._touched(column, column)

    def add(self, area: Range) -> bool:
        """Add a rectangle that begins in the present row, and return whether it shares no cell with others."""
        if self._touched(area.left, area.right):
            return False
        insort(self.open, (area.left, area.right, area.bottom))
        return True

    def _touched(self, left: int, right: int) -> bool:
        place = bisect_left(self.open, (right + 1,))  # those before it begin at `right` or left of it
        return place > 0 and self.open[place - 1][1] >= left


def any_overlap(areas: Iterable[Range]) -> bool:
    """Whether two rectangles share a cell."""
    present = Areas()
    row = -1
    for area in sorted(areas):
        if area.top != row:
            row = area.top
            present.close_above(row)
        if not present.add(area):
            return True
    return False
