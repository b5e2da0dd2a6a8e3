"""Tanh: every value is squeezed between -1 and 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sheetcnn.network.stages.activation import Activation
from sheetcnn.network.stages.base import Array


@dataclass(frozen=True)
class Tanh(Activation):
    """The hyperbolic tangent, as LeNet-5 had it between its layers (LeCun et al., 1998)."""

    kind: ClassVar[str] = "tanh"
    caption: ClassVar[str] = "every value between -1 and 1"
    name: ClassVar[str] = "tanh"
    explanation: ClassVar[str] = (
        "the hyperbolic tangent of the same value of the map before: between -1 and 1"
    )

    def function(self, x: Array) -> Array:
        return np.tanh(x)

    def excel(self, cell: str) -> str:
        return f"TANH({cell})"

    def derivative(self, x: Array) -> Array:
        return 1 - np.tanh(x) ** 2
