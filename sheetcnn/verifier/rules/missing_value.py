"""The rule `missing-value`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.constants import shown
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule, Subject
from sheetcnn.verifier.severity import WARNING
from sheetcnn.verifier.stored_values import differing_values


class MissingValue(Rule):
    """No value is stored beside a formula that is right.

    Why it matters: previews, phones and `pandas.read_excel` show the stored value, and so nothing. Programs that
    compute show the right one.

    To mend it: open the workbook in Excel or LibreOffice, and save it.
    """

    code = "missing-value"
    severity = WARNING
    subject = Subject.STORED_VALUES

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield each of these formulas."""
        for verdict, spot, stored, computed in differing_values(audit):
            if stored is None:
                message = (
                    "no value is stored beside the formula: previews show nothing until a program computes it"
                )
                region, stage = verdict.observed.region, verdict.observed.block.stage
                yield self.at(region, region.cell(*spot), message, stage=stage, expected=shown(computed))
