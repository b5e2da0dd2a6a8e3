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
    caption: ClassVar[str] = "every value passes: nothing is dropped after training"
    name: ClassVar[str] = "dropout"
    explanation: ClassVar[str] = (
        "the same value of the map before: dropout drops nothing once training is over"
    )

    def function(self, x: Array) -> Array:
        return x

    def excel(self, cell: str) -> str:
        return cell

    def derivative(self, x: Array) -> Array:
        return np.ones_like(x)
