"""What a network reads in its input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sheetcnn.network.classes import UNKNOWN, from_cell
from sheetcnn.workbook.formula_block import RegionValues, equal
from sheetcnn.workbook.readout import NOTHING


@dataclass(frozen=True)
class Prediction:
    """What a network reads.

    Attributes:
        digit: the class with the highest probability, None where there is nothing to read.
        probability: the probability of that class, 0 to 1; None where the network has no classes.
        label: the class that the input is said to show, None where nobody said.
    """

    digit: int | str | None
    probability: float | None
    label: int | str | None = None

    @property
    def right(self) -> bool | None:
        """Whether the class that is read is the one that the input is said to show; None where nobody said."""
        if self.label is None:
            return None
        return self.digit is not None and equal(self.digit, self.label)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain objects, as `--json` prints it."""
        return {
            "digit": self.digit,
            "probability": self.probability,
            "label": self.label,
            "right": self.right,
        }

    def __str__(self) -> str:
        if self.probability is None:
            return "The network has no classes to read"
        if self.probability == 0:
            return "It reads nothing, as its scores are no numbers"
        if self.digit is None:
            return "There is nothing to read in the image"
        return f"It reads a {self.digit}, and is {100 * self.probability:.1f} % sure"


def prediction(values: Mapping[str, RegionValues]) -> Prediction:
    """Return what the values of a network's regions say, by their names."""
    if "classes" not in values:
        return Prediction(None, None)
    label = _label(values["truth"].item() if "truth" in values else UNKNOWN)
    classes, probabilities = values["classes"].reshape(-1), values["probabilities"].reshape(-1)
    if not np.isfinite(probabilities.astype(float)).all():
        return Prediction(None, 0.0, label)
    best = from_cell(classes[int(probabilities.argmax())])
    nothing = values["answer"].item() == NOTHING
    return Prediction(None if nothing else best, float(probabilities.max()), label)


def _label(truth: float | str) -> int | str | None:
    """Return what a cell says that the input shows; nothing where nobody knows, or where it holds an error."""
    if truth == UNKNOWN or (isinstance(truth, float) and np.isnan(truth)):
        return None
    return from_cell(truth)
