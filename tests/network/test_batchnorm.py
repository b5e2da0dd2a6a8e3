"""Batch normalisation: folded into the stage before, by hand, and against its own definition."""

import numpy as np
import openpyxl
import pytest

import sheetcnn
from sheetcnn.errors import SpecError
from sheetcnn.network.batchnorm import BatchNorm, extract_batchnorms
from sheetcnn.network.network import Network, from_arrays
from sheetcnn.network.stages.conv import Conv
from sheetcnn.network.stages.dense import Dense
from sheetcnn.network.stages.flatten import Flatten
from sheetcnn.network.stages.relu import ReLU
from sheetcnn.network.stages.softmax import Softmax
from sheetcnn.network.template_loader import load_template
from sheetcnn.network.training.trainer import read_recipe

TOML = """\
title = "Normalised"
classes = ["0", "1"]
weights = "given.npz"
input = { channels = 1, height = 2, width = 2 }

[[stages]]
kind = "conv"
filters = 1
kernel = 1
bias = true

[[stages]]
kind = "batchnorm"
epsilon = 1

[[stages]]
kind = "relu"

[[stages]]
kind = "dense"
outputs = 2

[[stages]]
kind = "softmax"

[pictures]
0 = ["#.", ".."]

[recipe]
"""
# gamma / sqrt(variance + epsilon) = 6 / 2 = 3: the weight becomes 3 * 3, the bias (1 - 4) * 3 + 5 = -4.
ARRAYS = {
    "conv1": np.full((1, 1, 1, 1), 3.0),
    "conv1_bias": np.array([1.0]),
    "batchnorm1_gamma": np.array([6.0]),
    "batchnorm1_beta": np.array([5.0]),
    "batchnorm1_mean": np.array([4.0]),
    "batchnorm1_variance": np.array([3.0]),
    "dense1": np.ones((2, 1, 2, 2)),
}


def load(folder, text=TOML, arrays=ARRAYS, **options):
    np.savez(folder / "given.npz", **arrays)
    (folder / "given.toml").write_text(text, encoding="utf-8")
    return load_template(str(folder / "given.toml"), **options)


def test_it_goes_into_weights_and_biases(tmp_path):
    template = load(tmp_path)
    assert [layer.name for layer in template.network.layers] == ["conv1", "relu1", "dense1", "softmax"]
    assert template.weights["conv1"].tolist() == [[9, -4]]
    assert template.folded_batchnorm == ("conv1",)
    # 2 becomes 2 * 3 + 1 = 7, and (7 - 4) / 2 * 6 + 5 = 14.
    assert template.network.scores(np.full((1, 2, 2), 2.0), template.weights).tolist() == [4 * 14, 4 * 14]


def test_a_stage_without_biases_gets_some(tmp_path):
    arrays = {name: array for name, array in ARRAYS.items() if name != "conv1_bias"}
    template = load(tmp_path, TOML.replace("bias = true\n", ""), arrays)
    assert template.weights["conv1"].tolist() == [[9, (0 - 4) * 3 + 5]]
    assert template.network.stages[0] == Conv(1, 1, bias=True)


def test_it_is_what_its_definition_says_behind_any_stage():
    random = np.random.default_rng(4)
    stages = (
        Conv(3, 2, padding=1),
        BatchNorm(),
        ReLU(),
        Dense(4, bias=True),
        BatchNorm(0.1),
        Dense(2),
        Softmax(),
    )
    folding = extract_batchnorms(stages)
    plain = Network((2, 4, 5), folding.stages, ("0", "1"))
    arrays = {name: random.uniform(0.5, 2, shape) for name, shape in folding.array_shapes(plain).items()}
    folded = folding.fold(plain, arrays)
    x = random.normal(size=(2, 4, 5))

    def normalised(name, values, epsilon):
        gamma, beta, mean, variance = (
            arrays[f"{name}_{part}"].reshape(-1, *[1] * (values.ndim - 1))
            for part in ("gamma", "beta", "mean", "variance")
        )
        return gamma * (values - mean) / np.sqrt(variance + epsilon) + beta

    maps = np.maximum(0, normalised("batchnorm1", Conv(3, 2, padding=1).compute(x, arrays["conv1"]), 1e-5))
    sums = Dense(4).compute(maps, arrays["dense1"]) + arrays["dense1_bias"]
    scores = arrays["dense2"] @ normalised("batchnorm2", sums, 0.1)
    network = Network((2, 4, 5), folding.folded, ("0", "1"))
    np.testing.assert_allclose(network.scores(x, from_arrays(network, folded)), scores, rtol=1e-12)


