"""Text that joins a number is the same with a decimal comma; text that is stale is still found."""

import openpyxl
import pytest
from editing import formula, number, rewrite

import sheetcnn
from sheetcnn.excel.addresses import a1
from sheetcnn.excel.cell_array import decimal_mark, general, numeral
from sheetcnn.excel.reader import read_workbook

SURE = "95.3 % sure"  # what Network!A11 of tiny says: 95.2574..., from bc -l


def stored(file, target, old, new):
    """Write a copy of a workbook in which a text that is stored beside formulas is another one."""
    changes = {}

    def change(xml):
        changes[len(changes)] = xml.count(f"<v>{old}</v>")
        return xml.replace(f"<v>{old}</v>", f"<v>{new}</v>")

    parts = [f"xl/worksheets/sheet{place + 1}.xml" for place in range(len(read_workbook(file).sheets))]
    rewrite(file, target, dict.fromkeys(parts, change))
    assert sum(changes.values()), f"no formula says {old}"
    return target


def kinds(path):
    return {(finding.cell, finding.kind) for finding in sheetcnn.verify(path).findings}


@pytest.mark.parametrize("mark", [",", "\u066b"])
def test_a_decimal_comma_is_as_good_as_a_point(tiny_file, tmp_path, mark):
    assert kinds(stored(tiny_file, tmp_path / "x.xlsx", SURE, f"95{mark}3 % sure")) == set()


@pytest.mark.parametrize(
    "stale",
    [
        *(
            "95,4 % sure",
            "95.4 % sure",
            "95,3 % Sure",
            "95,3% sure",
            "95, 3 % sure",
            "95;3 % sure",
            "953 % sure",
        ),
        *("95,30 % sure", "9,53 % sure", "95,,3 % sure", "95'3 % sure", "95,3\u00a0% sure", "I read a 7."),
    ],
)
def test_a_stale_text_is_still_found(tiny_file, tmp_path, stale):
    assert kinds(stored(tiny_file, tmp_path / "x.xlsx", SURE, stale)) == {("Network!A11", "stale-value")}


@pytest.mark.slow
def test_every_text_of_the_whole_workbook_may_have_a_comma_and_none_another_number(full_file, tmp_path):
    said = "dog has the highest probability: 39.3 %."
    assert kinds(stored(full_file, tmp_path / "x.xlsx", said, said.replace(".3", ",3"))) == set()
    stale = said.replace("dog", "cat").replace(".3", ",3")
    assert kinds(stored(full_file, tmp_path / "x.xlsx", said, stale)) == {("Softmax!A13", "stale-value")}


def with_label(tiny_file, target, content, says):
    """Write tiny's workbook with another label for its 7, and what the panel then says."""
    book = read_workbook(tiny_file)
    classes = book.names["classes"].rpartition("!")[2].replace("$", "").partition(":")[2]
    texts = {
        a1(*cell): value for cell, value in book.sheets["Network"].values.items() if value == "I read a 7."
    }
    cells = {classes: content}
    for cell in texts:
        row, column = openpyxl.utils.cell.coordinate_from_string(cell)[::-1]
        spelled = book.sheets["Network"].formulas[
            row - 1, openpyxl.utils.column_index_from_string(column) - 1
        ]
        cells[cell] = formula(spelled, says)
    from editing import edit

    return edit(tiny_file, target, cells)


@pytest.mark.parametrize(
    ("content", "says", "stale"),
    [
        (number(1.5), "I read a 1.5.", False),
        (number(1.5), "I read a 1,5.", False),  # and the cell that copies it has it, too
        (number(1.5), "I read a 1,5,", True),  # the full stop is no decimal point
        ("<is><t>1.5</t></is>", "I read a 1.5.", False),
        ("<is><t>1.5</t></is>", "I read a 1,5.", True),  # a text that holds a point keeps it
    ],
)
def test_only_a_number_that_is_joined_is_written_otherwise(tiny_file, tmp_path, content, says, stale):
    path = with_label(tiny_file, tmp_path / "x.xlsx", content, says)
    found = [finding for finding in sheetcnn.verify(path).findings if finding.region.startswith("answer")]
    assert [finding.kind for finding in found] == (["stale-value"] * 2 if stale else [])


def test_numbers_are_written_and_read_with_the_mark_that_is_set():
    with decimal_mark(","):
        assert [general(0.5), general(-1e-20), general(12)] == ["0,5", "-1E-20", "12"]
        assert [numeral("0,5"), numeral("1.234,5")] == [0.5, 1234.5]
    assert [general(0.5), numeral("0.5"), numeral("1,234.5")] == ["0.5", 0.5, 1234.5]
