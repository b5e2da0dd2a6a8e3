from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
import xlsxwriter

from sheetcnn.errors import WorkbookError
from sheetcnn.excel.edit import _replaced, with_numbers
from sheetcnn.excel.read import read_workbook


@pytest.fixture
def workbook(tmp_path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, other = book.add_worksheet("One"), book.add_worksheet("Two")
        sheet.write("A1", 1, book.add_format({"bold": True}))
        sheet.write("B1", "text")
        sheet.write_formula("C1", "=A1*2", None, 2)
        sheet.write_blank("A2", None, book.add_format({"italic": True}))
        other.write("A1", 5)
    return read_workbook(path)


def test_numbers_change_and_styles_stay(workbook):
    content = with_numbers(workbook, {"One": {(0, 0): 2.5, (0, 1): -3, (1, 0): 1e-7}, "Two": {(0, 0): 6}})
    book = openpyxl.load_workbook(BytesIO(content))
    sheet = book["One"]
    assert [sheet[at].value for at in ("A1", "B1", "C1", "A2")] == [2.5, -3, "=A1*2", 1e-7]
    assert sheet["A1"].font.bold
    assert sheet["A2"].font.italic
    assert book["Two"]["A1"].value == 6


def test_every_other_part_and_cell_stays_to_the_byte(workbook):
    content = with_numbers(workbook, {"One": {(0, 0): 1}})
    with ZipFile(workbook.path) as old, ZipFile(BytesIO(content)) as new:
        assert old.namelist() == new.namelist()
        for name in old.namelist():
            if name != "xl/worksheets/sheet1.xml":
                assert old.read(name) == new.read(name)
        before, after = old.read("xl/worksheets/sheet1.xml"), new.read("xl/worksheets/sheet1.xml")
    assert after == before.replace(b"<v>1</v>", b"<v>1.0</v>")


def test_prefixes_comments_and_types_are_kept_or_dropped_as_they_must(workbook):
    xml = b'<x:s xmlns:x="u"><x:c r="A1" t="s" s="3"><!-- > --><x:v>7</x:v></x:c><x:c r="B1" s="4"/></x:s>'
    edited = _replaced(xml, {(0, 0): 1, (0, 1): 2}, workbook)
    assert edited == (
        b'<x:s xmlns:x="u"><x:c r="A1" s="3"><x:v>1.0</x:v></x:c><x:c r="B1" s="4"><x:v>2.0</x:v></x:c></x:s>'
    )


def test_a_cell_that_is_not_there_is_named(workbook):
    with pytest.raises(WorkbookError, match="no cell Z9"):
        with_numbers(workbook, {"One": {(8, 25): 1}})
    assert Path(workbook.path).exists()
