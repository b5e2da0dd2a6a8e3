"""The command line: parses, calls, prints, returns the exit code. Results on stdout, messages on stderr."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from sheetcnn import __version__, files
from sheetcnn.cli.command_parser import CommandParser, path
from sheetcnn.cli.completion import SHELLS
from sheetcnn.cli.digit_options import (
    ALL,
    account,
    add_sources,
    check_sources,
    from_elsewhere,
    named,
    read_files,
)
from sheetcnn.cli.shell import DONE, complain, guarded
from sheetcnn.errors import SpecError, printable
from sheetcnn.verifier.formats import FORMATS

if TYPE_CHECKING:
    from sheetcnn.digits.digit import Digit
    from sheetcnn.generator import Generated
    from sheetcnn.verifier.report import Report
    from sheetcnn.workbook.prediction import Prediction

_EXAMPLES = """\
examples:
  sheetcnn generate                           writes outputs/digit-7.xlsx
  sheetcnn generate --digit 3 -o three.xlsx   writes another digit
  sheetcnn verify three.xlsx                  is every formula in it right?
  sheetcnn digits                             shows the gallery of digits

A trained CNN in a spreadsheet: each number a live formula, each formula checked"""


_Item = TypeVar("_Item")
_Commands: TypeAlias = "argparse._SubParsersAction[CommandParser]"


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
    _add_generate(commands)
    _add_verify(commands)
    _add_explain(commands)
    _add_set_digit(commands)
    _add_render(commands)
    _add_digits(commands)
    _add_templates(commands)
    _add_train(commands)
    return parser


class _Completion(argparse.Action):
    """Prints a shell's script, and leaves."""

    def __call__(
        self, parser: argparse.ArgumentParser, _namespace: object, shell: Any, _option: object = None
    ) -> None:
        from sheetcnn.cli.completion import script

        print(script(parser, shell), end="")
        parser.exit()


def _command(
    commands: _Commands,
    name: str,
    help_text: str,
    example: str,
    run: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=help_text,
        description=f"example:\n  {example}\n\n{help_text[0].upper()}{help_text[1:]}.",
    )
    parser.set_defaults(run=run)
    return parser


def _add_generate(commands: _Commands) -> None:
    parser = _command(
        commands,
        "generate",
        "write a workbook in which a network reads a digit",
        "sheetcnn generate --digit 3 --sample 2 -o three.xlsx",
        _generate,
    )
    add_sources(parser, several=True)
    _add_template(parser, "mnist")
    parser.add_argument(
        "--plain",
        action="store_true",
        help="write the pixels as plain numbers, without a list of digits to choose from",
    )
    parser.add_argument("--only", choices=("network",), help="leave out the sheets that explain the network")
    parser.add_argument(
        "--lesson",
        action="store_true",
        help="add the sheets that explain, to a template that comes without them",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=path,
        metavar="FILE",
        help="the file to write (default: in outputs, named after the digit or its file); for all, a folder",
    )
    parser.add_argument("--force", action="store_true", help="replace a file that exists")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")


def _generate(options: argparse.Namespace) -> int:
    check_sources(options)
    if options.only and options.lesson:
        raise SpecError("--only network leaves the lesson out that --lesson adds: give one of them")
    from sheetcnn.generator import generate, generate_all

    settings = {
        "template": options.template,
        "plain": options.plain,
        "lesson": True if options.lesson else False if options.only else None,
        "force": options.force,
    }
    if options.digit == ALL:
        several = generate_all(options.output, **settings)
        every = _with_progress(several, len(several), "generating")
        if options.json:
            _print_json([made.to_dict() for made in every])
        else:
            print("\n".join(_generated(made) for made in every))
        return DONE
    digit = from_elsewhere(options)
    output = options.output or (None if digit is None else Path("outputs", f"{named(options)}.xlsx"))
    if output is not None:
        files.check(output, force=True, kept=read_files(options))
    chosen = 7 if options.digit is None else options.digit
    made = generate(chosen if digit is None else digit, sample=_sample(options), output=output, **settings)
    if options.json:
        _print_json(made.to_dict())
    else:
        _print_account(digit)
        print(_generated(made) + _verdict(made.prediction, digit))
    return DONE


def _sample(options: argparse.Namespace) -> int:
    return 1 if options.sample is None else int(options.sample)


def _generated(made: Generated) -> str:
    return f"{printable(str(made.output))}: {made.formulas:,} formulas. {made.prediction}."


