"""Validations, conditional formats and print areas: as programs write them, and as hostile files have them."""

import openpyxl
import pytest
import xlsxwriter
from openpyxl.formatting.rule import ColorScaleRule, FormulaRule
from openpyxl.worksheet.datavalidation import DataValidation
from packages import MAIN, minimal, save, workbook

from sheetcnn.errors import WorkbookError
from sheetcnn.excel.addresses import Range
from sheetcnn.excel.decoration import ConditionalFormat, Validation, printed
from sheetcnn.excel.libreoffice import convert
from sheetcnn.excel.reader import read_workbook

X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM = "http://schemas.microsoft.com/office/excel/2006/main"
A1_C3, E5 = Range(0, 0, 2, 2), Range(4, 4, 4, 4)


def by_xlsxwriter(path):
    book = xlsxwriter.Workbook(path)
    sheet, other = book.add_worksheet("One"), book.add_worksheet("Other one")
    sheet.data_validation("A1:C3", {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1})
    sheet.data_validation("E5", {"validate": "list", "source": ["on", "off"]})
    other.data_validation("B2", {"validate": "list", "source": "=$D$1:$D$4"})
    scale = {
        "type": "3_color_scale",
        "min_type": "formula",
        "min_value": "=-MAX($A$1:$C$3)",
        "mid_type": "num",
    }
    scale |= {"mid_value": 0, "max_type": "formula", "max_value": "=MAX($A$1:$C$3)"}
    sheet.conditional_format("A1:C3", {**scale, "multi_range": "A1:C3 E5"})
    sheet.conditional_format("E5", {"type": "cell", "criteria": "==", "value": '"off"'})
    other.conditional_format("B2", {"type": "formula", "criteria": "=$B$2>1"})
    sheet.print_area("A1:F9")
    other.print_area("B2:B3")
    book.close()
    return path


def by_openpyxl(path):
    book = openpyxl.Workbook()
    sheet, other = book.active, book.create_sheet("Other one")
    sheet.title = "One"
    numbers = DataValidation(type="decimal", operator="between", formula1="0", formula2="1", sqref="A1:C3")
    sheet.add_data_validation(numbers)
    sheet.add_data_validation(DataValidation(type="list", formula1='"on,off"', sqref="E5"))
    other.add_data_validation(DataValidation(type="list", formula1="$D$1:$D$4", sqref="B2"))
    ends = {"start_type": "formula", "start_value": "-MAX($A$1:$C$3)", "mid_type": "num", "mid_value": 0}
    colours = {"start_color": "0000FF", "mid_color": "FFFFFF", "end_color": "FF0000"}
    scale = ColorScaleRule(**ends, **colours, end_type="formula", end_value="MAX($A$1:$C$3)")
    sheet.conditional_formatting.add("A1:C3 E5", scale)
    sheet.conditional_formatting.add("E5", openpyxl.formatting.rule.CellIsRule("equal", ['"off"']))
    other.conditional_formatting.add("B2", FormulaRule(["$B$2>1"]))
    sheet.print_area, other.print_area = "A1:F9", "B2:B3"
    book.save(path)
    return path


def by_libreoffice(path):
    return convert(by_xlsxwriter(path), "xlsx", path.parent / "saved")


@pytest.mark.parametrize("write", [by_xlsxwriter, by_openpyxl, by_libreoffice])
def test_what_three_programs_write_is_read_alike(tmp_path, write):
    sheets = read_workbook(write(tmp_path / "book.xlsx")).sheets
    one, other = sheets["One"], sheets["Other one"]
    # LibreOffice gives a list a second formula, which means nothing: "0"
    assert [(each.kind, each.ranges) for each in one.validations] == [("decimal", (A1_C3,)), ("list", (E5,))]
    assert one.validations[0].formulas == ("0", "1")
    assert [each.formulas[0] for each in (one.validations[1], *other.validations)] == [
        '"on,off"',
        "$D$1:$D$4",
    ]
    assert set(one.conditional_formats) == {
        ConditionalFormat("colorScale", (A1_C3, E5), ("-MAX($A$1:$C$3)", "MAX($A$1:$C$3)")),
        ConditionalFormat("cellIs", (E5,), ('"off"',)),
    }
    assert other.conditional_formats == [ConditionalFormat("expression", (Range(1, 1, 1, 1),), ("$B$2>1",))]
    assert [printed(each.print_area) for each in (one, other)] == [[Range(0, 0, 8, 5)], [Range(1, 1, 2, 1)]]


