"""Drives LibreOffice as a user would: opens a workbook, inserts, moves, types, saves."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from sheetcnn.excel import libreoffice

PYTHON = "/usr/bin/python3"
"""Debian's own Python, for which the package python3-uno brings UNO."""


def drive(workbook: Path, *steps: tuple) -> list:
    """Open a workbook in LibreOffice, do some steps, and return what those that read have read.

    Args:
        workbook: the file; it is not changed.
        steps: a name and arguments each, as `driven.Document` has them: `("insert_columns", "Network!C1", 2)`,
            `("type", "Network!P5", [[1, 0.5]])`, `("read", "answer")`, `("save", path)`.

    Raises:
        WorkbookError: a step failed, or all took longer than `libreoffice.TIMEOUT`; nothing goes on running.
    """
    with tempfile.TemporaryDirectory() as folder:
        job, results = Path(folder, "job.json"), Path(folder, "results.json")
        copy = shutil.copy(workbook, Path(folder, "workbook.xlsx"))  # LibreOffice locks what it opens
        what = {"workbook": copy, "steps": steps, "results": results}
        job.write_text(json.dumps(what, default=str), encoding="utf-8")
        script = Path(__file__).with_name("driven.py")
        libreoffice.run([PYTHON, str(script), libreoffice.find_soffice(), str(job)], workbook)
        return json.loads(results.read_text(encoding="utf-8"))
