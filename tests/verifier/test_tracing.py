"""A formula is circular if what it comes to reads itself, as LibreOffice 7.4 and IronCalc 0.9.1 find, too."""

from pathlib import Path

import pytest

from sheetcnn.excel.addresses import a1, parse_a1
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.sheet_array import SheetArray
from sheetcnn.excel.workbook import Calculation, Sheet, Workbook
from sheetcnn.verifier import tracing
from sheetcnn.verifier.dependencies import DependencyGraph, cycles
from sheetcnn.verifier.tracing import traced

# Each stands in D4, beside 1 in A4 and 2 in B4, under numbers in A1:F3 and over =D4 in D5. Both programs give the
# number that is written here, or an error for a circle.
RIGHT = [
    ("INDEX(4:4,,1)", 1),
    ("INDEX(D:D,1)", 14),
    ("SUM(INDEX(D:D,1):INDEX(D:D,ROW()-1))", 72),
    ("IF(FALSE,D4,7)", 7),
    ("IF(A4>0,A4,D4)", 1),
    ("IF(A4<0,D4)", 0),
    ("CHOOSE(1,A4,D4)", 1),
    ("IFERROR(A4,D4)", 1),
    ("ROW(D4)", 4),
    ("COLUMN(D4)", 4),
    ("ROWS(D1:D9)", 9),
    ("COLUMNS(4:4)", 16384),
    ("INDEX(4:4,MATCH(1,A4:B4,0))", 1),
    ("IF(A4>0,INDEX(4:4,,IF(A4>5,4,1)),D4)", 1),
    ("SUMPRODUCT(INDEX(4:4,,1),INDEX(4:4,,2))", 2),
    ("A4+IF(A4>0,0,D5)", 1),
    ("SUM(INDEX(A1:F6,1,1):INDEX(A1:F6,2,2))", 66),
]
CIRCULAR = [
    ("0*D4", "D4"),
    ("INDEX(4:4,,4)", "D4"),
    ("SUM(D$1:INDEX(D:D,ROW()))", "D4"),
    ("IF(TRUE,D4,7)", "D4"),
    ("IF(A4<0,A4,D4)", "D4"),
    ("IF(D4,1,1)", "D4"),
    ("CHOOSE(2,A4,D4)", "D4"),
    ("IFERROR(1/0,D4)", "D4"),
    ("SUM(4:4)", "D4"),
    ("AND(A4<0,D4)", "D4"),  # AND looks at all of its arguments
    ("RANK(1,4:4)", "D4"),
    ("SUM(INDEX(A1:F6,1,1):INDEX(A1:F6,5,5))", "D4 D5"),
    ("A4+IF(A4>0,D5,0)", "D4 D5"),
    # Excel and IronCalc name these; LibreOffice does not look.
    ("MATCH(1,4:4,0)", "D4"),
    ("SUMIF(4:4,1)", "D4"),
    ("ISNUMBER(D4)", "D4"),
    ("COUNTBLANK(4:4)", "D4"),
]


def followed(formulas, numbers):
    """Return what is computed for the formulas of a sheet, and those of them that are circular."""
    sheet = Sheet("S", formulas={parse_a1(cell): text for cell, text in formulas.items()})
    workbook = Workbook(Path("x.xlsx"), {"S": sheet}, {}, Calculation(), [])
    own = CalcBook({"S": SheetArray.blank(1, 9, 9)})
    for cell, number in numbers.items():
        own.put("S", parse_a1(cell), float(number))
    precedents = DependencyGraph(workbook, own)
    places = [("S", cell) for cell in sheet.formulas]
    reads = traced(places, precedents, own, workbook.sheets)
    circular = [place for circle in cycles(places, reads.__getitem__) for place in circle]
    values = {cell: own.get("S", parse_a1(cell)) for cell in formulas}
    return values, " ".join(sorted(a1(*cell) for _, cell in circular))


NUMBERS = {"A4": 1, "B4": 2} | {a1(row, col): 10 * row + col + 11 for row in range(3) for col in range(6)}


@pytest.mark.parametrize(("formula", "value"), RIGHT)
def test_what_reads_itself_in_no_branch_that_is_taken_is_computed(formula, value):
    values, circular = followed({"D4": formula, "D5": "D4"}, NUMBERS)
    assert circular == ""
    assert values == {"D4": value, "D5": value}


@pytest.mark.parametrize(("formula", "cells"), CIRCULAR)
def test_what_comes_to_itself_is_circular(formula, cells):
    _, circular = followed({"D4": formula, "D5": "D4"}, NUMBERS)
    assert circular == cells


@pytest.mark.parametrize("start", [1, 0])
def test_a_switch_elsewhere_closes_a_circle_of_three_or_opens_it(start):
    formulas = {"A1": "IF(B9,B1,3)", "B1": "C1+1", "C1": "A1+1", "B9": f"{start}*1"}
    values, circular = followed(formulas, {})
    assert circular == ("A1 B1 C1" if start else "")
    assert start or values == {"A1": 3, "B1": 5, "C1": 4, "B9": 0}


def test_a_chain_of_any_length_is_followed():
    column = {f"A{row}": f"INDEX(A:A,{row + 1})+1" for row in range(1, 9)}
    values, circular = followed(column, {"A9": 1})
    assert (values["A1"], circular) == (9, "")


def test_what_cannot_be_computed_closes_no_circle():
    assert followed({"D4": "OFFSET(D4,0,1)", "D5": "D4"}, NUMBERS)[1] == ""


def test_more_than_can_be_followed_is_said(monkeypatch):
    monkeypatch.setattr(tracing, "MAX_TRACED", 1)
    with pytest.raises(RecursionError):
        followed({"A1": "1", "A2": "2"}, {})
