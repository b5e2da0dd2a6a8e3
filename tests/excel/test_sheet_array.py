"""Windows of references into a sheet of 3 rows and 4 columns, whose values are 11 to 34: row, then column."""

from dataclasses import replace

import numpy as np
import pytest

from sheetcnn.excel.addresses import Range
from sheetcnn.excel.ast import FormulaError
from sheetcnn.excel.cell_array import BLANK, ERROR, NUMBER, Texts
from sheetcnn.excel.limits import MAX_COLUMNS, MAX_ROWS
from sheetcnn.excel.sheet_array import ReferenceWindow, SheetArray


@pytest.fixture
def sheet():
    numbers = np.array([[[11, 12, 13, 14], [21, 22, 23, 24], [31, 32, 33, 34]]], np.float64)
    return SheetArray(numbers, np.zeros(numbers.shape, np.uint8))


def window(sheet, top, left, height, width, down=1, along=1, block=(1, 1), extent=(3, 4)):
    return ReferenceWindow(sheet, extent, block, slice(None), top, left, height, width, down, along)


def read(window):
    return window.read().numbers[0].tolist()


def test_a_blank_sheet():
    sheet = SheetArray.blank(2, 3, 4)
    assert sheet.numbers.shape == (2, 3, 4)
    assert (sheet.kinds == BLANK).all()


def test_beyond_the_edge_all_is_blank(sheet):
    numbers, kinds = sheet.box(Range(2, 3, 3, 4))
    assert numbers.tolist() == [[[34, 0], [0, 0]]]
    assert kinds.tolist() == [[[NUMBER, BLANK], [BLANK, BLANK]]]


def test_a_window_moves_with_its_formula(sheet):
    # two by two formulas, each of which reads two cells side by side
    assert read(window(sheet, 0, 1, 1, 2, block=(2, 2))) == [
        [[[12, 13]], [[13, 14]]],
        [[[22, 23]], [[23, 24]]],
    ]


def test_a_window_moves_by_its_stride(sheet):
    assert read(window(sheet, 0, 0, 1, 1, down=2, along=3, block=(2, 2))) == [
        [[[11]], [[14]]],
        [[[31]], [[34]]],
    ]


def test_a_window_moves_backwards(sheet):
    assert read(window(sheet, 2, 3, 1, 1, down=-1, along=-2, block=(2, 2))) == [
        [[[34]], [[32]]],
        [[[24]], [[22]]],
    ]
    assert window(sheet, 2, 3, 1, 1, down=-1, along=-2, block=(2, 2)).bounds == Range(1, 1, 2, 3)


def test_a_window_that_stands_still_is_read_once(sheet):
    assert read(window(sheet, 1, 1, 1, 1, down=0, along=0, block=(50, 50))) == [[[[22]]]]


def test_it_may_not_leave_the_sheet(sheet):
    with pytest.raises(FormulaError, match="leaves the sheet"):
        window(sheet, 1, 0, 1, 1, down=-1, block=(3, 1)).read()


def test_whole_columns_and_rows_end_where_the_book_does(sheet):
    assert read(window(sheet, 0, 1, MAX_ROWS, 1)) == [[[[12], [22], [32]]]]
    assert read(window(sheet, 1, 0, 1, MAX_COLUMNS)) == [[[[21, 22, 23, 24]]]]
    below = window(sheet, 5, 0, MAX_ROWS - 5, 1)  # nothing is there, and one cell is read
    assert below.seen == (1, 1)


def test_samples_are_chosen_unless_there_is_one():
    two = SheetArray(np.array([[[1.0]], [[2.0]]]), np.zeros((2, 1, 1), np.uint8))
    second = replace(window(two, 0, 0, 1, 1), samples=slice(1, 2))
    assert second.read().numbers.ravel().tolist() == [2]
    one = SheetArray(np.array([[[1.0]]]), np.zeros((1, 1, 1), np.uint8))
    assert replace(second, grid=one).read().numbers.ravel().tolist() == [1]


def test_what_is_read_cannot_be_written(sheet):
    with pytest.raises(ValueError, match="read-only"):
        window(sheet, 0, 0, 1, 1).read().numbers[...] = 0


def test_parts_of_a_window(sheet):
    area = window(sheet, 0, 1, 3, 3)
    assert read(area.inside(2, 3)) == [[[[24]]]]
    assert read(area.inside(0, 1)) == [[[[12], [22], [32]]]]
    assert read(area.inside(3, 0)) == [[[[32, 33, 34]]]]
    assert area.resized(1, 2).bounds == Range(0, 1, 0, 2)


def test_around_two_windows(sheet):
    assert window(sheet, 2, 0, 1, 2).around(window(sheet, 0, 3, 2, 1)).bounds == Range(0, 0, 2, 3)


def test_rows_and_columns_count_from_one(sheet):
    area = window(sheet, 1, 2, 2, 2, down=3, along=0, block=(2, 2))
    assert area.row_numbers().ravel().tolist() == [2, 3, 5, 6]
    assert area.column_numbers().ravel().tolist() == [3, 4]


def crossed(area, row, column):
    """Return what a formula in a row and a column, both counted from one, takes of a window."""
    own = (np.full((1, 1, 1, 1, 1), float(number)) for number in (row, column))
    return Texts().unpack(area.crossed(*own, step=1))


@pytest.mark.parametrize(
    ("place", "row", "column", "value"),
    [
        ((0, 1, 3, 1), 2, 9, 22),  # a column meets the formula's row
        ((1, 0, 1, 4), 9, 4, 24),  # a row meets its column
        ((0, 1, 3, 1), 4, 1, "#VALUE!"),
        ((1, 1, 1, 3), 1, 1, "#VALUE!"),
        ((0, 0, 2, 2), 1, 1, "#VALUE!"),  # a rectangle is none of both
        ((2, 3, 1, 1), 1, 1, 34),
    ],
)
def test_an_ordinary_formula_takes_the_cell_that_it_meets(sheet, place, row, column, value):
    assert crossed(window(sheet, *place), row, column) == [value]


def test_some_formulas_of_a_block_meet_a_window_and_others_do_not(sheet):
    rows = np.array([2.0, 3.0, 4.0]).reshape(1, 3, 1, 1, 1)
    area = window(sheet, 1, 0, 2, 1, down=0, along=0, block=(3, 1))
    found = area.crossed(rows, np.ones((1, 1, 1, 1, 1)), step=1)
    assert Texts().unpack(found) == [21, 31, "#VALUE!"]
    assert found.kinds.ravel().tolist() == [NUMBER, NUMBER, ERROR]
