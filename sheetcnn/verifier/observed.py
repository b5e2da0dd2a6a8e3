"""One region of the network as the file has it: its formulas, and which of them are not spelled as expected."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sheetcnn.excel.ast import FormulaError
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.cell_array import CellArray, broadcast
from sheetcnn.excel.fill import FilledFormula
from sheetcnn.excel.region import Region
from sheetcnn.excel.workbook import Sheet
from sheetcnn.verifier.dependencies import Place
from sheetcnn.verifier.grouping import Mask, PatternBlock, Piece, Refusals, SingleFormula
from sheetcnn.verifier.patterns import blocks, filled, pattern_of, texts_of
from sheetcnn.workbook.formula_block import FormulaBlock

_Scalar = TypeVar("_Scalar", bound=np.generic)


class ObservedRegion:
    """One region of a block of formulas, as the file has it; nothing of it changes once it is read.

    Attributes:
        block: the block.
        region: the region.
        sheet: the sheet that it stands on.
        texts: the text of each cell, (rows, columns), None where there is no formula.
        has_formula: which cells hold one, (rows, columns).
        pattern: what its formulas are to have in common, None if nothing.
        pieces: its formulas, in pieces that are computed at once.
        differing: those of them that are not spelled as expected.
    """

    def __init__(self, block: FormulaBlock, region: Region, sheet: Sheet) -> None:
        self.block, self.region, self.sheet = block, region, sheet
        self.texts = read_only(texts_of(sheet, region))
        self.has_formula = read_only(filled(self.texts))
        self.pattern = self._pattern()
        self.pieces = tuple(blocks(sheet, region, self.texts, self.pattern, array=block.array))
        for piece in self.pieces:
            read_only(piece.holds)
        self.differing = tuple(piece for piece in self.pieces if not self._as_expected(piece))

    def _pattern(self) -> FilledFormula | None:
        """Return the pattern that its formulas are to follow; one that follows none is looked at by itself."""
        region = self.region
        if region.is_torn:
            return None
        return pattern_of(region.rows, region.columns, partial(self.block.formula, region))

    def _as_expected(self, piece: Piece) -> bool:
        if piece.array != self.block.array:
            return False
        if isinstance(piece, PatternBlock) and piece.pattern is self.pattern:
            return True
        places = np.argwhere(piece.holds).tolist()
        alone = isinstance(piece, PatternBlock) or len(places) == 1
        return alone and all(self.block.formula(self.region, *at) == self.texts[tuple(at)] for at in places)

    def evaluate(
        self, book: CalcBook, pieces: Iterable[Piece], refused: Refusals
    ) -> tuple[CellArray, dict[Piece, str]]:
        """Compute formulas of the region.

        Args:
            book: the values that they read, and its planes.
            pieces: the formulas.
            refused: those that are known to be none that can be computed; they are left out.

        Returns:
            The values, (planes, rows, columns), not a number (nan) elsewhere; and the pieces that turned out to be
            none that can be computed, with the reason.
        """
        shape = (book.samples, self.region.rows, self.region.columns)
        numbers, kinds = np.full(shape, np.nan), np.zeros(shape, np.uint8)
        failed: dict[Piece, str] = {}
        for piece in pieces:
            if piece in refused:
                continue
            try:
                _take(piece.evaluate(book), numbers, kinds, piece.holds)
            except FormulaError as error:
                failed[piece] = str(error)
        return CellArray(numbers, kinds), failed

    def holding(self, places: Collection[Place]) -> Mask:
        """Return which cells hold one of these formulas, or a part of it."""
        mask = np.zeros(self.texts.shape, dtype=bool)
        for piece in self.pieces if places else ():
            if isinstance(piece, SingleFormula):
                mask |= piece.holds & ((self.region.sheet, piece.fills[:2]) in places)
                continue
            for row, column in np.argwhere(piece.holds).tolist():
                mask[row, column] = (self.region.sheet, self.region.cell(row, column)) in places
        return mask

    def held_by(self, pieces: Container[Piece]) -> Mask:
        """Return which cells hold a formula of some pieces."""
        mask = np.zeros(self.texts.shape, dtype=bool)
        for piece in self.pieces:
            if piece in pieces:
                mask |= piece.holds
        return mask


def read_only(array: NDArray[_Scalar]) -> NDArray[_Scalar]:
    """Return an array that nobody can change any more."""
    array.flags.writeable = False
    return array


def _take(values: CellArray, numbers: NDArray[np.float64], kinds: NDArray[np.uint8], where: Mask) -> None:
    size = numbers.shape
    if where.all() and values.kinds is None:  # nearly always
        numbers[:] = values.numbers[..., 0, 0]
        return
    got = broadcast(values.numbers[..., 0, 0], size)
    numbers[:, where] = got[:, where]
    if values.kinds is not None:
        kinds[:, where] = broadcast(values.kinds[..., 0, 0], size)[:, where]
