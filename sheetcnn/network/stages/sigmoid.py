"""Sigmoid: every value is squeezed between 0 and 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sheetcnn.network.stages.activation import Activation
from sheetcnn.network.stages.base import Array


@dataclass(frozen=True)
class Sigmoid(Activation):
    """The logistic function, 1 / (1 + exp(-x)).

    It is written with tanh, which no number is too large for: EXP of more than 709 is an error in Excel.
    """

    kind: ClassVar[str] = "sigmoid"
    caption: ClassVar[str] = "every value between 0 and 1"
    never_negative: ClassVar[bool] = True
    name: ClassVar[str] = "sigmoid"
    explanation: ClassVar[str] = "1 / (1 + exp(-x)) of the same value x of the map before: between 0 and 1"

    def function(self, x: Array) -> Array:
        return (1 + np.tanh(x / 2)) / 2

    def excel(self, cell: str) -> str:
        return f"(1+TANH({cell}/2))/2"

    def derivative(self, x: Array) -> Array:
        return self.function(x) * (1 - self.function(x))
