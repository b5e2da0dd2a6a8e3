"""Functions of many values: sums, counts, extremes, orders and products of matrices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from itertools import product
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from sheetcnn.excel.ast import FormulaError
from sheetcnn.excel.cell_array import (
    BLANK,
    DIV0,
    ERROR,
    NA,
    NUM,
    NUMBER,
    TEXT,
    VALUE,
    WINDOW,
    CellArray,
    Floats,
    Mask,
    Texts,
    as_numbers,
    choose,
    finite,
    single,
    under_errors,
)
from sheetcnn.excel.functions.elementwise import everywhere
from sheetcnn.excel.functions.registry import Here, Operand, excel
from sheetcnn.excel.sheet_array import ReferenceWindow

_Scalar = TypeVar("_Scalar", bound=np.generic)

_FEW = 64  # cells in a window that are taken one by one, each over the whole block


def _over_window(combine: np.ufunc, numbers: Floats) -> Floats:
    """Reduce each window to one number; small ones cell by cell, each step over the whole block."""
    height, width = numbers.shape[-2:]
    if height * width <= min(_FEW, numbers.size // (height * width)):
        cells = (numbers[..., row, column] for row, column in product(range(height), range(width)))
        return np.asarray(reduce(combine, cells))[..., None, None]
    return np.asarray(combine.reduce(numbers, axis=WINDOW, keepdims=True))


def first_error(values: CellArray) -> CellArray:
    """Return the first error of each window, and 0 where there is none."""
    flat = (*values.numbers.shape[:3], -1)
    errors = values.are(ERROR).reshape(flat)
    place = errors.argmax(-1)[..., None]
    found = np.take_along_axis(errors, place, -1)[..., None]
    number = np.take_along_axis(values.numbers.reshape(flat), place, -1)[..., None]
    return choose(found, CellArray(number).of_kind(ERROR), single(0.0))


@dataclass(frozen=True)
class _Counted:
    """The numbers of one argument of an aggregate, and which of them count: None for all."""

    numbers: Floats
    mask: Mask | None

    def others(self, number: float) -> Floats:
        """Return the numbers with another one where they do not count."""
        return self.numbers if self.mask is None else np.where(self.mask, self.numbers, number)

    def count(self) -> Floats:
        """Return how many of each window count."""
        if self.mask is None:
            height, width = self.numbers.shape[-2:]
            return np.full((1, 1, 1, 1, 1), float(height * width))
        return np.asarray(self.mask.sum(axis=WINDOW, keepdims=True, dtype=np.float64))


def _counted(texts: Texts, argument: CellArray) -> tuple[_Counted, CellArray | None]:
    """Return what an aggregate counts of an argument, and its errors if it has any."""
    if argument.kinds is None:
        return _Counted(argument.numbers, None), None
    if not argument.is_list:
        argument = as_numbers(argument, texts)
        return _Counted(argument.numbers, None), argument if argument.have(ERROR) else None
    error = first_error(argument) if argument.have(ERROR) else None
    return _Counted(argument.numbers, argument.are(NUMBER)), error


def _aggregate(name: str, compute: Callable[[list[_Counted]], CellArray]) -> None:
    def call(here: Here, *arguments: CellArray) -> CellArray:
        counted, errors = zip(*(_counted(here.texts, argument) for argument in arguments), strict=True)
        return under_errors(compute(list(counted)), *(error for error in errors if error is not None))

    excel(name, "r", 1, 255)(call)


def total(parts: Iterable[Floats]) -> Floats:
    """Return the sum of several windows of numbers, for each formula of a block."""
    return np.asarray(reduce(np.add, (_over_window(np.add, part) for part in parts)))


def number_of(masks: Iterable[Mask]) -> Floats:
    """Return how many cells of several windows hold true, for each formula of a block."""
    return total(mask.astype(np.float64) for mask in masks)


def _count(parts: Iterable[_Counted]) -> Floats:
    return np.asarray(reduce(np.add, (part.count() for part in parts)))


def _sum(parts: list[_Counted]) -> CellArray:
    return finite(total(part.others(0) for part in parts))


def _sum_of_squares(parts: list[_Counted]) -> CellArray:
    return finite(total(part.others(0) ** 2 for part in parts))


def _average(parts: list[_Counted]) -> CellArray:
    count = _count(parts)
    mean = finite(total(part.others(0) for part in parts) / np.maximum(count, 1))
    return choose(count == 0, single(DIV0, ERROR), mean)


def _extreme(combine: np.ufunc, none: float, parts: list[_Counted]) -> CellArray:
    found = reduce(combine, (_over_window(combine, part.others(none)) for part in parts))
    return CellArray(np.where(np.isinf(found), 0.0, found))


_aggregate("SUM", _sum)
_aggregate("SUMSQ", _sum_of_squares)
_aggregate("AVERAGE", _average)
_aggregate("MAX", partial(_extreme, np.maximum, -np.inf))
_aggregate("MIN", partial(_extreme, np.minimum, np.inf))


@excel("COUNT", "r", 1, 255)
def _count_numbers(here: Here, *arguments: CellArray) -> CellArray:
    def numbers_in(argument: CellArray) -> Mask:
        return (argument if argument.is_list else as_numbers(argument, here.texts)).are(NUMBER)

    return CellArray(number_of(map(numbers_in, arguments)))


@excel("COUNTA", "r", 1, 255)
def _count_all(_: Here, *arguments: CellArray) -> CellArray:
    return CellArray(number_of(~argument.are(BLANK) | (not argument.is_list) for argument in arguments))


@excel("COUNTBLANK", "f", 1)
def _count_blank(here: Here, area: Operand) -> CellArray:
    if not isinstance(area, ReferenceWindow):
        raise FormulaError("COUNTBLANK counts in a reference only")
    cells = area.read()
    filled = ~(cells.are(BLANK) | (cells.are(TEXT) & (cells.numbers == here.texts.number(""))))
    return CellArray(area.height * area.width - number_of([filled]))


def _sum_of_products(factors: Sequence[Floats]) -> Floats:
    """Return the sum over each window of the products: small windows cell by cell, without a copy."""
    height, width = factors[0].shape[-2:]
    if height * width > _FEW:
        return _over_window(np.add, np.asarray(reduce(np.multiply, factors)))
    products = (
        reduce(np.multiply, [factor[..., row, column] for factor in factors])
        for row, column in product(range(height), range(width))
    )
    return np.asarray(reduce(np.add, products))[..., None, None]


@excel("SUMPRODUCT", "a", 1, 255)
def _sumproduct(_: Here, *arguments: CellArray) -> CellArray:
    if len({argument.window for argument in arguments}) > 1:
        return single(VALUE, ERROR)
    result = finite(_sum_of_products([_numbers_or_zero(argument) for argument in arguments]))
    errors = (first_error(argument) for argument in arguments if argument.have(ERROR))
    return under_errors(result, *errors)


def _numbers_or_zero(values: CellArray) -> Floats:
    return values.numbers if values.kinds is None else np.where(values.are(NUMBER), values.numbers, 0.0)


@excel("SUMXMY2", "a", 2)
def _sumxmy2(_: Here, left: CellArray, right: CellArray) -> CellArray:
    if left.window != right.window:
        return single(NA, ERROR)
    paired = left.are(NUMBER) & right.are(NUMBER)
    result = finite(total([np.where(paired, left.numbers - right.numbers, 0.0) ** 2]))
    return under_errors(result, *(first_error(side) for side in (left, right) if side.have(ERROR)))


# Matrices


@excel("TRANSPOSE", "a", 1)
def _transpose(here: Here, array: CellArray) -> CellArray:
    if not here.entered and array.window != (1, 1):
        return single(VALUE, ERROR)
    kinds = None if array.kinds is None else array.kinds.swapaxes(*WINDOW)
    return CellArray(array.numbers.swapaxes(*WINDOW), kinds, array.listed)


@excel("MMULT", "a", 2)
def _mmult(_: Here, left: CellArray, right: CellArray) -> CellArray:
    if left.window[1] != right.window[0]:
        return single(VALUE, ERROR)
    result = finite(np.matmul(left.numbers, right.numbers))
    sides = [side for side in (left, right) if side.kinds is not None]
    for side in sides:
        alien = (~side.are(NUMBER)).any(axis=WINDOW, keepdims=True)
        result = choose(np.broadcast_to(alien, result.numbers.shape), single(VALUE, ERROR), result)
    return under_errors(result, *map(first_error, sides))


# Order


def _ascending(counted: _Counted) -> Floats:
    """Return the numbers of each window in order, (..., cells), those that do not count at the end."""
    numbers = counted.others(np.nan)
    return np.sort(numbers.reshape(*numbers.shape[:3], -1), axis=-1)


def _nth(name: str, place: Callable[[Floats, Floats], Floats]) -> None:
    """Enter LARGE or SMALL: `place` turns a rank and the count into a place in ascending order."""

    def call(here: Here, array: CellArray, rank: CellArray) -> CellArray:
        counted, error = _counted(here.texts, CellArray(array.numbers, array.kinds, listed=True))
        rank = as_numbers(rank, here.texts)
        count, wanted = counted.count(), np.ceil(rank.numbers)
        lists = _ascending(counted)
        valid = (wanted >= 1) & (wanted <= count)
        places = np.where(valid, place(wanted, count), 0).astype(np.intp)
        result = choose(valid, CellArray(_gather(lists, places)), single(NUM, ERROR))
        return under_errors(result, *([] if error is None else [error]), rank)

    excel(name, "rv", 2)(call)


_nth("LARGE", lambda rank, count: count - rank)
_nth("SMALL", lambda rank, count: rank - 1)


def picked(
    windows: npt.NDArray[_Scalar], rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp]
) -> npt.NDArray[_Scalar]:
    """Return from each window (..., height, width) the cells in these rows and columns (..., any, any)."""
    block = np.broadcast_shapes(windows.shape[:3], rows.shape[:3])
    windows = np.broadcast_to(windows, (*block, *windows.shape[3:]))
    own = np.ix_(*map(np.arange, block))
    picked: npt.NDArray[_Scalar] = windows[(*(axis[..., None, None] for axis in own), rows, columns)]
    return picked


def _gather(lists: npt.NDArray[_Scalar], places: npt.NDArray[np.intp]) -> npt.NDArray[_Scalar]:
    """Return from each list (..., cells) what stands at the places (..., height, width)."""
    block = np.broadcast_shapes(lists.shape[:3], places.shape[:3])
    flat = np.broadcast_to(places, (*block, *places.shape[3:])).reshape(*block, -1)
    found = np.take_along_axis(np.broadcast_to(lists, (*block, lists.shape[-1])), flat, -1)
    return found.reshape(*block, *places.shape[3:])


@excel("RANK", "vrv", 2, 3)
def _rank(here: Here, number: CellArray, cells: CellArray, order: CellArray | None = None) -> CellArray:
    number = as_numbers(number, here.texts)
    lists = np.where(cells.are(NUMBER), cells.numbers, np.nan)
    lists = lists.reshape(*lists.shape[:3], 1, 1, -1)
    own = number.numbers[..., None]
    up = order is not None and everywhere(here.texts, order) not in (None, 0.0)
    ahead = (lists < own if up else lists > own).sum(-1, dtype=np.float64) + 1
    known = (lists == own).any(-1)
    result = choose(known, CellArray(ahead), single(NA, ERROR))
    return under_errors(result, number, *([first_error(cells)] if cells.have(ERROR) else []))
