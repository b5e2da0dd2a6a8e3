"""The sheet `Softmax`: its formulas, and what they give, worked with bc -l."""

from __future__ import annotations

import numpy as np
import pytest
from editing import edit, formula, number, text

import sheetcnn
from sheetcnn.excel.reader import read_workbook
from sheetcnn.network.template_loader import load_template
from sheetcnn.workbook.design import plan
from sheetcnn.workbook.sheets import SHEETS, softmax
from sheetcnn.workbook.spec import assemble

MNIST = load_template("mnist").network
BLOCKS = {e.regions[0].name: e for e in assemble(MNIST, plan(MNIST, SHEETS), SHEETS).blocks}
ERROR = np.nan


def computed(name, *read):
    block = BLOCKS[f"softmax_{name}"]
    values = dict(zip((region.name for region in block.reads), map(np.asarray, read), strict=True))
    return block.compute(values)[0].ravel().tolist()


def column(*values):
    return np.array(values, dtype=object if any(isinstance(v, str) for v in values) else float).reshape(-1, 1)


NAMES = column("cat", "dog", "plane", "fish", "building")


@pytest.fixture(scope="module")
def part(full_file):
    """Return the part of the package that holds the sheet."""
    return f"xl/worksheets/sheet{list(read_workbook(full_file).sheets).index('Softmax') + 1}.xml"


@pytest.mark.parametrize(
    ("cell", "spelled"),
    [
        ("C7", "=EXP(B7)"),
        ("C12", "=SUM($C$7:$C$11)"),
        ("D11", "=C11/$C$12"),
        ("E7", "=B7/$B$12"),
        ("G8", "=1/(1+EXP(-B8))"),
        ("H9", '=IF(G9>=$H$5,A9,"")'),
        ("B20", 709),
        ("B21", "on"),
        ("C21", '=IF($B$21="on",MAX($B$24:$B$28),0)'),
        ("B24", "=B7+$B$20"),
        ("C28", "=B28-$C$21"),
        ("D28", "=EXP(C28)"),
        ("E28", "=D28/$D$29"),
        ("R7", "=EXP(Q7)"),
        ("S23", "=1/(1+EXP(-Q23))"),
    ],
)
def test_formulas(full_book, cell, spelled):
    assert full_book["Softmax"][cell].value == spelled


def test_the_five_outputs_have_exps_that_sum_to_8_45(full_file):
    sheet = read_workbook(full_file).sheets["Softmax"]

    def values(column, rows=range(6, 11)):
        return [sheet.values[row, column] for row in rows]

    assert values(0) == ["cat", "dog", "plane", "fish", "building"]
    assert values(1) == [0.95, 1.2, -0.6, 0.4, -0.69]
    exact = {"rel": 1e-14}
    assert values(2, [11]) == pytest.approx([8.44803898485374597286], **exact)
    shares = [
        0.30607217414025824207,
        0.39300445093696806290,
        0.06496319880601587470,
        0.17658828283296529618,
        0.05937189328379252411,
    ]
    assert values(3) == pytest.approx(shares, **exact)
    assert values(6) == pytest.approx(
        [
            0.72111517802286309176,
            0.76852478349901764293,
            0.35434369377420454709,
            0.59868766011245200037,
            0.33403307324817974367,
        ],
        **exact,
    )
    # Outputs near 710 are rounded to 1e-13, and so are the shares.
    assert values(4, range(23, 28)) == pytest.approx(shares, rel=1e-12)
    assert sheet.values[12, 0] == "dog has the highest probability: 39.3 %."
    assert sheet.values[12, 6] == "Picked: cat, dog, fish."
    assert sheet.values[29, 0] == softmax.THE_SAME


def test_exp_ends_where_excel_ends():
    assert computed("exps", column(0, 709.78, 709.79, -800, ERROR))[:1] == [1]
    assert np.isnan(computed("exps", column(0, 709.78, 709.79, -800, ERROR))).tolist() == [0, 0, 1, 0, 1]
    assert np.isnan(computed("exp_sum", column(1.7e308, 1.7e308, 0, 0, 0))).all()
    assert np.isnan(computed("shares", column(0, 0, 0, 0, 0), [[0.0]])).all()


def test_the_largest_is_subtracted_or_nothing():
    raised, on, off = column(3, 7, -1, 2, 0), column("on"), column("off")
    assert computed("subtracted", raised, on) == [7]
    assert computed("subtracted", raised, off) == [0]
    assert computed("less", raised, [[7.0]]) == [-4, 0, -8, -5, -7]


