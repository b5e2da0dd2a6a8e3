"""What the writer writes, openpyxl and pandas read."""

import re
import zipfile
from io import BytesIO

import openpyxl
import pandas
import pytest

from sheetcnn.excel.addresses import Range
from sheetcnn.excel.region import Region
from sheetcnn.excel.writer import BookWriter

STYLES = {"plain": {}, "bold": {"bold": True}, "score": {"num_format": "0.000"}}


def region(name, top, left, rows, columns, *, sheet="Data", step=1):
    return Region(name, sheet, top, left, rows, columns, step)


def filled():
    """Return a workbook with something of every kind."""
    book = BookWriter(STYLES, {"title": "A title", "comments": "A comment"})
    sheet = book.sheet("Data")
    block = region("block", 1, 1, 2, 2)
    sheet.text((0, 0), "=1+1", "bold")
    sheet.number((0, 1), 2.5, "score")
    sheet.numbers(block, [[0.1, -3.0], [1e-7, 4.0]], "plain")
    sheet.formulas(
        region("sums", 1, 4, 2, 1), [["SUM(B2:C2)"], ["SUM(B3:C3)"]], [[-2.9], [4.0000001]], "score"
    )
    sheet.blank(Range(9, 0, 9, 1), "bold")
    sheet.bar_chart((11, 0), (200, 100), region("", 0, 0, 1, 2), region("", 1, 4, 2, 1), CHART)
    book.name(block)
    return book


CHART = {"title": {"name": "Bars"}, "series": {}, "x_axis": {}, "y_axis": {}, "description": "Two bars."}


def read(content, **options):
    return openpyxl.load_workbook(BytesIO(content), **options)["Data"]


def part(content, name="xl/worksheets/sheet1.xml"):
    return zipfile.ZipFile(BytesIO(content)).read(name).decode()


def written(texts, values, *, style="plain", step=1):
    """Return a workbook whose cells from A1 on hold these formulas and values."""
    book = BookWriter(STYLES, {})
    area = region("x", 0, 0, len(texts), len(texts[0]), step=step)
    book.sheet("Data").formulas(area, texts, values, style)
    return book.content


# Blocks of cells


def test_openpyxl_reads_blocks_of_numbers_and_formulas_back():
    sheet = read(filled().content)
    assert [[cell.value for cell in row] for row in sheet["B2:C3"]] == [[0.1, -3.0], [1e-7, 4.0]]
    assert [cell.value for cell in sheet["E"][1:3]] == ["=SUM(B2:C2)", "=SUM(B3:C3)"]
    assert sheet["E2"].number_format == "0.000"


def test_pandas_reads_the_values_that_formulas_were_given():
    frame = pandas.read_excel(BytesIO(filled().content), header=None)
    assert frame[4][1:3].tolist() == [-2.9, 4.0000001]


def test_single_cells_and_blocks_stand_in_one_row_in_order():
    xml = part(filled().content)
    for row in re.findall(r"<row.*?</row>", xml):
        columns = re.findall(r'<c r="([A-Z]+)', row)
        assert columns == sorted(columns, key=lambda letters: (len(letters), letters))
    rows = [int(number) for number in re.findall(r'<row r="(\d+)"', xml)]
    assert rows == sorted(set(rows))


def test_the_sheet_says_how_far_it_reaches():
    assert '<dimension ref="A1:E10"/>' in part(filled().content)


def test_a_block_with_step_2_fills_every_second_cell():
    sheet = read(written([["1", "2"], ["3", "4"]], [[1.0, 2.0], [3.0, 4.0]], step=2))
    assert {cell.coordinate: cell.value for row in sheet for cell in row if cell.value} == {
        "A1": "=1",
        "C1": "=2",
        "A3": "=3",
        "C3": "=4",
    }


@pytest.mark.parametrize("value", [0.1, 1 / 3, -0.0, 1e-300, 123456789.123456789, 2.0**-1074])
def test_every_bit_of_a_number_is_kept(value):
    book = BookWriter(STYLES, {})
    book.sheet("Data").numbers(region("x", 0, 0, 1, 1), [[value]], "plain")
    assert read(book.content)["A1"].value == value
    assert read(written([["1"]], [[value]]), data_only=True)["A1"].value == value


