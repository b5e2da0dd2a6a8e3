"""Compares every formula of a workbook with NumPy: on its own numbers, on random ones, and as it was stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetcnn.excel.cells import Region, a1
from sheetcnn.excel.evaluate import BLANK, ERROR, NUMBER, Book, Values
from sheetcnn.excel.formula import FormulaError, parse
from sheetcnn.excel.read import Sheet
from sheetcnn.excel.values import ErrorValue
from sheetcnn.verifier.blocks import Block, Odd, blocks, evaluate_block, evaluate_odd, texts_of
from sheetcnn.verifier.diagnose import diagnose
from sheetcnn.verifier.fields import decoded, own_values, probes, seen_by, values_at
from sheetcnn.verifier.report import ERROR as SEVERE
from sheetcnn.verifier.report import WARNING, Finding, StageReport
from sheetcnn.verifier.subject import Subject
from sheetcnn.verifier.surplus import surplus
from sheetcnn.verifier.words import Place, Words
from sheetcnn.workbook.exhibits import Exhibit

TOLERANCE = 1e-12
"""|workbook - NumPy| <= TOLERANCE + TOLERANCE * |NumPy|."""

_PLANES = 5
_MANY_PLANES = 129
"""For a formula that is not spelled as expected: MAX over nine cells of ten differs one time in ten."""

_MAX_PASSES = 25
_EMPTY = Sheet("")

Mask = NDArray[np.bool_]


@dataclass
class _Found:
    """One region of an exhibit, as the file has it."""

    exhibit: Exhibit
    region: Region
    sheet: Sheet
    expected_texts: list[list[str]]
    texts: list[list[str | None]]
    blocks: list[Block]
    odd: list[Odd]
    unsupported: dict[tuple[int, int], str] = field(default_factory=dict)

    def evaluate(self, book: Book) -> Values:
        """Compute every formula of the region; where there is none, or none that can be computed, nan."""
        planes = len(book.grids[self.region.sheet].numbers)
        shape = (planes, self.region.rows, self.region.columns)
        numbers, kinds = np.full(shape, np.nan), np.zeros(shape, np.uint8)
        for block in self.blocks:
            try:
                _take(evaluate_block(book, block), numbers, kinds, block.holds)
            except FormulaError as error:
                places = np.argwhere(block.holds).tolist()
                self.unsupported |= {(row, column): str(error) for row, column in places}
        for odd in self.odd:
            here = np.zeros(shape[1:], dtype=bool)
            here[odd.row, odd.column] = True
            try:
                _take(evaluate_odd(book, self.region.sheet, odd), numbers, kinds, here)
            except FormulaError as error:
                self.unsupported[odd.row, odd.column] = str(error)
        return Values(numbers, kinds)

    @cached_property
    def has_formula(self) -> Mask:
        """Which cells hold a formula."""
        return np.array([[text is not None for text in row] for row in self.texts])

    @cached_property
    def as_expected(self) -> Mask:
        """Which cells are spelled as expected."""
        mask = np.array(self.texts, dtype=object) == np.array(self.expected_texts, dtype=object)
        for odd in self.odd:
            mask[odd.row, odd.column] &= odd.array == self.exhibit.array
        return np.asarray(mask)

    @cached_property
    def spelled_otherwise(self) -> bool:
        """Whether any formula is not spelled as expected, by itself or with its whole block."""
        return bool((self.has_formula & ~self.as_expected).any())


class Examination:
    """One workbook under examination."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self.findings: list[Finding] = []
        self.stages: dict[str, StageReport] = {}
        self.checked = 0
        self._found = {
            exhibit: [self._find(exhibit, r) for r in exhibit.regions] for exhibit in subject.exhibits
        }
        self._own = own_values(subject)
        self._probes = probes(subject, _PLANES)

    @cached_property
    def _many_probes(self) -> Book:
        return probes(self._subject, _MANY_PLANES)

    @cached_property
    def _words(self) -> Words:
        return Words(self._subject.network, self._subject.layout)

    def run(self) -> Book:
        """Examine everything; return the workbook's own values, computed."""
        self._inputs()
        self._compute_own()
        for exhibit, regions in self._found.items():
            first = regions[0].region
            stage = self.stages.setdefault(
                exhibit.stage, StageReport(exhibit.stage, exhibit.kind, first.sheet)
            )
            self._examine(exhibit, regions, stage)
        self._others()
        return self._own

    def _find(self, exhibit: Exhibit, region: Region) -> _Found:
        sheet = self._subject.workbook.sheets.get(region.sheet, _EMPTY)
        expected = exhibit.formulas(region)
        texts = texts_of(sheet, region)
        made, odd = blocks(sheet, region, texts, expected, array=exhibit.array)
        return _Found(exhibit, region, sheet, expected, texts, made, odd)

    def _inputs(self) -> None:
        """Check that inputs and weights are numbers; what is none counts as 0 from here on."""
        layout = self._subject.layout
        weights = [(name, r) for name, grid in layout.weights.items() for row in grid for r in row]
        for stage, region in [*(("input", region) for region in layout.inputs), *weights]:
            grid = self._own.grids[region.sheet]
            sheet = self._subject.workbook.sheets[region.sheet]
            for cell in region.cells():
                kind = grid.kinds[0][cell]
                if kind == NUMBER or cell in sheet.formulas:
                    continue
                value = self._own.get(region.sheet, cell)
                severity = WARNING if kind == BLANK and stage == "input" else SEVERE
                message = (
                    "empty where a number belongs: it counts as 0"
                    if kind == BLANK
                    else f"{_shown(value)} where a number belongs: formulas take it for 0 or fail"
                )
                if isinstance(value, str) and _is_numeral(value):
                    message = f"the number {value} is stored as text: formulas take it for 0"
                self._say(region, cell, stage, severity, "not-a-number", "a number", _shown(value), message)
                self._own.put(region.sheet, cell, 0.0)

    def _compute_own(self) -> None:
        """Compute the workbook's own values, stage after stage; over again while odd formulas change any."""
        everything = [found for regions in self._found.values() for found in regions]
        others = self._other_formulas()
        passes = _MAX_PASSES if others or any(found.odd for found in everything) else 1
        for _ in range(passes):
            before = {name: (g.numbers.copy(), g.kinds.copy()) for name, g in self._own.grids.items()}
            for name, cell, text in others:
                self._compute_other(name, cell, text)
            for found in everything:
                self._keep(found, found.evaluate(self._own))
            if passes > 1 and all(
                np.array_equal(grid.numbers, before[name][0], equal_nan=True)
                and np.array_equal(grid.kinds, before[name][1])
                for name, grid in self._own.grids.items()
            ):
                return
        if passes > 1:
            self.findings.append(
                Finding("", "", "", SEVERE, "circular", "", "", "formulas read each other in a circle")
            )

    def _keep(self, found: _Found, values: Values) -> None:
        region, grid = found.region, self._own.grids[found.region.sheet]
        area, step = region.area, region.step
        inside = np.s_[0, area.top : area.bottom + 1 : step, area.left : area.right + 1 : step]
        computed = found.has_formula.copy()
        for place in found.unsupported:
            computed[place] = False
        grid.numbers[inside] = np.where(computed, values.numbers[0], grid.numbers[inside])
        if values.kinds is not None:
            grid.kinds[inside] = np.where(computed, values.kinds[0], grid.kinds[inside])

    def _compute_other(self, sheet: str, cell: tuple[int, int], text: str) -> None:
        try:
            values = self._own.evaluate(parse(text), sheet, cell)
        except FormulaError:
            return
        self._own.write(sheet, cell, values)

    def _other_formulas(self) -> list[tuple[str, tuple[int, int], str]]:
        """Return the formulas that belong to no exhibit, such as a user's own."""
        owned: dict[str, set[tuple[int, int]]] = {}
        for exhibit in self._subject.exhibits:
            for region in exhibit.regions:
                owned.setdefault(region.sheet, set()).update(region.cells())
        return [
            (sheet.name, cell, text)
            for sheet in self._subject.workbook.sheets.values()
            for cell, text in sheet.formulas.items()
            if cell not in owned.get(sheet.name, ())
        ]

    def _others(self) -> None:
        """Report formulas that belong to no region: those that carry one on past its edge, and a user's own."""
        filled = [
            (found.region, block.pattern)
            for regions in self._found.values()
            for found in regions
            for block in found.blocks[:1]
        ]
        for sheet, cell, text in self._other_formulas():
            where = f"{sheet}!{a1(*cell)}"
            extra = surplus(filled, sheet, cell, text)
            if extra is None:
                message = "a formula that is no part of the network: it was not checked"
                self.findings.append(
                    Finding(where, "", "", WARNING, "unknown-formula", "", f"={text}", message)
                )
            else:
                name = extra.region.name
                stage = next(e.stage for e in self._found if extra.region in e.regions)
                self.findings.append(
                    Finding(where, stage, name, SEVERE, "surplus", "", f"={text}", extra.message)
                )
                self.checked += 1

    def _examine(self, exhibit: Exhibit, regions: list[_Found], stage: StageReport) -> None:
        own_right = self._compare(exhibit, regions, self._own, every=True)
        probe_right = self._compare(exhibit, regions, self._probes, every=True)
        if any(found.spelled_otherwise for found in regions):
            many = self._compare(exhibit, regions, self._many_probes, every=False)
        else:
            many = probe_right
        for index, found in enumerate(regions):
            right = own_right[index].right & probe_right[index].right & many[index].right
            self._judge(found, right, own_right[index], stage)
            compared = right & found.has_formula
            for comparison in (own_right[index], probe_right[index]):
                difference = comparison.difference[compared]
                stage.max_abs_error = max(stage.max_abs_error, float(difference.max(initial=0.0)))
            stage.formulas += int(found.has_formula.sum())
            self.checked += int(found.has_formula.sum()) - len(found.unsupported)

    def _compare(
        self, exhibit: Exhibit, regions: list[_Found], book: Book, *, every: bool
    ) -> list[_Comparison]:
        planes = len(next(iter(book.grids.values())).numbers)
        expected: list[list[NDArray[Any]]] = []
        with np.errstate(all="ignore"):  # random numbers may divide by 0: then Excel has an error, too
            for plane in range(planes):
                expected.append(exhibit.compute(seen_by(book, exhibit.reads, plane)))
        comparisons = []
        for index, found in enumerate(regions):
            if not every and not found.spelled_otherwise:
                everywhere = np.ones((found.region.rows, found.region.columns), dtype=bool)
                comparisons.append(_Comparison(everywhere, np.zeros(everywhere.shape), []))
                continue
            belongs = np.stack([planes_of[index] for planes_of in expected])
            if book is self._own:
                computed = values_at(book, found.region, 0)[np.newaxis]
            else:
                values = found.evaluate(book)
                computed = _decoded_planes(book, values)
            comparison = _compared(belongs, computed)
            if book is self._own:  # a formula that passes on an error is not the one to blame
                comparison.right |= found.as_expected & _errors(computed[0])
            comparisons.append(comparison)
        return comparisons

    def _judge(self, found: _Found, right: Mask, own: _Comparison, stage: StageReport) -> None:
        """Report what is wrong in one region: presence, formula, cached value."""
        region, sheet = found.region, found.sheet
        for row, column in np.argwhere(~found.has_formula).tolist():
            self._missing(found, row, column, own)
        for row, column in np.argwhere(found.has_formula & ~right).tolist():
            cell = region.cell(row, column)
            text, expected = found.texts[row][column] or "", found.expected_texts[row][column]
            reason = found.unsupported.get((row, column))
            if reason is not None:
                kind, message = "unsupported", f"this formula cannot be computed: {reason}"
            else:
                place = Place(region, cell, self._words, array=cell in sheet.arrays)
                kind, message = "formula", diagnose(expected, text, place=place)
            self._say(region, cell, stage.name, SEVERE, kind, f"={expected}", f"={text}", message)
        self._cached_values(found, sheet, right, stage)

    def _missing(self, found: _Found, row: int, column: int, own: _Comparison) -> None:
        cell = found.region.cell(row, column)
        value = found.sheet.values.get(cell)
        expected = f"={found.expected_texts[row][column]}"
        stage = found.exhibit.stage
        if value is None:
            message = "empty where a formula belongs"
            self._say(found.region, cell, stage, SEVERE, "missing-formula", expected, "", message)
            return
        what = "a number" if isinstance(value, float) else "a text"
        today = "right" if own.right[row, column] else "wrong"
        message = f"{what} where a formula belongs (its value is {today} today)"
        self._say(found.region, cell, stage, SEVERE, "value-for-formula", expected, _shown(value), message)

    def _cached_values(self, found: _Found, sheet: Sheet, right: Mask, stage: StageReport) -> None:
        computed = values_at(self._own, found.region, 0)
        for row, column in np.argwhere(found.has_formula & right).tolist():
            cell = found.region.cell(row, column)
            cached, value = sheet.values.get(cell), computed[row, column]
            if cached is None:
                message = (
                    "no value is stored beside the formula: previews show nothing until a program computes it"
                )
                self._say(
                    found.region, cell, stage.name, WARNING, "missing-value", _shown(value), "", message
                )
            elif not _same(cached, value):
                message = "the stored value is not what the formula gives: recalculate and save"
                self._say(
                    found.region,
                    cell,
                    stage.name,
                    SEVERE,
                    "stale-value",
                    _shown(value),
                    _shown(cached),
                    message,
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
    planes: list[Any]


def _compared(belongs: NDArray[Any], computed: NDArray[Any]) -> _Comparison:
    """Compare (planes, rows, columns) of what belongs with what was computed."""
    if object in (belongs.dtype, computed.dtype):
        same = np.array(
            [_same(found, value) for found, value in zip(computed.ravel(), belongs.ravel(), strict=True)]
        ).reshape(belongs.shape)
        return _Comparison(np.asarray(same.all(axis=0)), np.zeros(belongs.shape[1:]), [])
    difference = np.abs(computed - belongs)
    close = difference <= TOLERANCE + TOLERANCE * np.abs(belongs)
    # Where NumPy has no finite number, Excel has an error.
    right = close | (~np.isfinite(belongs) & ~np.isfinite(computed))
    return _Comparison(
        np.asarray(right.all(axis=0)), np.nan_to_num(difference, nan=0.0, posinf=0.0).max(axis=0), []
    )


def _decoded_planes(book: Book, values: Values) -> NDArray[Any]:
    """Return evaluated values as NumPy has them; an error is not a number."""
    if values.kinds is None or not values.kinds.any():
        return values.numbers
    if np.isin(values.kinds, (NUMBER, ERROR)).all():
        return np.where(values.kinds == NUMBER, values.numbers, np.nan)
    return decoded(book, values.numbers, values.kinds)


def _take(values: Values, numbers: NDArray[np.float64], kinds: NDArray[np.uint8], where: Mask) -> None:
    size = numbers.shape
    got = np.broadcast_to(values.numbers[..., 0, 0], size)
    numbers[:, where] = got[:, where]
    if values.kinds is not None:
        kinds[:, where] = np.broadcast_to(values.kinds[..., 0, 0], size)[:, where]


def _errors(values: NDArray[Any]) -> Mask:
    """Return which values are none: errors, as NumPy has them."""
    marks = [isinstance(value, float) and not np.isfinite(value) for value in values.ravel().tolist()]
    return np.array(marks, dtype=bool).reshape(values.shape)


def _same(found: Any, value: Any) -> bool:
    if isinstance(found, ErrorValue):
        found = np.nan
    if isinstance(found, (str, bool)) or isinstance(value, (str, bool)):
        return type(found) is type(value) and bool(found == value)
    if not (np.isfinite(found) and np.isfinite(value)):
        return not np.isfinite(found) and not np.isfinite(value)
    return bool(abs(found - value) <= TOLERANCE + TOLERANCE * abs(value))


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else f"{float(value):.15g}"


def _is_numeral(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def count_formulas(sheets: Iterable[Sheet]) -> int:
    """Return how many cells hold a formula."""
    return sum(len(sheet.formulas) for sheet in sheets)
