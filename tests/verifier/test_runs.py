"""Formulas below each other that read what lies side by side, as dense outputs do, are computed at once."""

import numpy as np
import pytest
from editing import edit, formula

import sheetcnn
from sheetcnn.digits.digit import Digit
from sheetcnn.excel.addresses import a1
from sheetcnn.excel.parser import parse
from sheetcnn.excel.reader import read_workbook
from sheetcnn.network.network import Network
from sheetcnn.network.stages.dense import Dense
from sheetcnn.network.stages.flatten import Flatten
from sheetcnn.network.stages.relu import ReLU
from sheetcnn.network.stages.softmax import Softmax
from sheetcnn.network.template import Template
from sheetcnn.verifier.grouping import PatternRun
from sheetcnn.verifier.patterns import blocks, is_the_same_anywhere, texts_of
from sheetcnn.workbook.layout import plan
from sheetcnn.workbook.renderer import render_workbook

NETWORK = Network((1, 2, 5), (Flatten(), Dense(8, bias=True), ReLU(), Dense(3), Softmax()), tuple("abc"))
(FLAT,), (DENSE,) = plan(NETWORK).tensor("flatten1"), plan(NETWORK).tensor("dense1")


@pytest.fixture(scope="module")
def dense(tmp_path_factory):
    random = np.random.default_rng(1)
    weights = {name: random.normal(size=shape).round(3) for name, shape in NETWORK.weight_shapes.items()}
    path = tmp_path_factory.mktemp("dense") / "dense.xlsx"
    template = Template("dense", "", NETWORK, weights, path)
    path.write_bytes(render_workbook(template, Digit(random.uniform(size=(2, 5)), None, "a test")).content)
    return path


def pieces(path, region):
    sheet = read_workbook(path).sheets[region.sheet]
    return blocks(sheet, region, texts_of(sheet, region), None, array=False)


def test_eight_outputs_are_one_run_and_two_rows_of_pixels_two(dense):
    (outputs,) = pieces(dense, DENSE)
    assert isinstance(outputs, PatternRun)
    assert outputs.transposed
    assert [int(piece.holds.sum()) for piece in pieces(dense, FLAT)] == [5, 5]


def test_a_sound_one_verifies(dense):
    report = sheetcnn.verify(dense)
    assert report.findings == []
    assert report.checked == report.formulas


@pytest.mark.parametrize("row", [0, 3, 7])
def test_a_wrong_one_among_them_is_found_by_itself(dense, tmp_path, row):
    sheet = read_workbook(dense).sheets[DENSE.sheet]
    cell = DENSE.cell(row, 0)
    text = sheet.formulas[cell]
    products, bias = text.split(")+")
    assert products.startswith("SUMPRODUCT(")
    address = a1(*cell)
    wrong = edit(
        dense, tmp_path / "wrong.xlsx", {address: formula(f"{products})-{bias}", sheet.values[cell])}
    )
    found = sheetcnn.verify(wrong).findings
    assert {finding.cell for finding in found if finding.kind == "formula"} == {f"{DENSE.sheet}!{address}"}


@pytest.mark.parametrize("texts", ["DCBAAAAA", "FEDCBAAA", "ABCDDCBA", "HGFEDCBA"])
def test_a_run_towards_the_first_column_or_row_ends_there(dense, tmp_path, texts):
    for wrong in (texts, [f"A{ord(letter) - 64}" for letter in texts]):
        cells = {
            a1(*DENSE.cell(row, 0)): formula(text if len(text) > 1 else f"{text}1", 0.0)
            for row, text in enumerate(wrong)
        }
        report = sheetcnn.verify(edit(dense, tmp_path / "wrong.xlsx", cells))
        assert {f"{DENSE.sheet}!{cell}" for cell in cells} <= {finding.cell for finding in report.findings}


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("SUMPRODUCT(A1:A3,B1:B3)+C1", True),
        ("MAX(0,SUM(A1:B2)*2)", True),
        ("Other!B2", True),
        ("A1:A3+1", False),
        ("SUM(A1:A3)+A1:A3", False),
        ("ROW()", False),
        ("SUM(ROW(),1)", False),
        ("INDEX(A1:A3,2)", False),
        ("total", False),
        ("SUM(total)", False),
        ("-A1", False),
    ],
)
def test_what_minds_its_place_is_left_alone(text, same):
    assert is_the_same_anywhere(parse(text)) is same
