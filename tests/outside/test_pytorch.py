"""PyTorch, given the shipped weights, computes what the workbook shows."""

import numpy as np
import openpyxl
import pytest

import sheetcnn
from sheetcnn.network.template_loader import load_template

torch = pytest.importorskip("torch", reason="PyTorch is not installed", exc_type=ImportError)
functional = torch.nn.functional


def test_lenet_in_pytorch_has_the_scores_of_the_workbook(tmp_path):
    file = sheetcnn.generate(7, template="lenet", output=tmp_path / "lenet.xlsx", plain=True).output
    book = openpyxl.load_workbook(file, data_only=True)
    weights = np.load(load_template("lenet").path.with_suffix(".npz"))

    def shown(name):
        sheet, area = book.defined_names[name].attr_text.replace("$", "").split("!")
        return np.array([[cell.value for cell in row] for row in book[sheet][area]], float)

    def parameters(name):
        return [torch.tensor(weights[array].astype(float)) for array in (name, f"{name}_bias")]

    x = torch.tensor(shown("input"))[None, None]
    for stage in ("conv1", "conv2"):
        x = functional.max_pool2d(functional.conv2d(x, *parameters(stage)).relu(), 2)
    x = x.flatten(1)
    for stage in ("dense1", "dense2"):
        x = functional.linear(x, *parameters(stage)).relu()
    scores = functional.linear(x, *parameters("dense3"))
    np.testing.assert_allclose(shown("dense3").ravel(), scores[0], rtol=1e-12)
    np.testing.assert_allclose(shown("probabilities").ravel(), scores.softmax(1)[0], rtol=1e-12)
