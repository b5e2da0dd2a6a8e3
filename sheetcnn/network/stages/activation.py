"""What activations share: every value by itself becomes another, and nothing else changes."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from sheetcnn.network.stages.base import Array, Explanation, Position, Refs, Shape, Stage, window


class Activation(Stage):
    """A function of one number, over all of a tensor.

    Attributes:
        explanation: what becomes of a value, in words.
        name: of the function.
    """

    explanation: ClassVar[str]
    name: ClassVar[str]

    def out_shape(self, in_shape: Shape) -> Shape:
        return in_shape

    def compute(self, x: Array, weights: Array) -> Array:
        return self.function(x)

    def formula(self, at: Position, refs: Refs) -> str:
        return self.excel(refs.cell(refs.inputs[at.channel], at.row, at.column))

    def explain(self, at: Position, refs: Refs) -> Explanation:
        term = (window(refs.inputs[at.channel], at.row, at.column),)
        return Explanation(self.explanation, [term], steps=[(self.name, self.function)])

    def gradients(self, x: Array, weights: Array, upstream: Array) -> tuple[Array, None]:
        return upstream * self.derivative(x), None

    @abstractmethod
    def function(self, x: Array) -> Array:
        """NumPy: return what becomes of each value."""

    @abstractmethod
    def excel(self, cell: str) -> str:
        """Excel: return the function of one cell."""

    @abstractmethod
    def derivative(self, x: Array) -> Array:
        """Return the derivative at each value."""
