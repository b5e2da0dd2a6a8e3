"""The sheets of a workbook, each with the regions that stand on it."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.excel.region import Region
from sheetcnn.excel.workbook import Sheet
from sheetcnn.verifier.audit import Audit


def by_sheet(audit: Audit) -> Iterator[tuple[Sheet, list[Region]]]:
    """Yield each sheet of a workbook with the regions of the network on it."""
    for sheet in audit.recognized.workbook.sheets.values():
        yield sheet, [region for region in audit.recognized.layout.regions if region.sheet == sheet.name]
