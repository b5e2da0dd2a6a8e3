"""What a workbook says of itself in ways that programs could read differently, with what LibreOffice 7.4 shows."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Callable

import pytest
from packages import (
    CONTENT_TYPES,
    MAIN,
    PACKAGE_RELATIONS,
    RELATIONS,
    minimal,
    relations,
    save,
    workbook,
    worksheet,
)

from sheetcnn.errors import WorkbookError
from sheetcnn.excel.package import part_key
from sheetcnn.excel.reader import read_workbook
from sheetcnn.excel.workbook import Workbook

S = '<sheet name="S" sheetId="1" r:id="rId1"/>'
T = '<sheet name="T" sheetId="2" r:id="rId2"/>'
ROW = '<row r="1"><c r="A1"><v>{}</v></c><c r="B1"><f>A1*2</f></c></row>'
BOTH = relations(("worksheet", "worksheets/sheet1.xml"), ("worksheet", "worksheets/sheet2.xml"))
ALTERNATE = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    "<mc:Fallback>{}</mc:Fallback></mc:AlternateContent>"
)


def two(inner: str, links: str = BOTH) -> dict[str, str | bytes]:
    """A workbook of two sheets: 2 in A1 of the first, 30 in A1 of the second."""
    parts = minimal(ROW.format(2))
    parts["xl/workbook.xml"] = workbook(inner)
    parts["xl/_rels/workbook.xml.rels"] = links
    parts["xl/worksheets/sheet2.xml"] = worksheet(ROW.format(30))
    return parts


def second(attributes: str, links: str = BOTH) -> dict[str, str | bytes]:
    """The same, with something odd in the entry of the second sheet."""
    return two(f"<sheets>{S}<sheet {attributes}/></sheets>", links)


def names(*defined: str, tail: str = "") -> dict[str, str | bytes]:
    sheets = f'<sheets>{S}<sheet name="T" sheetId="2" r:id="rId2"/></sheets>'
    return two(f"{sheets}<definedNames>{''.join(defined)}</definedNames>{tail}")


def defined(text: str, name: str = "nn", attributes: str = "") -> str:
    return f'<definedName name="{name}" {attributes}>{text}</definedName>'


def claimed_twice(first: str, last: str) -> dict[str, str | bytes]:
    parts = two(f"<sheets>{S}</sheets>")
    parts["xl2/workbook.xml"] = workbook('<sheets><sheet name="T" sheetId="1" r:id="rId1"/></sheets>')
    parts["xl2/_rels/workbook.xml.rels"] = relations(("worksheet", "/xl/worksheets/sheet2.xml"))
    parts["_rels/.rels"] = relations(("officeDocument", first), ("officeDocument", last))
    return parts


def changed(part: str, old: str, new: str) -> dict[str, str | bytes]:
    parts = second('name="T" sheetId="2" r:id="rId2"')
    assert old in str(parts[part])
    return {**parts, part: str(parts[part]).replace(old, new)}


REFUSED: dict[str, tuple[dict[str, str | bytes], str]] = {
    # LibreOffice shows the first of them, other readers the last
    "two workbooks": (claimed_twice("xl/workbook.xml", "xl2/workbook.xml"), "2 parts that claim to be the workbook"),
    "two workbooks, the other way": (claimed_twice("xl2/workbook.xml", "xl/workbook.xml"), "2 parts that claim"),
    # both lists
    "two lists of sheets": (
        two(f'<sheets>{S}</sheets><sheets><sheet name="T" sheetId="2" r:id="rId2"/></sheets>'),
        "a second <sheets>",
    ),
    # T is there
    "alternative sheets": (
        two(f"<sheets>{S}{ALTERNATE.format(T)}</sheets>"),
        "<AlternateContent> in <sheets>",
    ),
    "alternative lists": (
        two(f"<sheets>{S}</sheets>" + ALTERNATE.format('<calcPr iterate="1"/>')),
        "<calcPr> in an element of another namespace",
    ),
    # T is not there
    "a sheet inside something else": (
        two(f'<sheets>{S}<z:g xmlns:z="urn:z"><sheet name="T" sheetId="2" r:id="rId2"/></z:g></sheets>'),
        "<sheet> in an element of another namespace",
    ),
    "the same name": (second('name="S" sheetId="2" r:id="rId2"'), "lists its sheet S twice"),  # "S -1"
    "the same name but for case": (second('name="s" sheetId="2" r:id="rId2"'), "lists its sheet s twice"),
    "the same part": (second('name="T" sheetId="2" r:id="rId1"'), "lists its sheet T twice"),
    "no name": (second('sheetId="2" r:id="rId2"'), "as none may be"),  # "Sheet"
    "a forbidden name": (second('name="a/b" sheetId="2" r:id="rId2"'), "as none may be"),  # leaves it out
    # the first one
    "one relation twice": (second('name="T" sheetId="2" r:id="rId2"', BOTH.replace("rId2", "rId1")), "two parts as rId1"),  # noqa: E501 - one entry of a table
    # an empty sheet
    "no workbook by its root": (changed("xl/workbook.xml", MAIN, "urn:other"), "<workbook> of Excel's format belongs"),  # noqa: E501 - one entry of a table
    "no relations by their root": (
        changed("xl/_rels/workbook.xml.rels", PACKAGE_RELATIONS, "urn:other"),
        "where <Relationships>",
    ),
    # does not open them
    "a workbook of another type": (changed("[Content_Types].xml", "sheet.main", "styles"), "as a workbook"),
    "no types": (
        {**two(f"<sheets>{S}</sheets>"), "[Content_Types].xml": f'<Types xmlns="{CONTENT_TYPES}"/>'},
        "as a workbook",
    ),
    "a relation of another type": (changed("_rels/.rels", RELATIONS, "urn:other"), "no part that claims"),
    "a name for no sheet": (names(defined("S!$A$1", attributes='localSheetId="9"')), "a sheet that is not there"),
    # for all sheets; for the first one
    "a name for sheet -1": (names(defined("S!$A$1", attributes='localSheetId="-1"')), "a sheet that is not there"),
    "a name for sheet x": (names(defined("S!$A$1", attributes='localSheetId="x"')), "a sheet that is not there"),
    # the first one
    "a name twice": (names(defined("S!$A$1"), defined("T!$A$1")), "the name nn twice"),
    "a name twice but for case": (names(defined("S!$A$1"), defined("T!$A$1", "NN")), "the name NN twice"),
    # both lists; one
    "two lists of names": (
        names(defined("S!$A$1"), tail=f"<definedNames>{defined('T!$A$1', 'mm')}</definedNames>"),
        "a second <definedNames>",
    ),
    "names inside something else": (
        names(tail=f'<z:g xmlns:z="urn:z"><definedNames>{defined("T!$A$1")}</definedNames></z:g>'),
        "<definedNames> in an element",
    ),
    "a name like a cell": (names(defined("T!$A$1", "A1")), 'the name "A1", as nothing may be named'),  # the name
    "an element in a name": (names(defined("S!$A$1<b>*9</b>")), "<b> in <definedName>"),  # S!$A$1
    "settings twice": (
        two(f'<sheets>{S}</sheets><calcPr fullPrecision="0"/><calcPr fullPrecision="1"/>'),
        "a second <calcPr>",
    ),
    "a setting of unknown kind": (two(f'<sheets>{S}</sheets><calcPr calcMode="odd"/>'), "an unknown way, odd"),
    "a setting neither true nor false": (two(f'<sheets>{S}</sheets><calcPr iterate="?"/>'), "neither true nor"),
    # the first table
    "two tables of texts": (
        two(
            f"<sheets>{S}</sheets>",
            relations(
                ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"), ("sharedStrings", "b.xml")  # noqa: E501 - one entry of a table
            ),
        ),
        "2 tables of texts",
    ),
    # an empty sheet
    "strict in transitional": (
        {
            **minimal(),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>'
            '<row r="1" xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/></sheetData></worksheet>',
        },
        "mixes the two forms",
    ),
    "no namespace": ({**minimal(), "xl/worksheets/sheet1.xml": "<worksheet/>"}, "where <worksheet> of Excel's"),
    "a chart that says it is a sheet": (
        {**minimal(), "xl/worksheets/sheet1.xml": f'<chartsheet xmlns="{MAIN}"/>'},
        "holds <chartsheet> where",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_programs_read_differently_is_refused(tmp_path, kind):
    parts, says = REFUSED[kind]
    with pytest.raises(WorkbookError, match=re.escape(says)) as caught:
        read_workbook(save(tmp_path / "odd.xlsx", parts))
    assert str(caught.value).endswith(".")


def skipped(book: Workbook) -> list[str]:
    return [note.message for note in book.notes if note.kind == "sheet-skipped"]


@pytest.mark.parametrize(
    ("parts", "why"),
    [  # LibreOffice shows an empty sheet T for each
        (second('name="T" sheetId="2" r:id=""'), "it has no part in the file"),
        (second('name="T" sheetId="2"'), "it has no part in the file"),
        (second('name="T" sheetId="2" id="rId2"'), "it has no part in the file"),
        (second('name="T" sheetId="2" r:id="rId9"'), "it has no part in the file"),
        (second('name="T" sheetId="2" r:id="rId2"', BOTH.replace("sheet2", "sheet9")), "sheet9.xml is missing"),
        (second('name="T" sheetId="2" r:id="rId2"', BOTH.replace("sheet2.xml", 'a.xml" TargetMode="External')), "another file"),  # noqa: E501 - one entry of a table
        *(
            (
                second(
                    'name="T" sheetId="2" r:id="rId2"',
                    relations(("worksheet", "worksheets/sheet1.xml"), (kind, "worksheets/sheet2.xml")),
                ),
                f"it is a {kind}, no worksheet",
            )
            for kind in ("chartsheet", "dialogsheet", "xlMacrosheet")
        ),
    ],
)  # fmt: skip
def test_what_is_no_worksheet_is_passed_over_with_a_note(tmp_path, parts, why):
    book = read_workbook(save(tmp_path / "odd.xlsx", parts))

    assert list(book.sheets) == ["S"]
    (message,) = skipped(book)
    assert "the sheet T was passed over" in message
    assert why in message


def test_a_workbook_of_which_no_sheet_can_be_read_is_refused(tmp_path):
    parts = two('<sheets><sheet name="T" sheetId="2" r:id=""/></sheets>')
    with pytest.raises(
        WorkbookError, match=r"no worksheet that can be read .*T was passed over: it has no part"
    ):
        read_workbook(save(tmp_path / "odd.xlsx", parts))


@pytest.mark.parametrize("state", ["show", "odd", "visible"])
def test_a_state_that_no_one_knows_is_visible(tmp_path, state):
    book = read_workbook(
        save(tmp_path / "odd.xlsx", second(f'name="T" sheetId="2" r:id="rId2" state="{state}" odd="1"'))
    )
    assert [sheet.state for sheet in book.sheets.values()] == ["visible", "visible"]


def test_names_are_unescaped_and_without_the_sign_that_begins_a_formula(tmp_path):
    parts = names(defined(" =S!$A$1 ", "_x006E_n"), defined("S!$A$1", "macro", 'function="1"'))
    assert read_workbook(save(tmp_path / "odd.xlsx", parts)).names == {"nn": "S!$A$1"}


def test_a_name_too_long_for_a_sheet_is_a_doubt(tmp_path):
    book = read_workbook(save(tmp_path / "odd.xlsx", second(f'name="{"T" * 32}" sheetId="2" r:id="rId2"')))
    assert [note.kind for note in book.notes] == ["ambiguous"]


@pytest.mark.parametrize(
    "target",
    [  # by ECMA-376, part 2, 6.2.2 and RFC 3986
        "/xl/worksheets/sheet1.xml", "../xl/worksheets/sheet1.xml", "./worksheets/sheet1.xml",
        "worksheets/../worksheets/sheet1.xml", "../../../xl/worksheets/sheet1.xml", "Worksheets/SHEET1.XML",
        "worksheets/sheet%31.xml", "worksheets\\sheet1.xml",
    ],
)  # fmt: skip
def test_a_target_is_resolved_as_an_address_is(tmp_path, target):
    parts = {**minimal(ROW.format(2)), "xl/_rels/workbook.xml.rels": relations(("worksheet", target))}
    assert read_workbook(save(tmp_path / "odd.xlsx", parts)).sheets["S"].part == "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    "spelled", [lambda name: name.replace("/", "\\"), str.upper, lambda name: name.replace("s", "%73")]
)
def test_parts_are_found_however_their_names_are_spelled(tmp_path, spelled: Callable[[str], str]):
    path = tmp_path / "odd.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in minimal(ROW.format(2)).items():
            info = zipfile.ZipInfo("x")
            info.filename = spelled(name)
            archive.writestr(info, content)

    sheet = read_workbook(path).sheets["S"]

    assert sheet.part == spelled("xl/worksheets/sheet1.xml")  # as it stands in the file
    assert sheet.values == {(0, 0): 2.0}


def test_only_ascii_letters_are_the_same_in_either_case():
    assert part_key("xl\\Worksheets/Sheet%201.XML") == "xl/worksheets/sheet 1.xml"
    assert part_key("Ë") != part_key("ë")


def test_links_to_other_programs_and_links_without_relations_are_listed(tmp_path):
    parts = two(
        f"<sheets>{S}</sheets>",
        relations(
            ("worksheet", "worksheets/sheet1.xml"),
            ("externalLink", "links/dde.xml"),
            ("externalLink", "links/none.xml"),
        ),
    )
    parts["xl/links/dde.xml"] = (
        f'<externalLink xmlns="{MAIN}"><ddeLink ddeService="a" ddeTopic="b"/></externalLink>'
    )

    assert read_workbook(save(tmp_path / "odd.xlsx", parts)).external_links == [
        "xl/links/dde.xml",
        "xl/links/none.xml",
    ]


# The zip archive itself


def entry_in_directory(content: bytes, name: bytes) -> int:
    return content.index(name, content.index(b"PK\x01\x02")) - 46


@pytest.mark.parametrize("method", [1, 9, 12, 14, 93, 99])
def test_compression_that_python_does_not_know_is_a_sentence(tmp_path, method):
    path = save(tmp_path / "odd.xlsx", minimal())
    content = bytearray(path.read_bytes())
    place = entry_in_directory(content, b"xl/worksheets/sheet1.xml") + 10
    content[place : place + 2] = struct.pack("<H", method)
    path.write_bytes(content)

    with pytest.raises(
        WorkbookError, match=r"compresses its part xl/worksheets/sheet1.xml as no workbook does"
    ):
        read_workbook(path)


def test_a_part_whose_checksum_or_name_lies_is_damaged(tmp_path):
    path = save(tmp_path / "odd.xlsx", minimal())
    whole = path.read_bytes()
    checksum = entry_in_directory(whole, b"xl/worksheets/sheet1.xml") + 16
    local_name = whole.index(b"xl/worksheets/sheet1.xml")
    for place in (checksum, local_name):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(WorkbookError, match=r"damaged in its part xl/worksheets/sheet1.xml"):
            read_workbook(path)


def test_parts_on_top_of_one_another_are_refused(tmp_path):
    path = save(tmp_path / "odd.xlsx", {**minimal(), "a.bin": "1" * 99, "b.bin": "2" * 99})
    content = bytearray(path.read_bytes())
    first, last = (entry_in_directory(content, name) + 42 for name in (b"a.bin", b"b.bin"))
    content[last : last + 4] = content[first : first + 4]
    path.write_bytes(content)

    with pytest.raises(WorkbookError, match="on top of one another"):
        read_workbook(path)


def test_the_zip_form_for_large_files_is_read(tmp_path):
    path = tmp_path / "odd.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in minimal(ROW.format(2)).items():
            with archive.open(name, "w", force_zip64=True) as part:
                part.write(str(content).encode())

    assert read_workbook(path).sheets["S"].values == {(0, 0): 2.0}
