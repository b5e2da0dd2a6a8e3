"""What a digit is made of; and where MNIST's frame puts ink, worked by hand on a few pixels."""

from __future__ import annotations

import numpy as np
import pytest

from sheetcnn.digits.digit import Digit, centred
from sheetcnn.errors import SpecError


@pytest.mark.parametrize(
    "given", [[[0, 1], [1, 0], [0, 0]], np.array([[0, 1], [1, 0], [0, 0]], dtype=np.uint8)]
)
def test_rows_and_columns_are_one_channel_of_floats(given):
    digit = Digit(given)
    assert digit.pixels.tolist() == [[[0.0, 1.0], [1.0, 0.0], [0.0, 0.0]]]
    assert digit.pixels.dtype == np.float64
    assert (digit.label, digit.source, digit.preprocessing) == (None, "an array", ())


def test_channels_stay_as_they_are():
    assert Digit([[[0, 1]], [[0.5, 0]]], "red").pixels.tolist() == [[[0.0, 1.0]], [[0.5, 0.0]]]


def test_a_digit_keeps_its_pixels_whatever_becomes_of_the_array():
    array = np.zeros((2, 2))
    digit = Digit(array)
    array[0, 0] = 1
    assert not digit.pixels.any()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([0, 1], r"mine has shape \(2,\): a digit is \(height, width\), or \(channels, height, width\)"),
        (np.zeros((1, 1, 2, 2)), r"mine has shape \(1, 1, 2, 2\)"),
        (0.5, r"mine has shape \(\)"),
        (np.zeros((0, 28)), r"mine has shape \(0, 28\)"),
        ([[0, np.nan]], "mine holds numbers that are not finite"),
        ([[0, np.inf]], "mine holds numbers that are not finite"),
        ([["0", "1"]], "mine holds <U1: the pixels of a digit are real numbers"),
        ([[1j]], "mine holds complex128: the pixels"),
        ([[0, 1], [0]], "mine has rows of different lengths: make them equally long"),
    ],
)
def test_what_is_no_picture_is_refused(given, said):
    with pytest.raises(SpecError, match=said):
        Digit(given, source="mine")


@pytest.mark.parametrize(
    ("rows", "columns", "top", "left"),
    [
        (1, 1, 14, 14),  # a single pixel is its own centre of mass
        (3, 5, 13, 12),  # the middle pixel, one down and two right, falls on 14
        (20, 20, 4, 4),  # centre 9.5, moved by 4.5, which Python rounds to the even 4
        (28, 28, 0, 0),  # nowhere to go
    ],
)
def test_an_even_patch_of_ink_goes_to_the_middle(rows, columns, top, left):
    paper = centred(np.ones((rows, columns)))
    expected = np.zeros((28, 28))
    expected[top : top + rows, left : left + columns] = 1
    np.testing.assert_array_equal(paper, expected)


def test_heavy_ink_pulls_the_centre_towards_itself():
    # Rows 0 and 9 weigh 3 and 1: the centre is row 2.25, so the patch starts at 14 - 2.25, rounded to 12.
    ink = np.zeros((10, 3))
    ink[0] = 1
    ink[9, 1] = 1
    rows, columns = np.nonzero(centred(ink))
    assert rows.tolist() == [12, 12, 12, 21]
    assert columns.tolist() == [13, 14, 15, 14]


def test_ink_stays_on_the_paper():
    ink = np.full((20, 20), 0.001)
    ink[0, 19] = 1000  # its centre would come to (14, 14) with a patch from row 14 to 33, and column -5
    rows, columns = np.nonzero(centred(ink))
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (8, 27, 0, 19)


def test_blank_ink_gives_blank_paper():
    paper = centred(np.zeros((20, 20)))
    assert paper.shape == (28, 28)
    assert not paper.any()


def test_ink_is_rounded_to_three_decimals():
    assert centred(np.array([[0.12345]]))[14, 14] == 0.123
