"""Reads a workbook: limits first, then what it says of itself, then cells. Every hostile file comes in here."""

from __future__ import annotations

from pathlib import Path

from sheetcnn.errors import WorkbookError, printable
from sheetcnn.excel.package import Package, Refusal, read_bytes
from sheetcnn.excel.reader.charts import read_charts
from sheetcnn.excel.reader.shared_strings import SharedStrings
from sheetcnn.excel.reader.workbook_part import describe
from sheetcnn.excel.reader.worksheet import Cells
from sheetcnn.excel.reader.xml_stream import Budget, stream
from sheetcnn.excel.workbook import Note, Workbook


def read_workbook(path: Path) -> Workbook:
    """Return what lies in an .xlsx or .xlsm file.

    Only what the format defines is read, in its namespace. Where spreadsheet programs would read a file
    differently it is refused, or read with a note if programs that mean well write such files: duplicate cells,
    and rows and cells out of order, are refused as Excel refuses them.

    Raises:
        WorkbookError: the file is no workbook, damaged, encrypted, beyond a limit, or cannot be opened.
    """
    try:
        return _read(path)
    except Refusal as refusal:
        raise WorkbookError(f"{printable(str(path))} {refusal}.") from None
    except MemoryError:
        raise WorkbookError(f"{printable(str(path))} needs more memory than there is.") from None


def _read(path: Path) -> Workbook:
    package = Package(read_bytes(path))
    description = describe(package)
    texts, budget = SharedStrings(), Budget()
    if description.texts_part is not None:
        budget = stream(package, description.texts_part, texts, budget)
    notes = list(description.notes)
    for sheet in description.sheets:
        own_notes: list[Note] = []
        cells = Cells(sheet, texts.found, own_notes, starts_in_1904=description.starts_in_1904)
        budget = stream(package, sheet.part, cells, budget)
        notes += own_notes
    read_charts(package, description.sheets)
    return Workbook(
        path=path,
        sheets={sheet.name: sheet for sheet in description.sheets},
        names=description.names,
        calculation=description.calculation,
        external_links=description.external_links,
        notes=notes,
        part=description.part,
    )
