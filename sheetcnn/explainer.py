"""Writes out how one cell of a workbook comes about, number by number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from sheetcnn.errors import SpecError, did_you_mean, printable
from sheetcnn.excel.addresses import Cell, Range, a1, parse_a1, quoted_sheet, range_a1
from sheetcnn.excel.ast import FormulaError
from sheetcnn.excel.parser import parse
from sheetcnn.excel.reader import read_workbook
from sheetcnn.excel.region import Region
from sheetcnn.excel.workbook import Sheet
from sheetcnn.network.stages import Array, Explanation
from sheetcnn.network.stages.base import window
from sheetcnn.network.template import Template
from sheetcnn.network.template_loader import load_template
from sheetcnn.value_text import aligned, alike, as_column, as_table, as_text
from sheetcnn.verifier.audit import examine_block
from sheetcnn.verifier.calculation import CalculatedWorkbook, calculate
from sheetcnn.verifier.constants import choices
from sheetcnn.verifier.diagnosis.vocabulary import Vocabulary
from sheetcnn.verifier.reading import read_by
from sheetcnn.verifier.recognize import RecognizedWorkbook, recognize
from sheetcnn.verifier.region_values import seen_by, values_at
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules import check
from sheetcnn.verifier.severity import ERROR
from sheetcnn.workbook.declaration import SheetBlock
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues, numbers
from sheetcnn.workbook.spec import forward

_IN_WINDOWS = 100
"""Up to so many values are drawn as the windows that they stand in."""
_IN_LIST = 10
"""Of more, or of single ones, so many are listed: those that give most."""
_JOINED = {"×": np.multiply, "−": np.subtract, "/": np.divide}


def explain(
    path: Path | str, cell: str, template: Template | str | None = None, *, sheet: str | None = None
) -> str:
    """Return, as lines of text, how one cell of a workbook comes about.

    All numbers are computed from the workbook's own inputs and formulas; values that were stored in the file are
    only compared with them.

    Args:
        path: the workbook.
        cell: an address such as `BM4`, `$BM$4` or `Model!B2`, or the name of a region, for its first cell.
        template: the network that it is to hold, or its name; without it, the workbook's own table says.
        sheet: the sheet that a template's ranges are on, if not the one that it names.

    Raises:
        WorkbookError: the file cannot be read, or does not say which network it holds.
        SpecError: there is no such cell, sheet or template.
    """
    if isinstance(template, str):
        template = load_template(template, weights=False)
    recognized = recognize(read_workbook(Path(path)), template, sheet)
    account = _Account(recognized, *_asked(recognized, cell))
    return "\n".join(printable(line) for line in account.lines())


def _asked(recognized: RecognizedWorkbook, text: str) -> tuple[str, Cell]:
    """Return the sheet and the cell that someone asks about."""
    for region in recognized.layout.regions:
        if region.name.casefold() == text.casefold():
            return region.sheet, region.cell(0, 0)
    name, _, address = text.rpartition("!")
    try:
        cell = parse_a1(address)
    except ValueError:
        near = did_you_mean(text, (region.name for region in recognized.layout.regions))
        raise SpecError(
            f"{text!r} is no cell{near}: give an address such as BM4 or Model!B2, or the name of a region such as "
            f"{recognized.blocks[0].regions[0].name}"
        ) from None
    if not name:
        return recognized.layout.inputs[0].sheet, cell
    if name[0] == name[-1] == "'":
        name = name[1:-1].replace("''", "'")
    sheets = recognized.workbook.sheets
    for sheet in sheets:
        if sheet.casefold() == name.casefold():
            return sheet, cell
    near = did_you_mean(name, sheets)
    raise SpecError(f"{recognized.workbook.path} has no sheet {name}{near}: name one of {', '.join(sheets)}")


def _findings_at(calculated: CalculatedWorkbook, block: FormulaBlock | None, cell: str) -> list[Finding]:
    """Return what is wrong with a cell, of whose block alone random numbers are asked, and only if it differs."""
    regions = calculated.formulas.observed[block] if block is not None else []
    as_expected = not any(observed.differing for observed in regions)
    audit = examine_block(calculated, block, on_own_numbers=as_expected)
    return [finding for finding in check(audit) if finding.cell == cell]


class _Account:
    """What there is to say of one cell."""

    def __init__(self, recognized: RecognizedWorkbook, sheet: str, cell: Cell) -> None:
        self._recognized, self._sheet, self._cell = recognized, sheet, cell
        self._words = Vocabulary(recognized.network, recognized.layout)
        self._region = self._words.region(sheet, Range(*cell, *cell))
        self._block = next((each for each in recognized.blocks if self._region in each.regions), None)
        calculated = calculate(recognized)
        self._own, self._uncomputed = calculated.own.book, calculated.own.uncomputed
        self._findings = _findings_at(calculated, self._block, f"{sheet}!{a1(*cell)}")
        cells = recognized.workbook.sheets.get(sheet, Sheet(sheet))
        self._formula, self._stored = cells.formulas.get(cell), cells.values.get(cell)
        self._array = cell in cells.arrays

    def lines(self) -> Iterator[str]:
        """Yield all of it."""
        yield f"{quoted_sheet(self._sheet)}!{a1(*self._cell)}   {self._called(self._sheet, self._cell)}"
        yield ""
        if self._region is None or self._block is None:
            yield from self._given(self._region)
        else:
            yield from self._computed(self._block, self._region)

    # A cell that a formula belongs in

    def _computed(self, block: FormulaBlock, region: Region) -> Iterator[str]:
        row, column = divmod(region.cells().index(self._cell), region.columns)
        explanation = self._explained(block, region, row, column)
        yield f"{block.stage}: {explanation.words}"
        yield from self._spelled()
        yield ""
        belongs = block.formula(region, row, column)
        if belongs != self._formula and any(finding.severity == ERROR for finding in self._findings):
            yield from (f"what belongs here: ={belongs}", "")
        joined = [self._join(term, explanation.sign) for term in explanation.terms]
        if self._as_windows(explanation, joined):
            yield from self._windows(explanation, joined)
        elif joined:
            yield from self._list(explanation, joined)
        else:
            yield "it reads no cell"
        yield ""
        yield from as_table([*self._steps(explanation, joined), *self._compared(block, region, row, column)])
        yield from self._verdict()
        if joined:
            yield self._next(explanation, joined)

    def _explained(self, block: FormulaBlock, region: Region, row: int, column: int) -> Explanation:
        """Return how the cell comes about; beside the network, from the cells alone that its own formula reads."""
        explanation = block.explain(region, row, column)
        if not isinstance(block, SheetBlock):
            return explanation
        read = read_by(self._own, parse(block.formula(region, row, column)), self._sheet, self._cell)
        whole = {(source.sheet, source.area): source for source in block.reads}
        terms = [(whole.get((each.sheet, each.area), each),) for each in read]
        return replace(explanation, terms=terms)

    def _spelled(self) -> Iterator[str]:
        if self._formula is not None:
            yield f"{{={self._formula}}}" if self._array else f"={self._formula}"

    def _join(self, term: Sequence[Region], sign: str) -> RegionValues:
        """Return what the rectangles of a term come to, value by value."""
        first, *others = (values_at(self._own, region, 0) for region in term)
        with np.errstate(all="ignore"):
            for other in others:
                first = _JOINED[sign](numbers(first), numbers(other))
        return first

    def _as_windows(self, explanation: Explanation, joined: Sequence[RegionValues]) -> bool:
        if not joined or any(values.dtype == object for values in joined):
            return False
        sizes = [(region.rows * region.columns, region.columns) for region, *_ in explanation.terms]
        return sum(size for size, _ in sizes) <= _IN_WINDOWS and max(columns for _, columns in sizes) > 1

    def _windows(self, explanation: Explanation, joined: Sequence[RegionValues]) -> Iterator[str]:
        """Yield each term as the rectangles that it joins, side by side."""
        columns = [
            aligned([values_at(self._own, region, 0) for region in regions])
            for regions in zip(*explanation.terms, strict=True)
        ]
        signs = [explanation.sign] * (len(columns) - 1)
        if signs:
            columns, signs = [*columns, aligned(joined)], [*signs, "="]
        for index, term in enumerate(explanation.terms):
            yield f"  {explanation.sign}  ".join(
                f"{region.name} {self._address(region)}".lstrip() for region in term
            )
            for row in range(term[0].rows):
                first, *others = ("  ".join(column[index][row]) for column in columns)
                yield f"  {first}" + "".join(
                    f"   {sign}   {other}" for sign, other in zip(signs, others, strict=True)
                )

    def _list(self, explanation: Explanation, joined: Sequence[RegionValues]) -> Iterator[str]:
        """Yield a line a value, if there are many only those that give most."""
        cells = [
            places
            for term in explanation.terms
            for places in zip(*([(r.sheet, cell) for cell in r.cells()] for r in term), strict=True)
        ]
        order = np.arange(len(cells))
        if len(cells) > _IN_LIST:
            order = np.argsort(-_weight(explanation, joined), kind="stable")
        shown, rest = order[:_IN_LIST], order[_IN_LIST:]
        several = len(cells[0]) > 1
        places = [cells[index] for index in shown]
        table = [[self._called(*first) for first, *_ in places]]
        for position, column in enumerate(zip(*places, strict=True)):
            if position:
                table.append([explanation.sign] * len(places))
            table.append([self._spot(*place) for place in column])
            table.append(as_column([self._value(*place) for place in column]))
        values = np.concatenate([numbers(each).ravel() for each in joined])
        if several:
            table += [["="] * len(places), as_column(values[shown].tolist())]
        widths = [max(map(len, column)) for column in table]
        for line in zip(*table, strict=True):
            yield "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        if len(rest):
            sums = [
                f", their {name} {as_text(of(values[rest]).item())}" for name, of in explanation.steps[:1]
            ]
            yield f"and {len(rest)} more" + "".join(sums)

    def _steps(self, explanation: Explanation, joined: Sequence[RegionValues]) -> Iterator[tuple[str, str]]:
        """Yield what becomes of all the values, step by step; a bias is added after the first one."""
        value: Array = np.concatenate([numbers(each).ravel() for each in joined])
        bias = explanation.bias
        with np.errstate(all="ignore"):
            for name, of in explanation.steps:
                value = of(value)
                yield name, as_text(np.asarray(value).item())
                if bias is not None:
                    added = numbers(values_at(self._own, bias, 0))
                    yield f"bias {self._address(bias)}", as_text(added.item())
                    value, bias = value + added, None
                    yield "with its bias", as_text(np.asarray(value).item())

    def _compared(
        self, block: FormulaBlock, region: Region, row: int, column: int
    ) -> Iterator[tuple[str, str]]:
        """Yield what the formula gives, what NumPy has, and what is stored."""
        at = list(block.regions).index(region)
        with np.errstate(all="ignore"):
            right = block.compute(seen_by(self._own, block.reads, 0))[at][row, column]
        yield "formula", self._computed_value()
        yield "NumPy", as_text(right)
        yield "stored", as_text(self._stored)
        from_input = self._forward[region.name][row, column]
        if not alike(right, from_input):
            yield "NumPy from the input on", f"{as_text(from_input)}   (a cell before this one is wrong)"

    def _computed_value(self) -> str:
        if self._formula is None:
            return "none"
        if (self._sheet, self._cell) in self._uncomputed:
            return "cannot be computed"
        value = self._value(self._sheet, self._cell)
        return "cannot be computed" if value is None else as_text(value)

    @cached_property
    def _forward(self) -> dict[str, RegionValues]:
        """What every region holds if each stage is computed as it belongs."""
        return forward(self._recognized.blocks, seen_by(self._own, self._recognized.layout.regions, 0))

    def _verdict(self) -> Iterator[str]:
        if not self._findings:
            yield "right: formula, NumPy and stored value agree"
        yield from self._found()

    def _found(self) -> Iterator[str]:
        for finding in self._findings:
            yield f"{finding.severity}: {finding.message}"

    def _next(self, explanation: Explanation, joined: Sequence[RegionValues]) -> str:
        """Return which cell to ask about next: the one that gives most."""
        weight = _weight(explanation, joined)
        places = [(term[0].sheet, cell) for term in explanation.terms for cell in term[0].cells()]
        sheet, cell = places[int(weight.argmax())]
        why = " (it gives most)" if weight.max() > weight.min() and explanation.steps else ""
        if np.isinf(weight.max()):
            why = " (an error comes from it)"
        return f"next: {self._spot(sheet, cell)}, {self._called(sheet, cell)}{why}"

    # A cell that a number belongs in, or nothing

    def _given(self, region: Region | None) -> Iterator[str]:
        layout = self._recognized.layout
        if region in layout.inputs:
            yield "a pixel: a number to change, not computed"
        elif region is not None and region == layout.classes:
            yield "the label of an output: given, not computed"
        elif region in list(layout.all_weights):
            yield "a weight: a number of the network itself, not computed"
        elif region is not None and region.name in self._recognized.spec.allowed:
            yield f"a choice: one of {choices(self._recognized.spec.allowed[region.name])}, not computed"
        elif region is not None and region.name in self._recognized.spec.read_only:
            yield "a number or a text that formulas count on: not to be changed, not computed"
        elif region is not None:
            yield f"given on the sheet {region.sheet}, not computed"
        else:
            yield "no number of the network stands here"
        yield from self._spelled()
        if self._formula is None:
            yield f"value  {as_text(self._stored)}"
        elif region is None:
            yield f"stored  {as_text(self._stored)}   (not computed)"
        else:
            yield f"value  {self._computed_value()}"
        yield from self._found()
        yield ""
        yield from self._read_by()

    def _read_by(self) -> Iterator[str]:
        """Yield which formulas of the first stage that reads this cell do so."""
        for block in self._recognized.blocks:
            readers = [(region, self._readers_in(region)) for region in block.regions]
            if any(cells for _, cells in readers):
                yield "read first by"
                lines = [(region.name, self._area(region, cells)) for region, cells in readers if cells]
                yield from (f"  {line}" for line in as_table(lines))
                region, cells = next((region, cells) for region, cells in readers if cells)
                cell = region.cell(*cells[0])
                yield f"next: {self._spot(region.sheet, cell)}, {self._called(region.sheet, cell)}"
                return
        yield "no formula of the network reads it"

    def _readers_in(self, region: Region) -> list[tuple[int, int]]:
        """Return the places in a region whose formulas read this cell."""
        sheet = self._recognized.workbook.sheets.get(region.sheet, Sheet(region.sheet))
        return [
            divmod(index, region.columns)
            for index, cell in enumerate(region.cells())
            if cell in sheet.formulas and self._reads(region.sheet, sheet.formulas[cell])
        ]

    def _reads(self, sheet: str, formula: str) -> bool:
        try:
            reads = self._own.reads(parse(formula), sheet)
        except FormulaError:
            return False
        return any(name == self._sheet and area.contains(self._cell) for name, area in reads)

    def _area(self, region: Region, places: Sequence[tuple[int, int]]) -> str:
        """Return where in a region some of its cells are."""
        (top, left), (bottom, right) = np.min(places, axis=0).tolist(), np.max(places, axis=0).tolist()
        box = window(region, top, left, bottom - top + 1, right - left + 1)
        if len(places) == 1:
            return self._address(box)
        every = "all " if len(places) == region.rows * region.columns else ""
        joint = ", " if len(places) == box.rows * box.columns else " in "
        return f"{every}{len(places)} cells{joint}{self._address(box)}"

    # What to call cells

    def _called(self, sheet: str, cell: Cell) -> str:
        """Return what a cell is called in the network."""
        spot = Range(*cell, *cell)
        region, name = self._words.region(sheet, spot), self._words.name(sheet, spot)
        if region is None or name is None:
            return "outside of every region"
        if region.rows * region.columns == 1 or self._words.labels(region):
            return name
        row, column = divmod(region.cells().index(cell), region.columns)
        return f"{name}, row {row + 1}" + (f", column {column + 1}" if region.columns > 1 else "")

    def _address(self, region: Region) -> str:
        prefix = "" if region.sheet == self._sheet else f"{quoted_sheet(region.sheet)}!"
        return prefix + range_a1(region.area)

    def _spot(self, sheet: str, cell: Cell) -> str:
        return self._address(Region("", sheet, *cell, 1, 1))

    def _value(self, sheet: str, cell: Cell) -> Any:
        return self._own.get(sheet, cell) if sheet in self._own.sheets else None


def _weight(explanation: Explanation, joined: Sequence[RegionValues]) -> Array:
    """Return how much each value counts in the result; an error counts more than any number."""
    values: Array = np.concatenate([numbers(each).ravel() for each in joined])
    return np.where(np.isfinite(values), values if explanation.largest else np.abs(values), np.inf)
