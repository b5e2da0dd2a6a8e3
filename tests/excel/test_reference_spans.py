"""Ranges between any two references, with the values that LibreOffice 7.4 computes."""

import pytest

from sheetcnn.excel.ast import FormulaError, Reference, Slopes
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.fill import FilledFormula
from sheetcnn.excel.parser import parse
from sheetcnn.excel.sheet_array import SheetArray


@pytest.fixture
def book():
    """A1:F3 of S hold 11 to 36, those of `o t` ten times the row's number as much; N names S!A1:B2."""
    grids = {name: SheetArray.blank(1, 8, 8) for name in ("S", "o t")}
    book = CalcBook(grids, {"N": "S!$A$1:$B$2"})
    for row in (1, 2, 3):
        for column in range(1, 7):
            book.put("S", (row - 1, column - 1), 10.0 * row + column)
            book.put("o t", (row - 1, column - 1), 100.0 * row + column)
    return book


def value(book, text):
    return book.texts.unpack(book.evaluate(parse(text), "S", (3, 3)))[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SUM(S!A1:S!C3)", 198),
        ("SUM(s!C3:S!A1)", 198),
        ("SUM(S!A1:C3)", 198),
        ("SUM('S'!$A$1:'S'!$C$3)", 198),
        ("SUM('o t'!A1:'o t'!C3)", 1818),
        ("SUM((A1:C3))", 198),
        ("SUM(A1:(C3))", 198),
        ("SUM(A1:B2:C3)", 198),
        ("SUM(A1:INDEX(A1:C3,2,2))", 66),
        ("SUM(INDEX(A1:C3,2,2):A1)", 66),
        ("SUM(INDEX(A1:F6,1,1):INDEX(A1:F6,2,2))", 66),
        ("SUM(INDEX('o t'!A1:F6,1,1):INDEX('o t'!A1:F6,2,2))", 606),
        ("SUM(D$1:INDEX(D:D,ROW()-1))", 72),
        ("SUM(N:C3)", 198),
        ("ROWS(A1:INDEX(A:A,7))", 7),
        ("COLUMN(INDEX(1:1,3):E5)", 3),
        ("SUM(A1:INDEX(A1:C3,2,2))*2", 132),
        ("-SUM(A1:INDEX(A1:C3,2,2))", -66),
    ],
)
def test_a_range_between_references_is_computed(book, text, expected):
    assert value(book, text) == expected


@pytest.mark.parametrize("text", ["SUM(A1:INDEX(A1:C3,9,9))", "SUM(A1:#REF!)", "SUM(A1:NOWHERE!C3)"])
def test_a_range_from_a_lost_reference_is_lost(book, text):
    assert value(book, text) == "#REF!"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("SUM(A1:INDEX('o t'!A1:C3,2,2))", "from one sheet to another"),
        ("SUM(A1:'o t'!C3)", "from one sheet to another"),
        ("SUM(S:Z!A1)", "between what are no references"),
        ("SUM('S:Z'!A1)", "through several sheets"),
        ("SUM(S!A:S!B)", "between what are no references"),
        ("SUM(A1:UNKNOWN)", "between what are no references"),
        ("SUM(A1:IF(TRUE,B2,C3))", "between what are no references"),
        ("SUM(A1:5)", "between what are no references"),
        ("_xlfn.SINGLE(A1)", "the @ operator is not supported"),
        ("_XLFN.SINGLE(A1:A3)", "the @ operator is not supported"),
        ("SUM(_xlfn.ANCHORARRAY(A1))", "a spilled range is not supported"),
        ("_xlfn._xlws.FILTER(A1:A3,A1:A3)", "the function FILTER is not supported"),
        ("_xlws.SORT(A1:A3)", "the function SORT is not supported"),
        ("_xlfn.LET(_xlpm.x,1,_xlpm.x+1)", "the function LET is not supported"),
        ("_xlfn.BYROW(A1:B2,_xleta.SUM)", "the function BYROW is not supported"),
        ("_xlpm.x+1", "the names within LET and LAMBDA are not supported"),
        ("SUM(_xleta.SUM)", "the names within LET and LAMBDA are not supported"),
    ],
)
def test_what_is_not_supported_is_said_in_plain_words(book, text, reason):
    with pytest.raises(FormulaError, match=reason):
        value(book, text)


def test_what_it_may_read_is_the_range_around_all_that_it_may_begin_or_end_with(book):
    reads = book.reads(parse("SUM(B2:INDEX(D4:F6,1,1))"), "S")
    assert max(area.bottom for _, area in reads) == 5
    assert ("S", (1, 1, 5, 5)) in reads


def test_two_cells_of_one_sheet_are_a_plain_reference():
    assert parse("S!$C3:s!A$1") == parse("S!A$1:$C3")
    assert isinstance(parse("S!A1:S!B2", (1, 1, 1, 1)), Reference)
    assert parse("S!A1:S!B2", (2, 1, 2, 1)).slopes == Slopes(1, 2, 1, 2)


def test_a_block_of_windows_by_index_is_computed_as_one_of_plain_windows(book):
    plain = FilledFormula.through("SUM(A1:B2)", "SUM(B1:C2)", "SUM(A2:B3)")
    text = "SUM(INDEX($A$1:$F$6,ROW()-3,COLUMN()-3):INDEX($A$1:$F$6,ROW()-2,COLUMN()-2))"
    computed = [book.evaluate(each, "S", (3, 3), 2, 2).numbers for each in (plain, parse(text))]
    assert computed[0].ravel().tolist() == computed[1].ravel().tolist() == [66, 70, 106, 110]
