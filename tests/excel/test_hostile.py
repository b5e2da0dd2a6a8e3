"""Files made to break a reader, or broken: each is refused with one sentence, or read, and soon."""

from __future__ import annotations

import os
import random
import struct
import zipfile
from pathlib import Path

import pytest
from packages import MAIN, minimal, relations, save, workbook, worksheet
from promised import soon

from sheetcnn.errors import WorkbookError
from sheetcnn.excel import package
from sheetcnn.excel.reader import read_workbook, xml_stream
from sheetcnn.excel.workbook import Workbook

CELLS = (
    '<row r="1" hidden="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><f>A1*2</f><v>2.5</v></c></row>'
    '<row r="2"><c r="A2" t="b"><v>1</v></c><c r="B2"><f t="shared" ref="B2:B3" si="0">B1+$A$1</f></c>'
    '<c r="C2"><f t="array" ref="C2">SUM(A1:B2*2)</f><v>4</v></c></row>'
    '<row r="3"><c r="A3" t="inlineStr"><is><t>text</t></is></c><c r="B3"><f t="shared" si="0"/></c></row>'
)
TEXTS = "<si><t>one</t></si><si><r><t>two</t></r></si>"
COLUMNS = '<cols><col min="3" max="4" hidden="1"/></cols>'
MERGES = '<mergeCells count="1"><mergeCell ref="D1:E2"/></mergeCells>'


def noise(seed: int = 1) -> random.Random:
    return random.Random(seed)


def digits(count: int) -> str:
    """Return digits that hardly compress, so that nothing looks like a zip bomb."""
    return "".join(noise().choices("0123456789", k=count))


def whole() -> dict[str, str | bytes]:
    """A small sound workbook with something of everything."""
    parts = minimal(CELLS, TEXTS, before=COLUMNS, after=MERGES)
    parts["xl/workbook.xml"] = workbook(
        '<workbookPr/><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets>'
        "<definedNames><definedName name='conv1_1'>S!$A$1:$B$2</definedName></definedNames>"
        '<calcPr calcId="1" calcMode="manual"/>'
    )
    return parts


def refusal(path: Path) -> str:
    """Return what is wrong with a file, once it is seen to be one sentence about it, and soon said."""
    with soon(), pytest.raises(WorkbookError) as caught:
        read_workbook(path)
    assert_is_a_sentence(str(caught.value))
    return str(caught.value)


def assert_is_a_sentence(message: str) -> None:
    assert message.isprintable()
    assert message.endswith(".")
    assert len(message) < 1_000


def assert_is_read_or_refused(path: Path) -> None:
    try:
        assert isinstance(read_workbook(path), Workbook)
    except WorkbookError as error:
        assert_is_a_sentence(str(error))


def refused(tmp_path: Path, parts: dict[str, str | bytes]) -> str:
    return refusal(save(tmp_path / "hostile.xlsx", parts))


def refused_cells(tmp_path: Path, rows: str, texts: str = "") -> str:
    return refused(tmp_path, minimal(rows, texts))


# What is no workbook


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (OLE + "Workbook".encode("utf-16-le"), "is an old .xls workbook: open it in Excel"),
        (OLE + "Book".encode("utf-16-le"), "old .xls"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "is protected with a password"),
        (OLE, "is an old Office document"),
        (b"%PDF-1.7 \0", "is a PDF"),
        (b"a,b\n1,2\n", "is a text file such as CSV"),
        ("\ufeffa\tb\n".encode("utf-16"), "is a text file"),
        (b"\r\n<html>", "is an XML or HTML page"),
        (bytes(range(256)), "is not an .xlsx workbook"),
        (b"PK", "is damaged or was cut short"),
        (b"PK\x05\x06" + bytes(18), "is a zip archive but no workbook"),
    ],
)
def test_what_is_no_workbook_is_called_by_its_name(tmp_path, content, says):
    path = tmp_path / "file.xlsx"
    path.write_bytes(content)

    assert says in refusal(path)


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ("content.xml", "OpenDocument"),
        ("xl/workbook.bin", ".xlsb"),
        ("Index/Document.iwa", "Numbers"),
        ("word/document.xml", "Word"),
        ("ppt/presentation.xml", "PowerPoint"),
        ("book.xlsx", "unpack it"),
    ],
)
def test_other_archives_are_called_by_their_names(tmp_path, part, says):
    assert says in refused(tmp_path, {part: "anything"})


