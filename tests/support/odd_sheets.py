# ruff: noqa: E501, RUF001 - a table, a row a line, with digits of other scripts
"""Worksheets that programs could read differently, what LibreOffice 7.4 makes of each, and what we do.

A formula is told as LibreOffice saves it again once all is computed, a constant as its value. Where we do not refuse a
file, and have no doubt about it, we read just that.
"""

from __future__ import annotations

from dataclasses import dataclass

from packages import MAIN, minimal

A1 = '<c r="A1"><v>2</v></c>'
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"


@dataclass(frozen=True)
class Odd:
    """A worksheet: its XML, what LibreOffice shows in it, and whether we refuse or doubt it."""

    name: str
    xml: str
    shown: dict[str, object]
    refused: str = ""
    doubted: bool = False
    texts: str = ""

    def parts(self) -> dict[str, str | bytes]:
        return {**minimal("", self.texts), "xl/worksheets/sheet1.xml": self.xml}


def rows(inner: str, after: str = "") -> str:
    """A worksheet; @ stands for the cell A1, which holds 2."""
    return (
        f'<worksheet xmlns="{MAIN}" xmlns:z="urn:z" xmlns:mc="{MC}" xmlns:x14="{X14}" mc:Ignorable="z">'
        f"<sheetData>{inner.replace('@', A1)}</sheetData>{after}</worksheet>"
    )


def b1(inner: str, attributes: str = "") -> str:
    """A worksheet with something in B1, beside A1, which holds 2."""
    return rows(f'<row r="1">@<c r="B1" {attributes}>{inner}</c></row>')


