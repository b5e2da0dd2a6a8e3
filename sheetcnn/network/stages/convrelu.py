"""Convolution and ReLU in one cell, as fast.ai's workbook has them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from sheetcnn.network.stages.base import Array, Explanation, Position, Refs
from sheetcnn.network.stages.conv import Conv


@dataclass(frozen=True)
class ConvReLU(Conv):
    """A convolution whose negative sums become 0 in the same cell.

    Its formulas are one-cell array formulas, `{=MAX(0,SUM(A2:C4*$AD$11:$AF$13))}`: as ordinary ones they would be
    wrong in LibreOffice and get an `@` in Excel 365.
    """

    kind: ClassVar[str] = "convrelu"
    layer_name: ClassVar[str] = Conv.kind
    heading: ClassVar[str] = "Convolution {n} and ReLU"
    caption: ClassVar[str] = "window times filter, summed; negative sums become 0"
    never_negative: ClassVar[bool] = True
    weighted_sum: ClassVar[bool] = False
    rectifies: ClassVar[bool] = True
    array: ClassVar[bool] = True

    def compute(self, x: Array, weights: Array) -> Array:
        return np.maximum(super().compute(x, weights), 0.0)

    def formula(self, at: Position, refs: Refs) -> str:
        met, biases = self._met(at, refs)
        products = [f"SUM({refs.relative(seen)}*{refs.absolute(kernel)})" for seen, kernel in met]
        return f"MAX(0,{'+'.join([*products, *map(refs.absolute, biases)])})"

    def explain(self, at: Position, refs: Refs) -> Explanation:
        sums = super().explain(at, refs)
        return replace(
            sums,
            words=f"{sums.words}; a negative sum becomes 0",
            steps=[*sums.steps, ("ReLU", lambda total: np.maximum(0.0, total))],
        )

    def gradients(self, x: Array, weights: Array, upstream: Array) -> tuple[Array, Array]:
        conv = Conv(self.filters, self.kernel, self.stride, self.bias, self.padding)
        return conv.gradients(x, weights, upstream * (self.compute(x, weights) > 0))
