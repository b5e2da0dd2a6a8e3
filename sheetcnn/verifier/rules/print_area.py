"""The rule `print-area`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sheetcnn.excel.decoration import printed
from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.decoration import as_ranges, covered
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule
from sheetcnn.verifier.severity import WARNING


class PrintArea(Rule):
    """What is printed of a sheet leaves out cells of the network, or of what explains it.

    Why it matters: on paper a row or a column is missing, and nobody who has only the paper can know.

    To mend it: choose Page Layout, Print Area, Clear; or set it around all cells.
    """

    code = "print-area"
    severity = WARNING

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield for each sheet the first region that is printed in part, or not at all where it was generated."""
        planned = {region.name: region for region in audit.recognized.planned.regions}
        for sheet in audit.recognized.workbook.sheets.values():
            areas = printed(sheet.print_area) if sheet.print_area else None
            if areas is None:
                continue
            ranges = as_ranges(areas)
            regions = (region for region in audit.recognized.layout.regions if region.sheet == sheet.name)
            for region in regions:
                mask = covered(region, ranges)
                if not mask.all() and (mask.any() or region == planned[region.name]):
                    row, column = np.argwhere(~mask)[0].tolist()
                    message = f"{int((~mask).sum()):,} of {mask.size:,} cells are not printed"
                    yield self.at(region, region.cell(row, column), message, found=sheet.print_area)
                    break
