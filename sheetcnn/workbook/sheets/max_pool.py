"""The sheet `Max pool`: what it keeps of a map when what is on it moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from sheetcnn.digits.digit import Digit
from sheetcnn.excel.region import Region
from sheetcnn.network.network import Network
from sheetcnn.network.stages import Position, Refs
from sheetcnn.network.stages.base import windows
from sheetcnn.network.template import Template
from sheetcnn.workbook import styles as looks
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues, numbers
from sheetcnn.workbook.layout import Layout
from sheetcnn.workbook.sheet import LessonSheet, SheetBlock, arithmetic, indexed

if TYPE_CHECKING:
    from sheetcnn.excel.writer import SheetWriter

SHEET = "Max pool"
LESS, NOT_LESS = "The pools make the change smaller.", "This time the pools do not make the change smaller."

_MAP = (
    "............",
    "............",
    "..5888885...",
    "..5999998...",
    ".......98...",
    "......895...",
    "......98....",
    ".....895....",
    ".....98.....",
    "....895.....",
    "....98......",
    "............",
)
"""Tenths of ink: a 7, as a filter might have found it."""
_SIDE = len(_MAP)
_STEPS = (0.0, 1.0, 2.0)
"""By how many pixels the map may be moved."""
_LEVELS = ("map", "pooled", "again")
_LEFT = (2, 17, 26)
"""The first column of the maps, of their pools, and of the pools of those."""
_BANDS = {"still": 7, "moved": 22, "change": 37}
"""The first rows of the map, of the moved one, and of what differs between them."""
_WORDS = 31
"""The column of what is said about each band."""


class MaxPoolPage(LessonSheet):
    """A map, the same map moved, and how they differ: before the pool, after it, and after another one."""

    sheet = SHEET
    order = 80
    summary = "How little changes after a max pool when a digit moves."

    def regions(self, network: Network, layout: Layout) -> list[Region]:
        def made(name: str, top: int, left: int, rows: int = 1, columns: int = 1) -> Region:
            return Region(f"pooling_{name}", SHEET, top, left, rows, columns)

        maps = [
            made(f"{band}_{level}", top, left, _SIDE >> halved, _SIDE >> halved)
            for band, top in _BANDS.items()
            for halved, (level, left) in enumerate(zip(_LEVELS, _LEFT, strict=True))
        ]
        top = _BANDS["change"]
        return [
            *maps,
            made("rows", _BANDS["moved"], _LEFT[0] - 1, _SIDE, 1),
            made("columns", _BANDS["moved"] - 1, _LEFT[0], 1, _SIDE),
            made("down", 3, _LEFT[0] + 4),
            made("right", 3, _LEFT[0] + 8),
            *(made(f"share_{level}", top + n, _WORDS + 5) for n, level in enumerate(_LEVELS, start=2)),
            made("verdict", top + 7, _WORDS),
        ]

    def constants(self, template: Template, digit: Digit) -> dict[str, RegionValues]:
        tenths = [[0.0 if mark == "." else int(mark) / 10 for mark in row] for row in _MAP]
        return {
            "pooling_still_map": np.array(tenths),
            "pooling_down": np.array([[0.0]]),
            "pooling_right": np.array([[1.0]]),
            **self.read_only(template.network),
        }

    def read_only(self, network: Network) -> dict[str, RegionValues]:
        counted = np.arange(1.0, _SIDE + 1)
        return {"pooling_rows": counted.reshape(-1, 1), "pooling_columns": counted.reshape(1, -1)}

    def allowed(self, network: Network) -> dict[str, Sequence[float | str]]:
        return {"pooling_down": _STEPS, "pooling_right": _STEPS}

    def blocks(self, network: Network, layout: Layout) -> list[FormulaBlock]:
        def block(kind: type[SheetBlock], name: str, *reads: str) -> SheetBlock:
            at = layout.extra
            return kind("pooling", at[f"pooling_{name}"], [at[f"pooling_{read}"] for read in reads])

        shares = [f"share_{level}" for level in _LEVELS]
        return [
            block(Moved, "moved_map", "still_map", "rows", "columns", "down", "right"),
            *(
                block(Pooled, f"{band}_{level}", f"{band}_{before}")
                for band in ("still", "moved")
                for before, level in pairwise(_LEVELS)
            ),
            *(block(Change, f"change_{each}", f"still_{each}", f"moved_{each}") for each in _LEVELS),
            *(block(Share, f"share_{each}", f"change_{each}", f"still_{each}") for each in _LEVELS),
            block(Verdict, "verdict", *shares),
        ]

    def draw(
        self,
        sheet: SheetWriter,
        template: Template,
        layout: Layout,
        shown: Sequence[FormulaBlock],
        values: Mapping[str, RegionValues],
    ) -> None:
        at = {name.removeprefix("pooling_"): r for name, r in layout.extra.items() if r.sheet == SHEET}
        sheet.grid(_WORDS + 12, 36, 22, "plain")
        sheet.widths(_WORDS + 5, _WORDS + 5, 76, "plain")
        sheet.height(0, 34)
        sheet.text((0, 0), "What max pool keeps", "title")
        sheet.text((1, 0), "Move the map by 0, 1 or 2 pixels, and see how much of it changes.", "subtitle")
        for block in shown:
            for region in block.regions:
                if region.sheet == SHEET:
                    style = _STYLES.get(region.name.removeprefix("pooling_"), "evidence")
                    sheet.formulas(region, block.formulas(region), values[region.name].tolist(), style)
        sheet.numbers(at["still_map"], values["pooling_still_map"].tolist(), "input")
        for name in ("rows", "columns"):
            sheet.numbers(at[name], values[f"pooling_{name}"].tolist(), "ruler")
        for name, words in (("down", "moved down"), ("right", "right")):
            sheet.text((3, at[name].left - 1), words, "table_label")
            sheet.numbers(at[name], values[f"pooling_{name}"].tolist(), "input_whole")
            sheet.dropdown(
                at[name], [f"{step:.0f}" for step in _STEPS], "Pixels to move", "Choose 0, 1 or 2."
            )
        self._words(sheet, at)
        for levels in zip(
            *([f"{band}_{level}" for band in ("still", "moved")] for level in _LEVELS), strict=True
        ):
            regions = [at[name] for name in levels]
            sheet.colours(regions, looks.sequential_scale(regions))
        changes = [at[f"change_{level}"] for level in _LEVELS]
        sheet.colours(changes, looks.sequential_scale(changes))
        sheet.print_whole((0, 1), one_page=True)

    def _words(self, sheet: SheetWriter, at: Mapping[str, Region]) -> None:
        for band, lines in _SAID.items():
            top = _BANDS[band] - 2
            sheet.blank(Region("", "", top, 1, 1, _WORDS + 10).area, "guide_head")
            sheet.text((top, 0), _TITLES[band], "guide_head")
            for level, words in zip(
                _LEVELS, ("before", "after max pool 2x2", "and after another"), strict=True
            ):
                place = at[f"{band}_{level}"]
                if (band, level) != ("moved", "map"):
                    sheet.text((place.top - 1, place.left), words, "caption")
            for row, line in enumerate(lines, start=_BANDS[band] + 6 * (band == "change") + 2):
                sheet.text((row, _WORDS), line, "note")
        for row, words in enumerate(
            ("before", "after max pool", "after another"), start=_BANDS["change"] + 2
        ):
            sheet.text((row, _WORDS), f"{words}: changed by", "model_text")


_TITLES = {"still": "1  A map", "moved": "2  The same map, moved", "change": "3  By how much they differ"}
_SAID = {
    "still": (
        "Each cell after the pool is the largest of four:",
        "it no longer matters where in the window it was.",
        "Change the blue numbers to draw another map.",
    ),
    "moved": (
        "A stroke that moves within a window",
        "stays where it was after the pool.",
        "A stroke at the edge of its window does not.",
    ),
    "change": (
        "Changed by: the sum of all differences, divided by the sum of the map.",
        "0 % means that the move changes nothing.",
    ),
}
_STYLES = {**{f"share_{level}": "probability" for level in _LEVELS}, "verdict": "check"}


class Moved(SheetBlock):
    """A map moved down and to the right. Reads the map, the numbers of rows and columns, and both steps."""

    explanation = "the value of the map that is moved here; 0 where there is none"

    def numpy(self, *seen: RegionValues) -> Any:
        still, *places = seen
        rows, columns, down, right = map(arithmetic, places)
        down_to, right_to = rows - down, columns - right
        come = (down_to >= 1) & (right_to >= 1)
        moved = np.where(come, indexed(numbers(still), down_to, right_to), 0.0)
        return np.where(np.isnan(down_to + right_to), np.nan, moved)

    def excel(self, refs: Refs, at: Position) -> str:
        still, rows, columns, down, right = refs.inputs
        row = f"{refs.column_locked(rows, at.row)}-{refs.absolute(down)}"
        column = f"{refs.row_locked(columns, at.column)}-{refs.absolute(right)}"
        return f"IF(AND({row}>=1,{column}>=1),INDEX({refs.absolute(still)},{row},{column}),0)"


class Pooled(SheetBlock):
    """Max pool, windows of 2 x 2."""

    explanation = "the largest of four values"

    def numpy(self, *seen: RegionValues) -> Any:
        return windows(numbers(seen[0])[np.newaxis], 2, 2, 2)[0].max(axis=(0, 1))

    def excel(self, refs: Refs, at: Position) -> str:
        return f"MAX({refs.window(refs.inputs[0], 2 * at.row, 2 * at.column, 2, 2)})"


class Change(SheetBlock):
    """By how much two maps differ, value by value."""

    explanation = "the difference, without its sign"

    def numpy(self, *seen: RegionValues) -> Any:
        return np.abs(numbers(seen[0]) - numbers(seen[1]))

    def excel(self, refs: Refs, at: Position) -> str:
        still, moved = (refs.cell(region, at.row, at.column) for region in refs.inputs)
        return f"ABS({still}-{moved})"


class Share(SheetBlock):
    """All changes, as a share of the map. Reads both."""

    explanation = (
        "the sum of all differences divided by the sum of the map that did not move; 0 for an empty map"
    )

    def numpy(self, *seen: RegionValues) -> Any:
        change, still = (numbers(values).sum() for values in seen)
        return 0.0 if still == 0 else change / still

    def excel(self, refs: Refs, at: Position) -> str:
        change, still = (f"SUM({refs.absolute(region)})" for region in refs.inputs)
        return f"IF({still}=0,0,{change}/{still})"


class Verdict(SheetBlock):
    """Whether the pools made less of the change. Reads the three shares."""

    explanation = "whether less is changed after the pools than before"

    def numpy(self, *seen: RegionValues) -> Any:
        shares = [values.item() for values in seen]
        if not all(isinstance(share, float) and np.isfinite(share) for share in shares):
            return np.nan
        before, pooled, again = shares
        if before == 0:
            return "Nothing has moved."
        return "The pools make the change smaller." if min(pooled, again) < before else NOT_LESS

    def excel(self, refs: Refs, at: Position) -> str:
        before, pooled, again = map(refs.absolute, refs.inputs)
        less = f'IF(MIN({pooled},{again})<{before},"{LESS}","{NOT_LESS}")'
        return f'IF({before}=0,"Nothing has moved.",{less})'
