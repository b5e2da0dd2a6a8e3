"""Judges the formulas of a block, region by region: which are right, and of those that are not why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from functools import cached_property
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from sheetcnn.verifier.calculation import CalculatedWorkbook
from sheetcnn.verifier.comparison import OwnNumbers, RandomNumbers, Refused
from sheetcnn.verifier.exact_text import spelled_where_it_counts
from sheetcnn.verifier.grouping import Mask, Refusals
from sheetcnn.verifier.observed import ObservedRegion, read_only
from sheetcnn.verifier.region_values import uncomputed_at
from sheetcnn.verifier.report import SpelledOtherwise
from sheetcnn.verifier.rounding import Rounding
from sheetcnn.verifier.tolerance import Comparison
from sheetcnn.verifier.trial import Trial, Trials, spelled_otherwise
from sheetcnn.workbook.formula_block import FormulaBlock

Spot: TypeAlias = tuple[int, int]
"""Row and column in a region, from 0."""

_LINK = re.compile(r'HYPERLINK\("#((?:[^"]|"")*)!"')


class Fault(Enum):
    """Why a formula is not right."""

    OVERFLOW = auto()
    """It is right wherever it gives a number, but on the workbook's own numbers it gives an error."""
    REFUSED = auto()
    """It cannot be computed."""
    DEAD_LINK = auto()
    """It is a link that leads to another sheet than the one that belongs there."""
    DIFFERENT = auto()
    """It computes something else."""


@dataclass(frozen=True, eq=False)
class Verdict:
    """What was found of the formulas of one region. All masks are (rows, columns).

    Attributes:
        observed: the region as the file has it.
        right: which cells hold a formula that is right.
        right_today: which cells have the right value on the workbook's own numbers.
        known: which cells have a value that is known, not one that comes from what cannot be computed.
        in_cycle: which cells take part in a circle.
        at_fault: which of these close one.
        overflowing: which formulas give an error where a number on the way is too large for Excel.
        refused: the formulas that cannot be computed, and why.
        faults: why those are wrong that are.
        caught: on which sample a formula was found to be wrong, if that is how.
        others: the formulas that are right, and are not spelled as expected.
        difference: the largest difference from NumPy of a formula that is right.
    """

    observed: ObservedRegion
    right: Mask
    right_today: Mask
    known: Mask
    in_cycle: Mask
    at_fault: Mask
    overflowing: Mask
    refused: Refusals
    faults: Mapping[Spot, Fault] = field(default_factory=dict)
    caught: Mapping[Spot, str] = field(default_factory=dict)
    others: tuple[SpelledOtherwise, ...] = ()
    difference: float = 0.0

    def __post_init__(self) -> None:
        for mask in (
            self.right,
            self.right_today,
            self.known,
            self.in_cycle,
            self.at_fault,
            self.overflowing,
        ):
            read_only(mask)

    @cached_property
    def computed(self) -> Mask:
        """Which cells hold a formula that can be computed."""
        return read_only(self.observed.has_formula & ~self.in_cycle & ~self.observed.held_by(self.refused))

    @cached_property
    def judged(self) -> Mask:
        """Which cells hold a formula that is judged, on numbers or for its circle."""
        return read_only(self.observed.has_formula & (self.computed | self.in_cycle))

    def missing(self) -> Iterator[Spot]:
        """Yield the cells that hold no formula."""
        return spots(~self.observed.has_formula)

    def wrong(self, fault: Fault) -> Iterator[Spot]:
        """Yield the cells that hold a formula which is wrong for one reason."""
        return (spot for spot, why in self.faults.items() if why is fault)

    def refusal(self, spot: Spot) -> str:
        """Return why a formula cannot be computed; empty if it can."""
        return next((why for piece, why in self.refused.items() if piece.holds[spot]), "")


def spots(mask: Mask) -> Iterator[Spot]:
    """Yield the row and the column of each cell that a mask, (rows, columns), holds."""
    return ((row, column) for row, column in np.argwhere(mask).tolist())


