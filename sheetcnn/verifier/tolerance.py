"""Compares what formulas give with what NumPy has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetcnn.excel.cell_array import ErrorValue
from sheetcnn.verifier.grouping import Mask

TOLERANCE = 1e-12
"""|workbook - NumPy| <= TOLERANCE + TOLERANCE * |NumPy|."""


@dataclass
class Comparison:
    """Which cells of a region are right, by how much they differ, and which gave #NUM! for too large numbers."""

    right: Mask
    difference: NDArray[np.float64]
    overflows: Mask = field(init=False)

    def __post_init__(self) -> None:
        self.overflows = np.zeros(self.right.shape, dtype=bool)

    def taken_with(self, other: Comparison) -> Comparison:
        """Return what both of two comparisons say, and the differences of this one."""
        both = Comparison(self.right & other.right, self.difference)
        both.overflows = self.overflows | other.overflows
        return both

    def or_else(self, other: Comparison) -> Comparison:
        """Return this comparison with those cells right that another one found right, on other numbers."""
        either = Comparison(self.right | other.right, np.where(self.right, self.difference, 0.0))
        either.overflows = np.where(self.right, self.overflows, other.overflows)
        return either

    def only(self, held: Mask) -> Comparison:
        """Return what it says of some cells; the others are not right."""
        some = Comparison(self.right & held, self.difference)
        some.overflows = self.overflows & held
        return some


def compared(belongs: NDArray[Any], computed: NDArray[Any], scale: NDArray[np.float64]) -> Comparison:
    """Compare (planes, rows, columns) of what belongs with what was computed.

    Args:
        belongs: what NumPy has.
        computed: what the formulas give.
        scale: for each plane, by how much more than 1 its terms may be rounded.
    """
    if object in (belongs.dtype, computed.dtype):
        alike = np.array(
            [same(found, value) for found, value in zip(computed.ravel(), belongs.ravel(), strict=True)]
        ).reshape(belongs.shape)
        return Comparison(np.asarray(alike.all(axis=0)), np.zeros(belongs.shape[1:]))
    # Two huge numbers of unlike signs are infinitely apart.
    with np.errstate(invalid="ignore", over="ignore"):
        difference = np.abs(computed - belongs)
    close = difference <= TOLERANCE * (scale[:, np.newaxis, np.newaxis] + np.abs(belongs))
    # Where NumPy has no finite number, Excel has an error.
    right = close | (~np.isfinite(belongs) & ~np.isfinite(computed))
    return Comparison(
        np.asarray(right.all(axis=0)), np.nan_to_num(difference, nan=0.0, posinf=0.0).max(axis=0)
    )


def same(found: Any, value: Any) -> bool:
    """Whether two values are the same: texts to the letter, numbers within the tolerance, errors of any sort."""
    found, value = (np.nan if isinstance(each, ErrorValue) else each for each in (found, value))
    if isinstance(found, (str, bool)) or isinstance(value, (str, bool)):
        return type(found) is type(value) and bool(found == value)
    if not (np.isfinite(found) and np.isfinite(value)):
        return not np.isfinite(found) and not np.isfinite(value)
    return bool(abs(found - value) <= TOLERANCE + TOLERANCE * abs(value))