def _verdict(prediction: Prediction, digit: Digit | None) -> str:
    """Return whether the digit of a file was read right, if someone said what it is."""
    if digit is None or prediction.right is None:
        return ""
    return f" {'Right' if prediction.right else 'Wrong'}: it is a {prediction.label}."


def _print_account(digit: Digit | None) -> None:
    """Show what came of a file, so that nobody wonders."""
    if digit is not None:
        print("\n".join(printable(line) for line in account(digit)), end="\n\n")


def _add_set_digit(commands: _Commands) -> None:
    parser = _command(
        commands,
        "set-digit",
        "put another digit into a workbook, and leave the rest as it is",
        "sheetcnn set-digit outputs/digit-7.xlsx --digit 3 -o three.xlsx",
        _set_digit,
    )
    parser.add_argument("workbook", type=path, metavar="WORKBOOK", help="an .xlsx file")
    add_sources(parser, several=False)
    _add_template(parser, None)
    parser.add_argument(
        "-o", "--output", type=path, metavar="OUT", help="the file to write (default: the workbook itself)"
    )
    parser.add_argument("--force", action="store_true", help="replace OUT where it exists")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")


def _set_digit(options: argparse.Namespace) -> int:
    check_sources(options)
    from sheetcnn.digit_swap import set_digit
    from sheetcnn.digits import gallery

    elsewhere = from_elsewhere(options)
    if options.output is not None:
        files.check(options.output, force=True, kept=read_files(options))
    digit = elsewhere or gallery.digit(7 if options.digit is None else options.digit, _sample(options))
    made = set_digit(
        options.workbook, digit, template=options.template, output=options.output, force=options.force
    )
    if options.json:
        _print_json(made.to_dict())
    else:
        _print_account(elsewhere)
        print(f"{printable(str(made.output))}: {made.prediction}." + _verdict(made.prediction, elsewhere))
    return DONE


def _add_verify(commands: _Commands) -> None:
    parser = _command(
        commands,
        "verify",
        "check every formula of a workbook against NumPy",
        "sheetcnn verify outputs/digit-7.xlsx",
        _verify,
    )
    parser.add_argument(
        "workbooks",
        type=path,
        nargs="+",
        metavar="WORKBOOK",
        help="an .xlsx file, or a folder: every workbook in it",
    )
    _add_template(parser, None)
    parser.add_argument(
        "--sheet",
        metavar="NAME",
        help="the sheet that the template's cell ranges are on (default: the one it names)",
    )
    parser.add_argument(
        "--engine",
        action="append",
        default=[],
        metavar="NAME",
        help="have another program compute it, too: libreoffice or ironcalc, or one after the other",
    )
    for each in FORMATS:
        if each.to_file:
            parser.add_argument(f"--{each.name}", type=path, metavar="FILE", help=each.help)
        else:
            parser.add_argument(f"--{each.name}", action="store_true", help=each.help)


def _verify(options: argparse.Namespace) -> int:
    from sheetcnn.network.toml_template import load_template
    from sheetcnn.verifier.batch import check_target, verify_each, workbooks

    template = None if options.template is None else load_template(options.template, weights=False)
    paths = workbooks(options.workbooks)
    read = [*paths, *([] if template is None else template.files)]
    asked = [each for each in FORMATS if getattr(options, each.name)]
    for each in asked:
        if each.to_file:
            check_target(getattr(options, each.name), f"--{each.name}", read)
    outcomes = _with_progress(
        verify_each(paths, template, options.sheet, options.engine), len(paths), "verifying"
    )
    reports = [outcome.report for outcome in outcomes if outcome.report is not None]
    for outcome in outcomes:
        if outcome.report is None:
            complain(outcome.trouble)
    for each in asked:
        content = each.write(reports, several=len(paths) > 1)
        if each.to_file:
            target = getattr(options, each.name)
            files.save(content.encode(), target, replace=True, remedy="choose another place")
        elif content:
            print(content)
    if all(each.to_file for each in asked):
        _print_reports(reports, len(paths))
    return max(outcome.code for outcome in outcomes)


def _with_progress(items: Iterable[_Item], count: int, words: str) -> list[_Item]:
    if count == 1 or not sys.stderr.isatty():
        return list(items)
    from sheetcnn.cli.console import counted

    return list(counted(items, count, words))


def _print_reports(reports: Sequence[Report], count: int) -> None:
    from sheetcnn.verifier.formats.text import as_line, as_text

    if count == 1:
        for report in reports:
            print(as_text(report))
    else:
        for report in reports:
            print(as_line(report))


