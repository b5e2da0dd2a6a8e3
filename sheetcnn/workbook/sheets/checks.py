"""The sheet `Checks`: a row a check, and one cell that says whether all is well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sheetcnn.digits import gallery
from sheetcnn.digits.digit import SIDE, Digit
from sheetcnn.excel.cells import Region
from sheetcnn.network.network import Layer, Network
from sheetcnn.network.stages import Array, At, Refs
from sheetcnn.network.stages.maxpool import MaxPool
from sheetcnn.network.templates import Template
from sheetcnn.workbook.exhibits import Exhibit, Values, numbers
from sheetcnn.workbook.layout import CHOICE, FIRST_ROW, Layout
from sheetcnn.workbook.layout import SHEET as NETWORK
from sheetcnn.workbook.page import Block, Page, indexed
from sheetcnn.workbook.sheets.digits import DRAWING

if TYPE_CHECKING:
    from sheetcnn.excel.write import SheetWriter

SHEET = "Checks"
YES, NO = "yes", "no"
ALL_WELL = "All checks are passed."
NOT_WELL = "A check fails: see the sheet Checks."
NEAR = 0.000001
"""By how much a score may differ from the stored one, which has 9 decimals."""

_ROUNDED = 0.000000001
"""By how much means that are equal may differ."""

_AT_ONCE = 200
"""Regions that one check of weights counts: Excel takes 255 arguments, and 8,192 characters."""

_FIRST = 6
_SCORES_LEFT = 4


class Checks(Page):
    """Left: the checks. Right: the scores that NumPy gave for every digit of the list."""

    sheet = SHEET
    place = 90
    summary = "Whether all is well. Break a formula, and see which check notices."

    def fits(self, network: Network) -> bool:
        return bool(network.classes)

    def regions(self, network: Network, layout: Layout) -> list[Region]:
        rows = _rows(network, layout)
        made = [Region(row.name, SHEET, _FIRST + n, 2, 1, 1) for n, row in enumerate(rows)]
        made.append(Region("all_well", SHEET, 2, 0, 1, 1))
        if layout.inputs[0].sheet == NETWORK:
            made.append(Region("all_well_here", NETWORK, FIRST_ROW + 7, 0, 1, 1))
        if "choices" in layout.others:
            count, classes = layout.others["choices"].rows, len(network.classes)
            below = _FIRST + len(rows) + 3
            made += [
                Region("score_counters", SHEET, below, 2, classes, 1),
                Region("numpy_scores_now", SHEET, below, 1, classes, 1),
                Region("numpy_scores", SHEET, _FIRST, _SCORES_LEFT + 1, count, classes),
            ]
        return made

    def given(self, template: Template, digit: Digit) -> dict[str, Values]:
        if digit.pixels.shape != (SIDE, SIDE):
            return {}
        nobody_knows = np.zeros((SIDE, SIDE))  # what the drawing is
        pictures = [digit.pixels, nobody_knows, *(sample.pixels for sample in gallery.samples())]
        scores = numpy_scores(template.network, template.weights, np.array(pictures))
        return {"numpy_scores": scores, **self.fixed(template.network)}

    def fixed(self, network: Network) -> dict[str, Values]:
        return {"score_counters": np.arange(1.0, len(network.classes) + 1).reshape(-1, 1)}

    def exhibits(self, network: Network, layout: Layout) -> list[Exhibit]:
        at = layout.others
        shown: list[Exhibit] = []
        if "numpy_scores" in at:
            reads = [at[CHOICE.name], at["choices"], at["numpy_scores"], at["score_counters"]]
            shown.append(StoredScores("checks", at["numpy_scores_now"], reads))
        rows = _rows(network, layout)
        shown += [row.check("checks", at[row.name], row.reads) for row in rows]
        shown.append(AllWell("checks", at["all_well"], [at[row.name] for row in rows]))
        if "all_well_here" in at:
            shown.append(Copied("checks", at["all_well_here"], [at["all_well"]]))
        return shown

    def draw(
        self,
        sheet: SheetWriter,
        template: Template,
        layout: Layout,
        shown: Sequence[Exhibit],
        values: Mapping[str, Values],
    ) -> None:
        at, rows = layout.others, _rows(template.network, layout)
        sheet.grid(30, 64, 20, "plain")
        for column, pixels in enumerate((190, 430, 80, 40, 110)):
            sheet.widths(column, column, pixels, "plain")
        sheet.height(0, 34)
        sheet.text((0, 0), "Checks", "title")
        sheet.text((1, 0), "Break a formula on Network, and see which of these checks notices.", "subtitle")
        for column, head in enumerate(("check", "what has to hold", "holds")):
            sheet.text((_FIRST - 1, column), head, "model_head_right" if column == 2 else "model_head")
        for row in rows:
            cell = at[row.name].cell(0, 0)
            sheet.text((cell.row, 0), row.title, "model_bold")
            sheet.text((cell.row, 1), row.words, "model_text")
        for exhibit in shown:
            for region in exhibit.regions:
                if region.sheet == SHEET:
                    style = _STYLES.get(region.name, "check_result")
                    sheet.formulas(region, exhibit.formulas(region), values[region.name].tolist(), style)
        sheet.marked([at[row.name] for row in rows], NO, "failed")
        if "numpy_scores" in at:
            self._stored(sheet, template.network, at, values)
        last = max((region.area.right for region in at.values() if region.sheet == SHEET), default=4)
        sheet.print_setup(Region("", "", 0, 0, _FIRST + 52, last).area, (0, _FIRST - 1))

    def _stored(
        self, sheet: SheetWriter, network: Network, at: Mapping[str, Region], values: Mapping[str, Values]
    ) -> None:
        scores, counters = at["numpy_scores"], at["score_counters"]
        sheet.text(
            (_FIRST - 3, _SCORES_LEFT),
            "What NumPy gave for each digit, with the weights that this workbook was made with",
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
            (counters.top - 1, 1), "NumPy's, of the digit that is chosen on Network", "model_head_right"
        )
        sheet.text((counters.top - 1, 2), "column", "model_head_right")
        sheet.numbers(counters, values["score_counters"].tolist(), "counter")


class _Row(NamedTuple):
    """A check: the name of its cell, what people read, the formula, and what that reads."""

    name: str
    title: str
    words: str
    check: type[Block]
    reads: list[Region]


def _rows(network: Network, layout: Layout) -> list[_Row]:
    return [*_of_the_whole(network, layout), *_of_layers(network, layout)]


def _of_the_whole(network: Network, layout: Layout) -> Iterator[_Row]:
    scores = layout.tensor(network.scoring)
    if "choices" in layout.others:
        now = layout.others.get("numpy_scores_now", scores[0])  # planned after the checks
        reads = [scores[0], now, layout.others[CHOICE.name]]
        words = "the scores are those that NumPy gave for the digit"
        yield _Row("check_scores", "as NumPy has it", words, AsNumPy, reads)
    probabilities = layout.tensor(network.layers[-1].name)
    words = "the probabilities sum to 1"
    yield _Row("check_sum", "a share each", words, SumsToOne, probabilities)
    words = "no probability is below 0 or above 1"
    yield _Row("check_shares", "no more than all", words, InRange, probabilities)
    words = "every pixel is a number from 0 to 1"
    yield _Row("check_pixels", "ink", words, InRange, layout.inputs)


def _of_layers(network: Network, layout: Layout) -> Iterator[_Row]:
    inputs = layout.inputs
    for layer in network.layers:
        outputs = layout.tensor(layer.name)
        if layer.name in layout.weights:
            weights = [region for row in layout.weights[layer.name] for region in row]
            parts = [weights[first : first + _AT_ONCE] for first in range(0, len(weights), _AT_ONCE)]
            for number, part in enumerate(parts, start=1):
                of, end = (f" (part {number} of {len(parts)})", f"_{number}") if len(parts) > 1 else ("", "")
                words = f"every weight of {layer.name} is a number{of}"
                yield _Row(f"check_weights_{layer.name}{end}", "weights", words, AllNumbers, part)
        if layer.stage.kind in ("relu", "convrelu"):
            words = f"nothing in {layer.name} is negative"
            yield _Row(f"check_{layer.name}", "ReLU", words, NothingNegative, outputs)
        if layer.stage.kind == "maxpool":
            words = f"nothing in {layer.name} is larger than the largest value before it"
            yield _Row(f"check_most_{layer.name}", "max pool", words, NoMore, [*outputs, *inputs])
            if _tiles(layer):
                words = f"the mean of {layer.name} is at least that of what it pools"
                yield _Row(f"check_least_{layer.name}", "max pool", words, NoLess, [*outputs, *inputs])
        inputs = outputs


def _tiles(layer: Layer) -> bool:
    """Whether each value before a pool is in exactly one of its windows."""
    pool = layer.stage
    return (
        isinstance(pool, MaxPool)
        and pool.stride == pool.window
        and all(side % pool.window == 0 for side in layer.in_shape[1:])
    )


_STYLES = {
    "all_well": "verdict",
    "numpy_scores_now": "stored_score",
}


class StoredScores(Block):
    """What NumPy gave for the chosen digit."""

    words = "the stored scores of the chosen digit"

    def says(self, *seen: Values) -> Any:
        choice, choices, scores, counters = seen
        names = choices.reshape(-1).tolist()
        if choice.item() not in names:
            return np.nan
        return indexed(numbers(scores), np.array(names.index(choice.item()) + 1.0), numbers(counters))

    def spelled(self, refs: Refs, at: At) -> str:
        choice, choices, scores, counters = refs.inputs
        row = f"MATCH({refs.whole(choice)},{refs.whole(choices)},0)"
        return f"INDEX({refs.whole(scores)},{row},{refs.beside(counters, at.row)})"


class Check(Block):
    """One cell: yes or no; an error is a no."""

    def says(self, *seen: Values) -> Any:
        with np.errstate(invalid="ignore"):
            return YES if self.holds(*seen) else NO

    def spelled(self, refs: Refs, at: At) -> str:
        condition = self.condition(*(refs.whole(region) for region in refs.inputs))
        return f'IFERROR(IF({condition},"{YES}","{NO}"),"{NO}")'

    def holds(self, *seen: Values) -> bool:
        """NumPy: whether it holds; with an error in what it reads, it does not."""
        raise NotImplementedError

    def condition(self, *ranges: str) -> str:
        """Excel: the condition over these ranges."""
        raise NotImplementedError


class AsNumPy(Check):
    """The scores are the stored ones."""

    words = "whether no score differs from the stored one; a drawing has none"

    def holds(self, *seen: Values) -> bool:
        scores, stored, choice = seen
        if choice.item() == DRAWING:
            return True
        difference = numbers(scores).ravel() - numbers(stored).ravel()
        return bool((difference * difference).sum() < NEAR * NEAR)

    def condition(self, *ranges: str) -> str:
        scores, stored, choice = ranges
        return f'IF({choice}="{DRAWING}",0,SUMPRODUCT(({scores}-{stored})^2))<{NEAR * NEAR:.12f}'


class SumsToOne(Check):
    """A share each."""

    words = "whether the probabilities sum to 1"

    def holds(self, *seen: Values) -> bool:
        return bool(abs(sum(numbers(values).sum() for values in seen) - 1) < NEAR)

    def condition(self, *ranges: str) -> str:
        return f"ABS(SUM({','.join(ranges)})-1)<{NEAR:.6f}"


class InRange(Check):
    """From 0 to 1."""

    words = "whether all are from 0 to 1"

    def holds(self, *seen: Values) -> bool:
        values = _all(seen)
        return bool(values.min() >= 0 and values.max() <= 1)

    def condition(self, *ranges: str) -> str:
        joined = ",".join(ranges)
        return f"AND(MIN({joined})>=0,MAX({joined})<=1)"


class AllNumbers(Check):
    """No weight is empty, or a text: SUMPRODUCT would take it for 0."""

    words = "whether all are numbers"

    def holds(self, *seen: Values) -> bool:
        return all(np.isfinite(values.astype(float)).all() for values in seen if _numeric(values)) and all(
            map(_numeric, seen)
        )

    def condition(self, *ranges: str) -> str:
        cells = sum(region.rows * region.columns for region in self.reads)
        return f"COUNT({','.join(ranges)})={cells}"


class NothingNegative(Check):
    """After ReLU."""

    words = "whether the smallest of all is at least 0"

    def holds(self, *seen: Values) -> bool:
        return bool(_all(seen).min() >= 0)

    def condition(self, *ranges: str) -> str:
        return f"MIN({','.join(ranges)})>=0"


class NoMore(Check):
    """A max pool makes nothing larger. Reads what comes out, then as many maps of what goes in."""

    words = "whether the largest value after the pool is at most the largest before it"

    def holds(self, *seen: Values) -> bool:
        after, before = seen[: len(seen) // 2], seen[len(seen) // 2 :]
        return bool(_all(after).max() <= _all(before).max())

    def condition(self, *ranges: str) -> str:
        after, before = ranges[: len(ranges) // 2], ranges[len(ranges) // 2 :]
        return f"MAX({','.join(after)})<=MAX({','.join(before)})"


class NoLess(Check):
    """The largest of a window is at least its mean. Reads what comes out, then as many maps of what goes in.

    Where all are alike both means are the same, but for rounding.
    """

    words = "whether the mean after the pool is at least the mean before it"

    def holds(self, *seen: Values) -> bool:
        after, before = seen[: len(seen) // 2], seen[len(seen) // 2 :]
        return bool(_all(after).mean() - _all(before).mean() >= -_ROUNDED)

    def condition(self, *ranges: str) -> str:
        after, before = ranges[: len(ranges) // 2], ranges[len(ranges) // 2 :]
        return f"AVERAGE({','.join(after)})-AVERAGE({','.join(before)})>=-{_ROUNDED:.9f}"


class AllWell(Block):
    """One cell for all checks."""

    words = "whether every check says yes"

    def says(self, *seen: Values) -> Any:
        return ALL_WELL if all(values.item() == YES for values in seen) else NOT_WELL

    def spelled(self, refs: Refs, at: At) -> str:
        every = ",".join(f'{refs.whole(check)}="{YES}"' for check in refs.inputs)
        return f'IF(AND({every}),"{ALL_WELL}","{NOT_WELL}")'


class Copied(Block):
    """The same text, where it is seen at once."""

    words = "the same as the cell that it copies"

    def says(self, *seen: Values) -> Any:
        return seen[0]

    def spelled(self, refs: Refs, at: At) -> str:
        return refs.whole(refs.inputs[0])


def numpy_scores(network: Network, weights: Mapping[str, Array], pictures: Array) -> Array:
    """Return the scores of pictures, (n, rows, columns), as they are stored: (n, classes)."""
    scores = network.scores(np.moveaxis(pictures[:, np.newaxis], 0, -1), weights)
    return np.asarray(scores.T.round(9))


def _all(seen: Sequence[Values]) -> Array:
    return np.concatenate([numbers(values).ravel() for values in seen])


def _numeric(values: Values) -> bool:
    return values.dtype != object
