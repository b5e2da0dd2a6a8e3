"""Random formulas over a sheet of mixed values: LibreOffice, IronCalc and we compute the same."""

import re

import pytest
import xlsxwriter
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sheetcnn.excel.addresses import a1
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.cell_array import ErrorValue
from sheetcnn.excel.parser import parse
from sheetcnn.excel.sheet_array import SheetArray
from sheetcnn.verifier.engines import recalculate

SHEET = [  # A1:E6; XlsxWriter writes None as no cell at all
    [1.5, -2.0, 0.0, 4.25, 3.0],
    [2.0, 0.5, None, -1.0, "apple"],
    [-3.0, 7.0, True, 2.0, "Pear"],
    [0.25, None, "fig", 1.0, "7"],
    [5.0, 1.0, False, -4.5, None],
    [0.0, 3.0, 2.0, 0.125, "apple"],
]
TALL = 8  # formulas stand in rows 1 to 8 from column H on, so that some share a row with the data
AHEAD = 7

numbers = st.sampled_from(["0", "1", "2", "-3", "0.5", "10", "1E3", "2.5"])
cells = st.builds("{}{}".format, st.sampled_from("ABCDE"), st.integers(1, 6))
number_cells = st.builds("{}{}".format, st.sampled_from("AABD"), st.integers(1, 6))
columns = st.builds(
    lambda c, r, s: f"{c}{r}:{c}{r + s}", st.sampled_from("ABCDE"), st.integers(1, 3), st.integers(1, 3)
)
whole_columns = st.sampled_from(["A1:A6", "B1:B6", "D1:D6", "E1:E6"])
rectangles = st.builds(
    lambda c, r, w, h: f"{a1(r, c)}:{a1(r + h, c + w)}",
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(0, 1),
    st.integers(0, 2),
)
texts = st.sampled_from(['"apple"', '"Fig"', '"x"', '"12"', '" two  words "', "E2", "E3", "C4"])


def called(name, *arguments):
    return st.builds(lambda *parts: f"{name}({','.join(parts)})", *arguments)


def any_call(names, *arguments):
    return st.one_of([called(name, *arguments) for name in names.split()])


