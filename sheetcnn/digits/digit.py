"""A digit on its way into a network: 28 x 28 pixels, placed as MNIST places them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.float64]

SIDE = 28
BOX = 20


@dataclass(frozen=True, eq=False)  # two arrays have no single truth value to compare by
class Digit:
    """A picture of one handwritten digit, ready for a network.

    Attributes:
        pixels: (height, width), ink from 0 (paper) to 1, rounded to 3 decimals: 28 x 28 for a digit of the gallery, a
            file or MNIST; a template's own picture has the size of its input, (channels, height, width) for several.
        label: the handwritten digit that it shows; or, as a text, the name or number of a class of the network; None
            where nobody said.
        source: where it comes from, such as `gallery 7, sample 1`.
        preprocessing: what was done to make it a digit in the manner of MNIST, step by step.
    """

    pixels: Pixels
    label: int | str | None
    source: str
    preprocessing: Sequence[str] = ()


def centred(ink: Pixels) -> Pixels:
    """Return ink of at most 28 x 28 pixels on blank paper, its centre of mass in the middle.

    It moves by whole pixels, as in MNIST (LeCun, Cortes, Burges), and stays on the paper. Ink of nothing but
    zeros goes to the middle.

    Args:
        ink: (rows, columns), each at most 28.

    Returns:
        (28, 28), rounded to 3 decimals.
    """
    top, left = (_start(ink.sum(axis=axis)) for axis in (1, 0))
    paper = np.zeros((SIDE, SIDE))
    paper[top : top + ink.shape[0], left : left + ink.shape[1]] = ink.round(3)
    return paper


def _start(mass: NDArray[np.float64]) -> int:
    """Return where a row of masses begins so that its centre falls on the middle of the paper."""
    at = np.arange(mass.size)
    centre = mass @ at / mass.sum() if mass.any() else mass.size / 2
    return int(np.clip(round(SIDE / 2 - centre), 0, SIDE - mass.size))
