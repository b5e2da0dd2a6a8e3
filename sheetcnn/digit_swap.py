"""Puts another digit into a workbook that someone has made their own, and leaves the rest of it as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import isfinite
from pathlib import Path
from typing import Any

from sheetcnn import files
from sheetcnn.digit_choice import choose_digit
from sheetcnn.digits import gallery
from sheetcnn.digits.digit import SIDE, Digit
from sheetcnn.errors import SpecError, WorkbookError, printable
from sheetcnn.excel.addresses import a1
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.cell_array import ErrorValue
from sheetcnn.excel.endings import check_ending, ending_of
from sheetcnn.excel.patcher import with_values
from sheetcnn.excel.reader import read_workbook
from sheetcnn.excel.region import Region
from sheetcnn.excel.workbook import Sheet, Value, Workbook
from sheetcnn.excel.write_check import check_written, is_same_value
from sheetcnn.network.classes import said
from sheetcnn.network.stages import Array
from sheetcnn.network.template import Template
from sheetcnn.network.template_loader import load_template, template_names
from sheetcnn.verifier.calc_books import book_of_constants
from sheetcnn.verifier.calculation import CalculatedWorkbook, calculate
from sheetcnn.verifier.cycles import UNTRACEABLE
from sheetcnn.verifier.dependencies import Place
from sheetcnn.verifier.formula_groups import WorkbookFormulas
from sheetcnn.verifier.reach import Reach
from sheetcnn.verifier.recalculate import fills
from sheetcnn.verifier.recognize import RecognizedWorkbook, recognize
from sheetcnn.verifier.region_values import seen_by
from sheetcnn.verifier.user_formulas import Cells, follow, unknown
from sheetcnn.workbook.layout import CHOICE, TRUTH
from sheetcnn.workbook.prediction import Prediction, prediction
from sheetcnn.workbook.sheets.digits import MY_DIGIT, listed
from sheetcnn.workbook.spec import forward

_NAMED = 3
"""Cells that a sentence names."""

_SCORES = "numpy_scores"
_WRITTEN = (CHOICE.name, "choice_digits", "digits", TRUTH.name, _SCORES)
"""Regions beside the input that take a digit, and what is said of it."""


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
    digit: int | Digit,
    *,
    sample: int = 1,
    template: Template | str | None = None,
    output: Path | str | None = None,
    force: bool = False,
) -> Exchanged:
    """Put another digit into a workbook, and beside each formula that follows from it the value that it then has.

    Everything else stays as it was, to the byte: other cells, sheets, styles, charts, and whatever else the file
    holds. Formulas are computed from the workbook's own texts, so filters and formulas that someone has changed
    count, and so do formulas that someone has added. If one of these cannot be computed here, the program that
    opens the file is asked to compute them all. What was written is read again before it takes the file's place.

    Args:
        workbook: the file.
        digit: 0 to 9 for a digit of the gallery, or of the template's own pictures if it has some; or a `Digit`.
        sample: which of the gallery's drawings of the digit, 1 to 5.
        template: the network that it holds, or its name; without it, the workbook's own table says.
        output: where to write it; over the file itself if not given.
        force: replace the output if it exists, also if it is write-protected.

    Raises:
        WorkbookError: the file cannot be read or written, does not say which network it holds, or holds formulas of
            the network that cannot be computed.
        SpecError: there is no such digit or sample, the network does not take it, or the output exists, or has an
            ending that denies what is inside.
    """
    path = Path(workbook)
    target = path if output is None else Path(output)
    in_place = files.is_same(path, target)
    if isinstance(template, str):
        template = load_template(template, weights=False, pictures=isinstance(digit, int))
    kept = template.files if template is not None else []
    files.check(target, replace=output is None, force=force, kept=kept)
    recognized = recognize(read_workbook(path), template)
    if not in_place:
        check_ending(target, ending_of(recognized.workbook))
    if isinstance(digit, int):
        digit = _chosen(recognized, template, digit, sample)
    _check_fit(recognized, digit)
    given = _given(recognized, digit)
    given = _joined(given, _scores(_with_given(recognized, given)))
    _check_free(recognized.workbook, given)
    changed = _with_given(recognized, given)
    calculated = calculate(changed)
    _check_computed(calculated)
    _check_places(calculated.formulas)
    own = calculated.own.book
    meant = _new(recognized, _joined(given, _computed(calculated)))
    followed = follow(calculated.formulas, own, meant)
    meant = _joined(meant, _new(recognized, followed.values))
    files.save(
        with_values(recognized.workbook, meant, recalculate=bool(followed.left)),
        target,
        replace=output is None,
        force=force,
        kept=kept,
        examine=partial(check_written, recognized.workbook, meant),
    )
    return Exchanged(
        target,
        recognized.template,
        prediction(seen_by(own, recognized.layout.regions, 0)),
        digit.source,
        tuple(digit.preprocessing),
    )


def _chosen(recognized: RecognizedWorkbook, template: Template | None, digit: int, sample: int) -> Digit:
    """Return the picture that a number means in this workbook.

    The template's own, also of one that comes with sheetcnn and is only named in the workbook, if it has the size
    that the workbook's network takes; else the gallery's.

    Raises:
        SpecError: there is none.
    """
    shape = recognized.network.input_shape
    if template is None and recognized.template in template_names():
        template = load_template(recognized.template, weights=False, pictures=True)
    if template is not None and template.pictures and template.network.input_shape == shape:
        return choose_digit(replace(template, network=recognized.network), digit, sample)
    if template is None and shape != (1, SIDE, SIDE):
        raise SpecError(
            f"the network of {printable(str(recognized.workbook.path))} takes {' × '.join(map(str, shape))} pixels, "
            "which no digit of the gallery has: name its template, a .toml file with pictures"
        )
    return gallery.digit(digit, sample)


def _check_fit(recognized: RecognizedWorkbook, digit: Digit) -> None:
    shown, shape = printable(str(recognized.workbook.path)), digit.pixels.shape
    if recognized.network.input_shape != shape:
        size = " × ".join(map(str, shape[shape[0] == 1 :]))
        raise SpecError(
            f"the digit has {size} pixels, but the network of {shown} takes "
            f"{' × '.join(map(str, recognized.network.input_shape))}: choose a workbook of another network"
        )
    if not recognized.workbook.calculation.full_precision:
        raise WorkbookError(
            f"{shown} asks for its numbers to be rounded to what the cells display, which is not done here, so they "
            "would not be those of Excel: switch off Set precision as displayed in Excel's options, and save"
        )


def _check_computed(calculated: CalculatedWorkbook) -> None:
    """Raise WorkbookError if a formula of the network cannot be computed."""
    formulas, recognized = calculated.formulas, calculated.recognized
    shown = printable(str(recognized.workbook.path))
    if calculated.cycles.untraceable:
        raise WorkbookError(f"{shown}: {UNTRACEABLE}, so nothing was written: restore the formulas")
    uncomputed = {**_unknown(formulas, calculated.own.book), **calculated.own.uncomputed}
    for sheet, cell in uncomputed.keys() - set(formulas.around):
        if cell in formulas.free.get(sheet, {}):  # a circle that the network does not read
            del uncomputed[sheet, cell]
    if uncomputed:
        order = list(recognized.workbook.sheets)
        first = sorted(uncomputed, key=lambda place: (order.index(place[0]), place[1]))[:_NAMED]
        named = ", ".join(f"{sheet}!{a1(*cell)} ({uncomputed[sheet, cell]})" for sheet, cell in first)
        more = f", and {len(uncomputed) - _NAMED:,} more" if len(uncomputed) > _NAMED else ""
        count = "1 formula" if len(uncomputed) == 1 else f"{len(uncomputed):,} formulas"
        raise WorkbookError(
            f"{shown} holds {count} of the network that cannot be computed here, so nothing was written: "
            f"{named}{more}; spell them otherwise, or put the digit in with Excel or LibreOffice"
        )


def _check_places(formulas: WorkbookFormulas) -> None:
    """Refuse a workbook that does not say where the digit and the weights stand, nor do its formulas."""
    recognized = formulas.recognized
    written = (
        *recognized.layout.inputs,
        *(recognized.layout.extra[name] for name in _WRITTEN if name in recognized.layout.extra),
    )
    for region in (*written, *recognized.layout.all_weights):
        readers = [
            observed
            for block, regions in formulas.observed.items()
            if region in block.reads
            for observed in regions
        ]
        confirmed = readers and all(each.has_formula.all() and not each.differing for each in readers)
        if region.name in recognized.unplaced and not confirmed:
            raise WorkbookError(
                f"{printable(str(recognized.workbook.path))} does not say where its region {region.name} stands, and "
                "its formulas do not either, so nothing was written: give those cells that name again, or "
                "generate the workbook anew"
            )


def _unknown(formulas: WorkbookFormulas, own: CalcBook) -> dict[Place, str]:
    """Return formulas of the network, or around it, that read what lies beyond the workbook, and why."""
    sheets = formulas.recognized.workbook.sheets
    places = [(piece.region.sheet, cell) for piece, _ in formulas.differing for cell in piece.cells()]
    reasons = {
        (sheet, cell): unknown(own, sheet, sheets[sheet].formulas[cell])
        for sheet, cell in [*places, *formulas.around]
    }
    return {place: reason for place, reason in reasons.items() if reason}


def _given(recognized: RecognizedWorkbook, digit: Digit) -> Cells:
    """Return what the digit is to the workbook: the given one of its list, or the pixels themselves."""
    others = recognized.layout.extra
    classes = recognized.network.classes
    inputs = recognized.layout.inputs
    if "choices" not in others:
        truth = [
            _single(others[name], said(digit.label, classes)) for name in (TRUTH.name,) if name in others
        ]
        maps = zip(inputs, digit.pixels, strict=True)
        return _joined(*(_pixels(recognized, region, channel) for region, channel in maps), *truth)
    (region,), (pixels,) = inputs, digit.pixels
    return _joined(
        _single(others[CHOICE.name], _first_choice(recognized)),
        _single(others["choice_digits"], listed(digit.label, classes)),
        _pixels(recognized, replace(others["digits"], rows=region.rows, columns=region.columns), pixels),
        _pixels(recognized, region, pixels, typed_over=True),
    )


def _first_choice(recognized: RecognizedWorkbook) -> Value:
    """Return what the workbook's own list calls the digit that is put in: older workbooks had other words for it."""
    choices = recognized.layout.extra["choices"]
    return recognized.workbook.sheets[choices.sheet].values.get(choices.cell(0, 0), MY_DIGIT)


