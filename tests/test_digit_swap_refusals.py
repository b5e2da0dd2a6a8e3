"""What set-digit cannot vouch for is not stored: it is refused, naming the cells, and the file stays as it was."""

import re
import shutil
import zipfile

import openpyxl
import pytest
from editing import SHEET, edit, error_value, formula, rewrite

import sheetcnn
from sheetcnn.digits import gallery
from sheetcnn.digits.digit import Digit
from sheetcnn.excel import patcher as editing_module
from sheetcnn.excel.addresses import a1
from sheetcnn.excel.reader import read_workbook
from sheetcnn.network.template_loader import load_template
from sheetcnn.verifier.recognize import recognize

ONE = Digit(load_template("tiny").pictures[1], 1, "tiny's 1")


@pytest.fixture(scope="module")
def places(tiny_file):
    """The first cell of each region of tiny."""
    layout = recognize(read_workbook(tiny_file), None).layout
    return {region.name: a1(*region.cells()[0]) for region in layout.regions}


def refused(path, said, error=sheetcnn.WorkbookError, **options):
    """Put a digit into a workbook that is refused; nothing may be written."""
    before = {file.name: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}
    with pytest.raises(error, match=said) as trouble:
        sheetcnn.set_digit(path, ONE, **options)
    assert {file.name: file.read_bytes() for file in path.parent.iterdir() if file.is_file()} == before
    return str(trouble.value)


# Formulas that cannot be computed


@pytest.mark.parametrize(
    "spelled",
    [
        "OFFSET(A1,0,0)",
        "LET(x,1,x)",
        "@A1",
        "A1#",
        "SUM((A1:A2,B1))",
        "Table1[Column]",
        "SUM(Table1)",
        "[1]Sheet1!$A$1",
        "INDIRECT(\"A1\")",
        "RAND()",
        "NOW()",
        "A1 B1 C1 D1",
        "no_such_function(1)",
    ],
)  # fmt: skip
def test_a_formula_of_the_network_that_cannot_be_computed(tiny_file, tmp_path, places, spelled):
    cell = places["conv1_1"]
    path = edit(tiny_file, tmp_path / "x.xlsx", {cell: formula(spelled, 1.0)})
    said = refused(path, f"holds 1 formula of the network that cannot be computed here, .*Network!{cell} ")
    assert "nothing was written" in said


def test_the_first_cells_are_named_and_all_are_counted(tiny_file, tmp_path):
    path = rewrite(
        tiny_file,
        tmp_path / "x.xlsx",
        {SHEET: lambda xml: re.sub(r"SUMPRODUCT\((\w+:\w+),", r"SUMPRODUCT(OFFSET(\1,0,0),", xml)},
    )
    cells = [
        cell for cell, text in read_workbook(path).sheets["Network"].formulas.items() if "OFFSET" in text
    ]
    first = ", ".join(
        rf"Network!{a1(*cell)} \(the function OFFSET is not supported\)" for cell in sorted(cells)[:3]
    )
    assert len(cells) > 30
    refused(
        path,
        f"holds {len(cells)} formulas of the network that cannot be computed .*{first}, and {len(cells) - 3} more",
    )


def test_a_formula_around_the_network_that_it_reads(tiny_file, tmp_path, places):
    weight = places["conv1_filter_1_1"]
    path = edit(
        tiny_file,
        tmp_path / "x.xlsx",
        {weight: formula("A300*1", 1.0), "A300": formula("OFFSET(A1,0,0)", 1.0)},
    )
    refused(
        path, r"2 formulas|1 formula of the network .*Network!A300 \(the function OFFSET is not supported\)"
    )


def test_formulas_that_read_each_other_in_a_circle(tiny_file, tmp_path, places):
    cell = places["conv1_1"]
    path = edit(tiny_file, tmp_path / "x.xlsx", {cell: formula(f"{cell}+1", 1.0)})
    refused(path, f"Network!{cell} .*circle")


