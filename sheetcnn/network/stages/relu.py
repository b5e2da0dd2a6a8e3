"""ReLU: what is negative becomes 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sheetcnn.network.stages.activation import Activation
from sheetcnn.network.stages.base import Array


@dataclass(frozen=True)
class ReLU(Activation):
    """The rectified linear unit, max(0, x) (Nair and Hinton, 2010)."""

    kind: ClassVar[str] = "relu"
    heading: ClassVar[str] = "ReLU {n}"
    caption: ClassVar[str] = "negative values become 0"
    never_negative: ClassVar[bool] = True
    rectifies: ClassVar[bool] = True
    name: ClassVar[str] = "ReLU"
    explanation: ClassVar[str] = "the same value of the map before, 0 if that is negative"

    @property
    def inspection(self) -> str:
        return "rectified"

    def function(self, x: Array) -> Array:
        return np.maximum(x, 0.0)

    def excel(self, cell: str) -> str:
        return f"MAX(0,{cell})"

    def derivative(self, x: Array) -> Array:
        return (x > 0).astype(x.dtype)
