"""A1 arithmetic against openpyxl and XlsxWriter, and its edges by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import coordinate_to_tuple, get_column_letter
from openpyxl.utils.cell import range_boundaries
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from sheetcnn.excel.addresses import (
    MAX_COLUMNS,
    MAX_ROWS,
    Cell,
    Range,
    a1,
    column_letters,
    column_number,
    parse_a1,
    parse_range,
    quoted_sheet,
    range_a1,
)
from sheetcnn.excel.region import Region

rows, columns = st.integers(0, MAX_ROWS - 1), st.integers(0, MAX_COLUMNS - 1)
ranges = st.builds(
    lambda r1, c1, r2, c2: Range(min(r1, r2), min(c1, c2), max(r1, r2), max(c1, c2)),
    rows,
    columns,
    rows,
    columns,
)


def test_every_column_has_the_letters_that_openpyxl_gives_it():
    for column in range(MAX_COLUMNS):
        assert column_letters(column) == get_column_letter(column + 1)
        assert column_number(column_letters(column)) == column


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        ((0, 0), "A1"),
        ((0, 25), "Z1"),
        ((0, 26), "AA1"),
        ((9, 701), "ZZ10"),
        ((9, 702), "AAA10"),
        ((1_048_575, 16_383), "XFD1048576"),
    ],
)
def test_addresses_at_the_edges_of_letters_and_sheets(cell, address):
    assert a1(*cell) == address
    assert parse_a1(address) == Cell(*cell)


@given(rows, columns, st.booleans())
def test_addresses_are_those_of_xlsxwriter_and_read_back(row, column, absolute):
    address = a1(row, column, absolute=absolute)
    assert address == xl_rowcol_to_cell(row, column, absolute, absolute)
    assert parse_a1(address) == (row, column)
    assert coordinate_to_tuple(address.replace("$", "")) == (row + 1, column + 1)


@given(ranges)
def test_ranges_are_those_of_xlsxwriter_and_openpyxl_and_read_back(area):
    assert range_a1(area, absolute=True) == xl_range_abs(*area)
    left, top, right, bottom = range_boundaries(range_a1(area))
    assert parse_range(range_a1(area)) == area == (top - 1, left - 1, bottom - 1, right - 1)


def test_dollars_and_small_letters_are_read_as_excel_reads_them():
    assert parse_a1("$b$7") == parse_a1("B$7") == parse_a1("$B7") == parse_a1("b7") == (6, 1)


def test_a_range_is_read_whichever_corners_it_names():
    assert parse_range("C3:A1") == parse_range("A3:C1") == Range(0, 0, 2, 2)


def test_a_range_of_one_cell_has_no_colon():
    assert range_a1(Range(1, 2, 1, 2)) == str(Range(1, 2, 1, 2)) == "C2"
    assert parse_range("C2") == parse_range("C2:C2") == Range(1, 2, 1, 2)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "1",
        "A0",
        "A01",
        "XFE1",
        "AAAA1",
        "A1048577",
        "A9999999",
        "A-1",
        " A1",
        "A1\n",
        "A1:B2",
        "$A$$1",
        "Ä1",
        "A１",  # noqa: RUF001 - a full-width digit is none that Excel takes
    ],
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ValueError, match="is not the address of a cell"):
        parse_a1(text)


@pytest.mark.parametrize("text", ["", ":", "A1:", ":A1", "A1:B2:C3", "A:A", "1:1", "A1:XFE1", "S!A1"])
def test_what_is_no_range_is_refused(text):
    with pytest.raises(ValueError, match="is not the address of a cell"):
        parse_range(text)


def test_a_range_contains_its_edges_and_nothing_beyond():
    area = Range(1, 2, 3, 4)  # C2:E4
    assert [cell for cell in ["C2", "E2", "C4", "E4"] if area.contains(parse_a1(cell))] == [
        "C2",
        "E2",
        "C4",
        "E4",
    ]
    assert not [cell for cell in ["B2", "C1", "F4", "E5"] if area.contains(parse_a1(cell))]


@given(*[st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 2), st.integers(0, 2))] * 2)
def test_two_ranges_overlap_where_they_share_a_cell(one, other):
    def cells(corner):
        top, left, down, along = corner
        return {
            (row, column) for row in range(top, top + down + 1) for column in range(left, left + along + 1)
        }

    def area(corner):
        return Range(corner[0], corner[1], corner[0] + corner[2], corner[1] + corner[3])

    assert area(one).overlaps(area(other)) == bool(cells(one) & cells(other))


@pytest.mark.parametrize("name", ["Network", "Model", "sheet_2", "_x", "Data.1", "ABCD1"])
def test_plain_names_of_sheets_stay_plain(name):
    assert quoted_sheet(name) == name


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("Two words", "'Two words'"),
        ("It's", "'It''s'"),
        ("1st", "'1st'"),
        ("a-b", "'a-b'"),
        ("A1", "'A1'"),  # the address of a cell
        ("xfd9", "'xfd9'"),
        ("R1C1", "'R1C1'"),  # the same in the other notation
        ("RC", "'RC'"),
        ("r", "'r'"),
        ("C7", "'C7'"),
        ("", "''"),
    ],
)
def test_names_of_sheets_that_excel_would_misread_are_quoted(name, quoted):
    assert quoted_sheet(name) == quoted


def test_a_region_knows_its_cells_and_its_address():
    region = Region("conv1_1", "My sheet", top=4, left=28, rows=2, columns=3)
    assert region.cells() == [(4, 28), (4, 29), (4, 30), (5, 28), (5, 29), (5, 30)]
    assert region.address == "'My sheet'!$AC$5:$AE$6"
    assert region.area == Range(4, 28, 5, 30)


def test_a_region_of_one_cell_is_named_by_one_cell():
    assert Region("total", "Network", 8, 62, 1, 1).address == "Network!$BK$9"


def test_a_region_with_step_2_skips_every_second_cell():
    region = Region("pool1_1", "Network", top=3, left=90, rows=12, columns=12, step=2)
    assert region.address == "Network!$CM$4:$DI$26"  # where the published workbook has its pool
    assert region.cell(0, 1) == parse_a1("CO4")
    assert region.cell(11, 11) == parse_a1("DI26")
    assert len(region.cells()) == 144


def test_a_window_of_a_region_counts_in_values_not_cells():
    dense = Region("x", "S", top=0, left=0, rows=6, columns=6)
    spread = Region("x", "S", top=0, left=0, rows=6, columns=6, step=2)
    assert str(dense.window(1, 2, 3, 2)) == "C2:D4"
    assert str(spread.window(1, 2, 3, 2)) == "E3:G7"


def test_a_region_is_torn_where_rows_and_columns_were_inserted():
    """2 by 3 values from B2 on; two rows inserted above row 3, a column before D: B2 C2 E2, B5 C5 E5."""
    torn = Region("torn", "S", 1, 1, 2, 3, inserted_rows=(2, 3), inserted_columns=(3,))
    assert [a1(*cell) for cell in torn.cells()] == ["B2", "C2", "E2", "B5", "C5", "E5"]
    assert torn.lines() == ([1, 4], [1, 2, 4])
    assert str(torn.area) == "B2:E5"
    assert str(torn.window(0, 1, 2, 2)) == "C2:E5"
    assert str(torn.window(0, 0, 1, 2)) == "B2:C2"
    assert torn.is_torn
    assert torn.has_gaps


def test_a_region_drawn_with_steps_is_torn_between_them():
    """Values in A1, C1 and E1; a column inserted before B moves two of them, one before E the last."""
    torn = Region("torn", "S", 0, 0, 1, 3, step=2, inserted_columns=(1, 4))
    assert [a1(*cell) for cell in torn.cells()] == ["A1", "D1", "G1"]


def test_a_region_as_it_was_made_is_not_torn():
    assert not Region("whole", "S", 0, 0, 2, 2).has_gaps
    assert Region("stepped", "S", 0, 0, 2, 2, step=2).has_gaps


def test_there_is_no_column_before_the_first():
    with pytest.raises(ValueError, match="no column before A"):
        column_letters(-1)
