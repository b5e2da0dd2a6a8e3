"""The sheet `Network`, and those of stages that it has no room for: every number, left to right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from sheetcnn.excel.addresses import a1, around, quoted_sheet
from sheetcnn.excel.paper import Paper
from sheetcnn.excel.region import Region
from sheetcnn.network.classes import in_cell
from sheetcnn.network.network import Layer
from sheetcnn.network.template import Template
from sheetcnn.workbook import styles as looks
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues
from sheetcnn.workbook.layout import (
    CHOICE,
    GAP,
    PANEL_COLUMNS,
    SHEET,
    TITLE_ROWS,
    TRUTH,
    Layout,
    sums,
)
from sheetcnn.workbook.printing import print_stages
from sheetcnn.workbook.sheets.draw import SHEET as DRAW

if TYPE_CHECKING:
    from sheetcnn.excel.writer import SheetWriter

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
    """Draws a network with the values that it has for one input."""

    def __init__(
        self,
        sheets: Mapping[str, SheetWriter],
        template: Template,
        layout: Layout,
        shown: Sequence[FormulaBlock],
        values: Mapping[str, RegionValues],
    ) -> None:
        self._sheets, self._template, self._layout = sheets, template, layout
        self._shown, self._values = shown, values
        self._labels, self._last = layout.labels, template.network.layers[-1].name
        arrays = [*template.weights.values(), *(values[region.name] for region in layout.inputs)]
        self._chooses = "choices" in layout.extra
        self._whole = all(np.array_equal(array, np.round(array)) for array in arrays)

    def draw(self) -> None:
        """Write all its sheets."""
        self._canvas()
        self._input()
        for layer in self._template.network.layers:
            self._weights(layer)
        self._classes()
        for block in self._shown:
            if block.regions[0].sheet in self._sheets:
                self._formulas(block)
        for layer in self._template.network.layers:
            self._headings_and_colours(layer)
        self._panel()
        self._chart_at_the_end()
        for name, sheet in self._sheets.items():
            panel = PANEL_COLUMNS if name == SHEET else 0
            print_stages(sheet, self._layout, _PAPER, TITLE_ROWS - 1, "heading", panel)

    def _title(self, sheet: SheetWriter) -> None:
        """Write what the workbook is above the panel, and no wider, as it is printed with it."""
        room = (PANEL_COLUMNS - 1) * looks.CELL_PIXELS
        titles = (self._template.title, "panel_title", 22), (_subtitle(self._template), "panel_subtitle", 14)
        for row, (words, style, high) in enumerate(titles):
            lines = -(-sheet.extent.measured(words, looks.STYLES[style]) // (room * _FILLED))
            sheet.wide_text(Region("", SHEET, row, 0, 1, PANEL_COLUMNS - 1), words, style)
            sheet.height(row, int(high * lines) + 10)

    def _canvas(self) -> None:
        stages = self._stages_by_sheet()
        for name, sheet in self._sheets.items():
            last = max(region.area.right for region in self._layout.regions if region.sheet == name)
            last += _LIST_COLUMNS if name == SHEET and len(self._sheets) > 1 else 0
            sheet.grid(last + 8, looks.CELL_PIXELS, looks.CELL_PIXELS, "plain")
            if name == self._labels.sheet:
                self._table_widths(sheet)
            if name == SHEET:
                self._title(sheet)
            else:
                sheet.height(0, 34)
                sheet.text((0, 0), " → ".join(layer.name for layer in stages[name]), "title")
            sheet.freeze(TITLE_ROWS, PANEL_COLUMNS if name == SHEET else 0)
            sheet.zoom(looks.ZOOM)
        if len(self._sheets) > 1:
            self._list_of_sheets(stages)
            self._links(stages)

    def _stages_by_sheet(self) -> dict[str, list[Layer]]:
        stages: dict[str, list[Layer]] = {name: [] for name in self._sheets}
        for layer in self._template.network.layers:
            stages[self._layout.tensor(layer.name)[0].sheet].append(layer)
        return stages

    def _table_widths(self, sheet: SheetWriter) -> None:
        table, probabilities = self._labels, self._layout.parts[self._last]["probabilities"][0]
        sheet.widths(table.left, table.left, 50, "plain")
        sheet.widths(table.left + 1, probabilities.left, looks.SCORE_PIXELS, "plain")

    def _list_of_sheets(self, stages: Mapping[str, Sequence[Layer]]) -> None:
        """Write beside the input where the stages are that this sheet has no room for."""
        here = [
            *self._layout.inputs,
            *(r for layer in stages[SHEET] for r in self._layout.tensor(layer.name)),
        ]
        row, column = TITLE_ROWS - 1, max(region.area.right for region in here) + 1 + GAP
        sheet = self._sheets[SHEET]
        sheet.blank(Region("", "", row, column, 1, _LIST_COLUMNS).area, "heading_line")
        sheet.text((row, column), "The stages, on sheets of their own", "heading")
        for name, layers in stages.items():
            for layer in layers if name != SHEET else ():
                row += 1
                sheet.link((row + 1, column), _top_of(self._layout.tensor(layer.name)[0]), layer.name, "link")
                shape = " × ".join(map(str, layer.out_shape))
                sheet.text((row + 1, column + 4), f"{layer.heading}   {shape}", "note")

    def _links(self, stages: Mapping[str, Sequence[Layer]]) -> None:
        """Write at the top of each sheet the way to its neighbours."""
        names = list(stages)
        for before, name, after in zip(names, names[1:], [*names[2:], None], strict=False):
            sheet = self._sheets[name]
            sheet.link((1, 0), f"{quoted_sheet(before)}!A1", f"← {before}", "link")
            if before != SHEET:
                sheet.link((1, 4), f"{SHEET}!A1", SHEET, "link")
            if after is not None:
                sheet.link((1, 8), f"{quoted_sheet(after)}!A1", f"{after} →", "link")

    def _input(self) -> None:
        for region in self._layout.inputs:
            if not self._chooses:
                style = "input_whole" if self._whole else "input"
                self._on(region).numbers(region, self._values[region.name].tolist(), style)
            self._on(region).number_validation(
                region, 0, 1, "Pixel", "A number from 0 (paper) to 1 (full ink)."
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
            self._on(beside[0]).numbers_beside(beside, values, style)
        self._colour(regions, looks.diverging_scale)
        heading = layer.stage.weights_heading
        labels = self._outputs(layer)
        if layer.name == self._template.network.scoring and regions[0].columns >= _WIDE:
            heading = "Dense weights   for and against each class"
        self._heading(grid[0][0], heading, regions)
        for output, regions in enumerate(grid):
            row = regions[:-1] if layer.has_bias else regions
            for bias in regions[len(row) :]:
                self._on(bias).text((bias.top, bias.left + 1), "bias", "caption")
            for channel, region in enumerate(row):
                caption = f"filter {output + 1}" + (f", slice {channel + 1}" if len(row) > 1 else "")
                if not layer.stage.shared_weights:
                    caption = labels[output]
                    if region.columns >= _WIDE:
                        caption = f"for {caption}, map {channel + 1}"
                    elif len(row) > 1 and layer.name != self._template.network.scoring:
                        caption += f", map {channel + 1}"
                self._on(region).text((region.top - 1, region.left), caption, "caption")

    def _outputs(self, layer: Layer) -> tuple[str, ...]:
        """Return what a layer's outputs are called: the last weights lead to the classes."""
        network = self._template.network
        if layer.name == network.scoring:
            return network.classes
        return tuple(f"{layer.name} {number}" for number in range(1, layer.out_shape[0] + 1))

    def _classes(self) -> None:
        region = self._labels
        for row, label in enumerate(self._template.network.classes):
            value, cell = in_cell(label), region.cell(row, 0)
            if isinstance(value, str):
                self._on(region).text(cell, value, "label")
            else:
                self._on(region).number(cell, value, "label")

    def _formulas(self, block: FormulaBlock) -> None:
        for region in block.regions:
            self._on(region).formulas(
                region,
                block.formulas(region),
                self._values[region.name].tolist(),
                self._style_of(block, region),
                array=block.array,
            )

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
                    self._on(region).widths(region.left, region.left, looks.SCORE_PIXELS, "plain")
                    self._on(region).text(above, layer.name, "table_head")
                case "":
                    self._on(region).text(above, "score", "table_head")
                    last = self._layout.parts[self._last]["probabilities"]
                    self._heading(self._labels, "Scores and probabilities", last)
                case _ if layer.stage.parts(layer.in_shape).get(part) == ():
                    self._on(region).text(above, layer.stage.part_headings.get(part, part), "table_label")
                case _ if part in sums(layer):
                    self._on(region).widths(region.left, region.left, looks.SCORE_PIXELS, "plain")
                    maps = sums(layer)[part]
                    self._on(region).text(above, f"maps {maps.start + 1} to {maps.stop}", "table_head")
                case _:
                    self._on(region).text(above, layer.stage.part_headings.get(part, part), "table_head")

    def _heading(self, first: Region, text: str, regions: Sequence[Region] = ()) -> None:
        right = max(region.area.right for region in (first, *regions))
        row = TITLE_ROWS - 1
        sheet = self._on(first)
        sheet.blank(Region("", "", row, first.left, 1, right - first.left + 1).area, "heading_line")
        sheet.text((row, first.left), text, "heading")

    def _captions(self, regions: Sequence[Region], words: str) -> None:
        for region in regions:
            text = f"{region.name}  {words}" if words else region.name
            self._on(region).text((region.top - 1, region.left), text, "caption")

    def _panel(self) -> None:
        sheet, layout = self._sheets[SHEET], self._layout
        sheet.blank(Region("", "", TITLE_ROWS - 1, 0, 1, PANEL_COLUMNS - 1).area, "heading_line")
        sheet.text((TITLE_ROWS - 1, 0), "What it reads", "heading")
        self._choice()
        probabilities = layout.parts[self._last]["probabilities"][0]
        looks_of_chart = looks.probability_chart("class")
        width = (PANEL_COLUMNS - 1) * looks.CELL_PIXELS
        row = layout.readout["confidence"].top + 2
        sheet.bar_chart((row, 0), (width, 220), layout.labels, probabilities, looks_of_chart)
        row += 11
        samples = [
            ("input_whole", "a number that you may change"),
            ("activation_whole", "a formula"),
            ("legend_answer", "the answer"),
        ]
        for offset, (style, words) in enumerate(samples):
            sheet.number((row + offset, 0), 1, style)
            sheet.text((row + offset, 1), words, "legend")
        lines = [*_COLOURS, *(_TO_CHOOSE if self._chooses else _TO_CHANGE), *_TRACING]
        for offset, line in enumerate(lines, start=len(samples) + 1):
            sheet.text((row + offset, 0), line, "note")

    def _choice(self) -> None:
        """Draw what is read and what it shows; a list to choose from where there are pages of digits."""
        sheet, truth = self._sheets[SHEET], self._layout.extra[TRUTH.name]
        sheet.text((truth.top, 0), "It shows a", "legend_plain")
        if not self._chooses:
            value = self._values[truth.name].item()
            (sheet.text if isinstance(value, str) else sheet.number)(truth.cell(0, 0), value, "truth")
            return
        choice = self._layout.extra[CHOICE.name]
        sheet.wide_text(
            Region("", "", choice.top, 0, 1, PANEL_COLUMNS - 1), self._values[choice.name].item(), "choice"
        )
        sheet.dropdown(choice, "choices", "The digit to read", "Choose one of the names in the list.")
        sheet.text((choice.top + 1, 0), "choose above, or", "legend_plain")
        sheet.link((choice.top + 1, 5), f"{DRAW}!B7", "draw your own", "link")
        for name in ("pixel_rows", "pixel_columns"):
            sheet.numbers(self._layout.extra[name], self._values[name].tolist(), "ruler")

    def _colour(
        self, regions: Sequence[Region], scale: Callable[[Sequence[Region]], Mapping[str, Any]]
    ) -> None:
        """Colour regions by one scale; many as the rectangle around them, where only captions stand between."""
        if len(regions) > _MANY:
            top, left, bottom, right = around(region.area for region in regions)
            regions = [Region("", regions[0].sheet, top, left, bottom - top + 1, right - left + 1)]
        self._on(regions[0]).colours(regions, scale(regions))

    def _on(self, region: Region) -> SheetWriter:
        return self._sheets[region.sheet]

    def _chart_at_the_end(self) -> None:
        probabilities = self._layout.parts[self._last]["probabilities"][0]
        check = self._layout.readout["probability_check"]
        self._on(self._labels).bar_chart(
            (check.top + 2, self._labels.left),
            (50 + 4 * looks.SCORE_PIXELS, 240),
            self._labels,
            probabilities,
            looks.probability_chart("class"),
        )


def _top_of(region: Region) -> str:
    return f"{quoted_sheet(region.sheet)}!{a1(region.top - 1, region.left)}"


def _subtitle(template: Template) -> str:
    kinds = " → ".join(layer.name for layer in template.network.layers)
    return f"Template {template.name}: input → {kinds}"
