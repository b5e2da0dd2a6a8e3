"""Pictures moved, turned and scaled a little, so that a network learns the digit and not its place."""

from __future__ import annotations

import numpy as np

from sheetcnn.network.stages import Array
from sheetcnn.network.training.recipe import Recipe


def augmented(images: Array, recipe: Recipe, rng: np.random.Generator) -> Array:
    """Return the images, (1, height, width, n), each moved, turned and scaled by chance about its middle."""
    _, height, width, count = images.shape
    angle = np.radians(rng.uniform(-recipe.degrees, recipe.degrees, count))
    size = 1 + rng.uniform(-recipe.scale, recipe.scale, count)
    shift = rng.uniform(-recipe.shift, recipe.shift, (2, count)).astype(images.dtype)
    cosine, sine = (np.cos(angle) / size).astype(images.dtype), (np.sin(angle) / size).astype(images.dtype)
    middle_y, middle_x = (height - 1) / 2, (width - 1) / 2
    y = (np.arange(height, dtype=images.dtype) - middle_y)[:, None, None]
    x = (np.arange(width, dtype=images.dtype) - middle_x)[None, :, None]
    # Each new pixel looks back to where it comes from. The margin of paper, one pixel before and two behind,
    # catches all that comes from beyond the edge.
    paper = np.pad(images[0], ((1, 2), (1, 2), (0, 0)))
    from_y = np.clip(cosine * y - sine * x + (middle_y + 1 + shift[0]), 0, height + 1)
    from_x = np.clip(sine * y + cosine * x + (middle_x + 1 + shift[1]), 0, width + 1)
    return _between_pixels(paper, from_y, from_x)[None]


def _between_pixels(images: Array, y: Array, x: Array) -> Array:
    """Return what images, (height, width, n), show at places (y, x) between their pixels, bilinearly."""
    _, width, count = images.shape
    (below, top), (right, left) = np.modf(y), np.modf(x)
    flat, down = images.reshape(-1), width * count
    at = top.astype(np.intp) * down + left.astype(np.intp) * count + np.arange(count)
    upper = (1 - right) * flat[at] + right * flat[at + count]
    lower = (1 - right) * flat[at + down] + right * flat[at + down + count]
    mixed: Array = (1 - below) * upper + below * lower
    return mixed
