"""A digit from whatever holds one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from sheetcnn.digits.csv_file import STDIN, from_array, read_table
from sheetcnn.digits.digit import SIDE, Digit
from sheetcnn.errors import SpecError

_TABLES = (".csv", ".tsv", ".txt")


def load(
    source: Path | str | ArrayLike,
    *,
    label: int | str | None = None,
    as_is: bool = False,
    scale: float | None = None,
    dark_ink: bool = False,
) -> Digit:
    """Return the digit that a file or an array holds, 28 x 28 pixels, and how it came about.

    Args:
        source: a CSV file (`.csv`, `.tsv`, `.txt`, or `-` for the standard input); any other file is an image; or an
            array: (28, 28) numbers, ink as a CSV file has it; any other size is a picture, (rows, columns), dark to
            bright.
        label: the digit that it shows, if someone knows.
        as_is: take an image of 28 x 28 pixels as it is.
        scale: of 28 x 28 numbers, the one that stands for full ink; 1 or 255 where the numbers leave no doubt.
        dark_ink: whether in 28 x 28 numbers, or in an image taken as it is, paper is high and ink is low.

    Raises:
        SpecError: there is no such file, or no digit in it.
    """
    if isinstance(source, (str, Path)):
        if str(source) == STDIN or Path(source).suffix.lower() in _TABLES:
            return read_table(source, label, scale=scale, dark_ink=dark_ink)
        from sheetcnn.digits.image import read_image

        return read_image(Path(source), label, as_is=as_is, dark_ink=dark_ink)
    try:
        values = np.asarray(source)
    except ValueError:
        raise SpecError(
            f"an array has rows of different lengths: a digit is {SIDE} × {SIDE} numbers"
        ) from None
    if values.shape == (SIDE, SIDE) or values.ndim != 2:
        return from_array(values, label=label, scale=scale, dark_ink=dark_ink)
    from sheetcnn.digits.image import from_picture

    return from_picture(values, label=label)
