"""The optimizer: Adam (Kingma and Ba, 2015)."""

from __future__ import annotations

import numpy as np

from sheetcnn.network.training.backpropagation import Weights


class Adam:
    """Adam (Kingma and Ba, 2015), with the constants of the paper."""

    def __init__(self, weights: Weights) -> None:
        self.steps = 0
        self._mean = {name: np.zeros_like(array) for name, array in weights.items()}
        self._square = {name: np.zeros_like(array) for name, array in weights.items()}

    def step(self, weights: Weights, gradients: Weights, rate: float) -> None:
        """Move the weights, in place, against the gradients."""
        self.steps += 1
        for name, gradient in gradients.items():
            mean, square = self._mean[name], self._square[name]
            mean += 0.1 * (gradient - mean)
            square += 0.001 * (gradient**2 - square)
            spread = np.sqrt(square / (1 - 0.999**self.steps)) + 1e-8
            weights[name] -= rate * (mean / (1 - 0.9**self.steps)) / spread
