"""Compares another spreadsheet program with NumPy, on the workbook's own numbers and on random ones."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetcnn.excel.addresses import Cell
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.cell_array import ErrorValue
from sheetcnn.excel.patcher import with_values
from sheetcnn.excel.region import Region
from sheetcnn.excel.workbook import Value, Workbook
from sheetcnn.verifier.engines import Computed, recalculate
from sheetcnn.verifier.recognize import RecognizedWorkbook
from sheetcnn.verifier.region_values import values_at
from sheetcnn.verifier.report import EngineResult
from sheetcnn.verifier.tolerance import difference_of
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues
from sheetcnn.workbook.layout import CHOICE
from sheetcnn.workbook.sheets.digits import MY_DIGIT

_SEED = 20261123
_PROBES = 2


@dataclass(frozen=True)
class Difference:
    """A formula cell of which another program has another value than NumPy.

    Attributes:
        block: the block of formulas that it belongs to.
        region: its region.
        cell: the cell.
        expected: what NumPy has, as text.
        found: what the program has, as text.
    """

    block: FormulaBlock
    region: Region
    cell: Cell
    expected: str
    found: str


@dataclass(frozen=True)
class SecondOpinion:
    """What another program makes of a workbook.

    Attributes:
        result: how much of it, in numbers.
        differences: the cells that differ, each once.
    """

    result: EngineResult
    differences: tuple[Difference, ...]


def second_opinion(recognized: RecognizedWorkbook, own: CalcBook, engine: str) -> SecondOpinion:
    """Compare what another program computes with NumPy; each cell is judged on what it reads.

    Args:
        recognized: the workbook.
        own: its own values.
        engine: the name of one of `ENGINES`.

    Raises:
        SheetcnnError: the program is missing, or fails.
    """
    compared = [_compare(recognized, own, recalculate(recognized.workbook.path, engine), {})]
    random = np.random.default_rng(_SEED)
    with tempfile.TemporaryDirectory() as folder:
        for probe in range(_PROBES):
            numbers = _random_constants(recognized, own, random)
            path = Path(folder, f"probe-{probe}.xlsx")
            path.write_bytes(with_values(recognized.workbook, _by_sheet(recognized, numbers)))
            compared.append(_compare(recognized, own, recalculate(path, engine), numbers))
    differences: dict[tuple[str, Cell], Difference] = {}
    for found, _ in compared:
        for difference in found:
            differences.setdefault((difference.region.sheet, difference.cell), difference)
    formulas = sum(len(_places(recognized.workbook, block)) for block in recognized.blocks)
    largest = max(error for _, error in compared)
    result = EngineResult(engine, len(compared), formulas, len(differences), largest)
    return SecondOpinion(result, tuple(differences.values()))


def _random_constants(
    recognized: RecognizedWorkbook, own: CalcBook, random: np.random.Generator
) -> dict[str, RegionValues]:
    """Return random numbers for inputs and weights, so scaled that no score drowns the others in softmax.

    Where the input is chosen from a list, the digit from the command line is chosen, and random.
    """
    numbers: dict[str, RegionValues] = {}
    others = recognized.layout.extra
    for region in recognized.layout.inputs:
        pixels = random.uniform(0, 1, (region.rows, region.columns)).round(6)
        numbers[region.name] = pixels
        if "choices" in others:
            pictures = values_at(own, others["digits"], 0).copy()
            pictures[: region.rows, : region.columns] = pixels
            numbers |= {"digits": pictures, CHOICE.name: np.array([[MY_DIGIT]], dtype=object)}
    for grid in recognized.layout.weights.values():
        for row in grid:
            spread = (sum(region.rows * region.columns for region in row)) ** -0.5
            for region in row:
                drawn = random.normal(0, spread, (region.rows, region.columns))
                numbers[region.name] = drawn.round(6)
    return numbers


def _by_sheet(
    recognized: RecognizedWorkbook, numbers: Mapping[str, RegionValues]
) -> dict[str, dict[tuple[int, int], Value]]:
    """Return the numbers by sheet and cell, leaving out cells that hold a formula or nothing."""
    sheets: dict[str, dict[tuple[int, int], Value]] = {}
    for region in recognized.layout.regions:
        if region.name in numbers:
            sheet = recognized.workbook.sheets[region.sheet]
            cells = sheets.setdefault(region.sheet, {})
            for cell, number in zip(region.cells(), numbers[region.name].ravel().tolist(), strict=True):
                if cell in sheet.values and cell not in sheet.formulas:
                    cells[cell] = number
    return sheets


def _compare(
    recognized: RecognizedWorkbook, own: CalcBook, computed: Computed, numbers: Mapping[str, RegionValues]
) -> tuple[list[Difference], float]:
    seen: dict[str, RegionValues] = {}
    for region in recognized.layout.regions:
        seen[region.name] = _seen(region, own, computed.get(region.sheet, {}), numbers.get(region.name))
    differences: list[Difference] = []
    largest = 0.0
    with np.errstate(all="ignore"):
        for block in recognized.blocks:
            belongs = dict(zip((region.name for region in block.regions), block.compute(seen), strict=True))
            for region, row, column in _places(recognized.workbook, block):
                expected, found = belongs[region.name][row, column], seen[region.name][row, column]
                difference = difference_of(found, expected)
                if difference is None:
                    cell = region.cell(row, column)
                    differences.append(Difference(block, region, cell, str(expected), str(found)))
                else:
                    largest = max(largest, difference)
    return differences, largest


def _seen(
    region: Region, own: CalcBook, computed: Mapping[tuple[int, int], Value], numbers: RegionValues | None
) -> NDArray[Any]:
    """Return a region's values: what the program computed, else the number put there, else the workbook's own."""
    values = (values_at(own, region, 0) if numbers is None else numbers).astype(object)
    for place, cell in zip(np.ndindex(values.shape), region.cells(), strict=True):
        if cell in computed:
            value = computed[cell]
            values[place] = np.nan if isinstance(value, ErrorValue) else value
    texts = any(isinstance(value, str) for value in values.ravel())
    return values if texts else values.astype(np.float64)


def _places(workbook: Workbook, block: FormulaBlock) -> list[tuple[Region, int, int]]:
    """Return the cells of a block that hold a formula."""
    return [
        (region, row, column)
        for region in block.regions
        for row in range(region.rows)
        for column in range(region.columns)
        if region.cell(row, column) in workbook.sheets[region.sheet].formulas
    ]
