"""The block of a max pool: one window, and a mark where its largest value stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import numpy as np

from sheetcnn.excel.addresses import a1, range_a1
from sheetcnn.excel.region import Region
from sheetcnn.network.stages import Position, Refs
from sheetcnn.network.stages.maxpool import MaxPool
from sheetcnn.workbook import styles
from sheetcnn.workbook.decoration import ColourScale, Decoration, HighlightWhere, Text
from sheetcnn.workbook.formula import Formula
from sheetcnn.workbook.formula_block import RegionValues, numbers
from sheetcnn.workbook.formulas import Largest
from sheetcnn.workbook.sheets.inspector.block import AXES, DETAILS, StageBlock, counted
from sheetcnn.workbook.sheets.inspector.window import Ruler, WindowOfChosen


class LargestMark(Formula):
    """A mark where the largest value of a window stands, at each of several. Reads the window."""

    explanation = "a mark where the largest value stands"

    def numpy(self, *read: RegionValues) -> Any:
        values = numbers(read[0])
        return np.where(values == values.max(), "●", "") if np.isfinite(values).all() else np.nan

    def excel(self, refs: Refs, at: Position) -> str:
        (window,) = refs.inputs
        return f'IF({refs.cell(window, at.row, at.column)}=MAX({refs.absolute(window)}),"●","")'


class MaxPoolBlock(StageBlock):
    """One value of a max pool."""

    inspection = "largest"
    about = "the largest value of the window"

    def _declare_details(self) -> tuple[Formula, list[Region]]:
        number, row, column = (self.place[axis] for axis in AXES)
        _, height, width = self._first.in_shape
        stage = cast("MaxPool", self._first.stage)
        k, ruler, top, left = stage.window, Ruler(stage.stride), self.top + 3, DETAILS
        down = self._counter("down", (top, left + k + 2), (k, 1))
        along = self._counter("along", (top - 1, left + k + 3), (1, k))
        rows = self._formulas("rows", (top, left), (k, 1), ruler, [row, down], "index", counted(height))
        columns = self._formulas(
            "columns", (top - 1, left + 1), (1, k), ruler, [column, along], "index", counted(width)
        )
        reads = [rows, columns, number, *self._inputs]
        self._window = self._formulas("window", (top, left + 1), (k, k), WindowOfChosen(), reads)
        cell = top, left + k + 3
        self._mark = self._formulas("winner", cell, (k, k), LargestMark(), [self._window], "label")
        return Largest(), [self._window]

    def _decorate_details(self) -> Iterator[Decoration]:
        window = self._window
        yield Text((window.top - 2, window.left), f"window of {self._before}", "remark")
        yield Text((self._mark.top - 2, self._mark.left), "the largest", "remark")
        yield ColourScale([window], styles.diverging_scale([window]))
        first, area = a1(window.top, window.left), range_a1(window.area, absolute=True)
        yield HighlightWhere([window], f"={first}=MAX({area})", "winner")
