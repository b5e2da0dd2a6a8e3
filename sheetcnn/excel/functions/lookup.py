"""Functions that find or choose cells: INDEX, MATCH, CHOOSE, ROW, COLUMN."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import numpy as np

from sheetcnn.excel.ast import FormulaError
from sheetcnn.excel.cell_array import (
    ERROR,
    NA,
    REF,
    VALUE,
    CellArray,
    CellValue,
    ErrorValue,
    Texts,
    Varies,
    aligned,
    as_numbers,
    choose,
    single,
    under_errors,
)
from sheetcnn.excel.functions.aggregate import picked
from sheetcnn.excel.functions.elementwise import broadcast, everywhere
from sheetcnn.excel.functions.registry import Here, Operand, excel
from sheetcnn.excel.sheet_array import ReferenceWindow


@excel("CHOOSE", "sb", 2, 255)
def _choose(here: Here, index: CellArray, *choices: CellArray) -> CellArray:
    index, *choices_aligned = aligned(as_numbers(index, here.texts), *choices)
    result = single(VALUE, ERROR)
    for number, choice in enumerate(choices_aligned, start=1):
        result = choose(np.trunc(index.numbers) == number, choice, result)
    return under_errors(result, index)


@excel("INDEX", "fvv", 2, 3)
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
    kinds = None if cells.kinds is None else picked(cells.kinds, *place)
    result = choose(inside, CellArray(picked(cells.numbers, *place), kinds), single(REF, ERROR))
    result = choose(negative_index, single(VALUE, ERROR), result)
    return under_errors(result, rows, columns)


@excel("MATCH", "vrv", 2, 3)
def _match(here: Here, wanted: CellArray, cells: CellArray, order: CellArray | None = None) -> CellArray:
    if 1 not in cells.window:
        return single(NA, ERROR)
    kind = 1.0 if order is None else everywhere(here.texts, as_numbers(order, here.texts))
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
    values = texts.unpack(broadcast(wanted, block))
    found: list[CellValue] = []
    for value, start in zip(values, starts, strict=True):
        if isinstance(value, ErrorValue):
            found.append(value)
            continue
        place = find(0.0 if value is None else value, listed[start : start + size])
        found.append(ErrorValue("#N/A") if place is None else place + 1.0)
    return texts.pack(found, block)


def _find_equal(wanted: CellValue, cells: list[CellValue]) -> int | None:
    if isinstance(wanted, str):
        matches = wildcard(wanted)
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


def wildcard(pattern: str) -> Callable[[str], bool]:
    """Return whether a text fits: * stands for any characters, ? for one, ~ before them for themselves."""
    if not any(joker in pattern for joker in "*?~"):  # nearly always, and a regular expression takes its time
        plain = pattern.lower()
        return lambda text: text.lower() == plain
    parts = re.findall(r"~[*?~]|.", pattern, re.DOTALL)
    joker = {"*": ".*", "?": "."}
    regex = re.compile("".join(joker.get(p) or re.escape(p[-1]) for p in parts), re.IGNORECASE | re.DOTALL)
    return lambda text: regex.fullmatch(text) is not None


@excel("ROW", "c", 0, 1)
def _row(here: Here, area: Operand | None = None) -> CellArray:
    return CellArray(here.rows if area is None else _reference("ROW", area).row_numbers())


@excel("COLUMN", "c", 0, 1)
def _column(here: Here, area: Operand | None = None) -> CellArray:
    return CellArray(here.columns if area is None else _reference("COLUMN", area).column_numbers())


def _reference(name: str, area: Operand) -> ReferenceWindow:
    if isinstance(area, ReferenceWindow):
        return area
    raise FormulaError(f"{name} is supported with a reference only")


@excel("ROWS", "f", 1)
def _rows(_: Here, array: Operand) -> CellArray:
    return single(float(array.height if isinstance(array, ReferenceWindow) else array.window[0]))


@excel("COLUMNS", "f", 1)
def _columns(_: Here, array: Operand) -> CellArray:
    return single(float(array.width if isinstance(array, ReferenceWindow) else array.window[1]))
