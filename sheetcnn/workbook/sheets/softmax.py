"""The sheet `Softmax`: five outputs become probabilities, step by step, and labels of their own by sigmoid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sheetcnn.digits.digit import Digit
from sheetcnn.excel.cell_array import in_words
from sheetcnn.excel.region import Region
from sheetcnn.network.network import Network
from sheetcnn.network.stages import Array, Position, Refs
from sheetcnn.network.template import Template
from sheetcnn.workbook import styles as looks
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues, numbers
from sheetcnn.workbook.layout import Layout
from sheetcnn.workbook.sheet import LessonSheet, SheetBlock

if TYPE_CHECKING:
    from sheetcnn.excel.writer import SheetWriter

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

_CLASSES = ("cat", "dog", "plane", "fish", "building")
_OUTPUTS = (0.95, 1.2, -0.6, 0.4, -0.69)
"""Their exps sum to 8.45."""
_ADDED, _THRESHOLD = 709.0, 0.5
_CURVE = np.arange(-4.0, 4.5, 0.5).reshape(-1, 1)

_COUNT = len(_CLASSES)
_FIRST = 6
_SECOND = _FIRST + _COUNT + 12
_SIGMOID, _CHARTS, _NUMBERS = 6, 9, 16
"""The first column of each part beside the table of softmax."""

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


class SoftmaxPage(LessonSheet):
    """Left: softmax, and below it why the largest is subtracted first. Beside: sigmoid, and both as curves."""

    sheet = SHEET
    order = 60
    summary = "How scores become probabilities, with five classes as an example."

    def fits(self, network: Network) -> bool:
        return bool(network.classes)

    def regions(self, network: Network, layout: Layout) -> list[Region]:
        def column(name: str, top: int, left: int, rows: int = _COUNT) -> Region:
            return Region(f"softmax_{name}", SHEET, top, left, rows, 1)

        def cell(name: str, top: int, left: int) -> Region:
            return column(name, top, left, 1)

        below, second_below = _FIRST + _COUNT, _SECOND + _COUNT
        return [
            column("names", _FIRST, 0),
            column("outputs", _FIRST, 1),
            column("exps", _FIRST, 2),
            column("shares", _FIRST, 3),
            column("bare_shares", _FIRST, 4),
            cell("output_sum", below, 1),
            cell("exp_sum", below, 2),
            cell("share_sum", below, 3),
            cell("bare_sum", below, 4),
            cell("verdict", below + 1, 0),
            column("sigmoids", _FIRST, _SIGMOID),
            column("picked", _FIRST, _SIGMOID + 1),
            cell("sigmoid_sum", below, _SIGMOID),
            cell("threshold", _FIRST - 2, _SIGMOID + 1),
            cell("labels", below + 1, _SIGMOID),
            cell("added", _SECOND - 4, 1),
            cell("subtract", _SECOND - 3, 1),
            cell("subtracted", _SECOND - 3, 2),
            column("raised", _SECOND, 1),
            column("less", _SECOND, 2),
            column("less_exps", _SECOND, 3),
            column("less_shares", _SECOND, 4),
            cell("less_sum", second_below, 3),
            cell("less_share_sum", second_below, 4),
            cell("less_verdict", second_below + 1, 0),
            column("curve_x", _FIRST, _NUMBERS, len(_CURVE)),
            column("curve_exp", _FIRST, _NUMBERS + 1, len(_CURVE)),
            column("curve_sigmoid", _FIRST, _NUMBERS + 2, len(_CURVE)),
        ]

    def constants(self, template: Template, digit: Digit) -> dict[str, RegionValues]:
        return {
            "softmax_names": np.array(_CLASSES, dtype=object).reshape(-1, 1),
            "softmax_outputs": np.array(_OUTPUTS).reshape(-1, 1),
            "softmax_threshold": np.array([[_THRESHOLD]]),
            "softmax_added": np.array([[_ADDED]]),
            "softmax_subtract": np.array([[ON]], dtype=object),
            **self.read_only(template.network),
        }

    def read_only(self, network: Network) -> dict[str, RegionValues]:
        return {"softmax_curve_x": _CURVE}

    def free_text(self) -> set[str]:
        return {"softmax_names"}

    def allowed(self, network: Network) -> dict[str, Sequence[float | str]]:
        return {"softmax_subtract": [ON, OFF], "softmax_picked": ["", *_CLASSES, 7.0]}

    def blocks(self, network: Network, layout: Layout) -> list[FormulaBlock]:
        def at(name: str) -> Region:
            return layout.extra[f"softmax_{name}"]

        def block(kind: type[SheetBlock], name: str, *reads: str) -> SheetBlock:
            return kind("classes", at(name), [at(read) for read in reads])

        return [
            block(Exp, "exps", "outputs"),
            block(Sum, "exp_sum", "exps"),
            block(Share, "shares", "exps", "exp_sum"),
            block(Sum, "output_sum", "outputs"),
            block(Share, "bare_shares", "outputs", "output_sum"),
            block(Sum, "share_sum", "shares"),
            block(Sum, "bare_sum", "bare_shares"),
            block(Largest, "verdict", "names", "outputs", "shares"),
            block(Sigmoid, "sigmoids", "outputs"),
            block(Sum, "sigmoid_sum", "sigmoids"),
            block(Picked, "picked", "names", "sigmoids", "threshold"),
            block(Labels, "labels", "picked"),
            block(Raised, "raised", "outputs", "added"),
            block(Subtracted, "subtracted", "raised", "subtract"),
            block(Less, "less", "raised", "subtracted"),
            block(Exp, "less_exps", "less"),
            block(Sum, "less_sum", "less_exps"),
            block(Share, "less_shares", "less_exps", "less_sum"),
            block(Sum, "less_share_sum", "less_shares"),
            block(WhatBroke, "less_verdict", "less", "less_sum", "subtract"),
            block(Exp, "curve_exp", "curve_x"),
            block(Sigmoid, "curve_sigmoid", "curve_x"),
        ]

    def draw(
        self,
        sheet: SheetWriter,
        template: Template,
        layout: Layout,
        shown: Sequence[FormulaBlock],
        values: Mapping[str, RegionValues],
    ) -> None:
        at = {name.removeprefix("softmax_"): r for name, r in layout.extra.items() if r.sheet == SHEET}
        sheet.grid(_NUMBERS + 4, 64, 20, "plain")
        for first, last, pixels in (
            (0, 0, 110),
            (1, 4, 98),
            (5, 5, 36),
            (6, 7, 98),
            (8, 8, 36),
            (_NUMBERS, _NUMBERS + 2, 80),
        ):
            sheet.widths(first, last, pixels, "plain")
        sheet.height(0, 34)
        sheet.text((0, 0), "From outputs to probabilities", "title")
        sheet.text((1, 0), "Change a blue output, and watch the probabilities of all classes.", "subtitle")
        for block in shown:
            for region in block.regions:
                if region.sheet == SHEET:
                    style = _STYLES.get(region.name.removeprefix("softmax_"), "lesson_number")
                    sheet.formulas(region, block.formulas(region), values[region.name].tolist(), style)
        self._inputs(sheet, at, values)
        self._softmax(sheet, at)
        self._sigmoid(sheet, at)
        self._subtraction(sheet, at)
        self._curves(sheet, at)
        sheet.print_whole((0, 1), one_page=True)

    def _inputs(
        self, sheet: SheetWriter, at: Mapping[str, Region], values: Mapping[str, RegionValues]
    ) -> None:
        for cell, name in zip(at["names"].cells(), _CLASSES, strict=True):
            sheet.text(cell, name, "model_bold")
        for name in ("outputs", "threshold", "added"):
            sheet.numbers(at[name], values[f"softmax_{name}"].tolist(), "lesson_input")
        sheet.numbers(at["curve_x"], _CURVE.tolist(), "lesson_ruler")
        sheet.text(at["subtract"].cell(0, 0), ON, "switch")
        sheet.dropdown(at["subtract"], [ON, OFF], "Subtract the largest", f"Choose {ON} or {OFF}.")
        for name, title in (("outputs", "Output"), ("added", "Added to each output")):
            sheet.number_validation(at[name], -1000, 1000, title, "A number from -1000 to 1000.")
        sheet.number_validation(at["threshold"], 0, 1, "Threshold", "A number from 0 to 1, such as 0.5.")

    def _softmax(self, sheet: SheetWriter, at: Mapping[str, Region]) -> None:
        sheet.text((_FIRST - 3, 0), "1  Softmax: one label is right", "guide_head")
        _line(sheet, _FIRST - 3, 1, 4)
        sheet.text((_FIRST - 2, 0), "exp of each output, divided by the sum of all exps", "note")
        _heads(sheet, _FIRST - 1, 0, _HEADS)
        sheet.text((_FIRST + _COUNT, 0), "sum", "lesson_quiet")
        for offset, line in enumerate(_WHY, start=_FIRST + _COUNT + 3):
            sheet.text((offset, 0), line, "note")

    def _sigmoid(self, sheet: SheetWriter, at: Mapping[str, Region]) -> None:
        sheet.text((_FIRST - 3, _SIGMOID), "2  Sigmoid: several may be right", "guide_head")
        _line(sheet, _FIRST - 3, _SIGMOID + 1, _SIGMOID + 1)
        sheet.text((_FIRST - 2, _SIGMOID), "threshold", "table_label")
        for offset, head in enumerate(("sigmoid", "picked")):
            sheet.text((_FIRST - 1, _SIGMOID + offset), head, "model_head_right")
        sheet.text((_FIRST + _COUNT, _SIGMOID - 1), "sum", "table_label")
        for offset, line in enumerate(_SEVERAL, start=_FIRST + _COUNT + 3):
            sheet.text((offset, _SIGMOID), line, "note")

    def _subtraction(self, sheet: SheetWriter, at: Mapping[str, Region]) -> None:
        top = _SECOND - 5
        sheet.text((top, 0), "3  Why the largest is subtracted first", "guide_head")
        _line(sheet, top, 1, 4)
        sheet.text((top + 1, 0), "add to each", "lesson_quiet")
        sheet.text((top + 1, 2), "makes all outputs large. Try -800, too.", "legend")
        sheet.text((top + 2, 0), "subtract largest", "lesson_quiet")
        sheet.text((top + 2, 3), "is subtracted. Turn it off.", "legend")
        _heads(sheet, _SECOND - 1, 0, _HEADS_SECOND)
        for row, name in enumerate(_CLASSES, start=_SECOND):
            sheet.text((row, 0), name, "model_bold")
        sheet.text((_SECOND + _COUNT, 0), "sum", "lesson_quiet")

    def _curves(self, sheet: SheetWriter, at: Mapping[str, Region]) -> None:
        charts = (
            (_FIRST - 3, "exp", "exp(x)", "exp(x) is never negative, and grows ever faster", 60, "exps"),
            (_SECOND - 7, "sigmoid", "sigmoid(x)", "sigmoid(x) stays between 0 and 1", 1, "sigmoids"),
        )
        for row, name, curve, title, high, own in charts:
            words = f"Curve: {curve} for x from -4 to 4, and on it the five outputs."
            sheet.line_chart(
                (row, _CHARTS),
                (420, 250),
                at["curve_x"],
                {curve: at[f"curve_{name}"]},
                looks.curve_chart(curve, title, words, high),
                points={"your outputs": (at["outputs"], at[own])},
            )
        sheet.text((_FIRST - 3, _NUMBERS), "The curves in numbers", "guide_head")
        _line(sheet, _FIRST - 3, _NUMBERS + 1, _NUMBERS + 2)
        for offset, head in enumerate(("x", "exp(x)", "sigmoid(x)")):
            sheet.text((_FIRST - 1, _NUMBERS + offset), head, "model_head_right")


_STYLES = {
    "exps": "lesson_exp",
    "exp_sum": "lesson_exp",
    "less_exps": "lesson_exp",
    "less_sum": "lesson_exp",
    "shares": "probability",
    "share_sum": "probability",
    "less_shares": "probability",
    "less_share_sum": "probability",
    "sigmoids": "probability",
    "sigmoid_sum": "lesson_percent",
    "bare_shares": "lesson_percent",
    "bare_sum": "lesson_percent",
    "picked": "lesson_picked",
    "verdict": "check",
    "labels": "check",
    "less_verdict": "check",
}


class Exp(SheetBlock):
    """e to the power of a number."""

    explanation = "exp of the number: 2.718... to its power"

    def numpy(self, *seen: RegionValues) -> Any:
        return _finite(np.exp, numbers(seen[0]))

    def excel(self, refs: Refs, at: Position) -> str:
        return f"EXP({refs.cell(refs.inputs[0], at.row, 0)})"


class Sum(SheetBlock):
    """All of a column."""

    explanation = "the sum of the column"

    def numpy(self, *seen: RegionValues) -> Any:
        return _finite(np.sum, numbers(seen[0]))

    def excel(self, refs: Refs, at: Position) -> str:
        return f"SUM({refs.absolute(refs.inputs[0])})"


class Share(SheetBlock):
    """A number's part of the sum."""

    explanation = "the number divided by the sum"

    def numpy(self, *seen: RegionValues) -> Any:
        return _finite(np.divide, *map(numbers, seen))

    def excel(self, refs: Refs, at: Position) -> str:
        column, total = refs.inputs
        return f"{refs.cell(column, at.row, 0)}/{refs.absolute(total)}"


