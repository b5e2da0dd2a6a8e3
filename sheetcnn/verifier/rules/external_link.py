"""The rule `external-link`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule
from sheetcnn.verifier.severity import WARNING


class ExternalLink(Rule):
    """The workbook refers to other workbooks.

    Why it matters: what those hold was not checked, and they may not be there on another computer.

    To mend it: in Excel, Data, Edit Links, Break Link; or copy what is needed into this workbook.
    """

    code = "external-link"
    severity = WARNING

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield one finding for all of them."""
        if links := audit.recognized.workbook.external_links:
            message = "the workbook refers to other workbooks: what they hold was not checked"
            yield self.finding(message, found=", ".join(links))
