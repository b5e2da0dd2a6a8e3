"""A digit on its way into a network, and where MNIST's frame of 28 x 28 pixels puts ink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sheetcnn.errors import SpecError

Pixels: TypeAlias = NDArray[np.float64]

SIDE = 28
BOX = 20


@dataclass(frozen=True, eq=False)  # two arrays have no single truth value to compare by
class Digit:
    """A picture of one handwritten digit, ready for a network.

    Attributes:
        pixels: (channels, height, width), finite numbers, mostly ink from 0 (paper) to 1. Those of the gallery, of a
            file and of MNIST are 28 x 28 in one channel, rounded to 3 decimals. An array (height, width) gets one
            channel.
        label: the handwritten digit that it shows; or, as a text, the name or number of a class of the network; None
            where nobody said.
        source: where it comes from, such as `gallery 7, sample 1`.
        preprocessing: what was done to make it a digit in the manner of MNIST, step by step.

    Raises:
        SpecError: the pixels are no numbers, not all finite, none at all, or have another number of axes.
    """

    pixels: Pixels
    label: int | str | None = None
    source: str = "an array"
    preprocessing: Sequence[str] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "pixels", _as_channels(self.pixels, self.source))


def _as_channels(pixels: ArrayLike, source: str) -> Pixels:
    """Return pixels as (channels, height, width).

    Raises:
        SpecError: see `Digit`.
    """
    try:
        array = np.asarray(pixels)
    except ValueError:
        raise SpecError(f"{source} has rows of different lengths: make them equally long") from None
    if array.dtype.kind not in "biuf":
        raise SpecError(f"{source} holds {array.dtype}: the pixels of a digit are real numbers")
    if array.ndim not in (2, 3) or not array.size:
        raise SpecError(
            f"{source} has shape {array.shape}: a digit is (height, width), or (channels, height, width)"
        )
    if not np.isfinite(array).all():
        raise SpecError(f"{source} holds numbers that are not finite: a pixel is ink, from 0 to 1")
    return array.reshape(-1, *array.shape[-2:]).astype(np.float64)


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
