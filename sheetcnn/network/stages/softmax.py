"""Softmax: scores become probabilities, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sheetcnn.network.stages.base import Array, At, Refs, Shape, ShapeError, Stage


@dataclass(frozen=True)
class Softmax(Stage):
    """exp(score) over the sum of all of them (Bridle, 1990).

    The largest score is subtracted first: EXP overflows above 709, and the shares stay the same.
    """

    kind: ClassVar[str] = "softmax"

    def out_shape(self, in_shape: Shape) -> Shape:
        if len(in_shape) != 1:
            raise ShapeError(f"softmax takes a row of scores, but here comes {in_shape}")
        return in_shape

    def parts(self, in_shape: Shape) -> dict[str, Shape]:
        one, each = (), in_shape
        return {"maximum": one, "shifted": each, "exponentials": each, "total": one, "probabilities": each}

    def compute(self, x: Array, weights: Array) -> Array:
        return self.steps(x, weights)["probabilities"]

    def part(self, name: str, x: Array, weights: Array, parts: Mapping[str, Array]) -> Array:
        match name:
            case "maximum":
                return np.asarray(x.max(axis=0))
            case "shifted":
                return x - parts["maximum"]
            case "exponentials":
                return np.exp(parts["shifted"])
            case "total":
                return np.asarray(parts["exponentials"].sum(axis=0))
            case _:
                return parts["exponentials"] / parts["total"]

    def formula(self, at: At, refs: Refs) -> str:
        (scores,) = refs.inputs
        maximum, shifted, exponentials, total, _ = (regions[0] for regions in refs.parts.values())
        match at.part:
            case "maximum":
                return f"MAX({refs.whole(scores)})"
            case "shifted":
                return f"{refs.cell(scores, at.row, 0)}-{refs.whole(maximum)}"
            case "exponentials":
                return f"EXP({refs.cell(shifted, at.row, 0)})"
            case "total":
                return f"SUM({refs.whole(exponentials)})"
            case _:
                return f"{refs.cell(exponentials, at.row, 0)}/{refs.whole(total)}"

    def gradients(self, x: Array, weights: Array, upstream: Array) -> tuple[Array, None]:
        share = self.compute(x, weights)
        return share * (upstream - (share * upstream).sum(axis=0)), None
