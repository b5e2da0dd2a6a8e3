"""Compares the formulas of a block with NumPy: on the workbook's own numbers, and on random ones in every cell."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import islice
from typing import TypeAlias

import numpy as np

from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.cell_array import Floats
from sheetcnn.excel.parser import parse
from sheetcnn.excel.region import Region
from sheetcnn.verifier.calculation import CalculatedWorkbook
from sheetcnn.verifier.detours import Detours, branches, expected_on
from sheetcnn.verifier.grouping import Mask, Piece
from sheetcnn.verifier.observed import ObservedRegion
from sheetcnn.verifier.overflow import overflows
from sheetcnn.verifier.region_values import (
    decoded,
    has_texts,
    largest_on,
    numbers_at,
    uncomputed_at,
    values_at,
)
from sheetcnn.verifier.rounding import Rounding
from sheetcnn.verifier.tolerance import Comparison, compared
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues

_EVERY = slice(None)
_MOST_DETOURS = 50
"""Choices of regions that formulas of one region may read: more come of none that is right."""

Refused: TypeAlias = dict[Piece, str]
"""Formulas that cannot be computed, and why: those that turn out so are added."""


class OwnNumbers:
    """Compares formulas with NumPy on the numbers that stand in the workbook."""

    def __init__(self, calculated: CalculatedWorkbook, rounding: Rounding) -> None:
        self._layout = calculated.recognized.layout
        self._own = calculated.own
        self._rounding = rounding

    def compare(self, block: FormulaBlock, regions: Sequence[ObservedRegion]) -> list[Comparison]:
        """Compare each region of a block; what reads a cell without a number is right as far as is known here."""
        seen = {region.name: self._values(region) for region in block.reads}
        with np.errstate(all="ignore"):
            belongs = block.compute(seen)
        if any(values.dtype != object and np.isnan(values).any() for values in seen.values()):
            belongs = [np.full(b.shape, np.nan) if b.dtype == object else b for b in belongs]
        return [self._compared(found, expected) for found, expected in zip(regions, belongs, strict=True)]

    def _compared(self, observed: ObservedRegion, expected: RegionValues) -> Comparison:
        book, region = self._own.book, observed.region
        computed = values_at(book, region, 0)
        comparison = compared(expected[np.newaxis], computed[np.newaxis], np.ones(1))
        pardoned = observed.holding(self._own.cyclic) | uncomputed_at(book, region)
        if expected.dtype != object:
            pardoned |= np.isnan(expected)
            if not (comparison.right | pardoned).all() and computed.dtype != object:
                with np.errstate(invalid="ignore", over="ignore"):
                    pardoned |= np.abs(computed - expected) <= self._rounding.of(region.name)
        return comparison.or_right(pardoned)

    def _values(self, region: Region) -> RegionValues:
        layout, book = self._layout, self._own.book
        may_be_texts = region == layout.classes or region in layout.readout.values()
        if region.name in layout.extra or (may_be_texts and has_texts(book, region)):
            return values_at(book, region, 0)
        return numbers_at(book, region, 0)


class RandomNumbers:
    """Compares formulas with NumPy on the probes of a workbook."""

    def __init__(self, calculated: CalculatedWorkbook) -> None:
        self._recognized, self._formulas = calculated.recognized, calculated.formulas
        self.probes = self._formulas.probes

    @cached_property
    def _detours(self) -> Detours:
        return Detours(self._recognized, self.probes.thorough)

    @cached_property
    def _scale(self) -> Floats:
        """How large the products of two cells are on each plane for formulas that differ, at least 1."""
        with np.errstate(over="ignore"):  # formulas may name any number
            return np.asarray(np.maximum(1.0, largest_on(self.probes.thorough) ** 2))

    def compare(
        self, block: FormulaBlock, regions: Sequence[ObservedRegion], refused: Refused
    ) -> list[Comparison]:
        """Compare every formula of a block on a few planes."""
        return self._on(block, regions, self.probes.basic, refused, every=True)

    def compare_differing(
        self, block: FormulaBlock, regions: Sequence[ObservedRegion], refused: Refused
    ) -> list[Comparison]:
        """Compare those formulas of a block that are not spelled as expected on many planes."""
        return self._on(block, regions, self.probes.thorough, refused, every=False)

    def compare_choices(
        self, block: FormulaBlock, regions: Sequence[ObservedRegion], refused: Refused
    ) -> tuple[list[Comparison], int]:
        """Compare every formula of a block on each choice that may be made of what it reads; return how many, too."""
        book = self.probes.choices(block.reads)
        return self._on(block, regions, book, refused, every=True), book.samples

    def _on(
        self,
        block: FormulaBlock,
        regions: Sequence[ObservedRegion],
        book: CalcBook,
        refused: Refused,
        *,
        every: bool,
    ) -> list[Comparison]:
        expected = expected_on(block, book)
        scale = np.ones(book.samples) if every else self._scale
        return [
            _compared_on(book, found, found.pieces if every else found.differing, belongs, scale, refused)
            for found, belongs in zip(regions, expected, strict=True)
        ]

    def by_detours(
        self, block: FormulaBlock, index: int, observed: ObservedRegion, wrong: Mask, refused: Refused
    ) -> Comparison:
        """Compare those that differ where numbers belong together: they may read others and come to the same.

        Args:
            block: the block.
            index: which of its regions.
            observed: that region.
            wrong: which of its cells are wrong on numbers that do not belong together.
            refused: the formulas that cannot be computed.
        """
        book = self.probes.thorough
        result = Comparison(*(np.zeros(wrong.shape, dtype=kind) for kind in (bool, float, bool)))
        groups = self._detours_of(block, observed, wrong, refused)
        for names, pieces in islice(groups.items(), _MOST_DETOURS):
            with self._detours.belonging_together(names) as told:
                belongs = expected_on(block, book)[index]
                comparison = _compared_on(book, observed, pieces, belongs, self._scale, refused, told)
            for piece in pieces:
                result = result.or_else(comparison.only(piece.holds))
        return result

    def _detours_of(
        self, block: FormulaBlock, observed: ObservedRegion, wrong: Mask, refused: Refused
    ) -> dict[frozenset[str], list[Piece]]:
        """Return formulas that may come to the same from other cells, by the regions that are to belong together."""
        reads = dict(self._formulas.differing)
        groups: dict[frozenset[str], list[Piece]] = {}
        for piece in observed.differing:
            if not (piece.holds & wrong).any() or piece in refused:
                continue
            place = divmod(int(piece.holds.argmax()), observed.region.columns)
            if branches(parse(observed.texts[place])):
                continue
            expected = parse(block.formula(observed.region, *place))
            belonging = self.probes.thorough.reads(expected, observed.region.sheet)
            groups.setdefault(self._detours.related(belonging, reads[piece]), []).append(piece)
        groups.pop(frozenset(), None)
        return groups


def _compared_on(
    book: CalcBook,
    observed: ObservedRegion,
    pieces: Sequence[Piece],
    belongs: RegionValues,
    scale: Floats,
    refused: Refused,
    told: Mask | slice = _EVERY,
) -> Comparison:
    """Compare formulas of a region with what NumPy has on the planes of a book; elsewhere all is right.

    Args:
        book: the planes.
        observed: the region.
        pieces: the formulas.
        belongs: what NumPy has, (planes, rows, columns).
        scale: for each plane, by how much more than 1 its terms may be rounded.
        refused: the formulas that cannot be computed.
        told: the planes that count.
    """
    values, failed = observed.evaluate(book, pieces, refused)
    refused |= failed
    computed = decoded(book, values.numbers, values.kinds)
    pardoned = np.zeros(belongs.shape, dtype=bool)
    if belongs.dtype != object:
        pardoned = overflows(book, pieces, values) & np.isfinite(belongs)
        belongs = np.where(pardoned, np.nan, belongs)
    comparison = compared(belongs[told], computed[told], scale[told])
    looked_at = np.zeros(comparison.right.shape, dtype=bool)
    for piece in pieces:
        looked_at |= piece.holds
    overflowing = np.asarray(pardoned[told].any(axis=0))
    return Comparison(comparison.right | ~looked_at, comparison.difference, overflowing)
