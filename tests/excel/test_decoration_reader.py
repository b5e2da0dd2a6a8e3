"""What stands around the cells is read as other programs wrote it; what is hostile there harms nothing."""

import random

import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.datavalidation import DataValidation
from packages import MAIN, RELATIONS, minimal, relations, save

from sheetcnn.errors import WorkbookError
from sheetcnn.excel.addresses import Range, parse_range
from sheetcnn.excel.decoration import Chart, ConditionalFormat, Validation, printed
from sheetcnn.excel.reader import read_workbook

CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
SERIES = (
    "<c:ser><c:tx><c:strRef><c:f>S!$A$1</c:f></c:strRef></c:tx>"
    "<c:cat><c:strRef><c:f>S!$A$2:$A$4</c:f></c:strRef></c:cat>"
    "<c:val><c:numRef><c:f>'two words'!$B$2:$B$4</c:f></c:numRef></c:val></c:ser>"
)


def cells(where):
    return tuple(map(parse_range, where.split()))


def chart(inner=SERIES, kind="barChart"):
    return (
        f'<c:chartSpace xmlns:c="{CHART}"><c:chart><c:plotArea><c:{kind}>{inner}</c:{kind}>'
        "</c:plotArea></c:chart></c:chartSpace>"
    )


def with_chart(content, *, drawing="../drawings/drawing1.xml", target="../charts/chart1.xml"):
    """A workbook whose sheet has a drawing, and that a chart."""
    parts = minimal('<row r="1"><c r="A1"><v>1</v></c></row>', after='<drawing r:id="rId1" xmlns:r="x"/>')
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = relations(("drawing", drawing))
    parts["xl/drawings/drawing1.xml"] = "<wsDr/>"
    parts["xl/drawings/_rels/drawing1.xml.rels"] = relations(("chart", target))
    parts["xl/charts/chart1.xml"] = content
    return parts


def sheet_of(path, parts):
    return read_workbook(save(path / "x.xlsx", parts)).sheets["S"]


def test_validations_and_formats_are_read_as_they_are_spelled(tmp_path):
    after = (
        '<conditionalFormatting sqref="A1:B2 D4"><cfRule type="colorScale" priority="2"><colorScale>'
        '<cfvo type="num" val="0"/><cfvo type="formula" val="MAX($A$1:$B$2)"/><color rgb="FF000000"/>'
        '</colorScale></cfRule><cfRule type="expression" priority="1"><formula>A1&lt;2</formula></cfRule>'
        "</conditionalFormatting>"
        '<dataValidations count="2"><dataValidation type="list" sqref="C1"><formula1>"on,off"</formula1>'
        '</dataValidation><dataValidation type="decimal" sqref="A1:A9 B3"><formula1>0</formula1>'
        "<formula2>1</formula2></dataValidation></dataValidations>"
    )
    sheet = sheet_of(tmp_path, minimal('<row r="1"><c r="A1"><v>1</v></c></row>', after=after))
    assert sheet.conditional_formats == [
        ConditionalFormat("colorScale", cells("A1:B2 D4"), ("MAX($A$1:$B$2)",)),
        ConditionalFormat("expression", cells("A1:B2 D4"), ("A1<2",)),
    ]
    assert sheet.validations == [
        Validation("list", cells("C1"), ('"on,off"',)),
        Validation("decimal", cells("A1:A9 B3"), ("0", "1")),
    ]
    assert sheet.values == {(0, 0): 1.0}


def test_a_chart_is_read_with_all_that_it_shows(tmp_path):
    sheet = sheet_of(tmp_path, with_chart(chart()))
    references = ("S!$A$1", "S!$A$2:$A$4", "'two words'!$B$2:$B$4")
    assert sheet.charts == [Chart("xl/charts/chart1.xml", references)]
    assert sheet.unread_charts == ""


