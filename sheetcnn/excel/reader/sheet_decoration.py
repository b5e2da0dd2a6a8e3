"""Reads what stands around the cells of a worksheet, in the same pass as they are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sheetcnn.excel.addresses import Range, parse_range
from sheetcnn.excel.decoration import ConditionalFormat, Validation
from sheetcnn.excel.reader.xml_stream import PartReader
from sheetcnn.excel.workbook import Sheet

RULE_COST: Final = 4  # a validation or a conditional format takes as much memory as 4 values,
RANGE_COST: Final = 10  # and a range as much time as 10: it is read, and compared with each region

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
        reader: the reader of its cells, which gathers text and counts characters.
    """

    def __init__(self, sheet: Sheet, reader: PartReader) -> None:
        self.ranges = 0  # whose addresses were read
        self._sheet, self._reader = sheet, reader
        self._ranges: tuple[Range, ...] = ()
        self._kind = ""
        self._formulas: list[str] = []
        self.at_start: dict[str, Callable[[dict[str, str]], None]] = {
            "dataValidation": self._start_validation,
            "conditionalFormatting": self._read_ranges,
            "cfRule": self._start,
            "cfvo": self._end_of_scale,
            **dict.fromkeys(("formula", "formula1", "formula2"), lambda _: reader.chunks.clear()),
        }
        self.at_end: dict[str, Callable[[], None]] = {
            "dataValidation": self._validation,
            "cfRule": self._format,
            **dict.fromkeys(("formula", "formula1", "formula2"), self._formula),
        }

    def kept(self) -> int:
        """Return how many values take as much time and memory as what is held."""
        rules = len(self._sheet.validations) + len(self._sheet.conditional_formats)
        return RULE_COST * rules + RANGE_COST * self.ranges

    def _read_ranges(self, attributes: dict[str, str]) -> None:
        """Read the ranges of a text such as `A1:C3 E5`, without what is no range."""
        texts = attributes.get("sqref", "").split()
        self.ranges += len(texts)
        self._ranges = tuple(area for area in map(_range, texts) if area is not None)

    def _start_validation(self, attributes: dict[str, str]) -> None:
        self._read_ranges(attributes)
        self._start(attributes)

    def _start(self, attributes: dict[str, str]) -> None:
        self._kind, self._formulas = attributes.get("type", ""), []

    def _formula(self) -> None:
        self._keep("".join(self._reader.chunks))

    def _end_of_scale(self, attributes: dict[str, str]) -> None:
        if attributes.get("type") == "formula":
            self._keep(attributes.get("val", ""))

    def _keep(self, formula: str) -> None:
        self._formulas.append(formula)
        self._reader.characters += len(formula)

    def _validation(self) -> None:
        self._sheet.validations.append(Validation(self._kind, self._ranges, tuple(self._formulas)))

    def _format(self) -> None:
        formulas = tuple(self._formulas)
        self._sheet.conditional_formats.append(ConditionalFormat(self._kind, self._ranges, formulas))


def _range(text: str) -> Range | None:
    """Return a range; None if it is none, or one of whole columns or rows."""
    try:
        return parse_range(text)
    except ValueError:
        return None
