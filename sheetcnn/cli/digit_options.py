"""The options of the command line that say which digit is meant: those of every source, and how they go together."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sheetcnn.cli.digit_sources import SOURCES, DigitSource
from sheetcnn.errors import SpecError

if TYPE_CHECKING:
    from sheetcnn.digits.digit import Digit


def add_sources(parser: argparse.ArgumentParser, *, several: bool) -> None:
    """Add them to a command.

    Args:
        parser: the command's.
        several: whether `--digit all` stands for every digit.
    """
    group = parser.add_argument_group("which digit (without any of these, a 7 of the gallery)")
    for source in SOURCES:
        source.add(group, several=several)
    group.add_argument(
        "--label",
        metavar="NAME|N",
        help="what the picture or the CSV file shows, by name or number: the answer is then right or wrong",
    )


def source_of(options: argparse.Namespace) -> DigitSource:
    """Return the source of the digit that options mean, the first one if they name none.

    Raises:
        SpecError: they name several, or do not go together.
    """
    given = [source for source in SOURCES if getattr(options, source.name) is not None]
    if len(given) > 1:
        *most, last = (f"--{source.name}" for source in SOURCES)
        raise SpecError(
            f"{' and '.join(f'--{source.name}' for source in given)} are two sources: "
            f"give one of {', '.join(most)} and {last}"
        )
    chosen = given[0] if given else SOURCES[0]
    for name in dict.fromkeys(name for source in SOURCES for name in source.goes_with):
        if getattr(options, name) not in (None, False) and name not in chosen.goes_with:
            wanted = " or ".join(f"--{source.name}" for source in SOURCES if name in source.goes_with)
            raise SpecError(
                f"--{name.replace('_', '-')} goes with {wanted}, not with --{chosen.name}: leave it out"
            )
    chosen.check(options)
    return chosen


def account(digit: Digit) -> Iterator[str]:
    """Yield lines that show what came of a file."""
    from sheetcnn.digits.terminal import contact_sheet

    yield from contact_sheet([digit], 80).splitlines()
    yield ", ".join(digit.preprocessing)
