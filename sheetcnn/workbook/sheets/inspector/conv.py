"""The block of a convolution, with ReLU or without: of each slice a window, the filter, and their products."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import numpy as np

from sheetcnn.excel.region import Region
from sheetcnn.network.stages import Position, Refs
from sheetcnn.network.stages.conv import Conv
from sheetcnn.workbook import styles
from sheetcnn.workbook.decoration import ColourScale, Decoration, Text
from sheetcnn.workbook.formula import Formula
from sheetcnn.workbook.formula_block import RegionValues
from sheetcnn.workbook.formulas import Product, Total
from sheetcnn.workbook.sheets.inspector.block import AXES, DETAILS, StageBlock, counted
from sheetcnn.workbook.sheets.inspector.formulas import Weight
from sheetcnn.workbook.sheets.inspector.window import Ruler, Window


class _Slice(NamedTuple):
    """What one map that comes in adds to the sum."""

    window: Region
    weights: Region
    products: Region
    total: Region


@dataclass(frozen=True)
class PositiveTotal(Total):
    """A sum, or 0 if it is negative."""

    explanation: str = "the sum of all products; 0 if it is negative"

    def numpy(self, *read: RegionValues) -> Any:
        return np.maximum(0.0, super().numpy(*read))

    def excel(self, refs: Refs, at: Position) -> str:
        return f"MAX(0,{super().excel(refs, at)})"


class ConvBlock(StageBlock):
    """One value of a convolution."""

    inspection = "windows"
    about = "the sum of each value of the window times the weight in the same place"

    def _declare_details(self) -> tuple[Formula, list[Region]]:
        self._slices = [self._declare_slice(number) for number in range(1, self._first.in_shape[0] + 1)]
        last = self._slices[-1].total
        self._biases = self._declare_bias((last.top + 2, last.left), self.place["map"])
        total = PositiveTotal() if self._first.stage.rectifies else Total()
        return total, [*(each.total for each in self._slices), *self._biases]

    def _declare_slice(self, n: int) -> _Slice:
        number, row, column = (self.place[axis] for axis in AXES)
        _, height, width = self._first.in_shape
        stage = cast("Conv", self._first.stage)
        k, ruler = stage.kernel, Ruler(stage.stride)
        top, left = self.top + 3 + (n - 1) * (k + 3), DETAILS
        down = self._counter(f"down_{n}", (top, left + k + 2), (k, 1))
        along = self._counter(f"along_{n}", (top - 1, left + k + 3), (1, k))
        rows = self._formulas(f"rows_{n}", (top, left), (k, 1), ruler, [row, down], "index", counted(height))
        columns = self._formulas(
            f"columns_{n}", (top - 1, left + 1), (1, k), ruler, [column, along], "index", counted(width)
        )
        reads = [rows, columns, self._inputs[n - 1]]
        window = self._formulas(f"window_{n}", (top, left + 1), (k, k), Window(), reads)
        reads = [number, *(output[n - 1] for output in self._layout.weights[self.name])]
        weights = self._formulas(f"filter_{n}", (top, left + k + 3), (k, k), Weight(), reads)
        cell = top, left + 2 * k + 4
        products = self._formulas(f"products_{n}", cell, (k, k), Product(), [window, weights])
        cell = top + (k - 1) // 2, left + 3 * k + 5
        return _Slice(
            window, weights, products, self._formulas(f"sum_{n}", cell, (1, 1), Total(), [products], "score")
        )

    def _decorate_details(self) -> Iterator[Decoration]:
        for n, (window, weights, products, total) in enumerate(self._slices, start=1):
            source = f"{self._before}, map {n}" if len(self._slices) > 1 else f"the {self._before}"
            above = window.top - 2
            yield Text((above, window.left), f"window of {source}", "remark")
            yield Text((above, weights.left), f"filter, slice {n}", "remark")
            yield Text((above, products.left), "products", "remark")
            yield Text((total.top - 1, total.left), "sum", "table_label")
            yield Text((total.top, weights.left - 2), "×", "sign")
            yield Text((total.top, products.left - 1), "=", "sign")
        for bias in self._biases:
            yield Text((bias.top - 1, bias.left), "bias", "table_label")
        for regions in list(zip(*self._slices, strict=True))[:3]:  # not the sums
            yield ColourScale(regions, styles.diverging_scale(regions))
