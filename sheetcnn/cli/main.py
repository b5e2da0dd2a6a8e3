"""The command line: parses, calls, prints, returns the exit code. Results on stdout, messages on stderr."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from sheetcnn import __version__
from sheetcnn.cli.command_parser import CommandParser
from sheetcnn.cli.completion import SHELLS
from sheetcnn.cli.shell import guarded

if TYPE_CHECKING:
    pass
from sheetcnn.cli.network_commands import add_digits, add_templates, add_train
from sheetcnn.cli.workbook_commands import add_explain, add_generate, add_render, add_set_digit, add_verify

_EXAMPLES = """\
examples:
  sheetcnn generate                           writes outputs/digit-7.xlsx
  sheetcnn generate --digit 3 -o three.xlsx   writes another digit
  sheetcnn verify three.xlsx                  is every formula in it right?
  sheetcnn digits                             shows the gallery of digits

A trained CNN in a spreadsheet: each number a live formula, each formula checked"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code: 0 done or verified, 1 differences found, 2 trouble."""
    return guarded(partial(_run, sys.argv[1:] if arguments is None else arguments))


def _run(arguments: Sequence[str]) -> int:
    options = _parser().parse_args(arguments or ["--help"])
    run: Callable[[argparse.Namespace], int] = options.run
    return run(options)


def _parser() -> argparse.ArgumentParser:
    parser = CommandParser(
        prog="sheetcnn",
        usage="sheetcnn COMMAND ...",
        description=_EXAMPLES,
        epilog="exit codes: 0 done or verified, 1 differences found, 2 trouble",
    )
    parser.add_argument("--version", action="version", version=f"sheetcnn {__version__}")
    parser.add_argument(
        "--completion",
        action=_Completion,
        choices=SHELLS,
        help="print a script that lets the shell complete commands, options and files",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, prog="sheetcnn")
    add_generate(commands)
    add_verify(commands)
    add_explain(commands)
    add_set_digit(commands)
    add_render(commands)
    add_digits(commands)
    add_templates(commands)
    add_train(commands)
    return parser


class _Completion(argparse.Action):
    """Prints a shell's script, and leaves."""

    def __call__(
        self, parser: argparse.ArgumentParser, _namespace: object, shell: Any, _option: object = None
    ) -> None:
        from sheetcnn.cli.completion import script

        print(script(parser, shell), end="")
        parser.exit()
