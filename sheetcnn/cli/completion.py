"""Completion of the command line by a shell: its script, made by shtab from the commands and their options."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator

SHELLS = ("bash", "zsh", "fish")
_FOLDERS = {"DIR", "FOLDER"}
_FILES = {"FILE", "OUT", "WORKBOOK"}
_TEMPLATES = {"TEMPLATE", "NAME|FILE"}


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """Return a script that completes commands, options, their values, and the names of files and folders.

    What an argument takes is known by how the help calls it: `FILE`, `DIR`, `NAME|FILE` and the like.

    Args:
        parser: that of the whole command line; it is good for nothing else then.
        shell: one of `SHELLS`.
    """
    import shtab

    from sheetcnn.network.template_loader import template_names
    from sheetcnn.verifier.engines import ENGINES

    for action in _arguments(parser):
        if action.dest == "engine":
            action.choices = ENGINES
        elif action.dest == "digit":
            action.choices = "0123456789"
        if action.metavar in _FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]  # where shtab looks for it
        elif action.metavar in _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.metavar in _TEMPLATES:
            action.complete = _names_or_files(template_names())  # type: ignore[attr-defined]
    text: str = shtab.complete(parser, shell)
    return text


def _arguments(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        yield action
        if action.nargs == argparse.PARSER:
            for command in dict(action.choices or {}).values():
                command.description = None  # the one line that --help has for it is shown then
                yield from _arguments(command)


def _names_or_files(names: Iterable[str]) -> dict[str, object]:
    """Return how each shell completes one of some names, or a file."""
    words = " ".join(names)
    return {
        "bash": "_sheetcnn_templates",
        "zsh": "_sheetcnn_templates",
        "fish": f"(string split ' ' '{words}'; __fish_complete_path (commandline -ct))",
        "preamble": {
            "bash": f'_sheetcnn_templates() {{ compgen -W "{words}" -- "$1"; _shtab_compgen_files "$1"; }}',
            "zsh": f"_sheetcnn_templates() {{ compadd -- {words}; _files }}",
        },
    }
