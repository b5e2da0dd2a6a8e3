"""The rule `pages`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule
from sheetcnn.verifier.severity import ERROR


class Pages(Rule):
    """The workbook's own list of its sheets, on the sheet Model, is wrong.

    Why it matters: the list says which sheets beside the network's own are to be there. One that it leaves out could
    lose its formulas unseen.

    To mend it: write into that cell of Model what is said to belong there.
    """

    code = "pages"
    severity = ERROR

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield what is wrong with the list."""
        for fault in audit.recognized.sheet_list:
            yield self.finding(
                fault.message,
                cell=fault.cell,
                stage="model" if fault.cell else "",
                region="pages",
                expected=fault.expected,
                found=fault.found,
            )