def deeper(inner):
    """Expressions of numbers around others."""
    condition = st.builds("{}{}{}".format, inner, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), inner)
    return st.one_of(
        st.builds("({}{}{})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("(-{})".format, inner),
        st.builds("({}%)".format, inner),
        any_call("ABS SIGN INT TANH NOT ISNUMBER ISERROR N", inner),
        any_call("SQRT LN LOG10 EXP", inner),
        any_call("ROUND ROUNDUP ROUNDDOWN", inner, st.sampled_from(["0", "1", "2", "-1"])),
        called("MOD", inner, st.sampled_from(["2", "-3", "0.75", "0"])),
        called("POWER", inner, st.sampled_from(["2", "3", "-1"])),
        called("IF", condition, inner, inner),
        any_call("AND OR", condition, condition),
        any_call("IFERROR MAX MIN", inner, inner),
        any_call("SUM AVERAGE COUNT SUMSQ", rectangles, inner),
        called("CHOOSE", st.sampled_from(["1", "2", "3"]), inner, inner),
    )


over_ranges = st.one_of(
    any_call("SUM MAX MIN AVERAGE COUNT COUNTA COUNTBLANK SUMSQ SUMPRODUCT AND OR", rectangles),
    st.builds("SUMPRODUCT({0},{0})".format, rectangles),
    called("SUMPRODUCT", columns, columns),
    called("SUMXMY2", columns, columns),
    called("INDEX", rectangles, st.sampled_from("12"), st.sampled_from("12")),
    called("MATCH", st.one_of(cells, numbers, texts), columns, st.just("0")),
    called(
        "COUNTIF", rectangles, st.sampled_from(['">1"', '"<=2"', '"<>0"', "2", '"apple"', '"a*"', '"<>"'])
    ),
    called("SUMIF", st.just("A1:A6"), st.sampled_from(['">0"', '"<1"', "2", '"=3"']), whole_columns),
    any_call("LARGE SMALL", columns, st.sampled_from("123")),
    called("RANK", number_cells, st.sampled_from(["A1:A6", "D1:D6"])),
    any_call("ROWS COLUMNS ROW COLUMN", rectangles),
    st.builds(
        "SUM(MMULT({},{}))".format, st.sampled_from(["A1:B2", "A5:B6"]), st.sampled_from(["A1:B2", "D1:D2"])
    ),
    st.builds(
        "{}{}{}".format, cells, st.sampled_from(["=", "<", ">=", "<>"]), st.one_of(cells, numbers, texts)
    ),
)
of_texts = st.one_of(
    st.builds("{}&{}".format, st.one_of(texts, cells), st.one_of(texts, cells)),
    any_call("UPPER LOWER TRIM LEN ISTEXT ISBLANK ISNUMBER VALUE", st.one_of(texts, cells)),
    any_call("LEFT RIGHT REPT", texts, st.sampled_from(["0", "1", "3"])),
    called("MID", texts, st.sampled_from(["1", "2", "9"]), st.sampled_from("13")),
    called(
        "TEXT",
        st.one_of(number_cells, numbers),
        st.sampled_from(['"0"', '"0.0"', '"0.00"', '"0%"', '"0.0%"']),
    ),
    called("CONCATENATE", texts, cells, numbers),
)
ordinary = st.one_of(
    st.recursive(st.one_of(numbers, cells, over_ranges), deeper, max_leaves=6),
    of_texts,
    over_ranges,
    st.builds("{}+{}".format, columns, numbers),  # crossed with the row of the formula
    st.builds("SUM({}*{})".format, columns, columns),
)
entered = st.one_of(
    st.builds("SUM({0}*{1})".format, columns, columns),
    st.builds("MAX(0,SUM({}*{}))".format, rectangles, columns),
    st.builds("SUM(IF({}>{},{},0))".format, columns, numbers, columns),
    st.builds("SUM(TRANSPOSE({0})*{0})".format, st.sampled_from(["A1:B2", "A1:A3", "D1:D4"])),
    st.builds("SUM(ABS({}))".format, st.sampled_from(["A1:A6", "D2:D5", "A1:B3"])),
    st.builds("MAX(EXP({0})/SUM(EXP({0})))".format, st.sampled_from(["A1:A6", "D1:D6"])),
    st.builds("SUM(LEN({}))".format, st.one_of(columns, rectangles)),
    st.builds("MATCH(1,({}>{})*1,0)".format, columns, numbers),
)


def examples(strategy, count):
    """Return different formulas, the same in every run."""
    found = []

    @settings(derandomize=True, database=None, max_examples=count, phases=[Phase.generate])
    @given(strategy)
    def collect(formula):
        found.append(formula)

    collect()
    return list(dict.fromkeys(found))


FORMULAS = [(text, False) for text in examples(ordinary, 800)] + [
    (text, True) for text in examples(entered, 160)
]

BOOLEANS = ((2, 2), (4, 2))  # C3 and C5


def reads_a_boolean(text, own, other):
    areas = [area for _, area in CalcBook({"Sheet1": SheetArray.blank(1, 1, 1)}).reads(parse(text), "Sheet1")]
    return any(area.contains(cell) for area in areas for cell in BOOLEANS)


def uses(*functions, shows=".*"):
    """Concern formulas that use one of the functions and for us come to a value of this text."""
    call = re.compile(rf"\b({'|'.join(functions)})\(")
    return lambda text, own, other: call.search(text) and re.fullmatch(shows, str(own))


def range_times_range(text, own, other):
    return re.fullmatch(r"SUM\(\w+:\w+\*\w+:\w+\)", text)


def ranges_of_two_sizes(text, own, other):
    return own == "#N/A" and text.count(":") > 1


# Where another program is not Excel: which one, whether it concerns a formula, and the reason.
KNOWN = [
    ("libreoffice", reads_a_boolean, "a boolean in a cell is a number that looks like one"),
    ("libreoffice", uses("ISNUMBER", "N"), "a boolean that was computed is a number too"),
    (
        "libreoffice",
        uses("LARGE", "SMALL", "INDEX", shows="#NUM!|#REF!"),
        "out of range is Err:502, saved as #VALUE!",
    ),
    ("libreoffice", uses("RANK", shows="#N/A"), "a number that is not in the list has a rank"),
    ("libreoffice", uses("SUMXMY2"), "sizes that differ, or no pair of numbers, are #VALUE!"),
    ("libreoffice", ranges_of_two_sizes, "arrays are cut to the size that they share"),
    ("ironcalc", uses("SUMXMY2"), "blanks, texts and booleans count as 0; sizes that differ are #VALUE!"),
    ("ironcalc", range_times_range, "an ordinary formula is computed as an array formula"),
]


def place(index):
    return index % TALL, AHEAD + index // TALL


def ours():
    book = CalcBook({"Sheet1": SheetArray.blank(1, TALL, AHEAD)})
    for row, values in enumerate(SHEET):
        for column, value in enumerate(values):
            book.put("Sheet1", (row, column), value)
    for index, (text, array) in enumerate(FORMULAS):
        values = book.evaluate(parse(text), "Sheet1", place(index), array=array)
        yield book.texts.unpack(values)[0]


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    path = tmp_path_factory.mktemp("agrees") / "formulas.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Sheet1")
        for row, values in enumerate(SHEET):
            for column, value in enumerate(values):
                write = sheet.write_string if isinstance(value, str) else sheet.write
                write(row, column, value)
        for index, (text, array) in enumerate(FORMULAS):
            if array:
                sheet.write_array_formula(*place(index), *place(index), f"{{={text}}}")
            else:
                sheet.write_formula(*place(index), f"={text}")
    return path


def alike(own, other):
    if own is None or own == "":
        return other in (None, "", 0)
    if isinstance(own, float) and type(other) in (int, float):
        return own == pytest.approx(other, rel=1e-12, abs=1e-12)
    return type(own) is type(other) and own == other


def disagreements(engine, path):
    """Return the differences that no reason explains, and the reasons that explain none."""
    theirs = recalculate(path, engine)["Sheet1"]
    reasons = [(concerns, reason) for known, concerns, reason in KNOWN if known == engine]
    unexplained, unused = [], {reason for _, reason in reasons}
    for index, ((text, array), own) in enumerate(zip(FORMULAS, ours(), strict=True)):
        other = theirs[place(index)]
        if alike(own, other):
            continue
        because = next((reason for concerns, reason in reasons if concerns(text, own, other)), None)
        unused.discard(because)
        if because is None:
            shown = f"{{={text}}}" if array else f"={text}"
            unexplained.append(f"{shown} is {own!r} here and {other!r} there")
    return unexplained, unused


def test_formulas_are_of_many_kinds():
    values = list(ours())
    assert len(values) > 700
    assert sum(isinstance(value, ErrorValue) for value in values) < len(values) / 4
    assert {type(value) for value in values} == {float, str, bool, ErrorValue}


def test_libreoffice_computes_the_same(workbook, libreoffice):
    assert disagreements("libreoffice", workbook) == ([], set())


def test_ironcalc_computes_the_same(workbook):
    pytest.importorskip("ironcalc")
    assert disagreements("ironcalc", workbook) == ([], set())
