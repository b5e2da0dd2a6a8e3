"""The ending that a workbook's file has to have: programs refuse a file whose ending denies what is inside."""

from __future__ import annotations

from pathlib import Path

from sheetcnn.errors import SpecError, WorkbookError, printable
from sheetcnn.excel.package import Package, Refusal, read_bytes
from sheetcnn.excel.reader.relationships import SmallParts
from sheetcnn.excel.workbook import Workbook

XLSX = ".xlsx"
_EXCEL = "application/vnd.ms-excel"
_OPEN = "application/vnd.openxmlformats-officedocument.spreadsheetml"
ENDINGS = {
    f"{_OPEN}.sheet.main+xml": XLSX,
    f"{_OPEN}.template.main+xml": ".xltx",
    f"{_EXCEL}.sheet.macroEnabled.main+xml": ".xlsm",
    f"{_EXCEL}.template.macroEnabled.main+xml": ".xltm",
    f"{_EXCEL}.addin.macroEnabled.main+xml": ".xlam",
}
"""By the content type of the part that holds the workbook (ECMA-376, part 1, 12.3; [MS-OFFMACRO], 2.1)."""

_WHAT = {
    XLSX: "a workbook without macros",
    ".xltx": "a template of Excel without macros",
    ".xlsm": "a workbook with macros",
    ".xltm": "a template of Excel with macros",
    ".xlam": "an add-in",
}
WORKBOOKS = {*_WHAT, ".xls", ".xlsb", ".ods", ".fods"}
_OF_SPREADSHEETS = {*WORKBOOKS, ".csv", ".tsv", ".txt"}


def check_ending(path: Path, ending: str = XLSX) -> None:
    """Look whether a workbook may be written to a file of that name.

    Raises:
        SpecError: its ending says something else than what is inside.
    """
    if path.suffix.lower() != ending:
        found = f"ends in {printable(path.suffix)}" if path.suffix else "has no ending"
        shown = printable(str(path.with_suffix(ending)) if path.name.strip(".") else f"digit{ending}")
        raise SpecError(
            f"{printable(str(path))} {found}, and what is written is {_WHAT[ending]}: name it {shown}"
        )


def ending_of(workbook: Workbook) -> str:
    """Return the ending that a workbook's file has to have: it may hold macros, or be a template.

    Args:
        workbook: as it was read from its file, which is still there.

    Raises:
        WorkbookError: the file does not say what it is.
    """
    try:
        kind = SmallParts(Package(read_bytes(Path(workbook.path)))).content_type(workbook.part)
        return ENDINGS[kind]
    except (Refusal, KeyError):
        raise WorkbookError(
            f"{printable(str(workbook.path))} does not say what kind of workbook it is: open it in Excel or "
            "LibreOffice and save it again"
        ) from None


def is_of_a_spreadsheet(path: Path) -> bool:
    """Whether a name ends as a file of a spreadsheet program does."""
    return path.suffix.lower() in _OF_SPREADSHEETS
