"""Reports as JSON, for other programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sheetcnn.verifier.formats.report_format import ReportFormat

if TYPE_CHECKING:
    from sheetcnn.verifier.report import Report


class Json(ReportFormat):
    """An object a report, of several workbooks a list of them."""

    name = "json"
    help = "print the report as JSON: an object, or of several workbooks a list"

    def write(self, reports: Sequence[Report], *, several: bool) -> str:
        """Return the reports, indented; nothing where the only workbook has none."""
        contents = [report.to_dict() for report in reports]
        if not contents and not several:
            return ""
        return json.dumps(contents if several else contents[0], indent=2)
