"""The rule `formula`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.diagnosis.formulas import diagnose
from sheetcnn.verifier.diagnosis.vocabulary import Place
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule, Subject
from sheetcnn.verifier.severity import ERROR
from sheetcnn.verifier.verdict import Fault


class Formula(Rule):
    """A formula computes something else than belongs there.

    Why it matters: the network reads other numbers than it was trained for, or leaves some out. Over the zeros of
    most pixels the result may still be right today. The message says in the words of the network what differs: a
    range that is a column too wide, the filter of another map, a missing bias.

    To mend it: put in the formula that is said to belong there; mostly the one beside it can be filled over.
    """

    code = "formula"
    severity = ERROR
    subject = Subject.WRONG_FORMULAS

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield each of these formulas, with what differs."""
        for verdict in audit.verdicts:
            observed = verdict.observed
            region = observed.region
            for spot in verdict.wrong(Fault.DIFFERENT):
                cell = region.cell(*spot)
                place = Place(region, cell, audit.vocabulary, array=cell in observed.sheet.arrays)
                expected = observed.block.formula(region, *spot)
                message = diagnose(expected, observed.texts[spot], place=place)
                caught = verdict.caught.get(spot)
                yield self.of_formula(verdict, spot, message + (f" ({caught})" if caught else ""))
