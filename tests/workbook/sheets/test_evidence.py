"""The sheet Evidence: its formulas as they stand there, what they give by hand, and what verify makes of faults."""

from __future__ import annotations

import numpy as np
import pytest
from editing import edit, formula, number, text
from hypothesis import HealthCheck, assume, given, settings
from networks import networks, some_input, unknown, with_weights

import sheetcnn
from sheetcnn.digits import gallery
from sheetcnn.excel.addresses import a1, parse_range
from sheetcnn.excel.reader import read_workbook
from sheetcnn.network.network import Network
from sheetcnn.network.stages.conv import Conv
from sheetcnn.network.stages.dense import Dense
from sheetcnn.network.stages.relu import ReLU
from sheetcnn.network.stages.softmax import Softmax
from sheetcnn.network.template_loader import load_template
from sheetcnn.workbook.design import plan
from sheetcnn.workbook.renderer import render_workbook
from sheetcnn.workbook.sheets.evidence import EvidenceSheet
from sheetcnn.workbook.spec import assemble

PAGE = EvidenceSheet()
MNIST = load_template("mnist").network
SHOWN = {e.regions[0].name: e for e in assemble(MNIST, plan(MNIST, [PAGE]), [PAGE]).blocks}
DIGITS = tuple("0123456789")


def written(path, template, digit):
    """Write the workbook of a template with this page and no other."""
    path.write_bytes(render_workbook(template, digit, [PAGE]).content)
    return path


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The workbook of the template `mnist` with this page and no other."""
    path = tmp_path_factory.mktemp("evidence") / "alone.xlsx"
    return written(path, load_template("mnist"), gallery.digit(7, 1))


def found(file, what):
    """Return a function from a region's name and a place in it to the formula, or the value, that stands there."""
    workbook = read_workbook(file)
    sheet = workbook.sheets["Evidence"]

    def at(name, row=0, column=0):
        top, left, _, _ = parse_range(workbook.names[f"evidence_{name}"].partition("!")[2])
        return getattr(sheet, what)[top + row, left + column]

    return at


# Formulas, worked out on the sheets themselves: pool1 at FH5 and FH35, the weights of class 7 at GV19 and GV49, ...


@pytest.mark.parametrize(
    ("region", "row", "column", "spelled"),
    [
        ("input_2", 0, 11, "Network!FS35"),
        ("0_1", 0, 0, "Network!FH5*Network!FV5"),
        ("0_2", 11, 11, "Network!FS46*Network!GG46"),
        ("7_1", 0, 1, "Network!FI5*Network!GW19"),
        ("7_2", 1, 0, "Network!FH36*Network!GV50"),
        ("sum_7_2", 0, 0, "SUM($AQ$49:$BB$60)"),
        ("score_7", 0, 0, "SUM($BC$37,$BC$50)"),
        ("network_7", 0, 0, "Network!$IK$12"),
        ("same_7", 0, 0, 'IF(ABS($BC$34-$BC$58)<0.000000001*(1+ABS($BC$58)),"equal","not equal")'),
        ("label_7", 0, 0, "Network!$IJ$12"),
        (
            "mark_7", 0, 0,
            "IF(MATCH(MAX(Network!$IK$5:$IK$14),Network!$IK$5:$IK$14,0)=8,"
            'IF(Network!$E$7="?","the answer",'
            'IF(Network!$IJ$12=Network!$E$7,"the answer: right","the answer: wrong")),'
            'IF(Network!$IJ$12=Network!$E$7,"what it is",""))',
        ),
    ],
)  # fmt: skip
def test_formulas_of_evidence(alone, region, row, column, spelled):
    assert found(alone, "formulas")(region, row, column) == spelled


def test_what_comes_in_is_drawn_every_second_cell_in_the_template_fastai(tmp_path):
    path = sheetcnn.generate(template="fastai", output=tmp_path / "f.xlsx", lesson=True).output
    workbook = read_workbook(path)
    pool, weights = (
        parse_range(workbook.names[name].partition("!")[2]) for name in ("pool1_1", "dense1_weights_3_1")
    )
    assert (pool.right - pool.left, weights.right - weights.left) == (
        22,
        22,
    )  # twelve values, a gap between two
    spelled = found(path, "formulas")("3_1", 2, 1)
    expected = (f"'conv-example'!{a1(area.top + 4, area.left + 2)}" for area in (pool, weights))
    assert spelled == "*".join(expected)


# What they give


def test_the_evidence_in_tiny_by_hand(tmp_path):
    # The pool of its 7 holds 9 and 5; its weights are 1 and 1 for a 0, -3 and 2 for a 1, 3 and -2 for a 7.
    path = sheetcnn.generate(template="tiny", output=tmp_path / "t.xlsx", lesson=True).output
    value = found(path, "values")
    assert [value("input_1"), value("input_2")] == [9, 5]
    products = [[value(f"{label}_{channel}") for channel in (1, 2)] for label in (0, 1, 2)]
    assert products == [[9, 5], [-27, 10], [27, -10]]
    assert [value(f"score_{label}") for label in (0, 1, 2)] == [14, -17, 17]
    assert [value(f"label_{label}") for label in (0, 1, 2)] == [0, 1, 7]


