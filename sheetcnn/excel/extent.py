"""How far what is written on a sheet reaches: texts run on into the empty cells beside them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from sheetcnn.excel.addresses import Range, around
from sheetcnn.excel.region import Region

_PADDING = 7  # pixels that Excel keeps free in a cell
_COLUMN, _ROW = 64, 20  # pixels of a column and a row that nobody has changed
_BOLD = 1.08  # how much wider bold letters are


class Extent:
    """The cells of one sheet that show something, its columns' widths and its rows' heights in pixels.

    Args:
        measure: returns how wide a text is, in pixels, in Calibri 11.
    """

    def __init__(self, measure: Callable[[str], int]) -> None:
        self._measure = measure
        self._column, self._row = _COLUMN, _ROW
        self._columns: dict[int, int] = {}
        self._rows: dict[int, int] = {}
        self._areas: list[Range] = []
        self._taken: defaultdict[int, list[int]] = defaultdict(list)
        self._texts: list[tuple[int, int, float, str]] = []
        self._words: defaultdict[int, dict[int, str]] = defaultdict(dict)

    def grid(self, columns: int, width: int, height: int) -> None:
        """Note the size of all cells in pixels, and how many columns have it."""
        self._columns.update(dict.fromkeys(range(columns), width))
        self._row = height

    def width(self, first: int, last: int, pixels: int) -> None:
        """Note the width of the columns from `first` to `last`, in pixels."""
        self._columns.update(dict.fromkeys(range(first, last + 1), pixels))

    def height(self, row: int, pixels: int) -> None:
        """Note the height of a row, in pixels."""
        self._rows[row] = pixels

    def across(self, first: int, last: int) -> int:
        """Return how wide these columns are."""
        return sum(self._columns.get(column, self._column) for column in range(first, last + 1))

    def down(self, first: int, last: int) -> int:
        """Return how high these rows are."""
        return sum(self._rows.get(row, self._row) for row in range(first, last + 1))

    def block(self, region: Region) -> None:
        """Note that all cells of a region hold something."""
        self._areas.append(region.area)
        for row in region.lines()[0]:
            insort(self._taken[row], region.left)

    def area(self, area: Range) -> None:
        """Note cells that have a border or a colour, and no text."""
        self._areas.append(area)

    def text(self, cell: tuple[int, int], text: str, style: Mapping[str, Any]) -> None:
        """Note a text and its style, in XlsxWriter's words: it runs on into the empty cells beside it."""
        row, column = cell
        self._areas.append(Range(row, column, row, column))
        insort(self._taken[row], column)
        if text:
            self._words[row][column] = text
        size = self.measured(text, style)
        if not (style.get("shrink") or style.get("text_wrap")):
            indent = 9 * style.get("indent", 0)
            self._texts.append((row, column, size + _PADDING + indent, style.get("align", "left")))

    def measured(self, text: str, style: Mapping[str, Any]) -> float:
        """Return how wide a text is, in pixels."""
        return (
            self._measure(text) * float(style.get("font_size", 11)) / 11 * (_BOLD if style.get("bold") else 1)
        )

    def words(self, row: int) -> dict[int, str]:
        """Return the texts that stand in a row, by their columns."""
        return dict(sorted(self._words[row].items()))

    def picture(self, cell: tuple[int, int], width: int, height: int) -> None:
        """Note a chart, by its top left cell, its width and height in pixels."""
        top, left = cell
        self._areas.append(Range(top, left, self._to_row(top, height), self._to_column(left, width)))

    @property
    def pieces(self) -> list[Range]:
        """Every area that shows something, texts as far as they run on."""
        return [*self._areas, *map(self._run_on, self._texts)]

    @property
    def used(self) -> Range:
        """The rectangle from the first cell on around everything."""
        _, _, bottom, right = around(self.pieces)
        return Range(0, 0, bottom, right)

    def _run_on(self, text: tuple[int, int, float, str]) -> Range:
        row, column, pixels, align = text
        taken = self._taken[row]
        if align == "right":
            last = taken[bisect_left(taken, column) - 1] if bisect_left(taken, column) else -1
            left, room = column, pixels - self.across(column, column)
            while room > 0 and left - 1 > last:
                left -= 1
                room -= self.across(left, left)
            return Range(row, left, row, column)
        after = bisect_right(taken, column)
        end = taken[after] - 1 if after < len(taken) else None
        right = self._to_column(column, pixels)
        return Range(row, column, row, right if end is None else max(column, min(right, end)))

    def _to_column(self, first: int, pixels: float) -> int:
        column, room = first, pixels - self.across(first, first)
        while room > 0:
            column += 1
            room -= self.across(column, column)
        return column

    def _to_row(self, first: int, pixels: float) -> int:
        row, room = first, pixels - self.down(first, first)
        while room > 0:
            row += 1
            room -= self.down(row, row)
        return row
