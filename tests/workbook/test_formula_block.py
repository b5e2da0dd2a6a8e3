"""What the cells in words say, by hand; that Excel says the same is shown in tests/outside and by verify."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from networks import networks

from sheetcnn.excel.cell_array import in_words
from sheetcnn.network.network import Network
from sheetcnn.network.stages.conv import Conv
from sheetcnn.network.stages.dense import Dense
from sheetcnn.network.stages.softmax import Softmax
from sheetcnn.network.template_loader import load_template
from sheetcnn.workbook.layer_blocks import formula_blocks
from sheetcnn.workbook.layout import plan
from sheetcnn.workbook.readout import NOTHING, SUM_RIGHT, SUM_WRONG

TINY = load_template("tiny").network
SHOWN = {block.regions[0].name: block for block in formula_blocks(TINY, plan(TINY))}
DRAWN, BLANK = np.eye(6), np.zeros((6, 6))


def says(name, **seen):
    return SHOWN[name].compute(seen)[0].item()


def column(*values):
    return np.array(values, dtype=object if isinstance(values[0], str) else float).reshape(-1, 1)


@pytest.mark.parametrize(
    ("classes", "probabilities", "scores", "pixels", "expected"),
    [
        (column(0, 1, 7), column(0.1, 0.2, 0.7), column(1, 2, 3), DRAWN, "I read a 7."),
        (
            column(0, 1, 7),
            column(0.4, 0.4, 0.2),
            column(2, 2, 1),
            DRAWN,
            "I read a 0.",
        ),  # the first of two, as MATCH
        (column("a", "b", "cat"), column(0.1, 0.2, 0.7), column(1, 2, 3), DRAWN, "I read a cat."),
        (column(0, 1, 7), column(0.1, 0.2, 0.7), column(1, 2, 3), BLANK, NOTHING),
        (column(0, 1, 7), column(0.1, 0.2, 0.7), column(1, 2, 3), BLANK + 0.5, NOTHING),
        (column(0, 1, 7), column(1 / 3, 1 / 3, 1 / 3), column(5, 5, 5), DRAWN, NOTHING),
    ],
)
def test_the_answer(classes, probabilities, scores, pixels, expected):
    seen = {"classes": classes, "probabilities": probabilities, "dense1": scores, "input": pixels}
    assert says("answer", **seen) == expected


@pytest.mark.parametrize(
    ("highest", "expected"),
    [
        (0.95257, "95.3 % sure"),
        (1.0, "100 % sure"),
        (0.5, "50 % sure"),
        (0.9995, "100 % sure"),  # 99.95 rounds up, as Excel's ROUND
        (0.8125, "81.3 % sure"),  # 81.25: halves go up, where Python's round goes to the even 81.2
        (0.1, "10 % sure"),
    ],
)
def test_the_confidence(highest, expected):
    assert says("confidence", probabilities=column(0.01, highest, 0.0)) == expected


def test_the_check_of_the_sum():
    assert says("probability_check", probabilities=column(0.25, 0.25, 0.5)) == SUM_RIGHT
    assert says("probability_check", probabilities=column(0.25, 0.25, 0.500001)) == SUM_WRONG


def test_the_answer_beside_the_input_is_the_same_text():
    assert says("answer_beside_input", answer=column("I read a 7.")) == "I read a 7."


def test_labels_are_spelled_as_excel_joins_them():
    assert [in_words(label) for label in (7.0, 7, 1.5, "cat", -0.25)] == ["7", "7", "1.5", "cat", "-0.25"]


def test_every_exhibit_comes_after_what_it_reads():
    layout = plan(TINY)
    known = {region.name for region in layout.inputs} | {"classes", "truth"}
    known |= {region.name for grid in layout.weights.values() for row in grid for region in row}
    for block in formula_blocks(TINY, layout):
        assert {region.name for region in block.reads} <= known
        known |= {region.name for region in block.regions}
    assert known == {region.name for region in layout.regions}


def test_exhibits_say_which_stage_they_belong_to():
    stages = [block.stage for block in formula_blocks(TINY, plan(TINY))]
    assert list(dict.fromkeys(stages)) == [
        *("conv1", "relu1", "conv2", "relu2", "pool1", "dense1", "softmax", "answer")
    ]


@settings(max_examples=30)
@given(networks())
@example(Network((1, 2, 2), (Conv(1, 2, padding="same"), Dense(1), Softmax()), ("0",)))
@example(Network((1, 28, 28), (Conv(1, 5, stride=2, padding="same"), Dense(1), Softmax()), ("0",)))
def test_all_formulas_of_a_region_are_those_of_its_cells(network):
    for block in formula_blocks(network, plan(network)):
        for region in block.regions:
            cells = [
                [block.formula(region, row, column) for column in range(region.columns)]
                for row in range(region.rows)
            ]
            assert block.formulas(region) == cells
