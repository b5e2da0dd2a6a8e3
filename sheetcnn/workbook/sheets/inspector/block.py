"""What the blocks of the sheet `Inspector` share: which cell is taken apart, and how it compares with `Network`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sheetcnn.excel.addresses import a1
from sheetcnn.excel.region import Region
from sheetcnn.network.network import Layer, Network
from sheetcnn.network.stages import Shape as TensorShape
from sheetcnn.workbook.declaration import Declaration, Shape
from sheetcnn.workbook.decoration import (
    Blank,
    CellAt,
    Decoration,
    HighlightEqual,
    HighlightWhere,
    Number,
    Text,
)
from sheetcnn.workbook.formula import Formula
from sheetcnn.workbook.formulas import DIFFERENT, Same
from sheetcnn.workbook.sheets.inspector.formulas import (
    Link,
    Notice,
    OfMaps,
    OfRow,
    Place,
    PlaceOfLargest,
    Rectified,
    Weight,
)

AXES = ("map", "row", "column")
TITLES = 1
"""The column of titles: LibreOffice completes the stage that is typed from texts in its own column."""
RESULTS = 5
"""The column where each block compares its result with the network's; five columns."""
DETAILS = 11
"""The first column of how the result comes about."""


@dataclass(frozen=True)
class Chosen:
    """The cells at the top of the sheet in which a cell of the network is chosen: its stage, map, row and column."""

    stage: Region
    axes: Mapping[str, Region]


