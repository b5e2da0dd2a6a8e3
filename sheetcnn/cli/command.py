"""What the commands share: how one is added, its options, and how it prints."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from typing import TypeAlias, TypeVar

from sheetcnn.cli.command_parser import CommandParser

_Item = TypeVar("_Item")
Commands: TypeAlias = "argparse._SubParsersAction[CommandParser]"


def command(
    commands: Commands,
    name: str,
    help_text: str,
    example: str,
    run: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    """Add a command with an example of its use, and return its parser."""
    parser = commands.add_parser(
        name,
        help=help_text,
        description=f"example:\n  {example}\n\n{help_text[0].upper()}{help_text[1:]}.",
    )
    parser.set_defaults(run=run)
    return parser


def with_progress(items: Iterable[_Item], count: int, words: str) -> list[_Item]:
    """Return all items, with a progress bar where somebody watches more than one come."""
    if count == 1 or not sys.stderr.isatty():
        return list(items)
    from sheetcnn.cli.console import counted

    return list(counted(items, count, words))


def add_template(parser: argparse.ArgumentParser, default: str | None) -> None:
    """Add the option that names the network."""
    note = f"(default: {default})" if default else "(default: what its own sheet Model says)"
    parser.add_argument(
        "--template",
        default=default,
        metavar="NAME|FILE",
        help=f"the network: a name that sheetcnn templates lists, or a TOML file {note}",
    )


def print_json(content: object) -> None:
    """Print plain objects as JSON."""
    print(json.dumps(content, indent=2))
