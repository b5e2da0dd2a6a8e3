"""Networks by hand: names, shapes, parameters and the forward pass of stacks known from the literature."""

import numpy as np
import pytest

from sheetcnn.errors import SpecError
from sheetcnn.network.network import Network, check_arrays, count_parameters
from sheetcnn.network.stages.conv import Conv
from sheetcnn.network.stages.dense import Dense
from sheetcnn.network.stages.maxpool import MaxPool
from sheetcnn.network.stages.relu import ReLU
from sheetcnn.network.stages.softmax import Softmax
from sheetcnn.network.template_loader import load_template

DIGITS = tuple("0123456789")
MNIST = Network(
    (1, 28, 28), (Conv(2, 3), ReLU(), Conv(2, 3), ReLU(), MaxPool(2), Dense(10), Softmax()), DIGITS
)
# LeNet-5's shapes (LeCun and others, 1998, figure 2), with ReLU and max pools, and without biases.
LENET = Network(
    (1, 32, 32),
    (
        *(Conv(6, 5), ReLU(), MaxPool(2), Conv(16, 5), ReLU(), MaxPool(2), Conv(120, 5), ReLU()),
        *(Dense(84), ReLU(), Dense(10), Softmax()),
    ),
    DIGITS,
)
STEP = Network((1, 2, 2), (Conv(1, 1), Dense(2), Softmax()), ("a", "b"))  # small enough to compute by hand
STEP_WEIGHTS = {
    "conv1": np.full((1, 1, 1, 1), 2.0),
    "dense1": np.array([[[[1.0, 0], [0, 0]]], [[[0, 0], [0, 1]]]]),
}


def names_and_shapes(network):
    return [(layer.name, layer.out_shape) for layer in network.layers]


def test_layers_of_mnist():
    assert names_and_shapes(MNIST) == [
        ("conv1", (2, 26, 26)),
        ("relu1", (2, 26, 26)),
        ("conv2", (2, 24, 24)),
        ("relu2", (2, 24, 24)),
        ("pool1", (2, 12, 12)),
        ("dense1", (10,)),
        ("softmax", (10,)),
    ]


def test_layers_of_lenet():
    assert names_and_shapes(LENET) == [
        ("conv1", (6, 28, 28)),
        ("relu1", (6, 28, 28)),
        ("pool1", (6, 14, 14)),
        ("conv2", (16, 10, 10)),
        ("relu2", (16, 10, 10)),
        ("pool2", (16, 5, 5)),
        ("conv3", (120, 1, 1)),
        ("relu3", (120, 1, 1)),
        ("dense1", (84,)),
        ("relu4", (84,)),
        ("dense2", (10,)),
        ("softmax", (10,)),
    ]


def test_each_layer_takes_what_the_one_before_gives():
    for before, after in zip(LENET.layers, LENET.layers[1:], strict=False):
        assert after.in_shape == before.out_shape
    assert LENET.layers[0].in_shape == (1, 32, 32)


def test_weight_shapes_by_name():
    assert MNIST.weight_shapes == {"conv1": (2, 1, 3, 3), "conv2": (2, 2, 3, 3), "dense1": (10, 2, 12, 12)}
    assert LENET.weight_shapes == {
        "conv1": (6, 1, 5, 5),
        "conv2": (16, 6, 5, 5),
        "conv3": (120, 16, 5, 5),
        "dense1": (84, 120, 1, 1),
        "dense2": (10, 84),
    }


def test_parameters_are_counted():
    # 2 * 9 + 2 * 2 * 9 + 10 * 2 * 144, and LeNet-5 without biases: 150 + 2,400 + 48,000 + 10,080 + 840.
    assert count_parameters([*MNIST.weight_shapes.values()]) == 18 + 36 + 2880
    assert count_parameters([*LENET.weight_shapes.values()]) == 61_470
    assert count_parameters([]) == 0


