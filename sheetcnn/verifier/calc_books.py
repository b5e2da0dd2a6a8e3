"""Books to compute in: a workbook's own constants, or nothing, on sheets of a given size."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.cell_array import NUMBER
from sheetcnn.excel.sheet_array import SheetArray
from sheetcnn.excel.workbook import Sheet, Workbook


def blank_book(workbook: Workbook, sizes: Mapping[str, tuple[int, int]], planes: int) -> CalcBook:
    """Return a book of blank cells, which knows the names that formulas use.

    Args:
        workbook: the workbook.
        sizes: rows and columns of each of its sheets.
        planes: how many planes each of them has.
    """
    grids = {name: SheetArray.blank(planes, rows, columns) for name, (rows, columns) in sizes.items()}
    return CalcBook(grids, all_names(workbook))


def book_to_read(workbook: Workbook) -> CalcBook:
    """Return a book without values, which knows the names and sheets that formulas use."""
    return blank_book(workbook, dict.fromkeys(workbook.sheets, (1, 1)), 1)


def book_of_constants(workbook: Workbook, sizes: Mapping[str, tuple[int, int]]) -> CalcBook:
    """Return a book of one plane with a workbook's constants; cells of formulas are blank until they are computed."""
    book = blank_book(workbook, sizes, planes=1)
    for sheet in workbook.sheets.values():
        _put_constants(book, sheet)
    return book


def copied(book: CalcBook) -> CalcBook:
    """Return a book with the same values, which can be changed; names and texts are shared."""
    grids = {name: SheetArray(grid.numbers.copy(), grid.kinds.copy()) for name, grid in book.sheets.items()}
    return CalcBook(grids, book.names, book.texts)


def with_room(workbook: Workbook, own: CalcBook, sizes: Mapping[str, tuple[int, int]]) -> CalcBook:
    """Return a book with the same values, and with at least so many rows and columns of the workbook's sheets."""
    wanted = {
        name: tuple(map(max, sizes.get(name, (1, 1)), grid.numbers.shape[1:]))
        for name, grid in own.sheets.items()
    }
    grids = {name: SheetArray.blank(1, rows, columns) for name, (rows, columns) in wanted.items()}
    book = CalcBook(grids, own.names, own.texts)
    for sheet in workbook.sheets.values():
        _put_constants(book, sheet)
    for name, grid in own.sheets.items():
        _, rows, columns = grid.numbers.shape
        grids[name].numbers[:, :rows, :columns] = grid.numbers
        grids[name].kinds[:, :rows, :columns] = grid.kinds
    return book


def all_names(workbook: Workbook) -> dict[str, str]:
    """Return what the names of a workbook stand for, those of single sheets as `Sheet!name`."""
    names = dict(workbook.names)
    for sheet in workbook.sheets.values():
        names |= {f"{sheet.name}!{name}": text for name, text in sheet.names.items()}
    return names


def _put_constants(book: CalcBook, sheet: Sheet) -> None:
    grid = book.sheets[sheet.name]
    _, rows, columns = grid.numbers.shape
    cells = [
        (cell, value)
        for cell, value in sheet.values.items()
        if cell not in sheet.formulas and cell[0] < rows and cell[1] < columns
    ]
    if not cells:
        return
    encoded = [(value, NUMBER) if type(value) is float else book.texts.encode(value) for _, value in cells]
    where = tuple(np.array([cell for cell, _ in cells]).T)
    grid.numbers[0][where] = [number for number, _ in encoded]
    grid.kinds[0][where] = [kind for _, kind in encoded]
