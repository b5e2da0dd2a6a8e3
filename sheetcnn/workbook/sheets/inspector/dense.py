"""The block of a dense stage: every activation times its weight, and where the largest products stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sheetcnn.excel.region import Region
from sheetcnn.network.stages import Position, Refs
from sheetcnn.network.stages.base import window
from sheetcnn.workbook import styles
from sheetcnn.workbook.decoration import ColourScale, Decoration, HighlightTop, Text
from sheetcnn.workbook.formula import Formula, arithmetic, indexed
from sheetcnn.workbook.formula_block import RegionValues
from sheetcnn.workbook.formulas import Largest, Total
from sheetcnn.workbook.sheets.inspector.block import DETAILS, RESULTS, StageBlock, as_maps, counted
from sheetcnn.workbook.sheets.inspector.formulas import excel_choose, excel_index, numpy_choose

_ACROSS = 27
"""Columns for maps side by side."""
_MARKED = 5
"""How many of the largest products are framed."""


class ProductOfChosen(Formula):
    """A map times its weights for the chosen output. Reads the number of the output, the map, and all its weights."""

    explanation = "value times weight for the chosen output"

    def numpy(self, *read: RegionValues) -> Any:
        number, values, *weights = map(arithmetic, read)
        return values * numpy_choose(number, weights)

    def excel(self, refs: Refs, at: Position) -> str:
        number, values, *weights = refs.inputs
        weight = excel_choose(refs, number, [refs.cell(each, at.row, at.column) for each in weights])
        return f"{refs.cell(values, at.row, at.column)}*{weight}"


class RowOf(Formula):
    """The row in which a value stands. Reads the value, the values, and 1, 2, 3, ...

    Spelled row by row, as not every program compares a whole range with a number.
    """

    explanation = "the row in which it stands; one of them, if there are several"

    def numpy(self, *read: RegionValues) -> Any:
        value, values, rows = map(arithmetic, read)
        if not (np.isfinite(value).all() and np.isfinite(values).all()):
            return np.nan
        equal = rows[(values == value).any(axis=1)]
        if values.shape[1] == 1:
            return equal.min() if len(equal) else np.nan
        return max([0.0, *equal.ravel().tolist()])

    def excel(self, refs: Refs, at: Position) -> str:
        value, values, rows = refs.inputs
        largest = refs.absolute(value)
        if values.columns == 1:  # as long as all that comes in, which may be more than a formula has room for
            return f"MATCH({largest},{refs.absolute(values)},0)"
        terms = (
            f"(MAX({refs.absolute(window(values, row, 0, 1, values.columns))})={largest})"
            f"*{refs.absolute(window(rows, row, 0))}"
            for row in range(values.rows)
        )
        return f"MAX(0,{','.join(terms)})"


class ColumnOf(Formula):
    """The column of a row in which a value stands. Reads the value, the row, the values, and 1, 2, 3, ..."""

    explanation = "the column in which it stands; the last one, if there are several"

    def numpy(self, *read: RegionValues) -> Any:
        value, row, values, columns = map(arithmetic, read)
        inside = indexed(values, row, np.arange(1.0, values.shape[1] + 1).reshape(1, -1))
        known = np.isfinite(value).all() and np.isfinite(inside).all()
        return ((inside == value) * columns).max() if known else np.nan

    def excel(self, refs: Refs, at: Position) -> str:
        value, row, values, columns = refs.inputs
        row_at, wanted = refs.absolute(row), refs.absolute(value)
        terms = (
            f"({excel_index(refs, window(values, 0, column, values.rows), row_at, '1')}={wanted})"
            f"*{refs.absolute(window(columns, 0, column))}"
            for column in range(values.columns)
        )
        return f"MAX(0,{','.join(terms)})"


@dataclass(frozen=True)
class _Map:
    """One map that comes in: its number, from 1, and the first cell of its products."""

    number: int
    top: int
    left: int


class DenseBlock(StageBlock):
    """One output of a dense stage."""

    inspection = "products"
    about = f"the sum of every value times its own weight; the {_MARKED} largest products are framed"

    def _maps(self) -> list[_Map]:
        count, rows, columns = as_maps(self._first.in_shape)
        across = max(1, _ACROSS // (columns + 2))
        return [
            _Map(n + 1, self.top + 3 + n // across * (rows + 3), DETAILS + 1 + n % across * (columns + 2))
            for n in range(count)
        ]

    @property
    def _table(self) -> int:
        """The first row of the table of sums and largest products, a row for each map."""
        return self.top + 7

    def _declare_details(self) -> tuple[Formula, list[Region]]:
        self._products, sums = [], []
        for each in self._maps():
            products, total = self._declare_map(each)
            self._products.append(products)
            sums.append(total)
        self._biases = self._declare_bias((self._table + len(sums), RESULTS + 1), self.place["row"])
        return Total(), [*sums, *self._biases]

    def _declare_map(self, of: _Map) -> tuple[Region, Region]:
        """Declare the products of a map, their sum, and where the largest stands; return products and sum."""
        _, rows, columns = as_maps(self._first.in_shape)
        n, channel = of.number, of.number - 1
        down = self._counter(f"down_{n}", (of.top, of.left - 1), (rows, 1))
        along = self._counter(f"along_{n}", (of.top - 1, of.left), (1, columns))
        weights = [output[channel] for output in self._layout.weights[self.name]]
        reads = [self.place["row"], self._inputs[channel], *weights]
        products = self._formulas(
            f"products_{n}", (of.top, of.left), (rows, columns), ProductOfChosen(), reads
        )
        total, most, row, column = (
            (f"{part}_{n}", (self._table + channel, RESULTS + offset), (1, 1))
            for offset, part in enumerate(("sum", "most", "most_row", "most_column"), start=1)
        )
        summed = self._formulas(*total, Total(), [products], "score")
        largest = self._formulas(*most, Largest(), [products], "score")
        where = self._formulas(*row, RowOf(), [largest, products, down], "count", counted(rows))
        self._formulas(*column, ColumnOf(), [largest, where, products, along], "count")
        return products, summed

    def _decorate_details(self) -> Iterator[Decoration]:
        yield Text((self.top + 4, RESULTS), "Red products raise the sum, blue ones lower it.", "remark")
        for column, head in enumerate(("", "sum", "largest", "in row", "column"), start=RESULTS):
            yield Text((self._table - 1, column), head, "table_label")
        several = len(self._first.in_shape) == 3
        for row, each in enumerate(self._maps(), start=self._table):
            name = f"map {each.number}" if several else "all"
            head = f"activation × weight, {name}" if several else "products"
            yield Text((each.top - 2, each.left), head, "remark")
            yield Text((row, RESULTS), name, "legend_plain")
        for bias in self._biases:
            yield Text((bias.top, RESULTS), "bias", "legend_plain")
        yield ColourScale(self._products, styles.diverging_scale(self._products))
        yield HighlightTop(self._products, _MARKED, "winner")