class StageBlock(ABC):
    """What stands together on the sheet: one cell of a stage taken apart, and of the ReLU that follows it.

    Attributes:
        inspection: the `inspection` of the stages that have such a block.
        about: how a value of theirs comes about, in words.
        name: the name of the block's first stage.
        top: its first row.
        bottom: its last row.
        place: where the cell is, by axis: its map, row and column; of scores, its row.
        notice: the cell that tells the size of the stage while it is chosen.
        counters: the numbers 1, 2, 3, ... that formulas count on.
    """

    inspection: ClassVar[str]
    about: ClassVar[str]

    def __init__(
        self, network: Network, layers: Sequence[Layer], top: int, chosen: Chosen, declared: Declaration
    ) -> None:
        self.name, self.top, self.bottom = layers[0].name, top, top
        self._first, self._layers, self._layout = layers[0], layers, declared.layout
        self._declared, self._right = declared, 0
        self.counters: list[Region] = []
        self._sizes = dict(zip(axes(layers[-1].out_shape), layers[-1].out_shape, strict=True))
        before = network.layers.index(self._first)
        self._before = network.layers[before - 1].name if before else "input"
        self._inputs = self._layout.tensor(self._before) if before else self._layout.inputs
        self._has_classes = self.name in (network.scoring, network.layers[-1].name)
        self.place, self.notice = self._declare_place(chosen, self._layout.tensor(network.scoring)[0])
        formula, reads = self._declare_details()
        self._same = list(self._declare_results(formula, reads))

    @abstractmethod
    def _declare_details(self) -> tuple[Formula, list[Region]]:
        """Declare how the value of the first stage comes about; return its own formula and what that reads."""

    @abstractmethod
    def _decorate_details(self) -> Iterator[Decoration]:
        """Yield what stands around it."""

    def decorate(self) -> Iterator[Decoration]:
        """Yield all but the values of its regions."""
        line, names = Region("", "", self.top, 0, 1, self._right + 1), [layer.name for layer in self._layers]
        yield Blank(line.area, "heading_line")
        bias = ", and the bias" if self._first.has_bias else ""
        then = "; then negative sums become 0" if len(names) > 1 else ""
        yield Text((self.top, TITLES), f"{' and '.join(names)}:  {self.about}{bias}{then}", "heading")
        yield HighlightWhere([line], f'={a1(self.top + 4, 0, absolute=True)}<>""', "chosen")
        yield Text((self.top + 2, 0), "shown", "remark")
        yield Text((self.top + 3, 0), "of", "remark")
        for axis, size in self._sizes.items():
            yield Text((self.top + 1, _column(axis)), axis, "centred")
            yield Number((self.top + 3, _column(axis)), size, "centred")
        if self._has_classes:
            yield Text((self.top + 1, _column("column")), "class", "centred")
        yield from self._decorate_results(names)
        yield from self._decorate_details()

    def _decorate_results(self, names: Sequence[str]) -> Iterator[Decoration]:
        sheet = self._layout.tensor(self.name)[0].sheet
        there = f"on {sheet}" if sheet.isalnum() else "its cell"
        yield Text((self.top + 1, RESULTS), "stage", "remark")
        for column, head in enumerate(("here", there, "these are", "go to"), start=RESULTS + 1):
            yield Text((self.top + 1, column), head, "table_label")
        for row, name in enumerate(names, start=self.top + 2):
            yield Text((row, RESULTS), name, "legend_plain")
        yield HighlightEqual(self._same, DIFFERENT, "failed")

    def _declare_place(self, chosen: Chosen, scores: Region) -> tuple[dict[str, Region], Region]:
        stages, place = [layer.name for layer in self._layers], {}
        for axis, size in self._sizes.items():
            formula, reads = Place(stages, size), [chosen.stage, chosen.axes[axis]]
            if self._has_classes:
                formula, reads = PlaceOfLargest(stages, size), [*reads, scores]
            cell = self.top + 2, _column(axis)
            place[axis] = self._formulas(axis, cell, (1, 1), formula, reads, "truth_formula", counted(size))
        reads = [chosen.stage, *place.values(), *(chosen.axes[axis] for axis in place)]
        told = Notice(stages, tuple(self._sizes.values()))
        cell, allowed = (self.top + 4, TITLES), ["", "It has 2 rows."]
        notice = self._formulas("said", cell, (1, 1), told, reads, "subtitle", allowed)
        if self._has_classes:
            cell, reads = (self.top + 2, _column("column")), [*place.values(), self._layout.labels]
            self._formulas("class", cell, (1, 1), OfRow("the class of the chosen row"), reads, "label")
        return place, notice

    def _declare_results(self, formula: Formula, reads: list[Region]) -> Iterator[Region]:
        """Declare the value of each stage, here and on `Network`; yield the cells that compare the two."""
        place = list(self.place.values())
        for row, layer in enumerate(self._layers, start=self.top + 2):
            outputs = self._layout.tensor(layer.name)
            here, there, same, link = (
                (f"{part}_{layer.name}", (row, RESULTS + column), (1, 1))
                for column, part in enumerate(("here", "cell", "same", "link"), start=1)
            )
            value = self._formulas(*here, formula, reads, "score")
            original = self._formulas(*there, self._of_stage(), [*place, *outputs], "score")
            yield self._formulas(*same, Same(), [value, original], "check_result")
            self._formulas(*link, Link(outputs), place, "link_right")
            formula, reads = Rectified(), [value]

    def _of_stage(self) -> Formula:
        """Return the formula for the value of the cell of a stage, from its place and all values of the stage."""
        return OfMaps() if len(self.place) > 1 else OfRow()

    def _declare_bias(self, cell: CellAt, number: Region) -> list[Region]:
        """Declare the bias of the map, or of the output, of this number; return it if the stage has one."""
        if not self._first.has_bias:
            return []
        formula, weights = Weight("the bias of the chosen map or output"), self._layout.weights[self.name]
        return [
            self._formulas("bias", cell, (1, 1), formula, [number, *(row[-1] for row in weights)], "taken")
        ]

    def _counter(self, part: str, cell: CellAt, shape: Shape) -> Region:
        """Declare the numbers 1, 2, 3, ... in a row or a column, which formulas count on."""
        self._reach(cell, shape)
        values = np.arange(1.0, shape[0] * shape[1] + 1).reshape(shape)
        self.counters.append(
            self._declared.constant(f"{self.name}_{part}", cell, values, "index", read_only=True)
        )
        return self.counters[-1]

    def _formulas(
        self,
        part: str,
        cell: CellAt,
        shape: Shape,
        formula: Formula,
        reads: Sequence[Region],
        style: str = "",
        allowed: Sequence[float | str] = (),
    ) -> Region:
        self._reach(cell, shape)
        return self._declared.formulas(
            f"{self.name}_{part}", cell, shape, formula, reads, style, allowed=allowed
        )

    def _reach(self, cell: CellAt, shape: Shape) -> None:
        """Extend the block to the last cell of a region."""
        self.bottom = max(self.bottom, cell[0] + shape[0] - 1)
        self._right = max(self._right, cell[1] + shape[1] - 1)


def axes(shape: TensorShape) -> tuple[str, ...]:
    """Return what tells where a value of a tensor stands: its map, row and column; of scores, its row."""
    return AXES if len(shape) == 3 else ("row",)


def as_maps(shape: TensorShape) -> tuple[int, int, int]:
    """Return (maps, rows, columns) of a tensor; scores are one map of one column."""
    return (shape[0], shape[1], shape[2]) if len(shape) == 3 else (1, shape[0], 1)


def counted(size: int) -> list[float | str]:
    """Return the numbers from 1 to a size."""
    return np.arange(1.0, size + 1).tolist()


def _column(axis: str) -> int:
    """Return the column of the sheet where the map, the row or the column of a cell stands."""
    return 1 + AXES.index(axis)
