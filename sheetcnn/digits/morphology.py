"""Grey-scale morphology with rectangles (Sternberg, 1983), in plain NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray


def opened(values: NDArray[Any], size: tuple[int, int]) -> NDArray[Any]:
    """Return the opening by a rectangle of (rows, columns): what is bright and narrower is gone."""
    before = [(side - 1) // 2 for side in size]
    after = [side - 1 - less for side, less in zip(size, before, strict=True)]
    return _extreme(_extreme(values, before, after, np.minimum), after, before, np.maximum)


def spread(values: NDArray[Any], margin: tuple[int, int]) -> NDArray[Any]:
    """Return the largest value within so many rows and columns to each side of each pixel."""
    return _extreme(values, margin, margin, np.maximum)


def _extreme(
    values: NDArray[Any],
    before: tuple[int, int] | list[int],
    after: tuple[int, int] | list[int],
    extreme: Callable[..., NDArray[Any]],
) -> NDArray[Any]:
    """Return the smallest or largest value from so many pixels before each one to so many after it, on both axes.

    The width that is looked at doubles with each step; beyond the edge is more of the edge.
    """
    for axis, sides in enumerate(zip(before, after, strict=True)):
        pad = [(0, 0), (0, 0)]
        pad[axis] = sides
        values = np.moveaxis(np.pad(values, pad, mode="edge"), axis, 0)
        seen, width = 1, sum(sides) + 1
        while seen < width:
            step = min(seen, width - seen)
            values = extreme(values[:-step], values[step:])
            seen += step
        values = np.moveaxis(values, 0, axis)
    return values
