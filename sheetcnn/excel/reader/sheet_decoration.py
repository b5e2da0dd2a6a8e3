"""Reads what stands around the cells of a worksheet, in the same pass as they are read.

Validations and conditional formats that refer to other sheets Excel 2010 and later keep in an extension list
([MS-XLSX], CT_DataValidations and CT_ConditionalFormattings): ranges and formulas are elements of their own there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from sheetcnn.excel.addresses import Range, parse_range
from sheetcnn.excel.decoration import ConditionalFormat, Validation
from sheetcnn.excel.package import MIB, SAVE_AGAIN, Refusal
from sheetcnn.excel.reader.xml_stream import MAX_TAG, PartReader
from sheetcnn.excel.workbook import Sheet

RULE_COST: Final = 4  # a validation or a conditional format takes as much memory as 4 values,
RANGE_COST: Final = 10  # and a range as much time as 10: it is read, and compared with each region

_TEXTS: Final = ("formula", "formula1", "formula2")
_X14: Final = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main "
_XM: Final = "http://schemas.microsoft.com/office/excel/2006/main "
_LIST, _VALIDATION = f"{_X14}dataValidations", f"{_X14}dataValidation"
_FORMATS, _FORMAT, _RULE = (
    f"{_X14}{each}" for each in ("conditionalFormattings", "conditionalFormatting", "cfRule")
)
_FORMULAS: Final = (f"{_X14}formula1", f"{_X14}formula2")
_SCALE, _END_OF_SCALE = f"{_X14}colorScale", f"{_X14}cfvo"
_TEXT, _RANGES = f"{_XM}f", f"{_XM}sqref"

_EXTENSION: Final = {
    "extLst": frozenset({"ext"}),
    "ext": frozenset({_LIST, _FORMATS}),
    _LIST: frozenset({_VALIDATION}),
    _VALIDATION: frozenset({*_FORMULAS, _RANGES}),
    **dict.fromkeys((*_FORMULAS, _END_OF_SCALE), frozenset({_TEXT})),
    _FORMATS: frozenset({_FORMAT}),
    _FORMAT: frozenset({_RULE, _RANGES}),
    _RULE: frozenset({_TEXT, _SCALE}),
    _SCALE: frozenset({_END_OF_SCALE}),
}
PLACES: Final = {
    "dataValidations": frozenset({"dataValidation"}),
    "dataValidation": frozenset({"formula1", "formula2"}),
    "conditionalFormatting": frozenset({"cfRule"}),
    "cfRule": frozenset({"formula", "colorScale"}),
    "colorScale": frozenset({"cfvo"}),
    **_EXTENSION,
}
"""The elements that count, by the element that they stand in."""
IN_WORKSHEET: Final = frozenset({"dataValidations", "conditionalFormatting", "drawing", "extLst"})
EXTENSIBLE: Final = frozenset().union(_EXTENSION, *_EXTENSION.values())
"""The elements of the extension list, in which others may stand that no program but their own reads."""


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
        self._first = 0  # of the formats whose ranges the extension list tells behind them
        self._is_twin = self._is_formula = False
        self.at_start: dict[str, Callable[[dict[str, str]], None]] = {
            "dataValidation": self._start_validation,
            "conditionalFormatting": self._start_ranges,
            "cfRule": self._start,
            "cfvo": self._end_of_scale,
            **dict.fromkeys((*_TEXTS, _TEXT, _RANGES), lambda _: reader.chunks.clear()),
            _VALIDATION: self._start_validation,
            _FORMAT: self._start_formats,
            _RULE: self._start_extended_rule,
            _END_OF_SCALE: self._start_end_of_scale,
        }
        self.at_end: dict[str, Callable[[], None]] = {
            "dataValidation": self._validation,
            "cfRule": self._format,
            **dict.fromkeys(_TEXTS, self._formula),
            _VALIDATION: self._validation,
            _FORMAT: self._end_formats,
            _RULE: self._extended_format,
            _TEXT: self._extended_formula,
            _RANGES: lambda: self._read_ranges("".join(reader.chunks)),
        }

    def kept(self) -> int:
        """Return how many values take as much time and memory as what is held."""
        rules = len(self._sheet.validations) + len(self._sheet.conditional_formats)
        return RULE_COST * rules + RANGE_COST * self.ranges

    def _read_ranges(self, text: str) -> None:
        """Read the ranges of a text such as `A1:C3 E5`, without what is no range."""
        if len(text) > MAX_TAG:  # as long as an attribute may be
            raise Refusal(f"holds a list of ranges of more than {MAX_TAG // MIB} MiB: {SAVE_AGAIN}")
        texts = text.split()
        self.ranges += len(texts)
        self._ranges = tuple(area for area in map(_range, texts) if area is not None)

    def _start_ranges(self, attributes: dict[str, str]) -> None:
        self._read_ranges(attributes.get("sqref", ""))

    def _start_validation(self, attributes: dict[str, str]) -> None:
        self._start_ranges(attributes)
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

    # The extension list

    def _start_formats(self, _attributes: dict[str, str]) -> None:
        self._ranges, self._first = (), len(self._sheet.conditional_formats)

    def _start_extended_rule(self, attributes: dict[str, str]) -> None:
        self._start(attributes)
        self._is_twin = "priority" not in attributes  # it only adds looks to a rule outside the list

    def _start_end_of_scale(self, attributes: dict[str, str]) -> None:
        self._is_formula = attributes.get("type") == "formula"

    def _extended_formula(self) -> None:
        if self._reader.open[-1] != _END_OF_SCALE or self._is_formula:
            self._formula()

    def _extended_format(self) -> None:
        if not self._is_twin:
            self._format()

    def _end_formats(self) -> None:
        formats = self._sheet.conditional_formats
        formats[self._first :] = [replace(each, ranges=self._ranges) for each in formats[self._first :]]


def _range(text: str) -> Range | None:
    """Return a range; None if it is none, or one of whole columns or rows."""
    try:
        return parse_range(text)
    except ValueError:
        return None