class Judge:
    """Judges the formulas of one workbook."""

    def __init__(self, calculated: CalculatedWorkbook, rounding: Rounding) -> None:
        self._calculated, self._own = calculated, calculated.own
        self._own_numbers = OwnNumbers(calculated, rounding)

    @cached_property
    def _random_numbers(self) -> RandomNumbers:
        return RandomNumbers(self._calculated)

    @cached_property
    def _trials(self) -> Trials:
        return Trials(self._random_numbers.probes)

    def on_own_numbers(self, block: FormulaBlock) -> list[Verdict]:
        """Judge the regions of a block by the workbook's own numbers alone.

        That is enough for formulas that are spelled as expected; of others nothing is found that they hide today.
        """
        regions = self._calculated.formulas.observed[block]
        refused = dict(self._own.refused)
        return [
            self._verdict(observed, self._may_be_right(observed, refused) & own.right, own, own, refused, [])
            for observed, own in zip(regions, self._own_numbers.compare(block, regions), strict=True)
        ]

    def on_all_numbers(self, block: FormulaBlock) -> list[Verdict]:
        """Judge the regions of a block by the workbook's own numbers, and by random ones in every cell."""
        regions = self._calculated.formulas.observed[block]
        random, refused = self._random_numbers, dict(self._own.refused)
        own = self._own_numbers.compare(block, regions)
        straight = random.compare(block, regions, refused)
        turns, samples = own, 1 + random.probes.basic.samples
        if any(observed.differing for observed in regions):
            samples += random.probes.thorough.samples
            many = random.compare_differing(block, regions, refused)
            straight = [few.taken_with(other) for few, other in zip(straight, many, strict=True)]
        if any(region.name in self._calculated.recognized.spec.allowed for region in block.reads):
            turns, choices = random.compare_choices(block, regions, refused)
            samples += choices
        verdicts = []
        for index, observed in enumerate(regions):
            on_probes = straight[index]
            if not on_probes.right[observed.has_formula].all():
                detours = random.by_detours(block, index, observed, ~on_probes.right, refused)
                on_probes = on_probes.or_else(detours)
            right = self._may_be_right(observed, refused) & own[index].right
            right = right & on_probes.right & turns[index].right
            tried = right & straight[index].right & observed.has_formula
            tried &= ~observed.holding(self._own.cyclic) & ~observed.held_by(refused)
            trials = [self._trials.of(observed, piece, tried) for piece in observed.differing]
            for trial in trials:
                right = right & ~trial.wrong
            verdicts.append(self._verdict(observed, right, own[index], on_probes, refused, trials, samples))
        return verdicts

    def _may_be_right(self, observed: ObservedRegion, refused: Refused) -> Mask:
        """Return which formulas may be right, whatever numbers say."""
        at_fault = observed.holding(self._calculated.cycles.at_fault)
        spelled = spelled_where_it_counts(observed, self._calculated.recognized)
        return spelled & ~at_fault & ~observed.held_by(refused)

    def _verdict(
        self,
        observed: ObservedRegion,
        right: Mask,
        own: Comparison,
        on_probes: Comparison,
        refused: Refused,
        trials: Sequence[Trial],
        samples: int = 1,
    ) -> Verdict:
        both = right & observed.has_formula
        verdict = Verdict(
            observed,
            right,
            own.right,
            ~uncomputed_at(self._own.book, observed.region),
            observed.holding(self._own.cyclic),
            observed.holding(self._calculated.cycles.at_fault),
            on_probes.overflows,
            MappingProxyType({piece: refused[piece] for piece in observed.pieces if piece in refused}),
            caught=MappingProxyType({spot: by for trial in trials for spot, by in trial.caught.items()}),
            difference=max(float(each.difference[both].max(initial=0.0)) for each in (own, on_probes)),
        )
        others = spelled_otherwise(observed, right & verdict.judged, samples, trials) if trials else []
        return replace(verdict, faults=MappingProxyType(self._faults(verdict)), others=tuple(others))

    def _faults(self, verdict: Verdict) -> dict[Spot, Fault]:
        """Return why formulas are wrong, those that close a circle left out."""
        wrong = verdict.observed.has_formula & ~verdict.right & ~verdict.at_fault
        return {spot: self._fault(verdict, spot) for spot in spots(wrong)}

    def _fault(self, verdict: Verdict, spot: Spot) -> Fault:
        observed = verdict.observed
        if verdict.overflowing[spot]:
            value = self._own.book.get(observed.region.sheet, observed.region.cell(*spot))
            if value in ("#NUM!", "#DIV/0!"):
                return Fault.OVERFLOW
        if verdict.refusal(spot):
            return Fault.REFUSED
        if linked_sheets(observed.block.formula(observed.region, *spot), observed.texts[spot]):
            return Fault.DEAD_LINK
        return Fault.DIFFERENT


def linked_sheets(expected: str, text: str) -> list[str]:
    """Return the sheets of two links that are alike but for them, an empty list for any other formulas.

    A link is a text, which no program changes when a sheet is renamed or what stands on it is moved.
    """
    links = [_LINK.match(each) for each in (expected, text)]
    sheets = [link[1] for link in links if link]
    ends = {each[link.end() :] for each, link in zip((expected, text), links, strict=True) if link}
    return sheets if len(set(sheets)) == 2 and len(ends) == 1 else []
