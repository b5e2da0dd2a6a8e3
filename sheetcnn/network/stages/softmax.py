"""Softmax: scores become probabilities, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sheetcnn.network.stages.base import Array, Explanation, Position, Refs, Shape, ShapeError, Stage, window


@dataclass(frozen=True)
class Softmax(Stage):
    """exp(score) over the sum of all of them (Bridle, 1990).

    The largest score is subtracted first: EXP overflows above 709, and the shares stay the same.
    """

    kind: ClassVar[str] = "softmax"
    numbered: ClassVar[bool] = False
    gives_probabilities: ClassVar[bool] = True
    part_headings: ClassVar[Mapping[str, str]] = {
        "maximum": "largest",
        "shifted": "score − largest",
        "exponentials": "exp",
        "total": "sum",
        "probabilities": "probability",
    }

    @property
    def inspection(self) -> str:
        return "shares"

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

    def formula(self, at: Position, refs: Refs) -> str:
        (scores,) = refs.inputs
        maximum, shifted, exponentials, total, _ = (regions[0] for regions in refs.parts.values())
        match at.part:
            case "maximum":
                return f"MAX({refs.absolute(scores)})"
            case "shifted":
                return f"{refs.cell(scores, at.row, 0)}-{refs.absolute(maximum)}"
            case "exponentials":
                return f"EXP({refs.cell(shifted, at.row, 0)})"
            case "total":
                return f"SUM({refs.absolute(exponentials)})"
            case _:
                return f"{refs.cell(exponentials, at.row, 0)}/{refs.absolute(total)}"

    def explain(self, at: Position, refs: Refs) -> Explanation:
        (scores,) = refs.inputs
        maximum, shifted, exponentials, total, _ = (regions[0] for regions in refs.parts.values())
        match at.part:
            case "maximum":
                steps = [("largest", np.max)]
                return Explanation("the largest score", [(scores,)], steps=steps, largest=True)
            case "shifted":
                words = "the score less the largest score, so that no exponential overflows"
                return Explanation(words, [(window(scores, at.row, 0), maximum)], sign="−")
            case "exponentials":
                words = "e to the power of the shifted score"
                return Explanation(words, [(window(shifted, at.row, 0),)], steps=[("exp", np.exp)])
            case "total":
                return Explanation("the sum of all exponentials", [(exponentials,)], steps=[("sum", np.sum)])
            case _:
                words = "the exponential's share of the sum of all of them"
                return Explanation(words, [(window(exponentials, at.row, 0), total)], sign="/")

    def gradients(self, x: Array, weights: Array, upstream: Array) -> tuple[Array, None]:
        share = self.compute(x, weights)
        return share * (upstream - (share * upstream).sum(axis=0)), None
