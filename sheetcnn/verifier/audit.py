"""Compares every formula of a workbook with NumPy: on its own numbers, on random ones, and as it was stored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.cell_array import ErrorValue
from sheetcnn.excel.parser import parse
from sheetcnn.excel.region import Region
from sheetcnn.verifier.decimal_comma import DecimalComma
from sheetcnn.verifier.detours import Detours, branches, expected_on
from sheetcnn.verifier.diagnosis.formulas import diagnose
from sheetcnn.verifier.diagnosis.vocabulary import Place, Vocabulary
from sheetcnn.verifier.formula_groups import WorkbookFormulas
from sheetcnn.verifier.grouping import Mask, PatternBlock, SingleFormula
from sheetcnn.verifier.observed import ObservedRegion
from sheetcnn.verifier.overflow import SENTENCE, overflows
from sheetcnn.verifier.probes import (
    decoded,
    has_texts,
    largest_on,
    numbers_at,
    uncomputed_at,
    values_at,
)
from sheetcnn.verifier.recalculate import recompute
from sheetcnn.verifier.recognize import RecognizedWorkbook
from sheetcnn.verifier.report import ERROR, FOREIGN, WARNING, Finding, How, StageReport
from sheetcnn.verifier.rounding import Rounding
from sheetcnn.verifier.rules.cached_value import stored_values
from sheetcnn.verifier.rules.circular import circular
from sheetcnn.verifier.rules.constants import given, shown
from sheetcnn.verifier.rules.exact_text import spelled_where_it_counts
from sheetcnn.verifier.rules.unexpected_formula import cannot_be_computed, strays
from sheetcnn.verifier.tolerance import Comparison, compared
from sheetcnn.verifier.trial import Trial, Trials, spelled_otherwise
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues

_EVERY = slice(None)
_MOST_DETOURS = 50
"""Choices of regions that formulas of one region may read: more come of none that is right."""


class Audit:
    """One workbook under examination.

    Attributes:
        findings: what is wrong with its formulas and with what they start from.
        stages: what was found in each stage.
        checked: how many formulas were judged.
        foreign: how many formulas are no part of the network.
        how: how those that are right are known to be.
        own: the workbook's own values, computed; 0 where a number is missing. What cannot be computed has the
            value that is stored beside it; nobody knows it if there is none (`UNCOMPUTED`).
        uncomputed: formulas of the network, and around it if it reads them, that could not be computed: why, by
            sheet and cell. A formula that stands in none of these places has the value that `own` says.
    """

    def __init__(self, recognized: RecognizedWorkbook) -> None:
        self._subject = recognized
        self._formulas = WorkbookFormulas(recognized)
        self.stages: dict[str, StageReport] = {}
        self.checked = 0
        self.how = How()
        circles, self.findings = circular(self._formulas)
        self.own, self.uncomputed = recompute(self._formulas, circles)
        self._rounding = Rounding(recognized, self.own)
        self._comma = DecimalComma(self._formulas.all_found, self.own)
        findings, wrong = given(recognized, self.own, self.uncomputed)
        self.findings += findings
        for block, regions in self._formulas.found.items():
            stage = StageReport(block.stage, block.kind, regions[0].region.sheet)
            self._examine(block, regions, self.stages.setdefault(block.stage, stage))
        others = list(strays(self._formulas, circles, self.uncomputed))
        self.findings += others
        self.checked += sum(finding.kind == "surplus" for finding in others)
        self.foreign = sum(finding.kind == FOREIGN for finding in others)
        for sheet, cell in wrong:
            if not isinstance(self.own.get(sheet, cell), ErrorValue):  # an error is none to count with
                self.own.put(sheet, cell, 0.0)

    @cached_property
    def _detours(self) -> Detours:
        return Detours(self._subject, self._formulas.fields.thorough)

    @cached_property
    def _words(self) -> Vocabulary:
        return Vocabulary(self._subject.network, self._subject.layout)

    @cached_property
    def _scale(self) -> NDArray[np.float64]:
        """How large the products of two cells are on each plane for unusual formulas, at least 1."""
        largest = largest_on(self._formulas.fields.thorough)
        with np.errstate(over="ignore"):  # formulas may name any number
            return np.asarray(np.maximum(1.0, largest**2))

    @cached_property
    def _trials(self) -> Trials:
        return Trials(self._formulas.fields)

    def _examine(self, block: FormulaBlock, regions: list[ObservedRegion], stage: StageReport) -> None:
        fields = self._formulas.fields
        own = self._on_own_numbers(block, regions)
        few = many = self._on_probes(block, regions, fields.basic, every=True)
        turns, samples = own, 1 + fields.basic.samples
        if any(found.differing for found in regions):
            samples += fields.thorough.samples
            many = self._on_probes(block, regions, fields.thorough, every=False)
        if any(region.name in self._subject.allowed for region in block.reads):
            book = fields.choices(block.reads)
            samples += book.samples
            turns = self._on_probes(block, regions, book, every=True)
        for index, found in enumerate(regions):
            straight = on_probes = few[index].taken_with(many[index])
            if not straight.right[found.has_formula].all():
                on_probes = straight.or_else(self._by_detours(block, index, found, ~straight.right))
            right = ~found.at_fault & ~found.refused & spelled_where_it_counts(found, self._subject)
            right &= own[index].right & on_probes.right & turns[index].right
            tried = right & found.computed & straight.right
            trials = [self._trials.of(found, piece, tried) for piece in found.differing]
            for trial in trials:
                right &= ~trial.wrong
            self.findings += self._judged(found, right, own[index], trials, on_probes.overflows)
            known = ~uncomputed_at(self.own, found.region)
            self.findings += stored_values(found, self.own, right & known, self._rounding, self._comma)
            self._count(found, right, [own[index], on_probes], stage)
            unlike = spelled_otherwise(found, right & found.judged, samples, trials)
            self.how.text += int((right & found.judged).sum()) - len(unlike)
            self.how.others += unlike

    def _count(
        self, found: ObservedRegion, right: Mask, comparisons: list[Comparison], stage: StageReport
    ) -> None:
        both = right & found.has_formula
        largest = [float(comparison.difference[both].max(initial=0.0)) for comparison in comparisons]
        stage.max_abs_error = max(stage.max_abs_error, *largest)
        stage.formulas += int(found.has_formula.sum())
        judged = int(found.judged.sum())
        self.checked += judged
        stage.judged += judged

    # Comparing

    def _on_own_numbers(self, block: FormulaBlock, regions: list[ObservedRegion]) -> list[Comparison]:
        """Compare on the workbook's own numbers; what reads a cell without a number is left to the probes."""
        seen = {region.name: self._own_values(region) for region in block.reads}
        with np.errstate(all="ignore"):
            belongs = block.compute(seen)
        if any(values.dtype != object and np.isnan(values).any() for values in seen.values()):
            belongs = [np.full(b.shape, np.nan) if b.dtype == object else b for b in belongs]
        return [self._with_own(found, expected) for found, expected in zip(regions, belongs, strict=True)]

    def _with_own(self, found: ObservedRegion, expected: RegionValues) -> Comparison:
        computed = values_at(self.own, found.region, 0)
        comparison = compared(expected[np.newaxis], computed[np.newaxis], np.ones(1))
        if expected.dtype != object:
            comparison.right |= np.isnan(expected)
            if not comparison.right.all() and computed.dtype != object:
                with np.errstate(invalid="ignore", over="ignore"):
                    apart = np.abs(computed - expected)
                comparison.right |= apart <= self._rounding.of(found.region.name)
        comparison.right |= found.in_cycle | uncomputed_at(self.own, found.region)
        return comparison

    def _own_values(self, region: Region) -> RegionValues:
        layout = self._subject.layout
        may_be_texts = region == layout.classes or region in layout.readout.values()
        if region.name in layout.extra or (may_be_texts and has_texts(self.own, region)):
            return values_at(self.own, region, 0)
        return numbers_at(self.own, region, 0)

    def _on_probes(
        self, block: FormulaBlock, regions: list[ObservedRegion], book: CalcBook, *, every: bool
    ) -> list[Comparison]:
        """Compare on random numbers, every formula or only those that are not spelled as expected."""
        expected = expected_on(block, book)
        scale = np.ones(book.samples) if every else self._scale
        return [
            _compared_on(book, found, found.pieces if every else found.differing, belongs, scale)
            for found, belongs in zip(regions, expected, strict=True)
        ]

    def _by_detours(self, block: FormulaBlock, index: int, found: ObservedRegion, wrong: Mask) -> Comparison:
        """Compare those that differ where numbers belong together: they may read others and come to the same."""
        book, reads = (
            self._formulas.fields.thorough,
            {id(piece): read for piece, read in self._formulas.differing},
        )
        groups: dict[frozenset[str], list[PatternBlock | SingleFormula]] = {}
        for piece in found.differing:
            if (piece.holds & wrong).any() and not piece.refused:
                place = divmod(int(piece.holds.argmax()), found.region.columns)
                if branches(parse(found.texts[place])):
                    continue
                belonging = book.reads(parse(block.formula(found.region, *place)), found.region.sheet)
                names = self._detours.related(belonging, reads[id(piece)])
                groups.setdefault(names, []).append(piece)
        groups.pop(frozenset(), None)
        result = Comparison(np.zeros(wrong.shape, dtype=bool), np.zeros(wrong.shape))
        for names, pieces in islice(groups.items(), _MOST_DETOURS):
            with self._detours.belonging_together(names) as told:
                belongs = expected_on(block, book)[index]
                comparison = _compared_on(book, found, pieces, belongs, self._scale, told)
            for piece in pieces:
                result = result.or_else(comparison.only(piece.holds))
        return result

    # Judging

    def _judged(
        self, found: ObservedRegion, right: Mask, own: Comparison, trials: Sequence[Trial], overflowing: Mask
    ) -> Iterator[Finding]:
        """Yield what is wrong with the formulas of one region: those that are missing, and those that differ."""
        caught = {place: by for trial in trials for place, by in trial.caught.items()}
        for row, column in np.argwhere(~found.has_formula).tolist():
            yield _missing(found, row, column, right_today=bool(own.right[row, column]))
        for row, column in np.argwhere(found.has_formula & ~right & ~found.at_fault).tolist():
            overflows = bool(overflowing[row, column])
            yield self._wrong(found, row, column, caught.get((row, column), ""), overflows=overflows)
        for row, column in np.argwhere(right & overflowing).tolist():
            yield _overflowing(found, row, column, WARNING, SENTENCE)

    def _wrong(
        self, found: ObservedRegion, row: int, column: int, caught: str, *, overflows: bool
    ) -> Finding:
        region, cell = found.region, found.region.cell(row, column)
        text, expected = found.texts[row, column], found.block.formula(region, row, column)
        reason = found.refusal(row, column)
        severity = ERROR
        if overflows and self.own.get(region.sheet, cell) in ("#NUM!", "#DIV/0!"):
            return _overflowing(found, row, column, ERROR, f"{SENTENCE}: on its own numbers one is")
        if reason:
            kind, message = "unsupported", cannot_be_computed(reason, found.sheet.values.get(cell))
        elif sheets := _only_their_sheets_differ(expected, text):
            severity, kind = WARNING, "dead-link"
            message = (
                f"this link leads to the sheet {sheets[1]}, and what it is to lead to is on {sheets[0]} now"
            )
        else:
            place = Place(region, cell, self._words, array=cell in found.sheet.arrays)
            kind, message = "formula", diagnose(expected, text, place=place) + (caught and f" ({caught})")
        stage = found.block.stage
        return Finding.at(
            region, cell, stage, severity, kind, message, expected=f"={expected}", found=f"={text}"
        )


