"""The formulas of stages that slide a window: which rows and columns it covers, and what stands there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sheetcnn.network.stages import Position, Refs
from sheetcnn.workbook.formula import Formula, arithmetic, indexed
from sheetcnn.workbook.formula_block import RegionValues, numbers
from sheetcnn.workbook.sheets.inspector.formulas import excel_choose, excel_index, numpy_choose


@dataclass(frozen=True)
class Ruler(Formula):
    """The rows, or columns, of a map that a window covers. Reads the row, or column, of the cell, and 1, 2, ..."""

    stride: int
    explanation = "a row, or a column, that the window covers"

    def numpy(self, *read: RegionValues) -> Any:
        place, count = map(numbers, read)
        return (place - 1) * self.stride + count

    def excel(self, refs: Refs, at: Position) -> str:
        place, count = refs.inputs
        before = f"{refs.absolute(place)}-1"
        if self.stride > 1:
            before = f"({before})*{self.stride}"
        along = count.columns > 1
        return f"{before}+{refs.row_locked(count, at.column) if along else refs.column_locked(count, at.row)}"


class Window(Formula):
    """The window of a map. Reads the rows and the columns that it covers, and the map."""

    explanation = "the value that stands in this row and this column of the map"

    def numpy(self, *read: RegionValues) -> Any:
        rows, columns, values = map(arithmetic, read)
        return indexed(values, rows, columns)

    def excel(self, refs: Refs, at: Position) -> str:
        rows, columns, values = refs.inputs
        return excel_index(
            refs, values, refs.column_locked(rows, at.row), refs.row_locked(columns, at.column)
        )


class WindowOfChosen(Formula):
    """The window of the chosen map. Reads the rows and the columns that it covers, the map's number, and all maps."""

    explanation = "the value that stands in this row and this column of the chosen map"

    def numpy(self, *read: RegionValues) -> Any:
        rows, columns, number, *maps = map(arithmetic, read)
        return indexed(numpy_choose(number, maps), rows, columns)

    def excel(self, refs: Refs, at: Position) -> str:
        rows, columns, number, *maps = refs.inputs
        row, column = refs.column_locked(rows, at.row), refs.row_locked(columns, at.column)
        return excel_choose(refs, number, [excel_index(refs, each, row, column) for each in maps])
