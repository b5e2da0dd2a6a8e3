"""The rule `changed`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.constants import constants, shown, value_at
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule, Subject
from sheetcnn.verifier.severity import ERROR


class Changed(Rule):
    """Something was changed that formulas count on.

    Why it matters: some sheets hold numbers and texts that are no choice of yours: the list of digits and their
    pictures, the steps of an axis. The formulas that read them are right for these values only.

    To mend it: put back what belongs there, as the finding says.
    """

    code = "changed"
    severity = ERROR
    subject = Subject.CONSTANTS

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield each cell that was changed."""
        for stage, region in constants(audit.recognized):
            belonging = audit.recognized.spec.read_only.get(region.name)
            if belonging is None:
                continue
            for cell, belongs in zip(region.cells(), belonging.ravel().tolist(), strict=True):
                value = value_at(audit.own.book, region, cell)
                if value != belongs:
                    message = (
                        f"{shown(value) or 'nothing'} where {shown(belongs)} belongs: formulas count on it"
                    )
                    expected, found = shown(belongs), shown(value)
                    yield self.at(region, cell, message, stage=stage, expected=expected, found=found)
