"""A block of formulas that is computed at once, and what its formulas can refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from sheetcnn.excel.addresses import Cell
from sheetcnn.excel.cell_array import Texts
from sheetcnn.excel.functions.registry import Here
from sheetcnn.excel.references import DefinedNames
from sheetcnn.excel.sheet_array import SheetArray


@dataclass(frozen=True)
class Scope:
    """What formulas can refer to.

    Attributes:
        sheets: the values of each sheet, by its casefolded name.
        names: the defined names.
        texts: the texts of all sheets.
        extent: rows and columns of the largest sheet.
        samples: how many samples the sheets hold.
        lazy: whether IF, CHOOSE and IFERROR leave alone what they do not come to.
    """

    sheets: Mapping[str, SheetArray]
    names: DefinedNames
    texts: Texts
    extent: tuple[int, int]
    samples: int
    lazy: bool

    def sheet(self, name: str) -> SheetArray | None:
        """Return the values of a sheet, however its name is capitalised; None if there is no such sheet."""
        return self.sheets.get(name.casefold())


SAMPLES, ROWS, COLUMNS = range(3)


@dataclass(frozen=True)
class Block:
    """The part of a block of formulas that is computed at once."""

    scope: Scope
    sheet: str
    at: Cell  # the first formula of the whole block
    step: int
    size: tuple[int, int, int]  # samples, rows, columns
    start: tuple[int, int, int]  # in the whole block
    entered: bool
    spread: tuple[int, int]

    def parts(self, axis: int, pieces: int) -> list[Block]:
        """Cut the block along samples, rows or columns."""
        edges = np.linspace(0, self.size[axis], min(pieces, self.size[axis]) + 1).astype(int).tolist()
        return [
            replace(
                self,
                size=_with(self.size, axis, last - first),
                start=_with(self.start, axis, self.start[axis] + first),
            )
            for first, last in pairwise(edges)
        ]

    def here(self) -> Here:
        """Say where the formulas stand."""
        _, rows, columns = self.size
        down = self.at.row + 1.0 + self.step * (self.start[ROWS] + np.arange(rows, dtype=np.float64))
        along = (
            self.at.column + 1.0 + self.step * (self.start[COLUMNS] + np.arange(columns, dtype=np.float64))
        )
        return Here(
            self.scope.texts, down.reshape(1, -1, 1, 1, 1), along.reshape(1, 1, -1, 1, 1), self.entered
        )


def _with(triple: tuple[int, int, int], axis: int, number: int) -> tuple[int, int, int]:
    changed = list(triple)
    changed[axis] = number
    return changed[0], changed[1], changed[2]
