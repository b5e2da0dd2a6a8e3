"""Finds the one digit on a picture, and makes of it what MNIST would have made: plain NumPy."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sheetcnn.digits.components import Component, box, components, one_digit, painted
from sheetcnn.digits.digit import BOX, Pixels
from sheetcnn.digits.frames import refuse_frames
from sheetcnn.digits.morphology import opened, spread
from sheetcnn.digits.ruling import without_lines
from sheetcnn.errors import SpecError

Mask = NDArray[np.bool_]

COARSE = 200  # pixels along the longer side of the picture on which the paper is looked at
PATCH = 3  # a shadow is wider than a third of the picture, a stroke is narrower
EVEN = 0.05  # paper whose brightness differs by no more has no shadow
FAINT = 0.1  # ink that stands out from the paper by no more is none
FLOOR = 0.1  # of full ink: what is fainter is paper
GRAIN = 3 * 1.4826  # three standard deviations of what is normal, from the median distance to the median
SPECK = 0.02  # of the largest piece's pixels: what has fewer is dust
NO_INK = "there is no ink on it: draw a digit"
SOFT = 16  # a stroke fades to paper within a 16th of the digit's longer side


class NormalizedInk(NamedTuple):
    """A digit cut out of a picture.

    Attributes:
        ink: (rows, columns), 0 to 1, the longer side 20 pixels.
        cut: the height and width that it had on the picture.
        turned: whether it was dark on light.
        ruled: whether there were printed lines on the paper.
        shaded: whether there was a shadow on the paper.
        dusty: whether there was something beside it.
    """

    ink: Pixels
    cut: tuple[int, int]
    turned: bool
    ruled: bool
    shaded: bool
    dusty: bool


def normalize(brightness: Pixels) -> NormalizedInk:
    """Return the one digit on a picture, in the manner of MNIST (LeCun, Cortes, Burges).

    Args:
        brightness: (rows, columns), 0 for black to 1 for white.

    Raises:
        SpecError: there is no ink, more than one digit, or a frame or lines that cannot be taken off.
    """
    brightness, turned = _light_on_dark(brightness)
    brightness, ruled = without_lines(brightness)
    brightness, shaded = _without_shadow(brightness)
    if np.ptp(brightness) <= FAINT:
        raise SpecError(NO_INK)
    strong = brightness > otsu(brightness)
    ink = _inked(brightness, strong)
    found = components(strong)
    if shaded:
        found = _inside(found, strong.shape)
    kept = one_digit(found)
    refuse_frames(kept, strong.shape)
    soft = -(-box(kept).side // SOFT)
    near = spread(painted(kept, strong.shape), (soft, soft))
    ink = _cropped(np.where(near, ink, 0))
    small = _boxed(ink)
    return NormalizedInk(
        small / small.max(), (ink.shape[0], ink.shape[1]), turned, ruled, shaded, len(kept) < len(found)
    )


def _light_on_dark(brightness: Pixels) -> tuple[Pixels, bool]:
    """Return a picture with light ink, and whether it had to be turned round: paper is what the edge is."""
    coarse = _shrunk(brightness)
    edge = np.concatenate([coarse[0], coarse[-1], coarse[:, 0], coarse[:, -1]])
    darker, lighter = np.percentile(edge, [25, 75])
    turned = bool(darker - coarse.min() > coarse.max() - lighter)
    return (1 - brightness if turned else brightness), turned


def _without_shadow(brightness: Pixels) -> tuple[Pixels, bool]:
    """Return a picture on even paper, and whether it was uneven.

    The paper is what is left of the picture by a morphological opening that no stroke fits in (Sternberg, 1983).
    """
    coarse = _shrunk(brightness)
    width = max(coarse.shape) // PATCH // 2 * 2 + 1
    paper = opened(coarse, (width, width))
    if np.ptp(paper) <= EVEN:
        return brightness, False
    under = _enlarged(paper, brightness.shape)
    return np.maximum(brightness - under, 0) / np.maximum(1 - under, 1 / 255), True


def _inked(brightness: Pixels, strong: Mask) -> Pixels:
    """Return how much ink there is: 0 for paper and its grain, 1 for the middle of a stroke.

    Raises:
        SpecError: there is none.
    """
    blank = brightness[~strong]
    paper, full = np.median(blank), np.percentile(brightness[strong], 95)
    if full - paper < FAINT:
        raise SpecError(NO_INK)
    grain = GRAIN * np.median(np.abs(blank - paper)) / (full - paper)
    ink = np.clip((brightness - paper) / (full - paper), 0, 1)
    return np.where(ink > max(grain, FLOOR), ink, 0.0)


def _inside(found: list[Component], shape: tuple[int, ...]) -> list[Component]:
    """Return the pieces that are neither dust nor cut by the edge, as the rim of a shadow is; all if none is left."""
    return [
        piece
        for piece in found
        if piece.area >= SPECK * found[0].area
        and piece.top > 0 < piece.left
        and piece.bottom < shape[0]
        and piece.right < shape[1]
    ] or found


def _cropped(ink: Pixels) -> Pixels:
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _boxed(ink: Pixels) -> Pixels:
    """Return ink whose longer side is 20 pixels."""
    high, wide = (max(1, round(side * BOX / max(ink.shape))) for side in ink.shape)
    return averaged(ink, (high, wide))


def otsu(values: Pixels) -> float:
    """Return the threshold that parts values into the two most distinct classes (Otsu, 1979).

    It lies in the middle of the thresholds that part them alike.
    """
    counts, edges = np.histogram(values, bins=256)
    centres = (edges[:-1] + edges[1:]) / 2
    below = counts.cumsum()[:-1]
    above = counts.sum() - below
    total = (counts * centres).cumsum()
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (total[:-1] / below - (total[-1] - total[:-1]) / above) ** 2
    between = np.nan_to_num(between)
    best = np.flatnonzero(between >= between.max() * (1 - 1e-12))
    return float(edges[best + 1].mean())


def averaged(values: Pixels, shape: tuple[int, int]) -> Pixels:
    """Return values on another grid: each new cell is the mean of the area that it covers."""
    down, across = (_shares(old, new) for old, new in zip(values.shape, shape, strict=True))
    result: Pixels = down @ values @ across.T
    return result


def _shrunk(values: Pixels) -> Pixels:
    longer = max(values.shape)
    if longer <= COARSE:
        return values
    high, wide = (max(1, round(side * COARSE / longer)) for side in values.shape)
    return averaged(values, (high, wide))


def _shares(old: int, new: int) -> Pixels:
    """Return how much each of the old cells gives to each new one, (new, old); rows sum to 1."""
    edges = np.linspace(0, old, new + 1)
    start, end = edges[:-1, None], edges[1:, None]
    at = np.arange(old)
    shares: Pixels = np.clip(np.minimum(end, at + 1) - np.maximum(start, at), 0, None) * (new / old)
    return shares


def _enlarged(values: Pixels, shape: tuple[int, ...]) -> Pixels:
    """Return values on a finer grid, in between linearly."""
    down, across = (_between(old, new) for old, new in zip(values.shape, shape, strict=True))
    result: Pixels = down @ values @ across.T
    return result


def _between(old: int, new: int) -> Pixels:
    """Return how much each of the old cells gives to each new one, (new, old), if values change linearly."""
    at = (np.arange(new) + 0.5) * old / new - 0.5
    return np.array([np.interp(at, np.arange(old), unit) for unit in np.eye(old)]).T
