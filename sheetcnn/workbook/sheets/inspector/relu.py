"""The block of a ReLU that follows no sum: one value."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.excel.region import Region
from sheetcnn.workbook.decoration import Decoration, Text
from sheetcnn.workbook.formula import Formula
from sheetcnn.workbook.sheets.inspector.block import DETAILS, StageBlock
from sheetcnn.workbook.sheets.inspector.formulas import Rectified


class ReLUBlock(StageBlock):
    """One value of a ReLU."""

    inspection = "rectified"
    about = "negative values become 0"

    def _declare_details(self) -> tuple[Formula, list[Region]]:
        reads = [*self.place.values(), *self._inputs]
        cell = self.top + 2, DETAILS
        return Rectified(), [self._formulas("before", cell, (1, 1), self._of_stage(), reads, "score")]

    def _decorate_details(self) -> Iterator[Decoration]:
        yield Text((self.top + 1, DETAILS), "before it", "table_label")
