"""Takes the printed lines of ruled and squared paper off a picture.

Printed lines are thin, straight, and run on wherever nothing is written over them (the properties that Lopresti and
Kavallieratou use, "Ruling Line Removal in Handwritten Page Images", 2010). They are found by a Hough transform (Duda and
Hart, 1972) over strips of the picture, and taken off by a morphological opening across them, which leaves a stroke
that is wider than a line as it is.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sheetcnn.digits.digit import Pixels

SMALLEST = 100  # pixels of the shorter side: in a smaller picture a line is as wide as a stroke
STRIP = 16  # pixels: how wide the strips are on which a line is looked for
STEEPEST = 0.1  # rows per column, 5.7 degrees
THICKEST = 0.02  # of the longer side: what is wider is a stroke
FAINTEST = 0.02  # of the way from black to white: a line that stands out less does no harm
STEADY = 0.7  # of the strips on which nothing hides it show a line
SEEN = 0.25  # of all strips do
RISE = 0.25  # of the way from paper to full ink: by so much ink has to be darker than a line to be told from it


class Lines(NamedTuple):
    """Where lines run from left to right, and how much lighter than what is around them they are, 0 elsewhere."""

    height: Pixels
    width: int


def without_lines(brightness: Pixels) -> tuple[Pixels, bool]:
    """Return a picture without printed lines, and whether it had any; without any it is returned untouched.

    Args:
        brightness: (rows, columns), light ink on dark paper, 0 to 1.
    """
    if min(brightness.shape) < SMALLEST:
        return brightness, False
    ruled = False
    for axis in (0, 1):
        turned = np.moveaxis(brightness, axis, 0)
        if lines := _lines(turned):
            brightness, ruled = np.moveaxis(_taken_off(turned, lines), 0, axis), True
    return brightness, ruled


def _lines(picture: Pixels) -> Lines | None:
    """Return the lines that run from left to right; None if there are none."""
    thickest = max(2, round(THICKEST * max(picture.shape)))
    background = opened_across(picture, thickest + 1)
    thin, thick = _strips(picture - background), _strips(background)
    thin -= np.median(thin)
    faintest = max(FAINTEST, 4 * 1.4826 * float(np.median(np.abs(thin))))
    paper = np.median(thick)
    hidden = thick > paper + (thick.max() - paper) / 2
    shows = (thin > faintest) & ~hidden
    shows[1:-1] |= shows[:-2] | shows[2:]

    rows, strips = thin.shape
    columns = np.arange(picture.shape[1])
    height = np.zeros(picture.shape)
    reach = round(STEEPEST * picture.shape[1])
    for rise in range(-reach, reach + 1):
        shift = np.round((np.arange(strips) + 0.5) / strips * rise).astype(np.intp)
        at = np.arange(rows)[:, None] + shift
        inside = (at >= 0) & (at < rows)
        at = np.clip(at, 0, rows - 1)
        there = np.arange(strips)
        count = (shows[at, there] & inside).sum(axis=1)
        could = (~hidden[at, there] & inside).sum(axis=1)
        straight = (count >= STEADY * could) & (count >= SEEN * strips)
        for row in np.flatnonzero(straight):
            path = row + np.round((columns + 0.5) / picture.shape[1] * rise).astype(np.intp)
            on = (path >= 0) & (path < rows)
            level = np.median(thin[at[row], there][shows[at[row], there] & inside[row]])
            for beside in (-1, 0, 1):
                path_ = np.clip(path + beside, 0, rows - 1)
                height[path_[on], columns[on]] = np.maximum(height[path_[on], columns[on]], level)
    if not height.any():
        return None
    return Lines(height, _typical_width(height > 0))


def _strips(picture: Pixels) -> Pixels:
    """Return the mean brightness of each row within each strip, (rows, strips)."""
    edges = np.arange(0, picture.shape[1] - STRIP + 1, STRIP)
    return np.add.reduceat(picture, edges, axis=1) / np.diff([*edges, picture.shape[1]])


def _typical_width(mask: NDArray[np.bool_]) -> int:
    """Return how many rows a line takes."""
    starts = (np.diff(mask.astype(np.int8), axis=0, prepend=0) == 1).sum()
    return int(np.ceil(mask.sum() / starts))


def _taken_off(picture: Pixels, lines: Lines) -> Pixels:
    """Return a picture without these lines; ink that is clearly lighter than them stays."""
    below = opened_across(picture, lines.width + 2)
    full = np.percentile(picture, 99.9)
    return np.where(lines.height > 0, below, picture)


def opened_across(picture: Pixels, width: int) -> Pixels:
    """Return the morphological opening by an upright segment of so many pixels."""
    return _extreme_of(_extreme_of(picture, width, np.minimum, 0), width, np.maximum, 1)


def _extreme_of(values, width, extreme, side):
    before = (width - 1 + side) // 2
    padded = np.pad(values, ((before, width - 1 - before), (0, 0)), mode="edge")
    seen = 1
    while seen < width:
        step = min(seen, width - seen)
        padded = extreme(padded[:-step], padded[step:])
        seen += step
    return padded
