"""Functions of cells that meet a criterion: COUNTIF, SUMIF."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from sheetcnn.excel.ast import FormulaError
from sheetcnn.excel.cell_array import (
    BLANK,
    ERROR,
    NUMBER,
    TEXT,
    CellArray,
    CellValue,
    ErrorValue,
    Mask,
    Texts,
    choose,
    finite,
    numeral,
    single,
    truth,
    under_errors,
)
from sheetcnn.excel.functions.aggregate import first_error, number_of, total
from sheetcnn.excel.functions.lookup import wildcard
from sheetcnn.excel.functions.operators import ordering
from sheetcnn.excel.functions.registry import Here, excel

_SIGN = re.compile("(?:<=|>=|<>|<|>|=)?")


def _meets(texts: Texts, cells: CellArray, criterion: CellArray) -> Mask:
    """Return which cells meet the criterion of their formula, (samples, rows, columns, height, width)."""
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
    order = ordering(cells, single(number, kind), texts)
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
        return _texts_that(texts, cells, wildcard(value))
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


@excel("COUNTIF", "rv", 2)
def _countif(here: Here, cells: CellArray, criterion: CellArray) -> CellArray:
    if criterion.window != (1, 1):
        raise FormulaError("COUNTIF is supported with one criterion only")
    return CellArray(number_of([_meets(here.texts, cells, criterion)]))


@excel("SUMIF", "rvr", 2, 3)
def _sumif(here: Here, cells: CellArray, criterion: CellArray, summed: CellArray | None = None) -> CellArray:
    terms = cells if summed is None else summed
    if criterion.window != (1, 1) or terms.window != cells.window:
        raise FormulaError("SUMIF is supported with one criterion and ranges of one size only")
    met = _meets(here.texts, cells, criterion)
    result = finite(total([np.where(met & terms.are(NUMBER), terms.numbers, 0.0)]))
    if not terms.have(ERROR):
        return result
    return under_errors(result, first_error(choose(met, terms, single(0.0))))