def _add_explain(commands: _Commands) -> None:
    parser = _command(
        commands,
        "explain",
        "show how one cell is computed, number by number",
        "sheetcnn explain outputs/digit-7.xlsx answer",
        _explain,
    )
    parser.add_argument("workbook", type=path, metavar="WORKBOOK", help="an .xlsx file")
    parser.add_argument(
        "cell",
        metavar="CELL",
        help="a cell, such as BM4 or Model!B2, or the name of a region, such as answer",
    )
    _add_template(parser, None)
    parser.add_argument(
        "--sheet",
        metavar="NAME",
        help="the sheet that the template's cell ranges are on (default: the one it names)",
    )


def _explain(options: argparse.Namespace) -> int:
    from sheetcnn.explainer import explain

    print(explain(options.workbook, options.cell, options.template, sheet=options.sheet))
    return DONE


def _add_render(commands: _Commands) -> None:
    parser = _command(
        commands,
        "render",
        "draw each sheet of a workbook as a PNG, through LibreOffice",
        "sheetcnn render outputs/digit-7.xlsx -o pictures",
        _render,
    )
    parser.add_argument("workbook", type=path, metavar="WORKBOOK", help="an .xlsx file")
    parser.add_argument(
        "-o",
        "--output",
        type=path,
        default=Path("outputs"),
        metavar="DIR",
        help="the folder for the pictures (default: outputs)",
    )


def _render(options: argparse.Namespace) -> int:
    from sheetcnn.workbook.screenshots import render

    for picture in render(options.workbook, options.output):
        print(printable(str(picture)))
    return DONE


def _add_digits(commands: _Commands) -> None:
    _command(
        commands,
        "digits",
        "show the gallery: five drawings of each digit",
        "sheetcnn digits",
        _digits,
    )


def _digits(_options: argparse.Namespace) -> int:
    from shutil import get_terminal_size

    from sheetcnn.digits.gallery import samples
    from sheetcnn.digits.terminal import contact_sheet

    print(contact_sheet(samples(), get_terminal_size().columns))
    return DONE


def _add_templates(commands: _Commands) -> None:
    parser = _command(
        commands, "templates", "list the networks that come with sheetcnn", "sheetcnn templates", _templates
    )
    parser.add_argument(
        "--json", action="store_true", help="print a JSON list, with every stage and its shape"
    )


def _templates(options: argparse.Namespace) -> int:
    from sheetcnn.network.toml_template import load_template, template_names
    from sheetcnn.workbook.listing import to_dict

    listed = [to_dict(load_template(name)) for name in template_names()]
    if options.json:
        _print_json(listed)
    else:
        from sheetcnn.cli.console import as_table

        print(as_table(listed), end="")
    return DONE


def _add_train(commands: _Commands) -> None:
    parser = _command(
        commands,
        "train",
        "train a network's weights on MNIST, and write them into its file",
        "sheetcnn train mnist --mnist FOLDER",
        _train,
    )
    parser.add_argument(
        "template", metavar="TEMPLATE", help="a name that sheetcnn templates lists, or a TOML file"
    )
    parser.add_argument(
        "--mnist", type=path, required=True, metavar="FOLDER", help="the folder with MNIST's four IDX files"
    )


def _train(options: argparse.Namespace) -> int:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two threads are slower on matrices this thin
    from sheetcnn.cli.console import training_bar
    from sheetcnn.digits.mnist import files_in, load
    from sheetcnn.network.toml_template import load_template
    from sheetcnn.network.training.trainer import train
    from sheetcnn.network.training.weights_file import check_targets, save

    template = load_template(options.template, weights=False)
    check_targets(template, files_in(options.mnist))
    images, labels = load(options.mnist, "train")
    test_images, test_labels = load(options.mnist, "test")
    with training_bar() as report:
        trained = train(template, images, labels, test_images, test_labels, report=report)
    save(template, trained)
    print(
        f"{template.name}: {trained.accuracy:.2%} of {trained.images:,} test images right "
        f"(seed {trained.seed}, {trained.validation:.2%} in validation)."
    )
    return DONE


def _add_template(parser: argparse.ArgumentParser, default: str | None) -> None:
    note = f"(default: {default})" if default else "(default: what its own sheet Model says)"
    parser.add_argument(
        "--template",
        default=default,
        metavar="NAME|FILE",
        help=f"the network: a name that sheetcnn templates lists, or a TOML file {note}",
    )


def _print_json(content: object) -> None:
    print(json.dumps(content, indent=2))
