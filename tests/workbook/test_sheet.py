"""Digits to choose from, and a pad to draw on: what their formulas are and give."""

from __future__ import annotations

import numpy as np
import pytest

import sheetcnn
from sheetcnn.digits import gallery
from sheetcnn.excel.addresses import parse_range
from sheetcnn.excel.reader import read_workbook
from sheetcnn.network.toml_template import load_template
from sheetcnn.workbook.design import available_sheets, plan
from sheetcnn.workbook.readout import NO_TRUTH, NOTHING
from sheetcnn.workbook.sheets import SHEETS
from sheetcnn.workbook.spec import assemble

MNIST = load_template("mnist").network
BLOCKS = {e.regions[0].name: e for e in assemble(MNIST, plan(MNIST, SHEETS), SHEETS).blocks}


def says(name, **seen):
    (values,) = BLOCKS[name].compute({key: np.asarray(value) for key, value in seen.items()})
    return values


def word(text):
    return np.array([[text]], dtype=object)


def column(*values):
    return np.array(values, dtype=object if any(isinstance(v, str) for v in values) else float).reshape(-1, 1)


@pytest.fixture(scope="module")
def cells(full_file):
    """Return what stands in the cells of a region: formulas, else values."""
    workbook = read_workbook(full_file)

    def found(name):
        sheet, _, area = workbook.names[name].partition("!")
        top, left, bottom, right = parse_range(area)
        page = workbook.sheets[sheet]
        return [
            [page.formulas.get((r, c), page.values.get((r, c))) for c in range(left, right + 1)]
            for r in range(top, bottom + 1)
        ]

    return found


# Formulas, worked out on the sheets themselves


@pytest.mark.parametrize(
    ("region", "row", "column", "formula"),
    [
        ("chosen_row", 0, 0, "INDEX($C$7:$C$58,MATCH(Network!$A$5,$A$7:$A$58,0))"),
        ("chosen_column", 0, 0, "INDEX($D$7:$D$58,MATCH(Network!$A$5,$A$7:$A$58,0))"),
        (
            "truth", 0, 0,
            "IF(ISNUMBER(INDEX(Digits!$B$7:$B$58,MATCH($A$5,Digits!$A$7:$A$58,0))),INDEX($IJ$5:$IJ$14,1+INDEX("
            "Digits!$B$7:$B$58,MATCH($A$5,Digits!$A$7:$A$58,0))),INDEX(Digits!$B$7:$B$58,MATCH($A$5,Digits!$A$7:$A$58,0)))",
        ),
        (
            "input", 0, 0,
            'IF($A$5="my drawing",Draw!BP7,INDEX(Digits!$G$7:$EX$334,Digits!$C$5+$O5,Digits!$D$5+P$33))',
        ),
        (
            "input", 27, 27,
            'IF($A$5="my drawing",Draw!CQ34,INDEX(Digits!$G$7:$EX$334,Digits!$C$5+$O32,Digits!$D$5+AQ$33))',
        ),
        ("softened", 0, 0, "SUMPRODUCT(A6:C8,$AH$39:$AJ$41)/SUM($AH$39:$AJ$41)"),
        ("ink_rows", 1, 0, "SUM(AH8:BI8)"),
        ("ink_columns", 0, 1, "SUM(AI7:AI34)"),
        (
            "moved_down", 0, 0,
            "IF(SUM($BJ$7:$BJ$34)=0,0,ROUND(15-SUMPRODUCT($BJ$7:$BJ$34,$AG$7:$AG$34)/SUM($BJ$7:$BJ$34),0))",
        ),
        ("from_rows", 2, 0, 'IF(AND($AG9-$BP$39>=1,$AG9-$BP$39<=28),$AG9-$BP$39,"")'),
        ("from_columns", 0, 2, 'IF(AND(AJ$6-$BP$40>=1,AJ$6-$BP$40<=28),AJ$6-$BP$40,"")'),
        (
            "drawing", 0, 0,
            'IF($BP$3="off",B7,IF(COUNT($BO7,BP$6)=2,INDEX($AH$7:$BI$34,$BO7,BP$6),0))',
        ),
    ],
)  # fmt: skip
def test_formulas_of_pages(cells, region, row, column, formula):
    assert cells(region)[row][column] == formula


def test_the_list_names_52_choices_each_at_its_picture(cells):
    names, digits = ([value for (value,) in cells(name)] for name in ("choices", "choice_digits"))
    assert names[:3] == ["my digit", "my drawing", "0, sample 1"]
    assert (len(names), names[-1]) == (52, "9, sample 5")
    assert digits == [7.0, "?", *(float(digit) for digit in range(10) for _ in range(5))]
    pictures = np.array(cells("digits"), dtype=object)
    for name, (row,), (left,) in zip(names, cells("choice_rows"), cells("choice_columns"), strict=True):
        if "sample" in name:
            label, _, sample = name.partition(", sample ")
            picture = pictures[int(row) : int(row) + 28, int(left) : int(left) + 28]
            expected = gallery.digit(int(label), int(sample)).pixels[0]
            np.testing.assert_array_equal(np.where(picture == None, 0.0, picture), expected)  # noqa: E711 - cell by cell


def test_a_digit_of_the_gallery_is_chosen_by_its_name(cells):
    assert cells("choice") == [["7, sample 1"]]
    assert cells("centring") == [["on"]]


# What they give


