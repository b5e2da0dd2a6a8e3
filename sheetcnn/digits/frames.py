"""Knows ink that is no digit: lines from edge to edge of a picture, and a frame around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sheetcnn.digits.components import Component, box, painted
from sheetcnn.errors import SpecError

Mask: TypeAlias = NDArray[np.bool_]

THIN = 0.02  # of the longer side: lines are no thicker, strokes that reach from edge to edge are
MANY = 3  # pieces of ink at one edge, and as many at the one across: no digit has them
BAND = 0.06  # of the longer side: a frame's four sides lie in a band as wide along its box
LONG = 0.3  # of the digit's longer side: a line beside it is no shorter
SLIM = 0.1  # of its length: a line is no wider
COVERED = 0.9  # of a band's length has the frame in it


def refuse_frames(kept: Sequence[Component], shape: tuple[int, int]) -> None:
    """Raise SpecError if ink is lines from one edge of the picture to the other, or a line or a frame is beside it.

    Args:
        kept: the pieces of ink that were taken for a digit, the largest first.
        shape: the picture's (rows, columns).
    """
    ink = painted(kept, shape)
    cut = [_runs(edge) for edge in (ink[0], ink[-1], ink[:, 0], ink[:, -1])]
    crossing = max(min(cut[:2]), min(cut[2:]))
    if crossing >= MANY or (crossing and _thickness(ink) <= THIN * max(ink.shape)):
        raise SpecError(
            "there are lines on it from edge to edge: cut out the digit, or write it on blank paper"
        )
    if _framed(ink):
        raise SpecError("there is a frame around the digit: cut out what is inside")
    thin = min(THIN * max(shape), _thickness(painted(kept[:1], shape)) / 2)
    if any(_is_line(piece, thin, box(kept).side) for piece in kept[1:]):
        raise SpecError("there is a thin line beside the digit: cut it off")


def _runs(edge: Mask) -> int:
    return int(np.count_nonzero(np.diff(edge, prepend=False)[edge]))


def _thickness(ink: Mask) -> float:
    """Return how many pixels a stroke takes in the direction in which it takes fewer, on average."""
    runs = [np.count_nonzero(np.diff(ink, axis=axis, prepend=False, append=False)) / 2 for axis in (0, 1)]
    return float(np.count_nonzero(ink) / max(runs))


def _is_line(piece: Component, thin: float, side: int) -> bool:
    shorter = min(piece.height, piece.right - piece.left)
    return piece.side >= LONG * side and shorter <= SLIM * piece.side and piece.area <= thin * piece.side


def _framed(ink: Mask) -> bool:
    """Return whether thin lines run along all four sides of the ink's box, with something else within."""
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    boxed = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    band = max(2, round(BAND * max(boxed.shape)))
    if min(boxed.shape) <= 4 * band:
        return False
    sides = [boxed[:band], boxed[-band:], boxed[:, :band].T, boxed[:, -band:].T]
    covered = all(side.any(axis=0).mean() >= COVERED for side in sides)
    thin = (
        sum(bool(np.median(side.sum(axis=0)) <= band / 2) for side in sides) >= 3
    )  # one may lie on a stroke
    return covered and thin and bool(boxed[band:-band, band:-band].any())
