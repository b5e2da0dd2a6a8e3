import random

import pytest

from sheetcnn.excel.addresses import Range
from sheetcnn.excel.reader.overlaps import Areas, any_overlap


@pytest.mark.parametrize(
    ("areas", "overlap"),
    [
        ([], False),
        ([Range(0, 0, 2, 2)], False),
        ([Range(0, 0, 2, 2), Range(0, 3, 2, 5), Range(3, 0, 3, 5)], False),
        ([Range(0, 0, 2, 2), Range(2, 2, 3, 3)], True),
        ([Range(0, 0, 9, 0), Range(5, 1, 5, 1), Range(9, 0, 9, 9)], True),
        ([Range(1, 1, 1, 1)] * 2, True),
        ([Range(0, 0, 1_048_575, 0), Range(0, 1, 1_048_575, 16_383)], False),
        ([Range(5, 0, 5, 16_383), Range(0, 7, 1_048_575, 7)], True),
    ],
)
def test_rectangles_overlap_if_they_share_a_cell(areas, overlap):
    assert any_overlap(areas) is overlap
    assert any_overlap(reversed(areas)) is overlap


def test_any_rectangles_overlap_as_their_cells_do():
    chance = random.Random(3)
    outcomes = set()
    for _ in range(500):
        areas = []
        for _ in range(3):
            top, left = chance.randrange(8), chance.randrange(8)
            areas.append(Range(top, left, top + chance.randrange(4), left + chance.randrange(4)))
        cells = [cell for area in areas for cell in area.cells()]
        outcomes.add(any_overlap(areas))
        assert any_overlap(areas) == (len(set(cells)) < len(cells))
    assert outcomes == {True, False}


def test_a_cell_is_held_until_its_rectangle_ends():
    areas = Areas()
    assert areas.add(Range(4, 2, 5, 3))
    assert [areas.hold(column) for column in (1, 2, 3, 4)] == [False, True, True, False]
    assert not areas.add(Range(4, 3, 4, 9))
    areas.close_above(5)
    assert areas.hold(2)
    areas.close_above(6)
    assert not areas.hold(2)
    assert areas.open == []
