"""What a workbook shows, as verify sees it: regions of formulas, what NumPy has for them, how Excel spells them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetcnn.excel.cell_array import in_words
from sheetcnn.excel.fill import FilledFormula
from sheetcnn.excel.region import Region
from sheetcnn.network.classes import UNKNOWN
from sheetcnn.network.network import Layer, Network
from sheetcnn.network.stages import NO_WEIGHTS, Array, Explanation, Position, Refs
from sheetcnn.network.stages.base import window
from sheetcnn.workbook.layout import MAPS_PER_FORMULA, Layout, sums

RegionValues = NDArray[Any]
"""Numbers or texts of one region: (rows, columns)."""

NOTHING = "There is nothing to read."
NO_TRUTH = "Nobody said what it is."
SUM_RIGHT = "The probabilities sum to 1."
SUM_WRONG = "The probabilities do not sum to 1: a formula is broken."


class FormulaBlock(ABC):
    """One thing that a workbook shows: formulas that are computed together.

    Attributes:
        stage: the stage that it belongs to, such as `conv1`.
        kind: what that stage is, such as `conv`.
        regions: the regions that hold its formulas.
        array: whether its formulas are array formulas, one cell each.
        reads: the regions that its formulas read.
    """

    stage: str
    kind: str
    regions: Sequence[Region]
    array: bool = False
    reads: Sequence[Region]

    @abstractmethod
    def compute(self, seen: Mapping[str, RegionValues]) -> list[RegionValues]:
        """NumPy: return the values of each of its regions, from those of the regions that it reads by name."""

    @abstractmethod
    def formula(self, region: Region, row: int, column: int) -> str:
        """Excel: return the text of one cell, without the equals sign."""

    @abstractmethod
    def explain(self, region: Region, row: int, column: int) -> Explanation:
        """Words: return how one cell comes about."""

    def formulas(self, region: Region) -> list[list[str]]:
        """Return the text of every cell of a region, as its corners say where all of them are alike."""
        last = region.rows - 1, region.columns - 1
        pattern = self._pattern(region) if min(last) > 0 else None
        if pattern is not None and pattern.gives(*last, self.formula(region, *last)):
            return list(pattern.texts(region.rows, region.columns))
        return self._unlike(region)

    def _pattern(self, region: Region) -> FilledFormula | None:
        return FilledFormula.through(*(self.formula(region, *place) for place in ((0, 0), (0, 1), (1, 0))))

    def _unlike(self, region: Region) -> list[list[str]]:
        """Return the same where they are not all alike."""
        return [
            [self.formula(region, row, column) for column in range(region.columns)]
            for row in range(region.rows)
        ]


class LayerBlock(FormulaBlock):
    """What a layer of the network shows; most layers have one part only."""

    def __init__(self, layer: Layer, part: str, inputs: Sequence[Region], layout: Layout) -> None:
        self.stage, self.kind, self.array = layer.name, layer.stage.kind, layer.stage.array
        self._layer, self._part, self._inputs = layer, part, inputs
        self._weights = layout.weights.get(layer.name, [])
        self._parts = layout.parts[layer.name]
        self.regions = self._parts[part]
        self.reads = [
            *inputs,
            *(region for row in self._weights for region in row),
            *(region for regions in self._earlier().values() for region in regions),
        ]
        self._channels = {region.name: channel for channel, region in enumerate(self.regions)}

    def compute(self, seen: Mapping[str, RegionValues]) -> list[RegionValues]:
        layer, shapes = self._layer, self._layer.stage.parts(self._layer.in_shape)
        x = _tensor(self._inputs, seen).reshape(layer.in_shape)
        parts = {
            name: _tensor(regions, seen).reshape(shapes[name]) for name, regions in self._earlier().items()
        }
        result = layer.stage.part(self._part, x, self._weight_array(seen), parts)
        first = self.regions[0]
        return list(np.reshape(result, (len(self.regions), first.rows, first.columns)))

    def _earlier(self) -> dict[str, list[Region]]:
        names = list(self._parts)
        return {name: self._parts[name] for name in names[: names.index(self._part)]}

    def _weight_array(self, seen: Mapping[str, RegionValues]) -> Array:
        shape = self._layer.weight_shape
        if shape is None:
            return NO_WEIGHTS
        rows = [[numbers(seen[region.name]).ravel() for region in row] for row in self._weights]
        return np.reshape([np.concatenate(row) for row in rows], shape)

    def formula(self, region: Region, row: int, column: int) -> str:
        return self._layer.stage.formula(self._at(region, row, column), self._refs(region))

    def _unlike(self, region: Region) -> list[list[str]]:
        """Return formulas that are alike but for whole rows and columns, as those at the edges of padded maps are."""
        pattern = FilledFormula.from_middle(region.rows, region.columns, partial(self.formula, region))
        try:
            texts = list(pattern.texts(region.rows, region.columns)) if pattern is not None else []
        except ValueError:  # followed to the edges, it would leave the sheet
            texts = []
        if not texts:
            return super()._unlike(region)
        row, column = (region.rows - 1) // 2, (region.columns - 1) // 2
        rows = [r for r in range(region.rows) if texts[r][column] != self.formula(region, r, column)]
        columns = [c for c in range(region.columns) if texts[row][c] != self.formula(region, row, c)]
        for r in range(region.rows):
            for c in range(region.columns) if r in rows else columns:
                texts[r][c] = self.formula(region, r, c)
        for r, c in product(
            {0, region.rows - 1}, {0, region.columns - 1}
        ):  # one cell there is spelled as no range
            texts[r][c] = self.formula(region, r, c)
        return texts

    def explain(self, region: Region, row: int, column: int) -> Explanation:
        return self._layer.stage.explain(self._at(region, row, column), self._refs(region))

    def _at(self, region: Region, row: int, column: int) -> Position:
        return Position(self._part, self._channels[region.name], row, column)

    def _refs(self, region: Region) -> Refs:
        return Refs(region.sheet, self._inputs, self._weights, self._parts)


class PartialSums(FormulaBlock):
    """What a layer shows that sums over more maps than one formula has room for."""

    def __init__(self, layer: Layer, layout: Layout) -> None:
        self.stage, self.kind = layer.name, layer.stage.kind
        *sums, self.regions = layout.parts[layer.name].values()
        self._terms = {region.name: terms for region, *terms in zip(self.regions, *sums, strict=True)}
        self._biases = [row[-1] for row in layout.weights[layer.name]] if layer.has_bias else []
        self.reads = [*(region for regions in sums for region in regions), *self._biases]

    def compute(self, seen: Mapping[str, RegionValues]) -> list[RegionValues]:
        total = np.stack([_tensor(terms, seen).sum(axis=0) for terms in self._terms.values()])
        if self._biases:
            biases = np.array([numbers(seen[region.name]).item() for region in self._biases])
            total = total + biases.reshape((-1, 1, 1) if len(total) > 1 else (1, -1, 1))
        return list(total)

    def formula(self, region: Region, row: int, column: int) -> str:
        refs = Refs(region.sheet, (), (), {})
        cells = [refs.cell(term, row, column) for term in self._terms[region.name]]
        return "+".join([*cells, *map(refs.absolute, self._bias(region, row))])

    def _bias(self, region: Region, row: int) -> list[Region]:
        """Return the bias of a value, if it has one: one a map, or one a row of scores."""
        number = row if len(self.regions) == 1 else self.regions.index(region)
        return self._biases[number : number + 1]

    def explain(self, region: Region, row: int, column: int) -> Explanation:
        terms = [(window(term, row, column),) for term in self._terms[region.name]]
        terms += [(bias,) for bias in self._bias(region, row)]
        return Explanation(
            f"the sums over each {MAPS_PER_FORMULA} maps, summed", terms, steps=[("sum", np.sum)]
        )


class Readout(FormulaBlock):
    """One cell that says in words, or in one number, what the network makes of its input."""

    stage = "answer"
    kind = "answer"

    def __init__(self, name: str, reads: Sequence[Region], layout: Layout) -> None:
        self.regions = [layout.readout[name]]
        self.reads = reads

    def compute(self, seen: Mapping[str, RegionValues]) -> list[RegionValues]:
        value = self.numpy(*(seen[region.name] for region in self.reads))
        return [np.array([[value]], dtype=object if isinstance(value, str) else float)]

    def formula(self, region: Region, row: int, column: int) -> str:
        refs = Refs(region.sheet, (), (), {})
        return self.excel(*(refs.absolute(source) for source in self.reads))

    def explain(self, region: Region, row: int, column: int) -> Explanation:
        return self.explained(*self.reads)

    @abstractmethod
    def numpy(self, *seen: RegionValues) -> str | float:
        """NumPy: return the value."""

    @abstractmethod
    def excel(self, *ranges: str) -> str:
        """Excel: return the formula over these ranges."""

    @abstractmethod
    def explained(self, *regions: Region) -> Explanation:
        """Words: return how it comes about from these regions."""


class Answer(Readout):
    """The answer in words. Reads the classes, the probabilities, the scores and the input."""

    def numpy(self, *seen: RegionValues) -> str | float:
        classes, *others = seen
        probabilities, scores, *pixels = map(numbers, others)
        drawn = np.stack(pixels)
        if drawn.max() == drawn.min() or scores.max() == scores.min():
            return NOTHING
        return f"I read a {in_words(classes.reshape(-1)[int(probabilities.argmax())])}."

    def excel(self, *ranges: str) -> str:
        classes, probabilities, scores, *pixels = ranges
        drawn = ",".join(pixels)
        blank = f"OR(MAX({drawn})=MIN({drawn}),MAX({scores})=MIN({scores}))"
        digit = f"INDEX({classes},MATCH(MAX({probabilities}),{probabilities},0))"
        return f'IF({blank},"{NOTHING}","I read a "&{digit}&".")'

    def explained(self, *regions: Region) -> Explanation:
        _, probabilities, *_ = regions
        words = (
            "the label of the largest probability; nothing to read if all pixels, or all scores, are equal"
        )
        return Explanation(words, [(probabilities,)], steps=[("largest", np.max)], largest=True)


class Copy(Readout):
    """The same as another cell, where it is seen at once."""

    def numpy(self, *seen: RegionValues) -> str | float:
        value: str | float = seen[0].item()
        return value

    def excel(self, *ranges: str) -> str:
        return ranges[0]

    def explained(self, *regions: Region) -> Explanation:
        return Explanation("the same as the cell that it copies", [(regions[0],)])


class Verdict(Readout):
    """Whether the answer is right. Reads what the input shows, the classes, the probabilities and the answer."""

    def numpy(self, *seen: RegionValues) -> str | float:
        truth, classes, probabilities, answer = seen
        if truth.item() == UNKNOWN:
            return NO_TRUTH
        if truth.item() != truth.item():  # an error
            return np.nan
        read = classes.reshape(-1)[int(numbers(probabilities).argmax())]
        right = answer.item() != NOTHING and equal(read, truth.item())
        return f"{'Right' if right else 'Wrong'}: it is a {in_words(truth.item())}."

    def excel(self, *ranges: str) -> str:
        truth, classes, probabilities, answer = ranges
        read = f"INDEX({classes},MATCH(MAX({probabilities}),{probabilities},0))"
        verdict = f'IF(AND({answer}<>"{NOTHING}",{read}={truth}),"Right","Wrong")&": it is a "&{truth}&"."'
        return f'IF({truth}="{UNKNOWN}","{NO_TRUTH}",{verdict})'

    def explained(self, *regions: Region) -> Explanation:
        truth, _, probabilities, _ = regions
        return Explanation(
            "whether the label of the largest probability is the digit that the input shows",
            [(probabilities,), (truth,)],
        )


class Confidence(Readout):
    """How sure the network is, in words."""

    def numpy(self, *seen: RegionValues) -> str | float:
        percent = 100 * float(numbers(seen[0]).max())
        rounded = np.floor(abs(percent) * 10 + 0.5) / 10  # as Excel's ROUND: halves away from 0
        return f"{np.copysign(rounded, percent) + 0.0:.15g} % sure"  # Excel has no -0

    def excel(self, *ranges: str) -> str:
        return f'ROUND(100*MAX({ranges[0]}),1)&" % sure"'

    def explained(self, *regions: Region) -> Explanation:
        return Explanation(
            "the largest probability, in percent, rounded to one decimal",
            [(regions[0],)],
            steps=[("largest", np.max), ("in percent", lambda largest: 100 * largest)],
            largest=True,
        )


class ProbabilityCheck(Readout):
    """Whether the probabilities sum to 1."""

    def numpy(self, *seen: RegionValues) -> str | float:
        return SUM_RIGHT if abs(numbers(seen[0]).sum() - 1) < 1e-9 else SUM_WRONG

    def excel(self, *ranges: str) -> str:
        return f'IF(ABS(SUM({ranges[0]})-1)<0.000000001,"{SUM_RIGHT}","{SUM_WRONG}")'

    def explained(self, *regions: Region) -> Explanation:
        return Explanation(
            "whether the probabilities sum to 1, within 1e-9",
            [(regions[0],)],
            steps=[("sum", np.sum), ("less 1", lambda total: total - 1)],
        )


def formula_blocks(network: Network, layout: Layout) -> list[FormulaBlock]:
    """Return everything that holds formulas, each after what it reads."""
    shown: list[FormulaBlock] = []
    inputs: Sequence[Region] = layout.inputs
    for layer in network.layers:
        if sums(layer):
            shown += [_sum_over(layer, part, maps, inputs, layout) for part, maps in sums(layer).items()]
            shown.append(PartialSums(layer, layout))
        else:
            shown += [LayerBlock(layer, part, inputs, layout) for part in layout.parts[layer.name]]
        scores, inputs = inputs, layout.tensor(layer.name)
    if layout.classes is None:
        return shown
    probabilities = inputs[0]
    everything = [layout.classes, probabilities, *scores, *layout.inputs]
    return [
        *shown,
        Answer("answer", everything, layout),
        Copy("answer_beside_input", [layout.readout["answer"]], layout),
        Verdict(
            "verdict",
            [layout.extra["truth"], layout.classes, probabilities, layout.readout["answer"]],
            layout,
        ),
        Confidence("confidence", [probabilities], layout),
        ProbabilityCheck("probability_check", [probabilities], layout),
    ]


def _sum_over(layer: Layer, part: str, maps: slice, inputs: Sequence[Region], layout: Layout) -> FormulaBlock:
    """Return what a layer would show if only these maps came in."""
    stage = replace(layer.stage, bias=False)  # type: ignore[type-var]  # a stage that sums has the switch
    some = replace(layer, stage=stage, in_shape=(maps.stop - maps.start, *layer.in_shape[1:]))
    weights = {layer.name: [row[maps] for row in layout.weights[layer.name]]}
    parts = {layer.name: {"": layout.parts[layer.name][part]}}
    return LayerBlock(some, "", inputs[maps], Layout([], weights, parts, None, {}))


def equal(one: float | str, other: float | str) -> bool:
    """Whether Excel's = holds: texts without regard to case, and a number never equals a text."""
    if isinstance(one, str) and isinstance(other, str):
        return one.casefold() == other.casefold()
    return one == other


def numbers(values: RegionValues) -> Array:
    """Return what stages compute on: where a cell holds a text or a truth value, Excel's sums and maxima see 0."""
    if values.dtype != object:
        return values
    seen = [0.0 if isinstance(value, (str, bool)) else value for value in values.ravel()]
    return np.array(seen, dtype=np.float64).reshape(values.shape)


def _tensor(regions: Sequence[Region], seen: Mapping[str, RegionValues]) -> Array:
    return np.stack([numbers(seen[region.name]) for region in regions])
