"""Max pool: the largest value of each window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sheetcnn.network.stages.base import Array, Explanation, Position, Refs
from sheetcnn.network.stages.pool import Pool


@dataclass(frozen=True)
class MaxPool(Pool):
    """The largest value of each window of every map."""

    kind: ClassVar[str] = "maxpool"
    heading: ClassVar[str] = "Max pool"
    caption: ClassVar[str] = "the largest of each window"
    never_negative: ClassVar[bool] = True
    """Behind a ReLU, where it mostly stands."""
    takes_largest: ClassVar[bool] = True

    @property
    def inspection(self) -> str:
        return "largest"

    def compute(self, x: Array, weights: Array) -> Array:
        peak: Array = self.windows(x).max(axis=(1, 2))
        return peak

    def formula(self, at: Position, refs: Refs) -> str:
        return f"MAX({self.range(at, refs)})"

    def explain(self, at: Position, refs: Refs) -> Explanation:
        return Explanation(
            f"the largest value of a window of {self.window} × {self.window}",
            [(self.seen(at, refs),)],
            steps=[("largest", np.max)],
            largest=True,
        )

    def gradients(self, x: Array, weights: Array, upstream: Array) -> tuple[Array, None]:
        # A tie goes to the first in row order, as in PyTorch.
        seen = self.windows(x)
        channels, _, _, *rest = seen.shape
        first = seen.reshape(channels, -1, *rest).argmax(axis=1)
        d_x = np.zeros_like(x)
        for number, place in self.places(upstream):
            d_x[place] += np.where(first == number, upstream, 0.0)
        return d_x, None
