"""Shared formulas: the text of one cell, spelled out in the cells that share it (ECMA-376, part 1, 18.3.1.40)."""

from __future__ import annotations

import re

from sheetcnn.excel.addresses import Range, column_letters, column_number
from sheetcnn.excel.limits import MAX_COLUMNS, MAX_ROWS

_SHEET = Range(0, 0, MAX_ROWS - 1, MAX_COLUMNS - 1)
_REFERENCE = re.compile(
    r"""
    "[^"]*" | '[^']*' | \[[^\[\]]*\]                      # a text, a sheet's name, a table's column: no cell
    | (?<![\w.\\$]) (?P<reference>
        \$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6} (?: :\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6} (?![\w.\\(!]) )?
        | \$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}
        | \$?[1-9][0-9]{0,6}:\$?[1-9][0-9]{0,6}
    ) (?![\w.\\(!])                                    # or else it is a function, a sheet or a longer name
    """,
    re.VERBOSE,
)
_COORDINATE = re.compile(r"(\$?)(?:([A-Za-z]+)|([0-9]+))")


class SharedFormula:
    """A formula of one cell, for others to share: what is relative in it moves with the cell."""

    def __init__(self, row: int, column: int, text: str) -> None:
        self._row, self._column = row, column
        self._moving: list[tuple[bool, int]] = []  # of each coordinate: whether it is a row, and which
        self._format = _REFERENCE.sub(self._with_slots, text.replace("%", "%%"))
        rows = [number for is_row, number in self._moving if is_row] or [row]
        columns = [number for is_row, number in self._moving if not is_row] or [column]
        self._reach = Range(min(rows), min(columns), max(rows), max(columns))

    def at(self, row: int, column: int) -> str:
        """Return its text in another cell, or #REF! if a reference would leave the sheet."""
        down, right = row - self._row, column - self._column
        first = (self._reach.top + down, self._reach.left + right)
        last = (self._reach.bottom + down, self._reach.right + right)
        if not (_SHEET.contains(first) and _SHEET.contains(last)):
            return "#REF!"
        moved = [n + down + 1 if is_row else column_letters(n + right) for is_row, n in self._moving]
        return self._format % tuple(moved)

    def _with_slots(self, match: re.Match[str]) -> str:
        """Return a reference with a slot for each coordinate that moves, and note what starts there."""
        if match["reference"] is None:
            return match[0]
        coordinates = [
            (dollar, bool(digits), int(digits) - 1 if digits else column_number(letters))
            for dollar, letters, digits in _COORDINATE.findall(match[0])
        ]
        if any(number >= (MAX_ROWS if is_row else MAX_COLUMNS) for _, is_row, number in coordinates):
            return match[0]  # beyond the last cell: a name
        self._moving += [(is_row, number) for dollar, is_row, number in coordinates if not dollar]
        return _COORDINATE.sub(lambda coordinate: coordinate[0] if coordinate[1] else "%s", match[0])
