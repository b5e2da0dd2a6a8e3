"""What a sheet shows beside its regions, as data: texts, links, charts, colour scales, dropdowns, widths, pages.

A sheet yields these; nothing is written before the renderer asks each to write itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from sheetcnn.excel.addresses import Range
from sheetcnn.excel.paper import Paper
from sheetcnn.excel.region import Region
from sheetcnn.workbook.formula_block import FormulaBlock
from sheetcnn.workbook.layout import Layout
from sheetcnn.workbook.printing import print_stages
from sheetcnn.workbook.styles import STYLES

if TYPE_CHECKING:
    from sheetcnn.excel.writer import SheetWriter

CellAt: TypeAlias = tuple[int, int]
"""Row and column, from zero."""


class Decoration(Protocol):
    """One thing that stands on a sheet."""

    def write(self, sheet: SheetWriter) -> None:
        """Write it."""


PlacedDecoration: TypeAlias = tuple[str, Decoration]
"""The name of a sheet, and one thing that stands on it."""


@dataclass(frozen=True)
class Text:
    """A text, never taken as a formula."""

    cell: CellAt
    text: str
    style: str

    def write(self, sheet: SheetWriter) -> None:
        sheet.text(self.cell, self.text, self.style)


@dataclass(frozen=True)
class Number:
    """One number that nothing reads."""

    cell: CellAt
    value: float
    style: str

    def write(self, sheet: SheetWriter) -> None:
        sheet.number(self.cell, self.value, self.style)


@dataclass(frozen=True, eq=False)
class ConstantsBeside:
    """Numbers of regions that stand side by side without gaps, rows through all of them."""

    regions: Sequence[Region]
    values: Sequence[Sequence[float]]
    style: str

    def write(self, sheet: SheetWriter) -> None:
        sheet.numbers_beside(self.regions, self.values, self.style)


@dataclass(frozen=True, eq=False)
class Constants:
    """The values of a region that no formula computes: numbers as one block, texts cell by cell.

    Attributes:
        empty: the number whose cells are left empty, which reads as 0.
    """

    region: Region
    values: Sequence[Sequence[float | str]]
    style: str
    empty: float | None = None

    def write(self, sheet: SheetWriter) -> None:
        if any(isinstance(value, str) for row in self.values for value in row):
            for each in cell_by_cell(self.region, self.values, self.style):
                each.write(sheet)
        else:
            sheet.numbers(self.region, self.values, self.style, empty=self.empty)  # type: ignore[arg-type]  # all are


def cell_by_cell(
    region: Region, values: Sequence[Sequence[float | str]], style: str
) -> Iterator[Text | Number]:
    """Yield the values of a region as texts and numbers of their own."""
    for cell, value in zip(region.cells(), (value for row in values for value in row), strict=True):
        yield Text(cell, value, style) if isinstance(value, str) else Number(cell, value, style)


@dataclass(frozen=True, eq=False)
class Formulas:
    """The formulas of one region of a block, each with the value that it has."""

    block: FormulaBlock
    region: Region
    values: Sequence[Sequence[float | str | bool]]
    style: str

    def write(self, sheet: SheetWriter) -> None:
        texts = self.block.formulas(self.region)
        sheet.formulas(self.region, texts, self.values, self.style, array=self.block.array)


@dataclass(frozen=True)
class Blank:
    """Cells that have a style and hold nothing."""

    area: Range
    style: str

    def write(self, sheet: SheetWriter) -> None:
        sheet.blank(self.area, self.style)


@dataclass(frozen=True)
class Link:
    """A link to a place in the workbook, such as `Model!A1`."""

    cell: CellAt
    target: str
    text: str
    style: str

    def write(self, sheet: SheetWriter) -> None:
        sheet.link(self.cell, self.target, self.text, self.style)


@dataclass(frozen=True)
class WideText:
    """A text over several cells that are merged."""

    region: Region
    text: str
    style: str

    def write(self, sheet: SheetWriter) -> None:
        sheet.wide_text(self.region, self.text, self.style)


@dataclass(frozen=True)
class FittedText:
    """A text over cells that are merged, in a row as high as its lines are: `room` and `line` in pixels."""

    region: Region
    text: str
    style: str
    room: float
    line: int
    padding: int = 10

    def write(self, sheet: SheetWriter) -> None:
        lines = -(-sheet.extent.measured(self.text, STYLES[self.style]) // self.room)
        sheet.wide_text(self.region, self.text, self.style)
        sheet.height(self.region.top, int(self.line * lines) + self.padding)


@dataclass(frozen=True)
class Grid:
    """The size of all cells in pixels, and how many columns have it."""

    columns: int
    width: int
    height: int
    style: str

    def write(self, sheet: SheetWriter) -> None:
        sheet.grid(self.columns, self.width, self.height, self.style)


@dataclass(frozen=True)
class Widths:
    """The width of some columns, in pixels."""

    first: int
    last: int
    pixels: int
    style: str

    def write(self, sheet: SheetWriter) -> None:
        sheet.widths(self.first, self.last, self.pixels, self.style)


@dataclass(frozen=True)
class Height:
    """The height of a row, in pixels."""

    row: int
    pixels: int

    def write(self, sheet: SheetWriter) -> None:
        sheet.height(self.row, self.pixels)


@dataclass(frozen=True)
class Freeze:
    """The cell whose rows above and columns left stay in view."""

    row: int
    column: int

    def write(self, sheet: SheetWriter) -> None:
        sheet.freeze(self.row, self.column)


@dataclass(frozen=True)
class Zoom:
    """The zoom that a sheet opens with."""

    percent: int

    def write(self, sheet: SheetWriter) -> None:
        sheet.zoom(self.percent)


@dataclass(frozen=True)
class ColourScale:
    """A colour scale over regions; `scale` holds its properties as XlsxWriter's conditional_format takes them."""

    regions: Sequence[Region]
    scale: Mapping[str, Any] = field(hash=False)

    def write(self, sheet: SheetWriter) -> None:
        sheet.colours(self.regions, self.scale)


