"""What a formula of a sheet beside the network computes, in both faces."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sheetcnn.excel.region import Region
from sheetcnn.network.stages import Explanation, Position, Refs
from sheetcnn.workbook.formula_block import RegionValues


class Formula(ABC):
    """A formula that fills a region: NumPy sees whole regions, Excel one cell; neither calls the other.

    Attributes:
        explanation: what it does, in words; a formula that several sheets use takes it as an argument.
    """

    explanation: str

    @abstractmethod
    def numpy(self, *read: RegionValues) -> Any:
        """NumPy: return the values of the whole region, (rows, columns), from those of the regions that it reads."""

    @abstractmethod
    def excel(self, refs: Refs, at: Position) -> str:
        """Excel: return the text of one cell, without the equals sign; `refs.inputs` is what it reads."""

    def explain(self, reads: Sequence[Region], at: Position) -> Explanation:
        """Words: return how one cell comes about from the regions that it reads."""
        return Explanation(self.explanation, [(region,) for region in reads])


def indexed(values: RegionValues, rows: RegionValues, columns: RegionValues) -> RegionValues:
    """Return what stands in these rows and columns, counted from 1; nan where nothing does: Excel's INDEX."""
    high, wide = values.shape
    inside = (rows >= 1) & (rows < high + 1) & (columns >= 1) & (columns < wide + 1)
    down, along = (np.where(inside, places, 1).astype(int) - 1 for places in (rows, columns))
    return np.where(inside, values[down, along], np.nan)


def arithmetic(values: RegionValues) -> RegionValues:
    """Return what + - * / compute on: a text is no number."""
    if values.dtype != object:
        return values
    read = [np.nan if isinstance(value, str) else float(value) for value in values.ravel()]
    return np.array(read).reshape(values.shape)


def finite(compute: Callable[..., RegionValues], *operands: RegionValues) -> RegionValues:
    """Return what NumPy computes, nan wherever that is no finite number: Excel has an error there."""
    with np.errstate(all="ignore"):
        result = compute(*operands)
    return np.where(np.isfinite(result), result, np.nan)
