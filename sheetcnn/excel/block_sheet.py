"""A worksheet of XlsxWriter's that also holds blocks of cells as finished XML."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import Any

from xlsxwriter.worksheet import Worksheet

from sheetcnn.excel.region import Region


@dataclass(frozen=True)
class Block:
    """A block of cells, and what they hold: charts keep a copy of it."""

    region: Region
    values: Sequence[Sequence[float | str | bool]]


class BlockSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter ships no types
    """A worksheet that also holds cells as finished XML."""

    def __init__(self) -> None:
        super().__init__()
        self.xml_rows: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
        self.blocks: list[Block] = []

    def add_block(self, block: Block, rows: Iterable[Sequence[str]]) -> None:
        """Add a block of cells, each as its finished XML."""
        region = block.region
        self.blocks.append(block)
        self._reach(region)
        columns = range(region.left, region.area.right + 1, region.step)
        for row, cells in zip(range(region.top, region.area.bottom + 1, region.step), rows, strict=True):
            if region.step == 1 and "" not in cells:  # nothing of others stands between
                self.xml_rows[row].append((region.left, "".join(cells)))
            else:
                self.xml_rows[row] += zip(columns, cells, strict=True)

    def add_beside(self, regions: Sequence[Region], rows: Iterable[Sequence[str]]) -> None:
        """Add blocks of cells that stand side by side without gaps; each row is the finished XML of all of them."""
        columns = [column for region in regions for column in region.lines()[1]]
        gaps = [place for place, (one, next_) in enumerate(pairwise(columns), start=1) if next_ > one + 1]
        parts = [(columns[start], start, end) for start, end in pairwise([0, *gaps, len(columns)])]
        for region in regions:
            self._reach(region)
        for row, cells in zip(regions[0].lines()[0], rows, strict=True):
            self.xml_rows[row] += [(left, "".join(cells[start:end])) for left, start, end in parts]

    def _reach(self, region: Region) -> None:
        """Tell XlsxWriter how far the sheet goes."""
        self._check_dimensions(region.top, region.left)
        self._check_dimensions(region.area.bottom, region.area.right)

    def _calculate_spans(self) -> None:
        self.row_spans: dict[int, str] = {}  # optional in the format, and costly to work out

    def _write_rows(self) -> None:
        for row in sorted({*self.xml_rows, *self.table, *self.row_info}):
            self._write_row(row, None, self.row_info.get(row))
            cells: list[tuple[int, Any]] = [*self.xml_rows.get(row, ()), *self.table.get(row, {}).items()]
            for column, cell in sorted(cells, key=itemgetter(0)):
                if isinstance(cell, str):
                    self.fh.write(cell)
                else:
                    self._write_cell(row, column, cell)
            self._xml_end_tag("row")

    def _get_range_data(self, *corners: int) -> list[Any]:
        """Return what a chart shows, which it keeps a copy of."""
        for block in self.blocks:
            if block.region.area == corners:
                return [value for row in block.values for value in row]
        data: list[Any] = super()._get_range_data(*corners)
        return data