def test_numbers_that_are_rounded_to_what_is_displayed(tiny_file, tmp_path):
    path = rewrite(
        tiny_file,
        tmp_path / "x.xlsx",
        {"xl/workbook.xml": lambda xml: xml.replace("<calcPr ", '<calcPr fullPrecision="0" ')},
    )
    refused(path, "Set precision as displayed")


# Where the digit belongs


def test_an_array_formula_that_begins_elsewhere_and_fills_pixels(tiny_file, tmp_path, places):
    pixel = openpyxl.utils.cell.coordinate_from_string(places["input"])
    before = (
        f"{openpyxl.utils.get_column_letter(openpyxl.utils.column_index_from_string(pixel[0]) - 1)}{pixel[1]}"
    )
    array = f'<f t="array" ref="{before}:{places["input"]}">{{1,1}}</f><v>1</v>'
    path = edit(tiny_file, tmp_path / "x.xlsx", {before: array})
    refused(path, f"a formula stands in Network!{places['input']}", sheetcnn.SpecError)


def test_a_formula_in_place_of_the_choice(full_file, tmp_path):
    workbook = read_workbook(full_file)
    choice = recognize(workbook, None).layout.extra["choice"]
    nine = gallery.digit(9, 1)
    path = edit(
        full_file,
        tmp_path / "x.xlsx",
        {a1(*choice.cell(0, 0)): formula('"3"&""', "3")},
        part=workbook.sheets[choice.sheet].part,
    )
    before = path.read_bytes()
    with pytest.raises(sheetcnn.SpecError, match=f"a formula stands in {choice.sheet}!"):
        sheetcnn.set_digit(path, nine)
    assert path.read_bytes() == before


def test_a_workbook_that_does_not_say_where_its_pixels_stand(tiny_file, tmp_path, places):
    """The name `input` is gone; the formulas still tell, until one of them is another one."""

    def nameless(xml):
        return re.sub(r'<definedName name="input">.*?</definedName>', "", xml)

    path = rewrite(tiny_file, tmp_path / "x.xlsx", {"xl/workbook.xml": nameless})
    sheetcnn.set_digit(shutil.copy(path, tmp_path / "y.xlsx"), ONE)
    changed = edit(path, tmp_path / "z.xlsx", {places["conv1_1"]: formula("0*1", 0.0)})
    refused(changed, "does not say where its region input stands")


# Files


def damaged(file, target, part, kind):
    """Write a copy of a workbook, one part of which is damaged in the archive itself."""
    content = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        info = archive.getinfo(part)
    if kind == "content":
        content[info.header_offset + 30 + len(part) + 20] ^= 0xFF
    else:  # the name beside the content is another than that in the directory
        content[info.header_offset + 30 + len(part) - 1] ^= 0x01
    target.write_bytes(content)
    return target


@pytest.mark.parametrize("kind", ["content", "name"])
@pytest.mark.parametrize("part", ["docProps/core.xml", "xl/theme/theme1.xml", "xl/styles.xml"])
def test_a_damaged_part_that_nobody_reads(tiny_file, tmp_path, part, kind):
    path = damaged(tiny_file, tmp_path / "x.xlsx", part, kind)
    refused(path, f"x.xlsx is damaged in its part {part}: download or copy it again")


@pytest.mark.parametrize(
    "name", ["xl/worksheets/Sheet1.xml", "XL/WORKSHEETS/SHEET1.XML", r"xl\worksheets\sheet1.xml"]
)
def test_a_part_whose_name_is_spelled_otherwise_is_written(tiny_file, tmp_path, name):
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(tiny_file) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.namelist():
            new.writestr(zipfile.ZipInfo(name if part == SHEET else part), old.read(part))
    sheetcnn.set_digit(path, ONE)
    report = sheetcnn.verify(path)
    assert (report.errors, report.prediction.digit) == (0, 1)
    with zipfile.ZipFile(path) as archive:
        assert name in archive.namelist()


