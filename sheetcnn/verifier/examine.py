"""Compares every formula of a workbook with NumPy: on its own numbers, on random ones, and as it was stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetcnn.excel.cells import Range, Region, a1
from sheetcnn.excel.evaluate import Book, Values
from sheetcnn.excel.formula import Binary, Call, FormulaError, Node, Number, parse, walk
from sheetcnn.excel.pattern import Pattern
from sheetcnn.excel.read import Sheet
from sheetcnn.excel.values import ErrorValue
from sheetcnn.verifier.blocks import Block, Mask, Odd, blocks, filled, pattern_of, texts_of
from sheetcnn.verifier.diagnose import diagnose
from sheetcnn.verifier.fields import (
    Fields,
    book_to_read,
    decoded,
    has_texts,
    numbers_at,
    seen_by,
    values_at,
)
from sheetcnn.verifier.given import given, shown
from sheetcnn.verifier.order import Place as At
from sheetcnn.verifier.order import Precedents, circles, in_order
from sheetcnn.verifier.report import ERROR as SEVERE
from sheetcnn.verifier.report import WARNING, Finding, StageReport
from sheetcnn.verifier.rounding import rounding
from sheetcnn.verifier.subject import Subject
from sheetcnn.verifier.surplus import surplus
from sheetcnn.verifier.trees import tree
from sheetcnn.verifier.words import Place, Words
from sheetcnn.workbook.exhibits import Exhibit

TOLERANCE = 1e-12
"""|workbook - NumPy| <= TOLERANCE + TOLERANCE * |NumPy|."""

_MAX_PASSES = 25
_MAX_CONSTANTS = 16
_COMPARING = ("=", "<>", "<", "<=", ">", ">=")
_EMPTY = Sheet("")


class _Found:
    """One region of an exhibit, as the file has it.

    Attributes:
        exhibit: the exhibit.
        region: the region.
        sheet: the sheet that it stands on.
        texts: the text of each cell, None where there is no formula.
        has_formula: which cells hold one.
        pattern: what they are to have in common, None if nothing.
        pieces: its formulas.
        unusual: those of them that are not spelled as expected.
        circular: which cells take part in a circle.
        blamed: which of these have been reported for it.
    """

    def __init__(self, exhibit: Exhibit, region: Region, sheet: Sheet) -> None:
        self.exhibit, self.region, self.sheet = exhibit, region, sheet
        self.texts = texts_of(sheet, region)
        self.has_formula = filled(self.texts)
        self.pattern = self._pattern()
        self.pieces = blocks(sheet, region, self.texts, self.pattern, array=exhibit.array)
        self.unusual = [piece for piece in self.pieces if not self._as_expected(piece)]
        self.circular = self.blamed = np.zeros(self.texts.shape, dtype=bool)

    def _pattern(self) -> Pattern | None:
        """Return the pattern that its formulas are to follow; one that follows none is looked at by itself."""
        region, formula = self.region, self.exhibit.formula
        right = formula(region, 0, 1) if region.columns > 1 else None
        below = formula(region, 1, 0) if region.rows > 1 else None
        return pattern_of(formula(region, 0, 0), right, below)

    def _as_expected(self, piece: Block | Odd) -> bool:
        if piece.array != self.exhibit.array:
            return False
        if isinstance(piece, Block):
            return piece.pattern is self.pattern
        places = np.argwhere(piece.holds).tolist()
        return len(places) == 1 and self.exhibit.formula(self.region, *places[0]) == piece.text

    def evaluate(self, book: Book, pieces: Iterable[Block | Odd]) -> Values:
        """Compute formulas of the region: (planes, rows, columns); elsewhere nan."""
        planes = max(len(grid.numbers) for grid in book.grids.values())
        shape = (planes, self.region.rows, self.region.columns)
        numbers, kinds = np.full(shape, np.nan), np.zeros(shape, np.uint8)
        for piece in pieces:
            if piece.refused:
                continue
            try:
                _take(piece.evaluate(book), numbers, kinds, piece.holds)
            except FormulaError as error:
                piece.refused = str(error)
        return Values(numbers, kinds)

    def holding(self, places: Collection[At]) -> Mask:
        """Return which cells hold one of these formulas, or a part of it."""
        mask = np.zeros(self.texts.shape, dtype=bool)
        for piece in self.pieces:
            if isinstance(piece, Odd):
                mask |= piece.holds & ((self.region.sheet, piece.fills[:2]) in places)
                continue
            for row, column in np.argwhere(piece.holds).tolist():
                mask[row, column] = (self.region.sheet, self.region.cell(row, column)) in places
        return mask

    def refusal(self, row: int, column: int) -> str:
        """Return why a formula cannot be computed; empty if it can."""
        return next((piece.refused for piece in self.pieces if piece.holds[row, column]), "")

    @property
    def computed(self) -> Mask:
        """Which cells hold a formula that can be computed."""
        mask: Mask = self.has_formula & ~self.circular
        for piece in self.pieces:
            if piece.refused:
                mask &= ~piece.holds
        return mask


class Examination:
    """One workbook under examination."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self.findings: list[Finding] = []
        self.stages: dict[str, StageReport] = {}
        self.checked = 0
        sheets = subject.workbook.sheets
        self._found = {
            exhibit: [_Found(exhibit, region, sheets.get(region.sheet, _EMPTY)) for region in exhibit.regions]
            for exhibit in subject.exhibits
        }
        self._free = _free_formulas(subject)
        self._book = book_to_read(subject.workbook)
        self._precedents = Precedents(subject.workbook, self._book)
        self._unusual = [(found, piece) for found in self._all for piece in found.unusual]
        self._reads = {id(piece): self._read_by(piece) for _, piece in self._unusual}
        self._needed = self._needed_formulas()
        self._fields = self._make_fields()
        self._own = self._fields.own

    @property
    def _all(self) -> Iterator[_Found]:
        for regions in self._found.values():
            yield from regions

    @cached_property
    def _words(self) -> Words:
        return Words(self._subject.network, self._subject.layout)

    @cached_property
    def _rounding(self) -> dict[str, NDArray[np.float64]]:
        return rounding(self._subject, self._own)

    @cached_property
    def _scale(self) -> NDArray[np.float64]:
        """How large the products of two cells are on each plane for unusual formulas, at least 1."""
        grids = self._fields.many.grids.values()
        largest = np.max([np.abs(grid.numbers).max(axis=(1, 2)) for grid in grids], axis=0)
        return np.asarray(np.maximum(1.0, largest**2))

    def run(self) -> Book:
        """Examine everything; return the workbook's own values, computed, 0 where an input is no number."""
        circular = self._circles()
        self._compute_own(circular)
        findings, wrong = given(self._subject, self._own)
        self.findings += findings
        for exhibit, regions in self._found.items():
            first = regions[0].region
            stage = self.stages.setdefault(
                exhibit.stage, StageReport(exhibit.stage, exhibit.kind, first.sheet)
            )
            self._examine(exhibit, regions, stage)
        self._others(circular)
        for sheet, cell in wrong:
            self._own.put(sheet, cell, 0.0)
        return self._own

    # What is computed, and in which order

    def _read_by(self, piece: Block | Odd) -> list[tuple[str, Range]]:
        try:
            return piece.reads(self._book)
        except FormulaError as error:
            piece.refused = str(error)
            return []

    def _needed_formulas(self) -> list[At]:
        """Return the formulas outside the network that it reads, each after what it reads itself."""
        if not self._free:
            return []
        labels = [self._subject.layout.classes] if self._subject.layout.classes else []
        given = [*(region for _, region in self._subject.constants), *labels]
        areas = [(region.sheet, region.area) for region in given]
        areas += [read for reads in self._reads.values() for read in reads]
        starts = [(sheet, cell) for sheet, area in areas for cell in self._free_in(sheet, area)]
        return in_order(dict.fromkeys(starts), self._free_read_by)

    def _free_in(self, sheet: str, area: Range) -> list[tuple[int, int]]:
        free = self._free.get(sheet, {})
        return [cell for cell in self._precedents.formulas_in(sheet, area) if cell in free] if free else []

    def _free_read_by(self, place: At) -> list[At]:
        reads = self._precedents.reads(place)
        return [(sheet, cell) for sheet, area in reads for cell in self._free_in(sheet, area)]

    def _make_fields(self) -> Fields:
        """Return the numbers to compute on; refuse formulas that read cells far away."""
        needed = {place: self._precedents.reads(place) for place in self._needed}
        reads = [read for several in [*self._reads.values(), *needed.values()] for read in several]
        fields = Fields(self._subject, reads, self._constants())
        for _, piece in self._unusual:
            piece.refused = piece.refused or fields.too_far(self._reads[id(piece)])
        self._needed = [place for place, several in needed.items() if not fields.too_far(several)]
        return fields

    def _constants(self) -> list[float]:
        """Return the numbers that unusual formulas name."""
        named: dict[float, None] = {}
        for _, piece in self._unusual:
            try:
                node = piece.pattern.node if isinstance(piece, Block) else parse(piece.text)
            except FormulaError:
                continue
            named |= dict.fromkeys(part.value for part in walk(node) if isinstance(part, Number))
        return list(named)[:_MAX_CONSTANTS]

    def _circles(self) -> set[At]:
        """Report formulas that read themselves; return all that take part in a circle.

        Those that are spelled as expected read what comes before them. So every circle goes through another
        formula, and through one that reads what comes after it.
        """
        suspects = dict.fromkeys([*self._unusual_suspects(), *self._free_suspects()])
        circular, blamed = set[At](), set[At]()
        try:
            found = circles(suspects, self._precedents) if suspects else []
        except RecursionError:
            message = "formulas read each other in too many ways to follow: circles were not looked for"
            self.findings.append(Finding("", "", "", SEVERE, "circular", "", "", message))
            return circular
        for circle in found:
            circular |= set(circle)
            cells = "itself" if len(circle) == 1 else f"itself, in a circle of {len(circle)} formulas"
            guilty = [place for place in circle if place in suspects] or circle[:1]
            blamed |= set(guilty)
            for sheet, cell in guilty:
                stage, region = self._standing(sheet, cell)
                text = self._subject.workbook.sheets[sheet].formulas[cell]
                where = f"{sheet}!{a1(*cell)}"
                message = f"this formula reads {cells}"
                self.findings.append(
                    Finding(where, stage, region, SEVERE, "circular", "", f"={text}", message)
                )
        if circular:
            for regions in self._found.values():
                for each in regions:
                    each.circular, each.blamed = each.holding(circular), each.holding(blamed)
        return circular

    def _unusual_suspects(self) -> Iterator[At]:
        """Yield unusual formulas that read their own region, a later one, or a formula of no region."""
        later = [found.region for found in self._all]
        for regions in self._found.values():
            for piece in [piece for found in regions for piece in found.unusual]:
                reads = self._reads[id(piece)]
                if _overlap(reads, later) or any(self._free_in(*read) for read in reads):
                    yield from ((piece.region.sheet, cell) for cell in piece.cells())
            later = later[len(regions) :]

    def _free_suspects(self) -> Iterator[At]:
        """Yield formulas of no region that read another one of these, or feed the network and read it."""
        needed, network = set(self._needed), [found.region for found in self._all]
        for sheet, cells in self._free.items():
            for cell in cells:
                place = (sheet, cell)
                feeds = place in needed and _overlap(self._precedents.reads(place), network)
                if feeds or self._free_read_by(place):
                    yield place

    def _compute_own(self, circular: set[At]) -> None:
        """Compute the workbook's own values, stage after stage; over again while odd formulas change any.

        What reads itself keeps the value that is stored.
        """
        for sheet, cell in circular:
            stored = self._subject.workbook.sheets[sheet].values.get(cell)
            if max(cell[0] - self._fields.sizes[sheet][0], cell[1] - self._fields.sizes[sheet][1]) < 0:
                self._own.put(sheet, cell, stored)
        passes = _MAX_PASSES if self._needed or self._unusual else 1
        for _ in range(passes):
            before = (
                {name: (g.numbers.copy(), g.kinds.copy()) for name, g in self._own.grids.items()}
                if passes > 1
                else {}
            )
            for place in self._needed:
                if place not in circular:
                    self._compute_free(*place)
            for found in self._all:
                self._keep(found)
            if all(
                np.array_equal(self._own.grids[name].numbers, numbers, equal_nan=True)
                and np.array_equal(self._own.grids[name].kinds, kinds)
                for name, (numbers, kinds) in before.items()
            ):
                return

    def _keep(self, found: _Found) -> None:
        values = found.evaluate(self._own, found.pieces)
        grid, area, step = self._own.grid(found.region.sheet), found.region.area, found.region.step
        if grid is None:
            return
        inside = np.s_[0, area.top : area.bottom + 1 : step, area.left : area.right + 1 : step]
        computed = found.computed
        grid.numbers[inside] = np.where(computed, values.numbers[0], grid.numbers[inside])
        if values.kinds is not None:
            grid.kinds[inside] = np.where(computed, values.kinds[0], grid.kinds[inside])

    def _compute_free(self, name: str, cell: tuple[int, int]) -> None:
        sheet = self._subject.workbook.sheets[name]
        area = sheet.arrays.get(cell, Range(*cell, *cell))
        rows, columns = self._fields.sizes[name]
        if area.bottom >= rows or area.right >= columns:
            return
        spread = (area.bottom - area.top + 1, area.right - area.left + 1)
        try:
            values = self._own.evaluate(
                parse(sheet.formulas[cell]), name, cell, array=cell in sheet.arrays, spread=spread
            )
        except FormulaError:
            return
        self._own.write(name, cell, values)

    # Formulas of no region

    def _others(self, circular: set[At]) -> None:
        """Report formulas that belong to no exhibit: in place of a number, past an edge, a user's own."""
        filled = [
            (found.region, piece.pattern)
            for found in self._all
            for piece in found.pieces[:1]
            if isinstance(piece, Block)
        ]
        labels = self._subject.layout.classes
        named = {(labels.sheet, cell) for cell in labels.cells()} if labels else set()
        for sheet, cells in self._free.items():
            for cell, text in cells.items():
                if (sheet, cell) not in circular | named:
                    self.findings.append(self._other(filled, sheet, cell, text))

    def _other(
        self, filled: list[tuple[Region, Pattern]], sheet: str, cell: tuple[int, int], text: str
    ) -> Finding:
        where, found = f"{sheet}!{a1(*cell)}", f"={text}"
        stage, name = self._standing(sheet, cell)
        if name:
            severity, message = self._for_a_number(stage, sheet, cell)
            return Finding(where, stage, name, severity, "formula-for-number", "a number", found, message)
        extra = surplus(filled, sheet, cell, text)
        if extra is None:
            message = "a formula that is no part of the network: it was not checked"
            return Finding(where, "", "", WARNING, "unknown-formula", "", found, message)
        self.checked += 1
        name = extra.region.name
        stage = next(e.stage for e in self._found if extra.region in e.regions)
        return Finding(where, stage, name, SEVERE, "surplus", "", found, extra.message)

    def _for_a_number(self, stage: str, sheet: str, cell: tuple[int, int]) -> tuple[str, str]:
        """Judge a formula where a number belongs: it may compute one, from anything but the network."""
        layout = self._subject.layout
        own = {region.name for region in (layout.inputs if stage == "input" else layout.all_weights)}
        others = [region for region in layout.regions if region.name not in own]
        read = _overlap(self._precedents.reads((sheet, cell)), others)
        if read:
            what = "pixels are given" if stage == "input" else "weights are given"
            return SEVERE, f"a formula that reads {read[0].name} where a number belongs: {what}, not computed"
        return WARNING, "a formula where a number belongs: what it gives was taken for the number"

    def _standing(self, sheet: str, cell: tuple[int, int]) -> tuple[str, str]:
        """Return the stage and the name of the region that a cell stands in, empty if in none."""
        staged = [(found.exhibit.stage, found.region) for found in self._all]
        for stage, region in [*staged, *self._subject.constants]:
            if region.sheet == sheet and region.area.contains(cell) and cell in region.cells():
                return stage, region.name
        return "", ""

    # Each exhibit

    def _examine(self, exhibit: Exhibit, regions: list[_Found], stage: StageReport) -> None:
        own = self._on_own_numbers(exhibit, regions)
        few = self._on_probes(exhibit, regions, self._fields.few, every=True)
        many = few
        if any(found.unusual for found in regions):
            many = self._on_probes(exhibit, regions, self._fields.many, every=False)
        turns = few
        if any(region.name in self._subject.domains for region in exhibit.reads):
            turns = self._on_probes(exhibit, regions, self._fields.turns, every=True)
        for found, *compared in zip(regions, own, few, many, turns, strict=True):
            compared[0].right |= found.circular
            right = ~found.blamed & self._spelled_where_it_counts(found)
            for comparison in compared:
                right &= comparison.right
            self._judge(found, right, compared[0], stage)
            both = right & found.has_formula
            for comparison in compared[:2]:
                stage.max_abs_error = max(
                    stage.max_abs_error, float(comparison.difference[both].max(initial=0.0))
                )
            stage.formulas += int(found.has_formula.sum())
            self.checked += int((found.has_formula & (found.computed | found.circular)).sum())

    def _on_own_numbers(self, exhibit: Exhibit, regions: list[_Found]) -> list[_Comparison]:
        """Compare on the workbook's own numbers; what reads a cell without a number is left to the probes."""
        seen = {}
        for region in exhibit.reads:
            others = region.name in self._subject.layout.others
            at = values_at if others or self._holds_texts(region) else numbers_at
            seen[region.name] = at(self._own, region, 0)
        with np.errstate(all="ignore"):
            belongs = exhibit.compute(seen)
        if any(values.dtype != object and np.isnan(values).any() for values in seen.values()):
            belongs = [np.full(b.shape, np.nan) if b.dtype == object else b for b in belongs]
        comparisons = []
        for found, expected in zip(regions, belongs, strict=True):
            computed = values_at(self._own, found.region, 0)
            comparison = _compared(expected[np.newaxis], computed[np.newaxis], np.ones(1))
            if expected.dtype != object:
                comparison.right |= np.isnan(expected)
                if not comparison.right.all() and computed.dtype != object:
                    with np.errstate(invalid="ignore"):
                        apart = np.abs(computed - expected)
                    comparison.right |= apart <= self._rounding.get(found.region.name, 0.0)
            comparisons.append(comparison)
        return comparisons

    def _holds_texts(self, region: Region) -> bool:
        layout = self._subject.layout
        may = region == layout.classes or region in layout.readout.values()
        return may and has_texts(self._own, region)

    def _on_probes(
        self, exhibit: Exhibit, regions: list[_Found], book: Book, *, every: bool
    ) -> list[_Comparison]:
        """Compare on random numbers, every formula or only those that are not spelled as expected."""
        planes = max(len(grid.numbers) for grid in book.grids.values())
        with np.errstate(all="ignore"):  # random numbers may divide by 0: then Excel has an error, too
            expected = [exhibit.compute(seen_by(book, exhibit.reads, plane)) for plane in range(planes)]
        scale = np.ones(planes) if every else self._scale
        comparisons = []
        for index, found in enumerate(regions):
            pieces = found.pieces if every else found.unusual
            computed = _decoded_planes(book, found.evaluate(book, pieces))
            comparison = _compared(np.stack([each[index] for each in expected]), computed, scale)
            looked_at = np.zeros(comparison.right.shape, dtype=bool)
            for piece in pieces:
                looked_at |= piece.holds
            comparison.right |= ~looked_at
            comparisons.append(comparison)
        return comparisons

    def _spelled_where_it_counts(self, found: _Found) -> Mask:
        """Return which formulas are spelled as expected, or need not be.

        A formula that compares has cases that random numbers never meet: another one is right only if it is the
        same but for the order of what may be in any order, spaces and dollar signs.
        """
        right = np.ones(found.texts.shape, dtype=bool)
        if not found.unusual or not _compares(parse(found.exhibit.formula(found.region, 0, 0))):
            return right
        for piece in found.unusual:
            for row, column in np.argwhere(piece.holds).tolist():
                belongs = found.exhibit.formula(found.region, row, column)
                right[row, column] = _key(found.texts[row, column], found.region.sheet) == _key(
                    belongs, found.region.sheet
                )
        return right

    def _judge(self, found: _Found, right: Mask, own: _Comparison, stage: StageReport) -> None:
        """Report what is wrong in one region: presence, formula, cached value."""
        region, sheet = found.region, found.sheet
        for row, column in np.argwhere(~found.has_formula).tolist():
            self._missing(found, row, column, own)
        for row, column in np.argwhere(found.has_formula & ~right & ~found.blamed).tolist():
            cell = region.cell(row, column)
            text, expected = found.texts[row, column], found.exhibit.formula(region, row, column)
            reason = found.refusal(row, column)
            if reason:
                kind, message = "unsupported", f"this formula cannot be computed: {reason}"
            else:
                place = Place(region, cell, self._words, array=cell in sheet.arrays)
                kind, message = "formula", diagnose(expected, text, place=place)
            self._say(region, cell, stage.name, SEVERE, kind, f"={expected}", f"={text}", message)
        self._cached_values(found, right, stage)

    def _missing(self, found: _Found, row: int, column: int, own: _Comparison) -> None:
        cell = found.region.cell(row, column)
        value = found.sheet.values.get(cell)
        expected = f"={found.exhibit.formula(found.region, row, column)}"
        if found.exhibit.stage == "input":
            what = "empty" if value is None else f"{shown(value)} was typed"
            message = f"{what} where a formula belongs: this pixel no longer follows what is chosen"
            self._say(found.region, cell, "input", WARNING, "own-pixel", expected, shown(value), message)
            return
        stage = found.exhibit.stage
        if value is None:
            message = "empty where a formula belongs"
            self._say(found.region, cell, stage, SEVERE, "missing-formula", expected, "", message)
            return
        what = "a number" if isinstance(value, float) else "a text"
        today = "right" if own.right[row, column] else "wrong"
        message = f"{what} where a formula belongs (its value is {today} today)"
        self._say(found.region, cell, stage, SEVERE, "value-for-formula", expected, shown(value), message)

    def _cached_values(self, found: _Found, right: Mask, stage: StageReport) -> None:
        """Compare stored values with what the formulas give, those that are no equal numbers one by one."""
        region, get = found.region, found.sheet.values.get
        computed = numbers_at(self._own, region, 0)
        stored = [get((row, column)) for row, column in region.cells()]
        numbers = np.array([value if type(value) is float else np.nan for value in stored]).reshape(
            computed.shape
        )
        with np.errstate(invalid="ignore"):
            apart = np.abs(numbers - computed) - (TOLERANCE + TOLERANCE * np.abs(computed))
            same = apart <= 0
            if not same.all():
                same = apart <= self._rounding.get(region.name, 0.0)
        for row, column in np.argwhere(found.computed & right & ~same).tolist():
            cell = region.cell(row, column)
            cached, value = stored[row * region.columns + column], self._own.get(region.sheet, cell)
            if cached is None:
                message = (
                    "no value is stored beside the formula: previews show nothing until a program computes it"
                )
                self._say(region, cell, stage.name, WARNING, "missing-value", shown(value), "", message)
            elif not _same(cached, value):
                message = "the stored value is not what the formula gives: recalculate and save"
                self._say(
                    region, cell, stage.name, SEVERE, "stale-value", shown(value), shown(cached), message
                )

    def _say(
        self,
        region: Region,
        cell: tuple[int, int],
        stage: str,
        severity: str,
        kind: str,
        expected: str,
        found: str,
        message: str,
    ) -> None:
        where = f"{region.sheet}!{a1(*cell)}"
        self.findings.append(Finding(where, stage, region.name, severity, kind, expected, found, message))