def test_words_say_what_broke():
    on, off, less = column("on"), column("off"), column(710, 1, 1, 1, 1)
    assert computed("less_verdict", less, [[ERROR]], off) == [softmax.TOO_LARGE]
    assert computed("less_verdict", less, [[0.0]], off) == [softmax.ALL_ZERO]
    assert computed("less_verdict", less, [[3.0]], off) == [softmax.NO_HARM]
    assert computed("less_verdict", less, [[3.0]], on) == [softmax.THE_SAME]
    assert computed("less_verdict", column(ERROR, 1, 1, 1, 1), [[ERROR]], on) == [softmax.NO_NUMBER]


def test_the_largest_share_may_belong_to_several():
    assert computed("verdict", NAMES, column(1, 3, 2, 0, 0), column(0.1, 0.5, 0.2, 0.1, 0.1)) == [
        "dog has the highest probability: 50 %."
    ]
    assert computed("verdict", NAMES, column(1, 3, 3, 0, 0), column(0.1, 0.38125, 0.38125, 0.1, 0.0375)) == [
        "2 classes have the largest output, with a probability of 38.1 % each."
    ]
    assert computed("verdict", NAMES, column(710, 3, 3, 0, 0), column(*[ERROR] * 5)) == [softmax.HERE]


def test_labels_are_picked_each_by_itself():
    sigmoids = column(0.72, 0.5, 0.49, 0.9, 0.1)
    assert computed("picked", NAMES, sigmoids, [[0.5]]) == ["cat", "dog", "", "fish", ""]
    assert computed("labels", column("cat", "dog", "", "fish", "")) == ["Picked: cat, dog, fish."]
    assert computed("labels", column("", "", "", "", "")) == [softmax.NONE_PICKED]
    assert computed("labels", column("cat", "", "", "", ERROR)) == [softmax.NEGATIVE]
    assert np.isnan(computed("sigmoids", column(0, -710, 710, 0, 0))).tolist() == [0, 1, 0, 0, 0]


# Verify


@pytest.mark.parametrize(
    "cells",
    [
        {"B21": text("off"), "H5": number(0.99), "A7": text("tiger")},
        {"B7": number(720.0)},
        {"B7": number(1.2), "B20": number(-800.0), "B21": text("off")},  # two alike
    ],
)
def test_what_a_learner_changes_is_no_fault(full_file, tmp_path, part, cells):
    path = edit(full_file, tmp_path / "x.xlsx", cells, part=part)
    assert {finding.kind for finding in sheetcnn.verify(path).findings} == {"stale-value"}


def test_faults_are_named(full_file, tmp_path, part):
    largest = "INDEX($A$7:$A$11,MATCH(MAX($B$7:$B$11),$B$7:$B$11,0))"
    cells = {
        "C9": formula("EXP(B8)", 0.55),
        "C12": formula("SUM($C$7:$C$10)", 8.45),
        "D7": number(0.30607217414025824),
        "E8": formula("B8/$C$12", 0.14),
        "G8": formula("1/(1+EXP(B8))", 0.23),
        "H9": formula('IF(G9>$H$5,A9,"")', ""),
        "A13": formula(
            f'{largest}&" has the highest probability: "&ROUND(100*MAX($D$7:$D$11),1)&" %."', "dog"
        ),
        "G13": formula('"Picked: "&H7&", "&H8&", "&H10&"."', "Picked: cat, dog, fish."),
        "C21": formula("MAX($B$24:$B$28)", 710.2),
        "A30": formula(f'"{softmax.THE_SAME}"', softmax.THE_SAME),
        "Q10": number(-2.4),
    }
    path = edit(full_file, tmp_path / "x.xlsx", cells, part=part)
    named = {finding.cell for finding in sheetcnn.verify(path).findings}
    assert {f"Softmax!{cell}" for cell in cells} <= named


@pytest.mark.parametrize("template", ["fastai", "tiny"])
def test_other_networks_take_it(tmp_path, template):
    path = sheetcnn.generate(template=template, lesson=True, output=tmp_path / "x.xlsx").output
    assert read_workbook(path).sheets["Softmax"].values[12, 0] == "dog has the highest probability: 39.3 %."
    report = sheetcnn.verify(path)
    assert (report.findings, report.checked) == ([], report.formulas)
