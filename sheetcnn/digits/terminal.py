"""Digits drawn in the terminal, two rows of pixels to a line of text."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sheetcnn.digits.digit import SIDE, Digit, Pixels

BLOCKS = " ▀▄█"  # numbered by 1 for ink in the upper row + 2 for ink in the lower
SHADES = " .:-=+*#%@"
INK = 0.4  # a pixel from here on is drawn full, so that thin strokes stay whole
GAP = "  "
ACROSS = 5  # one digit of the gallery to a line


def preview(pixels: Pixels) -> list[str]:
    """Return lines of text that show pixels: half blocks, or shades where the terminal knows only ASCII.

    Args:
        pixels: (rows, columns), an even number of rows, ink from 0 to 1.
    """
    upper, lower = pixels[::2], pixels[1::2]
    if _terminal_shows(BLOCKS):
        signs, numbers = BLOCKS, (upper >= INK) + 2 * (lower >= INK)
    else:
        signs, numbers = SHADES, ((upper + lower) / 2 * (len(SHADES) - 1)).round().astype(np.int64)
    return ["".join(signs[number] for number in row) for row in numbers.tolist()]


def contact_sheet(digits: Sequence[Digit], width: int) -> str:
    """Return digits side by side over their sources, up to 5 across where `width` columns of text hold them.

    The blank margin that all of them share is left out.

    Args:
        digits: of 28 x 28 pixels each.
        width: columns of text.
    """
    pixels = np.array([digit.pixels.max(axis=0) for digit in digits])  # ink of any colour
    ink = pixels.max(axis=0)
    pixels = pixels[:, _span(ink.any(axis=1)), _span(ink.any(axis=0))]
    tiles = [[*preview(shown), digit.source] for digit, shown in zip(digits, pixels, strict=True)]

    wide = max(len(line) for tile in tiles for line in tile)
    across = max(1, min(ACROSS, (width + len(GAP)) // (wide + len(GAP))))
    bands = [tiles[first : first + across] for first in range(0, len(tiles), across)]
    return "\n\n".join(
        "\n".join(_side_by_side(lines, wide) for lines in zip(*band, strict=True)) for band in bands
    )


def _side_by_side(lines: Sequence[str], wide: int) -> str:
    return GAP.join(line.ljust(wide) for line in lines).rstrip()


def _span(inked: NDArray[np.bool_]) -> slice:
    """Return the slice that holds all that is inked and the middle, in whole pairs."""
    at = np.flatnonzero(inked)
    first, last = at.min(initial=SIDE // 2), at.max(initial=SIDE // 2)
    return slice(first // 2 * 2, last // 2 * 2 + 2)


def _terminal_shows(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
