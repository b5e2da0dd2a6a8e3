"""One region of the network as the file has it: its formulas, and which of them are not spelled as expected."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sheetcnn.excel.ast import FormulaError
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.cell_array import CellArray, broadcast
from sheetcnn.excel.fill import FilledFormula
from sheetcnn.excel.region import Region
from sheetcnn.excel.workbook import Sheet
from sheetcnn.verifier.dependencies import Place
from sheetcnn.verifier.grouping import Mask, PatternBlock, SingleFormula
from sheetcnn.verifier.patterns import blocks, filled, pattern_of, texts_of
from sheetcnn.workbook.formula_block import FormulaBlock


class ObservedRegion:
    """One region of an exhibit, as the file has it.

    Attributes:
        block: the exhibit.
        region: the region.
        sheet: the sheet that it stands on.
        texts: the text of each cell, None where there is no formula.
        has_formula: which cells hold one.
        pattern: what they are to have in common, None if nothing.
        pieces: its formulas.
        unusual: those of them that are not spelled as expected.
        circular: which cells take part in a circle.
        blamed: which of these have been reported for it.
    """

    def __init__(self, block: FormulaBlock, region: Region, sheet: Sheet) -> None:
        self.block, self.region, self.sheet = block, region, sheet
        self.texts = texts_of(sheet, region)
        self.has_formula = filled(self.texts)
        self.pattern = self._pattern()
        self.pieces = blocks(sheet, region, self.texts, self.pattern, array=block.array)
        self.differing = [piece for piece in self.pieces if not self._as_expected(piece)]
        self.in_cycle = self.at_fault = np.zeros(self.texts.shape, dtype=bool)

    def _pattern(self) -> FilledFormula | None:
        """Return the pattern that its formulas are to follow; one that follows none is looked at by itself."""
        region = self.region
        if region.is_torn:
            return None
        return pattern_of(region.rows, region.columns, partial(self.block.formula, region))

    def _as_expected(self, piece: PatternBlock | SingleFormula) -> bool:
        if piece.array != self.block.array:
            return False
        if isinstance(piece, PatternBlock) and piece.pattern is self.pattern:
            return True
        places = np.argwhere(piece.holds).tolist()
        alone = isinstance(piece, PatternBlock) or len(places) == 1
        return alone and all(self.block.formula(self.region, *at) == self.texts[tuple(at)] for at in places)

    def evaluate(self, book: CalcBook, pieces: Iterable[PatternBlock | SingleFormula]) -> CellArray:
        """Compute formulas of the region: (planes, rows, columns); elsewhere nan."""
        shape = (book.samples, self.region.rows, self.region.columns)
        numbers, kinds = np.full(shape, np.nan), np.zeros(shape, np.uint8)
        for piece in pieces:
            if piece.refused:
                continue
            try:
                _take(piece.evaluate(book), numbers, kinds, piece.holds)
            except FormulaError as error:
                piece.refused = str(error)
        return CellArray(numbers, kinds)

    def holding(self, places: Collection[Place]) -> Mask:
        """Return which cells hold one of these formulas, or a part of it."""
        mask = np.zeros(self.texts.shape, dtype=bool)
        for piece in self.pieces:
            if isinstance(piece, SingleFormula):
                mask |= piece.holds & ((self.region.sheet, piece.fills[:2]) in places)
                continue
            for row, column in np.argwhere(piece.holds).tolist():
                mask[row, column] = (self.region.sheet, self.region.cell(row, column)) in places
        return mask

    def refusal(self, row: int, column: int) -> str:
        """Return why a formula cannot be computed; empty if it can."""
        return next((piece.refused for piece in self.pieces if piece.holds[row, column]), "")

    @property
    def refused(self) -> Mask:
        """Which cells hold a formula that cannot be computed."""
        mask = np.zeros(self.texts.shape, dtype=bool)
        for piece in self.pieces:
            if piece.refused:
                mask |= piece.holds
        return mask

    @property
    def computed(self) -> Mask:
        """Which cells hold a formula that can be computed."""
        mask: Mask = self.has_formula & ~self.in_cycle & ~self.refused
        return mask

    @property
    def judged(self) -> Mask:
        """Which cells hold a formula that is judged, on numbers or for its circle."""
        mask: Mask = self.has_formula & (self.computed | self.in_cycle)
        return mask


def _take(values: CellArray, numbers: NDArray[np.float64], kinds: NDArray[np.uint8], where: Mask) -> None:
    size = numbers.shape
    if where.all() and values.kinds is None:  # nearly always
        numbers[:] = values.numbers[..., 0, 0]
        return
    got = broadcast(values.numbers[..., 0, 0], size)
    numbers[:, where] = got[:, where]
    if values.kinds is not None:
        kinds[:, where] = broadcast(values.kinds[..., 0, 0], size)[:, where]
