"""Excel's functions and operators, each over a whole block of formulas at once.

Microsoft's function reference says what they return. A function that is not here is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import partial, reduce
from itertools import product
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from sheetcnn.excel.cell_array import (
    BLANK,
    BOOLEAN,
    DIV0,
    ERROR,
    MAX_TEXT,
    NA,
    NUM,
    NUMBER,
    REF,
    TEXT,
    VALUE,
    WINDOW,
    CellArray,
    CellValue,
    ErrorValue,
    Floats,
    Mask,
    Texts,
    Varies,
    aligned,
    as_numbers,
    as_truths,
    booleans,
    choose,
    finite,
    general,
    in_words,
    numeral,
    single,
    truth,
    under_errors,
)
from sheetcnn.excel.cells import MAX_COLUMNS, MAX_ROWS, column_letters
from sheetcnn.excel.formula import FormulaError
from sheetcnn.excel.sheet_array import ReferenceWindow

_Scalar = TypeVar("_Scalar", bound=np.generic)

_FEW = 64  # cells in a window that are taken one by one, each over the whole block
_ALIKE = 2.0**-50  # Excel compares some fifteen digits
_NO_VALUE = ErrorValue("#VALUE!")


@dataclass(frozen=True)
class Here:
    """Where a block of formulas stands.

    Attributes:
        texts: the texts of the workbook.
        rows: (1, block rows, 1, 1, 1), each formula's own row counted from 1.
        columns: (1, 1, block columns, 1, 1), each formula's own column.
        entered: whether they are array formulas.
    """

    texts: Texts
    rows: Floats
    columns: Floats
    entered: bool


Operand: TypeAlias = CellArray | ReferenceWindow
Compute: TypeAlias = Callable[..., Operand]


@dataclass(frozen=True)
class Function:
    """A function and how it takes its arguments.

    Attributes:
        compute: called with where the formulas stand, and the arguments.
        takes: a letter an argument, the last one for all that follow. `v` one value, so that a range is
            crossed with the formula's own row or column; `r` a range; `a` an array, as is all within it;
            `s` one value even within an array, but for array formulas; `b` what the whole call is taken
            for; `f` the reference itself; `c` the reference, its first cell only but for arrays.
        least: how few arguments it takes.
        most: how many.
    """

    compute: Compute
    takes: str
    least: int
    most: int


FUNCTIONS: dict[str, Function] = {}

ASK_ABOUT_ERRORS = (
    *("IFERROR", "ISERROR", "ISNUMBER", "ISTEXT", "ISBLANK"),
    *("COUNT", "COUNTA", "COUNTBLANK", "COUNTIF", "SUMIF", "MATCH"),
)
"""Functions that give something else than an error for one: what nobody knows stays unknown in them."""


def _excel(name: str, takes: str, least: int, most: int | None = None) -> Callable[[Compute], Compute]:
    """Enter a function under its name in Excel."""

    def enter(compute: Compute) -> Compute:
        FUNCTIONS[name] = Function(compute, takes, least, least if most is None else most)
        return compute

    return enter


# Numbers, one by one


def _arithmetic(
    compute: Callable[..., Floats],
    texts: Texts,
    *arguments: CellArray,
    zero: Callable[..., Mask] | None = None,
) -> CellArray:
    """Compute with numbers: #NUM! where there is no result, #DIV/0! where `zero` says so."""
    arguments = aligned(*(as_numbers(argument, texts) for argument in arguments))
    numbers = [argument.numbers for argument in arguments]
    result = finite(compute(*numbers))
    if zero is not None and (divides := zero(*numbers)).any():
        result = choose(divides, single(DIV0, ERROR), result)
    return under_errors(result, *arguments)


def _elementwise(
    name: str, compute: Callable[..., Floats], arguments: int = 1, zero: Callable[..., Mask] | None = None
) -> None:
    _excel(name, "v", arguments)(lambda here, *values: _arithmetic(compute, here.texts, *values, zero=zero))


def _power(base: Floats, exponent: Floats) -> Floats:
    return np.where((base == 0) & (exponent == 0), np.nan, np.power(base, exponent))


def _power_of_zero(base: Floats, exponent: Floats) -> Mask:
    return np.asarray((base == 0) & (exponent < 0))


