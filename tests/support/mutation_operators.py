"""Faults in formulas, after Abraham and Erwig (2009) and from the field.

An operator takes a formula and where it stands, and yields what it may become: a text, or None if the formula is
gone, and the reason if it computes the same whatever the cells hold. Reasons are worked out from the formula alone;
nothing here asks verify.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sheetcnn.excel.addresses import Range, a1, column_letters, parse_a1, range_a1
from sheetcnn.excel.region import Region

NEVER_NEGATIVE = "never negative: its absolute value, or what ReLU leaves of it, is the same"
SAME_CELLS = "reads the same cells: `$` matters only where a formula is filled on"
FIRST = "the first cell of a fill reads what it read before"
OWN_ROW = "an ordinary formula takes the one cell that is in its own row, or column"
ONE_CELL = "a single cell, turned, is the same"
NEVER_EQUAL = "no sum of doubles near 1 is exactly 1e-9 away from it"
OWN_PIXEL = "a pixel that no longer follows what is chosen is somebody's own: verify warns"
NOT_LESS = "a maximum is never below the minimum"
FIXED = "a cell that holds this number, and is not to be changed"
FEW = "of the few numbers that are counted with, none is so large, or broken, or this one"
FOUND = "what is looked up by numbers that are counted with is found in the longer list, too"
NEVER_POSITIVE = "nothing is above the largest"
ZERO = "a cell that holds 0: what is done to it, or to exp 0, does nothing"
BELOW_ONE = "a sigmoid is between 0 and 1"
ONE_COLUMN = "in a list of one column it is the first one"
WHOLE = "half a row less, rounded down, is a row less"
OWN_LINE = "only the first row is asked for, or only the first column"

ELSEWHERE = 12  # other regions that a reference is pointed at, evenly chosen from all

_PIECES = re.compile(
    r'"[^"]*"|\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?(?![\d(])|[A-Z]+\d*(?=\()|[\d.]+|<>|<=|>=|.'
)
_SIGMOID = "1/(1+EXP("
_LISTED = re.compile(r"INDEX\([^,]+,[^,]+,1\)$")
_CELL = re.compile(r"(\$?)([A-Z]+)(\$?)(\d+)")
_FUNCTIONS = {
    "SUMPRODUCT": ("SUM", "MAX", "SUMSQ"),
    "SUM": ("MAX", "AVERAGE", "COUNT", "SUMSQ"),
    "MAX": ("MIN", "SUM", "AVERAGE"),
    "MIN": ("MAX", "SUM"),
    "EXP": ("ABS", "SQRT", "LN"),
    "ABS": ("SQRT", "INT"),
    "ROUND": ("MIN", "MAX"),
    "OR": ("AND",),
    "INDEX": ("MATCH",),
    "MATCH": ("COUNTIF",),
}
_COMPARED = {"=": ("<>", "<", "<=", ">", ">="), "<": ("=", "<>", "<=", ">", ">=")}
_SAME_RELATIONS = {("=", "<="): NOT_LESS, ("<", "<="): NEVER_EQUAL}


@dataclass(frozen=True, eq=False)
class Spot:
    """A formula, and where it stands."""

    stage: str
    region: Region
    row: int
    column: int
    text: str
    array: bool
    regions: dict[str, Region]
    values: dict[tuple[int, int], object]
    held: dict[Range, list[float | str]]
    """Cells on its sheet that hold one of a few: the number of a ruler, or all that can be chosen."""

    @property
    def cell(self) -> tuple[int, int]:
        return self.region.cell(self.row, self.column)

    @property
    def pieces(self) -> list[str]:
        return _PIECES.findall(self.text)

    @property
    def counts(self) -> bool:
        """Whether it reads only cells that count, 1, 2, 3, ...: so it counts, too."""
        return all(self.counting(_area(reference)) for _, reference in _references(self))

    def counting(self, cell: Range) -> bool:
        """Whether a cell only ever holds numbers above 0."""
        return all(isinstance(value, float | int) and value > 0 for value in self.held.get(cell, [""]))

    def of_zero(self, reference: str) -> str:
        """Return the reason if a reference is to a cell that holds 0, and is not to be changed."""
        return ZERO if self.held.get(_area(reference)) == [0] else ""


Mutant = tuple[str | None, str]
Operator = Callable[[Spot], Iterator[Mutant]]


def _with(pieces: list[str], index: int, new: str) -> str:
    return "".join([*pieces[:index], new, *pieces[index + 1 :]])


def _references(spot: Spot) -> Iterator[tuple[int, str]]:
    for index, piece in enumerate(spot.pieces):
        if _CELL.match(piece):
            yield index, piece


def _corners(reference: str) -> list[tuple[str, int, str, int]]:
    """Return mark and column, mark and row of each corner of a reference; a single cell has two alike."""
    found = [(m[1], parse_a1(m[2] + "1").column, m[3], int(m[4]) - 1) for m in _CELL.finditer(reference)]
    return found if len(found) == 2 else found * 2


def _spelled(first: tuple[str, int, str, int], last: tuple[str, int, str, int]) -> str | None:
    if min(first[1], first[3]) < 0 or last[1] < first[1] or last[3] < first[3]:
        return None
    one, other = (f"{m}{column_letters(c)}{n}{r + 1}" for m, c, n, r in (first, last))
    return one if one == other else f"{one}:{other}"


def _shifted(reference: str, top: int = 0, left: int = 0, bottom: int = 0, right: int = 0) -> str | None:
    (m, c, n, r), (p, d, q, s) = _corners(reference)
    return _spelled((m, c + left, n, r + top), (p, d + right, q, s + bottom))


def _area(reference: str) -> Range:
    (_, left, _, top), (_, right, _, bottom) = _corners(reference)
    return Range(top, left, bottom, right)


def _is_cell(reference: str) -> bool:
    return ":" not in reference


# Abraham and Erwig's


def absolute_value_inserted(spot: Spot) -> Iterator[Mutant]:
    yield f"ABS({spot.text})", _never_negative(spot)
    for index, reference in _references(spot):
        if _is_cell(reference):
            same = NEVER_NEGATIVE if spot.counting(_area(reference)) else spot.of_zero(reference)
            yield _with(spot.pieces, index, f"ABS({reference})"), same


def _never_negative(spot: Spot) -> str:
    # MAX(MAX(...),-MIN(...)) says how far from 0 numbers get.
    positive = spot.text.startswith(("MAX(0,", "EXP(", "ABS(", "MAX(MAX(", _SIGMOID))
    return NEVER_NEGATIVE if spot.counts or positive else ""


def operator_replaced(spot: Spot) -> Iterator[Mutant]:
    for index, piece in enumerate(spot.pieces):
        if piece in "+-*/&" and index:
            for other in "+-*/^":
                if other != piece:
                    yield _with(spot.pieces, index, other), ""


def constant_replaced(spot: Spot) -> Iterator[Mutant]:
    for index, piece in enumerate(spot.pieces):
        if piece[0] == '"':
            yield _with(spot.pieces, index, f'"X{piece[1:]}'), ""
        elif piece[0].isdigit():
            number = float(piece)
            for other in {number + 1, -number - 1, number / 2, number * 2, 0.0} - {number}:
                yield (
                    _with(spot.pieces, index, f"{other:.15f}".rstrip("0").rstrip(".")),
                    _truncated(spot, index, other),
                )


def _truncated(spot: Spot, index: int, other: float) -> str:
    """INDEX and ADDRESS count in whole numbers, and the column 0 of INDEX is all of them."""
    if _LISTED.match(spot.text) and index == len(spot.pieces) - 2:
        return ONE_COLUMN if 0 <= other < 1 else ""
    before = "".join(spot.pieces[:index])
    return WHOLE if other == 0.5 and re.search(r"ADDRESS\(ROW[^,]*-$|COLUMN[^,]*-$", before) else ""


def constant_for_a_reference(spot: Spot) -> Iterator[Mutant]:
    for index, reference in _references(spot):
        area = _area(reference)
        held = [
            [spot.values.get((row, column), 0.0) for column in range(area.left, area.right + 1)]
            for row in range(area.top, area.bottom + 1)
        ]
        said = [[f'"{v}"' if isinstance(v, str) else repr(v).removesuffix(".0") for v in row] for row in held]
        constant = said[0][0] if _is_cell(reference) else f"{{{';'.join(','.join(row) for row in said)}}}"
        text = _with(spot.pieces, index, constant)
        if len(text) <= 8_192 and "e-" not in constant:
            yield text, FIXED if len(spot.held.get(area, [])) == 1 else ""


def reference_for_a_constant(spot: Spot) -> Iterator[Mutant]:
    blank = a1(spot.region.area.bottom + 20, spot.region.left)
    for index, piece in enumerate(spot.pieces):
        if piece[0].isdigit():
            for cell in (blank, "XFD1048576", f"Model!{blank}"):
                same = "!" not in cell and spot.held.get(_area(cell)) == [float(piece)]
                yield _with(spot.pieces, index, cell), FIXED if same else ""


def reference_replaced(spot: Spot) -> Iterator[Mutant]:
    for index, reference in _references(spot):
        others = list(_elsewhere(spot, reference))
        apart = -(-len(others) // ELSEWHERE)
        for window in others[index % apart :: apart] if others else ():
            same = len(held := spot.held.get(window, [])) == 1 and held == spot.held.get(_area(reference))
            text = range_a1(window, absolute="$" in reference)
            reason = FIXED if same else _numbered(spot, index, reference, text)
            yield _with(spot.pieces, index, text), reason


def _elsewhere(spot: Spot, reference: str) -> Iterator[Range]:
    """The first cells of other regions, as many as the reference reads."""
    area = _area(reference)
    for region in spot.regions.values():
        window = region.window(0, 0, area.bottom - area.top + 1, area.right - area.left + 1)
        inside = region.area.contains(window[2:])
        numbered = region.name[-1] != "1" or "_" not in region.name
        if inside and region.step == 1 and window != area and numbered:
            yield window


def range_moved(spot: Spot) -> Iterator[Mutant]:
    for index, reference in _references(spot):
        for down, along in ((0, 1), (1, 0), (0, -1), (-1, 0), (60, 0), (0, 300)):
            if moved := _shifted(reference, down, along, down, along):
                yield _with(spot.pieces, index, moved), _numbered(spot, index, reference, moved)


def range_shrunk(spot: Spot) -> Iterator[Mutant]:
    for index, reference in _references(spot):
        for edges in ((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, -1, 0), (0, 0, 0, -1)):
            if not _is_cell(reference) and (shrunk := _shifted(reference, *edges)):
                yield _with(spot.pieces, index, shrunk), ""


def range_grown(spot: Spot) -> Iterator[Mutant]:
    for index, reference in _references(spot):
        for edges in ((-1, 0, 0, 0), (0, -1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1), (0, 0, 500, 0)):
            if grown := _shifted(reference, *edges):
                reasons = (
                    _crossed(spot, reference, grown),
                    _numbered(spot, index, reference, grown),
                    FOUND if _function(spot, index) == "INDEX" and min(edges) >= 0 else "",
                )
                yield _with(spot.pieces, index, grown), next(filter(None, reasons), "")


def _numbered(spot: Spot, index: int, reference: str, other: str) -> str:
    """ROW and COLUMN ask where a range begins, and nothing else of it."""
    before, after = _area(reference), _area(other)
    same = {"ROW": before.top == after.top, "COLUMN": before.left == after.left}
    return OWN_LINE if same.get(_function(spot, index)) else ""


def _function(spot: Spot, index: int) -> str:
    """Return the function whose first argument a reference is."""
    before = re.search(r"([A-Z]+)\((?:[\w']+!)?$", "".join(spot.pieces[:index]))
    return before[1] if before else ""


def _crossed(spot: Spot, reference: str, grown: str) -> str:
    """A column of cells where one value is wanted: implicit intersection."""
    scalar = not spot.array and not re.match(r"(MAX|SUM|SUMPRODUCT|ROUND|IF)\(", spot.text)
    area, before = _area(grown), _area(reference)
    if scalar and area.left == area.right and area.top <= spot.cell[0] <= area.bottom:
        return OWN_ROW if before.top == spot.cell[0] else ""
    if scalar and area.top == area.bottom and area.left <= spot.cell[1] <= area.right:
        return OWN_ROW if before.left == spot.cell[1] else ""
    return ""


def both_ranges_grown(spot: Spot) -> Iterator[Mutant]:
    for edges in ((-1, 0, 0, 0), (0, -1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)):
        pieces = list(spot.pieces)
        for index, reference in _references(spot):
            pieces[index] = _shifted(reference, *edges) or reference
        if spot.text.startswith(("SUMPRODUCT(", "MAX(0,SUM(")):
            yield "".join(pieces), ""


def argument_added(spot: Spot) -> Iterator[Mutant]:
    beside = (spot.cell[0] + 40, spot.cell[1])
    for index, piece in enumerate(spot.pieces):
        if piece in ("SUM", "MAX", "MIN") and spot.pieces[index + 1] == "(":
            for cell in (a1(*beside), "5", "XFD1"):
                yield _with(spot.pieces, index + 1, f"({cell},"), ""
    yield f"{spot.text}+{a1(*beside)}", ""
    yield f"{spot.text}+XFD1048576", ""
    yield f"{spot.text}+IFERROR(Model!B200,0)", ""


def argument_dropped(spot: Spot) -> Iterator[Mutant]:
    pieces = spot.pieces
    for index, piece in enumerate(pieces):
        if piece != ",":
            continue
        level, end = 0, index + 1
        while level or pieces[end] not in (",", ")"):
            level += {"(": 1, ")": -1}.get(pieces[end], 0)
            end += 1
        reason = ONE_COLUMN if _LISTED.match(spot.text) else ""
        yield "".join([*pieces[:index], *pieces[end:]]), reason
    for index, piece in enumerate(pieces):
        if piece == "(" and re.match(r"[^()\"]*,", rest := "".join(pieces[index + 1 :])):
            yield "".join(pieces[: index + 1]) + rest.partition(",")[2], ""
    terms = re.split(r"(?<=\))\+(?=SUM)", spot.text)
    for index in range(len(terms)) if len(terms) == 2 and spot.text.startswith("SUMPRODUCT") else ():
        yield terms[index], ""


def formula_deleted(spot: Spot) -> Iterator[Mutant]:
    yield None, OWN_PIXEL if spot.stage == "input" else ""


def function_replaced(spot: Spot) -> Iterator[Mutant]:
    for index, piece in enumerate(spot.pieces[:-1]):
        if spot.pieces[index + 1] == "(":
            for other in _FUNCTIONS.get(piece, ()):
                yield _with(spot.pieces, index, other), ""


def sign_inserted(spot: Spot) -> Iterator[Mutant]:
    yield f"-({spot.text})", ""
    if "&" not in spot.text:
        for index, reference in _references(spot):
            yield _with(spot.pieces, index, f"(-{reference})"), spot.of_zero(reference)


def relation_replaced(spot: Spot) -> Iterator[Mutant]:
    for index, piece in enumerate(spot.pieces):
        for other in _COMPARED.get(piece, ()):
            yield _with(spot.pieces, index, other), _SAME_RELATIONS.get((piece, other), "")


# The field's


def dollar_lost(spot: Spot) -> Iterator[Mutant]:
    """The `$` was lost in the region's first cell, and the formula filled on to this one."""
    first = spot.region.cell(0, 0)
    down, along = spot.cell[0] - first[0], spot.cell[1] - first[1]
    for index, reference in _references(spot):
        if "$" not in reference:
            continue
        yield _with(spot.pieces, index, reference.replace("$", "")), SAME_CELLS
        for rows, columns in ((1, 1), (1, 0), (0, 1)):
            slid = _shifted(reference, down * rows, along * columns, down * rows, along * columns)
            lost = _CELL.sub((r"\2" if columns else r"\1\2") + (r"\4" if rows else r"\3\4"), slid)
            yield _with(spot.pieces, index, lost), "" if down * rows or along * columns else FIRST


