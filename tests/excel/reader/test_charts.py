"""The ranges that charts show: as programs write them, and as hostile files have them."""

import openpyxl
import pytest
import xlsxwriter
from openpyxl.chart import BarChart
from openpyxl.chart import Reference as Cells
from packages import minimal, relations, save

from sheetcnn.excel.libreoffice import convert
from sheetcnn.excel.reader import charts, read_workbook

SHEET, DRAWING, CHART = "xl/worksheets/sheet1.xml", "xl/drawings/drawing1.xml", "xl/charts/chart1.xml"
C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
STRICT = "http://purl.oclc.org/ooxml/drawingml/chart"
C14 = "http://schemas.microsoft.com/office/drawing/2007/8/2/chart"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def rels(part):
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels"


def by_xlsxwriter(path):
    book = xlsxwriter.Workbook(path)
    sheet, _ = book.add_worksheet("One"), book.add_worksheet("Two")
    for row in range(5):
        sheet.write_row(row, 0, [row, row * row])
    bars, curves = (
        book.add_chart({"type": "column"}),
        book.add_chart({"type": "scatter", "subtype": "smooth"}),
    )
    bars.add_series({"categories": "=One!$A$1:$A$5", "values": "=One!$B$1:$B$5"})
    curves.add_series({"name": "a curve", "categories": "=One!$A$1:$A$4", "values": "=One!$B$1:$B$4"})
    curves.add_series({"name": "=One!$B$1", "categories": "=One!$A$2:$A$5", "values": "=One!$B$2:$B$5"})
    sheet.insert_chart("D1", bars)
    sheet.insert_chart("D20", curves)
    book.close()
    return path


def by_libreoffice(path):
    return convert(by_xlsxwriter(path), "xlsx", path.parent / "saved")


BARS = ("One!$A$1:$A$5", "One!$B$1:$B$5")
CURVES = ("One!$A$1:$A$4", "One!$B$1:$B$4", "One!$A$2:$A$5", "One!$B$2:$B$5")


@pytest.mark.parametrize("write", [by_xlsxwriter, by_libreoffice])
def test_series_are_read_in_their_order(tmp_path, write):
    sheets = read_workbook(write(tmp_path / "book.xlsx")).sheets
    # names of series are no part of it: LibreOffice saves one that is written out as if it were a reference
    shown = [chart.references for chart in sheets["One"].charts]
    assert shown == [BARS, CURVES]
    assert (sheets["Two"].charts, sheets["One"].unread_charts, sheets["Two"].unread_charts) == ([], "", "")


def test_a_chart_by_openpyxl_is_read(tmp_path):
    """It spells a sheet's name in quotes, and its elements without a prefix."""
    book = openpyxl.Workbook()
    chart = BarChart()
    chart.add_data(Cells(book.active, 2, 1, 2, 5))
    chart.set_categories(Cells(book.active, 1, 1, 1, 5))
    book.active.add_chart(chart)
    book.save(tmp_path / "book.xlsx")
    (found,) = read_workbook(tmp_path / "book.xlsx").sheets["Sheet"].charts
    assert sorted(found.references) == ["'Sheet'!$A$1:$A$5", "'Sheet'!$B$1:$B$5"]


def series(*references):
    return "".join(
        f"<c:ser><c:val><c:numRef><c:f>{each}</c:f></c:numRef></c:val></c:ser>" for each in references
    )


def chart(inner, namespace=C, before=""):
    area = f"<c:chart><c:plotArea>{inner}</c:plotArea></c:chart>"
    return f'<c:chartSpace xmlns:c="{namespace}">{before}{area}</c:chartSpace>'


def bars(*references):
    return chart(f"<c:barChart>{series(*references)}</c:barChart>")


def drawn(content, **others):
    """Return the parts of a workbook with one sheet, one drawing and one chart."""
    parts = minimal()
    parts[rels(SHEET)] = relations(("drawing", "../drawings/drawing1.xml"))
    parts[DRAWING] = "<never-read/>"
    parts[rels(DRAWING)] = relations(("chart", "../charts/chart1.xml"))
    parts[CHART] = content
    return parts | others


def sheet_of(tmp_path, parts, **options):
    return read_workbook(save(tmp_path / "book.xlsx", parts, **options)).sheets["S"]


@pytest.mark.parametrize(
    "content",
    [
        bars("S!$A$1"),
        chart(f"<c:barChart>{series('S!$A$1')}</c:barChart>", STRICT),
        chart(  # as Excel does: a style of its own, and a series that someone has filtered away
            f"<c:barChart>{series('S!$A$1')}<c:extLst><c:ext uri='u' xmlns:n='urn:n'><n:filtered>{series('S!$B$1')}"
            "</n:filtered></c:ext></c:extLst></c:barChart><c:catAx><c:title><c:tx><c:strRef><c:f>S!$C$1</c:f>"
            "</c:strRef></c:tx></c:title></c:catAx>",
            before=f'<m:AlternateContent xmlns:m="{MC}"><m:Choice Requires="d" xmlns:d="{C14}"><d:style val="1"/>'
            "</m:Choice><m:Fallback><c:style val='2'/></m:Fallback></m:AlternateContent>",
        ),
        chart(
            f"<c:barChart>{series('S!$A$1')}</c:barChart><c:lineChart/><c:fooChart>{series('S!$D$1')}</c:fooChart>"
        ),
    ],
    ids=["plain", "strict", "as Excel does", "of a kind that nobody knows"],
)
def test_what_belongs_to_no_series_is_passed_over(tmp_path, content):
    sheet = sheet_of(tmp_path, drawn(content))
    assert [each.references for each in sheet.charts] == [("S!$A$1",)]
    assert sheet.unread_charts == ""


