"""The sheet `Digits`: all digits that the network can be given, and the choice of the one that it reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from sheetcnn.digits import gallery
from sheetcnn.digits.digit import SIDE, Digit
from sheetcnn.excel.region import Region
from sheetcnn.network.classes import UNKNOWN, place_of, said
from sheetcnn.network.network import Network
from sheetcnn.network.stages import Position, Refs
from sheetcnn.network.template import Template
from sheetcnn.workbook import styles
from sheetcnn.workbook.declaration import Declaration
from sheetcnn.workbook.decoration import (
    ColourScale,
    Constants,
    Decoration,
    Freeze,
    Grid,
    Height,
    PrintRows,
    Text,
    Widths,
    Zoom,
    cell_by_cell,
)
from sheetcnn.workbook.formula import Formula, arithmetic, indexed
from sheetcnn.workbook.formula_block import RegionValues
from sheetcnn.workbook.layout import CHOICE, TRUTH, Layout
from sheetcnn.workbook.sheet import Drawing, LessonSheet

SHEET = "Digits"
MY_DIGIT, DRAWING = "my digit", "my drawing"

_LABELS, _SAMPLES = 10, 5
_PITCH = SIDE + 2
"""Cells from one picture to the next: room for a caption."""
_ROWS, _COLUMNS = _PITCH * (_LABELS + 1) - 2, _PITCH * _SAMPLES - 2
"""The size of all pictures together: those of the gallery, a row for each label, below the user's own."""
_LIST_TOP, _PICTURES_LEFT = 6, 6
_ROWS_A_PAGE = 3


class DigitsSheet(LessonSheet):
    """Pictures in a grid, the list of their names beside them, and where the chosen one stands."""

    sheet = SHEET
    summary = "All digits that you can choose, in numbers."
    lesson = False

    def fits(self, network: Network) -> bool:
        digits = tuple(str(digit) for digit in range(_LABELS))
        return (network.input_shape, network.classes) == ((1, SIDE, SIDE), digits)

    def declare(self, network: Network, layout: Layout) -> Declaration:
        declared = Declaration(SHEET, layout, "digits", style="far_formula")
        names, (pixels,) = _names(), layout.inputs
        choice = declared.constant(
            CHOICE.name, (CHOICE.top, CHOICE.left), (1, 1), "choice", allowed=names, sheet=CHOICE.sheet
        )
        column = np.array(names, dtype=object).reshape(-1, 1)
        choices = declared.constant("choices", (_LIST_TOP, 0), column, "far_text", read_only=True)
        allowed: list[float | str] = [UNKNOWN, *map(float, range(_LABELS))]
        digits = declared.constant(
            "choice_digits", (_LIST_TOP, 1), (len(names), 1), "far_input", allowed=allowed
        )
        declared.fill(layout.extra[TRUTH.name], ChosenClass(), [choice, choices, digits, layout.labels])
        chosen = []
        for left, (name, places) in enumerate(zip(("row", "column"), _places(), strict=True), start=2):
            column, allowed = places.reshape(-1, 1), sorted(set(places.tolist()))
            place = declared.constant(
                f"choice_{name}s", (_LIST_TOP, left), column, "far_number", read_only=True
            )
            cell, reads = (_LIST_TOP - 2, left), [choice, choices, place]
            chosen.append(declared.formulas(f"chosen_{name}", cell, (1, 1), Chosen(), reads, allowed=allowed))
        cell = _LIST_TOP, _PICTURES_LEFT
        pictures = declared.constant("digits", cell, (_ROWS, _COLUMNS), "input", free_text=True)
        rulers = _declare_rulers(declared, pixels)
        declared.fill(pixels, ChosenPixel(), [choice, "drawing", pictures, *chosen, *rulers], owner="input")
        return declared

    def first_values(self, template: Template, digit: Digit) -> dict[str, RegionValues]:
        samples = gallery.samples()
        names = dict(zip((sample.source for sample in samples), _names()[2:], strict=True))
        labels: list[float | str] = [listed(digit.label, template.network.classes), UNKNOWN]
        labels += [float(label) for label in range(_LABELS) for _ in range(_SAMPLES)]
        pictures = np.zeros((_ROWS, _COLUMNS))
        drawn = [digit, None, *samples]
        for picture, row, column in zip(drawn, *(places.astype(int) for places in _places()), strict=True):
            if picture is not None:
                pictures[row : row + SIDE, column : column + SIDE] = picture.pixels[0]
        return {
            CHOICE.name: np.array([[names.get(digit.source, MY_DIGIT)]], dtype=object),
            "choice_digits": np.array(labels, dtype=object).reshape(-1, 1),
            "digits": pictures,
        }

    def decorate(self, drawing: Drawing) -> Iterator[Decoration]:
        declared = drawing.declared
        pictures = declared["digits"]
        yield Grid(pictures.area.right + 2, styles.CELL_PIXELS, styles.CELL_PIXELS, "plain")
        yield Zoom(styles.FAR)
        yield Widths(0, 0, 240, "plain")
        yield Widths(1, 3, 110, "plain")
        yield Height(0, 44)
        yield Text((0, 0), "Digits to read", "far_title")
        yield Text(
            (1, 0),
            "Choose one of them by its name, at the top left of Network. My digit is the one that the command "
            "generate or set-digit was given.",
            "far_text",
        )
        yield Text((_LIST_TOP - 2, 0), "now on Network", "far_text")
        for column, head in enumerate(("name", "digit", "row", "column")):
            yield Text((_LIST_TOP - 1, column), head, "far_head" if column else "far_head_left")
        yield from drawing.cells(*declared.filled)
        for each in declared.constants:
            if each.region.sheet == SHEET and each.region != pictures:
                yield from cell_by_cell(each.region, drawing.values[each.region.name].tolist(), each.style)
        yield from _pictures(pictures, drawing.values[pictures.name])
        yield Freeze(_LIST_TOP - 1, _PICTURES_LEFT - 1)
        last, pitch = _LIST_TOP + _PITCH * (_LABELS + 1), _ROWS_A_PAGE * _PITCH
        yield PrintRows([0, *range(_LIST_TOP - 1 + pitch, last, pitch), last], (0, 1))


