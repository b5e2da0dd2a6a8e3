"""What formulas refer to: the references in their trees, and those behind the defined names that they use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sheetcnn.excel.addresses import Range
from sheetcnn.excel.ast import FormulaError, Name, Node, Reference, Slopes, Span, walk
from sheetcnn.excel.limits import MAX_COLUMNS, MAX_ROWS
from sheetcnn.excel.parser import parse


class DefinedNames:
    """The defined names of a workbook, in whatever case (ECMA-376, part 1, 18.2.5).

    Args:
        texts: what each name stands for, such as `Network!$A$1:$B$2`; `Sheet!name` is one of a sheet alone.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = {name.casefold(): text for name, text in texts.items()}

    def definition(self, name: Name) -> Node | None:
        """Return the tree of a defined name, that of its sheet before that of the workbook.

        Raises:
            FormulaError: its definition is no formula, or moves with the cell that uses it.
        """
        text = self._texts.get(name.name.casefold())
        if name.sheet is not None:
            text = self._texts.get(f"{name.sheet}!{name.name}".casefold(), text)
        if text is None:
            return None
        node = parse(text)
        for part in walk(node):
            if isinstance(part, Reference) and not _stands_still(part):
                raise FormulaError(f"the name {name.name} moves with the cell that uses it")
        return node


def as_used_on(sheet: str, name: Name) -> Name:
    """Return a name as a formula on a sheet means it: the sheet's own, if there is one, hides the workbook's."""
    return name if name.sheet is not None else replace(name, sheet=sheet)


def references(node: Node, sheet: str, names: DefinedNames) -> Iterator[Reference]:
    """Yield the references of a formula on a sheet, and of the names that it uses."""
    waiting, seen = [node], set[Name]()
    while waiting:
        for part in walk(waiting.pop()):
            if isinstance(part, Reference):
                yield part
            elif isinstance(part, Span):
                ends = (*references(part.first, sheet, names), *references(part.last, sheet, names))
                yield from _box(list(ends))
            elif isinstance(part, Name) and part not in seen:
                seen.add(part)
                definition = names.definition(as_used_on(sheet, part))
                waiting += [] if definition is None else [definition]


def around(reference: Reference, rows: int, columns: int) -> Range:
    """Return the range that a reference covers in all cells of a block of formulas, rows by columns."""
    area, slopes = reference.area, reference.slopes
    tops = [area.top, area.top + slopes.top * (rows - 1)]
    bottoms = [area.bottom, area.bottom + slopes.bottom * (rows - 1)]
    lefts = [area.left, area.left + slopes.left * (columns - 1)]
    rights = [area.right, area.right + slopes.right * (columns - 1)]
    return Range(min(tops + bottoms), min(lefts + rights), max(tops + bottoms), max(lefts + rights))


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
