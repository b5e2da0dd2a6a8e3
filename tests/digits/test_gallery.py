"""The gallery keeps MNIST's manner, and MNIST's own digits recognise it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from homes import SHARED

from sheetcnn.digits import gallery, mnist
from sheetcnn.errors import SpecError

MNIST = SHARED / "mnist"
SAMPLES = gallery.samples()

each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.source)


def test_there_are_five_samples_of_each_digit():
    assert Counter(sample.label for sample in SAMPLES) == dict.fromkeys(range(10), 5)


def test_samples_come_in_order_and_say_where_they_are_from():
    assert [sample.source for sample in SAMPLES[:6]] == [
        "gallery 0, sample 1",
        "gallery 0, sample 2",
        "gallery 0, sample 3",
        "gallery 0, sample 4",
        "gallery 0, sample 5",
        "gallery 1, sample 1",
    ]


def test_no_two_samples_are_alike():
    pixels = np.array([sample.pixels[0] for sample in SAMPLES]).reshape(len(SAMPLES), -1)
    between = np.abs(pixels[:, None] - pixels).sum(axis=2)
    assert between[np.triu_indices(len(SAMPLES), 1)].min() > 10  # of about 100 pixels of ink each


def test_one_digit_is_the_same_as_among_all_to_the_last_bit():
    again = gallery.digit(7, 2)
    among = next(sample for sample in SAMPLES if sample.source == "gallery 7, sample 2")
    assert again.label == 7
    assert again.pixels.tobytes() == among.pixels.tobytes()


def test_the_first_sample_is_given_unless_another_is_asked_for():
    assert gallery.digit(4).source == "gallery 4, sample 1"


@each_sample
def test_ink_is_thousandths_from_0_to_1(sample):
    assert sample.pixels.shape == (1, 28, 28)
    assert sample.pixels.dtype == np.float64
    assert sample.pixels.min() == 0
    assert sample.pixels[0].max() == 1
    np.testing.assert_array_equal(sample.pixels[0], np.round(sample.pixels[0] * 1000) / 1000)


@each_sample
def test_the_longer_side_is_20_pixels(sample):
    rows, columns = np.nonzero(sample.pixels[0])
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20


@each_sample
def test_the_centre_of_mass_is_where_mnist_has_it(sample):
    # Measured on MNIST's first 20,000 training images: 13.5 to 14.5 down and across, the first pixel being 0.
    down, across = np.indices((28, 28))
    assert abs(np.average(down, weights=sample.pixels[0]) - 14) <= 0.5
    assert abs(np.average(across, weights=sample.pixels[0]) - 14) <= 0.5


@pytest.mark.parametrize("label", [12, -1])
def test_a_digit_that_is_not_there_names_the_choices(label):
    with pytest.raises(SpecError) as caught:
        gallery.digit(label)
    assert str(caught.value) == f"there is no digit {label} in the gallery: choose 0 to 9"


@pytest.mark.parametrize("sample", [0, 6])
def test_a_sample_that_is_not_there_names_the_choices(sample):
    with pytest.raises(SpecError) as caught:
        gallery.digit(7, sample)
    assert str(caught.value) == f"there is no sample {sample} of digit 7 in the gallery: choose 1 to 5"


def test_a_pen_three_pixels_thick_leaves_three_pixels_of_ink():
    # The line runs down x = 10. Pixel centres lie 0.5, 1.5 and 2.5 from it; ink fades over 1.4 pixels around
    # half the pen: (1.5 - 0.5) / 1.4 + 0.5 > 1, (1.5 - 1.5) / 1.4 + 0.5 = 0.5, (1.5 - 2.5) / 1.4 + 0.5 < 0.
    ink = gallery.ink(gallery.Sample(3.0, [np.array([[7.0, 0.0], [7.0, 100.0]])]))
    assert ink.shape == (20, 20)
    np.testing.assert_allclose(ink[10], [0] * 8 + [0.5, 1, 1, 0.5] + [0] * 8, atol=1e-12)
    # The pen starts at y = 1.7, so that ink fades to 0 half a pixel above the box: the top pixels beside the
    # line are sqrt(0.5^2 + 1.2^2) = 1.3 away, (1.5 - 1.3) / 1.4 + 0.5 = 9 / 14.
    np.testing.assert_allclose(ink[[0, 0, 19, 19], [9, 10, 9, 10]], 9 / 14, atol=1e-12)


def test_a_curve_through_two_points_is_straight():
    curve = gallery.smooth(np.array([[0.0, 8.0], [16.0, 0.0]]))
    np.testing.assert_allclose(curve[[0, 3, 6]], [[0, 8], [8, 4], [16, 0]])


def test_a_curve_through_evenly_spaced_points_is_the_classical_catmull_rom():
    # Half way between two points it is (-before + 9 first + 9 second - after) / 16. Ends are mirrored: before
    # (0, 0) comes (-1, -1), and after (2, 0) comes (3, -1).
    curve = gallery.smooth(np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 0.0]]))
    np.testing.assert_allclose(curve[[0, 6, 12]], [[0, 0], [1, 1], [2, 0]])
    np.testing.assert_allclose(curve[[3, 9]], [[0.5, 0.625], [1.5, 0.625]])


def test_a_curve_takes_the_root_of_the_distance_as_time_between_points():
    # Chords of length 1 and 4 take times 1 and 2: at the corner the curve goes right by (1 * 2 + 0 * 1) / 3.
    # Half way along the second chord x = 1 + 2 / 8 * (2 / 3 - 0) = 7 / 6; with equal times it were 17 / 16.
    curve = gallery.smooth(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 4.0]]))
    assert curve[9, 0] == pytest.approx(7 / 6)


@pytest.mark.skipif(not MNIST.is_dir(), reason="the MNIST files are not beside the checkout")
def test_the_nearest_images_of_mnist_show_the_same_digit():
    images, labels = mnist.load(MNIST, "test")
    seen = images.reshape(len(images), -1) / np.float32(255)
    drawn = np.array([sample.pixels[0].ravel() for sample in SAMPLES], dtype=np.float32)
    squared = (seen**2).sum(axis=1) - 2 * drawn @ seen.T
    nearest = labels[np.argsort(squared, axis=1)[:, :5]]
    agree = (nearest == np.array([[sample.label] for sample in SAMPLES])).sum(axis=1)
    assert {sample.source: n for sample, n in zip(SAMPLES, agree.tolist(), strict=True) if n < 4} == {}
