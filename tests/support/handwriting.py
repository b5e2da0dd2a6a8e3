"""MNIST digits as people have them: enlarged, dark on light, in a corner, on a page with a shadow.

`python tests/support/handwriting.py 1000` reads so many test images in each form and prints how many are read right.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from homes import SHARED
from PIL import Image

from sheetcnn.digits import load, mnist
from sheetcnn.errors import SpecError
from sheetcnn.network.template_loader import load_template

MNIST = SHARED / "mnist"
Form = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def enlarged(digit, by):
    return np.asarray(Image.fromarray(digit).resize((28 * by, 28 * by), Image.Resampling.BICUBIC))


def in_a_corner(digit, random):
    rows, columns = np.nonzero(digit)
    cut = digit[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    top, left = (random.choice([0, 28 - side]) for side in cut.shape)
    page = np.zeros_like(digit)
    page[top : top + cut.shape[0], left : left + cut.shape[1]] = cut
    return page


def on_a_page(digit, random):
    """A grey page of 1,000 pixels, a pen that takes 80 % of the light, grain, and half of it in a shadow."""
    by = int(random.integers(10, 31))
    top, left = random.integers(0, 1000 - 28 * by + 1, 2)
    ink = np.zeros((1000, 1000))
    ink[top : top + 28 * by, left : left + 28 * by] = enlarged(digit, by) / 255
    y, x = np.mgrid[0:1000, 0:1000] / 1000 - 0.5
    angle, depth, soft = random.uniform(0, 2 * np.pi), random.uniform(0.25, 0.5), random.uniform(0.02, 0.15)
    across = x * np.cos(angle) + y * np.sin(angle) - random.uniform(-0.3, 0.3)
    light = 1 - depth / (1 + np.exp(-across / soft))
    page = 200 * light * (1 - 0.8 * ink) + random.normal(0, 3, ink.shape)
    return np.clip(page, 0, 255).round().astype(np.uint8)


FORMS: dict[str, Form] = {
    "as they are": lambda digit, _: digit,
    "enlarged 10 times": lambda digit, _: enlarged(digit, 10),
    "dark on light": lambda digit, _: 255 - digit,
    "in a corner": in_a_corner,
    "on a page with a shadow": on_a_page,
}


def accuracies(count: int, seed: int = 5) -> dict[str, tuple[float, int]]:
    """Return, for arrays and for each form saved as PNG, the share that is read right, and how many were refused."""
    random = np.random.default_rng(seed)
    images, labels = mnist.load(MNIST, "test")
    chosen = random.choice(len(images), count, replace=False)
    right = {"as arrays": (share(images[chosen] / 255, labels[chosen]), 0)}
    with tempfile.TemporaryDirectory() as folder:
        for name, form in FORMS.items():
            pixels, refused = [], 0
            for digit in images[chosen]:
                path = Path(folder, "digit.png")
                Image.fromarray(form(digit, random)).save(path, compress_level=1)  # faster
                try:
                    pixels.append(load(path).pixels[0])
                except SpecError:
                    pixels.append(np.zeros((28, 28)))
                    refused += 1
            right[name] = share(np.array(pixels), labels[chosen]), refused
    return right


def share(pixels, labels):
    template = load_template("mnist")
    scores = template.network.scores(np.moveaxis(pixels[:, np.newaxis], 0, -1), template.weights)
    return float((scores.argmax(axis=0) == labels).mean())


def main() -> None:
    """Print the figures."""
    for name, (right, refused) in accuracies(int(sys.argv[1])).items():
        print(f"{name:<26}{right:8.2%}   {refused} refused")  # noqa: T201 - what it is for


if __name__ == "__main__":
    main()
