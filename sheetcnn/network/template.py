"""A network with its weights, pictures and layout: what a workbook is generated from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sheetcnn.excel.addresses import Cell, Range
from sheetcnn.network.network import Network
from sheetcnn.network.stages import Array


@dataclass(frozen=True)
class Template:
    """A network with its weights and what is known of them.

    Attributes:
        name: the file's name without its ending.
        title: one line that says what the network does.
        network: its stages and shapes.
        weights: the weights of each stage that has some, by its name; empty before the first training.
        training: how the weights were found, and how well they do; empty if it does not say.
        sheet: the sheet that the template draws on, empty if that is left to sheetcnn.
        regions: where each region stands on it, by name; empty if that is left to sheetcnn.
        texts: texts on that sheet, by cell.
        widths: widths of its columns in characters, by range.
        file: the name of the file that holds the weights; empty for weights set by hand, in the template itself.
        folded_batchnorm: the stages into which batch normalisations have been folded, by name.
        pictures: little pictures of its own, by label, for an input that the gallery's do not fit; of its shape,
            (channels, height, width).
        path: the file that describes it.
        pictures_file: the name of the file that holds the pictures; empty for those in the template itself.
    """

    name: str
    title: str
    network: Network
    weights: Mapping[str, Array]
    path: Path
    training: Mapping[str, Any] = field(default_factory=dict)
    pictures: Mapping[int, Array] = field(default_factory=dict)
    file: str = ""
    folded_batchnorm: tuple[str, ...] = ()
    sheet: str = ""
    regions: Mapping[str, Range] = field(default_factory=dict)
    texts: Mapping[Cell, str] = field(default_factory=dict)
    widths: Mapping[Range, float] = field(default_factory=dict)
    pictures_file: str = ""

    @property
    def files(self) -> list[Path]:
        """The files that it is made of: they are read, and nothing else may be written over them."""
        return [self.path, *(self.path.parent / name for name in (self.file, self.pictures_file) if name)]
