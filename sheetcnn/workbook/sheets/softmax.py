"""The sheet `Softmax`: five outputs become probabilities, step by step, and labels of their own by sigmoid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from sheetcnn.excel.cell_array import in_words
from sheetcnn.excel.region import Region
from sheetcnn.network.network import Network
from sheetcnn.network.stages import Position, Refs
from sheetcnn.workbook import styles
from sheetcnn.workbook.declaration import Declaration
from sheetcnn.workbook.decoration import (
    Blank,
    Decoration,
    Dropdown,
    Grid,
    Height,
    LineChart,
    NumberValidation,
    PrintWhole,
    Text,
    Widths,
)
from sheetcnn.workbook.formula import Formula, finite
from sheetcnn.workbook.formula_block import RegionValues, numbers
from sheetcnn.workbook.formulas import Exponential, Total, WithOne
from sheetcnn.workbook.layout import Layout
from sheetcnn.workbook.sheet import Drawing, LessonSheet

SHEET = "Softmax"
ON, OFF = "on", "off"
NONE_PICKED = "No label reaches the threshold."
TOO_LARGE = (
    "Broken: exp of more than 709.78 is larger than the largest number, 1.8E+308, and is shown as #NUM!."
)
HERE = "Broken: an exp is too large to be a number, or all are 0. Part 3 shows what helps."
NEGATIVE = "Broken: exp(−output) is too large to be a number."
NO_NUMBER = "Broken: an output is not a number."
ALL_ZERO = "Broken: every exp is 0, and so is their sum. Dividing by it is #DIV/0!."
THE_SAME = (
    "The same probabilities as in 1: subtracting from every output divides all exps by the same factor."
)
NO_HARM = "The same probabilities as in 1, as no output is too large for exp."

_CLASSES = np.array(["cat", "dog", "plane", "fish", "building"], dtype=object).reshape(-1, 1)
_OUTPUTS = np.array([0.95, 1.2, -0.6, 0.4, -0.69]).reshape(-1, 1)
"""Their exps sum to 8.45."""
_ADDED, _THRESHOLD = 709.0, 0.5
_CURVE = np.arange(-4.0, 4.5, 0.5).reshape(-1, 1)

_COUNT = len(_CLASSES)
_COLUMN, _ONE = (_COUNT, 1), (1, 1)
_FIRST = 6
_SECOND = _FIRST + _COUNT + 12
_SIGMOID, _CHARTS, _NUMBERS = 6, 9, 16
"""The first column of each part beside the table of softmax."""

_WIDTHS = ((0, 0, 110), (1, 4, 98), (5, 5, 36), (6, 7, 98), (8, 8, 36), (_NUMBERS, _NUMBERS + 2, 80))
_HEADS = ("class", "output", "exp(output)", "probability", "without exp")
_HEADS_SECOND = ("class", "output + added", "less subtracted", "exp of that", "probability")
_WHY = (
    "Why exp? It makes every number positive. Without it (last column), negative outputs get negative shares.",
    "It also makes differences larger: an output that is larger by 1 has an exp that is 2.72 times as large.",
    "Equal outputs get equal probabilities: give cat the output of dog.",
)
_SEVERAL = (
    "1 / (1 + exp(−output)) for each output",
    "alone: the sum need not be 100 %. Change",
    "an output: no other sigmoid changes.",
)


class SoftmaxSheet(LessonSheet):
    """Left: softmax, and below it why the largest is subtracted first. Beside: sigmoid, and both as curves."""

    sheet = SHEET
    summary = "How scores become probabilities, with five classes as an example."

    def fits(self, network: Network) -> bool:
        return bool(network.classes)

    def declare(self, network: Network, layout: Layout) -> Declaration:
        declared = Declaration(SHEET, layout, "classes", "softmax_", style="lesson_number")
        names = declared.constant("names", (_FIRST, 0), _CLASSES, "model_bold", free_text=True)
        outputs = declared.constant("outputs", (_FIRST, 1), _OUTPUTS, "lesson_input")
        _declare_softmax(declared, names, outputs)
        _declare_sigmoid(declared, names, outputs)
        _declare_subtraction(declared, outputs)
        _declare_curves(declared)
        return declared

    def decorate(self, drawing: Drawing) -> Iterator[Decoration]:
        declared = drawing.declared
        yield Grid(_NUMBERS + 4, 64, 20, "plain")
        for first, last, pixels in _WIDTHS:
            yield Widths(first, last, pixels, "plain")
        yield Height(0, 34)
        yield Text((0, 0), "From outputs to probabilities", "title")
        yield Text((1, 0), "Change a blue output, and watch the probabilities of all classes.", "subtitle")
        yield from drawing.cells()
        yield from _validations(declared)
        yield from _softmax()
        yield from _sigmoid()
        yield from _subtraction()
        yield from _curves(declared)
        yield PrintWhole((0, 1), one_page=True)


def _declare_softmax(declared: Declaration, names: Region, outputs: Region) -> None:
    below = _FIRST + _COUNT
    exps = declared.formulas("exps", (_FIRST, 2), _COLUMN, EXP, [outputs], "lesson_exp")
    exp_sum = declared.formulas("exp_sum", (below, 2), _ONE, SUM, [exps], "lesson_exp")
    shares = declared.formulas("shares", (_FIRST, 3), _COLUMN, SHARE, [exps, exp_sum], "probability")
    declared.formulas("share_sum", (below, 3), _ONE, SUM, [shares], "probability")
    total = declared.formulas("output_sum", (below, 1), _ONE, SUM, [outputs])
    bare = declared.formulas("bare_shares", (_FIRST, 4), _COLUMN, SHARE, [outputs, total], "lesson_percent")
    declared.formulas("bare_sum", (below, 4), _ONE, SUM, [bare], "lesson_percent")
    declared.formulas("verdict", (below + 1, 0), _ONE, MostProbable(), [names, outputs, shares], "check")


def _declare_sigmoid(declared: Declaration, names: Region, outputs: Region) -> None:
    below = _FIRST + _COUNT
    threshold = declared.constant("threshold", (_FIRST - 2, _SIGMOID + 1), _THRESHOLD, "lesson_input")
    sigmoids = declared.formulas("sigmoids", (_FIRST, _SIGMOID), _COLUMN, Sigmoid(), [outputs], "probability")
    declared.formulas("sigmoid_sum", (below, _SIGMOID), _ONE, SUM, [sigmoids], "lesson_percent")
    picked = declared.formulas(
        "picked",
        (_FIRST, _SIGMOID + 1),
        _COLUMN,
        Picked(),
        [names, sigmoids, threshold],
        "lesson_picked",
        allowed=["", *_CLASSES.ravel(), 7.0],
    )
    declared.formulas("labels", (below + 1, _SIGMOID), _ONE, Labels(), [picked], "check")


def _declare_subtraction(declared: Declaration, outputs: Region) -> None:
    below = _SECOND + _COUNT
    added = declared.constant("added", (_SECOND - 4, 1), _ADDED, "lesson_input")
    switch = declared.constant("subtract", (_SECOND - 3, 1), ON, "switch", allowed=[ON, OFF])
    raised = declared.formulas("raised", (_SECOND, 1), _COLUMN, RAISED, [outputs, added])
    largest = declared.formulas("subtracted", (_SECOND - 3, 2), _ONE, Subtracted(), [raised, switch])
    less = declared.formulas("less", (_SECOND, 2), _COLUMN, LESS, [raised, largest])
    exps = declared.formulas("less_exps", (_SECOND, 3), _COLUMN, EXP, [less], "lesson_exp")
    total = declared.formulas("less_sum", (below, 3), _ONE, SUM, [exps], "lesson_exp")
    shares = declared.formulas("less_shares", (_SECOND, 4), _COLUMN, SHARE, [exps, total], "probability")
    declared.formulas("less_share_sum", (below, 4), _ONE, SUM, [shares], "probability")
    declared.formulas("less_verdict", (below + 1, 0), _ONE, WhatBroke(), [less, total, switch], "check")


def _declare_curves(declared: Declaration) -> None:
    x = declared.constant("curve_x", (_FIRST, _NUMBERS), _CURVE, "lesson_ruler", read_only=True)
    declared.formulas("curve_exp", (_FIRST, _NUMBERS + 1), _CURVE.shape, EXP, [x])
    declared.formulas("curve_sigmoid", (_FIRST, _NUMBERS + 2), _CURVE.shape, Sigmoid(), [x])


def _validations(declared: Declaration) -> Iterator[Decoration]:
    yield Dropdown(declared["subtract"], [ON, OFF], "Subtract the largest", f"Choose {ON} or {OFF}.")
    for name, title in (("outputs", "Output"), ("added", "Added to each output")):
        yield NumberValidation(declared[name], -1000, 1000, title, "A number from -1000 to 1000.")
    message = "A number from 0 to 1, such as 0.5."
    yield NumberValidation(declared["threshold"], 0, 1, "Threshold", message)


def _softmax() -> Iterator[Decoration]:
    yield from _heading(_FIRST - 3, 0, 4, "1  Softmax: one label is right")
    yield Text((_FIRST - 2, 0), "exp of each output, divided by the sum of all exps", "note")
    yield from _heads(_FIRST - 1, 0, _HEADS)
    yield Text((_FIRST + _COUNT, 0), "sum", "lesson_quiet")
    for row, line in enumerate(_WHY, start=_FIRST + _COUNT + 3):
        yield Text((row, 0), line, "note")


def _sigmoid() -> Iterator[Decoration]:
    yield from _heading(_FIRST - 3, _SIGMOID, _SIGMOID + 1, "2  Sigmoid: several may be right")
    yield Text((_FIRST - 2, _SIGMOID), "threshold", "table_label")
    yield from _right_heads(_FIRST - 1, _SIGMOID, ("sigmoid", "picked"))
    yield Text((_FIRST + _COUNT, _SIGMOID - 1), "sum", "table_label")
    for row, line in enumerate(_SEVERAL, start=_FIRST + _COUNT + 3):
        yield Text((row, _SIGMOID), line, "note")


def _subtraction() -> Iterator[Decoration]:
    top = _SECOND - 5
    yield from _heading(top, 0, 4, "3  Why the largest is subtracted first")
    yield Text((top + 1, 0), "add to each", "lesson_quiet")
    yield Text((top + 1, 2), "makes all outputs large. Try -800, too.", "legend")
    yield Text((top + 2, 0), "subtract largest", "lesson_quiet")
    yield Text((top + 2, 3), "is subtracted. Turn it off.", "legend")
    yield from _heads(_SECOND - 1, 0, _HEADS_SECOND)
    for row, name in enumerate(_CLASSES.ravel(), start=_SECOND):
        yield Text((row, 0), name, "model_bold")
    yield Text((_SECOND + _COUNT, 0), "sum", "lesson_quiet")


def _curves(declared: Declaration) -> Iterator[Decoration]:
    for row, curve, title, high, values, own in (
        (_FIRST - 3, "exp(x)", "exp(x) is never negative, and grows ever faster", 60, "curve_exp", "exps"),
        (_SECOND - 7, "sigmoid(x)", "sigmoid(x) stays between 0 and 1", 1, "curve_sigmoid", "sigmoids"),
    ):
        description = f"Curve: {curve} for x from -4 to 4, and on it the five outputs."
        yield LineChart(
            (row, _CHARTS),
            (420, 250),
            declared["curve_x"],
            {curve: declared[values]},
            styles.curve_chart(curve, title, description, high),
            {"your outputs": (declared["outputs"], declared[own])},
        )
    yield from _heading(_FIRST - 3, _NUMBERS, _NUMBERS + 2, "The curves in numbers")
    yield from _right_heads(_FIRST - 1, _NUMBERS, ("x", "exp(x)", "sigmoid(x)"))


def _heading(row: int, first: int, last: int, title: str) -> Iterator[Decoration]:
    yield Text((row, first), title, "guide_head")
    yield Blank(Region("", "", row, first + 1, 1, last - first).area, "guide_head")


def _heads(row: int, left: int, heads: Sequence[str]) -> Iterator[Decoration]:
    yield Text((row, left), heads[0], "model_head")
    yield from _right_heads(row, left + 1, heads[1:])


def _right_heads(row: int, left: int, heads: Sequence[str]) -> Iterator[Decoration]:
    for column, head in enumerate(heads, start=left):
        yield Text((row, column), head, "model_head_right")


EXP = Exponential("exp of the number: 2.718... to its power")
SUM = Total("the sum of the column")
SHARE = WithOne("/", "the number divided by the sum")
RAISED = WithOne("+", "the output of 1 plus what is added to each")
LESS = WithOne("-", "the output less what is subtracted: 0 for the largest, below 0 for the others")


class MostProbable(Formula):
    """Who has the largest share. Reads the names, the outputs and the shares."""

    explanation = "the class with the largest output and its probability, unless several have it"

    def numpy(self, *read: RegionValues) -> Any:
        names, *others = read
        outputs, shares = map(numbers, others)
        if not np.isfinite(shares).all():
            return HERE
        if not np.isfinite(outputs).all():
            return np.nan
        share = in_words(_percent(shares.max()))
        at_top = outputs == outputs.max()
        if at_top.sum() > 1:
            return f"{at_top.sum()} classes have the largest output, with a probability of {share} % each."
        return f"{in_words(names.ravel()[int(outputs.argmax())])} has the highest probability: {share} %."

    def excel(self, refs: Refs, at: Position) -> str:
        names, outputs, shares = map(refs.absolute, refs.inputs)
        count, share = f"COUNTIF({outputs},MAX({outputs}))", f"ROUND(100*MAX({shares}),1)"
        several = f'{count}&" classes have the largest output, with a probability of "&{share}&" % each."'
        name = f"INDEX({names},MATCH(MAX({outputs}),{outputs},0))"
        sound = f'IF({count}>1,{several},{name}&" has the highest probability: "&{share}&" %.")'
        return f'IF(COUNT({shares})<{_COUNT},"{HERE}",{sound})'


class Sigmoid(Formula):
    """One number between 0 and 1 from one output."""

    explanation = "1 divided by (1 + exp of the negative number)"

    def numpy(self, *read: RegionValues) -> Any:
        return 1 / (1 + finite(np.exp, -numbers(read[0])))

    def excel(self, refs: Refs, at: Position) -> str:
        return f"1/(1+EXP(-{refs.cell(refs.inputs[0], at.row, 0)}))"


class Picked(Formula):
    """The label, if its sigmoid is large enough. Reads the names, the sigmoids and the threshold."""

    explanation = "the label, if its sigmoid is at least the threshold"

    def numpy(self, *read: RegionValues) -> Any:
        names, *others = read
        sigmoids, threshold = map(numbers, others)
        picked = np.where(sigmoids >= threshold, names.astype(object), "")
        return np.where(np.isnan(sigmoids + threshold), np.nan, picked)

    def excel(self, refs: Refs, at: Position) -> str:
        names, sigmoids, threshold = refs.inputs
        name, sigmoid = (refs.cell(region, at.row, 0) for region in (names, sigmoids))
        return f'IF({sigmoid}>={refs.absolute(threshold)},{name},"")'


class Labels(Formula):
    """All labels that are picked, in one sentence."""

    explanation = "the labels that are picked, one after the other"

    def numpy(self, *read: RegionValues) -> Any:
        picked = read[0].ravel().tolist()
        if any(isinstance(label, float) and np.isnan(label) for label in picked):
            return NEGATIVE
        labels = [in_words(label) for label in picked if label != ""]
        return f"Picked: {', '.join(labels)}." if labels else NONE_PICKED

    def excel(self, refs: Refs, at: Position) -> str:
        (picked,) = refs.inputs
        cells = [refs.cell(picked, row, 0) for row in range(picked.rows)]
        listed = "&".join(f'IF({cell}="","",", "&{cell})' for cell in cells)
        sound = f'IF({"&".join(cells)}="","{NONE_PICKED}","Picked: "&MID({listed},3,999)&".")'
        return f'IFERROR({sound},"{NEGATIVE}")'


class Subtracted(Formula):
    """The largest output, or nothing."""

    explanation = "the largest output; 0 if that is turned off"

    def numpy(self, *read: RegionValues) -> Any:
        raised, switch = read
        return numbers(raised).max() if switch.item() == ON else 0.0

    def excel(self, refs: Refs, at: Position) -> str:
        raised, switch = map(refs.absolute, refs.inputs)
        return f'IF({switch}="{ON}",MAX({raised}),0)'


class WhatBroke(Formula):
    """What went wrong, in words. Reads what exp is taken of, the sum of the exps, and the switch."""

    explanation = "whether the sum of the exps could be computed, in words"

    def numpy(self, *read: RegionValues) -> Any:
        less, total, switch = numbers(read[0]), numbers(read[1]).item(), read[2].item()
        if not np.isfinite(less).all():
            return NO_NUMBER
        if not np.isfinite(total):
            return TOO_LARGE
        if total == 0:
            return ALL_ZERO
        return THE_SAME if switch == ON else NO_HARM

    def excel(self, refs: Refs, at: Position) -> str:
        less, total, switch = map(refs.absolute, refs.inputs)
        sound = f'IF({total}=0,"{ALL_ZERO}",IF({switch}="{ON}","{THE_SAME}","{NO_HARM}"))'
        summed = f'IF(ISERROR({total}),"{TOO_LARGE}",{sound})'
        return f'IF(COUNT({less})<{_COUNT},"{NO_NUMBER}",{summed})'


def _percent(share: float) -> float:
    """Return a share in percent with one decimal, as Excel's ROUND has it: halves away from 0."""
    return float(np.copysign(np.floor(abs(100 * share) * 10 + 0.5) / 10, share)) + 0.0
