"""Computes a workbook's own values: by its formulas from its constants, whatever is stored, and by NumPy."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from sheetcnn.excel.addresses import Cell, Range
from sheetcnn.excel.ast import FormulaError
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.cell_array import UNCOMPUTED, CellArray, Floats, Kinds
from sheetcnn.excel.parser import parse
from sheetcnn.excel.workbook import Sheet
from sheetcnn.verifier.calc_books import book_of_constants
from sheetcnn.verifier.dependencies import Place
from sheetcnn.verifier.formula_groups import WorkbookFormulas
from sheetcnn.verifier.grouping import Mask, Piece, Refusals
from sheetcnn.verifier.observed import ObservedRegion
from sheetcnn.verifier.region_values import index_of

_MAX_PASSES = 100

_Copy: TypeAlias = tuple[Floats, Kinds]


@dataclass(frozen=True, eq=False)
class OwnValues:
    """What a workbook's formulas come to, from its own constants.

    Attributes:
        book: the values, on one plane. What cannot be computed has the value that is stored beside it; nobody knows
            it if there is none (`UNCOMPUTED`).
        uncomputed: formulas of the network, and around it if it reads them, that could not be computed: why, by
            sheet and cell. A formula that stands in none of these places has the value that `book` says.
        cyclic: the formulas that take part in a circle.
        refused: formulas of the network that cannot be computed, and why.
    """

    book: CalcBook
    uncomputed: Mapping[Place, str]
    cyclic: frozenset[Place]
    refused: Refusals

    def __post_init__(self) -> None:
        for grid in self.book.sheets.values():
            grid.numbers.flags.writeable = grid.kinds.flags.writeable = False

    def computed(self, observed: ObservedRegion) -> Mask:
        """Return which cells of a region hold a formula that can be computed, (rows, columns)."""
        mask: Mask = observed.has_formula & ~observed.holding(self.cyclic)
        return mask & ~observed.held_by(self.refused)


def recompute(formulas: WorkbookFormulas, cyclic: Collection[Place]) -> OwnValues:
    """Compute a workbook's own values, stage after stage; over again while formulas that differ change any.

    What cannot be computed, or takes part in a circle, keeps the value that is stored. Where none is, nobody knows
    it (`UNCOMPUTED`): neither what reads it.
    """
    recomputed = _Recomputed(formulas, cyclic)
    recomputed.settle()
    return OwnValues(
        recomputed.own,
        MappingProxyType(recomputed.reasons),
        frozenset(cyclic),
        MappingProxyType(recomputed.refused),
    )


def fills(sheet: Sheet, cell: tuple[int, int]) -> Range:
    """Return the cells that a formula fills: its own alone if it is no array formula."""
    return sheet.arrays.get(cell, Range(*cell, *cell))


def compute_cell(book: CalcBook, sheet: Sheet, cell: tuple[int, int]) -> CellArray:
    """Compute one formula as the file has it, for all cells that it fills.

    Args:
        book: the values that it reads.
        sheet: the sheet that it stands on.
        cell: its cell.

    Raises:
        FormulaError: it cannot be computed.
    """
    area = fills(sheet, cell)
    spread = (area.bottom - area.top + 1, area.right - area.left + 1)
    node = parse(sheet.formulas[cell])
    return book.evaluate(node, sheet.name, cell, array=cell in sheet.arrays, spread=spread)


class _Recomputed:
    """A workbook's own values, as far as they are computed.

    Attributes:
        own: the values.
        reasons: why a formula could not be computed, by its cell.
        refused: why formulas of the network could not be.
    """

    def __init__(self, formulas: WorkbookFormulas, cyclic: Collection[Place]) -> None:
        self._sheets = formulas.recognized.workbook.sheets
        self.own = book_of_constants(formulas.recognized.workbook, formulas.reach.sizes)
        self.reasons: dict[Place, str] = {}
        self.refused: dict[Piece, str] = dict(formulas.refused)
        self._formulas = formulas
        self._places = [place for place in formulas.around if place not in cyclic]
        self._outside_cycles = {each: ~each.holding(cyclic) for each in formulas.all_observed if cyclic}
        for place in cyclic:
            self._keep(place, "it reads itself, in a circle")

    def settle(self) -> None:
        """Compute until nothing changes any more."""
        odd = bool(self._places or self._formulas.differing)
        after = self._copied()
        for _ in range(_MAX_PASSES if odd else 1):
            before = after
            for place in self._places:
                self._compute(place)
            for observed in self._formulas.all_observed:
                self._compute_region(observed)
            after = self._copied()
            changed = {name: ~_same(before[name], after[name]) for name in after}
            if not any(cells.any() for cells in changed.values()):
                return
        if odd:
            for name, cells in changed.items():
                for row, column in np.argwhere(cells).tolist():
                    self.reasons[name, Cell(row, column)] = "its value does not settle"

    def _keep(self, place: Place, reason: str) -> None:
        """Keep what is stored for a formula that cannot be computed."""
        name, cell = place
        area = fills(self._sheets[name], cell)
        self.reasons[place] = reason
        rows, columns = self._formulas.reach.sizes[name]
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
        try:
            if reason := self._formulas.too_far(place):
                raise FormulaError(reason)
            values = compute_cell(self.own, self._sheets[name], cell)
        except FormulaError as error:
            self._keep(place, str(error))
            return
        self.own.write(name, cell, values)

    def _compute_region(self, observed: ObservedRegion) -> None:
        values, failed = observed.evaluate(self.own, observed.pieces, self.refused)
        self.refused |= failed
        for piece in observed.pieces:
            if piece in self.refused and (observed.region.sheet, piece.cells()[0]) not in self.reasons:
                self._refuse(piece)
        grid = self.own.sheet(observed.region.sheet)
        if grid is None:
            return
        inside = (0, *index_of(observed.region))
        computed = observed.has_formula & ~observed.held_by(self.refused)
        if observed in self._outside_cycles:
            computed &= self._outside_cycles[observed]
        grid.numbers[inside] = np.where(computed, values.numbers[0], grid.numbers[inside])
        if values.kinds is not None:
            grid.kinds[inside] = np.where(computed, values.kinds[0], grid.kinds[inside])

    def _refuse(self, piece: Piece) -> None:
        name = piece.region.sheet
        self.reasons |= {(name, cell): self.refused[piece] for cell in piece.cells()}
        self._put_stored(name, (piece.region.cell(*at) for at in np.argwhere(piece.holds).tolist()))


def _same(before: _Copy, after: _Copy) -> Mask:
    """Return which values are the same; a number that is none stays none."""
    (numbers, kinds), (now, are) = before, after
    same: Mask = ((numbers == now) | (np.isnan(numbers) & np.isnan(now))) & (kinds == are)
    return same
