"""The rule `colour-scale`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sheetcnn.excel.workbook import Sheet
from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.decoration import Ranges, as_ranges, covered
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule
from sheetcnn.verifier.severity import WARNING
from sheetcnn.workbook.decoration import ColourScale as ScaleToDraw


class ColourScale(Rule):
    """A colour scale covers only a part of a map.

    Why it matters: colours are how people read a map. A part that stays white looks like zeros.

    To mend it: choose Conditional Formatting, Manage Rules, and widen the range of the scale. Where it was cut by
    cells that were copied or pasted, copying the format of a cell beside them with the brush is enough.
    """

    code = "colour-scale"
    severity = WARNING

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield for each scale its first map of which it covers some cells and leaves out others."""
        sheets = audit.recognized.workbook.sheets
        areas = {name: _coloured(sheet) for name, sheet in sheets.items()}
        for _, scale in audit.decoration:
            if not isinstance(scale, ScaleToDraw):
                continue
            for region in scale.regions:
                mask = covered(region, areas[region.sheet])
                if (
                    mask.any() and not mask.all()
                ):  # a map that has none was moved, or lost it in another program
                    row, column = np.argwhere(~mask)[0].tolist()
                    message = f"the colour scale leaves out {int((~mask).sum()):,} of {mask.size:,} cells"
                    yield self.at(region, region.cell(row, column), message)
                    break


def _coloured(sheet: Sheet) -> Ranges:
    """Return every range of a sheet that a colour scale covers."""
    scales = (each for each in sheet.conditional_formats if each.kind == "colorScale")
    return as_ranges(area for scale in scales for area in scale.ranges)
