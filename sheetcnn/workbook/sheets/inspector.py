"""The sheet `Inspector`: one cell of each stage taken apart, of one stage the cell that is chosen."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from sheetcnn.digits.digit import Digit
from sheetcnn.excel.cells import Region, a1, quoted_sheet, range_a1
from sheetcnn.network.network import Layer, Network
from sheetcnn.network.stages import Array, At, Refs, Shape
from sheetcnn.network.stages.base import window
from sheetcnn.network.templates import Template
from sheetcnn.workbook import looks
from sheetcnn.workbook.exhibits import Exhibit, Values, numbers
from sheetcnn.workbook.layout import Layout
from sheetcnn.workbook.page import Block, Page, indexed

if TYPE_CHECKING:
    from sheetcnn.excel.write import SheetWriter

SHEET = "Inspector"
EQUAL, DIFFERENT = "equal", "not equal"
AXES = ("map", "row", "column")

STAGE = Region("inspect_stage", SHEET, 3, 0, 1, 1)
CHOICES = {axis: Region(f"inspect_{axis}", SHEET, 3, 1 + n, 1, 1) for n, axis in enumerate(AXES)}
MESSAGE = Region("inspect_message", SHEET, 3, 5, 1, 1)

_FIRST_ROW = 6
_RESULTS = 5
"""The column where each block says what comes out; six columns."""
_DETAILS = 12
_ACROSS = 27
"""Columns for maps side by side."""
_MARKED = 5
_MAX_MAPS, _MAX_OUTPUTS, _MAX_SIDE, _MAX_FORMULAS = 64, 254, 80, 6_000


class Inspector(Page):
    """Top to bottom: what is chosen, then a block for each stage; a ReLU shares the block of what it follows."""

    sheet = SHEET

    def fits(self, network: Network) -> bool:
        if not network.classes:
            return False
        parts = sum(prod(layer.weight_shape[1:]) for layer in network.layers if layer.weight_shape)
        shapes = [layer.out_shape for layer in network.layers]
        return 3 * parts <= _MAX_FORMULAS and all(
            shape[0] <= (_MAX_MAPS if len(shape) == 3 else _MAX_OUTPUTS)
            and max(shape[1:], default=1) <= _MAX_SIDE
            for shape in [network.input_shape, *shapes]
        )

    def regions(self, network: Network, layout: Layout) -> list[Region]:
        blocks = _blocks(network, layout)
        return [STAGE, *CHOICES.values(), MESSAGE, *(r for block in blocks for r in block.planned.values())]

    def given(self, template: Template, digit: Digit) -> dict[str, Values]:
        """Choose the largest value of the last stage that sums over windows."""
        network = template.network
        x = digit.pixels.reshape(network.input_shape)
        outputs = {layer.name: list(p.values())[-1] for layer, p in network.forward(x, template.weights)}
        named = [layer.name for layer in network.layers if layer.stage.kind in ("conv", "convrelu")]
        stage = (named or list(outputs))[-1]
        place = [1 + int(n) for n in np.unravel_index(outputs[stage].argmax(), outputs[stage].shape)]
        chosen = dict(zip(_axes(outputs[stage].shape), place, strict=True))
        choices = {CHOICES[axis].name: np.array([[float(chosen.get(axis, 1))]]) for axis in AXES}
        return {STAGE.name: np.array([[stage]], dtype=object), **choices, **self.fixed(network)}

    def fixed(self, network: Network) -> dict[str, Values]:
        return {name: v for block in _blocks(network) for name, v in block.counters().items()}

    def domains(self, network: Network) -> dict[str, Sequence[float | str]]:
        most = {axis: _counted(size) for axis, size in _largest(network).items()}
        return {
            STAGE.name: [layer.name for layer in network.layers],
            **{CHOICES[axis].name: sizes for axis, sizes in most.items()},
            **{name: values for block in _blocks(network) for name, values in block.domains().items()},
        }

    def exhibits(self, network: Network, layout: Layout) -> list[Exhibit]:
        blocks = _blocks(network, layout)
        said = [block.at("said") for block in blocks]
        return [
            *(exhibit for block in blocks for exhibit in block.exhibits()),
            Message("inspector", layout.others[MESSAGE.name], said),
        ]

    def draw(
        self,
        sheet: SheetWriter,
        template: Template,
        layout: Layout,
        shown: Sequence[Exhibit],
        values: Mapping[str, Values],
    ) -> None:
        blocks = _blocks(template.network, layout)
        right = max(region.area.right for block in blocks for region in block.planned.values())
        sheet.grid(right + 3, 50, looks.CELL_PIXELS, "plain")
        for columns, pixels in (((0, 0), 92), ((1, 3), 62), ((4, 4), 24), ((5, 10), 80), ((11, 11), 24)):
            sheet.widths(*columns, pixels, "plain")
        sheet.height(0, 34)
        sheet.text((0, 0), "Inspector", "title")
        sheet.text(
            (1, 0),
            "Choose a stage, a map, a row and a column: the block of that stage, below, takes the cell apart. "
            "Every other block shows a cell of its own.",
            "subtitle",
        )
        self._chooser(sheet, template.network, values)
        for column, block in zip((0, 1, 2, 3, *range(5, 11), *range(12, 99)), blocks, strict=False):
            sheet.link((4, column), f"{SHEET}!{a1(block.top, 0)}", block.name, "link")
        for exhibit in shown:
            for region in exhibit.regions:
                if region.sheet == SHEET:
                    style = _STYLES[exhibit.style] if isinstance(exhibit, _Part) else "legend_plain"
                    sheet.formulas(region, exhibit.formulas(region), values[region.name].tolist(), style)
                    if isinstance(exhibit, _Part) and exhibit.style in _NOTED:
                        sheet.note(region.cell(0, 0), f"{exhibit.words} ({region.rows} × {region.columns})")
        for block in blocks:
            block.draw(sheet, values)
        sheet.freeze(5, 0)
        bottom = max(block.top + block.height for block in blocks)
        sheet.print_setup(Region("", "", 0, 0, bottom, right + 2).area, (0, 4))

    def _chooser(self, sheet: SheetWriter, network: Network, values: Mapping[str, Values]) -> None:
        sheet.text((2, 0), "stage", "caption")
        sheet.text(STAGE.cell(0, 0), values[STAGE.name].item(), "choice")
        sheet.one_of(STAGE, [layer.name for layer in network.layers])
        for axis, size in _largest(network).items():
            choice = CHOICES[axis]
            sheet.text((2, choice.left), axis, "caption")
            sheet.number(choice.cell(0, 0), values[choice.name].item(), "choice")
            sheet.one_of(choice, [f"{number:.0f}" for number in _counted(size)])


# Formulas


class _Part(Block):
    """Formulas of a block.

    Attributes:
        style: what they are, for their looks.
    """

    style: ClassVar[str]


class Place(_Part):
    """Which map, row or column a block shows. Reads the stage and the number that are chosen."""

    words = "what is chosen above, if it is this stage, at most as many as there are"
    style = "place"

    def __init__(self, region: Region, reads: Sequence[Region], stages: Sequence[str], size: int) -> None:
        super().__init__("inspector", region, reads)
        self._stages, self._size = stages, size

    def says(self, *seen: Values) -> Any:
        stage, number, *others = seen
        if _is_one_of(self._stages, stage):
            return max(1.0, min(self._size, np.floor(numbers(number).item())))
        return self.otherwise(*others)

    def spelled(self, refs: Refs, at: At) -> str:
        stage, number, *others = map(refs.whole, refs.inputs)
        chosen = f"MAX(1,MIN({self._size},INT(N({number}))))"
        return f"IF({_is_one_of_spelled(self._stages, stage)},{chosen},{self.otherwise_spelled(*others)})"

    def otherwise(self, *others: Values) -> float:
        """NumPy: return what a stage shows that is not chosen."""
        return float((self._size + 1) // 2)

    def otherwise_spelled(self, *others: str) -> str:
        """Excel: return what a stage shows that is not chosen."""
        return str((self._size + 1) // 2)


class PlaceOfLargest(Place):
    """The class that is read, where no other is chosen. Reads the scores, too."""

    words = "what is chosen above, if it is this stage; otherwise the row of the largest score"

    def otherwise(self, *others: Values) -> float:
        scores = numbers(others[0]).ravel()
        return float(scores.argmax() + 1) if np.isfinite(scores).all() else np.nan

    def otherwise_spelled(self, *others: str) -> str:
        return f"MATCH(MAX({others[0]}),{others[0]},0)"


class Said(_Part):
    """What there is to choose from. Reads the stage, the places shown, and the numbers that are chosen."""

    words = "how large the stage is, if it is chosen, and whether the cell that is chosen exists"
    style = "said"

    def __init__(self, region: Region, reads: Sequence[Region], stages: Sequence[str], shape: Shape) -> None:
        super().__init__("inspector", region, reads)
        self._stages, self._shape = stages, _in_words(shape)

    def says(self, *seen: Values) -> Any:
        stage, *places = seen
        if not _is_one_of(self._stages, stage):
            return ""
        half = len(places) // 2
        exists = all(a.item() == b.item() for a, b in zip(places[:half], places[half:], strict=True))
        only, end = ("", ".") if exists else ("only ", ": the nearest cell is shown.")
        return f"{stage.item()} has {only}{self._shape}{end}"

    def spelled(self, refs: Refs, at: At) -> str:
        stage, *places = map(refs.whole, refs.inputs)
        half = len(places) // 2
        exists = ",".join(f"{a}={b}" for a, b in zip(places[:half], places[half:], strict=True))
        size = (
            f'IF(AND({exists})," has {self._shape}."," has only {self._shape}: the nearest cell is shown.")'
        )
        return f'IF({_is_one_of_spelled(self._stages, stage)},{stage}&{size},"")'


class Message(Block):
    """What there is to choose from, of the stage that is chosen: all others say nothing."""

    words = "what the block of the chosen stage says"

    def says(self, *seen: Values) -> Any:
        return "".join(values.item() for values in seen)

    def spelled(self, refs: Refs, at: At) -> str:
        return (
            "&".join(map(refs.whole, refs.inputs))
            if len(refs.inputs) > 1
            else f'{refs.whole(refs.inputs[0])}&""'
        )


class Ruler(_Part):
    """Which rows, or columns, of a map the window covers. Reads where the cell is, and 1, 2, 3, ..."""

    words = "a row, or a column, that the window covers"
    style = "ruler"

    def __init__(self, region: Region, reads: Sequence[Region], stride: int) -> None:
        super().__init__("inspector", region, reads)
        self._stride = stride

    def says(self, *seen: Values) -> Any:
        place, count = map(numbers, seen)
        return (place - 1) * self._stride + count

    def spelled(self, refs: Refs, at: At) -> str:
        place, count = refs.inputs
        before = f"{refs.whole(place)}-1" if self._stride == 1 else f"({refs.whole(place)}-1)*{self._stride}"
        along = count.columns > 1
        return f"{before}+{refs.below(count, at.column) if along else refs.beside(count, at.row)}"


class Seen(_Part):
    """A window of a map. Reads the rows and the columns that it covers, and the map."""

    words = "the value that stands in this row and this column of the map"
    style = "value"

    def says(self, *seen: Values) -> Any:
        rows, columns, source = map(_arithmetic, seen)
        return indexed(source, rows, columns)

    def spelled(self, refs: Refs, at: At) -> str:
        rows, columns, source = refs.inputs
        return _index(refs, source, refs.beside(rows, at.row), refs.below(columns, at.column))


class SeenInMap(Seen):
    """A window of the map that is chosen. Reads the rows and the columns, the number of the map, and all maps."""

    words = "the value that stands in this row and this column of the chosen map"

    def says(self, *seen: Values) -> Any:
        rows, columns, number, *maps = map(_arithmetic, seen)
        return indexed(_chosen(number, maps), rows, columns)

    def spelled(self, refs: Refs, at: At) -> str:
        rows, columns, number, *maps = refs.inputs
        row, column = refs.beside(rows, at.row), refs.below(columns, at.column)
        return _choose(refs, number, [_index(refs, source, row, column) for source in maps])


class Weight(_Part):
    """A slice of the filter that is chosen. Reads its number, and that slice of every filter."""

    words = "the weight that stands here in the filter of the chosen map"
    style = "value"

    def says(self, *seen: Values) -> Any:
        number, *filters = map(_arithmetic, seen)
        return _chosen(number, filters)

    def spelled(self, refs: Refs, at: At) -> str:
        number, *filters = refs.inputs
        return _choose(refs, number, [refs.cell(each, at.row, at.column) for each in filters])


class Product(_Part):
    """Value times weight. Reads both."""

    words = "value times weight"
    style = "value"

    def says(self, *seen: Values) -> Any:
        value, weight = map(_arithmetic, seen)
        return value * weight

    def spelled(self, refs: Refs, at: At) -> str:
        return "*".join(refs.cell(each, at.row, at.column) for each in refs.inputs)


class DenseProduct(_Part):
    """Value times weight, over a whole map. Reads the number of the output, the map, all weights of it."""

    words = "value times weight for the chosen output"
    style = "value"

    def says(self, *seen: Values) -> Any:
        number, source, *weights = map(_arithmetic, seen)
        return source * _chosen(number, weights)

    def spelled(self, refs: Refs, at: At) -> str:
        number, source, *weights = refs.inputs
        weight = _choose(refs, number, [refs.cell(each, at.row, at.column) for each in weights])
        return f"{refs.cell(source, at.row, at.column)}*{weight}"


class Total(_Part):
    """A sum."""

    words = "the sum of all products"
    style = "result"

    def says(self, *seen: Values) -> Any:
        return sum(numbers(values).sum() for values in seen)

    def spelled(self, refs: Refs, at: At) -> str:
        return f"SUM({','.join(map(refs.whole, refs.inputs))})"


class PositiveTotal(Total):
    """A sum, or 0 if it is negative."""

    words = "the sum of all products; 0 if it is negative"

    def says(self, *seen: Values) -> Any:
        return np.maximum(0.0, super().says(*seen))

    def spelled(self, refs: Refs, at: At) -> str:
        return f"MAX(0,{super().spelled(refs, at)})"


class Rectified(_Part):
    """ReLU."""

    words = "the value before it; 0 if that is negative"
    style = "result"

    def says(self, *seen: Values) -> Any:
        return np.maximum(0.0, numbers(seen[0]))

    def spelled(self, refs: Refs, at: At) -> str:
        return f"MAX(0,{refs.whole(refs.inputs[0])})"


class Largest(_Part):
    """The largest of some values."""

    words = "the largest of all"
    style = "result"

    def says(self, *seen: Values) -> Any:
        return numbers(seen[0]).max()

    def spelled(self, refs: Refs, at: At) -> str:
        return f"MAX({refs.whole(refs.inputs[0])})"


class Winner(_Part):
    """A mark where the largest value stands. Reads the window."""

    words = "a mark where the largest value stands"
    style = "mark"

    def says(self, *seen: Values) -> Any:
        values = numbers(seen[0])
        return np.where(values == values.max(), "●", "") if np.isfinite(values).all() else np.nan

    def spelled(self, refs: Refs, at: At) -> str:
        (seen,) = refs.inputs
        return f'IF({refs.cell(seen, at.row, at.column)}=MAX({refs.whole(seen)}),"●","")'


class RowOf(_Part):
    """In which row a value stands, the last if there are several. Reads the value, the values, and 1, 2, 3, ..."""

    words = "the row in which it stands; the last one, if there are several"
    style = "count"

    def says(self, *seen: Values) -> Any:
        value, values, rows = map(numbers, seen)
        return ((values == value) * rows).max() if np.isfinite(values).all() else np.nan

    def spelled(self, refs: Refs, at: At) -> str:
        value, values, rows = map(refs.whole, refs.inputs)
        return f"SUMPRODUCT(MAX(({values}={value})*{rows}))"


class ColumnOf(_Part):
    """In which column of a row a value stands. Reads the value, the row, the values, and 1, 2, 3, ... twice."""

    words = "the column in which it stands; the last one, if there are several"
    style = "count"

    def says(self, *seen: Values) -> Any:
        value, row, values, rows, columns = map(numbers, seen)
        found = (values == value) * (rows == row) * columns
        return found.max() if np.isfinite(values).all() else np.nan

    def spelled(self, refs: Refs, at: At) -> str:
        value, row, values, rows, columns = map(refs.whole, refs.inputs)
        return f"SUMPRODUCT(MAX(({values}={value})*({rows}={row})*{columns}))"


class Copied(_Part):
    """The same as cells of the network."""

    words = "the same as on Network"
    style = "score"

    def says(self, *seen: Values) -> Any:
        return seen[0]

    def spelled(self, refs: Refs, at: At) -> str:
        return refs.cell(refs.inputs[0], at.row, at.column)


class Label(Copied):
    """What outputs are called."""

    style = "label"


class Lessened(_Part):
    """Less the largest."""

    words = "the score less the largest score"
    style = "score"

    def says(self, *seen: Values) -> Any:
        return _arithmetic(seen[0]) - numbers(seen[0]).max()

    def spelled(self, refs: Refs, at: At) -> str:
        (scores,) = refs.inputs
        return f"{refs.cell(scores, at.row, 0)}-MAX({refs.whole(scores)})"


class Exponential(_Part):
    """e to the power of it."""

    words = "e to the power of it"
    style = "exponential"

    def says(self, *seen: Values) -> Any:
        return np.exp(_arithmetic(seen[0]))

    def spelled(self, refs: Refs, at: At) -> str:
        return f"EXP({refs.cell(refs.inputs[0], at.row, 0)})"


class Share(_Part):
    """Its share of the sum."""

    words = "the exponential's share of the sum of all of them"
    style = "share"

    def says(self, *seen: Values) -> Any:
        return _arithmetic(seen[0]) / numbers(seen[0]).sum()

    def spelled(self, refs: Refs, at: At) -> str:
        (exponentials,) = refs.inputs
        return f"{refs.cell(exponentials, at.row, 0)}/SUM({refs.whole(exponentials)})"


class OfRow(_Part):
    """What stands in a row. Reads its number, and a column."""

    words = "what stands in the chosen row"
    style = "result"

    def says(self, *seen: Values) -> Any:
        row, column = seen
        return indexed(column, numbers(row), np.ones((1, 1)))

    def spelled(self, refs: Refs, at: At) -> str:
        row, column = refs.inputs
        return _index(refs, column, refs.whole(row), "1")


class ClassOfRow(OfRow):
    """The label of a row."""

    words = "what the chosen output is called"
    style = "label"


class OnNetwork(_Part):
    """The value of the cell itself. Reads where it is, and the maps of its stage."""

    words = "the same cell on Network"
    style = "result"

    def says(self, *seen: Values) -> Any:
        number, row, column, *maps = map(_arithmetic, seen)
        return indexed(_chosen(number, maps), row, column)

    def spelled(self, refs: Refs, at: At) -> str:
        number, row, column, *maps = refs.inputs
        found = [_index(refs, source, refs.whole(row), refs.whole(column)) for source in maps]
        return _choose(refs, number, found)


class Same(_Part):
    """Whether two cells agree. Reads both."""

    words = "whether it is what Network has"
    style = "same"

    def says(self, *seen: Values) -> Any:
        here, there = (_arithmetic(values).item() for values in seen)
        if not np.isfinite(here - there):
            return np.nan
        return EQUAL if abs(here - there) < 1e-9 * (1 + abs(there)) else DIFFERENT

    def spelled(self, refs: Refs, at: At) -> str:
        here, there = map(refs.whole, refs.inputs)
        return f'IF(ABS({here}-{there})<0.000000001*(1+ABS({there})),"{EQUAL}","{DIFFERENT}")'


class Address(_Part):
    """Where the cell itself stands. Reads where it is in its stage; the maps only say where they are."""

    words = "the address of the cell on Network"
    style = "address"

    def __init__(self, region: Region, reads: Sequence[Region], maps: Sequence[Region]) -> None:
        super().__init__("inspector", region, reads)
        self._maps = maps

    def says(self, *seen: Values) -> Any:
        number, row, column = (
            numbers(values).item() if values is not None else 1.0 for values in _three(seen)
        )
        if not 1 <= number < len(self._maps) + 1:
            return np.nan
        there = self._maps[int(number) - 1]
        return a1(*there.cell(int(row) - 1, int(column) - 1))

    def spelled(self, refs: Refs, at: At) -> str:
        number, row, column = _three(refs.inputs)
        corners = [refs.whole(window(each, 0, 0)) for each in self._maps]
        step = self._maps[0].step

        def shifted(of: str, place: Region | None) -> str:
            first = _choose(refs, number, [f"{of}({corner})" for corner in corners])
            if place is None:
                return first
            return (
                f"{first}+{refs.whole(place)}-1"
                if step == 1
                else f"{first}+{step}*{refs.whole(place)}-{step}"
            )

        return f"ADDRESS({shifted('ROW', row)},{shifted('COLUMN', column)},4)"


class Link(_Part):
    """A link to the cell itself. Reads its address."""

    words = "a link to the cell"
    style = "link"

    def __init__(self, region: Region, reads: Sequence[Region], sheet: str) -> None:
        super().__init__("inspector", region, reads)
        self._place = f"#{quoted_sheet(sheet)}!".replace('"', '""')

    def says(self, *seen: Values) -> Any:
        return "go there"

    def spelled(self, refs: Refs, at: At) -> str:
        return f'HYPERLINK("{self._place}"&{refs.whole(refs.inputs[0])},"go there")'


# Blocks


class _StageBlock:
    """What stands together on the sheet: a stage, and the ReLU that follows it.

    Attributes:
        name: the name of its first stage.
        top: its first row.
        height: how many rows it takes, the empty one below it included.
        planned: its regions by their part, where they stand on a new sheet.
    """

    about: ClassVar[str]

    def __init__(self, network: Network, layers: Sequence[Layer], top: int, layout: Layout | None) -> None:
        self._layers, self._layout, self.top = layers, layout, top
        self.name, self._first = layers[0].name, layers[0]
        self._stages = [layer.name for layer in layers]
        self._shape = layers[-1].out_shape
        self._axes = _axes(self._shape)
        self._labelled = self.name in (network.scoring, network.layers[-1].name)
        self._inputs: list[Region] = []
        if layout is not None:
            before = network.layers.index(self._first)
            self._inputs = layout.tensor(network.layers[before - 1].name) if before else layout.inputs
            self._scores = layout.tensor(network.scoring)[0]
        self.planned = {
            part: Region(f"inspect_{self.name}_{part}", SHEET, *place) for part, place in self._places()
        }
        rows = max(region.area.bottom for region in self.planned.values())
        self.height = max(rows - top, 4) + 2

    def at(self, part: str) -> Region:
        """Return a region where it stands now."""
        assert self._layout is not None  # noqa: S101 - who asks has one
        return self._layout.others[self.planned[part].name]

    def counters(self) -> dict[str, Values]:
        """Return the numbers 1, 2, 3, ... that formulas count on."""
        return {
            region.name: np.arange(1.0, region.rows * region.columns + 1).reshape(region.rows, region.columns)
            for part, region in self.planned.items()
            if part.startswith(("down", "along"))
        }

    def domains(self) -> dict[str, Sequence[float | str]]:
        """Return what those of its regions may hold that are no example of any number."""
        sizes = dict(zip(self._axes, self._shape, strict=True))
        found: dict[str, Sequence[float | str]] = {
            self.planned[axis].name: _counted(size) for axis, size in sizes.items()
        }
        found[self.planned["said"].name] = ["", "It has 2 rows."]
        for part, region in self.planned.items():
            if part.startswith(("rows", "columns")):
                found[region.name] = _counted(self._first.in_shape[1 if region.columns == 1 else 2])
        return found

    def exhibits(self) -> Iterator[Exhibit]:
        """Yield its formulas."""
        assert self._layout is not None  # noqa: S101 - who asks has one
        for axis, size in zip(self._axes, self._shape, strict=True):
            reads = [STAGE.name, CHOICES[axis].name]
            chosen = [self._layout.others[name] for name in reads]
            if self._labelled:
                yield PlaceOfLargest(self.at(axis), [*chosen, self._scores], self._stages, size)
            else:
                yield Place(self.at(axis), chosen, self._stages, size)
        place = [self.at(axis) for axis in self._axes]
        stage, *chosen = (
            self._layout.others[n] for n in (STAGE.name, *(CHOICES[a].name for a in self._axes))
        )
        yield Said(self.at("said"), [stage, *place, *chosen], self._stages, self._shape)
        if self._labelled:
            assert self._layout.classes is not None  # noqa: S101 - labels are for classes
            yield self._part(ClassOfRow, "class", [*place, self._layout.classes])
        yield from self._taken_apart()
        for layer in self._layers:
            outputs = self._layout.tensor(layer.name)
            here, cell, address = (self.at(f"{what}_{layer.name}") for what in ("here", "cell", "address"))
            if layer is not self._first:
                yield Rectified("inspector", here, [self.at(f"here_{self.name}")])
            there = OnNetwork if len(self._axes) > 1 else OfRow
            yield there("inspector", cell, [*place, *outputs])
            yield self._part(Same, f"same_{layer.name}", [here, cell])
            yield Address(address, place, outputs)
            yield Link(self.at(f"link_{layer.name}"), [address], outputs[0].sheet)

    def draw(self, sheet: SheetWriter, values: Mapping[str, Values]) -> None:
        """Write all but its formulas."""
        right = max(region.area.right for region in self.planned.values())
        line = Region("", SHEET, self.top, 0, 1, right + 1)
        sheet.blank(line.area, "heading_line")
        names = " and ".join(self._stages)
        sheet.text((self.top, 0), f"{names}:  {self.about}", "heading")
        said = self.planned["said"]
        sheet.marked_where([line], f'=${a1(said.top, 0)[0]}${said.top + 1}<>""', "chosen")
        sheet.text((self.top + 2, 0), "shown", "caption")
        sheet.text((self.top + 3, 0), "of", "caption")
        for axis, size in zip(self._axes, self._shape, strict=True):
            column = CHOICES[axis].left
            sheet.text((self.top + 1, column), axis, "centred")
            sheet.text((self.top + 3, column), str(size), "centred")
        if self._labelled:
            sheet.text((self.top + 1, CHOICES["column"].left), "class", "centred")
        for offset, head in enumerate(("stage", "here", "on Network", "they are", "its cell", "link")):
            sheet.text((self.top + 1, _RESULTS + offset), head, "caption" if offset == 0 else "caption_right")
        for offset, name in enumerate(self._stages):
            sheet.text((self.top + 2 + offset, _RESULTS), name, "legend_plain")
        sheet.marked([self.planned[f"same_{name}"] for name in self._stages], DIFFERENT, "failed")
        for name, counted in self.counters().items():
            sheet.numbers(next(r for r in self.planned.values() if r.name == name), counted.tolist(), "index")
        self._draw_details(sheet)

    def _places(self) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
        """Yield each part with its row, column, height and width."""
        for axis in self._axes:
            yield axis, (self.top + 2, CHOICES[axis].left, 1, 1)
        yield "said", (self.top + 4, 0, 1, 1)
        if self._labelled:
            yield "class", (self.top + 2, CHOICES["column"].left, 1, 1)
        for down, layer in enumerate(self._layers):
            for along, what in enumerate(("here", "cell", "same", "address", "link"), start=1):
                yield f"{what}_{layer.name}", (self.top + 2 + down, _RESULTS + along, 1, 1)
        yield from self._detail_places()

    def _part(self, kind: type[_Part], part: str, reads: Sequence[Region]) -> Exhibit:
        return kind("inspector", self.at(part), reads)

    def _weights(self) -> list[list[Region]]:
        assert self._layout is not None  # noqa: S101 - who asks has one
        return self._layout.weights[self.name]

    @abstractmethod
    def _detail_places(self) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
        """Yield each part of how the value comes about, with its row, column, height and width."""

    @abstractmethod
    def _taken_apart(self) -> Iterator[Exhibit]:
        """Yield how the value of the first stage comes about."""

    @abstractmethod
    def _draw_details(self, sheet: SheetWriter) -> None:
        """Write what stands around it."""


class _Windowed(_StageBlock):
    """A convolution: for each slice a window, a slice of the filter, and their products."""

    about = "each value of the window times the weight in the same place of the filter, all summed"

    @property
    def _kernel(self) -> int:
        shape = self._first.weight_shape
        return shape[-1] if shape else 0

    def _slices(self) -> range:
        return range(1, self._first.in_shape[0] + 1)

    def _detail_places(self) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
        k = self._kernel
        for n in self._slices():
            top, left = self.top + 3 + (n - 1) * (k + 2), _DETAILS
            yield f"rows_{n}", (top, left, k, 1)
            yield f"columns_{n}", (top - 1, left + 1, 1, k)
            yield f"window_{n}", (top, left + 1, k, k)
            yield f"down_{n}", (top, left + k + 2, k, 1)
            yield f"along_{n}", (top - 1, left + k + 3, 1, k)
            yield f"filter_{n}", (top, left + k + 3, k, k)
            yield f"products_{n}", (top, left + 2 * k + 4, k, k)
            yield f"sum_{n}", (top + (k - 1) // 2, left + 3 * k + 5, 1, 1)

    def _taken_apart(self) -> Iterator[Exhibit]:
        number, row, column = (self.at(axis) for axis in AXES)
        stride = getattr(self._first.stage, "stride", 1)
        for n, source in zip(self._slices(), self._inputs, strict=True):
            yield Ruler(self.at(f"rows_{n}"), [row, self.at(f"down_{n}")], stride)
            yield Ruler(self.at(f"columns_{n}"), [column, self.at(f"along_{n}")], stride)
            rulers = [self.at(f"rows_{n}"), self.at(f"columns_{n}")]
            yield self._part(Seen, f"window_{n}", [*rulers, source])
            yield self._part(Weight, f"filter_{n}", [number, *(row[n - 1] for row in self._weights())])
            yield self._part(Product, f"products_{n}", [self.at(f"window_{n}"), self.at(f"filter_{n}")])
            yield self._part(Total, f"sum_{n}", [self.at(f"products_{n}")])
        total = PositiveTotal if self._first.stage.kind == "convrelu" else Total
        yield self._part(total, f"here_{self.name}", [self.at(f"sum_{n}") for n in self._slices()])

    def _draw_details(self, sheet: SheetWriter) -> None:
        for n in self._slices():
            seen, weights, products, total = (
                self.planned[f"{part}_{n}"] for part in ("window", "filter", "products", "sum")
            )
            above = seen.top - 2
            sheet.text((above, seen.left), f"window of map {n} before it", "caption")
            sheet.text((above, weights.left), f"filter, slice {n}", "caption")
            sheet.text((above, products.left), "products", "caption")
            sheet.text((total.top - 1, total.left), "sum", "caption_right")
            middle = total.top
            for region, sign in ((weights, "×"), (products, "=")):
                left = region.left - 2 if sign == "×" else region.left - 1
                sheet.text((middle, left), sign, "sign")
        for part in ("window", "filter", "products"):
            regions = [self.planned[f"{part}_{n}"] for n in self._slices()]
            sheet.colours(regions, looks.about_zero(regions))


class _Pooled(_StageBlock):
    """A max pool: one window, and a mark where its largest value stands."""

    about = "the largest value of the window"

    @property
    def _side(self) -> int:
        return int(getattr(self._first.stage, "window", 1))

    def _detail_places(self) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
        k, top, left = self._side, self.top + 3, _DETAILS
        yield "rows", (top, left, k, 1)
        yield "columns", (top - 1, left + 1, 1, k)
        yield "window", (top, left + 1, k, k)
        yield "down", (top, left + k + 2, k, 1)
        yield "along", (top - 1, left + k + 3, 1, k)
        yield "winner", (top, left + k + 3, k, k)

    def _taken_apart(self) -> Iterator[Exhibit]:
        number, row, column = (self.at(axis) for axis in AXES)
        yield Ruler(self.at("rows"), [row, self.at("down")], self._side)
        yield Ruler(self.at("columns"), [column, self.at("along")], self._side)
        reads = [self.at("rows"), self.at("columns"), number, *self._inputs]
        yield self._part(SeenInMap, "window", reads)
        yield self._part(Winner, "winner", [self.at("window")])
        yield self._part(Largest, f"here_{self.name}", [self.at("window")])

    def _draw_details(self, sheet: SheetWriter) -> None:
        seen, winner = self.planned["window"], self.planned["winner"]
        sheet.text((seen.top - 2, seen.left), "window", "caption")
        sheet.text((winner.top - 2, winner.left), "the largest", "caption")
        sheet.colours([seen], looks.about_zero([seen]))
        first, area = a1(seen.top, seen.left), range_a1(seen.area, absolute=True)
        sheet.marked_where([seen], f"={first}=MAX({area})", "winner")


class _Alone(_StageBlock):
    """A ReLU that follows no sum: one value."""

    about = "what is negative becomes 0"

    def _detail_places(self) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
        yield "before", (self.top + 2, _DETAILS, 1, 1)

    def _taken_apart(self) -> Iterator[Exhibit]:
        place = [self.at(axis) for axis in self._axes]
        there = OnNetwork if len(place) > 1 else OfRow
        yield self._part(there, "before", [*place, *self._inputs])
        yield self._part(Rectified, f"here_{self.name}", [self.at("before")])

    def _draw_details(self, sheet: SheetWriter) -> None:
        sheet.text((self.top + 1, _DETAILS), "before it", "caption_right")


class _Dense(_StageBlock):
    """A dense stage: every activation times its weight, and which of these products are largest."""

    about = (
        f"every value that comes in times a weight of its own, all summed; the {_MARKED} largest are framed"
    )

    def _maps(self) -> list[tuple[str, int, int]]:
        """Return the number of each map with the row and the column where its products begin."""
        count, rows, columns = _as_maps(self._first.in_shape)
        across = max(1, _ACROSS // (columns + 2))
        return [
            (str(n + 1), self.top + 3 + n // across * (rows + 3), _DETAILS + 1 + n % across * (columns + 2))
            for n in range(count)
        ]

    def _detail_places(self) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
        _, rows, columns = _as_maps(self._first.in_shape)
        for offset, (n, top, left) in enumerate(self._maps()):
            yield f"down_{n}", (top, left - 1, rows, 1)
            yield f"along_{n}", (top - 1, left, 1, columns)
            yield f"products_{n}", (top, left, rows, columns)
            for along, what in enumerate(("sum", "most", "most_row", "most_column"), start=1):
                yield f"{what}_{n}", (self.top + 7 + offset, _RESULTS + along, 1, 1)

    def _taken_apart(self) -> Iterator[Exhibit]:
        row = self.at("row")
        for channel, (n, _, _) in enumerate(self._maps()):
            weights = [output[channel] for output in self._weights()]
            products, most = self.at(f"products_{n}"), self.at(f"most_{n}")
            down, along, most_row = self.at(f"down_{n}"), self.at(f"along_{n}"), self.at(f"most_row_{n}")
            yield self._part(DenseProduct, f"products_{n}", [row, self._inputs[channel], *weights])
            yield self._part(Total, f"sum_{n}", [products])
            yield self._part(Largest, f"most_{n}", [products])
            yield self._part(RowOf, f"most_row_{n}", [most, products, down])
            yield self._part(ColumnOf, f"most_column_{n}", [most, most_row, products, down, along])
        yield self._part(Total, f"here_{self.name}", [self.at(f"sum_{n}") for n, _, _ in self._maps()])

    def _draw_details(self, sheet: SheetWriter) -> None:
        for offset, head in enumerate(("", "sum", "largest", "in row", "column")):
            sheet.text((self.top + 6, _RESULTS + offset), head, "caption_right")
        several = len(self._first.in_shape) == 3
        for offset, (n, top, left) in enumerate(self._maps()):
            what = f"map {n}" if several else "all"
            sheet.text((top - 2, left), f"activation × weight, {what}" if several else "products", "caption")
            sheet.text((self.top + 7 + offset, _RESULTS), what, "legend_plain")
        regions = [self.planned[f"products_{n}"] for n, _, _ in self._maps()]
        sheet.colours(regions, looks.about_zero(regions))
        sheet.leading(regions, _MARKED, "winner")


class _Shares(_StageBlock):
    """Softmax: all classes, as each share counts on all."""

    about = "e to the power of each score, as a share of the sum of them all"
    _columns: Mapping[str, tuple[str, type[_Part]]] = {
        "label": ("class", Label),
        "score": ("score", Copied),
        "shifted": ("− largest", Lessened),
        "exponential": ("exp", Exponential),
        "share": ("share", Share),
    }

    def _detail_places(self) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
        for along, part in enumerate(self._columns):
            yield part, (self.top + 2, _DETAILS + along, self._shape[0], 1)

    def _taken_apart(self) -> Iterator[Exhibit]:
        assert self._layout is not None  # noqa: S101 - who asks has one
        before: list[Region] = [self._layout.labels]
        for part, (_, kind) in self._columns.items():
            yield self._part(kind, part, before)
            before = self._inputs if part == "label" else [self.at(part)]
        yield self._part(OfRow, f"here_{self.name}", [self.at("row"), self.at("share")])

    def _draw_details(self, sheet: SheetWriter) -> None:
        first, row = self.planned["label"], self.planned["row"]
        for along, (head, _) in enumerate(self._columns.values()):
            sheet.text(
                (first.top - 1, first.left + along), head, "centred" if along == 0 else "caption_right"
            )
        table = Region("", SHEET, first.top, first.left, first.rows, len(self._columns))
        chosen = a1(row.top, row.left, absolute=True)
        sheet.marked_where([table], f"=ROW()={chosen}+{first.top}", "chosen")


_KINDS: Mapping[str, Callable[..., _StageBlock]] = {
    "conv": _Windowed,
    "convrelu": _Windowed,
    "relu": _Alone,
    "maxpool": _Pooled,
    "dense": _Dense,
    "softmax": _Shares,
}

_STYLES = {
    "place": "truth_formula",
    "said": "subtitle",
    "ruler": "index",
    "count": "count",
    "value": "taken",
    "result": "score",
    "score": "score",
    "exponential": "exponential",
    "share": "probability",
    "mark": "label",
    "label": "label",
    "same": "check_result",
    "address": "address",
    "link": "link_right",
}
_NOTED = {"place", "value", "result", "score", "exponential", "share", "mark", "same", "ruler"}


def _blocks(network: Network, layout: Layout | None = None) -> list[_StageBlock]:
    """Return the block of each stage, from top to bottom."""
    groups: list[list[Layer]] = []
    for layer in network.layers:
        summed = [
            group for group in groups[-1:] if [each.stage.kind for each in group] in (["conv"], ["dense"])
        ]
        if layer.stage.kind == "relu" and summed:
            summed[0].append(layer)
        else:
            groups.append([layer])
    blocks: list[_StageBlock] = []
    top = _FIRST_ROW
    for group in groups:
        block = _KINDS[group[0].stage.kind](network, group, top, layout)
        blocks.append(block)
        top += block.height
    return blocks


def _axes(shape: Shape) -> tuple[str, ...]:
    return AXES if len(shape) == 3 else ("row",)


def _as_maps(shape: Shape) -> tuple[int, int, int]:
    return (shape[0], shape[1], shape[2]) if len(shape) == 3 else (1, shape[0], 1)


def _largest(network: Network) -> dict[str, int]:
    """Return how many maps, rows and columns the largest stage has."""
    shapes = np.array([_as_maps(layer.out_shape) for layer in network.layers])
    return dict(zip(AXES, shapes.max(axis=0).tolist(), strict=True))


def _counted(size: int) -> list[float | str]:
    return np.arange(1.0, size + 1).tolist()


def _in_words(shape: Shape) -> str:
    if len(shape) == 1:
        return _several(shape[0], "row")
    maps, rows, columns = shape
    return f"{_several(maps, 'map')} of {_several(rows, 'row')} and {_several(columns, 'column')}"


def _several(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _is_one_of(stages: Sequence[str], stage: Values) -> bool:
    return str(stage.item()).casefold() in stages


def _is_one_of_spelled(stages: Sequence[str], stage: str) -> str:
    equal = [f'{stage}="{name}"' for name in stages]
    return equal[0] if len(equal) == 1 else f"OR({','.join(equal)})"


def _three(place: Sequence[Any]) -> Sequence[Any]:
    """Return number, row and column of a place, None for what a stage of one column does not need."""
    return place if len(place) == 3 else (None, *place, None)


def _arithmetic(values: Values) -> Array:
    """Return what + - * / compute on: a text is no number."""
    if values.dtype != object:
        return values
    seen = [np.nan if isinstance(value, str) else float(value) for value in values.ravel()]
    return np.array(seen).reshape(values.shape)


def _chosen(number: Values, values: Sequence[Values]) -> Array:
    """Return one of several arrays, by its number; nan if there is none."""
    place = number.item()
    return values[int(place) - 1] if 1 <= place < len(values) + 1 else np.full(values[0].shape, np.nan)


def _choose(refs: Refs, number: Region | None, texts: Sequence[str]) -> str:
    """Excel: return one of several texts, by the number in a cell."""
    if len(texts) == 1 or number is None:
        return texts[0]
    return f"CHOOSE({refs.whole(number)},{','.join(texts)})"


def _index(refs: Refs, region: Region, row: str, column: str) -> str:
    """Excel: return what stands in a row and a column of a region, which may be drawn with gaps."""
    if region.step > 1:
        row, column = (
            place if place == "1" else f"{region.step}*{place}-{region.step - 1}" for place in (row, column)
        )
    return f"INDEX({refs.whole(region)},{row},{column})"
