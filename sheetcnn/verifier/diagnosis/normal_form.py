"""Formulas in the form in which two are compared: chains flat, order and spelling aside where they do not count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sheetcnn.excel.addresses import Range, column_letters, quoted_sheet
from sheetcnn.excel.ast import (
    ArrayConstant,
    Binary,
    Boolean,
    Call,
    Error,
    Name,
    Node,
    Number,
    Percent,
    Reference,
    Span,
    Text,
    Unary,
)

SUM, PRODUCT = "+-", "*/"
CHAINS = (SUM, PRODUCT, "&", "^", "=<>")
OPPOSITE = {"+": "-", "-": "+", "*": "/", "/": "*"}
_ANY_ORDER = (SUM, PRODUCT, "SUM", "MAX", "MIN", "AVERAGE", "COUNT", "AND", "OR")


@dataclass
class NormalForm:
    """A formula, or a part of one.

    SUMPRODUCT is the SUM of a product. A difference is a sum, a quotient is a product.

    Attributes:
        head: the function, or the operators of a chain; empty for a leaf.
        text: how the leaf or the function is spelled; empty for a chain.
        parts: each argument or operand, and the operator before it.
        leaf: the node, if it is one without parts.
        key: equal for trees that compute the same.
        spills: whether it computes with a range as a whole, as an array formula does.
    """

    head: str
    text: str
    parts: tuple[Part, ...] = ()
    leaf: Node | None = None
    key: str = field(init=False)
    spills: bool = field(init=False)

    def __post_init__(
        self,
    ) -> None:  # from below, as trees may be too deep to be walked through twice a level
        self.key = self._key()
        computes = self.head in CHAINS
        spilling = any(
            normal_form.spills or (computes and normal_form.is_range) for _, normal_form in self.parts
        )
        self.spills = spilling and self.text != "SUMPRODUCT"

    def _key(self) -> str:
        if isinstance(self.leaf, Reference):
            return f"{(self.leaf.sheet or '').casefold()}!{self.leaf.area}"
        if self.leaf is not None:
            return repr(self.leaf)
        keys = [part.key for part in self.parts]
        return f"{self.head}({' '.join(sorted(keys) if self.head in _ANY_ORDER else keys)})"

    @property
    def is_call(self) -> bool:
        """Whether it is a function and its arguments."""
        return bool(self.text) and self.leaf is None

    @property
    def is_range(self) -> bool:
        """Whether it is a reference to more than one cell."""
        return isinstance(self.leaf, Reference) and self.leaf.area[:2] != self.leaf.area[2:]

    @property
    def leaves(self) -> Iterator[Node]:
        """Every node without parts, from left to right."""
        if self.leaf is not None:
            yield self.leaf
        for _, normal_form in self.parts:
            yield from normal_form.leaves

    @property
    def references(self) -> list[Reference]:
        """Every reference in it, from left to right."""
        return [leaf for leaf in self.leaves if isinstance(leaf, Reference)]

    def as_chain(self, head: str) -> tuple[Part, ...]:
        """Return its parts as those of a sum or product, which may have one only."""
        return self.parts if self.head == head else (Part(head[0], self),)


class Part(NamedTuple):
    """An operand and the operator before it; before an argument, a comma."""

    operator: str
    normal_form: NormalForm

    @property
    def key(self) -> str:
        """A text that is equal for parts that compute the same."""
        return self.operator + self.normal_form.key


def normal_form(node: Node, sheet: str) -> NormalForm:  # noqa: PLR0911 - one for each sort of node
    """Return a formula that stands on a sheet in the form in which it can be compared."""
    match node:
        case Call("SUMPRODUCT", (_, *_) as arguments):
            product = _chain(PRODUCT, [Part("*", normal_form(argument, sheet)) for argument in arguments])
            return NormalForm("SUM", "SUMPRODUCT", (Part(",", product),))
        case Call(function, arguments):
            return NormalForm(
                function, function, tuple(Part(",", normal_form(each, sheet)) for each in arguments)
            )
        case Unary("-", Number(value)):
            return _leaf(Number(-value))
        case Unary(operator, operand):
            return _chain(SUM, [Part(operator, normal_form(operand, sheet))])
        case Percent(operand):
            return NormalForm("%", "%", (Part("", normal_form(operand, sheet)),))
        case Span(first, last):
            return NormalForm(":", ":", tuple(Part(",", normal_form(each, sheet)) for each in (first, last)))
        case Binary():
            head = next(head for head in CHAINS if node.operator[0] in head)
            return _chain(
                head, [Part(sign, normal_form(operand, sheet)) for sign, operand in _operands(node, head)]
            )
        case Reference(sheet=str(other)) if other.casefold() == sheet.casefold():
            return _leaf(replace(node, sheet=None))
    return _leaf(node)


def apart(belongs: NormalForm, found: NormalForm) -> tuple[list[Part], list[Part]]:
    """Return the parts that only one of the two has; none if they cannot be compared part by part."""
    chain = next((head for head in (SUM, PRODUCT) if head in (belongs.head, found.head)), None)
    if chain is not None:
        right, wrong = list(belongs.as_chain(chain)), list(found.as_chain(chain))
    elif belongs.head == found.head:
        right, wrong = list(belongs.parts), list(found.parts)
    else:
        return [], []
    if chain is None and belongs.head not in _ANY_ORDER:
        same = [one.key == other.key for one, other in zip(right, wrong, strict=False)]
        return _others(right, same), _others(wrong, same)
    for part in tuple(right):
        twin = next((other for other in wrong if other.key == part.key), None)
        if twin is not None:
            right.remove(part)
            wrong.remove(twin)
    return right, wrong


def address(reference: Reference) -> str:
    """Return a reference as a formula spells it, dollar signs included."""
    area, marks = reference.area, ["$" if mark else "" for mark in reference.absolute]
    first = f"{marks[1]}{column_letters(area.left)}{marks[0]}{area.top + 1}"
    last = f"{marks[3]}{column_letters(area.right)}{marks[2]}{area.bottom + 1}"
    sheet = f"{quoted_sheet(reference.sheet)}!" if reference.sheet else ""
    return f"{sheet}{first}" if area[:2] == area[2:] else f"{sheet}{first}:{last}"


def extent(area: Range) -> tuple[int, int]:
    """Return how many rows and columns a range has."""
    return area.bottom - area.top + 1, area.right - area.left + 1


def _operands(node: Node, head: str) -> list[tuple[str, Node]]:
    """Return the operands of a chain, which the parser leans to the left, and the operators before them."""
    operands = []
    while isinstance(node, Binary) and node.operator[0] in head:
        operands.append((node.operator, node.right))
        node = node.left
    return [(head[0], node), *reversed(operands)]


def _chain(head: str, parts: Sequence[Part]) -> NormalForm:
    flat: list[Part] = []
    for operator, inner in parts:
        if inner.head != head or head not in (SUM, PRODUCT):
            flat.append(Part(operator, inner))
        elif operator == head[0]:
            flat += inner.parts
        else:
            flat += [Part(OPPOSITE[sign], each) for sign, each in inner.parts]
    if len(flat) == 1 and flat[0].operator == head[0]:
        return flat[0].normal_form
    return NormalForm(head, "", tuple(flat))


def _leaf(node: Node) -> NormalForm:
    return NormalForm("", _spelled(node), (), node)


def _spelled(node: Node) -> str:  # noqa: PLR0911 - one for each sort of node
    match node:
        case Reference():
            return address(node)
        case Number(value):
            return f"{value:.15g}"
        case Text(value):
            return f'"{value}"'
        case Boolean(value):
            return str(value).upper()
        case Error(code):
            return code
        case Name(name):
            return f"the name {name}"
        case ArrayConstant():
            return "an array constant"
    return "nothing"


def _others(parts: Sequence[Part], same: Sequence[bool]) -> list[Part]:
    return [part for index, part in enumerate(parts) if index >= len(same) or not same[index]]
