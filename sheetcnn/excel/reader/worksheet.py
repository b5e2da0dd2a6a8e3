"""Reads the cells of a worksheet, and the little else of it that changes what they mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from math import isfinite
from typing import Final

from sheetcnn.errors import printable
from sheetcnn.excel.addresses import Range, a1, column_number, parse_range
from sheetcnn.excel.cell_array import ErrorValue
from sheetcnn.excel.limits import MAX_COLUMNS, MAX_FORMULA, MAX_ROWS
from sheetcnn.excel.package import SAVE_AGAIN, Refusal
from sheetcnn.excel.reader import sheet_decoration
from sheetcnn.excel.reader.overlaps import Areas, any_overlap
from sheetcnn.excel.reader.shared_formula import SharedFormula
from sheetcnn.excel.reader.shared_strings import RICH_TEXT, RichText
from sheetcnn.excel.reader.xml_stream import End, Start, flag, is_escaped, unescaped
from sheetcnn.excel.workbook import Note, Sheet, Value

MAX_WIDE: Final = 10_000  # array formulas of several cells in a sheet: each is compared with each region
RANGE_COST: Final = 3  # to read the address of a range takes as long as to keep 3 values,
SHARING_COST: Final = 24  # and to find the references of a formula as long as to spell it out 24 times

_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.0+)?)?Z?", re.ASCII)
_KINDS_OF_FORMULA = ("normal", "array", "shared", "dataTable")


class Cells(RichText):
    """One worksheet's cells (ECMA-376, part 1, 18.3.1).

    Args:
        sheet: to be filled.
        texts: the table of shared texts.
        starts_in_1904: whether dates count from 1904 rather than 1900.
        notes: to be added to.
    """

    places = {  # noqa: RUF012
        "": frozenset({"worksheet"}),
        "worksheet": frozenset({"sheetData", "cols", "mergeCells"}) | sheet_decoration.IN_WORKSHEET,
        "cols": frozenset({"col"}),
        "mergeCells": frozenset({"mergeCell"}),
        "sheetData": frozenset({"row"}),
        "row": frozenset({"c"}),
        "c": frozenset({"f", "v", "is"}),
        "is": frozenset({"t", "r"}),
        **RICH_TEXT,
        **sheet_decoration.PLACES,
    }
    closed = frozenset({"sheetData", "row", "c", "f", "v", "is", "r", "t"})
    single = frozenset({"sheetData"})
    extensible = sheet_decoration.EXTENSIBLE

    def __init__(
        self, sheet: Sheet, texts: Mapping[str, str], notes: list[Note], *, starts_in_1904: bool
    ) -> None:
        super().__init__()
        self.sheet = sheet
        self.notes = notes
        self.columns = _Columns()
        self.row = -1
        self.row_number = "0"  # the row as addresses spell it, from 1
        self.column = -1
        self.shared: dict[str, SharedFormula] = {}
        self.filled = Areas()  # by array formulas of several cells
        self.wide = 0  # array formulas of several cells
        self.ranges = 0  # whose addresses were read
        self.converters: dict[str, Callable[[str], Value]] = {
            "n": _number,
            "s": texts.__getitem__,
            "str": unescaped,
            "inlineStr": unescaped,
            "b": {"0": False, "1": True, "false": False, "true": True}.__getitem__,
            "e": _error,
            "d": lambda text: _serial(text, starts_in_1904=starts_in_1904),
        }
        self.at_start |= {
            "row": self._start_row,
            "is": lambda _: self.start_runs(),
            "col": self._hide_columns,
            "mergeCell": lambda attributes: sheet.merged.append(self._range(attributes)),
        }
        self.at_end["worksheet"] = self._end_sheet
        self.decoration = sheet_decoration.DecorationReader(sheet, self)
        self.at_start |= self.decoration.at_start
        self.at_end |= self.decoration.at_end

    def kept(self) -> int:
        """Return how many values, formulas and the like are held in memory."""
        sheet = self.sheet
        cells = len(sheet.values) + len(sheet.formulas) + len(sheet.arrays) + len(self.notes)
        lines = len(sheet.hidden_rows) + len(sheet.hidden_columns)
        return cells + RANGE_COST * self.ranges + lines + self.decoration.kept()

    def handlers(self) -> tuple[Start, End]:  # noqa: PLR0915 - two functions with variables in common, called for every cell
        """Return functions that have at hand what each of some 100,000 cells needs."""
        tags, columns, open_, filled = self.tags, self.columns, self.open, self.filled
        chunks, clear, formulas = self.chunks, self.chunks.clear, self.sheet.formulas
        cell: dict[str, str] = {}  # the attributes of the open cell, and those of its formula
        formula: dict[str, str] | None = None
        text, value = "", None
        inline = False

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal cell, formula, value, inline
            tag, parent = tags[name], open_[-1]
            if parent == "c":
                if tag == "v" and value is None:
                    value = ""
                elif tag == "f" and formula is None:
                    formula = attributes
                elif tag in ("v", "f") or (tag == "is" and value is not None):
                    raise self._damaged(f"a second <{tag}> in {self._at()}, which programs read differently")
                else:
                    self.start(name, attributes)
                    inline = inline or tag == "is"
                    return
                clear()
                open_.append(tag)
            elif parent == "row" and tag == "c":
                cell, formula, value, inline = attributes, None, None, False
                try:
                    column = columns[attributes["r"].removesuffix(self.row_number)]
                except (KeyError, ValueError):
                    column = self._column_of(attributes.get("r"))
                if not self.column < column < MAX_COLUMNS:
                    raise self._damaged(f"cells twice or out of order in row {self.row_number}")
                self.column = column
                open_.append("c")
            else:
                self.start(name, attributes)

        def end(_name: str) -> None:
            nonlocal text, value
            tag = open_.pop()
            if tag == "v":
                value = "".join(chunks)
            elif tag == "c":
                if formula is not None:
                    if (
                        formula
                        or filled.open
                        or not 0 < len(text) <= MAX_FORMULA
                        or text[0] == "="
                        or "_x" in text
                    ):
                        self._keep_formula(text, formula, cell)
                    else:  # as nearly always
                        formulas[self.row, self.column] = text
                        self.characters += len(text)
                if value is not None:
                    if inline or "t" in cell:
                        self._keep_typed(value, cell.get("t", "n"), is_inline=inline)
                    else:  # as nearly always
                        self._keep_value(value, "n")
            elif tag == "f":
                text = "".join(chunks)
            elif tag == "is":
                value = "".join(self.runs)
            else:
                self.ended(tag)

        return start, end

    def _column_of(self, address: str | None) -> int:
        """Return where a cell without an address stands; one that is somewhere else is refused."""
        if address is None:
            return self.column + 1
        raise self._damaged(f"the address {printable(address)} in row {self.row_number}")

    # Values

    def _keep_typed(self, text: str, kind: str, *, is_inline: bool) -> None:
        if is_inline != (kind == "inlineStr"):
            raise self._mistyped(text, kind)
        if kind != "n":
            self.checked(text)
        if kind == "str" and text != text.strip() and (self.row, self.column) not in self.sheet.formulas:
            self._doubt("holds a text that begins or ends with a space, which not all programs keep")
        if kind == "b" and text == "true":
            self._doubt("holds the word true, which is TRUE by the format and FALSE in LibreOffice")
        self._keep_value(text, kind)

    def _keep_value(self, text: str, kind: str) -> None:
        try:
            self.sheet.values[self.row, self.column] = self.converters[kind](text)
        except (ValueError, KeyError):
            if text.strip():
                raise self._mistyped(text, kind) from None

    # Formulas

    def _keep_formula(self, text: str, attributes: dict[str, str], cell: dict[str, str]) -> None:
        kind = attributes.get("t", "normal")
        text = text.removeprefix("=")  # as all programs do
        if len(text) > MAX_FORMULA:
            raise self._damaged(f"a formula of more than {MAX_FORMULA} characters in {self._at()}")
        if self.filled.open and self.filled.hold(self.column):
            raise self._damaged(f"a formula in {self._at()}, which an array formula fills")
        if kind not in _KINDS_OF_FORMULA:
            raise self._damaged(f"a formula of unknown kind {printable(kind)} in {self._at()}")
        if kind == "array":
            self._keep_array(attributes, cell)
        elif kind == "shared":
            text = self._spelled_out(text, attributes)
        elif kind == "dataTable":
            text = f"TABLE({attributes.get('r1', '')},{attributes.get('r2', '')})"
        if not text:
            self._doubt("has a formula without a text: an error to some programs, nothing to others")
            return
        if is_escaped(text):
            self._doubt(
                "has a formula with an escaped character such as _x0041_, which not all programs resolve"
            )
        self.sheet.formulas[self.row, self.column] = text
        self.characters += len(text)

    def _keep_array(self, attributes: dict[str, str], cell: dict[str, str]) -> None:
        """Keep the range that an array formula in the open cell fills."""
        area = Range(self.row, self.column, self.row, self.column)
        if "r" not in cell or attributes.get("ref") != cell["r"]:  # or else a single cell, as nearly always
            area = self._range(attributes)
            if area[:2] != (self.row, self.column):
                raise self._damaged(f"an array formula in {self._at()} that fills {area}")
            if not self.filled.add(area):
                raise self._damaged(f"an array formula in {self._at()} that fills cells of another")
            self.wide += area[:2] != area[2:]
            if self.wide > MAX_WIDE:
                name = printable(self.sheet.name)
                raise Refusal(
                    f"holds more than {MAX_WIDE:,} array formulas that fill several cells, in sheet {name}: "
                    "enter them cell by cell"
                )
        self.sheet.arrays[self.row, self.column] = area

    def _spelled_out(self, text: str, attributes: dict[str, str]) -> str:
        """Return a shared formula at the open cell; the first of the cells holds the text for all."""
        key = attributes.get("si", "")
        if not re.fullmatch("0|[1-9][0-9]{0,9}", key):
            raise self._damaged(f'{self._at()}, which shares a formula numbered "{printable(key)}"')
        if key in self.shared:
            shared = self.shared[key].at(self.row, self.column)
            if text and text != shared:
                self._doubt(
                    "has a text of its own beside the formula that it shares: programs compute either"
                )
            return text or shared
        if not text:
            raise self._damaged(f"{self._at()}, which shares a formula that is not there")
        if not self._is_in_range(attributes):
            self._doubt("shares its formula with a range that it is no part of: LibreOffice shows nothing")
        self.characters += SHARING_COST * len(text)
        self.shared[key] = SharedFormula(self.row, self.column, text)
        return text

    def _is_in_range(self, attributes: dict[str, str]) -> bool:
        self.ranges += 1
        try:
            return parse_range(attributes.get("ref", "")).contains((self.row, self.column))
        except ValueError:
            return False

    # Rows, columns, merged cells

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", str(self.row + 2))
        if not re.fullmatch("[1-9][0-9]{0,6}", number) or not self.row < int(number) - 1 < MAX_ROWS:
            raise self._damaged(f"row {printable(number)} after row {self.row_number}")
        self.row, self.row_number, self.column = int(number) - 1, number, -1
        self.filled.close_above(self.row)
        if flag(attributes, "hidden"):
            self.sheet.hidden_rows.add(self.row)

    def _hide_columns(self, attributes: dict[str, str]) -> None:
        if not flag(attributes, "hidden"):
            return
        limits = (attributes.get("min", ""), attributes.get("max", ""))
        if not all(
            re.fullmatch("[1-9][0-9]{0,4}", limit) and int(limit) <= MAX_COLUMNS for limit in limits
        ) or int(limits[0]) > int(limits[1]):
            raise self._damaged(f"hidden columns from {printable(limits[0])} to {printable(limits[1])}")
        self.sheet.hidden_columns.append((int(limits[0]) - 1, int(limits[1]) - 1))

    def _end_sheet(self) -> None:
        if any_overlap(self.sheet.merged):
            raise self._damaged("merged cells that are merged twice")
        if any_overlap([Range(0, first, 0, last) for first, last in self.sheet.hidden_columns]):
            raise self._damaged("columns that are hidden twice")

    def _range(self, attributes: dict[str, str]) -> Range:
        self.ranges += 1
        text = attributes.get("ref", "")
        try:
            if "$" in text:  # LibreOffice reads no such range
                raise ValueError
            return parse_range(text)
        except ValueError:
            raise self._damaged(f"the range {printable(text)}") from None

    # Trouble

    def _at(self) -> str:
        return a1(self.row, self.column)

    def _mistyped(self, text: str, kind: str) -> Refusal:
        return self._damaged(f"{printable(text)} of type {printable(kind)} in {self._at()}")

    def _doubt(self, message: str) -> None:
        self.notes.append(Note("ambiguous", f"{self.sheet.name}!{self._at()}", f"the cell {message}"))

    def _damaged(self, what: str) -> Refusal:
        return Refusal(f"is damaged: sheet {printable(self.sheet.name)} holds {what}; {SAVE_AGAIN}")


class _Columns(dict[str, int]):
    """From a column's letters to its zero-based number."""

    def __missing__(self, letters: str) -> int:
        if not re.fullmatch("[A-Za-z]{1,3}", letters) or column_number(letters) >= MAX_COLUMNS:
            raise ValueError
        self[letters] = number = column_number(letters)
        return number


def _number(text: str) -> float:
    number = float(text)
    if not isfinite(number) or "_" in text or not text.isascii():
        raise ValueError
    return number


def _error(text: str) -> ErrorValue:
    if not text.startswith("#"):
        raise ValueError
    return ErrorValue(text.upper())


def _serial(text: str, *, starts_in_1904: bool) -> float:
    """Return the days since the first day of all; only of dates on whose number programs agree."""
    if not _DATE.fullmatch(text):
        raise ValueError
    since = datetime.fromisoformat(text.removesuffix("Z")) - datetime(1899, 12, 30)
    days = since.days + since.seconds / 86_400
    if days < 61:  # Excel counts a day that 1900 did not have, LibreOffice does not
        raise ValueError
    return days - 1_462 if starts_in_1904 else days
