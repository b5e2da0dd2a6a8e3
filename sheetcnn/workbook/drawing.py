"""All that stands on the sheets of a workbook, as data: the renderer writes it, rules compare a file with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sheetcnn.network.template import Template
from sheetcnn.workbook.decoration import Note, PlacedDecoration
from sheetcnn.workbook.formula_block import RegionValues
from sheetcnn.workbook.sheet import Drawing
from sheetcnn.workbook.sheets import model, published
from sheetcnn.workbook.sheets.network import NetworkSheet
from sheetcnn.workbook.spec import WorkbookSpec


def sheet_names(spec: WorkbookSpec, template: Template) -> list[str]:
    """Return the names of all sheets, in the order of their tabs."""
    own = [spec.layout.inputs[0].sheet] if template.regions else spec.layout.sheets
    return [*own, *(sheet.sheet for sheet in spec.sheets), model.SHEET]


def decorations(
    spec: WorkbookSpec, template: Template, values: Mapping[str, RegionValues]
) -> Iterator[PlacedDecoration]:
    """Yield all that stands on the sheets, in the order in which it is written."""
    names = sheet_names(spec, template)
    if template.regions:
        yield from ((names[0], each) for each in published.decorate(spec, template, values))
    else:
        yield from NetworkSheet(spec.layout.sheets, template, spec, values).decorate()
    summaries = {sheet.sheet: sheet.summary for sheet in spec.sheets}
    for sheet in spec.sheets:
        drawing = Drawing(spec.declared[sheet.sheet], template, spec.layout, values, names, summaries)
        yield from ((sheet.sheet, each) for each in sheet.decorate(drawing))
    yield from ((model.SHEET, each) for each in model.decorate(spec, template))
    if any(sheet.lesson for sheet in spec.sheets):
        yield from _notes(spec)


def _notes(spec: WorkbookSpec) -> Iterator[tuple[str, Note]]:
    """Yield for the first cell of each region of formulas what they do, in words, and the region's shape."""
    for block in spec.blocks:
        for region in block.regions:
            explained = block.explain(region, 0, 0).words
            shape = f"{region.rows} × {region.columns}" if region.rows * region.columns > 1 else "one cell"
            yield region.sheet, Note(region.cell(0, 0), f"{region.name}, {shape}:\n{explained}")
