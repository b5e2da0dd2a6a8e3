from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetcnn.excel.addresses import Range
from sheetcnn.excel.ast import (
    Absolute,
    ArrayConstant,
    Binary,
    Blank,
    Boolean,
    Call,
    Error,
    FormulaError,
    Name,
    Number,
    Percent,
    Reference,
    Slopes,
    Text,
    Unary,
    walk,
)
from sheetcnn.excel.limits import MAX_COLUMNS, MAX_ROWS
from sheetcnn.excel.parser import parse


def test_the_equals_sign_may_stand_or_not():
    assert parse("=1") == parse("1") == Number(1.0)


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("1.5E-3", Number(0.0015)),
        (".5", Number(0.5)),
        ('"he said ""A1"""', Text('he said "A1"')),
        ("true", Boolean(True)),
        ("#DIV/0!", Error("#DIV/0!")),
        ("w_1", Name("w_1")),
        ("Sheet1!w_1", Name("w_1", "Sheet1")),
        ("XFE1", Name("XFE1")),  # one column beyond the last
        ("A1048577", Name("A1048577")),
        ("LOG10", Reference(Range(9, 8508, 9, 8508))),
        ('{1,-2;"a",TRUE}', ArrayConstant(((Number(1.0), Number(-2.0)), (Text("a"), Boolean(True))))),
    ],
)
def test_operands(text, node):
    assert parse(text) == node


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("B3", Reference(Range(2, 1, 2, 1))),
        ("B$3", Reference(Range(2, 1, 2, 1), None, Absolute(top=True, bottom=True))),
        ("$A1:C$3", Reference(Range(0, 0, 2, 2), None, Absolute(left=True, bottom=True))),
        ("C3:A1", Reference(Range(0, 0, 2, 2))),
        ("A:$C", Reference(Range(0, 0, MAX_ROWS - 1, 2), None, Absolute(right=True))),
        ("3:5", Reference(Range(2, 0, 4, MAX_COLUMNS - 1))),
        ("Sheet1!A1", Reference(Range(0, 0, 0, 0), "Sheet1")),
        ("'It''s two'!A1:B2", Reference(Range(0, 0, 1, 1), "It's two")),
    ],
)
def test_references(text, reference):
    assert parse(text) == reference


def test_a_reversed_range_takes_its_slopes_along():
    assert parse("C3:A1", (1, 2, 3, 4)).slopes == Slopes(top=4, left=3, bottom=2, right=1)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("-2^2", "(-2)^2"),
        ("2^3^2", "(2^3)^2"),
        ("1+2*3", "1+(2*3)"),
        ("1-2-3", "(1-2)-3"),
        ("2*3%", "2*(3%)"),
        ("1&2+3", "1&(2+3)"),
        ("1=2&3", "1=(2&3)"),
        ("1<2=TRUE", "(1<2)=TRUE"),
        ("2^-1", "2^(-1)"),
        (" 1 +\n2 ", "1+2"),
    ],
)
def test_precedence_is_that_of_excel(text, same):
    assert parse(text) == parse(same)


def test_calls():
    assert parse("_xlfn._xlws.Sum(A1,,2%)") == Call("SUM", (parse("A1"), Blank(), Percent(Number(2.0))))
    assert parse("PI()") == Call("PI", ())
    assert parse("LOG10(-1)") == Call("LOG10", (Unary("-", Number(1.0)),))


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("", 0, "ends where a value was expected"),
        ("1+", 2, "ends where a value was expected"),
        ("SUM(1", 5, "ends where ')' was expected"),
        ("1)", 1, "')' stands where an operator was expected"),
        ("A1 B2", 3, "an intersection is not supported"),
        ("(A1,B1)", 3, "a union"),
        ("A1,B1", 2, "a union"),
        ("A1:", 3, "a value was expected"),
        ("SUM('S:T'!A1)", 4, "through several sheets"),
        ("[1]Data!A1", 0, "another workbook"),
        ("'[1]My data'!A1", 0, "another workbook"),
        ("Table1[Pixel]", 6, "structured"),
        ("A1#", 2, "a spilled range"),
        ("@A1", 0, "the @ operator"),
        ('"open', 0, "closing quote"),
        ("'open!A1", 0, "closing quote"),
        ("{1,A1}", 3, "constants only"),
        ("{1,2;3}", 0, "not equally long"),
        ("1?", 1, "'?' was not expected"),
        ("1" + "+1" * 4096, 8192, "8192 characters"),
        ("(" * 65 + "1" + ")" * 65, 64, "deeper than 64"),
        ("1" + "%" * 65, 65, "deeper than 64"),
        ("-" * 200 + "1", 127, "deeper than 64"),
    ],
)
def test_what_is_not_supported_is_refused_with_its_place(text, position, reason):
    with pytest.raises(
        FormulaError, match=reason.replace("(", r"\(").replace(")", r"\)").replace("?", r"\?")
    ) as caught:
        parse(text)
    assert caught.value.position == position


def test_sixty_four_levels_and_long_chains_are_read():
    assert parse("(" * 64 + "1" + ")" * 64) == Number(1.0)
    assert sum(isinstance(node, Number) for node in walk(parse("1" + "+1" * 4000))) == 4001


def test_walk_finds_every_node():
    kinds = {type(node) for node in walk(parse("SUM(-A1,2%)+{1}&Name_1"))}
    assert kinds == {Call, Unary, Reference, Percent, Number, Binary, ArrayConstant, Name}


@given(st.text(st.sampled_from("=+-*/^&<>%(),;:{}!$#\"' AB12.[]@"), max_size=300))
def test_any_text_is_read_or_refused(text):
    with suppress(FormulaError):
        assert list(walk(parse(text)))


@pytest.mark.parametrize("text", ["A1*2\xa0", "A1\u3000*2", "A1+\u0661", "A1\u0661+1", "A\u0661*2"])
def test_spaces_and_digits_of_other_scripts_are_none(text):
    """LibreOffice shows #VALUE! for the first."""
    with suppress(FormulaError):
        assert any(isinstance(node, Name) for node in walk(parse(text)))
