"""Small random networks, for properties that hold whatever a template says."""

from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from sheetcnn.digits.digit import Digit
from sheetcnn.network.network import Network
from sheetcnn.network.stages.avgpool import AveragePool
from sheetcnn.network.stages.conv import Conv
from sheetcnn.network.stages.convrelu import ConvReLU
from sheetcnn.network.stages.dense import Dense
from sheetcnn.network.stages.dropout import Dropout
from sheetcnn.network.stages.flatten import Flatten
from sheetcnn.network.stages.leakyrelu import LeakyReLU
from sheetcnn.network.stages.maxpool import MaxPool
from sheetcnn.network.stages.relu import ReLU
from sheetcnn.network.stages.sigmoid import Sigmoid
from sheetcnn.network.stages.softmax import Softmax
from sheetcnn.network.stages.tanh import Tanh
from sheetcnn.network.template import Template

ACTIVATIONS = st.sampled_from([ReLU, LeakyReLU, Tanh, Sigmoid, Dropout])


@st.composite
def networks(draw) -> Network:
    """Convolutions, activations and pools that fit; perhaps in line, and a hidden dense layer; scores and softmax."""
    sides = st.integers(2, 9)
    shape = input_shape = (draw(st.integers(1, 3)), draw(sides), draw(sides))
    stages = []
    for kind in draw(st.lists(st.sampled_from(["conv", "activation", "pool"]), max_size=4)):
        room = min(shape[1:])
        match kind:
            case "conv":
                stage = draw(_convolutions(room))
            case "pool":
                pool = draw(st.sampled_from([MaxPool, AveragePool]))
                stage = pool(draw(st.integers(1, min(room, 3))), draw(st.integers(0, 3)))
            case _:
                stage = draw(ACTIVATIONS)()
        stages.append(stage)
        shape = stage.out_shape(shape)
    if draw(st.booleans()):
        stages.append(Flatten())
    if draw(st.booleans()):
        stages += [Dense(draw(st.integers(1, 6)), draw(st.booleans())), draw(ACTIVATIONS)()]
    classes = draw(st.sampled_from([("0",), ("3", "5"), ("cat", "dog", "=1"), tuple("0123456789")]))
    return Network(input_shape, (*stages, Dense(len(classes), draw(st.booleans())), Softmax()), classes)


@st.composite
def _convolutions(draw, room: int) -> Conv:
    kernel = draw(st.integers(1, 4))
    paddings = ["same", *(margin for margin in range(kernel) if room + 2 * margin >= kernel)]
    return draw(st.sampled_from([Conv, ConvReLU]))(
        *(draw(st.integers(1, 3)), kernel, draw(st.integers(1, 2))),
        bias=draw(st.booleans()),
        padding=draw(st.sampled_from(paddings)),
    )


def with_weights(network: Network, seed: int = 0) -> Template:
    """Return a template of a network with random weights."""
    random = np.random.default_rng(seed)
    weights = {name: random.normal(size=shape).round(3) for name, shape in network.weight_shapes.items()}
    return Template("random", "A random network", network, weights, Path("random.toml"))


def some_input(network: Network, seed: int = 0) -> np.ndarray:
    """Return random pixels that fit."""
    return np.random.default_rng(seed).uniform(size=network.input_shape).round(3)


def unknown(pixels: np.ndarray) -> Digit:
    """Return pixels as a digit that nobody has named."""
    return Digit(pixels, None, "a test")
