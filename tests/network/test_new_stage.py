"""A stage is one file and one line: GELU, in a module that is made here and is no part of the package."""

import ast
import importlib.util
import re
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from editing import SHEET, rewrite

import sheetcnn
from sheetcnn.digits.digit import Digit
from sheetcnn.network import stages
from sheetcnn.network.network import Network
from sheetcnn.network.template import Template
from sheetcnn.network.template_loader import load_template
from sheetcnn.network.training.weights_file import save
from sheetcnn.workbook.design import available_sheets
from sheetcnn.workbook.renderer import render_workbook

GELU = '''\
"""GELU by TANH: values are weighted by how far above others they are."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sheetcnn.network.stages.activation import Activation


@dataclass(frozen=True)
class GELU(Activation):
    """0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) (Hendrycks and Gimpel, 2016)."""

    kind: ClassVar[str] = "gelu"
    heading: ClassVar[str] = "GELU"
    caption: ClassVar[str] = "small values fade, large ones stay"
    name: ClassVar[str] = "GELU"
    explanation: ClassVar[str] = "the same value of the map before, times its share above 0"

    def function(self, x):
        return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))

    def excel(self, cell):
        return f"0.5*{cell}*(1+TANH(SQRT(2/PI())*({cell}+0.044715*{cell}^3)))"

    def derivative(self, x):
        inner = np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))
        slope = np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * x**2)
        return 0.5 * (1 + inner) + 0.5 * x * (1 - inner**2) * slope
'''


