"""By how much stored values may differ from the formulas' because a program saved rounded numbers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.verifier.recognize import RecognizedWorkbook
from sheetcnn.verifier.region_values import seen_by
from sheetcnn.workbook.formula_block import RegionValues
from sheetcnn.workbook.spec import forward

_DIGITS = 5e-15
"""LibreOffice saves 15 significant digits: this much of a number may be lost."""
_TRIES = 8
_ROOM = 4.0
"""How far the worst case may lie beyond the worst of a few tries."""
_SEED = 20261124


class Rounding:
    """How far each value may move when inputs and weights lose digits; computed when first asked for."""

    def __init__(self, recognized: RecognizedWorkbook, own: CalcBook) -> None:
        self._recognized, self._own = recognized, own

    def of(self, region: str) -> NDArray[np.float64] | float:
        """Return that of a region's values, by its name."""
        return self._moved.get(region, 0.0)

    @cached_property
    def _moved(self) -> dict[str, NDArray[np.float64]]:
        return rounding(self._recognized, self._own)


def rounding(recognized: RecognizedWorkbook, own: CalcBook) -> dict[str, NDArray[np.float64]]:
    """Return, by the names of regions, how far each value may move when inputs and weights lose digits.

    A program computes with the digits that were typed and saves fewer. Where large numbers cancel out, what it
    stored then differs from what the saved numbers give.

    Args:
        recognized: the workbook.
        own: its own values.
    """
    random = np.random.default_rng(_SEED)
    layout = recognized.layout
    seen = seen_by(own, layout.regions, 0)
    given = [
        region.name for region in (*layout.inputs, *layout.all_weights) if seen[region.name].dtype != object
    ]
    settled = _computed(recognized, seen)
    moved = {name: np.zeros(values.shape) for name, values in settled.items()}
    for _ in range(_TRIES):
        shaken = {
            name: seen[name] * (1 + random.choice([-_DIGITS, _DIGITS], seen[name].shape)) for name in given
        }
        for name, values in _computed(recognized, {**seen, **shaken}).items():
            with np.errstate(invalid="ignore", over="ignore"):
                moved[name] = np.fmax(moved[name], np.abs(values - settled[name]))
    return {name: _ROOM * values for name, values in moved.items()}


def _computed(recognized: RecognizedWorkbook, seen: Mapping[str, RegionValues]) -> dict[str, RegionValues]:
    """Return the numbers that NumPy computes from what inputs and weights hold."""
    values = forward(recognized.following, seen)
    names = [region.name for block in recognized.following for region in block.regions]
    return {name: values[name] for name in names if values[name].dtype != object}
