"""The project's own handwriting: pen strokes from strokes.txt, drawn in the manner of MNIST."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sheetcnn.digits.digit import BOX, Digit, Pixels, centred
from sheetcnn.errors import SpecError

Points: TypeAlias = NDArray[np.float64]

STEPS = 6  # straight pieces between two points of a curve, about a pixel long
EDGE = 1.4  # pixels over which ink fades to paper


class Sample(NamedTuple):
    """One line of strokes.txt: a pen width in pixels and the points (x, y) of each curve."""

    pen: float
    line_chart: list[Points]


@cache
def digit(label: int, sample: int = 1) -> Digit:
    """Return one sample of a digit, counted from 1.

    Raises:
        SpecError: the gallery has no such digit, or no such sample of it.
    """
    drawn = _drawn()
    if label not in drawn:
        raise SpecError(f"there is no digit {label} in the gallery: choose {min(drawn)} to {max(drawn)}")
    choices = drawn[label]
    if not 1 <= sample <= len(choices):
        raise SpecError(
            f"there is no sample {sample} of digit {label} in the gallery: choose 1 to {len(choices)}"
        )
    return Digit(centred(ink(choices[sample - 1])), label, f"gallery {label}, sample {sample}")


def samples() -> list[Digit]:
    """Return every sample of every digit, in order."""
    return [digit(label, number) for label, drawn in _drawn().items() for number in range(1, len(drawn) + 1)]


def ink(sample: Sample) -> Pixels:
    """Return a sample drawn with a round pen, (20, 20): its longer side fills the box, its edges are soft."""
    lines = [smooth(points) for points in sample.line_chart]
    start, end = np.vstack([line[:-1] for line in lines]), np.vstack([line[1:] for line in lines])
    low, high = np.minimum(start, end).min(axis=0), np.maximum(start, end).max(axis=0)
    middle = (low + high) / 2
    scale = (BOX + 1 - EDGE - sample.pen) / (high - low).max()  # ink has faded to 0 just outside the box
    distance = _distance((start - middle) * scale + BOX / 2, (end - middle) * scale + BOX / 2)
    return np.clip((sample.pen / 2 - distance) / EDGE + 0.5, 0, 1)


def smooth(points: Points) -> Points:
    """Return a smooth curve through points, (n, 2), as a polyline: a centripetal Catmull-Rom spline.

    Between two points it makes neither a cusp nor a loop (Yuksel, Schaefer, Keyser, 2011).
    """
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    chord = np.diff(padded, axis=0)
    time = np.sqrt(np.linalg.norm(chord, axis=1, keepdims=True))
    pace = chord / time
    velocity = (pace[:-1] * time[1:] + pace[1:] * time[:-1]) / (time[:-1] + time[1:])

    start, end = points[:-1, None], points[1:, None]
    leaving, arriving = (time[1:-1] * velocity[:-1])[:, None], (time[1:-1] * velocity[1:])[:, None]
    t = np.linspace(0, 1, STEPS, endpoint=False)[:, None]
    pieces = (
        (1 + 2 * t) * (1 - t) ** 2 * start
        + t * (1 - t) ** 2 * leaving
        + t**2 * (3 - 2 * t) * end
        + t**2 * (t - 1) * arriving
    )
    return np.vstack([pieces.reshape(-1, 2), points[-1]])


def _distance(start: Points, end: Points) -> Pixels:
    """Return how far each pixel centre of the box is from the nearest of n segments, (20, 20)."""
    centres = np.arange(BOX) + 0.5
    x, y = centres, centres[:, None]
    (dx, dy), (x0, y0) = (end - start).T[..., None, None], start.T[..., None, None]
    along = np.clip(((x - x0) * dx + (y - y0) * dy) / (dx**2 + dy**2), 0, 1)
    squared: Pixels = ((x0 + along * dx - x) ** 2 + (y0 + along * dy - y) ** 2).min(axis=0)
    return np.sqrt(squared)


@cache
def _drawn() -> dict[int, list[Sample]]:
    """Return the samples of each digit, read from strokes.txt once."""
    text = Path(__file__).with_name("strokes.txt").read_text(encoding="utf-8")
    lines = [line.split(maxsplit=2) for line in text.splitlines() if line and not line.startswith("#")]
    return {
        int(label): [Sample(float(pen), _curves(points)) for _, pen, points in group]
        for label, group in groupby(lines, key=lambda line: line[0])
    }


def _curves(text: str) -> list[Points]:
    """Return the points of each curve, (n, 2): `4,4 58,2 / 58,2 20,100` has two curves."""
    curves = [[point.split(",") for point in curve.split()] for curve in text.split("/")]
    return [np.array(curve, dtype=np.float64) for curve in curves]
