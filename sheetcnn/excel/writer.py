"""Writes workbooks: styles, charts, names and the package by XlsxWriter, cells past its table.

XlsxWriter spends thirty substitutions on the text of every formula; blocks of cells go straight to XML, a row at a
time: this is six times faster.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from io import BytesIO
from types import MappingProxyType
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_pixel_width

from sheetcnn.excel.addresses import Range, a1, around, column_letters, quoted_sheet, range_a1
from sheetcnn.excel.block_sheet import Block, BlockSheet
from sheetcnn.excel.extent import Extent
from sheetcnn.excel.paper import BOTTOM_MARGIN, SIDE_MARGIN, TOP_MARGIN
from sheetcnn.excel.region import Region

Properties = Mapping[str, Any]
Texts = Iterable[Sequence[str]]

_A4 = 9
_NO_DATE = datetime(2000, 1, 1)  # the format knows no time zone; a fixed date keeps bytes equal


class SheetWriter:
    """One sheet to be written."""

    def __init__(self, book: BookWriter, worksheet: BlockSheet) -> None:
        self._book = book
        self._sheet = worksheet
        self._numerals: list[str] = []
        self._formulas: list[Range] = []
        self.extent = Extent(xl_pixel_width)
        """How far what is written reaches."""

    @property
    def name(self) -> str:
        """The sheet's name."""
        return str(self._sheet.name)

    @property
    def sheets(self) -> list[str]:
        """The names of all sheets that are there so far."""
        return self._book.sheets

    def text(self, cell: tuple[int, int], text: str, style: str) -> None:
        """Write a text, never as a formula, whatever it begins with."""
        self._sheet.write_string(*cell, text, self._book.style(style))
        self.extent.text(cell, text, self._book.looks(style))
        if text.replace(".", "", 1).isdecimal():
            self._numerals.append(a1(*cell))

    def number(self, cell: tuple[int, int], value: float, style: str) -> None:
        """Write one number."""
        self._sheet.write_number(*cell, value, self._book.style(style))
        self.extent.text(cell, "", self._book.looks(style))

    def blank(self, area: Range, style: str) -> None:
        """Give a style to cells that hold nothing."""
        for row in range(area.top, area.bottom + 1):
            for column in range(area.left, area.right + 1):
                self._sheet.write_blank(row, column, None, self._book.style(style))
        self.extent.area(area)

    def link(self, cell: tuple[int, int], target: str, text: str, style: str) -> None:
        """Write a link to a place in the workbook, such as `Model!A1`."""
        self._sheet.write_url(*cell, f"internal:{target}", self._book.style(style), text)
        self.extent.text(cell, text, self._book.looks(style))

    def wide_text(self, region: Region, text: str, style: str) -> None:
        """Write a text over several cells as one."""
        self._sheet.merge_range(*region.area, "", self._book.style(style))
        self._sheet.write_string(region.top, region.left, text, self._book.style(style))
        self.extent.area(region.area)

    def numbers(
        self, region: Region, values: Sequence[Sequence[float]], style: str, *, empty: float | None = None
    ) -> None:
        """Write a block of plain numbers, leaving out those that are `empty`."""
        head = self._head(style)
        self.extent.block(region)
        self._sheet.add_block(
            Block(region, values),
            (
                [
                    f'<c r="{at}{head}{value!r}</v></c>' if value != empty else ""
                    for at, value in zip(row_at, row, strict=True)
                ]
                for row_at, row in zip(_addresses(region), values, strict=True)
            ),
        )

    def numbers_beside(
        self, regions: Sequence[Region], values: Sequence[Sequence[float]], style: str
    ) -> None:
        """Write blocks of plain numbers that stand side by side, which takes less time than one after the other.

        Args:
            regions: where, in the same rows, without gaps.
            values: rows through all of them.
            style: how they look.
        """
        head = self._head(style)
        letters = [column_letters(column) for region in regions for column in region.lines()[1]]
        for region in regions:
            self.extent.block(region)
        self._sheet.add_beside(
            regions,
            (
                [
                    f'<c r="{at}{row}{head}{value!r}</v></c>'
                    for at, value in zip(letters, numbers, strict=True)
                ]
                for row, numbers in enumerate(values, start=regions[0].top + 1)
            ),
        )

    def _head(self, style: str) -> str:
        """Return what stands between a cell's address and its number."""
        return f'" s="{self._book.style(style)._get_xf_index()}"><v>'

    def formulas(
        self,
        region: Region,
        texts: Texts,
        values: Sequence[Sequence[float | str | bool]],
        style: str,
        *,
        array: bool = False,
    ) -> None:
        """Write a block of formulas, each with the value that it has; as array formulas, one cell each."""
        style_number = self._book.style(style)._get_xf_index()
        head = {False: f'" s="{style_number}">', True: f'" s="{style_number}" t="str">'}
        rows = zip(_addresses(region), texts, values, strict=True)
        self._formulas.append(region.area)
        self.extent.block(region)
        for cell, value in zip(region.cells(), (value for row in values for value in row), strict=True):
            if type(value) is str:
                self.extent.text(cell, value, self._book.looks(style))
        self._sheet.add_block(
            Block(region, values),
            (
                [
                    f'<c r="{at}{head[type(value) is str]}{opening}{text}</f>'
                    f"<v>{_escaped(value) if type(value) is str else repr(value)}</v></c>"
                    for at, opening, text, value in zip(
                        row_at, _openings(row_at, array), _all_escaped(row_texts), row, strict=True
                    )
                ]
                for row_at, row_texts, row in rows
            ),
        )

    def grid(self, columns: int, width: int, height: int, style: str) -> None:
        """Make all cells alike, width by height pixels, and hide the grid lines."""
        self._sheet.set_column_pixels(0, columns - 1, width, self._book.style(style))
        self._sheet.set_default_row(height * 0.75)
        self._sheet.hide_gridlines(2)
        self.extent.grid(columns, width, height)

    def widths(self, first: int, last: int, pixels: int, style: str) -> None:
        """Set the width of some columns."""
        self._sheet.set_column_pixels(first, last, pixels, self._book.style(style))
        self.extent.width(first, last, pixels)

    def height(self, row: int, pixels: int) -> None:
        """Set the height of a row."""
        self._sheet.set_row_pixels(row, pixels)
        self.extent.height(row, pixels)

    def freeze(self, row: int, column: int) -> None:
        """Keep the rows above and the columns left of a cell in view."""
        self._sheet.freeze_panes(row, column)

    def zoom(self, percent: int) -> None:
        """Set the zoom that the sheet opens with."""
        self._sheet.set_zoom(percent)

    def colours(self, regions: Sequence[Region], scale: Properties) -> None:
        """Colour all these regions by one scale."""
        self._sheet.conditional_format(
            *regions[0].area,
            {**scale, "multi_range": " ".join(range_a1(region.area) for region in regions)},
        )

    def highlight_equal(self, regions: Sequence[Region], text: str, style: str) -> None:
        """Give another style to cells that hold a text."""
        self._formatted(regions, {"type": "cell", "criteria": "==", "value": f'"{text}"'}, style)

    def highlight_where(self, regions: Sequence[Region], formula: str, style: str) -> None:
        """Give another style to cells where a formula holds, spelled for the first of them."""
        self._formatted(regions, {"type": "formula", "criteria": formula}, style)

    def highlight_top(self, regions: Sequence[Region], count: int, style: str) -> None:
        """Give another style to the largest numbers of all these regions."""
        self._formatted(regions, {"type": "top", "value": count}, style)

    def _formatted(self, regions: Sequence[Region], rule: Properties, style: str) -> None:
        areas = " ".join(range_a1(region.area) for region in regions)
        options = {**rule, "format": self._book.style(style), "multi_range": areas}
        self._sheet.conditional_format(*regions[0].area, options)

    def dropdown(self, region: Region, choices: Sequence[str] | str, title: str, message: str) -> None:
        """Offer a list in a cell: some texts, or what the region of a name holds; all else is refused."""
        source = f"={choices}" if isinstance(choices, str) else list(choices)
        self._validated(region, {"validate": "list", "source": source}, title, message, refuse=True)

    def number_validation(
        self, region: Region, low: float, high: float, title: str, message: str, *, refuse: bool = False
    ) -> None:
        """Accept only numbers of a range in a region; anything else is asked about, or refused."""
        rule = {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high}
        self._validated(region, rule, title, message, refuse=refuse)

    def _validated(self, region: Region, rule: Properties, title: str, message: str, *, refuse: bool) -> None:
        """Say what is allowed when something else was typed; for one cell by itself, also when it is selected.

        In a grid to draw on, a message at every cell would hide the cells beside it.
        """
        words = {"error_title": title, "error_message": message}
        if region.rows == region.columns == 1:
            words |= {"input_title": title, "input_message": message}
        kind = "stop" if refuse else "warning"
        self._sheet.data_validation(*region.area, {**rule, **words, "error_type": kind})

    def bar_chart(
        self, cell: tuple[int, int], size: tuple[int, int], labels: Region, values: Region, looks: Properties
    ) -> None:
        """Draw a bar chart of one region's values over another's labels, size in pixels."""
        chart = self._book.chart({"type": "column"})
        series = {
            "categories": [labels.sheet, *labels.area],
            "values": [values.sheet, *values.area],
            **looks["series"],
        }
        chart.add_series(series)
        chart.set_title(looks["title"])
        chart.set_x_axis(looks["x_axis"])
        chart.set_y_axis(looks["y_axis"])
        chart.set_legend({"none": True})
        chart.set_size({"width": size[0], "height": size[1]})
        self.extent.picture(cell, *size)
        self._sheet.insert_chart(*cell, chart, {"description": looks["description"], "object_position": 3})

    def line_chart(
        self,
        cell: tuple[int, int],
        size: tuple[int, int],
        x: Region,
        curves: Mapping[str, Region],
        looks: Properties,
        points: Mapping[str, tuple[Region, Region]] = MappingProxyType({}),
    ) -> None:
        """Draw smooth curves, each by its name over the same x, and points, by name, size in pixels."""
        chart = self._book.chart({"type": "scatter", "subtype": "smooth"})
        for name, y in curves.items():
            places = {"categories": [x.sheet, *x.area], "values": [y.sheet, *y.area]}
            chart.add_series({"name": name, **places, **looks["series"].get(name, {})})
        for name, (across, up) in points.items():
            places = {"categories": [across.sheet, *across.area], "values": [up.sheet, *up.area]}
            chart.add_series({"name": name, **places, **looks["points"]})
        chart.set_title(looks["title"])
        chart.set_x_axis(looks["x_axis"])
        chart.set_y_axis(looks["y_axis"])
        chart.set_legend({"position": "bottom"} if len(curves) + len(points) > 1 else {"none": True})
        chart.set_size({"width": size[0], "height": size[1]})
        self.extent.picture(cell, *size)
        self._sheet.insert_chart(*cell, chart, {"description": looks["description"], "object_position": 3})

    def note(self, cell: tuple[int, int], text: str) -> None:
        """Attach a note that shows when the mouse is over a cell."""
        self._sheet.write_comment(*cell, text, {"author": "sheetcnn", "x_scale": 1.6, "font_size": 9})

    def print_whole(
        self, titles: tuple[int, int] | None = None, *, landscape: bool = True, one_page: bool = False
    ) -> None:
        """Print all that is there one page wide, or on one page, with title rows on every page."""
        self._print(titles, landscape=landscape)
        self._sheet.fit_to_pages(1, int(one_page))

    def print_areas(
        self, areas: Sequence[Range], titles: tuple[int, int], scale: int, *, landscape: bool
    ) -> None:
        """Print several areas, each from a new page on, with title rows on every page."""
        self._print(titles, landscape=landscape)
        self._sheet.set_print_scale(scale)
        quoted = quoted_sheet(self.name)
        printed = (f"{quoted}!{range_a1(area, absolute=True)}" for area in areas)
        self._sheet.print_area_range = ",".join(printed)  # XlsxWriter has a method for a single area only

    def _print(self, titles: tuple[int, int] | None, *, landscape: bool) -> None:
        if landscape:
            self._sheet.set_landscape()
        self._sheet.set_paper(_A4)
        self._sheet.set_margins(SIDE_MARGIN, SIDE_MARGIN, TOP_MARGIN, BOTTOM_MARGIN)
        self._sheet.set_footer("&L&A&R&P / &N", {"margin": SIDE_MARGIN})
        if titles is not None:
            self._sheet.repeat_rows(*titles)

    def finish(self) -> None:
        """Say what is printed, unless that was said, and what Excel is not to wonder about."""
        if not self._sheet.print_area_range:
            self._sheet.print_area(*self.extent.used)
        expected = {"number_stored_as_text": " ".join(self._numerals)}
        if self._formulas:  # each is compared with its neighbours, also where another region begins
            together = range_a1(around(self._formulas))
            expected |= {"formula_differs": together, "formula_range": together}
        self._sheet.ignore_errors({why: where for why, where in expected.items() if where})


