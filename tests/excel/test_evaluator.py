import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetcnn.excel import evaluator as evaluate
from sheetcnn.excel.addresses import Range, parse_a1
from sheetcnn.excel.ast import FormulaError
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.cell_array import BLANK, BOOLEAN, ERROR, NUMBER, TEXT, CellArray
from sheetcnn.excel.fill import FilledFormula
from sheetcnn.excel.parser import parse
from sheetcnn.excel.sheet_array import SheetArray


def book_of(rows, samples=1, names=None):
    """A book with one sheet whose values are the same on every sample."""
    book = CalcBook({"Data": SheetArray.blank(samples, len(rows), len(rows[0]))}, names or {})
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            book.put("Data", (row, column), value)
    return book


def shown(book, formula, at="Z99", **options):
    return book.texts.unpack(book.evaluate(parse(formula), "Data", parse_a1(at), **options))[0]


COUNTING = [[10.0 * row + column for column in range(5)] for row in range(4)]  # A1 is 0, B3 is 21


def test_a_convolution_by_hand():
    book = book_of([[1, 2, 3, 1], [0, -1, 2, 0], [4, 1, 0, 10]])
    pattern = FilledFormula.through("=MAX(0,SUM(A1:B2*$D$2:$D$3))", None, "=MAX(0,SUM(A2:B3*$D$2:$D$3))")
    both = book.evaluate(pattern, "Data", (0, 6), rows=2, array=True)
    assert both.numbers[0, :, 0, 0, 0].tolist() == [0.0, 50.0]  # 10*(0-1) is below 0; 10*(4+1)
    pattern = FilledFormula.through("=SUMPRODUCT(A1:B2,$C$1:$D$2)", "=SUMPRODUCT(B1:C2,$C$1:$D$2)")
    across = book.evaluate(pattern, "Data", (0, 6), columns=2)
    assert across.numbers[0, 0, :, 0, 0].tolist() == [5.0, 7.0]  # 1*3+2*1+0*2-1*0 and 2*3+3*1-1*2+2*0
    assert across.kinds is None


def test_a_compact_pool_reads_every_second_window():
    book = book_of(COUNTING)
    pattern = FilledFormula.through("=MAX(A1:B2)", "=MAX(C1:D2)", "=MAX(A3:B4)")
    values = book.evaluate(pattern, "Data", (0, 9), rows=2, columns=2)
    assert values.numbers[0, :, :, 0, 0].tolist() == [[11.0, 13.0], [31.0, 33.0]]


def test_a_reference_that_stands_still_and_one_that_moves_backwards():
    book = book_of(COUNTING)
    pattern = FilledFormula.through("=E1-$A$2", "=D1-$A$2", "=E2-$A$2")
    values = book.evaluate(pattern, "Data", (0, 9), rows=2, columns=3)
    assert values.numbers[0, :, :, 0, 0].tolist() == [[-6.0, -7.0, -8.0], [4.0, 3.0, 2.0]]
    upwards = book.evaluate(FilledFormula.through("=A4", None, "=A3"), "Data", (0, 9), rows=4)
    assert upwards.numbers[0, :, 0, 0, 0].tolist() == [30.0, 20.0, 10.0, 0.0]


def test_ranges_that_grow_are_computed_cell_by_cell():
    book = book_of(COUNTING)
    down = FilledFormula.through("=SUM($A$1:A1)", "=SUM($A$1:B1)", "=SUM($A$1:A2)")
    values = book.evaluate(down, "Data", (0, 9), rows=2, columns=2)
    assert values.numbers[0, :, :, 0, 0].tolist() == [[0.0, 1.0], [10.0, 22.0]]
    own = FilledFormula.through(
        "=SUM($A$1:A1)+100*ROW()+COLUMN()",
        "=SUM($A$1:B1)+100*ROW()+COLUMN()",
        "=SUM($A$1:A2)+100*ROW()+COLUMN()",
    )
    values = book.evaluate(own, "Data", (0, 9), rows=2, columns=2)
    assert values.numbers[0, :, :, 0, 0].tolist() == [[110.0, 112.0], [220.0, 233.0]]


