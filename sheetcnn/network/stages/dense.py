"""Dense: every output is a sum over all that comes in, each value times a weight of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod
from typing import ClassVar

import numpy as np

from sheetcnn.excel.region import Region
from sheetcnn.network.stages.base import Array, Explanation, Position, Refs, Shape, Stage
from sheetcnn.network.stages.bias import joined, parted, with_bias
from sheetcnn.network.stages.settings import SWITCH, setting


@dataclass(frozen=True)
class Dense(Stage):
    """A fully connected layer.

    Weights are (outputs, *shape of the input): on the sheet, one matrix for each output and map, on the same
    grid as the map that it weighs; with biases, one an output, see `bias`.
    """

    kind: ClassVar[str] = "dense"
    caption: ClassVar[str] = "all products summed"
    weighted_sum: ClassVar[bool] = True
    outputs: int = field(metadata=setting(column="filters"))
    bias: bool = field(default=False, metadata=setting(SWITCH))

    @property
    def inspection(self) -> str:
        return "products"

    def out_shape(self, in_shape: Shape) -> Shape:
        return (self.outputs,)

    def kernel_shape(self, in_shape: Shape) -> Shape:
        return (self.outputs, *in_shape)

    def weight_shape(self, in_shape: Shape) -> Shape:
        shape = self.kernel_shape(in_shape)
        return with_bias(shape) if self.bias else shape

    def compute(self, x: Array, weights: Array) -> Array:
        if not self.bias:
            return np.tensordot(weights, x, axes=weights.ndim - 1)
        matrix, biases = weights[:, :-1], weights[:, -1]
        features = x.reshape(matrix.shape[1], -1)
        scores: Array = np.dot(matrix, features) + biases[:, np.newaxis]
        return scores.reshape(self.outputs, *x.shape[_axes(x) :])

    def formula(self, at: Position, refs: Refs) -> str:
        matrices, biases = self._regions(at, refs)
        products = [
            f"SUMPRODUCT({refs.absolute(weights)},{refs.absolute(source)})"
            for weights, source in zip(matrices, refs.inputs, strict=True)
        ]
        return "+".join([*products, *map(refs.absolute, biases)])

    def explain(self, at: Position, refs: Refs) -> Explanation:
        matrices, biases = self._regions(at, refs)
        words = "every value that comes in times a weight of its own, all products summed"
        return Explanation(
            f"{words}, and a bias added" if biases else words,
            list(zip(refs.inputs, matrices, strict=True)),
            steps=[("sum", np.sum)],
            bias=next(iter(biases), None),
        )

    def _regions(self, at: Position, refs: Refs) -> tuple[Sequence[Region], Sequence[Region]]:
        """Return the weights of an output, one matrix a map, and its bias, if it has one."""
        regions = refs.weights[at.row]
        return (regions[:-1], regions[-1:]) if self.bias else (regions, ())

    def gradients(self, x: Array, weights: Array, upstream: Array) -> tuple[Array, Array]:
        if self.bias:
            kernel_shape = (self.outputs, *x.shape[: _axes(x)])
            kernels, _ = parted(weights, kernel_shape)
            d_x, d_kernels = Dense(self.outputs).gradients(x, kernels, upstream)
            return d_x, joined(d_kernels, upstream.reshape(self.outputs, -1).sum(axis=1))
        features = prod(weights.shape[1:])
        flat_weights, flat_x = weights.reshape(-1, features), x.reshape(features, -1)
        upstream = upstream.reshape(len(weights), -1)
        d_x = np.dot(flat_weights.T, upstream).reshape(x.shape)
        return d_x, np.dot(upstream, flat_x.T).reshape(weights.shape)


def _axes(x: Array) -> int:
    """Return how many axes hold an image's features, maps or a vector; one after them is a batch."""
    return 3 if x.ndim > 2 else 1
