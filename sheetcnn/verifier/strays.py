"""Reports formulas that belong to no region of formulas: in place of a number, past an edge, a user's own."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sheetcnn.excel.cells import Region, a1
from sheetcnn.excel.pattern import Pattern
from sheetcnn.verifier.formulas import Formulas, overlapped
from sheetcnn.verifier.order import Place
from sheetcnn.verifier.pieces import Block
from sheetcnn.verifier.report import ERROR, FOREIGN, WARNING, Finding
from sheetcnn.verifier.surplus import surplus


def strays(formulas: Formulas, circular: Collection[Place]) -> Iterator[Finding]:
    """Yield what there is to say of each, but for those in a circle, which are reported, and those of labels."""
    filled = [
        (found.region, piece.pattern)
        for found in formulas.all_found
        for piece in found.pieces[:1]
        if isinstance(piece, Block)
    ]
    labels = formulas.subject.layout.classes
    left_out = {*circular, *((labels.sheet, cell) for cell in labels.cells())} if labels else circular
    for sheet, cells in formulas.free.items():
        for cell in cells:
            if (sheet, cell) not in left_out:
                yield _finding(formulas, filled, (sheet, cell))


def _finding(formulas: Formulas, filled: list[tuple[Region, Pattern]], place: Place) -> Finding:
    sheet, cell = place
    text = formulas.subject.workbook.sheets[sheet].formulas[cell]
    where, found = f"{sheet}!{a1(*cell)}", f"={text}"
    stage, name = formulas.standing(place)
    if name:
        severity, message = _for_a_number(formulas, stage, place)
        return Finding(where, stage, name, severity, "formula-for-number", "a number", found, message)
    extra = surplus(filled, sheet, cell, text)
    if extra is None:
        message = "a formula that is no part of the network: it was not checked"
        return Finding(where, "", "", WARNING, FOREIGN, "", found, message)
    stage = next(exhibit.stage for exhibit in formulas.found if extra.region in exhibit.regions)
    return Finding(where, stage, extra.region.name, ERROR, "surplus", "", found, extra.message)


def _for_a_number(formulas: Formulas, stage: str, place: Place) -> tuple[str, str]:
    """Judge a formula where a number belongs: it may compute one, from anything but the network."""
    layout = formulas.subject.layout
    own = {region.name for region in (layout.inputs if stage == "input" else layout.all_weights)}
    others = [region for region in layout.regions if region.name not in own]
    read = overlapped(formulas.precedents.reads(place), others)
    if read:
        what = "pixels are given" if stage == "input" else "weights are given"
        return ERROR, f"a formula that reads {read[0].name} where a number belongs: {what}, not computed"
    return WARNING, "a formula where a number belongs: what it gives was taken for the number"
