"""A sheet on which a template says where everything stands, such as fast.ai's `conv-example`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sheetcnn.excel.paper import Paper
from sheetcnn.network.template import Template
from sheetcnn.workbook import styles as looks
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues
from sheetcnn.workbook.layout import TRUTH, Layout
from sheetcnn.workbook.printing import print_stages

if TYPE_CHECKING:
    from sheetcnn.excel.writer import SheetWriter

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


def draw(
    sheet: SheetWriter,
    template: Template,
    layout: Layout,
    shown: Sequence[FormulaBlock],
    values: Mapping[str, RegionValues],
) -> None:
    """Write the whole sheet: numbers, formulas, the template's texts, and colours."""
    for area, width in template.widths.items():
        sheet.widths(area.left, area.right, looks.pixels(width), "published")
    for cell, text in template.texts.items():
        sheet.text(cell, text, "published_note" if cell.row == 1 else "published_title")
    formulas = {region.name: exhibit for exhibit in shown for region in exhibit.regions}
    for region in (region for region in layout.regions if region.sheet == template.sheet):
        style = _STYLES.get(region.name, "published")
        block = values[region.name].tolist()
        if (exhibit := formulas.get(region.name)) is not None:
            sheet.formulas(region, exhibit.formulas(region), block, style, array=exhibit.array)
        elif region is layout.classes or region.name == TRUTH.name:
            for (label,), cell in zip(block, region.cells(), strict=True):
                write = sheet.text if isinstance(label, str) else sheet.number
                write(cell, label, style)
        else:
            sheet.numbers(region, block, style)
    for regions in [layout.inputs, *(layout.tensor(layer.name) for layer in template.network.layers)]:
        if regions[0].columns > 1:
            sheet.colours(regions, looks.as_published())
    print_stages(sheet, layout, Paper(landscape=True, scale=110), 0, "published_title")