def _overflowing(found: ObservedRegion, row: int, column: int, severity: str, message: str) -> Finding:
    region, stage = found.region, found.block.stage
    expected, text = found.block.formula(region, row, column), found.texts[row, column]
    cell = region.cell(row, column)
    return Finding.at(
        region, cell, stage, severity, "overflow", message, expected=f"={expected}", found=f"={text}"
    )


def _compared_on(
    book: CalcBook,
    found: ObservedRegion,
    pieces: Sequence[PatternBlock | SingleFormula],
    belongs: RegionValues,
    scale: NDArray[np.float64],
    told: Mask | slice = _EVERY,
) -> Comparison:
    """Compare formulas of a region with what NumPy has on the planes of a book; elsewhere all is right.

    Args:
        book: the planes.
        found: the region.
        pieces: the formulas.
        belongs: what NumPy has, (planes, rows, columns).
        scale: for each plane, by how much more than 1 its terms may be rounded.
        told: the planes that count.
    """
    values = found.evaluate(book, pieces)
    computed = decoded(book, values.numbers, values.kinds)
    pardoned = np.zeros(belongs.shape, dtype=bool)
    if belongs.dtype != object:
        pardoned = overflows(book, pieces, values) & np.isfinite(belongs)
        belongs = np.where(pardoned, np.nan, belongs)
    comparison = compared(belongs[told], computed[told], scale[told])
    comparison.overflows = np.asarray(pardoned[told].any(axis=0))
    looked_at = np.zeros(comparison.right.shape, dtype=bool)
    for piece in pieces:
        looked_at |= piece.holds
    comparison.right |= ~looked_at
    return comparison