def around(after, tmp_path):
    """Return the only sheet of a workbook with these elements behind its cells."""
    return read_workbook(save(tmp_path / "book.xlsx", minimal("<row/>", after=after))).sheets["S"]


def validation(where, formulas="<formula1>1</formula1>"):
    inner = f'<dataValidation type="list" sqref="{where}">{formulas}</dataValidation>'
    return f"<dataValidations>{inner}</dataValidations>"


def extension(inner):
    """Return an extension list as Excel writes it."""
    return f'<extLst><ext uri="u" xmlns:x14="{X14}"><{inner}</ext></extLst>'


def extended_validation(where="E5", formulas="<x14:formula1><xm:f>Two!$A$1:$A$4</xm:f></x14:formula1>"):
    return extension(
        f'x14:dataValidations count="1" xmlns:xm="{XM}"><x14:dataValidation type="list" allowBlank="1">{formulas}'
        f"<xm:sqref>{where}</xm:sqref></x14:dataValidation></x14:dataValidations>"
    )


def extended_formats(rules, where="A1:C3 E5"):
    return extension(
        f'x14:conditionalFormattings><x14:conditionalFormatting xmlns:xm="{XM}">{rules}<xm:sqref>{where}</xm:sqref>'
        "</x14:conditionalFormatting></x14:conditionalFormattings>"
    )


SCALE = (
    '<x14:cfRule type="colorScale" priority="2" id="{1}"><x14:colorScale><x14:cfvo type="formula">'
    '<xm:f>-Two!$A$1</xm:f></x14:cfvo><x14:cfvo type="num"><xm:f>0</xm:f></x14:cfvo><x14:cfvo type="formula">'
    '<xm:f>Two!$A$1</xm:f></x14:cfvo><x14:color rgb="FFFF0000"/></x14:colorScale></x14:cfRule>'
)
EXPRESSION = (
    '<x14:cfRule type="expression" priority="1" id="{2}"><xm:f>Two!$B$1&gt;1</xm:f><x14:dxf><font><b/></font>'
    "</x14:dxf></x14:cfRule>"
)
DATA_BAR = (
    '<x14:cfRule type="dataBar" id="{3}"><x14:dataBar><x14:cfvo type="formula"><xm:f>MIN(A1)</xm:f></x14:cfvo>'
    "</x14:dataBar></x14:cfRule>"
)


@pytest.mark.parametrize(
    ("where", "ranges"),
    [
        ("", ()),
        ("  ", ()),
        ("A1:C3\n\tE5", (A1_C3, E5)),
        ("C3:A1", (A1_C3,)),
        ("A1 nothing E5", (Range(0, 0, 0, 0), E5)),
        ("A:A", ()),
        ("1:3", ()),
        ("A1:", ()),
        ("XFE1", ()),
        ("A1048577", ()),
        ("A0", ()),
        ("A1:XFD1048576", (Range(0, 0, 1_048_575, 16_383),)),
        ("S!A1", ()),
        ("\u0661:\u0662", ()),
    ],
)
def test_ranges_that_are_none_are_passed_over(tmp_path, where, ranges):
    assert around(validation(where), tmp_path).validations == [Validation("list", ranges, ("1",))]


@pytest.mark.parametrize(
    "elements",
    [
        "<dataValidation/>",
        "<cfRule><formula>1</formula></cfRule>",
        "<formula1>1</formula1>",
        "<conditionalFormatting/>",
        '<conditionalFormatting sqref="A1"><formula>1</formula></conditionalFormatting>',
        '<colorScale><cfvo type="formula" val="1"/></colorScale>',
        f'<extLst><ext xmlns:x="{X14}"><x:dataValidation type="list"/></ext></extLst>',
        f'<extLst><x:dataValidations xmlns:x="{X14}"><x:dataValidation/></x:dataValidations></extLst>',
        f'<x:dataValidations xmlns:x="{X14}"><x:dataValidation/></x:dataValidations>',
        f'<sheetViews><extLst><ext><x:dataValidations xmlns:x="{X14}"><x:dataValidation/></x:dataValidations>'
        "</ext></extLst></sheetViews>",
        "<extLst><ext><dataValidations><dataValidation/></dataValidations></ext></extLst>",
    ],
)
def test_what_stands_where_the_format_has_none_is_passed_over(tmp_path, elements):
    sheet = around(elements, tmp_path)
    assert not sheet.validations
    assert not sheet.conditional_formats