@dataclass
class _Comparison:
    """Which cells of a region are right, and by how much they differ."""

    right: Mask
    difference: NDArray[np.float64]


def _compared(belongs: NDArray[Any], computed: NDArray[Any], scale: NDArray[np.float64]) -> _Comparison:
    """Compare (planes, rows, columns) of what belongs with what was computed.

    Args:
        belongs: what NumPy has.
        computed: what the formulas give.
        scale: for each plane, by how much more than 1 its terms may be rounded.
    """
    if object in (belongs.dtype, computed.dtype):
        same = np.array(
            [_same(found, value) for found, value in zip(computed.ravel(), belongs.ravel(), strict=True)]
        ).reshape(belongs.shape)
        return _Comparison(np.asarray(same.all(axis=0)), np.zeros(belongs.shape[1:]))
    with np.errstate(invalid="ignore"):
        difference = np.abs(computed - belongs)
    close = difference <= TOLERANCE * (scale[:, np.newaxis, np.newaxis] + np.abs(belongs))
    # Where NumPy has no finite number, Excel has an error.
    right = close | (~np.isfinite(belongs) & ~np.isfinite(computed))
    return _Comparison(
        np.asarray(right.all(axis=0)), np.nan_to_num(difference, nan=0.0, posinf=0.0).max(axis=0)
    )


