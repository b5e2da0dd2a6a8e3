"""Which picture a number such as 3 means: one of the template's own, or of the gallery."""

from __future__ import annotations

from sheetcnn.digits import gallery
from sheetcnn.digits.digit import Digit
from sheetcnn.errors import SpecError
from sheetcnn.network.classes import place_of
from sheetcnn.network.template import Template


def choose_digit(template: Template, digit: int, sample: int = 1) -> Digit:
    """Return the picture of a digit that fits a template's input.

    Args:
        template: its own pictures are taken if it has some, else the gallery's.
        digit: 0 to 9, or of the template's own pictures whichever it has.
        sample: which of the gallery's drawings of the digit, 1 to 5.

    Raises:
        SpecError: there is no such picture.
    """
    if not template.pictures:
        return gallery.digit(digit, sample)
    if digit not in template.pictures:
        choices = ", ".join(map(str, template.pictures))
        raise SpecError(f"template {template.name} has no picture of {digit}: choose one of {choices}")
    if sample != 1:
        raise SpecError(f"template {template.name} has one picture of each digit: choose sample 1")
    known = place_of(str(digit), template.network.classes) is not None
    return Digit(
        template.pictures[digit], str(digit) if known else None, f"template {template.name}, digit {digit}"
    )
