"""Another digit in a workbook that someone has made their own: it reads the digit, and nothing else has changed."""

from __future__ import annotations

import re
import shutil
from zipfile import ZipFile

import numpy as np
import openpyxl
import pytest
from editing import edit, formula, number, text

import sheetcnn
from sheetcnn.digits import gallery
from sheetcnn.digits.digit import Digit
from sheetcnn.excel.addresses import a1
from sheetcnn.excel.reader import read_workbook
from sheetcnn.verifier.recognize import recognize

NINE = gallery.digit(9, 3)
CELL = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*?(?:/>|>.*?</c>)', re.DOTALL)


@pytest.fixture(params=["mnist_file", "full_file", "fastai_file"])
def file(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def fastai_file(tmp_path_factory):
    return sheetcnn.generate(template="fastai", output=tmp_path_factory.mktemp("fastai") / "f.xlsx").output


def parts(path):
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_workbook_reads_the_digit_and_verifies(file, tmp_path):
    path = shutil.copy(file, tmp_path / "x.xlsx")
    exchanged = sheetcnn.set_digit(path, NINE)
    assert (exchanged.output, exchanged.prediction.digit) == (path, 9)
    report = sheetcnn.verify(path)
    assert (report.findings, report.prediction) == ([], exchanged.prediction)
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.xlsx"]


def test_it_says_right_or_wrong_where_someone_knows(file, tmp_path):
    path = shutil.copy(file, tmp_path / "x.xlsx")
    for label, verdict in (
        (9, "Right: it is a 9."),
        (4, "Wrong: it is a 4."),
        (None, "Nobody said what it is."),
    ):
        sheetcnn.set_digit(path, Digit(NINE.pixels, label, "a test"))
        workbook = read_workbook(path)
        sheet, _, _ = workbook.names["verdict"].partition("!")
        assert verdict in workbook.sheets[sheet.strip("'")].values.values()
        assert sheetcnn.verify(path).findings == []


def test_everything_else_stays_to_the_byte(file, tmp_path):
    path = tmp_path / "x.xlsx"
    sheetcnn.set_digit(file, NINE, output=path)
    before, after = parts(file), parts(path)
    recognized = recognize(read_workbook(file), None)
    regions = {(region.sheet, a1(*cell)) for region in recognized.layout.regions for cell in region.cells()}
    assert list(before) == list(after)
    for name, content in before.items():
        if content == after[name]:
            continue
        (sheet,) = [sheet.name for sheet in recognized.workbook.sheets.values() if sheet.part == name]

        def outside(match, sheet=sheet):
            return b"" if (sheet, match[1].decode()) in regions else match[0]

        assert CELL.sub(outside, content) == CELL.sub(outside, after[name])


def test_what_a_user_has_added_and_changed_stays(mnist_file, tmp_path):
    book = openpyxl.load_workbook(mnist_file)
    sheet, own = book["Network"], book.create_sheet("My notes")
    sheet["A60"] = "remember: the edges"
    own["B2"] = "=Network!$A$9"
    sheet["AU11"].comment = openpyxl.comments.Comment("why so large?", "me")
    sheet["AU12"] = 0.5  # a weight of filter 1
    path = tmp_path / "x.xlsx"
    book.save(path)
    before = parts(path)
    exchanged = sheetcnn.set_digit(path, NINE)
    after = parts(path)
    assert {name for name in before if before[name] != after[name]} == {
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet3.xml",  # the user's own formula follows
    }
    edited = openpyxl.load_workbook(path)
    assert edited["Network"]["A60"].value == "remember: the edges"
    assert edited["Network"]["AU12"].value == 0.5
    assert edited["Network"]["AU11"].comment.text == "why so large?"
    assert edited["My notes"]["B2"].value == "=Network!$A$9"
    report = sheetcnn.verify(path)
    assert (report.errors, report.prediction) == (0, exchanged.prediction)


def test_a_pixel_that_was_typed_over_the_choice_follows_the_digit(full_file, tmp_path):
    path = edit(full_file, tmp_path / "x.xlsx", {"P5": number(1.0)})
    sheetcnn.set_digit(path, NINE)
    assert read_workbook(path).sheets["Network"].values[4, 15] == NINE.pixels[0, 0, 0] == 0
    assert sheetcnn.verify(path).errors == 0


def test_pixels_that_were_wiped_out_are_there_again(mnist_file, tmp_path):
    path = edit(mnist_file, tmp_path / "x.xlsx", {"P5": None, "AQ32": None})
    sheetcnn.set_digit(path, NINE)
    assert sheetcnn.verify(path).findings == []


# What is refused, with nothing written


def test_a_network_of_another_size_is_refused(tiny_file, tmp_path):
    path = shutil.copy(tiny_file, tmp_path / "x.xlsx")
    before = path.read_bytes()
    with pytest.raises(sheetcnn.SpecError, match=r"28 × 28 pixels, but the network of .* takes 1 × 6 × 6"):
        sheetcnn.set_digit(path, NINE)
    assert path.read_bytes() == before


def test_a_formula_in_place_of_a_pixel_is_refused(mnist_file, tmp_path):
    path = edit(mnist_file, tmp_path / "x.xlsx", {"Q6": formula("1-1", 0)})
    with pytest.raises(sheetcnn.SpecError, match="a formula stands in Network!Q6"):
        sheetcnn.set_digit(path, NINE)


def test_a_file_that_exists_is_not_written_over_without_force(mnist_file, tmp_path):
    (tmp_path / "x.xlsx").write_text("mine")
    with pytest.raises(sheetcnn.SpecError, match="exists already"):
        sheetcnn.set_digit(mnist_file, NINE, output=tmp_path / "x.xlsx")
    assert (tmp_path / "x.xlsx").read_text() == "mine"


def test_a_formula_that_is_broken_gets_the_value_that_it_gives(mnist_file, tmp_path):
    path = edit(mnist_file, tmp_path / "x.xlsx", {"CA5": formula("1/0", 0), "CA6": text("ab")})
    sheetcnn.set_digit(path, NINE)
    cells = read_workbook(path).sheets["Network"]
    assert cells.values[4, 78] == "#DIV/0!"
    assert np.isfinite(cells.values[6, 78])
