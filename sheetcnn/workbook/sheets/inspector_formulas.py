"""What `Evidence` still takes of the former formulas of the Inspector: it goes when that sheet declares."""  # TODO A

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sheetcnn.network.stages import Position, Refs
from sheetcnn.workbook.formula import arithmetic
from sheetcnn.workbook.formula_block import RegionValues, numbers
from sheetcnn.workbook.formulas import DIFFERENT, EQUAL
from sheetcnn.workbook.sheet import SheetBlock

__all__ = ["DIFFERENT", "Copied", "Part", "Product", "Same", "Total"]


class Part(SheetBlock):
    """Formulas of a block.

    Attributes:
        style: what they are, for their looks.
    """

    style: ClassVar[str]


class Product(Part):
    """Value times weight. Reads both."""

    explanation = "value times weight"
    style = "value"

    def numpy(self, *seen: RegionValues) -> Any:
        value, weight = map(arithmetic, seen)
        return value * weight

    def excel(self, refs: Refs, at: Position) -> str:
        return "*".join(refs.cell(each, at.row, at.column) for each in refs.inputs)


class Total(Part):
    """A sum."""

    explanation = "the sum of all products"
    style = "result"

    def numpy(self, *seen: RegionValues) -> Any:
        return sum(numbers(values).sum() for values in seen)

    def excel(self, refs: Refs, at: Position) -> str:
        return f"SUM({','.join(map(refs.absolute, refs.inputs))})"


class Copied(Part):
    """The same as cells of the network."""

    explanation = "the same as on Network"
    style = "score"

    def numpy(self, *seen: RegionValues) -> Any:
        return seen[0]

    def excel(self, refs: Refs, at: Position) -> str:
        return refs.cell(refs.inputs[0], at.row, at.column)


class Same(Part):
    """Whether two cells agree. Reads both."""

    explanation = "whether it equals the value on Network"
    style = "same"

    def numpy(self, *seen: RegionValues) -> Any:
        here, there = (arithmetic(values).item() for values in seen)
        if not np.isfinite(here - there):
            return np.nan
        return EQUAL if abs(here - there) < 1e-9 * (1 + abs(there)) else DIFFERENT

    def excel(self, refs: Refs, at: Position) -> str:
        here, there = map(refs.absolute, refs.inputs)
        return f'IF(ABS({here}-{there})<0.000000001*(1+ABS({there})),"{EQUAL}","{DIFFERENT}")'
