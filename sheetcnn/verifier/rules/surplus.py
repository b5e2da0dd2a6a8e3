"""The rule `surplus`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule, Subject
from sheetcnn.verifier.severity import ERROR


class Surplus(Rule):
    """A formula carries a region on past its edge: a 25th column where 24 belong.

    Why it matters: it reads past the edge of what comes before, so what reads it is wrong as soon as ink reaches that
    edge. The workbook that fast.ai published has such a column.

    To mend it: delete the formulas past the edge, and have what reads them end at the edge.
    """

    code = "surplus"
    severity = ERROR
    subject = Subject.WRONG_FORMULAS

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield each of these formulas."""
        stages = {observed.region.name: observed.block.stage for observed in audit.formulas.all_observed}
        for beside in audit.beside:
            if beside.carries_on and beside.overrun is not None:
                name = beside.overrun.region.name
                yield self.finding(
                    beside.overrun.message,
                    cell=beside.cell,
                    stage=stages[name],
                    region=name,
                    found=f"={beside.text}",
                )
