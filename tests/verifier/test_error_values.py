"""Any error that a cell can show is read, and said as such: those of today, and those that nobody has heard of."""

import numpy as np
import pytest
from editing import edit, error_value, formula

import sheetcnn
from sheetcnn.digits.digit import Digit
from sheetcnn.errors import SheetcnnError
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.cell_array import ErrorValue
from sheetcnn.excel.parser import parse
from sheetcnn.excel.sheet_array import SheetArray
from sheetcnn.explainer import explain

# ERROR.TYPE 1 to 14 in Microsoft's documentation of that function, then those that it gives #N/A for.
ERRORS = [
    *("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"),
    *("#GETTING_DATA", "#SPILL!", "#CONNECT!", "#BLOCKED!", "#UNKNOWN!", "#FIELD!", "#CALC!"),
    *("#BUSY!", "#PYTHON!", "#EXTERNAL!", "#TIMEOUT!", "#NOBODY-KNOWS!", "#Wert!", "#"),
]
PLACES = [  # where, what stands there, the findings
    ("P5", "{}", [("error", "not-a-number")]),
    ("X7", "{}", [("error", "not-a-number")]),
    ("BE11", "{}", [("error", "not-a-number")]),
    ("BH6", "{}", [("error", "label")]),
    ("AC5", "SUMPRODUCT(P5:R7,$X$7:$Z$9)", [("error", "stale-value")]),
    ("BH11", "BH11's own", [("error", "stale-value")]),
    ("A40", "{}", []),
    ("A40", "1+1", [("warning", "unknown-formula")]),
]


def with_error(file, target, cell, what, error, own):
    if what == "{}":
        content = error_value(error)
    else:
        text = own[cell].value.removeprefix("=") if what.endswith("own") else what
        content = formula(text, error)
    return edit(file, target, {cell: content})


@pytest.mark.parametrize("error", ERRORS[7:])
def test_it_is_told_and_what_reads_it_is_not_blamed(tiny_file, tiny_book, tmp_path, error):
    own = tiny_book[tiny_book.sheetnames[0]]
    cell, what, kinds = PLACES[ERRORS.index(error) % len(PLACES)]
    path = with_error(tiny_file, tmp_path / "x.xlsx", cell, what, error, own)
    found = sheetcnn.verify(path).findings
    at = [(f.severity, f.kind) for f in found if f.cell == f"Network!{cell}"]
    assert at == kinds
    assert not [f for f in found if f.kind == "formula"]
    said = [
        f for f in found if f.kind in ("not-a-number", "label", "stale-value") and f.cell.endswith(f"!{cell}")
    ]
    assert all(error.upper() in (f.found + f.message).upper() for f in said)


@pytest.mark.parametrize(("cell", "what", "kinds"), PLACES)
def test_verify_explain_and_set_digit_take_it_wherever_it_stands(
    tiny_file, tiny_book, tmp_path, cell, what, kinds
):
    own = tiny_book[tiny_book.sheetnames[0]]
    path = with_error(tiny_file, tmp_path / "x.xlsx", cell, what, "#SPILL!", own)
    found = sheetcnn.verify(path).findings
    assert [(f.severity, f.kind) for f in found if f.cell == f"Network!{cell}"] == kinds
    assert explain(path, cell)
    try:
        sheetcnn.set_digit(path, Digit(np.zeros((6, 6)), None, "a test"), output=tmp_path / "y.xlsx")
    except SheetcnnError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either it is done, or refused in a sentence


def test_a_network_with_an_error_in_its_input_reads_nothing(tiny_file, tmp_path):
    """A spreadsheet program shows the error in every cell that follows."""
    path = edit(tiny_file, tmp_path / "x.xlsx", {"P5": error_value("#CALC!")})
    assert sheetcnn.verify(path).prediction.digit is None


@pytest.mark.parametrize("error", ERRORS)
def test_it_goes_through_formulas_as_it_is(error):
    book = CalcBook({"S": SheetArray.blank(1, 3, 3)})
    book.put("S", (0, 0), ErrorValue(error))
    for text, expected in [
        ("A1", error),
        ("A1+1", error),
        ("SUM(A1:A3)", error),
        ("MAX(0,A1)", error),
        ('A1&"x"', error),
        ("IFERROR(A1,5)", 5.0),
        ("ISERROR(A1)", True),
        ("ISNUMBER(A1)", False),
        ("COUNT(A1:A3)", 0.0),
    ]:
        assert book.texts.unpack(book.evaluate(parse(text), "S", (2, 2))) == [expected]


@pytest.mark.parametrize(
    "error", [error for error in ERRORS if error not in ("#NOBODY-KNOWS!", "#Wert!", "#")]
)
def test_it_is_read_where_a_formula_spells_it(error):
    book = CalcBook({"S": SheetArray.blank(1, 3, 3)})
    assert book.texts.unpack(book.evaluate(parse(f"IF(TRUE,{error},0)"), "S", (2, 2))) == [error]