@pytest.mark.parametrize(
    ("shape", "stages", "says"),
    [
        (
            (1, 4, 9),
            (Conv(1, 3), Conv(1, 3), Dense(1), Softmax()),
            "stage conv2 does not fit: a 3x3 kernel does not fit on 2x7",
        ),
        (
            (1, 3, 3),
            (Conv(4, 2), ReLU(), MaxPool(3), Dense(1), Softmax()),
            "stage pool1 does not fit: a 3x3 window does not fit on 2x2",
        ),
        (
            (1, 3, 3),
            (Dense(5), ReLU(), Conv(1, 1), Dense(1), Softmax()),
            r"stage conv1 does not fit: conv takes \(channels, height, width\), but here comes \(5,\)",
        ),
        (
            (1, 3, 3),
            (ReLU(), Softmax()),
            r"stage softmax does not fit: softmax takes a row of scores, but here comes \(1, 3, 3\)",
        ),
        (
            (1, 3, 3),
            (Dense(4), Softmax()),
            r"the network ends in shape \(4,\), but there are 1 classes: make the last dense",
        ),
        ((1, 3, 3), (Dense(1),), "the network does not end in softmax, or has two: make it the last"),
        ((1, 3, 3), (), "the network has no stages: give it at least one"),
        (
            (1, 3, 3),
            (Dense(1), Softmax(), Dense(1), Softmax()),
            "the network does not end in softmax, or has two",
        ),
    ],
)
def test_stages_that_do_not_fit_are_named_with_their_shapes(shape, stages, says):
    with pytest.raises(SpecError, match=says):
        Network(shape, stages, ("only",))


def shapes(arrays):
    return {name: array.shape for name, array in arrays.items()}


def test_check_arrays_takes_those_that_fit():
    assert check_arrays(STEP.array_shapes, shapes(STEP_WEIGHTS)) is None


@pytest.mark.parametrize(
    ("weights", "says"),
    [
        (
            {},
            r"it names no weights: write .* a file with the arrays conv1 \(1, 1, 1, 1\), dense1 \(2, 1, 2, 2\)",
        ),
        ({"conv1": STEP_WEIGHTS["conv1"]}, r"the weights are named conv1; expected: conv1 .*, dense1 "),
        (STEP_WEIGHTS | {"conv2": np.zeros(1)}, "the weights are named conv1, conv2, dense1; expected: "),
        (
            STEP_WEIGHTS | {"dense1": np.zeros((2, 4))},
            r"the weights of dense1 have shape \(2, 4\); expected: .*dense1 \(2, 1, 2, 2\)",
        ),
    ],
)
def test_check_arrays_names_what_does_not_fit(weights, says):
    with pytest.raises(SpecError, match=says):
        check_arrays(STEP.array_shapes, shapes(weights))


def test_forward_gives_every_stage_what_the_one_before_shows():
    x = np.array([[[0.0, 1], [2, 3]]])
    shown = {layer.name: parts for layer, parts in STEP.forward(x, STEP_WEIGHTS)}
    assert shown["conv1"][""].tolist() == [[[0, 2], [4, 6]]]
    assert shown["dense1"][""].tolist() == [0, 6]
    assert shown["softmax"]["shifted"].tolist() == [-6, 0]
    assert STEP.scores(x, STEP_WEIGHTS).tolist() == [0, 6]


def test_forward_takes_a_batch_along_the_last_axis():
    x = np.stack([np.full((1, 2, 2), 1.0), np.array([[[5.0, 0], [0, 1]]])], axis=-1)
    assert STEP.scores(x, STEP_WEIGHTS).tolist() == [[2, 10], [2, 2]]


# The template tiny, with pencil and paper. Its 7:      its 0:      its 1:
#   row 0   . . . . . .                                 . # # . . .   . . # . . .
#   row 1   . # # # # .                                 # . . # . .   . . # . . .
#   row 2   . . . . # .                                 # . . # . .   . . # . . .
#   row 3   . . . # . .                                 # . . # . .   . . # . . .
#   row 4   . . # . . .                                 . # # . . .   . . # . . .
#   row 5   . . . . . .                                 . . . . . .   . . # . . .


def tiny_shows(label):
    template = load_template("tiny")
    x = template.pictures[label]
    return {
        layer.name: parts if layer.name == "softmax" else parts[""].tolist()
        for layer, parts in template.network.forward(x, template.weights)
    }


