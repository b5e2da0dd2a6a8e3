"""The rule `dead-link`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule, Subject
from sheetcnn.verifier.severity import WARNING
from sheetcnn.verifier.verdict import Fault, linked_sheets


class DeadLink(Rule):
    """A link leads to a sheet that has been renamed, or from which its target was moved.

    Why it matters: a click on it leads nowhere. A link is a text, which no program changes along.

    To mend it: put in the formula that is said to belong there, or give the sheet its name back.
    """

    code = "dead-link"
    severity = WARNING
    subject = Subject.WRONG_FORMULAS

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield each of these links."""
        for verdict in audit.verdicts:
            observed = verdict.observed
            for spot in verdict.wrong(Fault.DEAD_LINK):
                belongs = observed.block.formula(observed.region, *spot)
                there, here = linked_sheets(belongs, observed.texts[spot])
                message = f"this link leads to the sheet {here}, and what it is to lead to is on {there} now"
                yield self.of_formula(verdict, spot, message)
