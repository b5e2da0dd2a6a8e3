"""The sheet `Evidence`: each product of the dense stage that scores the classes, as a picture for each class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from sheetcnn.digits.digit import Digit
from sheetcnn.excel.addresses import a1, around
from sheetcnn.excel.region import Region
from sheetcnn.network.classes import UNKNOWN
from sheetcnn.network.network import Layer, Network
from sheetcnn.network.stages import Position, Refs
from sheetcnn.network.stages.base import window
from sheetcnn.network.template import Template
from sheetcnn.workbook import styles as looks
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues, equal, numbers
from sheetcnn.workbook.layout import TRUTH, Layout
from sheetcnn.workbook.sheet import LessonSheet
from sheetcnn.workbook.sheets.inspector_formulas import DIFFERENT, Copied, Part, Product, Same, Total

if TYPE_CHECKING:
    from sheetcnn.excel.writer import SheetWriter

SHEET = "Evidence"
ANSWER, RIGHT, WRONG, MISSED = "the answer", "the answer: right", "the answer: wrong", "what it is"

_TOP = 4
_ACROSS = 5
"""Classes side by side, right of the maps that come in."""
_NARROWEST = 11
"""Columns that a head needs."""
_NARROW, _WIDE, _GAP, _HIGH = 29, 84, 16, 24
_MAX_PRODUCTS = 6_000
_FAINT = 0.05
"""What is smaller is shown by its colour alone: with one decimal it would be 0.0."""
_EXPLAINED = """\
A cell is activation × weight.
Red speaks for the class,
blue speaks against it.
White: the activation is 0,
or the weight is near 0.

All cells of a class sum to its score, {score}.
The largest score is the answer.

