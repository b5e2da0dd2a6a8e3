"""The sheet `Max pool`: its formulas, and what they give, worked by hand."""

import pytest
from editing import edit, formula, number

import sheetcnn
from sheetcnn.excel.addresses import a1
from sheetcnn.excel.reader import read_workbook


@pytest.fixture(scope="module")
def sheet(full_file):
    """Return what every cell shows, by its address."""
    values = read_workbook(full_file).sheets["Max pool"].values
    return {a1(*cell): value for cell, value in values.items()}


@pytest.fixture(scope="module")
def part(full_file):
    return f"xl/worksheets/sheet{list(read_workbook(full_file).sheets).index('Max pool') + 1}.xml"


@pytest.mark.parametrize(
    ("cell", "spelled"),
    [
        ("C23", "=IF(AND($B23-$G$4>=1,C$22-$K$4>=1),INDEX($C$8:$N$19,$B23-$G$4,C$22-$K$4),0)"),
        ("R8", "=MAX(C8:D9)"),
        ("W13", "=MAX(M18:N19)"),
        ("AA8", "=MAX(R8:S9)"),
        ("AA23", "=MAX(R23:S24)"),
        ("C38", "=ABS(C8-C23)"),
        ("AC40", "=ABS(AC10-AC25)"),
        ("AK40", "=IF(SUM($C$8:$N$19)=0,0,SUM($C$38:$N$49)/SUM($C$8:$N$19))"),
    ],
)
def test_formulas(full_book, cell, spelled):
    assert full_book["Max pool"][cell].value == spelled


def test_how_much_of_the_7_changes_when_it_moves_by_a_pixel(sheet):
    """Its rows sum to 5, 5.8, four times 1.7 and three times 2.2; each differs by 1.6 or, the others, by 1.8."""
    assert sheet["AK40"] == pytest.approx((1.6 + 8 * 1.8) / (5 + 5.8 + 4 * 1.7 + 3 * 2.2))
    assert sheet["AK41"] == pytest.approx(3.3 / 9.5)
    assert sheet["AK42"] == pytest.approx(0.6 / 5.2)
    assert sheet["AF45"] == "The pools make the change smaller."


def test_every_choice_of_steps_is_verified(full_file, tmp_path, part):
    """An error that only a step of 2 shows."""
    spelled = "IF(OR($B25<=$G$4,C$22<=$K$4),0,INDEX($C$8:$N$19,$B25-MIN($G$4,1),C$22-$K$4))"
    wrong = edit(full_file, tmp_path / "wrong.xlsx", {"C25": formula(spelled, 0)}, part=part)
    assert [each.cell for each in sheetcnn.verify(wrong).findings] == ["Max pool!C25"]


def test_a_number_over_a_pool_is_named(full_file, tmp_path, part):
    wrong = edit(full_file, tmp_path / "wrong.xlsx", {"R8": number(0)}, part=part)
    found = [(each.cell, each.kind) for each in sheetcnn.verify(wrong).findings]
    assert found == [("Max pool!R8", "value-for-formula")]
