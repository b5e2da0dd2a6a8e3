from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
import xlsxwriter
from packages import minimal, save

from sheetcnn.errors import WorkbookError
from sheetcnn.excel.cell_array import ErrorValue
from sheetcnn.excel.patcher import _edited, with_values
from sheetcnn.excel.reader import read_workbook


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
    content = with_values(workbook, {"One": {(0, 0): 2.5, (0, 1): -3, (1, 0): 1e-7}, "Two": {(0, 0): 6}})
    book = openpyxl.load_workbook(BytesIO(content))
    sheet = book["One"]
    assert [sheet[at].value for at in ("A1", "B1", "C1", "A2")] == [2.5, -3, "=A1*2", 1e-7]
    assert sheet["A1"].font.bold
    assert sheet["A2"].font.italic
    assert book["Two"]["A1"].value == 6


def test_every_other_part_and_cell_stays_to_the_byte(workbook):
    content = with_values(workbook, {"One": {(0, 0): 1}})
    with ZipFile(workbook.path) as old, ZipFile(BytesIO(content)) as new:
        assert old.namelist() == new.namelist()
        for name in old.namelist():
            if name != "xl/worksheets/sheet1.xml":
                assert old.read(name) == new.read(name)
        before, after = old.read("xl/worksheets/sheet1.xml"), new.read("xl/worksheets/sheet1.xml")
    assert after == before.replace(b"<v>1</v>", b"<v>1.0</v>")


def test_prefixes_comments_and_types_are_kept_or_dropped_as_they_must(workbook):
    xml = (
        b'<x:s xmlns:x="u"><x:sheetData><x:row r="1"><x:c r="A1" t="s" s="3"><!-- > --><x:v>7</x:v></x:c>'
        b'<x:c r="B1" s="4"/></x:row></x:sheetData></x:s>'
    )
    edited = _edited(xml, {(0, 0): 1, (0, 1): 2, (0, 2): "a<b "})
    assert edited == (
        b'<x:s xmlns:x="u"><x:sheetData><x:row r="1"><x:c r="A1" s="3"><x:v>1.0</x:v><!-- > --></x:c>'
        b'<x:c r="B1" s="4"><x:v>2.0</x:v></x:c>'
        b'<x:c r="C1" t="inlineStr"><x:is><x:t xml:space="preserve">a&lt;b </x:t></x:is></x:c>'
        b"</x:row></x:sheetData></x:s>"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'<c r="B2"><f>A1</f><v>1</v></c>', b'<c r="B2"><f>A1</f><v>7.5</v></c>'),
        (
            b'<c r="B2" t="str"><f t="array" ref="B2">A1</f><v>x</v></c>',
            b'<c r="B2"><f t="array" ref="B2">A1</f><v>7.5</v></c>',
        ),
        (b'<c r="B2"><f t="shared" si="0"/></c>', b'<c r="B2"><f t="shared" si="0"/><v>7.5</v></c>'),
    ],
)  # fmt: skip
def test_a_formula_stays_and_the_value_beside_it_changes(workbook, before, after):
    xml = b'<s><sheetData><row r="2"><c r="A2"/>%s</row></sheetData></s>'
    assert _edited(xml % before, {(1, 1): 7.5}) == xml % after


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("a&b", b'<c r="B2" t="str"><f>A1</f><v>a&amp;b</v></c>'),
        (True, b'<c r="B2" t="b"><f>A1</f><v>1</v></c>'),
        (ErrorValue("#N/A"), b'<c r="B2" t="e"><f>A1</f><v>#N/A</v></c>'),
    ],
)
def test_each_kind_of_value_has_its_type(workbook, value, cell):
    xml = b'<s><sheetData><row r="2"><c r="B2"><f>A1</f></c></row></sheetData></s>'
    assert cell in _edited(xml, {(1, 1): value})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<sheetData/>", b'<sheetData><row r="2"><c r="B2"><v>5.0</v></c></row></sheetData>'),
        (
            b'<sheetData><row r="2"/></sheetData>',
            b'<sheetData><row r="2"><c r="B2"><v>5.0</v></c></row></sheetData>',
        ),
        (
            b'<sheetData><row r="2"><c r="A2"/><c r="C2"/></row></sheetData>',
            b'<sheetData><row r="2"><c r="A2"/><c r="B2"><v>5.0</v></c><c r="C2"/></row></sheetData>',
        ),
        (
            b'<sheetData><row r="1"></row><row r="5"/></sheetData>',
            b'<sheetData><row r="1"></row><row r="2"><c r="B2"><v>5.0</v></c></row><row r="5"/></sheetData>',
        ),
        (  # rows and cells without an address follow the one before
            b"<sheetData><row/><row><c/><c><v>1</v></c></row></sheetData>",
            b"<sheetData><row/><row><c/><c><v>5.0</v></c></row></sheetData>",
        ),
    ],
)
def test_a_cell_that_is_not_there_is_added_in_its_place(workbook, before, after):
    assert _edited(b"<s>%s<other/></s>" % before, {(1, 1): 5}) == b"<s>%s<other/></s>" % after