def test_what_excel_adds_to_a_rule_changes_nothing(tmp_path):
    """A data bar has a twin in the list of extensions; its own ends are no formulas of a colour scale."""
    rule = (
        '<conditionalFormatting sqref="A1:C3"><cfRule type="dataBar" priority="1"><dataBar><cfvo type="formula" '
        'val="MIN(A1)"/><cfvo type="max"/><color rgb="FF638EC6"/></dataBar><extLst><ext uri="u" '
        f'xmlns:x="{X14}"><x:id>1</x:id></ext></extLst></cfRule></conditionalFormatting>'
        f'<extLst><ext uri="v" xmlns:x="{X14}"><x:conditionalFormattings><x:conditionalFormatting '
        f'xmlns:m="{XM}"><x:cfRule type="dataBar" id="1"/><m:sqref>A1:C3</m:sqref></x:conditionalFormatting>'
        "</x:conditionalFormattings></ext></extLst>"
    )
    assert around(rule, tmp_path).conditional_formats == [ConditionalFormat("dataBar", (A1_C3,), ())]


def test_rules_of_one_place_share_its_ranges(tmp_path):
    rules = '<cfRule type="expression"><formula>A1</formula></cfRule><cfRule type="expression"/>'
    formats = around(f'<conditionalFormatting sqref="E5">{rules}</conditionalFormatting>', tmp_path)
    assert formats.conditional_formats == [
        ConditionalFormat("expression", (E5,), ("A1",)),
        ConditionalFormat("expression", (E5,), ()),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "after",
    [
        validation("A1 " * 210_000),
        "<dataValidations>" + '<dataValidation sqref="A1"/>' * 150_000 + "</dataValidations>",
        '<conditionalFormatting sqref="A1:B2"><cfRule/></conditionalFormatting>' * 150_000,
        '<conditionalFormatting sqref="A1">' + "<cfRule/>" * 500_001 + "</conditionalFormatting>",
        extended_validation("A1").replace(
            "</x14:dataValidations>", "<x14:dataValidation/>" * 500_001 + "</x14:dataValidations>"
        ),
        extended_formats('<x14:cfRule priority="1"/>' * 500_001, "A1"),
        extended_formats(EXPRESSION, "A1 " * 210_000),
        validation("A1", "<formula1>" + "x" * 49 * 1024**2 + "</formula1>"),
    ],
    ids=[
        "one with 210,000 ranges",
        "150,000 validations",
        "150,000 formats",
        "500,001 rules",
        "500,002 extended validations",
        "500,001 extended rules",
        "an extended format with 210,000 ranges",
        "49 MiB of formula",
    ],
)
def test_too_much_is_refused(tmp_path, after):
    # stored, as what deflates so well is refused before
    parts = minimal(after=after)
    path = save(tmp_path / "book.xlsx", parts, deflated=False)
    with pytest.raises(WorkbookError, match="holds more cells than are read"):
        read_workbook(path)


def test_a_list_cut_short_is_refused(tmp_path):
    parts = minimal()
    parts["xl/worksheets/sheet1.xml"] = f'<worksheet xmlns="{MAIN}"><sheetData/>{validation("A1")[:60]}'
    with pytest.raises(WorkbookError, match=r"sheet1\.xml, where line 1 is no XML"):
        read_workbook(save(tmp_path / "book.xlsx", parts))


@pytest.mark.parametrize(
    ("area", "ranges"),
    [
        ("S!$A$1:$C$3", [A1_C3]),
        ("'It''s, here!'!$A$1:$C$3,'It''s, here!'!$E$5", [A1_C3, E5]),
        ("S!A1:C3", [A1_C3]),
        ("S!$A:$C", None),
        ("S!#REF!", None),
        ("#REF!", None),
        ("S!$A$1:$C$3;S!$E$5", None),
        ("S!$A$1,,S!$E$5", None),
        ("OFFSET(S!$A$1,0,0,3,3)", None),
        ("'S!$A$1", None),
        ("", []),
    ],
)
def test_a_print_area_is_ranges_or_nothing(area, ranges):
    assert printed(area) == ranges


@pytest.mark.parametrize("place", ["", 'localSheetId="7"', 'localSheetId="-1"', 'localSheetId="99999999"'])
def test_a_print_area_of_no_sheet_is_passed_over(tmp_path, place):
    parts = minimal()
    sheets = '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets>'
    name = f'<definedName name="_xlnm.Print_Area" {place}>S!$A$1</definedName>'
    parts["xl/workbook.xml"] = workbook(f"{sheets}<definedNames>{name}</definedNames>")
    assert read_workbook(save(tmp_path / "book.xlsx", parts)).sheets["S"].print_area == ""


