"""Values of cells on many samples at once, and how Excel turns one kind of value into another."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from sheetcnn.excel.tokenizer import ERRORS

NUMBER, BLANK, TEXT, BOOLEAN, ERROR = range(5)
NULL, DIV0, VALUE, REF, NAME, NUM, NA = range(7)
NOT_COMPUTED = (
    -1
)  # beside the errors: that of a formula which sheetcnn cannot compute and nothing is stored for

Floats: TypeAlias = npt.NDArray[np.float64]
Kinds: TypeAlias = npt.NDArray[np.uint8]
Mask: TypeAlias = npt.NDArray[np.bool_]
_Scalar = TypeVar("_Scalar", bound=np.generic)

WINDOW = (-2, -1)  # the axes of a reference's own rows and columns

_NUMERAL = re.compile(r"\s*([-+]?)\$?((?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?|\.\d+)([eE][-+]?\d+)?\s*(%?)\s*")


class Varies(Exception):  # noqa: N818 - a signal to the evaluator, which then asks for fewer cells at once
    """What is asked for has another shape in another cell or on another sample."""


class ErrorValue(str):
    """An error that a cell shows, such as #N/A: a value like any other, never an exception."""

    __slots__ = ()


CellValue: TypeAlias = float | str | bool | ErrorValue | None

UNCOMPUTED = ErrorValue("not computed")
"""What nobody knows: no error that a file can hold begins without a #."""


@dataclass(frozen=True, slots=True)
class CellArray:
    """What an expression comes to over a block of formulas.

    Attributes:
        numbers: (samples, block rows, block columns, height, width), an axis 1 long where nothing changes
            along it. A text is its number in `Texts`, a boolean 0 or 1. An error is its place in `ERRORS`,
            NOT_COMPUTED, or if it is none of these, their number and that of its text.
        kinds: NUMBER, BLANK, TEXT, BOOLEAN or ERROR, of the same shape; None if all are numbers.
        listed: cells or an array, of which an aggregate counts the numbers only; a text that is an
            argument by itself is converted.
    """

    numbers: Floats
    kinds: Kinds | None = None
    listed: bool = False

    @property
    def window(self) -> tuple[int, int]:
        """Its height and width."""
        height, width = self.numbers.shape[-2:]
        return height, width

    @property
    def is_list(self) -> bool:
        """Whether an aggregate takes it for a list of cells, not for one argument."""
        return self.listed or self.window != (1, 1)

    def are(self, kind: int) -> Mask:
        """Return which values are of a kind."""
        if self.kinds is None:
            return np.full(self.numbers.shape, kind == NUMBER)
        mask: Mask = self.kinds == kind
        return mask

    def have(self, kind: int) -> bool:
        """Whether any value is of a kind other than NUMBER."""
        return self.kinds is not None and bool((self.kinds == kind).any())

    def of_kind(self, kind: int) -> CellArray:
        """Return the same numbers as values of one kind."""
        return CellArray(self.numbers, np.full(self.numbers.shape, kind, np.uint8))

    def part(self, rows: slice, columns: slice) -> CellArray:
        """Return a part of each window."""
        kinds = None if self.kinds is None else self.kinds[..., rows, columns]
        return CellArray(self.numbers[..., rows, columns], kinds, self.listed)


def single(number: float, kind: int = NUMBER) -> CellArray:
    """Return one value that is the same everywhere."""
    numbers = np.full((1, 1, 1, 1, 1), number)
    return CellArray(numbers, None if kind == NUMBER else np.full(numbers.shape, kind, np.uint8))


