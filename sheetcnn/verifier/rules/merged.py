"""The rule `merged`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sheetcnn.excel.addresses import Range, range_a1
from sheetcnn.excel.region import Region
from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule
from sheetcnn.verifier.severity import ERROR
from sheetcnn.verifier.sheet_regions import by_sheet


class Merged(Rule):
    """Merged cells cover a part of a region.

    Why it matters: of merged cells only the first one shows, and programs may drop what the others hold. A region of
    one cell may be merged with blank ones.

    To mend it: select the range, and switch Merge & Center off; then put back what was lost.
    """

    code = "merged"
    severity = ERROR

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield the regions that they touch, each once."""
        for sheet, regions in by_sheet(audit):
            merged = np.array(sheet.merged).reshape(-1, 4)
            for region in regions:
                if ranges := _hiding(merged, region):
                    first = ranges[0]
                    message = f"{range_a1(first)} is merged: only its first cell shows"
                    if len(ranges) > 1:
                        message = (
                            f"{len(ranges)} ranges are merged, from {range_a1(first)}: only first cells show"
                        )
                    yield self.at(region, (first.top, first.left), message)


def _hiding(merged: NDArray[np.int_], region: Region) -> list[Range]:
    """Return the merged ranges that hide cells of a region: all but the first of each show nothing.

    Args:
        merged: the top, left, bottom and right of each merged range, (ranges, 4).
        region: the region.
    """
    top, left, bottom, right = merged.T
    area = region.area
    touching = (top <= area.bottom) & (area.top <= bottom) & (left <= area.right) & (area.left <= right)
    ranges = [Range(*corners) for corners in merged[touching].tolist()]
    if region.rows == region.columns == 1:  # a number that shows in several cells, once
        ranges = [each for each in ranges if each[:2] != area[:2]]
    return [each for each in ranges if each[:2] != each[2:]]
