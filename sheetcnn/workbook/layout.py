"""Where everything stands: shapes to named rectangles, integers only.

On the sheet `Network`, left to right: the panel with the answer, the input, then each stage with its weights before
it. Top to bottom: a band for each channel, all bands equally high. What would be too wide to read like this goes on
several sheets in the same manner: each stage with weights begins one, and those without follow it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sheetcnn.errors import SpecError, did_you_mean, printable
from sheetcnn.excel.addresses import Range
from sheetcnn.excel.region import Region
from sheetcnn.network.network import Layer, Network
from sheetcnn.network.stages import Array, Shape

SHEET = "Network"
TITLE_ROWS = 3
FIRST_ROW = TITLE_ROWS + 1
"""The first row of the first band; the row above it holds the maps' captions."""
PANEL_COLUMNS = 13
GAP = 2
ONE_SHEET = 400
"""Columns up to which a network stands on one sheet: a few screens, and a page that can still be printed."""
_LEFT = 1
"""The first column of the sheets after the first, which have no panel."""
_WIDEST = 200
"""Columns of weights side by side, before they go on below."""
_HIGH = 30
"""Rows of a filter's slices one below the other, before they go on beside, if its map is no higher."""

CHOICE = Region("choice", SHEET, FIRST_ROW, 0, 1, 1)
"""The name of the digit that is read, in the panel."""
TRUTH = Region("truth", SHEET, FIRST_ROW + 2, 4, 1, 1)
"""The digit that it shows, if someone knows."""
_ANSWER_ROW = FIRST_ROW + 4

MAPS_PER_FORMULA = 100
"""Maps that one formula sums over: each takes up to 70 characters, and Excel takes 8,192 in all."""

Grid = list[list[Region]]


@dataclass(frozen=True)
class Layout:
    """The regions of a network.

    Attributes:
        inputs: the input, one region a channel.
        weights: of each layer that has some, `weights[name][output][channel]`.
        parts: what each layer shows, `parts[name][part]`, one region a channel.
        classes: the labels of the outputs, None for a part of a network without.
        readout: the cells that say what was read: by name, one cell each.
        others: what stands beside the network and on other sheets, by name.
    """

    inputs: list[Region]
    weights: dict[str, Grid]
    parts: dict[str, dict[str, list[Region]]]
    classes: Region | None
    readout: dict[str, Region]
    extra: dict[str, Region] = field(default_factory=dict)

    @property
    def labels(self) -> Region:
        """The labels of the outputs, of a network that has classes."""
        assert self.classes is not None  # noqa: S101 - whoever draws a network has checked that
        return self.classes

    @property
    def regions(self) -> Iterator[Region]:
        """Every region, left to right."""
        yield from self.inputs
        for name, parts in self.parts.items():
            for row in self.weights.get(name, []):
                yield from row
            for regions in parts.values():
                yield from regions
        if self.classes is not None:
            yield self.classes
        yield from self.readout.values()
        yield from self.extra.values()

    @property
    def all_weights(self) -> Iterator[Region]:
        """The regions of all weights."""
        for grid in self.weights.values():
            for row in grid:
                yield from row

    def weight_values(self, weights: Mapping[str, Array]) -> dict[str, Array]:
        """Return what each region of weights holds, by its name, from the arrays of the stages."""
        values: dict[str, Array] = {}
        for name, grid in self.weights.items():
            for row, output in zip(grid, weights[name].reshape(len(grid), -1), strict=True):
                ends = np.cumsum([region.rows * region.columns for region in row])
                for region, part in zip(row, np.split(output, ends[:-1]), strict=True):
                    values[region.name] = part.reshape(region.rows, region.columns)
        return values

    @property
    def sheets(self) -> list[str]:
        """The sheets that the network stands on, in order."""
        tensors = [regions for parts in self.parts.values() for regions in parts.values()]
        return list(dict.fromkeys(regions[0].sheet for regions in [self.inputs, *tensors]))

    def tensor(self, layer: str) -> list[Region]:
        """Return the regions of a layer's output, one a channel."""
        parts = self.parts[layer]
        return parts[next(reversed(parts))]

    def relocated(self, places: Mapping[str, Region]) -> Layout:
        """Return the same layout with each region where `places` has its name; others stay where they are."""

        def moved(region: Region) -> Region:
            return places.get(region.name, region)

        return Layout(
            [moved(region) for region in self.inputs],
            {name: [[moved(r) for r in row] for row in grid] for name, grid in self.weights.items()},
            {
                name: {part: [moved(r) for r in regions] for part, regions in parts.items()}
                for name, parts in self.parts.items()
            },
            self.classes and moved(self.classes),
            {name: moved(region) for name, region in self.readout.items()},
            {name: moved(region) for name, region in self.extra.items()},
        )

    def with_others(self, regions: Iterable[Region]) -> Layout:
        """Return the same layout with more regions beside the network."""
        return replace(self, extra={**self.extra, **{region.name: region for region in regions}})