def test_what_xlsxwriter_writes_is_read(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as book:
        sheet = book.add_worksheet("S")
        sheet.write_column("A1", [1, 2, 3])
        lines = book.add_chart({"type": "scatter"})
        lines.add_series({"categories": "=S!$A$1:$A$3", "values": "=S!$B$1:$B$3"})
        sheet.insert_chart("D2", lines)
        sheet.data_validation("C1", {"validate": "list", "source": ["a", "b"]})
        sheet.conditional_format("A1:A3", {"type": "2_color_scale"})
        sheet.print_area("A1:C9")
    read = read_workbook(tmp_path / "x.xlsx").sheets["S"]
    assert [each.references for each in read.charts] == [("S!$A$1:$A$3", "S!$B$1:$B$3")]
    assert read.validations == [Validation("list", cells("C1"), ('"a,b"',))]
    assert read.conditional_formats == [ConditionalFormat("colorScale", cells("A1:A3"), ())]
    assert printed(read.print_area) == [Range(0, 0, 8, 2)]


def test_what_openpyxl_writes_is_read(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "two words"
    validation = DataValidation(type="list", formula1='"x,y"')
    validation.add("B2")
    sheet.add_data_validation(validation)
    sheet.print_area = ["A1:B2", "D1:E2"]
    bars = openpyxl.chart.BarChart()
    bars.add_data(openpyxl.chart.Reference(sheet, min_col=1, min_row=1, max_row=4))
    sheet.add_chart(bars, "F1")
    book.save(tmp_path / "x.xlsx")
    read = read_workbook(tmp_path / "x.xlsx").sheets["two words"]
    assert read.validations == [Validation("list", cells("B2"), ('"x,y"',))]
    assert printed(read.print_area) == [Range(0, 0, 1, 1), Range(0, 3, 1, 4)]
    assert [each.references for each in read.charts] == [("'two words'!$A$1:$A$4",)]


HOSTILE = {
    "truncated": (with_chart(chart()[:120]), "damaged"),
    "no XML": (with_chart("<<<"), "damaged"),
    "empty": (with_chart(""), "damaged"),
    "another root": (with_chart("<html/>"), "belongs"),
    "an entity bomb": (with_chart('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "DOCTYPE"),
    "a chart that is not there": (with_chart(chart(), target="../charts/chart9.xml"), "chart9"),
    "a chart outside of the package": (with_chart(chart(), target="../../../../etc/passwd"), "etc/passwd"),
    "a drawing that is a folder": (with_chart(chart(), drawing="../drawings/"), ""),
    "a drawing of itself": (with_chart(chart(), target="../drawings/drawing1.xml"), "belongs"),
    "17 MiB of chart": (
        with_chart(chart(f"<!--{random.Random(1).randbytes(17 * 2**19).hex()}-->")),
        "16 MiB",
    ),
    "the same reference twice": (
        {
            **with_chart(chart()),
            "xl/drawings/_rels/drawing1.xml.rels": relations(("chart", "../charts/chart1.xml")).replace(
                "</Relationships>",
                f'<Relationship Id="rId1" Type="{RELATIONS}/chart" Target="a.xml"/></Relationships>',
            ),
        },
        "rId1",
    ),
}


@pytest.mark.parametrize(("parts", "why"), HOSTILE.values(), ids=HOSTILE)
def test_charts_that_cannot_be_read_harm_nothing_else(tmp_path, parts, why):
    sheet = sheet_of(tmp_path, parts)
    assert sheet.values == {(0, 0): 1.0}
    assert sheet.charts == []
    assert why in sheet.unread_charts


def test_a_chart_in_another_file_is_not_followed(tmp_path):
    parts = with_chart(chart())
    rels = "xl/drawings/_rels/drawing1.xml.rels"
    parts[rels] = parts[rels].replace('Target="', 'TargetMode="External" Target="file:///etc/passwd#')
    sheet = sheet_of(tmp_path, parts)
    assert (sheet.charts, sheet.unread_charts) == ([], "")


@pytest.mark.parametrize(
    "after",
    [
        '<dataValidations><dataValidation type="list" sqref="ZZZZ1:"/></dataValidations>',
        "<dataValidations><dataValidation/></dataValidations>",
        "<conditionalFormatting><cfRule/></conditionalFormatting>",
        '<conditionalFormatting sqref="' + "A1 " * 1_000 + '"><cfRule/></conditionalFormatting>',
        "<dataValidations><dataValidation><formula1>1</formula1><formula1>2</formula1></dataValidation>"
        "</dataValidations>",
    ],
)
def test_odd_decoration_is_kept_as_it_is(tmp_path, after):
    sheet = sheet_of(tmp_path, minimal('<row r="1"><c r="A1"><v>1</v></c></row>', after=after))
    assert len(sheet.validations) + len(sheet.conditional_formats) == 1


@pytest.mark.slow
def test_too_many_rules_are_refused_before_they_take_the_memory(tmp_path):
    chance = random.Random(1)
    rules = "".join(
        f'<conditionalFormatting sqref="A{chance.randrange(10**6)}"><cfRule/></conditionalFormatting>'
        for _ in range(520_000)
    )
    with pytest.raises(WorkbookError, match="holds more cells than are read"):
        sheet_of(tmp_path, minimal(after=rules))


def test_what_is_no_range_is_none(tmp_path):
    after = '<dataValidations><dataValidation type="list" sqref="A1:B2 nonsense C3 D4:"/></dataValidations>'
    (validation,) = sheet_of(tmp_path, minimal(after=after)).validations
    assert validation.ranges == (Range(0, 0, 1, 1), Range(2, 2, 2, 2))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("S!$A$1:$B$2", [Range(0, 0, 1, 1)]),
        ("'it''s, so'!$A$1:$B$2,S!$C$3", [Range(0, 0, 1, 1), Range(2, 2, 2, 2)]),
        ("S!$A:$B", None),
        ("S!#REF!", None),
        ("OFFSET(S!$A$1,1,1)", None),
        ("", []),
    ],
)
def test_a_print_area_is_its_ranges_or_nothing_is_known(text, expected):
    assert printed(text) == expected


def test_the_namespace_counts(tmp_path):
    after = '<x:dataValidations xmlns:x="urn:other"><x:dataValidation type="list"/></x:dataValidations>'
    assert MAIN
    assert sheet_of(tmp_path, minimal(after=after)).validations == []