def test_two_kinds_in_one_chart_are_read(tmp_path):
    both = (
        f"<c:barChart>{series('S!$A$1')}</c:barChart><c:lineChart>{series('S!$B$1', 'S!$C$1')}</c:lineChart>"
    )
    (found,) = sheet_of(tmp_path, drawn(chart(both))).charts
    assert found.references == ("S!$A$1", "S!$B$1", "S!$C$1")


OUTSIDE = relations(("chart", "http://example.org/chart.xml")).replace(
    "Target=", 'TargetMode="External" Target='
)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({CHART: bars("S!$A$1")[:90]}, "where line 1 is no XML"),
        ({CHART: ""}, "where line 1 is no XML"),
        ({CHART: b"\xff\xfe\x00\x00"}, "is no XML"),
        ({CHART: "<!DOCTYPE c [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]>" + bars("&b;")}, "declares a DOCTYPE"),
        ({CHART: "<html/>"}, "holds <html> where <chartSpace> of Excel's format belongs"),
        ({CHART: bars("S!$A$1").replace(C, "urn:other")}, "where <chartSpace> of Excel's format belongs"),
        ({CHART: chart("<c:x>" * 60_000 + "</c:x>" * 60_000)}, "XML too deep or varied"),
        ({CHART: chart("".join(f"<c:x{n}/>" for n in range(11_000)))}, "XML too deep or varied"),
        ({CHART: f"<c:chartSpace xmlns:c='{C}' a='{'x' * 3 * 1024**2}'/>"}, "a tag of more than 2 MiB"),
        ({rels(DRAWING): relations(("chart", "../charts/gone.xml"))}, "lacks its part xl/charts/gone.xml"),
        (
            {rels(DRAWING): relations(("chart", "../charts/chart1.xml"), ("chart", "../charts/gone.xml"))},
            "lacks its part xl/charts/gone.xml",
        ),
        ({rels(DRAWING): relations(("chart", "../../../../etc/passwd"))}, "lacks its part etc/passwd"),
        ({rels(DRAWING): relations(("chart", ""))}, "lacks its part xl/drawings"),
        ({rels(DRAWING): "<Relationships"}, "is no XML"),
        ({rels(SHEET): "<Relationships"}, "is no XML"),
        (
            {rels(SHEET): relations(("drawing", "a"), ("drawing", "b")).replace("rId2", "rId1")},
            "two parts as rId1",
        ),
        ({CHART: bars(*["S!$A$1"] * 20_001)}, "shows more than 20,000 ranges in its charts"),
        ({CHART: bars("S!$A$1", "x" * 17 * 1024**2)}, "lists charts in over 16 MiB"),
    ],
)
def test_charts_that_cannot_be_read_are_told_and_the_rest_is_read(tmp_path, parts, told):
    sheet = sheet_of(tmp_path, drawn(bars("S!$A$1")) | parts, deflated=False)
    assert told in sheet.unread_charts
    assert sheet.charts == []


@pytest.mark.parametrize(
    "parts",
    [
        {rels(DRAWING): OUTSIDE},
        {rels(SHEET): relations(("drawing", "../drawings/gone.xml"))},
        {rels(SHEET): relations(("hyperlink", "../charts/chart1.xml"))},
        {rels(SHEET): relations(("drawing", "../worksheets/sheet1.xml"))},  # a circle
        {rels(DRAWING): relations(("image", "../charts/chart1.xml"))},
    ],
    ids=["outside", "no drawing", "a link", "the sheet itself", "an image"],
)
def test_what_leads_to_no_chart_has_none(tmp_path, parts):
    sheet = sheet_of(tmp_path, drawn(bars("S!$A$1")) | parts)
    assert (sheet.charts, sheet.unread_charts) == ([], "")


def test_one_large_chart_drawn_a_thousand_times_is_read_a_few_times(tmp_path):
    """It is the bytes that are read which count, not those of the file."""
    parts = drawn(bars("S!$A$1", "x" * 1024**2))
    parts[rels(DRAWING)] = relations(*[("chart", "../charts/chart1.xml")] * 1_000)
    assert "in over 16 MiB" in sheet_of(tmp_path, parts, deflated=False).unread_charts


def test_ranges_are_counted_over_all_charts(tmp_path, monkeypatch):
    monkeypatch.setattr(charts, "MAX_REFERENCES", 5)
    parts = drawn(bars("S!$A$1", "S!$A$2"))
    parts[rels(DRAWING)] = relations(*[("chart", "../charts/chart1.xml")] * 2)
    assert len(sheet_of(tmp_path, parts).charts) == 2
    parts[rels(DRAWING)] = relations(*[("chart", "../charts/chart1.xml")] * 3)
    assert "shows more than 5 ranges in its charts" in sheet_of(tmp_path, parts).unread_charts
