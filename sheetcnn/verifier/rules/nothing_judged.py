"""The rule `nothing-judged`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule
from sheetcnn.verifier.severity import ERROR


class NothingJudged(Rule):
    """No formula of a stage, or of the whole workbook, was judged.

    Why it matters: if nothing is found wrong because nothing was looked at, nothing says that it is right.

    To mend it: see what else was found: names that lead nowhere, a template that gives no ranges, or formulas that
    were pasted over by their values.
    """

    code = "nothing-judged"
    severity = ERROR
    left_out_beside = "stage"

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield each of these stages, then the workbook."""
        for stage, judged in audit.judged.items():
            if judged == 0 and stage != "input":  # pixels may be typed
                message = f"no formula of {stage} was judged, so nothing says that it is right"
                yield self.finding(message, stage=stage)
        if audit.checked == 0:
            yield self.finding("no formula was judged, so nothing says that this workbook is right")
