"""Puts other numbers into cells of a workbook, and leaves every other byte of its sheets as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from xml.parsers import expat
from zipfile import ZipFile

from sheetcnn.errors import WorkbookError, printable
from sheetcnn.excel.cells import a1
from sheetcnn.excel.read import Workbook

Numbers = Mapping[tuple[int, int], float]

_TYPE = re.compile(rb"""\st\s*=\s*("[^"]*"|'[^']*')""")


def with_numbers(workbook: Workbook, numbers: Mapping[str, Numbers]) -> bytes:
    """Return a workbook's file with other numbers in cells that are there and hold constants.

    Args:
        workbook: as it was read from its file, which is still there.
        numbers: for each sheet the number of each zero-based (row, column).

    Raises:
        WorkbookError: a cell is not there, or the file is no longer what was read.
    """
    parts = {workbook.sheets[name].part: cells for name, cells in numbers.items()}
    buffer = BytesIO()
    with ZipFile(Path(workbook.path)) as old, ZipFile(buffer, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename in parts:
                content = _replaced(content, parts[info.filename], workbook)
            new.writestr(info, content)
    return buffer.getvalue()


def _replaced(xml: bytes, numbers: Numbers, workbook: Workbook) -> bytes:
    places = _CellPlaces({a1(*cell): number for cell, number in numbers.items()})
    places.parse(xml)
    if places.wanted:
        missing = next(iter(places.wanted))
        raise WorkbookError(f"{printable(str(workbook.path))} has no cell {missing} to put a number in")
    pieces, last = [], 0
    for start, end, number in places.found:
        pieces += [xml[last:start], _cell(xml[start:end], number)]
        last = end
    return b"".join([*pieces, xml[last:]])


def _cell(element: bytes, number: float) -> bytes:
    """Return a cell's element with a number as its only content; address and style stay."""
    tag = element[: element.index(b">")].rstrip(b"/").rstrip()
    name = re.match(rb"<([^\s/>]+)", tag)
    assert name is not None  # noqa: S101 - expat has parsed it as an element
    prefix, _, _ = name[1].rpartition(b":")
    value = prefix + b":v" if prefix else b"v"
    return b"%s><%s>%s</%s></%s>" % (_TYPE.sub(b"", tag), value, repr(float(number)).encode(), value, name[1])


class _CellPlaces:
    """Finds where the elements of wanted cells begin and end in a sheet's XML."""

    def __init__(self, wanted: dict[str, float]) -> None:
        self.wanted = wanted
        self.found: list[tuple[int, int, float]] = []
        self._open: tuple[int, float] | None = None
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def parse(self, xml: bytes) -> None:
        self._xml = xml
        self._parser.Parse(xml, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._last_start = self._parser.CurrentByteIndex
        if name.rpartition(":")[2] == "c" and attributes.get("r") in self.wanted:
            self._open = (self._parser.CurrentByteIndex, self.wanted.pop(attributes["r"]))

    def _end(self, name: str) -> None:
        if self._open is not None and name.rpartition(":")[2] == "c":
            start, number = self._open
            end = self._parser.CurrentByteIndex
            # Expat stands behind an element such as <c/>, and before the end tag of any other.
            if start != self._last_start or not self._xml[start:end].endswith(b"/>"):
                end = self._xml.index(b">", end) + 1
            self.found.append((start, end, number))
            self._open = None
