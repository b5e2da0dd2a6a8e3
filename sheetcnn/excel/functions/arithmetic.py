"""Functions of numbers, one by one: ROUND, EXP, LN, MOD and their like."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sheetcnn.excel.cell_array import (
    BOOLEAN,
    NUMBER,
    CellArray,
    Floats,
    Mask,
    choose,
    single,
    under_errors,
)
from sheetcnn.excel.functions.elementwise import ALIKE, on_numbers
from sheetcnn.excel.functions.operators import divisor_is_zero, power, power_of_zero
from sheetcnn.excel.functions.registry import Here, excel


def _elementwise(
    name: str, compute: Callable[..., Floats], arguments: int = 1, zero: Callable[..., Mask] | None = None
) -> None:
    excel(name, "v", arguments)(lambda here, *values: on_numbers(compute, here.texts, *values, zero=zero))


def _rounded(whole: Callable[[Floats], Floats]) -> Callable[[Floats, Floats], Floats]:
    """Return a function that rounds the size of a number to decimal digits by a rule for whole ones."""

    def compute(numbers: Floats, digits: Floats) -> Floats:
        scale = 10.0 ** np.abs(np.trunc(digits))
        scaled = np.where(digits < 0, np.abs(numbers) / scale, np.abs(numbers) * scale)
        size = whole(scaled)
        size = np.where(digits < 0, size * scale, size / scale)
        too_fine = ~np.isfinite(scaled) | (scaled > 2.0**52)
        return np.where(too_fine, numbers, np.copysign(size, numbers))

    return compute


# A number that stands a hair beside a half or a whole because it is binary counts as the decimal it shows.
_to_nearest = _rounded(lambda size: np.floor(size * (1 + ALIKE) + 0.5))
_elementwise("ROUND", _to_nearest, 2)
_elementwise("ROUNDDOWN", _rounded(lambda size: np.floor(size * (1 + ALIKE))), 2)
_elementwise("ROUNDUP", _rounded(lambda size: np.ceil(size * (1 - ALIKE))), 2)
_elementwise("ABS", np.abs)
_elementwise("SIGN", np.sign)
_elementwise("INT", np.floor)
_elementwise("SQRT", np.sqrt)
_elementwise("EXP", np.exp)
_elementwise("LN", np.log)
_elementwise("LOG10", np.log10)
_elementwise("TANH", np.tanh)
_elementwise("POWER", power, 2, zero=power_of_zero)
_elementwise("MOD", lambda n, d: n - d * np.floor(n / d), 2, zero=divisor_is_zero)


@excel("LOG", "v", 1, 2)
def _log(here: Here, number: CellArray, base: CellArray | None = None) -> CellArray:
    if base is None:
        return on_numbers(np.log10, here.texts, number)
    return on_numbers(
        lambda n, b: np.where((n > 0) & (b > 0), np.log(n) / np.log(b), np.nan),
        here.texts,
        number,
        base,
        zero=lambda n, b: (b == 1) & (n > 0),
    )


@excel("PI", "", 0)
def _pi(_: Here) -> CellArray:
    return single(np.pi)


@excel("N", "v", 1)
def _n(_: Here, value: CellArray) -> CellArray:
    counted = value.are(NUMBER) | value.are(BOOLEAN)
    return under_errors(choose(counted, CellArray(value.numbers), single(0.0)), value)
