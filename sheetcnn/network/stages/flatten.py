"""Flatten: the values of all maps, one below the other."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from sheetcnn.excel.region import Region
from sheetcnn.network.stages.base import Array, Explanation, Position, Refs, Shape, Stage, three_axes, window


@dataclass(frozen=True)
class Flatten(Stage):
    """Map by map, row by row, as PyTorch has it."""

    kind: ClassVar[str] = "flatten"
    caption: ClassVar[str] = "all maps in one column"

    def out_shape(self, in_shape: Shape) -> Shape:
        return (prod(three_axes(self.kind, in_shape)),)

    def compute(self, x: Array, weights: Array) -> Array:
        return np.reshape(x, (-1, *x.shape[3:]))

    def formula(self, at: Position, refs: Refs) -> str:
        source, row, column = _place(at.row, refs)
        return refs.cell(source, row, column)

    def explain(self, at: Position, refs: Refs) -> Explanation:
        return Explanation("the same value, in line", [(window(*_place(at.row, refs)),)])

    def gradients(self, x: Array, weights: Array, upstream: Array) -> tuple[Array, None]:
        return upstream.reshape(x.shape), None


def _place(number: int, refs: Refs) -> tuple[Region, int, int]:
    """Return the map, row and column of a value by its place in line."""
    first = refs.inputs[0]
    channel, place = divmod(number, first.rows * first.columns)
    return refs.inputs[channel], *divmod(place, first.columns)
