"""Reads what stands around the cells of a worksheet, in the same pass as they are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sheetcnn.excel.decoration import ConditionalFormat, Validation
from sheetcnn.excel.workbook import Sheet

PLACES: Final = {
    "dataValidations": frozenset({"dataValidation"}),
    "dataValidation": frozenset({"formula1", "formula2"}),
    "conditionalFormatting": frozenset({"cfRule"}),
    "cfRule": frozenset({"formula", "colorScale"}),
    "colorScale": frozenset({"cfvo"}),
}
"""The elements that count, by the element that they stand in."""
IN_WORKSHEET: Final = frozenset({"dataValidations", "conditionalFormatting", "drawing"})


class DecorationReader:
    """Collects validations and conditional formats.

    Args:
        sheet: to be filled.
        chunks: text since it was last cleared.
    """

    def __init__(self, sheet: Sheet, chunks: list[str]) -> None:
        self._sheet, self._chunks = sheet, chunks
        self._where = self._kind = ""
        self._formulas: list[str] = []
        self.at_start: dict[str, Callable[[dict[str, str]], None]] = {
            "dataValidation": lambda attributes: self._start(attributes.get("sqref", ""), attributes),
            "conditionalFormatting": lambda attributes: self._start(attributes.get("sqref", ""), {}),
            "cfRule": lambda attributes: self._start(self._where, attributes),
            "cfvo": self._end_of_scale,
            **dict.fromkeys(("formula", "formula1", "formula2"), lambda _: chunks.clear()),
        }
        self.at_end: dict[str, Callable[[], None]] = {
            "dataValidation": self._validation,
            "cfRule": self._format,
            **dict.fromkeys(("formula", "formula1", "formula2"), self._formula),
        }

    def _start(self, where: str, attributes: dict[str, str]) -> None:
        self._where, self._kind, self._formulas = where, attributes.get("type", ""), []

    def _formula(self) -> None:
        self._formulas.append("".join(self._chunks))

    def _end_of_scale(self, attributes: dict[str, str]) -> None:
        if attributes.get("type") == "formula":
            self._formulas.append(attributes.get("val", ""))

    def _validation(self) -> None:
        self._sheet.validations.append(Validation(self._kind, self._where, tuple(self._formulas)))

    def _format(self) -> None:
        formulas = tuple(self._formulas)
        self._sheet.conditional_formats.append(ConditionalFormat(self._kind, self._where, formulas))
