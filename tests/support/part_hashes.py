"""The parts of generated workbooks as hashes, without what depends on the machine.

NumPy's last bits differ from machine to machine, so a part is hashed without the values that are stored beside
formulas and without the numbers that charts keep. Run as a script, with the code to record first on the path, it
writes the hashes that `tests/workbook/test_same_bytes.py` compares with:

    PYTHONPATH=CHECKOUT python tests/support/part_hashes.py > tests/workbook/part_hashes.json
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import xlsxwriter

import sheetcnn

FORMULA = re.compile(rb"(<c [^>]*><f\b[^>]*(?:/>|>[^<]*</f>))<v>[^<]*</v>")
CHART = re.compile(rb"<c:(numCache|strCache)>.*?</c:\1>", re.DOTALL)
TEMPLATES = ("fastai", "lenet", "mnist", "mnist-8", "tiny")
SHEETS: dict[str, dict[str, Any]] = {
    "plain": {"plain": True, "lesson": False},
    "as it comes": {},
    "lesson": {"lesson": True},
}

WORKBOOKS: dict[str, dict[str, Any]] = {
    **{
        f"{template}, {name}": {"template": template, "digit": 7, **options}
        for template in TEMPLATES
        for name, options in SHEETS.items()
    },
    **{f"mnist, digit {digit}": {"template": "mnist", "digit": digit} for digit in range(10) if digit != 7},
}
"""What `generate` is told for each workbook that is hashed."""


def part_hashes(path: Path) -> dict[str, str]:
    """Return the first 16 hexadecimal digits of each part's SHA-256, in the order of the parts in the file."""
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    return {
        name: hashlib.sha256(CHART.sub(b"", FORMULA.sub(rb"\1", content))).hexdigest()[:16]
        for name, content in contents.items()
    }


def generated(name: str, folder: Path) -> dict[str, str]:
    """Return the hashes of one of WORKBOOKS."""
    return part_hashes(sheetcnn.generate(output=folder / "workbook.xlsx", **WORKBOOKS[name]).output)


def main() -> None:
    """Write the hashes of all workbooks as JSON."""
    workbooks = {}
    for name in WORKBOOKS:
        with tempfile.TemporaryDirectory() as folder:
            workbooks[name] = generated(name, Path(folder))
    record = {"xlsxwriter": xlsxwriter.__version__, "differences": {}, "workbooks": workbooks}
    sys.stdout.write(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
