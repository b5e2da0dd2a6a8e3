"""Draws random numbers for every cell of a sheet, plane by plane, of all sorts that tell wrong formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from math import comb, gcd
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sheetcnn.excel.cell_array import Floats

Shape: TypeAlias = tuple[int, int]
Draw: TypeAlias = Callable[[np.random.Generator, Shape], Iterator[Floats]]
"""Yields planes of random numbers for a sheet of so many rows and columns."""

_APART = 37
_SCALES = (2.0**-20, 2.0**-10, 2.0**10, 2.0**20)
_CLOSE = (1.0, 1.0, 0.1, 0.01, 10.0, 100.0)
_CHOICES = 12


def normal(random: np.random.Generator, shape: tuple[int, int], planes: int) -> Iterator[Floats]:
    """Draw planes, the first of them without a negative number; so its mirror image has no positive one."""
    yield np.abs(random.standard_normal(shape))
    for _ in range(planes - 1):
        yield random.standard_normal(shape)


def of_many_sizes(random: np.random.Generator, shape: Shape) -> Iterator[Floats]:
    """Draw a few planes, each of numbers of another size."""
    yield from normal(random, shape, 2)
    for size in _CLOSE:
        yield size * random.standard_normal(shape)


def of_every_sort(
    random: np.random.Generator, shape: Shape, *, planes: int, classes: int
) -> Iterator[Floats]:
    """Draw planes on which what is cut off shows: whole numbers, powers of two, and neighbours far apart.

    Args:
        random: where chance comes from.
        shape: rows and columns of the sheet.
        planes: how many planes are normal numbers.
        classes: how many classes the network has: so many neighbours are to differ.
    """
    yield from normal(random, shape, planes)
    for scale in _SCALES:
        yield scale * random.choice([*range(-8, 0), *range(1, 9)], shape)
    for _ in _SCALES:
        yield random.choice([-1.0, 1.0], shape) * 2.0 ** random.integers(-20, 21, shape)
    turns, apart = _numbered(shape, classes)
    for turn in range(apart):
        yield random.standard_normal(shape) + np.where(turns == turn, random.uniform(8, 16, shape), 0.0)
    for part in _parts(turns, apart):
        yield np.exp2(np.where(part, 1.0, -1.0) * random.integers(8, 13, shape))


def of_named_numbers(
    random: np.random.Generator, shape: Shape, *, constants: Sequence[float], classes: int
) -> Iterator[Floats]:
    """Draw planes of the numbers that formulas name: of any two neighbours one is such a number, on some plane.

    Args:
        random: where chance comes from.
        shape: rows and columns of the sheet.
        constants: the numbers that formulas name.
        classes: how many classes the network has: so many neighbours are to differ.
    """
    named = [*constants, -1.0, 0.0, 1.0]
    for _ in range(_CHOICES if constants else 0):
        yield random.choice(named, shape)
    turns, apart = _numbered(shape, classes)
    for constant in constants:
        yield np.full(shape, constant)
        for part in _parts(turns, apart):
            yield np.where(part, constant, random.standard_normal(shape))


def _numbered(shape: Shape, classes: int) -> tuple[NDArray[Any], int]:
    """Number cells so that all of 5×5, and of a row or column as long as there are classes, differ."""
    apart = max(_APART, classes)
    while gcd(apart, 6) > 1:
        apart += 1
    rows, columns = np.indices(shape)
    return (6 * rows + columns) % apart, apart


def _parts(turns: NDArray[Any], apart: int) -> Iterator[NDArray[np.bool_]]:
    """Yield parts of the cells such that of any two with different numbers some part holds the first one alone.

    Each number is in its own choice of half of the parts (Sperner, 1928: no other family of so many is smaller).
    """
    count = next(count for count in range(apart + 1) if comb(count, count // 2) >= apart)
    chosen = np.zeros((apart, count), dtype=bool)
    for number, some in zip(range(apart), combinations(range(count), count // 2), strict=False):
        chosen[number, list(some)] = True
    for part in range(count):
        yield chosen[turns, part]
