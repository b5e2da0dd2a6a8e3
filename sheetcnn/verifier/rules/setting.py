"""The rule `setting`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule
from sheetcnn.verifier.severity import EITHER, ERROR, WARNING


class Setting(Rule):
    """A setting of the workbook lets right formulas give other numbers, or none.

    Why it matters: with precision as displayed every value is rounded to what its cell shows, which is an error. With
    iterative calculation a formula that reads itself goes unnoticed, and with manual calculation a changed pixel
    changes nothing; these are warnings.

    To mend it: switch the setting off, in Excel under File, Options, Formulas or Advanced.
    """

    code = "setting"
    severity = EITHER

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield the settings that are not as they are generated."""
        calculation = audit.recognized.workbook.calculation
        if not calculation.full_precision:
            yield self.finding(
                "precision as displayed is on: every value is rounded to what its cell shows "
                "(Excel: File, Options, Advanced)",
                severity=ERROR,
                expected="full precision",
                found="precision as displayed",
            )
        if calculation.iterate:
            yield self.finding(
                "iterative calculation is on: a circular reference would go unnoticed "
                "(Excel: File, Options, Formulas)",
                severity=WARNING,
                expected="no iteration",
                found="iteration",
            )
        if calculation.mode == "manual":
            yield self.finding(
                "calculation is manual: a changed pixel changes nothing until F9 is pressed",
                severity=WARNING,
                expected="automatic calculation",
                found="manual calculation",
            )
