"""The formulas that blocks of several kinds of stages use, and how one of several arrays is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sheetcnn.excel.addresses import a1, quoted_sheet
from sheetcnn.excel.limits import MAX_COLUMNS, MAX_ROWS
from sheetcnn.excel.region import Region
from sheetcnn.network.stages import Array, Position, Refs, Shape
from sheetcnn.network.stages.base import window
from sheetcnn.workbook.formula import Formula, arithmetic, indexed
from sheetcnn.workbook.formula_block import RegionValues, numbers

_CHOICES = 29
"""LibreOffice and Google Sheets choose among about thirty, Excel among 254."""


@dataclass(frozen=True)
class Place(Formula):
    """The map, row or column of the cell that a block takes apart. Reads the stage and the number that are chosen.

    Attributes:
        stages: the names of the block's stages.
        size: how many maps, rows or columns there are.
    """

    stages: Sequence[str]
    size: int
    explanation = (
        "the number chosen above if this stage is chosen, at most as many as there are; "
        "otherwise the middle one"
    )

    def numpy(self, *read: RegionValues) -> Any:
        stage, number, *others = read
        if _is_one_of(self.stages, stage):
            return max(1.0, min(self.size, np.floor(numbers(number).item())))
        return self.numpy_otherwise(*others)

    def excel(self, refs: Refs, at: Position) -> str:
        stage, number, *others = map(refs.absolute, refs.inputs)
        chosen = f"MAX(1,MIN({self.size},INT(N({number}))))"
        return f"IF({_excel_is_one_of(self.stages, stage)},{chosen},{self.excel_otherwise(*others)})"

    def numpy_otherwise(self, *others: RegionValues) -> float:
        """NumPy: return the map, row or column, from 1, that is drawn while another stage is chosen."""
        return float((self.size + 1) // 2)

    def excel_otherwise(self, *others: str) -> str:
        """Excel: return the formula of that number."""
        return str((self.size + 1) // 2)


class PlaceOfLargest(Place):
    """The row of a class: that of the answer while another stage is chosen. Reads the scores, too."""

    explanation = "the number chosen above if this stage is chosen; otherwise the row of the largest score"

    def numpy_otherwise(self, *others: RegionValues) -> float:
        scores = numbers(others[0]).ravel()
        return float(scores.argmax() + 1) if np.isfinite(scores).all() else np.nan

    def excel_otherwise(self, *others: str) -> str:
        return f"MATCH(MAX({others[0]}),{others[0]},0)"


@dataclass(frozen=True)
class Notice(Formula):
    """The size of the chosen stage in words. Reads the stage, the place of the cell, and the numbers that are chosen.

    Attributes:
        stages: the names of the block's stages.
        shape: their shape.
    """

    stages: Sequence[str]
    shape: Shape
    explanation = "the size of the stage if it is chosen, and whether the chosen cell exists"

    def numpy(self, *read: RegionValues) -> Any:
        stage, *places = read
        if not _is_one_of(self.stages, stage):
            return ""
        half = len(places) // 2
        exists = all(a.item() == b.item() for a, b in zip(places[:half], places[half:], strict=True))
        only, end = ("", ".") if exists else ("only ", ": the nearest cell is shown.")
        return f"{stage.item()} has {only}{_size(self.shape)}{end}"

    def excel(self, refs: Refs, at: Position) -> str:
        stage, *places = map(refs.absolute, refs.inputs)
        half, size = len(places) // 2, _size(self.shape)
        exists = ",".join(f"{a}={b}" for a, b in zip(places[:half], places[half:], strict=True))
        has = f'IF(AND({exists})," has {size}."," has only {size}: the nearest cell is shown.")'
        return f'IF({_excel_is_one_of(self.stages, stage)},{stage}&{has},"")'


@dataclass(frozen=True)
class Weight(Formula):
    """A slice of the filter of the chosen map. Reads the number of the map, and that slice of every filter."""

    explanation: str = "the weight that stands here in the filter of the chosen map"

    def numpy(self, *read: RegionValues) -> Any:
        number, *filters = map(arithmetic, read)
        return numpy_choose(number, filters)

    def excel(self, refs: Refs, at: Position) -> str:
        number, *filters = refs.inputs
        return excel_choose(refs, number, [refs.cell(each, at.row, at.column) for each in filters])


class Rectified(Formula):
    """ReLU of one value."""

    explanation = "the value before it; 0 if that is negative"

    def numpy(self, *read: RegionValues) -> Any:
        return np.maximum(0.0, numbers(read[0]))

    def excel(self, refs: Refs, at: Position) -> str:
        return f"MAX(0,{refs.absolute(refs.inputs[0])})"


@dataclass(frozen=True)
class OfRow(Formula):
    """The value in one row of a column. Reads the number of the row, and the column."""

    explanation: str = "the value in the chosen row"

    def numpy(self, *read: RegionValues) -> Any:
        row, column = read
        return indexed(column, numbers(row), np.ones((1, 1)))

    def excel(self, refs: Refs, at: Position) -> str:
        row, column = refs.inputs
        return excel_index(refs, column, refs.absolute(row), "1")


class OfMaps(Formula):
    """The value of one cell of a stage. Reads its map, row and column, and all maps of the stage."""

    explanation = "the same cell on Network"

    def numpy(self, *read: RegionValues) -> Any:
        number, row, column, *maps = map(arithmetic, read)
        return indexed(numpy_choose(number, maps), row, column)

    def excel(self, refs: Refs, at: Position) -> str:
        number, row, column, *maps = refs.inputs
        cells = [excel_index(refs, each, refs.absolute(row), refs.absolute(column)) for each in maps]
        return excel_choose(refs, number, cells)


@dataclass(frozen=True)
class Link(Formula):
    """A link to a cell of a stage, whose text is the address that it leads to: so `verify` can compare it.

    Reads the map, the row and the column of the cell.

    Attributes:
        maps: the maps of the stage; their values are not read.
    """

    maps: Sequence[Region]
    explanation = "a link to the cell on Network"

    def numpy(self, *read: RegionValues) -> Any:
        number, row, column = (1.0 if v is None else numbers(v).item() for v in _map_row_column(read))
        if not 1 <= number < len(self.maps) + 1 or not np.isfinite(row + column):
            return np.nan
        down, along = self.maps[int(number) - 1].cell(int(row) - 1, int(column) - 1)
        inside = 0 <= down < MAX_ROWS and 0 <= along < MAX_COLUMNS
        return f"{self._sheet}{a1(down, along)}" if inside else np.nan

    def excel(self, refs: Refs, at: Position) -> str:
        number, row, column = _map_row_column(refs.inputs)
        addresses = [
            f"ADDRESS({_line(refs, 'ROW', each, row)},{_line(refs, 'COLUMN', each, column)},4)"
            for each in self.maps
        ]
        sheet = self._sheet.replace('"', '""')
        return f'HYPERLINK("{sheet}"&{excel_choose(refs, number, addresses)})'

    @property
    def _sheet(self) -> str:
        return f"#{quoted_sheet(self.maps[0].sheet)}!"


def numpy_choose(number: RegionValues, arrays: Sequence[RegionValues]) -> Array:
    """NumPy: return one of several arrays of the same shape, by its number from 1; nan if there is none."""
    place = number.item()
    return arrays[int(place) - 1] if 1 <= place < len(arrays) + 1 else np.full(arrays[0].shape, np.nan)


def excel_choose(refs: Refs, number: Region | None, texts: Sequence[str]) -> str:
    """Excel: return the formula for one of several texts of formulas, by the number from 1 in a cell."""
    if len(texts) == 1 or number is None:
        return texts[0]
    place = refs.absolute(number)
    parts = [(start, texts[start : start + _CHOICES]) for start in range(0, len(texts), _CHOICES)]
    chosen = [f"CHOOSE({place}{f'-{start}' if start else ''},{','.join(part)})" for start, part in parts]
    nested = chosen.pop()
    for (start, part), choice in reversed(list(zip(parts, chosen, strict=False))):
        nested = f"IF({place}<={start + len(part)},{choice},{nested})"
    return nested


def excel_index(refs: Refs, region: Region, row: str, column: str) -> str:
    """Excel: return the formula for a value of a region, which may have gaps, by its row and column from 1."""
    if region.rows == region.columns == 1:
        return refs.absolute(region)  # IronCalc finds no row in a single cell
    if region.step > 1:
        row, column = (
            place if place == "1" else f"{region.step}*{place}-{region.step - 1}" for place in (row, column)
        )
    return f"INDEX({refs.absolute(region)},{row},{column})"


def _line(refs: Refs, function: str, region: Region, number: Region | None) -> str:
    """Excel: return the formula for the row, or column, of the sheet where a value of a region stands."""
    first = f"{function}({refs.absolute(window(region, 0, 0))})"
    if number is None:
        return first
    along = refs.absolute(number)
    return f"{first}+{along}-1" if region.step == 1 else f"{first}+{region.step}*{along}-{region.step}"


def _map_row_column(place: Sequence[Any]) -> Sequence[Any]:
    """Return map, row and column of a place, None for what a stage of one column does not need."""
    return place if len(place) == 3 else (None, *place, None)


def _is_one_of(stages: Sequence[str], stage: RegionValues) -> bool:
    return str(stage.item()).casefold() in stages


def _excel_is_one_of(stages: Sequence[str], stage: str) -> str:
    equal = [f'{stage}="{name}"' for name in stages]
    return equal[0] if len(equal) == 1 else f"OR({','.join(equal)})"


def _size(shape: Shape) -> str:
    """Return a shape in words."""
    if len(shape) == 1:
        return _count(shape[0], "row")
    maps, rows, columns = shape
    return f"{_count(maps, 'map')} of {_count(rows, 'row')} and {_count(columns, 'column')}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
