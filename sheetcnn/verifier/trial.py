"""Tries formulas that are not spelled as expected on samples of their own, around every threshold that they have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sheetcnn.excel.addresses import Range, a1
from sheetcnn.excel.ast import FormulaError, Name, Node
from sheetcnn.excel.cell_array import NUMBER, CellValue, ErrorValue, Floats
from sheetcnn.excel.parser import parse
from sheetcnn.excel.sheet_array import SheetArray
from sheetcnn.verifier.grouping import Mask, PatternBlock, Piece, SingleFormula
from sheetcnn.verifier.observed import ObservedRegion
from sheetcnn.verifier.probes import Probes
from sheetcnn.verifier.region_values import decoded, largest_on
from sheetcnn.verifier.report import SpelledOtherwise
from sheetcnn.verifier.roots import roots
from sheetcnn.verifier.thresholds import Spot, Thresholds, spots, thresholds
from sheetcnn.verifier.tolerance import compared

MAX_SAMPLES = 400
"""Samples of one formula."""

_MAX_TRIED = 1_000
"""Formulas of one workbook; how many samples the others had is said."""
_MAX_PLACES = 64
_MAX_SPOTS = 12
_MAX_NUMBERS = 10
_NEAR = 1e-6
_MAX_SIZE = 1e100
_OTHER_KINDS: tuple[CellValue, ...] = ("a", "", True, None, ErrorValue("#N/A"))

Place: TypeAlias = tuple[int, int]
Sample: TypeAlias = tuple[Spot, float, int]
"""A cell, and the number and the kind that it takes."""


@dataclass
class Trial:
    """What came of trying the formulas of one piece.

    Attributes:
        wrong: which cells of the region are wrong.
        samples: on how many samples each cell's formula was tried.
        caught: by what those were caught that were tried themselves, by their place in the region.
    """

    wrong: Mask
    samples: NDArray[np.int64]
    caught: dict[Place, str] = field(default_factory=dict)


class Trials:
    """Tries formulas on random numbers all over the workbook but for one cell that a formula asks about.

    That cell takes each number at which the answer may turn, those close by on either side, and some between and
    beyond; where the formula asks what sort of value a cell holds, also a text, TRUE, an error, and nothing. Right is
    what the expected formula gives: NumPy has no texts, and on numbers both were compared.
    """

    def __init__(self, probes: Probes) -> None:
        recognized = probes.recognized
        self._book = probes.close
        self._spelled = {name.casefold(): name for name in self._book.sheets}
        names = recognized.spec.read_only.keys() | recognized.spec.allowed.keys()
        self._kept = [(r.sheet, r.area) for r in recognized.layout.extra.values() if r.name in names]
        self._left = _MAX_TRIED
        self._largest = largest_on(self._book)

    def of(self, found: ObservedRegion, piece: Piece, right: Mask) -> Trial:
        """Try the formulas of a piece that are right so far: some of those that have one pattern, or each.

        Args:
            found: the region.
            piece: some of its formulas.
            right: which cells of the region are right so far.
        """
        trial = Trial(np.zeros(right.shape, dtype=bool), np.zeros(right.shape, dtype=np.int64))
        tried = piece.holds & right
        places: list[Place] = [(row, column) for row, column in np.argwhere(tried).tolist()]
        if not places or (asks := self._asks(found, places[0])) is None:
            return trial
        alike = isinstance(piece, PatternBlock) and not asks.about_places
        chosen = [places[0], places[len(places) // 2], places[-1]] if alike else places[:_MAX_PLACES]
        for place in dict.fromkeys(chosen):
            if self._left == 0:
                break
            self._left -= 1
            samples, shown = self._tried(found, piece, place)
            same = tried if alike else _only(tried, place)
            trial.samples[same] = samples
            if shown:
                trial.wrong |= same
                trial.caught[place] = shown
        return trial

    def _asks(self, found: ObservedRegion, place: Place) -> Thresholds | None:
        """Return what a formula asks, None if nothing or if that cannot be read."""
        try:
            asks = thresholds(parse(found.texts[place]), partial(self._definition, found.region.sheet))
        except FormulaError:
            return None
        return asks if asks.zeros or asks.asked else None

    def _definition(self, sheet: str, name: Name) -> Node | None:
        return self._book.definition(name if name.sheet is not None else replace(name, sheet=sheet))

    def _tried(self, found: ObservedRegion, piece: Piece, place: Place) -> tuple[int, str]:
        """Return on how many samples a formula was tried, and by which it was caught."""
        asks = self._asks(found, place)
        if asks is None:
            return 0, ""
        queues = self._queues(asks, found.region.sheet, found.region.cell(*place))
        turns = max(map(len, queues))
        try:
            for turn in range(turns):
                samples = [queue[turn] if turn < len(queue) else None for queue in queues]
                if shown := self._caught(found, piece, place, samples):
                    return sum(map(len, queues)), shown
        except FormulaError:
            return 0, ""
        return sum(map(len, queues)), ""

    # Choosing samples

    def _queues(self, asks: Thresholds, sheet: str, cell: Place) -> list[list[Sample]]:
        """Return the samples of each plane."""
        planes = self._book.samples
        critical: dict[Spot, list[Floats]] = {}
        for zero in asks.zeros:
            for spot in self._free([zero], sheet):
                of = partial(self._number, zero, (sheet, cell), spot)
                try:
                    critical.setdefault(spot, []).extend(roots(of, planes))
                except FormulaError:
                    continue
        for numbers in critical.values():
            numbers += [np.full(planes, number) for number in (0.0, *asks.named)]
        others: list[Sample] = [
            (spot, *self._book.texts.encode(value))
            for spot in self._free(asks.asked, sheet)
            for value in _OTHER_KINDS
        ]
        queues = []
        for plane in range(planes):
            first, then = list(others), []
            for spot, numbers in critical.items():
                turning = _turning([each[plane] for each in numbers])
                first += [(spot, number, NUMBER) for number in _between(turning)]
                then += [(spot, number, NUMBER) for number in _beside(turning)]
            room = max(1, MAX_SAMPLES // planes)
            queues.append([*_share(first, room, plane), *_share(then, room - len(first), plane)])
        return queues

    def _free(self, nodes: Sequence[Node], sheet: str) -> list[Spot]:
        """Return cells that expressions read and that may be changed: those that hold random numbers."""
        read = dict.fromkeys(spot for node in nodes for spot in spots(node, sheet))
        spelled = [(self._spelled.get(name.casefold(), ""), row, column) for name, row, column in read]
        return [spot for spot in spelled if self._is_free(*spot)][:_MAX_SPOTS]

    def _is_free(self, sheet: str, row: int, column: int) -> bool:
        grid = self._book.sheet(sheet)
        if grid is None or any(name == sheet and area.contains((row, column)) for name, area in self._kept):
            return False
        planes, rows, columns = grid.numbers.shape
        return bool(row < rows and column < columns and planes == self._book.samples)

    def _number(self, node: Node, at: tuple[str, Place], spot: Spot, numbers: Floats) -> Floats:
        """Return what an expression comes to where a cell holds these numbers."""
        with self._changed([spot]):
            grid, index = self._column(spot)
            grid.numbers[index], grid.kinds[index] = numbers, NUMBER
            values = self._book.evaluate(node, *at, array=True)
        result = values.numbers[:, 0, 0, 0, 0]
        if values.kinds is not None:
            result = np.where(values.kinds[:, 0, 0, 0, 0] == NUMBER, result, np.nan)
        return np.broadcast_to(result, (self._book.samples,))

    # Trying them

    def _caught(
        self,
        found: ObservedRegion,
        piece: Piece,
        place: Place,
        samples: Sequence[Sample | None],
    ) -> str:
        """Return by which of some samples, one a plane, a formula is caught; empty if by none."""
        sheet, cell = found.region.sheet, found.region.cell(*place)
        alone = Range(*cell, *cell)
        belonging = found.block.formula(found.region, *place)
        with self._changed([sample[0] for sample in samples if sample is not None]):
            for plane, sample in enumerate(samples):
                if sample is not None:
                    (name, row, column), number, kind = sample
                    grid = self._book.sheets[name]
                    grid.numbers[plane, row, column], grid.kinds[plane, row, column] = number, kind
            belongs = self._values(belonging, sheet, cell, alone, array=found.block.array)
            fills = piece.fills if isinstance(piece, SingleFormula) else alone
            gives = self._values(found.texts[place], sheet, cell, fills, array=piece.array)
        for plane, sample in enumerate(samples):
            if sample is None:
                continue
            (name, row, column), number, kind = sample
            largest = max(1.0, self._largest[plane], abs(number) if kind == NUMBER else 0.0)
            one = slice(plane, plane + 1)
            if not compared(belongs[one], gives[one], np.array([largest**2])).right.all():
                where = a1(row, column) if name == sheet else f"{name}!{a1(row, column)}"
                return f"wrong where {where} {_holds(self._book.texts.decode(number, kind))}"
        return ""

    def _values(self, text: str, sheet: str, cell: Place, fills: Range, *, array: bool) -> NDArray[Any]:
        spread = (fills.bottom - fills.top + 1, fills.right - fills.left + 1)
        values = self._book.evaluate(parse(text), sheet, fills[:2], array=array, spread=spread)
        spot = np.s_[..., cell[0] - fills.top, cell[1] - fills.left]
        kinds = None if values.kinds is None else values.kinds[spot]
        return np.broadcast_to(decoded(self._book, values.numbers[spot], kinds), (self._book.samples, 1, 1))

    def _column(self, spot: Spot) -> tuple[SheetArray, tuple[slice, int, int]]:
        sheet, row, column = spot
        return self._book.sheets[sheet], (slice(None), row, column)

    @contextmanager
    def _changed(self, changed: Sequence[Spot]) -> Iterator[None]:
        """Let some cells be changed, and put back what they held."""
        columns = [self._column(spot) for spot in dict.fromkeys(changed)]
        before = [(grid.numbers[index].copy(), grid.kinds[index].copy()) for grid, index in columns]
        try:
            yield
        finally:
            for (grid, index), (numbers, kinds) in zip(columns, before, strict=True):
                grid.numbers[index], grid.kinds[index] = numbers, kinds


def spelled_otherwise(
    found: ObservedRegion, right: Mask, samples: int, trials: Sequence[Trial]
) -> list[SpelledOtherwise]:
    """Return the formulas of a region that are right and not spelled as expected.

    Args:
        found: the region.
        right: which of its cells are right.
        samples: on how many samples all of them were tried.
        trials: on how many more each of those was that are not spelled as expected.
    """
    others = []
    for piece, trial in zip(found.differing, trials, strict=True):
        for row, column in np.argwhere(piece.holds & right).tolist():
            where = f"{found.region.sheet}!{a1(*found.region.cell(row, column))}"
            others.append(SpelledOtherwise(where, samples + int(trial.samples[row, column])))
    return others


def _turning(numbers: Sequence[float]) -> list[float]:
    """Return numbers in order, each once, without what is none or too large to compute with; of many the smallest."""
    finite = dict.fromkeys(number for number in map(float, numbers) if abs(number) < _MAX_SIZE)
    return sorted(sorted(finite, key=abs)[:_MAX_NUMBERS])


def _between(turning: Sequence[float]) -> list[float]:
    """Return numbers, what lies between each two, and beyond the last ones."""
    middle = [(low + high) / 2 for low, high in pairwise(turning)]
    return list(dict.fromkeys([*turning, *middle, *(turning and (turning[0] - 1, turning[-1] + 1))]))


def _beside(turning: Sequence[float]) -> list[float]:
    """Return what lies beside numbers on either side: close by, and next to them."""
    steps = [_NEAR * max(1.0, abs(number)) for number in turning]
    near = [number + sign * step for number, step in zip(turning, steps, strict=True) for sign in (-1, 1)]
    next_to = [np.nextafter(number, end).item() for number in turning for end in (-np.inf, np.inf)]
    return list(dict.fromkeys([*near, *next_to]))


def _share(samples: Sequence[Sample], room: int, plane: int) -> list[Sample]:
    """Return as many samples as there is room for: each plane takes others, so that all have their turn."""
    if len(samples) <= room:
        return list(samples)
    return [samples[(plane * room + index) % len(samples)] for index in range(max(0, room))]


def _holds(value: CellValue) -> str:
    if value is None:
        return "is blank"
    if isinstance(value, ErrorValue):
        return f"is {value}"
    if isinstance(value, str):
        return f'holds the text "{value}"'
    return f"is {str(value).upper() if isinstance(value, bool) else f'{value:.15g}'}"


def _only(mask: Mask, place: Place) -> Mask:
    only = np.zeros(mask.shape, dtype=bool)
    only[place] = mask[place]
    return only