_LINK = re.compile(r'HYPERLINK\("#((?:[^"]|"")*)!"')


def _only_their_sheets_differ(expected: str, text: str) -> list[str]:
    """Return the sheets of two links that are alike but for them, an empty list for any other formulas.

    A link is a text, which no program changes when a sheet is renamed or what stands on it is moved.
    """
    links = [_LINK.match(each) for each in (expected, text)]
    sheets = [link[1] for link in links if link]
    ends = {each[link.end() :] for each, link in zip((expected, text), links, strict=True) if link}
    return sheets if len(set(sheets)) == 2 and len(ends) == 1 else []


def _missing(found: ObservedRegion, row: int, column: int, *, right_today: bool) -> Finding:
    """Return what there is to say of a cell that holds no formula."""
    region, cell, stage = found.region, found.region.cell(row, column), found.block.stage
    value = found.sheet.values.get(cell)
    severity, kind = ERROR, "missing-formula" if value is None else "value-for-formula"
    if stage == "input":
        severity, kind = WARNING, "own-pixel"
        what = "empty" if value is None else f"{shown(value)} was typed"
        message = f"{what} where a formula belongs: this pixel no longer follows what is chosen"
    elif value is None:
        message = "empty where a formula belongs"
    else:
        what, today = (
            "a number" if isinstance(value, float) else "a text",
            "right" if right_today else "wrong",
        )
        message = f"{what} where a formula belongs (its value is {today} today)"
    expected = f"={found.block.formula(region, row, column)}"
    return Finding.at(region, cell, stage, severity, kind, message, expected=expected, found=shown(value))
