"""A value that was computed from more digits than were saved is not stale; one from another number is."""

import numpy as np
import pytest
from editing import edit, number

import sheetcnn
from sheetcnn.digits.digit import Digit
from sheetcnn.excel.addresses import a1
from sheetcnn.network.template_loader import load_template
from sheetcnn.workbook.layout import plan
from sheetcnn.workbook.renderer import render_workbook


def cancelling(seed):
    """Return pixels of tiny that are large and nearly alike, so that its edge filters leave little of them."""
    return 300_000 * np.random.default_rng(seed).uniform(0.999_999, 1, (1, 6, 6))


def saved(tmp_path, pixels, change=0.0):
    """Write tiny's workbook with values computed from all digits of the pixels, and pixels of 15 digits."""
    template = load_template("tiny")
    (tmp_path / "all.xlsx").write_bytes(render_workbook(template, Digit(pixels, None, "")).content)
    (region,) = plan(template.network).inputs
    cells = {
        a1(*cell): number(float(f"{pixel:.15g}"))
        for cell, pixel in zip(region.cells(), pixels.ravel().tolist(), strict=True)
    }
    cells["P5"] = number(float(f"{pixels[0, 0, 0] + change:.15g}"))
    return edit(tmp_path / "all.xlsx", tmp_path / "saved.xlsx", cells)


@pytest.mark.parametrize("seed", range(5))
def test_lost_digits_make_no_value_stale(tmp_path, seed):
    assert sheetcnn.verify(saved(tmp_path, cancelling(seed))).findings == []


@pytest.mark.parametrize("seed", range(5))
def test_a_number_that_was_truly_another_does(tmp_path, seed):
    found = sheetcnn.verify(saved(tmp_path, cancelling(seed), change=1e-6)).findings
    assert {finding.kind for finding in found} == {"stale-value"}
    assert "Network!AC5" in {finding.cell for finding in found}  # the first window holds that pixel


def test_sums_of_huge_pixels_that_cancel_out_are_no_wrong_formulas(tmp_path):
    """Pixels of up to 1e8 leave 1e-8 of one sum, which NumPy and formulas add up in another order."""
    template = load_template("mnist")
    pixels = np.random.default_rng(5).uniform(0, 1e8, template.network.input_shape)
    (tmp_path / "huge.xlsx").write_bytes(render_workbook(template, Digit(pixels, None, "")).content)
    assert sheetcnn.verify(tmp_path / "huge.xlsx").findings == []
