"""The block of softmax: the shares of all classes, as each counts on all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sheetcnn.excel.addresses import a1
from sheetcnn.excel.region import Region
from sheetcnn.network.stages import Position, Refs
from sheetcnn.workbook.decoration import Decoration, HighlightWhere, Text
from sheetcnn.workbook.formula import Formula, arithmetic
from sheetcnn.workbook.formula_block import RegionValues, numbers
from sheetcnn.workbook.formulas import Copied, Exponential
from sheetcnn.workbook.sheets.inspector.block import DETAILS, StageBlock
from sheetcnn.workbook.sheets.inspector.formulas import OfRow


class Shifted(Formula):
    """Scores less the largest of them, which keeps exp small."""

    explanation = "the score less the largest score"

    def numpy(self, *read: RegionValues) -> Any:
        return arithmetic(read[0]) - numbers(read[0]).max()

    def excel(self, refs: Refs, at: Position) -> str:
        (scores,) = refs.inputs
        return f"{refs.cell(scores, at.row, 0)}-MAX({refs.absolute(scores)})"


class ShareOfSum(Formula):
    """Each value of a column as a share of the column's sum."""

    explanation = "the exponential's share of the sum of all of them"

    def numpy(self, *read: RegionValues) -> Any:
        return arithmetic(read[0]) / numbers(read[0]).sum()

    def excel(self, refs: Refs, at: Position) -> str:
        (exponentials,) = refs.inputs
        return f"{refs.cell(exponentials, at.row, 0)}/SUM({refs.absolute(exponentials)})"


class SoftmaxBlock(StageBlock):
    """All values of a softmax, that of the chosen class marked."""

    inspection = "shares"
    about = "e to the power of each score, divided by the sum of all of these"

    def _declare_details(self) -> tuple[Formula, list[Region]]:
        self._columns: dict[str, Region] = {}
        (scores,) = self._inputs
        self._column("class", "label", Copied(), self._layout.labels, "label")
        score = self._column("score", "score", Copied(), scores)
        shifted = self._column("− largest", "shifted", Shifted(), score)
        powers = self._column("exp", "exponential", Exponential(), shifted, "exponential")
        share = self._column("share", "share", ShareOfSum(), powers, "share")
        return OfRow(), [self.place["row"], share]

    def _column(self, head: str, part: str, formula: Formula, source: Region, style: str = "") -> Region:
        """Declare the next column of the table, which reads another column."""
        cell, rows = (self.top + 2, DETAILS + len(self._columns)), self._first.out_shape[0]
        self._columns[head] = self._formulas(part, cell, (rows, 1), formula, [source], style)
        return self._columns[head]

    def _decorate_details(self) -> Iterator[Decoration]:
        for head, column in self._columns.items():
            yield Text((column.top - 1, column.left), head, "centred" if head == "class" else "table_label")
        first, row = self._columns["class"], self.place["row"]
        table = Region("", "", first.top, first.left, first.rows, len(self._columns))
        chosen = a1(row.top, row.left, absolute=True)
        yield HighlightWhere([table], f"=ROW()={chosen}+{first.top}", "chosen")
