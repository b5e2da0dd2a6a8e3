"""Printed lines are taken off a picture, or it is refused: none is read wrongly because of them."""

from __future__ import annotations

import numpy as np
import pytest
from handwriting import MNIST
from ruled_paper import RULED, SQUARED, tally

from sheetcnn.digits import load
from sheetcnn.errors import SpecError


def seven(paper=235, ink=30):
    """A seven in straight strokes on a page of 300 x 400: its box is 100 wide and 200 high, its strokes 20 thick."""
    page = np.full((400, 300), paper, dtype=np.uint8)
    page[100:120, 100:200] = page[100:300, 180:200] = ink
    return page


def on_lines(page, *, darkness, pitch, width, squared):
    """Draw lines that leave ink as it is."""
    lines = np.zeros(page.shape, dtype=bool)
    for first in range(7, 400, pitch):
        lines[first : first + width] = True
        if squared:
            lines[:, first : first + width] = True
    return np.where(lines, np.minimum(page, 235 - darkness), page).astype(np.uint8)


@pytest.mark.parametrize("squared", [False, True])
@pytest.mark.parametrize(
    ("darkness", "pitch", "width"), [(20, 30, 1), (60, 20, 2), (100, 40, 4), (150, 47, 3)]
)
def test_a_digit_on_lines_is_the_digit_without_them(squared, darkness, pitch, width):
    digit = load(on_lines(seven(), darkness=darkness, pitch=pitch, width=width, squared=squared))
    np.testing.assert_allclose(digit.pixels[0], load(seven()).pixels[0], atol=0.02)
    assert (
        ", ".join(digit.preprocessing) == "lines taken off, turned round, cropped 100x200 -> 10x20, centred"
    )


def test_paper_without_lines_is_not_touched():
    assert ", ".join(load(seven()).preprocessing) == "turned round, cropped 100x200 -> 10x20, centred"


@pytest.mark.slow
@pytest.mark.skipif(not MNIST.is_dir(), reason="MNIST's files are not at hand")
@pytest.mark.parametrize("directions", [RULED, SQUARED])
def test_digits_on_printed_lines_are_read_as_those_on_blank_paper(directions):
    blank = tally(30, directions, 0)  # `python tests/support/ruled_paper.py 100` measures more
    for darkness in (60, 100):
        ruled = tally(30, directions, darkness)
        assert ruled.right >= blank.right - 2
        assert ruled.wrong <= blank.wrong + 2


def slanted(page, rise):
    page = page.copy()
    for first in range(-300, 700, 40):
        for column in range(300):
            row = first + round(column * rise)
            if 0 <= row < 398:
                page[row : row + 3, column] = np.minimum(page[row : row + 3, column], 110)
    return page


def framed(page, top, left, bottom, right, width=3):
    page = page.copy()
    for rows, columns in (
        (slice(top, top + width), slice(left, right)),
        (slice(bottom - width, bottom), slice(left, right)),
        (slice(top, bottom), slice(left, left + width)),
        (slice(top, bottom), slice(right - width, right)),
    ):
        page[rows, columns] = 30
    return page


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (
            slanted(seven(), 0.4),
            "there are lines on it from edge to edge: cut out the digit, or write it on blank",
        ),
        (on_lines(seven(), darkness=150, pitch=50, width=15, squared=False), "lines on it from edge to edge"),
        (
            on_lines(seven()[:, 60:260][::6, ::6], darkness=150, pitch=9, width=1, squared=False),
            "lines on it",
        ),
        (framed(seven(), 80, 70, 320, 240), "there is a frame around the digit: cut out what is inside"),
        (framed(seven(), 60, 70, 340, 240), "there is a thin line beside the digit: cut it off"),
        (framed(seven(), 330, 60, 333, 240), "there is a thin line beside the digit: cut it off"),
        (framed(seven(), 100, 60, 340, 240), "there is a frame around the digit: cut out what is inside"),
    ],
)
def test_lines_and_frames_that_cannot_be_taken_off_are_refused(picture, message):
    with pytest.raises(SpecError, match=message):
        load(picture)


def test_a_zero_drawn_as_a_rectangle_is_no_frame():
    digit = load(framed(np.full((400, 300), 235, dtype=np.uint8), 100, 100, 300, 200, width=4))
    assert ", ".join(digit.preprocessing) == "turned round, cropped 100x200 -> 10x20, centred"
