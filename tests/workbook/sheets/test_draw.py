"""The sheet Draw: how a drawing is softened and moved to the middle. Expected values are worked by hand."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from lesson_blocks import column, computed, contents, word

from sheetcnn.excel.reader import read_workbook


@pytest.fixture(scope="module")
def cells(full_file):
    return partial(contents, read_workbook(full_file))


# Formulas, worked out on the sheet itself


@pytest.mark.parametrize(
    ("region", "row", "column", "formula"),
    [
        ("softened", 0, 0, "SUMPRODUCT(A6:C8,$AH$39:$AJ$41)/SUM($AH$39:$AJ$41)"),
        ("ink_rows", 1, 0, "SUM(AH8:BI8)"),
        ("ink_columns", 0, 1, "SUM(AI7:AI34)"),
        (
            "moved_down", 0, 0,
            "IF(SUM($BJ$7:$BJ$34)=0,0,ROUND(15-SUMPRODUCT($BJ$7:$BJ$34,$AG$7:$AG$34)/SUM($BJ$7:$BJ$34),0))",
        ),
        ("from_rows", 2, 0, 'IF(AND($AG9-$BP$39>=1,$AG9-$BP$39<=28),$AG9-$BP$39,"")'),
        ("from_columns", 0, 2, 'IF(AND(AJ$6-$BP$40>=1,AJ$6-$BP$40<=28),AJ$6-$BP$40,"")'),
        (
            "drawing", 0, 0,
            'IF($BP$3="off",B7,IF(COUNT($BO7,BP$6)=2,INDEX($AH$7:$BI$34,$BO7,BP$6),0))',
        ),
    ],
)  # fmt: skip
def test_formulas_of_draw(cells, region, row, column, formula):
    assert cells(region)[row][column] == formula


def test_it_opens_with_an_empty_pad_that_is_softened_and_centred(cells):
    assert cells("centring") == [["on"]]
    assert {value for row in cells("paper") for value in row} == {None}


# What they give


def test_the_softened_drawing_of_one_cell_is_the_kernel():
    paper = np.zeros((30, 30))
    paper[11, 11] = 1  # row 11 and column 11 of the pad
    softened = computed("softened", paper=paper, softening=[[1.0, 2, 1], [2, 4, 2], [1, 2, 1]])
    assert softened[9:12, 9:12].tolist() == [
        [1 / 16, 1 / 8, 1 / 16],
        [1 / 8, 1 / 4, 1 / 8],
        [1 / 16, 1 / 8, 1 / 16],
    ]
    assert softened.sum() == 1


@pytest.mark.parametrize(
    ("rows", "move"),
    [
        ({15: 1.0}, 0.0),  # in the middle already
        ({1: 1.0}, 14.0),
        ({28: 2.0}, -13.0),
        ({14: 1.0, 15: 1.0}, 1.0),  # half a row: away from 0, as Excel rounds
        ({15: 1.0, 16: 1.0}, -1.0),
        ({}, 0.0),
    ],
)
def test_the_drawing_moves_so_far_that_its_centre_of_mass_is_in_row_15(rows, move):
    ink = np.zeros((28, 1))
    for row, amount in rows.items():
        ink[row - 1] = amount
    assert computed("moved_down", ink_rows=ink, row_numbers=np.arange(1.0, 29).reshape(-1, 1)).tolist() == [
        [move]
    ]


def test_rows_come_from_so_far_above_and_none_from_outside():
    numbers = np.arange(1.0, 29).reshape(-1, 1)
    down = computed("from_rows", row_numbers=numbers, moved_down=[[2.0]]).ravel().tolist()
    assert down == ["", "", *map(float, range(1, 27))]
    up = computed("from_rows", row_numbers=numbers, moved_down=[[-1.0]]).ravel().tolist()
    assert up == [*map(float, range(2, 29)), ""]


def test_the_centred_drawing_is_the_softened_one_moved_or_the_paper_as_it_is():
    paper, softened = np.zeros((30, 30)), np.zeros((28, 28))
    paper[1, 1], softened[0, 5] = 0.5, 0.75
    rows, columns = (
        column("", *map(float, range(1, 28))),
        column(*map(float, range(2, 29)), "").reshape(1, -1),
    )
    seen = {"paper": paper, "softened": softened, "from_rows": rows, "from_columns": columns}
    moved = computed("drawing", centring=word("on"), **seen)
    assert np.argwhere(moved).tolist() == [[1, 4]]
    assert moved[1, 4] == 0.75
    as_drawn = computed("drawing", centring=word("off"), **seen)
    assert (as_drawn[0, 0], np.count_nonzero(as_drawn)) == (0.5, 1)


def test_the_ink_of_a_row_and_of_a_column_is_summed():
    softened = np.zeros((28, 28))
    softened[2, 3], softened[2, 5] = 0.25, 0.5
    assert np.argwhere(computed("ink_rows", softened=softened)).tolist() == [[2, 0]]
    assert computed("ink_rows", softened=softened)[2, 0] == 0.75
    assert computed("ink_columns", softened=softened)[0, 3:6].tolist() == [0.25, 0, 0.5]


def test_columns_come_from_so_far_to_the_left():
    numbers = np.arange(1.0, 29).reshape(1, -1)
    right = computed("from_columns", column_numbers=numbers, moved_right=[[1.0]])
    assert right.tolist() == [["", *map(float, range(1, 28))]]


def test_the_answer_is_that_of_the_drawing_only_if_the_network_reads_it():
    def answer(choice):
        return computed("drawing_answer", choice=word(choice), answer=word("I read a 7.")).item()

    assert answer("my drawing") == "I read a 7."
    assert answer("my digit") == "Network reads another digit now: choose my drawing there."
