"""The formulas of the sheet `Checks`: each says yes or no of what it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import numpy as np

from sheetcnn.excel.region import Region
from sheetcnn.network.stages import Array, Position, Refs
from sheetcnn.network.stages.base import window
from sheetcnn.workbook.formula import Formula, arithmetic, indexed
from sheetcnn.workbook.formula_block import RegionValues, numbers
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


class StoredScores(Formula):
    """What NumPy gave for the chosen digit."""

    explanation = "the stored scores of the chosen digit"

    def numpy(self, *read: RegionValues) -> Any:
        choice, choices, scores, counters = read
        names = choices.reshape(-1).tolist()
        if choice.item() not in names:
            return np.nan
        return indexed(numbers(scores), np.array(names.index(choice.item()) + 1.0), numbers(counters))

    def excel(self, refs: Refs, at: Position) -> str:
        choice, choices, scores, counters = refs.inputs
        row = f"MATCH({refs.absolute(choice)},{refs.absolute(choices)},0)"
        return f"INDEX({refs.absolute(scores)},{row},{refs.column_locked(counters, at.row)})"


class Check(Formula):
    """One cell: yes or no; an error is a no.

    Attributes:
        harmless: what else it may say without anything being wrong; empty if nothing.
    """

    harmless: ClassVar[str] = ""

    @classmethod
    def answers(cls) -> list[float | str]:
        """Return what it may say where that is more than yes and no."""
        return [YES, cls.harmless, NO] if cls.harmless else []

    def numpy(self, *read: RegionValues) -> Any:
        with np.errstate(invalid="ignore"):
            return YES if self.holds(*read) else NO

    def excel(self, refs: Refs, at: Position) -> str:
        return f'IFERROR(IF({self.condition(refs)},"{YES}","{NO}"),"{NO}")'

    def holds(self, *read: RegionValues) -> bool:
        """NumPy: whether it holds; with an error in what it reads, it does not."""
        raise NotImplementedError

    def condition(self, refs: Refs) -> str:
        """Excel: the condition over what it reads."""
        raise NotImplementedError


class AsNumPy(Check):
    """The scores are the stored ones. Reads both, the choice, and whether any weights were changed."""

    explanation = (
        "whether the scores are the stored ones; a drawing has none, and with other weights they do not apply"
    )
    harmless = NOT_COMPARED

    def numpy(self, *read: RegionValues) -> Any:
        changed = any(values.item() == CHANGED for values in read[3:])
        return NOT_COMPARED if changed else super().numpy(*read)

    def excel(self, refs: Refs, at: Position) -> str:
        changed = [f'{refs.absolute(check)}="{CHANGED}"' for check in refs.inputs[3:]]
        return f'IF({_any_or_all("OR", changed)},"{NOT_COMPARED}",{super().excel(refs, at)})'

    def holds(self, *read: RegionValues) -> bool:
        scores, stored, choice = read[:3]
        if choice.item() == DRAWING:
            return True
        difference = arithmetic(scores).ravel() - arithmetic(stored).ravel()
        return bool((difference * difference).sum() < NEAR * NEAR)

    def condition(self, refs: Refs) -> str:
        scores, stored, choice = refs.inputs[:3]
        squares = "+".join(  # class by class: not every program subtracts ranges
            f"({refs.cell(scores, row, 0)}-{refs.cell(stored, row, 0)})^2" for row in range(scores.rows)
        )
        return f'IF({refs.absolute(choice)}="{DRAWING}",0,{squares})<{NEAR * NEAR:.12f}'


class SumsToOne(Check):
    """A share each."""

    explanation = "whether the probabilities sum to 1"

    def holds(self, *read: RegionValues) -> bool:
        return bool(abs(sum(numbers(values).sum() for values in read) - 1) < NEAR)

    def condition(self, refs: Refs) -> str:
        return f"ABS(SUM({_joined(refs, refs.inputs)})-1)<{NEAR:.6f}"


class InRange(Check):
    """From 0 to 1."""

    explanation = "whether all values lie between 0 and 1"

    def holds(self, *read: RegionValues) -> bool:
        values = _all(read)
        return bool(values.min() >= 0 and values.max() <= 1)

    def condition(self, refs: Refs) -> str:
        joined = _joined(refs, refs.inputs)
        return f"AND(MIN({joined})>=0,MAX({joined})<=1)"


class SameWeights(Check):
    """No weight is empty, or a text, which SUMPRODUCT would take for 0; and none is another than when it was made.

    Reads the weights, a number for each place, and what the sum of all products was. That sum stands for all of the
    weights: were it kept of each of them, the workbook would hold them twice.
    """

    explanation = "whether all are numbers, and whether they are those that the workbook was made with"
    harmless = CHANGED

    def numpy(self, *read: RegionValues) -> Any:
        *weights, factors, made = read
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

    def holds(self, *read: RegionValues) -> bool:
        return bool(_all(read).min() >= 0)

    def condition(self, refs: Refs) -> str:
        return f"MIN({_joined(refs, refs.inputs)})>=0"


class NoMore(Check):
    """A max pool makes nothing larger. Reads what comes out, then as many maps of what goes in."""

    explanation = "whether the largest value after the pool is at most the largest before it"

    def holds(self, *read: RegionValues) -> bool:
        after, before = _halves(read)
        return bool(_all(after).max() <= _all(before).max())

    def condition(self, refs: Refs) -> str:
        after, before = (_joined(refs, half) for half in _halves(refs.inputs))
        return f"MAX({after})<=MAX({before})"


class NoLess(Check):
    """The largest of a window is at least its mean. Reads what comes out, then as many maps of what goes in.

    Where all are alike both means are the same, but for rounding.
    """

    explanation = "whether the mean after the pool is at least the mean before it"

    def holds(self, *read: RegionValues) -> bool:
        after, before = _halves(read)
        return bool(_all(after).mean() - _all(before).mean() >= -_ROUNDED)

    def condition(self, refs: Refs) -> str:
        after, before = (_joined(refs, half) for half in _halves(refs.inputs))
        return f"AVERAGE({after})-AVERAGE({before})>=-{_ROUNDED:.9f}"


@dataclass(frozen=True)
class AllWell(Formula):
    """One cell for all checks. Reads each of them.

    Attributes:
        harmless: what each check may say beside yes without anything being wrong; empty if nothing.
    """

    harmless: Sequence[str]
    explanation: str = "whether every check says yes; if not, whether only weights were changed"

    def numpy(self, *read: RegionValues) -> Any:
        said = [str(values.item()).casefold() for values in read]  # as Excel compares texts
        if all(answer == YES for answer in said):
            return ALL_WELL
        sound = all(answer in (YES, other or YES) for answer, other in zip(said, self.harmless, strict=True))
        return WELL_BUT_CHANGED if sound else NOT_WELL

    def excel(self, refs: Refs, at: Position) -> str:
        checks = list(map(refs.absolute, refs.inputs))
        every = [f'{check}="{YES}"' for check in checks]
        sound = [
            f'OR({check}="{YES}",{check}="{other}")' if other else f'{check}="{YES}"'
            for check, other in zip(checks, self.harmless, strict=True)
        ]
        otherwise = f'IF({_any_or_all("AND", sound)},"{WELL_BUT_CHANGED}","{NOT_WELL}")'
        return f'IF({_any_or_all("AND", every)},"{ALL_WELL}",{otherwise})'


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


def _joined(refs: Refs, regions: Sequence[Region]) -> str:
    return ",".join(map(refs.absolute, regions))


_Read = TypeVar("_Read")


def _halves(read: Sequence[_Read]) -> tuple[Sequence[_Read], Sequence[_Read]]:
    """Return what comes out of a pool, and what goes in: as many of both."""
    return read[: len(read) // 2], read[len(read) // 2 :]


def _all(read: Sequence[RegionValues]) -> Array:
    return np.concatenate([numbers(values).ravel() for values in read])


def _numeric(values: RegionValues) -> bool:
    return values.dtype != object