class BookWriter:
    """A workbook to be written.

    Args:
        styles: the properties of each style by its name, in XlsxWriter's words.
        properties: the document's title, author and comments.
    """

    def __init__(self, styles: Mapping[str, Properties], properties: Mapping[str, str]) -> None:
        self._buffer = BytesIO()
        self._book = Workbook(self._buffer, {"in_memory": True})
        self._book.set_properties({**properties, "created": _NO_DATE})
        self._book.set_calc_mode("auto")
        self._properties = styles
        self._formats: dict[str, Format] = {}
        self._sheets: list[SheetWriter] = []

    def sheet(self, name: str) -> SheetWriter:
        """Add a sheet."""
        sheet = SheetWriter(self, self._book.add_worksheet(name, worksheet_class=BlockSheet))
        self._sheets.append(sheet)
        return sheet

    @property
    def sheets(self) -> list[str]:
        """The names of all sheets that are there so far."""
        return [str(sheet.name) for sheet in self._book.worksheets()]

    def name(self, region: Region) -> None:
        """Make a region's name known in the whole workbook."""
        self._book.define_name(region.name, f"={region.address}")

    def style(self, name: str) -> Format:
        """Return a style by its name."""
        if name not in self._formats:
            self._formats[name] = self._book.add_format(dict(self._properties[name]))
        return self._formats[name]

    def looks(self, name: str) -> Properties:
        """Return the properties of a style."""
        return self._properties[name]

    def chart(self, kind: Properties) -> Any:
        """Return a new chart."""
        return self._book.add_chart(kind)

    @cached_property
    def content(self) -> bytes:
        """The finished workbook; nothing can be added after."""
        for sheet in self._sheets:
            sheet.finish()
        self._book.close()
        return self._buffer.getvalue()


def _addresses(region: Region) -> Iterable[list[str]]:
    letters = [column_letters(region.left + j * region.step) for j in range(region.columns)]
    for i in range(region.rows):
        row = str(region.top + i * region.step + 1)
        yield [column + row for column in letters]


def _escaped(text: str) -> str:
    if "&" in text or "<" in text or ">" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def _all_escaped(texts: Sequence[str]) -> Sequence[str]:
    together = "".join(texts)  # most rows have nothing to escape, which is seen at once
    return texts if _escaped(together) is together else [_escaped(text) for text in texts]


def _openings(row_at: Sequence[str], array: bool) -> list[str]:
    return [f'<f t="array" ref="{at}">' for at in row_at] if array else ["<f>"] * len(row_at)
