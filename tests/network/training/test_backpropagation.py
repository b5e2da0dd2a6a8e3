"""The loss, its gradients against finite differences, and the share that is read right."""

import numpy as np
import pytest
from strokes import written

from sheetcnn.network.stages import NO_WEIGHTS
from sheetcnn.network.training import backpropagation
from sheetcnn.network.training.backpropagation import accuracy, as_input, loss_and_gradients


@pytest.fixture
def template(tmp_path):
    return written(tmp_path)


def test_accuracy_is_the_share_read_right(template, monkeypatch):
    # The two scores are the top left pixel and, always, half of its range: a dark one is class 0.
    monkeypatch.setattr(backpropagation, "MEASURED_AT_ONCE", 2)
    monkeypatch.setattr(
        type(template.network),
        "scores",
        lambda self, x, weights: np.stack([x[0, 0, 0], 0 * x[0, 0, 0] + 0.5]),
    )
    images = np.zeros((5, 6, 6), dtype=np.uint8)
    images[[0, 3, 4], 0, 0] = 255
    assert accuracy(template.network, {}, images, np.array([0, 1, 0, 0, 1], dtype=np.uint8)) == 3 / 5


def test_the_loss_of_equal_scores_is_the_logarithm_of_their_number(template):
    weights = {name: np.zeros(shape) for name, shape in template.network.weight_shapes.items()}
    loss, gradients = loss_and_gradients(
        template.network, weights, np.ones((1, 6, 6, 3)), np.array([0, 1, 1])
    )
    assert loss == pytest.approx(0.6931471805599453)  # ln 2
    assert not gradients["dense1"].any()  # nothing gets through conv1, which is all zeros


def test_gradients_agree_with_finite_differences(template):
    rng = np.random.default_rng(5)
    x, labels = rng.random((1, 6, 6, 4)), np.array([0, 1, 1, 0])
    weights = {name: rng.normal(size=shape) for name, shape in template.network.weight_shapes.items()}
    _, gradients = loss_and_gradients(template.network, weights, x, labels)

    def loss(name, place, step):
        moved = {key: array.copy() for key, array in weights.items()}
        moved[name][place] += step
        probabilities = x
        for layer in template.network.layers:
            probabilities = layer.stage.compute(probabilities, moved.get(layer.name, NO_WEIGHTS))
        return -np.log([probabilities[label, image] for image, label in enumerate(labels)]).mean()

    for name, gradient in gradients.items():
        for place in np.ndindex(gradient.shape):
            slope = (loss(name, place, 1e-6) - loss(name, place, -1e-6)) / 2e-6
            assert gradient[place] == pytest.approx(slope, abs=1e-7), (name, place)


def test_images_become_tensors_with_the_batch_as_the_last_axis():
    images = np.array([[[0, 255]], [[51, 102]], [[0, 0]]], dtype=np.uint8)
    x = as_input(images, np.float32)
    assert (x.shape, x.dtype) == ((1, 1, 2, 3), np.float32)
    np.testing.assert_allclose(x[0, 0], [[0, 0.2, 0], [1, 0.4, 0]])
