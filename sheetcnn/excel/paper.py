"""What is printed on: what fits on a page of A4 and of US Letter alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sheetcnn.excel.addresses import Range
from sheetcnn.excel.extent import Extent

SIDE_MARGIN, TOP_MARGIN, BOTTOM_MARGIN = 0.2, 0.4, 0.5
"""Inches of a page; its number stands in the last one."""
_A4, _LETTER = (8.27, 11.69), (8.5, 11.0)
"""Inches: what fits on both is printed alike on both."""
_SMALLEST = 40
_SPARE = 0.945
"""LibreOffice draws columns of 24 pixels as wide as 25.4."""
_DPI = 96


@dataclass(frozen=True)
class Paper:
    """How a sheet is printed.

    Attributes:
        landscape: or portrait.
        scale: in percent.
    """

    landscape: bool
    scale: int

    @property
    def room(self) -> tuple[float, float]:
        """The width and the height, in pixels of the screen, that fit on a page of A4 and of US Letter."""
        sizes = (_A4, _LETTER)
        sides = [tuple(reversed(size)) for size in sizes] if self.landscape else list(sizes)
        wide = min(side[0] for side in sides) - 2 * SIDE_MARGIN
        high = min(side[1] for side in sides) - TOP_MARGIN - BOTTOM_MARGIN
        pixels = _DPI * 100 / self.scale * _SPARE
        return wide * pixels, high * pixels

    def showing(self, areas: Sequence[Range], extent: Extent, titles: int) -> Paper:
        """Return the same paper with a scale at which each of these areas fits on a page, if it can be read then."""
        wide, high = self.room
        high -= titles
        fits = (
            min(
                min(wide / extent.across(area.left, area.right), high / extent.down(area.top, area.bottom))
                for area in areas
            )
            if areas
            else 1
        )
        return replace(self, scale=max(_SMALLEST, min(self.scale, int(self.scale * fits))))