@pytest.mark.parametrize(
    ("best", "truth", "three", "seven"),
    [
        (7, 7.0, "", "the answer: right"),
        (7, 3.0, "what it is", "the answer: wrong"),
        (7, "?", "", "the answer"),
        (3, 9.0, "the answer: wrong", ""),
        (3, 7.0, "the answer: wrong", "what it is"),
    ],
)
def test_the_answer_and_what_is_right_are_marked(best, truth, three, seven):
    scores = np.full((10, 1), -5.0)
    scores[best] = -1
    seen = {
        "classes": np.arange(10.0).astype(object).reshape(-1, 1),
        "dense1": scores,
        "truth": np.array([[truth]], dtype=object),
    }
    marks = [SHOWN[f"evidence_mark_{label}"].compute(seen)[0].item() for label in (3, 7)]
    assert marks == [three, seven]


def test_of_two_classes_with_the_same_score_the_first_is_the_answer_as_on_network():
    seen = {
        "classes": np.arange(10.0).astype(object).reshape(-1, 1),
        "dense1": np.zeros((10, 1)),
        "truth": np.array([["?"]], dtype=object),
    }
    marks = [SHOWN[f"evidence_mark_{label}"].compute(seen)[0].item() for label in range(10)]
    assert marks == ["the answer", *[""] * 9]


# Verify


def test_a_workbook_with_evidence_verifies(alone):
    report = sheetcnn.verify(alone)
    assert report.findings == []
    assert report.formulas == report.checked
    (stage,) = [stage for stage in report.stages if stage.name == "evidence"]
    # two maps that come in; for each of ten classes two of products with their sums, the score, what Network has,
    # whether they are equal, the label, the mark
    assert stage.formulas == 2 * 144 + 10 * (2 * (144 + 1) + 5) == 3238


FAULTS = {
    "A7": (formula("Network!FI5", 0), "formula"),  # one column to the right
    "O7": (formula("Network!FH5*Network!FV6", 0), "formula"),  # the weight of another row
    "AQ37": (formula("Network!FH7*Network!GV7", 0), "formula"),  # the weights of another class
    "BB60": (formula("MAX(0,Network!FS46*Network!HG60)", 0), "formula"),  # nothing against it
    "BC50": (formula("SUM($AQ$49:$BB$59)", 0), "formula"),  # a row is missing
    "BC34": (formula("$BC$37", 0), "formula"),  # one map only
    "BC59": (text("equal"), "value-for-formula"),
    "AS34": (
        formula('IF(Network!$IJ$12=Network!$E$7,"the answer: right","")', "the answer: right"),
        "formula",
    ),
    "P8": (number(0.0), "value-for-formula"),
}


def test_planted_faults_are_named_each_as_what_it_is(alone, tmp_path):
    faults = {address: content for address, (content, _) in FAULTS.items()}
    broken = edit(alone, tmp_path / "broken.xlsx", faults, part="xl/worksheets/sheet2.xml")
    findings = sheetcnn.verify(broken).findings
    named = {f.cell: f.kind for f in findings if f.kind != "stale-value"}
    assert named == {f"Evidence!{address}": kind for address, (_, kind) in FAULTS.items()}


def test_it_takes_a_dense_stage_that_reads_maps_and_is_not_huge():
    scores = (Dense(10), Softmax())
    assert PAGE.fits(MNIST)
    assert PAGE.fits(Network((1, 4, 4), scores, DIGITS))  # it reads the input
    assert not PAGE.fits(Network((1, 4, 4), (Dense(5), ReLU(), *scores), DIGITS))  # it reads a vector
    assert not PAGE.fits(Network((1, 28, 28), scores, DIGITS))  # 7,840 products
    assert not PAGE.fits(Network((1, 4, 4), (Conv(1, 3),), ()))


def test_a_dense_stage_that_reads_the_input_has_evidence(tmp_path):
    network = Network((2, 3, 3), (Dense(2), Softmax()), ("cat", "dog"))
    path = written(tmp_path / "input.xlsx", with_weights(network), unknown(some_input(network)))
    assert found(path, "formulas")("1_2", 2, 2).startswith("Network!")
    assert sheetcnn.verify(path).findings == []


@settings(max_examples=5, suppress_health_check=[HealthCheck.filter_too_much])  # it fits few
@given(networks())
def test_every_small_network_that_it_fits_has_evidence_that_verifies(tmp_path_factory, network):
    assume(PAGE.fits(network))
    path = tmp_path_factory.mktemp("random") / "random.xlsx"
    report = sheetcnn.verify(written(path, with_weights(network), unknown(some_input(network))))
    assert report.findings == []
    assert report.formulas == report.checked
