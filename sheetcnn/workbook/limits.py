"""What Excel takes, and verify reads: a network beyond that is refused before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sheetcnn.errors import SpecError
from sheetcnn.excel.addresses import a1, around
from sheetcnn.excel.ast import Call, walk
from sheetcnn.excel.limits import MAX_ARGUMENTS, MAX_COLUMNS, MAX_FORMULA, MAX_ROWS, MAX_VALUES
from sheetcnn.excel.parser import parse
from sheetcnn.excel.region import Region
from sheetcnn.network.template import Template
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues
from sheetcnn.workbook.layout import Layout

_BESIDE = 8
"""Columns and rows that a sheet has free at its end, for a chart."""
_SMALLER = "give it less to read, with a stride or a max pool before it or with fewer filters"


def check(layout: Layout, blocks: Sequence[FormulaBlock]) -> None:
    """Refuse what does not fit on a sheet, or in a formula.

    Raises:
        SpecError: which limit, which stage, and what to do.
    """
    stages = {"input": layout.inputs}
    for name, parts in layout.parts.items():
        stages[name] = [
            region for regions in (*layout.weights.get(name, []), *parts.values()) for region in regions
        ]
    for stage, regions in stages.items():
        _check_sheet(stage, regions)
    _check_size(stages, blocks)
    for block in blocks:
        for region in block.regions:
            _check_formula(block, region)


def check_placed(template: Template, layout: Layout) -> None:
    """Refuse a template that says where things stand, but not of all of them, or puts two into one cell.

    Raises:
        SpecError: with the region that has no place, or both that have the same.
    """
    taken = {(cell.row, cell.column): "a text of [texts]" for cell in template.texts}
    for region in layout.regions:
        if region.name not in template.regions:
            raise SpecError(
                f"[regions] does not say where {region.name} stands: give its range, as of all others"
            )
        for cell in region.cells():
            if (other := taken.setdefault((cell.row, cell.column), region.name)) != region.name:
                raise SpecError(
                    f"[regions] puts {region.name} on {a1(*cell)}, where {other} stands: move one of them away"
                )


def check_values(layout: Layout, values: Mapping[str, RegionValues]) -> None:
    """Refuse numbers that no cell holds: those beyond all bounds, and what is computed from them.

    Raises:
        SpecError: the first such cell, in the order of the network.
    """
    for region in layout.regions:
        held = values[region.name]
        numbers = (
            held if held.dtype != object else np.array([[_number(value) for value in row] for row in held])
        )
        if not np.isfinite(numbers).all():
            row, column = np.argwhere(~np.isfinite(numbers))[0].tolist()
            cell = f"{region.sheet}!{a1(*region.cell(row, column))}"
            raise SpecError(
                f"{cell} of {region.name} would hold {numbers[row, column]}, which no cell can: cells hold numbers "
                "up to 1.8e308, so scale the weights or the pixels down"
            )


def _number(value: float | str) -> float:
    return value if isinstance(value, float) else 0.0


def _check_sheet(stage: str, regions: Sequence[Region]) -> None:
    _, _, bottom, right = around(region.area for region in regions)
    for last, most, what in ((right, MAX_COLUMNS, "columns"), (bottom, MAX_ROWS, "rows")):
        if last + 1 + _BESIDE > most:
            raise SpecError(
                f"stage {stage} needs {last + 1 + _BESIDE:,} {what} on the sheet {regions[0].sheet}, "
                f"and Excel has {most:,}: {_SMALLER}"
            )


def _check_size(stages: Mapping[str, Sequence[Region]], blocks: Sequence[FormulaBlock]) -> None:
    formulas = {region.name for block in blocks for region in block.regions}
    sizes = {
        stage: sum(r.rows * r.columns * (2 if r.name in formulas else 1) for r in regions)
        for stage, regions in stages.items()
    }
    if sum(sizes.values()) > MAX_VALUES:  # a formula counts twice, as verify reads its value, too
        largest = max(sizes, key=lambda stage: sizes[stage])
        raise SpecError(
            f"the network has {sum(sizes.values()):,} formulas, values and weights, and verify reads "
            f"{MAX_VALUES:,}; stage {largest} has most, {sizes[largest]:,}: {_SMALLER}"
        )


def _check_formula(block: FormulaBlock, region: Region) -> None:
    """Look at the last formula of a region: none is longer."""
    text = block.formula(region, region.rows - 1, region.columns - 1)
    if len(text) > MAX_FORMULA:
        raise SpecError(
            f"a formula of {block.stage} needs {len(text):,} characters, "
            f"and Excel takes {MAX_FORMULA:,}: {_SMALLER}"
        )
    if text.count(",") < MAX_ARGUMENTS:
        return
    arguments = max(len(call.arguments) for call in walk(parse(text)) if isinstance(call, Call))
    if arguments > MAX_ARGUMENTS:
        raise SpecError(
            f"a formula of {block.stage} needs {arguments} arguments, "
            f"and Excel takes {MAX_ARGUMENTS}: {_SMALLER}"
        )
