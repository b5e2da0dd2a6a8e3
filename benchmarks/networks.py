"""The networks that are measured: a small, a middle and a large one."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sheetcnn.digit_choice import choose_digit
from sheetcnn.digits.digit import Digit
from sheetcnn.network.template_loader import load_template, template_names

SIZES = ("mnist", "lenet", "explainer")
"""The shipped network, LeNet-5 (LeCun et al., 1998), and one of the CNN Explainer's shape (Wang et al., 2020)."""

_EXPLAINER = """\
title = "explainer, random weights"
classes = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
weights = "explainer.npz"
[input]
channels = 3
height = 64
width = 64
"""
_STAGES = [
    *("conv filters=10 kernel=3", "relu", "conv filters=10 kernel=3", "relu", "maxpool window=2") * 2,
    *("dense outputs=10", "softmax"),
]


def template(size: str, folder: Path) -> str:
    """Return a network as `generate --template` takes it: shipped, or written with random weights."""
    if size in template_names():
        return size
    path = folder / f"{size}.toml"
    lines = [_EXPLAINER]
    for stage in _STAGES:
        kind, *settings = stage.split()
        lines += ["[[stages]]", f'kind = "{kind}"', *settings]
    path.write_text("\n".join(lines) + "\n")
    network = load_template(str(path), weights=False).network
    random = np.random.default_rng(0)
    weights = {
        name: random.normal(0, np.prod(shape[1:]) ** -0.5, shape).round(3)
        for name, shape in network.weight_shapes.items()
    }
    np.savez(path.with_suffix(".npz"), **weights)  # type: ignore[arg-type]  # its stubs take only a bool by name
    return str(path)


def digit(name: str) -> Digit:
    """Return what a network is to read first: a digit if it takes one, or else random numbers."""
    chosen = load_template(name)
    if chosen.pictures or chosen.network.input_shape == (1, 28, 28):
        return choose_digit(chosen, 7)
    shape = chosen.network.input_shape
    return Digit(np.random.default_rng(0).uniform(size=shape).round(3), None, "random numbers")
