"""Finds formulas that read themselves, directly or through others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sheetcnn.verifier import dependencies
from sheetcnn.verifier.calc_books import copied
from sheetcnn.verifier.dependencies import Place
from sheetcnn.verifier.formula_groups import WorkbookFormulas, overlapped
from sheetcnn.verifier.recalculate import recompute
from sheetcnn.verifier.tracing import traced

UNTRACEABLE = "formulas read each other in too many ways to follow: circles were not looked for"


@dataclass(frozen=True)
class Cycle:
    """Formulas that read each other in a circle.

    Attributes:
        places: all of them.
        at_fault: those of them that close it.
    """

    places: tuple[Place, ...]
    at_fault: tuple[Place, ...]


@dataclass(frozen=True)
class Cycles:
    """The circles of a workbook.

    Attributes:
        found: the circles.
        untraceable: whether formulas read each other in too many ways to follow, so that none was looked for.
    """

    found: tuple[Cycle, ...] = ()
    untraceable: bool = False

    @property
    def places(self) -> frozenset[Place]:
        """The formulas that take part in a circle."""
        return frozenset(place for cycle in self.found for place in cycle.places)

    @property
    def at_fault(self) -> frozenset[Place]:
        """Those of them that close one."""
        return frozenset(place for cycle in self.found for place in cycle.at_fault)


def find_cycles(formulas: WorkbookFormulas) -> Cycles:
    """Find the circles of a workbook, and which of their formulas are to blame.

    Those that are spelled as expected read what comes before them. So every circle goes through another formula,
    and through one that reads what comes after it: these are to blame.
    """
    suspects = dict.fromkeys([*_differing_suspects(formulas), *_free_suspects(formulas)])
    try:
        found = _closed(formulas, dependencies.cycles(suspects, formulas.precedents.of)) if suspects else []
    except RecursionError:
        return Cycles(untraceable=True)
    return Cycles(
        tuple(
            Cycle(tuple(circle), tuple([place for place in circle if place in suspects] or circle[:1]))
            for circle in found
        )
    )


def _closed(formulas: WorkbookFormulas, possible: list[list[Place]]) -> list[list[Place]]:
    """Return the circles that are closed when formulas are computed, of those that they may close.

    INDEX(1:1,,12) reads one cell, IF what it comes to. That is followed with the workbook's own values: those of
    formulas in no possible circle are known before, the others are computed as they are asked for.
    """
    places = {place for circle in possible for place in circle}
    if not places:
        return []
    own = copied(recompute(formulas, places).book)
    reads = traced(places, formulas.precedents, own, formulas.recognized.workbook.sheets)
    return dependencies.cycles(places, lambda place: reads[place])


def _differing_suspects(formulas: WorkbookFormulas) -> Iterator[Place]:
    """Yield differing formulas that read their own region, a later one, or a formula of no region."""
    reads = dict(formulas.differing)
    later = [observed.region for observed in formulas.all_observed]
    for regions in formulas.observed.values():
        for piece in [piece for observed in regions for piece in observed.differing]:
            read = reads[piece]
            if overlapped(read, later) or any(formulas.free_in(*each) for each in read):
                yield from ((piece.region.sheet, cell) for cell in piece.cells())
        later = later[len(regions) :]


def _free_suspects(formulas: WorkbookFormulas) -> Iterator[Place]:
    """Yield formulas of no region that read another one of these, or feed the network and read it."""
    needed, network = set(formulas.around), [observed.region for observed in formulas.all_observed]
    for sheet, cells in formulas.free.items():
        for cell in cells:
            place = (sheet, cell)
            feeds = place in needed and overlapped(formulas.precedents.reads(place), network)
            if feeds or formulas.free_read_by(place):
                yield place