class Largest(SheetBlock):
    """Who has the largest share. Reads the names, the outputs and the shares."""

    explanation = "the class with the largest output and its probability, unless several have it"

    def numpy(self, *seen: RegionValues) -> Any:
        names, *others = seen
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


class Sigmoid(SheetBlock):
    """One number between 0 and 1 from one output."""

    explanation = "1 divided by (1 + exp of the negative number)"

    def numpy(self, *seen: RegionValues) -> Any:
        return 1 / (1 + _finite(np.exp, -numbers(seen[0])))

    def excel(self, refs: Refs, at: Position) -> str:
        return f"1/(1+EXP(-{refs.cell(refs.inputs[0], at.row, 0)}))"


class Picked(SheetBlock):
    """The label, if its sigmoid is large enough. Reads the names, the sigmoids and the threshold."""

    explanation = "the label, if its sigmoid is at least the threshold"

    def numpy(self, *seen: RegionValues) -> Any:
        names, *others = seen
        sigmoids, threshold = map(numbers, others)
        picked = np.where(sigmoids >= threshold, names.astype(object), "")
        return np.where(np.isnan(sigmoids + threshold), np.nan, picked)

    def excel(self, refs: Refs, at: Position) -> str:
        names, sigmoids, threshold = refs.inputs
        name, sigmoid = (refs.cell(region, at.row, 0) for region in (names, sigmoids))
        return f'IF({sigmoid}>={refs.absolute(threshold)},{name},"")'


