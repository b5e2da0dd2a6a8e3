"""Tells formulas that are right but for numbers which are too large for Excel on the way: 1/(1+EXP(-x))."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sheetcnn.excel.ast import Binary, Call, FormulaError, Node, walk
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.cell_array import DIV0, ERROR, NUM, CellArray
from sheetcnn.excel.parser import parse
from sheetcnn.verifier.grouping import Mask, PatternBlock, Piece
from sheetcnn.verifier.region_values import largest_on

SENTENCE = (
    "right wherever it gives a number, but it gives an error where one on the way is too large for Excel, "
    "as EXP of more than 709.78 is"
)

_LARGE = 300.0
"""What any number may be without a power of it, or of a sum of some, being too large: below, an error is a fault."""


def overflows(book: CalcBook, pieces: Iterable[Piece], values: CellArray) -> Mask:
    """Return where formulas that raise to powers give an error on planes of large numbers: (planes, rows, columns).

    EXP of more than 709.78 is #NUM!, of less than -745.13 it is 0: divided by it, #DIV/0!.

    Args:
        book: the planes.
        pieces: the formulas.
        values: what they give.
    """
    wrong: Mask = np.asarray(values.are(ERROR) & np.isin(values.numbers, (NUM, DIV0)))
    if not wrong.any():
        return wrong
    large = largest_on(book) > _LARGE
    raised = np.zeros(wrong.shape[1:], dtype=bool)
    for piece in pieces:
        if raises_to_powers(piece):
            raised |= piece.holds
    return np.asarray(wrong & large[:, np.newaxis, np.newaxis] & raised)


def raises_to_powers(piece: Piece) -> bool:
    """Whether a formula raises anything to a power."""
    try:
        node = piece.pattern.node if isinstance(piece, PatternBlock) else parse(piece.text)
    except FormulaError:
        return False
    return any(map(_is_power, walk(node)))


def _is_power(node: Node) -> bool:
    match node:
        case Call(function=function):
            return function in ("EXP", "POWER")
        case Binary(operator=operator):
            return operator == "^"
    return False
