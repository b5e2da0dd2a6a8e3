"""Finds the numbers for which an expression of a spreadsheet is 0, on many planes at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from sheetcnn.excel.cell_array import Floats

Expression: TypeAlias = Callable[[Floats], Floats]
"""Gives what an expression comes to on each plane, from the number that one cell holds on each; nan for an error."""

_POWERS = [2.0**power for power in range(-8, 13, 2)]
_LADDER = (*(-power for power in reversed(_POWERS)), 0.0, *_POWERS)
_BISECTIONS = 64
_MAX_SEARCHED = 6


def roots(of: Expression, planes: int) -> Iterator[Floats]:
    """Yield numbers for which an expression is 0, or jumps over 0: one a plane, nan where there is none.

    What is linear is solved, and improved by one step of Newton's; of anything else changes of sign between powers
    of 4 are searched, and halved until the number has no more digits.

    Args:
        of: the expression.
        planes: how many planes it has.
    """
    slopes = np.diff([of(np.full(planes, number)) for number in (-1.0, 0.0, 1.0, 2.0)], axis=0)
    with np.errstate(all="ignore"):
        if np.allclose(slopes, slopes[:1], rtol=1e-9, atol=1e-12):
            slope = np.where(slopes[0] == 0, np.nan, slopes[0])
            root = -of(np.zeros(planes)) / slope
            yield root - of(root) / slope
        else:
            yield from _searched(of, planes)


def _searched(of: Expression, planes: int) -> Iterator[Floats]:
    steps = [(number, of(np.full(planes, number))) for number in _LADDER]
    found = 0
    for (low, below), (high, above) in pairwise(steps):
        turns = (np.sign(below) != np.sign(above)) & np.isfinite(below) & np.isfinite(above)
        if turns.any() and found < _MAX_SEARCHED:
            found += 1
            yield np.where(turns, _halved(of, np.full(planes, low), np.full(planes, high), below), np.nan)


def _halved(of: Expression, low: Floats, high: Floats, below: Floats) -> Floats:
    """Return where the sign changes between two numbers."""
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        stays = np.sign(of(middle)) == np.sign(below)
        low, high = np.where(stays, middle, low), np.where(stays, high, middle)
    return high
