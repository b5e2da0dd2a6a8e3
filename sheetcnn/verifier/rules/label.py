"""The rule `label`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sheetcnn.excel.addresses import Cell, a1
from sheetcnn.excel.cell_array import CellValue, ErrorValue, in_words
from sheetcnn.network.classes import alike, fault_of, in_cell
from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule
from sheetcnn.verifier.severity import EITHER, ERROR, WARNING


class Label(Rule):
    """The label of an output is missing, stands twice, or is not the one that was asked for.

    Why it matters: the answer is the label of the most probable output. If two are alike, the answer does not tell
    which output it was. A number that is stored as text equals no number. Errors are labels that make the answer
    wrong; another label than the template's, or one that a formula gives, is a warning.

    To mend it: type a label of its own for each output.
    """

    code = "label"
    severity = EITHER

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield what is wrong with each label, unless a formula gives it that cannot be computed."""
        recognized, own = audit.recognized, audit.own.book
        region = recognized.layout.classes
        if region is None or region.sheet not in own.sheets:
            return
        seen: dict[str, Cell] = {}
        for cell, belongs in zip(region.cells(), recognized.network.classes, strict=True):
            value = own.get(region.sheet, cell)
            computed = cell in recognized.workbook.sheets[region.sheet].formulas
            severity, message = _judged(value, belongs, seen, computed=computed)
            if message and (region.sheet, cell) not in audit.own.uncomputed:
                found = "" if value is None else str(value)
                yield self.at(
                    region, cell, message, stage="answer", severity=severity, expected=belongs, found=found
                )
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
