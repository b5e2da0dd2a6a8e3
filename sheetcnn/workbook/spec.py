"""A workbook as data, before it is a file and after it was read: regions, formulas, and the one forward pass."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sheetcnn.network.classes import UNKNOWN, in_cell
from sheetcnn.network.network import Network
from sheetcnn.workbook.declaration import Declaration
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues
from sheetcnn.workbook.layer_blocks import formula_blocks
from sheetcnn.workbook.layout import TRUTH, Layout

if TYPE_CHECKING:
    from sheetcnn.workbook.sheet import LessonSheet


@dataclass(frozen=True)
class WorkbookSpec:
    """What is in a workbook. `generate` renders it, `verify` compares a file with it; both have the same one.

    Attributes:
        network: the network.
        layout: where every region stands.
        sheets: the sheets beside the network's own, in order.
        declared: what each of them declares, by its name.
        blocks: everything that holds formulas, in the order of evaluation.
    """

    network: Network
    layout: Layout
    sheets: tuple[LessonSheet, ...]
    declared: Mapping[str, Declaration]
    blocks: tuple[FormulaBlock, ...]

    @cached_property
    def read_only(self) -> dict[str, RegionValues]:
        """What nobody is to change, as formulas count on it, by the region that holds it."""
        return {name: values for each in self.declared.values() for name, values in each.read_only.items()}

    @cached_property
    def allowed(self) -> dict[str, Sequence[float | str]]:
        """What regions may hold that random numbers are no example of, by their names."""
        truth: dict[str, Sequence[float | str]] = {TRUTH.name: [UNKNOWN, *map(in_cell, self.network.classes)]}
        return truth | {
            name: values for each in self.declared.values() for name, values in each.allowed.items()
        }

    @cached_property
    def free_text(self) -> frozenset[str]:
        """The regions in which words may stand, too, beside what formulas read."""
        declared = (each for declaration in self.declared.values() for each in declaration.constants)
        return frozenset(each.region.name for each in declared if each.free_text)

    def evaluate(self, constants: Mapping[str, RegionValues]) -> dict[str, RegionValues]:
        """Return what each region holds, by its name: NumPy's forward pass, from the constants to the answer.

        Args:
            constants: what the regions hold that no formula computes, by their names.
        """
        return forward(self.blocks, constants)


def forward(blocks: Iterable[FormulaBlock], constants: Mapping[str, RegionValues]) -> dict[str, RegionValues]:
    """Let NumPy compute blocks of formulas, each from what those before it came to: the one forward pass.

    Args:
        blocks: in the order of evaluation.
        constants: what regions hold before, (rows, columns), by their names.

    Returns:
        What every region holds then, by its name; nan or inf where NumPy has no finite number.
    """
    values = dict(constants)
    with np.errstate(all="ignore"):
        for block in blocks:
            values |= zip((region.name for region in block.regions), block.compute(values), strict=True)
    return values


def in_order(blocks: Sequence[FormulaBlock]) -> list[FormulaBlock]:
    """Return formulas in the order of evaluation: each after what it reads, otherwise as they come."""
    makers = {region.name: block for block in blocks for region in block.regions}
    ordered: dict[FormulaBlock, None] = {}

    def put(block: FormulaBlock) -> None:
        if block not in ordered:
            for region in block.reads:
                if region.name in makers:
                    put(makers[region.name])
            ordered[block] = None

    for block in blocks:
        put(block)
    return list(ordered)


def assemble(network: Network, layout: Layout, sheets: Collection[LessonSheet] = ()) -> WorkbookSpec:
    """Return the workbook in which regions stand as a layout says.

    Raises:
        KeyError: a formula of a sheet reads a region that no sheet declares.
    """
    declared = {sheet.sheet: sheet.declare(network, layout) for sheet in sheets}
    before = [b for sheet in sheets if not sheet.lesson for b in declared[sheet.sheet].blocks]
    explaining = [b for sheet in sheets if sheet.lesson for b in declared[sheet.sheet].blocks]
    blocks = in_order([*before, *formula_blocks(network, layout), *explaining])
    return WorkbookSpec(network, layout, tuple(sheets), declared, tuple(blocks))
