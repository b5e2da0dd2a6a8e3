import pytest

from sheetcnn.excel.addresses import Range
from sheetcnn.excel.region import Region

PLAIN = Region("r", "S", 2, 3, 2, 3)
SPACED = Region("r", "My sheet", 2, 3, 2, 3, step=2)
TORN = Region("r", "S", 2, 3, 3, 3, inserted_rows=(3, 4), inserted_columns=(5,))


@pytest.mark.parametrize(
    ("region", "area", "address", "rows", "columns", "gaps"),
    [
        (PLAIN, Range(2, 3, 3, 5), "S!$D$3:$F$4", [2, 3], [3, 4, 5], False),
        (SPACED, Range(2, 3, 4, 7), "'My sheet'!$D$3:$H$5", [2, 4], [3, 5, 7], True),
        (TORN, Range(2, 3, 6, 6), "S!$D$3:$G$7", [2, 5, 6], [3, 4, 6], True),
        (Region("r", "S", 0, 0, 1, 1), Range(0, 0, 0, 0), "S!$A$1", [0], [0], False),
    ],
)
def test_where_its_values_stand(region, area, address, rows, columns, gaps):
    assert (region.area, region.address, region.has_gaps) == (area, address, gaps)
    assert tuple(map(list, region.lines())) == (rows, columns)
    assert region.cells() == [(row, column) for row in rows for column in columns]
    last = (region.rows - 1, region.columns - 1)
    assert region.cell(*last) == (rows[-1], columns[-1])


def test_rows_inserted_before_and_behind_it_are_no_gaps_of_it():
    """The region has moved down with them; those behind do not concern it."""
    torn = Region("r", "S", 2, 3, 2, 1, inserted_rows=(1, 2, 9))
    assert [cell.row for cell in torn.cells()] == [2, 3]


@pytest.mark.parametrize(
    ("region", "area"),
    [(PLAIN, Range(2, 4, 3, 5)), (SPACED, Range(2, 5, 4, 7)), (TORN, Range(2, 4, 5, 6))],
)
def test_a_window_reaches_over_gaps(region, area):
    assert region.window(0, 1, 2, 2) == area