def plan(network: Network) -> Layout:
    """Return where each region of a network stands, on one sheet or on several."""
    together = _plan(network, {layer.name: SHEET for layer in network.layers})
    if max(region.area.right for region in together.regions) < ONE_SHEET:
        return together
    return _plan(network, _sheets(network))


def _sheets(network: Network) -> dict[str, str]:
    """Return the sheet of each stage: those with weights begin one, those without follow."""
    sheets: dict[str, str] = {}
    sheet = SHEET
    for layer in network.layers:
        if layer.weight_shape is not None:
            sheet = layer.name
        sheets[layer.name] = sheet
    return sheets


def _plan(network: Network, sheets: Mapping[str, str]) -> Layout:
    """Return where each region stands if each stage stands on this sheet."""

    def band_on(sheet: str) -> _Band:
        return _Band(network, sheet, [layer for layer in network.layers if sheets[layer.name] == sheet])

    band = band_on(SHEET)
    column = PANEL_COLUMNS + GAP
    inputs = band.stack("input", network.input_shape, column)
    column = _right_of(inputs)
    weights: dict[str, Grid] = {}
    parts: dict[str, dict[str, list[Region]]] = {}
    classes: Region | None = None
    for layer in network.layers:
        if sheets[layer.name] != band.sheet:
            band, column = band_on(sheets[layer.name]), _LEFT
        if layer.weight_shape is not None:
            weights[layer.name] = band.weights(layer, column)
            column = _right_of([region for row in weights[layer.name] for region in row])
        if network.classes and layer.name == network.scoring:
            classes = Region("classes", band.sheet, FIRST_ROW, column, len(network.classes), 1)
            column += 1
        parts[layer.name], column = band.parts(layer, column)
    if classes is None:
        return Layout(inputs, weights, parts, None, {})
    return Layout(inputs, weights, parts, classes, _readout(classes), {TRUTH.name: TRUTH})


def layout_from_template(network: Network, sheet: str, areas: Mapping[str, Range]) -> Layout:
    """Return a network's regions where a template says, on one sheet; others stay where they were planned.

    Raises:
        SpecError: a name is no region of this network, or its range has another shape.
    """
    planned = plan(network)
    known = {region.name: region for region in planned.regions}
    for name in areas:
        if name not in known:
            raise SpecError(
                f"the network has no region {printable(name)}{did_you_mean(name, known)}: it has {', '.join(known)}"
            )
    return planned.relocated({name: standing(known[name], sheet, area) for name, area in areas.items()})


def standing(region: Region, sheet: str, area: Range) -> Region:
    """Return a region where a range says, its step worked out from the range's size.

    Raises:
        SpecError: the range does not fit the region's shape with any step.
    """
    high, wide = area.bottom - area.top, area.right - area.left
    longer = max(region.rows, region.columns) - 1
    step = max(high, wide) // longer if longer else 1
    if step < 1 or (high, wide) != ((region.rows - 1) * step, (region.columns - 1) * step):
        raise SpecError(
            f"{region.name} is given {high + 1}×{wide + 1} cells where {region.rows}×{region.columns} belong"
        )
    return replace(region, sheet=sheet, top=area.top, left=area.left, step=step)


def sums(layer: Layer) -> dict[str, slice]:
    """Return the sums that a layer shows first, over some of the maps that come in; none if one formula has room."""
    maps = layer.in_shape[0] if len(layer.in_shape) == 3 else 1
    if not layer.stage.weighted_sum or maps <= MAPS_PER_FORMULA:
        return {}
    return {
        f"sums_{number}": slice(first, min(first + MAPS_PER_FORMULA, maps))
        for number, first in enumerate(range(0, maps, MAPS_PER_FORMULA), start=1)
    }


