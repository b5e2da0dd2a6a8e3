"""A template that someone has written: every kind of stage, pictures in colour, weights from elsewhere."""

import numpy as np
import pytest

import sheetcnn
from sheetcnn.network.template_loader import load_template

TOML = """\
title = "Everything"
classes = ["0", "1", "2"]
weights = "own.npz"
pictures = "pictures.npz"
input = { channels = 3, height = 12, width = 10 }
stages = [
    { kind = "conv", filters = 4, kernel = 3, padding = "same" },
    { kind = "batchnorm" },
    { kind = "leakyrelu" },
    { kind = "maxpool", window = 3, stride = 2 },
    { kind = "convrelu", filters = 5, kernel = 3, stride = 2, padding = 1, bias = true },
    { kind = "avgpool", window = 2, stride = 1 },
    { kind = "dropout" },
    { kind = "flatten" },
    { kind = "dense", outputs = 6, bias = true },
    { kind = "batchnorm" },
    { kind = "tanh" },
    { kind = "dense", outputs = 5 },
    { kind = "sigmoid" },
    { kind = "dense", outputs = 3, bias = true },
    { kind = "softmax" },
]
"""
SHAPES = {
    "conv1": (4, 3, 3, 3),
    **{f"batchnorm1_{array}": (4,) for array in ("gamma", "beta", "mean", "variance")},
    **{"conv2": (5, 4, 3, 3), "conv2_bias": (5,)},
    **{"dense1": (6, 10), "dense1_bias": (6,)},  # conv2 gives 5 x 3 x 2, avgpool 5 x 2 x 1
    **{f"batchnorm2_{array}": (6,) for array in ("gamma", "beta", "mean", "variance")},
    "dense2": (5, 6),
    **{"dense3": (3, 5), "dense3_bias": (3,)},
}


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    folder, random = tmp_path_factory.mktemp("own"), np.random.default_rng(0)
    (folder / "own.toml").write_text(TOML, encoding="utf-8")
    arrays = {
        name: random.uniform(0.1, 1, shape) if "variance" in name else random.uniform(-1, 1, shape)
        for name, shape in SHAPES.items()
    }
    np.savez(folder / "own.npz", **arrays)
    np.savez(folder / "pictures.npz", **{"2": random.uniform(size=(3, 12, 10))})
    return folder / "own.toml"


@pytest.fixture(scope="module")
def written(own):
    return sheetcnn.generate(2, template=str(own), output=own.with_suffix(".xlsx"), lesson=True).output


def test_its_shapes_are_worked_out(own):
    assert [layer.out_shape for layer in load_template(str(own)).network.layers] == [
        *((4, 12, 10), (4, 12, 10), (4, 5, 4), (5, 3, 2), (5, 2, 1), (5, 2, 1)),
        *((10,), (6,), (6,), (5,), (5,), (3,), (3,)),
    ]


def test_its_workbook_verifies_and_ironcalc_agrees(own, written):
    report = sheetcnn.verify(written, engines=["ironcalc"])
    assert report.findings == []
    assert report.opinions[0].formulas == report.formulas == report.checked
    assert sheetcnn.verify(written, str(own)).findings == []


@pytest.mark.slow
def test_libreoffice_agrees_with_its_workbook(written, libreoffice):
    report = sheetcnn.verify(written, engines=["libreoffice"])
    assert report.findings == []
    assert report.opinions[0].differences == 0
