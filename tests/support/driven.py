"""Edits workbooks in LibreOffice, step by step; `driving` starts this with a Python that has UNO.

    python3 driven.py SOFFICE

Each line of standard input names a job, a JSON file: the workbook, the steps, and where to write what the steps that
read have read. Each is answered by a line: `done`, or what went wrong. LibreOffice starts once, in a fresh profile
without any setting, as someone has it who has just installed it; it ends with the standard input.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

XLSX = "Calc MS Excel 2007 XML"


class Document:
    """An open workbook. A place is `Sheet!B2`, `Sheet!B2:C3`, or a defined name; each method is a step."""

    def __init__(self, document):
        self.document = document

    def insert_columns(self, before, count):
        """Insert columns to the left of a cell."""
        cells = self._cells(before)
        cells.Spreadsheet.Columns.insertByIndex(cells.RangeAddress.StartColumn, count)

    def insert_rows(self, above, count):
        """Insert rows above a cell."""
        cells = self._cells(above)
        cells.Spreadsheet.Rows.insertByIndex(cells.RangeAddress.StartRow, count)

    def delete_columns(self, first, count):
        """Delete columns from that of a cell on."""
        cells = self._cells(first)
        cells.Spreadsheet.Columns.removeByIndex(cells.RangeAddress.StartColumn, count)

    def move(self, block, to):
        """Cut a block and paste it, its first cell on another one."""
        target = self._cells(to).getCellByPosition(0, 0)
        self._cells(block).Spreadsheet.moveRange(target.CellAddress, self._cells(block).RangeAddress)

    def add_sheet(self, name):
        """Add an empty sheet as the last one."""
        self.document.Sheets.insertNewByName(name, self.document.Sheets.Count)

    def rename_sheet(self, name, new):
        """Give a sheet another name."""
        self.document.Sheets.getByName(name).Name = new

    def delete_sheet(self, name):
        """Delete a sheet."""
        self.document.Sheets.removeByName(name)

    def type(self, start, rows):
        """Type numbers, texts and formulas, row by row, from a cell on; None leaves a cell as it is."""
        first = self._cells(start).RangeAddress
        sheet = self._cells(start).Spreadsheet
        for down, row in enumerate(rows):
            for along, value in enumerate(row):
                cell = sheet.getCellByPosition(first.StartColumn + along, first.StartRow + down)
                if isinstance(value, str):
                    cell.setFormula(value)
                elif value is not None:
                    cell.setValue(value)

    def fill(self, block, rows):
        """Type numbers and texts into a whole block at once."""
        self._cells(block).setDataArray(tuple(map(tuple, rows)))

    def recalculate(self):
        """Compute every formula afresh, as Ctrl+Shift+F9 does."""
        self.document.calculateAll()

    def read(self, place):
        """Return what cells show, row by row: numbers and texts, None for an error."""
        return self._cells(place).getDataArray()

    def formulas(self, place):
        """Return what was entered into cells, row by row, an array formula in braces."""
        return self._cells(place).getFormulaArray()

    def where(self, place):
        """Return the address of the first cell, and its sheet's name."""
        cell = self._cells(place).getCellByPosition(0, 0)
        return cell.AbsoluteName.rpartition(".")[2].replace("$", ""), cell.Spreadsheet.Name

    def save(self, path):
        """Save as .xlsx."""
        self.document.storeToURL(Path(path).as_uri(), (_property("FilterName", XLSX),))

    def _cells(self, place):
        sheet, mark, address = place.rpartition("!")
        if mark:
            return self.document.Sheets.getByName(sheet).getCellRangeByName(address)
        return self.document.NamedRanges.getByName(place).getReferredCells()


def _property(name, value):
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def _connect(pipe, process):
    """Return LibreOffice's desktop as soon as it listens."""
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    while process.poll() is None:
        try:
            there = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)
        except NoConnectException:
            time.sleep(0.1)
    raise SystemExit(f"LibreOffice ended before it listened, exit code {process.returncode}")


def do(job, desktop):
    """Open a workbook, do the steps of a job, and write what they read."""
    url = Path(job["workbook"]).as_uri()
    opened = desktop.loadComponentFromURL(url, "_blank", 0, (_property("Hidden", True),))
    try:
        document = Document(opened)
        said = [getattr(document, step)(*arguments) for step, *arguments in job["steps"]]
    finally:
        opened.close(True)
    read = [found for found in said if found is not None]
    Path(job["results"]).write_text(json.dumps(read), encoding="utf-8")


def main(soffice):
    """Do one job after another. Whoever starts this sets the time limit, and ends LibreOffice with it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        pipe = Path(profile).name  # no other has it
        options = [f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--norestore"]
        command = [soffice, *options, f"--accept=pipe,name={pipe};urp"]
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(command, **quiet)  # noqa: S603 - a list of arguments, no shell
        desktop = _connect(pipe, process)
        try:
            for line in sys.stdin:
                try:
                    do(json.loads(Path(line.strip()).read_text(encoding="utf-8")), desktop)
                    answer = "done"
                except Exception as error:
                    answer = f"{type(error).__name__}: {error}".replace("\n", " ")
                sys.stdout.write(f"{answer}\n")
                sys.stdout.flush()
        finally:
            desktop.terminate()
            process.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
