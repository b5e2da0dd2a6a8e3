"""Arrays of numbers from elsewhere: which of them a workbook can hold as they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from sheetcnn.errors import SpecError
from sheetcnn.network.stages import Array

_SMALLEST = float(np.finfo(np.float64).smallest_normal)
_LARGEST_WHOLE = 2**53
_KINDS = {
    "c": "complex numbers",
    "O": "Python objects, which are never unpickled",
    "S": "bytes",
    "U": "texts",
    "M": "dates",
    "m": "durations",
    "V": "records",
}
"""What an array holds that holds no real numbers, by the kind of its NumPy type."""


def check_type(what: str, kind: np.dtype[Any]) -> None:
    """Check that the elements of a type are real numbers, or truth values.

    Raises:
        SpecError: they are not; `what` says whose, such as `the weights of conv1`.
    """
    if kind.kind in _KINDS:
        raise SpecError(f"{what} are {_KINDS[kind.kind]}, no array of numbers: save them as 64-bit floats")


def numbers(what: str, values: Any) -> Array:
    """Return values as 64-bit floats that a cell holds as they are, whatever their type; -0 becomes 0.

    Args:
        what: whose they are, such as `the weights of conv1`.
        values: an array, or lists in lists.

    Raises:
        SpecError: they are no numbers, or one of them is not finite, or cannot stand in a cell.
    """
    try:
        array = np.asarray(values)
    except ValueError:
        array = np.empty(0, dtype=object)
    if array.dtype.kind in "OUS" and not isinstance(values, np.ndarray):
        raise SpecError(f"{what} are no array of numbers: make all its rows equally long, without quotes")
    check_type(what, array.dtype)
    if array.dtype.kind in "iu":
        _refuse(what, array, (array > _LARGEST_WHOLE) | (array < -_LARGEST_WHOLE), _TOO_LONG)
    with np.errstate(over="ignore"):
        floats = np.asarray(array, dtype=np.float64) + 0.0
    check_finite(what, floats)
    return floats


_TOO_LONG = "a whole number above 2^53, which a cell holds only roughly: give smaller numbers"


def check_finite(what: str, array: Array) -> None:
    """Check that every number is finite and not so small that a spreadsheet takes it for 0.

    Raises:
        SpecError: with the first one that is not.
    """
    _refuse(what, array, ~np.isfinite(array), "a value that is no number: give finite numbers only")
    tiny = (array != 0) & (np.abs(array) < _SMALLEST)
    _refuse(what, array, tiny, "a number so small that Excel takes it for 0: write 0")


def _refuse(what: str, array: Any, wrong: Any, why: str) -> None:
    if np.any(wrong):
        place = tuple(np.argwhere(wrong)[0].tolist())
        held, _, remedy = why.partition(": ")
        where = f" at {list(place)}, counted from 0" if place else ""
        raise SpecError(f"{what} hold {held} ({array[place]}{where}): {remedy}")
