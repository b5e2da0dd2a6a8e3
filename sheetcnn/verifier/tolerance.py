"""Compares what formulas give with what NumPy has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetcnn.excel.cell_array import ErrorValue, Floats
from sheetcnn.verifier.grouping import Mask

TOLERANCE = 1e-12
"""|workbook - NumPy| <= TOLERANCE + TOLERANCE * |NumPy|."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """How the formulas of a region compare with NumPy, cell by cell, (rows, columns).

    Attributes:
        right: which cells are right.
        difference: by how much they differ.
        overflows: which gave an error for a number that is too large on the way, and are right otherwise.
    """

    right: Mask
    difference: Floats
    overflows: Mask

    def taken_with(self, other: Comparison) -> Comparison:
        """Return a comparison in which a cell is right if it is right in both, with the differences of this one."""
        return Comparison(self.right & other.right, self.difference, self.overflows | other.overflows)

    def or_else(self, other: Comparison) -> Comparison:
        """Return a comparison in which a cell is right if it is right in either of two."""
        return Comparison(
            self.right | other.right,
            np.where(self.right, self.difference, 0.0),
            np.where(self.right, self.overflows, other.overflows),
        )

    def only(self, held: Mask) -> Comparison:
        """Return the same with only some cells right that are right; the mask is (rows, columns)."""
        return Comparison(self.right & held, self.difference, self.overflows & held)

    def or_right(self, pardoned: Mask) -> Comparison:
        """Return the same with some cells right, whatever they hold."""
        return Comparison(self.right | pardoned, self.difference, self.overflows)


def compared(belongs: NDArray[Any], computed: NDArray[Any], scale: Floats) -> Comparison:
    """Compare (planes, rows, columns) of what belongs with what was computed.

    Args:
        belongs: what NumPy has.
        computed: what the formulas give.
        scale: for each plane, by how much more than 1 its terms may be rounded.
    """
    none = np.zeros(belongs.shape[1:], dtype=bool)
    if object in (belongs.dtype, computed.dtype):
        alike = np.array(
            [same(found, value) for found, value in zip(computed.ravel(), belongs.ravel(), strict=True)]
        ).reshape(belongs.shape)
        return Comparison(np.asarray(alike.all(axis=0)), np.zeros(belongs.shape[1:]), none)
    close = excess(computed, belongs, scale[:, np.newaxis, np.newaxis]) <= 0
    # Where NumPy has no finite number, Excel has an error.
    right = close | (~np.isfinite(belongs) & ~np.isfinite(computed))
    with np.errstate(invalid="ignore", over="ignore"):
        difference = np.nan_to_num(np.abs(computed - belongs), nan=0.0, posinf=0.0)
    return Comparison(np.asarray(right.all(axis=0)), difference.max(axis=0), none)


def excess(found: Floats, belongs: Floats, scale: Floats | float = 1.0) -> Floats:
    """Return by how much numbers differ beyond the tolerance: 0 or less where they are the same, nan for errors.

    Args:
        found: the numbers.
        belongs: what they are to be.
        scale: by how much more than 1 the terms of a number may be rounded.
    """
    # Two huge numbers of unlike signs are infinitely apart.
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(np.abs(found - belongs) - TOLERANCE * (scale + np.abs(belongs)))


def same(found: Any, belongs: Any, relative: float = TOLERANCE) -> bool:
    """Whether two values are the same: texts to the letter, numbers within the tolerance, errors of any sort."""
    return difference_of(found, belongs, relative) is not None


def difference_of(found: Any, belongs: Any, relative: float = TOLERANCE) -> float | None:
    """Return by how much two values differ, None if they are not the same.

    Args:
        found: the value.
        belongs: what it is to be.
        relative: which part of it a number may be off.
    """
    found, belongs = (np.nan if isinstance(each, ErrorValue) else each for each in (found, belongs))
    if isinstance(found, (str, bool)) or isinstance(belongs, (str, bool)):
        return 0.0 if type(found) is type(belongs) and found == belongs else None
    if not (np.isfinite(found) and np.isfinite(belongs)):
        return 0.0 if not np.isfinite(found) and not np.isfinite(belongs) else None
    apart = abs(float(found) - float(belongs))
    return apart if apart <= TOLERANCE + relative * abs(float(belongs)) else None
