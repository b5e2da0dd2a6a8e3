"""The numbers that formulas are computed on: the workbook's own, and random ones in every cell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sheetcnn.errors import WorkbookError
from sheetcnn.excel.cells import Region
from sheetcnn.excel.evaluate import BLANK, NUMBER, Book, Grid
from sheetcnn.excel.read import Sheet, Workbook
from sheetcnn.excel.values import ErrorValue, Floats, Kinds
from sheetcnn.verifier.subject import Subject

Array: TypeAlias = NDArray[Any]

MARGIN = 32
"""Cells beyond the last one in use, so that a range that has grown reads something."""

MAX_CELLS = 8_000_000
_SEED = 20261122


def own_values(subject: Subject) -> Book:
    """Return the workbook's own constants on one plane; formula cells are blank until they are computed."""
    book = _book(subject.workbook, _in_use(subject), planes=1)
    for sheet in subject.workbook.sheets.values():
        if sheet.name in book.grids:
            _put_constants(book, sheet)
    return book


def probes(subject: Subject, planes: int) -> Book:
    """Return random numbers in every cell of every sheet, those of formulas and blanks included.

    Each formula is then computed on numbers of its own, whatever the others are: a wrong cell makes no other
    wrong, and what reads past its window reads something else. Half the planes are the others with all signs
    but those of weights turned, so that every ReLU sees both sides of every sum. On the last plane all cells
    are alike and the probabilities sum to 1, for formulas that ask about that. The gaps of a region drawn with
    steps stay blank.
    """
    book = _book(subject.workbook, _in_use(subject), planes)
    random = np.random.default_rng(_SEED)
    half = planes // 2
    alike = 1 / max(1, len(subject.network.classes))
    for grid in book.grids.values():
        _, rows, columns = grid.numbers.shape
        grid.numbers[:half] = random.standard_normal((half, rows, columns))
        grid.numbers[0] = np.abs(
            grid.numbers[0]
        )  # so that one plane has no negative number, and one no positive
        grid.numbers[half : 2 * half] = -grid.numbers[:half]
        grid.numbers[2 * half :] = alike
        grid.kinds[:] = NUMBER
    for region in subject.layout.all_weights:
        area = region.area
        if (weighed := book.grid(region.sheet)) is not None:
            numbers = weighed.numbers[:, area.top : area.bottom + 1, area.left : area.right + 1]
            numbers[half : 2 * half] = numbers[:half]
    for region in subject.layout.regions:
        if region.step > 1 and (stepped := book.grid(region.sheet)) is not None:
            _blank_gaps(stepped, region)
    return book


def _in_use(subject: Subject) -> dict[str, tuple[int, int]]:
    """Return rows and columns in use on each sheet that holds formulas or regions."""
    workbook = subject.workbook
    wanted = {region.sheet for region in subject.layout.regions}
    used = {}
    for sheet in workbook.sheets.values():
        if sheet.name in wanted or sheet.formulas:
            cells = [*sheet.values, *sheet.formulas]
            corners = [region.area[2:] for region in subject.layout.regions if region.sheet == sheet.name]
            rows = max((row for row, _ in [*cells, *corners]), default=0) + 1 + MARGIN
            columns = max((column for _, column in [*cells, *corners]), default=0) + 1 + MARGIN
            used[sheet.name] = rows, columns
            if rows * columns > MAX_CELLS:
                raise WorkbookError(
                    f"{workbook.path}: the sheet {sheet.name} spreads over {rows:,} rows and {columns:,} columns, "
                    "too many to compute; delete stray cells far from the network and try again"
                )
    return used


def _book(workbook: Workbook, used: dict[str, tuple[int, int]], planes: int) -> Book:
    grids = {name: Grid.blank(planes, rows, columns) for name, (rows, columns) in used.items()}
    names = dict(workbook.names)
    for sheet in workbook.sheets.values():
        names |= {f"{sheet.name}!{name}": text for name, text in sheet.names.items()}
    return Book(grids, names)


def _put_constants(book: Book, sheet: Sheet) -> None:
    grid = book.grids[sheet.name]
    cells = [(cell, value) for cell, value in sheet.values.items() if cell not in sheet.formulas]
    if not cells:
        return
    encoded = [book.texts.encode(value) for _, value in cells]
    where = tuple(np.array([cell for cell, _ in cells]).T)
    grid.numbers[0][where] = [number for number, _ in encoded]
    grid.kinds[0][where] = [kind for _, kind in encoded]


def _blank_gaps(grid: Grid, region: Region) -> None:
    area = region.area
    inside = np.s_[:, area.top : area.bottom + 1, area.left : area.right + 1]
    gaps = np.ones((area.bottom - area.top + 1, area.right - area.left + 1), dtype=bool)
    gaps[:: region.step, :: region.step] = False
    grid.kinds[inside][:, gaps] = BLANK
    grid.numbers[inside][:, gaps] = 0.0


def seen_by(book: Book, regions: Iterable[Region], plane: int) -> dict[str, Array]:
    """Return what regions hold on one plane, by name."""
    return {region.name: values_at(book, region, plane) for region in regions}


def values_at(book: Book, region: Region, plane: int) -> Array:
    """Return what a region holds on one plane: numbers, or objects where there are texts.

    A blank is 0; an error is not a number (nan).
    """
    grid = book.grid(region.sheet)
    if grid is None:
        return np.full((region.rows, region.columns), np.nan)
    area = region.area
    inside = np.s_[area.top : area.bottom + 1 : region.step, area.left : area.right + 1 : region.step]
    numbers, kinds = grid.numbers[plane][inside], grid.kinds[plane][inside]
    return decoded(book, numbers, kinds)


def decoded(book: Book, numbers: Floats, kinds: Kinds | None) -> Array:
    """Return encoded values as NumPy has them: floats, objects where some are texts."""
    if kinds is None or not kinds.any():
        return numbers
    values = [
        book.texts.decode(*pair)
        for pair in zip(numbers.ravel().tolist(), kinds.ravel().tolist(), strict=True)
    ]
    plain = [0.0 if value is None else np.nan if isinstance(value, ErrorValue) else value for value in values]
    if any(isinstance(value, (str, bool)) for value in plain):
        return np.array(plain, dtype=object).reshape(numbers.shape)
    return np.array(plain, dtype=np.float64).reshape(numbers.shape)