def test_what_cannot_be_opened_is_refused(tmp_path):
    assert "is a folder" in refusal(tmp_path)
    assert "does not exist" in refusal(tmp_path / "none.xlsx")
    assert "cannot be read" in refusal(tmp_path / ("long" * 100))
    assert "cannot be read" in refusal(tmp_path / "null\0byte.xlsx")
    assert "\\n" in refusal(tmp_path / "line\nbreak.xlsx")
    assert "\\udcff" in refusal(tmp_path / os.fsdecode(b"\xff.xlsx"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_rather_than_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.xlsx")

    assert "pipe" in refusal(tmp_path / "pipe.xlsx")


def test_a_file_that_may_not_be_read_is_refused(tmp_path, monkeypatch):
    path = save(tmp_path / "locked.xlsx", minimal())

    def denied(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", denied)
    assert "may not be read" in refusal(path)


# Containers


def test_a_file_beyond_64_mib_is_refused(tmp_path):
    path = tmp_path / "large.xlsx"
    with path.open("wb") as file:
        file.truncate(65 * 1024 * 1024)

    assert "larger than 64 MiB" in refusal(path)


def test_a_zip_bomb_is_refused_by_what_it_declares(tmp_path):
    bomb = minimal()
    bomb["xl/media/zeros.bin"] = bytes(8 * 1024 * 1024)
    assert "200 to 1" in refused(tmp_path, bomb)

    # of 300 MiB in parts that each look harmless
    path = tmp_path / "many.xlsx"
    start = noise().randbytes(50_000)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(75):
            archive.writestr(f"{number}.bin", start + bytes(4 * 1024 * 1024))
    assert "more than 256 MiB" in refusal(path)


@pytest.mark.parametrize("declared", [0, 10, 1 << 31])
def test_a_part_that_lies_about_its_size_is_refused(tmp_path, declared):
    path = save(tmp_path / "lie.xlsx", whole())
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    content = path.read_bytes()
    entry = content.index(b"xl/worksheets/sheet1.xml", content.index(b"PK\x01\x02"))
    place = entry - 46 + 24  # of the uncompressed size in the central directory
    assert content[place : place + 4] == struct.pack("<I", size)
    path.write_bytes(content[:place] + struct.pack("<I", declared) + content[place + 4 :])

    refusal(path)


@pytest.mark.parametrize(("count", "says"), [(1_001, "1001 parts"), (30_000, "more than 1000 parts")])
def test_too_many_parts_are_refused(tmp_path, count, says):
    assert says in refused(tmp_path, {f"{number}.xml": "" for number in range(count)})


@pytest.mark.parametrize(
    "name", ["/xl/absolute.xml", "../up.xml", "xl/../../up.xml", "\\root.xml", "a\\..\\b"]
)
def test_part_names_that_point_elsewhere_are_refused(tmp_path, name):
    assert "unsafe name" in refused(tmp_path, {**minimal(), name: ""})


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/worksheets/SHEET1.xml"])
def test_a_part_that_is_there_twice_is_refused(tmp_path, name):
    path = save(tmp_path / "twice.xlsx", minimal(CELLS, TEXTS))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, worksheet(""))

    assert "two parts" in refusal(path)


@pytest.mark.parametrize("part", [name for name in minimal() if name != "[Content_Types].xml"])
def test_a_missing_part_is_refused(tmp_path, part):
    parts = whole()
    del parts[part]

    refused(tmp_path, parts)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compression_that_no_workbook_uses_is_refused(tmp_path, method):
    path = save(tmp_path / "odd.xlsx", minimal())
    with zipfile.ZipFile(path, "a", method) as archive:
        archive.writestr("odd.bin", b"odd")

    assert "compresses its part odd.bin" in refusal(path)


def test_an_archive_with_a_password_is_refused(tmp_path):
    path = save(tmp_path / "locked.xlsx", minimal())
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)

    assert "password" in refusal(path)


# Relations, names


@pytest.mark.parametrize(
    "targets",
    [
        [("worksheet", "worksheets/none.xml")],
        [("worksheet", "../../../etc/passwd")],
        [("worksheet", "")],
        [("worksheet", "workbook.xml"), ("sharedStrings", "worksheets/sheet1.xml")],
        [("sharedStrings", "sharedStrings.xml")],
        [],
    ],
)
def test_wrong_relations_are_refused_or_read_as_what_they_are(tmp_path, targets):
    parts = whole()
    parts["xl/_rels/workbook.xml.rels"] = relations(*targets)

    assert_is_read_or_refused(save(tmp_path / "hostile.xlsx", parts))


def test_sheets_and_names_that_are_listed_twice_are_refused(tmp_path):
    sheets = (
        '<sheets><sheet name="S" sheetId="1" r:id="rId1"/><sheet name="{}" sheetId="2" r:id="{}"/></sheets>'
    )
    for name, part in [("s", "rId2"), ("T", "rId1")]:  # the same name, and the same part
        parts = whole()
        parts["xl/workbook.xml"] = workbook(sheets.format(name, part))
        parts["xl/_rels/workbook.xml.rels"] = relations(
            ("worksheet", "worksheets/sheet1.xml"), ("worksheet", "worksheets/sheet2.xml")
        )
        assert f"lists its sheet {name} twice" in refused(tmp_path, parts)

    parts = whole()
    name = "<definedName name='{}'>S!$A$1</definedName>"
    parts["xl/workbook.xml"] = workbook(
        f"<definedNames>{name.format('conv1_1')}{name.format('CONV1_1')}</definedNames>"
    )
    assert "the name CONV1_1 twice" in refused(tmp_path, parts)


def test_print_areas_may_be_listed_twice_as_libreoffice_does_after_a_move(tmp_path):
    parts = whole()
    areas = [
        f"<definedName name='_xlnm.Print_Area' localSheetId='0'>S!{area}</definedName>"
        for area in ("$A$1:$B$2", "$C$3:$D$4")
    ]
    sheets = '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets>'
    parts["xl/workbook.xml"] = workbook(f"{sheets}<definedNames>{''.join(areas)}</definedNames>")
    assert read_workbook(save(tmp_path / "twice.xlsx", parts)).sheets["S"].names == {}


def test_a_long_list_of_names_is_refused(tmp_path):
    parts = whole()
    parts["xl/workbook.xml"] = workbook("".join(f"<n{digit}/>" for digit in digits(500_000)))

    assert "2 MiB" in refused(tmp_path, parts)


# XML


LAUGHS = '<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("part", [name for name in minimal() if name != "[Content_Types].xml"])
def test_a_doctype_is_refused_in_every_part_that_is_parsed(tmp_path, part):
    parts = whole()
    parts[part] = LAUGHS + str(parts[part])
    assert "DOCTYPE" in refused(tmp_path, parts)

    parts[part] = ('<?xml version="1.0" encoding="UTF-16"?>' + str(parts[part])).encode("utf-16")
    assert "DOCTYPE" in refused(tmp_path, parts)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
@pytest.mark.parametrize("depth", [900, 20_000, 100_000])
def test_deep_nesting_is_refused_or_read(tmp_path, part, depth):
    parts = whole()
    parts[part] = f'<worksheet xmlns="{MAIN}">' + "<a>" * depth + "</a>" * depth + "</worksheet>"

    assert_is_read_or_refused(save(tmp_path / "deep.xlsx", parts))


def test_xml_that_nests_without_end_or_invents_names_is_refused(tmp_path):
    deep = "".join(f"<n{digit}>" for digit in digits(500_000))
    varied = "".join(f"<n{number}-{number}/>" for number in range(100_000))
    for xml in (deep, varied):
        assert "too deep or varied" in refused_cells(tmp_path, xml)


def test_a_tag_without_end_is_refused_before_it_is_whole(tmp_path):
    assert "a tag of more than 2 MiB" in refused_cells(tmp_path, f'<row r="{digits(5_000_000)}"/>')


@pytest.mark.parametrize("encoding", ["rot13", "utf-7", "idna", "punycode", "none", "utf-16", "cp037"])
def test_odd_encodings_are_refused(tmp_path, encoding):
    parts = whole()
    parts["xl/worksheets/sheet1.xml"] = f'<?xml version="1.0" encoding="{encoding}"?>{worksheet(CELLS)}'

    assert "no XML" in refused(tmp_path, parts)


# Cells


def test_what_a_file_claims_is_never_walked(tmp_path):
    everything = "A1:XFD1048576"
    parts = minimal(
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f t="shared" ref="B1:XFD1048576" si="0">A1</f></c></row>'
        '<row r="2"><c r="A2"><f t="array" ref="A2:XFD1048576">1</f></c></row>'
        '<row r="1048576"><c r="XFD1048576"/></row>',
        before=f'<dimension ref="{everything}"/><cols><col min="1" max="16384" hidden="1"/></cols>',
        after=f'<mergeCells count="9999999"><mergeCell ref="{everything}"/></mergeCells>',
    )
    with soon():
        sheet = read_workbook(save(tmp_path / "claims.xlsx", parts)).sheets["S"]

    assert sheet.values == {(0, 0): 1.0}
    assert sheet.formulas == {(0, 1): "A1", (1, 0): "1"}
    assert sheet.hidden_columns == [(0, 16383)]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ('<row r="1"><c r="A1"/><c r="A1"/></row>', "twice or out of order in row 1"),
        ('<row r="1"><c r="B1"/><c r="A1"/></row>', "twice or out of order in row 1"),
        ('<row r="2"/><row r="1"/>', "row 1 after row 2"),
        ('<row r="2"/><row r="2"/>', "row 2 after row 2"),
        ('<row r="0"/>', "row 0"),
        ('<row r="1048577"/>', "row 1048577"),
        ('<row r="1"><c r="XFE1"/></row>', "the address XFE1"),
        ('<row r="1"><c r="XFD1"/><c/></row>', "out of order"),
        ('<row r="1"><c r="A2"/></row>', "the address A2 in row 1"),
        ('<row r="1"><c r="$A$1"/></row>', "the address $A$1"),
        ('<row r="1"><c r=""/></row>', "the address"),
        ('<row r="1"><c r="A1"><v>one</v></c></row>', "one of type n in A1"),
        ('<row r="1"><c r="A1"><v>nan</v></c></row>', "nan of type n"),
        ('<row r="1"><c r="A1"><v>1e999</v></c></row>', "1e999 of type n"),
        ('<row r="1"><c r="A1"><v>1_0</v></c></row>', "1_0 of type n"),
        ('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', "0 of type s"),
        ('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>', "-1 of type s"),
        ('<row r="1"><c r="A1" t="b"><v>2</v></c></row>', "2 of type b"),
        ('<row r="1"><c r="A1" t="d"><v>soon</v></c></row>', "soon of type d"),
        ('<row r="1"><c r="A1" t="d"><v>0000-00-00</v></c></row>', "0000-00-00 of type d"),
        ('<row r="1"><c r="A1" t="e"><v>oops</v></c></row>', "oops of type e"),
        ('<row r="1"><c r="A1" t="z"><v>1</v></c></row>', "1 of type z"),
        ('<row r="1"><c r="A1"><f t="shared" si="7"/></c></row>', "A1, which shares a formula that is not"),
        ('<row r="1"><c r="B1"><f t="array" ref="A1:B2">1</f></c></row>', "formula in B1 that fills A1:B2"),
        ('<row r="1"><c r="B1"><f t="array">1</f></c></row>', "the range"),
    ],
)  # fmt: skip
def test_damaged_cells_are_refused_with_what_and_where(tmp_path, rows, says):
    message = refused_cells(tmp_path, rows)

    assert "sheet S holds" in message
    assert says in message


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("", "<mergeCells><mergeCell ref='A:B'/></mergeCells>", "the range A:B"),
        ("", "<mergeCells><mergeCell ref='A1:B2'/><mergeCell ref='B2:C3'/></mergeCells>", "merged twice"),
        ("<cols><col hidden='1' min='1' max='16385'/></cols>", "", "hidden columns from 1 to 16385"),
        ("<cols><col hidden='1' min='2' max='1'/></cols>", "", "hidden columns from 2 to 1"),
        ("<cols><col hidden='1'/></cols>", "", "hidden columns"),
        (
            "<cols><col hidden='1' min='1' max='3'/><col hidden='1' min='3' max='4'/></cols>",
            "",
            "hidden twice",
        ),
    ],
)
def test_damage_around_cells_is_refused_with_what_and_where(tmp_path, before, after, says):
    message = refused(tmp_path, minimal(before=before, after=after))

    assert "sheet S holds" in message
    assert says in message


