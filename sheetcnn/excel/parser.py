"""Parses the text of a formula into its syntax tree."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import repeat
from typing import NamedTuple

from sheetcnn.excel.addresses import Range
from sheetcnn.excel.ast import (
    Absolute,
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
)
from sheetcnn.excel.limits import MAX_COLUMNS, MAX_FORMULA, MAX_NESTING, MAX_ROWS
from sheetcnn.excel.tokenizer import Token, coordinates, tokens

_END = "end"  # the kind of the token behind the last one
_MAX_DEPTH = 2 * MAX_NESTING  # expressions within each other; Python's stack holds a thousand calls

_PREFIXES = re.compile(r"(?:_xlfn\.|_xlws\.)+", re.IGNORECASE)
_BINDING = {
    **dict.fromkeys(("=", "<>", "<", "<=", ">", ">="), 1),
    "&": 2,
    **dict.fromkeys("+-", 3),
    **dict.fromkeys("*/", 4),
    "^": 5,
}


class _Edge(NamedTuple):
    """One edge of a reference: its "$" or nothing, its row or column, how far it moves."""

    mark: str
    number: int
    slope: int


@lru_cache(
    maxsize=32_768
)  # a workbook that is wrong altogether has its formulas computed one by one, in passes
def parse(text: str, slopes: tuple[int, ...] = ()) -> Node:
    """Read the text of a formula, with or without its "=".

    Args:
        text: the formula.
        slopes: how far each coordinate moves from cell to cell of a block, in the order of the text;
            none where references stand still.

    Raises:
        FormulaError: the text is no formula, or uses what is not supported.
    """
    text = text.removeprefix("=")
    if len(text) > MAX_FORMULA:
        raise FormulaError(f"the formula has more than {MAX_FORMULA} characters", MAX_FORMULA)
    return _Parser(text, slopes).formula()


class _Parser:
    """Precedence climbing over the tokens of one formula."""

    def __init__(self, text: str, slopes: tuple[int, ...]) -> None:
        self.tokens = [token for token in tokens(text) if token.kind != "space"]
        self.tokens.append(Token(_END, "", len(text)))
        self.index = 0
        self.slopes = iter(slopes) if slopes else repeat(0)
        self.levels = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def take(self) -> Token:
        token = self.tokens[self.index]
        self.index += 1
        return token

    def at(self, *signs: str) -> bool:
        return self.token.kind == "sign" and self.token.text in signs

    def expect(self, sign: str) -> None:
        if not self.at(sign):
            intersects = self.token.kind in ("cell", "columns", "rows", "sheet", "name")
            cause = " (an intersection is not supported)" if intersects else ""
            raise self.unexpected(f"{sign!r} was expected{cause}")
        self.take()

    def unexpected(self, wanted: str) -> FormulaError:
        token = self.token
        if token.kind == _END:
            return FormulaError(f"the formula ends where {wanted}", token.position)
        return FormulaError(f"{token.text!r} stands where {wanted}", token.position)

    def formula(self) -> Node:
        node = self.expression()
        if self.token.kind == _END:
            return node
        if self.at(","):
            raise FormulaError("a union of references is not supported", self.token.position)
        raise self.unexpected("an operator was expected (an intersection is not supported)")

    def expression(self, binding: int = 0) -> Node:
        """Read operands and the operators between them that bind tighter than `binding`."""
        self.deeper()
        left = self.operand()
        while self.token.kind == "sign" and _BINDING.get(self.token.text, 0) > binding:
            operator = self.take().text
            left = Binary(operator, left, self.expression(_BINDING[operator]))
        self.depth -= 1
        return left

    def operand(self) -> Node:
        if self.at("-", "+"):
            self.deeper()
            node: Node = Unary(self.take().text, self.operand())
            self.depth -= 1
            return node
        node = self.primary()
        percents = 0
        while self.at("%"):
            percents += 1
            if percents > MAX_NESTING:
                raise self.too_deep()
            self.take()
            node = Percent(node)
        return node

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise self.too_deep()

    def too_deep(self) -> FormulaError:
        return FormulaError(f"the formula is nested deeper than {MAX_NESTING} levels", self.token.position)

    def primary(self) -> Node:
        """Read a value, or the range between references: it binds tighter than any other operator."""
        node = self.single()
        while self.at(":"):
            self.take()
            node = _between(node, self.single())
        return node

    def single(self) -> Node:
        kind = self.token.kind
        if kind in _READERS:
            return _READERS[kind](self)
        if self.at("("):
            return self.bracketed()
        if self.at("{"):
            return self.array()
        raise self.unexpected("a value was expected")

    def number(self) -> Node:
        return Number(float(self.take().text))

    def text(self) -> Node:
        return Text(self.take().text[1:-1].replace('""', '"'))

    def error(self) -> Node:
        return Error(self.take().text)

    def bracketed(self) -> Node:
        self.open()
        node = self.expression()
        if self.at(","):
            raise FormulaError("a union of references is not supported", self.token.position)
        self.close(")")
        return node

    def open(self) -> None:
        self.levels += 1
        if self.levels > MAX_NESTING:
            raise self.too_deep()
        self.take()

    def close(self, sign: str) -> None:
        self.expect(sign)
        self.levels -= 1

    def name(self, sheet: str | None = None) -> Node:
        name = self.take().text
        if name.upper() in ("TRUE", "FALSE"):
            return Boolean(name.upper() == "TRUE")
        return Name(name, sheet)

    def sheet_qualified(self) -> Node:
        token = self.take()
        sheet = token.text[:-1]
        if "[" in sheet:
            raise FormulaError("a reference into another workbook is not supported", token.position)
        if sheet.startswith("'"):
            sheet = sheet[1:-1].replace("''", "'")
        if ":" in sheet:
            raise FormulaError("a reference through several sheets is not supported", token.position)
        if self.token.kind == "error":
            return Error(self.take().text)
        if self.token.kind == "name":
            return self.name(sheet)
        if self.token.kind not in ("cell", "columns", "rows"):
            raise self.unexpected("a reference was expected")
        return self.reference(sheet)

    def reference(self, sheet: str | None = None) -> Reference:
        kind = self.token.kind
        edges = self.edges()
        if kind == "columns":
            top, bottom = _Edge("", 0, 0), _Edge("", MAX_ROWS - 1, 0)
            left, right = edges
        elif kind == "rows":
            left, right = _Edge("", 0, 0), _Edge("", MAX_COLUMNS - 1, 0)
            top, bottom = edges
        else:
            left, top = edges
            right, bottom = left, top
            if self.at(":") and self.tokens[self.index + 1].kind == "cell":
                self.take()
                right, bottom = self.edges()
        return _reference(top, left, bottom, right, sheet)

    def edges(self) -> list[_Edge]:
        """Take a token and return the coordinates in it."""
        return [_Edge(mark, number, next(self.slopes)) for mark, number in coordinates(self.take().text)]

    def call(self) -> Call | Boolean:
        function = _PREFIXES.sub("", self.take().text).upper()
        self.open()
        arguments: list[Node] = []
        if not self.at(")"):
            arguments.append(self.argument())
            while self.at(","):
                self.take()
                arguments.append(self.argument())
        self.close(")")
        if function in ("TRUE", "FALSE") and not arguments:  # so LibreOffice saves TRUE and FALSE
            return Boolean(function == "TRUE")
        return Call(function, tuple(arguments))

    def argument(self) -> Node:
        return Blank() if self.at(",", ")") else self.expression()

    def array(self) -> ArrayConstant:
        start = self.token.position
        self.open()
        rows = [[self.constant()]]
        while self.at(",", ";"):
            if self.take().text == ";":
                rows.append([])
            rows[-1].append(self.constant())
        self.close("}")
        if len({len(row) for row in rows}) > 1:
            raise FormulaError("the rows of an array are not equally long", start)
        return ArrayConstant(tuple(map(tuple, rows)))

    def constant(self) -> Node:
        """Read an element of an array: numbers, texts, booleans and errors only."""
        position = self.token.position
        match self.operand():
            case Number() | Text() | Boolean() | Error() as node:
                return node
            case Unary(operator=operator, operand=Number(value=value)):
                return Number(-value if operator == "-" else value)
        raise FormulaError("an array holds constants only", position)


_READERS: dict[str, Callable[[_Parser], Node]] = {
    "number": _Parser.number,
    "text": _Parser.text,
    "error": _Parser.error,
    "cell": _Parser.reference,
    "columns": _Parser.reference,
    "rows": _Parser.reference,
    "sheet": _Parser.sheet_qualified,
    "function": _Parser.call,
    "name": _Parser.name,
}


def _reference(top: _Edge, left: _Edge, bottom: _Edge, right: _Edge, sheet: str | None) -> Reference:
    if top.number > bottom.number:
        top, bottom = bottom, top
    if left.number > right.number:
        left, right = right, left
    around = (top, left, bottom, right)
    return Reference(
        Range(*(edge.number for edge in around)),
        sheet,
        Absolute(*(edge.mark == "$" for edge in around)),
        Slopes(*(edge.slope for edge in around)),
    )


def _between(first: Node, last: Node) -> Node:
    """Return the range around two references: of two cells of one sheet, as in S!A1:S!C3, a plain one."""
    match first, last:
        case Reference(area=one), Reference(area=other) if one[:2] == one[2:] and other[:2] == other[2:]:
            named = first.sheet or ""
            if last.sheet is None or last.sheet.casefold() == named.casefold():
                top, left = _edges_of(first)
                bottom, right = _edges_of(last)
                return _reference(top, left, bottom, right, first.sheet)
    return Span(first, last)


def _edges_of(cell: Reference) -> tuple[_Edge, _Edge]:
    """Return the row and the column of a reference to one cell."""
    area, absolute, slopes = cell.area, cell.absolute, cell.slopes
    row = _Edge("$" if absolute.top else "", area.top, slopes.top)
    return row, _Edge("$" if absolute.left else "", area.left, slopes.left)
