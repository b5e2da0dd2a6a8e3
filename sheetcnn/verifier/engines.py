"""Other spreadsheet programs, asked to compute a workbook afresh."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final, TypeAlias

from sheetcnn.errors import SpecError, WorkbookError, did_you_mean
from sheetcnn.excel.cell_array import ErrorValue
from sheetcnn.excel.libreoffice import EngineMissing, convert
from sheetcnn.excel.reader import read_workbook
from sheetcnn.excel.workbook import Value, Workbook

ENGINES: Final = ("libreoffice", "ironcalc")

Computed: TypeAlias = dict[str, dict[tuple[int, int], Value]]


def recalculate(path: Path, engine: str) -> Computed:
    """Return every formula cell's value as another program computes it, whatever value was saved in the file.

    Args:
        path: the workbook.
        engine: one of `ENGINES`. LibreOffice gives 15 significant digits, IronCalc all of them.

    Returns:
        For each sheet the value at each zero-based (row, column), "" where the program shows nothing.

    Raises:
        EngineMissing: the program is not installed.
        SpecError: there is no such engine.
        WorkbookError: the workbook cannot be read, or the program fails on it.
    """
    match engine:
        case "libreoffice":
            return _libreoffice(read_workbook(path))
        case "ironcalc":
            return _ironcalc(read_workbook(path))
    near = did_you_mean(engine, ENGINES)
    raise SpecError(f"{engine!r} is no engine{near}: choose one of {', '.join(ENGINES)}.")


def _libreoffice(workbook: Workbook) -> Computed:
    with tempfile.TemporaryDirectory() as folder:
        saved = read_workbook(convert(workbook.path, "xlsx", Path(folder)))
    return {
        name: {cell: saved.sheets[name].values.get(cell, "") for cell in sheet.formulas}
        for name, sheet in workbook.sheets.items()
    }


def _ironcalc(workbook: Workbook) -> Computed:
    try:
        import ironcalc
    except ImportError:
        raise EngineMissing(
            "IronCalc is not installed: pip install ironcalc, into the environment that sheetcnn is in."
        ) from None
    try:
        model = ironcalc.load_from_xlsx(str(workbook.path))
        model.evaluate()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic in Rust is no Exception
        reason = str(error).partition("\n")[0]
        raise WorkbookError(
            f"IronCalc cannot compute {workbook.path} ({reason}): try another engine."
        ) from error
    places = {sheet["name"]: place for place, sheet in enumerate(model.get_worksheets_properties())}
    return {
        name: {cell: _ironcalc_value(model, places[name], *cell) for cell in sheet.formulas}
        for name, sheet in workbook.sheets.items()
    }


def _ironcalc_value(model: Any, sheet: int, row: int, column: int) -> Value:
    from ironcalc import CellType

    place = (sheet, row + 1, column + 1)
    value: float | str | bool | None = model.get_cell_value(*place)
    if model.get_cell_type(*place) == CellType.ErrorValue:
        return ErrorValue(str(value))
    return "" if value is None else value
