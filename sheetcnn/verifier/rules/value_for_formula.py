"""The rule `value-for-formula`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.constants import shown
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule, Subject
from sheetcnn.verifier.severity import ERROR


class ValueForFormula(Rule):
    """A number or a text stands where a formula belongs.

    Why it matters: it may be right today, and stays as it is when a pixel or a weight changes. This is what happens
    if someone copies a column and pastes its values.

    To mend it: put in the formula that is said to belong there; mostly the one beside it can be filled over.
    """

    code = "value-for-formula"
    severity = ERROR
    subject = Subject.MISSING_FORMULAS

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield each of these cells; a pixel may be one's own."""
        for verdict in audit.verdicts:
            observed = verdict.observed
            for spot in verdict.missing() if observed.block.stage != "input" else ():
                value = observed.sheet.values.get(observed.region.cell(*spot))
                if value is not None:
                    what = "a number" if isinstance(value, float) else "a text"
                    today = "right" if verdict.right_today[spot] else "wrong"
                    message = f"{what} where a formula belongs (its value is {today} today)"
                    yield self.of_formula(verdict, spot, message, found=shown(value))
