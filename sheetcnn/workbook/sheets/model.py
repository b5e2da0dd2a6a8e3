"""The sheet `Model`: which network the workbook holds. People read it, and so does verify."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sheetcnn.errors import SpecError
from sheetcnn.excel.limits import MAX_VALUES
from sheetcnn.excel.region import Region
from sheetcnn.network.network import Network, count_parameters
from sheetcnn.network.stages import STAGES, Shape, Stage
from sheetcnn.network.stages.settings import whole_from_cell
from sheetcnn.network.template import Template
from sheetcnn.workbook.decoration import Decoration, Number, PrintWhole, Text, Widths
from sheetcnn.workbook.formula_block import FormulaBlock
from sheetcnn.workbook.spec import WorkbookSpec

SHEET = "Model"
HEADS = ("stage", "kind", "filters", "kernel", "stride", "shape", "parameters", "formulas", "bias")
_NUMBERS = ("filters", "kernel", "stride", "parameters", "formulas")
NO_PAGES = "none"
_TOP, _LEFT = 3, 0


def decorate(spec: WorkbookSpec, template: Template) -> Iterator[Decoration]:
    """Yield the table, and below it how the weights were found."""
    yield Text((0, 0), "The network in this workbook", "title")
    yield Text(
        (1, 0),
        "The command sheetcnn verify reads this table: it says which formula belongs in each cell.",
        "subtitle",
    )
    for column, pixels in enumerate((90, 90, 60, 60, 60, 120, 90, 90, 60)):
        yield Widths(column, column, pixels, "plain")
    heads = _heads(template.network)
    for column, head in enumerate(heads):
        yield Text((_TOP, _LEFT + column), head, _head_style(head))
    rows = table(template.network, spec.blocks)
    for offset, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            cell = (_TOP + offset, _LEFT + column)
            if isinstance(value, (int, float)):
                yield Number(cell, value, "model_number")
            elif value:
                yield Text(cell, value, "model_shape" if heads[column] == "shape" else "model_text")
    _, name, sheets = regions(template.network)
    yield Text((name.top, _LEFT), "template", "model_bold")
    yield Text((name.top, name.left), template.name, "model_text")
    yield Text((sheets.top, _LEFT), "pages", "model_bold")
    yield Text(
        (sheets.top, sheets.left), ", ".join(sheet.sheet for sheet in spec.sheets) or NO_PAGES, "model_text"
    )
    below = sheets.top + 2
    for offset, line in enumerate([*_provenance(template), *_folded(template)]):
        yield Text((below + offset, 0), line, "model_text")
    yield PrintWhole()


def more_heads() -> tuple[str, ...]:
    """Return the columns that there can be: behind those that are always there, what only some stages need."""
    columns = [each.column for stage in STAGES.values() for each in stage.settings()]
    return tuple(dict.fromkeys((*HEADS, *columns)))


def _heads(network: Network) -> tuple[str, ...]:
    """Return the columns up to the last that a network needs: each stands at the same place in every workbook."""
    heads = more_heads()
    needed = {head for stage in network.stages for head in _settings(stage)}
    return heads[: max(len(HEADS), *(heads.index(head) + 1 for head in needed))] if needed else HEADS


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


def table(network: Network, blocks: Sequence[FormulaBlock]) -> list[tuple[str | int | float, ...]]:
    """Return the table's rows: the input, then each stage."""
    counts: Counter[str] = Counter()
    for block in blocks:
        counts[block.stage] += sum(region.rows * region.columns for region in block.regions)
    rows: list[dict[str, str | int | float]] = [
        {"stage": "input", "kind": "input", "shape": shape_text(network.input_shape)}
    ]
    for layer in network.layers:
        named = {"stage": layer.name, "kind": layer.stage.kind, "shape": shape_text(layer.out_shape)}
        weights = layer.weight_shape
        counted = {"parameters": count_parameters([weights])} if weights else {}
        rows.append({**named, **_settings(layer.stage), **counted, "formulas": counts[layer.name]})
    heads = _heads(network)
    return [tuple(row.get(head, "") for head in heads) for row in rows]


def _settings(stage: Stage) -> dict[str, str | int | float]:
    """Return a stage's settings by the column that they stand in, without those that are off."""
    values = stage.setting_values()
    return {
        each.column: each.kind.to_cell(values[each.name]) for each in stage.settings() if values[each.name]
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
    return tuple(whole_from_cell(side) for side in text.split("×"))


def _stage(row: Sequence[Any]) -> Stage:
    kind: Callable[..., Stage] = STAGES[str(row[1])]
    cells = dict(zip(more_heads(), row, strict=False))
    settings = STAGES[str(row[1])].settings()
    return kind(**{each.name: each.kind.from_cell(cells.get(each.column)) for each in settings})


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
