"""The sheet `Why ReLU`: two convolutions are one without it, and four points that no line separates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from sheetcnn.excel.region import Region
from sheetcnn.network.network import Network
from sheetcnn.network.stages import Position, Refs
from sheetcnn.network.stages.base import window
from sheetcnn.workbook import styles
from sheetcnn.workbook.declaration import Declaration
from sheetcnn.workbook.decoration import (
    Blank,
    ColourScale,
    Decoration,
    Grid,
    Height,
    HighlightEqual,
    LineChart,
    PrintWhole,
    Text,
)
from sheetcnn.workbook.formula import Formula
from sheetcnn.workbook.formula_block import RegionValues, numbers
from sheetcnn.workbook.formulas import Difference
from sheetcnn.workbook.layout import Layout
from sheetcnn.workbook.sheet import Drawing, LessonSheet

SHEET = "Why ReLU"
YES, NO = "yes", "no"
ZERO = "0 everywhere: the 5x5 filter does in one step what A and B do in two."
NOT_ZERO = "Not 0: no single filter does what A, ReLU and B do."

_DRAWN = (
    ".........",
    ".######..",
    ".######..",
    ".....##..",
    "....##...",
    "....##...",
    "...##....",
    "...##....",
    ".........",
)
_PICTURE = np.array([[float(mark == "#") for mark in row] for row in _DRAWN])
_TOP_EDGE = np.array([[1.0, 1, 1], [0, 0, 0], [-1, -1, -1]])
_LEFT_EDGE = np.array([[1.0, 0, -1], [1, 0, -1], [1, 0, -1]])
_POINTS = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
_WANTED = np.array([[0.0], [1], [1], [0]])
_UNITS = np.array([[1.0, 1, 0], [1, 1, -1]])
_OUT = np.array([[1.0, -2, 0]])
_CURVE = np.arange(-4.0, 4.5, 0.5).reshape(-1, 1)

_TWO, _ONE, _RELU = 6, 17, 30
"""The first rows of what two filters give, of what one gives, and of what they give with ReLU between."""
_PICTURE_AT, _A_AT, _MAP_AT, _B_AT, _RESULT_AT, _DIFFERENCE_AT = 0, 11, 16, 25, 30, 37
_XOR = _RELU + 13


class WhyReLUSheet(LessonSheet):
    """Above: two filters in a row, as one, and with ReLU between. Below: XOR by two units with ReLU."""

    sheet = SHEET
    summary = "Why a network needs ReLU between two convolutions."

    def declare(self, network: Network, layout: Layout) -> Declaration:
        declared = Declaration(SHEET, layout, "why", "why_", style="evidence")
        _declare_filters(declared)
        _declare_xor(declared)
        x = declared.constant("curve_x", (_XOR + 2, 42), _CURVE, "ink")
        declared.formulas("curve", (_XOR + 2, 43), _CURVE.shape, Rectified(), [x])
        return declared

    def decorate(self, drawing: Drawing) -> Iterator[Decoration]:
        declared = drawing.declared
        yield Grid(46, 40, 22, "plain")
        yield Height(0, 34)
        yield Text((0, 0), SHEET, "title")
        yield Text((1, 0), "Change a number of filter A or B: the 5x5 filter follows.", "subtitle")
        yield from drawing.cells()
        yield from _filters(declared)
        yield from _xor(declared)
        yield PrintWhole((0, 1), one_page=True)


def _declare_filters(declared: Declaration) -> None:
    picture = declared.constant("picture", (_TWO, _PICTURE_AT), _PICTURE, "input")
    first = declared.constant("filter_a", (_TWO + 3, _A_AT), _TOP_EDGE, "weight")
    second = declared.constant("filter_b", (_TWO + 3, _B_AT), _LEFT_EDGE, "weight")
    once = declared.formulas("once", (_TWO + 1, _MAP_AT), (7, 7), Slid(), [picture, first])
    twice = declared.formulas("twice", (_TWO + 2, _RESULT_AT), (5, 5), Slid(), [once, second])
    both = declared.formulas("filter_both", (_ONE + 2, _MAP_AT + 1), (5, 5), Both(), [first, second])
    at_once = declared.formulas("at_once", (_ONE + 2, _RESULT_AT), (5, 5), Slid(), [picture, both])
    _declare_difference(declared, "", _ONE, [twice, at_once])
    relu = declared.formulas("bent", (_RELU + 1, _MAP_AT), (7, 7), Rectified(), [once])
    twice = declared.formulas("bent_twice", (_RELU + 2, _RESULT_AT), (5, 5), Slid(), [relu, second])
    _declare_difference(declared, "bent_", _RELU, [twice, at_once])


def _declare_difference(declared: Declaration, prefix: str, top: int, results: list[Region]) -> None:
    """Declare by how much two results differ, and what that means."""
    cell = top + 2, _DIFFERENCE_AT
    difference = declared.formulas(f"{prefix}difference", cell, (5, 5), Difference(), results)
    cell = top + 8, _DIFFERENCE_AT + 4
    largest = declared.formulas(f"{prefix}largest", cell, (1, 1), Farthest(), [difference])
    declared.formulas(f"{prefix}verdict", (top + 9, _MAP_AT), (1, 1), IsZero(), [largest], "check")


def _declare_xor(declared: Declaration) -> None:
    top = _XOR + 2
    units = declared.constant("units", (top, 2), _UNITS, "weight")
    out = declared.constant("out", (top + 2, 2), _OUT, "weight")
    points = declared.constant("points", (top, 11), _POINTS, "ink")
    wanted = declared.constant("wanted", (top, 13), _WANTED, "ink")
    sums = declared.formulas("sums", (top, 15), (4, 2), Sums(), [points, units])
    relus = declared.formulas("relus", (top, 17), (4, 2), Rectified(), [sums])
    outputs = declared.formulas("outputs", (top, 19), (4, 1), Sums(), [relus, out])
    bare = declared.formulas("bare", (top, 22), (4, 1), Sums(), [sums, out])
    right, bare_right = (
        declared.formulas(
            name, (top, left), (4, 1), IsRight(), [each, wanted], "lesson_picked", allowed=[YES, NO]
        )
        for name, left, each in (("right", 20, outputs), ("bare_right", 23, bare))
    )
    declared.formulas("xor_verdict", (_XOR + 7, 11), (1, 1), Count(), [right, bare_right], "check")


def _filters(declared: Declaration) -> Iterator[Decoration]:
    yield from _heading(_TWO - 3, "1  Two convolutions in a row are one convolution with a larger filter")
    yield from _heading(_RELU - 2, "2  With ReLU between them, they are not: now a second layer can do more")
    for name, caption in _CAPTIONS.items():
        yield Text((declared[name].top - 1, declared[name].left), caption, "caption")
    for top, lines in ((_ONE, _ONE_FILTER), (_RELU, _WITH_RELU)):
        for row, line in enumerate(lines, start=top + 2):
            yield Text((row, 0), line, "note")
    for name in ("largest", "bent_largest"):
        yield Text((declared[name].top, declared[name].left - 4), "largest difference", "caption")
    for names in _ON_ONE_SCALE:
        regions = [declared[name] for name in names]
        yield ColourScale(regions, styles.diverging_scale(regions))
    picture = [declared["picture"]]
    yield ColourScale(picture, styles.sequential_scale(picture))


def _xor(declared: Declaration) -> Iterator[Decoration]:
    yield from _heading(_XOR - 2, "3  Four points that no line separates: XOR, by two units with ReLU")
    for column, head in _HEADS.items():
        yield Text((_XOR + 1, column), head, "table_label")
    for row, name in enumerate(("unit 1", "unit 2", "output"), start=_XOR + 2):
        yield Text((row, 0), name, "model_bold")
    for row, line in enumerate(_PLAY, start=_XOR + 9):
        yield Text((row, 0), line, "note")
    yield HighlightEqual([declared["right"], declared["bare_right"]], NO, "missed")
    description = "Curve of ReLU for x from -4 to 4: 0 below 0, x itself above."
    yield LineChart(
        (_XOR, 28),
        (520, 300),
        declared["curve_x"],
        {"ReLU(x)": declared["curve"]},
        styles.curve_chart("ReLU(x)", "ReLU(x): 0 below 0, x itself above", description, 4, smooth=False),
    )
    for column, head in ((42, "x"), (43, "ReLU(x)")):
        yield Text((_XOR + 1, column), head, "table_label")


def _heading(row: int, title: str) -> Iterator[Decoration]:
    yield Blank(Region("", "", row, 1, 1, 43).area, "guide_head")
    yield Text((row, 0), title, "guide_head")


_CAPTIONS = {
    "picture": "picture: 0 is paper, 1 is ink",
    "filter_a": "filter A",
    "once": "picture, filtered by A",
    "filter_b": "filter B",
    "twice": "the result, filtered by B",
    "filter_both": "A and B in one: 5x5",
    "at_once": "picture, filtered by that 5x5",
    "difference": "difference between the two",
    "bent": "filtered by A, then ReLU",
    "bent_twice": "the result, filtered by B",
    "bent_difference": "difference from one filter",
}
_ON_ONE_SCALE = (
    ("filter_a",),
    ("filter_b",),
    ("filter_both",),
    ("once", "bent"),
    ("twice", "at_once", "bent_twice", "difference", "bent_difference"),
)
"""Maps and filters that are coloured by one scale."""
_ONE_FILTER = (
    "The filter on the right is computed from A and B alone:",
    "each of its numbers sums the products of one number of A",
    "and one of B whose places add up to its own.",
    "So two layers without ReLU can do no more than one.",
)
_WITH_RELU = (
    "Only negative values have changed, to 0.",
    "But how much of a sum is cut off depends on the",
    "picture: no filter, however large, can do that.",
)
_HEADS = {
    2: "× 1st",
    3: "× 2nd",
    4: "+",
    11: "x1",
    12: "x2",
    13: "XOR",
    15: "sum 1",
    16: "sum 2",
    17: "unit 1",
    18: "unit 2",
    19: "output",
    20: "right?",
    22: "no ReLU",
    23: "right?",
}
_PLAY = (
    "XOR is 1 where just one of x1 and x2 is 1. A unit is a sum of weights times x1 and x2, and then ReLU.",
    "The output weighs both units; above 0.5 it says 1. Without ReLU it is one sum of x1 and x2: a line.",
    "Play with the nine blue numbers: without ReLU no more than 3 of 4 points are ever right.",
)


class Slid(Formula):
    """A convolution of one map and one filter. Reads both."""

    explanation = "a window of the map times the filter, all products summed"

    def numpy(self, *read: RegionValues) -> Any:
        source, kernel = map(numbers, read)
        return np.einsum("abij,ij->ab", sliding_window_view(source, kernel.shape), kernel)

    def excel(self, refs: Refs, at: Position) -> str:
        source, kernel = refs.inputs
        met = refs.window(source, at.row, at.column, kernel.rows, kernel.columns)
        return f"SUMPRODUCT({met},{refs.absolute(kernel)})"


class Both(Formula):
    """Two filters in one: the one that slides over what the other one made. Reads both."""

    explanation = (
        "the sum of all products of a number of A and a number of B whose positions add up to this one"
    )

    def numpy(self, *read: RegionValues) -> Any:
        first, second = map(numbers, read)
        both = np.zeros(np.add(first.shape, second.shape) - 1)
        for (row, column), weight in np.ndenumerate(second):
            both[row : row + len(first), column : column + first.shape[1]] += weight * first
        return both

    def excel(self, refs: Refs, at: Position) -> str:
        first, second = refs.inputs
        return "+".join(
            f"{refs.absolute(window(first, row, column))}*"
            f"{refs.absolute(window(second, at.row - row, at.column - column))}"
            for row in range(first.rows)
            for column in range(first.columns)
            if 0 <= at.row - row < second.rows and 0 <= at.column - column < second.columns
        )


class Farthest(Formula):
    """The largest number of a map, without its sign."""

    explanation = "the largest number of the map, without its sign"

    def numpy(self, *read: RegionValues) -> Any:
        return np.abs(numbers(read[0])).max()

    def excel(self, refs: Refs, at: Position) -> str:
        differences = refs.absolute(refs.inputs[0])
        return f"MAX(MAX({differences}),-MIN({differences}))"


class IsZero(Formula):
    """Whether there is a difference, in words."""

    explanation = "whether the largest difference is 0, apart from rounding"

    def numpy(self, *read: RegionValues) -> Any:
        largest = numbers(read[0]).item()
        if np.isnan(largest):
            return np.nan
        return ZERO if largest < 1e-9 else NOT_ZERO

    def excel(self, refs: Refs, at: Position) -> str:
        return f'IF({refs.absolute(refs.inputs[0])}<0.000000001,"{ZERO}","{NOT_ZERO}")'


class Rectified(Formula):
    """ReLU, number by number."""

    explanation = "0 where the number is negative, otherwise the number"

    def numpy(self, *read: RegionValues) -> Any:
        return np.maximum(0.0, numbers(read[0]))

    def excel(self, refs: Refs, at: Position) -> str:
        return f"MAX(0,{refs.cell(refs.inputs[0], at.row, at.column)})"


class Sums(Formula):
    """What units make of two numbers each: the numbers of a row times weights, and one more."""

    explanation = "the two numbers, each times its weight, and the last weight added"

    def numpy(self, *read: RegionValues) -> Any:
        points, units = map(numbers, read)
        return points @ units[:, :2].T + units[:, 2]

    def excel(self, refs: Refs, at: Position) -> str:
        points, units = refs.inputs
        first, second, more = (refs.absolute(window(units, at.column, place)) for place in range(3))
        return f"{refs.cell(points, at.row, 0)}*{first}+{refs.cell(points, at.row, 1)}*{second}+{more}"


class IsRight(Formula):
    """Whether an output is on the right side of one half. Reads outputs, and what is wanted."""

    explanation = "whether the output is above 0.5 where 1 is wanted, and below where 0 is"

    def numpy(self, *read: RegionValues) -> Any:
        outputs, wanted = map(numbers, read)
        right = np.where((outputs - 0.5) * (wanted - 0.5) > 0, YES, NO).astype(object)
        return np.where(np.isnan(outputs + wanted), np.nan, right)

    def excel(self, refs: Refs, at: Position) -> str:
        output, wanted = (refs.cell(region, at.row, 0) for region in refs.inputs)
        return f'IF(({output}-0.5)*({wanted}-0.5)>0,"{YES}","{NO}")'


class Count(Formula):
    """How many points are right, with and without ReLU. Reads both columns."""

    explanation = "how many points are right with ReLU, and how many without"

    def numpy(self, *read: RegionValues) -> Any:
        right, bare = (sum(value == YES for value in values.ravel().tolist()) for values in read)
        return f"{right} of 4 points are right with ReLU, {bare} of 4 without."

    def excel(self, refs: Refs, at: Position) -> str:
        right, bare = (f'COUNTIF({refs.absolute(region)},"{YES}")' for region in refs.inputs)
        return f'{right}&" of 4 points are right with ReLU, "&{bare}&" of 4 without."'
