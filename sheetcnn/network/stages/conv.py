"""Convolution: a kernel slides over the maps, each stop a sum of products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from sheetcnn.excel.cells import Region
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
from sheetcnn.network.stages.bias import joined, parted, with_bias


@dataclass(frozen=True)
class Conv(Stage):
    """A convolution without padding (Dumoulin and Visin, 2016); like every library, it does not flip.

    Weights are (filters, channels, kernel, kernel): one tensor a filter, one slice a channel; with biases, one a
    filter, see `bias`.
    """

    kind: ClassVar[str] = "conv"
    filters: int
    kernel: int
    stride: int = 1
    bias: bool = False

    def out_shape(self, in_shape: Shape) -> Shape:
        _, height, width = three_axes(self.kind, in_shape)
        if min(height, width) < self.kernel:
            raise ShapeError(f"a {self.kernel}x{self.kernel} kernel does not fit on {height}x{width}")
        return (
            self.filters,
            window_count(height, self.kernel, self.stride),
            window_count(width, self.kernel, self.stride),
        )

    def kernel_shape(self, in_shape: Shape) -> Shape:
        return (self.filters, in_shape[0], self.kernel, self.kernel)

    def weight_shape(self, in_shape: Shape) -> Shape:
        shape = self.kernel_shape(in_shape)
        return with_bias(shape) if self.bias else shape

    def compute(self, x: Array, weights: Array) -> Array:
        seen = windows(x, self.kernel, self.kernel, self.stride)
        if not self.bias:
            return np.tensordot(weights, seen, axes=3)
        kernels, biases = parted(weights, self.kernel_shape(x.shape))
        return np.tensordot(kernels, seen, axes=3) + biases.reshape(-1, *[1] * (x.ndim - 1))

    def formula(self, at: At, refs: Refs) -> str:
        row, column = at.row * self.stride, at.column * self.stride
        kernels, biases = self._regions(at, refs)
        products = [
            f"SUMPRODUCT({refs.window(source, row, column, self.kernel, self.kernel)},{refs.whole(kernel)})"
            for source, kernel in zip(refs.inputs, kernels, strict=True)
        ]
        return "+".join([*products, *map(refs.whole, biases)])

    def explain(self, at: At, refs: Refs) -> Explanation:
        row, column = at.row * self.stride, at.column * self.stride
        kernels, biases = self._regions(at, refs)
        products = [
            (window(source, row, column, self.kernel, self.kernel), kernel)
            for source, kernel in zip(refs.inputs, kernels, strict=True)
        ]
        words = f"a window of each map times its slice of filter {at.channel + 1}, all products summed"
        return Explanation(
            f"{words}, and its bias added" if biases else words,
            [*products, *((bias,) for bias in biases)],
            steps=[("sum", np.sum)],
        )

    def _regions(self, at: At, refs: Refs) -> tuple[Sequence[Region], Sequence[Region]]:
        """Return the slices of the filter that makes a value, and its bias, if it has one."""
        regions = refs.weights[at.channel]
        return (regions[:-1], regions[-1:]) if self.bias else (regions, ())

    def gradients(self, x: Array, weights: Array, upstream: Array) -> tuple[Array, Array]:
        if self.bias:
            kernels, _ = parted(weights, self.kernel_shape(x.shape))
            d_x, d_kernels = replace(self, bias=False).gradients(x, kernels, upstream)
            return d_x, joined(d_kernels, upstream.reshape(self.filters, -1).sum(axis=1))
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