def test_a_formula_of_8192_characters_is_read_and_one_more_refused(tmp_path):
    row = '<row r="1"><c r="A1"><f>{}</f></c></row>'
    longest = "1+" * 4095 + "11"
    path = save(tmp_path / "longest.xlsx", minimal(row.format(longest)))

    assert read_workbook(path).sheets["S"].formulas == {(0, 0): longest}
    assert "more than 8192 characters in A1" in refused_cells(tmp_path, row.format(longest + "1"))


def test_a_text_of_32767_characters_is_read_and_one_more_refused(tmp_path):
    row = '<row r="1"><c r="A1" t="str"><v>{}</v></c></row>'
    longest = "a" * 32_767
    path = save(tmp_path / "longest.xlsx", minimal(row.format(longest)))

    assert read_workbook(path).sheets["S"].values == {(0, 0): longest}
    assert "32768 characters" in refused_cells(tmp_path, row.format(longest + "a"))
    assert "32768 characters" in refused_cells(tmp_path, "", f"<si><t>{longest}a</t></si>")


@pytest.mark.parametrize(
    ("limit", "rows"),
    [
        ("MAX_TAGS", "<row/>" * 1_000),
        ("MAX_VALUES", "<row>" + "<c><v>1</v></c>" * 1_000 + "</row>"),
        ("MAX_VALUES", "<row hidden='1'/>" * 1_000),
        ("MAX_CHARACTERS", "<row>" + "<c t='str'><v>text</v></c>" * 300 + "</row>"),
        ("MAX_CHARACTERS", "<row>" + "<c><f>A1+1</f></c>" * 300 + "</row>"),
        (
            "MAX_CHARACTERS",
            "<row>" + "".join(f"<c><f t='shared' si='{n}'>A1+B1+C1</f></c>" for n in range(10)) + "</row>",
        ),
    ],
)
def test_more_cells_than_are_read_are_refused(tmp_path, monkeypatch, limit, rows):
    monkeypatch.setattr(xml_stream, limit, 999)

    assert "holds more cells than are read" in refused_cells(tmp_path, rows)


