"""A sheet on which a template says where everything stands, such as fast.ai's `conv-example`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sheetcnn.excel.paper import Paper
from sheetcnn.network.template import Template
from sheetcnn.workbook import styles
from sheetcnn.workbook.decoration import (
    ColourScale,
    Constants,
    Decoration,
    Formulas,
    PrintStages,
    Text,
    Widths,
    cell_by_cell,
)
from sheetcnn.workbook.formula_block import RegionValues
from sheetcnn.workbook.layout import TRUTH
from sheetcnn.workbook.spec import WorkbookSpec

_STYLES = {
    "input": "published_input",
    "dense1": "published_score",
    "shifted": "published_score",
    "maximum": "published_score",
    "probabilities": "published_probability",
    "answer": "published_title",
    "answer_beside_input": "published_title",
    "verdict": "published_title",
    "truth": "published_title",
}


def decorate(
    spec: WorkbookSpec, template: Template, values: Mapping[str, RegionValues]
) -> Iterator[Decoration]:
    """Yield the whole sheet: numbers, formulas, the template's texts, and colours."""
    layout = spec.layout
    for area, width in template.widths.items():
        yield Widths(area.left, area.right, styles.pixels(width), "published")
    for cell, text in template.texts.items():
        yield Text(cell, text, "published_note" if cell.row == 1 else "published_title")
    blocks = {region.name: block for block in spec.blocks for region in block.regions}
    for region in (region for region in layout.regions if region.sheet == template.sheet):
        style, held = _STYLES.get(region.name, "published"), values[region.name].tolist()
        if (block := blocks.get(region.name)) is not None:
            yield Formulas(block, region, held, style)
        elif region is layout.classes or region.name == TRUTH.name:
            yield from cell_by_cell(region, held, style)
        else:
            yield Constants(region, held, style)
    for regions in [layout.inputs, *(layout.tensor(layer.name) for layer in template.network.layers)]:
        if regions[0].columns > 1:
            yield ColourScale(regions, styles.as_published())
    yield PrintStages(layout, Paper(landscape=True, scale=110), 0, "published_title")
