"""The rule `circular`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.excel.addresses import a1
from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.cycles import UNTRACEABLE
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule
from sheetcnn.verifier.severity import ERROR


class Circular(Rule):
    """A formula reads itself, directly or through others.

    Why it matters: Excel refuses to compute such a formula, or shows 0. Of the formulas in a circle those are named
    that close it: those that are not as expected and read what comes after them.

    To mend it: put back the formula that belongs there.
    """

    code = "circular"
    severity = ERROR

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield the formulas that close circles."""
        if audit.cycles.untraceable:
            yield self.finding(UNTRACEABLE)
        for cycle in audit.cycles.found:
            length = len(cycle.places)
            for sheet, cell in cycle.at_fault:
                stage, region = audit.formulas.standing((sheet, cell))
                message = "this formula reads itself"
                message += f", in a circle of {length} formulas" if length > 1 else ""
                yield self.finding(
                    message,
                    cell=f"{sheet}!{a1(*cell)}",
                    stage=stage,
                    region=region,
                    found=f"={audit.recognized.workbook.sheets[sheet].formulas[cell]}",
                )
