"""Biases: one more weight for each output, beside those that inputs are multiplied with.

A stage with biases has its weights as one matrix, (outputs, weights of an output + 1): a row holds what belongs to
one output, its bias last. In files they are two arrays, as in PyTorch.
"""

from __future__ import annotations

from math import prod

import numpy as np

from sheetcnn.network.stages.base import Array, Shape


def with_bias(kernel_shape: Shape) -> Shape:
    """Return the shape of the matrix."""
    return (kernel_shape[0], prod(kernel_shape[1:]) + 1)


def joined(kernels: Array, biases: Array) -> Array:
    """Return the matrix of both."""
    return np.column_stack([kernels.reshape(len(kernels), -1), biases])


def parted(matrix: Array, kernel_shape: Shape) -> tuple[Array, Array]:
    """Return both parts of the matrix."""
    return matrix[:, :-1].reshape(kernel_shape), matrix[:, -1]
