"""What pools share: each makes one value of each window of a map."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from sheetcnn.excel.region import Region
from sheetcnn.network.stages.base import (
    Array,
    Position,
    Refs,
    Shape,
    ShapeError,
    Stage,
    three_axes,
    window,
    window_count,
    windows,
)
from sheetcnn.network.stages.settings import setting


@dataclass(frozen=True)
class Pool(Stage):
    """Square windows, over each map by itself; side by side, unless a stride says how far apart they begin."""

    layer_name: ClassVar[str] = "pool"
    window: int = field(metadata=setting(column="kernel"))
    stride: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "stride", self.stride or self.window)

    def windows_tile(self, in_shape: Shape) -> bool:
        return self.stride == self.window and all(side % self.window == 0 for side in in_shape[1:])

    def out_shape(self, in_shape: Shape) -> Shape:
        channels, height, width = three_axes(self.kind, in_shape)
        if min(height, width) < self.window:
            raise ShapeError(f"a {self.window}x{self.window} window does not fit on {height}x{width}")
        return (
            channels,
            window_count(height, self.window, self.stride),
            window_count(width, self.window, self.stride),
        )

    def windows(self, x: Array) -> Array:
        """Return every window: (channels, rows, columns, out height, out width, ...)."""
        return windows(x, self.window, self.window, self.stride)

    def places(self, upstream: Array) -> Iterator[tuple[int, tuple[slice, slice, slice]]]:
        """Yield each place in a window by its number, and where in a map all windows have it."""
        height, width = (size * self.stride for size in upstream.shape[1:3])
        for number in range(self.window**2):
            row, column = divmod(number, self.window)
            rows, columns = slice(row, row + height, self.stride), slice(column, column + width, self.stride)
            yield number, (slice(None), rows, columns)

    def seen(self, at: Position, refs: Refs) -> Region:
        """Return the window of one value."""
        row, column = at.row * self.stride, at.column * self.stride
        return window(refs.inputs[at.channel], row, column, self.window, self.window)

    def range(self, at: Position, refs: Refs) -> str:
        """Return the window of one value as formulas spell it."""
        row, column = at.row * self.stride, at.column * self.stride
        return refs.window(refs.inputs[at.channel], row, column, self.window, self.window)
