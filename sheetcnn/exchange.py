"""Puts another digit into a workbook that someone has made their own, and leaves the rest of it as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from sheetcnn.digits.digit import Digit
from sheetcnn.errors import SpecError, printable
from sheetcnn.excel.cells import Region, a1
from sheetcnn.excel.edit import with_values
from sheetcnn.excel.evaluate import Book
from sheetcnn.excel.read import Value, read_workbook
from sheetcnn.excel.write import save
from sheetcnn.network.classes import said
from sheetcnn.network.templates import Template, load_template
from sheetcnn.verifier.examine import Examination
from sheetcnn.verifier.fields import Fields, forward, seen_by
from sheetcnn.verifier.subject import Subject, identify
from sheetcnn.workbook.layout import CHOICE, TRUTH
from sheetcnn.workbook.prediction import Prediction, prediction
from sheetcnn.workbook.sheets.digits import GIVEN, listed

Cells: TypeAlias = dict[str, dict[tuple[int, int], Value]]
"""Values by sheet and cell."""


@dataclass(frozen=True)
class Exchanged:
    """A workbook that reads another digit now.

    Attributes:
        output: the file.
        template: the name of its network's template.
        prediction: what its network reads.
        source: where the digit comes from, such as `gallery 7, sample 1`.
        preprocessing: what was done to a picture or a table to make it that digit, step by step.
    """

    output: Path
    template: str
    prediction: Prediction
    source: str = ""
    preprocessing: Sequence[str] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain objects, as `--json` prints it."""
        return {
            "output": str(self.output),
            "template": self.template,
            "prediction": self.prediction.to_dict(),
            "source": self.source,
            "preprocessing": list(self.preprocessing),
        }


def set_digit(
    workbook: Path | str,
    digit: Digit,
    *,
    template: Template | str | None = None,
    output: Path | str | None = None,
    force: bool = False,
) -> Exchanged:
    """Put another digit into a workbook, and beside each formula of the network the value that it then has.

    Everything else stays as it was, to the byte: other cells, sheets, styles, charts, and whatever else the file
    holds. Formulas are computed from the workbook's own texts, so filters and formulas that someone has changed
    count.

    Args:
        workbook: the file.
        digit: the digit.
        template: the network that it holds, or its name; without it, the workbook's own table says.
        output: where to write it; over the file itself if not given.
        force: replace the output if it exists.

    Raises:
        WorkbookError: the file cannot be read or written, or does not say which network it holds.
        SpecError: the network does not take such a digit, or the output exists.
    """
    path = Path(workbook)
    if isinstance(template, str):
        template = load_template(template, weights=False)
    subject = identify(read_workbook(path), template)
    shape = (1, *digit.pixels.shape)
    if subject.network.input_shape != shape:
        raise SpecError(
            f"the digit has {shape[1]} × {shape[2]} pixels, but the network of {printable(str(path))} takes "
            f"{' × '.join(map(str, subject.network.input_shape))}: choose a workbook of another network"
        )
    given = _given(subject, digit)
    given = _joined(given, _scores(_with_given(subject, given)))
    changed = _with_given(subject, given)
    own = Examination(changed).own
    content = with_values(subject.workbook, _new(subject, _joined(given, _computed(changed, own))))
    save(content, path if output is None else Path(output), force=force or output is None)
    return Exchanged(
        path if output is None else Path(output),
        subject.template,
        prediction(seen_by(own, subject.layout.regions, 0)),
        digit.source,
        tuple(digit.preprocessing),
    )


def _given(subject: Subject, digit: Digit) -> Cells:
    """Return what the digit is to the workbook: the given one of its list, or the pixels themselves."""
    others = subject.layout.others
    classes = subject.network.classes
    (pixels,) = subject.layout.inputs
    if "choices" not in others:
        truth = [
            _single(others[name], said(digit.label, classes)) for name in (TRUTH.name,) if name in others
        ]
        return _joined(_pixels(subject, pixels, digit), *truth)
    return _joined(
        _single(others[CHOICE.name], GIVEN),
        _single(others["choice_digits"], listed(digit.label, classes)),
        _pixels(subject, replace(others["digits"], rows=pixels.rows, columns=pixels.columns), digit),
        _pixels(subject, pixels, digit, typed_over=True),
    )


def _single(region: Region, value: Value) -> Cells:
    return {region.sheet: {region.cell(0, 0): value}}


def _pixels(subject: Subject, region: Region, digit: Digit, *, typed_over: bool = False) -> Cells:
    """Return the digit's pixels; only those that someone has typed over a formula, if that is wanted."""
    formulas = subject.workbook.sheets[region.sheet].formulas
    pixels: dict[tuple[int, int], Value] = dict(
        zip(region.cells(), digit.pixels.ravel().tolist(), strict=True)
    )
    if typed_over:
        return {region.sheet: {cell: pixel for cell, pixel in pixels.items() if cell not in formulas}}
    computed = next((cell for cell in pixels if cell in formulas), None)
    if computed is not None:
        raise SpecError(
            f"{printable(str(subject.workbook.path))}: a formula stands in {region.sheet}!{a1(*computed)}, where "
            "a pixel belongs: put a number there first"
        )
    return {region.sheet: pixels}


def _joined(*several: Cells) -> Cells:
    joined: Cells = {}
    for cells in several:
        for sheet, values in cells.items():
            joined.setdefault(sheet, {}).update(values)
    return joined


def _scores(subject: Subject) -> Cells:
    """Return the scores, computed by NumPy, that `Checks` compares with for the digit from the command line."""
    stored = subject.layout.others.get("numpy_scores")
    if stored is None:
        return {}
    values = forward(subject.layout, subject.exhibits, Fields(subject, [], []).own)
    scores = values[subject.network.scoring].ravel().round(9).tolist()
    return {stored.sheet: {stored.cell(0, column): score for column, score in enumerate(scores)}}


def _with_given(subject: Subject, given: Cells) -> Subject:
    """Return the workbook as if these values stood in it."""
    sheets = {
        name: replace(sheet, values={**sheet.values, **given.get(name, {})})
        for name, sheet in subject.workbook.sheets.items()
    }
    return replace(subject, workbook=replace(subject.workbook, sheets=sheets))


def _computed(subject: Subject, own: Book) -> Cells:
    """Return what the network's formulas give."""
    cells: Cells = {}
    for region in (region for exhibit in subject.exhibits for region in exhibit.regions):
        formulas = subject.workbook.sheets[region.sheet].formulas
        for cell in region.cells():
            value = own.get(region.sheet, cell) if cell in formulas else None
            if value is not None:
                cells.setdefault(region.sheet, {})[cell] = value
    return cells


def _new(subject: Subject, cells: Cells) -> Cells:
    """Return those values that are not in the file already."""
    return {
        name: {
            cell: value
            for cell, value in values.items()
            if subject.workbook.sheets[name].values.get(cell) != value
        }
        for name, values in cells.items()
    }
