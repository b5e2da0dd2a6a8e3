"""The loss of a batch, its gradients by backpropagation, and how many pictures are read right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from sheetcnn.network.network import Network
from sheetcnn.network.stages import NO_WEIGHTS, Array

Images: TypeAlias = NDArray[np.uint8]
Labels: TypeAlias = NDArray[np.uint8]
Weights: TypeAlias = dict[str, Array]
PRECISION: DTypeLike = np.float32  # in training only: half the memory to move
MEASURED_AT_ONCE = 1000  # images; bounds the memory


def accuracy(network: Network, weights: Mapping[str, Array], images: Images, labels: Labels) -> float:
    """Return the share of the images, (n, height, width), whose largest score is that of their label."""
    right = 0
    for first in range(0, len(images), MEASURED_AT_ONCE):
        some = slice(first, first + MEASURED_AT_ONCE)
        scores = network.scores(as_input(images[some], np.float64), weights)
        right += int(np.count_nonzero(scores.argmax(axis=0) == labels[some]))
    return right / len(images)


def loss_and_gradients(
    network: Network, weights: Mapping[str, Array], x: Array, labels: Labels
) -> tuple[float, Weights]:
    """Return the mean cross-entropy of a batch, in nats, and its gradients in the weights of each stage.

    Args:
        network: ends in softmax.
        weights: by stage.
        x: (channels, height, width, n).
        labels: (n,).
    """
    inputs = []
    for layer in network.layers:
        inputs.append(x)
        x = layer.stage.compute(x, weights.get(layer.name, NO_WEIGHTS))
    truth = labels, np.arange(labels.size)
    loss = -np.log(np.maximum(x[truth], np.finfo(x.dtype).tiny)).mean()
    upstream = x / labels.size
    upstream[truth] -= 1 / labels.size  # softmax and cross-entropy in one: p - y
    gradients = {}
    for layer, seen in zip(network.layers[-2::-1], inputs[-2::-1], strict=True):
        upstream, gradient = layer.stage.gradients(seen, weights.get(layer.name, NO_WEIGHTS), upstream)
        if gradient is not None:
            gradients[layer.name] = gradient
    return float(loss), gradients


def as_input(images: Images, precision: DTypeLike) -> Array:
    """Return images, (n, height, width), as networks take them: (1, height, width, n), 0 paper, 1 ink."""
    x: Array = np.moveaxis(images, 0, -1)[None].astype(precision, order="C")
    return x / x.dtype.type(255)
