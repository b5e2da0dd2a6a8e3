"""A table of pixels: `--csv`, `--scale` and `--dark-ink`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from sheetcnn.cli.digit_sources.source import DigitSource, Once

if TYPE_CHECKING:
    from sheetcnn.digits.digit import Digit

_STDIN = "-"


class CsvFile(DigitSource):
    """A digit in numbers."""

    name: ClassVar[str] = "csv"
    goes_with: ClassVar[tuple[str, ...]] = ("label", "scale", "dark_ink")

    def add(self, group: argparse._ArgumentGroup, *, several: bool) -> None:
        """Add `--csv`, `--scale` and `--dark-ink`."""
        group.add_argument(
            "--csv",
            action=Once,
            metavar="FILE",
            help="28 rows of 28 numbers or one of 784, 0 for paper up to 1 or 255 for ink; - reads standard input",
        )
        group.add_argument(
            "--scale",
            type=float,
            metavar="N",
            help="the number in the CSV file that is full ink (default: 1 or 255, where that is clear)",
        )
        group.add_argument(
            "--dark-ink",
            action="store_true",
            help="in the CSV file, or the picture taken --as-is, paper is high and ink is low (default: ink is high)",
        )

    def stem(self, options: argparse.Namespace) -> str:
        """Return the file's name."""
        return "digit" if options.csv == _STDIN else Path(options.csv).stem or "digit"

    def read(self, options: argparse.Namespace) -> Digit:
        """Return the digit in the file."""
        from sheetcnn.digits.csv_file import read_table

        return read_table(options.csv, options.label, scale=options.scale, dark_ink=options.dark_ink)

    def files(self, options: argparse.Namespace) -> list[Path]:
        """Return the file, none for the standard input."""
        return [] if options.csv == _STDIN else [Path(options.csv)]