def filter_turned(spot: Spot) -> Iterator[Mutant]:
    """Each product by itself, with the filter turned by half, or rows for columns."""
    products = re.findall(r"(?:SUMPRODUCT|SUM)\(([$A-Z\d:]+)[,*]([$A-Z\d:]+)\)", spot.text)
    for turn in ("flipped", "transposed"):
        terms, cells = [], 0
        for window, weights in products:
            one, other = _area(window), _area(weights)
            height, width = one.bottom - one.top + 1, one.right - one.left + 1
            cells = max(cells, height * width)
            for row in range(height):
                for column in range(width):
                    to = (height - 1 - row, width - 1 - column) if turn == "flipped" else (column, row)
                    here = a1(one.top + row, one.left + column)
                    terms.append(f"{here}*{a1(other.top + to[0], other.left + to[1], absolute=True)}")
        text = "+".join(terms)
        if products and len(text) <= 8_000:
            text = f"MAX(0,{text})" if spot.text.startswith("MAX(0,") else text
            yield text, ONE_CELL if cells == 1 else ""


def channels_swapped(spot: Spot) -> Iterator[Mutant]:
    found = list(_references(spot))
    if len(found) == 4 and spot.text.startswith(("SUMPRODUCT", "MAX(0,SUM(")):
        for one, other in ((0, 2), (1, 3)):
            pieces = list(spot.pieces)
            pieces[found[one][0]], pieces[found[other][0]] = found[other][1], found[one][1]
            yield "".join(pieces), ""


