"""The sheet `Checks`: a row a check, and one cell that says whether all is well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sheetcnn.digits import gallery
from sheetcnn.digits.digit import SIDE, Digit
from sheetcnn.excel.region import Region
from sheetcnn.network.network import Network
from sheetcnn.network.stages import Array
from sheetcnn.network.template import Template
from sheetcnn.workbook.declaration import Declaration, Read
from sheetcnn.workbook.decoration import (
    Decoration,
    Grid,
    Height,
    HighlightEqual,
    PrintWhole,
    Text,
    Widths,
)
from sheetcnn.workbook.formula_block import RegionValues
from sheetcnn.workbook.formulas import CopiedCell
from sheetcnn.workbook.layout import CHOICE, FIRST_ROW, Layout, plan
from sheetcnn.workbook.layout import SHEET as NETWORK
from sheetcnn.workbook.sheet import Drawing, LessonSheet
from sheetcnn.workbook.sheets.checked import (
    NO,
    AllWell,
    AsNumPy,
    Check,
    InRange,
    NoLess,
    NoMore,
    NothingNegative,
    SameWeights,
    StoredScores,
    SumsToOne,
    weighted,
)

SHEET = "Checks"


_AT_ONCE = 80
"""Regions that one check of weights reads: Excel takes 8,192 characters."""

_FIRST = 6
_SUMS, _SCORES_LEFT = 3, 5


class ChecksSheet(LessonSheet):
    """Left: the checks. Right: the scores that NumPy gave for every digit of the list."""

    sheet = SHEET
    summary = "Checks of the whole network. Break a formula, and see which check notices it."

    def fits(self, network: Network) -> bool:
        return bool(network.classes)

    def declare(self, network: Network, layout: Layout) -> Declaration:
        declared = Declaration(SHEET, layout, "checks", style="check_result")
        rows, checks = _rows(network, layout), []
        for row, each in enumerate(rows, start=_FIRST):
            answers = each.check.answers()
            checks.append(
                declared.formulas(each.name, (row, 2), (1, 1), each.check, each.reads, allowed=answers)
            )
            if isinstance(each.check, SameWeights):
                declared.constant(_made(each.name), (row, _SUMS), (1, 1), "stored_score")
        harmless = [each.check.harmless for each in rows]
        all_well = declared.formulas("all_well", (2, 0), (1, 1), AllWell(harmless), checks, "verdict")
        if (
            layout.inputs[0].sheet == NETWORK or "all_well_here" in layout.extra
        ):  # which may be renamed by now
            cell = FIRST_ROW + 7, 0
            declared.formulas("all_well_here", cell, (1, 1), CopiedCell(), [all_well], sheet=NETWORK)
        top = _FIRST
        if "choices" in layout.extra:
            top += _declare_scores(declared, network, layout.extra["choices"], _FIRST + len(rows) + 3)
        for name, grid in layout.weights.items():
            factors, step = _unlike(*_largest(grid)), grid[0][0].step
            cell = top, _SCORES_LEFT + 1
            region = declared.constant(
                _factors(name), cell, factors, "stored_score", read_only=True, step=step
            )
            top = region.area.bottom + 2
        return declared

    def first_values(self, template: Template, digit: Digit) -> dict[str, RegionValues]:
        sums = _sums_when_made(template)
        if digit.pixels.shape != (1, SIDE, SIDE):
            return sums
        nobody_knows = np.zeros((1, SIDE, SIDE))  # what the drawing is
        pictures = [digit.pixels, nobody_knows, *(sample.pixels for sample in gallery.samples())]
        scores = numpy_scores(template.network, template.weights, np.array(pictures))
        return {"numpy_scores": scores, **sums}

    def decorate(self, drawing: Drawing) -> Iterator[Decoration]:
        declared, network = drawing.declared, drawing.template.network
        rows = _rows(network, drawing.layout)
        yield Grid(30, 64, 20, "plain")
        for column, pixels in enumerate((190, 430, 110, 110, 40, 110)):
            yield Widths(column, column, pixels, "plain")
        yield Height(0, 34)
        yield Text((0, 0), "Checks", "title")
        todo = "Break a formula on Network, and see which of these checks notices it."
        yield Text((1, 0), todo, "subtitle")
        for column, head in enumerate(("check", "what has to hold", "does it hold?", "sum when made")):
            yield Text((_FIRST - 1, column), head, "model_head_right" if column > 1 else "model_head")
        for each in rows:
            row = declared[each.name].top
            yield Text((row, 0), each.title, "model_bold")
            yield Text((row, 1), each.holds, "model_text")
        yield from drawing.cells(*declared.filled)
        yield HighlightEqual([declared[each.name] for each in rows], NO, "failed")
        for each in (each for each in rows if each.check.harmless):
            yield HighlightEqual([declared[each.name]], each.check.harmless, "missed")
        yield from _weights(drawing, rows)
        if "numpy_scores" in drawing.layout.extra:
            yield from _stored(drawing)
        yield PrintWhole((0, _FIRST - 1))


def _declare_scores(declared: Declaration, network: Network, choices: Region, below: int) -> int:
    """Declare what NumPy gave for every digit, and for the one that is read; return how many rows that takes."""
    classes = len(network.classes)
    counted = np.arange(1.0, classes + 1).reshape(-1, 1)
    counters = declared.constant("score_counters", (below, 2), counted, "counter", read_only=True)
    cell, shape = (_FIRST, _SCORES_LEFT + 1), (choices.rows, classes)
    scores = declared.constant("numpy_scores", cell, shape, "stored_score")
    reads: list[Read] = [CHOICE.name, choices, scores, counters]
    declared.formulas("numpy_scores_now", (below, 1), (classes, 1), StoredScores(), reads, "stored_score")
    return choices.rows + 4


def _weights(drawing: Drawing, rows: Sequence[_Row]) -> Iterator[Decoration]:
    """Yield what the weights are compared with, and what that means."""
    declared = drawing.declared
    for each in (each for each in rows if isinstance(each.check, SameWeights)):
        yield from drawing.cells(_made(each.name))
    factors = {name: declared[_factors(name)] for name in drawing.layout.weights}
    first = next(iter(factors.values()))
    title = "The numbers that weights are multiplied with, for their sum"
    yield Text((first.top - 2, _SCORES_LEFT), title, "model_bold")
    for name, region in factors.items():
        yield Text((region.top, _SCORES_LEFT), name, "model_text")
        yield from drawing.cells(region)
    scores = drawing.template.network.classes if "numpy_scores" in drawing.layout.extra else ()
    for row, line in enumerate(_CHANGES, start=_FIRST + len(rows) + 4 + len(scores)):
        yield Text((row, 0), line, "note")


def _stored(drawing: Drawing) -> Iterator[Decoration]:
    """Yield the scores that NumPy gave, and those of the digit that is read."""
    classes = drawing.template.network.classes
    scores, counters = drawing.declared["numpy_scores"], drawing.declared["score_counters"]
    title = "The scores that NumPy computed for each digit, with the weights that this workbook was made with"
    yield Text((_FIRST - 3, _SCORES_LEFT), title, "model_bold")
    yield Text((_FIRST - 1, _SCORES_LEFT), "score of class", "model_head")
    for column, label in enumerate(classes, start=scores.left):
        yield Text((_FIRST - 1, column), label, "model_head_right")
    for row, (name,) in enumerate(drawing.values["choices"].tolist(), start=scores.top):
        yield Text((row, _SCORES_LEFT), name, "model_text")
    yield from drawing.cells(scores)
    yield Text((counters.top - 1, 0), "score of class", "model_head")
    for row, label in enumerate(classes, start=counters.top):
        yield Text((row, 0), label, "model_text")
    head = "computed by NumPy for the digit that is chosen on Network"
    yield Text((counters.top - 1, 1), head, "model_head_right")
    yield Text((counters.top - 1, 2), "column", "model_head_right")
    yield from drawing.cells(counters)


class _Row(NamedTuple):
    """A check: the name of its cell, what people read, the formula, what that reads, and whose weights those are."""

    name: str
    title: str
    holds: str
    check: Check
    reads: list[Read]
    layer: str = ""


def _rows(network: Network, layout: Layout) -> list[_Row]:
    return [*_of_the_whole(network, layout), *_of_layers(network, layout)]


def _of_the_whole(network: Network, layout: Layout) -> Iterator[_Row]:
    scores = layout.tensor(network.scoring)
    if "choices" in layout.extra:
        weights = [row.name for row in _of_weights(network, layout)]
        words = "the scores on Network equal those that NumPy computed"
        reads: list[Read] = [*scores, "numpy_scores_now", CHOICE.name, *weights]
        yield _Row("check_scores", "scores", words, AsNumPy(), reads)
    probabilities = layout.tensor(network.layers[-1].name)
    words = "the probabilities sum to 1"
    yield _Row("check_sum", "sum", words, SumsToOne(), list(probabilities))
    words = "every probability lies between 0 and 1"
    yield _Row("check_shares", "probabilities", words, InRange(), list(probabilities))
    words = "every pixel lies between 0 and 1"
    yield _Row("check_pixels", "pixels", words, InRange(), list(layout.inputs))


def _of_layers(network: Network, layout: Layout) -> Iterator[_Row]:
    inputs = layout.inputs
    for layer in network.layers:
        outputs = layout.tensor(layer.name)
        yield from (row for row in _of_weights(network, layout) if row.layer == layer.name)
        if layer.stage.rectifies:
            words = f"no value of {layer.name} is negative"
            yield _Row(f"check_{layer.name}", "ReLU", words, NothingNegative(), list(outputs))
        if layer.stage.takes_largest:
            words = f"no value of {layer.name} is larger than the largest value that it reads"
            yield _Row(f"check_most_{layer.name}", "max pool", words, NoMore(), [*outputs, *inputs])
            if layer.stage.windows_tile(layer.in_shape):
                words = f"the mean of {layer.name} is at least the mean of what it reads"
                yield _Row(f"check_least_{layer.name}", "max pool", words, NoLess(), [*outputs, *inputs])
        inputs = outputs


def _of_weights(network: Network, layout: Layout) -> Iterator[_Row]:
    for layer in network.layers:
        weights = [region for row in layout.weights.get(layer.name, ()) for region in row]
        parts = [weights[first : first + _AT_ONCE] for first in range(0, len(weights), _AT_ONCE)]
        for number, part in enumerate(parts, start=1):
            of, end = (f" (part {number} of {len(parts)})", f"_{number}") if len(parts) > 1 else ("", "")
            name = f"check_weights_{layer.name}{end}"
            words = f"every weight is a number, and none was changed{of}"
            reads: list[Read] = [*part, _factors(layer.name), _made(name)]
            yield _Row(name, f"weights of {layer.name}", words, SameWeights(), reads, layer.name)


def _made(check: str) -> str:
    """Return the name of the cell with the weighted sum of the weights that the workbook was made with."""
    return check.replace("check_", "when_made_", 1)


def _factors(layer: str) -> str:
    """Return the name of the numbers that weights of a layer are multiplied with."""
    return f"factors_{layer}"


def _largest(grid: Sequence[Sequence[Region]]) -> tuple[int, int]:
    """Return as many rows and columns as any of these regions has."""
    regions = [region for row in grid for region in row]
    return max(region.rows for region in regions), max(region.columns for region in regions)


def _unlike(rows: int, columns: int) -> RegionValues:
    """Return numbers from 0.5 to 1.5, no two alike: what follows the point in multiples of the golden ratio."""
    golden = np.arange(1, rows * columns + 1) * (np.sqrt(5) - 1) / 2
    return np.asarray((0.5 + golden % 1).round(6).reshape(rows, columns))


def _sums_when_made(template: Template) -> dict[str, RegionValues]:
    """Return the sums that checks of weights compare with, by the cells that hold them."""
    layout = plan(template.network)
    held = layout.weight_values(template.weights)
    sums = {}
    for each in _of_weights(template.network, layout):
        weights = [held[region.name] for region in each.reads if isinstance(region, Region)]
        factors = _unlike(*_largest(layout.weights[each.layer]))
        sums[_made(each.name)] = np.array([[weighted(weights, factors)]])
    return sums


_CHANGES = (
    "changed: a weight is not the one that this workbook was made with. Nothing is wrong.",
    "not compared: NumPy computed the stored scores with the first weights, so they no longer apply.",
    "How a change is noticed: the weights, each times a number for its place, are summed, and compared with the sum",
    "when the workbook was made.",
)


def numpy_scores(network: Network, weights: Mapping[str, Array], pictures: Array) -> Array:
    """Return the scores of pictures, (n, channels, rows, columns), as they are stored: (n, classes)."""
    scores = network.scores(np.moveaxis(pictures, 0, -1), weights)
    return np.asarray(scores.T.round(9))