class Labels(SheetBlock):
    """All labels that are picked, in one sentence."""

    explanation = "the labels that are picked, one after the other"

    def numpy(self, *seen: RegionValues) -> Any:
        picked = seen[0].ravel().tolist()
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


class Raised(SheetBlock):
    """An output, larger or smaller by the same number as all."""

    explanation = "the output of 1 plus what is added to each"

    def numpy(self, *seen: RegionValues) -> Any:
        outputs, added = map(numbers, seen)
        return outputs + added

    def excel(self, refs: Refs, at: Position) -> str:
        outputs, added = refs.inputs
        return f"{refs.cell(outputs, at.row, 0)}+{refs.absolute(added)}"


class Subtracted(SheetBlock):
    """The largest output, or nothing."""

    explanation = "the largest output; 0 if that is turned off"

    def numpy(self, *seen: RegionValues) -> Any:
        raised, switch = seen
        return numbers(raised).max() if switch.item() == ON else 0.0

    def excel(self, refs: Refs, at: Position) -> str:
        raised, switch = map(refs.absolute, refs.inputs)
        return f'IF({switch}="{ON}",MAX({raised}),0)'


class Less(SheetBlock):
    """What exp is taken of."""

    explanation = "the output less what is subtracted: 0 for the largest, below 0 for the others"

    def numpy(self, *seen: RegionValues) -> Any:
        raised, subtracted = map(numbers, seen)
        return raised - subtracted

    def excel(self, refs: Refs, at: Position) -> str:
        raised, subtracted = refs.inputs
        return f"{refs.cell(raised, at.row, 0)}-{refs.absolute(subtracted)}"


