"""The rule `dropdown`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.excel.workbook import Sheet
from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.decoration import referred
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule
from sheetcnn.verifier.severity import WARNING
from sheetcnn.workbook.decoration import Dropdown as DropdownToDraw


class Dropdown(Rule):
    """The list to choose from in a cell was changed, or is gone while others are there.

    Why it matters: formulas know the choices that the list offered. With another one they find nothing, or take it
    for something else; and a choice that is missing can no longer be made.

    To mend it: choose Data Validation for that cell, and give the list that is said to belong there.
    """

    code = "dropdown"
    severity = WARNING

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield each cell whose list is another one."""
        for sheet, dropdown in audit.decoration:
            if not isinstance(dropdown, DropdownToDraw):
                continue
            region, choices = dropdown.region, dropdown.choices
            expected = choices if isinstance(choices, str) else f'"{",".join(choices)}"'
            cells = audit.recognized.workbook.sheets[sheet]
            found = _list_at(cells, region.cell(0, 0))
            named = audit.recognized.layout.extra.get(expected)
            if found is None and cells.validations:
                message = "the list to choose from is gone: anything may be typed here"
                yield self.at(region, region.cell(0, 0), message, expected=expected)
            elif found is not None and found.casefold() != expected.casefold():
                if named is not None and referred(found) == (named.sheet, named.area):
                    continue
                message = "the list to choose from was changed: formulas know other choices"
                yield self.at(region, region.cell(0, 0), message, expected=expected, found=found)


def _list_at(sheet: Sheet, cell: tuple[int, int]) -> str | None:
    """Return the list that a cell offers, as the file spells it; None if it offers none."""
    for validation in sheet.validations:
        if validation.kind == "list" and any(area.contains(cell) for area in validation.ranges):
            return "".join(validation.formulas[:1]).strip().removeprefix("=")
    return None
