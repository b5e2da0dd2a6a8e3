"""Padded maps: formulas at their edges are all different, and each is judged."""

import numpy as np
import pytest
from editing import edit, formula

import sheetcnn
from sheetcnn.digits.digit import Digit
from sheetcnn.excel.reader import read_workbook
from sheetcnn.network.network import Network
from sheetcnn.network.stages.conv import Conv
from sheetcnn.network.stages.dense import Dense
from sheetcnn.network.stages.softmax import Softmax
from sheetcnn.network.template import Template
from sheetcnn.verifier.grouping import PatternRun
from sheetcnn.verifier.patterns import blocks, texts_of
from sheetcnn.workbook.layout import plan
from sheetcnn.workbook.renderer import render_workbook

NETWORK = Network((1, 8, 9), (Conv(1, 3, padding=1), Dense(2), Softmax()), ("a", "b"))
(MAP,) = plan(NETWORK).tensor("conv1")


@pytest.fixture(scope="module")
def padded(tmp_path_factory):
    random = np.random.default_rng(1)
    weights = {name: random.normal(size=shape).round(3) for name, shape in NETWORK.weight_shapes.items()}
    path = tmp_path_factory.mktemp("padded") / "padded.xlsx"
    template = Template("padded", "", NETWORK, weights, path)
    path.write_bytes(render_workbook(template, Digit(random.uniform(size=(8, 9)), None, "a test")).content)
    return path


def faults(padded, tmp_path, cells):
    report = sheetcnn.verify(edit(padded, tmp_path / "wrong.xlsx", cells))
    return {finding.cell: finding.message for finding in report.findings if finding.kind == "formula"}


def test_edges_are_computed_in_a_few_pieces(padded):
    # The inner cells, 6 x 7; the top, the bottom and both sides; and the four corners, each by itself.
    sheet = read_workbook(padded).sheets["Network"]
    pieces = blocks(sheet, MAP, texts_of(sheet, MAP), None, array=False)
    assert sorted(int(piece.holds.sum()) for piece in pieces) == [1, 1, 1, 1, 6, 6, 7, 7, 42]
    assert sum(isinstance(piece, PatternRun) for piece in pieces) == 4
    assert sum(piece.holds.astype(int) for piece in pieces).tolist() == [[1] * 9] * 8


def test_a_sound_one_verifies(padded):
    report = sheetcnn.verify(padded)
    assert report.findings == []
    assert report.checked == report.formulas


def test_an_inner_formula_at_the_edge_is_found_though_its_value_is_right(padded, tmp_path):
    # SUMPRODUCT(S5:U6,$AA$8:$AC$9) belongs there. Row 4 holds captions, which count as 0.
    value = read_workbook(padded).sheets["Network"].values[MAP.cell(0, 4)]
    found = faults(padded, tmp_path, {"AJ5": formula("SUMPRODUCT(S4:U6,$AA$7:$AC$9)", value)})
    assert list(found) == ["Network!AJ5"]
    assert "one row too tall" in found["Network!AJ5"]


def test_a_whole_edge_that_is_wrong_is_found_cell_by_cell(padded, tmp_path):
    # The filter is turned upside down at the upper edge: rows 1 and 2 of it for rows 2 and 3.
    reads = {"AG5": "P5:R6", "AH5": "Q5:S6", "AI5": "R5:T6", "AJ5": "S5:U6", "AK5": "T5:V6", "AL5": "U5:W6"}
    wrong = {cell: formula(f"SUMPRODUCT({area},$AA$7:$AC$8)", 0.0) for cell, area in reads.items()}
    found = faults(padded, tmp_path, wrong)
    assert set(found) == {f"Network!{cell}" for cell in wrong}
