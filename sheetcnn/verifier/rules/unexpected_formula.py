"""Reports formulas that belong to no region of formulas: in place of a number, past an edge, a user's own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from sheetcnn.excel.addresses import a1
from sheetcnn.excel.fill import FilledFormula
from sheetcnn.excel.region import Region
from sheetcnn.excel.workbook import Value
from sheetcnn.verifier.dependencies import Place, topological_order
from sheetcnn.verifier.formula_groups import WorkbookFormulas, overlapped
from sheetcnn.verifier.grouping import PatternBlock
from sheetcnn.verifier.report import ERROR, FOREIGN, WARNING, Finding
from sheetcnn.verifier.rules.overrun import surplus


def strays(
    formulas: WorkbookFormulas, circular: Collection[Place], uncomputed: Mapping[Place, str]
) -> Iterator[Finding]:
    """Yield what there is to say of each, but for those in a circle, which are reported, and those of labels.

    Args:
        formulas: those of the workbook.
        circular: those that take part in a circle.
        uncomputed: those that cannot be computed, and why.
    """
    filled = [
        (found.region, piece.pattern)
        for found in formulas.all_found
        for piece in found.pieces[:1]
        if isinstance(piece, PatternBlock)
    ]
    labels = formulas.recognized.layout.classes
    labelled = {(labels.sheet, cell) for cell in labels.cells()} if labels else set()
    for sheet, cells in formulas.free.items():
        for cell in cells:
            if (sheet, cell) in circular:
                continue
            if reason := uncomputed.get((sheet, cell)):
                yield _unsupported(formulas, (sheet, cell), reason)
            elif (sheet, cell) not in labelled:
                yield _finding(formulas, filled, (sheet, cell))


def _finding(formulas: WorkbookFormulas, filled: list[tuple[Region, FilledFormula]], place: Place) -> Finding:
    sheet, cell = place
    text = formulas.recognized.workbook.sheets[sheet].formulas[cell]
    where, found = f"{sheet}!{a1(*cell)}", f"={text}"
    stage, name = formulas.standing(place)
    if name:
        severity, message = _for_a_number(formulas, stage, place)
        return Finding(where, stage, name, severity, "formula-for-number", "a number", found, message)
    extra = surplus(filled, sheet, cell, text)
    if extra is None:
        message = "a formula that is no part of the network: it was not checked"
        return Finding(where, "", "", WARNING, FOREIGN, "", found, message)
    stage = next(block.stage for block in formulas.found if extra.region in block.regions)
    return Finding(where, stage, extra.region.name, ERROR, "surplus", "", found, extra.message)


def _unsupported(formulas: WorkbookFormulas, place: Place, reason: str) -> Finding:
    """Return what there is to say of a formula that the network reads and nobody can vouch for."""
    name, cell = place
    sheet = formulas.recognized.workbook.sheets[name]
    stored = sheet.values.get(cell)
    stage, region = formulas.standing(place)
    message = cannot_be_computed(reason, stored)
    where, found = f"{name}!{a1(*cell)}", f"={sheet.formulas[cell]}"
    return Finding(where, stage, region, ERROR, "unsupported", "", found, message)


def cannot_be_computed(reason: str, stored: Value | None) -> str:
    """Return a sentence about a formula that cannot be computed, and on what that which reads it was judged.

    Args:
        reason: why it cannot.
        stored: the value that is stored beside it, if any.
    """
    left = ". No value is stored beside it, so what reads it was judged on random numbers only"
    return f"this formula cannot be computed: {reason}{left if stored is None else ''}"


def _for_a_number(formulas: WorkbookFormulas, stage: str, place: Place) -> tuple[str, str]:
    """Judge a formula where a number belongs: it may compute one, from anything but the network."""
    layout = formulas.recognized.layout
    own = {region.name for region in (layout.inputs if stage == "input" else layout.all_weights)}
    others = [region for region in layout.regions if region.name not in own]
    for each in reversed(topological_order([place], formulas.free_read_by)):  # itself, then what is behind it
        if read := overlapped(formulas.precedents.reads(each), others):
            through = "" if each == place else f" through {each[0]}!{a1(*each[1])}"
            what = "pixels are given" if stage == "input" else "weights are given"
            message = (
                f"a formula that reads {read[0].name}{through} where a number belongs: {what}, not computed"
            )
            return ERROR, message
    return WARNING, "a formula where a number belongs: what it gives was taken for the number"
