"""The sheet `Evidence`: each product of the dense stage that scores the classes, as a picture for each class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from sheetcnn.excel.addresses import a1, around
from sheetcnn.excel.region import Region
from sheetcnn.network.classes import UNKNOWN
from sheetcnn.network.network import Layer, Network
from sheetcnn.network.stages import Position, Refs
from sheetcnn.network.stages.base import window
from sheetcnn.workbook import styles
from sheetcnn.workbook.declaration import Declaration
from sheetcnn.workbook.decoration import (
    ColourScale,
    Decoration,
    Freeze,
    Grid,
    Height,
    HighlightEqual,
    HighlightWhere,
    PrintWhole,
    Text,
    Widths,
    Zoom,
)
from sheetcnn.workbook.formula import Formula
from sheetcnn.workbook.formula_block import RegionValues, equal, numbers
from sheetcnn.workbook.formulas import DIFFERENT, Copied, Product, Same, Total
from sheetcnn.workbook.layout import TRUTH, Layout
from sheetcnn.workbook.sheet import Drawing, LessonSheet

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
_SUBTITLE = (
    "Choose another digit on Network, and see which of its strokes speak for each class, in red, "
    "and which against it, in blue."
)
_PRODUCT = Product("activation times weight")
_SUM_OF_MAP = Total("the sum of the products of this map")
_SCORE = Total("the score: the sum of all products")
_SAME_SCORE = Same("whether the sum equals the score on Network")
_LOOKS = {ANSWER: "chosen", RIGHT: "right", WRONG: "missed", MISSED: "right"}


class EvidenceSheet(LessonSheet):
    """Left: the maps that come in. Then for each class, map for map, every activation times its weight."""

    sheet = SHEET
    summary = "Which strokes speak for each digit, and which speak against it."

    def fits(self, network: Network) -> bool:
        if not network.classes:
            return False
        layer = _scoring(network)
        products = prod(layer.weight_shape or ())
        shown = layer.stage.inspection == "products" and len(layer.in_shape) == 3 and not layer.has_bias
        return shown and products <= _MAX_PRODUCTS

    def declare(self, network: Network, layout: Layout) -> Declaration:
        declared = Declaration(SHEET, layout, "evidence", "evidence_", style="evidence")
        maps, place = _maps_before(network, layout), _Place(network, 0, 0)
        for number, source in enumerate(maps, start=1):
            declared.formulas(f"input_{number}", *place.map(number - 1), Copied(), [source])
        for number in range(len(network.classes)):
            _declare_class(declared, network, layout, number)
        return declared

    def decorate(self, drawing: Drawing) -> Iterator[Decoration]:
        declared, network = drawing.declared, drawing.template.network
        maps = _Place(network, 0, 0)
        classes = [_class_place(network, number) for number in range(len(network.classes))]
        yield Grid(max(each.wide for each in classes) + 2, _NARROW, _HIGH, "plain")
        yield Zoom(styles.NEAR)
        for wide in sorted({each.wide for each in (maps, *classes)}):
            yield Widths(wide, wide, _WIDE, "plain")
            yield Widths(wide + 1, wide + 1, _GAP, "plain")
        yield Height(0, 40)
        yield Text((0, 0), "Evidence", "far_title")
        yield Text((1, 0), _SUBTITLE, "near_text")
        yield from drawing.cells()
        yield from _around_maps(maps, network)
        for number, each in enumerate(classes):
            yield from _around_class(each, _scoring(network).name, declared[f"mark_{number}"])
        channels = range(1, len(_maps_before(network, drawing.layout)) + 1)
        products = [
            _together([declared[f"{number}_{channel}"] for channel in channels])
            for number in range(len(classes))
        ]
        incoming = [_together([declared[f"input_{channel}"] for channel in channels])]
        yield ColourScale(products, styles.diverging_scale(products, share=0.5))
        yield ColourScale(incoming, styles.sequential_scale(incoming))
        for regions in (products, incoming):
            first = a1(*regions[0].cell(0, 0))
            yield HighlightWhere(regions, f"=ABS({first})<{_FAINT}", "unsaid")
        same = [declared[f"same_{number}"] for number in range(len(classes))]
        yield HighlightEqual(same, DIFFERENT, "failed")
        yield Freeze(2, 0)
        yield PrintWhole((0, 1), one_page=True)


class _Place:
    """Where a class, or what comes in, stands: a head, then a map below the other, words and sums beside them.

    Attributes:
        top: its first row, the head.
        left: its first column.
        wide: the column of the words and the sums.
        below: the row of the score's name, which the score on Network and whether both are equal follow.
        bottom: its last row.
        tops: the first row of each map.
    """

    def __init__(self, network: Network, down: int, along: int) -> None:
        channels, self._rows, self._columns = _scoring(network).in_shape
        width = max(self._columns, _NARROWEST)
        pitch = max(self._rows, 2) + 1
        last = channels * pitch
        below = max(last - 3, last - pitch + 4)
        height = max(last, below + 2) + 3
        self.top, self.left = _TOP + down * height, along * (width + 2)
        self.wide, self.below, self.bottom = self.left + width, self.top + below, self.top + height - 3
        self.tops = [self.top + 2 + number * pitch for number in range(channels)]

    def map(self, channel: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return the first cell of a map, and its shape."""
        return (self.tops[channel], self.left), (self._rows, self._columns)

    def captions(self) -> Iterator[Decoration]:
        """Yield which map is which."""
        for number, top in enumerate(self.tops, start=1):
            yield Text((top, self.wide), f"map {number}", "near_label")