@dataclass
class Texts:
    """The texts of a workbook, each kept once and known by its number."""

    texts: list[str] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def number(self, text: str) -> int:
        """Return the number of a text, kept from now on."""
        found = self._numbers.setdefault(text, len(self.texts))
        if found == len(self.texts):
            self.texts.append(text)
        return found

    def map(self, numbers: Floats, convert: Callable[[str], float]) -> Floats:
        """Return what each text converts to, converting each different one once."""
        different, places = np.unique(numbers.astype(np.int64), return_inverse=True)
        converted = np.array([convert(self.texts[number]) for number in different])
        return converted[places].reshape(numbers.shape)

    def ranks(self, numbers: Floats) -> Floats:
        """Return the place of each text among them all, in order, capitals or not being the same."""
        order = sorted({self.texts[int(number)].casefold() for number in set(numbers.ravel().tolist())})
        rank = {text: float(place) for place, text in enumerate(order)}
        return self.map(numbers, lambda text: rank[text.casefold()])

    def encode(self, value: CellValue) -> tuple[float, int]:
        """Return the number and kind that stand for a value; None is a blank cell."""
        match value:
            case None:
                return 0.0, BLANK
            case bool():
                return float(value), BOOLEAN
            case ErrorValue():
                return float(self._error(value)), ERROR
            case str():
                return float(self.number(value)), TEXT
        return float(value), NUMBER

    def decode(self, number: float, kind: int) -> CellValue:
        """Return the value that a number and a kind stand for."""
        match kind:
            case 1:
                return None
            case 2:
                return self.texts[int(number)]
            case 3:
                return bool(number)
            case 4:
                return self._spelled_error(int(number))
        return float(number)

    def _error(self, error: ErrorValue) -> int:
        if error == UNCOMPUTED:
            return NOT_COMPUTED
        return ERRORS.index(error) if error in ERRORS else len(ERRORS) + self.number(error)

    def _spelled_error(self, number: int) -> ErrorValue:
        if number == NOT_COMPUTED:
            return UNCOMPUTED
        return ErrorValue(ERRORS[number] if number < len(ERRORS) else self.texts[number - len(ERRORS)])

    def pack(self, values: Iterable[CellValue], shape: tuple[int, ...]) -> CellArray:
        """Return values of a shape, listed in its order."""
        numbers, kinds = zip(*map(self.encode, values), strict=True)
        packed = np.array(kinds, np.uint8).reshape(shape)
        return CellArray(np.array(numbers).reshape(shape), packed if packed.any() else None)

    def unpack(self, values: CellArray) -> list[CellValue]:
        """Return the values one by one, in the order of their shape."""
        if values.kinds is None:
            return list(values.numbers.ravel().tolist())
        return list(map(self.decode, values.numbers.ravel().tolist(), values.kinds.ravel().tolist()))


def numeral(text: str) -> float:
    """Return the number that a text spells, or NaN: dates and times are not read."""
    if (mark := _mark.get()) != ".":
        text = text.translate({ord(mark): ".", ord("."): ","})
    match = _NUMERAL.fullmatch(text)
    if not match:
        return float("nan")
    sign, digits, exponent, percent = match.groups()
    return float(sign + digits.replace(",", "") + (exponent or "")) / (100 if percent else 1)


def truth(text: str) -> float:
    """Return 1 for the text TRUE, 0 for FALSE, otherwise NaN."""
    return {"TRUE": 1.0, "FALSE": 0.0}.get(text.upper(), float("nan"))


_mark = ContextVar("decimal mark", default=".")


@contextmanager
def decimal_mark(mark: str) -> Iterator[None]:
    """Have numbers that are joined to texts, or read from them, written with another decimal mark than a point."""
    token = _mark.set(mark)
    try:
        yield
    finally:
        _mark.reset(token)


def general(number: float) -> str:
    """Write a number as Excel joins it to a text: 15 significant digits, at most 20 places."""
    return _with_point(number).replace(".", _mark.get())


def _with_point(number: float) -> str:
    if number == 0:
        return "0"
    if not math.isfinite(number):  # no cell holds it: NumPy's word for an error
        return str(number)
    mantissa, exponent = f"{abs(number):.14e}".split("e")
    digits, power = mantissa.replace(".", "").rstrip("0"), int(exponent)
    sign = "-" if number < 0 else ""
    if power > 19 or (power < 0 and 1 - power + len(digits) > 20):
        fraction = f".{digits[1:]}" if digits[1:] else ""
        return f"{sign}{digits[0]}{fraction}E{'-' if power < 0 else '+'}{abs(power):02d}"
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{digits}"
    whole, fraction = digits[: power + 1].ljust(power + 1, "0"), digits[power + 1 :]
    return f"{sign}{whole}.{fraction}" if fraction else sign + whole


def in_words(value: CellValue) -> str:
    """Return a value as a text, as & joins it."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case str():
            return value
    return general(value)


def as_numbers(values: CellArray, texts: Texts, convert: Callable[[str], float] = numeral) -> CellArray:
    """Convert what arithmetic takes: a blank is 0, a boolean 0 or 1, a text what it spells or #VALUE!."""
    if values.kinds is None:
        return values
    errors = values.kinds == ERROR
    numbers = values.numbers
    spelled = values.kinds == TEXT
    if spelled.any():
        numbers = numbers.copy()
        numbers[spelled] = texts.map(numbers[spelled], convert)
        wrong = spelled & np.isnan(numbers)
        numbers[wrong] = VALUE
        errors |= wrong
    kinds = errors.astype(np.uint8) * np.uint8(ERROR) if errors.any() else None
    return CellArray(numbers, kinds, values.listed)


