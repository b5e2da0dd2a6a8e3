"""Renders a workbook: from data to the bytes of a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sheetcnn.digits.digit import Digit
from sheetcnn.excel.writer import BookWriter
from sheetcnn.network.template import Template
from sheetcnn.workbook import styles
from sheetcnn.workbook.decoration import Note, PlacedDecoration
from sheetcnn.workbook.design import design, first_values
from sheetcnn.workbook.formula_block import RegionValues
from sheetcnn.workbook.prediction import Prediction, prediction
from sheetcnn.workbook.sheet import Drawing, LessonSheet
from sheetcnn.workbook.sheets import model, published
from sheetcnn.workbook.sheets.network import NetworkSheet
from sheetcnn.workbook.spec import WorkbookSpec


@dataclass(frozen=True)
class RenderedWorkbook:
    """A workbook, finished.

    Attributes:
        content: the file's bytes.
        formulas: how many formula cells it holds.
        prediction: what it reads.
    """

    content: bytes
    formulas: int
    prediction: Prediction


def render_workbook(template: Template, digit: Digit, sheets: Sequence[LessonSheet] = ()) -> RenderedWorkbook:
    """Return the workbook in which a template's network reads a digit.

    Args:
        template: the network with its weights.
        digit: what it reads first.
        sheets: the sheets beside the network's own.

    Raises:
        SpecError: the digit does not have the shape of the network's input, the label is no class, Excel has no room
            for the network, or a cell would hold a number that is not finite.
    """
    spec = design(template, sheets)
    values = first_values(spec, template, digit)
    book = BookWriter(
        styles.STYLES, {"title": template.title, "author": "sheetcnn", "comments": "Made by sheetcnn."}
    )
    writers = {name: book.sheet(name) for name in sheet_names(spec, template)}
    for name, decoration in decorations(spec, template, values):
        decoration.write(writers[name])
    for region in (*spec.layout.regions, *model.regions(spec.network)):
        book.name(region)
    formulas = sum(region.rows * region.columns for block in spec.blocks for region in block.regions)
    return RenderedWorkbook(book.content, formulas, prediction(values))


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
    for sheet in spec.sheets:
        if type(sheet).declare is LessonSheet.declare:
            yield sheet.sheet, _Legacy(sheet, template, spec, values)
            continue
        drawing = Drawing(spec.declared[sheet.sheet], template, spec.layout, values, names)
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


class _Legacy:
    def __init__(self, *args):  # type: ignore
        self.args = args

    def write(self, writer):  # type: ignore
        sheet, template, spec, values = self.args
        sheet.draw(writer, template, spec.layout, spec.blocks, values)