def test_pytorch_agrees():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed", exc_type=ImportError)
    model = torch.nn.Sequential(
        torch.nn.Conv2d(1, 2, 3, padding=1),
        torch.nn.BatchNorm2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(32, 3),
    ).double()
    conv, norm, _, dense = model
    x = torch.rand((20, 1, 4, 4), dtype=torch.float64)
    model(x)  # in training: it takes up a mean and a variance
    torch.nn.init.uniform_(norm.weight, 0.5, 2)
    torch.nn.init.uniform_(norm.bias)
    scores = model.eval()(x).detach().numpy()
    arrays = {
        **{"conv1": conv.weight, "conv1_bias": conv.bias},
        **{"batchnorm1_gamma": norm.weight, "batchnorm1_beta": norm.bias},
        **{"batchnorm1_mean": norm.running_mean, "batchnorm1_variance": norm.running_var},
        **{"dense1": dense.weight, "dense1_bias": dense.bias},
    }
    stages = (Conv(2, 3, padding=1, bias=True), BatchNorm(), Flatten(), Dense(3, bias=True), Softmax())
    folding = extract_batchnorms(stages)
    folded = Network((1, 4, 4), folding.folded, ("0", "1", "2"))
    as_numpy = {name: array.detach().numpy() for name, array in arrays.items()}
    weights = from_arrays(folded, folding.fold(Network((1, 4, 4), folding.stages, folded.classes), as_numpy))
    np.testing.assert_allclose(folded.scores(np.moveaxis(x.numpy(), 0, -1), weights).T, scores, atol=1e-12)


def test_the_workbook_says_so_and_verifies(tmp_path):
    load(tmp_path)
    written = sheetcnn.generate(
        0, template=str(tmp_path / "given.toml"), output=tmp_path / "norm.xlsx"
    ).output
    assert sheetcnn.verify(written).findings == []
    assert sheetcnn.verify(written, str(tmp_path / "given.toml")).findings == []
    said = [cell.value for row in openpyxl.load_workbook(written)["Model"] for cell in row]
    assert "Batch normalisation is folded into the weights and biases of conv1." in said


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            'kind = "relu"',
            'kind = "batchnorm"',
            "batchnorm2 follows no conv or dense, but another batchnorm: it is folded into",
        ),
        ('kind = "conv"', 'kind = "convrelu"', "batchnorm1 follows no conv or dense"),
        ("epsilon = 1", "epsilon = 0", "epsilon of a batchnorm is 0: give a number above 0"),
        ("epsilon = 1", "momentum = 1", "a batchnorm has no momentum: it takes epsilon"),
    ],
)
def test_one_that_cannot_be_folded_is_refused(tmp_path, old, new, says):
    with pytest.raises(SpecError, match=says):
        load(tmp_path, TOML.replace(old, new))


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        (
            {"batchnorm1_mean": np.zeros(2)},
            r"batchnorm1_mean have shape \(2,\); expected: .*batchnorm1_gamma \(1,\)",
        ),
        ({"batchnorm1_variance": np.array([-2.0])}, "batchnorm1_variance holds a negative number"),
        (
            {"bn1_gamma": np.zeros(1)},
            "the weights are named .*bn1_gamma.*; expected: conv1 .*batchnorm1_variance",
        ),
    ],
)
def test_arrays_that_do_not_fit_are_refused_with_what_was_expected(tmp_path, arrays, says):
    with pytest.raises(SpecError, match=says):
        load(tmp_path, arrays=ARRAYS | arrays)


def test_it_is_not_trained_here(tmp_path):
    with pytest.raises(SpecError, match="given has batch normalisation, which is not trained here"):
        read_recipe(load(tmp_path, weights=False))
