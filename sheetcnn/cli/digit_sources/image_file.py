"""A picture of a digit: `--image`, and `--as-is`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from sheetcnn.cli.command_parser import path
from sheetcnn.cli.digit_sources.source import DigitSource, Once
from sheetcnn.errors import SpecError

if TYPE_CHECKING:
    from sheetcnn.digits.digit import Digit


class ImageFile(DigitSource):
    """A digit on a picture."""

    name: ClassVar[str] = "image"
    goes_with: ClassVar[tuple[str, ...]] = ("as_is", "label", "dark_ink")

    def add(self, group: argparse._ArgumentGroup, *, several: bool) -> None:
        """Add `--image` and `--as-is`."""
        group.add_argument(
            "--image", action=Once, type=path, metavar="FILE", help="a picture of one digit: PNG, JPEG, ..."
        )
        group.add_argument(
            "--as-is",
            action="store_true",
            help="take a picture of 28x28 pixels as it is: do not crop, scale or centre it",
        )

    def check(self, options: argparse.Namespace) -> None:
        """Raise SpecError if someone says what is ink where the picture shows it."""
        if options.dark_ink and not options.as_is:
            raise SpecError(
                "--dark-ink goes with --as-is: any other image shows by its edge what is ink; leave it out"
            )

    def stem(self, options: argparse.Namespace) -> str:
        """Return the picture's name."""
        return str(options.image.stem) or "image"

    def read(self, options: argparse.Namespace) -> Digit:
        """Return the digit on the picture."""
        from sheetcnn.digits.loader import load

        return load(options.image, label=options.label, as_is=options.as_is, dark_ink=options.dark_ink)

    def files(self, options: argparse.Namespace) -> list[Path]:
        """Return the picture."""
        return [options.image]
