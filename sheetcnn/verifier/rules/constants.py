"""Checks what formulas start from: pixels, weights, and the choices of a workbook's other sheets."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np

from sheetcnn.excel.addresses import Cell, a1
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.region import Region
from sheetcnn.excel.workbook import Sheet
from sheetcnn.verifier.dependencies import Place
from sheetcnn.verifier.probes import numbers_at
from sheetcnn.verifier.recognize import RecognizedWorkbook
from sheetcnn.verifier.report import ERROR, WARNING, Finding

_MOST_NAMED = 6


def given(
    recognized: RecognizedWorkbook, own: CalcBook, uncomputed: Collection[Place]
) -> tuple[list[Finding], list[tuple[str, Cell]]]:
    """Return what is wrong with it, and the cells where a number is missing.

    Args:
        recognized: the workbook.
        own: its own values, computed.
        uncomputed: formulas that cannot be computed: of these there is another finding.
    """
    findings: list[Finding] = []
    wrong = []
    computed = [("input", region) for region in recognized.layout.inputs]
    follows = set(_following(recognized))
    loose = recognized.spec.free_text
    for stage, region in dict.fromkeys([*computed, *recognized.constants]):
        if region.name in recognized.read_only:
            findings += _changed(recognized, own, stage, region)
        elif region.name in recognized.allowed:
            findings += _none_of_these(recognized, own, stage, region)
        elif region.sheet in own.sheets and region.name not in loose:
            others = region.name in recognized.layout.extra
            for row, column in np.argwhere(np.isnan(numbers_at(own, region, 0))).tolist():
                cell = region.cell(row, column)
                if others and own.get(region.sheet, cell) is None:
                    continue  # blank paper
                wrong.append((region.sheet, cell))
                if (region.sheet, cell) not in follows and (region.sheet, cell) not in uncomputed:
                    findings.append(_not_a_number(recognized, own, stage, region, cell))
    return findings, wrong


def _following(recognized: RecognizedWorkbook) -> Iterator[tuple[str, Cell]]:
    """Yield formulas of an input that is chosen: they are judged as formulas, and what they read is judged itself."""
    computed = {region for block in recognized.blocks for region in block.regions}
    for region in computed.intersection(recognized.layout.inputs):
        formulas = (
            recognized.workbook.sheets[region.sheet].formulas
            if region.sheet in recognized.workbook.sheets
            else {}
        )
        yield from ((region.sheet, cell) for cell in region.cells() if cell in formulas)


def _changed(recognized: RecognizedWorkbook, own: CalcBook, stage: str, region: Region) -> Iterator[Finding]:
    """Yield what was changed of what formulas count on."""
    for cell, belongs in zip(region.cells(), recognized.read_only[region.name].ravel().tolist(), strict=True):
        value = _value(own, region, cell)
        if value != belongs:
            message = f"{shown(value) or 'nothing'} where {shown(belongs)} belongs: formulas count on it"
            yield _finding(stage, region, cell, "changed", shown(belongs), shown(value), message)


def _none_of_these(
    recognized: RecognizedWorkbook, own: CalcBook, stage: str, region: Region
) -> Iterator[Finding]:
    """Yield what is none of the few things that may be chosen."""
    named = choices(recognized.allowed[region.name])
    for cell in region.cells():
        value = _value(own, region, cell)
        if value not in recognized.allowed[region.name]:
            message = f"{shown(value) or 'nothing'} is none of what can be chosen: {named}"
            yield _finding(stage, region, cell, "not-a-choice", named, shown(value), message)


def _not_a_number(
    recognized: RecognizedWorkbook, own: CalcBook, stage: str, region: Region, cell: Cell
) -> Finding:
    sheet = recognized.workbook.sheets.get(region.sheet, Sheet(""))
    value = _value(own, region, cell)
    severity = WARNING if value is None and stage == "input" else ERROR
    if cell in sheet.formulas:
        severity = ERROR
        message = (
            f"a formula that gives {shown(value) or 'nothing that can be computed'} where a number belongs"
        )
    elif value is None:
        message = "empty where a number belongs: it counts as 0"
    elif isinstance(value, str) and _is_numeral(value):
        message = f"the number {value} is stored as text: formulas take it for 0"
    else:
        message = f"{shown(value)} where a number belongs: formulas take it for 0 or fail"
    return _finding(stage, region, cell, "not-a-number", "a number", shown(value), message, severity)


def _finding(
    stage: str,
    region: Region,
    cell: Cell,
    kind: str,
    expected: str,
    found: str,
    message: str,
    severity: str = ERROR,
) -> Finding:
    where = f"{region.sheet}!{a1(*cell)}"
    return Finding(where, stage, region.name, severity, kind, expected, found, message)


def _value(own: CalcBook, region: Region, cell: Cell) -> Any:
    return own.get(region.sheet, cell) if region.sheet in own.sheets else None


def shown(value: Any) -> str:
    """Return a value as a finding shows it, empty for none."""
    if value is None:
        return ""
    return value if isinstance(value, str) else f"{float(value):.15g}"


def choices(domain: Sequence[float | str]) -> str:
    """Return what may be chosen as a finding names it."""
    return ", ".join(map(shown, domain[:_MOST_NAMED])) + (", ..." if len(domain) > _MOST_NAMED else "")


def _is_numeral(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
