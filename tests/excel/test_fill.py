import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetcnn.excel.addresses import Range, a1
from sheetcnn.excel.ast import Call, FormulaError, Slopes
from sheetcnn.excel.fill import FilledFormula
from sheetcnn.excel.limits import MAX_ROWS


def rows(pattern, down, across):
    return list(pattern.texts(down, across))


def test_a_convolution_is_filled():
    pattern = FilledFormula.through("=SUM(A1:B2*$F$1:$G$2)", "=SUM(B1:C2*$F$1:$G$2)", "=SUM(A2:B3*$F$1:$G$2)")
    assert rows(pattern, 2, 3) == [
        ["=SUM(A1:B2*$F$1:$G$2)", "=SUM(B1:C2*$F$1:$G$2)", "=SUM(C1:D2*$F$1:$G$2)"],
        ["=SUM(A2:B3*$F$1:$G$2)", "=SUM(B2:C3*$F$1:$G$2)", "=SUM(C2:D3*$F$1:$G$2)"],
    ]


def test_a_compact_pool_moves_by_two():
    pattern = FilledFormula.through("=MAX(BM4:BN5)", "=MAX(BO4:BP5)", "=MAX(BM6:BN7)")
    assert rows(pattern, 2, 3)[1] == ["=MAX(BM6:BN7)", "=MAX(BO6:BP7)", "=MAX(BQ6:BR7)"]
    assert pattern.node.arguments[0].slopes == Slopes(2, 2, 2, 2)


def test_references_may_move_backwards():
    pattern = FilledFormula.through("=C3", "=B3", "=C2")
    assert rows(pattern, 2, 2) == [["=C3", "=B3"], ["=C2", "=B2"]]


def test_one_row_or_one_column_or_one_cell_needs_no_more():
    assert rows(FilledFormula.through("=A1", right="=B1"), 1, 3) == [["=A1", "=B1", "=C1"]]
    assert rows(FilledFormula.through("=A1", below="=A2"), 3, 1) == [["=A1"], ["=A2"], ["=A3"]]
    assert rows(FilledFormula.through("=A1"), 2, 2) == [["=A1", "=A1"], ["=A1", "=A1"]]


def test_only_references_move():
    text = "=LOG10(A1)+Sheet1!A1+'A1 100%'!A1+tax2024_A1&\"A1 100%\"&A1%"
    right = "=LOG10(B1)+Sheet1!B1+'A1 100%'!B1+tax2024_A1&\"A1 100%\"&B1%"
    assert rows(FilledFormula.through(text, right), 1, 3)[0][2] == (
        "=LOG10(C1)+Sheet1!C1+'A1 100%'!C1+tax2024_A1&\"A1 100%\"&C1%"
    )


def test_whole_columns_and_rows_move():
    assert rows(FilledFormula.through("=SUM(A:B)", "=SUM(B:C)"), 1, 3)[0][2] == "=SUM(C:D)"
    assert rows(FilledFormula.through("=SUM(1:$3)", None, "=SUM(2:$3)"), 3, 1)[2] == ["=SUM(3:$3)"]


@pytest.mark.parametrize(
    ("first", "right", "below"),
    [
        ("=A1", "=B1+0", "=A2"),  # another skeleton
        ("=A$1", "=B1", "=A$2"),  # a lost dollar sign
        ("=A1", "=MAX(B1)", "=A2"),
        ("=A1", "=B2", "=A2"),  # the row moves along
        ("=A1", "=B1", "=B2"),  # the column moves down
        ("=A:A", "=1:1", "=A:A"),
        ("=A1", '="open', "=A2"),
    ],
)
def test_formulas_that_are_no_fill_have_no_pattern(first, right, below):
    assert FilledFormula.through(first, right, below) is None


def test_no_formula_is_before_the_first_row_or_column():
    to_the_left, up = FilledFormula.through("C1", right="B1"), FilledFormula.through("A3", below="A2")
    assert (to_the_left.text(0, 2), up.text(2, 0)) == ("A1", "A1")
    with pytest.raises(ValueError, match="would leave the sheet"):
        to_the_left.text(0, 3)
    with pytest.raises(ValueError, match="would leave the sheet"):
        up.text(3, 0)


def test_a_block_that_leaves_the_sheet_is_refused():
    pattern = FilledFormula.through(f"=B{MAX_ROWS - 1}", f"=A{MAX_ROWS - 1}", f"=B{MAX_ROWS}")
    assert rows(pattern, 2, 2) == [
        [f"=B{MAX_ROWS - 1}", f"=A{MAX_ROWS - 1}"],
        [f"=B{MAX_ROWS}", f"=A{MAX_ROWS}"],
    ]
    with pytest.raises(ValueError, match="leaves the sheet"):
        pattern.texts(3, 1)
    with pytest.raises(ValueError, match="leaves the sheet"):
        pattern.texts(1, 3)


def test_the_tree_is_that_of_the_first_cell():
    pattern = FilledFormula.through("=SUM($B2:C$3)", "=SUM($B2:D$3)", "=SUM($B3:C$3)")
    match pattern.node:
        case Call("SUM", (reference,)):
            assert reference.area == Range(1, 1, 2, 2)
            assert reference.slopes == Slopes(top=1, left=0, bottom=0, right=1)


def test_a_pattern_of_what_is_no_formula_has_no_tree():
    with pytest.raises(FormulaError):
        _ = FilledFormula.through("=SUM(A1").node


coordinate = st.tuples(st.integers(20, 400), st.integers(-3, 3))


@given(
    st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=4), st.integers(1, 5), st.integers(1, 5)
)
def test_a_filled_block_is_every_cell_written_by_itself(cells, down, across):
    def text(i, j):
        written = (a1(row + i * dr, column + j * dc) for (row, dr), (column, dc) in cells)
        return "=" + "+5%*".join(written)

    pattern = FilledFormula.through(text(0, 0), text(0, 1), text(1, 0))
    expected = [[text(i, j) for j in range(across)] for i in range(down)]
    assert rows(pattern, down, across) == expected
    assert [[pattern.text(i, j) for j in range(across)] for i in range(down)] == expected


def test_a_pattern_goes_on_before_its_first_cell_while_it_stays_on_the_sheet():
    pattern = FilledFormula.through("SUM(D4:E5,$A$1)", "SUM(E4:F5,$A$1)", "SUM(D5:E6,$A$1)")
    assert pattern.continued(-2, -3).text(0, 0) == "SUM(A2:B3,$A$1)"
    assert pattern.continued(-2, -3).text(2, 3) == "SUM(D4:E5,$A$1)"
    assert pattern.continued(1, 0).text(0, 0) == "SUM(D5:E6,$A$1)"
    assert pattern.continued(0, -4) is None
    assert pattern.continued(-4, 0) is None
