"""Excel's functions by name, each over a whole block of formulas at once; one that is not here is refused.

Microsoft's function reference says what they return.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from sheetcnn.excel.cell_array import (
    CellArray,
    ErrorValue,
    Floats,
    Texts,
)
from sheetcnn.excel.sheet_array import ReferenceWindow

NO_VALUE = ErrorValue("#VALUE!")


@dataclass(frozen=True)
class Here:
    """Where a block of formulas stands.

    Attributes:
        texts: the texts of the workbook.
        rows: (1, block rows, 1, 1, 1), each formula's own row counted from 1.
        columns: (1, 1, block columns, 1, 1), each formula's own column.
        entered: whether they are array formulas.
    """

    texts: Texts
    rows: Floats
    columns: Floats
    entered: bool


Operand: TypeAlias = CellArray | ReferenceWindow
Compute: TypeAlias = Callable[..., Operand]


@dataclass(frozen=True)
class Function:
    """A function and how it takes its arguments.

    Attributes:
        compute: called with where the formulas stand, and the arguments.
        takes: a letter an argument, the last one for all that follow. `v` one value, so that a range is
            crossed with the formula's own row or column; `r` a range; `a` an array, as is all within it;
            `s` one value even within an array, but for array formulas; `b` what the whole call is taken
            for; `f` the reference itself; `c` the reference, its first cell only but for arrays.
        least: how few arguments it takes.
        most: how many.
    """

    compute: Compute
    takes: str
    least: int
    most: int


FUNCTIONS: dict[str, Function] = {}

ASK_ABOUT_ERRORS = (
    *("IFERROR", "ISERROR", "ISNUMBER", "ISTEXT", "ISBLANK"),
    *("COUNT", "COUNTA", "COUNTBLANK", "COUNTIF", "SUMIF", "MATCH"),
)
"""Functions that give something else than an error for one: what nobody knows stays unknown in them."""


def excel(name: str, takes: str, least: int, most: int | None = None) -> Callable[[Compute], Compute]:
    """Enter a function under its name in Excel."""

    def enter(compute: Compute) -> Compute:
        FUNCTIONS[name] = Function(compute, takes, least, least if most is None else most)
        return compute

    return enter
