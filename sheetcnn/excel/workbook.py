"""A workbook as it lies in its file: its sheets, their cells, its names and settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeAlias

from sheetcnn.excel.addresses import Range
from sheetcnn.excel.cell_array import ErrorValue
from sheetcnn.excel.decoration import Chart, ConditionalFormat, Validation

Value: TypeAlias = float | str | bool | ErrorValue


@dataclass(slots=True)
class Sheet:
    """The cells of one worksheet; rows and columns count from zero.

    Attributes:
        name: the name on its tab.
        part: the name that it has in the zip archive, such as `xl/worksheets/sheet1.xml`.
        state: "visible", "hidden", or "veryHidden", which only a program can show again.
        values: constants, and the value that was last saved for a formula, if any; numbers are float.
        formulas: formula texts without "=", shared formulas spelled out.
        arrays: the first cell of each array formula, and the range that it fills; no two ranges share a cell.
        merged: the ranges of merged cells; no two share a cell.
        hidden_rows: rows that do not show.
        hidden_columns: first and last of each run of columns that do not show; no two share a column.
        names: names that are defined for this sheet alone, and what they stand for.
        print_area: what is printed, as the file spells it, such as `Network!$A$1:$B$9`; empty if all.
        validations: what may be typed into cells.
        conditional_formats: the rules that colour cells.
        charts: its charts.
        unread_charts: why its charts cannot be read, empty if they can.
    """

    name: str
    part: str = ""
    state: str = "visible"
    values: dict[tuple[int, int], Value] = field(default_factory=dict)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    arrays: dict[tuple[int, int], Range] = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    print_area: str = ""
    validations: list[Validation] = field(default_factory=list)
    conditional_formats: list[ConditionalFormat] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    unread_charts: str = ""


@dataclass(frozen=True, slots=True)
class Calculation:
    """How the workbook asks to be calculated.

    Attributes:
        mode: "auto", "manual", or "autoNoTable", automatic but for data tables.
        iterate: whether circular references are iterated.
        full_precision: False where values are rounded to what the cells display.
    """

    mode: str = "auto"
    iterate: bool = False
    full_precision: bool = True


class Note(NamedTuple):
    """What a reader has to say of a file that it has read.

    Attributes:
        kind: "sheet-skipped", or "ambiguous" where programs read the file differently.
        cell: the cell, such as `Network!B7`, empty if it is about more.
        message: what, in words.
    """

    kind: str
    cell: str
    message: str


@dataclass(slots=True)
class Workbook:
    """A workbook as it lies in its file.

    Attributes:
        path: the file.
        sheets: its worksheets by name, in the order of their tabs; what is no worksheet is left out.
        names: workbook-wide defined names, and what they stand for, such as `Network!$A$1:$B$2`.
        calculation: how it asks to be calculated.
        external_links: the other workbooks, or links to other programs, that it refers to.
        notes: what was left out, and what other programs may read differently.
        part: the name that its own part has in the zip archive, such as `xl/workbook.xml`.
    """

    path: Path
    sheets: dict[str, Sheet]
    names: dict[str, str]
    calculation: Calculation
    external_links: list[str]
    notes: list[Note] = field(default_factory=list)
    part: str = ""