@pytest.mark.parametrize(
    "foreign",
    [
        b'<x:row xmlns:x="other" r="2"><x:c r="B2"><x:v>1</x:v></x:c></x:row>',
        b'<mc:AlternateContent xmlns:mc="mc"><mc:Choice><row r="2"><c r="B2"><v>1</v></c></row></mc:Choice>'
        b"</mc:AlternateContent>",
    ],
)
def test_cells_that_stand_where_the_format_has_none_are_left_alone(foreign):
    """The cell that is meant is the one in the sheet's own rows, in its own namespace."""
    xml = b'<s xmlns="main"><sheetData>%s<row r="2"><c r="B2"><v>%s</v></c></row></sheetData></s>'
    assert _edited(xml % (foreign, b"1"), {(1, 1): 7.5}) == xml % (foreign, b"7.5")


def test_what_else_a_cell_holds_stays():
    """The list of extensions stays; vm, which says more of the old value, goes."""
    xml = (
        b'<s xmlns="main"><sheetData><row r="1"><c r="A1" vm="1" t="e" x="a>b"><f>B1</f><v>#VALUE!</v>'
        b'<extLst><ext uri="u"><f>1</f><v>2</v></ext></extLst></c></row></sheetData></s>'
    )
    assert _edited(xml, {(0, 0): 3.0}) == (
        b'<s xmlns="main"><sheetData><row r="1"><c r="A1" x="a>b"><f>B1</f><v>3.0</v>'
        b'<extLst><ext uri="u"><f>1</f><v>2</v></ext></extLst></c></row></sheetData></s>'
    )


@pytest.mark.parametrize("text", ["_x0041_", "a\rb\n", "\x01", "é × 数 😀", " <&> ", "\ufffe"])
@pytest.mark.parametrize("beside", ["", "<f>B1</f>"])
@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1"])
def test_any_text_comes_back_as_it_was(tmp_path, text, beside, encoding):
    parts = minimal(f'<row r="1"><c r="A1">{beside}<v>1</v></c></row>')
    sheet = f'<?xml version="1.0" encoding="{encoding}"?>{parts["xl/worksheets/sheet1.xml"]}'
    path = save(tmp_path / "x.xlsx", {**parts, "xl/worksheets/sheet1.xml": sheet.encode(encoding)})
    changed = tmp_path / "y.xlsx"
    changed.write_bytes(with_values(read_workbook(path), {"S": {(0, 0): text}}))
    assert read_workbook(changed).sheets["S"].values == {(0, 0): text}


def test_a_part_that_is_not_there_is_no_silent_matter(workbook):
    workbook.sheets["Two"].part = "xl/worksheets/sheet77.xml"
    with pytest.raises(WorkbookError, match=r"lacks its part xl/worksheets/sheet77\.xml"):
        with_values(workbook, {"Two": {(0, 0): 1.0}})


def test_a_sheet_in_utf_16_is_refused(tmp_path):
    parts = minimal('<row r="1"><c r="A1"><v>1</v></c></row>')
    sheet = '<?xml version="1.0" encoding="UTF-16"?>' + str(parts["xl/worksheets/sheet1.xml"])
    path = save(tmp_path / "x.xlsx", {**parts, "xl/worksheets/sheet1.xml": sheet.encode("utf-16")})
    workbook = read_workbook(path)
    assert workbook.sheets["S"].values == {(0, 0): 1.0}
    with pytest.raises(WorkbookError, match="UTF-16"):
        with_values(workbook, {"S": {(0, 0): 2.0}})
