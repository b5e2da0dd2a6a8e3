"""Max pool: the largest value of each window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sheetcnn.network.stages.base import (
    Array,
    At,
    Explanation,
    Refs,
    Shape,
    ShapeError,
    Stage,
    three_axes,
    window,
    window_count,
    windows,
)


@dataclass(frozen=True)
class MaxPool(Stage):
    """The largest value of each window of every map; windows lie side by side."""

    kind: ClassVar[str] = "maxpool"
    window: int

    def out_shape(self, in_shape: Shape) -> Shape:
        channels, height, width = three_axes(self.kind, in_shape)
        if min(height, width) < self.window:
            raise ShapeError(f"a {self.window}x{self.window} window does not fit on {height}x{width}")
        return (
            channels,
            window_count(height, self.window, self.window),
            window_count(width, self.window, self.window),
        )

    def compute(self, x: Array, weights: Array) -> Array:
        peak: Array = windows(x, self.window, self.window, self.window).max(axis=(1, 2))
        return peak

    def formula(self, at: At, refs: Refs) -> str:
        row, column = at.row * self.window, at.column * self.window
        return f"MAX({refs.window(refs.inputs[at.channel], row, column, self.window, self.window)})"

    def explain(self, at: At, refs: Refs) -> Explanation:
        row, column = at.row * self.window, at.column * self.window
        return Explanation(
            f"the largest value of a window of {self.window} × {self.window}",
            [(window(refs.inputs[at.channel], row, column, self.window, self.window),)],
            steps=[("largest", np.max)],
            largest=True,
        )

    def gradients(self, x: Array, weights: Array, upstream: Array) -> tuple[Array, None]:
        # A tie goes to the first in row order, as in PyTorch.
        seen = windows(x, self.window, self.window, self.window)
        channels, _, _, *rest = seen.shape
        first = seen.reshape(channels, -1, *rest).argmax(axis=1)
        d_x = np.zeros_like(x)
        height, width = (size * self.window for size in upstream.shape[1:3])
        for row in range(self.window):
            for column in range(self.window):
                d_x[:, row : row + height : self.window, column : column + width : self.window] = np.where(
                    first == row * self.window + column, upstream, 0.0
                )
        return d_x, None
