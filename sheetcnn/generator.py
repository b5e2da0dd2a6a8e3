"""Generates a workbook: a template and a digit in, a file out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sheetcnn.digits import gallery
from sheetcnn.digits.digit import Digit
from sheetcnn.errors import SpecError
from sheetcnn.excel.write import save
from sheetcnn.network.templates import Template, load_template
from sheetcnn.workbook.build import build
from sheetcnn.workbook.contents import suited
from sheetcnn.workbook.prediction import Prediction


@dataclass(frozen=True)
class Generated:
    """A workbook that was written.

    Attributes:
        output: the file.
        template: the template's name.
        formulas: how many formula cells it holds.
        prediction: what its network reads.
    """

    output: Path
    template: str
    formulas: int
    prediction: Prediction

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain objects, as `--json` prints it."""
        return {
            "output": str(self.output),
            "template": self.template,
            "formulas": self.formulas,
            "prediction": asdict(self.prediction),
        }


def generate(
    digit: int = 7,
    *,
    sample: int = 1,
    template: str = "mnist",
    output: Path | str | None = None,
    plain: bool = False,
    force: bool = False,
) -> Generated:
    """Write a workbook in which a network reads a digit.

    Args:
        digit: which digit, one that the template or else the gallery has a picture of.
        sample: which of the gallery's samples of it, counted from 1.
        template: a template's name, or the path of a TOML file.
        output: the file to write; `outputs/digit-N.xlsx` if not given.
        plain: fixed pixels in place of a list to choose from, and no sheets of digits.
        force: replace the file if it exists.

    Raises:
        SpecError: there is no such digit, sample or template, or the file exists.
        WorkbookError: the file cannot be written.
    """
    chosen = load_template(template)
    pages = [] if plain or chosen.regions else suited(chosen.network)
    built = build(chosen, picture(chosen, digit, sample), pages)
    path = Path("outputs", f"digit-{digit}.xlsx") if output is None else Path(output)
    save(built.content, path, force=force)
    return Generated(path, chosen.name, built.formulas, built.prediction)


def picture(template: Template, digit: int, sample: int) -> Digit:
    """Return a picture of a digit that fits a template's input.

    Raises:
        SpecError: there is none.
    """
    if not template.pictures:
        return gallery.digit(digit, sample)
    if digit not in template.pictures:
        choices = ", ".join(map(str, template.pictures))
        raise SpecError(f"template {template.name} has no picture of {digit}: choose one of {choices}")
    if sample != 1:
        raise SpecError(f"template {template.name} has one picture of each digit: choose sample 1")
    return Digit(template.pictures[digit], digit, f"template {template.name}, digit {digit}")
