"""The options of the command line that say which digit is meant, and the digits that they mean."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sheetcnn.cli.command_parser import path
from sheetcnn.errors import SpecError

if TYPE_CHECKING:
    from sheetcnn.digits.digit import Digit


class _Once(argparse.Action):
    """An option that says where a digit comes from: given twice, it is two sources."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        if getattr(namespace, self.dest) is not None:
            parser.error(f"{option_string} is given twice: give one source")
        setattr(namespace, self.dest, values)


ALL = "all"
_ONE = "give one of --digit, --image, --csv and --mnist"


def add_sources(parser: argparse.ArgumentParser, *, several: bool) -> None:
    """Add them to a command.

    Args:
        parser: the command's.
        several: whether `--digit all` stands for every digit.
    """
    group = parser.add_argument_group("which digit (without any of these, a 7 of the gallery)")
    group.add_argument(
        "--digit",
        action=_Once,
        type=_digit if several else _whole,
        metavar="0-9|all" if several else "0-9",
        help="a digit of the gallery" + (", or all: a workbook of each" if several else ""),
    )
    group.add_argument("--sample", type=_whole, metavar="N", help="which drawing of it, 1 to 5 (default: 1)")
    group.add_argument(
        "--image", action=_Once, type=path, metavar="FILE", help="a picture of one digit: PNG, JPEG, ..."
    )
    group.add_argument(
        "--as-is",
        action="store_true",
        help="take a picture of 28x28 pixels as it is: do not crop, scale or centre it",
    )
    group.add_argument(
        "--csv",
        action=_Once,
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
    group.add_argument(
        "--mnist", action=_Once, type=path, metavar="DIR", help="the folder of MNIST's files; needs --index"
    )
    group.add_argument("--index", type=_whole, metavar="N", help="which image of MNIST; the first is 0")
    group.add_argument("--split", choices=("test", "train"), help="which part of MNIST (default: test)")
    group.add_argument(
        "--label",
        metavar="NAME|N",
        help="what the picture or the CSV file shows, by name or number: the answer is then right or wrong",
    )


def _whole(text: str, what: str = "whole number") -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no {what}") from None


def _digit(text: str) -> int | str:
    return ALL if text == ALL else _whole(text, "digit, nor all")


def check_sources(options: argparse.Namespace) -> None:
    """Raise SpecError if options do not say one digit, or do not go together."""
    given = [name for name in ("digit", "image", "csv", "mnist") if getattr(options, name) is not None]
    if len(given) > 1:
        raise SpecError(f"{' and '.join(f'--{name}' for name in given)} are two sources: {_ONE}")
    source = given[0] if given else "digit"
    partners = {
        "sample": ("digit",),
        "as_is": ("image",),
        "index": ("mnist",),
        "split": ("mnist",),
        "label": ("image", "csv"),
        "scale": ("csv",),
        "dark_ink": ("image", "csv"),
    }
    for name, sources in partners.items():
        if getattr(options, name) not in (None, False) and source not in sources:
            wanted = " or ".join(f"--{each}" for each in sources)
            raise SpecError(
                f"--{name.replace('_', '-')} goes with {wanted}, not with --{source}: leave it out"
            )
    if options.dark_ink and source == "image" and not options.as_is:
        raise SpecError(
            "--dark-ink goes with --as-is: any other image shows by its edge what is ink; leave it out"
        )
    if source == "mnist" and options.index is None:
        raise SpecError("--mnist needs --index, the number of an image: 0 is the first one")
    if options.digit == ALL and options.sample is not None:
        raise SpecError("--sample goes with one digit, not with all: leave it out")


def named(options: argparse.Namespace) -> str:
    """Return what to call a file with the digit: `digit-7`, or after its source."""
    if options.image is not None:
        return str(options.image.stem) or "image"
    if options.csv is not None:
        return "digit" if options.csv == "-" else Path(options.csv).stem or "digit"
    if options.mnist is not None:
        return f"mnist-{options.split or 'test'}-{options.index}"
    return f"digit-{7 if options.digit is None else options.digit}"


def from_elsewhere(options: argparse.Namespace) -> Digit | None:
    """Return the digit of a file; None if one of the gallery is meant.

    Raises:
        SpecError: there is none.
    """
    from sheetcnn.digits import mnist
    from sheetcnn.digits.csv_file import read_table
    from sheetcnn.digits.loader import load

    if options.image is not None:
        return load(options.image, label=options.label, as_is=options.as_is, dark_ink=options.dark_ink)
    if options.csv is not None:
        return read_table(options.csv, options.label, scale=options.scale, dark_ink=options.dark_ink)
    if options.mnist is not None:
        return mnist.digit(options.mnist, options.index, options.split or "test")
    return None


def read_files(options: argparse.Namespace) -> list[Path]:
    """Return the files that a digit is read from: nothing may be written over them."""
    if options.image is not None:
        return [options.image]
    if options.csv is not None:
        return [] if str(options.csv) == "-" else [Path(options.csv)]
    if options.mnist is not None:
        from sheetcnn.digits.mnist import files_in

        return files_in(options.mnist)
    return []


def account(digit: Digit) -> Iterator[str]:
    """Yield lines that show what came of a file."""
    from sheetcnn.digits.terminal import contact_sheet

    yield from contact_sheet([digit], 80).splitlines()
    yield ", ".join(digit.preprocessing)
