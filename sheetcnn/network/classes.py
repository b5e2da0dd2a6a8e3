"""What the outputs of a network are called: which labels there can be, and which one is meant by a digit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from sheetcnn.errors import SpecError, did_you_mean, printable
from sheetcnn.network.toml_table import short, wrong_type

UNKNOWN = "?"
"""What stands in a sheet in place of a label where nobody said what the input shows."""

LONGEST = 255
"""Characters of a label: Excel looks up no longer texts."""
_DIGITS_OF_A_NUMBER = 15
"""Whole numbers of so many digits are the same in Excel, in LibreOffice and as 64-bit floats."""
_TEN = 10
_ESCAPE = re.compile(r"_x[0-9A-Fa-f]{4}_")
"""How files spell characters that XML has no room for (ECMA-376, part 1, 22.9.2.19)."""


def in_cell(label: str) -> float | str:
    """Return what stands in a cell for a label: a number only if every program writes that number as the label is.

    `7` is a number; `007`, `1e3`, `1.0`, `½` and `-1` are texts, as a program would show the numbers in another way.
    """
    whole = label.isascii() and label.isdecimal() and len(label) <= _DIGITS_OF_A_NUMBER
    return float(label) if whole and str(int(label)) == label else label


def from_cell(value: float | str) -> int | str:
    """Return the label that stands in a cell, a whole number as such."""
    return int(value) if isinstance(value, float) and value.is_integer() else str(value)


def alike(label: str) -> str:
    """Return what two labels have in common that some spreadsheet program takes for the same text.

    Their = does not tell capitals from small letters, and may pass over forms of a character (fi as one or two) and
    what has no width (Unicode Technical Standard 10 ignores it, too).
    """
    folded = unicodedata.normalize("NFKC", label).casefold()
    visible = (char for char in folded if unicodedata.category(char) != "Cf" and not _selects_a_form(char))
    return " ".join("".join(visible).split())


def _selects_a_form(char: str) -> bool:
    """Whether a character only says how the one before it is drawn: a variation selector."""
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def fault_of(label: str) -> str:
    """Return why a text cannot be a label, as a sentence that goes on from `it`; empty if it can be one."""
    if not alike(label):
        return "is empty: give each class a name"
    if alike(label) == UNKNOWN:
        return f"is called {UNKNOWN}, which says in a workbook that nobody knows: choose another name"
    if any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in label):
        return "holds a line break or a character that no cell can show: leave it out"
    if found := _ESCAPE.search(label):
        return f"holds {found[0]}, which some programs take for one character: spell it otherwise"
    if len(label.encode("utf-16-le")) // 2 > LONGEST:
        return f"has more than {LONGEST} characters: choose a shorter name"
    return ""


def labels(given: Any) -> tuple[str, ...]:
    """Return the labels of a template, as texts.

    Args:
        given: a list of texts or whole numbers.

    Raises:
        SpecError: it is no such list, a label cannot be one, or no program could tell two of them apart.
    """
    if not isinstance(given, list):
        raise wrong_type("classes", given, 'a list with a name for each output, such as ["cat", "dog"],')
    first: dict[str, int] = {}
    for place, label in enumerate(given, start=1):
        if type(label) not in (str, int):
            raise SpecError(
                f'class {place} is {short(label)}: give a text in quotes, such as "cat", or a whole number'
            )
        if fault := fault_of(str(label)):
            raise SpecError(f"class {place} {fault}")
        twin = first.setdefault(alike(str(label)), place)
        if twin != place:
            both = " and ".join(short(str(given[each - 1])) for each in (twin, place))
            raise SpecError(
                f"classes {twin} and {place} are {both}, which a spreadsheet takes for the same: give each class a "
                "name of its own"
            )
    return tuple(map(str, given))


def place_of(label: int | str, classes: Sequence[str]) -> int | None:
    """Return which class is meant, counted from 0, None if none is.

    By its name; where no name is a number, by its place. A handwritten digit (an int) is meant by its place only
    where there are ten classes, one for each digit.
    """
    names = [alike(name) for name in classes]
    if (name := alike(str(label))) in names:
        return names.index(name)
    number = in_cell(str(label))
    if isinstance(number, str) or any(isinstance(in_cell(each), float) for each in classes):
        return None
    if isinstance(label, int) and len(classes) != _TEN:
        return None
    return int(number) if number < len(classes) else None


def said(label: int | str | None, classes: Sequence[str]) -> float | str:
    """Return what stands in a cell that says what an input shows, `UNKNOWN` for a digit that is no class.

    Raises:
        SpecError: the label is none of these classes, and no handwritten digit either.
    """
    place = None if label is None else place_of(label, classes)
    if place is not None:
        return in_cell(classes[place])
    if label is None or (isinstance(label, int) and 0 <= label < _TEN):
        return UNKNOWN
    named = ", ".join(map(printable, classes))
    shown = f"{printable(str(label))}{did_you_mean(str(label), classes)}"
    raise SpecError(f"the label {shown} is no class of this network: choose one of {named}")
