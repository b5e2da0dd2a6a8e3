"""Says in words how a formula differs from the one that belongs there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import TypeAlias

from sheetcnn.errors import printable
from sheetcnn.excel.addresses import Cell, Range
from sheetcnn.excel.ast import Error, FormulaError, Number, Reference, Text
from sheetcnn.excel.parser import parse
from sheetcnn.verifier.diagnosis.normal_form import (
    CHAINS,
    OPPOSITE,
    PRODUCT,
    SUM,
    NormalForm,
    Part,
    apart,
    extent,
    normal_form,
)
from sheetcnn.verifier.diagnosis.references import misread
from sheetcnn.verifier.diagnosis.vocabulary import Place, counted

_UNEXPLAINED = "this formula computes something else"
_JOINED = {
    "+": "{what} is {no}added",
    "-": "{what} is {no}subtracted",
    "*": "it is {no}multiplied by {what}",
    "/": "it is {no}divided by {what}",
    "^": "it is {no}raised to {what}",
    "&": "{what} is {no}appended",
}
_READ_IN_PART = ("INDEX", "IF", "CHOOSE", "IFERROR", "ROW", "COLUMN", "ROWS", "COLUMNS", ":")
_COMPARED = "it is {no}compared with {what}"

_Rule: TypeAlias = Callable[[NormalForm, NormalForm, Place], "str | None"]
_Turn: TypeAlias = Callable[[int, int, Range], Cell]

_TURNS: dict[str, _Turn] = {
    "transposed": lambda row, column, area: Cell(area.top + column, area.left + row),
    "flipped": lambda row, column, area: Cell(area.bottom - row, area.right - column),
    "flipped left to right": lambda row, column, area: Cell(area.top + row, area.right - column),
    "flipped upside down": lambda row, column, area: Cell(area.bottom - row, area.left + column),
}


def diagnose(expected: str, found: str, *, place: Place) -> str:
    """Return one sentence for a formula that computes something else than the one that belongs there.

    What differs over the cells of a block, the addresses, stands behind the sentence's first colon.

    Args:
        expected: the formula that belongs there.
        found: the formula that is there.
        place: where that is.
    """
    try:
        belongs, is_there = (normal_form(parse(text), place.region.sheet) for text in (expected, found))
    except FormulaError:
        return _UNEXPLAINED
    said = _first(_RULES_OF_FORMULAS, belongs, is_there, place)
    sentences = [said] if said else list(dict.fromkeys(_differences(belongs, is_there, place)))
    explained = [sentence for sentence in sentences if sentence != _UNEXPLAINED] or [_UNEXPLAINED]
    others = f" (one of {len(sentences)} differences)" if len(sentences) > 1 else ""
    return printable(explained[0] + others)


def _differences(belongs: NormalForm, found: NormalForm, place: Place) -> Iterator[str]:
    """Yield a sentence for each difference: about the largest parts of which a rule knows what happened."""
    if belongs.key == found.key:
        return
    if said := _first(_RULES_OF_PARTS, belongs, found, place):
        yield said
        return
    missing, extra = apart(belongs, found)
    if not missing or len(missing) != len(extra):
        yield _UNEXPLAINED
        return
    for right, wrong in zip(missing, extra, strict=True):
        if right.operator != wrong.operator:
            yield f"`{wrong.operator}` where `{right.operator}` belongs"
        yield from _differences(right.normal_form, wrong.normal_form, place)


def _first(rules: Sequence[_Rule], belongs: NormalForm, found: NormalForm, place: Place) -> str | None:
    return next((said for rule in rules if (said := rule(belongs, found, place))), None)


# Rules for the formula as a whole.


def _lost(belongs: NormalForm, found: NormalForm, place: Place) -> str | None:
    if Error("#REF!") in found.leaves:
        return "the reference is lost (#REF!): a row or column that it read was deleted"
    return None


def _circular(belongs: NormalForm, found: NormalForm, place: Place) -> str | None:
    reads = _read_outright(found)
    if any(read.sheet is None and read.area.contains(place.cell) for read in reads):
        return "reads its own cell: a circular reference"
    return None


def _read_outright(found: NormalForm) -> Iterator[Reference]:
    """Yield the references that are read as they stand, whatever the formula comes to."""
    if isinstance(found.leaf, Reference):
        yield found.leaf
    if found.head not in _READ_IN_PART:
        for _, part in found.parts:
            yield from _read_outright(part)


def _entered(belongs: NormalForm, found: NormalForm, place: Place) -> str | None:
    if found.spills and not place.array:
        return (
            "an ordinary formula where an array formula belongs: "
            "Excel 365 puts an @ before the range and older ones take one cell of it"
        )
    if place.array and belongs.key == found.key:
        return "entered as an array formula where an ordinary one belongs"
    return None


def _torn(belongs: NormalForm, found: NormalForm, place: Place) -> str | None:
    """Recognize the right formula over a range into which a row or column was inserted."""
    sources = map(place.source, found.references)
    if belongs.key != found.key or not any(source and source.is_torn for source in sources):
        return None
    return (
        "a row or column was inserted into what it reads, and it no longer meets the right cells: "
        "take that out again"
    )


_RULES_OF_FORMULAS = (_lost, _circular, _torn, _entered)


# Rules for a part of the formula and the part that belongs there.


def _relu(belongs: NormalForm, found: NormalForm, place: Place) -> str | None:
    right, wrong = _rectified(belongs), _rectified(found)
    if right is not None and found.key in (right.key, f"MAX(,{right.key})"):
        return "ReLU is missing"
    if wrong is None or wrong.key != belongs.key:
        return None
    return "ReLU is applied twice" if right else "MAX(0, ...) is around it: no ReLU belongs here"


def _rectified(whole: NormalForm) -> NormalForm | None:
    """Return what stands in MAX(0, ...), None if the tree is something else."""
    inner = [part.normal_form for part in whole.parts if part.normal_form.leaf != Number(0.0)]
    return inner[0] if whole.head == "MAX" and len(whole.parts) == 2 and len(inner) == 1 else None


def _wrapped(belongs: NormalForm, found: NormalForm, place: Place) -> str | None:
    if _holds(found, belongs):
        if found.head == "TRANSPOSE" and isinstance(belongs.leaf, Reference):
            return f"{place.name(belongs.leaf)} is transposed"
        return f"{found.text} is around it"
    return f"{belongs.text} is missing" if _holds(belongs, found) else None


def _holds(call: NormalForm, inner: NormalForm) -> bool:
    is_argument = inner.key in (part.normal_form.key for part in call.parts)
    return is_argument and call.head not in CHAINS and not isinstance(inner.leaf, Number)


def _function(belongs: NormalForm, found: NormalForm, place: Place) -> str | None:
    if not (belongs.is_call and found.is_call) or belongs.text == found.text:
        return None
    missing, extra = apart(belongs, found)
    if belongs.head != found.head or len(missing) != len(extra):
        return f"{found.text} stands where {belongs.text} belongs"
    return None


def _operator(belongs: NormalForm, found: NormalForm, place: Place) -> str | None:
    """Find the same operands, joined by an operator of another kind: `a*b` for `a-b`."""
    right, wrong = map(_opened, apart(belongs, found))
    same = [part.normal_form.key for part in right] == [part.normal_form.key for part in wrong]
    if same and len(right) > 1 and right[1].operator != wrong[1].operator:
        return f"`{wrong[1].operator}` where `{right[1].operator}` belongs"
    return None


def _opened(parts: Sequence[Part]) -> Sequence[Part]:
    return parts[0].normal_form.parts if len(parts) == 1 and parts[0].normal_form.head in CHAINS else parts


def _sign(belongs: NormalForm, found: NormalForm, place: Place) -> str | None:
    turned = sorted(OPPOSITE[operator] + term.key for operator, term in belongs.as_chain(SUM))
    return "the sign is turned" if turned == sorted(part.key for part in found.as_chain(SUM)) else None


def _channels(belongs: NormalForm, found: NormalForm, place: Place) -> str | None:
    missing, extra = apart(belongs, found)
    if belongs.head == found.head == SUM and len(missing) == len(extra) > 1:
        right, wrong = (
            sorted(reference.area for part in parts for reference in part.normal_form.references)
            for parts in (missing, extra)
        )
        return "the channels are swapped" if right == wrong else None
    return None


def _filter(belongs: NormalForm, found: NormalForm, place: Place) -> str | None:
    """Find a filter that is written out, product by product, the wrong way round."""
    right, wrong = map(_factors, apart(belongs, found))
    if len(wrong) <= len(right) or _cells(right) != _cells(wrong):
        return None
    met = _meetings(wrong, lambda row, column, area: Cell(area.top + row, area.left + column))
    how = next((how for how, turn in _TURNS.items() if _meetings(right, turn) == met), None)
    return f"the filter is {how}" if how else None


def _factors(parts: Sequence[Part]) -> list[tuple[Range, Range]]:
    """Return the two ranges of each product that is added; none if anything else is."""
    factors = []
    for operator, term in parts:
        joined = term.parts[0].normal_form if term.head == "SUM" and len(term.parts) == 1 else term
        match [factor.leaf for sign, factor in joined.parts if sign == "*"]:
            case [Reference(one), Reference(other)] if operator == "+" and extent(one) == extent(other):
                factors.append((one, other))
            case _:
                return []
    return factors


def _cells(factors: Sequence[tuple[Range, Range]]) -> int:
    return sum(rows * columns for rows, columns in (extent(one) for one, _ in factors))


def _meetings(factors: Sequence[tuple[Range, Range]], turn: _Turn) -> set[frozenset[Cell]]:
    """Return the pairs of cells that are multiplied with each other, the second range turned."""
    return {
        frozenset((Cell(one.top + row, one.left + column), turn(row, column, other)))
        for one, other in factors
        for row, column in product(*map(range, extent(one)))
    }


def _count(belongs: NormalForm, found: NormalForm, place: Place) -> str | None:
    """Find parts that are left out, or that are too many."""
    missing, extra = apart(belongs, found)
    if bool(missing) == bool(extra):
        return None
    parts = missing or extra
    names = [_what(part.normal_form, place) for part in parts]
    operator, term = parts[0]
    if operator == ",":
        return f"{found.text} {'lacks an argument' if missing else 'has an argument too many'}: {', '.join(names)}"
    if operator == "+" and term.head in ("SUM", PRODUCT):
        products, are = counted(len(parts), "product"), "is" if len(parts) == 1 else "are"
        return f"{products} {f'{are} missing' if missing else 'too many'}: {', '.join(names)}"
    return " and ".join(
        _JOINED.get(part.operator, _COMPARED).format(what=name, no="not " if missing else "")
        for part, name in zip(parts, names, strict=True)
    )


def _what(part: NormalForm, place: Place) -> str:
    return " with ".join(map(place.exact, part.references)) or part.text or "a part of it"


def _leaf(belongs: NormalForm, found: NormalForm, place: Place) -> str | None:
    instead = f"{found.text} where {belongs.text} belongs"
    match belongs.leaf, found.leaf:
        case (None, _) | (_, None):
            return None
        case Reference() as right, Reference() as wrong:
            return misread(right, wrong, place)
        case Reference(), Number():
            return f"a number instead of a reference: {instead}"
        case Reference(), Text():
            return f"a text instead of a reference: {instead}"
        case Number(), Reference():
            return f"reads {found.text} where the number {belongs.text} belongs"
    return instead


_RULES_OF_PARTS = (_relu, _wrapped, _function, _operator, _sign, _channels, _filter, _count, _leaf)
