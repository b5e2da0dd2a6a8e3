"""Renders a workbook: from data to the bytes of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sheetcnn.digits.digit import Digit
from sheetcnn.excel.writer import BookWriter
from sheetcnn.network.template import Template
from sheetcnn.workbook import styles
from sheetcnn.workbook.design import design, first_values
from sheetcnn.workbook.drawing import decorations, sheet_names
from sheetcnn.workbook.prediction import Prediction, prediction
from sheetcnn.workbook.sheet import LessonSheet
from sheetcnn.workbook.sheets import model


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
