from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from homes import SHARED
from openpyxl.worksheet.formula import ArrayFormula
from packages import MAIN, RELATIONS, minimal, relations, save, workbook, worksheet

from sheetcnn.excel.addresses import Range, parse_a1, parse_range
from sheetcnn.excel.cell_array import ErrorValue
from sheetcnn.excel.reader import read_workbook
from sheetcnn.excel.workbook import Sheet, Workbook

PUBLISHED = SHARED / "reference" / "conv-example-2017.xlsx"


def read(tmp_path: Path, parts: dict[str, str | bytes]) -> Workbook:
    return read_workbook(save(tmp_path / "book.xlsx", parts))


def read_sheet(tmp_path: Path, rows: str, texts: str = "", *, before: str = "", after: str = "") -> Sheet:
    return read(tmp_path, minimal(rows, texts, before=before, after=after)).sheets["S"]


def values_as_openpyxl_sees_them(path: Path) -> dict[str, dict[tuple[int, int], object]]:
    return {
        sheet.title: {
            (cell.row - 1, cell.column - 1): ErrorValue(cell.value) if cell.data_type == "e" else cell.value
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        }
        for sheet in openpyxl.load_workbook(path, data_only=True)
    }


def formulas_as_openpyxl_sees_them(path: Path) -> dict[str, dict[tuple[int, int], tuple[str, str | None]]]:
    return {
        sheet.title: {
            (cell.row - 1, cell.column - 1): (
                (cell.value.text[1:], cell.value.ref)
                if isinstance(cell.value, ArrayFormula)
                else (cell.value[1:], None)
            )
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f"
        }
        for sheet in openpyxl.load_workbook(path)
    }


def assert_agrees_with_openpyxl(path: Path) -> Workbook:
    book = read_workbook(path)
    values = values_as_openpyxl_sees_them(path)
    formulas = formulas_as_openpyxl_sees_them(path)
    assert list(book.sheets) == list(values)
    for name, sheet in book.sheets.items():
        assert sheet.values == values[name]
        kinds = {cell: isinstance(value, ErrorValue) for cell, value in sheet.values.items()}
        assert kinds == {cell: isinstance(value, ErrorValue) for cell, value in values[name].items()}
        assert sheet.formulas == {cell: text for cell, (text, _) in formulas[name].items()}
        arrays = {cell: parse_range(area) for cell, (_, area) in formulas[name].items() if area}
        assert sheet.arrays == arrays
    return book


