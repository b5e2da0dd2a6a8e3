"""Compares the values that are stored beside formulas with what these give: no evidence, but what previews show."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.workbook import Value
from sheetcnn.verifier.decimal_comma import DecimalComma
from sheetcnn.verifier.grouping import Mask
from sheetcnn.verifier.observed import ObservedRegion
from sheetcnn.verifier.probes import numbers_at
from sheetcnn.verifier.report import ERROR, WARNING, Finding
from sheetcnn.verifier.rounding import Rounding
from sheetcnn.verifier.rules.constants import shown
from sheetcnn.verifier.tolerance import TOLERANCE, same


def stored_values(
    found: ObservedRegion, own: CalcBook, right: Mask, rounding: Rounding, comma: DecimalComma
) -> Iterator[Finding]:
    """Yield the stored values of a region that are not what its formulas give, and those that are missing.

    Args:
        found: the region.
        own: what the formulas give.
        right: which formulas are right; of the others there is enough to say.
        rounding: how far values may have moved when the file was saved.
        comma: what texts are in a program that writes a decimal comma.
    """
    region, stage = found.region, found.block.stage
    stored = [found.sheet.values.get(cell) for cell in region.cells()]
    differ = ~_same_numbers(stored, numbers_at(own, region, 0), rounding, region.name)
    for row, column in np.argwhere(found.computed & right & differ).tolist():
        cell = region.cell(row, column)
        value, computed = stored[row * region.columns + column], own.get(region.sheet, cell)
        if value is None:
            message = (
                "no value is stored beside the formula: previews show nothing until a program computes it"
            )
            yield Finding.at(region, cell, stage, WARNING, "missing-value", message, expected=shown(computed))
        elif not same(value, computed) and not comma.explains(region.sheet, cell, value, computed):
            message = "the stored value is not what the formula gives: recalculate and save"
            yield Finding.at(
                region,
                cell,
                stage,
                ERROR,
                "stale-value",
                message,
                expected=shown(computed),
                found=shown(value),
            )


def _same_numbers(
    stored: list[Value | None], computed: NDArray[np.float64], rounding: Rounding, name: str
) -> Mask:
    """Return which values are equal numbers, all at once; the others are looked at one by one."""
    numbers = np.array([value if type(value) is float else np.nan for value in stored]).reshape(
        computed.shape
    )
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.abs(numbers - computed) - (TOLERANCE + TOLERANCE * np.abs(computed))
        return apart <= (rounding.of(name) if (apart > 0).any() else 0.0)
