"""The operators: + - * / ^ & % and comparisons."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import numpy as np

from sheetcnn.excel.cell_array import (
    BLANK,
    NUMBER,
    TEXT,
    CellArray,
    Floats,
    Mask,
    Texts,
    aligned,
    booleans,
    under_errors,
)
from sheetcnn.excel.functions.elementwise import ALIKE, limited, on_numbers, one_by_one


def power(base: Floats, exponent: Floats) -> Floats:
    """Return base ** exponent, and no number for 0 ** 0, which Excel calls #NUM!."""
    return np.where((base == 0) & (exponent == 0), np.nan, np.power(base, exponent))


def power_of_zero(base: Floats, exponent: Floats) -> Mask:
    """Return where 0 is raised to a negative power: #DIV/0! in Excel."""
    return np.asarray((base == 0) & (exponent < 0))


def divisor_is_zero(_: Floats, divisor: Floats) -> Mask:
    """Return where the divisor is 0."""
    return np.asarray(divisor == 0)


def _sign_of_difference(left: Floats, right: Floats) -> Floats:
    difference = left - right
    alike = np.abs(difference) <= ALIKE * np.maximum(np.abs(left), np.abs(right))
    return np.where(alike, 0.0, np.sign(difference))


def _adopted(values: CellArray, other: CellArray, texts: Texts) -> tuple[Floats, Floats]:
    """Return numbers and kinds for a comparison: a blank is the zero, "" or FALSE of the other side."""
    blank = values.are(BLANK)
    kinds = np.zeros(values.numbers.shape) if values.kinds is None else values.kinds.astype(np.float64)
    theirs = np.where(other.are(BLANK), NUMBER, 0 if other.kinds is None else other.kinds)
    kinds = np.where(blank, theirs, kinds)
    empty = float(texts.number(""))
    return np.where(blank, np.where(kinds == TEXT, empty, 0.0), values.numbers), kinds


def ordering(left: CellArray, right: CellArray, texts: Texts) -> Floats:
    """Return -1, 0 or 1 as the left stands before, at or after the right: numbers, texts, booleans."""
    if left.kinds is None and right.kinds is None:
        return _sign_of_difference(left.numbers, right.numbers)
    a, a_kinds = _adopted(left, right, texts)
    b, b_kinds = _adopted(right, left, texts)
    order = np.where(a_kinds == b_kinds, _sign_of_difference(a, b), np.sign(a_kinds - b_kinds))
    both = (a_kinds == TEXT) & (b_kinds == TEXT)
    if both.any():
        pairs = np.stack([np.broadcast_to(side, both.shape)[both] for side in (a, b)])
        ranks = texts.ranks(pairs)
        order = np.broadcast_to(order, both.shape).copy()
        order[both] = np.sign(ranks[0] - ranks[1])
    return order


def _comparison(
    holds: Callable[[Floats], Mask], texts: Texts, left: CellArray, right: CellArray
) -> CellArray:
    left, right = aligned(left, right)
    return under_errors(booleans(holds(ordering(left, right, texts))), left, right)


def join(texts: Texts, *arguments: CellArray) -> CellArray:
    """Return what & gives: the texts of the values, one after the other."""
    return one_by_one(lambda *parts: limited("".join(parts)), "t" * len(arguments), texts, *arguments)


def _calculation(compute: Callable[..., Floats], zero: Callable[..., Mask] | None = None) -> Operator:
    return lambda texts, left, right: on_numbers(compute, texts, left, right, zero=zero)


Operator: TypeAlias = Callable[[Texts, CellArray, CellArray], CellArray]

OPERATORS: dict[str, Operator] = {
    "+": _calculation(np.add),
    "-": _calculation(np.subtract),
    "*": _calculation(np.multiply),
    "/": _calculation(np.divide, divisor_is_zero),
    "^": _calculation(power, power_of_zero),
    "&": join,
    "=": partial(_comparison, lambda order: order == 0),
    "<>": partial(_comparison, lambda order: order != 0),
    "<": partial(_comparison, lambda order: order < 0),
    "<=": partial(_comparison, lambda order: order <= 0),
    ">": partial(_comparison, lambda order: order > 0),
    ">=": partial(_comparison, lambda order: order >= 0),
}


def negative(texts: Texts, value: CellArray) -> CellArray:
    """Return the value with the other sign."""
    return on_numbers(np.negative, texts, value)


def percent(texts: Texts, value: CellArray) -> CellArray:
    """Return a hundredth of the value."""
    return on_numbers(lambda numbers: numbers / 100, texts, value)
