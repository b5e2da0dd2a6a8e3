"""The sheet `Why ReLU`: its formulas, and what they give, worked by hand."""

import numpy as np
import pytest
from editing import edit, formula

import sheetcnn
from sheetcnn.excel.addresses import a1
from sheetcnn.excel.reader import read_workbook
from sheetcnn.network.template_loader import load_template
from sheetcnn.workbook.design import plan
from sheetcnn.workbook.sheets import SHEETS
from sheetcnn.workbook.spec import assemble

MNIST = load_template("mnist").network
BLOCKS = {e.regions[0].name: e for e in assemble(MNIST, plan(MNIST, SHEETS), SHEETS).blocks}


def computed(name, *read):
    block = BLOCKS[f"why_{name}"]
    values = dict(zip((region.name for region in block.reads), map(np.asarray, read), strict=True))
    return block.compute(values)[0].tolist()


@pytest.fixture(scope="module")
def sheet(full_file):
    """Return what every cell shows, by its address."""
    values = read_workbook(full_file).sheets["Why ReLU"].values
    return {a1(*cell): value for cell, value in values.items()}


@pytest.mark.parametrize(
    ("cell", "spelled"),
    [
        ("Q8", "=SUMPRODUCT(A7:C9,$L$10:$N$12)"),
        ("AE9", "=SUMPRODUCT(Q8:S10,$Z$10:$AB$12)"),
        ("R20", "=$L$10*$Z$10"),
        ("S20", "=$L$10*$AA$10+$M$10*$Z$10"),
        ("V24", "=$N$12*$AB$12"),
        ("AE20", "=SUMPRODUCT(A7:E11,$R$20:$V$24)"),
        ("AL20", "=AE9-AE20"),
        ("AP26", "=MAX(MAX($AL$20:$AP$24),-MIN($AL$20:$AP$24))"),
        ("Q32", "=MAX(0,Q8)"),
        ("P46", "=L46*$C$46+M46*$D$46+$E$46"),
        ("Q46", "=L46*$C$47+M46*$D$47+$E$47"),
        ("R46", "=MAX(0,P46)"),
        ("T46", "=R46*$C$48+S46*$D$48+$E$48"),
        ("U46", '=IF((T46-0.5)*(N46-0.5)>0,"yes","no")'),
        ("W46", "=P46*$C$48+Q46*$D$48+$E$48"),
    ],
)
def test_formulas(full_book, cell, spelled):
    assert full_book["Why ReLU"][cell].value == spelled


def test_an_edge_after_an_edge_is_a_corner():
    """A top edge is (1, 0, -1) down and (1, 1, 1) along, a left edge the other way round."""
    along = np.array([1, 1, 0, -1, -1])
    top, left = np.outer([1.0, 0, -1], [1, 1, 1]), np.outer([1.0, 1, 1], [1, 0, -1])
    assert computed("filter_both", top, left) == np.outer(along, along).tolist()


def test_one_weight_each_moves_to_the_place_that_both_add_up_to():
    first, second = np.zeros((3, 3)), np.zeros((3, 3))
    first[0, 2], second[1, 1] = 2.0, 5.0
    both = np.array(computed("filter_both", first, second))
    assert both[1, 3] == 10
    assert both.sum() == 10


def test_nothing_is_different_to_one_filter_and_with_relu_something_is(sheet):
    assert sheet["AP26"] == 0
    assert sheet["Q27"] == "0 everywhere: the 5x5 filter does in one step what A and B do in two."
    assert sheet["AP39"] == 3
    assert sheet["Q40"] == "Not 0: no single filter does what A, ReLU and B do."


def test_xor(sheet):
    """Units x1 + x2 and x1 + x2 - 1, the output the first less twice the second."""
    rows = [[sheet[f"{column}{row}"] for column in "PQRSTUWX"] for row in range(46, 50)]
    assert rows == [
        [0, -1, 0, 0, 0, "yes", 2, "no"],
        [1, 0, 1, 0, 1, "yes", 1, "yes"],
        [1, 0, 1, 0, 1, "yes", 1, "yes"],
        [2, 1, 2, 1, 0, "yes", 0, "yes"],
    ]
    assert sheet["L51"] == "4 of 4 points are right with ReLU, 3 of 4 without."


def test_a_missing_relu_is_named(full_file, tmp_path):
    part = f"xl/worksheets/sheet{list(read_workbook(full_file).sheets).index('Why ReLU') + 1}.xml"
    wrong = edit(full_file, tmp_path / "wrong.xlsx", {"R46": formula("P46", 0)}, part=part)
    found = sheetcnn.verify(wrong).findings
    assert [(each.cell, each.message) for each in found] == [("Why ReLU!R46", "ReLU is missing")]
