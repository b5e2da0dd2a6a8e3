"""Takes the printed lines of ruled and squared paper off a picture.

Printed lines are thin and straight, and go on wherever nothing is written over them (the properties that Lopresti and
Kavallieratou use, "Ruling Line Removal in Handwritten Page Images", 2010). They are found by a Hough transform (Duda
and Hart, 1972) over narrow strips of the picture, and taken off by a morphological opening across them: a stroke
that is thicker than a line stays as it is.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sheetcnn.digits.digit import Pixels
from sheetcnn.digits.morphology import opened, spread

Mask: TypeAlias = NDArray[np.bool_]

SMALLEST = 80  # pixels of the shorter side: on a smaller picture a line is as thick as a stroke
STRIP = 8  # pixels: how wide the strips are on which a line is looked for
STEEPEST = 0.18  # rows per column, 10 degrees
THICKEST = 0.02  # of the longer side: what is thicker is a stroke
FAINTEST = 0.02  # of the way from black to white: a line that stands out less does no harm
GRAIN = 4 * 1.4826  # four standard deviations, from the median distance to the median
STEADY = 0.7  # of the strips on which ink does not hide it show a line
SEEN = 0.25  # of all strips do
DARKER = 0.25  # of full ink: by so much ink is darker than a line that it can be told from


class Strips(NamedTuple):
    """The picture cut into strips from top to bottom, (strips, rows).

    Attributes:
        contrast: by how much each row of a strip is brighter than what is above and below it.
        shows: where that is enough for a line; a row beside it will do.
        hidden: where thick ink would hide a line.
    """

    contrast: Pixels
    shows: Mask
    hidden: Mask


def without_lines(brightness: Pixels) -> tuple[Pixels, bool]:
    """Return a picture without printed lines, and whether it had any; without any it comes back as it is.

    Args:
        brightness: (rows, columns), light ink on dark paper, 0 to 1.
    """
    if min(brightness.shape) < SMALLEST:
        return brightness, False
    ruled = False
    for axis in (0, 1):
        picture = np.moveaxis(brightness, axis, 0)
        background = opened(picture, (max(2, round(THICKEST * max(picture.shape))) + 1, 1))
        lines = _lines(_strips(picture, background))
        if lines.any():
            across = np.repeat(lines, STRIP, axis=0)[: picture.shape[1]].T
            brightness, ruled = np.moveaxis(_taken_off(picture, background, across), 0, axis), True
    return brightness, ruled


def _strips(picture: Pixels, background: Pixels) -> Strips:
    contrast, thick = _averaged(picture - background), _averaged(background)
    contrast -= np.median(contrast)
    grain = GRAIN * float(np.median(np.abs(contrast)))
    paper = np.median(thick)
    hidden = thick > (paper + thick.max()) / 2
    shows = spread(contrast > max(FAINTEST, grain), (0, 1)) & ~hidden
    return Strips(contrast, shows, hidden)


def _averaged(picture: Pixels) -> Pixels:
    """Return the mean of each row within each strip, (strips, rows)."""
    starts = np.arange(0, picture.shape[1], STRIP)
    widths = np.diff([*starts, picture.shape[1]])
    return np.ascontiguousarray((np.add.reduceat(picture, starts, axis=1) / widths).T)


def _lines(strips: Strips) -> Mask:
    """Return where lines run from left to right, (strips, rows)."""
    count, rows = strips.shows.shape
    reach = round(STEEPEST * count * STRIP)
    rises = np.arange(-reach, reach + 1)
    shifts = np.round((np.arange(count) + 0.5)[:, None] / count * rises).astype(np.intp)  # (strips, rises)
    shown, free = (_along(mask, shifts, reach) for mask in (strips.shows, ~strips.hidden))
    rise, row = np.nonzero((shown >= STEADY * free) & (shown >= SEEN * count))
    lines = np.zeros((count, rows), dtype=np.bool_)
    for strip in range(count):
        at = row + shifts[strip, rise]
        lines[strip, at[(at >= 0) & (at < rows)]] = True
    return lines


def _along(mask: Mask, shifts: NDArray[np.intp], reach: int) -> NDArray[np.int32]:
    """Return on how many strips a mask is true along each line, (rises, rows)."""
    rows = mask.shape[1]
    total = np.zeros((shifts.shape[1], rows), dtype=np.int32)
    for padded, shift in zip(np.pad(mask, ((0, 0), (reach, reach))), shifts, strict=True):
        total += np.lib.stride_tricks.sliding_window_view(padded, rows)[reach + shift]
    return total


def _taken_off(picture: Pixels, background: Pixels, lines: Mask) -> Pixels:
    """Return a picture without these lines, which run from left to right.

    Ink on a line stays where it is thicker than the line, and where it is clearly brighter: what it adds to the line
    is a share of the way from there to full ink.
    """
    where = spread(lines, (1, 0))
    starts = np.count_nonzero(where[1:] & ~where[:-1]) + np.count_nonzero(where[0])
    thickness = int(np.ceil(np.count_nonzero(where) / starts))
    rest = opened(picture, (thickness + 1, 1))
    contrast = picture - background
    level = float(np.percentile(spread(contrast, (2, 0))[lines], 75))
    full = float(np.percentile(picture, 99.9) - np.median(background))
    if full - level > DARKER * full:
        added = np.maximum(contrast - level, 0) * full / (full - level)
        rest = np.maximum(rest, np.minimum(background + added, picture))
    return np.where(where, rest, picture)
