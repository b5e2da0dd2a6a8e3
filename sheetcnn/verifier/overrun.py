"""Finds formulas that carry a region on past its edge: a 25th column where 24 belong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sheetcnn.excel.fill import FilledFormula
from sheetcnn.excel.region import Region

_REACH = 3
"""How many rows or columns past its edge a region may go on; beyond that a formula stands for itself."""


@dataclass(frozen=True)
class Overrun:
    """A formula that carries a region on.

    Attributes:
        region: the region.
        message: a sentence that says what is wrong, and what it costs.
    """

    region: Region
    message: str


def overrun(
    filled: Iterable[tuple[Region, FilledFormula]], sheet: str, cell: tuple[int, int], text: str
) -> Overrun | None:
    """Return the region that a formula carries on, with the pattern that fills it; None if it is no such formula."""
    for region, pattern in filled:
        if region.sheet != sheet:
            continue
        down, along = cell[0] - region.top, cell[1] - region.left
        if down % region.step or along % region.step:
            continue
        row, column = down // region.step, along // region.step
        beyond = max(-row, row - region.rows + 1, -column, column - region.columns + 1)
        if 1 <= beyond <= _REACH and pattern.gives(row, column, text):
            return Overrun(region, _message(region, row, column))
    return None


def _message(region: Region, row: int, column: int) -> str:
    if 0 <= row < region.rows:
        which, count, edge = "column", region.columns, "left" if column < 0 else "right"
    else:
        which, count, edge = "row", region.rows, "upper" if row < 0 else "lower"
    number = (column if which == "column" else row) + 1
    return (
        f"{which} {number} of {region.name}, which has {count}: it reads past the {edge} edge of what comes before, "
        f"so the answer is wrong as soon as ink reaches the {edge} edge"
    )
