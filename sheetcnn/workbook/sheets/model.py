"""The sheet `Model`: which network the workbook holds. People read it, and so does verify."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sheetcnn.errors import SpecError
from sheetcnn.excel.cells import Region
from sheetcnn.network.network import Network, count_parameters
from sheetcnn.network.stages import STAGES, Shape, Stage
from sheetcnn.network.templates import Template
from sheetcnn.workbook.exhibits import Exhibit

if TYPE_CHECKING:
    from sheetcnn.excel.write import SheetWriter  # brings XlsxWriter, and verify reads this table
    from sheetcnn.workbook.page import Page

SHEET = "Model"
HEADS = ("stage", "kind", "filters", "kernel", "stride", "shape", "parameters", "formulas", "bias")
_NUMBERS = ("filters", "kernel", "stride", "parameters", "formulas")
NO_PAGES, BIAS = "none", "yes"
_TOP, _LEFT = 3, 0
MAX_CELLS = 2_000_000  # what a table may describe: as many cells as are read
_SETTINGS = {"filters": (2,), "outputs": (2,), "kernel": (3,), "window": (3,), "stride": (4,)}
"""In which columns each setting of a stage stands: a dense stage's outputs are its filters, a pool's window
is its kernel. A pool's stride is written out, also where it is the window's size."""


def draw(
    sheet: SheetWriter, template: Template, shown: Sequence[Exhibit], pages: Sequence[Page] = ()
) -> None:
    """Write the table, and below it how the weights were found."""
    sheet.text((0, 0), "The network in this workbook", "title")
    sheet.text((1, 0), "sheetcnn verify reads this table to know what every formula has to be.", "subtitle")
    for column, pixels in enumerate((90, 90, 60, 60, 60, 120, 90, 90, 60)):
        sheet.widths(column, column, pixels, "plain")
    for column, head in enumerate(HEADS):
        sheet.text((_TOP, _LEFT + column), head, _head_style(head))
    rows = table(template.network, shown)
    for offset, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            cell = (_TOP + offset, _LEFT + column)
            if isinstance(value, int):
                sheet.number(cell, value, "model_number")
            elif value:
                sheet.text(cell, value, "model_shape" if HEADS[column] == "shape" else "model_text")
    _, name, sheets = regions(template.network)
    sheet.text((name.top, _LEFT), "template", "model_bold")
    sheet.text((name.top, name.left), template.name, "model_text")
    sheet.text((sheets.top, _LEFT), "pages", "model_bold")
    sheet.text((sheets.top, sheets.left), ", ".join(page.sheet for page in pages) or NO_PAGES, "model_text")
    below = sheets.top + 2
    for offset, line in enumerate(_provenance(template)):
        sheet.text((below + offset, 0), line, "model_text")
    sheet.print_setup(Region("", "", 0, 0, below + 8, len(HEADS)).area, None)


def _head_style(head: str) -> str:
    if head in _NUMBERS:
        return "model_head_right"
    return "model_head_shape" if head == "shape" else "model_head"


def regions(network: Network) -> tuple[Region, Region, Region]:
    """Return where the table's rows stand, the name of the template, and the names of the pages."""
    table = Region("model", SHEET, _TOP + 1, _LEFT, len(network.layers) + 1, len(HEADS))
    below = table.area.bottom + 2
    return (
        table,
        Region("template", SHEET, below, _LEFT + 1, 1, 1),
        Region("pages", SHEET, below + 1, _LEFT + 1, 1, 1),
    )


def table(network: Network, shown: Sequence[Exhibit]) -> list[tuple[str | int, ...]]:
    """Return the table's rows: the input, then each stage."""
    rows: list[tuple[str | int, ...]] = [
        ("input", "input", "", "", "", shape_text(network.input_shape), "", "", "")
    ]
    counts: Counter[str] = Counter()
    for exhibit in shown:
        counts[exhibit.stage] += sum(region.rows * region.columns for region in exhibit.regions)
    for layer in network.layers:
        settings: list[str | int] = ["", "", ""]
        stage = asdict(layer.stage)  # type: ignore[call-overload]  # all are dataclasses
        bias = BIAS if stage.pop("bias", False) else ""
        for setting, value in stage.items():
            for column in _SETTINGS[setting]:
                settings[column - 2] = value
        weights = layer.weight_shape
        parameters: str | int = count_parameters([weights]) if weights else ""
        rows.append(
            (
                layer.name,
                layer.stage.kind,
                *settings,
                shape_text(layer.out_shape),
                parameters,
                counts[layer.name],
                bias,
            )
        )
    return rows


def network_from(rows: Sequence[Sequence[Any]], classes: Sequence[str]) -> Network:
    """Return the network that a table describes.

    Args:
        rows: the table's rows as read from a workbook, None for an empty cell.
        classes: the label of each output.

    Raises:
        SpecError: the table does not describe a network.
    """
    first, *others = rows
    try:
        input_shape = _shape(str(first[5]))
        network = Network(input_shape, tuple(_stage(row) for row in others), tuple(classes))
    except (TypeError, ValueError, KeyError, IndexError, OverflowError) as error:
        raise SpecError(f"the table on the sheet {SHEET} does not describe a network ({error})") from error
    shapes = [input_shape, *(layer.out_shape for layer in network.layers), *network.weight_shapes.values()]
    if count_parameters(shapes) > MAX_CELLS:
        raise SpecError(f"the table on the sheet {SHEET} describes more than {MAX_CELLS:,} cells")
    return network


def shape_text(shape: Shape) -> str:
    """Return a shape as the table spells it: 2 × 26 × 26."""
    return " × ".join(map(str, shape))


def _shape(text: str) -> Shape:
    return tuple(_whole(side) for side in text.split("×"))


def _stage(row: Sequence[Any]) -> Stage:
    kind = STAGES[str(row[1])]
    names = getattr(kind, "__dataclass_fields__", {})
    settings: dict[str, int] = {name: _whole(row[_SETTINGS[name][0]]) for name in names if name in _SETTINGS}
    if "bias" in names:
        settings["bias"] = str(row[HEADS.index("bias")]) == BIAS
    return kind(**settings)


def _whole(value: Any) -> int:
    number = int(value)
    if number < 1 or number != float(value):
        raise ValueError(f"{value} is no whole number from 1")
    return number


def _provenance(template: Template) -> list[str]:
    training = template.training
    if not training:
        return [template.title, "The weights are set by hand."]
    return [
        template.title,
        f"Trained on MNIST; reads {training['accuracy']:.2%} of the 10,000 test images right.",
    ]