Compare two classes: a stroke that is red
in one and blue in the other decides."""
_LOOKS = {ANSWER: "chosen", RIGHT: "right", WRONG: "missed", MISSED: "right"}


class Evidence(LessonSheet):
    """Left: the maps that come in. Then for each class, map for map, every activation times its weight."""

    sheet = SHEET
    order = 50
    summary = "Which strokes speak for each digit, and which speak against it."

    def fits(self, network: Network) -> bool:
        if not network.classes:
            return False
        layer = _scoring(network)
        products = prod(layer.weight_shape or ())
        dense = layer.stage.weighted_sum and not layer.stage.shared_weights
        shown = dense and len(layer.in_shape) == 3 and not layer.has_bias
        return shown and products <= _MAX_PRODUCTS

    def regions(self, network: Network, layout: Layout) -> list[Region]:
        return [*_Maps(network).regions(), *(r for each in _classes(network) for r in each.regions())]

    def constants(self, template: Template, digit: Digit) -> dict[str, RegionValues]:
        return {}

    def blocks(self, network: Network, layout: Layout) -> list[FormulaBlock]:
        maps = _maps_before(network, layout)
        copies = [
            Incoming("evidence", layout.extra[f"evidence_input_{c}"], [source])
            for c, source in enumerate(maps, start=1)
        ]
        return [*copies, *(e for each in _classes(network) for e in each.blocks(layout, maps))]

    def draw(
        self,
        sheet: SheetWriter,
        template: Template,
        layout: Layout,
        shown: Sequence[FormulaBlock],
        values: Mapping[str, RegionValues],
    ) -> None:
        network = template.network
        classes, maps = _classes(network), _Maps(network)
        last = max(each.wide for each in classes)
        sheet.grid(last + 2, _NARROW, _HIGH, "plain")
        sheet.zoom(looks.NEAR)
        for wide in sorted({each.wide for each in (maps, *classes)}):
            sheet.widths(wide, wide, _WIDE, "plain")
            sheet.widths(wide + 1, wide + 1, _GAP, "plain")
        sheet.height(0, 40)
        sheet.text((0, 0), "Evidence", "far_title")
        sheet.text(
            (1, 0),
            "Choose another digit on Network, and see which of its strokes speak for each class, in red, "
            "and which against it, in blue.",
            "near_text",
        )
        for block in shown:
            for region in block.regions:
                if region.sheet == SHEET:
                    texts, held = block.formulas(region), values[region.name].tolist()
                    sheet.formulas(region, texts, held, block.style)  # type: ignore[attr-defined]  # a Part
        maps.draw(sheet, network)
        for each in classes:
            each.draw(sheet)
        products, incoming = [_together(each.products) for each in classes], [_together(maps.maps)]
        sheet.colours(products, looks.diverging_scale(products, share=0.5))
        sheet.colours(incoming, looks.sequential_scale(incoming))
        for regions in (products, incoming):
            first = a1(*regions[0].cell(0, 0))
            sheet.highlight_where(regions, f"=ABS({first})<{_FAINT}", "unsaid")
        sheet.highlight_equal([each.at("same") for each in classes], DIFFERENT, "failed")
        sheet.freeze(2, 0)
        sheet.print_whole((0, 1), one_page=True)


class _Place:
    """Where a class, or what comes in, stands: a head, then a map below the other, words and sums beside them.

    Attributes:
        top: its first row, the head.
        left: its first column.
        wide: the column of the words and the sums.
        bottom: its last row.
    """

    def __init__(self, network: Network, down: int, along: int) -> None:
        self._channels, self._rows, self._columns = _scoring(network).in_shape
        width = max(self._columns, _NARROWEST)
        pitch = max(self._rows, 2) + 1
        last = self._channels * pitch
        self._below = max(last - 3, last - pitch + 4)
        height = max(last, self._below + 2) + 3
        self.top, self.left = _TOP + down * height, along * (width + 2)
        self.wide, self.bottom = self.left + width, self.top + height - 3
        self._tops = [self.top + 2 + n * pitch for n in range(self._channels)]

    def _map(self, name: str, channel: int) -> Region:
        return Region(name, SHEET, self._tops[channel], self.left, self._rows, self._columns)

    def _captions(self, sheet: SheetWriter) -> None:
        for number, top in enumerate(self._tops, start=1):
            sheet.text((top, self.wide), f"map {number}", "near_label")


class _Maps(_Place):
    """What comes in, and below it how to read the sheet.

    Attributes:
        maps: its regions.
        last: the row of the last word.
    """

    def __init__(self, network: Network) -> None:
        super().__init__(network, 0, 0)
        self._lines = _EXPLAINED.format(score=network.scoring).splitlines()
        self.last = self.bottom + 2 + len(self._lines)
        self.maps = [self._map(f"evidence_input_{c + 1}", c) for c in range(self._channels)]

    def regions(self) -> list[Region]:
        return self.maps

    def draw(self, sheet: SheetWriter, network: Network) -> None:
        """Write the words around the maps."""
        sheet.text((self.top, self.left), f"Input: {_before(network)}", "near_heading")
        self._captions(sheet)
        for offset, line in enumerate(self._lines):
            sheet.text((self.bottom + 3 + offset, self.left), line, "near_text")


class _Class(_Place):
    """One class: the products of every map, and what they sum to.

    Attributes:
        products: a region for each map.
    """

    def __init__(self, network: Network, number: int) -> None:
        super().__init__(network, number // _ACROSS, 1 + number % _ACROSS)
        self._number, self._name = number, _scoring(network).name
        self.products = [self._map(f"evidence_{number}_{c + 1}", c) for c in range(self._channels)]

    def at(self, part: str) -> Region:
        """Return a single cell: where it is planned."""
        row, column = {
            "label": (self.top, self.left),
            "mark": (self.top, self.left + 2),
            "score": (self.top, self.wide),
            "network": (self.top + self._below + 1, self.wide),
            "same": (self.top + self._below + 2, self.wide),
        }[part]
        return Region(f"evidence_{part}_{self._number}", SHEET, row, column, 1, 1)

    def _sums(self) -> list[Region]:
        return [
            Region(f"evidence_sum_{self._number}_{c + 1}", SHEET, top + 1, self.wide, 1, 1)
            for c, top in enumerate(self._tops)
        ]

    def regions(self) -> list[Region]:
        parts = [self.at(part) for part in ("label", "mark", "score", "network", "same")]
        return [*self.products, *self._sums(), *parts]

    def blocks(self, layout: Layout, maps: Sequence[Region]) -> Iterator[FormulaBlock]:
        """Yield its formulas."""

        def now(region: Region) -> Region:
            return layout.extra[region.name]

        weights, scores = layout.weights[self._name][self._number], layout.tensor(self._name)[0]
        products, sums = [*map(now, self.products)], [*map(now, self._sums())]
        for source, weight, product, total in zip(maps, weights, products, sums, strict=True):
            yield Evident("evidence", product, [source, weight])
            yield SumOfMap("evidence", total, [product])
        score, there = now(self.at("score")), now(self.at("network"))
        yield Score("evidence", score, sums)
        yield OnNetwork(there, scores, self._number)
        yield SameScore("evidence", now(self.at("same")), [score, there])
        yield Label(now(self.at("label")), layout.labels, self._number)
        reads = [layout.labels, scores, layout.extra[TRUTH.name]]
        yield Mark(now(self.at("mark")), reads, self._number)

    def draw(self, sheet: SheetWriter) -> None:
        """Write all but its formulas."""
        head = Region("", SHEET, self.top, self.left, 1, self.wide - self.left + 1)
        mark = a1(*self.at("mark").cell(0, 0), absolute=True)
        for text, style in _LOOKS.items():
            sheet.highlight_where([head], f'={mark}="{text}"', style)
        sheet.text((self.top, self.wide - 1), "score", "near_label")
        self._captions(sheet)
        sheet.text((self.top + self._below, self.wide), self._name, "near_label")


class Incoming(Copied):
    """What comes in."""

    style = "evidence"


class Evident(Product):
    """Activation times weight."""

    explanation = "activation times weight"
    style = "evidence"


class SumOfMap(Total):
    """The sum of a map's products."""

    explanation = "the sum of the products of this map"
    style = "near_number"


