import pytest

from sheetcnn.excel.addresses import Range
from sheetcnn.excel.ast import FormulaError, Name
from sheetcnn.excel.fill import FilledFormula
from sheetcnn.excel.parser import parse
from sheetcnn.excel.references import DefinedNames, around, references

NAMES = DefinedNames(
    {
        "all": "S!$A$1:$C$3",
        "two": "all+T!$B:$B",
        "own": "$A$1",
        "T!own": "$B$2",
        "loop": "loop+1",
        "moves": "A1",
    }
)


def read(text, sheet="S"):
    return sorted((each.sheet or sheet, each.area) for each in references(parse(text), sheet, NAMES))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1+2", []),
        ("A1+S!B2", [("S", Range(0, 0, 0, 0)), ("S", Range(1, 1, 1, 1))]),
        ("SUM(all)", [("S", Range(0, 0, 2, 2))]),
        ("TWO", [("S", Range(0, 0, 2, 2)), ("T", Range(0, 1, 1_048_575, 1))]),
        ("own", [("S", Range(0, 0, 0, 0))]),
        ("T!own", [("S", Range(1, 1, 1, 1))]),
        ("loop", []),
        ("nobody", []),
        (  # what lies between, besides the two ends
            "B2:INDEX(D4:F6,1,1)",
            [("S", Range(1, 1, 1, 1)), ("S", Range(1, 1, 5, 5)), ("S", Range(3, 3, 5, 5))],
        ),
    ],
)
def test_references_are_found_behind_names_and_around_spans(text, found):
    assert read(text) == found


def test_the_name_of_a_sheet_hides_that_of_the_workbook():
    assert read("own", "T") == [("T", Range(1, 1, 1, 1))]
    assert read("own", "t") == [("t", Range(1, 1, 1, 1))]


def test_a_name_that_moves_is_refused():
    with pytest.raises(FormulaError, match="the name moves moves with the cell that uses it"):
        NAMES.definition(Name("moves"))


@pytest.mark.parametrize(
    ("first", "right", "below", "area"),
    [
        ("=A1:B2", "=B1:C2", "=A2:B3", Range(0, 0, 3, 4)),
        ("=$A$1", "=$A$1", "=$A$1", Range(0, 0, 0, 0)),
        ("=A1", "=C1", "=A3", Range(0, 0, 4, 6)),
        ("=$A$1:A1", "=$A$1:B1", "=$A$1:A2", Range(0, 0, 2, 3)),
        ("=D4", "=C4", "=D3", Range(1, 0, 3, 3)),
    ],
)
def test_a_block_of_3_by_4_formulas_reads_what_lies_around_all_of_them(first, right, below, area):
    (reference,) = references(FilledFormula.through(first, right, below).node, "S", NAMES)
    assert around(reference, 3, 4) == area
