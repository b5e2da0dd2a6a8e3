"""Where everything stands on the sheet `Network`: shapes to named rectangles, integers only.

Left to right: the panel with the answer, the input, then each stage with its weights before it. Top to bottom:
a band for each channel, all bands equally high.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sheetcnn.excel.cells import Region
from sheetcnn.network.network import Layer, Network
from sheetcnn.network.stages import Shape

SHEET = "Network"
TITLE_ROWS = 3
FIRST_ROW = TITLE_ROWS + 1
"""The first row of the first band; the row above it holds the maps' captions."""
PANEL_COLUMNS = 13
GAP = 2
TABLE_COLUMN_CELLS = 1

Grid = list[list[Region]]


@dataclass(frozen=True)
class Layout:
    """The regions of a network.

    Attributes:
        inputs: the input, one region a channel.
        weights: of each layer that has some, `weights[name][output][channel]`.
        parts: what each layer shows, `parts[name][part]`, one region a channel.
        classes: the labels of the outputs.
        readout: the cells that say what was read: by name, one cell each.
    """

    inputs: list[Region]
    weights: dict[str, Grid]
    parts: dict[str, dict[str, list[Region]]]
    classes: Region
    readout: dict[str, Region]

    @property
    def regions(self) -> Iterator[Region]:
        """Every region, left to right."""
        yield from self.inputs
        for name, parts in self.parts.items():
            for row in self.weights.get(name, []):
                yield from row
            for regions in parts.values():
                yield from regions
        yield self.classes
        yield from self.readout.values()

    def tensor(self, layer: str) -> list[Region]:
        """Return the regions of a layer's output, one a channel."""
        parts = self.parts[layer]
        return parts[next(reversed(parts))]

    def located(self, places: Mapping[str, Region]) -> Layout:
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
            moved(self.classes),
            {name: moved(region) for name, region in self.readout.items()},
        )


READOUT = ("answer", "answer_beside_input", "confidence", "probability_check")


def plan(network: Network) -> Layout:
    """Return where each region of a network stands."""
    band = _Band(network)
    column = PANEL_COLUMNS + GAP
    inputs = band.stack("input", network.input_shape, column)
    column = _right_of(inputs)
    weights: dict[str, Grid] = {}
    parts: dict[str, dict[str, list[Region]]] = {}
    classes: Region | None = None
    for layer in network.layers:
        if layer.weight_shape is not None:
            weights[layer.name] = band.weights(layer, column)
            column = _right_of([region for row in weights[layer.name] for region in row])
        if layer.out_shape == (len(network.classes),) and classes is None:
            classes = Region("classes", SHEET, FIRST_ROW, column, len(network.classes), 1)
            column += 1
        parts[layer.name], column = band.parts(layer, column)
    assert classes is not None  # noqa: S101 - a network ends in one output a class
    readout = _readout(classes, column)
    return Layout(inputs, weights, parts, classes, readout)


class _Band:
    """A band for each channel: how high it is, and how tensors are laid into it."""

    def __init__(self, network: Network) -> None:
        heights = [_drawn(network.input_shape)[1]]
        for layer in network.layers:
            heights.append(_drawn(layer.out_shape)[1] if len(layer.out_shape) == 3 else 0)
            if (shape := layer.weight_shape) is not None and layer.stage.kind == "conv":
                heights.append(shape[1] * (shape[2] + 1) - 1)
        self.height = max(heights)

    def top(self, channel: int) -> int:
        return FIRST_ROW + channel * (self.height + 2)

    def stack(self, name: str, shape: Shape, column: int) -> list[Region]:
        """Lay a tensor's channels one below the other."""
        channels, rows, columns = _drawn(shape)
        several = len(shape) == 3 and (channels > 1 or name != "input")
        return [
            Region(f"{name}_{c + 1}" if several else name, SHEET, self.top(c), column, rows, columns)
            for c in range(channels)
        ]

    def weights(self, layer: Layer, column: int) -> Grid:
        if layer.stage.kind == "conv":
            return self._filters(layer, column)
        return self._matrices(layer, column)

    def _filters(self, layer: Layer, column: int) -> Grid:
        """One filter a band, beside the map that it makes; its slices one below the other."""
        filters, channels, rows, columns = layer.weight_shape or ()
        indent = min(7, (self.height - channels * (rows + 1) + 1) // 2)
        return [
            [
                Region(
                    f"{layer.name}_filter_{f + 1}_{c + 1}",
                    SHEET,
                    self.top(f) + max(indent, 0) + c * (rows + 1),
                    column,
                    rows,
                    columns,
                )
                for c in range(channels)
            ]
            for f in range(filters)
        ]

    def _matrices(self, layer: Layer, column: int) -> Grid:
        """One matrix an output and channel, in the band of the map that it weighs, as many as fit below."""
        outputs, *in_shape = layer.weight_shape or ()
        channels, rows, columns = _drawn(tuple(in_shape))
        below = max(1, (self.height + 2) // (rows + 2))
        across = -(-outputs // below)
        return [
            [
                Region(
                    f"{layer.name}_weights_{k}_{c + 1}",
                    SHEET,
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
        shapes = layer.stage.parts(layer.in_shape)
        parts: dict[str, list[Region]] = {}
        for part, shape in shapes.items():
            if shape == ():
                below = FIRST_ROW + layer.in_shape[0] + 1
                # Beside what they are taken from: a maximum below the scores, a sum below its summands.
                parts[part] = [Region(part, SHEET, below, column - 1, 1, 1)]
                continue
            parts[part] = self.stack(part or layer.name, shape, column)
            column = column + 1 if len(shape) == 1 else _right_of(parts[part])
        return parts, column


def _readout(classes: Region, column: int) -> dict[str, Region]:
    def cell(name: str, row: int, at: int) -> Region:
        return Region(name, SHEET, row, at, 1, 1)

    below = classes.area.bottom + 4
    return {
        "answer": cell("answer", below, classes.left),
        "answer_beside_input": cell("answer_beside_input", FIRST_ROW, 0),
        "confidence": cell("confidence", FIRST_ROW + 2, 0),
        "probability_check": cell("probability_check", below + 2, classes.left),
    }


def _drawn(shape: Shape) -> tuple[int, int, int]:
    """Return (channels, rows, columns) as drawn: a vector is one column."""
    if len(shape) == 3:
        return shape[0], shape[1], shape[2]
    return 1, shape[0] if shape else 1, 1


def _right_of(regions: list[Region]) -> int:
    return max(region.area.right for region in regions) + 1 + GAP


def moved_to(region: Region, sheet: str, top: int, left: int, step: int) -> Region:
    """Return a region of the same name and size at another place."""
    return replace(region, sheet=sheet, top=top, left=left, step=step)
