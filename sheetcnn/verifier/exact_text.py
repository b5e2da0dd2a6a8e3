"""Judges formulas by their text, where computing them on numbers cannot tell."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np

from sheetcnn.excel.ast import Binary, Call, FormulaError, Node, Reference, walk
from sheetcnn.excel.parser import parse
from sheetcnn.excel.region import Region
from sheetcnn.verifier.diagnosis.normal_form import normal_form
from sheetcnn.verifier.grouping import Mask
from sheetcnn.verifier.observed import ObservedRegion
from sheetcnn.verifier.patterns import places
from sheetcnn.verifier.recognize import RecognizedWorkbook

_COMPARING = ("=", "<>", "<", "<=", ">", ">=")


def spelled_where_it_counts(found: ObservedRegion, recognized: RecognizedWorkbook) -> Mask:
    """Return which formulas are spelled as expected, or need not be.

    A formula that compares has cases that random numbers never meet: another one is right only if it is the
    same but for the order of what may be in any order, spaces and dollar signs. One that reads what is always
    blank, or a sheet that is not there, is never right.
    """
    right = np.ones(found.texts.shape, dtype=bool)
    if not found.differing:
        return right
    region, stepped = found.region, [region for region in recognized.layout.regions if region.has_gaps]
    sheets = {name.casefold() for name in recognized.workbook.sheets}
    to_the_letter = _compares(parse(found.block.formula(region, 0, 0)))
    for row, column in (place for piece in found.differing for place in np.argwhere(piece.holds).tolist()):
        text, belongs = found.texts[row, column], found.block.formula(region, row, column)
        same = not to_the_letter or _key(text, region.sheet) == _key(belongs, region.sheet)
        blank = ("!" in text or stepped) and _reads_nothing(text, region.sheet, stepped, sheets)
        right[row, column] = same and not blank
    return right


def _compares(node: Node) -> bool:
    return any(
        (isinstance(part, Binary) and part.operator in _COMPARING)
        or (isinstance(part, Call) and part.function in ("IF", "MATCH"))
        for part in walk(node)
    )


def _key(text: str, sheet: str) -> str:
    try:
        return normal_form(parse(text), sheet).key
    except FormulaError:
        return text


def _reads_nothing(text: str, sheet: str, stepped: Iterable[Region], sheets: Collection[str]) -> bool:
    """Whether a formula reads a gap between the values of a region, or a sheet that is not there."""
    try:
        read = [part for part in walk(parse(text)) if isinstance(part, Reference)]
    except FormulaError:
        return False
    return any(
        (reference.sheet or sheet).casefold() not in sheets
        or any(_in_a_gap(reference, sheet, region) for region in stepped)
        for reference in read
    )


def _in_a_gap(reference: Reference, sheet: str, region: Region) -> bool:
    return (
        (reference.sheet or sheet).casefold() == region.sheet.casefold()
        and reference.area.overlaps(region.area)
        and not places(region, reference.area).any()
    )
