"""A small template that learns in a second, and its pictures: lying and standing strokes."""

import numpy as np

from sheetcnn.network.template_loader import load_template

TEMPLATE = """\
# A comment at the top.
title = "Lying and standing strokes"
classes = ["lying", "standing"]
weights = "strokes.npz"

[input]
channels = 1
height = 6
width = 6

[[stages]]
kind = "conv"
filters = 2
kernel = 3

[[stages]]
kind = "relu"

[[stages]]
kind = "maxpool"
window = 2

[[stages]]
kind = "dense"
outputs = 2

[[stages]]
kind = "softmax"

[recipe]
start = "edges"  # a comment in a line
seeds = 2
epochs = 8
batch = 10
learning_rate = 0.05
validation = 50
shift = 0.5
degrees = 5
scale = 0.05
"""


def written(folder, text=TEMPLATE):
    """Write a template into a folder; return it, without weights."""
    path = folder / "strokes.toml"
    path.write_text(text, encoding="utf-8")
    return load_template(str(path), weights=False)


def strokes(count, seed):
    """Return pictures of one stroke each on grainy paper, lying (0) or standing (1), in the middle four."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 60, size=(count, 6, 6), dtype=np.uint8)
    labels = rng.integers(0, 2, size=count, dtype=np.uint8)
    for image, label, place in zip(images, labels, rng.integers(1, 5, size=count), strict=True):
        (image.T if label else image)[place] = 255
    return images, labels
