"""What a workbook is to hold: which sheets fit a network, where all of it stands, what the cells hold at first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from sheetcnn.digits.digit import Digit
from sheetcnn.errors import SpecError
from sheetcnn.network.classes import in_cell, said
from sheetcnn.network.network import Network
from sheetcnn.network.template import Template
from sheetcnn.workbook import layout as layouts
from sheetcnn.workbook import limits
from sheetcnn.workbook.formula_block import RegionValues
from sheetcnn.workbook.layout import TRUTH, Layout
from sheetcnn.workbook.sheet import LessonSheet
from sheetcnn.workbook.sheets import SHEETS
from sheetcnn.workbook.spec import WorkbookSpec, assemble


def available_sheets(network: Network) -> list[LessonSheet]:
    """Return the sheets that have something to show of a network."""
    return [sheet for sheet in SHEETS if sheet.fits(network)]


def plan(network: Network, sheets: Iterable[LessonSheet] = ()) -> Layout:
    """Return where each region of a network and of sheets stands in a workbook that was just generated."""
    return with_sheets(network, layouts.plan(network), sheets)


def with_sheets(network: Network, layout: Layout, sheets: Iterable[LessonSheet]) -> Layout:
    """Return a layout with the regions of sheets."""
    for sheet in sheets:
        layout = layout.with_others(sheet.declare(network, layout).regions)
    return layout


def design(template: Template, sheets: Sequence[LessonSheet] = ()) -> WorkbookSpec:
    """Return the workbook that a template asks for.

    Raises:
        SpecError: the template has no classes, leaves out where regions stand, or Excel has no room for the network.
    """
    network = template.network
    if not network.classes:
        raise SpecError(f"template {template.name} only says where things are: it is made for verify")
    layout = layouts.plan(network)
    if template.regions:
        layout = layouts.layout_from_template(network, template.sheet, template.regions)
        limits.check_placed(template, layout)
    spec = assemble(network, with_sheets(network, layout, sheets), sheets)
    limits.check(spec.layout, spec.blocks)
    return spec


def first_values(spec: WorkbookSpec, template: Template, digit: Digit) -> dict[str, RegionValues]:
    """Return what each region holds at first, by its name: the digit, the weights, and all that follows from them.

    Raises:
        SpecError: the digit does not have the shape of the input, its label is no class, or a cell would hold a
            number that is not finite.
    """
    network, layout = spec.network, spec.layout
    if digit.pixels.shape != network.input_shape:
        raise SpecError(
            f"the input has shape {digit.pixels.shape}; template {template.name} takes {network.input_shape}"
        )
    constants = {region.name: channel for region, channel in zip(layout.inputs, digit.pixels, strict=True)}
    constants[TRUTH.name] = np.array([[said(digit.label, network.classes)]], dtype=object)
    labels = [in_cell(label) for label in network.classes]
    constants["classes"] = np.array(labels, dtype=object).reshape(-1, 1)
    constants |= layout.weight_values(template.weights)
    with np.errstate(all="ignore"):  # what is beyond all bounds is refused
        for sheet in spec.sheets:
            constants |= spec.declared[sheet.sheet].first_values | sheet.first_values(template, digit)
    values = spec.evaluate(constants)
    limits.check_values(layout, values)
    return values