def test_more_merged_cells_than_are_read_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(xml_stream, "MAX_VALUES", 999)
    merged = "".join(f"<mergeCell ref='A{row}:B{row}'/>" for row in range(1, 401))

    assert "holds more cells" in refused(tmp_path, minimal(after=f"<mergeCells>{merged}</mergeCells>"))


def shared_by(cells: int) -> str:
    """A formula of 8,103 characters that so many cells share."""
    first = f'<c><f t="shared" si="0">{"A1+" * 2700}A1</f></c>'
    others = '<c><f t="shared" si="0"/></c>' * cells
    return f"<row>{first}{others}</row>"


def test_a_shared_formula_that_spells_out_to_many_characters_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(xml_stream, "MAX_CHARACTERS", 1_000_000)  # of which its references cost 200,000

    read_workbook(save(tmp_path / "few.xlsx", minimal(shared_by(50))))
    assert "holds more cells" in refused_cells(tmp_path, shared_by(100))


MERGE = '<mergeCell ref="AB12345:XFD1048576"/>'


@pytest.mark.slow
@pytest.mark.parametrize(
    "rows",
    [
        lambda: "<a/><b/><c1/>" * 4_000_000,
        lambda: f"<row>{'<c><v>12</v></c>' * 16_384}</row>" * 160,
        lambda: f"<row>{'<c><f>A1</f><v>12</v></c>' * 16_384}</row>" * 80,
        lambda: f"</sheetData><mergeCells>{MERGE * 900_000}",
        lambda: shared_by(16_000),
    ],
    ids=["elements", "numbers", "formulas", "merges", "shared"],
)
def test_the_worst_that_fits_the_container_is_refused_soon(tmp_path, monkeypatch, rows):
    monkeypatch.setattr(package, "MAX_RATIO", 2_000)  # as if it did not compress so well

    assert "holds more cells" in refused_cells(tmp_path, rows())


