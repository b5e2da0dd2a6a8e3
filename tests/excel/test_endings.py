from pathlib import Path

import pytest
from packages import minimal, save

from sheetcnn.errors import SpecError, WorkbookError
from sheetcnn.excel.endings import check_ending, ending_of, is_of_a_spreadsheet
from sheetcnn.excel.reader import read_workbook

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
TYPES = "[Content_Types].xml"


@pytest.mark.parametrize(
    ("kind", "ending"),
    [
        (XLSX_TYPE, ".xlsx"),
        (XLSX_TYPE.replace("sheet.main", "template.main"), ".xltx"),
        ("application/vnd.ms-excel.sheet.macroEnabled.main+xml", ".xlsm"),
        ("application/vnd.ms-excel.template.macroEnabled.main+xml", ".xltm"),
        ("application/vnd.ms-excel.addin.macroEnabled.main+xml", ".xlam"),
    ],
)
def test_a_file_ends_as_its_content_says(tmp_path, kind, ending):
    parts = minimal()
    parts[TYPES] = parts[TYPES].replace(XLSX_TYPE, kind)
    assert ending_of(read_workbook(save(tmp_path / "book", parts))) == ending


@pytest.mark.parametrize("types", ["", "<Types", minimal()[TYPES].replace(XLSX_TYPE, "text/plain")])
def test_a_file_that_has_changed_since_is_told(tmp_path, types):
    book = read_workbook(save(tmp_path / "book", minimal()))
    save(tmp_path / "book", minimal() | {TYPES: types})
    with pytest.raises(WorkbookError, match="does not say what kind of workbook it is: open it in Excel"):
        ending_of(book)


@pytest.mark.parametrize(
    ("name", "ending", "told"),
    [
        (
            "a.xls",
            ".xlsx",
            "a.xls ends in .xls, and what is written is a workbook without macros: name it a.xlsx",
        ),
        ("a", ".xlsx", "a has no ending, and what is written is a workbook without macros: name it a.xlsx"),
        (
            "a.xlsx",
            ".xlsm",
            "a.xlsx ends in .xlsx, and what is written is a workbook with macros: name it a.xlsm",
        ),
        (
            "..",
            ".xlsx",
            ".. has no ending, and what is written is a workbook without macros: name it digit.xlsx",
        ),
    ],
)
def test_a_name_that_denies_its_content_is_refused(name, ending, told):
    with pytest.raises(SpecError) as error:
        check_ending(Path(name), ending)
    assert str(error.value) == told


def test_the_case_of_an_ending_does_not_matter():
    check_ending(Path("A.XLSX"))
    assert [is_of_a_spreadsheet(Path(name)) for name in ("a.ODS", "a.csv", "a.png", "a")] == [
        True,
        True,
        False,
        False,
    ]
