"""Compares the values that are stored beside formulas with what these give: no evidence, but what previews show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np

from sheetcnn.excel.cell_array import CellValue
from sheetcnn.excel.workbook import Value
from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.grouping import Mask
from sheetcnn.verifier.region_values import numbers_at
from sheetcnn.verifier.tolerance import excess, same
from sheetcnn.verifier.verdict import Spot, Verdict, spots

Differing: TypeAlias = tuple[Verdict, Spot, "Value | None", CellValue]
"""A region, a cell of it, the value that is stored there, if any, and what the formula gives."""


def differing_values(audit: Audit) -> Iterator[Differing]:
    """Yield the right formulas beside which no value is stored, or another one than they give.

    What differs by as much as digits that were lost in saving, or by a decimal comma, does not differ.
    """
    own, comma = audit.own.book, audit.decimal_comma
    for verdict in audit.verdicts:
        observed = verdict.observed
        region = observed.region
        stored = [observed.sheet.values.get(cell) for cell in region.cells()]
        differ = ~_same_numbers(audit, verdict, stored)
        for spot in spots(verdict.computed & verdict.right & verdict.known & differ):
            row, column = spot
            cell = region.cell(row, column)
            value, computed = stored[row * region.columns + column], own.get(region.sheet, cell)
            if value is None or not (
                same(value, computed) or comma.explains(region.sheet, cell, value, computed)
            ):
                yield verdict, spot, value, computed


def _same_numbers(audit: Audit, verdict: Verdict, stored: list[Value | None]) -> Mask:
    """Return which values are equal numbers, all at once; the others are looked at one by one."""
    region = verdict.observed.region
    computed = numbers_at(audit.own.book, region, 0)
    numbers = np.array([value if type(value) is float else np.nan for value in stored])
    apart = excess(numbers.reshape(computed.shape), computed)
    same_numbers: Mask = apart <= (audit.rounding.of(region.name) if (apart > 0).any() else 0.0)
    return same_numbers
