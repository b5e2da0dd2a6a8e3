"""Generates a workbook: a template and a digit in, a file out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sheetcnn import files
from sheetcnn.digit_choice import choose_digit
from sheetcnn.digits.digit import Digit
from sheetcnn.errors import SpecError, printable
from sheetcnn.excel.endings import check_ending, is_of_a_spreadsheet
from sheetcnn.network.template import Template
from sheetcnn.network.template_loader import load_template
from sheetcnn.workbook.design import available_sheets
from sheetcnn.workbook.prediction import Prediction
from sheetcnn.workbook.renderer import render_workbook
from sheetcnn.workbook.sheet import LessonSheet
from sheetcnn.workbook.sheets.digits import DigitsSheet


@dataclass(frozen=True)
class Generated:
    """A workbook that was written.

    Attributes:
        output: the file.
        template: the template's name.
        formulas: how many formula cells it holds.
        prediction: what its network reads.
        source: where its digit comes from, such as `gallery 7, sample 1`.
        preprocessing: what was done to a picture or a table to make it that digit, step by step.
    """

    output: Path
    template: str
    formulas: int
    prediction: Prediction
    source: str = ""
    preprocessing: Sequence[str] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain objects, as `--json` prints it."""
        return {
            "output": str(self.output),
            "template": self.template,
            "formulas": self.formulas,
            "prediction": self.prediction.to_dict(),
            "source": self.source,
            "preprocessing": list(self.preprocessing),
        }


def generate(
    digit: int | Digit = 7,
    *,
    sample: int = 1,
    template: str = "mnist",
    output: Path | str | None = None,
    plain: bool = False,
    lesson: bool | None = None,
    force: bool = False,
) -> Generated:
    """Write a workbook in which a network reads a digit.

    Args:
        digit: 0 to 9 for a digit of the gallery, or of the template's own pictures if it has some; or a `Digit`, such
            as `sheetcnn.digits.load` returns for a file or an array.
        sample: which of the gallery's drawings of the digit, 1 to 5.
        template: a template's name, or the path of a TOML file.
        output: the file to write; without it, `outputs/digit-N.xlsx`, where N is the digit.
        plain: write the pixels as plain numbers, without a list of digits to choose from.
        lesson: add the sheets that explain, or leave them out; without it, they are added to a network that reads ten
            digits of 28 x 28 pixels.
        force: replace a file that exists.

    Raises:
        SpecError: there is no such digit, sample or template, the file exists, or is none that a
            workbook may be written to.
        WorkbookError: the file cannot be written.
    """
    chosen = load_template(template)
    read = digit if isinstance(digit, Digit) else choose_digit(chosen, digit, sample)
    takes = chosen.network.input_shape[1:]
    if read.pixels.shape[1:] != takes:
        sizes = [" × ".join(map(str, size)) for size in (read.pixels.shape[1:], takes)]
        raise SpecError(
            f"{read.source} has {sizes[0]} pixels, and template {chosen.name} takes {sizes[1]}:"
            " choose another template"
        )
    shown = digit if isinstance(digit, int) else read.label
    named = f"digit-{shown}" if isinstance(shown, int) else "digit"  # a name may be no name of a file
    path = Path("outputs", f"{named}.xlsx") if output is None else Path(output)
    files.check(path, force=force, kept=chosen.files)
    check_ending(path)
    built = render_workbook(chosen, read, _sheets(chosen, plain=plain, lesson=lesson))
    files.save(built.content, path, force=force, kept=chosen.files)
    return Generated(
        path, chosen.name, built.formulas, built.prediction, read.source, tuple(read.preprocessing)
    )


def generate_all(
    folder: Path | str | None = None,
    *,
    template: str = "mnist",
    plain: bool = False,
    lesson: bool | None = None,
    force: bool = False,
) -> Several:
    """Write a workbook for every digit that there is a picture of.

    Args:
        folder: the folder to write into; without it, `outputs`.
        template: as for `generate`, like those that follow.
        plain: write the pixels as plain numbers, without a list of digits to choose from.
        lesson: add the sheets that explain, or leave them out.
        force: replace files that exist.

    Returns:
        As many as there are digits; each is written when its turn comes.

    Raises:
        SpecError: there is no such template, or a file exists; then none is written.
    """
    digits = list(load_template(template).pictures) or list(range(10))
    home = Path("outputs" if folder is None else folder)
    shown = printable(str(home))
    if str(home) == files.STDOUT or (is_of_a_spreadsheet(home) and not home.is_dir()):
        raise SpecError(f"{shown} is no folder, and there are several files to write: name a folder with -o")
    if home.exists() and not home.is_dir():
        raise SpecError(f"{shown} is a file: name a folder with -o")
    targets = [home / f"digit-{digit}.xlsx" for digit in digits]
    there = next((target for target in targets if target.exists()), None)
    if there is not None and not force:
        raise SpecError(f"{there} exists already: give --force to replace it, or -o for another folder")
    return Several(
        partial(generate, digit, template=template, output=target, plain=plain, lesson=lesson, force=force)
        for digit, target in zip(digits, targets, strict=True)
    )


class Several:
    """Workbooks that are written one after the other, as they are asked for."""

    def __init__(self, tasks: Iterable[Callable[[], Generated]]) -> None:
        self._tasks = list(tasks)

    def __len__(self) -> int:
        return len(self._tasks)

    def __iter__(self) -> Iterator[Generated]:
        return (task() for task in self._tasks)


def _sheets(template: Template, *, plain: bool, lesson: bool | None) -> list[LessonSheet]:
    """Return the sheets beside the network's own: a template that says where all stands has no list of digits."""
    own_layout = not template.regions
    explained = own_layout and DigitsSheet().fits(template.network) if lesson is None else lesson
    return [
        sheet
        for sheet in available_sheets(template.network)
        if (explained if sheet.lesson else own_layout and not plain)
    ]
