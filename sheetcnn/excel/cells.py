"""A1 references, ranges and regions: pure functions over zero-based (row, column)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product, starmap
from typing import NamedTuple

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384

_PLAIN_SHEET_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_LOOKS_LIKE_A_CELL = re.compile(r"([A-Za-z]{1,3}\d+|[Rr]\d*([Cc]\d*)?|[Cc]\d*)")
_A1 = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")


class Cell(NamedTuple):
    """One cell of a sheet, counted from zero: `Cell(0, 0)` is A1."""

    row: int
    column: int


class Range(NamedTuple):
    """A rectangle of cells, counted from zero, its last row and column included."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        return range_a1(self)

    def contains(self, cell: tuple[int, int]) -> bool:
        """Whether the cell lies inside."""
        return self.top <= cell[0] <= self.bottom and self.left <= cell[1] <= self.right

    def cells(self) -> Iterator[Cell]:
        """Yield its cells, row by row."""
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                yield Cell(row, column)

    def overlaps(self, other: Range) -> bool:
        """Whether the two rectangles share a cell."""
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )


def around(areas: Iterable[Range]) -> Range:
    """Return the rectangle around several."""
    tops, lefts, bottoms, rights = zip(*areas, strict=True)
    return Range(min(tops), min(lefts), max(bottoms), max(rights))


@cache
def column_letters(column: int) -> str:
    """Return the letters of a zero-based column: 0 is A, 25 is Z, 26 is AA.

    Raises:
        ValueError: it is negative.
    """
    if column < 0:
        raise ValueError("there is no column before A")
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the zero-based column of its letters: A is 0, AA is 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def a1(row: int, column: int, *, absolute: bool = False) -> str:
    """Return the address of a zero-based cell: (0, 0) is A1, or $A$1 if absolute."""
    mark = "$" if absolute else ""
    return f"{mark}{column_letters(column)}{mark}{row + 1}"


def range_a1(area: Range, *, absolute: bool = False) -> str:
    """Return the address of a range, A1:C3; that of a single cell has no colon."""
    first = a1(area.top, area.left, absolute=absolute)
    if area.top == area.bottom and area.left == area.right:
        return first
    return f"{first}:{a1(area.bottom, area.right, absolute=absolute)}"


def parse_a1(text: str) -> Cell:
    """Return the zero-based cell of an address such as B7 or $B$7.

    Raises:
        ValueError: the text is no address, or lies beyond the last row or column of a sheet.
    """
    match = _A1.fullmatch(text)
    if match:
        cell = Cell(int(match[2]) - 1, column_number(match[1]))
        if cell.row < MAX_ROWS and cell.column < MAX_COLUMNS:
            return cell
    raise ValueError(f"{text!r} is not the address of a cell")


def parse_range(text: str) -> Range:
    """Return the zero-based range of an address such as A1:C3, or of a single cell.

    Raises:
        ValueError: the text is no address of a range.
    """
    first, colon, last = text.partition(":")
    start = parse_a1(first)
    end = parse_a1(last) if colon else start
    return Range(
        min(start.row, end.row),
        min(start.column, end.column),
        max(start.row, end.row),
        max(start.column, end.column),
    )


def quoted_sheet(name: str) -> str:
    """Return a sheet's name as a formula spells it: in quotes where Excel needs them."""
    if _PLAIN_SHEET_NAME.fullmatch(name) and not _LOOKS_LIKE_A_CELL.fullmatch(name):
        return name
    return "'" + name.replace("'", "''") + "'"


@dataclass(frozen=True)
class Region:
    """A named rectangle that holds one slice of a tensor.

    Attributes:
        name: its defined name in the workbook, such as `conv1_1`.
        sheet: the sheet that it stands on.
        top: zero-based row of its first cell.
        left: zero-based column of its first cell.
        rows: how many values it is high.
        columns: how many values it is wide.
        step: cells from one value to the next, down and right; 2 for a max pool drawn in place.
        inserted_rows: rows of the sheet that someone has inserted between those of its values.
        inserted_columns: likewise columns.
    """

    name: str
    sheet: str
    top: int
    left: int
    rows: int
    columns: int
    step: int = 1
    inserted_rows: tuple[int, ...] = ()
    inserted_columns: tuple[int, ...] = ()

    @cached_property
    def area(self) -> Range:
        """The range from its first to its last value, gaps included."""
        return Range(self.top, self.left, *self.cell(self.rows - 1, self.columns - 1))

    @property
    def is_torn(self) -> bool:
        """Whether rows or columns have been inserted between its values."""
        return bool(self.inserted_rows or self.inserted_columns)

    @property
    def has_gaps(self) -> bool:
        """Whether cells of others stand between its values."""
        return self.step > 1 or self.is_torn

    @property
    def address(self) -> str:
        """Its absolute address with its sheet, as a defined name holds it."""
        return f"{quoted_sheet(self.sheet)}!{range_a1(self.area, absolute=True)}"

    def cell(self, row: int, column: int) -> Cell:
        """Return the sheet cell of the value at (row, column) of the slice."""
        if not self.is_torn:
            return Cell(self.top + row * self.step, self.left + column * self.step)
        return Cell(
            _place(self.top, row * self.step, self.inserted_rows),
            _place(self.left, column * self.step, self.inserted_columns),
        )

    def lines(self) -> tuple[Sequence[int], Sequence[int]]:
        """Return the rows and the columns of the sheet that its values stand in."""
        if not self.is_torn:
            area = self.area
            return range(self.top, area.bottom + 1, self.step), range(self.left, area.right + 1, self.step)
        return (
            [self.cell(row, 0).row for row in range(self.rows)],
            [self.cell(0, column).column for column in range(self.columns)],
        )

    def cells(self) -> list[Cell]:
        """Return every value's cell, row by row."""
        return list(starmap(Cell, product(*self.lines())))

    def window(self, row: int, column: int, rows: int, columns: int) -> Range:
        """Return the range of a window of the slice whose first value is (row, column)."""
        return Range(*self.cell(row, column), *self.cell(row + rows - 1, column + columns - 1))


def _place(start: int, distance: int, inserted: tuple[int, ...]) -> int:
    """Return where a line stands that stood at a distance from the first one before others were inserted."""
    place = start + distance
    for line in sorted(inserted):
        place += start < line <= place
    return place
