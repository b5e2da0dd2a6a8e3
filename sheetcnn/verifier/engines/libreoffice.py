"""LibreOffice, started without a window: it opens a workbook, computes it, and saves a copy, which is read."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sheetcnn.verifier.engines.engine import Computed, Engine

if TYPE_CHECKING:
    from sheetcnn.excel.workbook import Workbook


class LibreOffice(Engine):
    """LibreOffice; it gives 15 significant digits."""

    name = "libreoffice"
    title = "LibreOffice"

    def recalculate(self, workbook: Workbook) -> Computed:
        """Return the values in the copy that it saves."""
        from sheetcnn.excel.libreoffice import convert
        from sheetcnn.excel.reader import read_workbook

        with tempfile.TemporaryDirectory() as folder:
            saved = read_workbook(convert(workbook.path, "xlsx", Path(folder)))
        return {
            name: {cell: saved.sheets[name].values.get(cell, "") for cell in sheet.formulas}
            for name, sheet in workbook.sheets.items()
        }
