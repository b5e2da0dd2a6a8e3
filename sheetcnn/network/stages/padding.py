"""Padding: how windows lie along a map if they may reach over its edges."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np

from sheetcnn.network.stages.base import Array, window_count
from sheetcnn.network.stages.settings import SettingKind, is_whole, whole_from_cell

Padding: TypeAlias = int | str
"""How many rows and columns of zeros lie around each map; or `same`, for as many as it takes to keep its size."""


def _from_template(value: Any) -> Padding:
    if value == "valid":
        return 0
    if value != "same" and not is_whole(value, 0):
        raise ValueError
    return value  # type: ignore[no-any-return]  # as just checked


def _from_cell(value: Any) -> Padding:
    if value == "same":
        return "same"
    return whole_from_cell(value) if value else 0


PADDING = SettingKind('"valid", "same" or a whole number of rows and columns', _from_template, _from_cell)
"""What a setting may say that is a padding."""


class Clipped(NamedTuple):
    """What lies on the map of one window: where that begins, how long it is, and how much before it does not."""

    start: int
    length: int
    skipped: int


class Side(NamedTuple):
    """How windows lie along one side of a map.

    Attributes:
        size: of the map.
        window: how long each one is.
        stride: from one to the next.
        stops: how many there are.
        before: how far the first one begins before the map.
    """

    size: int
    window: int
    stride: int
    stops: int
    before: int

    @property
    def after(self) -> int:
        """How far the last window reaches over the end."""
        return max(0, (self.stops - 1) * self.stride + self.window - self.before - self.size)

    def clipped(self, index: int) -> Clipped:
        """Return what lies on the map of a window, counted from zero."""
        start = index * self.stride - self.before
        first, end = max(0, start), min(self.size, start + self.window)
        return Clipped(first, end - first, first - start)


def side(size: int, window: int, stride: int, padding: Padding) -> Side:
    """Return how windows lie along one side of a map.

    A number is the padding of PyTorch. `same` is that of Keras and TensorFlow: as many windows as values, divided by
    the stride and rounded up; of an odd number of zeros, one more goes behind.

    Where no window fits, there is none.
    """
    if padding == "same":
        stops = -(-size // stride)
        return Side(size, window, stride, stops, max(0, (stops - 1) * stride + window - size) // 2)
    before = padding if isinstance(padding, int) else 0
    return Side(size, window, stride, window_count(size + 2 * before, window, stride), before)


def padded(x: Array, high: Side, wide: Side) -> Array:
    """Return maps with zeros around them."""
    if not any((high.before, high.after, wide.before, wide.after)):
        return x
    around = [(0, 0), (high.before, high.after), (wide.before, wide.after)]
    return np.pad(x, [*around, *((0, 0) for _ in x.shape[3:])])
