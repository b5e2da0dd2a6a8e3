"""The sheet `Max pool`: what it keeps of a map when what is on it moves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from sheetcnn.excel.region import Region
from sheetcnn.network.network import Network
from sheetcnn.network.stages import Position, Refs
from sheetcnn.network.stages.base import windows
from sheetcnn.workbook import styles
from sheetcnn.workbook.declaration import Declaration
from sheetcnn.workbook.decoration import (
    Blank,
    ColourScale,
    Decoration,
    Dropdown,
    Grid,
    Height,
    PrintWhole,
    Text,
    Widths,
)
from sheetcnn.workbook.formula import Formula, arithmetic, indexed
from sheetcnn.workbook.formula_block import RegionValues, numbers
from sheetcnn.workbook.layout import Layout
from sheetcnn.workbook.sheet import Drawing, LessonSheet

SHEET = "Max pool"
STILL = "Nothing has moved."
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
_LEFT = dict(zip(_LEVELS, (2, 17, 26), strict=True))
"""The first column of the maps, of their pools, and of the pools of those."""
_SIDES = {level: _SIDE >> halved for halved, level in enumerate(_LEVELS)}
_STILL, _MOVED, _CHANGE = 7, 22, 37
"""The first rows of the map, of the moved one, and of what differs between them."""
_WORDS = 31
"""The column of what is said about each band."""


class MaxPoolSheet(LessonSheet):
    """A map, the same map moved, and how they differ: before the pool, after it, and after another one."""

    sheet = SHEET
    summary = "How little changes after a max pool when a digit moves."

    def declare(self, network: Network, layout: Layout) -> Declaration:
        declared = Declaration(SHEET, layout, "pooling", "pooling_", style="evidence")
        counted = np.arange(1.0, _SIDE + 1)
        left, top = _LEFT["map"], _CHANGE
        still = declared.constant("still_map", (_STILL, left), _tenths(), "input")
        rows = declared.constant("rows", (_MOVED, left - 1), counted.reshape(-1, 1), "ruler", read_only=True)
        columns = declared.constant(
            "columns", (_MOVED - 1, left), counted.reshape(1, -1), "ruler", read_only=True
        )
        down = declared.constant("down", (3, left + 4), 0.0, "input_whole", allowed=_STEPS)
        right = declared.constant("right", (3, left + 8), 1.0, "input_whole", allowed=_STEPS)
        shape = _SIDE, _SIDE
        moved = declared.formulas(
            "moved_map", (_MOVED, left), shape, Moved(), [still, rows, columns, down, right]
        )
        maps = {"still": {"map": still}, "moved": {"map": moved}}
        for band, row in (("still", _STILL), ("moved", _MOVED)):
            for before, level in pairwise(_LEVELS):
                shape, reads = (_SIDES[level], _SIDES[level]), [maps[band][before]]
                cell = row, _LEFT[level]
                maps[band][level] = declared.formulas(f"{band}_{level}", cell, shape, Pooled(), reads)
        shares = []
        for number, level in enumerate(_LEVELS, start=2):
            shape, reads = (_SIDES[level], _SIDES[level]), [maps["still"][level], maps["moved"][level]]
            change = declared.formulas(f"change_{level}", (top, _LEFT[level]), shape, Change(), reads)
            cell, reads = (top + number, _WORDS + 5), [change, maps["still"][level]]
            shares.append(declared.formulas(f"share_{level}", cell, (1, 1), Share(), reads, "probability"))
        declared.formulas("verdict", (top + 7, _WORDS), (1, 1), Verdict(), shares, "check")
        return declared

    def decorate(self, drawing: Drawing) -> Iterator[Decoration]:
        declared = drawing.declared
        yield Grid(_WORDS + 12, 36, 22, "plain")
        yield Widths(_WORDS + 5, _WORDS + 5, 76, "plain")
        yield Height(0, 34)
        yield Text((0, 0), "What max pool keeps", "title")
        yield Text((1, 0), "Move the map by 0, 1 or 2 pixels, and see how much of it changes.", "subtitle")
        yield from drawing.cells()
        for name, words in (("down", "moved down"), ("right", "right")):
            yield Text((3, declared[name].left - 1), words, "table_label")
            choices = [f"{step:.0f}" for step in _STEPS]
            yield Dropdown(declared[name], choices, "Pixels to move", "Choose 0, 1 or 2.")
        yield from _words(declared)
        for band in _SAID:
            regions = [declared[f"{band}_{level}"] for level in _LEVELS]
            yield ColourScale(regions, styles.sequential_scale(regions))
        yield PrintWhole((0, 1), one_page=True)


def _tenths() -> RegionValues:
    return np.array([[0.0 if mark == "." else int(mark) / 10 for mark in row] for row in _MAP])


def _words(declared: Declaration) -> Iterator[Decoration]:
    for band, (top, title, lines) in _SAID.items():
        yield Blank(Region("", "", top - 2, 1, 1, _WORDS + 10).area, "guide_head")
        yield Text((top - 2, 0), title, "guide_head")
        for level, words in zip(_LEVELS, ("before", "after max pool 2x2", "and after another"), strict=True):
            place = declared[f"{band}_{level}"]
            if (band, level) != ("moved", "map"):
                yield Text((place.top - 1, place.left), words, "caption")
        for row, line in enumerate(lines, start=top + 6 * (band == "change") + 2):
            yield Text((row, _WORDS), line, "note")
    for row, words in enumerate(("before", "after max pool", "after another"), start=_CHANGE + 2):
        yield Text((row, _WORDS), f"{words}: changed by", "model_text")


_SAID = {
    "still": (
        _STILL,
        "1  A map",
        (
            "Each cell after the pool is the largest of four:",
            "it no longer matters where in the window it was.",
            "Change the blue numbers to draw another map.",
        ),
    ),
    "moved": (
        _MOVED,
        "2  The same map, moved",
        (
            "A stroke that moves within a window",
            "stays where it was after the pool.",
            "A stroke at the edge of its window does not.",
        ),
    ),
    "change": (
        _CHANGE,
        "3  By how much they differ",
        (
            "Changed by: the sum of all differences, divided by the sum of the map.",
            "0 % means that the move changes nothing.",
        ),
    ),
}


class Moved(Formula):
    """A map moved down and to the right. Reads the map, the numbers of rows and columns, and both steps."""

    explanation = "the value of the map that is moved here; 0 where there is none"

    def numpy(self, *read: RegionValues) -> Any:
        still, *places = read
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


class Pooled(Formula):
    """Max pool, windows of 2 x 2."""

    explanation = "the largest of four values"

    def numpy(self, *read: RegionValues) -> Any:
        return windows(numbers(read[0])[np.newaxis], 2, 2, 2)[0].max(axis=(0, 1))

    def excel(self, refs: Refs, at: Position) -> str:
        return f"MAX({refs.window(refs.inputs[0], 2 * at.row, 2 * at.column, 2, 2)})"


class Change(Formula):
    """By how much two maps differ, value by value."""

    explanation = "the difference, without its sign"

    def numpy(self, *read: RegionValues) -> Any:
        return np.abs(numbers(read[0]) - numbers(read[1]))

    def excel(self, refs: Refs, at: Position) -> str:
        still, moved = (refs.cell(region, at.row, at.column) for region in refs.inputs)
        return f"ABS({still}-{moved})"


class Share(Formula):
    """All changes, as a share of the map. Reads both."""

    explanation = (
        "the sum of all differences divided by the sum of the map that did not move; 0 for an empty map"
    )

    def numpy(self, *read: RegionValues) -> Any:
        change, still = (numbers(values).sum() for values in read)
        return 0.0 if still == 0 else change / still

    def excel(self, refs: Refs, at: Position) -> str:
        change, still = (f"SUM({refs.absolute(region)})" for region in refs.inputs)
        return f"IF({still}=0,0,{change}/{still})"


class Verdict(Formula):
    """Whether the pools made less of the change. Reads the three shares."""

    explanation = "whether less is changed after the pools than before"

    def numpy(self, *read: RegionValues) -> Any:
        shares = [values.item() for values in read]
        if not all(isinstance(share, float) and np.isfinite(share) for share in shares):
            return np.nan
        before, pooled, again = shares
        if before == 0:
            return STILL
        return LESS if min(pooled, again) < before else NOT_LESS

    def excel(self, refs: Refs, at: Position) -> str:
        before, pooled, again = map(refs.absolute, refs.inputs)
        less = f'IF(MIN({pooled},{again})<{before},"{LESS}","{NOT_LESS}")'
        return f'IF({before}=0,"{STILL}",{less})'
