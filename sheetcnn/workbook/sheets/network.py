"""The sheet `Network`, and those of stages that it has no room for: every number, left to right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from sheetcnn.excel.addresses import a1, around, quoted_sheet
from sheetcnn.excel.paper import Paper
from sheetcnn.excel.region import Region
from sheetcnn.network.classes import in_cell
from sheetcnn.network.network import Layer
from sheetcnn.network.template import Template
from sheetcnn.workbook import styles
from sheetcnn.workbook.decoration import (
    BarChart,
    Blank,
    ColourScale,
    Constants,
    ConstantsBeside,
    FittedText,
    Formulas,
    Freeze,
    Grid,
    Height,
    Link,
    NumberValidation,
    PlacedDecoration,
    PrintStages,
    Text,
    Widths,
    Zoom,
    cell_by_cell,
)
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues
from sheetcnn.workbook.layout import (
    GAP,
    PANEL_COLUMNS,
    SHEET,
    TITLE_ROWS,
    sums,
)
from sheetcnn.workbook.sheets.network_panel import panel
from sheetcnn.workbook.spec import WorkbookSpec

_TABLE_STYLES = {"exponentials": "exponential", "total": "exponential", "probabilities": "probability"}
_READOUT_STYLES = {
    "answer": "answer",
    "answer_beside_input": "answer",
    "verdict": "verdict",
    "truth": "truth_formula",
    "confidence": "confidence",
    "all_well_here": "legend_plain",
    "probability_check": "check",
}
_WIDE = 8
"""Columns from which on there is room for words above a map."""

_PAPER = Paper(landscape=False, scale=95)
"""A map of 26 columns is 16 cm wide, and has its filter beside it."""
_FILLED = 0.9
"""How much of a line words fill before they go on in the next one."""
_MANY = 100
"""Regions from which on a scale over them would be too long a formula: Excel takes 255 arguments."""
_LIST_COLUMNS = 16
"""Columns for the list of the other sheets."""


class NetworkSheet:
    """A network with the values that it has for one input, on one sheet or on several.

    Args:
        names: the sheets that it stands on, in order.
        template: the network with its weights.
        spec: the workbook.
        values: what each region holds.
    """

    def __init__(
        self,
        names: Sequence[str],
        template: Template,
        spec: WorkbookSpec,
        values: Mapping[str, RegionValues],
    ) -> None:
        self._names = names
        self._template, self._layout, self._blocks = template, spec.layout, spec.blocks
        self._values = values
        self._labels, self._last = spec.layout.labels, template.network.layers[-1].name
        arrays = [*template.weights.values(), *(values[region.name] for region in spec.layout.inputs)]
        self._chooses = "choices" in spec.layout.extra
        self._whole = all(np.array_equal(array, np.round(array)) for array in arrays)

    def decorate(self) -> Iterator[PlacedDecoration]:
        """Yield all that stands on its sheets, in the order in which it is written."""
        yield from self._canvas()
        yield from self._input()
        for layer in self._template.network.layers:
            yield from self._weights(layer)
        yield from self._classes()
        for block in self._blocks:
            if block.regions[0].sheet in self._names:
                yield from self._formulas(block)
        for layer in self._template.network.layers:
            yield from self._headings_and_colours(layer)
        probabilities = self._layout.parts[self._last]["probabilities"][0]
        yield from ((SHEET, each) for each in panel(self._layout, probabilities, self._values))
        yield from self._chart_at_the_end()
        for sheet in self._names:
            beside = PANEL_COLUMNS if sheet == SHEET else 0
            yield sheet, PrintStages(self._layout, _PAPER, TITLE_ROWS - 1, "heading", beside)

    def _title(self, sheet: str) -> Iterator[PlacedDecoration]:
        """Write what the workbook is above the panel, and no wider, as it is printed with it."""
        room = (PANEL_COLUMNS - 1) * styles.CELL_PIXELS * _FILLED
        titles = (self._template.title, "panel_title", 22), (_subtitle(self._template), "panel_subtitle", 14)
        for row, (words, style, high) in enumerate(titles):
            region = Region("", SHEET, row, 0, 1, PANEL_COLUMNS - 1)
            yield sheet, FittedText(region, words, style, room, high)

    def _canvas(self) -> Iterator[PlacedDecoration]:
        stages = self._stages_by_sheet()
        for sheet in self._names:
            last = max(region.area.right for region in self._layout.regions if region.sheet == sheet)
            last += _LIST_COLUMNS if sheet == SHEET and len(self._names) > 1 else 0
            yield sheet, Grid(last + 8, styles.CELL_PIXELS, styles.CELL_PIXELS, "plain")
            if sheet == self._labels.sheet:
                yield from self._table_widths(sheet)
            if sheet == SHEET:
                yield from self._title(sheet)
            else:
                yield sheet, Height(0, 34)
                yield sheet, Text((0, 0), " → ".join(layer.name for layer in stages[sheet]), "title")
            yield sheet, Freeze(TITLE_ROWS, PANEL_COLUMNS if sheet == SHEET else 0)
            yield sheet, Zoom(styles.ZOOM)
        if len(self._names) > 1:
            yield from self._list_of_sheets(stages)
            yield from self._links(stages)

    def _stages_by_sheet(self) -> dict[str, list[Layer]]:
        stages: dict[str, list[Layer]] = {name: [] for name in self._names}
        for layer in self._template.network.layers:
            stages[self._layout.tensor(layer.name)[0].sheet].append(layer)
        return stages

    def _table_widths(self, sheet: str) -> Iterator[PlacedDecoration]:
        table, probabilities = self._labels, self._layout.parts[self._last]["probabilities"][0]
        yield sheet, Widths(table.left, table.left, 50, "plain")
        yield sheet, Widths(table.left + 1, probabilities.left, styles.SCORE_PIXELS, "plain")

    def _list_of_sheets(self, stages: Mapping[str, Sequence[Layer]]) -> Iterator[PlacedDecoration]:
        """Write beside the input where the stages are that this sheet has no room for."""
        here = [
            *self._layout.inputs,
            *(r for layer in stages[SHEET] for r in self._layout.tensor(layer.name)),
        ]
        row, column = TITLE_ROWS - 1, max(region.area.right for region in here) + 1 + GAP
        sheet = SHEET
        yield sheet, Blank(Region("", "", row, column, 1, _LIST_COLUMNS).area, "heading_line")
        yield sheet, Text((row, column), "The stages, on sheets of their own", "heading")
        for name, layers in stages.items():
            for layer in layers if name != SHEET else ():
                row += 1
                yield (
                    sheet,
                    Link((row + 1, column), _top_of(self._layout.tensor(layer.name)[0]), layer.name, "link"),
                )
                shape = " × ".join(map(str, layer.out_shape))
                yield sheet, Text((row + 1, column + 4), f"{layer.heading}   {shape}", "note")

    def _links(self, stages: Mapping[str, Sequence[Layer]]) -> Iterator[PlacedDecoration]:
        """Write at the top of each sheet the way to its neighbours."""
        names = list(stages)
        for before, name, after in zip(names, names[1:], [*names[2:], None], strict=False):
            sheet = name
            yield sheet, Link((1, 0), f"{quoted_sheet(before)}!A1", f"← {before}", "link")
            if before != SHEET:
                yield sheet, Link((1, 4), f"{SHEET}!A1", SHEET, "link")
            if after is not None:
                yield sheet, Link((1, 8), f"{quoted_sheet(after)}!A1", f"{after} →", "link")

    def _input(self) -> Iterator[PlacedDecoration]:
        for region in self._layout.inputs:
            if not self._chooses:
                style = "input_whole" if self._whole else "input"
                yield region.sheet, Constants(region, self._values[region.name].tolist(), style)
            yield (
                region.sheet,
                NumberValidation(region, 0, 1, "Pixel", "A number from 0 (paper) to 1 (full ink)."),
            )
        yield from self._colour(self._layout.inputs, styles.sequential_scale)
        shape = " × ".join(map(str, self._template.network.input_shape))
        yield from self._heading(self._layout.inputs[0], f"Input   {shape}")
        yield from self._captions(self._layout.inputs, "0 is paper, 1 is ink")

    def _weights(self, layer: Layer) -> Iterator[PlacedDecoration]:
        grid = self._layout.weights.get(layer.name)
        if grid is None:
            return
        regions = [region for row in grid for region in row]
        style = "input_whole" if self._whole else "weight"
        in_rows = sorted(regions, key=lambda region: (region.sheet, region.top, region.rows, region.left))
        for _, group in groupby(in_rows, key=lambda region: (region.sheet, region.top, region.rows)):
            beside = list(group)
            values = np.hstack([self._values[region.name] for region in beside]).tolist()
            yield beside[0].sheet, ConstantsBeside(beside, values, style)
        yield from self._colour(regions, styles.diverging_scale)
        heading = layer.stage.weights_heading
        labels = self._outputs(layer)
        if layer.name == self._template.network.scoring and regions[0].columns >= _WIDE:
            heading = "Dense weights   for and against each class"
        yield from self._heading(grid[0][0], heading, regions)
        for output, regions in enumerate(grid):
            row = regions[:-1] if layer.has_bias else regions
            for bias in regions[len(row) :]:
                yield bias.sheet, Text((bias.top, bias.left + 1), "bias", "caption")
            for channel, region in enumerate(row):
                caption = f"filter {output + 1}" + (f", slice {channel + 1}" if len(row) > 1 else "")
                if not layer.stage.shared_weights:
                    caption = labels[output]
                    if region.columns >= _WIDE:
                        caption = f"for {caption}, map {channel + 1}"
                    elif len(row) > 1 and layer.name != self._template.network.scoring:
                        caption += f", map {channel + 1}"
                yield region.sheet, Text((region.top - 1, region.left), caption, "caption")

    def _outputs(self, layer: Layer) -> tuple[str, ...]:
        """Return what a layer's outputs are called: the last weights lead to the classes."""
        network = self._template.network
        if layer.name == network.scoring:
            return network.classes
        return tuple(f"{layer.name} {number}" for number in range(1, layer.out_shape[0] + 1))

    def _classes(self) -> Iterator[PlacedDecoration]:
        region = self._labels
        labels = [[in_cell(label)] for label in self._template.network.classes]
        yield from ((region.sheet, each) for each in cell_by_cell(region, labels, "label"))

    def _formulas(self, block: FormulaBlock) -> Iterator[PlacedDecoration]:
        for region in block.regions:
            values = self._values[region.name].tolist()
            yield region.sheet, Formulas(block, region, values, self._style_of(block, region))

    def _style_of(self, block: FormulaBlock, region: Region) -> str:
        if region.name in _READOUT_STYLES:
            return _READOUT_STYLES[region.name]
        if region.name in self._layout.parts[self._last] or region.columns == 1 < region.rows:
            return _TABLE_STYLES.get(region.name, "score")
        return "activation_whole" if self._whole else "activation"

    def _headings_and_colours(self, layer: Layer) -> Iterator[PlacedDecoration]:
        if len(layer.out_shape) == 1:
            yield from self._table(layer)
            return
        for part, maps in sums(layer).items():
            regions = self._layout.parts[layer.name][part]
            words = f"sums over maps {maps.start + 1} to {maps.stop}"
            yield from self._heading(regions[0], words.capitalize(), regions)
            yield from self._captions(regions, "")
            yield from self._colour(regions, styles.diverging_scale)
        regions = self._layout.tensor(layer.name)
        heading = layer.heading
        _, rows, columns = layer.out_shape
        if columns >= _WIDE:
            heading += f"   {len(regions)} × {rows} × {columns}"
        yield from self._heading(regions[0], heading, regions)
        words = layer.stage.caption
        if layer.has_bias:
            words = words.replace("summed", "summed, plus the bias", 1)
        yield from self._captions(regions, words if columns >= _WIDE else "")
        signed = not layer.stage.never_negative
        yield from self._colour(regions, styles.diverging_scale if signed else styles.sequential_scale)

    def _table(self, layer: Layer) -> Iterator[PlacedDecoration]:
        parts = self._layout.parts[layer.name]
        for part, (region,) in parts.items():
            above = (region.top - 1, region.left)
            match part:
                case "" if layer.name != self._template.network.scoring:  # hidden
                    yield region.sheet, Widths(region.left, region.left, styles.SCORE_PIXELS, "plain")
                    yield region.sheet, Text(above, layer.name, "table_head")
                case "":
                    yield region.sheet, Text(above, "score", "table_head")
                    last = self._layout.parts[self._last]["probabilities"]
                    yield from self._heading(self._labels, "Scores and probabilities", last)
                case _ if layer.stage.parts(layer.in_shape).get(part) == ():
                    label = layer.stage.part_headings.get(part, part)
                    yield region.sheet, Text(above, label, "table_label")
                case _ if part in sums(layer):
                    yield region.sheet, Widths(region.left, region.left, styles.SCORE_PIXELS, "plain")
                    maps = sums(layer)[part]
                    yield region.sheet, Text(above, f"maps {maps.start + 1} to {maps.stop}", "table_head")
                case _:
                    label = layer.stage.part_headings.get(part, part)
                    yield region.sheet, Text(above, label, "table_head")

    def _heading(
        self, first: Region, text: str, regions: Sequence[Region] = ()
    ) -> Iterator[PlacedDecoration]:
        right = max(region.area.right for region in (first, *regions))
        row = TITLE_ROWS - 1
        sheet = first.sheet
        yield sheet, Blank(Region("", "", row, first.left, 1, right - first.left + 1).area, "heading_line")
        yield sheet, Text((row, first.left), text, "heading")

    def _captions(self, regions: Sequence[Region], words: str) -> Iterator[PlacedDecoration]:
        for region in regions:
            text = f"{region.name}  {words}" if words else region.name
            yield region.sheet, Text((region.top - 1, region.left), text, "caption")

    def _colour(
        self, regions: Sequence[Region], scale: Callable[[Sequence[Region]], Mapping[str, Any]]
    ) -> Iterator[PlacedDecoration]:
        """Colour regions by one scale; many as the rectangle around them, where only captions stand between."""
        if len(regions) > _MANY:
            top, left, bottom, right = around(region.area for region in regions)
            regions = [Region("", regions[0].sheet, top, left, bottom - top + 1, right - left + 1)]
        yield regions[0].sheet, ColourScale(regions, scale(regions))

    def _chart_at_the_end(self) -> Iterator[PlacedDecoration]:
        probabilities = self._layout.parts[self._last]["probabilities"][0]
        check = self._layout.readout["probability_check"]
        yield (
            self._labels.sheet,
            BarChart(
                (check.top + 2, self._labels.left),
                (50 + 4 * styles.SCORE_PIXELS, 240),
                self._labels,
                probabilities,
                styles.probability_chart("class"),
            ),
        )


def _top_of(region: Region) -> str:
    return f"{quoted_sheet(region.sheet)}!{a1(region.top - 1, region.left)}"


def _subtitle(template: Template) -> str:
    kinds = " → ".join(layer.name for layer in template.network.layers)
    return f"Template {template.name}: input → {kinds}"
