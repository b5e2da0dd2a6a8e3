import pytest

from sheetcnn.excel.ast import FormulaError
from sheetcnn.excel.tokenizer import coordinates, tokens


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("1.5E+3", "number"),
        (".5", "number"),
        ('"a ""b"""', "text"),
        ("$A$1", "cell"),
        ("XFD1048576", "cell"),
        ("XFE1", "name"),
        ("A1048577", "name"),
        ("A:$B", "columns"),
        ("$1:2", "rows"),
        ("XFE:XFE", "name"),
        ("SUM(A1)", "function sign cell sign"),
        ("LOG10(1)", "function sign number sign"),
        ("LOG10", "cell"),
        ("S!A1", "sheet cell"),
        ("'It''s'!A1:B2", "sheet cell sign cell"),
        ("#N/A", "error"),
        ("#DIV/0!+1", "error sign number"),
        ("A1.b", "name"),
        ("\u00dcber", "name"),
        ("1 <= 2", "number space sign space number"),
        ("{1;2}", "sign number sign number sign"),
        ("", ""),
    ],
)
def test_a_formula_is_cut_into_tokens(text, kinds):
    found = list(tokens(text))
    assert [each.kind for each in found] == kinds.split()
    assert "".join(each.text for each in found) == text
    assert [each.position for each in found] == [
        sum(len(before.text) for before in found[:i]) for i in range(len(found))
    ]


@pytest.mark.parametrize(
    ("text", "reason", "position"),
    [
        ('1+"a', "a text without its closing quote", 2),
        ("'S!A1", "the name of a sheet without its closing quote", 0),
        ("A1#", "a spilled range is not supported", 2),
        ("@A1", "the @ operator is not supported", 0),
        ("T[x]", "structured and external references are not supported", 1),
        ("1~2", "'~' was not expected", 1),
    ],
)
def test_a_character_that_begins_no_token_is_told_with_its_place(text, reason, position):
    with pytest.raises(FormulaError, match=reason) as error:
        list(tokens(text))
    assert error.value.position == position


@pytest.mark.parametrize(
    ("token", "found"),
    [
        ("A1", [("", 0), ("", 0)]),
        ("$B3", [("$", 1), ("", 2)]),
        ("AA$10", [("", 26), ("$", 9)]),
        ("A:$C", [("", 0), ("$", 2)]),
        ("$1:7", [("$", 0), ("", 6)]),
    ],
)
def test_coordinates_count_from_zero(token, found):
    assert coordinates(token) == found
