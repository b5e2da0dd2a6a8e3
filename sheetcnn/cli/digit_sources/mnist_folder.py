"""MNIST's own files: `--mnist`, `--index` and `--split`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from sheetcnn.cli.command_parser import path
from sheetcnn.cli.digit_sources.source import DigitSource, Once, whole
from sheetcnn.errors import SpecError

if TYPE_CHECKING:
    from sheetcnn.digits.digit import Digit


class MnistFolder(DigitSource):
    """An image of MNIST by its number."""

    name: ClassVar[str] = "mnist"
    goes_with: ClassVar[tuple[str, ...]] = ("index", "split")

    def add(self, group: argparse._ArgumentGroup, *, several: bool) -> None:
        """Add `--mnist`, `--index` and `--split`."""
        group.add_argument(
            "--mnist",
            action=Once,
            type=path,
            metavar="DIR",
            help="the folder of MNIST's files; needs --index",
        )
        group.add_argument("--index", type=whole, metavar="N", help="which image of MNIST; the first is 0")
        group.add_argument("--split", choices=("test", "train"), help="which part of MNIST (default: test)")

    def check(self, options: argparse.Namespace) -> None:
        """Raise SpecError if no image is named."""
        if options.index is None:
            raise SpecError("--mnist needs --index, the number of an image: 0 is the first one")

    def stem(self, options: argparse.Namespace) -> str:
        """Return such as `mnist-test-0`."""
        return f"mnist-{options.split or 'test'}-{options.index}"

    def read(self, options: argparse.Namespace) -> Digit:
        """Return the image."""
        from sheetcnn.digits import mnist

        return mnist.digit(options.mnist, options.index, options.split or "test")

    def files(self, options: argparse.Namespace) -> list[Path]:
        """Return MNIST's files."""
        from sheetcnn.digits.mnist import files_in

        return files_in(options.mnist)
