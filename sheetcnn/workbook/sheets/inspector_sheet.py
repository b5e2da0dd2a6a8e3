"""The sheet `Inspector`: one cell of each stage taken apart, of one stage the cell that is chosen."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sheetcnn.digits.digit import Digit
from sheetcnn.excel.addresses import a1, range_a1
from sheetcnn.excel.region import Region
from sheetcnn.network.network import Layer, Network
from sheetcnn.network.stages import Shape
from sheetcnn.network.template import Template
from sheetcnn.workbook import styles as looks
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues
from sheetcnn.workbook.layout import Layout
from sheetcnn.workbook.sheet import LessonSheet
from sheetcnn.workbook.sheets.inspector_formulas import (
    DIFFERENT,
    Bias,
    ClassOfRow,
    ColumnOf,
    Copied,
    DenseProduct,
    Exponential,
    Label,
    Largest,
    Lessened,
    Link,
    Message,
    OfRow,
    OnNetwork,
    Part,
    Place,
    PlaceOfLargest,
    PositiveTotal,
    Product,
    Rectified,
    RowOf,
    Ruler,
    Said,
    Same,
    Seen,
    SeenInMap,
    Share,
    Total,
    Weight,
    Winner,
)

if TYPE_CHECKING:
    from sheetcnn.excel.writer import SheetWriter

SHEET = "Inspector"
AXES = ("map", "row", "column")

STAGE = Region("inspect_stage", SHEET, 3, 0, 1, 1)
CHOICES = {axis: Region(f"inspect_{axis}", SHEET, 3, 1 + n, 1, 1) for n, axis in enumerate(AXES)}
MESSAGE = Region("inspect_message", SHEET, 3, 5, 1, 1)

_FIRST_ROW = 6
_WORDS = 1
"""The column of titles: LibreOffice completes the stage that is typed from texts in its own column."""
_RESULTS = 5
"""The column where each block says what comes out; five columns."""
_DETAILS = 11
_ACROSS = 27
"""Columns for maps side by side."""
_MARKED = 5
_LONGEST_LIST = 255
"""Characters in a list to choose from (Excel's limit)."""
_MAX_MAPS, _MAX_OUTPUTS, _MAX_SIDE, _MAX_FORMULAS = 64, 254, 80, 6_000


class Inspector(LessonSheet):
    """Top to bottom: what is chosen, then a block for each stage that can be shown; a ReLU shares that before it."""

    sheet = SHEET
    order = 40
    summary = "Choose any cell of the network, and see how it is computed."

    def fits(self, network: Network) -> bool:
        layers = _shown(network)
        weights = [layer.weight_shape for layer in layers if layer.weight_shape is not None]
        shapes = [layer.out_shape for layer in layers]
        return bool(
            network.classes
            and weights
            and 3 * sum(prod(shape[1:]) for shape in weights) <= _MAX_FORMULAS
            and all(
                shape[0] <= (_MAX_MAPS if len(shape) == 3 else _MAX_OUTPUTS)
                and max(shape[1:], default=1) <= _MAX_SIDE
                for shape in [network.input_shape, *shapes]
            )
        )

    def regions(self, network: Network, layout: Layout) -> list[Region]:
        blocks = _blocks(network, layout)
        return [STAGE, *CHOICES.values(), MESSAGE, *(r for block in blocks for r in block.planned.values())]

    def constants(self, template: Template, digit: Digit) -> dict[str, RegionValues]:
        """Choose the largest value of the last stage that sums over windows."""
        network = template.network
        outputs = {
            layer.name: list(p.values())[-1] for layer, p in network.forward(digit.pixels, template.weights)
        }
        layers = _shown(network)
        windowed = [layer for layer in layers if layer.stage.shared_weights]
        stage = (windowed or layers)[-1].name
        place = [1 + int(n) for n in np.unravel_index(outputs[stage].argmax(), outputs[stage].shape)]
        chosen = dict(zip(_axes(outputs[stage].shape), place, strict=True))
        choices = {CHOICES[axis].name: np.array([[float(chosen.get(axis, 1))]]) for axis in AXES}
        return {STAGE.name: np.array([[stage]], dtype=object), **choices, **self.read_only(network)}

    def read_only(self, network: Network) -> dict[str, RegionValues]:
        return {name: v for block in _blocks(network) for name, v in block.counters().items()}

    def allowed(self, network: Network) -> dict[str, Sequence[float | str]]:
        most = {axis: _counted(size) for axis, size in _largest(network).items()}
        return {
            STAGE.name: [layer.name for layer in _shown(network)],
            **{CHOICES[axis].name: sizes for axis, sizes in most.items()},
            **{name: values for block in _blocks(network) for name, values in block.allowed().items()},
        }

    def blocks(self, network: Network, layout: Layout) -> list[FormulaBlock]:
        blocks = _blocks(network, layout)
        said = [block.at("said") for block in blocks]
        return [
            *(exhibit for block in blocks for exhibit in block.blocks()),
            Message("inspector", layout.extra[MESSAGE.name], said),
        ]

    def draw(
        self,
        sheet: SheetWriter,
        template: Template,
        layout: Layout,
        shown: Sequence[FormulaBlock],
        values: Mapping[str, RegionValues],
    ) -> None:
        blocks = _blocks(template.network, layout)
        right = max(region.area.right for block in blocks for region in block.planned.values())
        sheet.grid(right + 3, 48, looks.CELL_PIXELS, "plain")
        for columns, pixels in (
            ((0, 0), 92),
            ((1, 3), 62),
            ((4, 4), 24),
            ((5, 8), 76),
            ((9, 9), 124),
            ((10, 10), 16),
        ):
            sheet.widths(*columns, pixels, "plain")
        sheet.height(0, 34)
        sheet.text((0, 0), "Inspector", "title")
        sheet.text(
            (1, 0),
            "Choose a stage, a map, a row and a column. The block of that stage, below, shows how the cell "
            "is computed. The other blocks each show a cell of their own stage.",
            "subtitle",
        )
        self._chooser(sheet, template.network, values)
        sheet.highlight_where([MESSAGE], f'=ISNUMBER(SEARCH("nearest",{a1(*MESSAGE.cell(0, 0))}))', "warned")
        for column, block in zip((*range(5, 10), *range(11, 99, 2)), blocks, strict=False):
            sheet.link((4, column), f"{SHEET}!{a1(block.top, 0)}", f"↓ {block.name}", "link")
        for exhibit in shown:
            for region in exhibit.regions:
                if region.sheet == SHEET:
                    style = _STYLES[exhibit.style] if isinstance(exhibit, Part) else "legend_plain"
                    sheet.formulas(region, exhibit.formulas(region), values[region.name].tolist(), style)
        for block in blocks:
            block.draw(sheet)
        sheet.freeze(5, 0)
        sheet.print_whole((0, 4))

    def _chooser(self, sheet: SheetWriter, network: Network, values: Mapping[str, RegionValues]) -> None:
        stages = [layer.name for layer in _shown(network)]
        sheet.text((2, 0), "stage", "remark")
        sheet.text(STAGE.cell(0, 0), values[STAGE.name].item(), "choice")
        sheet.dropdown(STAGE, stages, "Stage", "Choose a stage from the list.")
        for axis, size in _largest(network).items():
            choice = CHOICES[axis]
            sheet.text((2, choice.left), axis, "remark")
            sheet.number(choice.cell(0, 0), values[choice.name].item(), "choice")
            numbers = [f"{number:.0f}" for number in _counted(size)]
            title, message = axis.capitalize(), f"A whole number from 1 to {size}."
            if len(",".join(numbers)) <= _LONGEST_LIST:
                sheet.dropdown(choice, numbers, title, message)
            else:
                sheet.number_validation(choice, 1, size, title, message, refuse=True)


# Blocks


class _StageBlock(ABC):
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
        before = network.layers.index(self._first)
        self._before = network.layers[before - 1].name if before else "input"
        self._labelled = self.name in (network.scoring, network.layers[-1].name)
        self._inputs: list[Region] = []
        if layout is not None:
            self._inputs = layout.tensor(self._before) if before else layout.inputs
            self._scores = layout.tensor(network.scoring)[0]
            self._home = layout.tensor(self.name)[0].sheet
        self.planned = {
            part: Region(f"inspect_{self.name}_{part}", SHEET, *place) for part, place in self._places()
        }
        rows = max(region.area.bottom for region in self.planned.values())
        self.height = max(rows - top, 4) + 2

    @property
    def layout(self) -> Layout:
        """Where everything stands: who asks for it has given it."""
        assert self._layout is not None  # noqa: S101 - a slip of this file
        return self._layout

    def at(self, part: str) -> Region:
        """Return a region where it stands now."""
        return self.layout.extra[self.planned[part].name]

    def counters(self) -> dict[str, RegionValues]:
        """Return the numbers 1, 2, 3, ... that formulas count on."""
        return {
            region.name: np.arange(1.0, region.rows * region.columns + 1).reshape(region.rows, region.columns)
            for part, region in self.planned.items()
            if part.startswith(("down", "along"))
        }

    def allowed(self) -> dict[str, Sequence[float | str]]:
        """Return what those of its regions may hold that are no example of any number."""
        sizes = dict(zip(self._axes, self._shape, strict=True))
        found: dict[str, Sequence[float | str]] = {
            self.planned[axis].name: _counted(size) for axis, size in sizes.items()
        }
        found[self.planned["said"].name] = ["", "It has 2 rows."]
        for part, region in self.planned.items():
            if part.startswith(("rows", "columns")):
                found[region.name] = _counted(self._first.in_shape[1 if region.columns == 1 else 2])
            elif part.startswith("most_row"):
                found[region.name] = _counted(_as_maps(self._first.in_shape)[1])
        return found

    def blocks(self) -> Iterator[FormulaBlock]:
        """Yield its formulas."""
        for axis, size in zip(self._axes, self._shape, strict=True):
            reads = [STAGE.name, CHOICES[axis].name]
            chosen = [self.layout.extra[name] for name in reads]
            if self._labelled:
                yield PlaceOfLargest(self.at(axis), [*chosen, self._scores], self._stages, size)
            else:
                yield Place(self.at(axis), chosen, self._stages, size)
        place = [self.at(axis) for axis in self._axes]
        stage, *chosen = (self.layout.extra[n] for n in (STAGE.name, *(CHOICES[a].name for a in self._axes)))
        yield Said(self.at("said"), [stage, *place, *chosen], self._stages, self._shape)
        if self._labelled:
            yield self._part(ClassOfRow, "class", [*place, self.layout.labels])
        yield from self._taken_apart()
        for layer in self._layers:
            outputs = self.layout.tensor(layer.name)
            here, cell = (self.at(f"{what}_{layer.name}") for what in ("here", "cell"))
            if layer is not self._first:
                yield Rectified("inspector", here, [self.at(f"here_{self.name}")])
            there = OnNetwork if len(self._axes) > 1 else OfRow
            yield there("inspector", cell, [*place, *outputs])
            yield self._part(Same, f"same_{layer.name}", [here, cell])
            yield Link(self.at(f"link_{layer.name}"), place, outputs)

    def draw(self, sheet: SheetWriter) -> None:
        """Write all but its formulas."""
        right = max(region.area.right for region in self.planned.values())
        line = Region("", SHEET, self.top, 0, 1, right + 1)
        sheet.blank(line.area, "heading_line")
        names = " and ".join(self._stages)
        bias = ", and the bias" if self._first.has_bias else ""
        then = "; then negative sums become 0" if len(self._stages) > 1 else ""
        sheet.text((self.top, _WORDS), f"{names}:  {self.about}{bias}{then}", "heading")
        said = self.planned["said"]
        sheet.highlight_where([line], f'=${a1(said.top, 0)[0]}${said.top + 1}<>""', "chosen")
        sheet.text((self.top + 2, 0), "shown", "remark")
        sheet.text((self.top + 3, 0), "of", "remark")
        for axis, size in zip(self._axes, self._shape, strict=True):
            column = CHOICES[axis].left
            sheet.text((self.top + 1, column), axis, "centred")
            sheet.number((self.top + 3, column), size, "centred")
        if self._labelled:
            sheet.text((self.top + 1, CHOICES["column"].left), "class", "centred")
        for offset, head in enumerate(
            (
                "stage",
                "here",
                f"on {self._home}" if self._home.isalnum() else "its cell",
                "these are",
                "go to",
            )
        ):
            sheet.text((self.top + 1, _RESULTS + offset), head, "remark" if offset == 0 else "table_label")
        for offset, name in enumerate(self._stages):
            sheet.text((self.top + 2 + offset, _RESULTS), name, "legend_plain")
        sheet.highlight_equal([self.planned[f"same_{name}"] for name in self._stages], DIFFERENT, "failed")
        for name, counted in self.counters().items():
            sheet.numbers(next(r for r in self.planned.values() if r.name == name), counted.tolist(), "index")
        self._draw_details(sheet)

    def _places(self) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
        """Yield each part with its row, column, height and width."""
        for axis in self._axes:
            yield axis, (self.top + 2, CHOICES[axis].left, 1, 1)
        yield "said", (self.top + 4, _WORDS, 1, 1)
        if self._labelled:
            yield "class", (self.top + 2, CHOICES["column"].left, 1, 1)
        for down, layer in enumerate(self._layers):
            for along, what in enumerate(("here", "cell", "same", "link"), start=1):
                yield f"{what}_{layer.name}", (self.top + 2 + down, _RESULTS + along, 1, 1)
        yield from self._detail_places()

    def _part(self, kind: type[Part], part: str, reads: Sequence[Region]) -> FormulaBlock:
        return kind("inspector", self.at(part), reads)

    def _biases(self) -> list[Region]:
        """Return where its bias is shown, if it has one."""
        return [self.at("bias")] if self._first.has_bias else []

    def _bias(self, number: Region) -> Iterator[FormulaBlock]:
        """Yield its bias, if it has one."""
        for region in self._biases():
            yield Bias("inspector", region, [number, *(row[-1] for row in self._weights())])

    def _weights(self) -> list[list[Region]]:
        return self.layout.weights[self.name]

    @abstractmethod
    def _detail_places(self) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
        """Yield each part of how the value comes about, with its row, column, height and width."""

    @abstractmethod
    def _taken_apart(self) -> Iterator[FormulaBlock]:
        """Yield how the value of the first stage comes about."""

    @abstractmethod
    def _draw_details(self, sheet: SheetWriter) -> None:
        """Write what stands around it."""


class _Windowed(_StageBlock):
    """A convolution: for each slice a window, a slice of the filter, and their products."""

    about = "the sum of each value of the window times the weight in the same place"

    @property
    def _kernel(self) -> int:
        shape = self._first.kernel_shape
        return shape[-1] if shape else 0

    def _source(self, number: int) -> str:
        return f"{self._before}, map {number}" if len(self._slices()) > 1 else f"the {self._before}"

    def _slices(self) -> range:
        return range(1, self._first.in_shape[0] + 1)

    def _detail_places(self) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
        k = self._kernel
        for n in self._slices():
            top, left = self.top + 3 + (n - 1) * (k + 3), _DETAILS
            yield f"rows_{n}", (top, left, k, 1)
            yield f"columns_{n}", (top - 1, left + 1, 1, k)
            yield f"window_{n}", (top, left + 1, k, k)
            yield f"down_{n}", (top, left + k + 2, k, 1)
            yield f"along_{n}", (top - 1, left + k + 3, 1, k)
            yield f"filter_{n}", (top, left + k + 3, k, k)
            yield f"products_{n}", (top, left + 2 * k + 4, k, k)
            yield f"sum_{n}", (top + (k - 1) // 2, left + 3 * k + 5, 1, 1)
        if self._first.has_bias:
            yield "bias", (top + (k - 1) // 2 + 2, left + 3 * k + 5, 1, 1)

    def _taken_apart(self) -> Iterator[FormulaBlock]:
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
        yield from self._bias(number)
        total = PositiveTotal if self._first.stage.rectifies else Total
        yield self._part(
            total, f"here_{self.name}", [*(self.at(f"sum_{n}") for n in self._slices()), *self._biases()]
        )

    def _draw_details(self, sheet: SheetWriter) -> None:
        for n in self._slices():
            seen, weights, products, total = (
                self.planned[f"{part}_{n}"] for part in ("window", "filter", "products", "sum")
            )
            above = seen.top - 2
            sheet.text((above, seen.left), f"window of {self._source(n)}", "remark")
            sheet.text((above, weights.left), f"filter, slice {n}", "remark")
            sheet.text((above, products.left), "products", "remark")
            sheet.text((total.top - 1, total.left), "sum", "table_label")
            middle = total.top
            for region, sign in ((weights, "×"), (products, "=")):
                left = region.left - 2 if sign == "×" else region.left - 1
                sheet.text((middle, left), sign, "sign")
        if self._first.has_bias:
            bias = self.planned["bias"]
            sheet.text((bias.top - 1, bias.left), "bias", "table_label")
        for part in ("window", "filter", "products"):
            regions = [self.planned[f"{part}_{n}"] for n in self._slices()]
            sheet.colours(regions, looks.diverging_scale(regions))


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

    def _taken_apart(self) -> Iterator[FormulaBlock]:
        number, row, column = (self.at(axis) for axis in AXES)
        stride = int(getattr(self._first.stage, "stride", 1))
        yield Ruler(self.at("rows"), [row, self.at("down")], stride)
        yield Ruler(self.at("columns"), [column, self.at("along")], stride)
        reads = [self.at("rows"), self.at("columns"), number, *self._inputs]
        yield self._part(SeenInMap, "window", reads)
        yield self._part(Winner, "winner", [self.at("window")])
        yield self._part(Largest, f"here_{self.name}", [self.at("window")])

    def _draw_details(self, sheet: SheetWriter) -> None:
        seen, winner = self.planned["window"], self.planned["winner"]
        sheet.text((seen.top - 2, seen.left), f"window of {self._before}", "remark")
        sheet.text((winner.top - 2, winner.left), "the largest", "remark")
        sheet.colours([seen], looks.diverging_scale([seen]))
        first, area = a1(seen.top, seen.left), range_a1(seen.area, absolute=True)
        sheet.highlight_where([seen], f"={first}=MAX({area})", "winner")


class _Alone(_StageBlock):
    """A ReLU that follows no sum: one value."""

    about = "negative values become 0"

    def _detail_places(self) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
        yield "before", (self.top + 2, _DETAILS, 1, 1)

    def _taken_apart(self) -> Iterator[FormulaBlock]:
        place = [self.at(axis) for axis in self._axes]
        there = OnNetwork if len(place) > 1 else OfRow
        yield self._part(there, "before", [*place, *self._inputs])
        yield self._part(Rectified, f"here_{self.name}", [self.at("before")])

    def _draw_details(self, sheet: SheetWriter) -> None:
        sheet.text((self.top + 1, _DETAILS), "before it", "table_label")


class _Dense(_StageBlock):
    """A dense stage: every activation times its weight, and which of these products are largest."""

    about = f"the sum of every value times its own weight; the {_MARKED} largest products are framed"

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
        if self._first.has_bias:
            yield "bias", (self.top + 7 + len(self._maps()), _RESULTS + 1, 1, 1)

    def _taken_apart(self) -> Iterator[FormulaBlock]:
        row = self.at("row")
        for channel, (n, _, _) in enumerate(self._maps()):
            weights = [output[channel] for output in self._weights()]
            products, most = self.at(f"products_{n}"), self.at(f"most_{n}")
            down, along, most_row = self.at(f"down_{n}"), self.at(f"along_{n}"), self.at(f"most_row_{n}")
            yield self._part(DenseProduct, f"products_{n}", [row, self._inputs[channel], *weights])
            yield self._part(Total, f"sum_{n}", [products])
            yield self._part(Largest, f"most_{n}", [products])
            yield self._part(RowOf, f"most_row_{n}", [most, products, down])
            yield self._part(ColumnOf, f"most_column_{n}", [most, most_row, products, along])
        yield from self._bias(row)
        summed = [self.at(f"sum_{n}") for n, _, _ in self._maps()]
        yield self._part(Total, f"here_{self.name}", [*summed, *self._biases()])

    def _draw_details(self, sheet: SheetWriter) -> None:
        sheet.text((self.top + 4, _RESULTS), "Red products raise the sum, blue ones lower it.", "remark")
        for offset, head in enumerate(("", "sum", "largest", "in row", "column")):
            sheet.text((self.top + 6, _RESULTS + offset), head, "table_label")
        several = len(self._first.in_shape) == 3
        for offset, (n, top, left) in enumerate(self._maps()):
            what = f"map {n}" if several else "all"
            sheet.text((top - 2, left), f"activation × weight, {what}" if several else "products", "remark")
            sheet.text((self.top + 7 + offset, _RESULTS), what, "legend_plain")
        if self._first.has_bias:
            sheet.text((self.planned["bias"].top, _RESULTS), "bias", "legend_plain")
        regions = [self.planned[f"products_{n}"] for n, _, _ in self._maps()]
        sheet.colours(regions, looks.diverging_scale(regions))
        sheet.highlight_top(regions, _MARKED, "winner")


class _Shares(_StageBlock):
    """Softmax: all classes, as each share counts on all."""

    about = "e to the power of each score, divided by the sum of all of these"
    _columns: Mapping[str, tuple[str, type[Part]]] = {
        "label": ("class", Label),
        "score": ("score", Copied),
        "shifted": ("− largest", Lessened),
        "exponential": ("exp", Exponential),
        "share": ("share", Share),
    }

    def _detail_places(self) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
        for along, part in enumerate(self._columns):
            yield part, (self.top + 2, _DETAILS + along, self._shape[0], 1)

    def _taken_apart(self) -> Iterator[FormulaBlock]:
        before: list[Region] = [self.layout.labels]
        for part, (_, kind) in self._columns.items():
            yield self._part(kind, part, before)
            before = self._inputs if part == "label" else [self.at(part)]
        yield self._part(OfRow, f"here_{self.name}", [self.at("row"), self.at("share")])

    def _draw_details(self, sheet: SheetWriter) -> None:
        first, row = self.planned["label"], self.planned["row"]
        for along, (head, _) in enumerate(self._columns.values()):
            sheet.text((first.top - 1, first.left + along), head, "centred" if along == 0 else "table_label")
        table = Region("", SHEET, first.top, first.left, first.rows, len(self._columns))
        chosen = a1(row.top, row.left, absolute=True)
        sheet.highlight_where([table], f"=ROW()={chosen}+{first.top}", "chosen")


_BLOCKS: Mapping[str, Callable[..., _StageBlock]] = {
    "windows": _Windowed,
    "rectified": _Alone,
    "largest": _Pooled,
    "products": _Dense,
    "shares": _Shares,
}

_STYLES = {
    "place": "truth_formula",
    "said": "subtitle",
    "ruler": "index",
    "count": "count",
    "value": "taken",
    "result": "score",
    "score": "taken",
    "exponential": "exponential",
    "share": "share",
    "mark": "label",
    "label": "label",
    "same": "check_result",
    "link": "link_right",
}


def _blocks(network: Network, layout: Layout | None = None) -> list[_StageBlock]:
    """Return the block of each stage that has one, from top to bottom."""
    groups: list[list[Layer]] = []
    for layer in _shown(network):
        summed = [group for group in groups[-1:] if len(group) == 1 and group[0].stage.weighted_sum]
        if layer.stage.inspection == "rectified" and summed and _follows(network, layer, summed[0][-1]):
            summed[0].append(layer)
        else:
            groups.append([layer])
    blocks: list[_StageBlock] = []
    top = _FIRST_ROW
    for group in groups:
        block = _BLOCKS[group[0].stage.inspection](network, group, top, layout)
        blocks.append(block)
        top += block.height
    return blocks


def _follows(network: Network, layer: Layer, before: Layer) -> bool:
    """Whether a stage comes right after another."""
    return network.layers.index(layer) == network.layers.index(before) + 1


def _shown(network: Network) -> list[Layer]:
    """Return the stages that have a block: of a padded convolution, windows differ in size."""
    return [layer for layer in network.layers if layer.stage.inspection in _BLOCKS]


def _axes(shape: Shape) -> tuple[str, ...]:
    return AXES if len(shape) == 3 else ("row",)


def _as_maps(shape: Shape) -> tuple[int, int, int]:
    return (shape[0], shape[1], shape[2]) if len(shape) == 3 else (1, shape[0], 1)


def _largest(network: Network) -> dict[str, int]:
    """Return how many maps, rows and columns the largest stage has."""
    shapes = np.array([_as_maps(layer.out_shape) for layer in _shown(network)])
    return dict(zip(AXES, shapes.max(axis=0).tolist(), strict=True))


def _counted(size: int) -> list[float | str]:
    return np.arange(1.0, size + 1).tolist()