def write_with_xlsxwriter(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Zahlen & Text")
        sheet.write_row("A1", [0, -1.5, 1e300, 1e-300, 0.1, 123456789012345])
        for column, text in enumerate(
            ["plain", "  spaces  ", "two\nlines", "<&>\"'", "数字 ÷ 😀", "1", "=1+1"]
        ):
            sheet.write_string(1, column, text)
        sheet.write_rich_string("A4", "one ", book.add_format({"bold": True}), "bold", " word")
        sheet.write_formula("A5", "=SUM(A1:F1)", value=1e300)
        sheet.write_formula("B5", '=IF(A1<1,"a<b","&")', value="a<b")
        sheet.write_formula("C5", "=1/0", value="#DIV/0!")
        sheet.write_formula("D5", "=A1=0", value=True)
        sheet.write_array_formula("E5:F6", "{=A1:B2*2}", value=0)
        sheet.write_array_formula("G5", "{=SUM(A1:B2*2)}", value=-3)
        sheet.write_boolean("A8", False)
        sheet.write_boolean("B8", True)
        sheet.merge_range("C9:E10", "merged")
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column("H:J", None, None, {"hidden": True})
        book.add_worksheet("hidden").hide()
        book.add_worksheet("very hidden").very_hidden()
        book.define_name("conv1_1", "='Zahlen & Text'!$A$1:$B$2")
        book.define_name("hidden!local", "=hidden!$A$1")


def test_every_cell_agrees_with_openpyxl(tmp_path):
    path = tmp_path / "book.xlsx"
    write_with_xlsxwriter(path)

    sheet = assert_agrees_with_openpyxl(path).sheets["Zahlen & Text"]

    assert all(type(value) is not int for value in sheet.values.values())
    assert sheet.values[1, 5] == "1"
    assert sheet.values[4, 2] == ErrorValue("#DIV/0!")
    assert sheet.values[4, 3] is True
    assert sheet.arrays == {(4, 4): Range(4, 4, 5, 5), (4, 6): Range(4, 6, 4, 6)}


def test_names_states_hidden_rows_and_merges_are_as_written(tmp_path):
    path = tmp_path / "book.xlsx"
    write_with_xlsxwriter(path)

    book = read_workbook(path)

    assert book.path == path
    assert book.names == {"conv1_1": "'Zahlen & Text'!$A$1:$B$2"}
    assert [sheet.names for sheet in book.sheets.values()] == [{}, {"local": "hidden!$A$1"}, {}]
    assert [sheet.state for sheet in book.sheets.values()] == ["visible", "hidden", "veryHidden"]
    first = book.sheets["Zahlen & Text"]
    assert first.hidden_rows == {2}
    assert first.hidden_columns == [(7, 9)]
    assert first.merged == [Range(8, 2, 9, 4)]


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published workbook is not part of the project")
def test_the_published_workbook_is_read_whole():
    sheet = assert_agrees_with_openpyxl(PUBLISHED).sheets["conv-example"]

    assert len(sheet.values) == 4027
    assert len(sheet.formulas) == 2865
    assert len(sheet.arrays) == 2 * 26 * 26 + 2 * 24 * 25  # two maps of conv1, and of conv2 with its fault
    assert sheet.formulas[parse_a1("AH3")] == "MAX(0,SUM(A2:C4*$AD$11:$AF$13))"
    assert sheet.formulas[parse_a1("CO4")] == "MAX(BO4:BP5)"  # shared
    assert sheet.formulas[parse_a1("DK55")] == "MAX(CK55:CL56)"  # the last of them
    assert sheet.formulas[parse_a1("EN4")] == "SUMPRODUCT(DN4:EL26,CM4:DK26)+SUMPRODUCT(DN33:EL55,CM33:DK55)"


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_what_libreoffice_saves_agrees_with_openpyxl_and_it_expands_shared_formulas_alike(tmp_path):
    written = tmp_path / "written.xlsx"
    write_with_xlsxwriter(written)
    shared = save(tmp_path / "shared.xlsx", minimal(shared_rows(SHARED_FORMULAS)))

    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    convert = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "saved")]
    subprocess.run([*convert, str(written), str(shared)], check=True, capture_output=True, timeout=120)  # noqa: S603 - fixed program, own files

    assert_agrees_with_openpyxl(tmp_path / "saved/written.xlsx")
    ours = read_workbook(shared).sheets["S"].formulas
    theirs = read_workbook(tmp_path / "saved/shared.xlsx").sheets["S"].formulas
    assert ours == theirs


