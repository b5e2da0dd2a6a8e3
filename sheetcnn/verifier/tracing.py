"""Follows what formulas read once they are computed: IF takes one branch, INDEX one cell, ROW none.

Spreadsheet programs find circles so, and call a formula circular only if what it comes to closes one. Excel does so
for IF, CHOOSE, INDEX and ROW; LibreOffice for these, too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from sheetcnn.excel.addresses import Range
from sheetcnn.excel.ast import FormulaError
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.cell_array import Floats, Kinds
from sheetcnn.excel.sheet_array import SheetArray
from sheetcnn.excel.workbook import Sheet
from sheetcnn.verifier.dependencies import DependencyGraph, Place
from sheetcnn.verifier.recalculate import compute_cell

MAX_TRACED = 20_000
"""Formulas that are computed one by one: more than read each other in any workbook but one made to be slow."""


class _Missing(Exception):  # noqa: N818 - a signal that stops a formula until what it reads is computed
    """A formula reads others that have to be computed first."""

    def __init__(self, places: list[Place]) -> None:
        super().__init__()
        self.places = places


@dataclass
class _Watched(SheetArray):
    """A sheet that tells what is read of it."""

    told: Callable[[Range], None]

    def box(self, area: Range) -> tuple[Floats, Kinds]:
        self.told(area)
        return super().box(area)


def traced(
    places: Collection[Place], precedents: DependencyGraph, own: CalcBook, sheets: dict[str, Sheet]
) -> dict[Place, set[Place]]:
    """Return which of some formulas each of them reads as it is computed.

    Args:
        places: the formulas.
        precedents: what the formulas of the workbook may read.
        own: the values of all other formulas; those of these ones are computed into it.
        sheets: the formulas themselves.

    Raises:
        RecursionError: there are too many.
    """
    if len(places) > MAX_TRACED:
        raise RecursionError
    return _Trace(places, precedents, own, sheets).run()


class _Trace:
    def __init__(
        self, places: Collection[Place], precedents: DependencyGraph, own: CalcBook, sheets: dict[str, Sheet]
    ) -> None:
        self._places = set(places)
        self._precedents, self._sheets, self._own = precedents, sheets, own
        self._reads: dict[Place, set[Place]] = {place: set() for place in places}
        self._settled: set[Place] = set()  # computed, or waiting for others
        self._reading: Place | None = None
        grids: dict[str, SheetArray] = {
            name: _Watched(grid.numbers, grid.kinds, self._told(name)) for name, grid in own.sheets.items()
        }
        self._book = CalcBook(grids, own.names, own.texts, lazy=True)

    def run(self) -> dict[Place, set[Place]]:
        for start in self._reads:
            branch = [] if start in self._settled else [start]
            while branch:
                place = branch[-1]
                self._settled.add(place)
                try:
                    self._compute(place)
                except _Missing as missing:
                    branch.append(missing.places[0])
                else:
                    branch.pop()
        return self._reads

    def _told(self, sheet: str) -> Callable[[Range], None]:
        return lambda area: self._note(self._precedents.formulas_in(sheet, area), sheet)

    def _note(self, cells: Iterable[tuple[int, int]], sheet: str) -> None:
        """Note what a formula reads; stop it if any of that is not computed yet, but for what waits for it."""
        if self._reading is None:
            return
        found = self._places.intersection((sheet, cell) for cell in cells)
        self._reads[self._reading] |= found
        if missing := sorted(found - self._settled):
            raise _Missing(missing)

    def _compute(self, place: Place) -> None:
        sheet, cell = place
        self._reads[place].clear()
        self._reading = place
        try:
            values = compute_cell(self._book, self._sheets[sheet], cell)
        except FormulaError:  # it keeps the value that is stored, whatever it reads
            self._reads[place].clear()
            return
        finally:
            self._reading = None
        self._own.write(sheet, cell, values)
