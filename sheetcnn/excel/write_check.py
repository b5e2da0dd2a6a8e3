"""Reads a workbook again that was just written, and compares it with what was meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from sheetcnn.errors import WorkbookError, printable
from sheetcnn.excel.addresses import a1
from sheetcnn.excel.reader import read_workbook
from sheetcnn.excel.workbook import Sheet, Value, Workbook

_REPORT = "nothing has been changed; this is a fault of sheetcnn, please report it"


def check_written(
    workbook: Workbook, meant: Mapping[str, Mapping[tuple[int, int], Value]], written: Path
) -> None:
    """Compare a file with the workbook that it was made of, and with the values that it is to hold.

    Args:
        workbook: the workbook as it was.
        meant: its new values, by sheet and cell.
        written: the new file.

    Raises:
        WorkbookError: it holds something else.
    """
    failed = f"{printable(str(workbook.path))} could not be written"
    try:
        again = read_workbook(written)
    except WorkbookError as error:
        reason = str(error).removeprefix(printable(str(written))).strip().rstrip(".")
        raise WorkbookError(f"{failed}, as what came of it {reason}: {_REPORT}") from None
    expected = {
        name: replace(sheet, values={**sheet.values, **meant.get(name, {})})
        for name, sheet in workbook.sheets.items()
    }
    if replace(again, path=workbook.path, sheets={}) != replace(workbook, sheets={}):
        raise WorkbookError(f"{failed}, as its names or settings would change: {_REPORT}")
    if list(again.sheets) != list(expected):
        raise WorkbookError(f"{failed}, as its sheets would change: {_REPORT}")
    for name, sheet in again.sheets.items():
        if different := _difference(sheet, expected[name]):
            raise WorkbookError(f"{failed}, as {name}{different} would be wrong: {_REPORT}")


def is_same_value(value: Value | None, other: Value | None) -> bool:
    """Whether two values are equal and of one type: 1 is not TRUE, and an error is no text."""
    return type(value) is type(other) and value == other


def _difference(sheet: Sheet, expected: Sheet) -> str:
    """Return where two sheets differ, as it goes on from the sheet's name; empty if they do not."""
    cells = {**sheet.values, **expected.values}
    wrong = [cell for cell in cells if not is_same_value(sheet.values.get(cell), expected.values.get(cell))]
    if wrong:
        return f"!{a1(*min(wrong))}"
    return "" if replace(sheet, values={}) == replace(expected, values={}) else "'s formulas"
