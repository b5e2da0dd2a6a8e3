"""Formulas that users have put beside the network follow the digit; where they cannot, the file says so."""

import re
import zipfile

import openpyxl
import pytest
from editing import SHEET, edit, formula, number, rewrite

import sheetcnn
from sheetcnn.digits.digit import Digit
from sheetcnn.excel.addresses import a1, parse_a1
from sheetcnn.excel.reader import read_workbook
from sheetcnn.network.template_loader import load_template
from sheetcnn.verifier.recognize import recognize

PICTURE = load_template("tiny").pictures[1]
ONE = Digit(PICTURE, 1, "tiny's 1")
INK = float(PICTURE.sum())


def quiet(file, target):
    """Write a copy of a workbook that does not ask for anything to be computed."""
    return rewrite(file, target, {"xl/workbook.xml": without_question})


@pytest.fixture
def changed(tiny_file, tmp_path):
    """Put cells beside tiny's network, and then another digit into it; return its sheet, and its workbook's part."""

    def change(cells):
        path = edit(quiet(tiny_file, tmp_path / "quiet.xlsx"), tmp_path / "x.xlsx", cells)
        before = read_workbook(path).sheets["Network"].values
        sheetcnn.set_digit(path, ONE)
        with zipfile.ZipFile(path) as archive:
            return (
                before,
                read_workbook(path).sheets["Network"].values,
                archive.read("xl/workbook.xml").decode(),
            )

    return change


def at(address):
    return tuple(parse_a1(address)[:2])


def asks(workbook_part):
    return 'fullCalcOnLoad="1"' in workbook_part


def without_question(xml):
    return re.sub(r' fullCalcOnLoad="[01]"', "", xml)


def test_they_follow_directly_and_through_others(changed):
    _, values, part = changed(
        {
            "A200": formula("SUM(input)", 99.0),
            "A201": formula("A200*2", 99.0),
            "A202": formula("SUM(A200:A201,A203)", 99.0),
            "A203": number(10.0),
            "B200": formula('IF(A200>1,"_x0041_ & <b> ","")', "old"),
            "B201": formula("A200>1", False),
            "B202": formula("1/(A200-A200)", 99.0),
        }
    )
    expected = {"A200": INK, "A201": 2 * INK, "A202": 3 * INK + 10, "A203": 10.0}
    assert {cell: values[at(cell)] for cell in expected} == pytest.approx(expected, rel=1e-12)
    assert values[at("B200")] == "_x0041_ & <b> "
    assert values[at("B201")] is True
    assert values[at("B202")] == "#DIV/0!"
    assert not asks(part)


def test_an_array_formula_follows_in_all_its_cells(changed):
    array = '<f t="array" ref="A200:B200">SUM(input)*{1,2}</f><v>99</v>'
    _, values, _ = changed({"A200": array, "B200": number(99.0)})
    assert (values[at("A200")], values[at("B200")]) == pytest.approx((INK, 2 * INK), rel=1e-12)


def test_what_does_not_follow_stays_even_if_it_is_wrong(changed):
    _, values, part = changed({"A200": formula("1+1", 5.0), "A201": formula("A200*2", 7.0)})
    assert (values[at("A200")], values[at("A201")]) == (5.0, 7.0)
    assert not asks(part)


def test_stored_values_are_no_evidence(changed):
    """A200 does not change, but what is stored beside it is wrong: A201 is computed from its formula."""
    _, values, _ = changed({"A200": formula("1+1", 5.0), "A201": formula("A200+SUM(input)", 7.0)})
    assert values[at("A201")] == pytest.approx(2 + INK, rel=1e-12)


@pytest.mark.parametrize(
    "spelled",
    [
        *("NOW()", "OFFSET(input,0,0)", 'INDIRECT("A9")', "SUM(Table1)"),
        *("[1]Sheet1!$A$1+SUM(input)", "A200+1", "@A9", "LET(x,1,x)"),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_is_left_and_the_file_asks_for_it(changed, spelled):
    """A200 is computed; A201 reads what nobody knows, so it is left, too. A200+1 in A200 is a circle."""
    before, values, part = changed({"A200": formula(spelled, 5.0), "A201": formula("A200+SUM(input)", 7.0)})
    assert (values[at("A200")], values[at("A201")]) == (before[at("A200")], before[at("A201")]) == (5.0, 7.0)
    assert asks(part)


def test_only_the_question_is_added(tiny_file, tmp_path):
    path = edit(
        quiet(tiny_file, tmp_path / "quiet.xlsx"), tmp_path / "x.xlsx", {"A200": formula("NOW()", 5.0)}
    )
    with zipfile.ZipFile(path) as archive:
        before = {name: archive.read(name).decode("latin-1") for name in archive.namelist()}
    sheetcnn.set_digit(path, ONE)
    with zipfile.ZipFile(path) as archive:
        after = {name: archive.read(name).decode("latin-1") for name in archive.namelist()}
    assert {name for name in before if before[name] != after[name]} == {SHEET, "xl/workbook.xml"}
    assert without_question(after["xl/workbook.xml"]) == without_question(before["xl/workbook.xml"])


def test_sheets_of_their_own_are_followed_however_far_down(tiny_file, tmp_path):
    book = openpyxl.load_workbook(tiny_file)
    own = book.create_sheet("Mine")
    own["C9000"] = "=SUM(input)"
    own["D9000"] = "=SUM(C:C)-C9000"
    own["E1"] = '=C9000&"!"'
    path = tmp_path / "x.xlsx"
    book.save(path)
    sheetcnn.set_digit(path, ONE)
    values = read_workbook(path).sheets["Mine"].values
    assert values[at("C9000")] == pytest.approx(INK, rel=1e-12)
    assert values[at("D9000")] == 0
    assert re.fullmatch(rf"{INK:g}\d*!", str(values[at("E1")]))


def test_formulas_that_feed_the_network_are_stored_anew(tiny_file, tmp_path):
    """A weight that comes from another cell: what is stored beside it is old."""
    workbook = read_workbook(tiny_file)
    region = next(iter(recognize(workbook, None).layout.all_weights))
    cell = next(iter(region.cells()))
    weight = workbook.sheets["Network"].values[cell]
    cells = {a1(*cell): formula(f"A200+{weight}", 99.0), "A200": number(0.0)}
    path = edit(tiny_file, tmp_path / "x.xlsx", cells)
    sheetcnn.set_digit(path, ONE)
    assert read_workbook(path).sheets["Network"].values[cell] == weight