# from B2 to C4: two rows down, one column right; worked by hand
SHARED_FORMULAS = {
    "A1+$A1+A$1+$A$1": "B3+$A3+B$1+$A$1",
    "SUM(A1:B$2,$C3:$D$4)": "SUM(B3:C$2,$C5:$D$4)",
    "LOG10(A1)+2*A1%": "LOG10(B3)+2*B3%",
    '"A1 says ""B2"""&A1': '"A1 says ""B2"""&B3',
    "SUM(A:A)+SUM($A:B)": "SUM(B:B)+SUM($A:C)",
    "SUM(3:3)+SUM($3:4)": "SUM(5:5)+SUM($3:6)",
    "A1:INDEX(B:B,2)": "B3:INDEX(C:C,2)",
    "XFC1048574": "XFD1048576",
    "IF(A1<>Z9,-AZ99,2*ZZ100)": "IF(B3<>AA11,-BA101,2*AAA102)",
}
SHARED_WITH_SHEETS_AND_TABLES = {
    "'A1'!A1+Sheet1!B2": "'A1'!B3+Sheet1!C4",
    "'it''s A1'!$A1:B2": "'it''s A1'!$A3:C4",
    "[1]Sheet1!A1": "[1]Sheet1!B3",
    "SUM(Table1[A1])+Table1[[#All],[B2]]": "SUM(Table1[A1])+Table1[[#All],[B2]]",
    "conv1_1+w.A1+A1.w+_A1": "conv1_1+w.A1+A1.w+_A1",
    "XFE1+A1048577+AAAA1": "XFE1+A1048577+AAAA1",
    "#REF!+#N/A+T.DIST.2T(A1,B2)": "#REF!+#N/A+T.DIST.2T(B3,C4)",
    "a1+$b$2": "B3+$b$2",
    "1E5+2.5E5*A1": "1E5+2.5E5*B3",
    "Jan:Mar!A1": "Jan:Mar!B3",
}


def escaped(formula: str) -> str:
    return formula.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shared_rows(formulas: dict[str, str]) -> str:
    """Each formula in a row of its own triple, two apart, and shared two rows down and one column right."""
    cells: dict[int, list[str]] = {2: [], 4: []}
    for number, formula in enumerate(formulas):
        area = f"{'BDFHJLNPR'[number]}2:{'CEGIKMOQS'[number]}4"
        cells[2].append(
            f'<c r="{area[:2]}"><f t="shared" ref="{area}" si="{number}">{escaped(formula)}</f></c>'
        )
        cells[4].append(f'<c r="{area[3:]}"><f t="shared" si="{number}"/></c>')
    return "".join(f'<row r="{row}">{"".join(inner)}</row>' for row, inner in cells.items())


@pytest.mark.parametrize(
    ("formula", "moved"), {**SHARED_FORMULAS, **SHARED_WITH_SHEETS_AND_TABLES}.items(), ids=lambda text: text
)
def test_what_is_relative_in_a_shared_formula_moves(tmp_path, formula, moved):
    sheet = read_sheet(tmp_path, shared_rows({formula: moved}))

    assert sheet.formulas == {(1, 1): formula, (3, 2): moved}


@pytest.mark.parametrize(
    ("formula", "left", "right"),
    [
        ("A1+9", "#REF!", "B2+9"),
        ("$A1+A$1", "#REF!", "$A2+B$1"),
        ("SUM(A:A)", "#REF!", "SUM(B:B)"),
        ("XFD1", "XFC2", "#REF!"),
        ("B2+B1048576", "#REF!", "#REF!"),
        ("SUM(1048576:1048576)", "#REF!", "#REF!"),
    ],
)
def test_a_shared_formula_that_would_leave_the_sheet_is_a_lost_reference(tmp_path, formula, left, right):
    child = '<f t="shared" si="0"/>'
    rows = (
        f'<row r="2"><c r="B2"><f t="shared" ref="A1:C3" si="0">{formula}</f></c></row>'
        f'<row r="3"><c r="A3">{child}</c><c r="C3">{child}</c></row>'
    )

    assert read_sheet(tmp_path, rows).formulas == {(1, 1): formula, (2, 0): left, (2, 2): right}


def test_a_formula_without_a_saved_value_has_no_value(tmp_path):
    rows = (
        '<row r="1"><c r="A1"><f>1+1</f></c><c r="B1"><f>1+1</f><v></v></c>'
        '<c r="C1" t="str"><f>""</f><v></v></c></row>'
    )

    sheet = read_sheet(tmp_path, rows)

    assert sheet.formulas == {(0, 0): "1+1", (0, 1): "1+1", (0, 2): '""'}
    assert sheet.values == {(0, 2): ""}


