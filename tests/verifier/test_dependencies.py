"""What formulas read is followed as one would follow arrows with a pencil."""

from pathlib import Path

import pytest

from sheetcnn.excel.addresses import a1, parse_a1, parse_range
from sheetcnn.excel.workbook import Calculation, Sheet, Workbook
from sheetcnn.verifier import dependencies as order
from sheetcnn.verifier.calc_books import book_to_read
from sheetcnn.verifier.dependencies import DependencyGraph, cycles, topological_order


def precedents(formulas, arrays=None, names=None):
    """Of a sheet S with these formulas, and a sheet `Two words` whose A1 reads S!A1."""
    sheet = Sheet("S", formulas={parse_a1(cell): text for cell, text in formulas.items()})
    sheet.arrays = {parse_a1(cell): parse_range(area) for cell, area in (arrays or {}).items()}
    other = Sheet("Two words", formulas={(0, 0): "S!A1"})
    sheets = {"S": sheet, "Two words": other}
    workbook = Workbook(Path("x.xlsx"), sheets, names or {}, Calculation(), [])
    return DependencyGraph(workbook, book_to_read(workbook))


def at(cell, sheet="S"):
    return sheet, tuple(parse_a1(cell))


def found(formulas, *starts, **others):
    """The circles that are found from these cells on, each as its addresses in order."""
    several = cycles([at(cell) for cell in starts or formulas], precedents(formulas, **others).of)
    return sorted(sorted(f"{sheet}!{a1(*cell)}" for sheet, cell in circle) for circle in several)


def test_what_is_read_comes_before_what_reads_it():
    reads = {"total": ["sum", "tax"], "tax": ["sum", "rate"], "sum": [], "rate": [], "unread": ["total"]}
    ordered = topological_order(["total"], reads.__getitem__)
    assert sorted(ordered) == ["rate", "sum", "tax", "total"]
    assert ordered.index("sum") < ordered.index("tax") < ordered.index("total")
    assert ordered.index("rate") < ordered.index("tax")


def test_a_circle_comes_once_and_after_what_it_reads():
    reads = {"hen": ["egg"], "egg": ["hen", "corn"], "corn": []}
    ordered = topological_order(["hen"], reads.__getitem__)
    assert sorted(ordered) == ["corn", "egg", "hen"]
    assert ordered[0] == "corn"


@pytest.mark.parametrize(
    ("formulas", "expected"),
    [
        ({"A1": "B1", "B1": "C1*2", "C1": "D1"}, []),
        ({"A1": "B1+C1", "B1": "D1", "C1": "D1", "D1": "1"}, []),  # two ways to D1, and none back
        ({"A1": "A1+1"}, [["S!A1"]]),
        ({"A1": "SUM(A1:B9)"}, [["S!A1"]]),
        ({"A1": "B1", "B1": "A1"}, [["S!A1", "S!B1"]]),
        ({"A1": "B1", "B1": "SUM(C:C)", "C7": "0*A1", "C8": "3"}, [["S!A1", "S!B1", "S!C7"]]),
        ({"A1": "B1", "B1": "A1", "C1": "C2", "C2": "c1"}, [["S!A1", "S!B1"], ["S!C1", "S!C2"]]),
        ({"A1": "'TWO WORDS'!A1"}, [["S!A1", "Two words!A1"]]),
        ({"A1": "IF(FALSE,A1,0)"}, [["S!A1"]]),  # Excel names it, too, though it never looks there
        ({"A1": "this is no formula"}, []),
    ],
)
def test_circles_are_found(formulas, expected):
    assert found(formulas) == expected


def test_a_circle_is_found_from_outside_of_it_and_not_from_elsewhere():
    formulas = {"A1": "B1", "B1": "C1", "C1": "B1", "D1": "1"}
    assert found(formulas, "A1") == [["S!B1", "S!C1"]]
    assert found(formulas, "D1") == []


def test_a_circle_goes_through_the_cells_that_an_array_formula_fills():
    formulas = {"A1": "2*C1:C3", "C3": "A2"}
    assert found(formulas) == []
    assert found(formulas, arrays={"A1": "A1:A3"}) == [["S!A1", "S!C3"]]


def test_a_circle_goes_through_a_name():
    assert found({"A1": "rate+1", "B1": "A1"}, names={"rate": "S!$B$1"}) == [["S!A1", "S!B1"]]


def test_a_chain_of_any_length_is_followed():
    formulas = {f"A{row}": f"A{row + 1}" for row in range(1, 20_000)}
    assert found(formulas, "A1") == []
    assert len(found({**formulas, "A20000": "A1"}, "A1")[0]) == 20_000


def test_who_asks_for_more_than_can_be_followed_is_told(monkeypatch):
    monkeypatch.setattr(order, "MAX_STEPS", 100)
    with pytest.raises(RecursionError):
        found({f"A{row}": f"A{row + 1}" for row in range(1, 200)}, "A1")