def as_truths(values: CellArray, texts: Texts) -> CellArray:
    """Convert what a condition takes: a number other than 0 is true, so are TRUE and its text."""
    values = as_numbers(values, texts, truth)
    true = np.where(values.are(ERROR), values.numbers, values.numbers != 0)
    return CellArray(true, values.kinds, values.listed)


def aligned(*values: CellArray) -> tuple[CellArray, ...]:
    """Bring windows to one size as arrays do: 1 is repeated, and what one lacks is #N/A."""
    windows = {value.window for value in values}
    if len(windows) == 1:
        return values
    size = tuple(max(window[axis] for window in windows) for axis in (0, 1))
    return tuple(_widened(value, size) for value in values)


def _widened(values: CellArray, size: tuple[int, ...]) -> CellArray:
    lacking = [wanted - had if had != 1 else 0 for had, wanted in zip(values.window, size, strict=True)]
    if not any(lacking):
        return values
    edges = ((0, 0),) * 3 + ((0, lacking[0]), (0, lacking[1]))
    kinds = np.zeros(values.numbers.shape, np.uint8) if values.kinds is None else values.kinds
    return CellArray(
        np.pad(values.numbers, edges, constant_values=NA),
        np.pad(kinds, edges, constant_values=ERROR),
        values.listed,
    )


def broadcast(array: npt.NDArray[_Scalar], shape: tuple[int, ...]) -> npt.NDArray[_Scalar]:
    """Return an array as one of another shape; NumPy takes its time where there is nothing to do."""
    return array if array.shape == shape else np.broadcast_to(array, shape)


def booleans(truths: npt.NDArray[np.generic]) -> CellArray:
    """Return booleans of a mask."""
    return CellArray(truths.astype(np.float64), np.full(truths.shape, BOOLEAN, np.uint8))


def choose(mask: Mask, yes: CellArray, no: CellArray) -> CellArray:
    """Return one value where the mask is true and the other one elsewhere."""
    numbers = np.where(mask, yes.numbers, no.numbers)
    listed = yes.listed or no.listed
    if yes.kinds is None and no.kinds is None:
        return CellArray(numbers, None, listed)
    kinds = np.where(
        mask,
        np.uint8(NUMBER) if yes.kinds is None else yes.kinds,
        np.uint8(NUMBER) if no.kinds is None else no.kinds,
    )
    return CellArray(numbers, broadcast(kinds, numbers.shape), listed)


def under_errors(result: CellArray, *arguments: CellArray) -> CellArray:
    """Lay the errors of the arguments over a result, those of the first one uppermost."""
    for argument in reversed(arguments):
        if argument.have(ERROR):
            result = choose(argument.are(ERROR), argument, result)
    return result


def unless_unknown(result: CellArray, *arguments: CellArray) -> CellArray:
    """Lay what nobody knows over the result of a function that makes something of errors."""
    for argument in arguments:
        unknown = argument.are(ERROR) & (argument.numbers == NOT_COMPUTED)
        if unknown.any():
            if argument.window != result.window:
                unknown = unknown.any(axis=WINDOW, keepdims=True)
            result = choose(unknown, single(NOT_COMPUTED, ERROR), result)
    return result


def finite(numbers: Floats) -> CellArray:
    """Return numbers as values, #NUM! where there is none or it is too large."""
    if np.isfinite(numbers).all():
        return CellArray(numbers)
    wrong = ~np.isfinite(numbers)
    return choose(wrong, single(NUM, ERROR), CellArray(np.where(wrong, 0.0, numbers)))


def fitted(values: CellArray, block: tuple[int, int, int], spread: tuple[int, int]) -> CellArray:
    """Spread values over a block and over the cells that each formula fills, #N/A where there are too few."""
    height, width = spread
    values = _widened(values, (max(height, values.window[0]), max(width, values.window[1])))
    values = values.part(slice(height), slice(width))
    shape = (*block, *spread)
    kinds = None if values.kinds is None else broadcast(values.kinds, shape)
    return CellArray(broadcast(values.numbers, shape), kinds)


def joined(parts: list[CellArray], axis: int) -> CellArray:
    """Put parts of a block together along an axis."""
    numbers = np.concatenate([part.numbers for part in parts], axis)
    if all(part.kinds is None for part in parts):
        return CellArray(numbers)
    kinds = [np.zeros(part.numbers.shape, np.uint8) if part.kinds is None else part.kinds for part in parts]
    return CellArray(numbers, np.concatenate(kinds, axis))
