"""The rule `stale-value`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.constants import shown
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule, Subject
from sheetcnn.verifier.severity import ERROR
from sheetcnn.verifier.stored_values import differing_values


class StaleValue(Rule):
    """The value that is stored beside a right formula is not what it gives.

    Why it matters: previews, phones and `pandas.read_excel` show the stored value. Someone has changed what the
    formula reads with a program that does not compute, or the value itself.

    To mend it: open the workbook in Excel or LibreOffice, recalculate (Ctrl+Alt+F9, Ctrl+Shift+F9), and save it.
    """

    code = "stale-value"
    severity = ERROR
    subject = Subject.STORED_VALUES

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield each of these formulas; of the others there is enough to say."""
        for verdict, spot, stored, computed in differing_values(audit):
            if stored is not None:
                message = "the stored value is not what the formula gives: recalculate and save"
                region, stage = verdict.observed.region, verdict.observed.block.stage
                yield self.at(
                    region,
                    region.cell(*spot),
                    message,
                    stage=stage,
                    expected=shown(computed),
                    found=shown(stored),
                )
