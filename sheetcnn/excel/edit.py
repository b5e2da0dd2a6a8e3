"""Puts other values into cells of a workbook, and leaves every other byte of its sheets as it was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import TypeAlias
from xml.parsers import expat
from zipfile import ZipFile

from sheetcnn.errors import WorkbookError, printable
from sheetcnn.excel.cells import Cell, a1, parse_a1
from sheetcnn.excel.read import Value, Workbook
from sheetcnn.excel.values import ErrorValue

CellValues: TypeAlias = Mapping[tuple[int, int], Value]

_TYPE = re.compile(rb"""\st\s*=\s*("[^"]*"|'[^']*')""")
_TAG = re.compile(rb"<([^\s/>]+)")


def with_values(workbook: Workbook, values: Mapping[str, CellValues]) -> bytes:
    """Return a workbook's file with other values in some cells; a formula stays, the value beside it changes.

    Args:
        workbook: as it was read from its file, which is still there.
        values: for each sheet the value of each zero-based (row, column); a cell that is not there is added.

    Raises:
        WorkbookError: a sheet cannot be edited.
    """
    parts = {workbook.sheets[name].part: cells for name, cells in values.items()}
    buffer = BytesIO()
    with ZipFile(Path(workbook.path)) as old, ZipFile(buffer, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename in parts:
                content = _edited(content, parts[info.filename], workbook)
            new.writestr(info, content)
    return buffer.getvalue()


def _edited(xml: bytes, values: CellValues, workbook: Workbook) -> bytes:
    if b"\0" in xml[:4]:
        raise WorkbookError(
            f"{printable(str(workbook.path))} holds a sheet in UTF-16, which cannot be edited: "
            "save it anew in Excel or LibreOffice, and try again"
        )
    edits = _Edits(xml, values)
    pieces, last = [], 0
    for start, end, piece in edits.found:
        pieces += [xml[last:start], piece]
        last = end
    return b"".join([*pieces, xml[last:]])


class _Edits:
    """What to put where in a sheet's XML: (start, end, new bytes), in order."""

    def __init__(self, xml: bytes, values: CellValues) -> None:
        self.found: list[tuple[int, int, bytes]] = []
        self._xml = xml
        self._waiting: dict[int, dict[int, Value]] = {}
        for row, column in sorted(values):
            self._waiting.setdefault(row, {})[column] = values[row, column]
        self._row, self._column = -1, -1
        self._prefix = b""
        self._data_start = self._row_start = self._cell_start = self._formula_start = self._last_start = -1
        self._formula = b""
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.Parse(xml, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._last_start = at = self._parser.CurrentByteIndex
        prefix, _, kind = name.rpartition(":")
        if kind == "sheetData":
            self._prefix = f"{prefix}:".encode() if prefix else b""
            self._data_start = at
        elif kind == "row":
            self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
            self._row_start, self._column = at, -1
            if before := [row for row in self._waiting if row < self._row]:
                self.found.append((at, at, b"".join(self._rows(before))))
        elif kind == "c":
            self._column = parse_a1(attributes["r"]).column if "r" in attributes else self._column + 1
            columns = self._waiting.get(self._row, {})
            if left := {column: columns.pop(column) for column in sorted(columns) if column < self._column}:
                self.found.append((at, at, self._cells(self._row, left)))
            self._cell_start, self._formula = at, b""
        elif kind == "f":
            self._formula_start = at

    def _end(self, name: str) -> None:
        kind = name.rpartition(":")[2]
        if kind == "f":
            self._formula = self._xml[self._formula_start : self._behind(self._formula_start)]
        elif kind == "c":
            columns = self._waiting.get(self._row, {})
            if self._column in columns:
                end = self._behind(self._cell_start)
                element = self._xml[self._cell_start : end]
                self.found.append((self._cell_start, end, self._cell(element, columns.pop(self._column))))
        elif kind == "row":
            self._append(self._row_start, self._cells(self._row, self._waiting.pop(self._row, {})))
        elif kind == "sheetData":
            self._append(self._data_start, b"".join(self._rows(list(self._waiting))))

    def _behind(self, start: int) -> int:
        """Return where the element that ends now has ended."""
        end = self._parser.CurrentByteIndex
        # Expat stands behind an element such as <c/>, and before the end tag of any other.
        if start == self._last_start and self._xml[start:end].endswith(b"/>"):
            return end
        return self._xml.index(b">", end) + 1

    def _append(self, start: int, content: bytes) -> None:
        """Put something at the end of the row, or of the sheet, that ends now."""
        if not content:
            return
        at = self._parser.CurrentByteIndex
        if self._behind(start) == at:  # an empty element becomes one with content
            tag = _TAG.match(self._xml, start)
            assert tag is not None  # noqa: S101 - expat has parsed it as an element
            self.found.append((at - 2, at, b">%s</%s>" % (content, tag[1])))
        else:
            self.found.append((at, at, content))

    def _rows(self, rows: Iterable[int]) -> Iterable[bytes]:
        for row in rows:
            cells = self._cells(row, self._waiting.pop(row))
            if cells:
                yield b'<%srow r="%d">%s</%srow>' % (self._prefix, row + 1, cells, self._prefix)

    def _cells(self, row: int, values: Mapping[int, Value]) -> bytes:
        """Return the elements of cells that were not there."""
        return b"".join(
            self._cell(b'<%sc r="%s"/>' % (self._prefix, a1(*Cell(row, column)).encode()), value)
            for column, value in values.items()
        )

    def _cell(self, element: bytes, value: Value) -> bytes:
        """Return a cell's element with another value; its address, its style and its formula stay."""
        tag = _TYPE.sub(b"", element[: element.index(b">")].rstrip(b"/").rstrip())
        name = _TAG.match(element)
        assert name is not None  # noqa: S101 - expat has parsed it as an element
        kind, content = _content(value, self._prefix, beside_formula=bool(self._formula))
        formula, self._formula = self._formula, b""
        return b"%s%s>%s%s</%s>" % (tag, kind, formula, content, name[1])


def _content(value: Value, prefix: bytes, *, beside_formula: bool) -> tuple[bytes, bytes]:
    """Return the attribute that says what a cell holds, and the elements that hold it."""
    if isinstance(value, ErrorValue):
        return b' t="e"', b"<%sv>%s</%sv>" % (prefix, value.encode(), prefix)
    if isinstance(value, bool):
        return b' t="b"', b"<%sv>%d</%sv>" % (prefix, value, prefix)
    if not isinstance(value, str):
        return b"", b"<%sv>%s</%sv>" % (prefix, repr(float(value)).encode(), prefix)
    text = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()
    if beside_formula:
        return b' t="str"', b"<%sv>%s</%sv>" % (prefix, text, prefix)
    space = b' xml:space="preserve"' if value != value.strip() else b""
    return b' t="inlineStr"', b"<%sis><%st%s>%s</%st></%sis>" % (prefix, prefix, space, text, prefix, prefix)
