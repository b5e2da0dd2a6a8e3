"""The sheet `Why ReLU`: two convolutions are one without it, and four points that no line separates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from sheetcnn.digits.digit import Digit
from sheetcnn.excel.region import Region
from sheetcnn.network.network import Network
from sheetcnn.network.stages import Array, Position, Refs
from sheetcnn.network.stages.base import window
from sheetcnn.network.template import Template
from sheetcnn.workbook import styles as looks
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues, numbers
from sheetcnn.workbook.layout import Layout
from sheetcnn.workbook.sheet import LessonSheet, SheetBlock

if TYPE_CHECKING:
    from sheetcnn.excel.writer import SheetWriter

SHEET = "Why ReLU"
YES, NO = "yes", "no"
ZERO = "0 everywhere: the 5x5 filter does in one step what A and B do in two."
NOT_ZERO = "Not 0: no single filter does what A, ReLU and B do."

_PICTURE = (
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
_TOP_EDGE = np.array([[1.0, 1, 1], [0, 0, 0], [-1, -1, -1]])
_LEFT_EDGE = np.array([[1.0, 0, -1], [1, 0, -1], [1, 0, -1]])
_POINTS = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
_WANTED = np.array([[0.0], [1], [1], [0]])
_UNITS = np.array([[1.0, 1, 0], [1, 1, -1]])
_OUT = np.array([[1.0, -2, 0]])
_CURVE = np.arange(-4.0, 4.5, 0.5).reshape(-1, 1)

_FIRST = 6
_BANDS = (_FIRST, _FIRST + 11, _FIRST + 24)
"""The first rows of what two filters give, of what one gives, and of what they give with ReLU between."""
_PICTURE_AT, _A_AT, _MAP_AT, _B_AT, _RESULT_AT, _DIFFERENCE_AT = 0, 11, 16, 25, 30, 37
_XOR = _BANDS[2] + 13


class WhyReLU(LessonSheet):
    """Above: two filters in a row, as one, and with ReLU between. Below: XOR by two units with ReLU."""

    sheet = SHEET
    order = 70
    summary = "Why a network needs ReLU between two convolutions."

    def regions(self, network: Network, layout: Layout) -> list[Region]:
        two, one, bent = _BANDS

        def made(name: str, top: int, left: int, rows: int, columns: int) -> Region:
            return Region(f"why_{name}", SHEET, top, left, rows, columns)

        return [
            made("picture", two, _PICTURE_AT, 9, 9),
            made("filter_a", two + 3, _A_AT, 3, 3),
            made("once", two + 1, _MAP_AT, 7, 7),
            made("filter_b", two + 3, _B_AT, 3, 3),
            made("twice", two + 2, _RESULT_AT, 5, 5),
            made("filter_both", one + 2, _MAP_AT + 1, 5, 5),
            made("at_once", one + 2, _RESULT_AT, 5, 5),
            made("difference", one + 2, _DIFFERENCE_AT, 5, 5),
            made("largest", one + 8, _DIFFERENCE_AT + 4, 1, 1),
            made("verdict", one + 9, _MAP_AT, 1, 1),
            made("bent", bent + 1, _MAP_AT, 7, 7),
            made("bent_twice", bent + 2, _RESULT_AT, 5, 5),
            made("bent_difference", bent + 2, _DIFFERENCE_AT, 5, 5),
            made("bent_largest", bent + 8, _DIFFERENCE_AT + 4, 1, 1),
            made("bent_verdict", bent + 9, _MAP_AT, 1, 1),
            made("units", _XOR + 2, 2, 2, 3),
            made("out", _XOR + 4, 2, 1, 3),
            made("points", _XOR + 2, 11, 4, 2),
            made("wanted", _XOR + 2, 13, 4, 1),
            made("sums", _XOR + 2, 15, 4, 2),
            made("relus", _XOR + 2, 17, 4, 2),
            made("outputs", _XOR + 2, 19, 4, 1),
            made("right", _XOR + 2, 20, 4, 1),
            made("bare", _XOR + 2, 22, 4, 1),
            made("bare_right", _XOR + 2, 23, 4, 1),
            made("xor_verdict", _XOR + 7, 11, 1, 1),
            made("curve_x", _XOR + 2, 42, len(_CURVE), 1),
            made("curve", _XOR + 2, 43, len(_CURVE), 1),
        ]

    def constants(self, template: Template, digit: Digit) -> dict[str, RegionValues]:
        picture = np.array([[float(mark == "#") for mark in row] for row in _PICTURE])
        return {
            "why_picture": picture,
            "why_filter_a": _TOP_EDGE,
            "why_filter_b": _LEFT_EDGE,
            "why_units": _UNITS,
            "why_out": _OUT,
            "why_points": _POINTS,
            "why_wanted": _WANTED,
            "why_curve_x": _CURVE,
        }

    def allowed(self, network: Network) -> dict[str, Sequence[float | str]]:
        return {"why_right": [YES, NO], "why_bare_right": [YES, NO]}

    def blocks(self, network: Network, layout: Layout) -> list[FormulaBlock]:
        def block(kind: type[SheetBlock], name: str, *reads: str) -> SheetBlock:
            return kind("why", layout.extra[f"why_{name}"], [layout.extra[f"why_{read}"] for read in reads])

        return [
            block(Slid, "once", "picture", "filter_a"),
            block(Slid, "twice", "once", "filter_b"),
            block(Both, "filter_both", "filter_a", "filter_b"),
            block(Slid, "at_once", "picture", "filter_both"),
            block(Difference, "difference", "twice", "at_once"),
            block(Farthest, "largest", "difference"),
            block(IsZero, "verdict", "largest"),
            block(Bent, "bent", "once"),
            block(Slid, "bent_twice", "bent", "filter_b"),
            block(Difference, "bent_difference", "bent_twice", "at_once"),
            block(Farthest, "bent_largest", "bent_difference"),
            block(IsZero, "bent_verdict", "bent_largest"),
            block(Sums, "sums", "points", "units"),
            block(Bent, "relus", "sums"),
            block(Sums, "outputs", "relus", "out"),
            block(Sums, "bare", "sums", "out"),
            block(IsRight, "right", "outputs", "wanted"),
            block(IsRight, "bare_right", "bare", "wanted"),
            block(Count, "xor_verdict", "right", "bare_right"),
            block(Bent, "curve", "curve_x"),
        ]

    def draw(
        self,
        sheet: SheetWriter,
        template: Template,
        layout: Layout,
        shown: Sequence[FormulaBlock],
        values: Mapping[str, RegionValues],
    ) -> None:
        at = {name.removeprefix("why_"): r for name, r in layout.extra.items() if r.sheet == SHEET}
        sheet.grid(46, 40, 22, "plain")
        sheet.height(0, 34)
        sheet.text((0, 0), SHEET, "title")
        sheet.text((1, 0), "Change a number of filter A or B: the 5x5 filter follows.", "subtitle")
        for block in shown:
            for region in block.regions:
                if region.sheet == SHEET:
                    style = _STYLES.get(region.name.removeprefix("why_"), "evidence")
                    sheet.formulas(region, block.formulas(region), values[region.name].tolist(), style)
        for name in ("picture", "filter_a", "filter_b", "units", "out"):
            sheet.numbers(
                at[name], values[f"why_{name}"].tolist(), "input" if name == "picture" else "weight"
            )
        for name in ("points", "wanted", "curve_x"):
            sheet.numbers(at[name], values[f"why_{name}"].tolist(), "ink")
        self._two_filters(sheet, at)
        self._xor(sheet, at)
        sheet.print_whole((0, 1), one_page=True)

    def _two_filters(self, sheet: SheetWriter, at: Mapping[str, Region]) -> None:
        for row, title in (
            (_BANDS[0] - 3, "1  Two convolutions in a row are one convolution with a larger filter"),
            (_BANDS[2] - 2, "2  With ReLU between them, they are not: now a second layer can do more"),
        ):
            _heading(sheet, row, title)
        for name, words in _CAPTIONS.items():
            sheet.text((at[name].top - 1, at[name].left), words, "caption")
        for row, line in enumerate(_ONE_FILTER, start=_BANDS[1] + 2):
            sheet.text((row, 0), line, "note")
        for row, line in enumerate(_BENT, start=_BANDS[2] + 2):
            sheet.text((row, 0), line, "note")
        for name in ("largest", "bent_largest"):
            sheet.text((at[name].top, at[name].left - 4), "largest difference", "caption")
        for names in (
            ("filter_a",),
            ("filter_b",),
            ("filter_both",),
            ("once", "bent"),
            ("twice", "at_once", "bent_twice", "difference", "bent_difference"),
        ):
            regions = [at[name] for name in names]
            sheet.colours(regions, looks.diverging_scale(regions))
        sheet.colours([at["picture"]], looks.sequential_scale([at["picture"]]))

    def _xor(self, sheet: SheetWriter, at: Mapping[str, Region]) -> None:
        _heading(sheet, _XOR - 2, "3  Four points that no line separates: XOR, by two units with ReLU")
        for column, head in _HEADS.items():
            sheet.text((_XOR + 1, column), head, "table_label")
        for row, name in enumerate(("unit 1", "unit 2", "output"), start=_XOR + 2):
            sheet.text((row, 0), name, "model_bold")
        for row, line in enumerate(_PLAY, start=_XOR + 9):
            sheet.text((row, 0), line, "note")
        sheet.highlight_equal([at["right"], at["bare_right"]], NO, "missed")
        words = "Curve of ReLU for x from -4 to 4: 0 below 0, x itself above."
        sheet.line_chart(
            (_XOR, 28),
            (520, 300),
            at["curve_x"],
            {"ReLU(x)": at["curve"]},
            looks.curve_chart("ReLU(x)", "ReLU(x): 0 below 0, x itself above", words, 4, smooth=False),
        )
        for column, head in ((42, "x"), (43, "ReLU(x)")):
            sheet.text((_XOR + 1, column), head, "table_label")


_STYLES = {
    "verdict": "check",
    "bent_verdict": "check",
    "xor_verdict": "check",
    "right": "lesson_picked",
    "bare_right": "lesson_picked",
}
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
_ONE_FILTER = (
    "The filter on the right is computed from A and B alone:",
    "each of its numbers sums the products of one number of A",
    "and one of B whose places add up to its own.",
    "So two layers without ReLU can do no more than one.",
)
_BENT = (
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


class Slid(SheetBlock):
    """A convolution of one map and one filter. Reads both."""

    explanation = "a window of the map times the filter, all products summed"

    def numpy(self, *seen: RegionValues) -> Any:
        source, kernel = map(numbers, seen)
        return np.einsum("abij,ij->ab", sliding_window_view(source, kernel.shape), kernel)

    def excel(self, refs: Refs, at: Position) -> str:
        source, kernel = refs.inputs
        met = refs.window(source, at.row, at.column, kernel.rows, kernel.columns)
        return f"SUMPRODUCT({met},{refs.absolute(kernel)})"


class Both(SheetBlock):
    """Two filters in one: the one that slides over what the other one made. Reads both."""

    explanation = (
        "the sum of all products of a number of A and a number of B whose positions add up to this one"
    )

    def numpy(self, *seen: RegionValues) -> Any:
        first, second = map(numbers, seen)
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


class Difference(SheetBlock):
    """One map less another."""

    explanation = "the one map less the other"

    def numpy(self, *seen: RegionValues) -> Any:
        return numbers(seen[0]) - numbers(seen[1])

    def excel(self, refs: Refs, at: Position) -> str:
        return "-".join(refs.cell(region, at.row, at.column) for region in refs.inputs)


class Farthest(SheetBlock):
    """How far from 0 a map gets."""

    explanation = "the largest number of the map, without its sign"

    def numpy(self, *seen: RegionValues) -> Any:
        return np.abs(numbers(seen[0])).max()

    def excel(self, refs: Refs, at: Position) -> str:
        differences = refs.absolute(refs.inputs[0])
        return f"MAX(MAX({differences}),-MIN({differences}))"


class IsZero(SheetBlock):
    """Whether there is a difference, in words."""

    explanation = "whether the largest difference is 0, apart from rounding"

    def numpy(self, *seen: RegionValues) -> Any:
        largest = numbers(seen[0]).item()
        if np.isnan(largest):
            return np.nan
        return ZERO if largest < 1e-9 else NOT_ZERO

    def excel(self, refs: Refs, at: Position) -> str:
        return f'IF({refs.absolute(refs.inputs[0])}<0.000000001,"{ZERO}","{NOT_ZERO}")'


class Bent(SheetBlock):
    """ReLU."""

    explanation = "0 where the number is negative, otherwise the number"

    def numpy(self, *seen: RegionValues) -> Any:
        return np.maximum(0.0, numbers(seen[0]))

    def excel(self, refs: Refs, at: Position) -> str:
        return f"MAX(0,{refs.cell(refs.inputs[0], at.row, at.column)})"


class Sums(SheetBlock):
    """What units make of two numbers each: the numbers of a row times weights, and one more."""

    explanation = "the two numbers, each times its weight, and the last weight added"

    def numpy(self, *seen: RegionValues) -> Any:
        points, units = map(numbers, seen)
        return _weighed(points, units)

    def excel(self, refs: Refs, at: Position) -> str:
        points, units = refs.inputs
        first, second, more = (refs.absolute(window(units, at.column, place)) for place in range(3))
        return f"{refs.cell(points, at.row, 0)}*{first}+{refs.cell(points, at.row, 1)}*{second}+{more}"


class IsRight(SheetBlock):
    """Whether an output is on the right side of one half. Reads outputs, and what is wanted."""

    explanation = "whether the output is above 0.5 where 1 is wanted, and below where 0 is"

    def numpy(self, *seen: RegionValues) -> Any:
        outputs, wanted = map(numbers, seen)
        right = np.where((outputs - 0.5) * (wanted - 0.5) > 0, YES, NO).astype(object)
        return np.where(np.isnan(outputs + wanted), np.nan, right)

    def excel(self, refs: Refs, at: Position) -> str:
        output, wanted = (refs.cell(region, at.row, 0) for region in refs.inputs)
        return f'IF(({output}-0.5)*({wanted}-0.5)>0,"{YES}","{NO}")'


class Count(SheetBlock):
    """How many points are right, with and without ReLU. Reads both columns."""

    explanation = "how many points are right with ReLU, and how many without"

    def numpy(self, *seen: RegionValues) -> Any:
        right, bare = (sum(value == YES for value in values.ravel().tolist()) for values in seen)
        return f"{right} of 4 points are right with ReLU, {bare} of 4 without."

    def excel(self, refs: Refs, at: Position) -> str:
        right, bare = (f'COUNTIF({refs.absolute(region)},"{YES}")' for region in refs.inputs)
        return f'{right}&" of 4 points are right with ReLU, "&{bare}&" of 4 without."'


def _weighed(points: Array, units: Array) -> Array:
    return points @ units[:, :2].T + units[:, 2]


def _heading(sheet: SheetWriter, row: int, title: str) -> None:
    sheet.blank(Region("", "", row, 1, 1, 43).area, "guide_head")
    sheet.text((row, 0), title, "guide_head")
