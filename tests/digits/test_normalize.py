"""From a picture to a digit, step by step, on numbers worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sheetcnn.digits.normalize import averaged, normalize, otsu
from sheetcnn.errors import SpecError


def test_averaging_takes_the_mean_of_the_area():
    # Three cells become two of 1.5 each: (0 + 3/2) / 1.5 = 1, (3/2 + 9) / 1.5 = 7.
    np.testing.assert_allclose(averaged(np.array([[0.0, 3.0, 9.0]]), (1, 2)), [[1, 7]])
    np.testing.assert_allclose(averaged(np.arange(16.0).reshape(4, 4), (2, 2)), [[2.5, 4.5], [10.5, 12.5]])
    np.testing.assert_allclose(averaged(np.array([[2.0], [4.0]]), (4, 1)), [[2], [2], [4], [4]])


def test_the_threshold_parts_what_is_most_distinct():
    # Four and five values: 0 0 0 0 1 | 9 9 10 10 gives 5 * 4 * (9.5 - 0.2)^2 = 1730, and before the 1 it were
    # 4 * 5 * (39 / 5)^2 = 1217. Every threshold from 1 to 9 parts them so; the middle is 5.
    assert otsu(np.array([0, 0, 0, 0, 1, 9, 9, 10, 10.0])) == pytest.approx(5, abs=10 / 256)


def bar(paper, ink):
    """A bar of 6 by 30 pixels on a page of 60 by 60."""
    page = np.broadcast_to(paper, (60, 60)).astype(float)
    page[15:45, 20:26] = ink * page[15:45, 20:26] if ink < 0.5 else ink
    return page


@pytest.mark.parametrize(("paper", "ink", "turned"), [(0.9, 0.1, True), (0.1, 0.9, False)])
def test_ink_is_cut_out_and_20_pixels_high(paper, ink, turned):
    found = normalize(bar(paper, ink))
    assert (found.cut, found.turned, found.shaded, found.dusty) == ((30, 6), turned, False, False)
    np.testing.assert_allclose(found.ink, np.ones((20, 4)))


@pytest.mark.parametrize(
    "light",
    [
        np.linspace(1, 0.4, 60),
        np.linspace(0.4, 1, 60)[:, np.newaxis],
        np.where(np.arange(60) < 30, 0.5, 1.0),  # a sharp edge, beside the bar
    ],
)
def test_a_shadow_is_taken_off(light):
    found = normalize(bar(0.9 * light, 0.2))  # ink takes four fifths of whatever light there is
    assert (found.cut, found.turned, found.shaded) == ((30, 6), True, True)
    np.testing.assert_allclose(found.ink, np.ones((20, 4)), atol=0.1)


def test_a_cut_off_wedge_of_shadow_is_no_ink():
    page = bar(0.9, 0.1)
    down, across = np.indices(page.shape)
    page[down + 2 * across > 140] *= 0.6  # a triangle in the lower right corner
    page[:, :2] *= 0.9
    found = normalize(page * np.linspace(1, 0.8, 60))
    assert found.cut == (30, 6)


@pytest.mark.parametrize("page", [np.full((9, 9), 0.3), bar(0.9, 0.82), np.ones((1, 1))])
def test_faint_or_no_ink_is_refused(page):
    with pytest.raises(SpecError, match="there is no ink on it"):
        normalize(page)


def test_grain_of_the_paper_is_no_ink():
    random = np.random.default_rng(1)
    page = bar(0.9, 0.1) + random.normal(0, 0.05, (60, 60))
    assert normalize(page).cut == (30, 6)
