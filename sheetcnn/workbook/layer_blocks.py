"""The blocks of formulas of a network's layers, and of the answer, in the order of evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import product

import numpy as np

from sheetcnn.excel.fill import FilledFormula
from sheetcnn.excel.region import Region
from sheetcnn.network.network import Layer, Network
from sheetcnn.network.stages import NO_WEIGHTS, Array, Explanation, Position, Refs
from sheetcnn.network.stages.base import window
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues, numbers
from sheetcnn.workbook.layout import MAPS_PER_FORMULA, Layout, sums
from sheetcnn.workbook.readout import Answer, Confidence, Copy, ProbabilityCheck, Verdict


class LayerBlock(FormulaBlock):
    """The values of one part of a layer, such as its output maps; most layers have one part only."""

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
    """The output of a layer that sums over more input maps than one formula has room for: the sum of partial sums."""

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


def formula_blocks(network: Network, layout: Layout) -> list[FormulaBlock]:
    """Return the blocks of all layers and of the answer, each after those that it reads."""
    blocks: list[FormulaBlock] = []
    inputs: Sequence[Region] = layout.inputs
    for layer in network.layers:
        if sums(layer):
            blocks += [_sum_over(layer, part, maps, inputs, layout) for part, maps in sums(layer).items()]
            blocks.append(PartialSums(layer, layout))
        else:
            blocks += [LayerBlock(layer, part, inputs, layout) for part in layout.parts[layer.name]]
        scores, inputs = inputs, layout.tensor(layer.name)
    if layout.classes is None:
        return blocks
    probabilities = inputs[0]
    everything = [layout.classes, probabilities, *scores, *layout.inputs]
    return [
        *blocks,
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
    """Return the block of a partial sum: a layer's weighted sum over a slice of its input maps, without its bias."""
    stage = replace(layer.stage, bias=False)  # type: ignore[type-var]  # a stage that sums has the switch
    some = replace(layer, stage=stage, in_shape=(maps.stop - maps.start, *layer.in_shape[1:]))
    weights = {layer.name: [row[maps] for row in layout.weights[layer.name]]}
    parts = {layer.name: {"": layout.parts[layer.name][part]}}
    return LayerBlock(some, "", inputs[maps], Layout([], weights, parts, None, {}))


def _tensor(regions: Sequence[Region], seen: Mapping[str, RegionValues]) -> Array:
    return np.stack([numbers(seen[region.name]) for region in regions])
