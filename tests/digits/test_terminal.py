"""Digits as text: half blocks, shades, and a sheet of them that fits the terminal."""

from __future__ import annotations

import io
import sys

import numpy as np
import pytest

from sheetcnn.digits import gallery
from sheetcnn.digits.digit import Digit
from sheetcnn.digits.terminal import contact_sheet, preview


@pytest.fixture
def terminal(monkeypatch):
    def speaks(encoding):
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))

    speaks("utf-8")
    return speaks


def patch(rows: slice, columns: slice, source: str) -> Digit:
    pixels = np.zeros((28, 28))
    pixels[rows, columns] = 1
    return Digit(pixels, None, source)


@pytest.mark.usefixtures("terminal")
def test_a_line_of_text_holds_two_rows_of_pixels():
    pixels = np.array(
        [
            [0, 1, 0, 1],
            [0, 0, 1, 1],
            [1, 0.4, 0.39, 0],
            [0.4, 0.39, 1, 0],
        ]
    )
    assert preview(pixels) == [" ▀▄█", "█▀▄ "]


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_without_blocks_gets_shades(terminal, encoding):
    terminal(encoding)
    # Means of two rows: 0, 1/9, 5/9, 1, and the ten shades count from 0 to 9.
    assert preview(np.array([[0, 0, 1, 1], [0, 2 / 9, 1 / 9, 1]])) == [" .+@"]


@pytest.mark.usefixtures("terminal")
def test_a_contact_sheet_leaves_out_the_margin_that_all_share():
    # Together they reach from row 12 to 16 and column 13 to 15; pairs make it row 12 to 17, column 12 to 15.
    tall = patch(slice(12, 17), slice(14, 15), "tall")
    wide = patch(slice(14, 16), slice(13, 16), "wide")
    assert contact_sheet([tall, wide], 80).splitlines() == [
        "  █",
        "  █    ███",
        "  ▀",
        "tall  wide",
    ]


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(("width", "across"), [(9, 1), (10, 2), (15, 2), (16, 3), (28, 5), (500, 5)])
def test_a_contact_sheet_wraps_to_the_width(width, across):
    tiles = [patch(slice(14, 16), slice(12, 16), f"no {n}") for n in range(7)]  # 4 columns each, 2 between
    captions = [line for line in contact_sheet(tiles, width).splitlines() if line.startswith("no")]
    assert captions[0] == "  ".join(f"no {n}" for n in range(across))
    assert len(captions) == -(-7 // across)


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("width", [80, 150])
def test_the_gallery_fits(width):
    lines = contact_sheet(gallery.samples(), width).splitlines()
    assert max(len(line) for line in lines) <= width
    assert sum(line.count("gallery") for line in lines) == 50


@pytest.mark.usefixtures("terminal")
def test_the_gallery_has_a_line_for_each_digit_within_120_columns():
    captions = [line for line in contact_sheet(gallery.samples(), 120).splitlines() if "gallery" in line]
    assert len(captions) == 10
    assert captions[7].startswith("gallery 7, sample 1   gallery 7, sample 2")


@pytest.mark.usefixtures("terminal")
def test_blank_paper_can_be_shown():
    assert contact_sheet([Digit(np.zeros((28, 28)), None, "blank")], 80) == "\nblank"
