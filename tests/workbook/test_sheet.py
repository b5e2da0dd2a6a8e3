"""A workbook with all of its sheets: that it verifies, and which sheets it has."""

from __future__ import annotations

import numpy as np
import pytest
from lesson_blocks import BLOCKS, column, computed, word

import sheetcnn
from sheetcnn.excel.reader import read_workbook
from sheetcnn.network.template_loader import load_template
from sheetcnn.workbook.design import available_sheets
from sheetcnn.workbook.readout import NO_TRUTH, NOTHING


def test_the_verdict():
    def verdict(truth, answer="I read a 7."):
        shares = column(0.1, 0.9)
        return computed(
            "verdict", truth=word(truth), classes=column(3.0, 7.0), probabilities=shares, answer=word(answer)
        ).item()

    assert verdict(7.0) == "Right: it is a 7."
    assert verdict(3.0) == "Wrong: it is a 3."
    assert verdict("?") == NO_TRUTH
    assert verdict(7.0, NOTHING) == "Wrong: it is a 7."


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
