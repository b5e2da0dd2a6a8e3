"""explain lists the cells that a formula reads and no others, for every region of every template; it never fails."""

import re
from contextlib import suppress
from importlib import import_module

import pytest
from editing import edit, formula, number

import sheetcnn
from sheetcnn.excel.addresses import a1, parse_a1
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.parser import parse
from sheetcnn.excel.reader import read_workbook
from sheetcnn.excel.sheet_array import SheetArray
from sheetcnn.explainer import explain
from sheetcnn.verifier.calc_books import book_to_read
from sheetcnn.verifier.calculation import calculate
from sheetcnn.verifier.recognize import recognize
from sheetcnn.verifier.region_values import largest_on, seen_by
from sheetcnn.workbook.spec import forward

module = import_module("sheetcnn.explainer")  # the package's own name is the function
ADDRESS = re.compile(r"(?:(?:'((?:[^']|'')+)'|([A-Za-z]\w*))!)?([A-Z]{1,3}\d+)(?::([A-Z]{1,3}\d+))?(?!\w)")


def places(recognized):
    """The first, the middle and the last cell of each region that holds formulas."""
    for block in recognized.blocks:
        for region in block.regions:
            cells = region.cells()
            for cell in dict.fromkeys([cells[0], cells[len(cells) // 2], cells[-1]]):
                yield region.sheet, cell


def listed(said, sheet):
    """The ranges that the account lists between the formula and its steps."""
    start = next(index for index, line in enumerate(said) if line.startswith(("=", "{=")))
    end = next(index for index, line in enumerate(said) if line.startswith("formula "))
    for line in said[start + 1 : end]:
        if re.match(r"\s*-?\d", line) or line.startswith("what belongs"):
            continue
        for quoted, plain, first, last in ADDRESS.findall(line):
            yield quoted.replace("''", "'") or plain or sheet, parse_a1(first), parse_a1(last or first)


@pytest.fixture
def check(monkeypatch):
    """Check the accounts of some cells, or of all, of a workbook that is read and examined once for all of them."""

    def checked(path, some=None):
        workbook = read_workbook(path)
        recognized = recognize(workbook, None)
        calculated = calculate(recognized)
        monkeypatch.setattr(module, "read_workbook", lambda _: workbook)
        monkeypatch.setattr(module, "recognize", lambda *_: recognized)
        monkeypatch.setattr(module, "calculate", lambda _: calculated)
        monkeypatch.setattr(module, "_findings_at", lambda *_: [])
        words = module.Vocabulary(recognized.network, recognized.layout)
        own = seen_by(calculated.own.book, recognized.layout.regions, 0)
        computed = forward(recognized.blocks, own)
        monkeypatch.setattr(module, "Vocabulary", lambda *_: words)
        monkeypatch.setattr(module._Account, "_forward", computed)
        book = book_to_read(workbook)
        spots = list(places(recognized))
        for sheet, cell in spots if some is None else spots[:: max(1, len(spots) // some)]:
            quoted = "'" + sheet.replace("'", "''") + "'"
            said = explain(path, f"{quoted}!{a1(*cell)}").splitlines()
            reads = book.reads(parse(workbook.sheets[sheet].formulas[cell]), sheet)
            for name, *corners in listed(said, sheet):
                ranges = [area for other, area in reads if other == name]
                inside = any(all(map(area.contains, corners)) for area in ranges)
                assert inside, (sheet, a1(*cell), name, *corners)

    return checked


def test_every_region_of_tiny(tiny_file, check):
    check(tiny_file)


@pytest.mark.slow
def test_some_regions_of_the_whole_workbook(full_file, check):
    check(full_file, some=12)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mnist", "fastai", "lenet", "mnist-8"])
def test_many_regions_of_every_template(name, tmp_path, check):
    check(sheetcnn.generate(template=name, output=tmp_path / "x.xlsx", lesson=False).output, some=60)


def test_a_page_lists_what_its_formula_reads(full_file):
    """=C7/$C$12, and nothing of C8 to C11."""
    said = explain(full_file, "Softmax!D7").splitlines()
    assert said[3] == "=C7/$C$12"
    assert [line.split("  ")[0] for line in said[5:7]] == ["softmax_exps, row 1", "softmax_exp_sum"]
    assert said[7] == ""


def test_a_pixel_that_is_chosen_lists_the_one_that_index_picks(full_file):
    """The 7th digit's first sample: 240 rows down, Digits!G7 is the first pixel of all."""
    said = explain(full_file, "input")
    assert "more" not in said
    assert "Digits!G247" in said


def test_a_choice_is_called_a_choice(full_file):
    said = explain(full_file, "choice").splitlines()
    assert said[2].startswith("a choice: one of my digit, my drawing, 0, sample 1, ")


HOSTILE = ["1e400", "-1e400", "1e-400", "5e-324", "1.7e308", "-1.7e308", "1E+99999"]


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_numbers_are_explained(value, tiny_file, tmp_path):
    for place in ("P5", "X7", "AC5", "BK5"):
        path = edit(tiny_file, tmp_path / "x.xlsx", {place: f"<v>{value}</v>"})
        for cell in (place, "confidence"):
            with suppress(sheetcnn.SheetcnnError):
                assert explain(path, cell)


@pytest.mark.slow
@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_numbers_of_the_whole_workbook_are_explained(value, full_file, tmp_path):
    path = edit(
        full_file, tmp_path / "x.xlsx", {"AC5": formula(f"1*{value.replace('+', '')}", None), "T7": number(1)}
    )
    for cell in ("AC5", "Softmax!A13"):
        assert explain(path, cell)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('TEXT(1.7E308,"0")', "17" + "0" * 307),
        ('TEXT(5E-324,"0.00")', "0.00"),
        ('TEXT(1E300,"0%")', "1" + "0" * 302 + "%"),
    ],
)
def test_text_shows_all_digits(text, shown):
    """LibreOffice and Excel show 15 digits and then zeros."""
    book = CalcBook({})
    values = book.evaluate(parse(text), "S", (0, 0))
    assert book.texts.decode(values.numbers.item(), int(values.kinds.item())) == shown


def test_sheets_that_are_alike_on_all_samples_count_on_each():
    grids = {"A": SheetArray.blank(3, 1, 1), "B": SheetArray.blank(1, 2, 2)}
    grids["A"].numbers[:, 0, 0] = 1, -9, 2
    grids["B"].numbers[0, 1, 1] = -5
    assert largest_on(CalcBook(grids)).tolist() == [5, 9, 5]