def test_every_value_of_tiny_for_its_7():
    shown = tiny_shows(7)
    # conv1_1 takes the ink of three pixels in a row, less that of three pixels two rows below. The ink of three,
    # by row: 0 0 0 0 / 2 3 3 2 / 0 0 1 1 / 0 1 1 1 / 1 1 1 0 / 0 0 0 0. Row 0 less row 2, row 1 less row 3, ...
    top_edges = [[0, 0, -1, -1], [2, 2, 2, 1], [-1, -1, 0, 1], [0, 1, 1, 1]]
    # conv1_2 takes the ink of three pixels in a column, less that two columns to the right. The ink of three,
    # by first row: 0 1 1 1 2 0 / 0 1 1 2 2 0 / 0 0 1 1 1 0 / 0 0 1 1 0 0. Column 0 less 2, 1 less 3, ...
    left_edges = [[-1, 0, -1, 1], [-1, -1, -1, 2], [-1, -1, 0, 1], [-1, -1, 1, 1]]
    assert shown["conv1"] == [top_edges, left_edges]
    assert shown["relu1"] == [
        [[0, 0, 0, 0], [2, 2, 2, 1], [0, 0, 0, 1], [0, 1, 1, 1]],
        [[0, 0, 0, 1], [0, 0, 0, 2], [0, 0, 0, 1], [0, 0, 1, 1]],
    ]
    # conv2 sums 3x3 of one map: 2+2+2, 2+2+1+1, 6+1+1, 5+1+1+1+1; and 0, 1+2+1, 1, 2+1+1+1.
    assert shown["conv2"] == shown["relu2"] == [[[6, 6], [8, 9]], [[0, 4], [1, 5]]]
    assert shown["pool1"] == [[[9]], [[5]]]
    assert shown["dense1"] == [9 + 5, -3 * 9 + 2 * 5, 3 * 9 - 2 * 5] == [14, -17, 17]
    softmax = shown["softmax"]
    assert softmax["maximum"] == 17
    assert softmax["shifted"].tolist() == [-3, -34, 0]
    # bc -l: e(-3), e(-34), and their shares of 1 + e(-3) + e(-34)
    exact = {"rtol": 1e-15, "atol": 0}
    np.testing.assert_allclose(
        softmax["exponentials"], [0.049787068367863943, 1.713908431542013e-15, 1], **exact
    )
    np.testing.assert_allclose(softmax["total"], 1.049787068367865657, **exact)
    np.testing.assert_allclose(
        softmax["probabilities"],
        [0.047425873177566703, 1.6326248276297364e-15, 0.95257412682243166],
        rtol=1e-14,
        atol=0,
    )


def test_tiny_reads_its_0_with_pencil_and_paper():
    shown = tiny_shows(0)
    # The ink of three in a row: 2 2 1 0 / 1 1 1 1 / 1 1 1 1 / 1 1 1 1 / 2 2 1 0 / 0 0 0 0
    assert shown["conv1"][0] == [[1, 1, 0, -1], [0, 0, 0, 0], [-1, -1, 0, 1], [1, 1, 1, 1]]
    # The ink of three in a column: 2 1 1 2 0 0 / 3 0 0 3 0 0 / 2 1 1 2 0 0 / 1 1 1 1 0 0
    assert shown["conv1"][1] == [[1, -1, 1, 2], [3, -3, 0, 3], [1, -1, 1, 2], [0, 0, 1, 1]]
    # 1+1, 1+1, ...: conv2_1 sums 1 1 0 0 / 0 / 0 0 0 1 / 1 1 1 1, conv2_2 sums 1 0 1 2 / 3 0 0 3 / 1 0 1 2 / 0 0 1 1.
    assert shown["conv2"] == [[[2, 2], [3, 4]], [[7, 9], [6, 8]]]
    assert shown["pool1"] == [[[4]], [[9]]]
    assert shown["dense1"] == [13, 6, -6]


def test_tiny_reads_its_1_with_pencil_and_paper():
    shown = tiny_shows(1)
    # Every row is like every other: no top edges. Every column of three holds 0 0 3 0 0 0.
    assert shown["conv1"] == [[[0] * 4] * 4, [[-3, 0, 3, 0]] * 4]
    assert shown["pool1"] == [[[0]], [[9]]]
    assert shown["dense1"] == [9, 18, -18]
