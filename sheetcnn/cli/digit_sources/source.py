"""What a source of digits is: an option that names it, others that go with it, and the digit that they mean."""

from __future__ import annotations

import argparse
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from sheetcnn.digits.digit import Digit


class Once(argparse.Action):
    """An option that says where a digit comes from: given twice, it is two sources."""

    def __call__(  # noqa: D102 - as argparse says
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        if getattr(namespace, self.dest) is not None:
            parser.error(f"{option_string} is given twice: give one source")
        setattr(namespace, self.dest, values)


class DigitSource(ABC):
    """A source of digits; adding one is one new file and its entry in `SOURCES`.

    Attributes:
        name: of the option that names it, such as `csv`.
        goes_with: the names of the other options that it takes.
    """

    name: ClassVar[str]
    goes_with: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def add(self, group: argparse._ArgumentGroup, *, several: bool) -> None:
        """Add its options to a group; `several` is whether the command takes all digits at once."""

    def check(self, options: argparse.Namespace) -> None:  # noqa: B027 - most have nothing to check
        """Raise SpecError if its options do not go together."""

    @abstractmethod
    def stem(self, options: argparse.Namespace) -> str:
        """Return what to call a file with the digit, without an ending."""

    @abstractmethod
    def read(self, options: argparse.Namespace) -> int | Digit:
        """Return the digit; a number for one of the gallery, or of the template's own pictures.

        Raises:
            SpecError: there is none.
        """

    def files(self, options: argparse.Namespace) -> list[Path]:
        """Return the files that it is read from: nothing may be written over them."""
        return []


def whole(text: str, what: str = "whole number") -> int:
    """Return a whole number that was typed."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no {what}") from None
