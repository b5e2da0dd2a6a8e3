"""The rule `formula-for-number`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.excel.addresses import a1
from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.beside import BesideFormula
from sheetcnn.verifier.dependencies import topological_order
from sheetcnn.verifier.formula_groups import WorkbookFormulas, overlapped
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule, Subject
from sheetcnn.verifier.severity import EITHER, ERROR, WARNING


class FormulaForNumber(Rule):
    """A formula stands where a number belongs: a pixel, a weight, or a number of another sheet.

    Why it matters: pixels and weights are given. If such a formula reads the network, the network was changed, which
    is an error. If it computes the number from anything else, as from a table of one's own, what it gives is taken
    for the number: a warning.

    To mend it: copy the cell, and paste its value over it.
    """

    code = "formula-for-number"
    severity = EITHER
    subject = Subject.WRONG_FORMULAS

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield each of these formulas."""
        for beside in audit.beside:
            if beside.for_a_number:
                message = _computed_from_the_network(audit.formulas, beside)
                yield self.finding(
                    message or "a formula where a number belongs: what it gives was taken for the number",
                    cell=beside.cell,
                    stage=beside.stage,
                    region=beside.region,
                    severity=ERROR if message else WARNING,
                    expected="a number",
                    found=f"={beside.text}",
                )


def _computed_from_the_network(formulas: WorkbookFormulas, beside: BesideFormula) -> str:
    """Return a sentence that says what of the network a formula reads, itself or through others; empty if nothing."""
    layout = formulas.recognized.layout
    own = {region.name for region in (layout.inputs if beside.stage == "input" else layout.all_weights)}
    others = [region for region in layout.regions if region.name not in own]
    for each in reversed(
        topological_order([beside.place], formulas.free_read_by)
    ):  # itself, then what is behind it
        if read := overlapped(formulas.precedents.reads(each), others):
            through = "" if each == beside.place else f" through {each[0]}!{a1(*each[1])}"
            what = "pixels are given" if beside.stage == "input" else "weights are given"
            return (
                f"a formula that reads {read[0].name}{through} where a number belongs: {what}, not computed"
            )
    return ""
