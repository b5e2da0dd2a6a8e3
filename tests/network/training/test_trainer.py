"""Training: that it learns, chooses, repeats and saves as it says, and what the shipped weights can do."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from homes import REPOSITORY, SHARED

from sheetcnn.digits import gallery, mnist
from sheetcnn.errors import SpecError
from sheetcnn.network.stages import NO_WEIGHTS
from sheetcnn.network.template_loader import load_template
from sheetcnn.network.training import backpropagation
from sheetcnn.network.training import trainer as training
from sheetcnn.network.training.backpropagation import accuracy, loss_and_gradients
from sheetcnn.network.training.recipe import Recipe
from sheetcnn.network.training.trainer import EDGES, TrainingResult, read_recipe, train
from sheetcnn.network.training.weights_file import save

DOCUMENT = (REPOSITORY / "docs" / "templates.md").read_text(encoding="utf-8")
MNIST = SHARED / "mnist"

TEMPLATE = """\
# A comment at the top.
title = "Lying and standing strokes"
classes = ["lying", "standing"]
weights = "strokes.npz"

[input]
channels = 1
height = 6
width = 6

[[stages]]
kind = "conv"
filters = 2
kernel = 3

[[stages]]
kind = "relu"

[[stages]]
kind = "maxpool"
window = 2

[[stages]]
kind = "dense"
outputs = 2

[[stages]]
kind = "softmax"

[recipe]
start = "edges"  # a comment in a line
seeds = 2
epochs = 8
batch = 10
learning_rate = 0.05
validation = 50
shift = 0.5
degrees = 5
scale = 0.05
"""


@pytest.fixture
def template(tmp_path):
    return written(tmp_path, TEMPLATE)


def written(folder, text):
    path = folder / "strokes.toml"
    path.write_text(text, encoding="utf-8")
    return load_template(str(path), weights=False)


def strokes(count, seed):
    """Return pictures of one stroke each on grainy paper, lying (0) or standing (1), in the middle four."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 60, size=(count, 6, 6), dtype=np.uint8)
    labels = rng.integers(0, 2, size=count, dtype=np.uint8)
    for image, label, place in zip(images, labels, rng.integers(1, 5, size=count), strict=True):
        (image.T if label else image)[place] = 255
    return images, labels


def run(template, report=lambda progress: None):
    return train(template, *strokes(250, seed=1), *strokes(100, seed=2), report=report)


# What training does


def test_it_learns_two_kinds_of_strokes(template):
    losses = []
    trained = run(template, lambda progress: losses.append(progress.loss))
    assert trained.validation == 1.0
    assert trained.accuracy == 1.0
    assert trained.images == 100
    assert losses[7] < losses[0] / 3


def test_it_learns_from_a_random_start_too(tmp_path):
    # Some seeds die here, with every ReLU at 0; of eight, others live.
    text = TEMPLATE.replace('"edges"', '"random"').replace("seeds = 2", "seeds = 8")
    assert run(written(tmp_path, text)).accuracy == 1.0


def test_the_same_recipe_gives_the_same_weights(template):
    once, again = run(template), run(template)
    assert once.seed == again.seed
    assert sorted(once.weights) == ["conv1", "dense1"]
    for name in once.weights:
        np.testing.assert_array_equal(once.weights[name], again.weights[name])


def test_another_seed_gives_other_weights(template):
    recipe = replace(read_recipe(template), epochs=1)
    first, second = (
        next(training.train_one(template.network, recipe, *strokes(40, seed=1), seed)) for seed in (0, 1)
    )
    assert (first[1]["dense1"] != second[1]["dense1"]).any()


def test_weights_have_three_decimals(template):
    for array in run(template).weights.values():
        assert array.dtype == np.float64
        assert [float(f"{weight:.3f}") for weight in array.flat] == array.ravel().tolist()


def test_conv1_starts_as_a_top_and_a_left_edge(template):
    still = replace(read_recipe(template), learning_rate=0.0)
    _, weights = next(training.train_one(template.network, still, *strokes(40, seed=1), 0))
    assert weights["conv1"].tolist() == [
        [[[1, 1, 1], [0, 0, 0], [-1, -1, -1]]],
        [[[1, 0, -1], [1, 0, -1], [1, 0, -1]]],
    ]


