"""The rule `own-pixel`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.constants import shown
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule, Subject
from sheetcnn.verifier.severity import WARNING


class OwnPixel(Rule):
    """A pixel was typed over the formula that chooses it.

    Why it matters: that pixel no longer follows the digit that is chosen. To paint a digit of one's own this way is
    no mistake.

    To mend it: fill the formula of a pixel beside it over the cell.
    """

    code = "own-pixel"
    severity = WARNING
    subject = Subject.MISSING_FORMULAS

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield each of these pixels."""
        for verdict in audit.verdicts:
            observed = verdict.observed
            for spot in verdict.missing() if observed.block.stage == "input" else ():
                value = observed.sheet.values.get(observed.region.cell(*spot))
                what = "empty" if value is None else f"{shown(value)} was typed"
                message = f"{what} where a formula belongs: this pixel no longer follows what is chosen"
                yield self.of_formula(verdict, spot, message, found=shown(value))
