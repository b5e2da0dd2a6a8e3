"""Checks what the outputs are called: each has a label, and no two have the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sheetcnn.excel.addresses import Cell, a1
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.cell_array import CellValue, ErrorValue, in_words
from sheetcnn.excel.region import Region
from sheetcnn.network.classes import alike, fault_of, in_cell
from sheetcnn.verifier.recognize import RecognizedWorkbook
from sheetcnn.verifier.report import ERROR, WARNING, Finding


def labels(recognized: RecognizedWorkbook, own: CalcBook) -> Iterator[Finding]:
    """Yield what is wrong with the labels.

    Args:
        recognized: the workbook.
        own: its own values, computed.
    """
    region = recognized.layout.classes
    if region is None or region.sheet not in own.sheets:
        return
    seen: dict[str, Cell] = {}
    for cell, belongs in zip(region.cells(), recognized.network.classes, strict=True):
        value = own.get(region.sheet, cell)
        computed = cell in recognized.workbook.sheets[region.sheet].formulas
        severity, message = _judged(value, belongs, seen, computed=computed)
        if message:
            yield _finding(region, cell, severity, belongs, value, message)
        seen.setdefault(_folded(value), cell)


def _judged(value: CellValue, belongs: str, seen: Mapping[str, Cell], *, computed: bool) -> tuple[str, str]:
    """Return how bad a label is, and a sentence that says so, empty if it is right."""
    if value is None or isinstance(value, (bool, ErrorValue)):
        return ERROR, f"{'empty' if value is None else value} where a label belongs"
    word = in_words(value)
    if twin := seen.get(_folded(value)):
        return ERROR, f"the label {word} stands in {a1(*twin)}, too: the answer cannot tell the two apart"
    if fault := fault_of(word):
        return ERROR, f"the label {fault}"
    if isinstance(value, str) and isinstance(in_cell(word), float):
        return WARNING, f"the number {word} is stored as text: it equals no number"
    if computed:
        return WARNING, "a formula where a label belongs: what it gives was taken for the label"
    return WARNING, "" if word == belongs else "not the label that was asked for"


def _folded(value: CellValue) -> str:
    return "" if value is None else alike(in_words(value))


def _finding(
    region: Region, cell: Cell, severity: str, belongs: str, value: CellValue, message: str
) -> Finding:
    where, found = f"{region.sheet}!{a1(*cell)}", "" if value is None else str(value)
    return Finding(where, "answer", region.name, severity, "label", belongs, found, message)
