"""The sheet `Model`: which network the workbook holds. People read it, and so does verify."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from sheetcnn.errors import SpecError
from sheetcnn.excel.limits import MAX_VALUES
from sheetcnn.excel.region import Region
from sheetcnn.network.network import Network, count_parameters
from sheetcnn.network.stages import STAGES, Shape, Stage
from sheetcnn.network.template import Template
from sheetcnn.workbook.formula_block import FormulaBlock

if TYPE_CHECKING:
    from sheetcnn.excel.writer import SheetWriter  # brings XlsxWriter, and verify reads this table
    from sheetcnn.workbook.sheet import LessonSheet

SHEET = "Model"
HEADS = ("stage", "kind", "filters", "kernel", "stride", "shape", "parameters", "formulas", "bias")
MORE_HEADS = (*HEADS, "padding")
"""With what only some networks need."""
_NUMBERS = ("filters", "kernel", "stride", "parameters", "formulas")
NO_PAGES, BIAS = "none", "yes"
_TOP, _LEFT = 3, 0
_HEAD_OF = {"outputs": "filters", "window": "kernel"}
"""In which column a setting stands whose name is no head: a dense stage's outputs are its filters, a pool's window
is its kernel. A pool's stride is written out, also where it is the window's size."""


def draw(
    sheet: SheetWriter, template: Template, shown: Sequence[FormulaBlock], pages: Sequence[LessonSheet] = ()
) -> None:
    """Write the table, and below it how the weights were found."""
    sheet.text((0, 0), "The network in this workbook", "title")
    sheet.text(
        (1, 0),
        "The command sheetcnn verify reads this table: it says which formula belongs in each cell.",
        "subtitle",
    )
    for column, pixels in enumerate((90, 90, 60, 60, 60, 120, 90, 90, 60)):
        sheet.widths(column, column, pixels, "plain")
    heads = _heads(template.network)
    for column, head in enumerate(heads):
        sheet.text((_TOP, _LEFT + column), head, _head_style(head))
    rows = table(template.network, shown)
    for offset, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            cell = (_TOP + offset, _LEFT + column)
            if isinstance(value, int):
                sheet.number(cell, value, "model_number")
            elif value:
                sheet.text(cell, value, "model_shape" if heads[column] == "shape" else "model_text")
    _, name, sheets = regions(template.network)
    sheet.text((name.top, _LEFT), "template", "model_bold")
    sheet.text((name.top, name.left), template.name, "model_text")
    sheet.text((sheets.top, _LEFT), "pages", "model_bold")
    sheet.text((sheets.top, sheets.left), ", ".join(page.sheet for page in pages) or NO_PAGES, "model_text")
    below = sheets.top + 2
    for offset, line in enumerate([*_provenance(template), *_folded(template)]):
        sheet.text((below + offset, 0), line, "model_text")
    sheet.print_whole()


def _heads(network: Network) -> tuple[str, ...]:
    needed = {head for stage in network.stages for head in _settings(stage)}
    return HEADS if needed <= set(HEADS) else MORE_HEADS


def _head_style(head: str) -> str:
    if head in _NUMBERS:
        return "model_head_right"
    return "model_head_shape" if head == "shape" else "model_head"


def regions(network: Network) -> tuple[Region, Region, Region]:
    """Return where the table's rows stand, the name of the template, and the names of the pages."""
    table = Region("model", SHEET, _TOP + 1, _LEFT, len(network.layers) + 1, len(_heads(network)))
    below = table.area.bottom + 2
    return (
        table,
        Region("template", SHEET, below, _LEFT + 1, 1, 1),
        Region("pages", SHEET, below + 1, _LEFT + 1, 1, 1),
    )


def table(network: Network, shown: Sequence[FormulaBlock]) -> list[tuple[str | int, ...]]:
    """Return the table's rows: the input, then each stage."""
    counts: Counter[str] = Counter()
    for block in shown:
        counts[block.stage] += sum(region.rows * region.columns for region in block.regions)
    rows: list[dict[str, str | int]] = [
        {"stage": "input", "kind": "input", "shape": shape_text(network.input_shape)}
    ]
    for layer in network.layers:
        named = {"stage": layer.name, "kind": layer.stage.kind, "shape": shape_text(layer.out_shape)}
        weights = layer.weight_shape
        counted = {"parameters": count_parameters([weights])} if weights else {}
        rows.append({**named, **_settings(layer.stage), **counted, "formulas": counts[layer.name]})
    heads = _heads(network)
    return [tuple(row.get(head, "") for head in heads) for row in rows]


def _settings(stage: Stage) -> dict[str, str | int]:
    """Return a stage's settings by the column that they stand in, without those that are off."""
    settings = asdict(stage)  # type: ignore[call-overload]  # every stage is a dataclass
    return {
        _HEAD_OF.get(name, name): BIAS if value is True else value
        for name, value in settings.items()
        if value
    }


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
    if count_parameters(shapes) > MAX_VALUES:
        raise SpecError(f"the table on the sheet {SHEET} describes more than {MAX_VALUES:,} cells")
    return network


def shape_text(shape: Shape) -> str:
    """Return a shape as the table spells it: 2 × 26 × 26."""
    return " × ".join(map(str, shape))


def _shape(text: str) -> Shape:
    return tuple(_whole(side) for side in text.split("×"))


def _stage(row: Sequence[Any]) -> Stage:
    kind: Callable[..., Stage] = STAGES[str(row[1])]
    cells = dict(zip(MORE_HEADS, row, strict=False))
    settings = {}
    for setting in fields(kind):  # type: ignore[arg-type]  # every stage is a dataclass
        read: Callable[[Any], Any] = _READ.get(setting.name, _whole)
        settings[setting.name] = read(cells.get(_HEAD_OF.get(setting.name, setting.name)))
    return kind(**settings)


def _whole(value: Any) -> int:
    number = int(value)
    if number < 1 or number != float(value):
        raise ValueError(f"{value} is no whole number from 1")
    return number


_READ: Mapping[str, Callable[[Any], Any]] = {
    "bias": lambda value: str(value) == BIAS,
    "padding": lambda value: value if value == "same" else _whole(value) if value else 0,
}
"""How settings are read that are no whole numbers from 1."""


def _provenance(template: Template) -> list[str]:
    training = template.training
    if not training:
        given = f"The weights come from the file {template.file}, which does not say how they were found."
        return [template.title, given if template.file else "The weights were chosen by hand."]
    return [
        template.title,
        f"Trained on MNIST; reads {training['accuracy']:.2%} of the 10,000 test images right.",
    ]


def _folded(template: Template) -> list[str]:
    names = template.folded_batchnorm
    if not names:
        return []
    return [f"Batch normalisation is folded into the weights and biases of {', '.join(names)}."]
