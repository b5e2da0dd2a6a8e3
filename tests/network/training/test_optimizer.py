"""Adam: two steps worked by hand with the constants of Kingma and Ba (2015)."""

import numpy as np
import pytest

from sheetcnn.network.training.optimizer import Adam


def test_the_first_step_is_as_long_as_the_rate_whatever_the_gradient():
    weights = {"conv1": np.array([1.0, 1.0, 1.0])}
    Adam(weights).step(weights, {"conv1": np.array([3.0, -0.002, 0.0])}, 0.1)
    np.testing.assert_allclose(weights["conv1"], [0.9, 1.1, 1.0], atol=1e-6)


def test_the_second_step_remembers_the_first():
    # Means 0.09 * 3 - 0.1 = 0.17 and 0.000999 * 9 + 0.001 = 0.009991; over 1 - 0.81 and 1 - 0.998001 they are
    # 0.894737 and 4.997999, so the step is 0.1 * 0.894737 / 2.235621 = 0.040022.
    weights = {"conv1": np.array([1.0])}
    adam = Adam(weights)
    for gradient in (3.0, -1.0):
        adam.step(weights, {"conv1": np.array([gradient])}, 0.1)
    assert weights["conv1"].item() == pytest.approx(0.9 - 0.040022, abs=1e-6)


def test_what_has_no_gradient_stays():
    weights = {"conv1": np.array([1.0]), "dense1": np.array([2.0])}
    Adam(weights).step(weights, {"dense1": np.array([1.0])}, 0.5)
    assert (weights["conv1"].item(), round(weights["dense1"].item(), 6)) == (1.0, 1.5)
