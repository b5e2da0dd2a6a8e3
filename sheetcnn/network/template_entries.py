"""The entries of a template, one by one: what may stand under each key of each of its tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import numpy as np

from sheetcnn.errors import SpecError, did_you_mean, printable
from sheetcnn.excel.addresses import Cell, Range, parse_a1, parse_range
from sheetcnn.excel.limits import MAX_CELL_TEXT, MAX_COLUMN_WIDTH, MAX_SHEET_NAME
from sheetcnn.network.batchnorm import BatchNorm
from sheetcnn.network.stages import STAGES, Array, Shape, Stage
from sheetcnn.network.stages.settings import WHOLE, is_whole, settings_of
from sheetcnn.network.toml_table import check_keys, short, table_of, text_of, wrong_type

_TABLE = (
    *("title", "classes", "input", "stages", "weights", "pictures"),
    *("sheet", "regions", "texts", "widths", "recipe", "training"),
)
_SIDES = ("channels", "height", "width")
_TRAINING = ("accuracy", "images", "validation", "seed", "date")

_MAX_TITLE = 255
"""Characters: what Excel takes as a file's title."""
_NOT_IN_A_SHEET_NAME = set("[]:*?/\\")


def check_table(content: Mapping[str, Any]) -> None:
    """Check the outermost keys, and the title.

    Raises:
        SpecError: one is missing or unknown, or the title is no text that fits.
    """
    check_keys("a template", content, _TABLE, ("title", "input", "stages"))
    title = text_of(content, "title")
    if len(title) > _MAX_TITLE or not title.isprintable():
        raise SpecError(f"title is {short(title)}: give one line of at most {_MAX_TITLE} characters")


def input_shape(content: Mapping[str, Any]) -> Shape:
    """Return (channels, height, width) from the table `[input]`."""
    table = table_of(content, "input")
    check_keys("[input]", table, _SIDES, _SIDES)
    for side in _SIDES:
        if not is_whole(table[side], 1):
            raise SpecError(f"the input's {side} is {short(table[side])}: give {WHOLE.wanted}")
    return tuple(table[side] for side in _SIDES)


def stages(content: Mapping[str, Any]) -> list[Stage | BatchNorm]:
    """Return the stages from the tables `[[stages]]`, in their order."""
    listed = content["stages"]
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        raise wrong_type("stages", listed, "a list of tables, [[stages]],")
    return [_stage(entry) for entry in listed]


def _stage(entry: Mapping[str, Any]) -> Stage | BatchNorm:
    kinds: Mapping[str, Callable[..., Stage | BatchNorm]] = {**STAGES, BatchNorm.kind: BatchNorm}
    settings = dict(entry)
    if "kind" not in settings:
        every = {each.name for kind in kinds.values() for each in settings_of(kind)}
        check_keys("a stage", settings, sorted({"kind", *every}), ("kind",))
    kind = settings.pop("kind")
    if not isinstance(kind, str) or kind not in kinds:
        near = did_you_mean(str(kind), kinds)
        raise SpecError(f"there is no stage of kind {short(kind)}{near}: choose one of {', '.join(kinds)}")
    known = {each.name: each for each in settings_of(kinds[kind])}
    check_keys(f"a {kind}", settings, sorted(known), [each.name for each in known.values() if each.required])
    for key, value in settings.items():
        try:
            settings[key] = known[key].kind.from_template(value)
        except ValueError:
            wanted = known[key].kind.wanted
            raise SpecError(f"{key} of a {kind} is {short(value)}: give {wanted}") from None
    return kinds[kind](**settings)


def sheet(content: Mapping[str, Any]) -> str:
    """Return the name of the sheet that the template draws on, empty if it says none."""
    name = text_of(content, "sheet")
    sound = (
        name.isprintable()
        and len(name) <= MAX_SHEET_NAME
        and not name.startswith("'")
        and not name.endswith("'")
    )
    if not sound or _NOT_IN_A_SHEET_NAME & set(name):
        raise SpecError(
            f"sheet is {short(name)}, which Excel takes as no sheet's name: "
            f"give at most {MAX_SHEET_NAME} characters, none of them one of [ ] : * ? / \\, and no ' at either end"
        )
    return name


def regions(content: Mapping[str, Any]) -> dict[str, Range]:
    """Return where each region stands, by its name; which names there are, the layout knows."""
    return {
        name: _range(text, f"{printable(name)} of [regions]")
        for name, text in table_of(content, "regions").items()
    }


def texts(content: Mapping[str, Any]) -> dict[Cell, str]:
    """Return texts by their cells."""
    found = {}
    for address, text in table_of(content, "texts").items():
        try:
            cell = parse_a1(address)
        except ValueError:
            raise SpecError(f"[texts] has {short(address)}, which is no cell: name one, such as B7") from None
        if not isinstance(text, str) or len(text) > MAX_CELL_TEXT:
            raise SpecError(
                f"{printable(address)} of [texts] is {short(text)}: give a text that a cell can hold"
            )
        found[cell] = text
    return found


def widths(content: Mapping[str, Any]) -> dict[Range, float]:
    """Return widths of columns in characters."""
    found = {}
    for columns, width in table_of(content, "widths").items():
        if type(width) not in (int, float) or not 0 <= width <= MAX_COLUMN_WIDTH:
            raise SpecError(
                f"{printable(columns)} of [widths] is {short(width)}: "
                f"give a number of characters up to {MAX_COLUMN_WIDTH}"
            )
        found[_range(columns, "a key of [widths]")] = float(width)
    return found


def _range(text: Any, what: str) -> Range:
    try:
        return parse_range(text)
    except (ValueError, AttributeError):
        raise SpecError(f'{what} is {short(text)}, no range of cells: give one, such as "A1:C3"') from None


def training(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the table `[training]` says of how the weights do, empty if it is not there."""
    table = table_of(content, "training")
    if not table:
        return table
    check_keys("[training]", table, _TRAINING)
    if type(table.get("accuracy")) is not float:
        raise SpecError(
            "[training] does not say the accuracy: write it as sheetcnn train does, or drop the table"
        )
    for key, value in table.items():
        share = key in ("accuracy", "validation")
        sound = (
            type(value) is date
            if key == "date"
            else type(value) in (float, int) and 0 <= value <= 1
            if share
            else type(value) is int and value >= 0
        )
        if not sound:
            wanted = (
                "a date" if key == "date" else "a share from 0 to 1" if share else "a whole number from 0"
            )
            raise SpecError(f"{key} is {short(value)} in [training]: give {wanted}")
    return table


def digit_of(key: str, what: str) -> int:
    """Return which digit, or which class, the name of a picture says.

    Raises:
        SpecError: it is no number; `what` is to have such names.
    """
    if not (key.isascii() and key.isdecimal() and len(key) <= 9):
        raise SpecError(f"{what} for each digit, such as 7 = [...]: {printable(key)} is none")
    return int(key)


def picture(key: str, rows: Any) -> Array:
    """Return a picture drawn as texts, one a row: a dot is paper, anything else ink. (1, rows, columns)."""
    are_texts = isinstance(rows, list) and all(isinstance(row, str) for row in rows)
    if not are_texts or len({len(row) for row in rows}) > 1:
        raise SpecError(f"the picture of {printable(key)} must be a list of equally long texts, one a row")
    return np.array([[[float(character != ".") for character in row] for row in rows]])