def test_an_ordinary_formula_crosses_ranges_with_its_own_row_and_column():
    book = book_of(COUNTING)
    assert shown(book, "B1:B3", "Z2") == 11.0
    assert shown(book, "A2:E2", "C9") == 12.0
    assert shown(book, "B:B+1", "Z4") == 32.0
    assert shown(book, "B1:B3", "Z4") == "#VALUE!"
    assert shown(book, "A1:B3", "B2") == "#VALUE!"
    assert shown(book, "MAX(0,SUM(A2:C4*$C$1:$E$3))", "Z2") == "#VALUE!"
    assert shown(book, "SUM(B1:B3*C1:C3)", "Z2") == 11.0 * 12.0
    assert shown(book, "SUM(B1:B3*C1:C3)", "Z2", array=True) == 1 * 2 + 11 * 12 + 21 * 22


def test_crossing_follows_the_block_by_its_step():
    book = book_of(COUNTING)
    values = book.evaluate(parse("$B$1:$B$3"), "Data", (0, 9), rows=3, step=2)
    assert book.texts.unpack(values) == [1.0, 21.0, "#VALUE!"]
    values = book.evaluate(parse("ROW()*100+COLUMN()"), "Data", (4, 1), rows=2, columns=2, step=3)
    assert book.texts.unpack(values) == [502.0, 505.0, 802.0, 805.0]


def test_sumproduct_takes_arrays_but_if_within_it_does_not():
    book = book_of(COUNTING)
    assert shown(book, "SUMPRODUCT(ABS(B1:B3)*(B1:B3>1))") == 32.0
    assert shown(book, "SUMPRODUCT(IF(B1:B3>1,1,0))") == "#VALUE!"
    assert shown(book, "SUMPRODUCT(IF(TRUE,B1:B3*2))") == "#VALUE!"
    assert shown(book, "SUMPRODUCT(IF(TRUE,B1:B3))") == 33.0
    assert shown(book, "SUMPRODUCT(IF(B1:B3>1,1,0))", array=True) == 2.0
    assert shown(book, "MATCH(1,INDEX((B1:B3>1)*(C1:C3>20),0),0)") == 3.0


def test_an_array_formula_fills_its_cells():
    book = book_of(COUNTING)
    values = book.evaluate(parse("TRANSPOSE(A1:A2)"), "Data", (0, 9), array=True, spread=(2, 3))
    assert book.texts.unpack(values) == [0.0, 10.0, "#N/A", 0.0, 10.0, "#N/A"]


def test_blanks_beyond_the_edge_and_whole_columns():
    book = book_of(COUNTING)
    assert shown(book, "Q77") == 0.0
    assert shown(book, "SUM(B3:Q77)") == 21 + 22 + 23 + 24 + 31 + 32 + 33 + 34
    assert shown(book, "SUM(B:B)") == 64.0
    assert shown(book, "SUM(4:4)") == 160.0
    assert shown(book, "SUMPRODUCT(A:A,B:B)") == 0 * 1 + 10 * 11 + 20 * 21 + 30 * 31


def test_a_formula_reads_what_a_name_means_on_its_sheet():
    grids = {"One": SheetArray.blank(1, 9, 9), "Two": SheetArray.blank(1, 9, 9)}
    book = CalcBook(grids, {"n": "One!$A$1", "Two!N": "Two!$B$2"})

    assert book.reads(parse("n"), "One") == [("One", Range(0, 0, 0, 0))]
    assert book.reads(parse("n"), "Two") == [("Two", Range(1, 1, 1, 1))]
    assert book.reads(parse("n+Two!n"), "One") == [("One", Range(0, 0, 0, 0)), ("Two", Range(1, 1, 1, 1))]


def test_whole_columns_of_sheets_of_two_sizes_fit():
    book = CalcBook({"Long": SheetArray.blank(1, 9, 1), "Short": SheetArray.blank(1, 2, 1)})
    book.put("Long", (1, 0), 3.0)
    book.put("Short", (1, 0), 4.0)
    values = book.evaluate(parse("SUMPRODUCT(Long!A:A,SHORT!A:A)"), "Short", (5, 5))
    assert values.numbers.item() == 12.0


