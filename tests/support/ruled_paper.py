"""Digits of MNIST written with a pen on lined and squared paper.

`python tests/support/ruled_paper.py 100` reads so many test images on each paper and prints how many are read
right, wrong, and refused. The lines are drawn by their distance from each pixel, so they are as straight and as
soft at any angle.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
from handwriting import MNIST, enlarged
from PIL import Image

from sheetcnn.digits import load, mnist
from sheetcnn.errors import SpecError
from sheetcnn.network.template_loader import load_template

RULED, SQUARED = (True, False), (True, True)
COLOURS = {
    "blue": (1.6, 1.0, 0.4),
    "red": (0.3, 1.25, 1.25),
    "grey": (1.0, 1.0, 1.0),
}  # of grey 1, as seen by a scanner


class Tally(NamedTuple):
    """How many of some pictures were read right, wrong, and refused."""

    right: int
    wrong: int
    refused: int


def page(digit, random, directions, darkness, *, degrees=2.0, sizes=(10, 20)):
    """Return a page, (rows, columns, 3), with a digit on lines that are so many grey levels darker than the paper.

    Line pitch 20 to 60 pixels, width 1 to 4, turned by up to `degrees`; grain, a weak shadow on every second page, a
    red margin on every third lined one. The digit takes 280 to 560 pixels of about 700 by 900.
    """
    high, wide = int(random.integers(700, 1000)), int(random.integers(600, 800))
    by = int(random.integers(sizes[0], sizes[1] + 1))
    top, left = random.integers(0, high - 28 * by + 1), random.integers(0, wide - 28 * by + 1)
    ink = np.zeros((high, wide))
    ink[top : top + 28 * by, left : left + 28 * by] = enlarged(digit, by) / 255
    paper = random.uniform(220, 250)
    shown = np.full((high, wide, 3), paper)
    colour = list(COLOURS.values())[random.integers(3)]
    pitch, width = random.uniform(20, 60), random.uniform(1, 4)
    angle = np.radians(random.uniform(-degrees, degrees))
    lines = np.zeros((high, wide))
    for across in (turned for turned, wanted in zip((0, np.pi / 2), directions, strict=True) if wanted):
        lines = np.maximum(lines, ruling(lines.shape, angle + across, pitch, width, random.uniform(0, pitch)))
    shown -= darkness * lines[..., None] * np.array(colour)
    if not directions[1] and random.random() < 1 / 3:
        margin = ruling(lines.shape, angle + np.pi / 2, 10_000, width, random.uniform(0.08, 0.2) * wide)
        shown = np.minimum(shown, paper - darkness * margin[..., None] * np.array(COLOURS["red"]))
    shown = shown * (1 - ink[..., None]) + random.uniform(20, 60) * ink[..., None]
    if random.random() < 0.5:
        y, x = np.mgrid[0:high, 0:wide] / 1000
        shown *= (
            1 - random.uniform(0.1, 0.3) * np.clip(x * random.uniform(0, 1) + y * random.uniform(0, 1), 0, 1)
        )[..., None]
    shown += random.normal(0, 3, ink.shape)[..., None]
    return np.clip(shown, 0, 255).round().astype(np.uint8)


def ruling(shape, angle, pitch, width, offset):
    """Return how much of each pixel parallel lines cover, 0 to 1."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]]
    along = (
        (y * np.cos(angle) - x * np.sin(angle) - offset)
        if abs(angle) < 1
        else x * np.sin(angle) - y * np.cos(angle) - offset
    )
    distance = np.abs((along + pitch / 2) % pitch - pitch / 2)
    return np.clip(width / 2 + 0.5 - distance, 0, min(1, width))


def tally(count, directions, darkness, seed=5, suffix=".png", **options):
    """Return how many of so many test images are read right, wrong, and refused on such a paper."""
    random = np.random.default_rng(seed)
    images, labels = mnist.load(MNIST, "test")
    chosen = random.choice(len(images), count, replace=False)
    read, refused = [], 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"page{suffix}")
        for index in chosen:
            Image.fromarray(page(images[index], random, directions, darkness, **options)).save(path)
            try:
                read.append((load(path).pixels[0], labels[index]))
            except SpecError:
                refused += 1
    template = load_template("mnist")
    pixels = np.array([pixels for pixels, _ in read]).reshape(-1, 28, 28)
    scores = template.network.scores(np.moveaxis(pixels[:, np.newaxis], 0, -1), template.weights)
    right = int((scores.argmax(axis=0) == [label for _, label in read]).sum())
    return Tally(right, len(read) - right, refused)


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1])
    for name, directions in (("lined", RULED), ("squared", SQUARED)):
        for darkness in (0, 20, 40, 60, 80, 100, 130, 160, 190):
            print(f"{name:<9} {darkness:>4} darker: {tally(count, directions, darkness)}", flush=True)  # noqa: T201 - what it is for


if __name__ == "__main__":
    main()
