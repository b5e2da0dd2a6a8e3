"""The commands on workbooks: generate, set-digit, verify, explain, render."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sheetcnn import files
from sheetcnn.cli.command_parser import path
from sheetcnn.cli.digit_options import account, add_sources, source_of
from sheetcnn.cli.digit_sources.gallery import ALL
from sheetcnn.cli.shell import DONE, complain
from sheetcnn.errors import SpecError, printable
from sheetcnn.verifier.formats import FORMATS

if TYPE_CHECKING:
    from sheetcnn.digits.digit import Digit
    from sheetcnn.generator import Generated
    from sheetcnn.verifier.report import Report
    from sheetcnn.workbook.prediction import Prediction
from sheetcnn.cli.command import Commands, add_template, command, print_json, with_progress


def add_generate(commands: Commands) -> None:
    """Add the command that writes a workbook."""
    parser = command(
        commands,
        "generate",
        "write a workbook in which a network reads a digit",
        "sheetcnn generate --digit 3 --sample 2 -o three.xlsx",
        _generate,
    )
    add_sources(parser, several=True)
    add_template(parser, "mnist")
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
    source = source_of(options)
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
        every = with_progress(several, len(several), "generating")
        if options.json:
            print_json([made.to_dict() for made in every])
        else:
            print("\n".join(_generated(made) for made in every))
        return DONE
    digit = source.read(options)
    output = options.output or Path("outputs", f"{source.stem(options)}.xlsx")
    files.check(output, force=True, kept=source.files(options))
    made = generate(digit, sample=_sample(options), output=output, **settings)
    if options.json:
        print_json(made.to_dict())
    else:
        _print_account(digit)
        print(_generated(made) + _verdict(made.prediction, digit))
    return DONE


def _sample(options: argparse.Namespace) -> int:
    return 1 if options.sample is None else int(options.sample)


def _generated(made: Generated) -> str:
    return f"{printable(str(made.output))}: {made.formulas:,} formulas. {made.prediction}."


def _verdict(prediction: Prediction, digit: int | Digit) -> str:
    """Return whether the digit of a file was read right, if someone said what it is."""
    if isinstance(digit, int) or prediction.right is None:
        return ""
    return f" {'Right' if prediction.right else 'Wrong'}: it is a {prediction.label}."


def _print_account(digit: int | Digit) -> None:
    """Show what came of a file, so that nobody wonders."""
    if not isinstance(digit, int):
        print("\n".join(printable(line) for line in account(digit)), end="\n\n")


def add_set_digit(commands: Commands) -> None:
    """Add the command that puts another digit into a workbook."""
    parser = command(
        commands,
        "set-digit",
        "put another digit into a workbook, and leave the rest as it is",
        "sheetcnn set-digit outputs/digit-7.xlsx --digit 3 -o three.xlsx",
        _set_digit,
    )
    parser.add_argument("workbook", type=path, metavar="WORKBOOK", help="an .xlsx file")
    add_sources(parser, several=False)
    add_template(parser, None)
    parser.add_argument(
        "-o", "--output", type=path, metavar="OUT", help="the file to write (default: the workbook itself)"
    )
    parser.add_argument("--force", action="store_true", help="replace OUT where it exists")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")


def _set_digit(options: argparse.Namespace) -> int:
    source = source_of(options)
    from sheetcnn.digit_swap import set_digit

    digit = source.read(options)
    if options.output is not None:
        files.check(options.output, force=True, kept=source.files(options))
    made = set_digit(
        options.workbook,
        digit,
        sample=_sample(options),
        template=options.template,
        output=options.output,
        force=options.force,
    )
    if options.json:
        print_json(made.to_dict())
    else:
        _print_account(digit)
        print(f"{printable(str(made.output))}: {made.prediction}." + _verdict(made.prediction, digit))
    return DONE


def add_verify(commands: Commands) -> None:
    """Add the command that checks workbooks."""
    parser = command(
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
    add_template(parser, None)
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
    from sheetcnn.network.template_loader import load_template
    from sheetcnn.verifier.batch import check_target, verify_each, workbooks

    template = None if options.template is None else load_template(options.template, weights=False)
    paths = workbooks(options.workbooks)
    read = [*paths, *([] if template is None else template.files)]
    asked = [each for each in FORMATS if getattr(options, each.name)]
    for each in asked:
        if each.to_file:
            check_target(getattr(options, each.name), f"--{each.name}", read)
    outcomes = with_progress(
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


def _print_reports(reports: Sequence[Report], count: int) -> None:
    from sheetcnn.verifier.formats.text import as_line, as_text

    if count == 1:
        for report in reports:
            print(as_text(report))
    else:
        for report in reports:
            print(as_line(report))


def add_explain(commands: Commands) -> None:
    """Add the command that writes out how a cell comes about."""
    parser = command(
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
    add_template(parser, None)
    parser.add_argument(
        "--sheet",
        metavar="NAME",
        help="the sheet that the template's cell ranges are on (default: the one it names)",
    )


def _explain(options: argparse.Namespace) -> int:
    from sheetcnn.explainer import explain

    print(explain(options.workbook, options.cell, options.template, sheet=options.sheet))
    return DONE


def add_render(commands: Commands) -> None:
    """Add the command that draws a workbook's sheets."""
    parser = command(
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