NAMES = {
    "conv1_1": "Data!$A$1:$B$2",
    "rate": "=0.5",
    "twice": "2*Rate",
    "loop": "loop+1",
    "Data!local_1": "Data!$A$2",
}


def test_names_are_looked_up_however_they_are_spelled():
    book = book_of(COUNTING, names=NAMES)
    assert shown(book, "SUM(CONV1_1)") == 0 + 1 + 10 + 11
    assert shown(book, "Twice+1") == 2.0
    assert shown(book, "local_1") == shown(book, "Data!local_1") == 10.0
    assert shown(book, "conv1_1", "B1") == "#VALUE!"
    assert shown(book, "unknown") == "#NAME?"


@pytest.mark.parametrize(
    ("definition", "reason"),
    [
        ("loop", "nested too deep"),
        ("ABS(" * 60 + "loop" + ")" * 60, "nested too deep"),
        ("Data!A1", "moves with the cell"),
        ("SUM(", "ends where"),
        ("RAND()", "RAND is not"),
    ],
)
def test_names_that_cannot_be_computed_are_refused(definition, reason):
    with pytest.raises(FormulaError, match=reason):
        shown(book_of(COUNTING, names={"loop": definition}), "loop")


def test_what_a_block_reads():
    book = book_of(COUNTING, names=NAMES)
    pattern = FilledFormula.through("=SUM(B2:C3)+$E$1+conv1_1+data!B:B", "=SUM(D2:E3)+$E$1+conv1_1+data!B:B")
    found = book.reads(pattern, "Data", columns=3)
    assert sorted(found) == [
        ("Data", Range(0, 0, 1, 1)),
        ("Data", Range(0, 1, 1_048_575, 1)),
        ("Data", Range(0, 4, 0, 4)),
        ("Data", Range(1, 1, 2, 6)),
    ]
    assert book.reads(parse("Elsewhere!A1+1"), "Data") == []


def test_growing_ranges_read_all_that_they_grow_to():
    pattern = FilledFormula.through("=SUM($B$2:B2)", None, "=SUM($B$2:B3)")
    assert book_of(COUNTING).reads(pattern, "Data", rows=4) == [("Data", Range(1, 1, 4, 1))]


def test_samples_are_independent():
    book = book_of(COUNTING, samples=3)
    book.sheets["Data"].numbers[1, 0, 1] = 1000.0
    book.sheets["Data"].kinds[2, 0, 1] = BLANK
    book.sheets["Data"].numbers[2, 0, 1] = 0.0
    pattern = FilledFormula.through("=AVERAGE(A1:B1)", None, "=AVERAGE(A2:B2)")
    values = book.evaluate(pattern, "Data", (0, 9), rows=2)
    assert values.numbers[:, :, 0, 0, 0].tolist() == [[0.5, 10.5], [500.0, 10.5], [0.0, 10.5]]


def test_an_index_may_vary_from_sample_to_sample():
    book = book_of([[1, 5], [2, 7], [0, 9]], samples=2)
    book.sheets["Data"].numbers[1, 0, 0] = 3.0
    values = book.evaluate(parse("SUM(INDEX(B1:B3,A1))+SUM(INDEX(A1:B3,A3,2))"), "Data", (9, 9))
    assert values.numbers.ravel().tolist() == [5.0 + 21.0, 9.0 + 21.0]
    book.sheets["Data"].numbers[1, 2, 0] = 1.0  # 0 asks for the whole column, 1 for one cell
    values = book.evaluate(parse("SUM(INDEX(A1:B3,A3,2))"), "Data", (9, 9))
    assert values.numbers.ravel().tolist() == [21.0, 5.0]


