"""Argparse that says what was meant: a typo gets the nearest command, option or choice, in one sentence."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from sheetcnn.errors import SpecError, did_you_mean

_FILES = (".xlsx", ".xlsm")


class CommandParser(argparse.ArgumentParser):
    """A parser that raises SpecError where argparse would print its usage and leave."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, **settings)

    def error(self, message: str) -> NoReturn:
        """Raise SpecError, which says where the help is."""
        raise SpecError(f"{message}; see {self.prog} --help")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse arguments; refuse what this command does not know, before the one above it would."""
        first = args[0] if args else ""
        if first.startswith("-") and not self._knows(first):
            command = next((name for name, parser in self._commands().items() if parser._knows(first)), None)
            if command is not None:
                self.error(f"name a command before {first}, such as sheetcnn {command} {first}")
            if self._commands():
                self._refuse(first)
        options, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self._refuse(next((argument for argument in unknown if argument.startswith("-")), unknown[0]))
        return options, unknown

    def _commands(self) -> dict[str, CommandParser]:
        return next(
            (dict(action.choices or {}) for action in self._actions if action.nargs == argparse.PARSER), {}
        )

    def _options(self) -> Iterator[str]:
        return (name for action in self._actions for name in action.option_strings)

    def _knows(self, argument: str) -> bool:
        return any(option.startswith(_name(argument)) for option in self._options())

    def _refuse(self, argument: str) -> NoReturn:
        if not argument.startswith("-"):
            self.error(f"{argument!r} is one argument too many")
        self.error(f"there is no option {argument}{did_you_mean(_name(argument), self._options())}")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Refuse a value that is not among an argument's choices; argparse would list them, and no more."""
        if action.choices is None or value in action.choices:
            return
        others = self._options() if action.nargs == argparse.PARSER else ()  # for `sheetcnn help`
        near = did_you_mean(str(value), [*map(str, action.choices), *others])
        if action.nargs != argparse.PARSER:
            listed = ", ".join(map(str, action.choices))
            raise argparse.ArgumentError(
                action, f"{value!r} is none of its values{near}: choose one of {listed}"
            )
        if str(value).lower().endswith(_FILES):
            self.error(f"name a command before the file, such as sheetcnn verify {value}")
        self.error(f"there is no command {value!r}{near}")


def path(text: str) -> Path:
    """Return a path that was typed: an empty one, as from a variable that is not set, would be this folder."""
    if not text:
        raise argparse.ArgumentTypeError("the name is empty")
    return Path(text)


def _name(argument: str) -> str:
    """Return the option of `--option=value`."""
    return argument.partition("=")[0]
