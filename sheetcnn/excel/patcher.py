"""Puts other values into cells of a workbook, and leaves every other byte of its parts as it was."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import ClassVar, TypeAlias
from xml.parsers import expat
from zipfile import ZipFile, ZipInfo

from sheetcnn.errors import WorkbookError, printable
from sheetcnn.excel.addresses import Cell, a1, parse_a1
from sheetcnn.excel.cell_array import ErrorValue
from sheetcnn.excel.elements import Elements, name_of, open_tag, start_tag
from sheetcnn.excel.package import part_key
from sheetcnn.excel.recalculation import with_recalculation
from sheetcnn.excel.workbook import Value, Workbook

CellValues: TypeAlias = Mapping[tuple[int, int], Value]

_TYPE = re.compile(rb"""\s(?:t|vm)\s*=\s*(?:"[^"]*"|'[^']*')""")
"""What says of which type a value is; vm leads to more of it, such as why there is an error."""
_UNWRITABLE = re.compile("[\0-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
"""Characters that XML does not have or keep, and what would be taken for one of them."""


def with_values(workbook: Workbook, values: Mapping[str, CellValues], *, recalculate: bool = False) -> bytes:
    """Return a workbook's file with other values in some cells; a formula stays, the value beside it changes.

    Args:
        workbook: as it was read from its file, which is still there.
        values: for each sheet the value of each zero-based (row, column); a cell that is not there is added.
        recalculate: whether the program that opens it is asked to compute all of it.

    Raises:
        WorkbookError: a part is damaged, or cannot be edited.
    """
    shown = printable(str(workbook.path))
    changes: dict[str, Callable[[bytes], bytes]] = {
        part_key(workbook.sheets[name].part): partial(_edited, values=cells)
        for name, cells in values.items()
        if cells
    }
    if recalculate:
        changes[part_key(workbook.part)] = with_recalculation
    buffer = BytesIO()
    with ZipFile(Path(workbook.path)) as old, ZipFile(buffer, "w") as new:
        new.comment = old.comment
        for info in old.infolist():
            content = _content(old, info, shown)
            change = changes.pop(part_key(info.filename), None)
            new.writestr(info, content if change is None else _changed(content, change, shown))
    if changes:
        missing = printable(next(iter(changes)))
        raise WorkbookError(
            f"{shown} lacks its part {missing}: open it in Excel or LibreOffice and save it again"
        )
    return buffer.getvalue()


def _content(archive: ZipFile, info: ZipInfo, shown: str) -> bytes:
    """Return the bytes of a part; also of one that nobody has looked into before."""
    try:
        return archive.read(info)
    except Exception:  # zipfile and zlib raise anything at all on damaged files
        raise WorkbookError(
            f"{shown} is damaged in its part {printable(info.filename)}: download or copy it again"
        ) from None


def _changed(xml: bytes, change: Callable[[bytes], bytes], shown: str) -> bytes:
    if b"\0" in xml[:4]:
        raise WorkbookError(
            f"{shown} holds a part in UTF-16, which cannot be edited: "
            "save it anew in Excel or LibreOffice, and try again"
        )
    try:
        return change(xml)
    except expat.ExpatError:  # it was read, so it has changed since
        raise WorkbookError(f"{shown} has changed while it was read: try again") from None


def _edited(xml: bytes, values: CellValues) -> bytes:
    edits = _Edits(xml, values)
    edits.walk()
    pieces, last = [], 0
    for start, end, piece in edits.found:
        pieces += [xml[last:start], piece]
        last = end
    return b"".join([*pieces, xml[last:]])


class _Edits(Elements):
    """What to put where in a sheet's XML: (start, end, new bytes), in order."""

    levels: ClassVar[dict[str, int]] = {"sheetData": 2, "row": 3, "c": 4, "f": 5, "v": 5, "is": 5}

    def __init__(self, xml: bytes, values: CellValues) -> None:
        super().__init__(xml)
        self.found: list[tuple[int, int, bytes]] = []
        self._waiting: dict[int, dict[int, Value]] = {}
        for row, column in sorted(values):
            self._waiting.setdefault(row, {})[column] = values[row, column]
        self._row, self._column = -1, -1
        self._formula_end = -1  # of the open cell, if it has one
        self._held: list[tuple[int, int]] = []  # where the open cell holds its value

    def start(self, kind: str, at: int, attributes: dict[str, str]) -> None:
        if kind == "row":
            self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
            self._column = -1
            if before := [row for row in self._waiting if row < self._row]:
                self.found.append((at, at, b"".join(self._rows(before))))
        elif kind == "c":
            self._column = parse_a1(attributes["r"]).column if "r" in attributes else self._column + 1
            columns = self._waiting.get(self._row, {})
            if left := {column: columns.pop(column) for column in sorted(columns) if column < self._column}:
                self.found.append((at, at, self._cells(self._row, left)))
            self._formula_end, self._held = -1, []

    def end(self, kind: str, start: int, inner: int, behind: int) -> None:
        if kind == "f":
            self._formula_end = behind
        elif kind in ("v", "is"):
            self._held.append((start, behind))
        elif kind == "c":
            columns = self._waiting.get(self._row, {})
            if self._column in columns:
                self._put(start, behind, columns.pop(self._column))
        elif kind == "row":
            self._append(start, inner, behind, self._cells(self._row, self._waiting.pop(self._row, {})))
        elif kind == "sheetData":
            self._append(start, inner, behind, b"".join(self._rows(list(self._waiting))))

    def _put(self, start: int, behind: int, value: Value) -> None:
        """Put a value into a cell's element; its address, its style and its formula stay."""
        tag = start_tag(self.xml, start)
        kind, content = _spelled(value, self.prefix, beside_formula=self._formula_end >= 0)
        changed = _TYPE.sub(b"", open_tag(tag)) + kind + b">"
        inside = start + len(tag)
        if inside == behind:  # an empty element becomes one with content
            self.found.append((start, behind, b"%s%s</%s>" % (changed, content, name_of(tag))))
            return
        at = max(inside, self._formula_end)
        self.found.append((start, inside, changed))
        self.found += sorted([(at, at, content), *((first, last, b"") for first, last in self._held)])

    def _append(self, start: int, inner: int, behind: int, content: bytes) -> None:
        """Put something at the end of the row, or of the sheet, that has ended."""
        if not content:
            return
        tag = start_tag(self.xml, start)
        if start + len(tag) == behind:  # an empty element becomes one with content
            self.found.append((behind - 2, behind, b">%s</%s>" % (content, name_of(tag))))
        else:
            self.found.append((inner, inner, content))

    def _rows(self, rows: Iterable[int]) -> Iterable[bytes]:
        for row in rows:
            cells = self._cells(row, self._waiting.pop(row))
            if cells:
                yield b'<%srow r="%d">%s</%srow>' % (self.prefix, row + 1, cells, self.prefix)

    def _cells(self, row: int, values: Mapping[int, Value]) -> bytes:
        """Return the elements of cells that were not there."""
        return b"".join(self._cell(a1(*Cell(row, column)), value) for column, value in values.items())

    def _cell(self, address: str, value: Value) -> bytes:
        kind, content = _spelled(value, self.prefix, beside_formula=False)
        return b'<%sc r="%s"%s>%s</%sc>' % (self.prefix, address.encode(), kind, content, self.prefix)


def _spelled(value: Value, prefix: bytes, *, beside_formula: bool) -> tuple[bytes, bytes]:
    """Return the attribute that says what a cell holds, and the elements that hold it."""
    if isinstance(value, ErrorValue):
        return b' t="e"', b"<%sv>%s</%sv>" % (prefix, value.encode(), prefix)
    if isinstance(value, bool):
        return b' t="b"', b"<%sv>%d</%sv>" % (prefix, value, prefix)
    if not isinstance(value, str):
        return b"", b"<%sv>%s</%sv>" % (prefix, repr(float(value)).encode(), prefix)
    text = _escaped(value)
    space = b' xml:space="preserve"' if value != value.strip() else b""
    if beside_formula:
        return b' t="str"', b"<%sv%s>%s</%sv>" % (prefix, space, text, prefix)
    return b' t="inlineStr"', b"<%sis><%st%s>%s</%st></%sis>" % (prefix, prefix, space, text, prefix, prefix)


def _escaped(text: str) -> bytes:
    """Return a text as XML holds it, in whatever encoding; _xHHHH_ is a character (ECMA-376, part 1, 22.9.2.19)."""
    kept = _UNWRITABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
    return (
        kept.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .encode("ascii", "xmlcharrefreplace")
    )