def test_the_softened_drawing_of_one_cell_is_the_kernel():
    paper = np.zeros((30, 30))
    paper[11, 11] = 1  # row 11 and column 11 of the pad
    softened = says("softened", paper=paper, softening=[[1.0, 2, 1], [2, 4, 2], [1, 2, 1]])
    assert softened[9:12, 9:12].tolist() == [
        [1 / 16, 1 / 8, 1 / 16],
        [1 / 8, 1 / 4, 1 / 8],
        [1 / 16, 1 / 8, 1 / 16],
    ]
    assert softened.sum() == 1


@pytest.mark.parametrize(
    ("rows", "move"),
    [
        ({15: 1.0}, 0.0),  # in the middle already
        ({1: 1.0}, 14.0),
        ({28: 2.0}, -13.0),
        ({14: 1.0, 15: 1.0}, 1.0),  # half a row: away from 0, as Excel rounds
        ({15: 1.0, 16: 1.0}, -1.0),
        ({}, 0.0),
    ],
)
def test_the_drawing_moves_so_far_that_its_centre_of_mass_is_in_row_15(rows, move):
    ink = np.zeros((28, 1))
    for row, amount in rows.items():
        ink[row - 1] = amount
    assert says("moved_down", ink_rows=ink, row_numbers=np.arange(1.0, 29).reshape(-1, 1)).tolist() == [
        [move]
    ]


def test_rows_come_from_so_far_above_and_none_from_outside():
    numbers = np.arange(1.0, 29).reshape(-1, 1)
    down = says("from_rows", row_numbers=numbers, moved_down=[[2.0]]).ravel().tolist()
    assert down == ["", "", *map(float, range(1, 27))]
    up = says("from_rows", row_numbers=numbers, moved_down=[[-1.0]]).ravel().tolist()
    assert up == [*map(float, range(2, 29)), ""]


def test_the_centred_drawing_is_the_softened_one_moved_or_the_paper_as_it_is():
    paper, softened = np.zeros((30, 30)), np.zeros((28, 28))
    paper[1, 1], softened[0, 5] = 0.5, 0.75
    rows, columns = (
        column("", *map(float, range(1, 28))),
        column(*map(float, range(2, 29)), "").reshape(1, -1),
    )
    seen = {"paper": paper, "softened": softened, "from_rows": rows, "from_columns": columns}
    moved = says("drawing", centring=word("on"), **seen)
    assert np.argwhere(moved).tolist() == [[1, 4]]
    assert moved[1, 4] == 0.75
    asis = says("drawing", centring=word("off"), **seen)
    assert (asis[0, 0], np.count_nonzero(asis)) == (0.5, 1)


def test_the_verdict():
    def verdict(truth, answer="I read a 7."):
        shares = column(0.1, 0.9)
        return says(
            "verdict", truth=word(truth), classes=column(3.0, 7.0), probabilities=shares, answer=word(answer)
        ).item()

    assert verdict(7.0) == "Right: it is a 7."
    assert verdict(3.0) == "Wrong: it is a 3."
    assert verdict("?") == NO_TRUTH
    assert verdict(7.0, NOTHING) == "Wrong: it is a 7."


# Verify


def test_the_whole_workbook_verifies(full_file):
    report = sheetcnn.verify(full_file)
    assert report.findings == []
    assert (report.formulas, report.checked) == (12401, 12401)
    assert [stage.name for stage in report.stages][:3] == ["digits", "draw", "input"]


@pytest.mark.parametrize("broken", ["words", "", True, np.nan, 7.0, -1e300], ids=repr)
def test_whatever_a_broken_cell_holds_numpy_has_an_answer(full_file, broken):
    """Else verify would stop at the first cell that somebody has typed over."""
    workbook = read_workbook(full_file)

    def held(region):
        values = [workbook.sheets[region.sheet].values.get(cell, 0.0) for cell in region.cells()]
        kind = object if any(isinstance(value, str) for value in values) else float
        return np.array(values, dtype=kind).reshape(region.rows, region.columns)

    for block in BLOCKS.values():
        seen = {region.name: held(region) for region in block.reads}
        for name, values in seen.items():
            changed = values.astype(object if isinstance(broken, str | bool) else values.dtype)
            changed[0, 0] = broken
            with np.errstate(all="ignore"):
                answers = block.compute({**seen, name: changed})
            assert [np.shape(answer) for answer in answers] == [(r.rows, r.columns) for r in block.regions]


def test_a_template_with_places_of_its_own_stays_plain(tmp_path):
    path = sheetcnn.generate(template="fastai", output=tmp_path / "f.xlsx").output
    assert list(read_workbook(path).sheets) == ["conv-example", "Model"]


def test_a_lesson_beside_a_template_with_places_of_its_own_is_on_sheets_of_its_own(tmp_path):
    path = sheetcnn.generate(template="fastai", output=tmp_path / "f.xlsx", lesson=True).output
    workbook = read_workbook(path)
    lessons = [sheet.sheet for sheet in available_sheets(load_template("fastai").network) if sheet.lesson]
    assert list(workbook.sheets) == ["conv-example", *lessons, "Model"]
    assert workbook.names["conv2_1"] == "'conv-example'!$BM$4:$CJ$27"


def test_plain_has_fixed_pixels_and_no_other_sheets(mnist_file):
    workbook = read_workbook(mnist_file)
    assert list(workbook.sheets) == ["Network", "Model"]
    assert (4, 15) not in workbook.sheets["Network"].formulas
