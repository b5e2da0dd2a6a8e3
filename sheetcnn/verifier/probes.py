"""The numbers that formulas are computed on: the workbook's own, and random ones in every cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations, islice
from math import comb, gcd
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sheetcnn.errors import WorkbookError
from sheetcnn.excel.addresses import Range, range_a1
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
from sheetcnn.excel.limits import MAX_COLUMNS, MAX_ROWS, MAX_VALUES
from sheetcnn.excel.region import Region
from sheetcnn.excel.sheet_array import SheetArray
from sheetcnn.excel.workbook import Sheet, Workbook
from sheetcnn.verifier.recognize import RecognizedWorkbook
from sheetcnn.workbook.formula_block import FormulaBlock
from sheetcnn.workbook.layout import Layout

Array: TypeAlias = NDArray[Any]
Read: TypeAlias = tuple[str, Range]
Draw: TypeAlias = Callable[[np.random.Generator, tuple[int, int]], Iterator[Floats]]

MARGIN = 32
"""Cells beyond the last one of the network, so that a range that has grown reads something."""

_MAX_REACH = 100_000
"""Cells of a sheet, if formulas read beyond the network: what is read further away costs planes for all others."""

_MAX_NUMBERS = 20_000_000
_FEW = 2
_MANY = 8
_APART = 37
_SCALES = (2.0**-20, 2.0**-10, 2.0**10, 2.0**20)
_CLOSE = (1.0, 1.0, 0.1, 0.01, 10.0, 100.0)
_CHOICES = 12
_SEED = 20261122


class Probes:
    """The numbers that the formulas of one workbook are computed on.

    Attributes:
        recognized: the workbook.
        sizes: rows and columns of each sheet, up to the last cell that is read.
    """

    def __init__(
        self, recognized: RecognizedWorkbook, reads: Iterable[Read], constants: Sequence[float]
    ) -> None:
        """Take what formulas read beside the network's own regions, and the numbers that they name."""
        self.recognized = recognized
        self.sizes = _sizes(recognized)
        self._constants = constants
        self._used: dict[str, tuple[int, int]] = {}
        for sheet, area in reads:
            rows, columns = self.sizes[sheet]
            bottom, right = self._last(sheet, area)
            size = max(rows, bottom + 1 + MARGIN), max(columns, right + 1 + MARGIN)
            if size[0] * size[1] <= max(_MAX_REACH, rows * columns):
                self.sizes[sheet] = size

    def too_far(self, reads: Iterable[Read]) -> str:
        """Return why a formula that reads this cannot be computed; empty if it can."""
        for sheet, area in reads:
            (rows, columns), (bottom, right) = self.sizes[sheet], self._last(sheet, area)
            if bottom >= rows or right >= columns:
                return f"it reads {range_a1(area)}, too far from the network"
        return ""

    @cached_property
    def own(self) -> CalcBook:
        """The workbook's own constants on one plane; formula cells are blank until they are computed."""
        book = _book(self.recognized.workbook, self.sizes, planes=1)
        for sheet in self.recognized.workbook.sheets.values():
            _put_constants(book, sheet)
        return book

    @cached_property
    def basic(self) -> CalcBook:
        """Random numbers in every cell of every sheet, those of formulas and blanks included.

        Each formula is then computed on numbers of its own, whatever the others are: a wrong cell makes no
        other wrong, and what reads past its window reads something else. Half the planes are the others with
        all signs but those of weights turned, so that every ReLU sees both sides of every sum. On the last
        plane all cells are alike and the probabilities sum to 1, for formulas that ask about that. The gaps of
        a region drawn with steps stay blank.
        """
        return self._probes(lambda random, shape: _normal(random, shape, _FEW))

    @cached_property
    def thorough(self) -> CalcBook:
        """The same on more planes, for formulas that are not spelled as expected.

        MAX over three cells of four differs one time in four, and over 99 of 100 hardly ever: so of any few
        neighbours each is the largest on one plane and the smallest on another. Whole numbers, scaled by powers
        of two so that sums are exact, find what is cut off; of any two neighbours the first is much larger than
        the second on one plane, so quotients are cut off, too. The numbers that formulas name find what is asked
        for: of any two neighbours the first is one of them, and the second is not, on some plane.
        """
        return self._probes(self._every_sort, self._with_constants)

    @cached_property
    def close(self) -> CalcBook:
        """Random numbers on a few planes, of several sizes, for who changes single cells of them."""
        return self._probes(_sizes_of_normal)

    def choices(self, reads: Iterable[Region]) -> CalcBook:
        """The same random numbers on every plane; but what is chosen from a few takes each of them in turn.

        Args:
            reads: what formulas read: there are as many planes as that has choices.
        """
        domains = self.recognized.allowed
        planes = max(len(domains.get(region.name, ())) for region in reads)
        whole = self._all_turns
        grids = {
            name: SheetArray(grid.numbers[:planes], grid.kinds[:planes])
            for name, grid in whole.sheets.items()
        }
        return CalcBook(grids, whole.names, whole.texts)

    @cached_property
    def _all_turns(self) -> CalcBook:
        """Only what is read with a choice is there, on many planes only of sheets that have one; the rest is 0."""
        domains = self.recognized.allowed
        planes = max(map(len, domains.values()), default=1)
        random = np.random.default_rng(_SEED)
        sheets = {r.sheet.casefold() for r in self.recognized.layout.extra.values() if r.name in domains}
        shapes = {
            name: (planes if name.casefold() in sheets else 1, *size) for name, size in self.sizes.items()
        }
        grids = {
            name: SheetArray(np.zeros(shape), np.zeros(shape, np.uint8)) for name, shape in shapes.items()
        }
        book = CalcBook(grids, _names(self.recognized.workbook))
        most: dict[Region, int] = {}
        for block in self.recognized.blocks:
            turns = max((len(domains.get(region.name, ())) for region in block.reads), default=0)
            most |= {region: max(turns, most.get(region, 0)) for region in block.reads if turns}
        for region, turns in most.items():
            if (grid := book.sheet(region.sheet)) is not None:
                drawn = random.standard_normal((region.rows, region.columns))
                grid.numbers[(slice(turns), *index_of(region))] = drawn
        self._put_choices(book, lambda places: places[0] + places[1] + places[2])
        return book

    def _put_choices(self, book: CalcBook, pick: Callable[[Array], Array]) -> None:
        """Put what nobody is to change on every plane, and of what is chosen from a few one of them.

        Args:
            book: where to.
            pick: turns the numbers of planes, rows and columns, (3, planes, rows, columns), into numbers of choices.
        """
        for region in self.recognized.layout.extra.values():
            grid = book.sheet(region.sheet)
            choices = self.recognized.allowed.get(region.name)
            values = self.recognized.read_only.get(region.name)
            if grid is None or (choices is None and values is None):
                continue
            inside = (slice(None), *index_of(region))
            shape = (len(grid.numbers), region.rows, region.columns)
            source = np.array(choices, dtype=object) if values is None else values
            encoded = [
                (value, NUMBER) if isinstance(value, float) else book.texts.encode(value)
                for value in source.ravel().tolist()
            ]
            numbers, kinds = (np.array(column) for column in zip(*encoded, strict=True))
            if choices is None:
                grid.numbers[inside], grid.kinds[inside] = (x.reshape(shape[1:]) for x in (numbers, kinds))
            else:
                at = pick(np.indices(shape)) % len(choices)
                grid.numbers[inside], grid.kinds[inside] = numbers[at], kinds[at]

    def _probes(self, mirrored: Draw, others: Draw | None = None) -> CalcBook:
        random = np.random.default_rng(_SEED)
        largest = max(rows * columns for rows, columns in self.sizes.values())
        room = max(_FEW, _MAX_NUMBERS // (2 * largest))
        drawn = {name: list(islice(mirrored(random, shape), room)) for name, shape in self.sizes.items()}
        half = len(next(iter(drawn.values())))
        if others is not None:
            for name, shape in self.sizes.items():
                drawn[name] += islice(others(random, shape), 2 * (room - half))
        planes = len(next(iter(drawn.values()))) + half + 1
        book = _book(self.recognized.workbook, self.sizes, planes)
        for name, grid in book.sheets.items():
            grid.kinds[:] = NUMBER
            grid.numbers[:-1] = [*drawn[name], *(-plane for plane in drawn[name][:half])]
            grid.numbers[-1] = 1 / max(1, len(self.recognized.network.classes))
        self._put_choices(book, lambda places: random.integers(0, 1 << 30, places.shape[1:]))
        self._keep_weights(book, half)
        for region in self.recognized.layout.regions:
            if region.has_gaps and (stepped := book.sheet(region.sheet)) is not None:
                _blank_gaps(stepped, region)
        return book

    def _keep_weights(self, book: CalcBook, half: int) -> None:
        """Give weights on the mirrored planes, the last ones but one, the signs that they have on the first ones."""
        for region in self.recognized.layout.all_weights:
            if (grid := book.sheet(region.sheet)) is not None:
                area = region.area
                inside = np.s_[:, area.top : area.bottom + 1, area.left : area.right + 1]
                grid.numbers[-1 - half : -1][inside] = grid.numbers[:half][inside]

    def _every_sort(self, random: np.random.Generator, shape: tuple[int, int]) -> Iterator[Floats]:
        yield from _normal(random, shape, _MANY)
        for scale in _SCALES:
            yield scale * random.choice([*range(-8, 0), *range(1, 9)], shape)
        for _ in _SCALES:
            yield random.choice([-1.0, 1.0], shape) * 2.0 ** random.integers(-20, 21, shape)
        turns, apart = self._turns(shape)
        for turn in range(apart):
            yield random.standard_normal(shape) + np.where(turns == turn, random.uniform(8, 16, shape), 0.0)
        for part in _parts(turns, apart):
            yield np.exp2(np.where(part, 1.0, -1.0) * random.integers(8, 13, shape))

    def _with_constants(self, random: np.random.Generator, shape: tuple[int, int]) -> Iterator[Floats]:
        named = [*self._constants, -1.0, 0.0, 1.0]
        for _ in range(_CHOICES if self._constants else 0):
            yield random.choice(named, shape)
        turns, apart = self._turns(shape)
        for constant in self._constants:
            yield np.full(shape, constant)
            for part in _parts(turns, apart):
                yield np.where(part, constant, random.standard_normal(shape))

    def _turns(self, shape: tuple[int, int]) -> tuple[Array, int]:
        """Number cells so that all of 5×5, and of a row or column as long as there are classes, differ."""
        apart = max(_APART, len(self.recognized.network.classes))
        while gcd(apart, 6) > 1:
            apart += 1
        rows, columns = np.indices(shape)
        return (6 * rows + columns) % apart, apart

    def _last(self, sheet: str, area: Range) -> tuple[int, int]:
        """Return the last row and column that a range reads; what goes to the sheet's end stops at the last one."""
        down = area.top < area.bottom == MAX_ROWS - 1
        along = area.left < area.right == MAX_COLUMNS - 1
        if not (down or along):
            return area.bottom, area.right
        if sheet not in self._used:
            cells = self.recognized.workbook.sheets[sheet]
            used = [(0, 0), *cells.values, *cells.formulas]
            self._used[sheet] = max(row for row, _ in used), max(column for _, column in used)
        bottom, right = self._used[sheet]
        return bottom if down else area.bottom, right if along else area.right


def _sizes(recognized: RecognizedWorkbook) -> dict[str, tuple[int, int]]:
    """Return rows and columns of each sheet up to the end of its last region, and a margin."""
    sizes = dict.fromkeys(recognized.workbook.sheets, (MARGIN, MARGIN))
    for region in recognized.layout.regions:
        if region.sheet not in sizes:
            continue
        (rows, columns), area = sizes[region.sheet], region.area
        sizes[region.sheet] = max(rows, area.bottom + 1 + MARGIN), max(columns, area.right + 1 + MARGIN)
    for sheet, (rows, columns) in sizes.items():
        if rows * columns > MAX_VALUES:  # cells up to the last one that is read
            raise WorkbookError(
                f"{recognized.workbook.path}: the network spreads over {rows:,} rows and {columns:,} columns of the "
                f"sheet {sheet}, too many to compute; look where its names point to"
            )
    return sizes


def book_to_read(workbook: Workbook) -> CalcBook:
    """Return a book without values, which knows the names and sheets that formulas use."""
    return _book(workbook, dict.fromkeys(workbook.sheets, (1, 1)), 1)


def _book(workbook: Workbook, sizes: Mapping[str, tuple[int, int]], planes: int) -> CalcBook:
    grids = {name: SheetArray.blank(planes, rows, columns) for name, (rows, columns) in sizes.items()}
    return CalcBook(grids, _names(workbook))


def with_room(workbook: Workbook, own: CalcBook, sizes: Mapping[str, tuple[int, int]]) -> CalcBook:
    """Return a book with the same values, and with at least so many rows and columns of the workbook's sheets."""
    wanted = {
        name: tuple(map(max, sizes.get(name, (1, 1)), grid.numbers.shape[1:]))
        for name, grid in own.sheets.items()
    }
    grids = {name: SheetArray.blank(1, rows, columns) for name, (rows, columns) in wanted.items()}
    book = CalcBook(grids, own.names, own.texts)
    for sheet in workbook.sheets.values():
        _put_constants(book, sheet)
    for name, grid in own.sheets.items():
        _, rows, columns = grid.numbers.shape
        grids[name].numbers[:, :rows, :columns] = grid.numbers
        grids[name].kinds[:, :rows, :columns] = grid.kinds
    return book


def _names(workbook: Workbook) -> dict[str, str]:
    names = dict(workbook.names)
    for sheet in workbook.sheets.values():
        names |= {f"{sheet.name}!{name}": text for name, text in sheet.names.items()}
    return names


def _put_constants(book: CalcBook, sheet: Sheet) -> None:
    grid = book.sheets[sheet.name]
    _, rows, columns = grid.numbers.shape
    cells = [
        (cell, value)
        for cell, value in sheet.values.items()
        if cell not in sheet.formulas and cell[0] < rows and cell[1] < columns
    ]
    if not cells:
        return
    encoded = [(value, NUMBER) if type(value) is float else book.texts.encode(value) for _, value in cells]
    where = tuple(np.array([cell for cell, _ in cells]).T)
    grid.numbers[0][where] = [number for number, _ in encoded]
    grid.kinds[0][where] = [kind for _, kind in encoded]


def _normal(random: np.random.Generator, shape: tuple[int, int], planes: int) -> Iterator[Floats]:
    """Draw planes, the first of them without a negative number; so its mirror image has no positive one."""
    yield np.abs(random.standard_normal(shape))
    for _ in range(planes - 1):
        yield random.standard_normal(shape)


def _sizes_of_normal(random: np.random.Generator, shape: tuple[int, int]) -> Iterator[Floats]:
    yield from _normal(random, shape, _FEW)
    for size in _CLOSE:
        yield size * random.standard_normal(shape)


def _parts(turns: Array, apart: int) -> Iterator[NDArray[np.bool_]]:
    """Yield parts of the cells such that of any two with different numbers some part holds the first one alone.

    Each number is in its own choice of half of the parts (Sperner, 1928: no other family of so many is smaller).
    """
    count = next(count for count in range(apart + 1) if comb(count, count // 2) >= apart)
    chosen = np.zeros((apart, count), dtype=bool)
    for number, some in zip(range(apart), combinations(range(count), count // 2), strict=False):
        chosen[number, list(some)] = True
    for part in range(count):
        yield chosen[turns, part]


def _blank_gaps(grid: SheetArray, region: Region) -> None:
    area = region.area
    inside = np.s_[:, area.top : area.bottom + 1, area.left : area.right + 1]
    gaps = np.ones((area.bottom - area.top + 1, area.right - area.left + 1), dtype=bool)
    rows, columns = region.lines()
    gaps[np.ix_(np.subtract(rows, area.top), np.subtract(columns, area.left))] = False
    grid.kinds[inside][:, gaps] = BLANK
    grid.numbers[inside][:, gaps] = 0.0


def seen_by(book: CalcBook, regions: Iterable[Region], plane: int) -> dict[str, Array]:
    """Return what regions hold on one plane, by name."""
    return {region.name: values_at(book, region, plane) for region in regions}


def forward(layout: Layout, blocks: Iterable[FormulaBlock], book: CalcBook) -> dict[str, Array]:
    """Return what every region holds if NumPy computes these exhibits from what a book holds, by name."""
    seen = seen_by(book, layout.regions, 0)
    with np.errstate(all="ignore"):
        for block in blocks:
            computed = block.compute(seen)
            seen |= zip((region.name for region in block.regions), computed, strict=True)
    return seen


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
