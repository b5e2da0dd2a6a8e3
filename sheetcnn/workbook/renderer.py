"""Builds a workbook: one input, all that follows from it, on sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sheetcnn.digits.digit import Digit
from sheetcnn.errors import SpecError
from sheetcnn.excel.writer import BookWriter, SheetWriter
from sheetcnn.network.classes import in_cell, said
from sheetcnn.network.template import Template
from sheetcnn.workbook import layout as layouts
from sheetcnn.workbook import limits
from sheetcnn.workbook import styles as looks
from sheetcnn.workbook.design import assemble, with_sheets
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues
from sheetcnn.workbook.layout import TRUTH, Layout
from sheetcnn.workbook.prediction import Prediction, prediction
from sheetcnn.workbook.sheet import LessonSheet
from sheetcnn.workbook.sheets import model, placed
from sheetcnn.workbook.sheets.network import NetworkSheet


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


def render_workbook(template: Template, digit: Digit, pages: Sequence[LessonSheet] = ()) -> RenderedWorkbook:
    """Return the workbook in which a template's network reads a digit.

    Args:
        template: the network with its weights.
        digit: what it reads first.
        pages: the sheets beside the network's own.

    Raises:
        SpecError: the digit does not have the shape of the network's input, the label is no class, Excel has no room
            for the network, or a cell would hold a number that is not finite.
    """
    network = template.network
    if digit.pixels.shape != network.input_shape:
        raise SpecError(
            f"the input has shape {digit.pixels.shape}; template {template.name} takes {network.input_shape}"
        )
    if not network.classes:
        raise SpecError(f"template {template.name} only says where things are: it is made for verify")
    layout = layouts.plan(network)
    if template.regions:
        layout = layouts.layout_from_template(network, template.sheet, template.regions)
        limits.check_placed(template, layout)
    layout = with_sheets(network, layout, pages)
    shown = assemble(network, layout, pages)
    limits.check(layout, shown)
    given = {region.name: channel for region, channel in zip(layout.inputs, digit.pixels, strict=True)}
    given[TRUTH.name] = np.array([[said(digit.label, network.classes)]], dtype=object)
    with np.errstate(all="ignore"):  # what is beyond all bounds is refused
        for page in pages:
            given |= page.constants(template, digit)
        values = _values(template, layout, shown, given)
    limits.check_values(layout, values)
    properties = {"title": template.title, "author": "sheetcnn", "comments": "Made by sheetcnn."}
    book = BookWriter(looks.STYLES, properties)
    own = [layout.inputs[0].sheet] if template.regions else layout.sheets
    sheets = {name: book.sheet(name) for name in (*own, *(page.sheet for page in pages), model.SHEET)}
    if template.regions:
        placed.draw(sheets[own[0]], template, layout, shown, values)
    else:
        NetworkSheet({name: sheets[name] for name in own}, template, layout, shown, values).draw()
    for page in pages:
        page.draw(sheets[page.sheet], template, layout, shown, values)
    model.draw(sheets[model.SHEET], template, shown, pages)
    if any(page.lesson for page in pages):
        _notes(sheets, shown)
    for region in (*layout.regions, *model.regions(network)):
        book.name(region)
    formulas = sum(region.rows * region.columns for block in shown for region in block.regions)
    return RenderedWorkbook(book.content, formulas, prediction(values))


def _notes(sheets: Mapping[str, SheetWriter], shown: Sequence[FormulaBlock]) -> None:
    """Attach to the first cell of each region of formulas what they do, in words, and the region's shape."""
    for block in shown:
        for region in block.regions:
            words = block.explain(region, 0, 0).words
            shape = f"{region.rows} × {region.columns}" if region.rows * region.columns > 1 else "one cell"
            sheets[region.sheet].note(region.cell(0, 0), f"{region.name}, {shape}:\n{words}")


def _values(
    template: Template, layout: Layout, shown: Sequence[FormulaBlock], given: dict[str, RegionValues]
) -> dict[str, RegionValues]:
    """Return what each region holds, from the input to the answer."""
    values = {**given, **layout.weight_values(template.weights)}
    labels = [in_cell(label) for label in template.network.classes]
    values["classes"] = np.array(labels, dtype=object).reshape(-1, 1)
    for block in shown:
        values |= zip((region.name for region in block.regions), block.compute(values), strict=True)
    return values