# fmt: off
ODD = [
    # A formula or a value, and others beside it
    Odd('plain', b1('<f>A1*2</f><v>0</v>'), {'B1': '=A1*2'}),
    Odd('f_foreign_after', b1('<f>A1*2</f><z:f>A1*3</z:f><v>0</v>'), {'B1': '=A1*2'}),
    Odd('f_foreign_before', b1('<z:f>A1*3</z:f><f>A1*2</f><v>0</v>'), {'B1': '=A1*2'}),
    Odd('f_foreign_only', b1('<z:f>A1*3</z:f><v>7</v>'), {'B1': 7}),
    Odd('v_foreign', b1('<v>7</v><z:v>8</z:v>'), {'B1': 7}),
    Odd('f_ext', b1("<f>A1*2</f><v>0</v><extLst><ext uri='{x}'><f>A1*3</f></ext></extLst>"), {'B1': '=A1*2'}),
    Odd('f_ext_only', b1("<v>7</v><extLst><ext uri='{x}'><f>A1*3</f><v>9</v></ext></extLst>"), {'B1': 7}),
    Odd('f_alternate', b1('<mc:AlternateContent><mc:Choice Requires="x14"><f>A1*2</f></mc:Choice><mc:Fallback><f>A1*3</f></mc:Fallback></mc:AlternateContent><v>0</v>'), {'B1': '=A1*3'}, refused='<AlternateContent> in <c>'),
    Odd('f_alternate_z', b1('<mc:AlternateContent><mc:Choice Requires="z"><f>A1*2</f></mc:Choice><mc:Fallback><f>A1*3</f></mc:Fallback></mc:AlternateContent><v>0</v>'), {'B1': '=A1*3'}, refused='<AlternateContent> in <c>'),
    Odd('f_attr_foreign', b1('<f z:t="array" z:ref="B1:B2">A1*2</f>'), {'B1': '=A1*2'}),
    Odd('two_f', b1('<f>A1*2</f><f>A1*3</f><v>0</v>'), {'B1': '=A1*3'}, refused='a second <f> in B1'),
    Odd('two_f_first_empty', b1('<f/><f>A1*3</f><v>0</v>'), {'B1': '=A1*3'}, refused='a second <f> in B1'),
    Odd('two_f_last_empty', b1('<f>A1*3</f><f/><v>0</v>'), {'B1': '=#ERR520!'}, refused='a second <f> in B1'),
    Odd('f_empty', b1('<f/><v>9</v>'), {'B1': '=#ERR520!'}, doubted=True),
    Odd('two_v', b1('<v>5</v><v>6</v>'), {'B1': 6}, refused='a second <v> in B1'),
    Odd('two_v_last_empty', b1('<v>5</v><v/>'), {'B1': 5}, refused='a second <v> in B1'),
    Odd('v_before_f', b1('<v>5</v><f>A1*2</f>'), {'B1': '=A1*2'}),
    Odd('is_and_v_inl', b1('<v>5</v><is><t>x</t></is>', 't="inlineStr"'), {}, refused='a second <is> in B1'),
    Odd('is_and_v_inl2', b1('<is><t>x</t></is><v>5</v>', 't="inlineStr"'), {}, refused='a second <v> in B1'),
    Odd('is_and_v_n', b1('<v>5</v><is><t>x</t></is>'), {'B1': 5}, refused='a second <is> in B1'),
    Odd('is_number', b1('<is><t>5</t></is>'), {}, refused='5 of type n in B1'),
    Odd('is_text_n', b1('<is><t>x</t></is>'), {}, refused='x of type n in B1'),
    Odd('is_str', b1('<is><t>x</t></is>', 't="str"'), {}, refused='x of type str in B1'),
    Odd('inl_v', b1('<v>abc</v>', 't="inlineStr"'), {}, refused='abc of type inlineStr in B1'),
    Odd('two_is', b1('<is><t>x</t></is><is><t>y</t></is>', 't="inlineStr"'), {'B1': 'y'}, refused='a second <is> in B1'),
    Odd('is_and_f', b1('<f>A1*2</f><is><t>x</t></is>', 't="inlineStr"'), {'B1': '=A1*2'}),
    Odd('is_and_f_s', b1('<f>A1*2</f><v>0</v>', 't="s"'), {'B1': '=A1*2'}, texts='<si><t>x</t></si>'),
    Odd('two_sheetData', rows('<row r="1">@</row>', after='<sheetData><row r="2"><c r="B2"><v>5</v></c></row></sheetData>'), {'A1': 2, 'B2': 5}, refused='a second <sheetData>'),
    Odd('f_in_row', rows('<row r="1">@<f>A1</f><v>4</v></row>'), {}, refused='<f> in <row>'),
    Odd('f_normal', rows('<row r="1">@<c r="B1"><f t="normal">A1*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f>A2</f></c></row>'), {'B1': '=A1*2', 'B2': '=A2'}),
    Odd('f_t_odd', rows('<row r="1">@<c r="B1"><f t="odd">A1*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f>A2</f></c></row>'), {'B2': '=A2'}, refused='a formula of unknown kind odd in B1'),
    Odd('f_t_odd_si', rows('<row r="1">@<c r="B1"><f si="0" ref="B1:B2">A1*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f si="0"/></c></row>'), {'B1': '=A1*2', 'B2': '=#ERR520!'}, doubted=True),
    Odd('v_cdata', b1('<v><![CDATA[5]]></v>'), {'B1': 5}),
    Odd('v_comment', b1('<v>1<!-- x -->5</v>'), {'B1': 15}),
    Odd('v_pi', b1('<v>1<?x?>5</v>'), {'B1': 15}),
    Odd('v_nested', b1('<v>1<b/>5</v>'), {'B1': 5}, refused='<b> in <v>'),
    Odd('v_nested2', b1('<v>1<b>2</b>5</v>'), {'B1': 5}, refused='<b> in <v>'),
    Odd('v_nested3', b1('<v><b>5</b></v>'), {}, refused='<b> in <v>'),
    Odd('v_entity', b1('<v>&#49;5</v>'), {'B1': 15}),
    Odd('v_nested_z', b1('<v>1<z:b>2</z:b>5</v>'), {'B1': 15}, refused='<b> in <v>'),
    Odd('is_rph', b1("<is><t>ab</t><rPh sb='0' eb='1'><t>XX</t></rPh></is>", 't="inlineStr"'), {'B1': 'ab'}),
    # Cells and rows
    Odd('c_alternate', rows('<row r="1">@<mc:AlternateContent><mc:Choice Requires="x14"><c r="B1"><v>5</v></c></mc:Choice><mc:Fallback><c r="B1"><v>6</v></c></mc:Fallback></mc:AlternateContent></row>'), {'A1': 2, 'B1': 6}, refused='<AlternateContent> in <row>'),
    Odd('row_alternate', rows('<row r="1">@</row><mc:AlternateContent><mc:Choice Requires="x14"><row r="2"><c r="B2"><v>5</v></c></row></mc:Choice><mc:Fallback><row r="2"><c r="B2"><v>6</v></c></row></mc:Fallback></mc:AlternateContent>'), {'A1': 2, 'B2': 6}, refused='<AlternateContent> in <sheetData>'),
    Odd('c_foreign', rows('<row r="1">@<z:c r="B1"><v>5</v></z:c></row>'), {'A1': 2}, refused='<v> in an element of another namespace'),
    Odd('c_foreign_all', rows('<row r="1">@<z:c r="B1"><z:v>5</z:v></z:c></row>'), {'A1': 2}),
    Odd('c_in_foreign', rows('<row r="1">@<z:g><c r="B1"><v>5</v></c></z:g></row>'), {'A1': 2}, refused='<c> in an element of another namespace'),
    Odd('row_foreign', rows('<row r="1">@</row><z:row r="2"><c r="B2"><v>5</v></c></z:row>'), {'A1': 2}, refused='<c> in an element of another namespace'),
    Odd('row_in_foreign', rows('<row r="1">@</row><z:g><row r="2"><c r="B2"><v>5</v></c></row></z:g>'), {'A1': 2}, refused='<row> in an element of another namespace'),
    Odd('attr_foreign_t', b1('<v>5</v>', 'z:t="str"'), {'B1': 5}),
    Odd('attr_foreign_r', rows('<row r="1">@<c z:r="C1" r="B1"><v>5</v></c></row>'), {'A1': 2, 'B1': 5}),
    Odd('attr_foreign_r2', rows('<row r="1">@<c z:r="C1"><v>5</v></c></row>'), {'A1': 2, 'B1': 5}),
    Odd('dup_cell', rows('<row r="1">@<c r="B1"><v>5</v></c><c r="B1"><v>6</v></c></row>'), {'A1': 2, 'B1': 6}, refused='cells twice or out of order in row 1'),
    Odd('dup_cell_case', rows('<row r="1">@<c r="B1"><v>5</v></c><c r="b1"><v>6</v></c></row>'), {'A1': 2, 'B1': 6}, refused='cells twice or out of order in row 1'),
    Odd('cell_lower', rows('<row r="1">@<c r="b1"><v>5</v></c></row>'), {'A1': 2, 'B1': 5}),
    Odd('cell_dollar', rows('<row r="1">@<c r="$B$1"><v>5</v></c></row>'), {'A1': 2}, refused='the address $B$1 in row 1'),
    Odd('cell_range', rows('<row r="1">@<c r="B1:B2"><v>5</v></c></row>'), {'A1': 2}, refused='the address B1:B2 in row 1'),
    Odd('cell_space', rows('<row r="1">@<c r=" B1 "><v>5</v></c></row>'), {'A1': 2}, refused='the address  B1  in row 1'),
    Odd('cell_zero', rows('<row r="1">@<c r="B01"><v>5</v></c></row>'), {'A1': 2, 'B1': 5}, refused='the address B01 in row 1'),
    Odd('dup_row', rows('<row r="1">@</row><row r="1"><c r="B1"><v>5</v></c></row>'), {'A1': 2, 'B1': 5}, refused='row 1 after row 1'),
    Odd('rows_back', rows('<row r="2"><c r="A2"><v>2</v></c></row><row r="1"><c r="B1"><v>5</v></c></row>'), {'B1': 5, 'A2': 2}, refused='row 1 after row 2'),
    Odd('cells_back', rows('<row r="1"><c r="B1"><v>5</v></c>@</row>'), {'A1': 2, 'B1': 5}, refused='cells twice or out of order in row 1'),
    Odd('r_missing', rows('<row><c><v>2</v></c><c><v>5</v></c></row><row r="4"><c><v>3</v></c><c r="D4"><v>6</v></c><c><v>7</v></c></row><row><c><v>8</v></c></row>'), {'A1': 2, 'B1': 5, 'A4': 3, 'D4': 6, 'E4': 7, 'A5': 8}),
    Odd('r_missing_row', rows('<row>@<c r="B1"><v>5</v></c></row><row><c r="A4"><v>2</v></c></row>'), {'A1': 2, 'B1': 5, 'A4': 2}, refused='the address A4 in row 2'),
    Odd('r_other_row', rows('<row r="1"><c r="A2"><v>2</v></c><c r="B1"><v>5</v></c></row>'), {'B1': 5, 'A2': 2}, refused='the address A2 in row 1'),
    Odd('row_plus', rows('<row r="+1">@</row><row r="02"><c r="A2"><v>5</v></c></row>'), {'A1': 2, 'A2': 5}, refused='row +1 after row 0'),
    Odd('c_outside', rows('<row r="1">@</row>', after='<c r="B1"><v>5</v></c>'), {'A1': 2}),
    Odd('row_outside', rows('<row r="1">@</row>', after='<row r="2"><c r="B2"><v>5</v></c></row>'), {'A1': 2}),
    Odd('c_no_row', rows('@'), {}, refused='<c> in <sheetData>'),
    Odd('sheetData_ext', rows('<row r="1">@</row>', after="<extLst><ext uri='{x}'><sheetData><row r='2'><c r='B2'><v>5</v></c></row></sheetData></ext></extLst>"), {}),
    Odd('sheetData_foreign', rows('<row r="1">@</row>', after="<z:g><sheetData><row r='2'><c r='B2'><v>5</v></c></row></sheetData></z:g>"), {}, refused='<sheetData> in an element of another namespace'),
    Odd('sheetData_alternate', rows('<row r="1">@</row>', after='<mc:AlternateContent><mc:Choice Requires="x14"><sheetData><row r=\'2\'><c r=\'B2\'><v>5</v></c></row></sheetData></mc:Choice><mc:Fallback></mc:Fallback></mc:AlternateContent>'), {}, refused='<sheetData> in an element of another namespace'),
    Odd('c_in_c', rows('<row r="1"><c r="A1"><v>2</v><c r="B1"><v>5</v></c></c></row>'), {'A1': 2}, refused='<c> in <c>'),
    Odd('row_in_row', rows('<row r="1">@<row r="2"><c r="B2"><v>5</v></c></row></row>'), {'A1': 2}, refused='<row> in <row>'),
    Odd('c_text', b1('abc'), {}),
    Odd('c_text2', b1('<v>5</v>abc'), {'B1': 5}),
    # Shared formulas
    Odd('sh_ok', rows('<row r="1">@<c r="B1"><f t="shared" ref="B1:B2" si="0">A1*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f t="shared" si="0"/></c></row>'), {'B1': '=A1*2', 'B2': '=A2*2'}),
    Odd('sh_undefined', rows('<row r="1">@<c r="B1"><f>A1*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f t="shared" si="3"/><v>77</v></c></row>'), {'B1': '=A1*2'}, refused='B2, which shares a formula that is not there'),
    Odd('sh_twice', rows('<row r="1">@<c r="B1"><f t="shared" ref="B1:B2" si="0">A1*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f t="shared" ref="B2" si="0">A2*5</f></c><c r="C2"><f t="shared" si="0"/></c></row>'), {'B1': '=A1*2', 'B2': '=A2*2', 'C2': '=B2*2'}, doubted=True),
    Odd('sh_twice_disjoint', rows('<row r="1">@<c r="B1"><f t="shared" ref="B1:B2" si="0">A1*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f t="shared" si="0"/></c></row><row r="3"><c r="A3"><v>4</v></c><c r="B3"><f t="shared" ref="B3:B4" si="0">A3*5</f></c></row><row r="4"><c r="A4"><v>5</v></c><c r="B4"><f t="shared" si="0"/></c></row>'), {'B1': '=A1*2', 'B2': '=A2*2', 'B3': '=A3*2', 'B4': '=A4*2'}, doubted=True),
    Odd('sh_ref_away', rows('<row r="1">@<c r="B1"><f t="shared" ref="D5:D6" si="0">A1*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f t="shared" si="0"/></c></row>'), {}, doubted=True),
    Odd('sh_ref_first_only', rows('<row r="1">@<c r="B1"><f t="shared" ref="B1" si="0">A1*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f t="shared" si="0"/></c></row>'), {'B1': '=A1*2', 'B2': '=A2*2'}),
    Odd('sh_ref_second_only', rows('<row r="1">@<c r="B1"><f t="shared" ref="B2:B3" si="0">A1*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f t="shared" si="0"/></c></row>'), {}, doubted=True),
    Odd('sh_no_ref', rows('<row r="1">@<c r="B1"><f t="shared" si="0">A1*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f t="shared" si="0"/></c></row>'), {}, doubted=True),
    Odd('sh_bad_ref', rows('<row r="1">@<c r="B1"><f t="shared" ref="oops" si="0">A1*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f t="shared" si="0"/></c></row>'), {}, doubted=True),
    Odd('sh_child_outside', rows('<row r="1">@<c r="B1"><f t="shared" ref="B1" si="0">A1*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f>A2</f></c><c r="C2"><f t="shared" si="0"/></c></row>'), {'B1': '=A1*2', 'B2': '=A2', 'C2': '=B2*2'}),
    Odd('sh_child_first', rows('<row r="1">@<c r="B1"><f t="shared" si="0"/></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f t="shared" ref="B1:B2" si="0">A2*2</f></c></row>'), {'B1': '=A1*2', 'B2': '=A2*2'}, refused='B1, which shares a formula that is not there'),
    Odd('sh_child_text', rows('<row r="1">@<c r="B1"><f t="shared" ref="B1:B2" si="0">A1*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f t="shared" si="0">A2*7</f></c></row>'), {'B1': '=A1*2', 'B2': '=A2*2'}, doubted=True),
    Odd('sh_child_text_ref', rows('<row r="1">@<c r="B1"><f t="shared" ref="B1:B2" si="0">A1*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f t="shared" ref="B1:B2" si="0">A2*7</f></c></row>'), {'B1': '=A1*2', 'B2': '=A2*2'}, doubted=True),
    Odd('sh_no_si', rows('<row r="1">@<c r="B1"><f t="shared" ref="B1:B2">A1*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f t="shared"/></c></row>'), {}, refused='B1, which shares a formula numbered ""'),
    Odd('sh_si_text', rows('<row r="1">@<c r="B1"><f t="shared" ref="B1:B2" si="x">A1*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f t="shared" si="x"/></c></row>'), {'B1': '=A1*2', 'B2': '=A2*2'}, refused='B1, which shares a formula numbered "x"'),
    Odd('sh_si_00', rows('<row r="1">@<c r="B1"><f t="shared" ref="B1:B2" si="0">A1*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f t="shared" si="00"/></c></row>'), {'B1': '=A1*2', 'B2': '=A2*2'}, refused='B2, which shares a formula numbered "00"'),
    Odd('sh_overlap', rows('<row r="1">@<c r="B1"><f t="shared" ref="B1:B3" si="0">A1*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f t="shared" ref="B2:B3" si="1">A2*5</f></c></row><row r="3"><c r="A3"><v>4</v></c><c r="B3"><f t="shared" si="0"/></c></row>'), {'B1': '=A1*2', 'B2': '=A2*5', 'B3': '=A3*2'}),
    Odd('sh_hole', rows('<row r="1">@<c r="B1"><f t="shared" ref="B1:B3" si="0">A1*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><v>8</v></c></row><row r="3"><c r="A3"><v>4</v></c><c r="B3"><f t="shared" si="0"/></c></row>'), {'B1': '=A1*2', 'B2': 8, 'B3': '=A3*2'}),
    Odd('sh_t_case', rows('<row r="1">@<c r="B1"><f t="Shared" ref="B1:B2" si="0">A1*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f t="Shared" si="0"/></c></row>'), {}, refused='a formula of unknown kind Shared in B1'),
    # Array formulas, data tables
    Odd('ar_ok', rows('<row r="1">@<c r="B1"><f t="array" ref="B1:B2">A1:A2*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"></c></row>'), {'B1': '{B1:B2}=A1:A2*2'}),
    Odd('ar_away', rows('<row r="1">@<c r="B1"><f t="array" ref="D1:D2">A1:A2*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><v>9</v></c></row>'), {}, refused='an array formula in B1 that fills D1:D2'),
    Odd('ar_not_first', rows('<row r="1">@<c r="B1"><v>9</v></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f t="array" ref="B1:B2">A1:A2*2</f></c></row>'), {}, refused='an array formula in B2 that fills B1:B2'),
    Odd('ar_no_ref', rows('<row r="1">@<c r="B1"><f t="array">SUM(A1:A2*2)</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f>A1</f></c></row>'), {'B2': '=A1'}, refused='the range '),
    Odd('ar_reversed', rows('<row r="1">@<c r="B1"><f t="array" ref="B2:B1">A1:A2*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"></c></row>'), {'B1': '{B1:B2}=A1:A2*2'}),
    Odd('ar_dollar', rows('<row r="1">@<c r="B1"><f t="array" ref="$B$1:$B$2">A1:A2*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"></c></row>'), {}, refused='the range $B$1:$B$2'),
    Odd('ar_lower', rows('<row r="1">@<c r="B1"><f t="array" ref="b1:b2">A1:A2*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"></c></row>'), {'B1': '{B1:B2}=A1:A2*2'}),
    Odd('ar_over_f', rows('<row r="1">@<c r="B1"><f t="array" ref="B1:B2">A1:A2*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f>A2*100</f></c></row>'), {'B1': '{B1:B2}=A1:A2*2'}, refused='a formula in B2, which an array formula fills'),
    Odd('ar_over_v', rows('<row r="1">@<c r="B1"><f t="array" ref="B1:B2">A1:A2*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><v>100</v></c></row>'), {'B1': '{B1:B2}=A1:A2*2'}),
    Odd('ar_over_text', rows('<row r="1">@<c r="B1"><f t="array" ref="B1:B2">A1:A2*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2" t="str"><v>x</v></c></row>'), {'B1': '{B1:B2}=A1:A2*2'}),
    Odd('ar_overlap', rows('<row r="1">@<c r="B1"><f t="array" ref="B1:C2">A1:A2*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f t="array" ref="B2:C3">A1:A2*7</f></c></row>'), {'B1': '{B1:C2}=A1:A2*2', 'B2': '{B2:C3}=A1:A2*7'}, refused='a formula in B2, which an array formula fills'),
    Odd('ar_overlap_side', rows('<row r="1">@<c r="B1"><f t="array" ref="B1:B2">A1:A2*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f t="array" ref="B2">A2*7</f></c></row>'), {'B1': '{B1:B2}=A1:A2*2', 'B2': '{B2}=A2*7'}, refused='a formula in B2, which an array formula fills'),
    Odd('ar_cross', rows('<row r="1">@<c r="C1"><f t="array" ref="C1:C3">A1*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f t="array" ref="B2:D2">A1*7</f></c></row>'), {'C1': '{C1:C3}=A1*2', 'B2': '{B2:D2}=A1*7'}, refused='an array formula in B2 that fills cells of another'),
    Odd('ar_child_shared', rows('<row r="1">@<c r="B1"><f t="shared" ref="B1:B2" si="0">A1*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><f t="array" ref="B2">A2*7</f></c></row>'), {'B1': '=A1*2', 'B2': '{B2}=A2*7'}),
    Odd('ar_merged', rows('<row r="1">@<c r="B1"><f t="array" ref="B1:B2">A1:A2*2</f></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"></c></row>', after='<mergeCells><mergeCell ref="B1:B2"/></mergeCells>'), {'B1': '{B1:B2}=A1:A2*2'}),
    Odd('ar_empty', rows('<row r="1">@<c r="B1"><f t="array" ref="B1:B2"/><v>7</v></c></row><row r="2"><c r="A2"><v>3</v></c><c r="B2"><v>8</v></c></row>'), {'B1': '{B1:B2}='}, doubted=True),
    # Texts of formulas
    Odd('ft_eq', b1('<f>=A1*2</f><v>0</v>'), {'B1': '=A1*2'}),
    Odd('ft_spaces', b1('<f> A1*2 </f><v>0</v>'), {'B1': '=A1*2'}),
    Odd('ft_newline', b1('<f>A1\n*2</f><v>0</v>'), {'B1': '=A1\n*2'}),
    Odd('ft_cdata', b1('<f><![CDATA[A1*2]]></f><v>0</v>'), {'B1': '=A1*2'}),
    Odd('ft_cdata_part', b1('<f>A1<![CDATA[*2]]></f><v>0</v>'), {'B1': '=A1*2'}),
    Odd('ft_comment', b1('<f>A1<!-- x -->*2</f><v>0</v>'), {'B1': '=A1*2'}),
    Odd('ft_comment2', b1('<f>A1*<!-- A1 -->2</f><v>0</v>'), {'B1': '=A1*2'}),
    Odd('ft_pi', b1('<f>A1<?x y?>*2</f><v>0</v>'), {'B1': '=A1*2'}),
    Odd('ft_entity', b1('<f>A1&#42;2</f><v>0</v>'), {'B1': '=A1*2'}),
    Odd('ft_escape', b1('<f>_x0041_1*2</f><v>0</v>'), {'B1': '=_x005F_x0041_1*2'}, doubted=True),
    Odd('ft_escape_text', b1('<f>"_x0041_"</f><v>0</v>'), {'B1': '="_x005F_x0041_"'}, doubted=True),
    Odd('ft_escape_5f', b1('<f>"_x005F_x0041_"</f><v>0</v>'), {'B1': '="_x005F_x0041_"'}, doubted=True),
    Odd('ft_nested', b1('<f>A1<b/>*2</f><v>0</v>'), {'B1': '=*2'}, refused='<b> in <f>'),
    Odd('ft_nested2', b1('<f><b>A1*2</b></f><v>0</v>'), {'B1': '=#ERR520!'}, refused='<b> in <f>'),
    Odd('ft_nested3', b1('<f>A1*2<b>1</b></f><v>0</v>'), {'B1': '=A1*2'}, refused='<b> in <f>'),
    Odd('ft_nested_foreign', b1('<f>A1*2<z:b>1</z:b></f><v>0</v>'), {'B1': '=A1*2'}, refused='<b> in <f>'),
    Odd('ft_nested_f', b1('<f>A1*2<f>A1*3</f></f><v>0</v>'), {'B1': '=A1*2'}, refused='<f> in <f>'),
    Odd('ft_nested_v', b1('<f>A1*2<v>5</v></f><v>0</v>'), {'B1': '=A1*2'}, refused='<v> in <f>'),
    Odd('ft_plus', b1('<f>+A1*2</f><v>0</v>'), {'B1': '=+A1*2'}),
    Odd('ft_tab', b1('<f>A1\t*\t2</f><v>0</v>'), {'B1': '=A1\t*\t2'}),
    Odd('ft_text_nl', b1('<f>"a&#10;b"</f><v>0</v>'), {'B1': '="a\nb"'}),
    Odd('ft_text_crlf', b1('<f>"a\r\nb"</f><v>0</v>'), {'B1': '="a\nb"'}),
    Odd('ft_xmlspace', b1('<f xml:space="preserve"> A1*2 </f><v>0</v>'), {'B1': '=A1*2'}),
    Odd('ft_ca', b1('<f ca="1">A1*2</f><v>0</v>'), {'B1': '=A1*2'}),
    Odd('ft_bx', b1('<f bx="1">A1*2</f><v>0</v>'), {'B1': '=A1*2'}),
    Odd('ft_aca', b1('<f aca="1" del1="1">A1*2</f><v>0</v>'), {'B1': '=A1*2'}),
    # Numbers
    Odd('n_comma', b1('<v>1,5</v>'), {'B1': 1}, refused='1,5 of type n in B1'),
    Odd('n_hex', b1('<v>0x10</v>'), {'B1': 0}, refused='0x10 of type n in B1'),
    Odd('n_spaces', b1('<v> 1 </v>'), {'B1': 1}),
    Odd('n_exp', b1('<v>1e5</v>'), {'B1': 100000}),
    Odd('n_expd', b1('<v>1d5</v>'), {'B1': 1}, refused='1d5 of type n in B1'),
    Odd('n_EXP', b1('<v>1E+5</v>'), {'B1': 100000}),
    Odd('n_inf2', b1('<v>inf</v>'), {'B1': 0}, refused='inf of type n in B1'),
    Odd('n_infinity', b1('<v>Infinity</v>'), {'B1': 0}, refused='Infinity of type n in B1'),
    Odd('n_plus', b1('<v>+1</v>'), {'B1': 1}),
    Odd('n_dot', b1('<v>.5</v>'), {'B1': 0.5}),
    Odd('n_dot2', b1('<v>1.</v>'), {'B1': 1}),
    Odd('n_arab', b1('<v>١</v>'), {'B1': 0}, refused='١ of type n in B1'),
    Odd('n_underscore', b1('<v>1_0</v>'), {'B1': 1}, refused='1_0 of type n in B1'),
    Odd('n_empty', b1('<v></v>'), {}),
    Odd('n_minusminus', b1('<v>--1</v>'), {'B1': 0}, refused='--1 of type n in B1'),
    Odd('n_two', b1('<v>1 2</v>'), {'B1': 1}, refused='1 2 of type n in B1'),
    Odd('n_nl', b1('<v>\n5\n</v>'), {'B1': 5}),
    Odd('n_nbsp', b1('<v>\xa05</v>'), {'B1': 0}, refused='\\xa05 of type n in B1'),
    Odd('n_text', b1('<v>abc</v>'), {'B1': 0}, refused='abc of type n in B1'),
    Odd('n_pct', b1('<v>50%</v>'), {'B1': 50}, refused='50% of type n in B1'),
    Odd('n_date', b1('<v>2020-01-01</v>'), {'B1': 2020}, refused='2020-01-01 of type n in B1'),
    Odd('n_tail', b1('<v>5abc</v>'), {'B1': 5}, refused='5abc of type n in B1'),
    Odd('n_tiny', b1('<v>1e-400</v>'), {'B1': 0}),
    Odd('n_den', b1('<v>5e-324</v>'), {'B1': 5e-324}),
    Odd('n_bool', b1('<v>TRUE</v>'), {'B1': 0}, refused='TRUE of type n in B1'),
    Odd('n_cur', b1('<v>$5</v>'), {'B1': 0}, refused='$5 of type n in B1'),
    Odd('n_paren', b1('<v>(5)</v>'), {'B1': 0}, refused='(5) of type n in B1'),
    Odd('n_tab', b1('<v>\t5</v>'), {'B1': 5}),
    Odd('n_exp_empty', b1('<v>1e</v>'), {'B1': 1}, refused='1e of type n in B1'),
    Odd('n_dotonly', b1('<v>.</v>'), {'B1': 0}, refused='. of type n in B1'),
    Odd('n_max', b1('<v>1.7976931348623157E308</v>'), {'B1': 1.7976931348623157e+308}),
    # Booleans, errors, dates
    Odd('b_true', b1('<v>true</v>', 't="b"'), {'B1': False}, doubted=True),
    Odd('b_TRUE', b1('<v>TRUE</v>', 't="b"'), {'B1': False}, refused='TRUE of type b in B1'),
    Odd('b_2', b1('<v>2</v>', 't="b"'), {'B1': True}, refused='2 of type b in B1'),
    Odd('b_empty', b1('<v></v>', 't="b"'), {}),
    Odd('b_minus', b1('<v>-1</v>', 't="b"'), {'B1': True}, refused='-1 of type b in B1'),
    Odd('b_x', b1('<v>x</v>', 't="b"'), {'B1': False}, refused='x of type b in B1'),
    Odd('b_1.0', b1('<v>1.0</v>', 't="b"'), {'B1': True}, refused='1.0 of type b in B1'),
    Odd('b_sp', b1('<v> 1 </v>', 't="b"'), {'B1': True}, refused=' 1  of type b in B1'),
    Odd('b_00', b1('<v>00</v>', 't="b"'), {'B1': False}, refused='00 of type b in B1'),
    Odd('b_false', b1('<v>false</v>', 't="b"'), {'B1': False}),
    Odd('b_0', b1('<v>0</v>', 't="b"'), {'B1': False}),
    Odd('e_na', b1('<v>#N/A</v>', 't="e"'), {'B1': '#N/A'}),
    Odd('e_lower', b1('<v>#n/a</v>', 't="e"'), {'B1': '#N/A'}),
    Odd('e_sp', b1('<v> #N/A </v>', 't="e"'), {'B1': '#N/A'}, refused=' #N/A  of type e in B1'),
    Odd('e_div', b1('<v>#DIV/0!</v>', 't="e"'), {'B1': '#DIV/0!'}),
    Odd('e_name', b1('<v>#NAME?</v>', 't="e"'), {'B1': '#NAME?'}),
    Odd('e_empty', b1('<v></v>', 't="e"'), {}),
    Odd('d_date', b1('<v>2017-11-01</v>', 't="d"'), {'B1': 43040}),
    Odd('d_dt', b1('<v>2017-11-01T12:00:00</v>', 't="d"'), {'B1': 43040.5}),
    Odd('d_z', b1('<v>2017-11-01T12:00:00Z</v>', 't="d"'), {'B1': 43040.5}),
    Odd('d_off', b1('<v>2017-11-01T12:00:00+02:00</v>', 't="d"'), {'B1': 43040.4166666667}, refused='2017-11-01T12:00:00+02:00 of type d in B1'),
    Odd('d_time', b1('<v>12:00:00</v>', 't="d"'), {'B1': '12:00:00'}, refused='12:00:00 of type d in B1'),
    Odd('d_old', b1('<v>1899-12-30</v>', 't="d"'), {'B1': 0}, refused='1899-12-30 of type d in B1'),
    Odd('d_y1900', b1('<v>1900-02-28</v>', 't="d"'), {'B1': 60}, refused='1900-02-28 of type d in B1'),
    Odd('d_y1900b', b1('<v>1900-03-01</v>', 't="d"'), {'B1': 61}),
    Odd('d_num', b1('<v>43040</v>', 't="d"'), {'B1': '43040'}, refused='43040 of type d in B1'),
    Odd('d_bad', b1('<v>soon</v>', 't="d"'), {'B1': 'soon'}, refused='soon of type d in B1'),
    Odd('d_frac', b1('<v>2017-11-01T12:00:00.5</v>', 't="d"'), {'B1': 43040.5}, refused='2017-11-01T12:00:00.5 of type d in B1'),
    Odd('d_compact', b1('<v>20171101</v>', 't="d"'), {'B1': '20171101'}, refused='20171101 of type d in B1'),
    # Texts
    Odd('s_0', b1('<v>0</v>', 't="s"'), {'B1': 'zero'}, texts='<si><t>zero</t></si><si><t>one</t></si>'),
    Odd('s_1', b1('<v>1</v>', 't="s"'), {'B1': 'one'}, texts='<si><t>zero</t></si><si><t>one</t></si>'),
    Odd('s_neg', b1('<v>-1</v>', 't="s"'), {}, refused='-1 of type s in B1', texts='<si><t>zero</t></si><si><t>one</t></si>'),
    Odd('s_out', b1('<v>99</v>', 't="s"'), {}, refused='99 of type s in B1', texts='<si><t>zero</t></si><si><t>one</t></si>'),
    Odd('s_x', b1('<v>x</v>', 't="s"'), {'B1': 'zero'}, refused='x of type s in B1', texts='<si><t>zero</t></si><si><t>one</t></si>'),
    Odd('s_sp', b1('<v> 1 </v>', 't="s"'), {'B1': 'one'}, refused=' 1  of type s in B1', texts='<si><t>zero</t></si><si><t>one</t></si>'),
    Odd('s_01', b1('<v>01</v>', 't="s"'), {'B1': 'one'}, refused='01 of type s in B1', texts='<si><t>zero</t></si><si><t>one</t></si>'),
    Odd('s_plus', b1('<v>+1</v>', 't="s"'), {'B1': 'one'}, refused='+1 of type s in B1', texts='<si><t>zero</t></si><si><t>one</t></si>'),
    Odd('s_frac', b1('<v>1.0</v>', 't="s"'), {'B1': 'one'}, refused='1.0 of type s in B1', texts='<si><t>zero</t></si><si><t>one</t></si>'),
    Odd('s_empty', b1('<v></v>', 't="s"'), {}, texts='<si><t>zero</t></si><si><t>one</t></si>'),
    Odd('s_exp', b1('<v>1e0</v>', 't="s"'), {'B1': 'one'}, refused='1e0 of type s in B1', texts='<si><t>zero</t></si><si><t>one</t></si>'),
    Odd('t_z', b1('<v>5</v>', 't="z"'), {}, refused='5 of type z in B1'),
    Odd('t_N', b1('<v>5</v>', 't="N"'), {}, refused='5 of type N in B1'),
    Odd('t_STR', b1('<v>5</v>', 't="STR"'), {}, refused='5 of type STR in B1'),
    Odd('t_', b1('<v>5</v>', 't=""'), {}, refused='5 of type  in B1'),
    Odd('t_inlinestr', b1('<v>5</v>', 't="inlinestr"'), {}, refused='5 of type inlinestr in B1'),
    Odd('t_ n', b1('<v>5</v>', 't=" n"'), {}, refused='5 of type  n in B1'),
    Odd('str_num', b1('<v>5</v>', 't="str"'), {'B1': '5'}),
    Odd('str_space', b1('<v> 5 </v>', 't="str"'), {'B1': '5'}, doubted=True),
    Odd('str_nov', b1('', 't="str"'), {}),
    Odd('inl_space', b1('<is><t> a </t></is>', 't="inlineStr"'), {'B1': ' a '}),
    Odd('inl_space_p', b1('<is><t xml:space="preserve"> a </t></is>', 't="inlineStr"'), {'B1': ' a '}),
    Odd('si_rph', b1('<v>0</v>', 't="s"'), {'B1': 'ab'}, texts="<si><t>ab</t><rPh sb='0' eb='1'><t>XX</t></rPh><phoneticPr fontId='1'/></si>"),
    Odd('si_runs', b1('<v>0</v>', 't="s"'), {'B1': 'ab'}, texts='<si><r><t>a</t></r><r><rPr/><t>b</t></r></si>'),
    Odd('si_t_and_r', b1('<v>0</v>', 't="s"'), {'B1': 'ab'}, texts='<si><t>a</t><r><t>b</t></r></si>'),
    Odd('si_r_and_t', b1('<v>0</v>', 't="s"'), {'B1': 'ba'}, texts='<si><r><t>b</t></r><t>a</t></si>'),
    Odd('si_two_t', b1('<v>0</v>', 't="s"'), {'B1': 'ab'}, refused='two <t> in one <si>', texts='<si><t>a</t><t>b</t></si>'),
    Odd('si_two_t_run', b1('<v>0</v>', 't="s"'), {'B1': 'b'}, refused='two <t> in one <r>', texts='<si><r><t>a</t><t>b</t></r></si>'),
    Odd('si_t_foreign', b1('<v>0</v>', 't="s"'), {'B1': 'a'}, texts="<si><t>a</t><z:t xmlns:z='urn:z'>b</z:t></si>"),
    Odd('si_si_foreign', b1('<v>0</v>', 't="s"'), {'B1': 'a'}, refused='<t> in an element of another namespace', texts="<z:si xmlns:z='urn:z'><t>b</t></z:si><si><t>a</t></si>"),
    Odd('si_si_nested', b1('<v>0</v>', 't="s"'), {'B1': 'a'}, texts='<g><si><t>b</t></si></g><si><t>a</t></si>'),
    Odd('si_t_direct', b1('<v>0</v>', 't="s"'), {'B1': 'a'}, texts='<t>b</t><si><t>a</t></si>'),
    Odd('si_space', b1('<v>0</v>', 't="s"'), {'B1': ' a '}, texts='<si><t> a </t></si>'),
    Odd('si_alt', b1('<v>0</v>', 't="s"'), {}, refused='<AlternateContent> in <si>', texts=f"<si xmlns:mc='{MC}' xmlns:x14='{X14}'><mc:AlternateContent><mc:Choice Requires='x14'><t>a</t></mc:Choice><mc:Fallback><t>b</t></mc:Fallback></mc:AlternateContent></si>"),
    Odd('si_ext', b1('<v>0</v>', 't="s"'), {'B1': 'a'}, texts='<si><t>a</t><extLst><ext><t>b</t></ext></extLst></si>'),
    Odd('si_t_in_rpr', b1('<v>0</v>', 't="s"'), {'B1': 'b'}, texts='<si><r><rPr><t>x</t></rPr><t>b</t></r></si>'),
    Odd('si_t_comment', b1('<v>0</v>', 't="s"'), {'B1': 'ab'}, texts='<si><t>a<!-- x -->b</t></si>'),
    Odd('si_alt_si', b1('<v>0</v>', 't="s"'), {'B1': 'b'}, refused='<si> in an element of another namespace', texts=f"<mc:AlternateContent xmlns:mc='{MC}'><mc:Fallback><si><t>b</t></si></mc:Fallback></mc:AlternateContent><si><t>a</t></si>"),
]
# fmt: on
