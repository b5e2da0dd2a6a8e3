"""A block of formulas that are computed together, whoever it belongs to: NumPy, Excel and words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetcnn.excel.fill import FilledFormula
from sheetcnn.excel.region import Region
from sheetcnn.network.stages import Array, Explanation

RegionValues = NDArray[Any]
"""Numbers or texts of one region: (rows, columns)."""


class FormulaBlock(ABC):
    """One thing that a workbook shows: formulas that are computed together.

    Attributes:
        stage: the stage that it belongs to, such as `conv1`.
        kind: what that stage is, such as `conv`.
        regions: the regions that hold its formulas.
        array: whether its formulas are array formulas, one cell each.
        reads: the regions that its formulas read.
    """

    stage: str
    kind: str
    regions: Sequence[Region]
    array: bool = False
    reads: Sequence[Region]

    @abstractmethod
    def compute(self, seen: Mapping[str, RegionValues]) -> list[RegionValues]:
        """NumPy: return the values of each of its regions, from those of the regions that it reads by name."""

    @abstractmethod
    def formula(self, region: Region, row: int, column: int) -> str:
        """Excel: return the text of one cell, without the equals sign."""

    @abstractmethod
    def explain(self, region: Region, row: int, column: int) -> Explanation:
        """Words: return how one cell comes about."""

    def formulas(self, region: Region) -> list[list[str]]:
        """Return the text of every cell of a region, as its corners say where all of them are alike."""
        last = region.rows - 1, region.columns - 1
        pattern = self._pattern(region) if min(last) > 0 else None
        if pattern is not None and pattern.gives(*last, self.formula(region, *last)):
            return list(pattern.texts(region.rows, region.columns))
        return self._unlike(region)

    def _pattern(self, region: Region) -> FilledFormula | None:
        return FilledFormula.through(*(self.formula(region, *place) for place in ((0, 0), (0, 1), (1, 0))))

    def _unlike(self, region: Region) -> list[list[str]]:
        """Return the same where they are not all alike."""
        return [
            [self.formula(region, row, column) for column in range(region.columns)]
            for row in range(region.rows)
        ]


def equal(one: float | str, other: float | str) -> bool:
    """Whether Excel's = holds: texts without regard to case, and a number never equals a text."""
    if isinstance(one, str) and isinstance(other, str):
        return one.casefold() == other.casefold()
    return one == other


def numbers(values: RegionValues) -> Array:
    """Return what stages compute on: where a cell holds a text or a truth value, Excel's sums and maxima see 0."""
    if values.dtype != object:
        return values
    seen = [0.0 if isinstance(value, (str, bool)) else value for value in values.ravel()]
    return np.array(seen, dtype=np.float64).reshape(values.shape)
