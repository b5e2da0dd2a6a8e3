"""The random numbers that formulas are computed on, in every cell of every sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from itertools import islice

import numpy as np

from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.cell_array import BLANK, NUMBER
from sheetcnn.excel.region import Region
from sheetcnn.excel.sheet_array import SheetArray
from sheetcnn.verifier.calc_books import all_names, blank_book
from sheetcnn.verifier.reach import Reach
from sheetcnn.verifier.recognize import RecognizedWorkbook
from sheetcnn.verifier.region_values import Array, index_of
from sheetcnn.verifier.sampling import Draw, normal, of_every_sort, of_many_sizes, of_named_numbers

_MAX_NUMBERS = 20_000_000
_FEW = 2
_MANY = 8
_SEED = 20261122


class Probes:
    """Random numbers for the formulas of one workbook, drawn when they are first asked for.

    Attributes:
        recognized: the workbook.
    """

    def __init__(self, recognized: RecognizedWorkbook, reach: Reach, constants: Sequence[float]) -> None:
        """Take the workbook, how far its sheets are looked at, and the numbers that its formulas name."""
        self.recognized = recognized
        self._sizes = reach.sizes
        self._constants = constants
        self._classes = len(recognized.network.classes)

    @cached_property
    def basic(self) -> CalcBook:
        """Random numbers in every cell of every sheet, those of formulas and blanks included.

        Each formula is then computed on numbers of its own, whatever the others are: a wrong cell makes no
        other wrong, and what reads past its window reads something else. Half the planes are the others with
        all signs but those of weights turned, so that every ReLU sees both sides of every sum. On the last
        plane all cells are alike and the probabilities sum to 1, for formulas that ask about that. The gaps of
        a region drawn with steps stay blank.
        """
        return self._probes(partial(normal, planes=_FEW))

    @cached_property
    def thorough(self) -> CalcBook:
        """The same on more planes, for formulas that are not spelled as expected.

        MAX over three cells of four differs one time in four, and over 99 of 100 hardly ever: so of any few
        neighbours each is the largest on one plane and the smallest on another. Whole numbers, scaled by powers
        of two so that sums are exact, find what is cut off; of any two neighbours the first is much larger than
        the second on one plane, so quotients are cut off, too. The numbers that formulas name find what is asked
        for: of any two neighbours the first is one of them, and the second is not, on some plane.
        """
        return self._probes(
            partial(of_every_sort, planes=_MANY, classes=self._classes),
            partial(of_named_numbers, constants=self._constants, classes=self._classes),
        )

    @cached_property
    def close(self) -> CalcBook:
        """Random numbers on a few planes, of several sizes, for who changes single cells of them."""
        return self._probes(of_many_sizes)

    def choices(self, reads: Iterable[Region]) -> CalcBook:
        """The same random numbers on every plane; but what is chosen from a few takes each of them in turn.

        Args:
            reads: what formulas read: there are as many planes as that has choices.
        """
        domains = self.recognized.spec.allowed
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
        domains = self.recognized.spec.allowed
        planes = max(map(len, domains.values()), default=1)
        random = np.random.default_rng(_SEED)
        sheets = {r.sheet.casefold() for r in self.recognized.layout.extra.values() if r.name in domains}
        shapes = {
            name: (planes if name.casefold() in sheets else 1, *size) for name, size in self._sizes.items()
        }
        grids = {
            name: SheetArray(np.zeros(shape), np.zeros(shape, np.uint8)) for name, shape in shapes.items()
        }
        book = CalcBook(grids, all_names(self.recognized.workbook))
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
            choices = self.recognized.spec.allowed.get(region.name)
            values = self.recognized.spec.read_only.get(region.name)
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
        largest = max(rows * columns for rows, columns in self._sizes.values())
        room = max(_FEW, _MAX_NUMBERS // (2 * largest))
        drawn = {name: list(islice(mirrored(random, shape), room)) for name, shape in self._sizes.items()}
        half = len(next(iter(drawn.values())))
        if others is not None:
            for name, shape in self._sizes.items():
                drawn[name] += islice(others(random, shape), 2 * (room - half))
        planes = len(next(iter(drawn.values()))) + half + 1
        book = blank_book(self.recognized.workbook, self._sizes, planes)
        for name, grid in book.sheets.items():
            grid.kinds[:] = NUMBER
            grid.numbers[:-1] = [*drawn[name], *(-plane for plane in drawn[name][:half])]
            grid.numbers[-1] = 1 / max(1, self._classes)
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


def _blank_gaps(grid: SheetArray, region: Region) -> None:
    area = region.area
    inside = np.s_[:, area.top : area.bottom + 1, area.left : area.right + 1]
    gaps = np.ones((area.bottom - area.top + 1, area.right - area.left + 1), dtype=bool)
    rows, columns = region.lines()
    gaps[np.ix_(np.subtract(rows, area.top), np.subtract(columns, area.left))] = False
    grid.kinds[inside][:, gaps] = BLANK
    grid.numbers[inside][:, gaps] = 0.0
