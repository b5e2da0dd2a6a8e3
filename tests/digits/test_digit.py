"""Where MNIST's frame puts ink: worked by hand on a few pixels."""

from __future__ import annotations

import numpy as np
import pytest

from sheetcnn.digits.digit import centred


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