def _divisor_is_zero(_: Floats, divisor: Floats) -> Mask:
    return np.asarray(divisor == 0)


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
_to_nearest = _rounded(lambda size: np.floor(size * (1 + _ALIKE) + 0.5))
_elementwise("ROUND", _to_nearest, 2)
_elementwise("ROUNDDOWN", _rounded(lambda size: np.floor(size * (1 + _ALIKE))), 2)
_elementwise("ROUNDUP", _rounded(lambda size: np.ceil(size * (1 - _ALIKE))), 2)
_elementwise("ABS", np.abs)
_elementwise("SIGN", np.sign)
_elementwise("INT", np.floor)
_elementwise("SQRT", np.sqrt)
_elementwise("EXP", np.exp)
_elementwise("LN", np.log)
_elementwise("LOG10", np.log10)
_elementwise("TANH", np.tanh)
_elementwise("POWER", _power, 2, zero=_power_of_zero)
_elementwise("MOD", lambda n, d: n - d * np.floor(n / d), 2, zero=_divisor_is_zero)


@_excel("LOG", "v", 1, 2)
def _log(here: Here, number: CellArray, base: CellArray | None = None) -> CellArray:
    if base is None:
        return _arithmetic(np.log10, here.texts, number)
    return _arithmetic(
        lambda n, b: np.where((n > 0) & (b > 0), np.log(n) / np.log(b), np.nan),
        here.texts,
        number,
        base,
        zero=lambda n, b: (b == 1) & (n > 0),
    )


@_excel("PI", "", 0)
def _pi(_: Here) -> CellArray:
    return single(np.pi)


@_excel("N", "v", 1)
def _n(_: Here, value: CellArray) -> CellArray:
    counted = value.are(NUMBER) | value.are(BOOLEAN)
    return under_errors(choose(counted, CellArray(value.numbers), single(0.0)), value)


# Operators


def _sign_of_difference(left: Floats, right: Floats) -> Floats:
    difference = left - right
    alike = np.abs(difference) <= _ALIKE * np.maximum(np.abs(left), np.abs(right))
    return np.where(alike, 0.0, np.sign(difference))


def _adopted(values: CellArray, other: CellArray, texts: Texts) -> tuple[Floats, Floats]:
    """Return numbers and kinds for a comparison: a blank is the zero, "" or FALSE of the other side."""
    blank = values.are(BLANK)
    kinds = np.zeros(values.numbers.shape) if values.kinds is None else values.kinds.astype(np.float64)
    theirs = np.where(other.are(BLANK), NUMBER, 0 if other.kinds is None else other.kinds)
    kinds = np.where(blank, theirs, kinds)
    empty = float(texts.number(""))
    return np.where(blank, np.where(kinds == TEXT, empty, 0.0), values.numbers), kinds


def _order(left: CellArray, right: CellArray, texts: Texts) -> Floats:
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
    return under_errors(booleans(holds(_order(left, right, texts))), left, right)


def _join(texts: Texts, *arguments: CellArray) -> CellArray:
    return _one_by_one(lambda *parts: _limited("".join(parts)), "t" * len(arguments), texts, *arguments)


def _calculation(compute: Callable[..., Floats], zero: Callable[..., Mask] | None = None) -> Operator:
    return lambda texts, left, right: _arithmetic(compute, texts, left, right, zero=zero)


Operator: TypeAlias = Callable[[Texts, CellArray, CellArray], CellArray]

OPERATORS: dict[str, Operator] = {
    "+": _calculation(np.add),
    "-": _calculation(np.subtract),
    "*": _calculation(np.multiply),
    "/": _calculation(np.divide, _divisor_is_zero),
    "^": _calculation(_power, _power_of_zero),
    "&": _join,
    "=": partial(_comparison, lambda order: order == 0),
    "<>": partial(_comparison, lambda order: order != 0),
    "<": partial(_comparison, lambda order: order < 0),
    "<=": partial(_comparison, lambda order: order <= 0),
    ">": partial(_comparison, lambda order: order > 0),
    ">=": partial(_comparison, lambda order: order >= 0),
}


def negative(texts: Texts, value: CellArray) -> CellArray:
    """Return the value with the other sign."""
    return _arithmetic(np.negative, texts, value)


def percent(texts: Texts, value: CellArray) -> CellArray:
    """Return a hundredth of the value."""
    return _arithmetic(lambda numbers: numbers / 100, texts, value)


