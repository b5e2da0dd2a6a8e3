"""A digit as numbers: a table of 28 x 28 in a text file, or an array."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sheetcnn.digits.digit import SIDE, Digit
from sheetcnn.errors import SpecError, printable

STDIN = "-"
MAX_BYTES = 1_000_000  # 28 x 28 numbers of seventeen digits are 15 kB
FULL = 255  # the largest number of an image's file
_DELIMITERS = "\t;,"


def read_table(name: Path | str, label: int | str | None = None) -> Digit:
    """Return the digit in a CSV file: 28 lines of 28 numbers, parted by commas, semicolons or tabs.

    Args:
        name: the file, `-` for the standard input.
        label: the digit that it shows, if someone knows.

    Raises:
        SpecError: it cannot be read, or does not hold such numbers.
    """
    source = "the standard input" if str(name) == STDIN else printable(str(name))
    rows = _rows(_text(name, source), source)
    if len(rows) != SIDE or {len(row) for row in rows} != {SIDE}:
        wide = sorted({len(row) for row in rows})
        found = f"{len(rows)} × {' to '.join(map(str, {wide[0]: 0, wide[-1]: 0}))}" if rows else "no"
        raise SpecError(f"{source} holds {found} numbers: a digit is {SIDE} lines of {SIDE} numbers")
    return from_array(
        [[_number(text, source, at) for at, text in row] for row in _placed(rows)], source, label
    )


def from_array(numbers: ArrayLike, source: str = "an array", label: int | str | None = None) -> Digit:
    """Return the digit that an array holds: (28, 28), ink from 0 to 1, or from 0 to 255.

    Raises:
        SpecError: it has another shape, holds something else, or no ink.
    """
    values = np.asarray(numbers)
    if values.shape != (SIDE, SIDE) or values.dtype.kind not in "biuf":
        shape = " × ".join(map(str, values.shape))
        raise SpecError(f"{source} holds {shape} of {values.dtype}: a digit is {SIDE} × {SIDE} numbers")
    pixels = values.astype(np.float64)
    if not np.isfinite(pixels).all():
        raise SpecError(
            f"{source} holds a number that is not finite{_where(~np.isfinite(pixels))}: {_LIMITS}"
        )
    if pixels.min() < 0 or pixels.max() > FULL:
        wrong = pixels.min() if pixels.min() < 0 else pixels.max()
        raise SpecError(f"{source} holds {wrong:g}{_where(pixels == wrong)}: {_LIMITS}")
    if pixels.max() == pixels.min():
        raise SpecError(f"{source} holds no ink, as all of its numbers are {pixels.max():g}: draw a digit")
    whole = pixels.max() > 1
    account = (
        f"28 × 28 numbers from 0 to {FULL}, divided by {FULL}" if whole else "28 × 28 numbers from 0 to 1"
    )
    return Digit((pixels / FULL if whole else pixels).round(3), label, source, account)


_LIMITS = f"ink is a number from 0 to 1, or from 0 to {FULL}"


def _where(wrong: NDArray[np.bool_]) -> str:
    row, column = np.argwhere(wrong)[0] + 1
    return f" in row {row}, column {column}"


def _text(name: Path | str, source: str) -> str:
    if str(name) == STDIN and sys.stdin is None:
        raise SpecError("the standard input is closed: name a CSV file")
    try:
        if str(name) == STDIN:
            content = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SpecError(f"{source} cannot be read ({error.strerror}): name a CSV file") from None
    if len(content) > MAX_BYTES:
        raise SpecError(
            f"{source} is larger than {MAX_BYTES:,} bytes: a digit is {SIDE} lines of {SIDE} numbers"
        )
    try:
        return content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise SpecError(f"{source} is no text file: save the numbers as CSV") from None


def _rows(text: str, source: str) -> list[list[str]]:
    """Return the cells of each line; a delimiter at the end of every line counts for nothing."""
    delimiter = next((mark for mark in _DELIMITERS if mark in text), ",")
    try:
        rows = [row for row in csv.reader(text.splitlines(), delimiter=delimiter, strict=True) if any(row)]
    except csv.Error as error:
        raise SpecError(f"{source} is no CSV file ({error}): save the numbers as CSV") from None
    if rows and all(len(row) == SIDE + 1 and not row[-1].strip() for row in rows):
        rows = [row[:-1] for row in rows]
    if delimiter != ",":  # where a semicolon parts numbers, a comma may be their point
        rows = [[cell.replace(",", ".") for cell in row] for row in rows]
    return rows


def _placed(rows: Sequence[Sequence[str]]) -> list[list[tuple[tuple[int, int], str]]]:
    return [[((i, j), text) for j, text in enumerate(row, start=1)] for i, row in enumerate(rows, start=1)]


def _number(text: str, source: str, at: tuple[int, int]) -> float:
    try:
        return float(text.replace("_", "?"))  # Python would take 1_0 for 10
    except ValueError:
        shown = repr(printable(text.strip()[:20])) if text.strip() else "nothing"
        raise SpecError(
            f"{source} holds {shown} in row {at[0]}, column {at[1]}, where a number belongs: {_LIMITS}"
        ) from None
