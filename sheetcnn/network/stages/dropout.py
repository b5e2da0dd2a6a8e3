"""Dropout, as it is once training is over: it passes everything on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sheetcnn.network.stages.activation import Activation
from sheetcnn.network.stages.base import Array


@dataclass(frozen=True)
class Dropout(Activation):
    """What drops values at random in training (Srivastava et al., 2014) and does nothing when a picture is read."""

    kind: ClassVar[str] = "dropout"
    name: ClassVar[str] = "dropout"
    words: ClassVar[str] = "the same value of the map before: dropout drops nothing once training is over"

    def function(self, x: Array) -> Array:
        return x

    def spelled(self, cell: str) -> str:
        return cell

    def slope(self, x: Array) -> Array:
        return np.ones_like(x)
