"""What training found is saved: weights and results, and all else of the template stays."""

import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from strokes import TEMPLATE, written

from sheetcnn.errors import SpecError
from sheetcnn.network.template_loader import load_template
from sheetcnn.network.training.trainer import TrainingResult
from sheetcnn.network.training.weights_file import save

FOUND = TrainingResult(
    weights={"conv1": np.full((2, 1, 3, 3), 0.125), "dense1": np.full((2, 2, 2, 2), -1.5)},
    accuracy=0.975,
    images=10000,
    validation=0.9725,
    seed=3,
    date=date(2026, 11, 22),
)
TABLE = """\
[training]
accuracy = 0.975
images = 10000
validation = 0.9725
seed = 3
date = 2026-11-22
"""


@pytest.fixture
def template(tmp_path):
    return written(tmp_path)


def test_save_adds_the_results_and_keeps_all_else(template):
    save(template, FOUND)
    assert template.path.read_text(encoding="utf-8") == f"{TEMPLATE}\n{TABLE}"


def test_save_replaces_the_results_of_an_earlier_training(tmp_path):
    earlier = "[training]\naccuracy = 0.1\nseed = 99\n"
    tail = "\n# A comment before the next table.\n[pictures]\n0 = []\n"
    before, after = TEMPLATE.split("[recipe]")
    template = written(tmp_path, f"{before}{earlier}\n[recipe]{after}{tail}")
    save(template, FOUND)
    assert template.path.read_text(encoding="utf-8") == f"{before}{TABLE}\n[recipe]{after}{tail}"


def test_save_names_the_file_of_weights_where_the_template_does_not(tmp_path):
    template = written(tmp_path, TEMPLATE.replace('weights = "strokes.npz"\n', ""))
    save(template, FOUND)
    loaded = load_template(str(template.path))
    assert loaded.file == "strokes.npz"
    assert loaded.weights["conv1"].shape == (2, 1, 3, 3)
    assert template.path.read_text(encoding="utf-8").startswith("# A comment at the top.\ntitle = ")


def test_save_writes_the_file_of_weights_that_the_template_names(tmp_path):
    template = written(tmp_path, TEMPLATE.replace("strokes.npz", "other.npz"))
    save(template, FOUND)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.npz", "strokes.toml"]
    assert load_template(str(template.path)).weights["conv1"].shape == (2, 1, 3, 3)


def test_save_twice_changes_nothing_more(template):
    save(template, FOUND)
    files = {path.name: path.read_bytes() for path in template.path.parent.iterdir()}
    save(template, FOUND)
    assert {path.name: path.read_bytes() for path in template.path.parent.iterdir()} == files
    assert sorted(files) == ["strokes.npz", "strokes.toml"]


def test_what_was_saved_can_be_loaded(template):
    save(template, FOUND)
    loaded = load_template(str(template.path))
    assert loaded.training == {
        "accuracy": 0.975,
        "images": 10000,
        "validation": 0.9725,
        "seed": 3,
        "date": date(2026, 11, 22),
    }
    for name, array in FOUND.weights.items():
        np.testing.assert_array_equal(loaded.weights[name], array)


def test_the_weights_file_does_not_know_when_it_was_written(template):
    save(template, FOUND)
    with zipfile.ZipFile(template.path.with_suffix(".npz")) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_save_that_fails_leaves_the_old_files(template, monkeypatch):
    def refuse(self, target):
        raise PermissionError(13, "Permission denied")

    save(template, FOUND)
    old = template.path.read_bytes(), template.path.with_suffix(".npz").read_bytes()
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(
        SpecError, match=r"strokes.npz cannot be written \(Permission denied\): copy the template"
    ):
        save(template, replace(FOUND, seed=4, weights={"conv1": np.zeros(3)}))
    assert (template.path.read_bytes(), template.path.with_suffix(".npz").read_bytes()) == old