def stride_one_for_two(spot: Spot) -> Iterator[Mutant]:
    if spot.stage.startswith("pool") and re.fullmatch(r"MAX\([A-Z0-9:]+\)", spot.text):
        ((index, reference),) = _references(spot)
        for rows, columns in ((1, 1), (1, 0), (0, 1)):
            up, back = -spot.row * rows, -spot.column * columns
            moved = _shifted(reference, up, back, up, back)
            if moved:
                yield _with(spot.pieces, index, moved), "" if up or back else FIRST


def relu_missing(spot: Spot) -> Iterator[Mutant]:
    if match := re.fullmatch(r"MAX\(0,(.*)\)", spot.text):
        yield match[1], ""


def relu_doubled(spot: Spot) -> Iterator[Mutant]:
    yield f"MAX(0,{spot.text})", _never_negative(spot)


def cut_off(spot: Spot) -> Iterator[Mutant]:
    """What random numbers of one size never meet."""
    zero = ZERO if all(spot.of_zero(reference) for _, reference in _references(spot)) else ""
    counted = FEW if spot.counts else zero
    below_the_largest = NEVER_POSITIVE if re.match(r"(\w+)-MAX\(", spot.text) else ""
    below_one = BELOW_ONE if spot.text.startswith(_SIGMOID) else ""
    yield f"MIN(1000,{spot.text})", counted or below_the_largest or below_one
    yield f"ROUND({spot.text},9)", counted
    _, reference = next(_references(spot))
    first = Range(*_area(reference)[:2], *_area(reference)[:2])
    cell, held = a1(*first[:2]), spot.held.get(first, [3, 51])
    yield f"IF({cell}=3,0,{spot.text})", "" if 3 in held else FEW
    small = all(isinstance(value, float | int) and value <= 50 for value in held)
    yield f"IF({cell}>50,0,{spot.text})", FEW if small else ""


def reads_itself(spot: Spot) -> Iterator[Mutant]:
    yield f"{spot.text}+0*{a1(*spot.cell)}", ""


OPERATORS: list[Operator] = [
    absolute_value_inserted,
    operator_replaced,
    constant_replaced,
    constant_for_a_reference,
    reference_for_a_constant,
    reference_replaced,
    range_moved,
    range_shrunk,
    range_grown,
    both_ranges_grown,
    argument_added,
    argument_dropped,
    formula_deleted,
    function_replaced,
    sign_inserted,
    relation_replaced,
    dollar_lost,
    filter_turned,
    channels_swapped,
    stride_one_for_two,
    relu_missing,
    relu_doubled,
    cut_off,
    reads_itself,
]
