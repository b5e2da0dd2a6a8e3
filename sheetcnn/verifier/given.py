"""Checks what formulas start from: pixels, weights, and the choices of a workbook's other sheets."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np

from sheetcnn.excel.cells import Cell, Region, a1
from sheetcnn.excel.evaluate import Book
from sheetcnn.excel.read import Sheet
from sheetcnn.verifier.fields import numbers_at
from sheetcnn.verifier.order import Place
from sheetcnn.verifier.report import ERROR, WARNING, Finding
from sheetcnn.verifier.subject import Subject

_MOST_NAMED = 6


def given(
    subject: Subject, own: Book, uncomputed: Collection[Place]
) -> tuple[list[Finding], list[tuple[str, Cell]]]:
    """Return what is wrong with it, and the cells where a number is missing.

    Args:
        subject: the workbook.
        own: its own values, computed.
        uncomputed: formulas that cannot be computed: of these there is another finding.
    """
    findings: list[Finding] = []
    wrong = []
    computed = [("input", region) for region in subject.layout.inputs]
    follows = set(_following(subject))
    loose = {name for page in subject.pages for name in page.loose()}
    for stage, region in dict.fromkeys([*computed, *subject.constants]):
        if region.name in subject.fixed:
            findings += _changed(subject, own, stage, region)
        elif region.name in subject.domains:
            findings += _none_of_these(subject, own, stage, region)
        elif region.sheet in own.grids and region.name not in loose:
            others = region.name in subject.layout.others
            for row, column in np.argwhere(np.isnan(numbers_at(own, region, 0))).tolist():
                cell = region.cell(row, column)
                if others and own.get(region.sheet, cell) is None:
                    continue  # blank paper
                wrong.append((region.sheet, cell))
                if (region.sheet, cell) not in follows and (region.sheet, cell) not in uncomputed:
                    findings.append(_not_a_number(subject, own, stage, region, cell))
    return findings, wrong


def _following(subject: Subject) -> Iterator[tuple[str, Cell]]:
    """Yield formulas of an input that is chosen: they are judged as formulas, and what they read is judged itself."""
    computed = {region for exhibit in subject.exhibits for region in exhibit.regions}
    for region in computed.intersection(subject.layout.inputs):
        formulas = (
            subject.workbook.sheets[region.sheet].formulas if region.sheet in subject.workbook.sheets else {}
        )
        yield from ((region.sheet, cell) for cell in region.cells() if cell in formulas)


def _changed(subject: Subject, own: Book, stage: str, region: Region) -> Iterator[Finding]:
    """Yield what was changed of what formulas count on."""
    for cell, belongs in zip(region.cells(), subject.fixed[region.name].ravel().tolist(), strict=True):
        value = _value(own, region, cell)
        if value != belongs:
            message = f"{shown(value) or 'nothing'} where {shown(belongs)} belongs: formulas count on it"
            yield _finding(stage, region, cell, "changed", shown(belongs), shown(value), message)


def _none_of_these(subject: Subject, own: Book, stage: str, region: Region) -> Iterator[Finding]:
    """Yield what is none of the few things that may be chosen."""
    named = choices(subject.domains[region.name])
    for cell in region.cells():
        value = _value(own, region, cell)
        if value not in subject.domains[region.name]:
            message = f"{shown(value) or 'nothing'} is none of what can be chosen: {named}"
            yield _finding(stage, region, cell, "not-a-choice", named, shown(value), message)


def _not_a_number(subject: Subject, own: Book, stage: str, region: Region, cell: Cell) -> Finding:
    sheet = subject.workbook.sheets.get(region.sheet, Sheet(""))
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


def _value(own: Book, region: Region, cell: Cell) -> Any:
    return own.get(region.sheet, cell) if region.sheet in own.grids else None


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
