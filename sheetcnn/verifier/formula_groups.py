"""The formulas of a workbook: those of the network, and those around it that it may read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import product
from types import MappingProxyType

from sheetcnn.excel.addresses import Cell, Range, range_a1
from sheetcnn.excel.ast import FormulaError, Number, walk
from sheetcnn.excel.parser import parse
from sheetcnn.excel.region import Region
from sheetcnn.excel.workbook import Sheet
from sheetcnn.verifier.calc_books import book_to_read
from sheetcnn.verifier.dependencies import DependencyGraph, Place, topological_order
from sheetcnn.verifier.grouping import PatternBlock, Piece, Refusals
from sheetcnn.verifier.observed import ObservedRegion
from sheetcnn.verifier.probes import Probes
from sheetcnn.verifier.reach import Reach, Read
from sheetcnn.verifier.recognize import RecognizedWorkbook

_MAX_CONSTANTS = 16
_MAX_SIZE = 1e100  # products of larger numbers are none


class WorkbookFormulas:
    """The formulas of a workbook.

    Attributes:
        recognized: the workbook.
        observed: for each block of formulas its regions, as the file has them.
        free: the formulas that belong to no block, such as a user's own, by sheet and cell.
        precedents: what formulas read.
    """

    def __init__(self, recognized: RecognizedWorkbook) -> None:
        self.recognized = recognized
        sheets = recognized.workbook.sheets
        self.observed = {
            block: [
                ObservedRegion(block, region, sheets.get(region.sheet, Sheet(""))) for region in block.regions
            ]
            for block in recognized.blocks
        }
        self.free = _free_formulas(recognized)
        self._book = book_to_read(recognized.workbook)
        self.precedents = DependencyGraph(recognized.workbook, self._book)

    @property
    def all_observed(self) -> Iterator[ObservedRegion]:
        """Every region that is to hold formulas."""
        for regions in self.observed.values():
            yield from regions

    @property
    def differing(self) -> list[tuple[Piece, list[Read]]]:
        """The formulas of the network that are not spelled as expected, and what they read."""
        return self._differing[0]

    @cached_property
    def _differing(self) -> tuple[list[tuple[Piece, list[Read]]], dict[Piece, str]]:
        """The same, and those of which nobody can tell what they read, with the reason."""
        pieces: list[tuple[Piece, list[Read]]] = []
        unreadable: dict[Piece, str] = {}
        for piece in (piece for observed in self.all_observed for piece in observed.differing):
            try:
                pieces.append((piece, piece.reads(self._book)))
            except FormulaError as error:
                pieces.append((piece, []))
                unreadable[piece] = str(error)
        return pieces, unreadable

    @cached_property
    def refused(self) -> Refusals:
        """Formulas of the network of which nobody knows what they read, or that read too far away, and why."""
        _, refused = self._differing
        far = {piece: reason for piece, read in self.differing if (reason := self.reach.too_far(read))}
        return MappingProxyType({**far, **refused})

    def free_in(self, sheet: str, area: Range) -> list[Cell]:
        """Return the cells of a range that hold a formula of no block."""
        free = self.free.get(sheet, {})
        return (
            [Cell(*cell) for cell in self.precedents.formulas_in(sheet, area) if cell in free] if free else []
        )

    def free_read_by(self, place: Place) -> list[Place]:
        """Return the formulas of no block that a formula reads."""
        reads = self.precedents.reads(place)
        return [(sheet, cell) for sheet, area in reads for cell in self.free_in(sheet, area)]

    @cached_property
    def reach(self) -> Reach:
        """The rows and columns of each sheet that are computed: as far as the network, and what feeds it, read."""
        around = [read for place in self.around for read in self.precedents.reads(place)]
        return Reach(self.recognized, [*(read for _, reads in self.differing for read in reads), *around])

    @cached_property
    def probes(self) -> Probes:
        """The random numbers to compute on."""
        return Probes(self.recognized, self.reach, self._constants())

    def too_far(self, place: Place) -> str:
        """Return why a formula around the network cannot be computed, if what it reads, or fills, is too far away."""
        sheet, cell = place
        fills = self.recognized.workbook.sheets[sheet].arrays.get(cell, Range(*cell, *cell))
        rows, columns = self.reach.sizes[sheet]
        if fills.bottom >= rows or fills.right >= columns:
            return f"it fills {range_a1(fills)}, too far from the network"
        return self.reach.too_far(self.precedents.reads(place))

    @cached_property
    def around(self) -> list[Place]:
        """The formulas around the network that it reads, each after what it reads itself."""
        if not self.free:
            return []
        labels = [self.recognized.layout.classes] if self.recognized.layout.classes else []
        given = [*(region for _, region in self.recognized.constants), *labels]
        areas = [(region.sheet, region.area) for region in given]
        areas += [read for _, reads in self.differing for read in reads]
        starts = [(sheet, cell) for sheet, area in areas for cell in self.free_in(sheet, area)]
        return topological_order(dict.fromkeys(starts), self.free_read_by)

    def _constants(self) -> list[float]:
        """Return the numbers that unusual formulas name."""
        named: dict[float, None] = {}
        for piece, _ in self.differing:
            try:
                node = piece.pattern.node if isinstance(piece, PatternBlock) else parse(piece.text)
            except FormulaError:
                continue
            numbers = (part.value for part in walk(node) if isinstance(part, Number))
            named |= dict.fromkeys(number for number in numbers if abs(number) < _MAX_SIZE)
        return list(named)[:_MAX_CONSTANTS]

    def standing(self, place: Place) -> tuple[str, str]:
        """Return the stage and the name of the region that a cell stands in, empty if in none."""
        sheet, cell = place
        staged = [(observed.block.stage, observed.region) for observed in self.all_observed]
        for stage, region in [*staged, *self.recognized.constants]:
            if region.sheet == sheet and region.area.contains(cell) and cell in region.cells():
                return stage, region.name
        return "", ""


def overlapped(reads: Iterable[Read], regions: Iterable[Region]) -> list[Region]:
    """Return the regions that are read."""
    reads = list(reads)
    return [
        region
        for region in regions
        if any(sheet == region.sheet and area.overlaps(region.area) for sheet, area in reads)
    ]


def count_formulas(sheets: Iterable[Sheet]) -> int:
    """Return how many cells hold a formula, or a part of an array formula."""
    return sum(
        len(sheet.formulas)
        + sum(
            (area.bottom - area.top + 1) * (area.right - area.left + 1) - 1 for area in sheet.arrays.values()
        )
        for sheet in sheets
    )


def _free_formulas(recognized: RecognizedWorkbook) -> dict[str, dict[tuple[int, int], str]]:
    owned: dict[str, set[tuple[int, int]]] = {}
    for block in recognized.blocks:
        for region in block.regions:
            owned.setdefault(region.sheet, set()).update(product(*region.lines()))
    free = {}
    for sheet in recognized.workbook.sheets.values():
        cells = sheet.formulas.keys() - owned.get(sheet.name, set())
        if cells:
            free[sheet.name] = {cell: text for cell, text in sheet.formulas.items() if cell in cells}
    return free
