"""What every stage shares: the shapes of its tensors and its faces: NumPy, Excel, and words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sheetcnn.excel.addresses import Range, column_letters, quoted_sheet, range_a1
from sheetcnn.excel.region import Region
from sheetcnn.network.stages.settings import Setting, settings_of

Array: TypeAlias = NDArray[np.float64]
Shape: TypeAlias = tuple[int, ...]

NO_WEIGHTS: Array = np.zeros(0)


class ShapeError(ValueError):
    """A stage cannot take the shape that it is given; the text says what it takes."""


class Position(NamedTuple):
    """A value's place in what a stage shows: which part, channel, row and column, from zero."""

    part: str
    channel: int
    row: int
    column: int


@dataclass(frozen=True)
class Refs:
    """What the formulas of one stage may point at, spelled as seen from the sheet they stand on.

    Attributes:
        sheet: the sheet that the formulas stand on.
        inputs: the regions of the tensor that the stage reads, one a channel.
        weights: the regions of its weights, `weights[output][channel]`; empty if it has none.
        parts: the regions of what the stage itself shows, for a part that reads another.
    """

    sheet: str
    inputs: Sequence[Region]
    weights: Sequence[Sequence[Region]]
    parts: Mapping[str, Sequence[Region]]

    def cell(self, region: Region, row: int, column: int) -> str:
        """Return the relative address of one value: AH3."""
        return self._text(region, region.window(row, column, 1, 1), absolute=False)

    def window(self, region: Region, row: int, column: int, rows: int, columns: int) -> str:
        """Return the relative range of a window of values: A2:C4."""
        return self._text(region, region.window(row, column, rows, columns), absolute=False)

    def absolute(self, region: Region) -> str:
        """Return the absolute range of a whole region: $AD$11:$AF$13."""
        return self._text(region, region.area, absolute=True)

    def relative(self, region: Region) -> str:
        """Return the relative range of a whole region: A2:C4."""
        return self._text(region, region.area, absolute=False)

    def column_locked(self, region: Region, row: int) -> str:
        """Return the address of a value in the region's first column, from which formulas slide down only: $O5."""
        cell = region.cell(row, 0)
        return self._on(region, f"${column_letters(cell.column)}{cell.row + 1}")

    def row_locked(self, region: Region, column: int) -> str:
        """Return the address of a value in the region's first row, from which formulas slide along only: P$33."""
        cell = region.cell(0, column)
        return self._on(region, f"{column_letters(cell.column)}${cell.row + 1}")

    def _text(self, region: Region, area: Range, *, absolute: bool) -> str:
        return self._on(region, range_a1(area, absolute=absolute))

    def _on(self, region: Region, text: str) -> str:
        return text if region.sheet == self.sheet else f"{quoted_sheet(region.sheet)}!{text}"


@dataclass(frozen=True)
class Explanation:
    """How one value comes about, for a reader.

    Attributes:
        words: the formula in words.
        terms: what it reads: in each term rectangles of equal size, joined value by value.
        sign: what joins them: `×`, `−` or `/`.
        steps: what happens to all these values then, one step after the other: its name, and its function.
        largest: whether the largest value decides, rather than the one farthest from 0.
        bias: one value that is added after the first step, None if there is none.
    """

    words: str
    terms: Sequence[tuple[Region, ...]]
    sign: str = "×"
    steps: Sequence[tuple[str, Callable[[Array], Array]]] = ()
    largest: bool = False
    bias: Region | None = None


