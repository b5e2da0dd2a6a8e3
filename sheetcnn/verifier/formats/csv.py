"""Findings as comma-separated text, for spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sheetcnn.verifier.formats.report_format import ReportFormat

if TYPE_CHECKING:
    from sheetcnn.verifier.report import Report

_OPENS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What spreadsheets take for the beginning of a formula (OWASP, CSV Injection)."""


class Csv(ReportFormat):
    """A row a finding; no text in it is taken for a formula."""

    name = "csv"
    help = "also write the findings into a CSV file, one a row"
    to_file = True

    def write(self, reports: Sequence[Report], *, several: bool) -> str:
        """Return the rows below their heads."""
        import pandas

        frame = pandas.concat([report.to_frame() for report in reports]) if reports else pandas.DataFrame()
        text: str = frame.map(_harmless).to_csv(index=False, lineterminator="\n")
        return text


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_OPENS_A_FORMULA) else text
