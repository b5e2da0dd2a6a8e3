"""Convolution: a kernel slides over the maps, each stop a sum of products."""

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
class Conv(Stage):
    """A convolution without padding or bias (Dumoulin and Visin, 2016); like every library, it does not flip.

    Weights are (filters, channels, kernel, kernel): one tensor a filter, one slice a channel.
    """

    kind: ClassVar[str] = "conv"
    filters: int
    kernel: int
    stride: int = 1

    def out_shape(self, in_shape: Shape) -> Shape:
        _, height, width = three_axes(self.kind, in_shape)
        if min(height, width) < self.kernel:
            raise ShapeError(f"a {self.kernel}x{self.kernel} kernel does not fit on {height}x{width}")
        return (
            self.filters,
            window_count(height, self.kernel, self.stride),
            window_count(width, self.kernel, self.stride),
        )

    def weight_shape(self, in_shape: Shape) -> Shape:
        return (self.filters, in_shape[0], self.kernel, self.kernel)

    def compute(self, x: Array, weights: Array) -> Array:
        return np.tensordot(weights, windows(x, self.kernel, self.kernel, self.stride), axes=3)

    def formula(self, at: At, refs: Refs) -> str:
        row, column = at.row * self.stride, at.column * self.stride
        return "+".join(
            f"SUMPRODUCT({refs.window(source, row, column, self.kernel, self.kernel)},{refs.whole(kernel)})"
            for source, kernel in zip(refs.inputs, refs.weights[at.channel], strict=True)
        )

    def explain(self, at: At, refs: Refs) -> Explanation:
        row, column = at.row * self.stride, at.column * self.stride
        return Explanation(
            f"a window of each map times its slice of filter {at.channel + 1}, all products summed",
            [
                (window(source, row, column, self.kernel, self.kernel), kernel)
                for source, kernel in zip(refs.inputs, refs.weights[at.channel], strict=True)
            ],
            steps=[("sum", np.sum)],
        )

    def gradients(self, x: Array, weights: Array, upstream: Array) -> tuple[Array, Array]:
        d_x, d_weights = np.zeros_like(x), np.empty_like(weights)
        channels, flat_upstream = len(x), upstream.reshape(self.filters, -1)
        height, width = (size * self.stride for size in upstream.shape[1:3])
        for row in range(self.kernel):
            for column in range(self.kernel):
                # Every value that the weights at (row, column) of the kernel have met.
                met = np.s_[:, row : row + height : self.stride, column : column + width : self.stride]
                d_x[met] += np.tensordot(weights[:, :, row, column], upstream, axes=(0, 0))
                d_weights[:, :, row, column] = np.dot(flat_upstream, x[met].reshape(channels, -1).T)
        return d_x, d_weights