def test_an_index_that_varies_stays_inside():
    book = book_of([[1, 2, 0, 2], [3, 4, 0, 3]])
    pattern = FilledFormula.through("=INDEX($A$1:$B$2,1,D1)", None, "=INDEX($A$1:$B$2,1,D2)")
    assert book.texts.unpack(book.evaluate(pattern, "Data", (0, 9), rows=2)) == [2.0, "#REF!"]


def test_kinds_say_what_the_numbers_stand_for():
    book = book_of([["fig", True, 1.0, None]])
    pattern = FilledFormula.through("=IF(A1=0,1/0,A1)", "=IF(B1=0,1/0,B1)")
    values = book.evaluate(pattern, "Data", (3, 3), columns=4)
    assert values.kinds.ravel().tolist() == [TEXT, BOOLEAN, NUMBER, ERROR]
    assert book.texts.unpack(values) == ["fig", True, 1.0, "#DIV/0!"]


def test_results_are_written_back_where_the_block_stands():
    book = book_of([[1.0, 2.0, None], [3.0, None, None], [None, None, None]], samples=2)
    values = book.evaluate(
        FilledFormula.through("=A1*2", "=B1*2", "=A2*2"), "Data", (0, 0), rows=2, columns=2
    )
    book.write("Data", (0, 0), values, step=2)
    assert [[book.get("Data", (row, column), 1) for column in range(3)] for row in range(3)] == [
        [2.0, 2.0, 4.0],
        [3.0, None, None],
        [6.0, None, 0.0],
    ]
    spread = book.evaluate(parse('{1,"b";TRUE,#N/A}'), "Data", (1, 1), array=True, spread=(2, 2))
    book.write("Data", (1, 1), spread)
    assert [book.get("Data", (row, column)) for row in (1, 2) for column in (1, 2)] == [
        1.0,
        "b",
        True,
        "#N/A",
    ]


def test_array_formulas_side_by_side_are_written_cell_by_cell():
    book = book_of([[1.0, 2.0], [3.0, 4.0], [None, None], [None, None]])
    pattern = FilledFormula.through("=A1:A2*10", "=B1:B2*10")
    values = book.evaluate(pattern, "Data", (2, 0), columns=2, array=True, spread=(2, 1))
    book.write("Data", (2, 0), values)
    assert book.sheets["Data"].numbers[0, 2:].tolist() == [[10.0, 20.0], [30.0, 40.0]]


def test_large_blocks_are_computed_in_parts(monkeypatch):
    book = book_of(COUNTING)
    pattern = FilledFormula.through("=SUM(A1:B2)", "=SUM(B1:C2)", "=SUM(A2:B3)")
    whole = book.evaluate(pattern, "Data", (0, 9), rows=4, columns=5).numbers
    monkeypatch.setattr(evaluate, "MAX_ELEMENTS", 7)
    np.testing.assert_array_equal(book.evaluate(pattern, "Data", (0, 9), rows=4, columns=5).numbers, whole)


def test_memory_is_bounded():
    book = CalcBook({"Data": SheetArray.blank(4, 500, 500)})
    pattern = FilledFormula.through("=SUM(A1:T20*2)", "=SUM(B1:U20*2)", "=SUM(A2:T21*2)")
    tracemalloc.start()
    book.evaluate(pattern, "Data", (0, 0), rows=40, columns=40, array=True)  # 20 MB a sample
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30_000_000


def test_a_reference_that_reads_too_much_is_refused():
    with pytest.raises(FormulaError, match="more than 10,000,000 cells"):
        shown(book_of(COUNTING), "SUM(A1:XFC100000)")


@pytest.mark.parametrize(
    ("pattern", "rows", "columns"), [(("=B1", "=A1"), 1, 3), (("=A2", None, "=A1"), 3, 1)]
)
def test_a_pattern_that_leaves_the_sheet_is_refused(pattern, rows, columns):
    with pytest.raises(FormulaError, match="leaves the sheet"):
        book_of(COUNTING).evaluate(FilledFormula.through(*pattern), "Data", (0, 9), rows, columns)


