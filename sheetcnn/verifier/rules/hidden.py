"""The rule `hidden`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.excel.addresses import column_letters
from sheetcnn.excel.region import Region
from sheetcnn.excel.workbook import Sheet
from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule
from sheetcnn.verifier.severity import WARNING
from sheetcnn.verifier.sheet_regions import by_sheet


class Hidden(Rule):
    """Rows, columns or a sheet that hold a part of the network do not show.

    Why it matters: every number of the network is there to be seen. What is hidden still counts.

    To mend it: select what stands around it, and choose Unhide.
    """

    code = "hidden"
    severity = WARNING

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield hidden sheets, then hidden rows and columns, region after region."""
        for sheet, regions in by_sheet(audit):
            if regions and sheet.state != "visible":
                message = f"the sheet {sheet.name} is hidden, and holds a part of the network"
                yield self.finding(message, found=sheet.name)
            runs = sorted(sheet.hidden_columns)
            for region in regions:
                yield from self._rows(sheet, region)
                yield from self._columns(runs, region)

    def _rows(self, sheet: Sheet, region: Region) -> Iterator[Finding]:
        area = region.area
        rows = [row for row in range(area.top, area.bottom + 1) if row in sheet.hidden_rows]
        if rows:
            message = f"row {rows[0] + 1} is hidden"
            if len(rows) > 1:
                message = f"{len(rows)} rows are hidden, from {rows[0] + 1}"
            yield self.at(region, (rows[0], area.left), message)

    def _columns(self, runs: list[tuple[int, int]], region: Region) -> Iterator[Finding]:
        area = region.area
        columns = [first for first, last in runs if first <= area.right and last >= area.left]
        if columns:
            column = max(columns[0], area.left)
            message = f"column {column_letters(column)} is hidden"
            if len(columns) > 1:
                message = f"{len(columns)} runs of columns are hidden, from {column_letters(column)}"
            yield self.at(region, (area.top, column), message)
