"""The rule `unsupported`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.excel.workbook import Value
from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule, Subject
from sheetcnn.verifier.severity import ERROR
from sheetcnn.verifier.verdict import Fault


class Unsupported(Rule):
    """A formula of the network, or one that it reads, cannot be computed here.

    Why it matters: nobody can vouch for it. It uses a function that is not supported, reads another workbook, or
    stands too far from the network. What reads it is judged on the value that is stored beside it.

    To mend it: put in the formula that belongs there, or spell it with the functions of Excel 2007.
    """

    code = "unsupported"
    severity = ERROR
    subject = Subject.WRONG_FORMULAS

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield formulas of the network, then those beside it."""
        for verdict in audit.verdicts:
            observed = verdict.observed
            for spot in verdict.wrong(Fault.REFUSED):
                stored = observed.sheet.values.get(observed.region.cell(*spot))
                yield self.of_formula(verdict, spot, _message(verdict.refusal(spot), stored))
        for beside in audit.beside:
            if beside.refused:
                sheet, cell = beside.place
                stored = audit.recognized.workbook.sheets[sheet].values.get(cell)
                yield self.finding(
                    _message(beside.refused, stored),
                    cell=beside.cell,
                    stage=beside.stage,
                    region=beside.region,
                    found=f"={beside.text}",
                )


def _message(reason: str, stored: Value | None) -> str:
    left = ". No value is stored beside it, so what reads it was judged on random numbers only"
    return f"this formula cannot be computed: {reason}{left if stored is None else ''}"
