"""The rule `sheet-skipped`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule
from sheetcnn.verifier.severity import WARNING


class SheetSkipped(Rule):
    """A sheet of the file is none that can be read, and was passed over.

    Why it matters: formulas on it, if there are any, were not checked. A chart on a sheet of its own is the common
    case.

    To mend it: nothing, if it holds no formulas; else save the workbook again with Excel or LibreOffice.
    """

    code = "sheet-skipped"
    severity = WARNING

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield what the reader of the file noted."""
        for note in audit.recognized.workbook.notes:
            if note.kind == self.code:
                yield self.finding(note.message, cell=note.cell)
