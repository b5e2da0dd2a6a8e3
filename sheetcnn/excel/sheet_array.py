"""The values of one sheet on many samples, and the references of a block of formulas into it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided

from sheetcnn.excel.addresses import Range
from sheetcnn.excel.ast import FormulaError
from sheetcnn.excel.cell_array import BLANK, ERROR, VALUE, CellArray, Floats, Kinds, choose, single
from sheetcnn.excel.limits import MAX_COLUMNS, MAX_ROWS

_Scalar = TypeVar("_Scalar", bound=np.generic)

MAX_CELLS = 10_000_000  # read by one reference of one block


@dataclass
class SheetArray:
    """The values of one sheet.

    Attributes:
        numbers: (samples, rows, columns), encoded as in `CellArray`.
        kinds: NUMBER, BLANK, TEXT, BOOLEAN or ERROR, of the same shape.
    """

    numbers: Floats
    kinds: Kinds

    @classmethod
    def blank(cls, samples: int, rows: int, columns: int) -> SheetArray:
        """Return a sheet of blank cells."""
        shape = (samples, rows, columns)
        return cls(np.zeros(shape), np.full(shape, BLANK, np.uint8))

    def box(self, area: Range) -> tuple[Floats, Kinds]:
        """Return the values of a range (samples, rows, columns), blank beyond the edge of the grid."""
        _, rows, columns = self.numbers.shape
        inside = np.s_[:, area.top : area.bottom + 1, area.left : area.right + 1]
        numbers, kinds = self.numbers[inside], self.kinds[inside]
        if area.bottom < rows and area.right < columns:
            return numbers, kinds
        below = area.bottom - area.top + 1 - numbers.shape[1]
        beyond = area.right - area.left + 1 - numbers.shape[2]
        edges = ((0, 0), (0, below), (0, beyond))
        return np.pad(numbers, edges), np.pad(kinds, edges, constant_values=BLANK)


@dataclass(frozen=True, slots=True)
class ReferenceWindow:
    """A reference as a block of formulas reads it: a window for each cell of the block.

    Attributes:
        grid: the sheet that it reads.
        extent: rows and columns that any sheet of the book uses; whole columns and rows end there.
        block: rows and columns of the block.
        samples: which samples are read.
        top: first row of the window of the block's first cell.
        left: its first column.
        height: rows of a window.
        width: columns of a window.
        down: rows that the window moves for each row of the block.
        along: columns that it moves for each column of the block.
    """

    grid: SheetArray
    extent: tuple[int, int]
    block: tuple[int, int]
    samples: slice
    top: int
    left: int
    height: int
    width: int
    down: int
    along: int

    @property
    def seen(self) -> tuple[int, int]:
        """Height and width that are read: whole columns and rows end where the book's last cell is."""
        height, width = self.height, self.width
        if self.top + height == MAX_ROWS:
            height = max(1, self.extent[0] - self.top)
        if self.left + width == MAX_COLUMNS:
            width = max(1, self.extent[1] - self.left)
        return height, width

    @property
    def bounds(self) -> Range:
        """The range around all windows of the block."""
        height, width = self.seen
        over = (self.block[0] - 1) * self.down
        across = (self.block[1] - 1) * self.along
        return Range(
            self.top + min(0, over),
            self.left + min(0, across),
            self.top + max(0, over) + height - 1,
            self.left + max(0, across) + width - 1,
        )

    def read(self) -> CellArray:
        """Return the values of all windows, as views that copy nothing."""
        bounds = self.bounds
        if bounds.top < 0 or bounds.left < 0:
            raise FormulaError("a reference leaves the sheet")
        if (bounds.bottom - bounds.top + 1) * (bounds.right - bounds.left + 1) > MAX_CELLS:
            raise FormulaError(f"a reference reads more than {MAX_CELLS:,} cells")
        numbers, kinds = self.grid.box(bounds)
        samples = self.samples if len(numbers) > 1 else slice(None)
        numbers, kinds = numbers[samples], kinds[samples]
        mixed = kinds.any()  # NUMBER is 0
        return CellArray(
            self._windows(numbers, bounds), self._windows(kinds, bounds) if mixed else None, listed=True
        )

    def _windows(self, box: npt.NDArray[_Scalar], bounds: Range) -> npt.NDArray[_Scalar]:
        first = box[:, self.top - bounds.top :, self.left - bounds.left :]
        sample, row, column = first.strides
        rows = self.block[0] if self.down else 1
        columns = self.block[1] if self.along else 1
        return as_strided(
            first,
            (len(box), rows, columns, *self.seen),
            (sample, row * self.down, column * self.along, row, column),
            writeable=False,
        )

    def inside(self, row: int, column: int) -> ReferenceWindow:
        """Return a part of each window: one row and column counted from 1, or all of them for 0."""
        area = self
        if row:
            area = replace(area, top=area.top + row - 1, height=1)
        if column:
            area = replace(area, left=area.left + column - 1, width=1)
        return area

    def around(self, other: ReferenceWindow) -> ReferenceWindow:
        """Return the range around this one and another one on the same sheet, which moves alike."""
        top, left = min(self.top, other.top), min(self.left, other.left)
        bottom = max(self.top + self.height, other.top + other.height)
        right = max(self.left + self.width, other.left + other.width)
        return replace(self, top=top, left=left, height=bottom - top, width=right - left)

    def resized(self, height: int, width: int) -> ReferenceWindow:
        """Return windows of another size with the same first cell."""
        return replace(self, height=height, width=width)

    def row_numbers(self) -> Floats:
        """Return the rows of each window, counted from 1."""
        block = np.arange(self.block[0] if self.down else 1, dtype=np.float64).reshape(1, -1, 1, 1, 1)
        window = np.arange(self.seen[0]).reshape(1, 1, 1, -1, 1)
        return (self.top + 1.0) + block * self.down + window

    def column_numbers(self) -> Floats:
        """Return the columns of each window, counted from 1."""
        block = np.arange(self.block[1] if self.along else 1, dtype=np.float64).reshape(1, 1, -1, 1, 1)
        window = np.arange(self.seen[1]).reshape(1, 1, 1, 1, -1)
        return (self.left + 1.0) + block * self.along + window

    def crossed(self, rows: Floats, columns: Floats, step: int) -> CellArray:
        """Return the one cell of each window in the row or the column of the formula.

        Excel's implicit intersection: #VALUE! where there is none, or where the window has both several
        rows and several columns.

        Args:
            rows: (1, block rows, 1, 1, 1), each formula's own row counted from 1.
            columns: (1, 1, block columns, 1, 1), each formula's own column.
            step: cells from one formula of the block to the next one.
        """
        if self.height == self.width == 1:
            return self.read()
        if self.height > 1 and self.width > 1:
            return single(VALUE, ERROR)
        if self.width == 1:
            own, first, size = rows, self.row_numbers()[..., :1, :], self.height
            cell = replace(self, top=int(rows.flat[0]) - 1, height=1, down=step)
        else:
            own, first, size = columns, self.column_numbers()[..., :1], self.width
            cell = replace(self, left=int(columns.flat[0]) - 1, width=1, along=step)
        meets = (first <= own) & (own < first + size)
        if meets.all():
            return cell.read()
        if not meets.any():
            return single(VALUE, ERROR)
        return choose(meets, cell.read(), single(VALUE, ERROR))
