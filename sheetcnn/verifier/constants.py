"""What formulas start from: pixels, weights, and the choices of a workbook's other sheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from sheetcnn.excel.addresses import Cell
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.cell_array import ErrorValue
from sheetcnn.excel.region import Region
from sheetcnn.verifier.calc_books import copied
from sheetcnn.verifier.recognize import RecognizedWorkbook
from sheetcnn.verifier.region_values import numbers_at

_MOST_NAMED = 6


def constants(recognized: RecognizedWorkbook) -> list[tuple[str, Region]]:
    """Return the regions that formulas start from, each with its stage; an input is one, also where it is chosen."""
    inputs = [("input", region) for region in recognized.layout.inputs]
    return list(dict.fromkeys([*inputs, *recognized.constants]))


def missing_numbers(recognized: RecognizedWorkbook, own: CalcBook) -> Iterator[tuple[str, Region, Cell]]:
    """Yield the cells where a number is missing, each with its stage and its region; blank paper is none of them.

    Args:
        recognized: the workbook.
        own: its own values.
    """
    free_text = recognized.spec.free_text
    apart = {*recognized.spec.read_only, *recognized.spec.allowed, *free_text}
    for stage, region in constants(recognized):
        if region.name in apart or region.sheet not in own.sheets:
            continue
        others = region.name in recognized.layout.extra
        for row, column in np.argwhere(np.isnan(numbers_at(own, region, 0))).tolist():
            cell = region.cell(row, column)
            if not others or own.get(region.sheet, cell) is not None:
                yield stage, region, cell


def with_zeros(recognized: RecognizedWorkbook, own: CalcBook) -> CalcBook:
    """Return a workbook's own values with 0 where a number is missing, as formulas count; an error stays one."""
    missing = [(region.sheet, cell) for _, region, cell in missing_numbers(recognized, own)]
    if not missing:
        return own
    book = copied(own)
    for sheet, cell in missing:
        if not isinstance(own.get(sheet, cell), ErrorValue):  # an error is none to count with
            book.put(sheet, cell, 0.0)
    return book


def value_at(own: CalcBook, region: Region, cell: Cell) -> Any:
    """Return what a cell of a region holds, None if its sheet is not there."""
    return own.get(region.sheet, cell) if region.sheet in own.sheets else None


def shown(value: Any) -> str:
    """Return a value as a finding shows it, empty for none."""
    if value is None:
        return ""
    return value if isinstance(value, str) else f"{float(value):.15g}"


def choices(allowed: Sequence[float | str]) -> str:
    """Return what may be chosen as a finding names it."""
    return ", ".join(map(shown, allowed[:_MOST_NAMED])) + (", ..." if len(allowed) > _MOST_NAMED else "")