class WhatBroke(SheetBlock):
    """What went wrong, in words. Reads what exp is taken of, the sum of the exps, and the switch."""

    explanation = "whether the sum of the exps could be computed, in words"

    def numpy(self, *seen: RegionValues) -> Any:
        less, total, switch = numbers(seen[0]), numbers(seen[1]).item(), seen[2].item()
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


def _finite(compute: Any, *operands: Array) -> Array:
    """Return what NumPy computes, nan wherever it has no finite number: Excel has an error there."""
    with np.errstate(all="ignore"):
        result = compute(*operands)
    return np.where(np.isfinite(result), result, np.nan)


def _percent(share: float) -> float:
    """Return a share in percent with one decimal, as Excel's ROUND has it: halves away from 0."""
    return float(np.copysign(np.floor(abs(100 * share) * 10 + 0.5) / 10, share)) + 0.0


def _heads(sheet: SheetWriter, row: int, left: int, heads: Sequence[str]) -> None:
    for offset, head in enumerate(heads):
        sheet.text((row, left + offset), head, "model_head_right" if offset else "model_head")


def _line(sheet: SheetWriter, row: int, first: int, last: int) -> None:
    """Draw on the line under a heading."""
    sheet.blank(Region("", "", row, first, 1, last - first + 1).area, "guide_head")
