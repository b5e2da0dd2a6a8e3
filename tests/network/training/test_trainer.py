"""Training: that it learns, chooses and repeats as it says, and what the shipped weights can do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from homes import SHARED
from strokes import TEMPLATE, strokes, written

from sheetcnn.digits import gallery, mnist
from sheetcnn.errors import SpecError
from sheetcnn.network.template_loader import load_template
from sheetcnn.network.training import trainer as training
from sheetcnn.network.training.backpropagation import accuracy
from sheetcnn.network.training.trainer import EDGES, read_recipe, train

MNIST = SHARED / "mnist"


@pytest.fixture
def template(tmp_path):
    return written(tmp_path)


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


# What a label means


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
            "strokes.toml: .recipe. has no dropout: it takes start, seeds, epochs",
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
