"""Dense: every output is a sum over all that comes in, each value times a weight of its own."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from sheetcnn.network.stages.base import Array, At, Explanation, Refs, Shape, Stage


@dataclass(frozen=True)
class Dense(Stage):
    """A fully connected layer without bias.

    Weights are (outputs, *shape of the input): on the sheet, one matrix for each output and map, on the same
    grid as the map that it weighs.
    """

    kind: ClassVar[str] = "dense"
    outputs: int

    def out_shape(self, in_shape: Shape) -> Shape:
        return (self.outputs,)

    def weight_shape(self, in_shape: Shape) -> Shape:
        return (self.outputs, *in_shape)

    def compute(self, x: Array, weights: Array) -> Array:
        return np.tensordot(weights, x, axes=weights.ndim - 1)

    def formula(self, at: At, refs: Refs) -> str:
        return "+".join(
            f"SUMPRODUCT({refs.whole(weights)},{refs.whole(source)})"
            for weights, source in zip(refs.weights[at.row], refs.inputs, strict=True)
        )

    def explain(self, at: At, refs: Refs) -> Explanation:
        return Explanation(
            "every value that comes in times a weight of its own, all products summed",
            list(zip(refs.inputs, refs.weights[at.row], strict=True)),
            steps=[("sum", np.sum)],
        )

    def gradients(self, x: Array, weights: Array, upstream: Array) -> tuple[Array, Array]:
        features = prod(weights.shape[1:])
        flat_weights, flat_x = weights.reshape(-1, features), x.reshape(features, -1)
        upstream = upstream.reshape(len(weights), -1)
        d_x = np.dot(flat_weights.T, upstream).reshape(x.shape)
        return d_x, np.dot(upstream, flat_x.T).reshape(weights.shape)