def _decoded_planes(book: Book, values: Values) -> NDArray[Any]:
    """Return evaluated values as NumPy has them; an error is not a number."""
    if values.kinds is None or not values.kinds.any():
        return values.numbers
    return decoded(book, values.numbers, values.kinds)


def _take(values: Values, numbers: NDArray[np.float64], kinds: NDArray[np.uint8], where: Mask) -> None:
    size = numbers.shape
    got = np.broadcast_to(values.numbers[..., 0, 0], size)
    numbers[:, where] = got[:, where]
    if values.kinds is not None:
        kinds[:, where] = np.broadcast_to(values.kinds[..., 0, 0], size)[:, where]


def _same(found: Any, value: Any) -> bool:
    found, value = (np.nan if isinstance(each, ErrorValue) else each for each in (found, value))
    if isinstance(found, (str, bool)) or isinstance(value, (str, bool)):
        return type(found) is type(value) and bool(found == value)
    if not (np.isfinite(found) and np.isfinite(value)):
        return not np.isfinite(found) and not np.isfinite(value)
    return bool(abs(found - value) <= TOLERANCE + TOLERANCE * abs(value))


def _key(text: str, sheet: str) -> str:
    try:
        return tree(parse(text), sheet).key
    except FormulaError:
        return text


def _compares(node: Node) -> bool:
    return any(
        (isinstance(part, Binary) and part.operator in _COMPARING)
        or (isinstance(part, Call) and part.function in ("IF", "MATCH"))
        for part in walk(node)
    )


