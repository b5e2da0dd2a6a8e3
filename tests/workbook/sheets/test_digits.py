"""The sheet Digits: which digits there are to choose from, and how the network reads the chosen one."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from lesson_blocks import MNIST, column, computed, contents, word

from sheetcnn.digits import gallery
from sheetcnn.excel.reader import read_workbook
from sheetcnn.workbook.design import plan
from sheetcnn.workbook.sheets.digits import DigitsSheet
from sheetcnn.workbook.sheets.draw import DrawSheet
from sheetcnn.workbook.spec import assemble


@pytest.fixture(scope="module")
def cells(full_file):
    return partial(contents, read_workbook(full_file))


# Formulas, worked out on the sheets themselves


@pytest.mark.parametrize(
    ("region", "row", "column", "formula"),
    [
        ("chosen_row", 0, 0, "INDEX($C$7:$C$58,MATCH(Network!$A$5,$A$7:$A$58,0))"),
        ("chosen_column", 0, 0, "INDEX($D$7:$D$58,MATCH(Network!$A$5,$A$7:$A$58,0))"),
        (
            "truth", 0, 0,
            "IF(ISNUMBER(INDEX(Digits!$B$7:$B$58,MATCH($A$5,Digits!$A$7:$A$58,0))),INDEX($IJ$5:$IJ$14,1+INDEX("
            "Digits!$B$7:$B$58,MATCH($A$5,Digits!$A$7:$A$58,0))),INDEX(Digits!$B$7:$B$58,MATCH($A$5,Digits!$A$7:$A$58,0)))",
        ),
        (
            "input", 0, 0,
            'IF($A$5="my drawing",Draw!BP7,INDEX(Digits!$G$7:$EX$334,Digits!$C$5+$O5,Digits!$D$5+P$33))',
        ),
        (
            "input", 27, 27,
            'IF($A$5="my drawing",Draw!CQ34,INDEX(Digits!$G$7:$EX$334,Digits!$C$5+$O32,Digits!$D$5+AQ$33))',
        ),
    ],
)  # fmt: skip
def test_formulas_of_digits(cells, region, row, column, formula):
    assert cells(region)[row][column] == formula


def test_the_list_names_52_choices_each_at_its_picture(cells):
    names, digits = ([value for (value,) in cells(name)] for name in ("choices", "choice_digits"))
    assert names[:3] == ["my digit", "my drawing", "0, sample 1"]
    assert (len(names), names[-1]) == (52, "9, sample 5")
    assert digits == [7.0, "?", *(float(digit) for digit in range(10) for _ in range(5))]
    pictures = np.array(cells("digits"), dtype=object)
    for name, (row,), (left,) in zip(names, cells("choice_rows"), cells("choice_columns"), strict=True):
        if "sample" in name:
            label, _, sample = name.partition(", sample ")
            picture = pictures[int(row) : int(row) + 28, int(left) : int(left) + 28]
            expected = gallery.digit(int(label), int(sample)).pixels[0]
            np.testing.assert_array_equal(np.where(picture == None, 0.0, picture), expected)  # noqa: E711 - cell by cell


def test_a_digit_of_the_gallery_is_chosen_by_its_name(cells):
    assert cells("choice") == [["7, sample 1"]]


def test_words_may_stand_among_the_pictures_and_nowhere_else():
    spec = assemble(MNIST, plan(MNIST, [DigitsSheet(), DrawSheet()]), [DigitsSheet(), DrawSheet()])
    assert spec.free_text == {"digits"}


# What they give


def test_a_chosen_digit_is_called_by_the_class_at_its_place_whatever_that_is_called():
    names, digits = column("my digit", "one", "two"), column("?", 1.0, 2.0)
    classes = column("zero", "uno", "due")

    def label(choice):
        return computed(
            "truth", choice=word(choice), choices=names, choice_digits=digits, classes=classes
        ).item()

    assert [label("my digit"), label("one"), label("two")] == ["?", "uno", "due"]
    assert np.isnan(label("three"))


def test_a_pixel_is_that_of_the_picture_whose_corner_was_found_or_of_the_drawing():
    digits, drawing = np.zeros((328, 148)), np.full((28, 28), 0.25)
    digits[30 + 2, 60 + 3] = 1.0  # row 2 and column 3, from 0, of the picture behind 30 rows and 60 columns
    read = {
        "drawing": drawing, "digits": digits, "chosen_row": [[30.0]], "chosen_column": [[60.0]],
        "pixel_rows": np.arange(1.0, 29).reshape(-1, 1), "pixel_columns": np.arange(1.0, 29).reshape(1, -1),
    }  # fmt: skip
    assert np.argwhere(computed("input", choice=word("0, sample 3"), **read)).tolist() == [[2, 3]]
    assert (computed("input", choice=word("my drawing"), **read) == 0.25).all()