# Many values to one


def _over_window(combine: np.ufunc, numbers: Floats) -> Floats:
    """Reduce each window to one number; small ones cell by cell, each step over the whole block."""
    height, width = numbers.shape[-2:]
    if height * width <= min(_FEW, numbers.size // (height * width)):
        cells = (numbers[..., row, column] for row, column in product(range(height), range(width)))
        return np.asarray(reduce(combine, cells))[..., None, None]
    return np.asarray(combine.reduce(numbers, axis=WINDOW, keepdims=True))


def _first_error(values: CellArray) -> CellArray:
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
    error = _first_error(argument) if argument.have(ERROR) else None
    return _Counted(argument.numbers, argument.are(NUMBER)), error


def _aggregate(name: str, compute: Callable[[list[_Counted]], CellArray]) -> None:
    def call(here: Here, *arguments: CellArray) -> CellArray:
        counted, errors = zip(*(_counted(here.texts, argument) for argument in arguments), strict=True)
        return under_errors(compute(list(counted)), *(error for error in errors if error is not None))

    _excel(name, "r", 1, 255)(call)


def _total(parts: Iterable[Floats]) -> Floats:
    return np.asarray(reduce(np.add, (_over_window(np.add, part) for part in parts)))


def _number_of(masks: Iterable[Mask]) -> Floats:
    return _total(mask.astype(np.float64) for mask in masks)


def _count(parts: Iterable[_Counted]) -> Floats:
    return np.asarray(reduce(np.add, (part.count() for part in parts)))


def _sum(parts: list[_Counted]) -> CellArray:
    return finite(_total(part.others(0) for part in parts))


def _sum_of_squares(parts: list[_Counted]) -> CellArray:
    return finite(_total(part.others(0) ** 2 for part in parts))


def _average(parts: list[_Counted]) -> CellArray:
    count = _count(parts)
    mean = finite(_total(part.others(0) for part in parts) / np.maximum(count, 1))
    return choose(count == 0, single(DIV0, ERROR), mean)


def _extreme(combine: np.ufunc, none: float, parts: list[_Counted]) -> CellArray:
    found = reduce(combine, (_over_window(combine, part.others(none)) for part in parts))
    return CellArray(np.where(np.isinf(found), 0.0, found))


_aggregate("SUM", _sum)
_aggregate("SUMSQ", _sum_of_squares)
_aggregate("AVERAGE", _average)
_aggregate("MAX", partial(_extreme, np.maximum, -np.inf))
_aggregate("MIN", partial(_extreme, np.minimum, np.inf))


@_excel("COUNT", "r", 1, 255)
def _count_numbers(here: Here, *arguments: CellArray) -> CellArray:
    def numbers_in(argument: CellArray) -> Mask:
        return (argument if argument.is_list else as_numbers(argument, here.texts)).are(NUMBER)

    return CellArray(_number_of(map(numbers_in, arguments)))


@_excel("COUNTA", "r", 1, 255)
def _count_all(_: Here, *arguments: CellArray) -> CellArray:
    return CellArray(_number_of(~argument.are(BLANK) | (not argument.is_list) for argument in arguments))


@_excel("COUNTBLANK", "f", 1)
def _count_blank(here: Here, area: Operand) -> CellArray:
    if not isinstance(area, ReferenceWindow):
        raise FormulaError("COUNTBLANK counts in a reference only")
    cells = area.read()
    filled = ~(cells.are(BLANK) | (cells.are(TEXT) & (cells.numbers == here.texts.number(""))))
    return CellArray(area.height * area.width - _number_of([filled]))


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


@_excel("SUMPRODUCT", "a", 1, 255)
def _sumproduct(_: Here, *arguments: CellArray) -> CellArray:
    if len({argument.window for argument in arguments}) > 1:
        return single(VALUE, ERROR)
    result = finite(_sum_of_products([_numbers_or_zero(argument) for argument in arguments]))
    errors = (_first_error(argument) for argument in arguments if argument.have(ERROR))
    return under_errors(result, *errors)


def _numbers_or_zero(values: CellArray) -> Floats:
    return values.numbers if values.kinds is None else np.where(values.are(NUMBER), values.numbers, 0.0)


@_excel("SUMXMY2", "a", 2)
def _sumxmy2(_: Here, left: CellArray, right: CellArray) -> CellArray:
    if left.window != right.window:
        return single(NA, ERROR)
    paired = left.are(NUMBER) & right.are(NUMBER)
    result = finite(_total([np.where(paired, left.numbers - right.numbers, 0.0) ** 2]))
    return under_errors(result, *(_first_error(side) for side in (left, right) if side.have(ERROR)))


def _logical(name: str, decides: bool) -> None:
    """Enter AND or OR: one argument that is FALSE, or TRUE, decides."""

    def call(here: Here, *arguments: CellArray) -> CellArray:
        taken = [a if a.is_list else as_truths(a, here.texts) for a in arguments]
        counted = [a.are(NUMBER) | a.are(BOOLEAN) for a in taken]
        deciding = [c & ((a.numbers != 0) == decides) for a, c in zip(taken, counted, strict=True)]
        result = booleans((_number_of(deciding) > 0) == decides)
        result = choose(_number_of(counted) == 0, single(VALUE, ERROR), result)
        return under_errors(result, *(_first_error(a) for a in taken if a.have(ERROR)))

    _excel(name, "r", 1, 255)(call)


_logical("AND", decides=False)
_logical("OR", decides=True)


@_excel("NOT", "v", 1)
def _not(here: Here, value: CellArray) -> CellArray:
    value = as_truths(value, here.texts)
    return under_errors(booleans(value.numbers == 0), value)


# Matrices


@_excel("TRANSPOSE", "a", 1)
def _transpose(here: Here, array: CellArray) -> CellArray:
    if not here.entered and array.window != (1, 1):
        return single(VALUE, ERROR)
    kinds = None if array.kinds is None else array.kinds.swapaxes(*WINDOW)
    return CellArray(array.numbers.swapaxes(*WINDOW), kinds, array.listed)


@_excel("MMULT", "a", 2)
def _mmult(_: Here, left: CellArray, right: CellArray) -> CellArray:
    if left.window[1] != right.window[0]:
        return single(VALUE, ERROR)
    result = finite(np.matmul(left.numbers, right.numbers))
    sides = [side for side in (left, right) if side.kinds is not None]
    for side in sides:
        alien = (~side.are(NUMBER)).any(axis=WINDOW, keepdims=True)
        result = choose(np.broadcast_to(alien, result.numbers.shape), single(VALUE, ERROR), result)
    return under_errors(result, *map(_first_error, sides))


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

    _excel(name, "rv", 2)(call)


_nth("LARGE", lambda rank, count: count - rank)
_nth("SMALL", lambda rank, count: rank - 1)


def _picked(
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


@_excel("RANK", "vrv", 2, 3)
def _rank(here: Here, number: CellArray, cells: CellArray, order: CellArray | None = None) -> CellArray:
    number = as_numbers(number, here.texts)
    lists = np.where(cells.are(NUMBER), cells.numbers, np.nan)
    lists = lists.reshape(*lists.shape[:3], 1, 1, -1)
    own = number.numbers[..., None]
    up = order is not None and _everywhere(here.texts, order) not in (None, 0.0)
    ahead = (lists < own if up else lists > own).sum(-1, dtype=np.float64) + 1
    known = (lists == own).any(-1)
    result = choose(known, CellArray(ahead), single(NA, ERROR))
    return under_errors(result, number, *([_first_error(cells)] if cells.have(ERROR) else []))


# Choosing


@_excel("IF", "sbb", 2, 3)
def _if(here: Here, condition: CellArray, yes: CellArray, no: CellArray | None = None) -> CellArray:
    condition = as_truths(condition, here.texts)
    otherwise = single(0.0, BOOLEAN) if no is None else no
    condition, yes, otherwise = aligned(condition, yes, otherwise)
    return under_errors(choose(condition.numbers != 0, yes, otherwise), condition)


@_excel("IFERROR", "s", 2)
def _iferror(_: Here, value: CellArray, otherwise: CellArray) -> CellArray:
    value, otherwise = aligned(value, otherwise)
    return choose(value.are(ERROR), otherwise, value) if value.have(ERROR) else value


@_excel("CHOOSE", "sb", 2, 255)
def _choose(here: Here, index: CellArray, *choices: CellArray) -> CellArray:
    index, *choices_aligned = aligned(as_numbers(index, here.texts), *choices)
    result = single(VALUE, ERROR)
    for number, choice in enumerate(choices_aligned, start=1):
        result = choose(np.trunc(index.numbers) == number, choice, result)
    return under_errors(result, index)


def _everywhere(texts: Texts, values: CellArray) -> CellValue:
    """Return the value that is the same in every cell of the block and on every plane."""
    numbers = values.numbers
    first_kind = NUMBER if values.kinds is None else int(values.kinds.flat[0])
    if (numbers != numbers.flat[0]).any() or not values.are(first_kind).all():
        raise Varies
    return texts.decode(numbers.flat[0], first_kind)


@_excel("INDEX", "fvv", 2, 3)
def _index(here: Here, array: Operand, row: CellArray, column: CellArray | None = None) -> Operand:
    height, width = (array.height, array.width) if isinstance(array, ReferenceWindow) else array.window
    if column is None:
        if height == 1:
            row, column = single(1.0), row
        elif width == 1:
            column = single(1.0)
        else:
            return single(REF, ERROR)
    rows, columns = as_numbers(row, here.texts), as_numbers(column, here.texts)
    if rows.have(ERROR) or columns.have(ERROR):
        return _index_where_valid(here, array, rows, columns)
    down, across = np.trunc(rows.numbers), np.trunc(columns.numbers)
    if down.min() < 0 or across.min() < 0:
        return _index_where_valid(here, array, rows, columns)
    if (down == down.flat[0]).all() and (across == across.flat[0]).all():
        return _part(array, int(down.flat[0]), int(across.flat[0]), height, width)
    return _index_where_valid(here, array, rows, columns)


def _part(array: Operand, row: int, column: int, height: int, width: int) -> Operand:
    """Return one row, one column or one cell of an array; 0 asks for all of them."""
    if row > height or column > width:
        return single(REF, ERROR)
    if isinstance(array, ReferenceWindow):
        return array.inside(row, column)
    return array.part(
        slice(row - 1, row) if row else slice(None), slice(column - 1, column) if column else slice(None)
    )


def _index_where_valid(_: Here, array: Operand, rows: CellArray, columns: CellArray) -> CellArray:
    """Return a cell for each pair of a row and a column, wherever they vary."""
    rows, columns = aligned(rows, columns)
    cells = array.read() if isinstance(array, ReferenceWindow) else array
    height, width = cells.window
    down, across = np.trunc(rows.numbers) - 1, np.trunc(columns.numbers) - 1
    sound = ~(rows.are(ERROR) | columns.are(ERROR))
    negative_index = sound & ((down < -1) | (across < -1))
    if (sound & ~negative_index & ((down == -1) | (across == -1))).any():
        raise Varies
    inside = sound & ~negative_index & (down < height) & (across < width)
    place = tuple(np.where(inside, at, 0).astype(np.intp) for at in (down, across))
    kinds = None if cells.kinds is None else _picked(cells.kinds, *place)
    result = choose(inside, CellArray(_picked(cells.numbers, *place), kinds), single(REF, ERROR))
    result = choose(negative_index, single(VALUE, ERROR), result)
    return under_errors(result, rows, columns)


@_excel("MATCH", "vrv", 2, 3)
def _match(here: Here, wanted: CellArray, cells: CellArray, order: CellArray | None = None) -> CellArray:
    if 1 not in cells.window:
        return single(NA, ERROR)
    kind = 1.0 if order is None else _everywhere(here.texts, as_numbers(order, here.texts))
    if not isinstance(kind, float):
        return single(VALUE, ERROR)
    if kind == 0 and wanted.kinds is None and cells.kinds is None:
        lists = cells.numbers.reshape(*cells.numbers.shape[:3], 1, 1, -1)
        equal = lists == wanted.numbers[..., None]
        return choose(equal.any(-1), CellArray(equal.argmax(-1) + 1.0), single(NA, ERROR))
    find = _find_equal if kind == 0 else partial(_find_ordered, kind < 0)
    return _match_one_by_one(here.texts, find, wanted, cells)


def _match_one_by_one(
    texts: Texts,
    find: Callable[[CellValue, list[CellValue]], int | None],
    wanted: CellArray,
    cells: CellArray,
) -> CellArray:
    size = cells.window[0] * cells.window[1]
    listed = texts.unpack(cells)
    lists = np.arange(len(listed)).reshape(*cells.numbers.shape[:3], -1)[..., :1, None]
    block = np.broadcast_shapes(wanted.numbers.shape, lists.shape)
    starts = np.broadcast_to(lists, block).ravel().tolist()
    values = texts.unpack(_broadcast(wanted, block))
    found: list[CellValue] = []
    for value, start in zip(values, starts, strict=True):
        if isinstance(value, ErrorValue):
            found.append(value)
            continue
        place = find(0.0 if value is None else value, listed[start : start + size])
        found.append(ErrorValue("#N/A") if place is None else place + 1.0)
    return texts.pack(found, block)


def _broadcast(values: CellArray, shape: tuple[int, ...]) -> CellArray:
    kinds = None if values.kinds is None else np.broadcast_to(values.kinds, shape)
    return CellArray(np.broadcast_to(values.numbers, shape), kinds)


def _find_equal(wanted: CellValue, cells: list[CellValue]) -> int | None:
    if isinstance(wanted, str):
        matches = _wildcard(wanted)
        alike = (type(cell) is str and matches(cell) for cell in cells)
    else:
        alike = (type(cell) is type(wanted) and cell == wanted for cell in cells)
    return next((place for place, found in enumerate(alike) if found), None)


def _find_ordered(descending: bool, wanted: CellValue, cells: list[CellValue]) -> int | None:
    """Return the last place that is not beyond the wanted value in a list that is in order."""
    own, last = _key(wanted), None
    for place, cell in enumerate(cells):
        if type(cell) is not type(wanted):
            continue
        key = _key(cell)
        if key < own if descending else own < key:
            break
        last = place
        if descending and key == own:
            break
    return last


def _key(value: CellValue) -> tuple[float, str]:
    """Return what values of one kind are ordered by."""
    return (0.0, value.casefold()) if isinstance(value, str) else (float(value or 0), "")


def _wildcard(pattern: str) -> Callable[[str], bool]:
    """Return whether a text fits: * stands for any characters, ? for one, ~ before them for themselves."""
    if not any(joker in pattern for joker in "*?~"):  # nearly always, and a regular expression takes its time
        plain = pattern.lower()
        return lambda text: text.lower() == plain
    parts = re.findall(r"~[*?~]|.", pattern, re.DOTALL)
    joker = {"*": ".*", "?": "."}
    regex = re.compile("".join(joker.get(p) or re.escape(p[-1]) for p in parts), re.IGNORECASE | re.DOTALL)
    return lambda text: regex.fullmatch(text) is not None


# Criteria

_SIGN = re.compile("(?:<=|>=|<>|<|>|=)?")


def _meets(texts: Texts, cells: CellArray, criterion: CellArray) -> Mask:
    """Return which cells meet the criterion of their formula, (planes, rows, columns, height, width)."""
    met: Mask = np.zeros(np.broadcast_shapes(cells.numbers.shape, criterion.numbers.shape), bool)
    for number, kind in set(map(texts.encode, texts.unpack(criterion))):
        asked = criterion.are(kind) & (criterion.numbers == number)
        met |= asked & _meets_one(texts, cells, texts.decode(number, kind))
    return met


def _meets_one(texts: Texts, cells: CellArray, criterion: CellValue) -> Mask:
    if criterion is None:
        criterion = 0.0
    if not isinstance(criterion, str) or isinstance(criterion, ErrorValue):
        return _equals(texts, cells, criterion)
    sign = _SIGN.match(criterion)[0]  # type: ignore[index] # it matches any text, maybe none of it
    operand = criterion[len(sign) :]
    blank = cells.are(BLANK)
    if not operand:
        empty = cells.are(TEXT) & (cells.numbers == texts.number(""))
        found: dict[str, Mask] = {"": blank | empty, "=": blank, "<>": ~blank}
        return found.get(sign, np.zeros(blank.shape, bool))
    value = _operand(operand)
    if sign in ("", "=", "<>"):
        equal = _equals(texts, cells, value)
        return np.invert(equal) if sign == "<>" else equal
    number, kind = texts.encode(value)
    order = _order(cells, single(number, kind), texts)
    holds = {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[sign]
    return np.asarray(holds & cells.are(kind))


def _operand(text: str) -> CellValue:
    if not np.isnan(number := numeral(text)):
        return number
    if not np.isnan(boolean := truth(text)):
        return bool(boolean)
    return text


def _equals(texts: Texts, cells: CellArray, value: CellValue) -> Mask:
    if isinstance(value, str) and not isinstance(value, ErrorValue):
        return _texts_that(texts, cells, _wildcard(value))
    number, kind = texts.encode(value)
    equal: Mask = cells.are(kind) & (cells.numbers == number)
    if kind == NUMBER:
        equal |= _texts_that(texts, cells, lambda text: numeral(text) == number)
    return equal


def _texts_that(texts: Texts, cells: CellArray, holds: Callable[[str], bool]) -> Mask:
    found = cells.are(TEXT)
    if found.any():
        found[found] = texts.map(cells.numbers[found], lambda text: float(holds(text))) != 0
    return found


@_excel("COUNTIF", "rv", 2)
def _countif(here: Here, cells: CellArray, criterion: CellArray) -> CellArray:
    if criterion.window != (1, 1):
        raise FormulaError("COUNTIF is supported with one criterion only")
    return CellArray(_number_of([_meets(here.texts, cells, criterion)]))


@_excel("SUMIF", "rvr", 2, 3)
def _sumif(here: Here, cells: CellArray, criterion: CellArray, summed: CellArray | None = None) -> CellArray:
    terms = cells if summed is None else summed
    if criterion.window != (1, 1) or terms.window != cells.window:
        raise FormulaError("SUMIF is supported with one criterion and ranges of one size only")
    met = _meets(here.texts, cells, criterion)
    result = finite(_total([np.where(met & terms.are(NUMBER), terms.numbers, 0.0)]))
    if not terms.have(ERROR):
        return result
    return under_errors(result, _first_error(choose(met, terms, single(0.0))))


# Where


@_excel("ROW", "c", 0, 1)
def _row(here: Here, area: Operand | None = None) -> CellArray:
    return CellArray(here.rows if area is None else _reference("ROW", area).row_numbers())


@_excel("COLUMN", "c", 0, 1)
def _column(here: Here, area: Operand | None = None) -> CellArray:
    return CellArray(here.columns if area is None else _reference("COLUMN", area).column_numbers())


def _reference(name: str, area: Operand) -> ReferenceWindow:
    if isinstance(area, ReferenceWindow):
        return area
    raise FormulaError(f"{name} is supported with a reference only")


@_excel("ROWS", "f", 1)
def _rows(_: Here, array: Operand) -> CellArray:
    return single(float(array.height if isinstance(array, ReferenceWindow) else array.window[0]))


@_excel("COLUMNS", "f", 1)
def _columns(_: Here, array: Operand) -> CellArray:
    return single(float(array.width if isinstance(array, ReferenceWindow) else array.window[1]))


# Kinds


def _is(name: str, *kinds: int) -> None:
    def call(_: Here, value: CellArray) -> CellArray:
        return booleans(np.asarray(reduce(np.logical_or, map(value.are, kinds))))

    _excel(name, "v", 1)(call)


_is("ISNUMBER", NUMBER)
_is("ISTEXT", TEXT)
_is("ISBLANK", BLANK)
_is("ISERROR", ERROR)


@_excel("NA", "", 0)
def _na(_: Here) -> CellArray:
    return single(NA, ERROR)


# Texts


def _one_by_one(
    compute: Callable[..., CellValue], takes: str, texts: Texts, *arguments: CellArray
) -> CellArray:
    """Call a function of single values for each cell.

    Args:
        compute: the function.
        takes: a letter an argument: `t` a text, `n` a number, `x` whatever it is.
        texts: the texts of the workbook.
        arguments: its arguments.
    """
    converted = aligned(
        *(as_numbers(a, texts) if k == "n" else a for a, k in zip(arguments, takes, strict=False))
    )
    shape = np.broadcast_shapes(*(value.numbers.shape for value in converted))
    columns = []
    for value, kind in zip(converted, takes, strict=False):
        cells = texts.unpack(_broadcast(value, shape))
        columns.append(
            [c if isinstance(c, ErrorValue) else in_words(c) for c in cells] if kind == "t" else cells
        )
    return texts.pack((_unless_error(compute, cells) for cells in zip(*columns, strict=True)), shape)


def _unless_error(compute: Callable[..., CellValue], cells: tuple[CellValue, ...]) -> CellValue:
    for cell in cells:
        if isinstance(cell, ErrorValue):
            return cell
    return compute(*cells)


def _of_texts(
    name: str, takes: str, least: int | None = None
) -> Callable[[Callable[..., CellValue]], Callable[..., CellValue]]:
    def enter(compute: Callable[..., CellValue]) -> Callable[..., CellValue]:
        _excel(name, "v", len(takes) if least is None else least, len(takes))(
            lambda here, *arguments: _one_by_one(compute, takes, here.texts, *arguments)
        )
        return compute

    return enter


def _limited(text: str) -> CellValue:
    return text if len(text) <= MAX_TEXT else _NO_VALUE


@_excel("CONCATENATE", "v", 1, 255)
def _concatenate(here: Here, *arguments: CellArray) -> CellArray:
    return _join(here.texts, *arguments)


@_of_texts("LEFT", "tn", 1)
def _left(text: str, count: float = 1) -> CellValue:
    return text[: int(count)] if count >= 0 else _NO_VALUE


@_of_texts("RIGHT", "tn", 1)
def _right(text: str, count: float = 1) -> CellValue:
    return text[max(0, len(text) - int(count)) :] if count >= 0 else _NO_VALUE


@_of_texts("MID", "tnn")
def _mid(text: str, start: float, count: float) -> CellValue:
    if start < 1 or count < 0:
        return _NO_VALUE
    return text[int(start) - 1 : int(start) - 1 + int(count)]


@_of_texts("LEN", "t")
def _len(text: str) -> CellValue:
    return float(len(text))


@_of_texts("UPPER", "t")
def _upper(text: str) -> CellValue:
    return text.upper()


@_of_texts("LOWER", "t")
def _lower(text: str) -> CellValue:
    return text.lower()


@_of_texts("TRIM", "t")
def _trim(text: str) -> CellValue:
    return re.sub(" +", " ", text).strip(" ")


@_of_texts("REPT", "tn")
def _rept(text: str, count: float) -> CellValue:
    if count < 0 or len(text) * int(count) > MAX_TEXT:
        return _NO_VALUE
    return text * int(count)


@_of_texts("VALUE", "x")
def _value(value: CellValue) -> CellValue:
    if isinstance(value, bool):
        return _NO_VALUE
    if not isinstance(value, str):
        return value or 0.0
    number = numeral(value)
    return _NO_VALUE if np.isnan(number) else number


@_of_texts("ADDRESS", "nnn", 2)
def _address(row: float, column: float, kind: float = 1) -> CellValue:
    """Return the address of a cell: 1 is $C$2, 2 is C$2, 3 is $C2, 4 is C2."""
    down, along, signs = int(row), int(column), int(kind)
    if not (1 <= down <= MAX_ROWS and 1 <= along <= MAX_COLUMNS and 1 <= signs <= 4):
        return _NO_VALUE
    return f"{'$' * (signs in (1, 3))}{column_letters(along - 1)}{'$' * (signs in (1, 2))}{down}"


_FORMAT = re.compile(r"0(?:\.(0+))?(%?)")
_ALL_DIGITS = Context(prec=MAX_TEXT)  # 1.7e308 shows all of its 309


@_of_texts("TEXT", "xt")
def _text(value: CellValue, pattern: str) -> CellValue:
    """Format a number as 0, 0.00 or 0.0%, with as many digits as wanted, or as General."""
    match = _FORMAT.fullmatch(pattern)
    if match is None and pattern.casefold() != "general":
        raise FormulaError(f"the number format {pattern!r} is not supported")
    if isinstance(value, bool):
        return in_words(value)
    if isinstance(value, str):
        spelled = numeral(value)
        if np.isnan(spelled):
            return value
        value = spelled
    number = value or 0.0
    if match is None:
        return general(number)
    if not np.isfinite(number):
        return ErrorValue("#NUM!")
    decimals, sign = match.groups()
    shown = Decimal(f"{number:.14e}").scaleb(2 if sign else 0)
    rounded = shown.quantize(Decimal(1).scaleb(-len(decimals or "")), ROUND_HALF_UP, _ALL_DIGITS)
    return f"{rounded:f}{sign}"


@_excel("HYPERLINK", "v", 1, 2)
def _hyperlink(_: Here, link: CellArray, shown: CellArray | None = None) -> CellArray:
    """Return what a link shows: where it leads plays no part in a calculation."""
    return link if shown is None else shown