def _single(region: Region, value: Value) -> Cells:
    return {region.sheet: {region.cell(0, 0): value}}


def _pixels(
    recognized: RecognizedWorkbook, region: Region, channel: Array, *, typed_over: bool = False
) -> Cells:
    """Return one channel of the digit, (height, width); only what is typed over a formula, if that is wanted."""
    pixels: dict[tuple[int, int], Value] = dict(zip(region.cells(), channel.ravel().tolist(), strict=True))
    if typed_over:
        sheet = recognized.workbook.sheets[region.sheet]
        return {
            region.sheet: {cell: pixel for cell, pixel in pixels.items() if not _is_computed(sheet, cell)}
        }
    return {region.sheet: pixels}


def _check_free(workbook: Workbook, given: Cells) -> None:
    """Raise SpecError if a formula stands where the digit, or what is said of it, belongs."""
    for name, cells in given.items():
        computed = next((cell for cell in cells if _is_computed(workbook.sheets[name], cell)), None)
        if computed is not None:
            raise SpecError(
                f"{printable(str(workbook.path))}: a formula stands in {name}!{a1(*computed)}, where a number of the "
                "digit belongs: put a number there first"
            )


def _is_computed(sheet: Sheet, cell: tuple[int, int]) -> bool:
    """Whether a cell holds a formula, or is one of those that an array formula fills."""
    return cell in sheet.formulas or any(area.contains(cell) for area in sheet.arrays.values())


