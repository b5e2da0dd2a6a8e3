"""The rule `not-a-choice`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.constants import choices, constants, shown, value_at
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule, Subject
from sheetcnn.verifier.severity import ERROR


class NotAChoice(Rule):
    """A cell that offers a choice holds none of what can be chosen.

    Why it matters: the formulas that read it look up what was chosen, and find nothing.

    To mend it: choose from the list that the cell offers.
    """

    code = "not-a-choice"
    severity = ERROR
    subject = Subject.CONSTANTS

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield each of these cells."""
        recognized = audit.recognized
        for stage, region in constants(recognized):
            if region.name not in recognized.spec.allowed or region.name in recognized.spec.read_only:
                continue
            allowed = recognized.spec.allowed[region.name]
            for cell in region.cells():
                value = value_at(audit.own.book, region, cell)
                if value not in allowed:
                    named = choices(allowed)
                    message = f"{shown(value) or 'nothing'} is none of what can be chosen: {named}"
                    yield self.at(region, cell, message, stage=stage, expected=named, found=shown(value))