def test_texts_come_shared_inline_rich_and_escaped(tmp_path):
    texts = (
        '<si><t xml:space="preserve"> a </t></si>'
        "<si><r><t>日</t></r><rPh sb='0' eb='1'><t>ニチ</t></rPh><r><t>本</t></r></si>"
        "<si><t>_x0041_ _x005F_x0041_ _xD83D__xDE00_ _xD83D_ _x00G0_</t></si>"
        "<si><t/></si>"
    )
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c>'
        '<c r="D1" t="s"><v>3</v></c><c r="E1" t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c>'
        '<c r="F1" t="str"><f>A1</f><v>a_x000A_b</v></c><c r="G1" t="inlineStr"><is><t>7</t></is></c></row>'
    )

    values = list(read_sheet(tmp_path, rows, texts).values.values())

    assert values == [" a ", "日本", "A _x0041_ 😀 \ufffd _x00G0_", "", "inline", "a\nb", "7"]


def test_texts_and_formulas_come_in_pieces_and_are_whole(tmp_path, monkeypatch):
    texts = f"<si><t>{'&lt;0123456789' * 2_900}</t></si>"  # longer than any buffer of expat
    rows = (
        f'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><f>{"A1+" * 2_700}1</f><v>1234.5678</v></c></row>'
    )
    monkeypatch.setattr("sheetcnn.excel.package.CHUNK", 7)

    sheet = read_sheet(tmp_path, rows, texts)

    assert sheet.values == {(0, 0): "<0123456789" * 2_900, (0, 1): 1234.5678}
    assert sheet.formulas == {(0, 1): "A1+" * 2_700 + "1"}


def test_numbers_booleans_errors_and_dates_have_their_types(tmp_path):
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="n"><v> -2.5E-3 </v></c><c r="C1" t="b"><v>1</v></c>'
        '<c r="D1" t="b"><v>false</v></c><c r="E1" t="e"><v>#N/A</v></c>'
        '<c r="F1" t="d"><v>2017-11-01T12:00:00Z</v></c><c r="G1" s="3"/></row>'
    )

    values = list(read_sheet(tmp_path, rows).values.values())

    # Excel shows 2017-11-01 as 43040
    assert values == [1.0, -0.0025, True, False, ErrorValue("#N/A"), 43040.5]
    assert [type(value) for value in values] == [float, float, bool, bool, ErrorValue, float]


def test_cells_without_addresses_follow_one_another(tmp_path):
    rows = (
        '<row><c><v>1</v></c><c r="C1"><v>2</v></c><c><v>3</v></c></row>'
        '<row r="5"><c><v>4</v></c></row><row><c><v>5</v></c></row>'
    )

    assert read_sheet(tmp_path, rows).values == {(0, 0): 1, (0, 2): 2, (0, 3): 3, (4, 0): 4, (5, 0): 5}


def test_prefixed_elements_and_strict_namespaces_are_the_same_workbook(tmp_path):
    parts = minimal()
    parts["xl/worksheets/sheet1.xml"] = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c>'
        '<x:c r="B1"><x:f>1+1</x:f><x:v>2</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    parts["xl/sharedStrings.xml"] = f'<x:sst xmlns:x="{MAIN}"><x:si><x:t>text</x:t></x:si></x:sst>'
    strict = {
        name: str(content)
        .replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
        .replace(RELATIONS, "http://purl.oclc.org/ooxml/officeDocument/relationships")
        for name, content in parts.items()
    }

    for each in (parts, strict):
        sheet = read(tmp_path, each).sheets["S"]
        assert sheet.values == {(0, 0): "text", (0, 1): 2.0}
        assert sheet.formulas == {(0, 1): "1+1"}


def test_formulas_of_formats_and_validations_are_not_cells(tmp_path):
    after = (
        '<conditionalFormatting sqref="A1"><cfRule type="expression"><formula>A1</formula></cfRule>'
        '</conditionalFormatting><extLst><ext xmlns:xm="main"><xm:f>A2</xm:f><v>7</v></ext></extLst>'
    )

    sheet = read_sheet(tmp_path, '<row r="1"><c r="A1"><v>1</v></c></row>', after=after)

    assert (sheet.values, sheet.formulas) == ({(0, 0): 1.0}, {})