@dataclass(frozen=True)
class HighlightEqual:
    """Another style for cells that hold a text."""

    regions: Sequence[Region]
    text: str
    style: str

    def write(self, sheet: SheetWriter) -> None:
        sheet.highlight_equal(self.regions, self.text, self.style)


@dataclass(frozen=True)
class HighlightWhere:
    """Another style for cells where a formula holds, spelled for the first of them."""

    regions: Sequence[Region]
    formula: str
    style: str

    def write(self, sheet: SheetWriter) -> None:
        sheet.highlight_where(self.regions, self.formula, self.style)


@dataclass(frozen=True)
class HighlightTop:
    """Another style for the largest numbers of all these regions."""

    regions: Sequence[Region]
    count: int
    style: str

    def write(self, sheet: SheetWriter) -> None:
        sheet.highlight_top(self.regions, self.count, self.style)


@dataclass(frozen=True)
class Dropdown:
    """A list to choose from in a cell: some texts, or what the region of a name holds; all else is refused."""

    region: Region
    choices: Sequence[str] | str
    title: str
    message: str

    def write(self, sheet: SheetWriter) -> None:
        sheet.dropdown(self.region, self.choices, self.title, self.message)


@dataclass(frozen=True)
class NumberValidation:
    """The numbers that a region accepts; anything else is asked about, or refused."""

    region: Region
    low: float
    high: float
    title: str
    message: str
    refuse: bool = False

    def write(self, sheet: SheetWriter) -> None:
        sheet.number_validation(
            self.region, self.low, self.high, self.title, self.message, refuse=self.refuse
        )


@dataclass(frozen=True)
class BarChart:
    """A bar chart of one region's values over another's labels; `size` in pixels."""

    cell: CellAt
    size: tuple[int, int]
    labels: Region
    values: Region
    looks: Mapping[str, Any] = field(hash=False)

    @property
    def reads(self) -> list[Region]:
        """Every region that it shows."""
        return [self.labels, self.values]

    def write(self, sheet: SheetWriter) -> None:
        sheet.bar_chart(self.cell, self.size, self.labels, self.values, self.looks)


@dataclass(frozen=True)
class LineChart:
    """A chart of smooth curves over the same x, by their names, and of points, by name; `size` in pixels."""

    cell: CellAt
    size: tuple[int, int]
    x: Region
    curves: Mapping[str, Region] = field(hash=False)
    looks: Mapping[str, Any] = field(hash=False)
    points: Mapping[str, tuple[Region, Region]] = field(default_factory=dict, hash=False)

    @property
    def reads(self) -> list[Region]:
        """Every region that it shows."""
        return [self.x, *self.curves.values(), *(region for pair in self.points.values() for region in pair)]

    def write(self, sheet: SheetWriter) -> None:
        sheet.line_chart(self.cell, self.size, self.x, self.curves, self.looks, points=self.points)


@dataclass(frozen=True)
class Note:
    """A note that shows when the mouse is over a cell."""

    cell: CellAt
    text: str

    def write(self, sheet: SheetWriter) -> None:
        sheet.note(self.cell, self.text)


@dataclass(frozen=True)
class PrintRows:
    """All that is there, printed one page wide, and title rows on every page.

    Attributes:
        tops: the first row of each page, and the row behind the last one.
        titles: the first and the last of the title rows.
    """

    tops: Sequence[int]
    titles: tuple[int, int]

    def write(self, sheet: SheetWriter) -> None:
        right = sheet.extent.used.right
        areas = [Range(top, 0, below - 1, right) for top, below in pairwise(self.tops)]
        wide, _ = Paper(landscape=True, scale=100).room
        scale = int(100 * wide / sheet.extent.across(0, right))
        sheet.print_areas(areas, self.titles, scale, landscape=True)


@dataclass(frozen=True, eq=False)
class PrintStages:
    """Each stage of a network, printed on pages of its own; see `print_stages`."""

    layout: Layout
    paper: Paper
    titles: int
    style: str
    panel: int = 0

    def write(self, sheet: SheetWriter) -> None:
        print_stages(sheet, self.layout, self.paper, self.titles, self.style, self.panel)


@dataclass(frozen=True)
class PrintWhole:
    """All that is there, printed one page wide or on one page, title rows on every page."""

    titles: tuple[int, int] | None = None
    landscape: bool = True
    one_page: bool = False

    def write(self, sheet: SheetWriter) -> None:
        sheet.print_whole(self.titles, landscape=self.landscape, one_page=self.one_page)
