"""A source of networks is one file and one line: JSON, as a source that is made here."""

import json

import numpy as np
import pytest

import sheetcnn
from sheetcnn.errors import SpecError
from sheetcnn.network import template_loader
from sheetcnn.network.network import Network
from sheetcnn.network.sources import SOURCES, NetworkSource
from sheetcnn.network.stages import STAGES
from sheetcnn.network.template import Template
from sheetcnn.network.template_loader import load_template

TOP_OR_BOTTOM = {"classes": ["top", "bottom"], "weights": [[[[1, 1], [0, 0]]], [[[0, 0], [1, 1]]]]}


class JsonFile(NetworkSource):
    """One dense layer over 2 x 2 pixels."""

    ending = ".json"

    def read(self, path, called, *, weights, pictures):
        content = json.loads(path.read_text(encoding="utf-8"))
        chain = (STAGES["dense"](len(content["classes"])), STAGES["softmax"]())
        network = Network((1, 2, 2), chain, tuple(content["classes"]))
        arrays = {"dense1": np.array(content["weights"], dtype=float)} if weights else {}
        drawn = {0: np.array([[[1.0, 1.0], [0.0, 0.0]]])} if pictures else {}
        return Template(path.stem, "Top or bottom", network, arrays, path, pictures=drawn)


@pytest.fixture
def described(tmp_path, monkeypatch):
    """One line, and a file that it reads."""
    monkeypatch.setattr(template_loader, "SOURCES", (*SOURCES, JsonFile()))
    path = tmp_path / "halves.json"
    path.write_text(json.dumps(TOP_OR_BOTTOM), encoding="utf-8")
    return path


def test_its_template_is_loaded_generated_and_verified(described, tmp_path):
    assert load_template(str(described)).network.weight_shapes == {"dense1": (2, 1, 2, 2)}
    assert load_template(str(described), weights=False).weights == {}
    made = sheetcnn.generate(0, template=str(described), output=tmp_path / "halves.xlsx")
    # The scores are 2 and 0: e^2 / (e^2 + 1) = 0.880797.
    assert str(made.prediction.label) == "top"
    assert made.prediction.probability == pytest.approx(0.880797, abs=1e-6)
    report = sheetcnn.verify(made.output, template=str(described))
    assert (report.ok, report.findings) == (True, [])


def test_its_file_is_one_over_which_nothing_is_written(described):
    assert load_template(str(described)).files == [described]


def test_its_ending_is_named_to_whoever_asks_for_something_else(described):
    with pytest.raises(SpecError, match=r"choose one of .*, or give a \.toml or \.json file"):
        load_template("halves.onnx")


def test_every_source_has_an_ending_of_its_own():
    endings = [source.ending for source in SOURCES]
    assert all(ending.startswith(".") for ending in endings)
    assert len(set(endings)) == len(endings)
