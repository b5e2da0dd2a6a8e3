"""The rule `not-a-number`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sheetcnn.excel.addresses import Cell
from sheetcnn.excel.workbook import Sheet
from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.constants import missing_numbers, shown, value_at
from sheetcnn.verifier.recognize import RecognizedWorkbook
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule, Subject
from sheetcnn.verifier.severity import EITHER, ERROR, WARNING


class NotANumber(Rule):
    """A pixel, a weight, or another number that formulas read is no number.

    Why it matters: formulas take a text, or an empty cell, for 0, or give an error. A number that is stored as text
    looks like one. An empty pixel is a warning, everything else an error.

    To mend it: type the number.
    """

    code = "not-a-number"
    severity = EITHER
    subject = Subject.CONSTANTS

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield each of these cells, but for formulas of which there is another finding."""
        recognized = audit.recognized
        chosen = set(_chosen(recognized))
        for stage, region, cell in missing_numbers(recognized, audit.own.book):
            place = (region.sheet, cell)
            if place not in chosen and place not in audit.own.uncomputed:
                sheet = recognized.workbook.sheets.get(region.sheet, Sheet(""))
                value = value_at(audit.own.book, region, cell)
                blank_pixel = value is None and stage == "input" and cell not in sheet.formulas
                yield self.at(
                    region,
                    cell,
                    _message(value, computed=cell in sheet.formulas),
                    stage=stage,
                    severity=WARNING if blank_pixel else ERROR,
                    expected="a number",
                    found=shown(value),
                )


def _chosen(recognized: RecognizedWorkbook) -> Iterator[tuple[str, Cell]]:
    """Yield formulas of an input that is chosen: they are judged as formulas, and what they read is judged itself."""
    computed = {region for block in recognized.blocks for region in block.regions}
    for region in computed.intersection(recognized.layout.inputs):
        formulas = recognized.workbook.sheets.get(region.sheet, Sheet("")).formulas
        yield from ((region.sheet, cell) for cell in region.cells() if cell in formulas)


def _message(value: Any, *, computed: bool) -> str:
    if computed:
        return f"a formula that gives {shown(value) or 'nothing that can be computed'} where a number belongs"
    if value is None:
        return "empty where a number belongs: it counts as 0"
    if isinstance(value, str) and _is_numeral(value):
        return f"the number {value} is stored as text: formulas take it for 0"
    return f"{shown(value)} where a number belongs: formulas take it for 0 or fail"


def _is_numeral(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
