"""Average pool: the mean of each window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sheetcnn.network.stages.base import Array, Explanation, Position, Refs
from sheetcnn.network.stages.pool import Pool


@dataclass(frozen=True)
class AveragePool(Pool):
    """The mean of each window of every map. A sum divided: AVERAGE would leave empty cells out."""

    kind: ClassVar[str] = "avgpool"
    heading: ClassVar[str] = "Average pool"
    caption: ClassVar[str] = "the mean of each window"

    def compute(self, x: Array, weights: Array) -> Array:
        mean: Array = self.windows(x).mean(axis=(1, 2))
        return mean

    def formula(self, at: Position, refs: Refs) -> str:
        return f"SUM({self.range(at, refs)})/{self.window**2}"

    def explain(self, at: Position, refs: Refs) -> Explanation:
        return Explanation(
            f"the mean of a window of {self.window} × {self.window}",
            [(self.seen(at, refs),)],
            steps=[("mean", np.mean)],
        )

    def gradients(self, x: Array, weights: Array, upstream: Array) -> tuple[Array, None]:
        d_x = np.zeros_like(x)
        for _, place in self.places(upstream):
            d_x[place] += upstream / self.window**2
        return d_x, None