class _Band:
    """A band for each channel on one sheet: how high it is, and how tensors are laid into it."""

    def __init__(self, network: Network, sheet: str, layers: list[Layer]) -> None:
        self.sheet = sheet
        shapes = [layer.out_shape for layer in layers] + ([network.input_shape] if sheet == SHEET else [])
        heights = [shape[1] for shape in shapes if len(shape) == 3]
        for layer in layers:
            if (shape := layer.kernel_shape) is None:
                continue
            if layer.stage.shared_weights:
                _, channels, rows, columns = shape
                below = max(_below(channels, columns), _HIGH // (rows + 1))
                heights.append(_evenly(channels, below) * (rows + 1) - 1)
            elif not heights:  # no map says how high: a sheet of weights and scores
                _, rows, columns = _drawn(shape[1:])
                heights.append(_below(shape[0], columns) * (rows + 2) - 2)
        self.height = max(heights, default=1)

    def top(self, channel: int) -> int:
        return FIRST_ROW + channel * (self.height + 2)

    def stack(self, name: str, shape: Shape, column: int) -> list[Region]:
        """Lay a tensor's channels one below the other."""
        channels, rows, columns = _drawn(shape)
        several = len(shape) == 3 and (channels > 1 or name != "input")
        return [
            Region(f"{name}_{c + 1}" if several else name, self.sheet, self.top(c), column, rows, columns)
            for c in range(channels)
        ]

    def weights(self, layer: Layer, column: int) -> Grid:
        grid = self._filters(layer, column) if layer.stage.shared_weights else self._matrices(layer, column)
        if not layer.has_bias:
            return grid
        return [[*row, _below_all(f"{layer.name}_bias_{k}", row)] for k, row in enumerate(grid, start=1)]

    def _filters(self, layer: Layer, column: int) -> Grid:
        """One filter a band, beside the map that it makes; its slices one below the other, as many as fit."""
        filters, channels, rows, columns = layer.kernel_shape or ()
        below = _evenly(channels, (self.height + 1) // (rows + 1))
        indent = min(7, (self.height - below * (rows + 1) + 1) // 2)
        return [
            [
                Region(
                    f"{layer.name}_filter_{f + 1}_{c + 1}",
                    self.sheet,
                    self.top(f) + max(indent, 0) + c % below * (rows + 1),
                    column + c // below * (columns + 1),
                    rows,
                    columns,
                )
                for c in range(channels)
            ]
            for f in range(filters)
        ]

    def _matrices(self, layer: Layer, column: int) -> Grid:
        """One matrix an output and channel, in the band of the map that it weighs, as many as fit below."""
        outputs, *in_shape = layer.kernel_shape or ()
        channels, rows, columns = _drawn(tuple(in_shape))
        below = max(1, (self.height + 2) // (rows + 2))
        across = -(-outputs // below)
        return [
            [
                Region(
                    f"{layer.name}_weights_{k}_{c + 1}",
                    self.sheet,
                    self.top(c) + (k // across) * (rows + 2),
                    column + (k % across) * (columns + 1),
                    rows,
                    columns,
                )
                for c in range(channels)
            ]
            for k in range(outputs)
        ]

    def parts(self, layer: Layer, column: int) -> tuple[dict[str, list[Region]], int]:
        """Lay out what a layer shows: maps in bands, scores in a table, single numbers below it."""
        shapes = {**dict.fromkeys(sums(layer), layer.out_shape), **layer.stage.parts(layer.in_shape)}
        parts: dict[str, list[Region]] = {}
        for part, shape in shapes.items():
            if shape == ():
                below = FIRST_ROW + layer.in_shape[0] + 1
                # Beside what they are taken from: a maximum below the scores, a sum below its summands.
                parts[part] = [Region(part, self.sheet, below, column - 1, 1, 1)]
                continue
            name = f"{layer.name}_{part}" if part in sums(layer) else part or layer.name
            parts[part] = self.stack(name, shape, column)
            column = column + 1 if len(shape) == 1 else _right_of(parts[part])
        return parts, column


def _readout(classes: Region) -> dict[str, Region]:
    def cell(name: str, row: int, at: int, sheet: str = SHEET) -> Region:
        return Region(name, sheet, row, at, 1, 1)

    below = classes.area.bottom + 4
    return {
        "answer": cell("answer", below, classes.left, classes.sheet),
        "answer_beside_input": cell("answer_beside_input", _ANSWER_ROW, 0),
        "verdict": cell("verdict", _ANSWER_ROW + 1, 0),
        "confidence": cell("confidence", _ANSWER_ROW + 2, 0),
        "probability_check": cell("probability_check", below + 2, classes.left, classes.sheet),
    }


def _below_all(name: str, row: Sequence[Region]) -> Region:
    """Return the cell of a bias: under the last of the weights of its output."""
    last = row[-1]
    return Region(name, last.sheet, last.area.bottom + 1, last.left, 1, 1)


def _drawn(shape: Shape) -> tuple[int, int, int]:
    """Return (channels, rows, columns) as drawn: a vector is one column."""
    if len(shape) == 3:
        return shape[0], shape[1], shape[2]
    return 1, shape[0] if shape else 1, 1


def _below(count: int, columns: int) -> int:
    """Return how many of so many matrices have to stand one below the other, so that they are not too wide."""
    return -(-count // max(1, _WIDEST // (columns + 1)))


def _evenly(count: int, most: int) -> int:
    """Return how many matrices stand one below the other, at most so many, in columns as even as they can be."""
    across = -(-count // most)
    return -(-count // across)


def _right_of(regions: list[Region]) -> int:
    return max(region.area.right for region in regions) + 1 + GAP
