"""The syntax tree of a formula: one frozen class for each sort of node."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from sheetcnn.excel.addresses import Range


class FormulaError(ValueError):
    """A formula that cannot be read, or that asks for what is not supported.

    Attributes:
        reason: what is wrong.
        position: zero-based character of the text, without a leading "=", where it is wrong.
    """

    def __init__(self, reason: str, position: int | None = None) -> None:
        super().__init__(reason if position is None else f"{reason}, at character {position + 1}")
        self.reason = reason
        self.position = position


class Slopes(NamedTuple):
    """How far each edge of a reference moves from one cell of a block to the next one."""

    top: int = 0
    left: int = 0
    bottom: int = 0
    right: int = 0


class Absolute(NamedTuple):
    """Which edges of a reference carry a dollar sign."""

    top: bool = False
    left: bool = False
    bottom: bool = False
    right: bool = False


_RELATIVE = Absolute()
_STILL = Slopes()


@dataclass(frozen=True, slots=True)
class Number:
    """A number, such as 1.5."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A text, without its quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Boolean:
    """TRUE or FALSE."""

    value: bool


@dataclass(frozen=True, slots=True)
class Error:
    """An error written out, such as #N/A."""

    code: str


@dataclass(frozen=True, slots=True)
class Blank:
    """An argument left out, as the second one of IF(A1,,2)."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A range of cells; `slopes` say how it moves over a block of formulas."""

    area: Range
    sheet: str | None = None
    absolute: Absolute = _RELATIVE
    slopes: Slopes = _STILL


@dataclass(frozen=True, slots=True)
class Span:
    """The range around two expressions that are references, as in A1:INDEX(A:A,5)."""

    first: Node
    last: Node


@dataclass(frozen=True, slots=True)
class Name:
    """A defined name."""

    name: str
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Unary:
    """A sign before its operand."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands. Chains such as 1+2+3 lean to the left, as deep as the chain is long."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Percent:
    """An operand before a percent sign."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function, in capitals and without `_xlfn.`, and its arguments."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ArrayConstant:
    """An array written out, such as {1,2;3,4}, row by row."""

    rows: tuple[tuple[Node, ...], ...]


Node: TypeAlias = (
    Number
    | Text
    | Boolean
    | Error
    | Blank
    | Reference
    | Span
    | Name
    | Unary
    | Binary
    | Percent
    | Call
    | ArrayConstant
)


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all nodes below it, in no particular order and without recursion."""
    waiting: list[Node] = [node]
    while waiting:
        node = waiting.pop()
        yield node
        match node:
            case Unary(operand=operand) | Percent(operand=operand):
                waiting.append(operand)
            case Binary():
                waiting += (node.left, node.right)
            case Span():
                waiting += (node.first, node.last)
            case Call():
                waiting += node.arguments
            case _:
                pass