class Score(Total):
    """The sum of all products."""

    explanation = "the score: the sum of all products"
    style = "near_score"


class SameScore(Same):
    """Whether the sum is the dense activation."""

    explanation = "whether the sum equals the score on Network"
    style = "near_check"


class _OfColumn(Part):
    """One value of a column."""

    def __init__(self, region: Region, column: Region, number: int) -> None:
        super().__init__("evidence", region, [column])
        self._number = number

    def numpy(self, *seen: RegionValues) -> Any:
        return seen[0].reshape(-1)[self._number : self._number + 1]

    def excel(self, refs: Refs, at: Position) -> str:
        return refs.absolute(window(refs.inputs[0], self._number, 0))


class OnNetwork(_OfColumn):
    """The dense activation."""

    explanation = "the score of this class on Network"
    style = "near_number"


class Label(_OfColumn):
    """What the class is called."""

    explanation = "the name of the class"
    style = "near_label_bold"


class Mark(Part):
    """Whether it is the class that is read, or that is right. Reads the labels, the scores, and what is right."""

    explanation = "whether its score is the largest, and whether it is the digit that the input shows"
    style = "near_mark"

    def __init__(self, region: Region, reads: Sequence[Region], number: int) -> None:
        super().__init__("evidence", region, reads)
        self._number = number

    def numpy(self, *seen: RegionValues) -> Any:
        labels, scores, truth = seen
        label = labels.reshape(-1)[self._number]
        scored = numbers(scores).ravel()
        if any(
            isinstance(value, float) and not np.isfinite(value) for value in (*scored, label, truth.item())
        ):
            return np.nan
        right = equal(label, truth.item())
        if scored.argmax() != self._number:
            return MISSED if right else ""
        return ANSWER if truth.item() == UNKNOWN else RIGHT if right else WRONG

    def excel(self, refs: Refs, at: Position) -> str:
        labels, scores, truth = refs.inputs
        label, values, right = (
            refs.absolute(window(labels, self._number, 0)),
            refs.absolute(scores),
            refs.absolute(truth),
        )
        read = f"MATCH(MAX({values}),{values},0)={self._number + 1}"
        known = f'IF({right}="{UNKNOWN}","{ANSWER}",IF({label}={right},"{RIGHT}","{WRONG}"))'
        return f'IF({read},{known},IF({label}={right},"{MISSED}",""))'


def _scoring(network: Network) -> Layer:
    return next(layer for layer in network.layers if layer.name == network.scoring)


def _before(network: Network) -> str:
    """Return what the scoring stage reads."""
    place = network.layers.index(_scoring(network))
    return network.layers[place - 1].name if place else "input"


def _maps_before(network: Network, layout: Layout) -> list[Region]:
    before = _before(network)
    return layout.inputs if before == "input" else layout.tensor(before)


def _classes(network: Network) -> list[_Class]:
    return [_Class(network, number) for number in range(len(network.classes))]


def _together(maps: Sequence[Region]) -> Region:
    """Return the rectangle around maps with nothing between them: a scale has room for 255 areas."""
    top, left, bottom, right = around(region.area for region in maps)
    return Region("", SHEET, top, left, bottom - top + 1, right - left + 1)
