"""What formulas give in a program that writes a decimal comma: text that joins a number has it, too."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sheetcnn.excel.addresses import Cell
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.cell_array import TEXT, CellValue, decimal_mark
from sheetcnn.verifier.calc_books import copied
from sheetcnn.verifier.observed import ObservedRegion
from sheetcnn.verifier.recalculate import OwnValues
from sheetcnn.verifier.region_values import index_of

_MARKS = (",", "\u066b")
"""The decimal marks of most languages that have no point, and of Arabic."""


class DecimalComma:
    """Texts with another decimal mark: "39,3 % sure" for "39.3 % sure"; computed when first asked for."""

    def __init__(self, all_observed: Iterable[ObservedRegion], own: OwnValues) -> None:
        self._all_observed, self._own = list(all_observed), own
        self._books: dict[str, CalcBook] = {}

    def explains(self, sheet: str, cell: Cell, stored: CellValue, computed: CellValue) -> bool:
        """Whether a text that is stored is what its formula gives with another decimal mark.

        Only a number that the formula, or one that it reads, joins to a text is written with another mark: a text
        that holds a point stays as it is.

        Args:
            sheet: the sheet.
            cell: the cell of the formula.
            stored: the value that is stored beside it.
            computed: what the formula gives, with a decimal point.
        """
        if not isinstance(stored, str) or not isinstance(computed, str):
            return False
        return any(
            stored.replace(mark, ".") == computed.replace(mark, ".")
            and self._with(mark).get(sheet, cell) == stored
            for mark in _MARKS
            if mark in stored
        )

    def _with(self, mark: str) -> CalcBook:
        """Return the workbook's own values, texts computed as a program does that writes this decimal mark."""
        if mark not in self._books:
            book = self._books[mark] = copied(self._own.book)
            with decimal_mark(mark):
                for observed in self._all_observed:
                    self._compute_texts(book, observed)
        return self._books[mark]

    def _compute_texts(self, book: CalcBook, observed: ObservedRegion) -> None:
        grid = book.sheet(observed.region.sheet)
        if grid is None:
            return
        texts = self._own.computed(observed) & (grid.kinds[0][index_of(observed.region)] == TEXT)
        if not texts.any():
            return
        values, _ = observed.evaluate(book, observed.pieces, self._own.refused)
        if values.kinds is None:
            return
        for row, column in np.argwhere(texts & (values.kinds[0] == TEXT)).tolist():
            text = book.texts.decode(values.numbers[0, row, column], TEXT)
            book.put(observed.region.sheet, observed.region.cell(row, column), text)
