"""Which cells a formula reads, on the numbers that stand in the workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sheetcnn.excel.addresses import Cell, Range
from sheetcnn.excel.ast import Binary, Call, FormulaError, Name, Node, Percent, Reference, Unary
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.cell_array import NUMBER
from sheetcnn.excel.limits import MAX_ROWS
from sheetcnn.excel.region import Region


def read_by(book: CalcBook, node: Node, sheet: str, cell: Cell) -> list[Region]:
    """Return the ranges that a formula reads, each once, those that INDEX picks from a list first.

    Args:
        book: what stands in the workbook.
        node: the formula.
        sheet: the sheet that it stands on.
        cell: its cell.

    Raises:
        FormulaError: a name in it has no meaning that can be read.
    """
    picked, others = [], []
    for reference, places in _references(book, node):
        name = reference.sheet or sheet
        if places:
            picked.append((name, _picked(reference.area, _numbers(book, places, sheet, cell))))
        else:
            others.append((name, reference.area))
    areas = dict.fromkeys([*picked, *others])
    return [
        Region("", name, area.top, area.left, area.bottom - area.top + 1, area.right - area.left + 1)
        for name, area in areas
    ]


def _references(book: CalcBook, node: Node) -> Iterator[tuple[Reference, Sequence[Node]]]:
    """Yield the references of a formula, each with the places that INDEX picks from it, if it does."""
    waiting = [node]
    while waiting:
        match waiting.pop():
            case Reference() as reference:
                yield reference, ()
            case Call("INDEX", (Reference() as source, *places)):
                yield source, places
                waiting += reversed(places)
            case Call(arguments=arguments):
                waiting += reversed(arguments)
            case Binary(left=left, right=right):
                waiting += (right, left)
            case Unary(operand=operand) | Percent(operand=operand):
                waiting.append(operand)
            case Name() as name:
                meaning = book.definition(name)
                waiting += [] if meaning is None else [meaning]
            case _:
                pass


def _picked(area: Range, places: Sequence[int]) -> Range:
    """Return the cell, the row or the column that INDEX picks from a range; all of it where it picks none."""
    high, wide = area.bottom - area.top + 1, area.right - area.left + 1
    if len(places) == 1:
        places = (1, places[0]) if high == 1 else (places[0], 0)
    row, column = places
    if 0 < row <= high:
        area = area._replace(top=area.top + row - 1, bottom=area.top + row - 1)
    if 0 < column <= wide:
        area = area._replace(left=area.left + column - 1, right=area.left + column - 1)
    return area


def _numbers(book: CalcBook, places: Sequence[Node], sheet: str, cell: Cell) -> list[int]:
    """Return the places that INDEX is given, counted from 1; 0 for one that is no number, or is left out."""
    numbers = []
    for place in places[:2]:
        try:
            values = book.evaluate(place, sheet, cell, array=True)
        except FormulaError:
            numbers.append(0)
            continue
        number = values.numbers.flat[0]
        usable = (values.kinds is None or values.kinds.flat[0] == NUMBER) and abs(number) < MAX_ROWS
        numbers.append(int(number) if usable else 0)
    return numbers
