"""The formulas beside those of the network: in place of a number, past an edge, a user's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sheetcnn.excel.addresses import a1
from sheetcnn.verifier.calculation import CalculatedWorkbook
from sheetcnn.verifier.dependencies import Place
from sheetcnn.verifier.grouping import PatternBlock
from sheetcnn.verifier.overrun import Overrun, overrun


@dataclass(frozen=True)
class BesideFormula:
    """A formula that belongs to no block of formulas, and takes part in no circle.

    Attributes:
        place: where it stands.
        text: the formula, without the equals sign.
        stage: the stage of the region that it stands in, empty if in none.
        region: that region's name.
        refused: why it could not be computed, if the network reads it; else empty.
        labels: whether it stands where a label belongs.
        overrun: the region that it carries on past an edge, None if it does not.
    """

    place: Place
    text: str
    stage: str
    region: str
    refused: str
    labels: bool
    overrun: Overrun | None

    @property
    def cell(self) -> str:
        """Its address with its sheet, such as `Network!B7`."""
        sheet, cell = self.place
        return f"{sheet}!{a1(*cell)}"

    @property
    def for_a_number(self) -> bool:
        """Whether it can be computed, and stands where a number belongs."""
        return bool(self.region and not self.refused and not self.labels)

    @property
    def carries_on(self) -> bool:
        """Whether it can be computed, and carries a region on past its edge."""
        return self.overrun is not None and not (self.region or self.refused or self.labels)

    @property
    def foreign(self) -> bool:
        """Whether it is no part of the network, and nothing of that reads it."""
        return not (self.region or self.refused or self.labels or self.overrun)


def formulas_beside(calculated: CalculatedWorkbook) -> Iterator[BesideFormula]:
    """Yield the formulas beside those of the network, those in a circle left out, in the order of the sheets."""
    formulas, own = calculated.formulas, calculated.own
    filled = [
        (observed.region, piece.pattern)
        for observed in formulas.all_observed
        for piece in observed.pieces[:1]
        if isinstance(piece, PatternBlock)
    ]
    labels = calculated.recognized.layout.classes
    labelled = {(labels.sheet, cell) for cell in labels.cells()} if labels else set()
    for sheet, cells in formulas.free.items():
        for cell, text in cells.items():
            place = (sheet, cell)
            if place not in own.cyclic:
                stage, region = formulas.standing(place)
                yield BesideFormula(
                    place,
                    text,
                    stage,
                    region,
                    own.uncomputed.get(place, ""),
                    place in labelled,
                    None if region else overrun(filled, sheet, cell, text),
                )
