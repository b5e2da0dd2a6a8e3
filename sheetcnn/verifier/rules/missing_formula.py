"""The rule `missing-formula`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule, Subject
from sheetcnn.verifier.severity import ERROR


class MissingFormula(Rule):
    """A cell is empty that a formula belongs in.

    Why it matters: what reads it takes it for 0.

    To mend it: put in the formula that is said to belong there; mostly the one beside it can be filled over.
    """

    code = "missing-formula"
    severity = ERROR
    subject = Subject.MISSING_FORMULAS

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield each of these cells; a pixel may be one's own."""
        for verdict in audit.verdicts:
            observed = verdict.observed
            for spot in verdict.missing() if observed.block.stage != "input" else ():
                if observed.sheet.values.get(observed.region.cell(*spot)) is None:
                    yield self.of_formula(verdict, spot, "empty where a formula belongs", found="")
