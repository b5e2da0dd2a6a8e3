"""Digits of the gallery, or of the template's own pictures: `--digit` and `--sample`."""

from __future__ import annotations

import argparse
from typing import ClassVar

from sheetcnn.cli.digit_sources.source import DigitSource, Once, whole
from sheetcnn.errors import SpecError

ALL = "all"
_DEFAULT = 7


class Gallery(DigitSource):
    """A digit by its number."""

    name: ClassVar[str] = "digit"
    goes_with: ClassVar[tuple[str, ...]] = ("sample",)

    def add(self, group: argparse._ArgumentGroup, *, several: bool) -> None:
        """Add `--digit` and `--sample`."""
        group.add_argument(
            "--digit",
            action=Once,
            type=_digit if several else whole,
            metavar="0-9|all" if several else "0-9",
            help="a digit of the gallery" + (", or all: a workbook of each" if several else ""),
        )
        group.add_argument(
            "--sample", type=whole, metavar="N", help="which drawing of it, 1 to 5 (default: 1)"
        )

    def check(self, options: argparse.Namespace) -> None:
        """Raise SpecError if a sample of all digits is asked for."""
        if options.digit == ALL and options.sample is not None:
            raise SpecError("--sample goes with one digit, not with all: leave it out")

    def stem(self, options: argparse.Namespace) -> str:
        """Return such as `digit-7`."""
        return f"digit-{self.read(options)}"

    def read(self, options: argparse.Namespace) -> int:
        """Return its number."""
        return _DEFAULT if options.digit is None else int(options.digit)


def _digit(text: str) -> int | str:
    return ALL if text == ALL else whole(text, "digit, nor all")
