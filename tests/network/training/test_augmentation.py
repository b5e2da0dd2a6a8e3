"""Augmentation: pictures of three pixels a side, moved, turned and scaled by hand."""

from __future__ import annotations

import numpy as np

from sheetcnn.network.training.augmentation import augmented
from sheetcnn.network.training.recipe import Recipe

NO_SHAKING = {"shift": 0.0, "degrees": 0.0, "scale": 0.0}


class Highest:
    """A generator that always draws the upper end."""

    def uniform(self, low, high, size):
        assert low == -high
        return np.full(size, float(high))


def shaken(picture, **by):
    recipe = Recipe("edges", 1, 1, 1, 0.1, 1, **{**NO_SHAKING, **by})
    images = np.array(picture, dtype=float)[None, :, :, None].repeat(2, axis=3)
    first, second = np.moveaxis(augmented(images, recipe, Highest())[0], -1, 0)
    np.testing.assert_array_equal(first, second)
    return first.round(6).tolist()


PICTURE = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]


def test_augmentation_by_nothing_changes_nothing():
    assert shaken(PICTURE) == PICTURE


def test_augmentation_shifts_and_brings_in_paper():
    assert shaken(PICTURE, shift=1) == [[5, 6, 0], [8, 9, 0], [0, 0, 0]]
    assert shaken(PICTURE, shift=9) == [[0, 0, 0]] * 3


def test_augmentation_mixes_four_pixels_between_them():
    # (1 + 2 + 4 + 5) / 4 = 3 and so on; at the edge, half or three quarters of it is paper.
    assert shaken(PICTURE, shift=0.5) == [[3, 4, 2.25], [6, 7, 3.75], [3.75, 4.25, 2.25]]


def test_augmentation_turns_about_the_middle():
    assert shaken(PICTURE, degrees=90) == [[7, 4, 1], [8, 5, 2], [9, 6, 3]]


def test_augmentation_scales_about_the_middle():
    # Twice the size: each pixel looks half as far from the middle as it lies.
    assert shaken(PICTURE, scale=1) == [[3, 3.5, 4], [4.5, 5, 5.5], [6, 6.5, 7]]


def test_augmentation_keeps_heights_and_widths_apart():
    assert shaken([[1, 2, 3, 4]], shift=1) == [[0, 0, 0, 0]]
    assert shaken([[1, 2], [3, 4], [5, 6]], shift=1) == [[4, 0], [6, 0], [0, 0]]


def test_augmentation_of_a_batch_treats_each_image_by_itself():
    recipe = Recipe("edges", 1, 1, 1, 0.1, 1, shift=0.7, degrees=6, scale=0.05)
    images = np.zeros((1, 9, 9, 50), dtype=np.float32)
    images[0, 3:6, 3:6] = 1
    moved = augmented(images, recipe, np.random.default_rng(0))
    assert moved.dtype == np.float32
    assert len({image.tobytes() for image in np.moveaxis(moved, -1, 0)}) == 50
    np.testing.assert_allclose(moved.sum(axis=(0, 1, 2)), 9, rtol=0.2)  # ink is hardly won or lost
