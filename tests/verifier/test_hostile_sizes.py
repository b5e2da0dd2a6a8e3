"""Many of something: `verify` in a process of its own, whose memory and processor time are measured."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import sheetcnn

pytest.importorskip("resource", reason="this system does not tell what a process has used")

SECONDS, MIB = 20, 1024
MEASURED = """
import re, resource, sys, time
from pathlib import Path
from sheetcnn.cli.main import main

main(["verify", sys.argv[1]])
status = Path("/proc/self/status")
if status.exists():  # of this program alone: ru_maxrss also counts what the process that started it held
    mib = int(re.search(r"VmHWM:\\s*(\\d+)", status.read_text())[1]) / 1024
else:
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
print(time.process_time(), mib)
"""
AFTER, CELLS, COLUMNS = "</sheetData>", "rows", "cols"


def merged(*areas: str) -> str:
    cells = "".join(f'<mergeCell ref="{area}"/>' for area in areas)
    return f"<mergeCells>{cells}</mergeCells>"


def array(row: int, area: str) -> str:
    return f'<row r="{row}"><c r="A{row}"><f t="array" ref="{area}">P5:Q6*2</f></c></row>'


MANY = {  # what is put in, where, and what is said: "" if it is read
    "one merge 100,000 times": (merged(*["P5:AQ32"] * 100_000), AFTER, "merged twice"),
    "100,000 merges": (merged(*[f"A{row}:ZZ{row}" for row in range(2_000, 102_000)]), AFTER, ""),
    "20,000 hidden columns": ('<col min="1" max="16384" hidden="1"/>' * 20_000, COLUMNS, "hidden twice"),
    "every column hidden": ("".join(f'<col min="{n}" max="{n}" hidden="1"/>' for n in range(1, 16_385)), COLUMNS, ""),
    "20,000 arrays over each other": (
        "".join(array(row, f"A{row}:XFD1048576") for row in range(2_000, 22_000)),
        CELLS,
        "which an array formula fills",
    ),
    "20,000 wide arrays": (
        "".join(array(row, f"A{row}:XFD{row}") for row in range(2_000, 22_000)),
        CELLS,
        "more than 10,000 array formulas",
    ),
    "an array over a whole sheet": (array(2_000, "A2000:XFD1048576"), CELLS, ""),
    "one that reads its like": (
        '<row r="2000"><c r="A2000"><f t="array" ref="A2000:XFD1048576">P5:AQ32+A3000:XFD9</f></c></row>', CELLS, ""
    ),
    "a million hidden rows": ("".join(f'<row r="{n}" hidden="1"/>' for n in range(2_000, 1_002_000)), CELLS, ""),
    "elements 100,000 deep": ("<a>" * 100_000 + "</a>" * 100_000, AFTER, "too deep"),
    "a colour scale of 190,000 ranges": (
        f'<conditionalFormatting sqref="{"P5:AQ32 " * 190_000}"><cfRule type="colorScale"/></conditionalFormatting>',
        AFTER,
        "",
    ),
    "a list for 190,000 ranges": (
        f'<dataValidations><dataValidation type="list" sqref="{"P5:AQ32 " * 190_000}"/></dataValidations>', AFTER, ""
    ),
    "250,000 lists": (
        "<dataValidations>" + '<dataValidation type="list" sqref="A1"/>' * 250_000 + "</dataValidations>",
        AFTER,
        "more cells than are read",
    ),
    "100,000 conditional formats": ('<conditionalFormatting sqref="A1"/>' * 100_000, AFTER, ""),
}  # fmt: skip


@pytest.fixture(scope="module")
def parts(tmp_path_factory) -> dict[str, str]:
    path = sheetcnn.generate(template="tiny", output=tmp_path_factory.mktemp("tiny") / "tiny.xlsx").output
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.slow
@pytest.mark.parametrize("kind", MANY)
def test_many_of_something_take_neither_much_memory_nor_long(tmp_path, parts, kind):
    many, where, says = MANY[kind]
    sheet = parts["xl/worksheets/sheet1.xml"]
    if where == COLUMNS:
        start, end = sheet.index("<cols>"), sheet.index("<sheetData>")
        sheet = f"{sheet[:start]}<cols>{many}</cols>{sheet[end:]}"
    else:
        sheet = sheet.replace(
            "</sheetData>", f"</sheetData>{many}" if where == AFTER else f"{many}</sheetData>"
        )
    path = tmp_path / "many.xlsx"
    with zipfile.ZipFile(path, "w") as archive:  # not deflated: nothing is to look like a zip bomb
        for name, content in {**parts, "xl/worksheets/sheet1.xml": sheet}.items():
            archive.writestr(name, content)

    said, seconds, mib = verified(path)

    assert seconds < SECONDS
    assert mib < MIB
    assert "Traceback" not in said
    assert says in said
    assert bool(says) == said.startswith("sheetcnn: ")


def verified(path: Path) -> tuple[str, float, float]:
    """Return what `verify` says, its seconds on a processor, and its MiB of memory at most."""
    command = [sys.executable, "-c", MEASURED, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    *said, used = (done.stderr + done.stdout).splitlines()
    seconds, mib = map(float, used.split())
    return "\n".join(said), seconds, mib
