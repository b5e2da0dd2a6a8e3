"""The sheet `Inspector`: one cell of each stage taken apart, of one stage the cell that is chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

import numpy as np

from sheetcnn.digits.digit import Digit
from sheetcnn.excel.addresses import a1
from sheetcnn.network.network import Layer, Network
from sheetcnn.network.stages import Position, Refs
from sheetcnn.network.template import Template
from sheetcnn.workbook import styles
from sheetcnn.workbook.declaration import Declaration
from sheetcnn.workbook.decoration import (
    Decoration,
    Dropdown,
    Freeze,
    Grid,
    Height,
    HighlightWhere,
    Link,
    Number,
    NumberValidation,
    PrintWhole,
    Text,
    Widths,
)
from sheetcnn.workbook.formula import Formula
from sheetcnn.workbook.formula_block import RegionValues
from sheetcnn.workbook.layout import Layout
from sheetcnn.workbook.sheet import Drawing, LessonSheet
from sheetcnn.workbook.sheets.inspector import BLOCKS
from sheetcnn.workbook.sheets.inspector.block import AXES, Chosen, StageBlock, as_maps, axes, counted
from sheetcnn.workbook.sheets.inspector.relu import ReLUBlock

SHEET = "Inspector"
_PREFIX = "inspect_"
_CHOICE = 3
"""The row of what is chosen."""
_FIRST_ROW = 6
"""The first row of the first block."""
_BLOCKS = {block.inspection: block for block in BLOCKS}
_WIDTHS = {(0, 0): 92, (1, 3): 62, (4, 4): 24, (5, 8): 76, (9, 9): 124, (10, 10): 16}
_LONGEST_LIST = 255
"""Characters in a list to choose from (Excel's limit)."""
_MAX_MAPS, _MAX_OUTPUTS, _MAX_SIDE, _MAX_FORMULAS = 64, 254, 80, 6_000


class InspectorSheet(LessonSheet):
    """Top to bottom: what is chosen, then a block for each stage that can be taken apart."""

    sheet = SHEET
    summary = "Choose any cell of the network, and see how it is computed."

    def fits(self, network: Network) -> bool:
        layers = _inspected(network)
        weights = [layer.weight_shape for layer in layers if layer.weight_shape is not None]
        shapes = [layer.out_shape for layer in layers]
        return bool(
            network.classes
            and weights
            and 3 * sum(prod(shape[1:]) for shape in weights) <= _MAX_FORMULAS
            and all(
                shape[0] <= (_MAX_MAPS if len(shape) == 3 else _MAX_OUTPUTS)
                and max(shape[1:], default=1) <= _MAX_SIDE
                for shape in [network.input_shape, *shapes]
            )
        )

    def declare(self, network: Network, layout: Layout) -> Declaration:
        return _Plan(network, layout).declared

    def first_values(self, template: Template, digit: Digit) -> dict[str, RegionValues]:
        """Choose the largest value of the last stage that sums over windows."""
        network = template.network
        passed = network.forward(digit.pixels, template.weights)
        outputs = {layer.name: list(parts.values())[-1] for layer, parts in passed}
        layers = _inspected(network)
        windowed = [layer for layer in layers if layer.stage.shared_weights]
        stage = (windowed or layers)[-1].name
        place = np.unravel_index(outputs[stage].argmax(), outputs[stage].shape)
        chosen = {axis: 1.0 + n for axis, n in zip(axes(outputs[stage].shape), place, strict=True)}
        return {
            f"{_PREFIX}stage": np.array([[stage]], dtype=object),
            **{f"{_PREFIX}{axis}": np.array([[chosen.get(axis, 1.0)]]) for axis in AXES},
        }

    def decorate(self, drawing: Drawing) -> Iterator[Decoration]:
        plan = _Plan(drawing.template.network, drawing.layout)
        right = max(region.area.right for region in plan.declared.regions)
        yield Grid(right + 3, 48, styles.CELL_PIXELS, "plain")
        for columns, pixels in _WIDTHS.items():
            yield Widths(*columns, pixels, "plain")
        yield Height(0, 34)
        yield Text((0, 0), "Inspector", "title")
        yield Text(
            (1, 0),
            "Choose a stage, a map, a row and a column. The block of that stage, below, shows how the cell "
            "is computed. The other blocks each show a cell of their own stage.",
            "subtitle",
        )
        yield Text((_CHOICE - 1, 0), "stage", "remark")
        yield from drawing.cells("stage")
        yield from plan.choices(drawing.values)
        message = plan.message
        search = f'=ISNUMBER(SEARCH("nearest",{a1(message.top, message.left)}))'
        yield HighlightWhere([message], search, "warned")
        for column, block in zip((*range(5, 10), *range(11, 99, 2)), plan.blocks, strict=False):
            yield Link((_CHOICE + 1, column), f"{SHEET}!{a1(block.top, 0)}", f"↓ {block.name}", "link")
        yield from drawing.cells(*plan.declared.filled)
        for block in plan.blocks:
            yield from block.decorate()
        yield from drawing.cells(*(region for block in plan.blocks for region in block.counters))
        yield Freeze(5, 0)
        yield PrintWhole((0, 4))


class _Plan:
    """What is chosen, the blocks from top to bottom, and what the one that is chosen says.

    Attributes:
        declared: all of its regions.
        blocks: a block for each stage; a ReLU shares that of the sum before it.
        message: the size of the chosen stage.
    """

    def __init__(self, network: Network, layout: Layout) -> None:
        self.declared = Declaration(SHEET, layout, "inspector", _PREFIX, style="taken")
        layers = _inspected(network)
        self._stages = [layer.name for layer in layers]
        shapes = np.array([as_maps(layer.out_shape) for layer in layers])
        self._sizes = dict(zip(AXES, shapes.max(axis=0).tolist(), strict=True))
        self._chosen = Chosen(
            self.declared.constant("stage", (_CHOICE, 0), (1, 1), "choice", allowed=self._stages),
            {
                axis: self.declared.constant(axis, (_CHOICE, column), (1, 1), "choice", allowed=counted(size))
                for column, (axis, size) in enumerate(self._sizes.items(), start=1)
            },
        )
        self.blocks: list[StageBlock] = []
        top = _FIRST_ROW
        for group in _groups(network):
            block = _BLOCKS[group[0].stage.inspection](network, group, top, self._chosen, self.declared)
            self.blocks.append(block)
            top = block.bottom + 2
        notices = [block.notice for block in self.blocks]
        self.message = self.declared.formulas(
            "message", (_CHOICE, 5), (1, 1), Message(), notices, "legend_plain"
        )

    def choices(self, values: Mapping[str, RegionValues]) -> Iterator[Decoration]:
        """Yield the lists to choose from, and the map, row and column that are chosen now."""
        yield Dropdown(self._chosen.stage, self._stages, "Stage", "Choose a stage from the list.")
        for axis, size in self._sizes.items():
            cell = self._chosen.axes[axis]
            yield Text((_CHOICE - 1, cell.left), axis, "remark")
            yield Number(cell.cell(0, 0), values[cell.name].item(), "choice")
            choices = [f"{number:.0f}" for number in counted(size)]
            title, message = axis.capitalize(), f"A whole number from 1 to {size}."
            if len(",".join(choices)) <= _LONGEST_LIST:
                yield Dropdown(cell, choices, title, message)
            else:
                yield NumberValidation(cell, 1, size, title, message, refuse=True)


class Message(Formula):
    """The notice of the chosen stage: those of all others are empty. Reads all of them."""

    explanation = "the size of the chosen stage"

    def numpy(self, *read: RegionValues) -> Any:
        notices = [values.item() for values in read]
        # A block whose notice is gone is reported itself; what is empty is no text here and 0 there.
        return "".join(notices) if all(isinstance(notice, str) for notice in notices) else np.nan

    def excel(self, refs: Refs, at: Position) -> str:
        notices = [*map(refs.absolute, refs.inputs)]
        return "&".join(notices) if len(notices) > 1 else f'{notices[0]}&""'


def _groups(network: Network) -> list[list[Layer]]:
    """Return the layers of each block."""
    groups: list[list[Layer]] = []
    for layer in _inspected(network):
        before = groups[-1][-1] if groups else layer
        follows = network.layers.index(layer) == network.layers.index(before) + 1
        if follows and layer.stage.inspection == ReLUBlock.inspection and before.stage.weighted_sum:
            groups[-1].append(layer)
        else:
            groups.append([layer])
    return groups


def _inspected(network: Network) -> list[Layer]:
    """Return the layers that have a block."""
    return [layer for layer in network.layers if layer.stage.inspection in _BLOCKS]
