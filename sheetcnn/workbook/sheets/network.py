"""The sheet `Network`, and those of stages that it has no room for: every number, left to right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from sheetcnn.excel.addresses import a1, around, quoted_sheet
from sheetcnn.excel.paper import Paper
from sheetcnn.excel.region import Region
from sheetcnn.network.classes import in_cell
from sheetcnn.network.network import Layer
from sheetcnn.network.template import Template
from sheetcnn.workbook import styles as looks
from sheetcnn.workbook.decoration import (
    BarChart,
    Blank,
    ColourScale,
    Constants,
    ConstantsBeside,
    Decoration,
    Dropdown,
    FittedText,
    Formulas,
    Freeze,
    Grid,
    Height,
    Link,
    Number,
    NumberValidation,
    PlacedDecoration,
    PrintStages,
    Text,
    WideText,
    Widths,
    Zoom,
    cell_by_cell,
)
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues
from sheetcnn.workbook.layout import (
    CHOICE,
    GAP,
    PANEL_COLUMNS,
    SHEET,
    TITLE_ROWS,
    TRUTH,
    sums,
)
from sheetcnn.workbook.sheets.draw import SHEET as DRAW
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

_COLOURS = ["Blue is below 0, white is 0, red is above.", ""]
_TO_CHANGE = [
    "Change any blue number, a pixel or a weight,",
    "and watch the answer. Every black number is a",
    "formula: click one to see what it reads.",
    "",
]
_TO_CHOOSE = [
    "Choose another digit, or change a weight, and",
    "watch the answer. Every black number is a",
    "formula: click one to see what it reads.",
    "",
]
_TRACING = [
    "Excel: Formulas, Trace Precedents.",
    "LibreOffice: Tools, Detective.",
]


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
        self._names, self._drawn = names, list[PlacedDecoration]()
        self._template, self._layout, self._blocks = template, spec.layout, spec.blocks
        self._values = values
        self._labels, self._last = spec.layout.labels, template.network.layers[-1].name
        arrays = [*template.weights.values(), *(values[region.name] for region in spec.layout.inputs)]
        self._chooses = "choices" in spec.layout.extra
        self._whole = all(np.array_equal(array, np.round(array)) for array in arrays)

    def decorate(self) -> list[PlacedDecoration]:
        """Return all that stands on its sheets, in the order in which it is written."""
        self._canvas()
        self._input()
        for layer in self._template.network.layers:
            self._weights(layer)
        self._classes()
        for block in self._blocks:
            if block.regions[0].sheet in self._names:
                self._formulas(block)
        for layer in self._template.network.layers:
            self._headings_and_colours(layer)
        self._panel()
        self._chart_at_the_end()
        for sheet in self._names:
            panel = PANEL_COLUMNS if sheet == SHEET else 0
            self._put(sheet, PrintStages(self._layout, _PAPER, TITLE_ROWS - 1, "heading", panel))
        return self._drawn

    def _title(self, sheet: str) -> None:
        """Write what the workbook is above the panel, and no wider, as it is printed with it."""
        room = (PANEL_COLUMNS - 1) * looks.CELL_PIXELS * _FILLED
        titles = (self._template.title, "panel_title", 22), (_subtitle(self._template), "panel_subtitle", 14)
        for row, (words, style, high) in enumerate(titles):
            region = Region("", SHEET, row, 0, 1, PANEL_COLUMNS - 1)
            self._put(sheet, FittedText(region, words, style, room, high))

    def _canvas(self) -> None:
        stages = self._stages_by_sheet()
        for sheet in self._names:
            last = max(region.area.right for region in self._layout.regions if region.sheet == sheet)
            last += _LIST_COLUMNS if sheet == SHEET and len(self._names) > 1 else 0
            self._put(sheet, Grid(last + 8, looks.CELL_PIXELS, looks.CELL_PIXELS, "plain"))
            if sheet == self._labels.sheet:
                self._table_widths(sheet)
            if sheet == SHEET:
                self._title(sheet)
            else:
                self._put(sheet, Height(0, 34))
                self._put(sheet, Text((0, 0), " → ".join(layer.name for layer in stages[sheet]), "title"))
            self._put(sheet, Freeze(TITLE_ROWS, PANEL_COLUMNS if sheet == SHEET else 0))
            self._put(sheet, Zoom(looks.ZOOM))
        if len(self._names) > 1:
            self._list_of_sheets(stages)
            self._links(stages)

    def _stages_by_sheet(self) -> dict[str, list[Layer]]:
        stages: dict[str, list[Layer]] = {name: [] for name in self._names}
        for layer in self._template.network.layers:
            stages[self._layout.tensor(layer.name)[0].sheet].append(layer)
        return stages

    def _table_widths(self, sheet: str) -> None:
        table, probabilities = self._labels, self._layout.parts[self._last]["probabilities"][0]
        self._put(sheet, Widths(table.left, table.left, 50, "plain"))
        self._put(sheet, Widths(table.left + 1, probabilities.left, looks.SCORE_PIXELS, "plain"))

    def _list_of_sheets(self, stages: Mapping[str, Sequence[Layer]]) -> None:
        """Write beside the input where the stages are that this sheet has no room for."""
        here = [
            *self._layout.inputs,
            *(r for layer in stages[SHEET] for r in self._layout.tensor(layer.name)),
        ]
        row, column = TITLE_ROWS - 1, max(region.area.right for region in here) + 1 + GAP
        sheet = SHEET
        self._put(sheet, Blank(Region("", "", row, column, 1, _LIST_COLUMNS).area, "heading_line"))
        self._put(sheet, Text((row, column), "The stages, on sheets of their own", "heading"))
        for name, layers in stages.items():
            for layer in layers if name != SHEET else ():
                row += 1
                self._put(
                    sheet,
                    Link((row + 1, column), _top_of(self._layout.tensor(layer.name)[0]), layer.name, "link"),
                )
                shape = " × ".join(map(str, layer.out_shape))
                self._put(sheet, Text((row + 1, column + 4), f"{layer.heading}   {shape}", "note"))

    def _links(self, stages: Mapping[str, Sequence[Layer]]) -> None:
        """Write at the top of each sheet the way to its neighbours."""
        names = list(stages)
        for before, name, after in zip(names, names[1:], [*names[2:], None], strict=False):
            sheet = name
            self._put(sheet, Link((1, 0), f"{quoted_sheet(before)}!A1", f"← {before}", "link"))
            if before != SHEET:
                self._put(sheet, Link((1, 4), f"{SHEET}!A1", SHEET, "link"))
            if after is not None:
                self._put(sheet, Link((1, 8), f"{quoted_sheet(after)}!A1", f"{after} →", "link"))

    def _input(self) -> None:
        for region in self._layout.inputs:
            if not self._chooses:
                style = "input_whole" if self._whole else "input"
                self._put(region.sheet, Constants(region, self._values[region.name].tolist(), style))
            self._put(
                region.sheet,
                NumberValidation(region, 0, 1, "Pixel", "A number from 0 (paper) to 1 (full ink)."),
            )
        self._colour(self._layout.inputs, looks.sequential_scale)
        shape = " × ".join(map(str, self._template.network.input_shape))
        self._heading(self._layout.inputs[0], f"Input   {shape}")
        self._captions(self._layout.inputs, "0 is paper, 1 is ink")

    def _weights(self, layer: Layer) -> None:
        grid = self._layout.weights.get(layer.name)
        if grid is None:
            return
        regions = [region for row in grid for region in row]
        style = "input_whole" if self._whole else "weight"
        in_rows = sorted(regions, key=lambda region: (region.sheet, region.top, region.rows, region.left))
        for _, group in groupby(in_rows, key=lambda region: (region.sheet, region.top, region.rows)):
            beside = list(group)
            values = np.hstack([self._values[region.name] for region in beside]).tolist()
            self._put(beside[0].sheet, ConstantsBeside(beside, values, style))
        self._colour(regions, looks.diverging_scale)
        heading = layer.stage.weights_heading
        labels = self._outputs(layer)
        if layer.name == self._template.network.scoring and regions[0].columns >= _WIDE:
            heading = "Dense weights   for and against each class"
        self._heading(grid[0][0], heading, regions)
        for output, regions in enumerate(grid):
            row = regions[:-1] if layer.has_bias else regions
            for bias in regions[len(row) :]:
                self._put(bias.sheet, Text((bias.top, bias.left + 1), "bias", "caption"))
            for channel, region in enumerate(row):
                caption = f"filter {output + 1}" + (f", slice {channel + 1}" if len(row) > 1 else "")
                if not layer.stage.shared_weights:
                    caption = labels[output]
                    if region.columns >= _WIDE:
                        caption = f"for {caption}, map {channel + 1}"
                    elif len(row) > 1 and layer.name != self._template.network.scoring:
                        caption += f", map {channel + 1}"
                self._put(region.sheet, Text((region.top - 1, region.left), caption, "caption"))

    def _outputs(self, layer: Layer) -> tuple[str, ...]:
        """Return what a layer's outputs are called: the last weights lead to the classes."""
        network = self._template.network
        if layer.name == network.scoring:
            return network.classes
        return tuple(f"{layer.name} {number}" for number in range(1, layer.out_shape[0] + 1))

    def _classes(self) -> None:
        region = self._labels
        labels = [[in_cell(label)] for label in self._template.network.classes]
        self._put(region.sheet, *cell_by_cell(region, labels, "label"))

    def _formulas(self, block: FormulaBlock) -> None:
        for region in block.regions:
            values = self._values[region.name].tolist()
            self._put(region.sheet, Formulas(block, region, values, self._style_of(block, region)))

    def _style_of(self, block: FormulaBlock, region: Region) -> str:
        if region.name in _READOUT_STYLES:
            return _READOUT_STYLES[region.name]
        if region.name in self._layout.parts[self._last] or region.columns == 1 < region.rows:
            return _TABLE_STYLES.get(region.name, "score")
        return "activation_whole" if self._whole else "activation"

    def _headings_and_colours(self, layer: Layer) -> None:
        if len(layer.out_shape) == 1:
            self._table(layer)
            return
        for part, maps in sums(layer).items():
            regions = self._layout.parts[layer.name][part]
            words = f"sums over maps {maps.start + 1} to {maps.stop}"
            self._heading(regions[0], words.capitalize(), regions)
            self._captions(regions, "")
            self._colour(regions, looks.diverging_scale)
        regions = self._layout.tensor(layer.name)
        heading = layer.heading
        _, rows, columns = layer.out_shape
        if columns >= _WIDE:
            heading += f"   {len(regions)} × {rows} × {columns}"
        self._heading(regions[0], heading, regions)
        words = layer.stage.caption
        if layer.has_bias:
            words = words.replace("summed", "summed, plus the bias", 1)
        self._captions(regions, words if columns >= _WIDE else "")
        signed = not layer.stage.never_negative
        self._colour(regions, looks.diverging_scale if signed else looks.sequential_scale)

    def _table(self, layer: Layer) -> None:
        parts = self._layout.parts[layer.name]
        for part, (region,) in parts.items():
            above = (region.top - 1, region.left)
            match part:
                case "" if layer.name != self._template.network.scoring:  # hidden
                    self._put(region.sheet, Widths(region.left, region.left, looks.SCORE_PIXELS, "plain"))
                    self._put(region.sheet, Text(above, layer.name, "table_head"))
                case "":
                    self._put(region.sheet, Text(above, "score", "table_head"))
                    last = self._layout.parts[self._last]["probabilities"]
                    self._heading(self._labels, "Scores and probabilities", last)
                case _ if layer.stage.parts(layer.in_shape).get(part) == ():
                    label = layer.stage.part_headings.get(part, part)
                    self._put(region.sheet, Text(above, label, "table_label"))
                case _ if part in sums(layer):
                    self._put(region.sheet, Widths(region.left, region.left, looks.SCORE_PIXELS, "plain"))
                    maps = sums(layer)[part]
                    self._put(
                        region.sheet, Text(above, f"maps {maps.start + 1} to {maps.stop}", "table_head")
                    )
                case _:
                    label = layer.stage.part_headings.get(part, part)
                    self._put(region.sheet, Text(above, label, "table_head"))

    def _heading(self, first: Region, text: str, regions: Sequence[Region] = ()) -> None:
        right = max(region.area.right for region in (first, *regions))
        row = TITLE_ROWS - 1
        sheet = first.sheet
        self._put(
            sheet, Blank(Region("", "", row, first.left, 1, right - first.left + 1).area, "heading_line")
        )
        self._put(sheet, Text((row, first.left), text, "heading"))

    def _captions(self, regions: Sequence[Region], words: str) -> None:
        for region in regions:
            text = f"{region.name}  {words}" if words else region.name
            self._put(region.sheet, Text((region.top - 1, region.left), text, "caption"))

    def _panel(self) -> None:
        sheet, layout = SHEET, self._layout
        self._put(sheet, Blank(Region("", "", TITLE_ROWS - 1, 0, 1, PANEL_COLUMNS - 1).area, "heading_line"))
        self._put(sheet, Text((TITLE_ROWS - 1, 0), "What it reads", "heading"))
        self._choice()
        probabilities = layout.parts[self._last]["probabilities"][0]
        looks_of_chart = looks.probability_chart("class")
        width = (PANEL_COLUMNS - 1) * looks.CELL_PIXELS
        row = layout.readout["confidence"].top + 2
        self._put(sheet, BarChart((row, 0), (width, 220), layout.labels, probabilities, looks_of_chart))
        row += 11
        samples = [
            ("input_whole", "a number that you may change"),
            ("activation_whole", "a formula"),
            ("legend_answer", "the answer"),
        ]
        for offset, (style, words) in enumerate(samples):
            self._put(sheet, Number((row + offset, 0), 1, style))
            self._put(sheet, Text((row + offset, 1), words, "legend"))
        lines = [*_COLOURS, *(_TO_CHOOSE if self._chooses else _TO_CHANGE), *_TRACING]
        for offset, line in enumerate(lines, start=len(samples) + 1):
            self._put(sheet, Text((row + offset, 0), line, "note"))

    def _choice(self) -> None:
        """Draw what is read and what it shows; a list to choose from where there are pages of digits."""
        sheet, truth = SHEET, self._layout.extra[TRUTH.name]
        self._put(sheet, Text((truth.top, 0), "It shows a", "legend_plain"))
        if not self._chooses:
            self._put(sheet, *cell_by_cell(truth, self._values[truth.name].tolist(), "truth"))
            return
        choice = self._layout.extra[CHOICE.name]
        self._put(
            sheet,
            WideText(
                Region("", "", choice.top, 0, 1, PANEL_COLUMNS - 1),
                self._values[choice.name].item(),
                "choice",
            ),
        )
        self._put(
            sheet, Dropdown(choice, "choices", "The digit to read", "Choose one of the names in the list.")
        )
        self._put(sheet, Text((choice.top + 1, 0), "choose above, or", "legend_plain"))
        self._put(sheet, Link((choice.top + 1, 5), f"{DRAW}!B7", "draw your own", "link"))
        for name in ("pixel_rows", "pixel_columns"):
            self._put(sheet, Constants(self._layout.extra[name], self._values[name].tolist(), "ruler"))

    def _colour(
        self, regions: Sequence[Region], scale: Callable[[Sequence[Region]], Mapping[str, Any]]
    ) -> None:
        """Colour regions by one scale; many as the rectangle around them, where only captions stand between."""
        if len(regions) > _MANY:
            top, left, bottom, right = around(region.area for region in regions)
            regions = [Region("", regions[0].sheet, top, left, bottom - top + 1, right - left + 1)]
        self._put(regions[0].sheet, ColourScale(regions, scale(regions)))

    def _put(self, sheet: str, *decorations: Decoration) -> None:
        self._drawn += [(sheet, each) for each in decorations]

    def _chart_at_the_end(self) -> None:
        probabilities = self._layout.parts[self._last]["probabilities"][0]
        check = self._layout.readout["probability_check"]
        self._put(
            self._labels.sheet,
            BarChart(
                (check.top + 2, self._labels.left),
                (50 + 4 * looks.SCORE_PIXELS, 240),
                self._labels,
                probabilities,
                looks.probability_chart("class"),
            ),
        )


def _top_of(region: Region) -> str:
    return f"{quoted_sheet(region.sheet)}!{a1(region.top - 1, region.left)}"


def _subtitle(template: Template) -> str:
    kinds = " → ".join(layer.name for layer in template.network.layers)
    return f"Template {template.name}: input → {kinds}"
