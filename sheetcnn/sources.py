"""The options of the command line that say which digit is meant, and the digits that they mean."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

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
    what = "which digit of the gallery" + (", or all" if several else "")
    parser.add_argument(
        "--digit", action=_Once, type=_digit if several else int, metavar="0-9", help=f"{what} (7)"
    )
    parser.add_argument("--sample", type=int, metavar="N", help="which of its samples (1)")
    parser.add_argument(
        "--image", action=_Once, type=Path, metavar="FILE", help="a picture of one digit: PNG, JPEG, ..."
    )
    parser.add_argument("--as-is", action="store_true", help="take an image of 28x28 pixels as it is")
    parser.add_argument(
        "--csv",
        action=_Once,
        metavar="FILE",
        help="28x28 numbers, ink from 0 to 1 or 0 to 255, or a line of 784, labelled or not; - is stdin",
    )
    parser.add_argument(
        "--scale",
        type=float,
        metavar="N",
        help="the number in a CSV file that is full ink (1 or 255, if clear)",
    )
    parser.add_argument(
        "--dark-ink",
        action="store_true",
        help="paper is high and ink is low in a CSV file or an --as-is image",
    )
    parser.add_argument(
        "--mnist", action=_Once, type=Path, metavar="DIR", help="the folder of MNIST's files, with --index"
    )
    parser.add_argument("--index", type=int, metavar="N", help="which image of it, from 0")
    parser.add_argument("--split", choices=("test", "train"), help="of which half of it (test)")
    parser.add_argument("--label", type=int, metavar="0-9", help="what an image or a CSV file shows")


def _digit(text: str) -> int | str:
    return ALL if text == ALL else int(text)


_digit.__name__ = "digit"  # argparse names it: invalid digit value


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
    if options.label is not None and not 0 <= options.label <= 9:
        raise SpecError(f"--label is {options.label}, and a digit is 0 to 9")
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
    from sheetcnn.digits.source import load
    from sheetcnn.digits.table import read_table

    if options.image is not None:
        return load(options.image, label=options.label, as_is=options.as_is, dark_ink=options.dark_ink)
    if options.csv is not None:
        return read_table(options.csv, options.label, scale=options.scale, dark_ink=options.dark_ink)
    if options.mnist is not None:
        return mnist.digit(options.mnist, options.index, options.split or "test")
    return None


def account(digit: Digit) -> Iterator[str]:
    """Yield lines that show what came of a file."""
    from sheetcnn.digits.preview import contact_sheet

    yield from contact_sheet([digit], 80).splitlines()
    yield digit.account