def _class_place(network: Network, number: int) -> _Place:
    return _Place(network, number // _ACROSS, 1 + number % _ACROSS)


def _declare_class(declared: Declaration, network: Network, layout: Layout, number: int) -> None:
    """Declare the products of every map, and what they sum to."""
    place, scoring, one = _class_place(network, number), _scoring(network).name, (1, 1)
    weights, (scores,) = layout.weights[scoring][number], layout.tensor(scoring)
    sums = []
    for channel, (source, weight) in enumerate(zip(_maps_before(network, layout), weights, strict=True)):
        name, (cell, shape) = f"{number}_{channel + 1}", place.map(channel)
        product = declared.formulas(name, cell, shape, _PRODUCT, [source, weight])
        cell = place.tops[channel] + 1, place.wide
        sums.append(declared.formulas(f"sum_{name}", cell, one, _SUM_OF_MAP, [product], "near_number"))
    top, left, wide, below = place.top, place.left, place.wide, place.below
    score = declared.formulas(f"score_{number}", (top, wide), one, _SCORE, sums, "near_score")
    on_network = OfColumn(number, "the score of this class on Network")
    cell = below + 1, wide
    there = declared.formulas(f"network_{number}", cell, one, on_network, [scores], "near_number")
    declared.formulas(f"same_{number}", (below + 2, wide), one, _SAME_SCORE, [score, there], "near_check")
    label = OfColumn(number, "the name of the class")
    declared.formulas(f"label_{number}", (top, left), one, label, [layout.labels], "near_label_bold")
    reads = [layout.labels, scores, layout.extra[TRUTH.name]]
    declared.formulas(f"mark_{number}", (top, left + 2), one, Mark(number), reads, "near_mark")


def _around_maps(maps: _Place, network: Network) -> Iterator[Decoration]:
    """Yield the words around what comes in, and how to read the sheet."""
    yield Text((maps.top, maps.left), f"Input: {_before(network)}", "near_heading")
    yield from maps.captions()
    lines = _EXPLAINED.format(score=network.scoring).splitlines()
    for row, line in enumerate(lines, start=maps.bottom + 3):
        yield Text((row, maps.left), line, "near_text")


def _around_class(place: _Place, scoring: str, mark: Region) -> Iterator[Decoration]:
    """Yield the words around a class, and the colour of its head."""
    head = Region("", SHEET, place.top, place.left, 1, place.wide - place.left + 1)
    cell = a1(*mark.cell(0, 0), absolute=True)
    for text, style in _LOOKS.items():
        yield HighlightWhere([head], f'={cell}="{text}"', style)
    yield Text((place.top, place.wide - 1), "score", "near_label")
    yield from place.captions()
    yield Text((place.below, place.wide), scoring, "near_label")


@dataclass(frozen=True)
class OfColumn(Formula):
    """One value of a column.

    Attributes:
        number: which, counted from 0.
    """

    number: int
    explanation: str

    def numpy(self, *read: RegionValues) -> Any:
        return read[0].reshape(-1)[self.number : self.number + 1]

    def excel(self, refs: Refs, at: Position) -> str:
        return refs.absolute(window(refs.inputs[0], self.number, 0))


@dataclass(frozen=True)
class Mark(Formula):
    """The mark of a class: predicted, true, both, or neither. Reads the labels, the scores, and the true label.

    Attributes:
        number: the class, counted from 0.
    """

    number: int
    explanation: str = "whether its score is the largest, and whether it is the digit that the input shows"

    def numpy(self, *read: RegionValues) -> Any:
        labels, scores, truth = read
        label = labels.reshape(-1)[self.number]
        scored = numbers(scores).ravel()
        if any(
            isinstance(value, float) and not np.isfinite(value) for value in (*scored, label, truth.item())
        ):
            return np.nan
        right = equal(label, truth.item())
        if scored.argmax() != self.number:
            return MISSED if right else ""
        return ANSWER if truth.item() == UNKNOWN else RIGHT if right else WRONG

    def excel(self, refs: Refs, at: Position) -> str:
        labels, scores, truth = refs.inputs
        label, values, right = (
            refs.absolute(window(labels, self.number, 0)),
            refs.absolute(scores),
            refs.absolute(truth),
        )
        largest = f"MATCH(MAX({values}),{values},0)={self.number + 1}"
        known = f'IF({right}="{UNKNOWN}","{ANSWER}",IF({label}={right},"{RIGHT}","{WRONG}"))'
        return f'IF({largest},{known},IF({label}={right},"{MISSED}",""))'


def _scoring(network: Network) -> Layer:
    return next(layer for layer in network.layers if layer.name == network.scoring)


def _before(network: Network) -> str:
    """Return what the scoring stage reads."""
    place = network.layers.index(_scoring(network))
    return network.layers[place - 1].name if place else "input"


def _maps_before(network: Network, layout: Layout) -> list[Region]:
    before = _before(network)
    return layout.inputs if before == "input" else layout.tensor(before)


def _together(maps: Sequence[Region]) -> Region:
    """Return the rectangle around maps with nothing between them: a scale has room for 255 areas."""
    top, left, bottom, right = around(region.area for region in maps)
    return Region("", SHEET, top, left, bottom - top + 1, right - left + 1)
