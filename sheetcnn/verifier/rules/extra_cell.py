"""The rule `extra-cell`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from sheetcnn.excel.addresses import Range
from sheetcnn.excel.workbook import Sheet
from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule
from sheetcnn.verifier.severity import ERROR
from sheetcnn.verifier.sheet_regions import by_sheet

_MESSAGE = "a cell between the values of the region is filled: what reads the region counts it in"


class ExtraCell(Rule):
    """A cell is filled that lies between the values of a region.

    Why it matters: a region whose values stand apart, or between whose rows others were inserted, is read as one
    range. SUMPRODUCT counts in whatever stands between.

    To mend it: clear the cell.
    """

    code = "extra-cell"
    severity = ERROR

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield each of these cells."""
        for sheet, regions in by_sheet(audit):
            for region in regions:
                own = set(region.cells()) if region.has_gaps else set()
                for cell in _filled_in(sheet, region.area) if region.has_gaps else ():
                    if cell not in own:
                        yield self.at(region, cell, _MESSAGE)


def _filled_in(sheet: Sheet, area: Range) -> Iterator[tuple[int, int]]:
    """Yield the cells of a range that hold anything, row after row."""
    if (area.bottom - area.top) * (area.right - area.left) > len(
        sheet.values
    ):  # someone has torn it far apart
        yield from sorted(cell for cell in {*sheet.values, *sheet.formulas} if area.contains(cell))
        return
    for cell in product(range(area.top, area.bottom + 1), range(area.left, area.right + 1)):
        if cell in sheet.values or cell in sheet.formulas:
            yield cell
