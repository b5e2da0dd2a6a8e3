import pytest
from packages import minimal, save

from sheetcnn.errors import WorkbookError
from sheetcnn.excel.cell_array import ErrorValue
from sheetcnn.excel.reader import read_workbook
from sheetcnn.excel.write_check import check_written, is_same_value

ROW = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1*2</f><v>2</v></c></row>'
CHANGED = ROW.replace("<v>1<", "<v>5<")


def written(tmp_path, name, **parts):
    return save(tmp_path / name, minimal(ROW) | parts)


def checked(tmp_path, meant, rows=CHANGED, **parts):
    old = read_workbook(written(tmp_path, "old.xlsx"))
    new = written(tmp_path, "new.xlsx", **{"xl/worksheets/sheet1.xml": sheet(rows), **parts})
    return check_written(old, meant, new)


def sheet(rows):
    return minimal(rows)["xl/worksheets/sheet1.xml"]


def test_what_was_meant_is_accepted(tmp_path):
    assert checked(tmp_path, {"S": {(0, 0): 5.0}}) is None


@pytest.mark.parametrize(
    ("meant", "rows", "told"),
    [
        ({}, CHANGED, "S!A1 would be wrong"),
        ({"S": {(0, 0): 6.0}}, CHANGED, "S!A1 would be wrong"),
        ({"S": {(0, 0): 5.0, (7, 2): 1.0}}, CHANGED, "S!C8 would be wrong"),
        ({"S": {(0, 0): True}}, ROW, "S!A1 would be wrong"),
        ({"S": {(0, 0): 5.0}}, CHANGED.replace("A1*2", "A1*3"), "S's formulas would be wrong"),
    ],
)
def test_another_cell_is_named(tmp_path, meant, rows, told):
    with pytest.raises(WorkbookError, match=f"{told}: nothing has been changed; this is a fault of sheetcnn"):
        checked(tmp_path, meant, rows)


@pytest.mark.parametrize(
    ("part", "old", "new", "told"),
    [
        ("xl/workbook.xml", 'name="S"', 'name="T"', "its sheets would change"),
        (
            "xl/workbook.xml",
            "</workbook>",
            '<calcPr calcMode="manual"/></workbook>',
            "names or settings would change",
        ),
        ("xl/worksheets/sheet1.xml", "</worksheet>", "", "what came of it is damaged in its part"),
    ],
)
def test_what_is_no_cell_is_named(tmp_path, part, old, new, told):
    with pytest.raises(WorkbookError, match=told):
        checked(tmp_path, {"S": {(0, 0): 5.0}}, **{part: minimal(CHANGED)[part].replace(old, new)})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1.0, 1.0, True),
        (1.0, True, False),
        (0.0, False, False),
        ("#N/A", ErrorValue("#N/A"), False),
        (None, None, True),
        ("", None, False),
    ],
)
def test_values_are_the_same_if_their_types_are(one, other, same):
    assert is_same_value(one, other) is is_same_value(other, one) is same
