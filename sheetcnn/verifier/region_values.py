"""What regions hold: their values between the sheets of a `CalcBook`, with its planes, and NumPy's arrays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.cell_array import (
    BLANK,
    BOOLEAN,
    ERROR,
    NOT_COMPUTED,
    NUMBER,
    TEXT,
    Floats,
    Kinds,
    broadcast,
)
from sheetcnn.excel.region import Region

Array: TypeAlias = NDArray[Any]


def seen_by(book: CalcBook, regions: Iterable[Region], plane: int) -> dict[str, Array]:
    """Return what regions hold on one plane, by name."""
    return {region.name: values_at(book, region, plane) for region in regions}


def values_at(book: CalcBook, region: Region, plane: int) -> Array:
    """Return what a region holds on one plane: numbers, or objects where there are texts.

    A blank is 0; an error is not a number (nan).
    """
    grid = book.sheet(region.sheet)
    if grid is None:
        return np.full((region.rows, region.columns), np.nan)
    inside = index_of(region)
    return decoded(book, grid.numbers[plane][inside], grid.kinds[plane][inside])


def largest_on(book: CalcBook) -> Floats:
    """Return the size of the largest number on each plane; a sheet that is alike on all planes has one."""
    sizes = [np.abs(grid.numbers).max(axis=(1, 2)) for grid in book.sheets.values()]
    return np.asarray(np.max([broadcast(each, (book.samples,)) for each in sizes], axis=0))


def planes_at(book: CalcBook, region: Region) -> Array:
    """Return the same on all planes: (planes, rows, columns), objects if there are texts on any of them."""
    grid = book.sheet(region.sheet)
    if grid is None:
        return np.full((book.samples, region.rows, region.columns), np.nan)
    inside = (slice(None), *index_of(region))
    values = decoded(book, grid.numbers[inside], grid.kinds[inside])
    return broadcast(values, (book.samples, *values.shape[1:]))  # a sheet that is alike on all has one


def numbers_at(book: CalcBook, region: Region, plane: int) -> Floats:
    """Return the numbers of a region on one plane, nan where a cell holds none."""
    grid = book.sheet(region.sheet)
    if grid is None:
        return np.full((region.rows, region.columns), np.nan)
    inside = index_of(region)
    return np.where(grid.kinds[plane][inside] == NUMBER, grid.numbers[plane][inside], np.nan)


def uncomputed_at(book: CalcBook, region: Region) -> NDArray[np.bool_]:
    """Return which values of a region nobody knows on the first plane: what they come from cannot be computed."""
    grid = book.sheet(region.sheet)
    if grid is None:
        return np.zeros((region.rows, region.columns), dtype=bool)
    inside = (0, *index_of(region))
    unknown: NDArray[np.bool_] = (grid.kinds[inside] == ERROR) & (grid.numbers[inside] == NOT_COMPUTED)
    return unknown


def decoded(book: CalcBook, numbers: Floats, kinds: Kinds | None) -> Array:
    """Return encoded values as NumPy has them: floats, objects where some are texts; an error is nan."""
    if kinds is None or not kinds.any():
        return numbers
    floats = np.where(kinds == ERROR, np.nan, np.where(kinds == BLANK, 0.0, numbers))
    others = (kinds == TEXT) | (kinds == BOOLEAN)
    if not others.any():
        return floats
    values = floats.astype(object)
    values[others] = [
        book.texts.decode(*pair)
        for pair in zip(numbers[others].tolist(), kinds[others].tolist(), strict=True)
    ]
    return values


def has_texts(book: CalcBook, region: Region) -> bool:
    """Whether any cell of a region holds a text on the first plane."""
    grid = book.sheet(region.sheet)
    return grid is not None and bool((grid.kinds[0][index_of(region)] == TEXT).any())


def index_of(region: Region) -> tuple[Any, Any]:
    """Return the index of a region's values in the cells of its sheet."""
    area = region.area
    if region.is_torn:
        rows, columns = np.ix_(*region.lines())
        return rows, columns
    return np.s_[area.top : area.bottom + 1 : region.step, area.left : area.right + 1 : region.step]
