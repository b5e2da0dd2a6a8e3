"""One formula filled over a block of cells: a skeleton, and coordinates that move with the cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from sheetcnn.excel.addresses import column_letters
from sheetcnn.excel.ast import FormulaError, Node
from sheetcnn.excel.limits import MAX_COLUMNS, MAX_ROWS
from sheetcnn.excel.parser import parse
from sheetcnn.excel.tokenizer import coordinates, tokens


class Coordinate(NamedTuple):
    """A row or column in a formula: where it starts and how far it moves from cell to cell."""

    is_row: bool
    start: int
    slope: int = 0

    def after(self, steps: int) -> int:
        """Return the zero-based row or column that many cells into the block."""
        return self.start + self.slope * steps


@dataclass(frozen=True)
class FilledFormula:
    """The formulas of a block, cell (0, 0) its first.

    Rows move with the block's rows and columns with its columns, by any whole number of cells: 0 for
    `$A$1`, 1 for an ordinary fill, 2 for a max pool written compactly.

    Attributes:
        pieces: the text around the coordinates, one more than there are of them, `$` included.
        coordinates: what stands between the pieces.
    """

    pieces: tuple[str, ...]
    coordinates: tuple[Coordinate, ...]

    @classmethod
    def through(cls, first: str, right: str | None = None, below: str | None = None) -> FilledFormula | None:
        """Infer the pattern of a block from three of its formulas.

        Args:
            first: the formula of cell (0, 0).
            right: that of cell (0, 1), none if the block has one column.
            below: that of cell (1, 0), none if the block has one row.

        Returns:
            The pattern, or None if the three are not of one.
        """
        cuts = [_cut(first if text is None else text) for text in (first, right, below)]
        if None in cuts:
            return None
        (pieces, start), *others = (cut for cut in cuts if cut is not None)
        if any(
            other != pieces or [c.is_row for c in moved] != [c.is_row for c in start]
            for other, moved in others
        ):
            return None
        coordinates = []
        for origin, along, down in zip(start, others[0][1], others[1][1], strict=True):
            moving, still = (down, along) if origin.is_row else (along, down)
            if still != origin:
                return None
            coordinates.append(origin._replace(slope=moving.start - origin.start))
        return cls(pieces, tuple(coordinates))

    @cached_property
    def node(self) -> Node:
        """The formula of cell (0, 0) as a tree; its references know how far they move from cell to cell of the block.

        Raises:
            FormulaError: the text is no formula, or uses what is not supported.
        """
        return parse(self.text(0, 0), tuple(coordinate.slope for coordinate in self.coordinates))

    @classmethod
    def from_middle(
        cls, rows: int, columns: int, text: Callable[[int, int], str | None]
    ) -> FilledFormula | None:
        """Infer the pattern of a block from formulas in its middle, for one whose edges may differ.

        Args:
            rows: how many the block has.
            columns: likewise.
            text: gives the formula of a cell, None if there is none.
        """
        row, column = (rows - 1) // 2, (columns - 1) // 2
        first = text(row, column)
        right = text(row, column + 1) if columns > 1 else first
        below = text(row + 1, column) if rows > 1 else first
        if first is None or right is None or below is None:
            return None
        if rows == columns == 1:
            return cls((first,), ())
        pattern = cls.through(first, right if columns > 1 else None, below if rows > 1 else None)
        return pattern and pattern.continued(-row, -column)

    def continued(self, rows: int, columns: int) -> FilledFormula | None:
        """Return the pattern whose first cell stands so many cells further on; None if it would leave the sheet."""
        coordinates = tuple(
            coordinate._replace(start=coordinate.after(rows if coordinate.is_row else columns))
            for coordinate in self.coordinates
        )
        if any(coordinate.start < 0 for coordinate in coordinates):
            return None
        return FilledFormula(self.pieces, coordinates)

    def text(self, row: int, column: int) -> str:
        """Return the formula of the cell (row, column) of the block.

        Raises:
            ValueError: a coordinate would be before the first row or column.
        """
        parts = [self.pieces[0]]
        for coordinate, piece in zip(self.coordinates, self.pieces[1:], strict=True):
            place = coordinate.after(row if coordinate.is_row else column)
            if place < 0:
                raise ValueError("the formula would leave the sheet")
            parts += [str(place + 1) if coordinate.is_row else column_letters(place), piece]
        return "".join(parts)

    def gives(self, row: int, column: int, text: str) -> bool:
        """Whether this is the formula of the cell (row, column) of the block."""
        try:
            return self.text(row, column) == text
        except ValueError:
            return False

    def texts(self, rows: int, columns: int) -> Iterator[list[str]]:
        """Return the formulas of a block, row by row.

        Raises:
            ValueError: a coordinate leaves the sheet.
        """
        self._stays_on_the_sheet(rows, columns)
        return self._rows(rows, columns)

    def _stays_on_the_sheet(self, rows: int, columns: int) -> None:
        for coordinate in self.coordinates:
            cells, limit = (rows, MAX_ROWS) if coordinate.is_row else (columns, MAX_COLUMNS)
            last = coordinate.after(cells - 1)
            if not 0 <= last < limit:
                raise ValueError(f"the formula {self.text(0, 0)!r} leaves the sheet over its block")

    def _rows(self, rows: int, columns: int) -> Iterator[list[str]]:
        """Write each formula by one `%` of its row's template, itself made by one `%` a row."""
        template = _twice_escaped(self.pieces[0])
        for coordinate, piece in zip(self.coordinates, self.pieces[1:], strict=True):
            if coordinate.slope:
                template += "%d" if coordinate.is_row else "%%s"
            elif coordinate.is_row:
                template += str(coordinate.start + 1)
            else:
                template += column_letters(coordinate.start)
            template += _twice_escaped(piece)
        moving = [coordinate for coordinate in self.coordinates if coordinate.slope]
        down = [c._replace(start=c.start + 1) for c in moving if c.is_row]
        along = [c for c in moving if not c.is_row]
        letters = [tuple(column_letters(c.after(column)) for c in along) for column in range(columns)]
        for row in range(rows):
            of_row = template % tuple(c.after(row) for c in down)
            yield [of_row % of_column for of_column in letters]


def _twice_escaped(piece: str) -> str:
    return piece.replace("%", "%%%%")


@lru_cache(maxsize=4096)
def _cut(text: str) -> tuple[tuple[str, ...], tuple[Coordinate, ...]] | None:
    """Cut a formula into its pieces and coordinates, or return None if it cannot be read."""
    pieces, found = [""], []
    try:
        for token in tokens(text):
            if token.kind not in ("cell", "columns", "rows"):
                pieces[-1] += token.text
                continue
            separator = "" if token.kind == "cell" else ":"
            are_rows = {"cell": (False, True), "columns": (False, False), "rows": (True, True)}[token.kind]
            for index, (mark, number) in enumerate(coordinates(token.text)):
                pieces[-1] += (separator if index else "") + mark
                found.append(Coordinate(are_rows[index], number))
                pieces.append("")
    except FormulaError:
        return None
    return tuple(pieces), tuple(found)
