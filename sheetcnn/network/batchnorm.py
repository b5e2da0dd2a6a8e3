"""Batch normalisation, folded into the stage before it: what has learned needs no formulas of its own for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np

from sheetcnn.errors import SpecError
from sheetcnn.network.network import Network
from sheetcnn.network.stages import Array, Shape, Stage
from sheetcnn.network.stages.settings import ABOVE_ZERO, setting

ARRAYS = ("gamma", "beta", "mean", "variance")
"""What it has learned, one number a map or output, each array under its name: batchnorm1_gamma, ..."""


@dataclass(frozen=True)
class BatchNorm:
    """Batch normalisation (Ioffe and Szegedy, 2015) as it is at inference.

    gamma * (x - mean) / sqrt(variance + epsilon) + beta, with the mean and the variance of the training images. That
    is a factor and a sum for each map: both go into the weights and the biases of the stage before.

    Attributes:
        epsilon: keeps the root from 0.
    """

    kind: ClassVar[str] = "batchnorm"
    epsilon: float = field(default=1e-5, metadata=setting(ABOVE_ZERO))


@dataclass(frozen=True)
class Folding:
    """Which batch normalisations a list of stages has.

    Attributes:
        stages: the stages without them, as their arrays are in a file.
        norms: each normalisation by its name, with the place of the stage that it goes into.
    """

    stages: tuple[Stage, ...]
    norms: Mapping[str, tuple[int, BatchNorm]]

    @property
    def folded(self) -> tuple[Stage, ...]:
        """The stages as they are once it is folded in: with biases."""
        places = {place for place, _ in self.norms.values()}
        return tuple(
            replace(stage, bias=True) if place in places else stage  # type: ignore[type-var]  # a weighted sum
            for place, stage in enumerate(self.stages)
        )

    def array_shapes(self, network: Network) -> dict[str, Shape]:
        """Return the shapes of the arrays in a file: those of the network as it is without, and their own."""
        sizes = {name: network.layers[place].out_shape[:1] for name, (place, _) in self.norms.items()}
        norms = {f"{name}_{array}": size for name, size in sizes.items() for array in ARRAYS}
        return network.array_shapes | norms

    def fold(self, network: Network, arrays: Mapping[str, Array]) -> dict[str, Array]:
        """Return the arrays of the network without normalisations, these folded in.

        Raises:
            SpecError: a variance is negative.
        """
        folded = {name: array for name, array in arrays.items() if name in network.array_shapes}
        for name, (place, norm) in self.norms.items():
            layer = network.layers[place].name
            gamma, beta, mean, variance = (arrays[f"{name}_{array}"] for array in ARRAYS)
            if (variance + norm.epsilon <= 0).any():
                raise SpecError(
                    f"{name}_variance holds a negative number: give the variance, not its logarithm"
                )
            factor = gamma / np.sqrt(variance + norm.epsilon)
            kernels = folded[layer]
            folded[layer] = kernels * factor.reshape(-1, *[1] * (kernels.ndim - 1))
            folded[f"{layer}_bias"] = (folded.get(f"{layer}_bias", 0.0) - mean) * factor + beta
        return folded


def extract_batchnorms(stages: Iterable[Stage | BatchNorm]) -> Folding:
    """Set batch normalisations apart from the stages of a network.

    Raises:
        SpecError: one of them follows no convolution or dense stage: behind a ReLU, say, no weights take it up.
    """
    kept: list[Stage] = []
    norms: dict[str, tuple[int, BatchNorm]] = {}
    before: Stage | None = None
    described = "nothing"
    for stage in stages:
        if not isinstance(stage, BatchNorm):
            kept.append(stage)
            before, described = stage, stage.kind
            continue
        name = f"{BatchNorm.kind}{len(norms) + 1}"
        if before is None or not before.weighted_sum:
            raise SpecError(
                f"{name} follows no conv or dense, but {described}: it is folded into the weights right before it, "
                "and moved there it would compute something else: train the network with it right behind a conv or "
                "dense"
            )
        norms[name] = len(kept) - 1, stage
        before, described = None, f"another {BatchNorm.kind}"
    return Folding(tuple(kept), norms)