def _declare_rulers(declared: Declaration, pixels: Region) -> list[Region]:
    """Declare the numbers of the pixels' rows and columns, beside and below them."""
    count = np.arange(1.0, SIDE + 1)
    return [
        declared.constant(name, cell, numbers, "ruler", read_only=True, sheet=pixels.sheet)
        for name, cell, numbers in (
            ("pixel_rows", (pixels.top, pixels.left - 1), count.reshape(-1, 1)),
            ("pixel_columns", (pixels.area.bottom + 1, pixels.left), count.reshape(1, -1)),
        )
    ]


def _pictures(region: Region, pixels: RegionValues) -> Iterator[Decoration]:
    """Yield every picture with its name above it; the list is beside the first ones."""
    regions = []
    for name, row, column in zip(_names(), *(places.astype(int) for places in _places()), strict=True):
        if name == DRAWING:
            continue
        top, left = region.cell(row, column)
        regions.append(Region("", "", top, left, SIDE, SIDE))
        yield Text((top - 1, left), name, "far_caption")
        picture = pixels[row : row + SIDE, column : column + SIDE].tolist()
        # Paper is left empty, which reads as 0; not in the first one, which `set-digit` replaces.
        yield Constants(regions[-1], picture, "input", empty=None if name == MY_DIGIT else 0.0)
    yield ColourScale(regions, styles.ink())


class Chosen(Formula):
    """The entry of a column of the list for the chosen digit. Reads the choice, all names, and the column."""

    explanation = "what stands in the list beside the name that is chosen"

    def numpy(self, *read: RegionValues) -> Any:
        choice, choices, column = (values.reshape(-1).tolist() for values in read)
        try:
            value: float | str = column[choices.index(choice[0])]
        except ValueError:
            return np.nan
        return value

    def excel(self, refs: Refs, at: Position) -> str:
        choice, choices, column = map(refs.absolute, refs.inputs)
        return f"INDEX({column},MATCH({choice},{choices},0))"


class ChosenClass(Formula):
    """The label of the chosen digit. Reads the choice, all names, the digits of the list, and the classes.

    A digit is the place of its class, whatever that is called; a text is the label itself.
    """

    explanation = "the class of the digit that is chosen"

    def numpy(self, *read: RegionValues) -> Any:
        choice, choices, digits, classes = (values.reshape(-1).tolist() for values in read)
        if choice[0] not in choices:
            return np.nan
        digit = digits[choices.index(choice[0])]
        if isinstance(digit, str):
            return digit
        return classes[int(digit)] if 0 <= digit < len(classes) else np.nan

    def excel(self, refs: Refs, at: Position) -> str:
        choice, choices, digits, classes = map(refs.absolute, refs.inputs)
        digit = f"INDEX({digits},MATCH({choice},{choices},0))"
        return f"IF(ISNUMBER({digit}),INDEX({classes},1+{digit}),{digit})"


class ChosenPixel(Formula):
    """A pixel of the network's input: that of the chosen digit on `Digits`, or of the drawing on `Draw`."""

    explanation = "the pixel of the chosen digit, on Digits; or of the drawing, on Draw"

    def numpy(self, *read: RegionValues) -> Any:
        choice, drawing, digits, *counted = read
        if choice.item() == DRAWING:
            return drawing
        row, column, rows, columns = map(arithmetic, counted)
        return indexed(digits, row + rows, column + columns)

    def excel(self, refs: Refs, at: Position) -> str:
        choice, drawing, digits, row, column, rows, columns = refs.inputs
        drawn = refs.cell(drawing, at.row, at.column)
        down = f"{refs.absolute(row)}+{refs.column_locked(rows, at.row)}"
        along = f"{refs.absolute(column)}+{refs.row_locked(columns, at.column)}"
        return (
            f'IF({refs.absolute(choice)}="{DRAWING}",{drawn},INDEX({refs.absolute(digits)},{down},{along}))'
        )


def listed(label: int | str | None, classes: Sequence[str]) -> float | str:
    """Return what stands in the list for a digit: the place of its class from 0, `UNKNOWN` where nobody knows.

    Raises:
        SpecError: the label is none of these classes, and no handwritten digit either.
    """
    if label is None or said(label, classes) == UNKNOWN:
        return UNKNOWN
    return float(place_of(label, classes) or 0)


def _names() -> list[str]:
    """Return the names of all choices: the digit of the command line, the drawing, the samples of the gallery."""
    samples = [f"{label}, sample {n + 1}" for label in range(_LABELS) for n in range(_SAMPLES)]
    return [MY_DIGIT, DRAWING, *samples]


def _places() -> tuple[RegionValues, RegionValues]:
    """Return how many rows and columns of `digits` stand before each picture, 0 for the drawing."""
    place = np.arange(_LABELS * _SAMPLES)
    rows = np.concatenate([[0.0, 0.0], _PITCH * (1.0 + place // _SAMPLES)])
    columns = np.concatenate([[0.0, 0.0], _PITCH * (place % _SAMPLES)])
    return rows, columns
