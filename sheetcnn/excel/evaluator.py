"""Computes the formulas of a block at once, on every plane, by Excel's own rules.

An ordinary formula takes one value where one is expected: a range is crossed with the formula's own row or
column, as in every Excel before dynamic arrays, and as any Excel reads it from a file. An array formula
takes whole arrays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, pairwise, repeat
from typing import TypeAlias

import numpy as np

from sheetcnn.excel.addresses import MAX_COLUMNS, MAX_ROWS, Cell, Range
from sheetcnn.excel.ast import (
    ArrayConstant,
    Binary,
    Blank,
    Boolean,
    Call,
    Error,
    FormulaError,
    Name,
    Node,
    Number,
    Percent,
    Reference,
    Slopes,
    Span,
    Text,
    Unary,
    walk,
)
from sheetcnn.excel.cell_array import (
    BLANK,
    BOOLEAN,
    ERROR,
    NAME,
    NUMBER,
    REF,
    TEXT,
    CellArray,
    CellValue,
    ErrorValue,
    Texts,
    Varies,
    as_numbers,
    as_truths,
    choose,
    fitted,
    joined,
    single,
    unless_unknown,
)
from sheetcnn.excel.fill import FilledFormula
from sheetcnn.excel.functions.operators import OPERATORS, negative, percent
from sheetcnn.excel.functions.registry import ASK_ABOUT_ERRORS, FUNCTIONS, Here, Operand
from sheetcnn.excel.parser import parse
from sheetcnn.excel.sheet_array import ReferenceWindow, SheetArray

__all__ = ["BLANK", "BOOLEAN", "ERROR", "NUMBER", "TEXT", "CalcBook", "CellArray", "SheetArray", "Texts"]

MAX_ELEMENTS = 1_000_000  # of one argument, computed at once: more blocks than one fit the cache badly
_MAX_DEPTH = (
    150  # nodes on one branch, those of names included: the stack of Python holds some thousand calls
)
_MAX_NAMES = 10_000  # uses of names in one formula, those within names included: each may use two others
_MAX_VALUES = 20_000_000  # of a block of formulas at once: 180 MB

_UNSUPPORTED = {
    "SINGLE": "the @ operator is not supported",
    "ANCHORARRAY": "a spilled range is not supported",
}
"""What a file has for operators that it has no sign for."""
_OWN_NAMES = ("_xlpm.", "_xleta.")  # of the parameters of LET and LAMBDA, and of functions without arguments

_CHOOSING = ("IF", "CHOOSE", "IFERROR")

_VALUE, _RANGE, _ARRAY = range(3)  # what an expression is wanted for

Formula: TypeAlias = FilledFormula | Node


@dataclass
class CalcBook:
    """The sheets of a workbook as values on planes.

    Attributes:
        grids: the values of each sheet. Write results into them; nothing is kept between evaluations.
        names: the definition of each defined name, such as `Network!$A$1:$B$2`.
        texts: the texts of all sheets.
        lazy: whether what IF, CHOOSE and IFERROR do not come to is left alone, as in a spreadsheet program; else
            all of it is computed, for many formulas and planes at once.
    """

    grids: dict[str, SheetArray]
    names: dict[str, str] = field(default_factory=dict)
    texts: Texts = field(default_factory=Texts)
    lazy: bool = False

    def __post_init__(self) -> None:
        self._grids = {name.casefold(): grid for name, grid in self.grids.items()}
        self._spellings = {name.casefold(): name for name in self.grids}
        self._names = {name.casefold(): text for name, text in self.names.items()}

    def evaluate(
        self,
        formula: Formula,
        sheet: str,
        at: tuple[int, int],
        rows: int = 1,
        columns: int = 1,
        *,
        step: int = 1,
        array: bool = False,
        spread: tuple[int, int] = (1, 1),
    ) -> CellArray:
        """Compute a block of formulas.

        Args:
            formula: a pattern, or the tree of one formula whose references stand still over the block.
            sheet: the sheet that the block stands on.
            at: its first cell.
            rows: formulas down.
            columns: formulas across.
            step: cells from one formula to the next one, down and right.
            array: whether each is an array formula.
            spread: rows and columns of cells that each array formula fills.

        Returns:
            Values of shape (planes, rows, columns, *spread).

        Raises:
            FormulaError: a function or a use of one that is not supported, or the text is no formula.
        """
        if self.planes * rows * columns * spread[0] * spread[1] > _MAX_VALUES:
            raise FormulaError(
                f"an array formula that fills {spread[0]} by {spread[1]} cells is not computed"
            )
        node = formula.node if isinstance(formula, FilledFormula) else formula
        block = _Block(self, sheet, Cell(*at), step, (self.planes, rows, columns), (0, 0, 0), array, spread)
        with np.errstate(all="ignore"):  # what overflows or has no result becomes an error value
            return _computed(node, block, self._window(node, sheet))

    def reads(self, formula: Formula, sheet: str, rows: int = 1, columns: int = 1) -> list[tuple[str, Range]]:
        """Return what a block of formulas reads: sheets as the book spells them, and ranges around it all.

        References to sheets that are not there read nothing.
        """
        node = formula.node if isinstance(formula, FilledFormula) else formula
        found = []
        for reference in self._references(node, sheet):
            name = (reference.sheet or sheet).casefold()
            if name in self._spellings:
                found.append((self._spellings[name], _around(reference, rows, columns)))
        return found

    def definition(self, name: Name) -> Node | None:
        """Return the tree of a defined name, that of its sheet before that of the workbook.

        Raises:
            FormulaError: its definition is no formula, or moves with the cell that uses it.
        """
        text = self._names.get(name.name.casefold())
        if name.sheet is not None:
            text = self._names.get(f"{name.sheet}!{name.name}".casefold(), text)
        if text is None:
            return None
        node = parse(text)
        for part in walk(node):
            if isinstance(part, Reference) and not _stands_still(part):
                raise FormulaError(f"the name {name.name} moves with the cell that uses it")
        return node

    def grid(self, sheet: str) -> SheetArray | None:
        """Return the values of a sheet, however its name is capitalised."""
        return self._grids.get(sheet.casefold())

    @cached_property
    def planes(self) -> int:
        """How many planes the sheets have, but for those with one that is alike on all."""
        return max((len(grid.numbers) for grid in self.grids.values()), default=1)

    @cached_property
    def extent(self) -> tuple[int, int]:
        """Rows and columns of the largest sheet."""
        shapes = [grid.numbers.shape[1:] for grid in self.grids.values()]
        return max((rows for rows, _ in shapes), default=1), max(
            (columns for _, columns in shapes), default=1
        )

    def write(self, sheet: str, at: tuple[int, int], values: CellArray, step: int = 1) -> None:
        """Write the values of a block, or of one array formula, into a sheet."""
        planes, rows, columns, height, width = values.numbers.shape
        size = (planes, rows * height, columns * width)
        where = np.s_[
            :,
            at[0] : at[0] + (size[1] - 1) * step + 1 : step,
            at[1] : at[1] + (size[2] - 1) * step + 1 : step,
        ]
        grid = self.grids[sheet]
        grid.numbers[where] = values.numbers.swapaxes(2, 3).reshape(size)
        grid.kinds[where] = NUMBER if values.kinds is None else values.kinds.swapaxes(2, 3).reshape(size)

    def put(self, sheet: str, cell: tuple[int, int], value: CellValue) -> None:
        """Write one value into a sheet, on every plane."""
        grid = self.grids[sheet]
        grid.numbers[:, cell[0], cell[1]], grid.kinds[:, cell[0], cell[1]] = self.texts.encode(value)

    def get(self, sheet: str, cell: tuple[int, int], plane: int = 0) -> CellValue:
        """Return the value of one cell."""
        grid = self.grids[sheet]
        return self.texts.decode(float(grid.numbers[plane][cell]), int(grid.kinds[plane][cell]))

    def _references(self, node: Node, sheet: str) -> Iterator[Reference]:
        """Yield the references of a formula on a sheet, and of the names that it uses."""
        waiting, seen = [node], set[Name]()
        while waiting:
            for part in walk(waiting.pop()):
                if isinstance(part, Reference):
                    yield part
                elif isinstance(part, Span):
                    ends = (*self._references(part.first, sheet), *self._references(part.last, sheet))
                    yield from _box(list(ends))
                elif isinstance(part, Name) and part not in seen:
                    seen.add(part)
                    definition = self.definition(_as_used_on(sheet, part))
                    waiting += [] if definition is None else [definition]

    def _window(self, node: Node, sheet: str) -> _Window:
        """Return how many cells one formula may compute with at once, and whether its ranges grow."""
        rows, columns = self.extent
        height = width = 1
        grows_down = grows_along = False
        # A list that INDEX picks from, and that all formulas share, is read once and not computed with.
        lists = [
            part.arguments[0] for part in walk(node) if isinstance(part, Call) and part.function == "INDEX"
        ]
        for reference in self._references(node, sheet):
            if not any(reference.slopes) and any(reference is each for each in lists):
                continue
            area, slopes = reference.area, reference.slopes
            height = max(height, (rows if area.bottom == MAX_ROWS - 1 else area.bottom + 1) - area.top)
            width = max(width, (columns if area.right == MAX_COLUMNS - 1 else area.right + 1) - area.left)
            grows_down |= slopes.top != slopes.bottom
            grows_along |= slopes.left != slopes.right
        return _Window(height * width, grows_down, grows_along)


def _as_used_on(sheet: str, name: Name) -> Name:
    """Return a name as a formula on a sheet means it: the sheet's own, if there is one, hides the workbook's."""
    return name if name.sheet is not None else replace(name, sheet=sheet)


def _box(ends: list[Reference]) -> Iterator[Reference]:
    """Yield the range around the references that a span may begin or end with, wherever they move to."""
    if not ends:
        return
    tops, lefts, bottoms, rights = zip(*(end.area for end in ends), strict=True)
    slopes = [end.slopes for end in ends]
    down = [slope for each in slopes for slope in (each.top, each.bottom)]
    along = [slope for each in slopes for slope in (each.left, each.right)]
    yield Reference(
        Range(min(tops), min(lefts), max(bottoms), max(rights)),
        next((end.sheet for end in ends if end.sheet is not None), None),
        slopes=Slopes(min(down), min(along), max(down), max(along)),
    )


def _stands_still(reference: Reference) -> bool:
    area, absolute = reference.area, reference.absolute
    rows = (area.top, area.bottom) == (0, MAX_ROWS - 1) or (absolute.top and absolute.bottom)
    columns = (area.left, area.right) == (0, MAX_COLUMNS - 1) or (absolute.left and absolute.right)
    return rows and columns


def _around(reference: Reference, rows: int, columns: int) -> Range:
    """Return the range around a reference over a block."""
    area, slopes = reference.area, reference.slopes
    tops = [area.top, area.top + slopes.top * (rows - 1)]
    bottoms = [area.bottom, area.bottom + slopes.bottom * (rows - 1)]
    lefts = [area.left, area.left + slopes.left * (columns - 1)]
    rights = [area.right, area.right + slopes.right * (columns - 1)]
    return Range(min(tops + bottoms), min(lefts + rights), max(tops + bottoms), max(lefts + rights))


@dataclass(frozen=True)
class _Window:
    """The most that one formula computes with."""

    cells: int
    grows_down: bool
    grows_along: bool


_PLANES, _ROWS, _COLUMNS = range(3)


@dataclass(frozen=True)
class _Block:
    """The part of a block of formulas that is computed at once."""

    book: CalcBook
    sheet: str
    at: Cell  # the first formula of the whole block
    step: int
    size: tuple[int, int, int]  # planes, rows, columns
    start: tuple[int, int, int]  # in the whole block
    entered: bool
    spread: tuple[int, int]

    def parts(self, axis: int, pieces: int) -> list[_Block]:
        """Cut the block along planes, rows or columns."""
        edges = np.linspace(0, self.size[axis], min(pieces, self.size[axis]) + 1).astype(int).tolist()
        return [
            replace(
                self,
                size=_with(self.size, axis, last - first),
                start=_with(self.start, axis, self.start[axis] + first),
            )
            for first, last in pairwise(edges)
        ]

    def here(self) -> Here:
        """Say where the formulas stand."""
        _, rows, columns = self.size
        down = self.at.row + 1.0 + self.step * (self.start[_ROWS] + np.arange(rows, dtype=np.float64))
        along = (
            self.at.column + 1.0 + self.step * (self.start[_COLUMNS] + np.arange(columns, dtype=np.float64))
        )
        return Here(
            self.book.texts, down.reshape(1, -1, 1, 1, 1), along.reshape(1, 1, -1, 1, 1), self.entered
        )


def _with(triple: tuple[int, int, int], axis: int, number: int) -> tuple[int, int, int]:
    changed = list(triple)
    changed[axis] = number
    return changed[0], changed[1], changed[2]


def _computed(node: Node, block: _Block, window: _Window) -> CellArray:
    """Compute a block whole, or in parts where it is large or its parts differ in shape."""
    planes, rows, columns = block.size
    if window.grows_down and rows > 1:
        return _in_parts(node, block, window, _ROWS, rows)
    if window.grows_along and columns > 1:
        return _in_parts(node, block, window, _COLUMNS, columns)
    elements = planes * rows * columns * window.cells
    if elements > MAX_ELEMENTS and max(block.size) > 1:
        axis = next(axis for axis in (_ROWS, _COLUMNS, _PLANES) if block.size[axis] > 1)
        return _in_parts(node, block, window, axis, -(-elements // MAX_ELEMENTS))
    try:
        return fitted(_Evaluator(block).result(node), block.size, block.spread)
    except Varies:
        if max(block.size) == 1:
            raise FormulaError("an array stands where one value is expected") from None
        axis = next(axis for axis in (_COLUMNS, _ROWS, _PLANES) if block.size[axis] > 1)
        return _in_parts(node, block, window, axis, block.size[axis])


def _in_parts(node: Node, block: _Block, window: _Window, axis: int, pieces: int) -> CellArray:
    return joined([_computed(node, part, window) for part in block.parts(axis, pieces)], axis)


class _Evaluator:
    """Computes one formula over one part of a block."""

    def __init__(self, block: _Block) -> None:
        self.book = block.book
        self.block = block
        self.here = block.here()
        self.planes = slice(block.start[_PLANES], block.start[_PLANES] + block.size[_PLANES])
        self.extent = block.book.extent
        self.depth = 0
        self.names = 0

    def result(self, node: Node) -> CellArray:
        """Return what the formulas show: a blank shows 0."""
        values = self.evaluate(node, _ARRAY if self.here.entered else _VALUE)
        if values.have(BLANK):
            return choose(values.are(BLANK), single(0.0), values)
        return values

    def evaluate(self, node: Node, wanted: int) -> CellArray:
        """Compute an expression: one value, a range, or an array."""
        operand = self.operand(node, wanted)
        if isinstance(operand, CellArray):
            return operand
        if wanted == _VALUE:
            return operand.crossed(self.here.rows, self.here.columns, self.block.step)
        return operand.read()

    def operand(self, node: Node, wanted: int) -> Operand:
        """Compute an expression, or return the reference that it is."""
        if self.depth == _MAX_DEPTH:
            raise FormulaError("the formula and the names in it are nested too deep")
        self.depth += 1
        operand: Operand
        match node:
            case Reference():
                operand = self.area(node)
            case Span():
                operand = self.span(node)
            case Binary():
                operand = self.binary(node, wanted)
            case Call():
                operand = self.call(node, wanted)
            case Name():
                operand = self.name(node)
            case Unary():
                operand = self.sign(node, wanted)
            case Percent():
                operand = self.percent(node, wanted)
            case ArrayConstant():
                operand = self.array(node)
            case _:
                operand = single(*self.here.texts.encode(_constant(node)))
        self.depth -= 1
        return operand

    def sign(self, node: Unary, wanted: int) -> CellArray:
        values = self.evaluate(node.operand, _within(wanted))
        return negative(self.here.texts, values) if node.operator == "-" else values

    def percent(self, node: Percent, wanted: int) -> CellArray:
        return percent(self.here.texts, self.evaluate(node.operand, _within(wanted)))

    def binary(self, node: Binary, wanted: int) -> CellArray:
        """Compute a chain of operators along its left side, which may be long."""
        links: list[Binary] = []
        first: Node = node
        while isinstance(first, Binary):
            links.append(first)
            first = first.left
        values = self.evaluate(first, _within(wanted))
        for link in reversed(links):
            values = OPERATORS[link.operator](
                self.here.texts, values, self.evaluate(link.right, _within(wanted))
            )
        return values

    def call(self, node: Call, wanted: int) -> Operand:
        function = FUNCTIONS.get(node.function)
        if function is None:
            raise FormulaError(
                _UNSUPPORTED.get(node.function, f"the function {node.function} is not supported")
            )
        if not function.least <= len(node.arguments) <= function.most:
            raise FormulaError(f"{node.function} does not take {len(node.arguments)} arguments")
        if self.book.lazy and node.function in _CHOOSING:
            node = self.with_chosen(node, wanted)
        letters = chain(function.takes, repeat(function.takes[-1:]))
        arguments = [
            self.argument(argument, letter, wanted)
            for argument, letter in zip(node.arguments, letters, strict=False)
        ]
        computed = function.compute(self.here, *arguments)
        if node.function in ASK_ABOUT_ERRORS and isinstance(computed, CellArray):
            seen = arguments[:1] if node.function == "IFERROR" else arguments
            values = (each.read() if isinstance(each, ReferenceWindow) else each for each in seen)
            return unless_unknown(computed, *(each for each in values if each.have(ERROR)))
        return computed

    def with_chosen(self, node: Call, wanted: int) -> Call:
        """Return IF, CHOOSE or IFERROR of one formula without the arguments that it does not come to."""
        first, *others = node.arguments
        decides = self.evaluate(first, _ARRAY if self.here.entered else _VALUE)
        if decides.numbers.size > 1:
            return node
        if node.function == "IFERROR":
            chosen = 0 if decides.have(ERROR) else -1
        else:
            number = (as_truths if node.function == "IF" else as_numbers)(decides, self.here.texts)
            chosen = -1 if number.have(ERROR) else int(number.numbers.item())
            chosen = chosen - 1 if node.function == "CHOOSE" else 1 - chosen  # -1: 2, of which there is none
        kept = (other if index == chosen else Blank() for index, other in enumerate(others))
        return replace(node, arguments=(first, *kept))

    def argument(self, node: Node, letter: str, wanted: int) -> Operand:
        """Compute an argument as its letter in `Function.takes` says."""
        if letter in "fc":
            operand = self.operand(node, _ARRAY)
            if letter == "c" and wanted != _ARRAY and isinstance(operand, ReferenceWindow):
                return operand.resized(1, 1)
            return operand
        within_entered = _ARRAY if self.here.entered else _VALUE
        purposes = {
            "v": _within(wanted),
            "r": max(_within(wanted), _RANGE),
            "a": _ARRAY,
            "s": within_entered,
            "b": max(within_entered, min(wanted, _RANGE)),
        }
        return self.evaluate(node, purposes[letter])

    def span(self, node: Span) -> Operand:
        """Return the range around two references, of which each may be computed: INDEX gives one."""
        first, last = (self.operand(end, _ARRAY) for end in (node.first, node.last))
        lost = [end for end in (first, last) if isinstance(end, CellArray) and _is_an_error(end)]
        if lost and not isinstance(node.first, Name) and not isinstance(node.last, Name):
            return lost[0]
        if isinstance(first, ReferenceWindow) and isinstance(last, ReferenceWindow):
            if first.grid is not last.grid:
                raise FormulaError("a range from one sheet to another is not supported")
            if (first.down, first.along) == (last.down, last.along) or max(self.block.size[1:]) == 1:
                return first.around(last)
        if max(self.block.size) > 1:
            raise Varies
        raise FormulaError("a range between what are no references is not supported")

    def name(self, node: Name) -> Operand:
        if node.name.casefold().startswith(_OWN_NAMES):
            raise FormulaError("the names within LET and LAMBDA are not supported")
        self.names += 1
        if self.names > _MAX_NAMES:
            raise FormulaError("the names in the formula use one another too many times")
        definition = self.book.definition(_as_used_on(self.block.sheet, node))
        if definition is None:
            return single(NAME, ERROR)
        return self.operand(definition, _ARRAY)

    def area(self, reference: Reference) -> Operand:
        """Return a reference as the formulas of this part of the block read it."""
        grid = self.book.grid(reference.sheet or self.block.sheet)
        if grid is None:
            return single(REF, ERROR)
        _, row, column = self.block.start
        area, slopes = reference.area, reference.slopes
        top, bottom = sorted((area.top + slopes.top * row, area.bottom + slopes.bottom * row))
        left, right = sorted((area.left + slopes.left * column, area.right + slopes.right * column))
        return ReferenceWindow(
            grid,
            self.extent,
            self.block.size[1:],
            self.planes,
            top,
            left,
            bottom - top + 1,
            right - left + 1,
            slopes.top,
            slopes.left,
        )

    def array(self, node: ArrayConstant) -> CellArray:
        rows = node.rows
        constants = [_constant(node) for row in rows for node in row]
        values = self.here.texts.pack(constants, (1, 1, 1, len(rows), len(rows[0])))
        return replace(values, listed=True)


def _is_an_error(values: CellArray) -> bool:
    return values.numbers.size == 1 and values.have(ERROR)


def _within(wanted: int) -> int:
    """Return what the operands of an expression are wanted for."""
    return _ARRAY if wanted == _ARRAY else _VALUE


def _constant(node: Node) -> CellValue:
    match node:
        case Number(value=value) | Text(value=value) | Boolean(value=value):
            return value
        case Error(code=code):
            return ErrorValue(code)
        case Blank():
            return None
    raise AssertionError(node)
