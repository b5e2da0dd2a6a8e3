"""Finds, in the tree of a formula, the numbers and kinds of value at which it may change its mind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, combinations
from typing import TypeAlias

from sheetcnn.excel.addresses import Range
from sheetcnn.excel.ast import (
    ArrayConstant,
    Binary,
    Call,
    FormulaError,
    Name,
    Node,
    Number,
    Percent,
    Reference,
    Text,
    Unary,
    walk,
)

COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
_CONDITIONS: Mapping[str, slice] = {
    "IF": slice(1),
    "AND": slice(None),
    "OR": slice(None),
    "XOR": slice(None),
    "NOT": slice(1),
    "IFS": slice(0, None, 2),
}
"""Which arguments count as conditions: a number is one, too, and 0 is its threshold."""
_SIGNS = ("ABS", "SIGN", "SQRT", "LN", "LOG", "LOG10", "EVEN", "ODD")
_STEPS = ("INT", "TRUNC", "ROUND", "ROUNDUP", "ROUNDDOWN", "FIXED")
_MULTIPLES = ("MOD", "QUOTIENT", "FLOOR", "CEILING", "MROUND")
_CHOSEN = {"CHOOSE": slice(0, 1), "INDEX": slice(1, None)}
_LOOKED_UP = ("MATCH", "LOOKUP", "VLOOKUP", "HLOOKUP", "RANK", "XMATCH", "XLOOKUP")
_ORDERED = ("MAX", "MIN", "MEDIAN", "LARGE", "SMALL")
_COUNTED = {"COUNTIF": 1, "SUMIF": 1, "AVERAGEIF": 1, "COUNTIFS": 1}
_WHOLE_STEPS = (-1.0, 0.0, 1.0, 2.0)
_HALF_STEPS = (-0.5, 0.5, 1.5)
_ELEMENTWISE = (
    *_SIGNS,
    *_STEPS,
    *_MULTIPLES,
    *("EXP", "POWER", "TANH", "IF", "NOT", "N", "IFERROR", "SIN", "COS", "VALUE"),
)
"""Functions that take a range value by value where an array is wanted; all others take it whole."""
_ABOUT_ERRORS = ("ISERROR", "ISERR", "ISNA", "IFERROR", "IFNA", "ERROR.TYPE")
_ABOUT_KINDS = (
    *("ISNUMBER", "ISTEXT", "ISNONTEXT", "ISBLANK", "ISLOGICAL", "N", "T", "TYPE", "LEN", "EXACT", "VALUE"),
    *("COUNT", "COUNTA", "COUNTBLANK"),
)
_ABOUT_PLACES = ("ROW", "COLUMN", "ROWS", "COLUMNS", "CELL", "ADDRESS")
_NUMERAL = re.compile(r"(?:[<>=]*)\s*(-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*")
_MAX_LOOKED_UP = 6
_MAX_ORDERED = 6
_MAX_PREDICATES = 24
_CHOICES = 4

Spot: TypeAlias = tuple[str, int, int]
"""A sheet, as the workbook spells it, a row and a column."""


@dataclass(frozen=True)
class Thresholds:
    """What one formula asks about what it reads.

    Attributes:
        zeros: expressions of one value; the formula may change its mind where one of them is 0.
        named: the numbers that it names, also in texts such as ">0.5".
        asked: expressions of whose cells it asks whether they hold a number, a text, an error, or nothing.
        about_places: whether it asks where it stands, so that formulas of one pattern may differ.
    """

    zeros: list[Node]
    named: list[float]
    asked: list[Node]
    about_places: bool


def thresholds(node: Node, definition: Callable[[Name], Node | None]) -> Thresholds:
    """Return what a formula asks.

    Args:
        node: its tree.
        definition: gives the tree of a defined name.

    Raises:
        FormulaError: a name in it has no definition that can be read.
    """
    node = _without_names(node, definition)
    parts = list(walk(node))
    zeros: dict[Node, None] = {}
    for part in parts:
        for predicate in _predicates(part):
            zeros |= dict.fromkeys(one_by_one(predicate))
    named = dict.fromkeys(number for part in parts for number in _numbers(part))
    asked = dict.fromkeys(argument for part in parts for argument in _asking(part))
    places = any(isinstance(part, Call) and part.function in _ABOUT_PLACES for part in parts)
    return Thresholds(list(zeros)[:_MAX_PREDICATES], list(named), list(asked), places)


def spots(node: Node, sheet: str) -> list[Spot]:
    """Return the cells that an expression reads; of a range the first, the middle and the last one."""
    found: dict[Spot, None] = {}
    for part in walk(node):
        if isinstance(part, Reference):
            name, area = part.sheet or sheet, part.area
            found |= dict.fromkeys((name, *_spot(area, share)) for share in (0, 1, 2))
    return list(found)


def one_by_one(node: Node) -> Iterator[Node]:
    """Yield a condition over ranges as one over single cells: the first of each range, the middle one, the last."""
    yield from dict.fromkeys(_mapped(node, partial(_single, share)) for share in (0, 1, 2))


def _single(share: int, node: Node) -> Node | None:
    """Return a range as one of its cells: 0 the first, 1 the middle one, 2 the last.

    A function that takes a range whole, such as SUM, stays as it is; None lets the rest of the tree be mapped.
    """
    match node:
        case Reference(area=area) if area[:2] != area[2:]:
            row, column = _spot(area, share)
            return replace(node, area=Range(row, column, row, column))
        case Call(function=function) if function not in _ELEMENTWISE:
            return node
    return None


def _spot(area: Range, share: int) -> tuple[int, int]:
    top, left, bottom, right = area
    return top + (bottom - top) * share // 2, left + (right - left) * share // 2


def _without_names(node: Node, definition: Callable[[Name], Node | None]) -> Node:
    def spelled_out(part: Node) -> Node | None:
        if not isinstance(part, Name):
            return None
        meaning = definition(part)
        if meaning is None:
            raise FormulaError(f"the name {part.name} is missing")
        return meaning

    return _mapped(node, spelled_out)


def _mapped(node: Node, change: Callable[[Node], Node | None]) -> Node:
    """Return a tree in which each node that `change` has an answer to is replaced by it, from above."""
    changed = change(node)
    if changed is not None:
        return changed
    match node:
        case Unary(operand=operand) | Percent(operand=operand):
            return replace(node, operand=_mapped(operand, change))
        case Call(arguments=arguments):
            return replace(node, arguments=tuple(_mapped(each, change) for each in arguments))
        case Binary():
            links: list[Binary] = []  # a chain leans to the left, and may be long
            first: Node = node
            while isinstance(first, Binary):
                links.append(first)
                first = first.left
            made = _mapped(first, change)
            for link in reversed(links):
                made = Binary(link.operator, made, _mapped(link.right, change))
            return made
    return node


def _predicates(node: Node) -> Iterator[Node]:
    """Yield the expressions at whose zeros a node, such as IF, MAX or a comparison, may take another branch."""
    match node:
        case Binary(operator=operator, left=left, right=right) if operator in COMPARISONS:
            yield _less(left, right)
        case Binary(operator="/", right=right):
            yield right
        case Binary(operator="^", left=left):
            yield left
        case Call(function=function, arguments=arguments):
            yield from _asked_by(function, arguments)


def _asked_by(function: str, arguments: tuple[Node, ...]) -> Iterator[Node]:
    if function in _CONDITIONS:
        yield from (each for each in arguments[_CONDITIONS[function]] if not _is_comparison(each))
    elif function in _SIGNS:
        yield from arguments[:1]
    elif function in _STEPS and arguments:
        scaled = _scaled(arguments)
        yield from (_less(scaled, Number(step)) for step in (*_WHOLE_STEPS, *_HALF_STEPS))
    elif function in _MULTIPLES and len(arguments) > 1:
        yield from (
            _less(Binary("/", *arguments[:2]), Number(step)) for step in (*_WHOLE_STEPS, *_HALF_STEPS)
        )
        yield arguments[1]
    elif function in _CHOSEN:
        for chosen in arguments[_CHOSEN[function]]:
            yield from (_less(chosen, Number(float(number))) for number in range(_CHOICES + 1))
    elif function in _LOOKED_UP and len(arguments) > 1:
        yield from (_less(arguments[0], each) for each in _elements(arguments[1]))
    elif function in _ORDERED:
        yield from (_less(*pair) for pair in combinations(arguments[:_MAX_ORDERED], 2))
    elif function in _COUNTED and len(arguments) > 1:
        criterion = arguments[1]
        limits = (
            [Number(number) for number in _numbers(criterion)] if isinstance(criterion, Text) else [criterion]
        )
        yield from (_less(arguments[0], limit) for limit in limits)


def _less(left: Node, right: Node) -> Node:
    return left if right == Number(0) else Binary("-", left, right)


def _scaled(arguments: tuple[Node, ...]) -> Node:
    """Return what is rounded to whole numbers: ROUND(x, 2) rounds x*100."""
    if len(arguments) < 2 or arguments[1] == Number(0):
        return arguments[0]
    return Binary("*", arguments[0], Binary("^", Number(10), arguments[1]))


def _is_comparison(node: Node) -> bool:
    if isinstance(node, Call):
        return node.function in (*_CONDITIONS, *_ABOUT_KINDS, *_ABOUT_ERRORS)
    return isinstance(node, Binary) and node.operator in COMPARISONS


def _elements(node: Node) -> list[Node]:
    """Return some of the values that something is looked up among."""
    match node:
        case ArrayConstant(rows=rows):
            return list(chain.from_iterable(rows))[:_MAX_LOOKED_UP]
        case Reference():
            return list(one_by_one(node))
    return [node]


def _numbers(node: Node) -> Iterator[float]:
    match node:
        case Number(value=value):
            yield value
        case Unary(operator="-", operand=Number(value=value)):
            yield -value
        case Text(value=text) if numeral := _NUMERAL.fullmatch(text):
            yield float(numeral[1])
        case ArrayConstant(rows=rows):
            for each in chain.from_iterable(rows):
                yield from _numbers(each)


def _asking(node: Node) -> Iterator[Node]:
    """Yield what a node asks about whether it is a number, a text, an error, or blank."""
    match node:
        case Call(function=function, arguments=arguments) if function in _ABOUT_KINDS:
            yield from arguments
        case Call(function=function, arguments=arguments) if function in _ABOUT_ERRORS:
            yield from arguments[:1]
        case Binary(operator=operator, left=left, right=right) if operator in (*COMPARISONS, "&"):
            if isinstance(left, Text) or isinstance(right, Text) or operator == "&":
                yield from (left, right)
