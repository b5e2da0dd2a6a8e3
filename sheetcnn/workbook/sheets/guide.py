"""The sheet `Guide`: what the workbook does, where everything is, and the words of the field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sheetcnn.excel.addresses import a1, quoted_sheet
from sheetcnn.excel.region import Region
from sheetcnn.network.network import Network, count_parameters
from sheetcnn.network.template import Template
from sheetcnn.workbook.declaration import Declaration
from sheetcnn.workbook.decoration import Decoration, Grid, Height, Link, Number, PrintWhole, Text, Widths
from sheetcnn.workbook.formulas import CopiedCell
from sheetcnn.workbook.layout import Layout
from sheetcnn.workbook.sheet import Drawing, LessonSheet
from sheetcnn.workbook.sheets.model import SHEET as MODEL

SHEET = "Guide"

_NETWORK = "Every number of the network, from the pixels to the answer. Choose another digit there."
_MODEL = "A table of the network's stages. The command sheetcnn verify reads it."
_TRACING = [
    "Excel: select a cell, then Formulas, Trace Precedents. Ctrl+[ jumps to the cells that it reads.",
    "To jump back, press F5, then Enter.",
    "LibreOffice: select a cell, then Tools, Detective, Trace Precedents.",
    "On the command line: sheetcnn explain WORKBOOK CELL lists every product that the cell sums.",
]


class GuideSheet(LessonSheet):
    """Words and links, and one live cell: whether all is well."""

    sheet = SHEET
    summary = "What each sheet shows, and what the words mean."

    def fits(self, network: Network) -> bool:
        return bool(network.classes)

    def declare(self, network: Network, layout: Layout) -> Declaration:
        declared = Declaration(SHEET, layout, "guide", style="verdict")
        declared.formulas("all_well_guide", (3, 0), (1, 1), CopiedCell(), ["all_well"])
        return declared

    def decorate(self, drawing: Drawing) -> Iterator[Decoration]:
        yield Grid(4, 64, 21, "plain")
        for column, pixels in enumerate((170, 780, 40)):
            yield Widths(column, column, pixels, "plain")
        yield Height(0, 34)
        yield Text((0, 0), "A convolutional network with nothing hidden", "title")
        todo = "Choose another digit on Network, then change a filter, and watch what it does at every stage."
        yield Text((1, 0), todo, "subtitle")
        yield from drawing.cells()
        row = 5
        for title, lines in _sections(drawing):
            yield Text((row, 0), title, "guide_head")
            yield Text((row, 1), "", "guide_head")
            for offset, line in enumerate(lines, start=1):
                yield from _line(row + offset, *line)
            row += len(lines) + 2
        for offset, (style, words) in enumerate(_LEGEND, start=row + 1):
            yield Number((offset, 0), 1, style)
            yield Text((offset, 1), words, "guide_text")
        yield Text((row, 0), "Colours", "guide_head")
        yield Text((row, 1), "", "guide_head")
        yield PrintWhole((0, 1), landscape=False, one_page=True)


def _line(row: int, target: str, word: str, text: str) -> Iterator[Decoration]:
    if target:
        yield Link((row, 0), target, word, "link")
    elif word:
        yield Text((row, 0), word, "model_bold")
    yield Text((row, 1), text, "guide_text")


_LEGEND = [
    ("input", "Blue: a number that you may change, such as a weight. Ctrl+Z undoes it."),
    ("activation", "Black: a formula. Click it to see what it reads."),
    (
        "legend_answer",
        "Green: the answer. On maps, blue is below 0, white is 0, red is above 0.",
    ),
]

_Line = tuple[str, str, str]
"""Where a link leads, if there is one; its word; a sentence."""


def _sections(drawing: Drawing) -> Iterator[tuple[str, list[_Line]]]:
    template, layout, sheets = drawing.template, drawing.layout, drawing.sheets
    texts = {layout.inputs[0].sheet: _NETWORK, **drawing.summaries, MODEL: _MODEL}
    shown = [name for name in sheets if name in texts and name != SHEET]
    yield "Sheets", [(f"{quoted_sheet(name)}!A1", name, texts[name]) for name in shown]
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
            f"Its weights come from the file {template.file}."
            if template.file
            else "Its weights were chosen by hand."
        )
        return
    yield "Its weights were found by training on MNIST, a collection of handwritten digits. It read them many times,"
    yield "and after each small group of digits its weights changed a little towards the right answers."
    accuracy = template.training["accuracy"]
    yield f"It reads {accuracy:.2%} of MNIST's 10,000 test digits right, none of which was used in training."
    yield "Your own drawing may look different from all of them, so it may well be read wrongly."


def _words(template: Template, layout: Layout, sheets: Sequence[str]) -> Iterator[_Line]:
    def at(region: Region) -> str:
        return f"{quoted_sheet(region.sheet)}!{a1(*region.cell(0, 0))}"

    network = template.network
    conv = next((layer for layer in network.layers if layer.stage.shared_weights), None)
    yield at(layout.inputs[0]), "input", "The picture: 0 is paper, 1 is ink."
    if conv is not None:
        weights, maps = layout.weights[conv.name], layout.tensor(conv.name)
        yield (
            at(weights[0][0]),
            "filter",
            "A few weights that slide over the picture and look for one pattern.",
        )
        yield (
            at(maps[0]),
            "convolution",
            ("Each number sums a window of the picture times the filter: how clearly the pattern is there."),
        )
        yield at(maps[-1]), "channel", "One of several maps. Each filter makes one."
        yield (
            at(maps[0]),
            "hidden layer",
            "A stage between input and output. Training decides what it shows.",
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
                f"A block of numbers. A filter of {several[0].name} is a tensor of {shape}, a slice for each channel."
            ),
        )
    relu = next((layer for layer in network.layers if layer.stage.rectifies), None)
    if relu is not None:
        region = layout.tensor(relu.name)[0]
        yield (
            at(region),
            "ReLU",
            "Negative values become 0, others stay. Without it, two convolutions could do no more than one.",
        )
        yield at(region), "activation", "A number that a stage passes on to the next."
    pool = next((layer for layer in network.layers if layer.stage.takes_largest), None)
    if pool is not None:
        yield (
            at(layout.tensor(pool.name)[0]),
            "max pool",
            "The largest value of each window. Maps become smaller, and a stroke may lie a little elsewhere.",
        )
    scores = network.scoring
    yield (
        at(layout.weights[scores][0][0]),
        "dense weights",
        "Fully connected: each class has its own weight for every number of the stage before.",
    )
    yield (
        at(layout.tensor(scores)[0]),
        "dense activation",
        "The sum of all these products: the score of a class.",
    )
    yield (
        at(layout.tensor(network.layers[-1].name)[0]),
        "softmax",
        "Turns scores into probabilities: exp of each score, divided by the sum of all of them.",
    )
    target = "Softmax!A1" if "Softmax" in sheets else ""
    yield (
        target,
        "sigmoid",
        "Turns each score into a probability by itself, for cases in which several labels may be true.",
    )
    yield at(layout.labels), "class", "One of the possible answers."
