"""The rule `ambiguous`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule
from sheetcnn.verifier.severity import ERROR


class Ambiguous(Rule):
    """Programs read this part of the file differently.

    Why it matters: what one program shows is not what another computes, so a workbook may be right in one and wrong
    in the other. A cell that the file has twice is such a case.

    To mend it: open the workbook in the program that you trust, look at the cells that are named, and save it again.
    """

    code = "ambiguous"
    severity = ERROR

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield what the reader of the file noted."""
        for note in audit.recognized.workbook.notes:
            if note.kind == self.code:
                yield self.finding(note.message, cell=note.cell)
