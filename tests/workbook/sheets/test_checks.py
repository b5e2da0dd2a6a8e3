"""Checks that see what is broken, by hand and in the whole workbook; and the guide to it."""

from __future__ import annotations

import re
import shutil

import numpy as np
import pytest
from editing import edit, formula, number, text

import sheetcnn
from sheetcnn.excel.addresses import parse_range
from sheetcnn.excel.reader import read_workbook
from sheetcnn.network.network import Network
from sheetcnn.network.stages.dense import Dense
from sheetcnn.network.stages.maxpool import MaxPool
from sheetcnn.network.stages.softmax import Softmax
from sheetcnn.network.template_loader import load_template
from sheetcnn.workbook.design import plan
from sheetcnn.workbook.sheets import SHEETS
from sheetcnn.workbook.sheets.checked import ALL_WELL, NOT_WELL, WELL_BUT_CHANGED
from sheetcnn.workbook.spec import assemble

MNIST = load_template("mnist").network
LAYOUT = plan(MNIST, SHEETS)
BLOCKS = {e.regions[0].name: e for e in assemble(MNIST, LAYOUT, SHEETS).blocks}


def computed(name, *read):
    block = BLOCKS[name]
    values = dict(zip((region.name for region in block.reads), map(np.asarray, read), strict=True))
    return block.compute(values)[0].item()


def test_a_sum_of_1_is_a_share_each():
    assert computed("check_sum", [[0.25], [0.75]]) == "yes"
    assert computed("check_sum", [[0.25], [0.76]]) == "no"
    assert computed("check_sum", [[0.25], [np.nan]]) == "no"  # an error


def test_pixels_lie_between_0_and_1():
    assert computed("check_pixels", [[0.0, 1.0]]) == "yes"
    assert computed("check_pixels", [[0.0, 1.1]]) == "no"
    assert computed("check_pixels", [[-0.1, 1.0]]) == "no"


def test_nothing_is_negative_after_relu():
    assert computed("check_relu1", [[0.0, 3.0]], [[0.0, 1.0]]) == "yes"
    assert computed("check_relu1", [[0.0, 3.0]], [[0.0, -1.0]]) == "no"


def test_a_pool_makes_nothing_larger_and_keeps_at_least_the_mean():
    before, after = [[1.0, 2.0], [3.0, 4.0]], [[4.0]]
    assert computed("check_most_pool1", after, after, before, before) == "yes"
    assert computed("check_most_pool1", after, [[4.5]], before, before) == "no"
    assert computed("check_least_pool1", after, after, before, before) == "yes"
    assert computed("check_least_pool1", [[2.0]], [[2.0]], before, before) == "no"  # the mean is 2.5
    alike = [[0.1, 0.1], [0.1, 0.1]]
    assert (
        computed("check_least_pool1", [[np.nextafter(0.1, 0)]], [[np.nextafter(0.1, 0)]], alike, alike)
        == "yes"
    )


@pytest.mark.parametrize(
    ("pool", "side", "checked"),
    [
        (MaxPool(2), 4, True),
        (MaxPool(2), 5, False),  # leaves a row and a column out, which may hold the largest values of all
        (MaxPool(3, stride=1), 5, False),  # sees those in the middle more often
        (MaxPool(2, stride=3), 5, False),
    ],
)
def test_means_are_compared_where_a_pool_sees_every_value_once(pool, side, checked):
    network = Network((1, side, side), (pool, Dense(2), Softmax()), ("a", "b"))
    (checks,) = (sheet for sheet in SHEETS if sheet.sheet == "Checks")
    regions = checks.declare(network, plan(network)).regions
    assert ("check_least_pool1" in {region.name for region in regions}) is checked


def test_scores_are_those_of_numpy_but_for_a_drawing():
    word, drawing = ([[text]] for text in ("7, sample 1", "my drawing"))
    as_made = [[["yes"]]] * 3
    assert computed("check_scores", [[1.0], [2.0]], [[1.0], [2.0]], word, *as_made) == "yes"
    assert computed("check_scores", [[1.0], [2.0]], [[1.0], [2.001]], word, *as_made) == "no"
    assert computed("check_scores", [[1.0], [np.nan]], [[1.0], [2.0]], word, *as_made) == "no"
    assert computed("check_scores", [[1.0], [2.0]], [[0.0], [0.0]], drawing, *as_made) == "yes"


def test_scores_are_not_compared_once_a_weight_was_changed():
    word = [["7, sample 1"]]
    for checks in ([[["changed"]], [["yes"]], [["yes"]]], [[["yes"]], [["no"]], [["changed"]]]):
        assert computed("check_scores", [[1.0]], [[1.0]], word, *checks) == "not compared"
    assert computed("check_scores", [[1.0]], [[1.0]], word, [["no"]], [["yes"]], [["yes"]]) == "yes"