def test_lists_of_other_sheets_are_read_where_excel_keeps_them(tmp_path):
    plain = validation("A1:C3", "<formula1>$D$1:$D$4</formula1>")
    sheet = around(plain + extended_validation("E5 A1:C3"), tmp_path)
    assert sheet.validations == [
        Validation("list", (A1_C3,), ("$D$1:$D$4",)),
        Validation("list", (E5, A1_C3), ("Two!$A$1:$A$4",)),
    ]


def test_both_limits_of_other_sheets_are_read(tmp_path):
    limits = "".join(f"<x14:formula{n}><xm:f>Two!$A${n}</xm:f></x14:formula{n}>" for n in (1, 2))
    (found,) = around(extended_validation("E5", limits), tmp_path).validations
    assert found.formulas == ("Two!$A$1", "Two!$A$2")


def test_formats_that_ask_other_sheets_are_read_and_the_twin_of_a_data_bar_is_not(tmp_path):
    sheet = around(extended_formats(SCALE + DATA_BAR + EXPRESSION), tmp_path)
    assert sheet.conditional_formats == [
        ConditionalFormat("colorScale", (A1_C3, E5), ("-Two!$A$1", "Two!$A$1")),
        ConditionalFormat("expression", (A1_C3, E5), ("Two!$B$1>1",)),
    ]


def test_each_place_of_the_extension_list_has_its_own_ranges(tmp_path):
    first = extended_formats(EXPRESSION, "E5")
    nowhere = extended_formats(EXPRESSION, "E5").replace("<xm:sqref>E5</xm:sqref>", "")
    formats = around(first + nowhere + extended_formats(EXPRESSION, "A1:C3"), tmp_path).conditional_formats
    assert [each.ranges for each in formats] == [(E5,), (), (A1_C3,)]


@pytest.mark.parametrize("where", ["", "nothing", "A:A", "XFE1", "S!A1"])
def test_ranges_of_an_extension_that_are_none_are_passed_over(tmp_path, where):
    assert around(extended_validation(where), tmp_path).validations == [
        Validation("list", (), ("Two!$A$1:$A$4",))
    ]


def test_libreoffice_reads_the_extension_list_alike(tmp_path):
    parts = minimal(
        "<row><c><v>1</v></c></row>", after=extended_validation() + extended_formats(EXPRESSION, "A1")
    )
    parts["xl/workbook.xml"] = workbook('<sheets><sheet name="Two" sheetId="1" r:id="rId1"/></sheets>')
    path = save(tmp_path / "book.xlsx", parts)
    saved = read_workbook(convert(path, "xlsx", tmp_path / "saved")).sheets["Two"]
    assert [(each.kind, each.ranges, each.formulas[0]) for each in saved.validations] == [
        ("list", (E5,), "Two!$A$1:$A$4")
    ]
    assert saved.conditional_formats == [
        ConditionalFormat("expression", (Range(0, 0, 0, 0),), ("Two!$B$1>1",))
    ]


@pytest.mark.parametrize(
    "inner",
    [
        f'x14:sparklineGroups xmlns:xm="{XM}"><x14:sparkline><xm:f>Two!A1</xm:f><xm:sqref>A1</xm:sqref>'
        "</x14:sparkline></x14:sparklineGroups>",
        'x14:slicerList><row r="1"><c r="A1"><v>7</v></c></row></x14:slicerList>',
        'sheetData><row r="1"><c r="A1"><v>7</v></c></row></sheetData>',
        'extLst><ext><row r="1"/></ext></extLst>',
        "formula1>1</formula1>",
    ],
    ids=["sparklines", "a cell in another's", "cells", "a list in the list", "a formula"],
)
def test_what_else_an_extension_list_holds_is_passed_over(tmp_path, inner):
    sheet = around(extension(inner), tmp_path)
    assert not sheet.validations
    assert not sheet.conditional_formats
    assert not sheet.values


def test_a_list_of_ranges_is_no_longer_than_a_tag_may_be(tmp_path):
    path = save(tmp_path / "book.xlsx", minimal(after=extended_validation("A1 " * 700_000)), deflated=False)
    with pytest.raises(WorkbookError, match="list of ranges of more than 2 MiB"):
        read_workbook(path)


def test_an_extension_list_cut_short_is_refused(tmp_path):
    parts = minimal()
    parts["xl/worksheets/sheet1.xml"] = f'<worksheet xmlns="{MAIN}"><sheetData/>{extended_validation()[:150]}'
    with pytest.raises(WorkbookError, match=r"sheet1\.xml, where line 1 is no XML"):
        read_workbook(save(tmp_path / "book.xlsx", parts))