def test_a_data_table_is_a_formula_that_no_one_takes_for_a_constant(tmp_path):
    rows = '<row r="1"><c r="A1"><f t="dataTable" ref="A1:A9" dt2D="1" r1="X1" r2="Y1"/><v>3</v></c></row>'

    assert read_sheet(tmp_path, rows).formulas == {(0, 0): "TABLE(X1,Y1)"}


def test_an_array_formula_is_kept_with_the_range_it_fills_however_large(tmp_path):
    rows = '<row r="1"><c r="A1"><f t="array" ref="A1:XFD1048576">B2*2</f></c></row>'

    assert read_sheet(tmp_path, rows).arrays == {(0, 0): Range(0, 0, 1048575, 16383)}


def test_calculation_settings_are_read(tmp_path):
    parts = minimal()
    sheets = '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets>'
    for silent in ("", '<calcPr calcId="162913"/>'):
        parts["xl/workbook.xml"] = workbook(sheets + silent)
        usual = read(tmp_path, parts).calculation
        assert (usual.mode, usual.iterate, usual.full_precision) == ("auto", False, True)

    parts["xl/workbook.xml"] = workbook(sheets + '<calcPr calcMode="manual" iterate="1" fullPrecision="0"/>')
    unusual = read(tmp_path, parts).calculation
    assert (unusual.mode, unusual.iterate, unusual.full_precision) == ("manual", True, False)


def test_links_to_other_workbooks_are_listed(tmp_path):
    parts = minimal()
    parts["xl/_rels/workbook.xml.rels"] = relations(
        ("worksheet", "worksheets/sheet1.xml"), ("externalLink", "externalLinks/externalLink1.xml")
    )
    parts["xl/workbook.xml"] = workbook(
        '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets>'
        '<externalReferences><externalReference r:id="rId2"/></externalReferences>'
    )
    parts["xl/externalLinks/externalLink1.xml"] = "<not even read/>"
    parts["xl/externalLinks/_rels/externalLink1.xml.rels"] = relations(
        ("externalLinkPath", "other.xlsx")
    ).replace("/>", ' TargetMode="External"/>')

    assert read(tmp_path, parts).external_links == ["other.xlsx"]


def test_chart_sheets_are_left_out_and_sheets_keep_the_order_of_their_tabs(tmp_path):
    parts = minimal()
    parts["xl/workbook.xml"] = workbook(
        '<sheets><sheet name="b" sheetId="9" r:id="rId3"/><sheet name="chart" sheetId="2" r:id="rId2"/>'
        '<sheet name="a" sheetId="1" r:id="rId1"/></sheets>'
        '<definedNames><definedName name="n" localSheetId="2">a!$A$1</definedName></definedNames>'
    )
    parts["xl/_rels/workbook.xml.rels"] = relations(
        ("worksheet", "worksheets/sheet1.xml"), ("chartsheet", "c.xml"), ("worksheet", "/xl/other/second.xml")
    )
    parts["xl/other/second.xml"] = worksheet("")

    sheets = read(tmp_path, parts).sheets

    assert [(name, sheet.names) for name, sheet in sheets.items()] == [("b", {}), ("a", {"n": "a!$A$1"})]


def test_case_does_not_matter_in_the_names_of_parts(tmp_path):
    parts = minimal('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', "<si><t>text</t></si>")
    parts["xl/SharedStrings.XML"] = parts.pop("xl/sharedStrings.xml")

    assert read(tmp_path, parts).sheets["S"].values == {(0, 0): "text"}


def test_faulty_styles_do_not_matter(tmp_path):
    parts = minimal('<row r="1"><c r="A1" s="99"><v>1</v></c></row>')
    parts["xl/styles.xml"] = "<styleSheet><fills><fill/></fills"

    assert read(tmp_path, parts).sheets["S"].values == {(0, 0): 1.0}
