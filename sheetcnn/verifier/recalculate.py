"""Computes a workbook's own values from its constants, whatever values are stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeAlias

import numpy as np

from sheetcnn.excel.addresses import Cell, Range
from sheetcnn.excel.ast import FormulaError
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.cell_array import UNCOMPUTED, Floats, Kinds
from sheetcnn.excel.parser import parse
from sheetcnn.verifier.dependencies import Place
from sheetcnn.verifier.formula_groups import WorkbookFormulas
from sheetcnn.verifier.grouping import Mask, PatternBlock, SingleFormula
from sheetcnn.verifier.observed import ObservedRegion
from sheetcnn.verifier.probes import index_of

_MAX_PASSES = 100

_Copy: TypeAlias = tuple[Floats, Kinds]

Uncomputed: TypeAlias = dict[Place, str]
"""Formulas whose values are not known, by their cells, and why."""


def recompute(formulas: WorkbookFormulas, circular: Collection[Place]) -> tuple[CalcBook, Uncomputed]:
    """Return the workbook's own values, computed stage after stage; over again while odd formulas change any.

    What cannot be computed, or takes part in a circle, keeps the value that is stored. Where none is, nobody knows
    it (`UNCOMPUTED`): neither what reads it.
    """
    recomputed = _Recomputed(formulas)
    for place in circular:
        recomputed.keep(place, "it reads itself, in a circle")
    recomputed.settle(set(circular))
    return recomputed.own, recomputed.reasons


class _Recomputed:
    """A workbook's own values, as far as they are computed.

    Attributes:
        own: the values.
        reasons: why a formula could not be computed, by its cell.
    """

    def __init__(self, formulas: WorkbookFormulas) -> None:
        self.own = formulas.fields.own
        self.reasons: Uncomputed = {}
        self._formulas = formulas
        self._sheets = formulas.recognized.workbook.sheets

    def settle(self, circular: Collection[Place]) -> None:
        """Compute until nothing changes any more."""
        places = [place for place in self._formulas.around if place not in circular]
        after = self._copied()
        for _ in range(_MAX_PASSES if places or self._formulas.differing else 1):
            before = after
            for place in places:
                self._compute(place)
            for found in self._formulas.all_found:
                self._compute_region(found)
            after = self._copied()
            changed = {name: ~_same(before[name], after[name]) for name in after}
            if not any(cells.any() for cells in changed.values()):
                return
        if places or self._formulas.differing:
            for name, cells in changed.items():
                for row, column in np.argwhere(cells).tolist():
                    self.reasons[name, Cell(row, column)] = "its value does not settle"

    def keep(self, place: Place, reason: str) -> None:
        """Keep what is stored for a formula that cannot be computed."""
        name, cell = place
        area = self._sheets[name].arrays.get(cell, Range(*cell, *cell))
        self.reasons[place] = reason
        rows, columns = self._formulas.fields.sizes[name]
        self._put_stored(
            name,
            (
                (row, column)
                for row in range(area.top, min(area.bottom + 1, rows))
                for column in range(area.left, min(area.right + 1, columns))
            ),
        )

    def _put_stored(self, name: str, cells: Iterable[tuple[int, int]]) -> None:
        for cell in cells:
            self.own.put(name, cell, self._sheets[name].values.get(cell, UNCOMPUTED))

    def _copied(self) -> dict[str, _Copy]:
        return {
            name: (grid.numbers[0].copy(), grid.kinds[0].copy()) for name, grid in self.own.sheets.items()
        }

    def _compute(self, place: Place) -> None:
        """Compute a formula that belongs to no region."""
        if place in self.reasons:
            return
        name, cell = place
        sheet = self._sheets[name]
        area = sheet.arrays.get(cell, Range(*cell, *cell))
        spread = (area.bottom - area.top + 1, area.right - area.left + 1)
        try:
            if reason := self._formulas.too_far(place):
                raise FormulaError(reason)
            node = parse(sheet.formulas[cell])
            values = self.own.evaluate(node, name, cell, array=cell in sheet.arrays, spread=spread)
        except FormulaError as error:
            self.keep(place, str(error))
            return
        self.own.write(name, cell, values)

    def _compute_region(self, found: ObservedRegion) -> None:
        values = found.evaluate(self.own, found.pieces)
        for piece in found.pieces:
            if piece.refused and (found.region.sheet, piece.cells()[0]) not in self.reasons:
                self._refuse(piece)
        grid = self.own.sheet(found.region.sheet)
        if grid is None:
            return
        inside = (0, *index_of(found.region))
        computed = found.computed
        grid.numbers[inside] = np.where(computed, values.numbers[0], grid.numbers[inside])
        if values.kinds is not None:
            grid.kinds[inside] = np.where(computed, values.kinds[0], grid.kinds[inside])

    def _refuse(self, piece: PatternBlock | SingleFormula) -> None:
        name = piece.region.sheet
        self.reasons |= {(name, cell): piece.refused for cell in piece.cells()}
        self._put_stored(name, (piece.region.cell(*at) for at in np.argwhere(piece.holds).tolist()))


def _same(before: _Copy, after: _Copy) -> Mask:
    """Return which values are the same; a number that is none stays none."""
    (numbers, kinds), (now, are) = before, after
    same: Mask = ((numbers == now) | (np.isnan(numbers) & np.isnan(now))) & (kinds == are)
    return same
