import sys

import pytest
import xlsxwriter

from sheetcnn.errors import SpecError, WorkbookError
from sheetcnn.excel.cell_array import ErrorValue
from sheetcnn.excel.libreoffice import EngineMissing
from sheetcnn.verifier.engines import ENGINES, recalculate

PLANTED = 999

# formula -> what Excel's documentation says it is, worked by hand; A1 is 3, A2 is 4
FORMULAS = {
    "=A1*A2": 12.0,
    "=1/3": 0.333333333333333333,
    "=EXP(1)": 2.718281828459045,
    "=EXP(-300)": 5.148200222412014e-131,  # bc -l
    "=SUMPRODUCT(A1:A2,A1:A2)": 25.0,
    "=A5": 0.0,
    '="six"&"teen"': "sixteen",
    '=""': "",
    '=" 1 "': " 1 ",
    '="#N/"&"A"': "#N/A",
    '=TEXT(1.5,"0.0")': "1.5",
    "=A1<A2": True,
    "=A1>A2": False,
    "=1/0": ErrorValue("#DIV/0!"),
    "=NA()": ErrorValue("#N/A"),
    '="six"*2': ErrorValue("#VALUE!"),
}


@pytest.fixture(scope="session")
def planted(tmp_path_factory):
    """A workbook on manual calculation in which every saved value is wrong."""
    path = tmp_path_factory.mktemp("planted") / "-un 'usual.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        workbook.set_calc_mode("manual")
        plain = workbook.add_worksheet("Plain")
        plain.write_column("A1", [3, 4])
        for row, formula in enumerate(FORMULAS):
            plain.write_formula(row, 1, formula, None, PLANTED)
        plain.write_array_formula("C1:C1", "{=MAX(0,SUM(A1:A2*A1:A2))}", None, PLANTED)
        plain.write_formula("C2", "=MAX(0,SUM(A1:A2*A1:A2))", None, PLANTED)
        chart = workbook.add_chart({"type": "line"})
        chart.add_series({"values": "=Plain!$A$1:$A$2"})
        workbook.add_chartsheet("Chart").set_chart(chart)
        workbook.add_worksheet("It's two").write_formula("D7", "=Plain!A1*2", None, PLANTED)
        behind = workbook.add_worksheet("Behind")
        behind.write_formula("A1", "='It''s two'!D7+1", None, PLANTED)
        behind.hide()
        workbook.add_worksheet("Empty")
    return path


@pytest.fixture(scope="session")
def by_libreoffice(planted, libreoffice):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LC_ALL", "de_DE.UTF-8")  # a machine that writes 1,5
        return recalculate(planted, "libreoffice")


@pytest.fixture(scope="session")
def by_ironcalc(planted):
    return recalculate(planted, "ironcalc")


@pytest.fixture(scope="session", params=ENGINES)
def computed(request):
    return request.getfixturevalue(f"by_{request.param}")


@pytest.mark.parametrize(("row", "expected"), list(enumerate(FORMULAS.values())), ids=FORMULAS)
def test_a_planted_value_comes_back_right(computed, row, expected):
    value = computed["Plain"][row, 1]

    assert type(value) is type(expected)
    assert value == (pytest.approx(expected, rel=1e-12, abs=0) if type(expected) is float else expected)


def test_every_worksheet_is_computed_and_a_chart_sheet_is_none(computed):
    assert list(computed) == ["Plain", "It's two", "Behind", "Empty"]
    assert computed["It's two"] == {(6, 3): 6.0}
    assert computed["Behind"] == {(0, 0): 7.0}
    assert computed["Empty"] == {}


def test_only_formula_cells_are_returned(computed):
    assert computed["Plain"].keys() == {(row, 1) for row in range(len(FORMULAS))} | {(0, 2), (1, 2)}


def test_a_product_of_ranges_is_right_as_an_array_formula(computed):
    assert computed["Plain"][0, 2] == 25.0


def test_only_libreoffice_shows_what_an_ordinary_formula_makes_of_ranges(by_libreoffice, by_ironcalc):
    assert by_libreoffice["Plain"][1, 2] == 16.0  # of each range it takes the cell in its own row: 4 * 4
    assert by_ironcalc["Plain"][1, 2] == 25.0


def test_nothing_is_left_beside_the_workbook(planted, by_libreoffice):
    assert list(planted.parent.iterdir()) == [planted]


def test_an_unknown_engine_is_refused_with_the_choice(planted):
    with pytest.raises(SpecError, match=r"^'lotus' is no engine: choose one of libreoffice, ironcalc\.$"):
        recalculate(planted, "lotus")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_missing_workbook_is_refused(tmp_path, engine):
    with pytest.raises(WorkbookError, match=r"none\.xlsx does not exist"):
        recalculate(tmp_path / "none.xlsx", engine)


def test_a_missing_ironcalc_is_named(planted, monkeypatch):
    monkeypatch.setitem(sys.modules, "ironcalc", None)
    with pytest.raises(EngineMissing, match=r"^IronCalc is not installed: pip install"):
        recalculate(planted, "ironcalc")


def test_a_panic_in_ironcalc_is_one_sentence(planted, monkeypatch):
    ironcalc = pytest.importorskip("ironcalc")
    monkeypatch.setattr(ironcalc, "load_from_xlsx", lambda _: ironcalc.test_panic())
    with pytest.raises(WorkbookError, match=r"^IronCalc cannot compute .* \(This function panics .*\): try "):
        recalculate(planted, "ironcalc")
