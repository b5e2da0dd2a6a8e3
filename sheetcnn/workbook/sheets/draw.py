"""The sheet `Draw`: a pad to draw on, and the drawing as MNIST would have it, softened and centred."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sheetcnn.digits.digit import SIDE
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
    NumberValidation,
    PrintWhole,
    Text,
    Zoom,
)
from sheetcnn.workbook.formula import Formula, indexed
from sheetcnn.workbook.formula_block import RegionValues, numbers
from sheetcnn.workbook.layout import CHOICE, Layout
from sheetcnn.workbook.sheet import Drawing, LessonSheet
from sheetcnn.workbook.sheets.digits import DRAWING, DigitsSheet

SHEET = "Draw"
ON, OFF = "on", "off"
ELSEWHERE = f"Network reads another digit now: choose {DRAWING} there."
_MIDDLE = SIDE // 2 + 1
"""The row and the column, counted from 1, that the centre of mass goes to, as in MNIST."""

_TOP = 6
_PAD_LEFT = 0
_SOFT_LEFT = _PAD_LEFT + SIDE + 5
_LEFT = _SOFT_LEFT + SIDE + 6
_BELOW = _TOP + SIDE + 4
_SOFTENING = np.array([[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]])


class DrawSheet(LessonSheet):
    """Left to right: the pad with an empty margin, the softened drawing, the centred drawing."""

    sheet = SHEET
    summary = "Draw a digit of your own, and see how it is softened and centred."
    lesson = False

    def fits(self, network: Network) -> bool:
        return DigitsSheet().fits(network)  # which chooses it

    def declare(self, network: Network, layout: Layout) -> Declaration:
        declared = Declaration(SHEET, layout, "draw", style="activation_whole")
        one, square, high, wide = (1, 1), (SIDE, SIDE), (SIDE, 1), (1, SIDE)
        count, soft = np.arange(1.0, SIDE + 1), _SOFT_LEFT
        moves, lines = np.arange(1.0 - _MIDDLE, _MIDDLE).tolist(), ["", *count.tolist()]
        paper = declared.constant("paper", (_TOP - 1, _PAD_LEFT), np.zeros((SIDE + 2, SIDE + 2)), "pad")
        switch = declared.constant("centring", (2, _LEFT), ON, "switch", allowed=[ON, OFF])
        rows = declared.constant(
            "row_numbers", (_TOP, soft - 1), count.reshape(high), "ruler", read_only=True
        )
        columns = declared.constant(
            "column_numbers", (_TOP - 1, soft), count.reshape(wide), "ruler", read_only=True
        )
        weights = declared.constant("softening", (_BELOW, soft), _SOFTENING, "input_whole")
        softened = declared.formulas(
            "softened", (_TOP, soft), square, Softened(), [paper, weights], "activation"
        )
        ink_rows = declared.formulas("ink_rows", (_TOP, soft + SIDE), high, InkOf("row"), [softened], "ink")
        ink_columns = declared.formulas(
            "ink_columns", (_TOP + SIDE, soft), wide, InkOf("column"), [softened], "ink"
        )
        down = declared.formulas("moved_down", (_BELOW, _LEFT), one, Move(), [ink_rows, rows], allowed=moves)
        right = declared.formulas(
            "moved_right", (_BELOW + 1, _LEFT), one, Move(), [ink_columns, columns], allowed=moves
        )
        from_rows = declared.formulas(
            "from_rows", (_TOP, _LEFT - 1), high, Source("row"), [rows, down], "ruler", allowed=lines
        )
        from_columns = declared.formulas(
            "from_columns",
            (_TOP - 1, _LEFT),
            wide,
            Source("column"),
            [columns, right],
            "ruler",
            allowed=lines,
        )
        reads = [switch, paper, softened, from_rows, from_columns]
        declared.formulas("drawing", (_TOP, _LEFT), square, Centred(), reads, "activation")
        declared.formulas(
            "drawing_answer",
            (_BELOW, _PAD_LEFT),
            one,
            DrawingAnswer(),
            [CHOICE.name, layout.readout["answer"]],
            "answer",
        )
        return declared

    def decorate(self, drawing: Drawing) -> Iterator[Decoration]:
        declared = drawing.declared
        yield Grid(_LEFT + SIDE + 2, styles.CELL_PIXELS, styles.CELL_PIXELS, "plain")
        yield Zoom(styles.NEAR)
        yield Height(0, 44)
        yield Text((0, 0), "Draw a digit", "far_title")
        yield Text(
            (1, 0),
            "Select cells inside the frame, type 1 and press Ctrl+Enter (in LibreOffice: Alt+Enter). Delete erases. "
            f"Then choose {DRAWING} on Network.",
            "near_text",
        )
        yield Text((3, _PAD_LEFT), "1. Draw here", "near_heading")
        yield Text((3, _SOFT_LEFT), "2. Softened: its edges become grey, as in MNIST", "near_heading")
        yield Text((3, _LEFT), "3. Moved to the middle: this is what the network reads", "near_heading")
        yield from _pad(declared["paper"])
        yield from drawing.cells(*declared.filled, "row_numbers", "column_numbers", "softening")
        yield ColourScale([declared["softened"], declared["drawing"]], styles.ink())
        yield from drawing.cells("centring")
        yield from _notes(declared)
        yield PrintWhole(one_page=True)


def _pad(paper: Region) -> Iterator[Decoration]:
    """Yield the frame to draw in, and a margin that stays empty: softened pixels read one pixel beyond the frame."""
    top, left, bottom, right = paper.area
    pad = Region("", "", top + 1, left + 1, SIDE, SIDE)
    yield Blank(paper.area, "margin")
    yield Blank(pad.area, "pad")
    message = "A number from 0 (paper) to 1 (full ink): type 1 to draw, press Delete to erase."
    yield NumberValidation(pad, 0, 1, "Ink", message, refuse=True)
    message = "This margin stays empty: draw inside the frame."
    for side in (
        Region("", "", top, left, 1, SIDE + 2),
        Region("", "", bottom, left, 1, SIDE + 2),
        Region("", "", pad.top, left, SIDE, 1),
        Region("", "", pad.top, right, SIDE, 1),
    ):
        yield NumberValidation(side, 0, 0, "Margin", message, refuse=True)
    yield ColourScale([pad], styles.ink())


def _notes(declared: Declaration) -> Iterator[Decoration]:
    """Yield what is said beside the switch, the weights and the moves."""
    switch, weights = declared["centring"], declared["softening"]
    down, right = declared["moved_down"], declared["moved_right"]
    yield Dropdown(switch, [ON, OFF], "Soften and centre", f"Choose {ON} or {OFF}.")
    for cell, text in (
        (
            (switch.top, switch.left + 3),
            f"{ON}: the drawing is softened and centred. {OFF}: the network reads it just as you drew it.",
        ),
        (
            (weights.top, weights.left + 4),
            "Each softened pixel is the average of nine pixels, with these",
        ),
        ((weights.top + 1, weights.left + 4), "weights. This is a convolution, as on Network."),
        ((down.top, _LEFT + 1), "rows down and"),
        ((right.top, _LEFT + 1), "columns right: the drawing is moved by so much,"),
        (
            (right.top + 1, _LEFT + 1),
            f"and the middle of its ink comes to row {_MIDDLE}, column {_MIDDLE}.",
        ),
    ):
        yield Text(cell, text, "near_text")


class Softened(Formula):
    """Each pixel averaged with its eight neighbours. Reads the paper, whose margin is empty, and the weights."""

    explanation = "the average of a pixel and its eight neighbours, each times its weight"

    def numpy(self, *read: RegionValues) -> Any:
        paper, weights = map(numbers, read)
        return np.einsum("rcij,rc->ij", windows(paper[None], 3, 3, 1)[0], weights) / weights.sum()

    def excel(self, refs: Refs, at: Position) -> str:
        paper, weights = refs.inputs
        window = refs.window(paper, at.row, at.column, 3, 3)
        return f"SUMPRODUCT({window},{refs.absolute(weights)})/SUM({refs.absolute(weights)})"


class InkOf(Formula):
    """All ink in each row, or in each column.

    Args:
        line: `row` or `column`.
    """

    def __init__(self, line: str) -> None:
        self.explanation = f"all ink in this {line}, summed"
        self._in_row = line == "row"

    def numpy(self, *read: RegionValues) -> Any:
        return numbers(read[0]).sum(axis=1 if self._in_row else 0, keepdims=True)

    def excel(self, refs: Refs, at: Position) -> str:
        (ink,) = refs.inputs
        line = (at.row, 0, 1, ink.columns) if self._in_row else (0, at.column, ink.rows, 1)
        return f"SUM({refs.window(ink, *line)})"


class Move(Formula):
    """How far the drawing moves for its centre of mass to come to the middle (LeCun, Cortes, Burges: MNIST).

    Reads the ink of each row, or column, and its number.
    """

    explanation = "by how many whole pixels to move the centre of mass to the middle; 0 if nothing is drawn"

    def numpy(self, *read: RegionValues) -> Any:
        ink, at = (numbers(values).ravel() for values in read)
        if ink.sum() == 0:
            return 0.0
        return _rounded(_MIDDLE - ink @ at / ink.sum())

    def excel(self, refs: Refs, at: Position) -> str:
        ink, count = map(refs.absolute, refs.inputs)
        return f"IF(SUM({ink})=0,0,ROUND({_MIDDLE}-SUMPRODUCT({ink},{count})/SUM({ink}),0))"


class Source(Formula):
    """The row, or the column, of the softened drawing that is moved to each one here. Reads 1, 2, ... and the move.

    Args:
        line: `row` or `column`.
    """

    def __init__(self, line: str) -> None:
        self.explanation = f"the {line} of the softened drawing that is moved here; empty if there is none"
        self._of_row = line == "row"

    def numpy(self, *read: RegionValues) -> Any:
        count, move = map(numbers, read)
        source = count - move
        return np.where((source >= 1) & (source <= SIDE), source.astype(object), "")

    def excel(self, refs: Refs, at: Position) -> str:
        count, move = refs.inputs
        here = refs.column_locked(count, at.row) if self._of_row else refs.row_locked(count, at.column)
        source = f"{here}-{refs.absolute(move)}"
        return f'IF(AND({source}>=1,{source}<={SIDE}),{source},"")'


class Centred(Formula):
    """The digit to read: the softened drawing moved to the middle; with the switch off the drawing as it is."""

    explanation = "the softened pixel that is moved here; the drawn pixel if softening and centring are off"

    def numpy(self, *read: RegionValues) -> Any:
        switch, paper, softened, *places = read
        if switch.item() == OFF:
            return numbers(paper)[1:-1, 1:-1]
        rows, columns = places
        come = _are_numbers(rows) & _are_numbers(columns)
        return np.where(come, indexed(numbers(softened), numbers(rows), numbers(columns)), 0.0)

    def excel(self, refs: Refs, at: Position) -> str:
        switch, paper, softened, rows, columns = refs.inputs
        row, column = refs.column_locked(rows, at.row), refs.row_locked(columns, at.column)
        moved = f"IF(COUNT({row},{column})=2,INDEX({refs.absolute(softened)},{row},{column}),0)"
        return f'IF({refs.absolute(switch)}="{OFF}",{refs.cell(paper, at.row + 1, at.column + 1)},{moved})'


class DrawingAnswer(Formula):
    """The network's answer if it reads the drawing, or else a hint. Reads the choice, and the answer."""

    explanation = "the answer on Network, if Network reads the drawing"

    def numpy(self, *read: RegionValues) -> Any:
        choice, answer = (values.item() for values in read)
        return answer if choice == DRAWING else ELSEWHERE

    def excel(self, refs: Refs, at: Position) -> str:
        choice, answer = map(refs.absolute, refs.inputs)
        return f'IF({choice}="{DRAWING}",{answer},"{ELSEWHERE}")'


def _rounded(number: float) -> float:
    """Return a whole number as Excel rounds: halves away from 0."""
    return float(np.copysign(np.floor(abs(number) + 0.5), number)) + 0.0


def _are_numbers(values: RegionValues) -> RegionValues:
    """Return which values are numbers: Excel's COUNT."""
    return np.array(
        [[isinstance(value, float) and not np.isnan(value) for value in row] for row in values.tolist()]
    )