def test_a_changed_weight_is_told_from_one_that_is_no_number():
    factors = np.array([[0.5, 0.25]])
    made = [[101 * (2 * 0.5 + 3 * 0.25) + 102 * (1 * 0.5 - 4 * 0.25)]]
    assert computed("check_weights_conv1", [[2.0, 3.0]], [[1.0, -4.0]], factors, made) == "yes"
    assert computed("check_weights_conv1", [[2.0, 3.001]], [[1.0, -4.0]], factors, made) == "changed"
    assert computed("check_weights_conv1", [[3.0, 2.0]], [[1.0, -4.0]], factors, made) == "changed"  # flipped
    assert (
        computed("check_weights_conv1", [[1.0, -4.0]], [[2.0, 3.0]], factors, made) == "changed"
    )  # exchanged
    worded = np.array([[2.0, "3"]], dtype=object)
    assert computed("check_weights_conv1", worded, [[1.0, -4.0]], factors, made) == "no"
    assert computed("check_weights_conv1", [[2.0, np.nan]], [[1.0, -4.0]], factors, made) == "no"


def value(path, name):
    workbook = read_workbook(path)
    sheet, _, area = workbook.names[name].partition("!")
    return workbook.sheets[sheet].values[parse_range(area)[:2]]


@pytest.mark.parametrize("name", ["all_well", "all_well_here", "all_well_guide"])
def test_all_is_well_in_a_fresh_workbook(full_file, name):
    assert value(full_file, name) == ALL_WELL


@pytest.mark.parametrize(
    ("cell", "broken", "check"),
    [
        ("CA13", formula("MAX(1,AY13)", 1), "check_scores"),  # relu1, a value of which the digit makes use
        ("CA13", formula("-5", -5), "check_relu1"),
        ("IN5", formula("IM5/$IM$15", 0), "check_sum"),
    ],
)
def test_what_is_broken_by_hand_is_noticed(full_file, tmp_path, cell, broken, check):
    path = edit(full_file, tmp_path / "x.xlsx", {cell: broken})
    from sheetcnn.digits import gallery

    sheetcnn.set_digit(path, gallery.digit(7, 1))  # computes every formula afresh
    assert value(path, check) == "no"
    assert value(path, "all_well") == value(path, "all_well_here") == NOT_WELL


def test_a_changed_weight_is_no_wrong_formula(full_file, tmp_path):
    from sheetcnn.digits import gallery

    cells = {
        "AT12": number(0.962),
        "DC16": number(-0.177),
        "DD16": number(-0.276),
    }  # by a thousandth, and exchanged
    path = edit(full_file, tmp_path / "x.xlsx", cells)
    sheetcnn.set_digit(path, gallery.digit(7, 1))
    layers = {layer: value(path, f"check_weights_{layer}") for layer in ("conv1", "conv2", "dense1")}
    assert layers == {"conv1": "changed", "conv2": "changed", "dense1": "yes"}
    assert value(path, "check_scores") == "not compared"
    assert {value(path, name) for name in ("all_well", "all_well_here", "all_well_guide")} == {
        WELL_BUT_CHANGED
    }


def test_a_wrong_formula_is_named_beside_changed_weights_too(full_file, tmp_path):
    from sheetcnn.digits import gallery

    path = edit(full_file, tmp_path / "x.xlsx", {"AT12": number(-0.9), "CA13": formula("-5", -5)})
    sheetcnn.set_digit(path, gallery.digit(7, 1))
    assert value(path, "check_weights_conv1") == "changed"
    assert value(path, "check_relu1") == "no"
    assert value(path, "all_well") == NOT_WELL


def test_a_weight_that_is_no_number_is_a_fault(full_file, tmp_path):
    from sheetcnn.explainer import explain

    path = edit(full_file, tmp_path / "x.xlsx", {"AT12": text("-1")})
    assert re.search(r"^formula +no$", explain(path, "check_weights_conv1"), re.MULTILINE)


def test_after_set_digit_all_is_well(full_file, tmp_path):
    from sheetcnn.digits import gallery

    path = shutil.copy(full_file, tmp_path / "x.xlsx")
    sheetcnn.set_digit(path, gallery.digit(4, 4))
    assert value(path, "all_well") == ALL_WELL


def test_every_link_of_the_guide_leads_to_a_sheet(full_file):
    import openpyxl

    book = openpyxl.load_workbook(full_file)
    links = [cell.hyperlink.location for row in book["Guide"] for cell in row if cell.hyperlink]
    assert len(links) > 15
    assert {link.rpartition("!")[0].strip("'") for link in links} <= set(book.sheetnames)


def test_every_region_of_formulas_has_a_note(full_file):
    import openpyxl

    book = openpyxl.load_workbook(full_file)
    for block in BLOCKS.values():
        for region in block.regions:
            comment = book[region.sheet].cell(region.top + 1, region.left + 1).comment
            assert comment.text.startswith(f"{region.name}, ")


@pytest.mark.parametrize("template", ["fastai", "tiny"])
def test_other_templates_take_the_lesson_on_request(tmp_path, template):
    path = sheetcnn.generate(template=template, lesson=True, output=tmp_path / "x.xlsx").output
    assert {"Guide", "Checks"} <= set(read_workbook(path).sheets)
    assert sheetcnn.verify(path).findings == []
    assert value(path, "all_well") == ALL_WELL
