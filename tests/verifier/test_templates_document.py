"""The worked example of docs/templates.md describes a workbook that somebody made by hand."""

import re
from pathlib import Path

import pytest
import xlsxwriter
from homes import REPOSITORY

import sheetcnn
from sheetcnn.errors import SpecError

DOCUMENT = REPOSITORY / "docs" / "templates.md"


@pytest.fixture
def description(tmp_path):
    *_, text = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "mine.toml"
    path.write_text(text)
    return path


def by_hand(path: Path, wrong: bool = False) -> Path:
    """A picture of 0 and 1, a filter 1 2 3 / 4 5 6 / 7 8 9, a convolution, and a ReLU."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Sheet1")
        ink = [[(row + column) % 2 for column in range(6)] for row in range(6)]
        for row in range(6):
            sheet.write_row(row, 0, ink[row])
        for row in range(3):
            sheet.write_row(row, 7, [3 * row + 1, 3 * row + 2, 3 * row + 3])
        for row in range(4):
            for column in range(4):
                # Of the filter's nine numbers the even ones lie on ink where the window begins on paper.
                value = 25 if (row + column) % 2 else 20
                left = "ABCD"[column]
                right = "CDEF"[column]
                sum_of_products = f"SUMPRODUCT({left}{row + 1}:{right}{row + 3},$H$1:$J$3)"
                sheet.write_formula(row, 11 + column, sum_of_products, None, value)
                sheet.write_formula(row, 16 + column, f"MAX(0,{'LMNO'[column]}{row + 1})", None, value)
        if wrong:
            sheet.write_formula("R2", "M2", None, 20)
    return path


def test_the_example_has_ten_lines(description):
    assert len([line for line in description.read_text().splitlines() if line.strip()]) <= 10


def test_a_workbook_made_by_hand_is_verified(description, tmp_path):
    report = sheetcnn.verify(by_hand(tmp_path / "mine.xlsx"), str(description))
    assert report.ok
    assert (report.formulas, report.checked, report.warnings) == (32, 32, 0)
    assert report.prediction == sheetcnn.Prediction(None, None)


def test_its_fault_is_found(description, tmp_path):
    report = sheetcnn.verify(by_hand(tmp_path / "mine.xlsx", wrong=True), str(description))
    assert [finding.cell for finding in report.findings] == ["Sheet1!R2"]


def test_a_region_that_does_not_fit_is_told(description, tmp_path):
    description.write_text(description.read_text().replace("L1:O4", "L1:O5"))
    with pytest.raises(SpecError, match="conv1_1 is given 5×4 cells where 4×4 belong"):
        sheetcnn.verify(by_hand(tmp_path / "mine.xlsx"), str(description))


def test_a_region_that_the_network_does_not_have_is_told(description, tmp_path):
    description.write_text(description.read_text().replace("relu1_1", "relu1_2"))
    with pytest.raises(
        SpecError,
        match=r"no region relu1_2 \(did you mean relu1_1\?\): it has input, conv1_filter_1_1, conv1_1, relu1_1",
    ):
        sheetcnn.verify(by_hand(tmp_path / "mine.xlsx"), str(description))
