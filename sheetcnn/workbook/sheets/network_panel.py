"""The panel beside the network: what is read, what it shows, the answer, and how to read the sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sheetcnn.excel.region import Region
from sheetcnn.workbook import styles
from sheetcnn.workbook.decoration import (
    BarChart,
    Blank,
    Constants,
    Decoration,
    Dropdown,
    Link,
    Number,
    Text,
    WideText,
    cell_by_cell,
)
from sheetcnn.workbook.formula_block import RegionValues
from sheetcnn.workbook.layout import CHOICE, PANEL_COLUMNS, TITLE_ROWS, TRUTH, Layout
from sheetcnn.workbook.sheets.draw import SHEET as DRAW

_WAY = {
    True: ("Choose another digit, or change a weight, and", "watch the answer. Every black number is a"),
    False: ("Change any blue number, a pixel or a weight,", "and watch the answer. Every black number is a"),
}
"""What to do, where there is a list of digits and where there is none."""
_HINTS = (
    "formula: click one to see what it reads.",
    "",
    "Excel: Formulas, Trace Precedents.",
    "LibreOffice: Tools, Detective.",
)
_LEGEND = (
    ("input_whole", "a number that you may change"),
    ("activation_whole", "a formula"),
    ("legend_answer", "the answer"),
)
_CHART_ROWS = 11


def panel(layout: Layout, probabilities: Region, values: Mapping[str, RegionValues]) -> Iterator[Decoration]:
    """Yield the panel.

    Args:
        layout: where every region stands.
        probabilities: what the chart shows.
        values: what each region holds.
    """
    chooses = "choices" in layout.extra
    yield Blank(Region("", "", TITLE_ROWS - 1, 0, 1, PANEL_COLUMNS - 1).area, "heading_line")
    yield Text((TITLE_ROWS - 1, 0), "What it reads", "heading")
    yield from _choice(layout, values) if chooses else _truth(layout, values)
    width = (PANEL_COLUMNS - 1) * styles.CELL_PIXELS
    row = layout.readout["confidence"].top + 2
    yield BarChart((row, 0), (width, 220), layout.labels, probabilities, styles.probability_chart("class"))
    row += _CHART_ROWS
    for offset, (style, words) in enumerate(_LEGEND):
        yield Number((row + offset, 0), 1, style)
        yield Text((row + offset, 1), words, "legend")
    lines = ["Blue is below 0, white is 0, red is above.", "", *_WAY[chooses], *_HINTS]
    for offset, line in enumerate(lines, start=len(_LEGEND) + 1):
        yield Text((row + offset, 0), line, "note")


def _truth(layout: Layout, values: Mapping[str, RegionValues]) -> Iterator[Decoration]:
    """Yield what the input shows, as a cell that may be changed."""
    truth = layout.extra[TRUTH.name]
    yield Text((truth.top, 0), "It shows a", "legend_plain")
    yield from cell_by_cell(truth, values[truth.name].tolist(), "truth")


def _choice(layout: Layout, values: Mapping[str, RegionValues]) -> Iterator[Decoration]:
    """Yield the list of digits to choose from."""
    choice = layout.extra[CHOICE.name]
    yield Text((layout.extra[TRUTH.name].top, 0), "It shows a", "legend_plain")
    wide = Region("", "", choice.top, 0, 1, PANEL_COLUMNS - 1)
    yield WideText(wide, values[choice.name].item(), "choice")
    yield Dropdown(choice, "choices", "The digit to read", "Choose one of the names in the list.")
    yield Text((choice.top + 1, 0), "choose above, or", "legend_plain")
    yield Link((choice.top + 1, 5), f"{DRAW}!B7", "draw your own", "link")
    for name in ("pixel_rows", "pixel_columns"):
        yield Constants(layout.extra[name], values[name].tolist(), "ruler")
