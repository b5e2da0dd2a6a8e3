"""Connected pieces of ink, and which of them make one digit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sheetcnn.errors import SpecError

Mask: TypeAlias = NDArray[np.bool_]
Runs: TypeAlias = NDArray[np.intp]

SPECK = 0.02  # of the largest piece's pixels: what has fewer is dust
NEAR = 0.5  # of the digit's longer side: how far off a small piece of it may lie
TALL = 0.5  # of the digit's height: what is lower is a piece of a digit, not one more
STACKED = 0.35  # of the height of both: what is lower is no digit above or below another one
LARGE = 0.2  # of the largest piece's pixels: what has fewer is small, and far off it is a smudge
APART = 0.1  # of the digit's height: two tall pieces with as much paper between them are two digits


@dataclass(frozen=True, eq=False)  # arrays have no single truth value to compare by
class Component:
    """Ink whose pixels touch, diagonally too: its runs (row, start, end), and the box around it."""

    runs: Runs
    area: int
    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """How many rows it takes."""
        return self.bottom - self.top

    @property
    def side(self) -> int:
        """How long the longer side of its box is."""
        return max(self.height, self.right - self.left)


def components(mask: Mask) -> list[Component]:
    """Return the pieces of ink on a picture, the largest first."""
    runs = _runs(mask)
    numbers = _numbered(runs, mask.shape[1])
    order = np.argsort(numbers, kind="stable")
    ends = np.flatnonzero(np.diff(numbers[order])) + 1
    found = [_piece(group) for group in np.split(runs[order], ends)] if len(runs) else []
    return sorted(found, key=lambda piece: -piece.area)


def painted(found: Sequence[Component], shape: tuple[int, int]) -> Mask:
    """Return the picture that has these pieces only."""
    change = np.zeros((shape[0], shape[1] + 1), dtype=np.int8)
    for piece in found:
        row, start, end = piece.runs.T
        change[row, start] = 1
        change[row, end] = -1
    mask: Mask = change.cumsum(axis=1, dtype=np.int8)[:, :-1] > 0
    return mask


def one_digit(found: Sequence[Component]) -> list[Component]:
    """Return the pieces of the one digit among pieces that come largest first; the others are dust.

    Raises:
        SpecError: there are several digits.
    """
    largest, *left = (piece for piece in found if piece.area >= SPECK * found[0].area)
    kept = [largest]
    while near := [
        piece for piece in left if _gap(piece, box(kept)) <= _reach(piece, largest) * box(kept).side
    ]:
        kept += near
        left = [piece for piece in left if piece not in near]
    height = box(kept).height
    far = [piece for piece in left if piece.height >= TALL * height and piece.area >= LARGE * largest.area]
    beside = [(piece.left, piece.right) for piece in kept if piece.height >= TALL * height]
    below = [(piece.top, piece.bottom) for piece in kept if piece.height >= STACKED * height]
    if far or any(_groups(spans, APART * height) > 1 for spans in (beside, below)):
        raise SpecError("there are several digits on it: cut out one")
    return kept


def _reach(piece: Component, largest: Component) -> float:
    """Return how far off a piece may lie: the strokes of a broken line are further apart than a smudge may be."""
    return 1 if piece.area >= LARGE * largest.area else NEAR


def box(found: Sequence[Component]) -> Component:
    """Return pieces as one."""
    return Component(
        np.concatenate([piece.runs for piece in found]),
        sum(piece.area for piece in found),
        min(piece.top for piece in found),
        min(piece.left for piece in found),
        max(piece.bottom for piece in found),
        max(piece.right for piece in found),
    )


def _gap(one: Component, other: Component) -> int:
    """Return how many pixels lie between two boxes, along the axis on which they are further apart."""
    across = max(one.left, other.left) - min(one.right, other.right)
    down = max(one.top, other.top) - min(one.bottom, other.bottom)
    return max(across, down)


def _groups(spans: Sequence[tuple[int, int]], gap: float) -> int:
    """Return into how many groups spans (start, end) fall where gaps are wider than this."""
    groups, reach = 0, -np.inf
    for start, end in sorted(spans):
        groups += start - reach > gap
        reach = max(reach, end)
    return groups


def _piece(runs: Runs) -> Component:
    row, start, end = runs.T
    return Component(
        runs, int((end - start).sum()), int(row[0]), int(start.min()), int(row[-1]) + 1, int(end.max())
    )


def _runs(mask: Mask) -> Runs:
    """Return each unbroken run of ink along a row as (row, start, end), (n, 3), in reading order."""
    change = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, start = np.nonzero(change == 1)
    return np.stack([row, start, np.nonzero(change == -1)[1]], axis=1)


def _numbered(runs: Runs, width: int) -> Runs:
    """Return a number for each run, the same for runs that touch.

    Each starts with its own place, and takes the largest number among its neighbours and at the place that
    it names, until nothing changes (after Shiloach and Vishkin, 1982).
    """
    start, end = ((runs[:, 0] * (width + 1)) + runs[:, side] for side in (1, 2))
    first = np.searchsorted(end, start + width + 1)  # the runs in the row below that touch it
    last = np.searchsorted(start, end + width + 1, side="right")
    many = np.maximum(last - first, 0)
    upper = np.repeat(np.arange(len(runs)), many)
    lower = np.arange(many.sum()) + np.repeat(first - many.cumsum() + many, many)
    numbers = np.arange(len(runs))
    while True:
        found = numbers.copy()
        np.maximum.at(found, upper, numbers[lower])
        np.maximum.at(found, lower, numbers[upper])
        found = found[found]
        if np.array_equal(found, numbers):
            return numbers
        numbers = found