def test_markup_in_formulas_and_values_stays_text():
    formula = 'IF(A2<>"<&>",A2&"]]>",1>2)'
    content = written([[formula]], [["<b>&amp;</b>"]])
    assert read(content)["A1"].value == f"={formula}"
    assert read(content, data_only=True)["A1"].value == "<b>&amp;</b>"
    assert "<f>IF(A2&lt;&gt;&quot;" not in part(content)  # quotes need no escape there
    assert 'IF(A2&lt;&gt;"&lt;&amp;&gt;",A2&amp;"]]&gt;",1&gt;2)' in part(content)


def test_a_formula_that_gives_a_text_is_marked_as_one():
    assert '<c r="A1" s="1" t="str"><f>"x"</f><v>x</v></c>' in part(written([['"x"']], [["x"]]))


def test_blocks_of_unlike_size_are_refused():
    book = BookWriter(STYLES, {})
    with pytest.raises(ValueError, match="zip"):
        book.sheet("Data").formulas(region("x", 0, 0, 1, 2), [["1", "2"]], [[1.0]], "plain")


# Single cells


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "{=1}", "1", "http://x.org", " =1 ", "<&>"])
def test_a_text_stays_a_text_whatever_it_begins_with(text):
    book = BookWriter(STYLES, {})
    book.sheet("Data").text((0, 0), text, "plain")
    cell = read(book.content)["A1"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.hyperlink is None


def test_a_link_leads_to_a_place_in_the_workbook():
    book = BookWriter(STYLES, {})
    book.sheet("Data").link((0, 0), "Data!B7", "go there", "plain")
    cell = read(book.content)["A1"]
    assert (cell.value, cell.hyperlink.location) == ("go there", "Data!B7")


def test_blank_cells_have_a_style_and_no_value():
    cell = read(filled().content)["B10"]
    assert cell.value is None
    assert cell.font.bold


# The sheet and the book


def test_names_are_known_in_the_whole_book():
    book = openpyxl.load_workbook(BytesIO(filled().content))
    assert {name: defined.value for name, defined in book.defined_names.items()} == {
        "block": "Data!$B$2:$C$3"
    }


def test_the_chart_holds_a_copy_of_what_it_shows():
    chart = part(filled().content, "xl/charts/chart1.xml")
    assert "<c:f>Data!$E$2:$E$3</c:f>" in chart
    assert re.findall(r"<c:v>([^<]+)</c:v>", chart) == ["=1+1", "2.5", "-2.9", "4.0000001"]


def test_a_program_that_opens_it_is_asked_to_recalculate():
    assert re.search(r'<calcPr [^>]*fullCalcOnLoad="1"', part(filled().content, "xl/workbook.xml"))


def test_colours_validation_and_view_are_as_openpyxl_understands_them():
    book = BookWriter(STYLES, {})
    sheet = book.sheet("Data")
    two = [region("a", 0, 0, 2, 2), region("b", 0, 4, 2, 2)]
    sheet.colours(two, {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#FF0000"})
    sheet.number_validation(two[0], 0, 1, "Pixel", "0 to 1, please.")
    sheet.freeze(3, 2)
    sheet.zoom(80)
    sheet.grid(4, 24, 24, "plain")
    sheet.number((9, 9), 1, "plain")
    sheet.print_whole((0, 2))
    found = read(book.content)
    (scale,) = found.conditional_formatting
    assert str(scale.sqref) == "A1:B2 E1:F2"
    (validation,) = found.data_validations.dataValidation
    assert (str(validation.sqref), validation.formula1, validation.formula2) == ("A1:B2", "0", "1")
    assert (validation.errorStyle, validation.error) == ("warning", "0 to 1, please.")
    assert found.freeze_panes == "C4"
    assert found.sheet_view.zoomScale == 80
    assert not found.sheet_view.showGridLines
    assert found.sheet_format.defaultRowHeight == 18  # points: 24 pixels at 96 an inch
    assert found.print_title_rows == "$1:$3"
    assert found.print_area == "'Data'!$A$1:$J$10"
    assert found.page_setup.orientation == "landscape"


def test_the_same_content_gives_the_same_bytes():
    assert filled().content == filled().content


def test_the_bytes_hold_no_clock():
    core = part(filled().content, "docProps/core.xml")
    assert "2000-01-01T00:00:00Z" in core
    assert {info.date_time for info in zipfile.ZipFile(BytesIO(filled().content)).infolist()} == {
        (1980, 1, 1, 0, 0, 0)
    }
