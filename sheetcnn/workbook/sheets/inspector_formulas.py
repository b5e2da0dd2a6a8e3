"""The formulas of the sheet `Inspector`: how one cell of the network comes about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from sheetcnn.excel.addresses import a1, quoted_sheet
from sheetcnn.excel.limits import MAX_COLUMNS, MAX_ROWS
from sheetcnn.excel.region import Region
from sheetcnn.network.stages import Array, Position, Refs, Shape
from sheetcnn.network.stages.base import window
from sheetcnn.workbook.formula_block import RegionValues, numbers
from sheetcnn.workbook.sheet import SheetBlock, arithmetic, indexed

EQUAL, DIFFERENT = "equal", "not equal"

_CHOICES = 29
"""LibreOffice and Google Sheets choose among about thirty, Excel among 254."""


class Part(SheetBlock):
    """Formulas of a block.

    Attributes:
        style: what they are, for their looks.
    """

    style: ClassVar[str]


class Place(Part):
    """Which map, row or column a block shows. Reads the stage and the number that are chosen."""

    explanation = (
        "the number chosen above if this stage is chosen, at most as many as there are; "
        "otherwise the middle one"
    )
    style = "place"

    def __init__(self, region: Region, reads: Sequence[Region], stages: Sequence[str], size: int) -> None:
        super().__init__("inspector", region, reads)
        self._stages, self._size = stages, size

    def numpy(self, *seen: RegionValues) -> Any:
        stage, number, *others = seen
        if _is_one_of(self._stages, stage):
            return max(1.0, min(self._size, np.floor(numbers(number).item())))
        return self.otherwise(*others)

    def excel(self, refs: Refs, at: Position) -> str:
        stage, number, *others = map(refs.absolute, refs.inputs)
        chosen = f"MAX(1,MIN({self._size},INT(N({number}))))"
        return f"IF({_is_one_of_spelled(self._stages, stage)},{chosen},{self.otherwise_spelled(*others)})"

    def otherwise(self, *others: RegionValues) -> float:
        """NumPy: return what a stage shows that is not chosen."""
        return float((self._size + 1) // 2)

    def otherwise_spelled(self, *others: str) -> str:
        """Excel: return what a stage shows that is not chosen."""
        return str((self._size + 1) // 2)


class PlaceOfLargest(Place):
    """The class that is read, where no other is chosen. Reads the scores, too."""

    explanation = "the number chosen above if this stage is chosen; otherwise the row of the largest score"

    def otherwise(self, *others: RegionValues) -> float:
        scores = numbers(others[0]).ravel()
        return float(scores.argmax() + 1) if np.isfinite(scores).all() else np.nan

    def otherwise_spelled(self, *others: str) -> str:
        return f"MATCH(MAX({others[0]}),{others[0]},0)"


class Said(Part):
    """What there is to choose from. Reads the stage, the places shown, and the numbers that are chosen."""

    explanation = "the size of the stage if it is chosen, and whether the chosen cell exists"
    style = "said"

    def __init__(self, region: Region, reads: Sequence[Region], stages: Sequence[str], shape: Shape) -> None:
        super().__init__("inspector", region, reads)
        self._stages, self._shape = stages, _in_words(shape)

    def numpy(self, *seen: RegionValues) -> Any:
        stage, *places = seen
        if not _is_one_of(self._stages, stage):
            return ""
        half = len(places) // 2
        exists = all(a.item() == b.item() for a, b in zip(places[:half], places[half:], strict=True))
        only, end = ("", ".") if exists else ("only ", ": the nearest cell is shown.")
        return f"{stage.item()} has {only}{self._shape}{end}"

    def excel(self, refs: Refs, at: Position) -> str:
        stage, *places = map(refs.absolute, refs.inputs)
        half = len(places) // 2
        exists = ",".join(f"{a}={b}" for a, b in zip(places[:half], places[half:], strict=True))
        size = (
            f'IF(AND({exists})," has {self._shape}."," has only {self._shape}: the nearest cell is shown.")'
        )
        return f'IF({_is_one_of_spelled(self._stages, stage)},{stage}&{size},"")'


class Message(SheetBlock):
    """What there is to choose from, of the stage that is chosen: all others say nothing."""

    explanation = "the size of the chosen stage"

    def numpy(self, *seen: RegionValues) -> Any:
        said = [values.item() for values in seen]
        # A block whose words are gone is named itself; what is empty is no text here and 0 there.
        return "".join(said) if all(isinstance(words, str) for words in said) else np.nan

    def excel(self, refs: Refs, at: Position) -> str:
        return (
            "&".join(map(refs.absolute, refs.inputs))
            if len(refs.inputs) > 1
            else f'{refs.absolute(refs.inputs[0])}&""'
        )


class Ruler(Part):
    """Which rows, or columns, of a map the window covers. Reads where the cell is, and 1, 2, 3, ..."""

    explanation = "a row, or a column, that the window covers"
    style = "ruler"

    def __init__(self, region: Region, reads: Sequence[Region], stride: int) -> None:
        super().__init__("inspector", region, reads)
        self._stride = stride

    def numpy(self, *seen: RegionValues) -> Any:
        place, count = map(numbers, seen)
        return (place - 1) * self._stride + count

    def excel(self, refs: Refs, at: Position) -> str:
        place, count = refs.inputs
        before = (
            f"{refs.absolute(place)}-1" if self._stride == 1 else f"({refs.absolute(place)}-1)*{self._stride}"
        )
        along = count.columns > 1
        return f"{before}+{refs.row_locked(count, at.column) if along else refs.column_locked(count, at.row)}"


class Seen(Part):
    """A window of a map. Reads the rows and the columns that it covers, and the map."""

    explanation = "the value that stands in this row and this column of the map"
    style = "value"

    def numpy(self, *seen: RegionValues) -> Any:
        rows, columns, source = map(arithmetic, seen)
        return indexed(source, rows, columns)

    def excel(self, refs: Refs, at: Position) -> str:
        rows, columns, source = refs.inputs
        return _index(refs, source, refs.column_locked(rows, at.row), refs.row_locked(columns, at.column))


class SeenInMap(Seen):
    """A window of the map that is chosen. Reads the rows and the columns, the number of the map, and all maps."""

    explanation = "the value that stands in this row and this column of the chosen map"

    def numpy(self, *seen: RegionValues) -> Any:
        rows, columns, number, *maps = map(arithmetic, seen)
        return indexed(_chosen(number, maps), rows, columns)

    def excel(self, refs: Refs, at: Position) -> str:
        rows, columns, number, *maps = refs.inputs
        row, column = refs.column_locked(rows, at.row), refs.row_locked(columns, at.column)
        return _choose(refs, number, [_index(refs, source, row, column) for source in maps])


class Weight(Part):
    """A slice of the filter that is chosen. Reads its number, and that slice of every filter."""

    explanation = "the weight that stands here in the filter of the chosen map"
    style = "value"

    def numpy(self, *seen: RegionValues) -> Any:
        number, *filters = map(arithmetic, seen)
        return _chosen(number, filters)

    def excel(self, refs: Refs, at: Position) -> str:
        number, *filters = refs.inputs
        return _choose(refs, number, [refs.cell(each, at.row, at.column) for each in filters])


class Bias(Weight):
    """The bias of the map, or of the output, that is chosen. Reads its number, and every bias."""

    explanation = "the bias of the chosen map or output"


class Product(Part):
    """Value times weight. Reads both."""

    explanation = "value times weight"
    style = "value"

    def numpy(self, *seen: RegionValues) -> Any:
        value, weight = map(arithmetic, seen)
        return value * weight

    def excel(self, refs: Refs, at: Position) -> str:
        return "*".join(refs.cell(each, at.row, at.column) for each in refs.inputs)


class DenseProduct(Part):
    """Value times weight, over a whole map. Reads the number of the output, the map, all weights of it."""

    explanation = "value times weight for the chosen output"
    style = "value"

    def numpy(self, *seen: RegionValues) -> Any:
        number, source, *weights = map(arithmetic, seen)
        return source * _chosen(number, weights)

    def excel(self, refs: Refs, at: Position) -> str:
        number, source, *weights = refs.inputs
        weight = _choose(refs, number, [refs.cell(each, at.row, at.column) for each in weights])
        return f"{refs.cell(source, at.row, at.column)}*{weight}"


class Total(Part):
    """A sum."""

    explanation = "the sum of all products"
    style = "result"

    def numpy(self, *seen: RegionValues) -> Any:
        return sum(numbers(values).sum() for values in seen)

    def excel(self, refs: Refs, at: Position) -> str:
        return f"SUM({','.join(map(refs.absolute, refs.inputs))})"


class PositiveTotal(Total):
    """A sum, or 0 if it is negative."""

    explanation = "the sum of all products; 0 if it is negative"

    def numpy(self, *seen: RegionValues) -> Any:
        return np.maximum(0.0, super().numpy(*seen))

    def excel(self, refs: Refs, at: Position) -> str:
        return f"MAX(0,{super().excel(refs, at)})"


class Rectified(Part):
    """ReLU."""

    explanation = "the value before it; 0 if that is negative"
    style = "result"

    def numpy(self, *seen: RegionValues) -> Any:
        return np.maximum(0.0, numbers(seen[0]))

    def excel(self, refs: Refs, at: Position) -> str:
        return f"MAX(0,{refs.absolute(refs.inputs[0])})"


class Largest(Part):
    """The largest of some values."""

    explanation = "the largest value"
    style = "result"

    def numpy(self, *seen: RegionValues) -> Any:
        return numbers(seen[0]).max()

    def excel(self, refs: Refs, at: Position) -> str:
        return f"MAX({refs.absolute(refs.inputs[0])})"


class Winner(Part):
    """A mark where the largest value stands. Reads the window."""

    explanation = "a mark where the largest value stands"
    style = "mark"

    def numpy(self, *seen: RegionValues) -> Any:
        values = numbers(seen[0])
        return np.where(values == values.max(), "●", "") if np.isfinite(values).all() else np.nan

    def excel(self, refs: Refs, at: Position) -> str:
        (seen,) = refs.inputs
        return f'IF({refs.cell(seen, at.row, at.column)}=MAX({refs.absolute(seen)}),"●","")'


class RowOf(Part):
    """In which row a value stands. Reads the value, the values, and 1, 2, 3, ...

    Spelled row by row, as not every program compares a whole range with a number.
    """

    explanation = "the row in which it stands; one of them, if there are several"
    style = "count"

    def numpy(self, *seen: RegionValues) -> Any:
        value, values, rows = map(arithmetic, seen)
        if not (np.isfinite(value).all() and np.isfinite(values).all()):
            return np.nan
        found = rows[(values == value).any(axis=1)]
        if values.shape[1] == 1:
            return found.min() if len(found) else np.nan
        return max([0.0, *found.ravel().tolist()])

    def excel(self, refs: Refs, at: Position) -> str:
        value, values, rows = refs.inputs
        largest = refs.absolute(value)
        if values.columns == 1:  # as long as all that comes in, which may be more than a formula has room for
            return f"MATCH({largest},{refs.absolute(values)},0)"
        terms = (
            f"(MAX({refs.absolute(window(values, row, 0, 1, values.columns))})={largest})"
            f"*{refs.absolute(window(rows, row, 0))}"
            for row in range(values.rows)
        )
        return f"MAX(0,{','.join(terms)})"


class ColumnOf(Part):
    """In which column of a row a value stands. Reads the value, the row, the values, and 1, 2, 3, ..."""

    explanation = "the column in which it stands; the last one, if there are several"
    style = "count"

    def numpy(self, *seen: RegionValues) -> Any:
        value, row, values, columns = map(arithmetic, seen)
        inside = indexed(values, row, np.arange(1.0, values.shape[1] + 1).reshape(1, -1))
        known = np.isfinite(value).all() and np.isfinite(inside).all()
        return ((inside == value) * columns).max() if known else np.nan

    def excel(self, refs: Refs, at: Position) -> str:
        value, row, values, columns = refs.inputs
        row_at, wanted = refs.absolute(row), refs.absolute(value)
        terms = (
            f"({_index(refs, window(values, 0, column, values.rows), row_at, '1')}={wanted})"
            f"*{refs.absolute(window(columns, 0, column))}"
            for column in range(values.columns)
        )
        return f"MAX(0,{','.join(terms)})"


class Copied(Part):
    """The same as cells of the network."""

    explanation = "the same as on Network"
    style = "score"

    def numpy(self, *seen: RegionValues) -> Any:
        return seen[0]

    def excel(self, refs: Refs, at: Position) -> str:
        return refs.cell(refs.inputs[0], at.row, at.column)


class Label(Copied):
    """What outputs are called."""

    style = "label"


class Lessened(Part):
    """Less the largest."""

    explanation = "the score less the largest score"
    style = "score"

    def numpy(self, *seen: RegionValues) -> Any:
        return arithmetic(seen[0]) - numbers(seen[0]).max()

    def excel(self, refs: Refs, at: Position) -> str:
        (scores,) = refs.inputs
        return f"{refs.cell(scores, at.row, 0)}-MAX({refs.absolute(scores)})"


class Exponential(Part):
    """e to the power of it."""

    explanation = "e to the power of the shifted score"
    style = "exponential"

    def numpy(self, *seen: RegionValues) -> Any:
        return np.exp(arithmetic(seen[0]))

    def excel(self, refs: Refs, at: Position) -> str:
        return f"EXP({refs.cell(refs.inputs[0], at.row, 0)})"


class Share(Part):
    """Its share of the sum."""

    explanation = "the exponential's share of the sum of all of them"
    style = "share"

    def numpy(self, *seen: RegionValues) -> Any:
        return arithmetic(seen[0]) / numbers(seen[0]).sum()

    def excel(self, refs: Refs, at: Position) -> str:
        (exponentials,) = refs.inputs
        return f"{refs.cell(exponentials, at.row, 0)}/SUM({refs.absolute(exponentials)})"


class OfRow(Part):
    """What stands in a row. Reads its number, and a column."""

    explanation = "the value in the chosen row"
    style = "result"

    def numpy(self, *seen: RegionValues) -> Any:
        row, column = seen
        return indexed(column, numbers(row), np.ones((1, 1)))

    def excel(self, refs: Refs, at: Position) -> str:
        row, column = refs.inputs
        return _index(refs, column, refs.absolute(row), "1")


class ClassOfRow(OfRow):
    """The label of a row."""

    explanation = "the class of the chosen row"
    style = "label"


class OnNetwork(Part):
    """The value of the cell itself. Reads where it is, and the maps of its stage."""

    explanation = "the same cell on Network"
    style = "result"

    def numpy(self, *seen: RegionValues) -> Any:
        number, row, column, *maps = map(arithmetic, seen)
        return indexed(_chosen(number, maps), row, column)

    def excel(self, refs: Refs, at: Position) -> str:
        number, row, column, *maps = refs.inputs
        found = [_index(refs, source, refs.absolute(row), refs.absolute(column)) for source in maps]
        return _choose(refs, number, found)


class Same(Part):
    """Whether two cells agree. Reads both."""

    explanation = "whether it equals the value on Network"
    style = "same"

    def numpy(self, *seen: RegionValues) -> Any:
        here, there = (arithmetic(values).item() for values in seen)
        if not np.isfinite(here - there):
            return np.nan
        return EQUAL if abs(here - there) < 1e-9 * (1 + abs(there)) else DIFFERENT

    def excel(self, refs: Refs, at: Position) -> str:
        here, there = map(refs.absolute, refs.inputs)
        return f'IF(ABS({here}-{there})<0.000000001*(1+ABS({there})),"{EQUAL}","{DIFFERENT}")'


class Link(Part):
    """A link to the cell itself. Reads where it is in its stage; the maps only say where they are.

    It shows where it leads to, and no other text: so `verify` sees where it leads to.
    """

    explanation = "a link to the cell on Network"
    style = "link"

    def __init__(self, region: Region, reads: Sequence[Region], maps: Sequence[Region]) -> None:
        super().__init__("inspector", region, reads)
        self._maps = maps

    def numpy(self, *seen: RegionValues) -> Any:
        number, row, column = (1.0 if values is None else numbers(values).item() for values in _three(seen))
        if not 1 <= number < len(self._maps) + 1 or not np.isfinite(row + column):
            return np.nan
        down, along = self._maps[int(number) - 1].cell(int(row) - 1, int(column) - 1)
        inside = 0 <= down < MAX_ROWS and 0 <= along < MAX_COLUMNS
        return f"{self._sheet}{a1(down, along)}" if inside else np.nan

    def excel(self, refs: Refs, at: Position) -> str:
        number, row, column = _three(refs.inputs)
        addresses = [
            f"ADDRESS({_line(refs, 'ROW', each, row)},{_line(refs, 'COLUMN', each, column)},4)"
            for each in self._maps
        ]
        sheet = self._sheet.replace('"', '""')
        return f'HYPERLINK("{sheet}"&{_choose(refs, number, addresses)})'

    @property
    def _sheet(self) -> str:
        return f"#{quoted_sheet(self._maps[0].sheet)}!"


def _line(refs: Refs, function: str, there: Region, counter: Region | None) -> str:
    """Spell in which row, or column, of its sheet a value of a map stands."""
    first = f"{function}({refs.absolute(window(there, 0, 0))})"
    if counter is None:
        return first
    along = refs.absolute(counter)
    return f"{first}+{along}-1" if there.step == 1 else f"{first}+{there.step}*{along}-{there.step}"


# Numbers and texts


def _in_words(shape: Shape) -> str:
    if len(shape) == 1:
        return _several(shape[0], "row")
    maps, rows, columns = shape
    return f"{_several(maps, 'map')} of {_several(rows, 'row')} and {_several(columns, 'column')}"


def _several(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _is_one_of(stages: Sequence[str], stage: RegionValues) -> bool:
    return str(stage.item()).casefold() in stages


def _is_one_of_spelled(stages: Sequence[str], stage: str) -> str:
    equal = [f'{stage}="{name}"' for name in stages]
    return equal[0] if len(equal) == 1 else f"OR({','.join(equal)})"


def _three(place: Sequence[Any]) -> Sequence[Any]:
    """Return number, row and column of a place, None for what a stage of one column does not need."""
    return place if len(place) == 3 else (None, *place, None)


def _chosen(number: RegionValues, values: Sequence[RegionValues]) -> Array:
    """Return one of several arrays, by its number; nan if there is none."""
    place = number.item()
    return values[int(place) - 1] if 1 <= place < len(values) + 1 else np.full(values[0].shape, np.nan)


def _choose(refs: Refs, number: Region | None, texts: Sequence[str]) -> str:
    """Excel: return one of several texts, by the number in a cell."""
    if len(texts) == 1 or number is None:
        return texts[0]
    place = refs.absolute(number)
    parts = [(start, texts[start : start + _CHOICES]) for start in range(0, len(texts), _CHOICES)]
    spelled = [f"CHOOSE({place}{f'-{start}' if start else ''},{','.join(part)})" for start, part in parts]
    *others, last = zip(parts, spelled, strict=True)
    nested = last[1]
    for (start, part), choice in reversed(others):
        nested = f"IF({place}<={start + len(part)},{choice},{nested})"
    return nested


def _index(refs: Refs, region: Region, row: str, column: str) -> str:
    """Excel: return what stands in a row and a column of a region, which may be drawn with gaps."""
    if region.rows == region.columns == 1:
        return refs.absolute(region)  # IronCalc finds no row in a single cell
    if region.step > 1:
        row, column = (
            place if place == "1" else f"{region.step}*{place}-{region.step - 1}" for place in (row, column)
        )
    return f"INDEX({refs.absolute(region)},{row},{column})"
