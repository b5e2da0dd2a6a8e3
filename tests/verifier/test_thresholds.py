"""A formula that is wrong on a sliver of all numbers is found: it is tried around every threshold that it has."""

from itertools import cycle

import numpy as np
import pytest
from editing import edit, formula
from sabotage import EQUIVALENT, HIDDEN, NOT_FOUND, PLACES, hidden, suits

import sheetcnn
from sheetcnn.excel.addresses import a1
from sheetcnn.excel.parser import parse
from sheetcnn.excel.reader import read_workbook
from sheetcnn.verifier.roots import roots
from sheetcnn.verifier.thresholds import thresholds


@pytest.fixture(scope="module")
def right(tiny_file):
    """The formulas of tiny by address."""
    return {a1(*cell): text for cell, text in read_workbook(tiny_file).sheets["Network"].formulas.items()}


def caught(file, target, cells):
    """The cells whose formulas are reported."""
    report = sheetcnn.verify(edit(file, target, {cell: formula(text, None) for cell, text in cells.items()}))
    wrong = [f for f in report.findings if f.severity == "error" and f.kind in ("formula", "circular")]
    return {finding.cell.removeprefix("Network!") for finding in wrong}


def spread():
    """Every kind once, each at another place; as many together as there are places."""
    places, sets = cycle(PLACES), [{}]
    for what in HIDDEN:
        place = next(place for place in places if suits(what, place))
        if place in sets[-1]:
            sets.append({})
        sets[-1][place] = what
    return sets


def test_there_are_many_kinds_and_each_is_placed():
    assert len(HIDDEN) >= 60
    assert sum(map(len, spread())) == len(HIDDEN)


@pytest.mark.parametrize(
    "several", spread(), ids=lambda several: f"{len(several)} from {next(iter(several.values()))}"
)
def test_what_hides_behind_a_right_formula_is_found(several, right, tiny_file, tmp_path):
    cells = dict(hidden(what, place, right) for place, what in several.items())
    assert caught(tiny_file, tmp_path / "x.xlsx", cells) == set(cells)


@pytest.mark.slow
@pytest.mark.parametrize("what", HIDDEN)
def test_it_is_found_wherever_it_stands(what, right, tiny_file, tmp_path):
    cells = dict(hidden(what, place, right) for place in PLACES if suits(what, place))
    assert caught(tiny_file, tmp_path / "x.xlsx", cells) == set(cells)


@pytest.mark.parametrize(("what", "place"), {**EQUIVALENT, **NOT_FOUND})
def test_what_is_not_found_is_said_to_be_spelled_otherwise(what, place, right, tiny_file, tmp_path):
    cell, text = hidden(what, place, right)
    report = sheetcnn.verify(edit(tiny_file, tmp_path / "x.xlsx", {cell: formula(text, None)}))
    assert report.ok
    assert [other.cell for other in report.how.others] == [f"Network!{cell}"]


def over_relu1(right, condition):
    """The 16 formulas of relu1_1, each with something hidden behind it: x is what it reads."""
    places = [f"{column}{row}" for column in ("AI", "AJ", "AK", "AL") for row in range(5, 9)]
    read = {place: right[place].removeprefix("MAX(0,").removesuffix(")") for place in places}
    return {place: f"{right[place]}+IF(AND({condition.format(x=x)}),1,0)" for place, x in read.items()}


def test_it_is_found_in_all_formulas_of_a_block(right, tiny_file, tmp_path):
    cells = over_relu1(right, "{x}>0.5,{x}<0.501")
    assert len(cells) == 16
    assert caught(tiny_file, tmp_path / "x.xlsx", cells) == set(cells)


def test_it_is_found_where_a_formula_of_a_block_asks_where_it_stands(right, tiny_file, tmp_path):
    cells = over_relu1(right, "ROW()=6,{x}>0.5,{x}<0.501")
    assert caught(tiny_file, tmp_path / "x.xlsx", cells) == {"AI6", "AJ6", "AK6", "AL6"}


def test_the_finding_says_on_what_number(right, tiny_file, tmp_path):
    text = right["AI5"] + "+IF(AND(AC5>0.25,AC5<0.251),1,0)"
    report = sheetcnn.verify(edit(tiny_file, tmp_path / "x.xlsx", {"AI5": formula(text, None)}))
    (message,) = [finding.message for finding in report.findings if finding.kind == "formula"]
    assert message.endswith(" (wrong where AC5 is 0.2505)")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("AI5", "IF(AC5>0,AC5,0)"),
        ("AI5", "(AC5+ABS(AC5))/2"),
        ("AI5", "AC5*(AC5>0)"),
        ("AX5", "IF(AT5<0,0,AT5)"),
        ("BB5", "MAX(MAX(AX5,AY5),MAX(AX6,AY6))"),
        ("BI9", "LARGE(BI5:BI7,1)"),
        ("BL5", "BK5*(1/$BK$9)"),
        ("BI5", "IF(BB5=0,0,BB5*BE5)+BB14*BE14"),
    ],
)
def test_a_right_formula_that_compares_stays_right(cell, text, tiny_file, tmp_path):
    report = sheetcnn.verify(edit(tiny_file, tmp_path / "x.xlsx", {cell: formula(text, None)}))
    assert report.errors == 0
    assert [other.cell for other in report.how.others] == [f"Network!{cell}"]
    assert report.how.others[0].samples >= 100


def no_names(_):
    return None


@pytest.mark.parametrize(
    ("text", "zeros"),
    [
        ("IF(A1>0.5,1,0)", ["A1-0.5"]),
        ("A1=B1", ["A1-B1"]),
        ("MAX(0,A1)", ["0-A1"]),
        ("1/A1", ["A1"]),
        ("IF(A1,1,2)", ["A1"]),
        ("SUMPRODUCT((A1:A3>2)*1)", ["A1-2", "A2-2", "A3-2"]),
        ("SUM(A1:A3)>2", ["SUM(A1:A3)-2"]),
        ('COUNTIF(A1,">=0.25")', ["A1-0.25"]),
        ("A1+B1*2", []),
    ],
)
def test_what_a_formula_compares_is_read_from_its_tree(text, zeros):
    assert thresholds(parse(text), no_names).zeros == [parse(zero) for zero in zeros]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (lambda x: 2 * x - 1, [0.5]),
        (lambda x: x * x - 2, [-(2**0.5), 2**0.5]),
        (lambda x: np.exp(x) - 1, [0.0]),
        (lambda x: np.floor(x) - 3, [3.0]),
        (lambda x: x * 0 + 1, []),
    ],
)
def test_zeros_are_solved_or_searched(expression, expected):
    found = {round(root[0], 12) + 0.0 for root in roots(expression, 1) if np.isfinite(root[0])}
    assert sorted(found) == pytest.approx(expected, abs=1e-12)
