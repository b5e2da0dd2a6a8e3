"""The sheet `Guide`: what the workbook does, where everything is, and the words of the field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sheetcnn.digits.digit import Digit
from sheetcnn.excel.cells import Region, a1, quoted_sheet
from sheetcnn.network.network import Layer, Network, count_parameters
from sheetcnn.network.templates import Template
from sheetcnn.workbook.exhibits import Exhibit, Values
from sheetcnn.workbook.layout import Layout
from sheetcnn.workbook.page import Page
from sheetcnn.workbook.sheets.checks import Checks, Copied
from sheetcnn.workbook.sheets.model import SHEET as MODEL

if TYPE_CHECKING:
    from sheetcnn.excel.write import SheetWriter

SHEET = "Guide"

_NETWORK = "Every number of the network, from the pixels to the answer. Choose another digit there."
_MODEL = "The network in a table, as the command sheetcnn verify reads it."
_TRACING = [
    "Excel: select a cell, then Formulas, Trace Precedents; Ctrl+[ jumps to what it reads, F5 Enter back.",
    "LibreOffice: select a cell, then Tools, Detective, Trace Precedents.",
    "On the command line: sheetcnn explain WORKBOOK CELL writes out every product.",
]


class Guide(Page):
    """Words and links, and one live cell: whether all is well."""

    sheet = SHEET
    place = 10
    summary = "What everything is, and where."

    def fits(self, network: Network) -> bool:
        return Checks().fits(network)

    def regions(self, network: Network, layout: Layout) -> list[Region]:
        return [Region("all_well_guide", SHEET, 3, 0, 1, 1)]

    def given(self, template: Template, digit: Digit) -> dict[str, Values]:
        return {}

    def exhibits(self, network: Network, layout: Layout) -> list[Exhibit]:
        at = layout.others
        return [Copied("guide", at["all_well_guide"], [at["all_well"]])]

    def draw(
        self,
        sheet: SheetWriter,
        template: Template,
        layout: Layout,
        shown: Sequence[Exhibit],
        values: Mapping[str, Values],
    ) -> None:
        sheet.grid(4, 64, 21, "plain")
        for column, pixels in enumerate((170, 780, 40)):
            sheet.widths(column, column, pixels, "plain")
        sheet.height(0, 34)
        sheet.text((0, 0), "A convolutional network with nothing hidden", "title")
        sheet.text(
            (1, 0),
            "Choose another digit on Network, then change a filter, and watch what it does at every stage.",
            "subtitle",
        )
        for exhibit in shown:
            for region in exhibit.regions:
                if region.sheet == SHEET:
                    sheet.formulas(region, exhibit.formulas(region), values[region.name].tolist(), "verdict")
        row = 5
        for title, lines in _sections(template, layout, sheet.sheets):
            sheet.text((row, 0), title, "guide_head")
            sheet.text((row, 1), "", "guide_head")
            row += 1
            for target, word, text in lines:
                if target:
                    sheet.link((row, 0), target, word, "link")
                elif word:
                    sheet.text((row, 0), word, "model_bold")
                sheet.text((row, 1), text, "guide_text")
                row += 1
            row += 1
        for offset, (style, words) in enumerate(_LEGEND, start=row + 1):
            sheet.number((offset, 0), 1, style)
            sheet.text((offset, 1), words, "guide_text")
        sheet.text((row, 0), "Colours", "guide_head")
        sheet.text((row, 1), "", "guide_head")
        sheet.print_whole((0, 1))


_LEGEND = [
    ("input", "Blue: a number to change, such as a weight. Nothing breaks; Ctrl+Z takes it back."),
    ("activation", "Black: a formula. Click it to see what it reads."),
    (
        "legend_answer",
        "Green: the answer, and what belongs to it. On maps, blue is below 0, white is 0, red above.",
    ),
]

_Line = tuple[str, str, str]
"""Where a link leads, if there is one; its word; a sentence."""


def _sections(template: Template, layout: Layout, sheets: Sequence[str]) -> Iterator[tuple[str, list[_Line]]]:
    home = layout.inputs[0].sheet
    pages = {page.sheet: page.summary for page in Page.__subclasses__() if page is not Guide}
    texts = {home: _NETWORK, **pages, MODEL: _MODEL}
    yield "Sheets", [(f"{quoted_sheet(name)}!A1", name, texts[name]) for name in sheets if name in texts]
    yield "This network", [("", "", line) for line in _network(template)]
    yield "Where does a number come from?", [("", "", line) for line in _TRACING]
    yield "Words", list(_words(template, layout, sheets))


def _network(template: Template) -> Iterator[str]:
    network = template.network
    stages = " → ".join(layer.name for layer in network.layers)
    parameters = count_parameters(list(network.weight_shapes.values()))
    yield f"input → {stages}: {parameters:,} weights."
    if "accuracy" not in template.training:
        yield (
            f"Its weights were given in {template.file}." if template.file else "Its weights are set by hand."
        )
        return
    yield "Its weights were found by training on MNIST, digits written by hand. It saw them again and again,"
    yield "and each time its weights changed a little towards the right answer."
    yield f"It reads {template.training['accuracy']:.2%} of MNIST's 10,000 test digits right, which it never saw."
    yield "Your drawing may look like none of those: its authors are not surprised when it fails."


def _words(template: Template, layout: Layout, sheets: Sequence[str]) -> Iterator[_Line]:
    def at(region: Region) -> str:
        return f"{quoted_sheet(region.sheet)}!{a1(*region.cell(0, 0))}"

    network = template.network
    first: dict[str, Layer] = {}
    for layer in network.layers:
        first.setdefault(layer.stage.kind, layer)
    conv = first.get("conv") or first.get("convrelu")
    yield at(layout.inputs[0]), "input", "The picture: 0 is paper, 1 is ink."
    if conv is not None:
        weights, maps = layout.weights[conv.name], layout.tensor(conv.name)
        yield at(weights[0][0]), "filter", "A few weights that slide over the picture: a pattern to look for."
        yield (
            at(maps[0]),
            "convolution",
            (
                "Each number is a window of the picture times the filter, summed: how much the pattern is there."
            ),
        )
        yield at(maps[-1]), "channel", "One map of several: each filter makes one of its own."
        yield (
            at(maps[0]),
            "hidden layer",
            "What lies between input and output: nobody says what it has to show.",
        )
    several = [
        layer
        for layer in network.layers
        if layer.name in layout.weights and len(layout.weights[layer.name][0]) > 1 + layer.has_bias
    ]
    if several:
        slices = layout.weights[several[0].name][0]
        shape = " × ".join(map(str, (several[0].kernel_shape or ())[1:]))
        yield (
            at(slices[0]),
            "tensor",
            (
                f"Numbers in a block. One filter of {several[0].name} is a tensor of {shape}: a slice a channel."
            ),
        )
    relu = first.get("relu") or first.get("convrelu")
    if relu is not None:
        region = layout.tensor(relu.name)[0]
        yield (
            at(region),
            "ReLU",
            "What is negative becomes 0; the rest stays. Without it, two convolutions are one.",
        )
        yield at(region), "activation", "A number that a stage passes on."
    if (pool := first.get("maxpool")) is not None:
        yield (
            at(layout.tensor(pool.name)[0]),
            "max pool",
            "The largest of each window: smaller maps, and less fuss about where.",
        )
    scores = network.scoring
    yield (
        at(layout.weights[scores][0][0]),
        "dense weights",
        ("Fully connected: each class has a weight of its own for every number that comes in."),
    )
    yield (
        at(layout.tensor(scores)[0]),
        "dense activation",
        "All of these products, summed: the score of a class.",
    )
    yield (
        at(layout.tensor(network.layers[-1].name)[0]),
        "softmax",
        "Scores become probabilities: exp, then the share of the sum.",
    )
    target = "Softmax!A1" if "Softmax" in sheets else ""
    yield (
        target,
        "sigmoid",
        "One score becomes one probability by itself, where several labels may be true at once.",
    )
    yield at(layout.labels), "class", "One of the answers that there are: here, a digit."