@pytest.fixture
def gelu(tmp_path, monkeypatch):
    """One file, and one line."""
    (tmp_path / "gelu.py").write_text(GELU, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("gelu", tmp_path / "gelu.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "gelu", module)  # dataclasses look there
    spec.loader.exec_module(module)
    monkeypatch.setitem(stages.STAGES, "gelu", module.GELU)
    return module.GELU()


@pytest.fixture
def template(gelu):
    chain = (stages.STAGES["conv"](2, 3), gelu, stages.STAGES["dense"](3), stages.STAGES["softmax"]())
    network = Network((1, 6, 6), chain, ("a", "b", "c"))
    random = np.random.default_rng(0)
    weights = {name: random.normal(size=shape).round(2) for name, shape in network.weight_shapes.items()}
    return Template("gelu", "A network with GELU", network, weights, Path("gelu.toml"))


@pytest.fixture
def workbook(template, tmp_path):
    digit = Digit(np.random.default_rng(1).uniform(size=(6, 6)).round(2), "a", "a test")
    path = tmp_path / "gelu.xlsx"
    sheets = available_sheets(template.network)
    path.write_bytes(render_workbook(template, digit, sheets).content)
    return path


def test_its_values_are_those_of_the_paper(gelu):
    """GELU(1) = 0.8412, GELU(-1) = -0.1588, GELU(2) = 1.9546 (PyTorch, approximate='tanh')."""
    np.testing.assert_allclose(
        gelu.function(np.array([0.0, 1.0, -1.0, 2.0])), [0, 0.841192, -0.158808, 1.954598], atol=1e-6
    )


def test_its_gradient_is_that_of_finite_differences(gelu):
    x = np.linspace(-3, 3, 13)
    numeric = (gelu.function(x + 1e-6) - gelu.function(x - 1e-6)) / 2e-6
    np.testing.assert_allclose(gelu.derivative(x), numeric, atol=1e-8)


def test_a_workbook_with_it_verifies(workbook):
    report = sheetcnn.verify(workbook)
    assert report.findings == []
    stage = next(stage for stage in report.stages if stage.name == "gelu1")
    assert (stage.kind, stage.formulas, stage.judged) == ("gelu", 2 * 4 * 4, 2 * 4 * 4)


def test_a_fault_in_it_is_named(workbook, tmp_path):
    """2 instead of 0.5 in the first of its formulas."""
    with zipfile.ZipFile(workbook) as archive:
        xml = archive.read(SHEET).decode()
    address = re.search(r'<c r="([A-Z]+\d+)"[^>]*><f>0\.5\*', xml)[1]
    wrong = rewrite(
        workbook, tmp_path / "wrong.xlsx", {SHEET: lambda xml: xml.replace("<f>0.5*", "<f>2*", 1)}
    )
    first, *_ = sheetcnn.verify(wrong).findings  # after it come stored values that would follow from it
    assert (first.severity, first.kind, first.cell) == ("error", "formula", f"Network!{address}")
    assert (first.region, first.found.lstrip("=")[:2]) == ("gelu1_1", "2*")


def test_one_of_its_cells_is_explained(workbook):
    account = sheetcnn.explain(workbook, "gelu1_1")
    assert "the same value of the map before, times its share above 0" in account
    assert "right: formula, NumPy and stored value agree" in account


def test_a_step_of_training_goes_through_it(template):
    from sheetcnn.network.training.backpropagation import loss_and_gradients

    x = np.random.default_rng(2).uniform(size=(1, 6, 6, 4))
    labels = np.array([0, 1, 2, 0])
    loss, gradients = loss_and_gradients(template.network, template.weights, x, labels)
    moved = {name: array - 0.01 * gradients[name] for name, array in template.weights.items()}
    assert loss_and_gradients(template.network, moved, x, labels)[0] < loss


TEMPLATE = """\
title = "A network with GELU"
classes = ["lying", "standing"]
weights = "weights.npz"

[input]
channels = 1
height = 6
width = 6

[[stages]]
kind = "conv"
filters = 2
kernel = 3

[[stages]]
kind = "gelu"

[[stages]]
kind = "dense"
outputs = 2

[[stages]]
kind = "softmax"

[recipe]
epochs = 1
batch = 10
validation = 10
"""


def test_a_template_that_names_it_is_trained_and_generated(gelu, tmp_path):
    """As users do it: the kind in TOML, `train`, and `generate` with what was found."""
    path = tmp_path / "strokes.toml"
    path.write_text(TEMPLATE, encoding="utf-8")
    images, labels = np.zeros((40, 6, 6), np.uint8), np.arange(40, dtype=np.uint8) % 2
    images[0::2, 2], images[1::2, :, 2] = 255, 255
    found = sheetcnn.train(str(path), images, labels, images, labels)
    assert {name: array.shape for name, array in found.weights.items()} == {
        "conv1": (2, 1, 3, 3),
        "dense1": (2, 2, 4, 4),
    }
    save(load_template(str(path), weights=False), found)
    made = sheetcnn.generate(Digit(images[1] / 255), template=str(path), output=tmp_path / "strokes.xlsx")
    report = sheetcnn.verify(made.output)
    assert [report.findings, report.ok] == [[], True]


@pytest.mark.slow
def test_it_is_drawn(workbook, tmp_path):
    assert (tmp_path / "01-Network.png") in sheetcnn.render(workbook, tmp_path)


def asks_for_a_kind(tree):
    """Return each comparison of a stage's kind in a module, and each `isinstance` with the class of a stage.

    A row of a report has a kind, too, which may be `sheet`: who compares it with what is no stage asks for none.
    """
    classes = {each.__name__ for each in (*stages.STAGES.values(), stages.Stage)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            other = {side.value for side in sides if isinstance(side, ast.Constant)} - stages.STAGES.keys()
            if not other and any(ast.unparse(side).endswith("stage.kind") for side in sides):
                yield ast.unparse(node)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("isinstance", "issubclass"):
            named = {ast.unparse(each).rpartition(".")[2] for each in ast.walk(node.args[1])}
            if named & classes or ast.unparse(node.args[0]).endswith("layer.stage"):
                yield ast.unparse(node)


@pytest.mark.parametrize(
    "code",
    [
        'shown = layer.stage.kind == "dense"',
        "stage.kind in HEADINGS",
        "kinds[stage.kind] is stages.Conv or stage.kind != other",
        "isinstance(layer.stage, MaxPool)",
        "isinstance(first, stages.Conv)",
        "isinstance(stage, (Dense, Softmax))",
        "isinstance(stage, Dense | Softmax)",
    ],
)
def test_who_asks_for_a_kind_is_found(code):
    assert list(asks_for_a_kind(ast.parse(code)))


def test_nobody_else_asks_for_a_kind_of_stage():
    """No module but those of stages compares a stage's kind, or asks for its class."""
    for path in Path(sheetcnn.__file__).parent.rglob("*.py"):
        if "stages" not in path.parts:
            assert not list(asks_for_a_kind(ast.parse(path.read_text(encoding="utf-8")))), path


WORDS = {("guide.py", "softmax"), ("guide.py", "sigmoid"), ("softmax.py", "sigmoid")}
"""Words that a sheet explains, and no kinds."""


def test_nobody_else_names_a_kind_of_stage():
    """No list and no table of kinds stands anywhere but in `STAGES`: what is known of one stands in its own file."""
    home = Path(sheetcnn.__file__).parent
    named = {
        (path.name, node.value)
        for path in home.rglob("*.py")
        if "stages" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in stages.STAGES
    }
    assert named == WORDS
