"""Says in words how a formula differs from the one that belongs there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from sheetcnn.errors import printable
from sheetcnn.excel.cells import Cell, Range, Region, a1, column_letters, quoted_sheet
from sheetcnn.excel.formula import (
    Binary,
    Boolean,
    Call,
    Error,
    FormulaError,
    Name,
    Node,
    Number,
    Percent,
    Reference,
    Text,
    Unary,
    parse,
    walk,
)
from sheetcnn.network.network import Network
from sheetcnn.workbook.layout import Layout

_UNEXPLAINED = "this formula computes something else"
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_VECTORS = {  # one value a class: what to call one of them, and all
    "classes": ("the label", "the labels"),
    "shifted": ("the shifted score", "the shifted scores"),
    "exponentials": ("the exponential", "the exponentials"),
    "probabilities": ("the probability", "the probabilities"),
}
_NAMES = {"input": "the input", "maximum": "the maximum", "total": "the total", "answer": "the answer"}
_TAKERS = {"total": "the softmax sum", "maximum": "the maximum"}
_SUM, _PRODUCT = "+-", "*/"
_OPERATORS = (_SUM, _PRODUCT, "&", "^", "=<>")
_OPPOSITE = {"+": "-", "-": "+", "*": "/", "/": "*"}
_ANY_ORDER = (_SUM, _PRODUCT, "SUM", "MAX", "MIN", "AVERAGE", "COUNT", "AND", "OR")
_DONE = {
    "+": "{what} is {no}added",
    "-": "{what} is {no}subtracted",
    "*": "it is {no}multiplied by {what}",
    "/": "it is {no}divided by {what}",
}
_TURNS: dict[str, Callable[[int, int, int, int], tuple[int, int]]] = {
    "transposed": lambda row, column, _rows, _columns: (column, row),
    "flipped": lambda row, column, rows, columns: (rows - 1 - row, columns - 1 - column),
    "flipped left to right": lambda row, column, _rows, columns: (row, columns - 1 - column),
    "flipped upside down": lambda row, column, rows, _columns: (rows - 1 - row, column),
}


class Words:
    """What to call the ranges of a workbook: `filter 2/1 of conv1`, `relu1_2`, `the score of digit 9`."""

    def __init__(self, network: Network, layout: Layout) -> None:
        self.labels = [f"digit {label}" if label.isdecimal() else label for label in network.classes]
        outputs = (len(network.classes),)
        scores = next(layer.name for layer in network.layers if layer.out_shape == outputs)
        self._vectors = {**_VECTORS, scores: ("the score", "the scores")}
        self._names = dict(_NAMES)
        for layer in network.layers:
            grid = layout.weights.get(layer.name, [])
            for output, channel, region in _numbered(grid):
                if layer.stage.kind != "dense":
                    word = f"filter {output + 1}/{channel + 1} of {layer.name}"
                else:
                    of = self.labels[output] if layer.name == scores else f"output {output} of {layer.name}"
                    word = f"the weights of {of}" + (f" for map {channel + 1}" if len(grid[output]) > 1 else "")
                self._names[region.name] = word
        self._at = {(region.sheet, *cell): region for region in layout.regions for cell in region.cells()}

    def region(self, sheet: str, area: Range) -> Region | None:
        """Return the region that holds the whole of a range."""
        region = self._at.get((sheet, area.top, area.left))
        return region if region and region.area.contains((area.bottom, area.right)) else None

    def has_labels(self, region: Region) -> bool:
        """Whether the region has one value a class."""
        return region.name in self._vectors

    def name(self, sheet: str, area: Range) -> str | None:
        """Return what to call a range; None if it is of no region."""
        region = self.region(sheet, area)
        if region is None:
            return None
        if not self.has_labels(region):
            return self._names.get(region.name, region.name)
        one, all_of_them = self._vectors[region.name]
        return f"{one} of {self.labels[area.top - region.top]}" if _size(area) == (1, 1) else all_of_them


def _numbered(grid: Sequence[Sequence[Region]]) -> Iterator[tuple[int, int, Region]]:
    for output, row in enumerate(grid):
        for channel, region in enumerate(row):
            yield output, channel, region


@dataclass(frozen=True)
class Place:
    """Where a formula stands.

    Attributes:
        region: the region that it belongs to.
        cell: its cell.
        words: what to call what it reads.
        array: whether it was entered as an array formula.
    """

    region: Region
    cell: Cell
    words: Words
    array: bool = False

    def source(self, reference: Reference) -> Region | None:
        """Return the region that holds the whole of what a reference reads."""
        return self.words.region(reference.sheet or self.region.sheet, reference.area)

    def name(self, reference: Reference) -> str:
        """Return what to call what a reference reads; its address if there is nothing better."""
        sheet = reference.sheet or self.region.sheet
        return self.words.name(sheet, reference.area) or _address(reference)


def diagnose(expected: str, found: str, *, place: Place) -> str:
    """Return one sentence for a formula that computes something else than the one that belongs there.

    What is the same for every cell of a block stands before the colon, the addresses behind it.

    Args:
        expected: the formula that belongs there.
        found: the formula that is there.
        place: where that is.
    """
    try:
        nodes = parse(expected), parse(found)
    except FormulaError:
        return _UNEXPLAINED
    belongs, is_there = (_tree(node, place.region.sheet) for node in nodes)
    whole = next(filter(None, (rule(belongs, is_there, place) for rule in _WHOLE_RULES)), None)
    if whole is not None:
        return whole
    said = list(dict.fromkeys(_differences(belongs, is_there, place)))
    explained = [sentence for sentence in said if sentence != _UNEXPLAINED]
    if not explained:
        return _UNEXPLAINED
    others = f" (one of {len(said)} differences)" if len(said) > 1 else ""
    return printable(explained[0] + others)


@dataclass(frozen=True)
class _Tree:
    """A formula in the form in which two are compared: chains of + or * flat, SUMPRODUCT the SUM of a product.

    Attributes:
        head: the function, or the operators of a chain; empty for a leaf.
        text: how a leaf, or the name of a function, is spelled.
        parts: each argument or operand, and the operator before it.
        leaf: the node, if it has no parts.
    """

    head: str
    text: str
    parts: tuple[Part, ...] = ()
    leaf: Node | None = None

    @cached_property
    def key(self) -> str:
        """Equal for trees that compute the same."""
        if isinstance(self.leaf, Reference):
            return f"{(self.leaf.sheet or '').casefold()}!{self.leaf.area}"
        if not self.parts:
            return f"{self.head}{self.leaf!r}"
        keys = [part.key for part in self.parts]
        return f"{self.head}({' '.join(sorted(keys) if self.head in _ANY_ORDER else keys)})"

    @cached_property
    def spills(self) -> bool:
        """Whether it computes with whole ranges, as only array formulas may."""
        if self.text == "SUMPRODUCT":
            return False
        calculates = self.head in _OPERATORS
        return any(tree.spills or (calculates and _is_range(tree)) for _, tree in self.parts)

    @property
    def references(self) -> Iterator[Reference]:
        """Every reference in it, from left to right."""
        if isinstance(self.leaf, Reference):
            yield self.leaf
        for _, tree in self.parts:
            yield from tree.references

    def as_chain(self, head: str) -> tuple[Part, ...]:
        """Return its parts as those of a sum or product, which may be of one part."""
        return self.parts if self.head == head else (Part(head[0], self),)


class Part(NamedTuple):
    """An operand and the operator before it; a comma before an argument."""

    operator: str
    tree: _Tree

    @property
    def key(self) -> str:
        """Equal for parts that compute the same."""
        return self.operator + self.tree.key


def _tree(node: Node, sheet: str) -> _Tree:
    match node:
        case Call(function="SUMPRODUCT", arguments=arguments) if arguments:
            factors = [Part("*", _tree(argument, sheet)) for argument in arguments]
            return _Tree("SUM", "SUMPRODUCT", (Part(",", _chain(_PRODUCT, factors)),))
        case Call(function=function, arguments=arguments):
            return _Tree(function, function, tuple(Part(",", _tree(each, sheet)) for each in arguments))
        case Unary(operator="-", operand=Number(value=value)):
            return _leaf(Number(-value))
        case Unary(operator=operator, operand=operand):
            return _chain(_SUM, [Part(operator, _tree(operand, sheet))])
        case Percent(operand=operand):
            return _Tree("%", "%", (Part("", _tree(operand, sheet)),))
        case Binary():
            head = next(head for head in _OPERATORS if node.operator[0] in head)
            return _chain(head, [Part(sign, _tree(operand, sheet)) for sign, operand in _spine(node, head)])
        case Reference(sheet=str(other)) if other.casefold() == sheet.casefold():
            return _leaf(replace(node, sheet=None))
        case _:
            return _leaf(node)


def _spine(node: Node, head: str) -> list[tuple[str, Node]]:
    """Return the operands of a chain, which the parser leans to the left, and the operators before them."""
    operands = []
    while isinstance(node, Binary) and node.operator[0] in head:
        operands.append((node.operator, node.right))
        node = node.left
    return [(head[0], node), *reversed(operands)]


def _chain(head: str, parts: Sequence[Part]) -> _Tree:
    flat: list[Part] = []
    for operator, tree in parts:
        if tree.head == head and head in (_SUM, _PRODUCT):
            turned = operator == head[1]
            flat += [Part(_OPPOSITE[sign] if turned else sign, inner) for sign, inner in tree.parts]
        else:
            flat.append(Part(operator, tree))
    if len(flat) == 1 and flat[0].operator == head[0]:
        return flat[0].tree
    return _Tree(head, "", tuple(flat))


def _leaf(node: Node) -> _Tree:
    match node:
        case Reference():
            text = _address(node)
        case Number(value=value):
            text = f"{value:.15g}"
        case Text(value=words):
            text = f'"{words}"'
        case Boolean(value=value):
            text = str(value).upper()
        case Error(code=code):
            text = code
        case Name(name=name):
            text = f"the name {name}"
        case _:
            text = "an array constant" if node.__class__.__name__ == "ArrayConstant" else "nothing"
    return _Tree("", text, (), node)


def _address(reference: Reference) -> str:
    area, marks = reference.area, ["$" if mark else "" for mark in reference.absolute]
    first = f"{marks[1]}{column_letters(area.left)}{marks[0]}{area.top + 1}"
    last = f"{marks[3]}{column_letters(area.right)}{marks[2]}{area.bottom + 1}"
    sheet = f"{quoted_sheet(reference.sheet)}!" if reference.sheet else ""
    return f"{sheet}{first}" if _size(area) == (1, 1) else f"{sheet}{first}:{last}"


def _size(area: Range) -> tuple[int, int]:
    return area.bottom - area.top + 1, area.right - area.left + 1


def _is_range(tree: _Tree) -> bool:
    return isinstance(tree.leaf, Reference) and _size(tree.leaf.area) != (1, 1)


def _differences(belongs: _Tree, found: _Tree, place: Place) -> Iterator[str]:
    """Yield a sentence for each of the outermost differences that a rule can name."""
    if belongs.key == found.key:
        return
    sentence = next(filter(None, (rule(belongs, found, place) for rule in _RULES)), None)
    if sentence is not None:
        yield sentence
        return
    missing, extra = _apart(belongs, found)
    if not missing or len(missing) != len(extra):
        yield _UNEXPLAINED
        return
    for right, wrong in zip(missing, extra, strict=True):
        if right.operator != wrong.operator:
            yield f"{wrong.operator} where {right.operator} belongs"
        yield from _differences(right.tree, wrong.tree, place)


def _apart(belongs: _Tree, found: _Tree) -> tuple[list[Part], list[Part]]:
    """Return the parts that only one of the two has; none if they cannot be compared part by part."""
    heads = (belongs.head, found.head)
    chain = next((head for head in (_SUM, _PRODUCT) if head in heads), None)
    if chain is not None:
        missing, extra = list(belongs.as_chain(chain)), list(found.as_chain(chain))
    elif belongs.head == found.head:
        missing, extra = list(belongs.parts), list(found.parts)
    else:
        return [], []
    if chain is None and belongs.head not in _ANY_ORDER:
        same = [right.key == wrong.key for right, wrong in zip(missing, extra, strict=False)]
        return _without(missing, same), _without(extra, same)
    for part in tuple(missing):
        twin = next((other for other in extra if other.key == part.key), None)
        if twin is not None:
            missing.remove(part)
            extra.remove(twin)
    return missing, extra


def _without(parts: Sequence[Part], same: Sequence[bool]) -> list[Part]:
    return [part for index, part in enumerate(parts) if index >= len(same) or not same[index]]


# Rules that look at the whole formula.


def _lost(_belongs: _Tree, found: _Tree, _place: Place) -> str | None:
    if "#REF!" in found.key:
        return "the reference is lost (#REF!): a row or column that it read was deleted"
    return None


def _circular(_belongs: _Tree, found: _Tree, place: Place) -> str | None:
    own = (reference for reference in found.references if reference.sheet is None)
    if any(reference.area.contains(place.cell) for reference in own):
        return "reads its own cell: a circular reference"
    return None


def _entered(belongs: _Tree, found: _Tree, place: Place) -> str | None:
    if found.spills and not place.array:
        return (
            "an ordinary formula where an array formula belongs: "
            "Excel 365 puts an @ before the range and older ones take one cell of it"
        )
    if place.array and belongs.key == found.key:
        return "entered as an array formula where an ordinary one belongs"
    return None


# Rules for a part of the formula and what belongs there.


def _relu(belongs: _Tree, found: _Tree, _place: Place) -> str | None:
    if (inner := _rectified(belongs)) is not None and found.key in (inner.key, f"MAX(,{inner.key})"):
        return "ReLU is missing"
    if (inner := _rectified(found)) is not None and inner.key == belongs.key:
        twice = _rectified(belongs) is not None
        return "ReLU is applied twice" if twice else "MAX(0, ...) is around it: no ReLU belongs here"
    return None


def _rectified(tree: _Tree) -> _Tree | None:
    """Return what stands in MAX(0, ...), None if that is not what the tree is."""
    inner = [part.tree for part in tree.parts if part.tree.leaf != Number(0.0)]
    return inner[0] if tree.head == "MAX" and len(tree.parts) == 2 and len(inner) == 1 else None


def _wrapped(belongs: _Tree, found: _Tree, place: Place) -> str | None:
    if found.head not in _OPERATORS and belongs.key in (part.tree.key for part in found.parts):
        if found.head == "TRANSPOSE" and isinstance(belongs.leaf, Reference):
            return f"{place.name(belongs.leaf)} is transposed"
        return f"{found.text} is around it"
    if belongs.head not in _OPERATORS and found.key in (part.tree.key for part in belongs.parts):
        return f"{belongs.text} is missing"
    return None


def _function(belongs: _Tree, found: _Tree, _place: Place) -> str | None:
    both_calls = belongs.text and found.text and belongs.parts and found.parts
    if not both_calls or belongs.text == found.text:
        return None
    missing, extra = _apart(belongs, found)
    if belongs.head != found.head or len(missing) != len(extra):
        return f"{found.text} stands where {belongs.text} belongs"
    return None


def _operator(belongs: _Tree, found: _Tree, _place: Place) -> str | None:
    missing, extra = _apart(belongs, found)
    if len(missing) > 1 and len(extra) == 1:
        right, wrong = missing, extra[0].tree.parts
    elif len(extra) > 1 and len(missing) == 1:
        right, wrong = list(missing[0].tree.parts), tuple(extra)
    else:
        return None
    if len(right) > 1 and [part.tree.key for part in right] == [part.tree.key for part in wrong]:
        return f"{wrong[1].operator} where {right[1].operator} belongs"
    return None


def _turned(belongs: _Tree, found: _Tree, _place: Place) -> str | None:
    if _SUM not in (belongs.head, found.head):
        return None
    turned = [_OPPOSITE[operator] + tree.key for operator, tree in belongs.as_chain(_SUM)]
    if sorted(turned) == sorted(part.key for part in found.as_chain(_SUM)):
        return "the sign is turned"
    return None


def _swapped(belongs: _Tree, found: _Tree, _place: Place) -> str | None:
    if belongs.head == found.head == _SUM and len(belongs.parts) == len(found.parts):
        areas = [sorted(reference.area for reference in tree.references) for tree in (belongs, found)]
        if areas[0] == areas[1] and all(part.operator == "+" for part in (*belongs.parts, *found.parts)):
            return "the channels are swapped"
    return None


def _filter_turned(belongs: _Tree, found: _Tree, _place: Place) -> str | None:
    """Compare which cells meet in a product with those of a filter flipped or transposed."""
    if found.head != _SUM:
        return None
    missing, extra = _apart(belongs, found)
    right, wrong = _products(missing), _products(extra)
    cells = [sum(rows * columns for rows, columns in map(_size, areas)) for areas in (right, wrong)]
    if not wrong or len(right) != len(missing) or len(wrong) != len(extra) or cells[0] != cells[1]:
        return None
    return None


# TODO
_WHOLE_RULES: Any = ()
_RULES: Any = ()
