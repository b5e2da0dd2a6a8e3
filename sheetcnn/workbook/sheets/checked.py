"""The formulas of the sheet `Checks`: each says yes or no of what it reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from sheetcnn.excel.region import Region
from sheetcnn.network.stages import Array, Position, Refs
from sheetcnn.network.stages.base import window
from sheetcnn.workbook.formula import arithmetic, indexed
from sheetcnn.workbook.formula_block import RegionValues, numbers
from sheetcnn.workbook.sheet import SheetBlock
from sheetcnn.workbook.sheets.digits import DRAWING

YES, NO, CHANGED, NOT_COMPARED = "yes", "no", "changed", "not compared"
ALL_WELL = "All checks pass."
NOT_WELL = "A check fails: see the sheet Checks."
WELL_BUT_CHANGED = "No check fails. Weights were changed: see Checks."
NEAR = 0.000001
"""By how much a score may differ from the stored one, which has 9 decimals."""
_ROUNDED = 0.000000001
"""By how much means that are equal may differ."""
_ARGUMENTS = 250
_FIRST_FACTOR = 101
"""What the first region of a check of weights counts: no round change of one region makes up for that of another."""


class StoredScores(SheetBlock):
    """What NumPy gave for the chosen digit."""

    explanation = "the stored scores of the chosen digit"

    def numpy(self, *seen: RegionValues) -> Any:
        choice, choices, scores, counters = seen
        names = choices.reshape(-1).tolist()
        if choice.item() not in names:
            return np.nan
        return indexed(numbers(scores), np.array(names.index(choice.item()) + 1.0), numbers(counters))

    def excel(self, refs: Refs, at: Position) -> str:
        choice, choices, scores, counters = refs.inputs
        row = f"MATCH({refs.absolute(choice)},{refs.absolute(choices)},0)"
        return f"INDEX({refs.absolute(scores)},{row},{refs.column_locked(counters, at.row)})"


class Check(SheetBlock):
    """One cell: yes or no; an error is a no.

    Attributes:
        harmless: what else it may say without anything being wrong.
    """

    harmless: ClassVar[str | None] = None

    def numpy(self, *seen: RegionValues) -> Any:
        with np.errstate(invalid="ignore"):
            return YES if self.holds(*seen) else NO

    def excel(self, refs: Refs, at: Position) -> str:
        condition = self.condition(*(refs.absolute(region) for region in refs.inputs))
        return f'IFERROR(IF({condition},"{YES}","{NO}"),"{NO}")'

    def holds(self, *seen: RegionValues) -> bool:
        """NumPy: whether it holds; with an error in what it reads, it does not."""
        raise NotImplementedError

    def condition(self, *ranges: str) -> str:
        """Excel: the condition over these ranges."""
        raise NotImplementedError


class AsNumPy(Check):
    """The scores are the stored ones. Reads both, the choice, and whether any weights were changed."""

    explanation = (
        "whether the scores are the stored ones; a drawing has none, and with other weights they do not apply"
    )
    harmless = NOT_COMPARED

    def numpy(self, *seen: RegionValues) -> Any:
        changed = any(values.item() == CHANGED for values in seen[3:])
        return NOT_COMPARED if changed else super().numpy(*seen)

    def excel(self, refs: Refs, at: Position) -> str:
        changed = [f'{refs.absolute(check)}="{CHANGED}"' for check in refs.inputs[3:]]
        return f'IF({_any_or_all("OR", changed)},"{NOT_COMPARED}",{super().excel(refs, at)})'

    def holds(self, *seen: RegionValues) -> bool:
        scores, stored, choice = seen[:3]
        if choice.item() == DRAWING:
            return True
        difference = arithmetic(scores).ravel() - arithmetic(stored).ravel()
        return bool((difference * difference).sum() < NEAR * NEAR)

    def condition(self, *ranges: str) -> str:
        scores, stored, choice = self.reads[:3]
        here = Refs(self.regions[0].sheet, (), (), {})
        squares = "+".join(  # class by class: not every program subtracts ranges
            f"({here.cell(scores, row, 0)}-{here.cell(stored, row, 0)})^2" for row in range(scores.rows)
        )
        return f'IF({here.absolute(choice)}="{DRAWING}",0,{squares})<{NEAR * NEAR:.12f}'


class SumsToOne(Check):
    """A share each."""

    explanation = "whether the probabilities sum to 1"

    def holds(self, *seen: RegionValues) -> bool:
        return bool(abs(sum(numbers(values).sum() for values in seen) - 1) < NEAR)

    def condition(self, *ranges: str) -> str:
        return f"ABS(SUM({','.join(ranges)})-1)<{NEAR:.6f}"


class InRange(Check):
    """From 0 to 1."""

    explanation = "whether all values lie between 0 and 1"

    def holds(self, *seen: RegionValues) -> bool:
        values = _all(seen)
        return bool(values.min() >= 0 and values.max() <= 1)

    def condition(self, *ranges: str) -> str:
        joined = ",".join(ranges)
        return f"AND(MIN({joined})>=0,MAX({joined})<=1)"


class SameWeights(Check):
    """No weight is empty, or a text, which SUMPRODUCT would take for 0; and none is another than when it was made.

    Reads the weights, a number for each place, and what the sum of all products was. That sum stands for all of the
    weights: were it kept of each of them, the workbook would hold them twice.
    """

    explanation = "whether all are numbers, and whether they are those that the workbook was made with"
    harmless = CHANGED

    def numpy(self, *seen: RegionValues) -> Any:
        *weights, factors, made = seen
        if not all(_numeric(values) and np.isfinite(values.astype(float)).all() for values in weights):
            return NO
        before = arithmetic(made).item()
        difference = abs(weighted(weights, numbers(factors)) - before)
        if np.isnan(difference):
            return NO
        return YES if difference < _ROUNDED * (1 + abs(before)) else CHANGED

    def excel(self, refs: Refs, at: Position) -> str:
        *weights, factors, made = refs.inputs
        cells = sum(region.rows * region.columns for region in weights)
        counted = f"COUNT({','.join(map(refs.absolute, weights))})={cells}"
        terms = (
            f"{number}*SUMPRODUCT({refs.absolute(region)},"
            f"{refs.absolute(window(factors, 0, 0, region.rows, region.columns))})"
            for number, region in enumerate(weights, start=_FIRST_FACTOR)
        )
        before = refs.absolute(made)
        same = f"ABS({'+'.join(terms)}-{before})<{_ROUNDED:.9f}*(1+ABS({before}))"
        return f'IFERROR(IF({counted},IF({same},"{YES}","{CHANGED}"),"{NO}"),"{NO}")'


class NothingNegative(Check):
    """After ReLU."""

    explanation = "whether no value is negative"

    def holds(self, *seen: RegionValues) -> bool:
        return bool(_all(seen).min() >= 0)

    def condition(self, *ranges: str) -> str:
        return f"MIN({','.join(ranges)})>=0"


class NoMore(Check):
    """A max pool makes nothing larger. Reads what comes out, then as many maps of what goes in."""

    explanation = "whether the largest value after the pool is at most the largest before it"

    def holds(self, *seen: RegionValues) -> bool:
        after, before = seen[: len(seen) // 2], seen[len(seen) // 2 :]
        return bool(_all(after).max() <= _all(before).max())

    def condition(self, *ranges: str) -> str:
        after, before = ranges[: len(ranges) // 2], ranges[len(ranges) // 2 :]
        return f"MAX({','.join(after)})<=MAX({','.join(before)})"


class NoLess(Check):
    """The largest of a window is at least its mean. Reads what comes out, then as many maps of what goes in.

    Where all are alike both means are the same, but for rounding.
    """

    explanation = "whether the mean after the pool is at least the mean before it"

    def holds(self, *seen: RegionValues) -> bool:
        after, before = seen[: len(seen) // 2], seen[len(seen) // 2 :]
        return bool(_all(after).mean() - _all(before).mean() >= -_ROUNDED)

    def condition(self, *ranges: str) -> str:
        after, before = ranges[: len(ranges) // 2], ranges[len(ranges) // 2 :]
        return f"AVERAGE({','.join(after)})-AVERAGE({','.join(before)})>=-{_ROUNDED:.9f}"


class AllWell(SheetBlock):
    """One cell for all checks. Reads each of them, and knows what else it may say without harm."""

    explanation = "whether every check says yes; if not, whether only weights were changed"

    def __init__(self, stage: str, region: Region, checks: Sequence[tuple[Region, str | None]]) -> None:
        super().__init__(stage, region, [check for check, _ in checks])
        self._harmless = [harmless for _, harmless in checks]

    def numpy(self, *seen: RegionValues) -> Any:
        said = [str(values.item()).casefold() for values in seen]  # as Excel compares texts
        if all(answer == YES for answer in said):
            return ALL_WELL
        sound = all(answer in (YES, other) for answer, other in zip(said, self._harmless, strict=True))
        return WELL_BUT_CHANGED if sound else NOT_WELL

    def excel(self, refs: Refs, at: Position) -> str:
        checks = list(map(refs.absolute, refs.inputs))
        every = [f'{check}="{YES}"' for check in checks]
        sound = [
            f'OR({check}="{YES}",{check}="{other}")' if other else f'{check}="{YES}"'
            for check, other in zip(checks, self._harmless, strict=True)
        ]
        otherwise = f'IF({_any_or_all("AND", sound)},"{WELL_BUT_CHANGED}","{NOT_WELL}")'
        return f'IF({_any_or_all("AND", every)},"{ALL_WELL}",{otherwise})'


class Copied(SheetBlock):
    """The same text, where it is seen at once."""

    explanation = "the same as the cell that it copies"

    def numpy(self, *seen: RegionValues) -> Any:
        return seen[0]

    def excel(self, refs: Refs, at: Position) -> str:
        return refs.absolute(refs.inputs[0])


def weighted(weights: Sequence[RegionValues], factors: Array) -> float:
    """Return all weights, each times the number of its place, summed; each region counts one more than the last."""
    return sum(
        number * float((numbers(values) * factors[: values.shape[0], : values.shape[1]]).sum())
        for number, values in enumerate(weights, start=_FIRST_FACTOR)
    )


def _any_or_all(function: str, conditions: Sequence[str]) -> str:
    """Excel: join conditions by AND or OR, which take 255 arguments."""
    joined = [
        f"{function}({','.join(conditions[first : first + _ARGUMENTS])})"
        for first in range(0, len(conditions), _ARGUMENTS)
    ]
    return joined[0] if len(joined) == 1 else f"{function}({','.join(joined)})"


def _all(seen: Sequence[RegionValues]) -> Array:
    return np.concatenate([numbers(values).ravel() for values in seen])


def _numeric(values: RegionValues) -> bool:
    return values.dtype != object
