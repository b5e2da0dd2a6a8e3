"""The sheet `Checks`: a row a check, and one cell that says whether all is well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sheetcnn.digits import gallery
from sheetcnn.digits.digit import SIDE, Digit
from sheetcnn.excel.region import Region
from sheetcnn.network.network import Layer, Network
from sheetcnn.network.stages import Array
from sheetcnn.network.stages.maxpool import MaxPool
from sheetcnn.network.template import Template
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues
from sheetcnn.workbook.layout import CHOICE, FIRST_ROW, Layout, plan
from sheetcnn.workbook.layout import SHEET as NETWORK
from sheetcnn.workbook.sheet import LessonSheet, SheetBlock
from sheetcnn.workbook.sheets.checked import (
    CHANGED,
    NO,
    NOT_COMPARED,
    YES,
    AllWell,
    AsNumPy,
    Check,
    Copied,
    InRange,
    NoLess,
    NoMore,
    NothingNegative,
    SameWeights,
    StoredScores,
    SumsToOne,
    weighted,
)

if TYPE_CHECKING:
    from sheetcnn.excel.writer import SheetWriter

SHEET = "Checks"


_AT_ONCE = 80
"""Regions that one check of weights reads: Excel takes 8,192 characters."""

_FIRST = 6
_SUMS, _SCORES_LEFT = 3, 5


class Checks(LessonSheet):
    """Left: the checks. Right: the scores that NumPy gave for every digit of the list."""

    sheet = SHEET
    order = 90
    summary = "Checks of the whole network. Break a formula, and see which check notices it."

    def fits(self, network: Network) -> bool:
        return bool(network.classes)

    def regions(self, network: Network, layout: Layout) -> list[Region]:
        rows = _rows(network, layout)
        made = [Region(row.name, SHEET, _FIRST + n, 2, 1, 1) for n, row in enumerate(rows)]
        made.append(Region("all_well", SHEET, 2, 0, 1, 1))
        if layout.inputs[0].sheet == NETWORK:
            made.append(Region("all_well_here", NETWORK, FIRST_ROW + 7, 0, 1, 1))
        sums = [row.name for row in rows if row.check is SameWeights]
        made += [
            Region(_made(row.name), SHEET, _FIRST + n, _SUMS, 1, 1)
            for n, row in enumerate(rows)
            if row.name in sums
        ]
        top = _FIRST
        if "choices" in layout.extra:
            count, classes = layout.extra["choices"].rows, len(network.classes)
            below = _FIRST + len(rows) + 3
            made += [
                Region("score_counters", SHEET, below, 2, classes, 1),
                Region("numpy_scores_now", SHEET, below, 1, classes, 1),
                Region("numpy_scores", SHEET, _FIRST, _SCORES_LEFT + 1, count, classes),
            ]
            top += count + 4
        for name, grid in layout.weights.items():
            step = grid[0][0].step
            made.append(Region(_factors(name), SHEET, top, _SCORES_LEFT + 1, *_largest(grid), step=step))
            top = made[-1].area.bottom + 2
        return made

    def constants(self, template: Template, digit: Digit) -> dict[str, RegionValues]:
        sums = _sums_when_made(template, self.read_only(template.network))
        if digit.pixels.shape != (1, SIDE, SIDE):
            return {**sums, **self.read_only(template.network)}
        nobody_knows = np.zeros((1, SIDE, SIDE))  # what the drawing is
        pictures = [digit.pixels, nobody_knows, *(sample.pixels for sample in gallery.samples())]
        scores = numpy_scores(template.network, template.weights, np.array(pictures))
        return {"numpy_scores": scores, **sums, **self.read_only(template.network)}

    def read_only(self, network: Network) -> dict[str, RegionValues]:
        counters = np.arange(1.0, len(network.classes) + 1).reshape(-1, 1)
        grids = plan(network).weights.items()
        return {
            "score_counters": counters,
            **{_factors(name): _unlike(*_largest(grid)) for name, grid in grids},
        }

    def allowed(self, network: Network) -> dict[str, Sequence[float | str]]:
        answers: dict[type[SheetBlock], list[float | str]] = {
            SameWeights: [YES, CHANGED, NO],
            AsNumPy: [YES, NOT_COMPARED, NO],
        }
        layout = plan(network)
        return {row.name: answers[row.check] for row in _rows(network, layout) if row.check in answers}

    def blocks(self, network: Network, layout: Layout) -> list[FormulaBlock]:
        at = layout.extra
        shown: list[FormulaBlock] = []
        if "numpy_scores" in at:
            reads = [at[CHOICE.name], at["choices"], at["numpy_scores"], at["score_counters"]]
            shown.append(StoredScores("checks", at["numpy_scores_now"], reads))
        rows = _rows(network, layout)
        shown += [row.check("checks", at[row.name], row.reads) for row in rows]
        checks = [(at[row.name], row.check.harmless) for row in rows]
        shown.append(AllWell("checks", at["all_well"], checks))
        if "all_well_here" in at:
            shown.append(Copied("checks", at["all_well_here"], [at["all_well"]]))
        return shown

    def draw(
        self,
        sheet: SheetWriter,
        template: Template,
        layout: Layout,
        shown: Sequence[FormulaBlock],
        values: Mapping[str, RegionValues],
    ) -> None:
        at, rows = layout.extra, _rows(template.network, layout)
        sheet.grid(30, 64, 20, "plain")
        for column, pixels in enumerate((190, 430, 110, 110, 40, 110)):
            sheet.widths(column, column, pixels, "plain")
        sheet.height(0, 34)
        sheet.text((0, 0), "Checks", "title")
        sheet.text(
            (1, 0), "Break a formula on Network, and see which of these checks notices it.", "subtitle"
        )
        for column, head in enumerate(("check", "what has to hold", "does it hold?", "sum when made")):
            sheet.text((_FIRST - 1, column), head, "model_head_right" if column > 1 else "model_head")
        for row in rows:
            cell = at[row.name].cell(0, 0)
            sheet.text((cell.row, 0), row.title, "model_bold")
            sheet.text((cell.row, 1), row.explanation, "model_text")
        for block in shown:
            for region in block.regions:
                if region.sheet == SHEET:
                    style = _STYLES.get(region.name, "check_result")
                    sheet.formulas(region, block.formulas(region), values[region.name].tolist(), style)
        sheet.highlight_equal([at[row.name] for row in rows], NO, "failed")
        for row in (row for row in rows if row.check.harmless):
            sheet.highlight_equal([at[row.name]], str(row.check.harmless), "missed")
        self._weights(sheet, at, rows, values)
        if "numpy_scores" in at:
            self._stored(sheet, template.network, at, values)
        sheet.print_whole((0, _FIRST - 1))

    def _weights(
        self,
        sheet: SheetWriter,
        at: Mapping[str, Region],
        rows: Sequence[_Row],
        values: Mapping[str, RegionValues],
    ) -> None:
        """Write what the weights are compared with, and what that means."""
        for name in (_made(row.name) for row in rows if row.check is SameWeights):
            sheet.numbers(at[name], values[name].tolist(), "stored_score")
        factors = {name: region for name, region in at.items() if name.startswith(_factors(""))}
        first = next(iter(factors.values()))
        sheet.text(
            (first.top - 2, _SCORES_LEFT),
            "The numbers that weights are multiplied with, for their sum",
            "model_bold",
        )
        for name, region in factors.items():
            sheet.text((region.top, _SCORES_LEFT), name.removeprefix(_factors("")), "model_text")
            sheet.numbers(region, values[name].tolist(), "stored_score")
        below = _FIRST + len(rows) + 4 + (at["score_counters"].rows if "score_counters" in at else 0)
        for row, line in enumerate(_CHANGES, start=below):
            sheet.text((row, 0), line, "note")

    def _stored(
        self,
        sheet: SheetWriter,
        network: Network,
        at: Mapping[str, Region],
        values: Mapping[str, RegionValues],
    ) -> None:
        scores, counters = at["numpy_scores"], at["score_counters"]
        sheet.text(
            (_FIRST - 3, _SCORES_LEFT),
            "The scores that NumPy computed for each digit, with the weights that this workbook was made with",
            "model_bold",
        )
        sheet.text((_FIRST - 1, _SCORES_LEFT), "score of class", "model_head")
        for offset, label in enumerate(network.classes):
            sheet.text((_FIRST - 1, scores.left + offset), label, "model_head_right")
        for row, (name,) in enumerate(values["choices"].tolist()):
            sheet.text((scores.top + row, _SCORES_LEFT), name, "model_text")
        sheet.numbers(scores, values["numpy_scores"].tolist(), "stored_score")
        sheet.text((counters.top - 1, 0), "score of class", "model_head")
        for offset, label in enumerate(network.classes):
            sheet.text((counters.top + offset, 0), label, "model_text")
        sheet.text(
            (counters.top - 1, 1),
            "computed by NumPy for the digit that is chosen on Network",
            "model_head_right",
        )
        sheet.text((counters.top - 1, 2), "column", "model_head_right")
        sheet.numbers(counters, values["score_counters"].tolist(), "counter")


class _Row(NamedTuple):
    """A check: the name of its cell, what people read, the formula, what that reads, and whose weights those are."""

    name: str
    title: str
    explanation: str
    check: type[Check]
    reads: list[Region]
    layer: str = ""


def _rows(network: Network, layout: Layout) -> list[_Row]:
    return [*_of_the_whole(network, layout), *_of_layers(network, layout)]


def _of_the_whole(network: Network, layout: Layout) -> Iterator[_Row]:
    scores = layout.tensor(network.scoring)
    if "choices" in layout.extra:
        now = layout.extra.get("numpy_scores_now", scores[0])  # planned after the checks
        weights = [row.name for row in _of_weights(network, layout)]
        reads = [scores[0], now, layout.extra[CHOICE.name]]
        reads += [layout.extra.get(name, now) for name in weights]
        words = "the scores on Network equal those that NumPy computed"
        yield _Row("check_scores", "scores", words, AsNumPy, reads)
    probabilities = layout.tensor(network.layers[-1].name)
    words = "the probabilities sum to 1"
    yield _Row("check_sum", "sum", words, SumsToOne, probabilities)
    words = "every probability lies between 0 and 1"
    yield _Row("check_shares", "probabilities", words, InRange, probabilities)
    words = "every pixel lies between 0 and 1"
    yield _Row("check_pixels", "pixels", words, InRange, layout.inputs)


def _of_layers(network: Network, layout: Layout) -> Iterator[_Row]:
    inputs = layout.inputs
    for layer in network.layers:
        outputs = layout.tensor(layer.name)
        yield from (row for row in _of_weights(network, layout) if row.layer == layer.name)
        if layer.stage.rectifies:
            words = f"no value of {layer.name} is negative"
            yield _Row(f"check_{layer.name}", "ReLU", words, NothingNegative, outputs)
        if isinstance(layer.stage, MaxPool):
            words = f"no value of {layer.name} is larger than the largest value that it reads"
            yield _Row(f"check_most_{layer.name}", "max pool", words, NoMore, [*outputs, *inputs])
            if _tiles(layer):
                words = f"the mean of {layer.name} is at least the mean of what it reads"
                yield _Row(f"check_least_{layer.name}", "max pool", words, NoLess, [*outputs, *inputs])
        inputs = outputs


def _of_weights(network: Network, layout: Layout) -> Iterator[_Row]:
    for layer in network.layers:
        weights = [region for row in layout.weights.get(layer.name, ()) for region in row]
        parts = [weights[first : first + _AT_ONCE] for first in range(0, len(weights), _AT_ONCE)]
        for number, part in enumerate(parts, start=1):
            of, end = (f" (part {number} of {len(parts)})", f"_{number}") if len(parts) > 1 else ("", "")
            name = f"check_weights_{layer.name}{end}"
            words = f"every weight is a number, and none was changed{of}"
            beside = [layout.extra.get(each, part[0]) for each in (_factors(layer.name), _made(name))]
            yield _Row(name, f"weights of {layer.name}", words, SameWeights, [*part, *beside], layer.name)


def _made(check: str) -> str:
    """Return the name of the cell that holds what a check of weights compares with."""
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


def _sums_when_made(template: Template, factors: Mapping[str, RegionValues]) -> dict[str, RegionValues]:
    """Return the sums that checks of weights compare with, by the cells that hold them."""
    layout = plan(template.network)
    held = layout.weight_values(template.weights)
    return {
        _made(check.name): np.array(
            [[weighted([held[r.name] for r in check.reads[:-2]], factors[_factors(check.layer)])]]
        )
        for check in _of_weights(template.network, layout)
    }


def _tiles(layer: Layer) -> bool:
    """Whether each value before a pool is in exactly one of its windows."""
    pool = layer.stage
    return (
        isinstance(pool, MaxPool)
        and pool.stride == pool.window
        and all(side % pool.window == 0 for side in layer.in_shape[1:])
    )


_CHANGES = (
    "changed: a weight is not the one that this workbook was made with. Nothing is wrong.",
    "not compared: NumPy computed the stored scores with the first weights, so they no longer apply.",
    "How a change is noticed: the weights, each times a number for its place, are summed, and compared with the sum",
    "when the workbook was made.",
)
_STYLES = {
    "all_well": "verdict",
    "numpy_scores_now": "stored_score",
}


def numpy_scores(network: Network, weights: Mapping[str, Array], pictures: Array) -> Array:
    """Return the scores of pictures, (n, channels, rows, columns), as they are stored: (n, classes)."""
    scores = network.scores(np.moveaxis(pictures, 0, -1), weights)
    return np.asarray(scores.T.round(9))
