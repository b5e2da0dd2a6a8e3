"""Morphology: openings and spreads of a few pixels, worked by hand."""

import numpy as np

from sheetcnn.digits.morphology import opened, spread

LINE_AND_BLOCK = np.array(
    [
        [0, 9, 0, 0, 0],
        [0, 9, 0, 5, 5],
        [0, 9, 0, 5, 5],
        [0, 9, 0, 0, 0],
    ]
)


def test_an_opening_removes_what_is_narrower_and_keeps_the_rest():
    assert opened(LINE_AND_BLOCK, (2, 2)).tolist() == [[0] * 5, [0, 0, 0, 5, 5], [0, 0, 0, 5, 5], [0] * 5]


def test_an_opening_by_a_tall_rectangle_keeps_the_tall_line():
    assert opened(LINE_AND_BLOCK, (3, 1)).tolist() == [[0, 9, 0, 0, 0]] * 4


def test_an_opening_by_one_pixel_changes_nothing():
    assert opened(LINE_AND_BLOCK, (1, 1)).tolist() == LINE_AND_BLOCK.tolist()


def test_a_value_spreads_by_its_margins():
    point = np.zeros((4, 5))
    point[1, 1] = 7
    assert spread(point, (0, 2)).tolist() == [[0] * 5, [7, 7, 7, 7, 0], [0] * 5, [0] * 5]
    assert spread(point, (1, 0))[:, 1].tolist() == [7, 7, 7, 0]
