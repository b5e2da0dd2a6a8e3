"""Follows what formulas read: which have to be computed first, and which read themselves in a circle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

import numpy as np

from sheetcnn.excel.addresses import Range
from sheetcnn.excel.ast import FormulaError
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.parser import parse
from sheetcnn.excel.workbook import Sheet, Workbook

Place: TypeAlias = tuple[str, tuple[int, int]]
"""A cell with its sheet."""

MAX_STEPS = 3_000_000
"""Reads that are followed: a network of half a million formulas has as many."""


class DependencyGraph:
    """What the formulas of a workbook read."""

    def __init__(self, workbook: Workbook, book: CalcBook) -> None:
        self._sheets = workbook.sheets
        self._book = book
        self._wide = {
            name: np.array([area for area in sheet.arrays.values() if area[:2] != area[2:]]).reshape(-1, 4)
            for name, sheet in workbook.sheets.items()
        }
        self._steps = 0

    def reads(self, place: Place) -> list[tuple[str, Range]]:
        """Return the ranges that the formula of a cell reads; none if it cannot be read."""
        sheet, cell = place
        try:
            return self._book.reads(parse(self._sheets[sheet].formulas[cell]), sheet)
        except FormulaError:
            return []

    def formulas_in(self, sheet: str, area: Range) -> Iterator[tuple[int, int]]:
        """Yield the cells of a range that hold a formula; of an array formula, the first one."""
        yield from _filled(self._sheets[sheet], area)
        top, left, bottom, right = self._wide[sheet].T
        touched = (top <= area.bottom) & (area.top <= bottom) & (left <= area.right) & (area.left <= right)
        for row, column, _, _ in self._wide[sheet][touched].tolist():
            if not area.contains((row, column)):
                yield row, column

    def of(self, place: Place) -> list[Place]:
        """Return the formulas that a formula reads.

        Raises:
            RecursionError: more was asked for than can be followed.
        """
        found = [(sheet, cell) for sheet, area in self.reads(place) for cell in self.formulas_in(sheet, area)]
        self._steps += len(found) + 1
        if self._steps > MAX_STEPS:
            raise RecursionError
        return found


def _filled(sheet: Sheet, area: Range) -> Iterator[tuple[int, int]]:
    cells = (area.bottom - area.top + 1) * (area.right - area.left + 1)
    if cells > len(sheet.formulas):
        return (cell for cell in sheet.formulas if area.contains(cell))
    return (
        (row, column)
        for row in range(area.top, area.bottom + 1)
        for column in range(area.left, area.right + 1)
        if (row, column) in sheet.formulas
    )


def topological_order(starts: Iterable[Place], reads: Callable[[Place], Iterable[Place]]) -> list[Place]:
    """Return all that is read, directly or not, each after what it reads, those in a circle in any order."""
    return [place for group in _searched(starts, reads).groups for place in group]


def cycles(starts: Iterable[Place], reads: Callable[[Place], Iterable[Place]]) -> list[list[Place]]:
    """Return the circles that are found from these formulas on, by what each of them reads.

    Raises:
        RecursionError: they read more than can be followed.
    """
    search = _searched(starts, reads)
    return [group for group in search.groups if len(group) > 1 or group[0] in search.reading_themselves]


def _searched(starts: Iterable[Place], reads: Callable[[Place], Iterable[Place]]) -> _Search:
    search = _Search(reads)
    for start in starts:
        if start not in search.index:
            search.from_(start)
    return search


class _Search:
    """Tarjan's search for strongly connected components (1972), without recursion.

    Attributes:
        groups: places that read each other in a circle, and single ones; each group after those that it reads.
        reading_themselves: places that read themselves directly.
        index: when each place was come upon.
    """

    def __init__(self, reads: Callable[[Place], Iterable[Place]]) -> None:
        self.groups: list[list[Place]] = []
        self.reading_themselves: set[Place] = set()
        self.index: dict[Place, int] = {}
        self._reads = reads
        self._low: dict[Place, int] = {}
        self._stack: list[Place] = []
        self._stacked: set[Place] = set()
        self._branch: list[tuple[Place, Iterator[Place]]] = []

    def from_(self, start: Place) -> None:
        self._enter(start)
        while self._branch:
            place, below = self._branch[-1]
            following = next(below, None)
            if following is None:
                self._leave(place)
            elif following not in self.index:
                self._enter(following)
            elif following in self._stacked:
                self._low[place] = min(self._low[place], self.index[following])
            if following == place:
                self.reading_themselves.add(place)

    def _enter(self, place: Place) -> None:
        self.index[place] = self._low[place] = len(self.index)
        self._stack.append(place)
        self._stacked.add(place)
        self._branch.append((place, iter(self._reads(place))))

    def _leave(self, place: Place) -> None:
        self._branch.pop()
        if self._branch:
            parent = self._branch[-1][0]
            self._low[parent] = min(self._low[parent], self._low[place])
        if self._low[place] < self.index[place]:
            return
        group: list[Place] = []
        while not group or group[-1] != place:
            group.append(self._stack.pop())
        self._stacked.difference_update(group)
        self.groups.append(group)
