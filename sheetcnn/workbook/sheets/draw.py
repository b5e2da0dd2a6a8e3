"""The sheet `Draw`: a pad to draw on, and the drawing as MNIST would have it, softened and centred."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sheetcnn.digits.digit import SIDE, Digit
from sheetcnn.excel.region import Region
from sheetcnn.network.network import Network
from sheetcnn.network.stages import Array, Position, Refs
from sheetcnn.network.stages.base import windows
from sheetcnn.network.template import Template
from sheetcnn.workbook import styles as looks
from sheetcnn.workbook.formula import indexed
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues, numbers
from sheetcnn.workbook.layout import CHOICE, Layout
from sheetcnn.workbook.sheet import LessonSheet, SheetBlock
from sheetcnn.workbook.sheets.digits import DRAWING, DigitsSheet

if TYPE_CHECKING:
    from sheetcnn.excel.writer import SheetWriter

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


class Draw(LessonSheet):
    """Left to right: the pad with an empty margin, the softened drawing, the centred drawing."""

    sheet = SHEET
    order = 30
    summary = "Draw a digit of your own, and see how it is softened and centred."
    lesson = False

    def fits(self, network: Network) -> bool:
        return DigitsSheet().fits(network)  # which chooses it

    def regions(self, network: Network, layout: Layout) -> list[Region]:
        def block(name: str, top: int, left: int, rows: int = 1, columns: int = 1) -> Region:
            return Region(name, SHEET, top, left, rows, columns)

        return [
            block("paper", _TOP - 1, _PAD_LEFT, SIDE + 2, SIDE + 2),
            block("softening", _BELOW, _SOFT_LEFT, 3, 3),
            block("centring", 2, _LEFT),
            block("row_numbers", _TOP, _SOFT_LEFT - 1, SIDE, 1),
            block("column_numbers", _TOP - 1, _SOFT_LEFT, 1, SIDE),
            block("softened", _TOP, _SOFT_LEFT, SIDE, SIDE),
            block("ink_rows", _TOP, _SOFT_LEFT + SIDE, SIDE, 1),
            block("ink_columns", _TOP + SIDE, _SOFT_LEFT, 1, SIDE),
            block("moved_down", _BELOW, _LEFT),
            block("moved_right", _BELOW + 1, _LEFT),
            block("from_rows", _TOP, _LEFT - 1, SIDE, 1),
            block("from_columns", _TOP - 1, _LEFT, 1, SIDE),
            block("drawing", _TOP, _LEFT, SIDE, SIDE),
            block("drawing_answer", _BELOW, _PAD_LEFT),
        ]

    def constants(self, template: Template, digit: Digit) -> dict[str, RegionValues]:
        return {
            "paper": np.zeros((SIDE + 2, SIDE + 2)),
            "softening": _SOFTENING,
            "centring": np.array([[ON]], dtype=object),
            **self.read_only(template.network),
        }

    def read_only(self, network: Network) -> dict[str, RegionValues]:
        count = np.arange(1.0, SIDE + 1)
        return {"row_numbers": count.reshape(-1, 1), "column_numbers": count.reshape(1, -1)}

    def allowed(self, network: Network) -> dict[str, Sequence[float | str]]:
        moves = np.arange(1.0 - _MIDDLE, _MIDDLE).tolist()
        sources = ["", *np.arange(1.0, SIDE + 1).tolist()]
        return {
            "centring": [ON, OFF],
            "moved_down": moves,
            "moved_right": moves,
            "from_rows": sources,
            "from_columns": sources,
        }

    def blocks(self, network: Network, layout: Layout) -> list[FormulaBlock]:
        at = layout.extra
        return [
            Softened("draw", at["softened"], [at["paper"], at["softening"]]),
            InkOfRow("draw", at["ink_rows"], [at["softened"]]),
            InkOfColumn("draw", at["ink_columns"], [at["softened"]]),
            Move("draw", at["moved_down"], [at["ink_rows"], at["row_numbers"]]),
            Move("draw", at["moved_right"], [at["ink_columns"], at["column_numbers"]]),
            FromRow("draw", at["from_rows"], [at["row_numbers"], at["moved_down"]]),
            FromColumn("draw", at["from_columns"], [at["column_numbers"], at["moved_right"]]),
            Centred(
                "draw",
                at["drawing"],
                [at["centring"], at["paper"], at["softened"], at["from_rows"], at["from_columns"]],
            ),
            DrawingAnswer("draw", at["drawing_answer"], [at[CHOICE.name], layout.readout["answer"]]),
        ]

    def draw(
        self,
        sheet: SheetWriter,
        template: Template,
        layout: Layout,
        shown: Sequence[FormulaBlock],
        values: Mapping[str, RegionValues],
    ) -> None:
        at = layout.extra
        sheet.grid(_LEFT + SIDE + 2, looks.CELL_PIXELS, looks.CELL_PIXELS, "plain")
        sheet.zoom(looks.NEAR)
        sheet.height(0, 44)
        sheet.text((0, 0), "Draw a digit", "far_title")
        sheet.text(
            (1, 0),
            "Select cells inside the frame, type 1 and press Ctrl+Enter (in LibreOffice: Alt+Enter). Delete erases. "
            f"Then choose {DRAWING} on Network.",
            "near_text",
        )
        sheet.text((3, _PAD_LEFT), "1. Draw here", "near_heading")
        sheet.text((3, _SOFT_LEFT), "2. Softened: its edges become grey, as in MNIST", "near_heading")
        sheet.text((3, _LEFT), "3. Moved to the middle: this is what the network reads", "near_heading")
        self._pad(sheet, at)
        styles = {
            "softened": "activation",
            "drawing": "activation",
            "drawing_answer": "answer",
            "from_rows": "ruler",
            "from_columns": "ruler",
            "ink_rows": "ink",
            "ink_columns": "ink",
        }
        for block in shown:
            for region in block.regions:
                if region.sheet == SHEET:
                    sheet.formulas(
                        region,
                        block.formulas(region),
                        values[region.name].tolist(),
                        styles.get(region.name, "activation_whole"),
                    )
        for name in ("row_numbers", "column_numbers"):
            sheet.numbers(at[name], values[name].tolist(), "ruler")
        sheet.numbers(at["softening"], values["softening"].tolist(), "input_whole")
        sheet.colours([at["softened"], at["drawing"]], looks.ink())
        self._words(sheet, at)
        sheet.print_whole(one_page=True)

    def _pad(self, sheet: SheetWriter, at: Mapping[str, Region]) -> None:
        paper = at["paper"]
        pad = Region("", SHEET, paper.top + 1, paper.left + 1, SIDE, SIDE)
        sheet.blank(paper.area, "margin")
        sheet.blank(pad.area, "pad")
        message = "A number from 0 (paper) to 1 (full ink): type 1 to draw, press Delete to erase."
        sheet.number_validation(pad, 0, 1, "Ink", message, refuse=True)
        edge = "This margin stays empty: draw inside the frame."
        for side in (
            Region("", SHEET, paper.top, paper.left, 1, SIDE + 2),
            Region("", SHEET, paper.area.bottom, paper.left, 1, SIDE + 2),
            Region("", SHEET, pad.top, paper.left, SIDE, 1),
            Region("", SHEET, pad.top, paper.area.right, SIDE, 1),
        ):
            sheet.number_validation(side, 0, 0, "Margin", edge, refuse=True)
        sheet.colours([pad], looks.ink())

    def _words(self, sheet: SheetWriter, at: Mapping[str, Region]) -> None:
        switch = at["centring"]
        sheet.text((switch.top, switch.left), ON, "switch")
        sheet.dropdown(switch, [ON, OFF], "Soften and centre", f"Choose {ON} or {OFF}.")
        sheet.text(
            (switch.top, switch.left + 3),
            f"{ON}: the drawing is softened and centred. {OFF}: the network reads it just as you drew it.",
            "near_text",
        )
        kernel = at["softening"]
        sheet.text(
            (kernel.top, kernel.left + 4),
            "Each softened pixel is the average of nine pixels, with these",
            "near_text",
        )
        sheet.text(
            (kernel.top + 1, kernel.left + 4), "weights. This is a convolution, as on Network.", "near_text"
        )
        sheet.text((at["moved_down"].top, _LEFT + 1), "rows down and", "near_text")
        sheet.text(
            (at["moved_right"].top, _LEFT + 1),
            "columns right: the drawing is moved by so much,",
            "near_text",
        )
        sheet.text(
            (at["moved_right"].top + 1, _LEFT + 1),
            f"and the middle of its ink comes to row {_MIDDLE}, column {_MIDDLE}.",
            "near_text",
        )


class Softened(SheetBlock):
    """Each pixel with its neighbours."""

    explanation = "the average of a pixel and its eight neighbours, each times its weight"

    def numpy(self, *seen: RegionValues) -> Any:
        paper, weights = map(numbers, seen)
        return np.einsum("rcij,rc->ij", windows(paper[None], 3, 3, 1)[0], weights) / weights.sum()

    def excel(self, refs: Refs, at: Position) -> str:
        paper, weights = refs.inputs
        window = refs.window(paper, at.row, at.column, 3, 3)
        return f"SUMPRODUCT({window},{refs.absolute(weights)})/SUM({refs.absolute(weights)})"


class InkOfRow(SheetBlock):
    """How much ink a row holds."""

    explanation = "all ink in this row, summed"

    def numpy(self, *seen: RegionValues) -> Any:
        return numbers(seen[0]).sum(axis=1, keepdims=True)

    def excel(self, refs: Refs, at: Position) -> str:
        (ink,) = refs.inputs
        return f"SUM({refs.window(ink, at.row, 0, 1, ink.columns)})"


class InkOfColumn(SheetBlock):
    """How much ink a column holds."""

    explanation = "all ink in this column, summed"

    def numpy(self, *seen: RegionValues) -> Any:
        return numbers(seen[0]).sum(axis=0, keepdims=True)

    def excel(self, refs: Refs, at: Position) -> str:
        (ink,) = refs.inputs
        return f"SUM({refs.window(ink, 0, at.column, ink.rows, 1)})"


class Move(SheetBlock):
    """How far the drawing moves for its centre of mass to come to the middle (LeCun, Cortes, Burges: MNIST)."""

    explanation = "by how many whole pixels to move the centre of mass to the middle; 0 if nothing is drawn"

    def numpy(self, *seen: RegionValues) -> Any:
        ink, at = (numbers(values).ravel() for values in seen)
        if ink.sum() == 0:
            return 0.0
        return _rounded(_MIDDLE - ink @ at / ink.sum())

    def excel(self, refs: Refs, at: Position) -> str:
        ink, counted = map(refs.absolute, refs.inputs)
        return f"IF(SUM({ink})=0,0,ROUND({_MIDDLE}-SUMPRODUCT({ink},{counted})/SUM({ink}),0))"


class FromRow(SheetBlock):
    """Which row of the softened drawing comes here."""

    explanation = "the row of the softened drawing that is moved here; empty if there is none"

    def numpy(self, *seen: RegionValues) -> Any:
        return _source(*map(numbers, seen))

    def excel(self, refs: Refs, at: Position) -> str:
        counted, move = refs.inputs
        return _source_spelled(f"{refs.column_locked(counted, at.row)}-{refs.absolute(move)}")


class FromColumn(SheetBlock):
    """Which column of the softened drawing comes here."""

    explanation = "the column of the softened drawing that is moved here; empty if there is none"

    def numpy(self, *seen: RegionValues) -> Any:
        return _source(*map(numbers, seen))

    def excel(self, refs: Refs, at: Position) -> str:
        counted, move = refs.inputs
        return _source_spelled(f"{refs.row_locked(counted, at.column)}-{refs.absolute(move)}")


class Centred(SheetBlock):
    """What the network reads: the softened drawing in the middle, or the drawing as it is."""

    explanation = "the softened pixel that is moved here; the drawn pixel if softening and centring are off"

    def numpy(self, *seen: RegionValues) -> Any:
        switch, paper, softened, *places = seen
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


class DrawingAnswer(SheetBlock):
    """The network's answer, if it reads the drawing."""

    explanation = "the answer on Network, if Network reads the drawing"

    def numpy(self, *seen: RegionValues) -> Any:
        choice, answer = (values.item() for values in seen)
        return answer if choice == DRAWING else ELSEWHERE

    def excel(self, refs: Refs, at: Position) -> str:
        choice, answer = map(refs.absolute, refs.inputs)
        return f'IF({choice}="{DRAWING}",{answer},"{ELSEWHERE}")'


def _rounded(number: float) -> float:
    """Return a whole number as Excel rounds: halves away from 0."""
    return float(np.copysign(np.floor(abs(number) + 0.5), number)) + 0.0


def _source(counted: Array, move: Array) -> RegionValues:
    source = counted - move
    return np.where((source >= 1) & (source <= SIDE), source.astype(object), "")


def _source_spelled(source: str) -> str:
    return f'IF(AND({source}>=1,{source}<={SIDE}),{source},"")'


def _are_numbers(values: RegionValues) -> RegionValues:
    """Return which values are numbers: Excel's COUNT."""
    return np.array(
        [[isinstance(value, float) and not np.isnan(value) for value in row] for row in values.tolist()]
    )
