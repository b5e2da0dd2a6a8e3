"""A region's formulas as the file has them, in pieces that can be computed at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from sheetcnn.excel.addresses import Range
from sheetcnn.excel.ast import Binary, Call, FormulaError, Node, Number, Reference
from sheetcnn.excel.fill import FilledFormula
from sheetcnn.excel.region import Region
from sheetcnn.excel.workbook import Sheet
from sheetcnn.verifier.grouping import Mask, PatternBlock, PatternRun, SingleFormula

_RUN = 4
"""Formulas side by side from which on it pays to compute them at once."""

_WHOLE = ("SUMPRODUCT", "SUM", "MAX", "AVERAGE")
"""Functions that take ranges whole, wherever the formula stands."""

Texts = NDArray[np.object_]
"""The text of each cell of a region, None where there is no formula."""


def texts_of(sheet: Sheet, region: Region) -> Texts:
    """Return the texts of a region; the cells that an array formula fills have the text of its first."""
    get = sheet.formulas.get
    texts = np.empty((region.rows, region.columns), dtype=object)
    rows, columns = region.lines()
    texts[:] = [[get((row, column)) for column in columns] for row in rows]
    for area in _wide_arrays(sheet, region):
        texts[places(region, area)] = sheet.formulas.get((area.top, area.left))
    return texts


def filled(texts: Texts) -> Mask:
    """Return which cells hold a formula."""
    return np.array([[text is not None for text in row] for row in texts])


def blocks(
    sheet: Sheet, region: Region, found: Texts, expected: FilledFormula | None, *, array: bool
) -> list[PatternBlock | SingleFormula]:
    """Return the formulas of a region: those of the expected pattern first, those that stand alone last.

    Args:
        sheet: where the region stands.
        region: the region.
        found: its texts, as the file has them.
        expected: the pattern that they are to follow.
        array: whether they are to be array formulas.
    """
    arrays = _arrays(sheet, region)
    wide = [(area, places(region, area)) for area in _wide_arrays(sheet, region)]
    left = filled(found)
    made: list[PatternBlock | SingleFormula] = []
    for area, filled_by_it in wide:
        if (text := sheet.formulas.get((area.top, area.left))) is not None:
            made.append(SingleFormula(region, filled_by_it & left, text, area, array=True))
        left &= ~filled_by_it
    for entered, pattern in _tried(found, expected, array=array) if not region.is_torn else ():
        holds = left & (arrays == entered) & _follow(pattern, found)
        if holds.sum() > 1 or (holds.size == 1 and holds.all()):
            made.insert(0, PatternBlock(region, pattern, holds, entered))
            left &= ~holds
        if not left.any():
            break
    if not region.is_torn:
        for run in _runs(region, found, left & (arrays == array), array=array):
            made.append(run)
            left &= ~run.holds
    made.sort(key=lambda piece: isinstance(piece, SingleFormula) or piece.pattern is not expected)
    for row, column in np.argwhere(left).tolist():
        cell = region.cell(row, column)
        made.append(
            SingleFormula(
                region,
                _only(left.shape, row, column),
                found[row, column],
                Range(*cell, *cell),
                bool(arrays[row, column]),
            )
        )
    return made


def _runs(region: Region, found: Texts, left: Mask, *, array: bool) -> Iterator[PatternRun]:
    """Yield formulas that follow one pattern along a row, then those that do along a column, then turned ones."""
    for down, turned in ((False, False), (True, False), (True, True)):
        texts, free = (found.T, left.T) if down else (found, left)
        for line in np.flatnonzero(free.sum(axis=1) >= _RUN).tolist():
            start = 0
            while start + _RUN <= texts.shape[1]:
                pattern, length = _run(texts[line], free[line], start, moves_rows=down and not turned)
                if pattern is None or length < _RUN or (turned and not is_the_same_anywhere(pattern.node)):
                    start += 1
                    continue
                holds = np.zeros(free.shape, dtype=bool)
                holds[line, start : start + length] = True
                free[holds] = False
                first, size = ((start, line), (length, 1)) if down else ((line, start), (1, length))
                yield PatternRun(
                    region,
                    pattern,
                    holds.T if down else holds,
                    array,
                    first=first,
                    size=size,
                    transposed=turned,
                )
                start += length


def is_the_same_anywhere(node: Node) -> bool:
    """Whether a formula gives the same wherever it stands: it reads single cells, and ranges only as a whole."""
    match node:
        case Reference(area=area):
            return area[:2] == area[2:]
        case Binary(left=left, right=right):
            return is_the_same_anywhere(left) and is_the_same_anywhere(right)
        case Call(function=function, arguments=arguments):
            return function in _WHOLE and all(
                isinstance(each, Reference) or is_the_same_anywhere(each) for each in arguments
            )
    return isinstance(node, Number)


def _run(texts: Texts, free: Mask, start: int, *, moves_rows: bool) -> tuple[FilledFormula | None, int]:
    """Return the pattern of the formulas from a place on in a row or column, and how many follow it.

    Args:
        texts: those of the row or column.
        free: which of them are wanted.
        start: the place of the first one.
        moves_rows: whether the rows that they read change from one to the next, or else the columns.
    """
    if not free[start : start + _RUN].all():
        return None, 0
    first, second = texts[start : start + 2]
    pattern = (
        pattern_of(1, 2, lambda _, column: (first, second)[column])
        if not moves_rows
        else pattern_of(2, 1, lambda row, _: (first, second)[row])
    )
    if pattern is None:
        return None, 0
    length = 2
    while start + length < len(texts) and free[start + length]:
        if not pattern.gives(*((length, 0) if moves_rows else (0, length)), texts[start + length]):
            break
        length += 1
    return pattern, length


def _tried(
    found: Texts, expected: FilledFormula | None, *, array: bool
) -> Iterator[tuple[bool, FilledFormula]]:
    """Yield what formulas may follow: what is expected, and only then what those in the middle have in common."""
    if expected is not None:
        yield array, expected
    own = _pattern(found)
    if own is not None:
        yield array, own
    if expected is not None:
        yield not array, expected
    if own is not None:
        yield not array, own


def _follow(pattern: FilledFormula, found: Texts) -> Mask:
    """Return which texts follow a pattern."""
    try:
        written = list(pattern.texts(*found.shape))
    except ValueError:  # it would leave the sheet
        return np.zeros(found.shape, dtype=bool)
    if written == found.tolist():  # nearly always
        return np.ones(found.shape, dtype=bool)
    return np.asarray(np.array(written, dtype=object) == found, dtype=bool)


def _only(shape: tuple[int, ...], row: int, column: int) -> Mask:
    mask = np.zeros(shape, dtype=bool)
    mask[row, column] = True
    return mask


def _arrays(sheet: Sheet, region: Region) -> Mask:
    """Return which cells of a region are the first of an array formula."""
    if not sheet.arrays:
        return np.zeros((region.rows, region.columns), dtype=bool)
    arrays = np.array([cell in sheet.arrays for cell in region.cells()])
    return arrays.reshape(region.rows, region.columns)


def _wide_arrays(sheet: Sheet, region: Region) -> list[Range]:
    """Return the ranges of array formulas that fill several cells, some of them in a region."""
    return [area for area in sheet.arrays.values() if area[:2] != area[2:] and area.overlaps(region.area)]


def places(region: Region, area: Range) -> Mask:
    """Return which cells of a region lie in a range."""
    down, along = map(np.array, region.lines())
    rows, columns = down[:, np.newaxis], along
    inside: Mask = (
        (area.top <= rows) & (rows <= area.bottom) & (area.left <= columns) & (columns <= area.right)
    )
    return inside


def pattern_of(rows: int, columns: int, text: Callable[[int, int], str | None]) -> FilledFormula | None:
    """Return the pattern of a block, None if it follows none that can be read.

    It is taken from the middle: where maps are padded, windows at the edges are smaller than all others.

    Args:
        rows: how many the block has.
        columns: likewise.
        text: the formula of a cell, None if there is none.
    """
    try:
        pattern = FilledFormula.from_middle(rows, columns, text)
        if pattern is not None:
            _ = pattern.node  # parse it now
    except FormulaError:
        return None
    return pattern


def _pattern(texts: Texts) -> FilledFormula | None:
    """Return the pattern of a region's texts."""
    rows, columns = texts.shape
    return pattern_of(rows, columns, lambda row, column: texts[row, column])
