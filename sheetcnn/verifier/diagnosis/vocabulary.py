"""What to call the ranges of a workbook, in the words of the network that it holds."""

from __future__ import annotations

from dataclasses import dataclass

from sheetcnn.excel.addresses import Cell, Range
from sheetcnn.excel.ast import Reference
from sheetcnn.excel.region import Region
from sheetcnn.network.classes import in_cell
from sheetcnn.network.network import Layer, Network
from sheetcnn.verifier.diagnosis.normal_form import address, extent
from sheetcnn.workbook.layout import Layout

_VECTORS = {  # one value a class: what to call one of them, and all
    "classes": ("the label", "the labels"),
    "shifted": ("the shifted score", "the shifted scores"),
    "exponentials": ("the exponential", "the exponentials"),
    "probabilities": ("the probability", "the probabilities"),
}
_SINGLES = {"maximum": "the maximum", "total": "the total", "answer": "the answer"}
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


class Vocabulary:
    """Names for ranges, such as `filter 2/1 of conv1`, `relu1_2`, `the score of digit 9`."""

    def __init__(self, network: Network, layout: Layout) -> None:
        self._labels = [
            f"digit {label}" if isinstance(in_cell(label), float) else label for label in network.classes
        ]
        self._vectors = {**_VECTORS, network.scoring: ("the score", "the scores")} if network.classes else {}
        self._names = dict(_SINGLES)
        several = len(layout.inputs) > 1
        for channel, region in enumerate(layout.inputs):
            self._names[region.name] = f"channel {channel + 1} of the input" if several else "the input"
        for layer in network.layers:
            for output, row in enumerate(layout.weights.get(layer.name, [])):
                for channel, region in enumerate(row):
                    self._names[region.name] = self._weights(
                        layer, output, channel, len(row) - layer.has_bias
                    )
        self._at = {(region.sheet, *cell): region for region in layout.regions for cell in region.cells()}

    def _weights(self, layer: Layer, output: int, channel: int, channels: int) -> str:
        whose = self._labels[output] if layer.name in self._vectors else f"output {output} of {layer.name}"
        if channel == channels:
            whose = f"filter {output + 1} of {layer.name}" if layer.stage.shared_weights else whose
            return f"the bias of {whose}"
        if layer.stage.shared_weights:
            return f"filter {output + 1}/{channel + 1} of {layer.name}"
        return f"the weights of {whose}" + (f" for map {channel + 1}" if channels > 1 else "")

    def region(self, sheet: str, area: Range) -> Region | None:
        """Return the region that holds the whole of a range, None if there is none."""
        region = self._at.get((sheet, area.top, area.left))
        return region if region and region.area.contains((area.bottom, area.right)) else None

    def labels(self, region: Region) -> list[str]:
        """Return what each value of a region belongs to, such as `digit 9`; none if they are no classes'."""
        return self._labels if region.name in self._vectors else []

    def name(self, sheet: str, area: Range) -> str | None:
        """Return what to call a range, None if it lies in no region."""
        region = self.region(sheet, area)
        if region is None:
            return None
        if region.name not in self._vectors:
            return self._names.get(region.name, region.name)
        one, every = self._vectors[region.name]
        return f"{one} of {self._labels[area.top - region.top]}" if area.top == area.bottom else every


@dataclass(frozen=True)
class Place:
    """Where a formula stands, and what to call what it reads.

    Attributes:
        region: the region that the formula belongs to.
        cell: its cell.
        words: names for ranges.
        array: whether it was entered as an array formula.
    """

    region: Region
    cell: Cell
    words: Vocabulary
    array: bool = False

    def source(self, reference: Reference) -> Region | None:
        """Return the region that holds the whole of what a reference reads, None if there is none."""
        return self.words.region(reference.sheet or self.region.sheet, reference.area)

    def name(self, reference: Reference) -> str:
        """Return what to call what a reference reads; its address if there is nothing better."""
        name = self.words.name(reference.sheet or self.region.sheet, reference.area)
        return name or address(reference)

    def exact(self, reference: Reference) -> str:
        """Return the same; for a single cell of several that share a name, its address."""
        source = self.source(reference)
        shares = source is not None and source.area != reference.area and not self.words.labels(source)
        return address(reference) if shares and extent(reference.area) == (1, 1) else self.name(reference)


def counted(number: int, thing: str) -> str:
    """Return a number and a thing in words: one column, two columns."""
    word = _COUNTS[number] if number < len(_COUNTS) else f"{number:,}"
    return f"{word} {thing}" if number == 1 else f"{word} {thing}s"