def test_kinds_are_seen_wherever_a_block_moves():
    upwards = FilledFormula.through("=A3", None, "=A2")
    values = book_of([["fig"], [1.0], [2.0]]).evaluate(upwards, "Data", (0, 9), rows=3)
    assert values.kinds.ravel().tolist() == [NUMBER, NUMBER, TEXT]


def test_the_deepest_formulas_that_are_read_are_computed():
    book = book_of(COUNTING)
    assert shown(book, "IF(1=1,1+" * 60 + "1" + ")" * 60) == 61.0
    assert shown(book, "1" + "+1" * 4000) == 4001.0
    assert shown(book, "(" * 64 + "1" + ")" * 64) == 1.0


MIXED = [
    [1.5, -2.0, 0.0, 4.25, "apple"],
    [2.0, 0.5, None, -1.0, "7"],
    [-3.0, 7.0, True, 2.0, None],
    [0.25, None, "fig", 1.0, 3.0],
    [5.0, 1.0, False, -4.5, 2.0],
]
window = st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(1, 2), st.integers(1, 2))
shape = st.sampled_from(
    [
        "SUM({0})", "MAX(0,{0})", "COUNT({0})*2", "SUMPRODUCT({0},{0})", "SUMPRODUCT(({0}>1)*1)",
        "AVERAGE({0})",
        "IF(COUNT({0})>2,SUM({0}),\"few\")",
        "{0}+1", "INDEX({0},1,1)&\"!\"", "IFERROR(1/SUM({0}),{0})",
        "COUNTIF({0},\">1\")", "LARGE({0},2)", "MATCH(1,INDEX({0},0,1),0)", "RANK(2,{0})",
        "INDEX({0},1+(SUM({0})>3),1)",
        "ROW({0})+COLUMN({0})", "COUNTIF($A$1:$E$5,INDEX({0},1,1))", "CHOOSE(1+(SUM({0})>3),{0},\"b\")",
        "AND({0})", "COUNTBLANK({0})", "SUM({0}*2)", "SUM(IF({0}>1,{0}))", "INDEX({0},SIGN(ABS(SUM({0}))),1)",
    ]
)  # fmt: skip


@given(shape, window, st.tuples(*[st.integers(0, 2)] * 2), st.tuples(*[st.integers(1, 3)] * 2), st.booleans())
def test_a_block_is_the_same_as_its_cells_one_by_one(form, corner, slopes, size, array):
    top, left, height, width = corner
    area = Range(top, left, top + height - 1, left + width - 1)

    def text(i, j):
        down, along = slopes[0] * i, slopes[1] * j
        return form.format(Range(area.top + down, area.left + along, area.bottom + down, area.right + along))

    book = book_of(MIXED, samples=2)
    book.sheets["Data"].numbers[1] *= book.sheets["Data"].kinds[1] != NUMBER
    pattern = FilledFormula.through(text(0, 0), text(0, 1), text(1, 0))
    block = book.evaluate(pattern, "Data", (1, 3), *size, array=array)
    for i in range(size[0]):
        for j in range(size[1]):
            one = book.evaluate(parse(text(i, j)), "Data", (1 + i, 3 + j), array=array)
            cell = CellArray(block.numbers[:, i, j], None if block.kinds is None else block.kinds[:, i, j])
            assert book.texts.unpack(cell) == pytest.approx(book.texts.unpack(one))


def test_names_that_double_one_another_are_refused_soon():
    names = {"n_0": "1", **{f"n_{k}": f"n_{k - 1}+n_{k - 1}" for k in range(1, 61)}}
    book = CalcBook({"Data": SheetArray.blank(1, 2, 2)}, names)

    assert shown(book, "n_9") == 512.0
    with pytest.raises(FormulaError, match="too many times"):
        book.evaluate(parse("n_60"), "Data", (0, 0))


def test_an_array_formula_over_a_whole_sheet_is_refused_before_it_takes_memory():
    book = CalcBook({"Data": SheetArray.blank(1, 2, 2)})
    with pytest.raises(FormulaError, match="fills 1048576 by 16384 cells"):
        book.evaluate(parse("A1:B2*2"), "Data", (0, 0), array=True, spread=(1_048_576, 16_384))
