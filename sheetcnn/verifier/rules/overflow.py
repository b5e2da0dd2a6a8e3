"""The rule `overflow`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.overflow import SENTENCE
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule, Subject
from sheetcnn.verifier.severity import EITHER, ERROR, WARNING
from sheetcnn.verifier.verdict import Fault, spots


class Overflow(Rule):
    """A formula is right wherever it gives a number, but an error where a number on the way is too large for Excel.

    Why it matters: EXP of more than 709.78 is an error, so a sigmoid spelled 1/(1+EXP(-x)) fails for large numbers.
    It is an error where the workbook's own numbers are so large, and else a warning.

    To mend it: spell it so that no large number is raised to a power, as the formula that belongs there does.
    """

    code = "overflow"
    severity = EITHER
    subject = Subject.WRONG_FORMULAS

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield formulas that give an error today, then those that may."""
        for verdict in audit.verdicts:
            for spot in verdict.wrong(Fault.OVERFLOW):
                message = f"{SENTENCE}: on its own numbers one is"
                yield self.of_formula(verdict, spot, message, severity=ERROR)
            for spot in spots(verdict.right & verdict.overflowing):
                yield self.of_formula(verdict, spot, SENTENCE, severity=WARNING)
