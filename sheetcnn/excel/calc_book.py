"""A workbook to compute with: the values of its sheets on many samples at once, and its names."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

import numpy as np

from sheetcnn.excel.addresses import Cell, Range
from sheetcnn.excel.ast import Name, Node
from sheetcnn.excel.block import Block, Scope
from sheetcnn.excel.cell_array import NUMBER, CellArray, CellValue, Texts
from sheetcnn.excel.evaluator import evaluate
from sheetcnn.excel.fill import FilledFormula
from sheetcnn.excel.references import DefinedNames, around, references
from sheetcnn.excel.sheet_array import SheetArray

Formula: TypeAlias = FilledFormula | Node


@dataclass
class CalcBook:
    """The sheets of a workbook as values on samples.

    Attributes:
        sheets: the values of each sheet. Write results into them; nothing is kept between evaluations.
        names: the definition of each defined name, such as `Network!$A$1:$B$2`.
        texts: the texts of all sheets.
        lazy: whether what IF, CHOOSE and IFERROR do not come to is left alone, as in a spreadsheet program; else
            all of it is computed, for many formulas and samples at once.
    """

    sheets: dict[str, SheetArray]
    names: dict[str, str] = field(default_factory=dict)
    texts: Texts = field(default_factory=Texts)
    lazy: bool = False

    def __post_init__(self) -> None:
        self._arrays = {name.casefold(): array for name, array in self.sheets.items()}
        self._spellings = {name.casefold(): name for name in self.sheets}
        self._names = DefinedNames(self.names)

    def evaluate(
        self,
        formula: Formula,
        sheet: str,
        at: tuple[int, int],
        rows: int = 1,
        columns: int = 1,
        *,
        step: int = 1,
        array: bool = False,
        spread: tuple[int, int] = (1, 1),
    ) -> CellArray:
        """Compute a block of formulas.

        Args:
            formula: a pattern, or the tree of one formula whose references stand still over the block.
            sheet: the sheet that the block stands on.
            at: its first cell.
            rows: formulas down.
            columns: formulas across.
            step: cells from one formula to the next one, down and right.
            array: whether each is an array formula.
            spread: rows and columns of cells that each array formula fills.

        Returns:
            Values of shape (samples, rows, columns, *spread).

        Raises:
            FormulaError: a function or a use of one that is not supported, or the text is no formula.
        """
        node = formula.node if isinstance(formula, FilledFormula) else formula
        scope = Scope(self._arrays, self._names, self.texts, self.extent, self.samples, self.lazy)
        size = (self.samples, rows, columns)
        return evaluate(node, Block(scope, sheet, Cell(*at), step, size, (0, 0, 0), array, spread))

    def reads(self, formula: Formula, sheet: str, rows: int = 1, columns: int = 1) -> list[tuple[str, Range]]:
        """Return what a block of formulas reads: sheets as the book spells them, and ranges around it all.

        References to sheets that are not there read nothing.
        """
        node = formula.node if isinstance(formula, FilledFormula) else formula
        found = []
        for reference in references(node, sheet, self._names):
            name = (reference.sheet or sheet).casefold()
            if name in self._spellings:
                found.append((self._spellings[name], around(reference, rows, columns)))
        return found

    def definition(self, name: Name) -> Node | None:
        """Return the tree of a defined name, that of its sheet before that of the workbook; None if it has none.

        Raises:
            FormulaError: its definition is no formula, or moves with the cell that uses it.
        """
        return self._names.definition(name)

    def sheet(self, name: str) -> SheetArray | None:
        """Return the values of a sheet, however its name is capitalised; None if there is no such sheet."""
        return self._arrays.get(name.casefold())

    @cached_property
    def samples(self) -> int:
        """How many samples the sheets have, but for those with one that is alike on all."""
        return max((len(array.numbers) for array in self.sheets.values()), default=1)

    @cached_property
    def extent(self) -> tuple[int, int]:
        """Rows and columns of the largest sheet."""
        shapes = [array.numbers.shape[1:] for array in self.sheets.values()]
        return max((rows for rows, _ in shapes), default=1), max(
            (columns for _, columns in shapes), default=1
        )

    def write(self, sheet: str, at: tuple[int, int], values: CellArray, step: int = 1) -> None:
        """Write the values of a block, or of one array formula, into a sheet."""
        samples, rows, columns, height, width = values.numbers.shape
        size = (samples, rows * height, columns * width)
        where = np.s_[
            :,
            at[0] : at[0] + (size[1] - 1) * step + 1 : step,
            at[1] : at[1] + (size[2] - 1) * step + 1 : step,
        ]
        array = self.sheets[sheet]
        array.numbers[where] = values.numbers.swapaxes(2, 3).reshape(size)
        array.kinds[where] = NUMBER if values.kinds is None else values.kinds.swapaxes(2, 3).reshape(size)

    def put(self, sheet: str, cell: tuple[int, int], value: CellValue) -> None:
        """Write one value into a sheet, on every sample."""
        array = self.sheets[sheet]
        array.numbers[:, cell[0], cell[1]], array.kinds[:, cell[0], cell[1]] = self.texts.encode(value)

    def get(self, sheet: str, cell: tuple[int, int], sample: int = 0) -> CellValue:
        """Return the value of one cell."""
        array = self.sheets[sheet]
        return self.texts.decode(float(array.numbers[sample][cell]), int(array.kinds[sample][cell]))