def _joined(*several: Cells) -> Cells:
    joined: Cells = {}
    for cells in several:
        for sheet, values in cells.items():
            joined.setdefault(sheet, {}).update(values)
    return joined


def _scores(recognized: RecognizedWorkbook) -> Cells:
    """Return the scores of the given digit that `Checks` compares with, as NumPy has them; #N/A if it has none."""
    stored = recognized.layout.extra.get(_SCORES)
    if stored is None:
        return {}
    book = book_of_constants(recognized.workbook, Reach(recognized, []).sizes)
    values = forward(recognized.blocks, seen_by(book, recognized.layout.regions, 0))
    scores = values[recognized.network.scoring].ravel().round(9).tolist()
    known = [score if isfinite(score) else ErrorValue("#N/A") for score in scores]
    return {stored.sheet: {stored.cell(0, column): score for column, score in enumerate(known)}}


def _with_given(recognized: RecognizedWorkbook, given: Cells) -> RecognizedWorkbook:
    """Return the workbook as if these values stood in it."""
    sheets = {
        name: replace(sheet, values={**sheet.values, **given.get(name, {})})
        for name, sheet in recognized.workbook.sheets.items()
    }
    return replace(recognized, workbook=replace(recognized.workbook, sheets=sheets))


def _computed(calculated: CalculatedWorkbook) -> Cells:
    """Return what the network's formulas give, and those around it that it reads; of an array, in all its cells."""
    cells: Cells = {}
    formulas, own = calculated.formulas, calculated.own.book
    for observed in formulas.all_observed:
        region, computed = observed.region, calculated.own.computed(observed).ravel().tolist()
        of_sheet = cells.setdefault(region.sheet, {})
        for cell, is_computed in zip(region.cells(), computed, strict=True):
            if is_computed and (value := own.get(region.sheet, cell)) is not None:
                of_sheet[cell] = value
    for sheet, place in formulas.around:
        for cell in fills(calculated.recognized.workbook.sheets[sheet], place).cells():
            if (value := own.get(sheet, cell)) is not None:
                cells.setdefault(sheet, {})[cell] = value
    return cells


def _new(recognized: RecognizedWorkbook, cells: Cells) -> Cells:
    """Return those values that are not in the file already."""
    return {
        name: {
            cell: value
            for cell, value in values.items()
            if not is_same_value(recognized.workbook.sheets[name].values.get(cell), value)
        }
        for name, values in cells.items()
    }
