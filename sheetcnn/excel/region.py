"""A named rectangle of cells: where a tensor slice stands on a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product, starmap

from sheetcnn.excel.addresses import Cell, Range, quoted_sheet, range_a1


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