class Stage(ABC):
    """One stage of a network.

    Tensors are (channels, height, width) or (features,), in PyTorch's order; NumPy arrays may carry one
    more axis at the end, for a batch of images or of probes. A stage without weights is given `NO_WEIGHTS`.

    All that is known of a kind of stage stands in its own file: what sheets say of it in the class variables below,
    its settings in the fields of the dataclass (see `settings`).

    Attributes:
        kind: what a template calls it.
        layer_name: what its layers are called, before their number; its kind if empty.
        numbered: whether layers of this name are counted: conv1, conv2.
        heading: what stands above its values; `{n}` is the layer's number. Its kind with a capital if empty.
        caption: how each of its values comes about, in a few words above a map.
        weights_heading: what stands above its weights.
        part_headings: what stands above each of its parts, by the part's name, if it shows several.
        never_negative: whether none of its values is negative: they are coloured from white to red.
        weighted_sum: whether each of its values is a weighted sum, perhaps with a bias, and nothing more: it can be
            split into partial sums, and a batch normalisation behind it can be folded into its weights.
        shared_weights: whether all places of a map share its weights (LeCun et al., 1989): these are filters, drawn
            beside the maps that they make. Otherwise they are a matrix for each output and map.
        rectifies: whether what is negative becomes 0 in it.
        takes_largest: whether each of its values is the largest of a window.
        gives_probabilities: whether its outputs are the probabilities of the classes: a network that has classes ends
            in such a stage, and has no other.
        array: whether its formulas are array formulas, one cell each.
    """

    kind: ClassVar[str]
    layer_name: ClassVar[str] = ""
    numbered: ClassVar[bool] = True
    heading: ClassVar[str] = ""
    caption: ClassVar[str] = ""
    weights_heading: ClassVar[str] = "Weights"
    part_headings: ClassVar[Mapping[str, str]] = {}
    never_negative: ClassVar[bool] = False
    weighted_sum: ClassVar[bool] = False
    shared_weights: ClassVar[bool] = False
    rectifies: ClassVar[bool] = False
    takes_largest: ClassVar[bool] = False
    gives_probabilities: ClassVar[bool] = False
    array: ClassVar[bool] = False

    @property
    def inspection(self) -> str:
        """How the sheet `Inspector` takes one of its values apart; empty if it does not.

        As `windows` times filters, as `rectified`, as the `largest` of a window, as `products` of values with their
        weights, or as `shares` of a sum.
        """
        return ""

    def windows_tile(self, in_shape: Shape) -> bool:
        """Whether each value that comes in is in exactly one of its windows."""
        return False

    @classmethod
    def settings(cls) -> tuple[Setting, ...]:
        """Return its settings, in the order of its fields."""
        return settings_of(cls)

    def setting_values(self) -> dict[str, Any]:
        """Return what each of its settings is, by name."""
        return {each.name: getattr(self, each.name) for each in self.settings()}

    @abstractmethod
    def out_shape(self, in_shape: Shape) -> Shape:
        """Return the shape of its output.

        Raises:
            ShapeError: the stage cannot take this input.
        """

    def weight_shape(self, in_shape: Shape) -> Shape | None:
        """Return the shape of its weights, None if it has none."""
        return None

    def kernel_shape(self, in_shape: Shape) -> Shape | None:
        """Return the shape of those weights that inputs are multiplied with, so of all but biases."""
        return self.weight_shape(in_shape)

    def parts(self, in_shape: Shape) -> dict[str, Shape]:
        """Return what the stage shows on the sheet, in order; the last is its output.

        Most stages show their output only, under their own name (the empty key).
        """
        return {"": self.out_shape(in_shape)}

    @abstractmethod
    def compute(self, x: Array, weights: Array) -> Array:
        """NumPy: return the whole output at once."""

    def part(self, name: str, x: Array, weights: Array, parts: Mapping[str, Array]) -> Array:
        """NumPy: return one part of what the stage shows, from the parts that come before it."""
        return self.compute(x, weights)

    def steps(self, x: Array, weights: Array) -> dict[str, Array]:
        """NumPy: return every part that the stage shows."""
        shown: dict[str, Array] = {}
        for name in self.parts(x.shape):
            shown[name] = self.part(name, x, weights, shown)
        return shown

    @abstractmethod
    def gradients(self, x: Array, weights: Array, upstream: Array) -> tuple[Array, Array | None]:
        """Backpropagation: return the gradients of the loss with respect to the input and to the weights."""

    @abstractmethod
    def formula(self, at: Position, refs: Refs) -> str:
        """Excel: return the text of one cell, without the equals sign."""

    @abstractmethod
    def explain(self, at: Position, refs: Refs) -> Explanation:
        """Words: return how one cell comes about."""


def window(region: Region, row: int, column: int, rows: int = 1, columns: int = 1) -> Region:
    """Return a window of a region, whose first value is (row, column), as a region of the same name."""
    top, left = region.cell(row, column)
    return replace(region, top=top, left=left, rows=rows, columns=columns)


def windows(x: Array, rows: int, columns: int, stride: int) -> Array:
    """Return every window of each map: (channels, rows, columns, out height, out width, ...).

    Axis 1 and 2 walk inside a window, axis 3 and 4 from window to window. A view: nothing is copied.
    """
    view = np.lib.stride_tricks.sliding_window_view(x, (rows, columns), axis=(1, 2))
    view = view[:, ::stride, ::stride]
    return np.moveaxis(view, (-2, -1), (1, 2))


def window_count(size: int, window: int, stride: int) -> int:
    """Return how many windows fit along one side, without padding."""
    return (size - window) // stride + 1


def three_axes(kind: str, in_shape: Shape) -> tuple[int, int, int]:
    """Return (channels, height, width) of an input that must be a stack of maps.

    Raises:
        ShapeError: it is not.
    """
    if len(in_shape) != 3:
        raise ShapeError(f"{kind} takes (channels, height, width), but here comes {in_shape}")
    channels, height, width = in_shape
    return channels, height, width
