"""Functions of texts: LEFT, LEN, TEXT, VALUE, HYPERLINK and their like."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal

import numpy as np

from sheetcnn.excel.addresses import column_letters
from sheetcnn.excel.ast import FormulaError
from sheetcnn.excel.cell_array import (
    CellArray,
    CellValue,
    ErrorValue,
    general,
    in_words,
    numeral,
)
from sheetcnn.excel.functions.elementwise import of_texts
from sheetcnn.excel.functions.operators import join
from sheetcnn.excel.functions.registry import NO_VALUE, Here, excel
from sheetcnn.excel.limits import MAX_CELL_TEXT, MAX_COLUMNS, MAX_ROWS


@excel("CONCATENATE", "v", 1, 255)
def _concatenate(here: Here, *arguments: CellArray) -> CellArray:
    return join(here.texts, *arguments)


@of_texts("LEFT", "tn", 1)
def _left(text: str, count: float = 1) -> CellValue:
    return text[: int(count)] if count >= 0 else NO_VALUE


@of_texts("RIGHT", "tn", 1)
def _right(text: str, count: float = 1) -> CellValue:
    return text[max(0, len(text) - int(count)) :] if count >= 0 else NO_VALUE


@of_texts("MID", "tnn")
def _mid(text: str, start: float, count: float) -> CellValue:
    if start < 1 or count < 0:
        return NO_VALUE
    return text[int(start) - 1 : int(start) - 1 + int(count)]


@of_texts("LEN", "t")
def _len(text: str) -> CellValue:
    return float(len(text))


@of_texts("UPPER", "t")
def _upper(text: str) -> CellValue:
    return text.upper()


@of_texts("LOWER", "t")
def _lower(text: str) -> CellValue:
    return text.lower()


@of_texts("TRIM", "t")
def _trim(text: str) -> CellValue:
    return re.sub(" +", " ", text).strip(" ")


@of_texts("REPT", "tn")
def _rept(text: str, count: float) -> CellValue:
    if count < 0 or len(text) * int(count) > MAX_CELL_TEXT:
        return NO_VALUE
    return text * int(count)


@of_texts("VALUE", "x")
def _value(value: CellValue) -> CellValue:
    if isinstance(value, bool):
        return NO_VALUE
    if not isinstance(value, str):
        return value or 0.0
    number = numeral(value)
    return NO_VALUE if np.isnan(number) else number


@of_texts("ADDRESS", "nnn", 2)
def _address(row: float, column: float, kind: float = 1) -> CellValue:
    """Return the address of a cell: 1 is $C$2, 2 is C$2, 3 is $C2, 4 is C2."""
    down, along, signs = int(row), int(column), int(kind)
    if not (1 <= down <= MAX_ROWS and 1 <= along <= MAX_COLUMNS and 1 <= signs <= 4):
        return NO_VALUE
    return f"{'$' * (signs in (1, 3))}{column_letters(along - 1)}{'$' * (signs in (1, 2))}{down}"


_FORMAT = re.compile(r"0(?:\.(0+))?(%?)")
_ALL_DIGITS = Context(prec=MAX_CELL_TEXT)  # 1.7e308 shows all of its 309


@of_texts("TEXT", "xt")
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


@excel("HYPERLINK", "v", 1, 2)
def _hyperlink(_: Here, link: CellArray, shown: CellArray | None = None) -> CellArray:
    """Return what a link shows: where it leads plays no part in a calculation."""
    return link if shown is None else shown
