"""The sheet `Digits`: all digits that the network can be given, and the choice of the one that it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from sheetcnn.digits import gallery
from sheetcnn.digits.digit import SIDE, Digit
from sheetcnn.excel.addresses import Range
from sheetcnn.excel.paper import Paper
from sheetcnn.excel.region import Region
from sheetcnn.network.classes import UNKNOWN, place_of, said
from sheetcnn.network.network import Network
from sheetcnn.network.stages import Position, Refs
from sheetcnn.network.template import Template
from sheetcnn.workbook import styles as looks
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues
from sheetcnn.workbook.layout import CHOICE, TRUTH, Layout
from sheetcnn.workbook.sheet import LessonSheet, SheetBlock, arithmetic, indexed

if TYPE_CHECKING:
    from sheetcnn.excel.writer import SheetWriter

SHEET = "Digits"
GIVEN, DRAWING = "my digit", "my drawing"

_LABELS, _SAMPLES = 10, 5
_PITCH = SIDE + 2
"""Cells from one picture to the next: room for a caption."""
_LIST_TOP, _PICTURES_LEFT = 6, 6
_ROWS_A_PAGE = 3


class Digits(LessonSheet):
    """Pictures in a grid, the list of their names beside them, and where the chosen one stands."""

    sheet = SHEET
    order = 20
    summary = "All digits that you can choose, in numbers."
    lesson = False

    def fits(self, network: Network) -> bool:
        digits = tuple(str(digit) for digit in range(_LABELS))
        return (network.input_shape, network.classes) == ((1, SIDE, SIDE), digits)

    def regions(self, network: Network, layout: Layout) -> list[Region]:
        def column(name: str, at: int) -> Region:
            return Region(name, SHEET, _LIST_TOP, at, len(_names()), 1)

        def above(name: str, at: int) -> Region:
            return Region(name, SHEET, _LIST_TOP - 2, at, 1, 1)

        (pixels,) = layout.inputs
        high, wide = _PITCH * (_LABELS + 1) - 2, _PITCH * _SAMPLES - 2
        return [
            CHOICE,
            TRUTH,
            column("choices", 0),
            column("choice_digits", 1),
            column("choice_rows", 2),
            column("choice_columns", 3),
            above("chosen_row", 2),
            above("chosen_column", 3),
            Region("digits", SHEET, _LIST_TOP, _PICTURES_LEFT, high, wide),
            Region("pixel_rows", pixels.sheet, pixels.top, pixels.left - 1, SIDE, 1),
            Region("pixel_columns", pixels.sheet, pixels.area.bottom + 1, pixels.left, 1, SIDE),
        ]

    def constants(self, template: Template, digit: Digit) -> dict[str, RegionValues]:
        samples = gallery.samples()
        names = _names()[2:]
        sources = {sample.source: name for sample, name in zip(samples, names, strict=True)}
        labels: list[float | str] = [listed(digit.label, template.network.classes), UNKNOWN]
        labels += [float(label) for label in range(_LABELS) for _ in range(_SAMPLES)]
        pictures = np.zeros((_PITCH * (_LABELS + 1) - 2, _PITCH * _SAMPLES - 2))
        rows, columns = _places()
        for place in range(len(names) + 2):
            if place != 1:
                shown = digit if place == 0 else samples[place - 2]
                top, left = int(rows[place]), int(columns[place])
                pictures[top : top + SIDE, left : left + SIDE] = shown.pixels[0]
        return {
            CHOICE.name: np.array([[sources.get(digit.source, GIVEN)]], dtype=object),
            "choice_digits": np.array(labels, dtype=object).reshape(-1, 1),
            "digits": pictures,
            **self.read_only(template.network),
        }

    def read_only(self, network: Network) -> dict[str, RegionValues]:
        rows, columns = _places()
        count = np.arange(1.0, SIDE + 1)
        return {
            "choices": np.array(_names(), dtype=object).reshape(-1, 1),
            "choice_rows": rows.reshape(-1, 1),
            "choice_columns": columns.reshape(-1, 1),
            "pixel_rows": count.reshape(-1, 1),
            "pixel_columns": count.reshape(1, -1),
        }

    def free_text(self) -> set[str]:
        return {"digits"}

    def allowed(self, network: Network) -> dict[str, Sequence[float | str]]:
        rows, columns = _places()
        return {
            CHOICE.name: _names(),
            "choice_digits": [UNKNOWN, *map(float, range(_LABELS))],
            "chosen_row": sorted(set(rows.tolist())),
            "chosen_column": sorted(set(columns.tolist())),
        }

    def blocks(self, network: Network, layout: Layout) -> list[FormulaBlock]:
        at = layout.extra
        choice, choices = at[CHOICE.name], at["choices"]
        where = [at["chosen_row"], at["chosen_column"]]
        return [
            Chosen("digits", at["chosen_row"], [choice, choices, at["choice_rows"]]),
            Chosen("digits", at["chosen_column"], [choice, choices, at["choice_columns"]]),
            Shown("digits", at[TRUTH.name], [choice, choices, at["choice_digits"], layout.labels]),
            Read(
                "input",
                layout.inputs[0],
                [choice, at["drawing"], at["digits"], *where, at["pixel_rows"], at["pixel_columns"]],
            ),
        ]

    def draw(
        self,
        sheet: SheetWriter,
        template: Template,
        layout: Layout,
        shown: Sequence[FormulaBlock],
        values: Mapping[str, RegionValues],
    ) -> None:
        at = layout.extra
        pictures = at["digits"]
        sheet.grid(pictures.area.right + 2, looks.CELL_PIXELS, looks.CELL_PIXELS, "plain")
        sheet.zoom(looks.FAR)
        sheet.widths(0, 0, 240, "plain")
        sheet.widths(1, 3, 110, "plain")
        sheet.height(0, 44)
        sheet.text((0, 0), "Digits to read", "far_title")
        sheet.text(
            (1, 0),
            "Choose one of them by its name, at the top left of Network. My digit is the one that the command "
            "generate or set-digit was given.",
            "far_text",
        )
        sheet.text((_LIST_TOP - 2, 0), "now on Network", "far_text")
        for column, head in enumerate(("name", "digit", "row", "column")):
            sheet.text((_LIST_TOP - 1, column), head, "far_head" if column else "far_head_left")
        for block in shown:
            for region in block.regions:
                if region.sheet == SHEET:
                    sheet.formulas(
                        region, block.formulas(region), values[region.name].tolist(), "far_formula"
                    )
        for name, style in zip(
            ("choices", "choice_digits", "choice_rows", "choice_columns"),
            ("far_text", "far_input", "far_number", "far_number"),
            strict=True,
        ):
            for cell, (value,) in zip(at[name].cells(), values[name].tolist(), strict=True):
                (sheet.text if isinstance(value, str) else sheet.number)(cell, value, style)
        self._pictures(sheet, pictures, values["digits"])
        sheet.freeze(_LIST_TOP - 1, _PICTURES_LEFT - 1)
        self._print(sheet)

    def _print(self, sheet: SheetWriter) -> None:
        """Print three rows of pictures a page, the list beside the first ones."""
        right, pitch = sheet.extent.used.right, _ROWS_A_PAGE * _PITCH
        last = _LIST_TOP + _PITCH * (_LABELS + 1)
        tops = [0, *range(_LIST_TOP - 1 + pitch, last, pitch), last]
        areas = [Range(top, 0, below - 1, right) for top, below in pairwise(tops)]
        wide, _ = Paper(landscape=True, scale=100).room
        scale = int(100 * wide / sheet.extent.across(0, right))
        sheet.print_areas(areas, (0, 1), scale, landscape=True)

    def _pictures(self, sheet: SheetWriter, region: Region, pixels: RegionValues) -> None:
        rows, columns = _places()
        drawn = []
        for name, row, column in zip(
            _names(), rows.astype(int).tolist(), columns.astype(int).tolist(), strict=True
        ):
            if name == DRAWING:
                continue
            top, left = region.cell(row, column)
            place = Region("", SHEET, top, left, SIDE, SIDE)
            drawn.append(place)
            sheet.text((top - 1, left), name, "far_caption")
            picture = pixels[row : row + SIDE, column : column + SIDE].tolist()
            # Paper is left empty, which reads as 0; not in the first one, which `set-digit` replaces.
            sheet.numbers(place, picture, "input", empty=None if name == GIVEN else 0.0)
        sheet.colours(drawn, looks.ink())


class Chosen(SheetBlock):
    """What a list says of the digit that is chosen."""

    explanation = "what stands in the list beside the name that is chosen"

    def numpy(self, *seen: RegionValues) -> Any:
        choice, choices, told = (values.reshape(-1).tolist() for values in seen)
        try:
            value: float | str = told[choices.index(choice[0])]
        except ValueError:
            return np.nan
        return value

    def excel(self, refs: Refs, at: Position) -> str:
        choice, choices, told = map(refs.absolute, refs.inputs)
        return f"INDEX({told},MATCH({choice},{choices},0))"


class Shown(SheetBlock):
    """What the chosen digit is called: the class that stands at its place, whatever someone has named it."""

    explanation = "the class of the digit that is chosen"

    def numpy(self, *seen: RegionValues) -> Any:
        choice, choices, digits, classes = (values.reshape(-1).tolist() for values in seen)
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


class Read(SheetBlock):
    """The input: one pixel of the chosen digit, on `Digits` or on `Draw`."""

    explanation = "the pixel of the chosen digit, on Digits; or of the drawing, on Draw"

    def numpy(self, *seen: RegionValues) -> Any:
        choice, drawing, digits, *counted = seen
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
    """Return what to choose from: the digit of the command line, the drawing, the gallery."""
    samples = [f"{label}, sample {n + 1}" for label in range(_LABELS) for n in range(_SAMPLES)]
    return [GIVEN, DRAWING, *samples]


def _places() -> tuple[RegionValues, RegionValues]:
    """Return how many rows and columns of `digits` stand before each picture, 0 for the drawing."""
    place = np.arange(_LABELS * _SAMPLES)
    rows = np.concatenate([[0.0, 0.0], _PITCH * (1.0 + place // _SAMPLES)])
    columns = np.concatenate([[0.0, 0.0], _PITCH * (place % _SAMPLES)])
    return rows, columns
