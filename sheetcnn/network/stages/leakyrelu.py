"""Leaky ReLU: what is negative becomes a hundredth of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sheetcnn.network.stages.activation import Activation
from sheetcnn.network.stages.base import Array

LEAK = 0.01


@dataclass(frozen=True)
class LeakyReLU(Activation):
    """max(x, x / 100) (Maas, Hannun and Ng, 2013): also what is negative still has a slope to learn from."""

    kind: ClassVar[str] = "leakyrelu"
    heading: ClassVar[str] = "Leaky ReLU"
    caption: ClassVar[str] = "negative values are divided by 100"
    name: ClassVar[str] = "leaky ReLU"
    explanation: ClassVar[str] = "the same value of the map before, a hundredth of it if that is negative"

    def function(self, x: Array) -> Array:
        return np.maximum(x, LEAK * x)

    def excel(self, cell: str) -> str:
        return f"MAX({cell},{LEAK}*{cell})"

    def derivative(self, x: Array) -> Array:
        return np.where(x > 0, 1.0, LEAK).astype(x.dtype)