def _overlap(reads: Iterable[tuple[str, Range]], regions: Iterable[Region]) -> list[Region]:
    """Return the regions that are read."""
    reads = list(reads)
    return [
        region
        for region in regions
        if any(sheet == region.sheet and area.overlaps(region.area) for sheet, area in reads)
    ]


def _free_formulas(subject: Subject) -> dict[str, dict[tuple[int, int], str]]:
    """Return the formulas that belong to no exhibit, such as a user's own, by sheet and cell."""
    owned: dict[str, set[tuple[int, int]]] = {}
    for exhibit in subject.exhibits:
        for region in exhibit.regions:
            area, step = region.area, region.step
            owned.setdefault(region.sheet, set()).update(
                (row, column)
                for row in range(area.top, area.bottom + 1, step)
                for column in range(area.left, area.right + 1, step)
            )
    free = {}
    for sheet in subject.workbook.sheets.values():
        cells = {cell: text for cell, text in sheet.formulas.items() if cell not in owned.get(sheet.name, ())}
        if cells:
            free[sheet.name] = cells
    return free


def count_formulas(sheets: Iterable[Sheet]) -> int:
    """Return how many cells hold a formula, or a part of an array formula."""
    return sum(
        len(sheet.formulas)
        + sum(
            (area.bottom - area.top + 1) * (area.right - area.left + 1) - 1 for area in sheet.arrays.values()
        )
        for sheet in sheets
    )