def test_formulas_that_would_stall_a_careless_pattern_are_read(tmp_path):
    formulas = [
        "[a" * 4_000,
        "'" * 8_001,
        '"' * 8_001,
        "A1:" * 2_700,
        "$A" * 4_000,
        "1" * 8_000,
        "((" * 4_000,
    ]
    cells = "".join(
        f'<c><f t="shared" si="{number}">{formula}</f></c>' for number, formula in enumerate(formulas)
    )
    with soon():
        sheet = read_workbook(save(tmp_path / "stall.xlsx", minimal(f"<row>{cells}</row>"))).sheets["S"]

    assert list(sheet.formulas.values()) == formulas


# Damage at random


def test_a_workbook_cut_anywhere_is_refused(tmp_path):
    content = save(tmp_path / "whole.xlsx", whole()).read_bytes()
    path = tmp_path / "cut.xlsx"

    for fiftieth in range(50):
        path.write_bytes(content[: len(content) * fiftieth // 50])
        refusal(path)


def flip(source: random.Random, content: bytes) -> bytes:
    flipped = bytearray(content)
    for _ in range(source.randint(1, 8)):
        flipped[source.randrange(len(flipped))] = source.randrange(256)
    return bytes(flipped)


def assert_flips_are_survived(tmp_path: Path, seed: int) -> None:
    """Flip bytes of the container, where checksums see most; then of a part, where nothing does."""
    source = noise(seed)
    path = save(tmp_path / "flipped.xlsx", whole())
    path.write_bytes(flip(source, path.read_bytes()))
    assert_is_read_or_refused(path)

    parts = whole()
    part = source.choice(list(parts))
    parts[part] = flip(source, str(parts[part]).encode())
    assert_is_read_or_refused(save(path, parts))


@pytest.mark.parametrize("seed", range(60))
def test_flipped_bytes_are_survived(tmp_path, seed):
    assert_flips_are_survived(tmp_path, seed)


@pytest.mark.slow
def test_a_thousand_seeds_of_flipped_bytes_are_survived(tmp_path):
    for seed in range(1_000):
        assert_flips_are_survived(tmp_path, seed)
