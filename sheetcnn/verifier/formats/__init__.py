"""Formats of reports, one file each. `FORMATS` lists those that have an option; without an option it is text."""

from sheetcnn.verifier.formats.csv import Csv
from sheetcnn.verifier.formats.json import Json
from sheetcnn.verifier.formats.report_format import ReportFormat

FORMATS: tuple[ReportFormat, ...] = (
    Csv(),
    Json(),
)
"""Every form but text, in the order of `sheetcnn verify --help`. A new one is one file, and one line here."""

__all__ = ["FORMATS", "ReportFormat"]
