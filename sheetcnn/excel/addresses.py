"""A1 addresses and ranges: pure functions over texts and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from sheetcnn.excel.limits import MAX_COLUMNS, MAX_ROWS

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
