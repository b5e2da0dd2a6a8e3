"""The rule `deleted-sheet`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule
from sheetcnn.verifier.severity import WARNING


class DeletedSheet(Rule):
    """A sheet that explains the network has been deleted.

    Why it matters: what it explained is gone. Nothing else read it, so all the rest is as it was.

    To mend it: if you deleted it on purpose, nothing; else generate the workbook again.
    """

    code = "deleted-sheet"
    severity = WARNING

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield the sheets that were deleted."""
        for page in audit.recognized.deleted:
            message = f"the sheet {page.sheet} has been deleted: what it explained is gone, and all else is as it was"
            yield self.finding(message, expected=page.sheet)
