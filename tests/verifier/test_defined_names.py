"""Names that point elsewhere are told from blocks that have moved, and from formulas that are wrong.

Where things stand in `tiny`: filters X7:Z9 and X16:Z18, dense weights BE5, BE8, BE11 and below them BE14, BE17, BE20.
"""

import re

import pytest

import sheetcnn
from sheetcnn.excel.addresses import Range, parse_range, range_a1
from sheetcnn.excel.reader import read_workbook
from sheetcnn.verifier.report import Report
from sheetcnn.verifier.verify import verify_workbook

FILTER_1, FILTER_2 = "Network!$X$7:$Z$9", "Network!$X$16:$Z$18"


@pytest.fixture
def workbook(tiny_file):
    return read_workbook(tiny_file)


def told(report: Report):
    return sorted((f.kind, f.region or f.cell) for f in report.findings)


def shifted(text: str, down: int, right: int) -> str:
    sheet, _, area = text.rpartition("!")
    top, left, bottom, last = parse_range(area.replace("$", ""))
    return f"{sheet}!{range_a1(Range(top + down, left + right, bottom + down, last + right), absolute=True)}"


def test_a_name_that_points_elsewhere_is_told_with_the_place_where_it_belongs(workbook):
    workbook.names["conv1_filter_1_1"] = FILTER_2
    (finding,) = verify_workbook(workbook, None).findings
    assert (finding.severity, finding.kind, finding.region) == ("error", "name", "conv1_filter_1_1")
    assert (finding.expected, finding.found) == (FILTER_1, FILTER_2)
    assert finding.message == (
        "the name conv1_filter_1_1 points to other cells than the formulas read: it belongs to Network!$X$7:$Z$9"
    )


def test_two_swapped_names_are_told_both_and_no_formula_is_blamed(workbook):
    workbook.names |= {"conv1_filter_1_1": FILTER_2, "conv1_filter_2_1": FILTER_1}
    report = verify_workbook(workbook, None)
    assert told(report) == [("name", "conv1_filter_1_1"), ("name", "conv1_filter_2_1")]
    assert report.checked == report.formulas


def test_swapped_names_of_weights_that_only_a_later_row_reads_are_told(workbook):
    one, other = "dense1_weights_1_1", "dense1_weights_2_1"
    workbook.names |= {one: "Network!$BE$11", other: "Network!$BE$8"}
    assert told(verify_workbook(workbook, None)) == [("name", one), ("name", other)]


def test_swapped_names_of_maps_are_told(workbook):
    one, other = "relu1_1", "relu1_2"
    workbook.names[one], workbook.names[other] = workbook.names[other], workbook.names[one]
    assert told(verify_workbook(workbook, None)) == [("name", one), ("name", other)]


def test_swapped_names_are_told_where_a_template_says_what_stands_where(tmp_path):
    file = sheetcnn.generate(template="fastai", output=tmp_path / "x.xlsx").output
    workbook = read_workbook(file)
    one, other = "conv2_filter_1_1", "conv2_filter_2_2"
    workbook.names[one], workbook.names[other] = workbook.names[other], workbook.names[one]
    assert told(verify_workbook(workbook, None)) == [("name", one), ("name", other)]


@pytest.mark.parametrize("name", ["conv1_filter_1_1", "dense1_weights_2_2"])
def test_a_block_that_was_moved_with_its_name_is_no_fault(workbook, name):
    """As Excel does it: the numbers move, the name moves along, and so do the formulas that read them."""
    sheet, old = workbook.sheets["Network"], workbook.names[name]
    new = shifted(old, 40, -3)
    top, left, bottom, right = parse_range(old.rpartition("!")[2].replace("$", ""))
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            sheet.values[row + 40, column - 3] = sheet.values.pop((row, column))
    here, there = (re.escape(text.rpartition("!")[2]) for text in (old, new))
    whole = re.compile(rf"{here}(?!\d)")
    sheet.formulas = {c: whole.sub(there.replace("\\", ""), text) for c, text in sheet.formulas.items()}
    workbook.names[name] = new
    assert verify_workbook(workbook, None).findings == []


def test_a_formula_that_reads_another_filter_is_blamed_itself(workbook):
    sheet = workbook.sheets["Network"]
    for cell in [c for c, text in sheet.formulas.items() if "$X$7:$Z$9" in text]:
        sheet.formulas[cell] = sheet.formulas[cell].replace("$X$7:$Z$9", "$X$16:$Z$18")
    found = [each for each in told(verify_workbook(workbook, None)) if each[0] != "stale-value"]
    assert found == [("formula", "conv1_1")] * 16


def test_names_that_were_all_moved_leave_nothing_to_go_by_and_formulas_are_blamed(workbook):
    for name, text in workbook.names.items():
        if text.startswith("Network!") and not name.startswith("_"):
            workbook.names[name] = shifted(text, 0, 1)
    report = verify_workbook(workbook, None)
    assert not report.ok
    assert "name" not in {f.kind for f in report.findings}
