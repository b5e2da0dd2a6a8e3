"""A digit as numbers: a table in a text file, or an array."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from sheetcnn.digits.digit import SIDE, Digit
from sheetcnn.digits.scale import LIMITS, ink
from sheetcnn.digits.signatures import described
from sheetcnn.errors import SpecError, printable
from sheetcnn.inputs import open_input

STDIN = "-"
MAX_BYTES = 1_000_000  # 28 x 28 numbers of seventeen digits are 15 kB
PIXELS = SIDE * SIDE
LABELS = ("label", "class", "digit", "target", "y")  # what a column of labels is called
_WANTED = f"a digit is {SIDE} lines of {SIDE} numbers, or one line of {PIXELS}, with its label or without"
_SPACED = re.compile(r"[\d.] +[-+.\d]")


class Cell(NamedTuple):
    """A cell of the file: where it is, counted from 1, and what is in it."""

    row: int
    column: int
    text: str


Row: TypeAlias = list[Cell]


def read_table(
    name: Path | str, label: int | str | None = None, *, scale: float | None = None, dark_ink: bool = False
) -> Digit:
    """Return the digit in a CSV file.

    It holds 28 lines of 28 numbers, or all 784 in one line or one column, a label before or behind them or not (as
    Kaggle's and OpenML's MNIST have it), with names of the columns and numbers of the rows or not. They are parted by
    commas, semicolons, tabs or spaces (as `numpy.savetxt` writes them). What follows a `#` is a remark.

    Args:
        name: the file, `-` for the standard input.
        label: the digit that it shows, if someone knows.
        scale: the number that stands for full ink; `scale.ink` tells what is taken for it otherwise.
        dark_ink: whether paper is high and ink is low.

    Raises:
        SpecError: it cannot be read, does not hold such numbers, leaves doubt, or has another label.
    """
    source = "the standard input" if str(name) == STDIN else printable(str(name))
    cells, said = _digit_and_label(_rows(_text(name, source), source), source)
    if said is not None and str(label).isdecimal() and int(str(label)) != said:
        raise SpecError(
            f"{source} says that it is a {said}, and --label that it is a {label}: leave --label out"
        )
    blank = np.array([not cell.text.strip() for cell in cells]).reshape(SIDE, SIDE)
    if blank.all():
        raise SpecError(f"{source} holds no numbers: {_WANTED}")
    numbers = np.array([_number(cell, source) for cell in cells]).reshape(SIDE, SIDE)
    pixels, steps = ink(numbers, source, scale=scale, dark_ink=dark_ink, blank=blank)
    labelled = [] if said is None else [f"labelled {said}"]
    return Digit(pixels, said if label is None else label, source, [*steps, *labelled])


def from_array(
    numbers: ArrayLike,
    source: str = "an array",
    label: int | str | None = None,
    *,
    scale: float | None = None,
    dark_ink: bool = False,
) -> Digit:
    """Return the digit that an array holds: (28, 28), ink as `scale.ink` takes it.

    Raises:
        SpecError: it has another shape, holds something else, or no ink, or leaves doubt.
    """
    values = np.asarray(numbers)
    if values.shape != (SIDE, SIDE) or values.dtype.kind not in "biuf":
        shape = " × ".join(map(str, values.shape))
        raise SpecError(f"{source} holds {shape} of {values.dtype}: a digit is {SIDE} × {SIDE} numbers")
    pixels, steps = ink(values.astype(np.float64), source, scale=scale, dark_ink=dark_ink)
    return Digit(pixels, label, source, steps)


def _text(name: Path | str, source: str) -> str:
    if str(name) == STDIN and sys.stdin is None:
        raise SpecError("the standard input is closed: name a CSV file")
    try:
        if str(name) == STDIN:
            content = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with open_input(Path(name), "a CSV file") as file:
                content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SpecError(f"{source} cannot be read ({error.strerror}): name a CSV file") from None
    if kind := described(content):
        raise SpecError(f"{source} is no text file but {kind}: save the numbers as CSV")
    if len(content) > MAX_BYTES:
        raise SpecError(
            f"{source} is larger than {MAX_BYTES:,} bytes: {_WANTED}; of a file of many digits, keep one line"
        )
    try:
        return content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise SpecError(f"{source} is no text file: save the numbers as CSV") from None


def _rows(text: str, source: str) -> list[Row]:
    """Return the cells of each line that is not empty; a delimiter at the end of every line counts for nothing."""
    lines = [(at, line.split("#", 1)[0]) for at, line in enumerate(text.splitlines(), start=1)]
    lines = [(at, line) for at, line in lines if line.strip(" ") and not line.lower().startswith("sep=")]
    delimiter = _delimiter(line for _, line in lines)
    try:
        rows = [
            [Cell(at, n, cell) for n, cell in enumerate(_cells(line, delimiter), 1)] for at, line in lines
        ]
    except csv.Error as error:
        raise SpecError(f"{source} is no CSV file ({error}): save the numbers as CSV") from None
    widths = {len(row) for row in rows}
    ends = widths in ({SIDE + 1}, {PIXELS + 1}, {PIXELS + 2}) and not any(
        row[-1].text.strip() for row in rows
    )
    if ends and (widths == {SIDE + 1} or all(cell.text.strip() for row in rows for cell in row[:-1])):
        rows = [row[:-1] for row in rows]
    return rows


def _delimiter(lines: Iterator[str]) -> str:
    text = "\n".join(lines)
    if mark := next((mark for mark in "\t;" if mark in text), ""):
        return mark
    return " " if _SPACED.search(text) and not re.search(r", |,,", text) else ","


def _cells(line: str, delimiter: str) -> list[str]:
    """Return what a line holds; where commas do not part the cells, one within a cell is a decimal point."""
    cells = line.split() if delimiter == " " else next(csv.reader([line], delimiter=delimiter, strict=True))
    return [cell.replace(",", ".") for cell in cells]


def _digit_and_label(rows: list[Row], source: str) -> tuple[Row, int | None]:
    """Return the 784 cells of a digit in reading order, and its label if there is one."""
    if len(rows) >= PIXELS and all(len(row) == 1 for row in rows):
        rows = [list(chain.from_iterable(rows))]
        if not _is_number(rows[0][0].text) and len(rows[0]) > PIXELS:
            rows = [rows[0][1:]]
    names, rows = _without_names(rows)
    if len(rows) == SIDE and all(len(row) == SIDE + 1 for row in rows) and _counts([row[0] for row in rows]):
        rows = [row[1:] for row in rows]
    wide = {len(row) for row in rows}
    if len(rows) == SIDE and wide == {SIDE}:
        return list(chain.from_iterable(rows)), None
    if len(rows) > 1 and wide <= {PIXELS, PIXELS + 1}:
        raise SpecError(f"{source} holds {len(rows)} digits, one in a line: keep the line of one")
    if len(rows) == 1 and wide == {PIXELS}:
        return rows[0], None
    if len(rows) == 1 and wide == {PIXELS + 1}:
        return _labelled(rows[0], names, source)
    narrowest, widest = (min(wide), max(wide)) if wide else (0, 0)
    found = f"{len(rows)} × {narrowest}" + (f" to {widest}" if widest > narrowest else "") if rows else "no"
    raise SpecError(f"{source} holds {found} numbers: {_WANTED}")


def _without_names(rows: list[Row]) -> tuple[list[str], list[Row]]:
    """Return the names of the columns if the first line holds such, or counts them, and the other lines."""
    if len(rows) in (1, SIDE) or not rows:
        return [], rows
    named = sum(not _is_number(cell.text) for cell in rows[0]) > len(rows[0]) / 2
    counts = _counts(rows[0]) or _counts(rows[0][1:])
    return ([cell.text.strip().lower() for cell in rows[0]], rows[1:]) if named or counts else ([], rows)


def _labelled(row: Row, names: Sequence[str], source: str) -> tuple[Row, int]:
    """Return the 784 cells and the label of 785: it is where its name is, else at the end that can be one.

    Where both ends can be, one that is 0 is a pixel, as the corners of a digit's paper are;
    of two that are 0, the last one is.
    """
    first, last = (_label(row[at].text) for at in (0, -1))
    if names and names[-1] in LABELS and names[0] not in LABELS:
        first = None
    elif (names and names[0] in LABELS) or (first is not None and last == 0):
        last = None
    elif first == 0:
        first = None
    if (first is None) == (last is None):
        end = (
            "both its first and its last number can"
            if first is not None
            else "neither its first nor its last can"
        )
        raise SpecError(
            f"{source} holds {PIXELS + 1} numbers, {PIXELS} pixels and a label, but {end} be a digit's label, 0 to 9:"
            " leave the label out, and give it as --label"
        )
    return (row[1:], first) if first is not None else (row[:-1], last or 0)


def _label(text: str) -> int | None:
    return int(float(text)) if _is_number(text) and float(text) in range(10) else None


def _counts(cells: Sequence[Cell]) -> bool:
    """Return whether cells hold 0, 1, 2, ... or 1, 2, 3, ..."""
    texts = [cell.text.strip() for cell in cells]
    return len(texts) > 2 and any(texts == [str(first + n) for n in range(len(texts))] for first in (0, 1))


def _is_number(text: str) -> bool:
    try:
        float(text.replace("_", "?"))  # Python would take 1_0 for 10
    except ValueError:
        return False
    return True


def _number(cell: Cell, source: str) -> float:
    if not cell.text.strip():
        return np.nan
    if not _is_number(cell.text):
        raise SpecError(
            f"{source} holds {printable(cell.text.strip()[:20])!r} in row {cell.row}, column {cell.column}, where a"
            f" number belongs: {LIMITS}"
        )
    return float(cell.text)
