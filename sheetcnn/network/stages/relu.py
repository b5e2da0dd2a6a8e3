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
    name: ClassVar[str] = "ReLU"
    words: ClassVar[str] = "the same value of the map before, 0 if that is negative"

    def function(self, x: Array) -> Array:
        return np.maximum(x, 0.0)

    def spelled(self, cell: str) -> str:
        return f"MAX(0,{cell})"

    def slope(self, x: Array) -> Array:
        return (x > 0).astype(x.dtype)
