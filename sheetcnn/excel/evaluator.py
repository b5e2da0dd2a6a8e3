"""Computes the formulas of a block at once, on every sample, by Excel's own rules.

An ordinary formula takes one value where one is expected: a range is crossed with the formula's own row or
column, as in every Excel before dynamic arrays, and as any Excel reads it from a file. An array formula
takes whole arrays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, repeat

import numpy as np

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
    Span,
    Text,
    Unary,
    walk,
)
from sheetcnn.excel.block import COLUMNS, ROWS, SAMPLES, Block, Scope
from sheetcnn.excel.cell_array import (
    BLANK,
    ERROR,
    NAME,
    REF,
    CellArray,
    CellValue,
    ErrorValue,
    Varies,
    as_numbers,
    as_truths,
    choose,
    fitted,
    joined,
    single,
    unless_unknown,
)
from sheetcnn.excel.functions.operators import OPERATORS, negative, percent
from sheetcnn.excel.functions.registry import ASK_ABOUT_ERRORS, FUNCTIONS, Operand
from sheetcnn.excel.limits import MAX_COLUMNS, MAX_ROWS
from sheetcnn.excel.references import as_used_on, references
from sheetcnn.excel.sheet_array import ReferenceWindow

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


def evaluate(node: Node, block: Block) -> CellArray:
    """Compute a block of formulas.

    Returns:
        Values of shape (samples, rows, columns, *spread).

    Raises:
        FormulaError: a function or a use of one that is not supported.
    """
    samples, rows, columns = block.size
    if samples * rows * columns * block.spread[0] * block.spread[1] > _MAX_VALUES:
        raise FormulaError(
            f"an array formula that fills {block.spread[0]} by {block.spread[1]} cells is not computed"
        )
    with np.errstate(all="ignore"):  # what overflows or has no result becomes an error value
        return _computed(node, block, _window(node, block.sheet, block.scope))


@dataclass(frozen=True)
class _Window:
    """The most that one formula computes with."""

    cells: int
    grows_down: bool
    grows_along: bool


def _window(node: Node, sheet: str, scope: Scope) -> _Window:
    """Return how many cells one formula may compute with at once, and whether its ranges grow."""
    rows, columns = scope.extent
    height = width = 1
    grows_down = grows_along = False
    # A list that INDEX picks from, and that all formulas share, is read once and not computed with.
    lists = [part.arguments[0] for part in walk(node) if isinstance(part, Call) and part.function == "INDEX"]
    for reference in references(node, sheet, scope.names):
        if not any(reference.slopes) and any(reference is each for each in lists):
            continue
        area, slopes = reference.area, reference.slopes
        height = max(height, (rows if area.bottom == MAX_ROWS - 1 else area.bottom + 1) - area.top)
        width = max(width, (columns if area.right == MAX_COLUMNS - 1 else area.right + 1) - area.left)
        grows_down |= slopes.top != slopes.bottom
        grows_along |= slopes.left != slopes.right
    return _Window(height * width, grows_down, grows_along)


def _computed(node: Node, block: Block, window: _Window) -> CellArray:
    """Compute a block whole, or in parts where it is large or its parts differ in shape."""
    samples, rows, columns = block.size
    if window.grows_down and rows > 1:
        return _in_parts(node, block, window, ROWS, rows)
    if window.grows_along and columns > 1:
        return _in_parts(node, block, window, COLUMNS, columns)
    elements = samples * rows * columns * window.cells
    if elements > MAX_ELEMENTS and max(block.size) > 1:
        axis = next(axis for axis in (ROWS, COLUMNS, SAMPLES) if block.size[axis] > 1)
        return _in_parts(node, block, window, axis, -(-elements // MAX_ELEMENTS))
    try:
        return fitted(_Evaluator(block).result(node), block.size, block.spread)
    except Varies:
        if max(block.size) == 1:
            raise FormulaError("an array stands where one value is expected") from None
        axis = next(axis for axis in (COLUMNS, ROWS, SAMPLES) if block.size[axis] > 1)
        return _in_parts(node, block, window, axis, block.size[axis])


def _in_parts(node: Node, block: Block, window: _Window, axis: int, pieces: int) -> CellArray:
    return joined([_computed(node, part, window) for part in block.parts(axis, pieces)], axis)


class _Evaluator:
    """Computes one formula over one part of a block."""

    def __init__(self, block: Block) -> None:
        self.scope = block.scope
        self.block = block
        self.here = block.here()
        self.samples = slice(block.start[SAMPLES], block.start[SAMPLES] + block.size[SAMPLES])
        self.extent = block.scope.extent
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
        if self.scope.lazy and node.function in _CHOOSING:
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
        definition = self.scope.names.definition(as_used_on(self.block.sheet, node))
        if definition is None:
            return single(NAME, ERROR)
        return self.operand(definition, _ARRAY)

    def area(self, reference: Reference) -> Operand:
        """Return a reference as the formulas of this part of the block read it."""
        grid = self.scope.sheet(reference.sheet or self.block.sheet)
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
            self.samples,
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
