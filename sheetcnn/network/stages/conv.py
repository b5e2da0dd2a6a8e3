"""Convolution: a kernel slides over the maps, each stop a sum of products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np

from sheetcnn.excel.region import Region
from sheetcnn.network.stages.base import (
    Array,
    Explanation,
    Position,
    Refs,
    Shape,
    ShapeError,
    Stage,
    three_axes,
    window,
    windows,
)
from sheetcnn.network.stages.bias import joined, parted, with_bias
from sheetcnn.network.stages.padding import PADDING, Padding, Side, padded, side
from sheetcnn.network.stages.settings import SWITCH, setting


@dataclass(frozen=True)
class Conv(Stage):
    """A convolution (Dumoulin and Visin, 2016); like every library, it does not flip.

    Weights are (filters, channels, kernel, kernel): one tensor a filter, one slice a channel; with biases, one a
    filter, see `bias`. Where maps are padded, NumPy puts zeros around them, and Excel leaves out what lies beyond.
    """

    kind: ClassVar[str] = "conv"
    heading: ClassVar[str] = "Convolution {n}"
    caption: ClassVar[str] = "each value: window times filter, summed"
    weights_heading: ClassVar[str] = "Filters"
    weighted_sum: ClassVar[bool] = True
    shared_weights: ClassVar[bool] = True
    filters: int
    kernel: int
    stride: int = 1
    bias: bool = field(default=False, metadata=setting(SWITCH))
    padding: Padding = field(default=0, metadata=setting(PADDING))

    @property
    def inspection(self) -> str:
        return "" if self.padding else "windows"  # windows of a padded map differ in size

    def out_shape(self, in_shape: Shape) -> Shape:
        _, height, width = three_axes(self.kind, in_shape)
        kernel = f"{self.kernel}x{self.kernel}"
        if isinstance(self.padding, int) and self.padding >= self.kernel:
            raise ShapeError(f"with a padding of {self.padding}, a {kernel} kernel sees nothing but zeros")
        high, wide = self._sides(height, width)
        if min(high.stops, wide.stops) < 1:
            raise ShapeError(f"a {kernel} kernel does not fit on {height}x{width}")
        return self.filters, high.stops, wide.stops

    def kernel_shape(self, in_shape: Shape) -> Shape:
        return (self.filters, in_shape[0], self.kernel, self.kernel)

    def weight_shape(self, in_shape: Shape) -> Shape:
        shape = self.kernel_shape(in_shape)
        return with_bias(shape) if self.bias else shape

    def compute(self, x: Array, weights: Array) -> Array:
        around = padded(x, *self._sides(*x.shape[1:3]))
        seen = windows(around, self.kernel, self.kernel, self.stride)
        if not self.bias:
            return np.tensordot(weights, seen, axes=3)
        kernels, biases = parted(weights, self.kernel_shape(x.shape))
        return np.tensordot(kernels, seen, axes=3) + biases.reshape(-1, *[1] * (x.ndim - 1))

    def formula(self, at: Position, refs: Refs) -> str:
        met, biases = self._met(at, refs)
        products = [f"SUMPRODUCT({refs.relative(seen)},{refs.absolute(kernel)})" for seen, kernel in met]
        return "+".join([*products, *map(refs.absolute, biases)])

    def explain(self, at: Position, refs: Refs) -> Explanation:
        met, biases = self._met(at, refs)
        words = f"a window of each map times its slice of filter {at.channel + 1}, all products summed"
        return Explanation(
            f"{words}, and its bias added" if biases else words,
            met,
            steps=[("sum", np.sum)],
            bias=next(iter(biases), None),
        )

    def _met(self, at: Position, refs: Refs) -> tuple[Sequence[tuple[Region, Region]], Sequence[Region]]:
        """Return the window of each map and the weights that it meets, and the bias, if there is one."""
        regions = refs.weights[at.channel]
        kernels, biases = (regions[:-1], regions[-1:]) if self.bias else (regions, ())
        high, wide = self._sides(refs.inputs[0].rows, refs.inputs[0].columns)
        rows, columns = high.clipped(at.row), wide.clipped(at.column)
        size = rows.length, columns.length
        met = [
            (
                window(source, rows.start, columns.start, *size),
                window(kernel, rows.skipped, columns.skipped, *size),
            )
            for source, kernel in zip(refs.inputs, kernels, strict=True)
        ]
        return met, biases

    def _sides(self, height: int, width: int) -> tuple[Side, Side]:
        high, wide = (side(size, self.kernel, self.stride, self.padding) for size in (height, width))
        return high, wide

    def gradients(self, x: Array, weights: Array, upstream: Array) -> tuple[Array, Array]:
        if self.bias:
            kernels, _ = parted(weights, self.kernel_shape(x.shape))
            d_x, d_kernels = replace(self, bias=False).gradients(x, kernels, upstream)
            return d_x, joined(d_kernels, upstream.reshape(self.filters, -1).sum(axis=1))
        high, wide = self._sides(*x.shape[1:3])
        around = padded(x, high, wide)
        d_around, d_weights = np.zeros_like(around), np.empty_like(weights)
        channels, flat_upstream = len(x), upstream.reshape(self.filters, -1)
        height, width = (size * self.stride for size in upstream.shape[1:3])
        for row in range(self.kernel):
            for column in range(self.kernel):
                # Every value that the weights at (row, column) of the kernel have met.
                met = np.s_[:, row : row + height : self.stride, column : column + width : self.stride]
                d_around[met] += np.tensordot(weights[:, :, row, column], upstream, axes=(0, 0))
                d_weights[:, :, row, column] = np.dot(flat_upstream, around[met].reshape(channels, -1).T)
        d_x = d_around[:, high.before : high.before + high.size, wide.before : wide.before + wide.size]
        return d_x, d_weights
