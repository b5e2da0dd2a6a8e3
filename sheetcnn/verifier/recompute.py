"""Computes a workbook's own values from its constants, whatever values are stored."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from sheetcnn.excel.cells import Range
from sheetcnn.excel.evaluate import Book
from sheetcnn.excel.formula import FormulaError, parse
from sheetcnn.verifier.fields import index_of
from sheetcnn.verifier.formulas import Formulas
from sheetcnn.verifier.found import Found
from sheetcnn.verifier.order import Place

_MAX_PASSES = 25


def recompute(formulas: Formulas, circular: Collection[Place]) -> Book:
    """Return the workbook's own values, computed stage after stage; over again while odd formulas change any.

    What takes part in a circle keeps the value that is stored.
    """
    own = formulas.fields.own
    _put_stored(own, formulas, circular)
    for _ in range(_MAX_PASSES if formulas.needed or formulas.unusual else 1):
        before = {name: (grid.numbers.copy(), grid.kinds.copy()) for name, grid in own.grids.items()}
        for place in formulas.needed:
            if place not in circular:
                _compute(own, formulas, place)
        for found in formulas.all_found:
            _compute_region(own, found)
        if all(
            np.array_equal(own.grids[name].numbers, numbers, equal_nan=True)
            and np.array_equal(own.grids[name].kinds, kinds)
            for name, (numbers, kinds) in before.items()
        ):
            break
    return own


def _put_stored(own: Book, formulas: Formulas, circular: Collection[Place]) -> None:
    for sheet, (row, column) in circular:
        rows, columns = formulas.fields.sizes[sheet]
        if row < rows and column < columns:
            stored = formulas.subject.workbook.sheets[sheet].values.get((row, column))
            own.put(sheet, (row, column), stored)


def _compute(own: Book, formulas: Formulas, place: Place) -> None:
    """Compute a formula that belongs to no region; leave its cells blank if that fails."""
    name, cell = place
    sheet = formulas.subject.workbook.sheets[name]
    area = sheet.arrays.get(cell, Range(*cell, *cell))
    rows, columns = formulas.fields.sizes[name]
    if area.bottom >= rows or area.right >= columns:
        return
    spread = (area.bottom - area.top + 1, area.right - area.left + 1)
    try:
        node = parse(sheet.formulas[cell])
        values = own.evaluate(node, name, cell, array=cell in sheet.arrays, spread=spread)
    except FormulaError:
        return
    own.write(name, cell, values)


def _compute_region(own: Book, found: Found) -> None:
    values = found.evaluate(own, found.pieces)
    grid = own.grid(found.region.sheet)
    if grid is None:
        return
    inside = (0, *index_of(found.region))
    computed = found.computed
    grid.numbers[inside] = np.where(computed, values.numbers[0], grid.numbers[inside])
    if values.kinds is not None:
        grid.kinds[inside] = np.where(computed, values.kinds[0], grid.kinds[inside])
