"""`generate` writes the same parts, byte for byte, as it did before the code was rebuilt.

`part_hashes.json` was made by the code of commit 61e4ee6, before the first move. What an issue asked to change since
then stands in its `differences`: the reason, and the parts, as patterns of `WORKBOOK: PART`.
"""

import json
from fnmatch import fnmatchcase
from pathlib import Path

import part_hashes
import pytest
import xlsxwriter

RECORD = json.loads(Path(__file__).with_name("part_hashes.json").read_text(encoding="utf-8"))
QUICK = {"tiny, lesson", "mnist, as it comes", "fastai, plain"}

pytestmark = pytest.mark.skipif(
    xlsxwriter.__version__ != RECORD["xlsxwriter"],
    reason=f"the hashes are of what XlsxWriter {RECORD['xlsxwriter']} writes, and this is {xlsxwriter.__version__}",
)


def test_a_hash_stands_for_every_workbook():
    assert list(RECORD["workbooks"]) == list(part_hashes.WORKBOOKS)
    assert all(len(parts) > 10 for parts in RECORD["workbooks"].values())


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name in QUICK else pytest.mark.slow, id=name)
        for name in part_hashes.WORKBOOKS
    ],
)
def test_every_part_is_as_before(name, tmp_path):
    before, now = RECORD["workbooks"][name], part_hashes.generated(name, tmp_path)
    differing = {part for part in before.keys() | now.keys() if before.get(part) != now.get(part)}
    meant = [pattern for patterns in RECORD["differences"].values() for pattern in patterns]
    unmeant = [part for part in differing if not any(fnmatchcase(f"{name}: {part}", one) for one in meant)]
    assert not unmeant, (
        f"{sorted(unmeant)} of {name} differ from what was written before: if an issue asks for that, "
        "name them with the reason under `differences` in part_hashes.json"
    )
    if not differing:
        assert list(now) == list(before)  # the order in the file, too


def test_only_what_depends_on_the_machine_is_left_out():
    cells = b'<c r="A1"><f>B1+1</f><v>2.5</v></c><c r="A2" t="str"><f t="array" ref="A2"/><v>x</v></c>'
    assert part_hashes.FORMULA.sub(rb"\1", cells) == (
        b'<c r="A1"><f>B1+1</f></c><c r="A2" t="str"><f t="array" ref="A2"/></c>'
    )
    constant = b'<c r="A1"><v>2.5</v></c><c r="A2"><f>1</f></c>'
    assert part_hashes.FORMULA.sub(rb"\1", constant) == constant
    chart = b"<c:f>S!A1:A2</c:f><c:numCache><c:pt><c:v>1</c:v></c:pt></c:numCache></c:numRef>"
    assert part_hashes.CHART.sub(b"", chart) == b"<c:f>S!A1:A2</c:f></c:numRef>"