def test_what_the_recipe_holds_is_not_trained(tmp_path):
    held = run(written(tmp_path, TEMPLATE.replace("seeds = 2", 'held = ["conv1"]\nseeds = 2'))).weights
    assert held["conv1"].tolist() == EDGES.tolist()
    assert not np.array_equal(held["dense1"], run(written(tmp_path, TEMPLATE)).weights["dense1"])


def test_progress_comes_after_every_epoch_of_every_seed(template):
    seen = []
    run(template, seen.append)
    assert [(progress.seed, progress.epoch) for progress in seen] == [
        (seed, epoch) for seed in (0, 1) for epoch in range(1, 9)
    ]
    assert {(progress.seeds, progress.epochs) for progress in seen} == {(2, 8)}
    assert all(progress.seconds_left > 0 for progress in seen[:-1])
    assert seen[-1].seconds_left == 0


def test_the_validation_images_choose_and_the_test_images_are_measured_once(template, monkeypatch):
    # Four scripted networks: the second and the fourth are best on validation, the third on the test.
    scores = {0: (0.5, 0.6), 1: (0.8, 0.5), 2: (0.7, 0.9), 3: (0.8, 0.7)}
    measured = []

    def scripted_one(network, recipe, images, labels, seed):
        assert len(images) == 200  # the last 50 of 250 are kept back
        yield 0.0, {"seed": np.array(seed)}

    def scripted_accuracy(network, weights, images, labels):
        measured.append((int(weights["seed"]), len(images)))
        return scores[int(weights["seed"])][len(images) == 100]

    monkeypatch.setattr(training, "train_one", scripted_one)
    monkeypatch.setattr(training, "accuracy", scripted_accuracy)
    template.path.write_text(TEMPLATE.replace("seeds = 2", "seeds = 4"), encoding="utf-8")
    trained = run(template)
    assert (trained.seed, trained.validation, trained.accuracy) == (1, 0.8, 0.5)
    assert measured == [(0, 50), (1, 50), (2, 50), (3, 50), (1, 100)]


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


# Loss and gradients


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


@pytest.mark.parametrize("classes", ['["1", "0"]', '["standing", "lying"]'])
def test_a_label_is_a_class_by_its_name_and_else_by_its_place(tmp_path, classes):
    """Strokes of label 0 are read as the class that is called 0, or as the first one where none is."""
    template = written(tmp_path, TEMPLATE.replace('["lying", "standing"]', classes))
    weights = run(template).weights
    images, labels = strokes(20, seed=3)
    scores = template.network.scores(np.moveaxis(images[:, None] / 255, 0, -1), weights)
    named = {'["1", "0"]': ["1", "0"], '["standing", "lying"]': ["0", "1"]}[classes]
    assert [named[place] for place in scores.argmax(axis=0)] == [str(label) for label in labels]


def test_an_image_of_no_class_is_refused(tmp_path):
    template = written(tmp_path, TEMPLATE)
    images, labels = strokes(250, seed=1)
    with pytest.raises(
        SpecError, match=r"an image shows a 8, which is no class of template strokes \(lying, standing"
    ):
        train(template, images, labels, images, labels + np.uint8(7) * labels, report=lambda progress: None)
    with pytest.raises(SpecError, match="an image shows a 2, which is no class"):
        train(template, images, labels * np.uint8(2), images, labels, report=lambda progress: None)


