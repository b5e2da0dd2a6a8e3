"""Formulas that are computed at once: a whole block, a run of them, or one by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sheetcnn.excel.addresses import Cell, Range
from sheetcnn.excel.ast import FormulaError
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.cell_array import CellArray
from sheetcnn.excel.fill import FilledFormula
from sheetcnn.excel.parser import parse
from sheetcnn.excel.region import Region

Mask = NDArray[np.bool_]

MAX_FILLED = 100_000
"""Cells that one array formula may fill: more are no part of any network that fits a sheet."""


@dataclass(frozen=True, eq=False)
class PatternBlock:
    """Formulas of one pattern.

    Attributes:
        region: the region that they stand in.
        pattern: what they have in common.
        holds: which cells of the region truly hold that pattern.
        array: whether each is an array formula.
    """

    region: Region
    pattern: FilledFormula
    holds: Mask
    array: bool

    def evaluate(self, book: CalcBook) -> CellArray:
        """Compute the whole block, also cells that hold something else.

        Raises:
            FormulaError: it cannot be computed.
        """
        region = self.region
        return book.evaluate(
            self.pattern,
            region.sheet,
            (region.top, region.left),
            region.rows,
            region.columns,
            step=region.step,
            array=self.array,
        )

    def cells(self) -> list[Cell]:
        """Return the cells that hold it."""
        return [self.region.cell(row, column) for row, column in np.argwhere(self.holds).tolist()]

    def reads(self, book: CalcBook) -> list[tuple[str, Range]]:
        """Return what it reads.

        Raises:
            FormulaError: it cannot be read.
        """
        return book.reads(self.pattern, self.region.sheet, self.region.rows, self.region.columns)


@dataclass(frozen=True, eq=False)
class PatternRun(PatternBlock):
    """A few formulas of one pattern side by side in a row or column of the region, as at the edge of a padded map.

    Attributes:
        first: row and column of the first one in the region.
        size: how many rows and columns it has.
        transposed: whether they stand below each other, and what they read lies side by side, as the weights of dense
            outputs do. Then they are computed as if they stood side by side themselves.
    """

    first: tuple[int, int] = (0, 0)
    size: tuple[int, int] = (1, 1)
    transposed: bool = False

    def evaluate(self, book: CalcBook) -> CellArray:
        """Compute it; what stands elsewhere in the region is 0.

        Raises:
            FormulaError: it cannot be computed.
        """
        region, (row, column), (rows, columns) = self.region, self.first, self.size
        values = book.evaluate(
            self.pattern,
            region.sheet,
            region.cell(row, column),
            *self._as_computed,
            step=region.step,
            array=self.array,
        )
        if self.transposed:
            kinds = None if values.kinds is None else values.kinds.swapaxes(1, 2)
            values = CellArray(values.numbers.swapaxes(1, 2), kinds)
        shape = (len(values.numbers), region.rows, region.columns, 1, 1)
        inside = np.s_[:, row : row + rows, column : column + columns]
        numbers, kinds = np.zeros(shape), np.zeros(shape, np.uint8)
        numbers[inside] = values.numbers
        if values.kinds is not None:
            kinds[inside] = values.kinds
        return CellArray(numbers, kinds)

    def reads(self, book: CalcBook) -> list[tuple[str, Range]]:
        """Return what it reads.

        Raises:
            FormulaError: it cannot be read.
        """
        return book.reads(self.pattern, self.region.sheet, *self._as_computed)

    @property
    def _as_computed(self) -> tuple[int, int]:
        rows, columns = self.size
        return (columns, rows) if self.transposed else (rows, columns)


@dataclass(frozen=True, eq=False)
class SingleFormula:
    """A formula by itself, or an array formula over several cells.

    Attributes:
        region: the region that it stands in.
        holds: which cells of the region it fills.
        text: the formula.
        fills: the cells that it fills, in the region and beyond; its own alone if it is no array formula.
        array: whether it is an array formula.
    """

    region: Region
    holds: Mask
    text: str
    fills: Range
    array: bool

    def evaluate(self, book: CalcBook) -> CellArray:
        """Compute it for each cell of the region, also cells that hold something else.

        Raises:
            FormulaError: it cannot be computed.
        """
        top, left, bottom, right = self.fills
        height, width = bottom - top + 1, right - left + 1
        if height * width > MAX_FILLED:
            raise FormulaError(f"it fills {height * width:,} cells")
        spread = (height, width)
        values = book.evaluate(
            parse(self.text), self.region.sheet, (top, left), array=self.array, spread=spread
        )
        if spread == (1, 1):
            return values
        rows, columns = np.nonzero(self.holds)
        down, along = map(np.array, self.region.lines())
        shape = (len(values.numbers), *self.holds.shape, 1, 1)
        numbers, kinds = np.zeros(shape), np.zeros(shape, np.uint8)
        inside = np.s_[
            :,
            0,
            0,
            down[rows] - top,
            along[columns] - left,
        ]
        numbers[:, rows, columns, 0, 0] = values.numbers[inside]
        if values.kinds is not None:
            kinds[:, rows, columns, 0, 0] = values.kinds[inside]
        return CellArray(numbers, kinds)

    def cells(self) -> list[Cell]:
        """Return the cell that holds it: the first of those that it fills."""
        return [Cell(*self.fills[:2])]

    def reads(self, book: CalcBook) -> list[tuple[str, Range]]:
        """Return what it reads.

        Raises:
            FormulaError: it cannot be read.
        """
        return book.reads(parse(self.text), self.region.sheet)


Piece: TypeAlias = PatternBlock | SingleFormula
"""Formulas of one region that are computed at once."""

Refusals: TypeAlias = Mapping[Piece, str]
"""The pieces that cannot be computed, and why."""
