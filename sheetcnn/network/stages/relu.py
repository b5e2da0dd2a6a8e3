"""ReLU: what is negative becomes 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sheetcnn.network.stages.base import Array, At, Explanation, Refs, Shape, Stage, window


@dataclass(frozen=True)
class ReLU(Stage):
    """The rectified linear unit, max(0, x) (Nair and Hinton, 2010)."""

    kind: ClassVar[str] = "relu"

    def out_shape(self, in_shape: Shape) -> Shape:
        return in_shape

    def compute(self, x: Array, weights: Array) -> Array:
        return np.maximum(x, 0.0)

    def formula(self, at: At, refs: Refs) -> str:
        return f"MAX(0,{refs.cell(refs.inputs[at.channel], at.row, at.column)})"

    def explain(self, at: At, refs: Refs) -> Explanation:
        return Explanation(
            "the same value of the map before, 0 if that is negative",
            [(window(refs.inputs[at.channel], at.row, at.column),)],
            steps=[("ReLU", lambda value: np.maximum(0.0, value))],
        )

    def gradients(self, x: Array, weights: Array, upstream: Array) -> tuple[Array, None]:
        return upstream * (x > 0), None