# What is refused


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "seeds = 2\n",
            "seeds = 2\ndropout = 0.5\n",
            "recipe. has no dropout: it takes start, seeds, epochs",
        ),
        (
            "seeds = 2\n",
            'held = ["conv7"]\n',
            r"held is \['conv7'\] in .recipe.: name stages that have weights",
        ),
        (
            'weights = "strokes.npz"',
            "weights.conv1 = []",
            'holds its weights itself, .*weights = "strokes.npz"',
        ),
        (
            '"strokes.npz"',
            '"../strokes.npz"',
            "keeps its weights in ../strokes.npz: name a file in its own folder",
        ),
        ('"edges"', '"ones"', "start is 'ones' in .recipe.: choose edges or random"),
        ("epochs = 8", "epochs = 0", "epochs is 0 in .recipe.: give a whole number from 1"),
        ("batch = 10", "batch = 2.5", "batch is 2.5 in .recipe.: give a whole number from 1"),
        ("shift = 0.5", 'shift = "far"', "shift is 'far' in .recipe.: give a number from 0"),
        ("scale = 0.05", "scale = nan", "scale is nan in .recipe.: give a number from 0"),
        (
            "validation = 50",
            "validation = 250",
            "keeps 250 images back for validation, but there are only 250",
        ),
        ("filters = 2", "filters = 3", r"conv1 has weights of shape \(3, 1, 3, 3\).*set start = \"random\""),
        ("height = 6", "height = 7", r"takes input \(1, 7, 6\), but the images are \(1, 6, 6\)"),
        ('\n[[stages]]\nkind = "softmax"\n', "", "does not end in softmax"),
    ],
)
def test_a_template_that_cannot_be_trained_is_refused_with_the_reason(tmp_path, old, new, says):
    assert TEMPLATE.count(old) == 1
    with pytest.raises(SpecError, match=says):
        run(written(tmp_path, TEMPLATE.replace(old, new)))


# Saving

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


def test_what_a_recipe_does_not_say_is_as_usual(tmp_path):
    assert read_recipe(written(tmp_path, TEMPLATE[: TEMPLATE.index("[recipe]")])) == Recipe()
    documented = DOCUMENT[DOCUMENT.index("[recipe]\nstart") :].partition("```")[0]
    assert read_recipe(written(tmp_path, TEMPLATE[: TEMPLATE.index("[recipe]")] + documented)) == Recipe()
    some = TEMPLATE[: TEMPLATE.index("[recipe]")] + "[recipe]\nepochs = 3\n"
    assert read_recipe(written(tmp_path, some)) == Recipe(epochs=3)


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


# The weights that come with sheetcnn


AT_LEAST = {"mnist": 0.974, "fastai": 0.973, "mnist-8": 0.986, "lenet": 0.99}


@pytest.fixture(scope="module", params=sorted(AT_LEAST))
def shipped(request):
    return load_template(request.param)


def test_the_recorded_accuracy_is_that_of_the_shipped_weights_on_the_whole_test_set(shipped):
    if not MNIST.is_dir():
        pytest.skip("the MNIST files are not in ../shared/mnist")
    images, labels = mnist.load(MNIST, "test")
    assert len(images) == shipped.training["images"] == 10_000
    assert accuracy(shipped.network, shipped.weights, images, labels) == shipped.training["accuracy"]


def test_the_shipped_weights_read_as_many_right_as_was_asked(shipped):
    assert shipped.training["accuracy"] >= AT_LEAST[shipped.name]


def test_the_shipped_weights_have_three_decimals(shipped):
    for array in shipped.weights.values():
        np.testing.assert_array_equal(array, array.round(3))


@pytest.mark.parametrize("name", ["mnist", "fastai"])
def test_the_shipped_conv1_is_still_a_top_and_a_left_edge(name):
    shipped = load_template(name)
    top = np.array([[1, 1, 1], [0, 0, 0], [-1, -1, -1]])
    (first,), (second,) = shipped.weights["conv1"]
    assert np.corrcoef(first.ravel(), top.ravel())[0, 1] > 0.8
    assert np.corrcoef(second.ravel(), top.T.ravel())[0, 1] > 0.8
    assert (first[0] > 0).all()
    assert (first[2] < 0).all()
    assert (second[:, 0] > 0).all()
    assert (second[:, 2] < 0).all()


def test_the_edges_of_fastai_were_held_as_they_are():
    (first,), (second,) = load_template("fastai").weights["conv1"]
    assert first.tolist() == [[1, 1, 1], [0, 0, 0], [-1, -1, -1]]
    assert second.tolist() == [[1, 0, -1], [1, 0, -1], [1, 0, -1]]


def test_the_shipped_weights_read_every_digit_of_the_gallery(shipped):
    digits = gallery.samples()
    scores = shipped.network.scores(np.stack([digit.pixels for digit in digits], axis=-1), shipped.weights)
    misread = [
        digit.source for digit, read in zip(digits, scores.argmax(axis=0), strict=True) if read != digit.label
    ]
    assert not misread
