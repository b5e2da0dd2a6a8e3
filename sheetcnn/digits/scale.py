"""What the numbers of a digit mean: which one is full ink, and whether ink or paper is high."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sheetcnn.digits.digit import SIDE, Pixels
from sheetcnn.errors import SpecError

BYTE = 255  # the largest number of an image's file
HALF_BYTE = 128  # numbers that reach no higher may have another scale
ROUNDING = 1e-6  # of full ink: what interpolation leaves above it or below paper
FAINT = 0.1  # of full ink: what is no more is none
LIMITS = f"ink is a number from 0 to 1, or from 0 to {BYTE}"


def ink(
    numbers: Pixels,
    source: str,
    *,
    scale: float | None = None,
    dark_ink: bool = False,
    blank: NDArray[np.bool_] | None = None,
) -> tuple[Pixels, list[str]]:
    """Return ink from 0 for paper to 1, and each step of how it came about.

    Which number is full ink: `scale` if it is given. Otherwise 1 if the largest number is above 0.1 and at most 1,
    and 255 if it is from 128 to 255; up to a millionth more is rounding, and cut off. Any other largest number, such
    as 0.004, 1.03, 16, 100 or 4095, leaves doubt, and is refused.

    Paper is what the numbers along the edge show, by their median. At most a tenth of full ink, it is blank; from a
    half on, paper is high and ink is low, which only `dark_ink` allows; what lies between is refused.

    Args:
        numbers: (28, 28).
        source: what to call them.
        scale: the number that stands for full ink, or for white paper if `dark_ink`.
        dark_ink: whether paper is high and ink is low, as in a picture of dark ink on white.
        blank: (28, 28), true where there is no number: paper, provided that no number says paper, too.

    Raises:
        SpecError: a number is outside these limits or not finite, there is no ink, or there is doubt.
    """
    empty = np.zeros(numbers.shape, dtype=np.bool_) if blank is None else blank
    if not np.isfinite(numbers[~empty]).all():
        wrong = ~np.isfinite(numbers) & ~empty
        raise SpecError(f"{source} holds a number that is not finite{where(wrong)}: {LIMITS}")
    given, known = np.where(empty, 0.0, numbers), numbers[~empty]
    if np.ptp(known) == 0 and not (empty.any() and (dark_ink or known[0] != 0)):
        raise SpecError(f"{source} holds no ink, as all of its numbers are {known[0]:g}: draw a digit")
    full = _full(given, source, scale)
    if given.min() < -ROUNDING * full:
        raise SpecError(f"{source} holds {given.min():g}{where(given == given.min())}: {LIMITS}")
    shares = np.clip(given / full, 0, 1)
    if empty.any():
        if (written := ~empty & (shares == (1 if dark_ink else 0))).any():
            raise SpecError(
                f"{source} holds nothing{where(empty)}, where a number belongs, and {given[written][0]:g}"
                f"{where(written)} for paper: fill the blank cells in"
            )
        shares = np.where(empty, 1.0 if dark_ink else 0.0, shares)
    pixels = _on_blank_paper(shares, source, dark_ink=dark_ink)
    if pixels.max() <= FAINT:
        raise SpecError(
            f"{source} holds hardly any ink, at most {pixels.max():.2g} of {full:g}: say what full ink is, as in"
            f" --scale {given.max():g}"
        )
    steps = [f"{SIDE} × {SIDE} numbers from 0 to {full:g}"]
    steps += [f"divided by {full:g}"] if full != 1 else []
    steps += ["what rounding left outside cut off"] if given.max() > full or given.min() < 0 else []
    steps += ["blank cells taken for paper"] if empty.any() else []
    steps += ["turned round"] if dark_ink else []
    return pixels.round(3), steps


def where(wrong: NDArray[np.bool_]) -> str:
    """Return where the first of some cells is, for a sentence."""
    row, column = np.argwhere(wrong)[0] + 1
    return f" in row {row}, column {column}"


def _full(given: Pixels, source: str, scale: float | None) -> float:
    """Return the number that stands for full ink.

    Raises:
        SpecError: there is doubt, or a number is above it.
    """
    highest = float(given.max())
    if scale is not None:
        if not (math.isfinite(scale) and scale > 0):
            raise SpecError(f"--scale is {scale:g}: give the number that stands for full ink, such as {BYTE}")
        if highest > scale * (1 + ROUNDING):
            raise SpecError(
                f"{source} holds {highest:g}{where(given == highest)}, more than --scale {scale:g}"
            )
        return scale
    for lowest, full in ((FAINT, 1), (HALF_BYTE, BYTE)):
        if lowest <= highest <= full * (1 + ROUNDING):
            return full
    if highest <= 0:
        return 1.0  # what is below 0 is told of later
    raise SpecError(
        f"{source} holds {highest:.7g}{where(given == highest)}, its largest number, and {LIMITS}: say what full ink"
        f" is, as in --scale {highest:.7g}"
    )


def _on_blank_paper(shares: Pixels, source: str, *, dark_ink: bool) -> Pixels:
    """Return ink that is high, once the edge has shown that the paper is blank.

    Raises:
        SpecError: it is not, or it is ink that is high, or low, other than said.
    """
    pixels = 1 - shares if dark_ink else shares
    edge = float(np.median(np.concatenate([pixels[0], pixels[-1], pixels[1:-1, 0], pixels[1:-1, -1]])))
    if edge <= FAINT:
        return pixels
    if edge < 0.5:
        raise SpecError(
            f"{source} has no blank paper, as its edge is at {edge:.2g} of full ink: save it as a picture, and give"
            " it as --image"
        )
    if dark_ink:
        raise SpecError(
            f"{source} has a low edge, so its paper is low, and its ink is high: leave out --dark-ink"
        )
    raise SpecError(
        f"{source} has a high edge, so its paper is high, and its ink is low: give --dark-ink, too"
    )
