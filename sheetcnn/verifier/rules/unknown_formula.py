"""The rule `unknown-formula`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.report import FOREIGN, Finding
from sheetcnn.verifier.rules.rule import Rule, Subject
from sheetcnn.verifier.severity import WARNING


class UnknownFormula(Rule):
    """A formula is no part of the network.

    Why it matters: it was counted, and not checked. A formula of one's own beside the network is no mistake.

    To mend it: nothing.
    """

    code = FOREIGN
    severity = WARNING
    subject = Subject.WRONG_FORMULAS

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield each of these formulas."""
        for beside in audit.beside:
            if beside.foreign:
                message = "a formula that is no part of the network: it was not checked"
                yield self.finding(message, cell=beside.cell, found=f"={beside.text}")
