"""What a network reads in its input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sheetcnn.workbook.exhibits import NOTHING, Values


@dataclass(frozen=True)
class Prediction:
    """What a network reads.

    Attributes:
        digit: the class with the highest probability, None where there is nothing to read.
        probability: the probability of that class, 0 to 1; None where the network has no classes.
    """

    digit: int | str | None
    probability: float | None

    def __str__(self) -> str:
        if self.probability is None:
            return "The network has no classes to read"
        if self.probability == 0:
            return "It reads nothing, as its scores are no numbers"
        if self.digit is None:
            return "There is nothing to read in the image"
        return f"It reads a {self.digit}, and is {100 * self.probability:.1f} % sure"


def prediction(values: Mapping[str, Values]) -> Prediction:
    """Return what the values of a network's regions say, by their names."""
    if "classes" not in values:
        return Prediction(None, None)
    classes, probabilities = values["classes"].reshape(-1), values["probabilities"].reshape(-1)
    if not np.isfinite(probabilities.astype(float)).all():
        return Prediction(None, 0.0)
    best = str(classes[int(probabilities.argmax())]).removesuffix(".0")
    label = int(best) if best.isdecimal() else best
    return Prediction(None if values["answer"].item() == NOTHING else label, float(probabilities.max()))