def test_what_is_written_is_read_again(tiny_file, tmp_path, monkeypatch):
    """If one value were spelled wrongly, or one cell too many changed, the file would stay as it was."""
    path = shutil.copy(tiny_file, tmp_path / "x.xlsx")
    spelled = editing_module._spelled

    def wrongly(value, prefix, *, beside_formula):
        return spelled(value or 0.5, prefix, beside_formula=beside_formula)  # 0.5 for 0

    monkeypatch.setattr(editing_module, "_spelled", wrongly)
    refused(path, r"could not be written, as Network![A-Z]+\d+ would be wrong: nothing has been changed")
    monkeypatch.setattr(editing_module, "_edited", lambda xml, values: xml)
    refused(path, r"could not be written, as Network![A-Z]+\d+ would be wrong")
    monkeypatch.setattr(editing_module, "_edited", lambda xml, values: xml.replace(b"SUMPRODUCT", b"SUM"))
    refused(path, "could not be written")
    monkeypatch.setattr(editing_module, "_edited", lambda xml, values: xml[:-9])
    refused(path, "could not be written, as what came of it is damaged")


def test_an_ending_that_denies_what_is_inside(tiny_file, tmp_path):
    path = shutil.copy(tiny_file, tmp_path / "x.xlsx")
    for name in ("y.xlsm", "y.ods", "y.csv", "y", "y.xlsx.bak", "y.xltx"):
        refused(
            path,
            r"what is written is a workbook without macros: name it .*\.xlsx$",
            sheetcnn.SpecError,
            output=tmp_path / name,
        )
    sheetcnn.set_digit(path, ONE, output=tmp_path / "Y.XLSX")


def test_a_workbook_with_macros_keeps_its_ending(tiny_file, tmp_path):
    kinds = ("openxmlformats-officedocument.spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main")
    path = rewrite(
        tiny_file,
        tmp_path / "m.xlsm",
        {"[Content_Types].xml": lambda xml: xml.replace(*kinds)},
        {"xl/vbaProject.bin": "macros"},
    )
    refused(
        path,
        "what is written is a workbook with macros: name it .*y.xlsm",
        sheetcnn.SpecError,
        output=tmp_path / "y.xlsx",
    )
    sheetcnn.set_digit(path, ONE, output=tmp_path / "y.xlsm")
    sheetcnn.set_digit(path, ONE)
    with zipfile.ZipFile(path) as archive:
        assert archive.read("xl/vbaProject.bin") == b"macros"


def test_a_workbook_keeps_the_name_that_it_has(tiny_file, tmp_path):
    path = shutil.copy(tiny_file, tmp_path / "mine.backup")
    assert sheetcnn.set_digit(path, ONE).prediction.digit == 1


def test_a_write_protected_workbook_is_left_alone(tiny_file, tmp_path):
    path = shutil.copy(tiny_file, tmp_path / "x.xlsx")
    path.chmod(0o444)
    refused(path, "is write-protected", sheetcnn.SpecError)
    sheetcnn.set_digit(path, ONE, force=True)
    assert path.stat().st_mode & 0o777 == 0o444
    assert sheetcnn.verify(path).prediction.digit == 1


def test_a_link_stays_a_link_and_a_private_file_private(tiny_file, tmp_path):
    path, link = shutil.copy(tiny_file, tmp_path / "x.xlsx"), tmp_path / "link.xlsx"
    path.chmod(0o600)
    link.symlink_to(path)
    sheetcnn.set_digit(link, ONE)
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o600
    assert sheetcnn.verify(path).prediction.digit == 1


def test_a_weight_that_is_no_number_does_not_end_in_a_damaged_file(full_file, tmp_path):
    weight = a1(*next(iter(recognize(read_workbook(full_file), None).layout.all_weights)).cell(0, 0))
    path = edit(full_file, tmp_path / "x.xlsx", {weight: error_value("#N/A")})
    sheetcnn.set_digit(path, gallery.digit(9, 1))
    assert "#N/A" in read_workbook(path).sheets["Network"].values.values()
