"""Formulas that several sheets use, each with an explanation of their own if need be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sheetcnn.network.stages import Position, Refs
from sheetcnn.workbook.formula import Formula, arithmetic, finite
from sheetcnn.workbook.formula_block import RegionValues, numbers

EQUAL, DIFFERENT = "equal", "not equal"


@dataclass(frozen=True)
class Copied(Formula):
    """A copy of a region, cell by cell."""

    explanation: str = "the same as on Network"

    def numpy(self, *read: RegionValues) -> Any:
        return read[0]

    def excel(self, refs: Refs, at: Position) -> str:
        return refs.cell(refs.inputs[0], at.row, at.column)


@dataclass(frozen=True)
class CopiedCell(Formula):
    """A copy of one cell."""

    explanation: str = "the same as the cell that it copies"

    def numpy(self, *read: RegionValues) -> Any:
        return read[0]

    def excel(self, refs: Refs, at: Position) -> str:
        return refs.absolute(refs.inputs[0])


@dataclass(frozen=True)
class Product(Formula):
    """The product of two regions, cell by cell."""

    explanation: str = "value times weight"

    def numpy(self, *read: RegionValues) -> Any:
        value, weight = map(arithmetic, read)
        return value * weight

    def excel(self, refs: Refs, at: Position) -> str:
        return "*".join(refs.cell(region, at.row, at.column) for region in refs.inputs)


@dataclass(frozen=True)
class Total(Formula):
    """The sum of all values of some regions, one number."""

    explanation: str = "the sum of all products"

    def numpy(self, *read: RegionValues) -> Any:
        return finite(lambda *terms: sum(values.sum() for values in terms), *map(numbers, read))

    def excel(self, refs: Refs, at: Position) -> str:
        return f"SUM({','.join(map(refs.absolute, refs.inputs))})"


@dataclass(frozen=True)
class Largest(Formula):
    """The largest value of a region, one number."""

    explanation: str = "the largest value"

    def numpy(self, *read: RegionValues) -> Any:
        return numbers(read[0]).max()

    def excel(self, refs: Refs, at: Position) -> str:
        return f"MAX({refs.absolute(refs.inputs[0])})"


@dataclass(frozen=True)
class Exponential(Formula):
    """e to the power of each value of a column; an error where that is beyond Excel's numbers."""

    explanation: str = "e to the power of the shifted score"

    def numpy(self, *read: RegionValues) -> Any:
        return finite(np.exp, arithmetic(read[0]))

    def excel(self, refs: Refs, at: Position) -> str:
        return f"EXP({refs.cell(refs.inputs[0], at.row, 0)})"


@dataclass(frozen=True)
class Same(Formula):
    """Whether two cells hold the same number, apart from rounding. Reads both."""

    explanation: str = "whether it equals the value on Network"

    def numpy(self, *read: RegionValues) -> Any:
        here, there = (arithmetic(values).item() for values in read)
        if not np.isfinite(here - there):
            return np.nan
        return EQUAL if abs(here - there) < 1e-9 * (1 + abs(there)) else DIFFERENT

    def excel(self, refs: Refs, at: Position) -> str:
        here, there = map(refs.absolute, refs.inputs)
        return f'IF(ABS({here}-{there})<0.000000001*(1+ABS({there})),"{EQUAL}","{DIFFERENT}")'


@dataclass(frozen=True)
class Difference(Formula):
    """One region less another, cell by cell."""

    explanation: str = "the one map less the other"

    def numpy(self, *read: RegionValues) -> Any:
        return finite(np.subtract, *map(arithmetic, read))

    def excel(self, refs: Refs, at: Position) -> str:
        return "-".join(refs.cell(region, at.row, at.column) for region in refs.inputs)


_OPERATIONS = {"+": np.add, "-": np.subtract, "/": np.divide}


@dataclass(frozen=True)
class WithOne(Formula):
    """Each number of a column plus, less or divided by the one number of a cell. Reads both."""

    operation: str
    explanation: str

    def numpy(self, *read: RegionValues) -> Any:
        return finite(_OPERATIONS[self.operation], *map(arithmetic, read))

    def excel(self, refs: Refs, at: Position) -> str:
        column, one = refs.inputs
        return f"{refs.cell(column, at.row, 0)}{self.operation}{refs.absolute(one)}"
