"""Which cells of a region ranges cover; the rules about it stand in rules/test_decoration.py."""

import random

import numpy as np
import pytest

from sheetcnn.excel.addresses import Range
from sheetcnn.excel.region import Region
from sheetcnn.verifier.decoration import as_ranges, covered, referred

PLAIN = Region("r", "S", 2, 3, 3, 4)  # D3:G5
SPACED = Region("r", "S", 2, 3, 2, 2, step=2)  # D3, F3, D5, F5
TORN = Region("r", "S", 2, 3, 2, 2, inserted_rows=(3,))  # D3, E3, D5, E5


@pytest.mark.parametrize(
    ("region", "areas", "mask"),
    [
        (PLAIN, [], ["....", "....", "...."]),
        (PLAIN, [Range(2, 3, 4, 6)], ["####", "####", "####"]),
        (PLAIN, [Range(0, 0, 9, 9)] * 3, ["####", "####", "####"]),
        (PLAIN, [Range(2, 3, 2, 3), Range(4, 6, 9, 9)], ["#...", "....", "...#"]),
        (PLAIN, [Range(0, 0, 1, 9), Range(0, 0, 9, 2), Range(5, 0, 9, 9)], ["....", "....", "...."]),
        (PLAIN, [Range(2, 3, 3, 4), Range(3, 4, 4, 5)], ["##..", "###.", ".##."]),
        (SPACED, [Range(3, 0, 3, 9)], ["..", ".."]),
        (SPACED, [Range(2, 4, 3, 5)], [".#", ".."]),
        (TORN, [Range(3, 3, 4, 3)], ["..", "#."]),
    ],
)
def test_ranges_cover_what_lies_in_one_of_them(region, areas, mask):
    assert covered(region, as_ranges(areas)).tolist() == [[each == "#" for each in row] for row in mask]


def test_any_ranges_cover_as_each_cell_is_asked_alone():
    chance = random.Random(1)
    areas = []
    for _ in range(40):
        (top, bottom), (left, right) = (sorted(chance.choices(range(30), k=2)) for _ in "rc")
        areas.append(Range(top, left, bottom, right))
    region = Region("r", "S", 1, 2, 9, 8, step=3)
    alone = [any(area.contains(cell) for area in areas[:6]) for cell in region.cells()]
    assert any(alone)
    assert not all(alone)
    np.testing.assert_array_equal(covered(region, as_ranges(areas[:6])).ravel(), alone)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("=S!$A$1:$B$2", ("S", Range(0, 0, 1, 1))),
        (" 'It''s'!C3 ", ("It's", Range(2, 2, 2, 2))),
        ("$A$1", None),
        ("choices", None),
        ('"on,off"', None),
        ("S!$A$1+1", None),
        ("S!#REF!", None),
        ("[1]S!$A$1", None),
        ("", None),
    ],
)
def test_only_cells_of_a_sheet_are_referred_to(text, cells):
    assert referred(text) == cells
