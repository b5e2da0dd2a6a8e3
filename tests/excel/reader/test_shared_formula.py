import pytest

from sheetcnn.excel.reader.shared_formula import SharedFormula


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        ("A1+1", "C4+1"),
        ("$A1+A$1+$A$1", "$A4+C$1+$A$1"),
        ("SUM(A1:B2)", "SUM(C4:D5)"),
        ("S!A1+'It''s A1'!A1", "S!C4+'It''s A1'!C4"),
        ('"A1"&A1', '"A1"&C4'),
        ("A:A+$A:A+2:$2", "C:C+$A:C+5:$2"),
        ("LOG10(A1)", "LOG10(C4)"),
        ("A1B+TAX2020_A1+A1.x", "A1B+TAX2020_A1+A1.x"),
        ("A1048577+XFE1", "A1048577+XFE1"),
        ("Table[A1]+A1%", "Table[A1]+C4%"),
        ("SUM(A1:INDEX(B:B,2))", "SUM(C4:INDEX(D:D,2))"),
    ],
)
def test_what_is_relative_moves_with_the_cell(text, shared):
    assert SharedFormula(0, 0, text).at(3, 2) == shared


@pytest.mark.parametrize(
    ("at", "shared"),
    [
        ((4, 4), "B2"),
        ((3, 3), "A1"),
        ((2, 3), "#REF!"),
        ((3, 2), "#REF!"),
        ((1_048_578, 4), "B1048576"),
        ((1_048_579, 4), "#REF!"),
        ((4, 16_386), "XFD2"),
        ((4, 16_387), "#REF!"),
    ],
)
def test_a_reference_that_leaves_the_sheet_is_an_error(at, shared):
    assert SharedFormula(4, 4, "B2").at(*at) == shared


def test_a_formula_without_references_is_the_same_everywhere():
    assert SharedFormula(0, 0, 'PI()*2&"100%"').at(1_048_575, 16_383) == 'PI()*2&"100%"'
