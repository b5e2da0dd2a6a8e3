"""The rule `name`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule
from sheetcnn.verifier.severity import ERROR


class Name(Rule):
    """A name that sheetcnn gives to a region is missing, broken, or leads to other cells than the formulas read.

    Why it matters: the verifier finds regions by their defined names. Without one it takes the region to stand where
    it is generated, which may be wrong; and who looks the name up in Excel sees other cells than the network uses.

    To mend it: open Formulas, Name Manager in Excel, and give the name the range that is said to belong to it; or
    generate the workbook again.
    """

    code = "name"
    severity = ERROR

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield names that lead nowhere, then those that lead elsewhere."""
        for lost in audit.recognized.lost:
            region = lost.region
            size = f"{region.rows}×{region.columns} cells"
            yield self.finding(lost.reason, region=region.name, expected=size, found=lost.found)
        for moved in audit.recognized.moved:
            region = moved.region
            message = (
                f"the name {region.name} points to other cells than the formulas read: it belongs to "
                f"{region.address}"
            )
            yield self.finding(message, region=region.name, expected=region.address, found=moved.found)
