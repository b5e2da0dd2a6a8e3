"""Pieces of ink on small pictures, and which of them make a digit: counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sheetcnn.digits.components import box, components, one_digit, painted
from sheetcnn.errors import SpecError


def drawn(*rows):
    return np.array([[mark == "#" for mark in row] for row in rows])


def bars(*spans, size=(60, 60)):
    """Filled boxes (top, left, bottom, right) on a page."""
    page = np.zeros(size, dtype=bool)
    for top, left, bottom, right in spans:
        page[top:bottom, left:right] = True
    return page


@pytest.mark.parametrize(
    ("rows", "areas"),
    [
        (["...."], []),
        (["####"], [4]),
        (["#..#"], [1, 1]),
        (["#...", ".#..", "..#.", ".#.."], [4]),  # corners touch
        (["#.#.", "....", "#..."], [1, 1, 1]),
        ([".#", "#."], [2]),
        (["...#", "#..."], [1, 1]),  # the end of one row is not beside the start of the next
        (["#.#", "#.#", "###"], [7]),  # two runs that meet further down
        (["#####", "....#", "###.#", "#...#", "#####", ".....", "##..."], [17, 2]),  # a spiral, and a dash
    ],
)
def test_what_touches_is_one_piece(rows, areas):
    assert [piece.area for piece in components(drawn(*rows))] == areas


def test_a_long_winding_line_is_one_piece():
    page = np.zeros((101, 101), dtype=bool)
    page[::2] = True  # lines, joined at the right and the left in turn
    page[1::4, -1] = page[3::4, 0] = True
    assert [piece.area for piece in components(page)] == [51 * 101 + 50]


def test_a_piece_knows_its_box_and_can_be_painted():
    page = drawn("......", "..##..", ".#....", ".....#")
    first, second = components(page)
    assert (first.top, first.left, first.bottom, first.right, first.height, first.side) == (1, 1, 3, 4, 2, 3)
    np.testing.assert_array_equal(
        painted([second], page.shape), drawn("......", "......", "......", ".....#")
    )
    whole = box([first, second])
    assert (whole.area, whole.top, whole.left, whole.bottom, whole.right) == (4, 1, 1, 4, 6)


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        (bars((10, 10, 30, 14), (10, 16, 30, 20)), 2),  # a tenth of 20 apart: two strokes of one digit
        (bars((10, 10, 30, 14), (14, 20, 23, 24)), 2),  # 9 high of 20: a piece of it
        (bars((10, 10, 12, 30), (15, 10, 40, 14)), 2),  # the bar of a 5, apart from its body
        (bars(*((top, 20, top + 4, 23) for top in range(5, 50, 7))), 7),  # a broken line
        (bars((10, 10, 30, 14), (50, 50, 54, 53)), 1),  # a smudge far off: 12 pixels of 80, 4 high
        (bars((10, 10, 30, 14), (10, 16, 11, 17)), 1),  # a speck: 1 of 80
    ],
)
def test_pieces_of_one_digit(page, kept):
    assert len(one_digit(components(page))) == kept


@pytest.mark.parametrize(
    "page",
    [
        bars((10, 10, 30, 14), (10, 17, 30, 21)),  # 3 of 20 apart
        bars((10, 10, 30, 14), (10, 50, 30, 54)),  # far apart
        bars((5, 10, 25, 20), (31, 10, 51, 20)),  # one above the other: 6 of 46 apart
        bars((10, 2, 30, 6), (10, 22, 30, 26), (10, 42, 30, 46)),
    ],
)
def test_several_digits_are_refused(page):
    with pytest.raises(SpecError, match="there are several digits on it: cut out one"):
        one_digit(components(page))
