"""Reports formulas that read themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sheetcnn.excel.addresses import a1
from sheetcnn.verifier.dependencies import Place, cycles
from sheetcnn.verifier.formula_groups import WorkbookFormulas, overlapped
from sheetcnn.verifier.recalculate import recompute
from sheetcnn.verifier.report import ERROR, Finding
from sheetcnn.verifier.tracing import traced


def circular(formulas: WorkbookFormulas) -> tuple[set[Place], list[Finding]]:
    """Return the formulas that take part in a circle, which is noted with their regions, and what to say of them.

    Those that are spelled as expected read what comes before them. So every circle goes through another formula,
    and through one that reads what comes after it: these are to blame.
    """
    suspects = dict.fromkeys([*_unusual_suspects(formulas), *_free_suspects(formulas)])
    try:
        found = _closed(formulas, cycles(suspects, formulas.precedents.of)) if suspects else []
    except RecursionError:
        message = "formulas read each other in too many ways to follow: circles were not looked for"
        return set(), [Finding("", "", "", ERROR, "circular", "", "", message)]
    findings = []
    blamed = set[Place]()
    for circle in found:
        guilty = [place for place in circle if place in suspects] or circle[:1]
        blamed |= set(guilty)
        findings += [_finding(formulas, place, len(circle)) for place in guilty]
    all_of_them = {place for circle in found for place in circle}
    _note(formulas, all_of_them, blamed)
    return all_of_them, findings


def _closed(formulas: WorkbookFormulas, possible: list[list[Place]]) -> list[list[Place]]:
    """Return the circles that are closed when formulas are computed, of those that they may close.

    INDEX(1:1,,12) reads one cell, IF what it comes to. That is followed with the workbook's own values: those of
    formulas in no possible circle are known before, the others are computed as they are asked for.
    """
    places = {place for circle in possible for place in circle}
    if not places:
        return []
    _note(formulas, places)
    own, _ = recompute(formulas, places)
    reads = traced(places, formulas.precedents, own, formulas.recognized.workbook.sheets)
    return cycles(places, lambda place: reads[place])


def _note(formulas: WorkbookFormulas, circular: set[Place], blamed: Collection[Place] = ()) -> None:
    """Note with each region which of its cells take part in a circle, and of which there is a finding."""
    if any(each.in_cycle.any() for each in formulas.all_found) or circular:
        for each in formulas.all_found:
            each.in_cycle, each.at_fault = each.holding(circular), each.holding(blamed)


def _unusual_suspects(formulas: WorkbookFormulas) -> Iterator[Place]:
    """Yield unusual formulas that read their own region, a later one, or a formula of no region."""
    reads = {id(piece): read for piece, read in formulas.differing}
    later = [found.region for found in formulas.all_found]
    for regions in formulas.found.values():
        for piece in [piece for found in regions for piece in found.differing]:
            read = reads[id(piece)]
            if overlapped(read, later) or any(formulas.free_in(*each) for each in read):
                yield from ((piece.region.sheet, cell) for cell in piece.cells())
        later = later[len(regions) :]


def _free_suspects(formulas: WorkbookFormulas) -> Iterator[Place]:
    """Yield formulas of no region that read another one of these, or feed the network and read it."""
    needed, network = set(formulas.around), [found.region for found in formulas.all_found]
    for sheet, cells in formulas.free.items():
        for cell in cells:
            place = (sheet, cell)
            feeds = place in needed and overlapped(formulas.precedents.reads(place), network)
            if feeds or formulas.free_read_by(place):
                yield place


def _finding(formulas: WorkbookFormulas, place: Place, length: int) -> Finding:
    sheet, cell = place
    stage, region = formulas.standing(place)
    text = formulas.recognized.workbook.sheets[sheet].formulas[cell]
    message = "this formula reads itself" + (f", in a circle of {length} formulas" if length > 1 else "")
    return Finding(f"{sheet}!{a1(*cell)}", stage, region, ERROR, "circular", "", f"={text}", message)
