"""Training: where the weights of a template come from, in plain NumPy."""

from __future__ import annotations

import io
import math
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from sheetcnn import files
from sheetcnn.errors import SpecError, printable
from sheetcnn.network.classes import place_of
from sheetcnn.network.network import Network, to_arrays
from sheetcnn.network.recipe import Recipe, recipe_of
from sheetcnn.network.stages import NO_WEIGHTS, Array
from sheetcnn.network.template import Template
from sheetcnn.network.toml_table import read_toml

Images: TypeAlias = NDArray[np.uint8]
Labels: TypeAlias = NDArray[np.uint8]
Weights: TypeAlias = dict[str, Array]

# The two textbook filters, (filters, channels, height, width): a top edge, ink above and paper below, and a
# left edge, ink on the left and paper on the right.
EDGES: Array = np.array(
    [
        [[[1.0, 1, 1], [0, 0, 0], [-1, -1, -1]]],
        [[[1.0, 0, -1], [1, 0, -1], [1, 0, -1]]],
    ]
)
DECIMALS = 3  # a weight fits its cell, and the cell shows all of it; more decimals win nothing
PRECISION: DTypeLike = np.float32  # in training only: half the memory to move
MEASURED_AT_ONCE = 1000  # images; bounds the memory

_TRAINING_TABLE = re.compile(r"^\[training\]\n(?:[^\[\n].*\n)*", re.MULTILINE)
_FIRST_TABLE = re.compile(r"^\[", re.MULTILINE)


@dataclass(frozen=True)
class Progress:
    """Where training stands at the end of an epoch.

    Attributes:
        seed: the network in training, from 0.
        seeds: how many networks there are.
        epoch: how many epochs of this network are done.
        epochs: how many it takes.
        loss: mean cross-entropy of the epoch, in nats.
        validation: share of the validation images that the rounded weights read right.
        seconds_left: of the whole training, estimated.
    """

    seed: int
    seeds: int
    epoch: int
    epochs: int
    loss: float
    validation: float
    seconds_left: float


@dataclass(frozen=True)
class TrainingResult:
    """What training found.

    Attributes:
        weights: by stage, rounded to 3 decimals.
        accuracy: share of the test images that these weights read right.
        images: how many test images there are.
        validation: share of the validation images, by which this network was chosen.
        seed: of this network.
        date: day of the training.
    """

    weights: Mapping[str, Array]
    accuracy: float
    images: int
    validation: float
    seed: int
    date: date


def read_recipe(template: Template) -> Recipe:
    """Return a template's recipe.

    Raises:
        SpecError: an entry is unknown or out of range, or the template cannot be trained here.
    """
    where = f"template {template.name}"
    if template.folded_batchnorm:
        raise SpecError(
            f"{where} has batch normalisation, which is not trained here: train it elsewhere, and give its arrays"
        )
    content = read_toml(template.path)
    if isinstance(content.get("weights"), Mapping):
        raise SpecError(
            f"{where} holds its weights itself, in a table: name a file instead, "
            f'weights = "{template.path.stem}.npz"'
        )
    if Path(template.file).name != template.file:  # others write templates, too: nothing is written elsewhere
        raise SpecError(f"{where} keeps its weights in {template.file}: name a file in its own folder")
    try:
        return recipe_of(content.get("recipe", {}), template.network.weight_shapes)
    except SpecError as error:
        raise SpecError(f"{where}: {error}") from error


def train(
    template: Template,
    images: Images,
    labels: Labels,
    test_images: Images,
    test_labels: Labels,
    *,
    report: Callable[[Progress], None],
) -> TrainingResult:
    """Train by the template's recipe: one network a seed; that with the best validation accuracy is kept.

    The test images are measured once, with the weights of the network kept. The same recipe, images, NumPy
    and BLAS give the same weights; another BLAS may add in another order and end at others, about as good.

    Args:
        template: what to train; the weights that it has are not looked at.
        images: (n, height, width), from 0, paper, to 255, ink.
        labels: (n,), what each image shows: a class, by name or by place.
        test_images: (m, height, width).
        test_labels: (m,).
        report: is told after every epoch.

    Raises:
        SpecError: the template has no valid recipe, or it and the images do not fit each other.
    """
    network, recipe = template.network, read_recipe(template)
    _check_fit(template, recipe, images)
    labels, test_labels = (_outputs(template, each) for each in (labels, test_labels))
    learned, validated = slice(None, -recipe.validation), slice(-recipe.validation, None)
    begun, total = time.monotonic(), recipe.seeds * recipe.epochs
    best: tuple[float, int, Weights] = (-1.0, 0, {})
    for seed in range(recipe.seeds):
        epochs = train_one(network, recipe, images[learned], labels[learned], seed)
        for epoch, (loss, weights) in enumerate(epochs, 1):
            validation = accuracy(network, weights, images[validated], labels[validated])
            done = seed * recipe.epochs + epoch
            left = (time.monotonic() - begun) / done * (total - done)
            report(Progress(seed, recipe.seeds, epoch, recipe.epochs, loss, validation, left))
        if validation > best[0]:
            best = (validation, seed, weights)
    validation, seed, weights = best
    tested = accuracy(network, weights, test_images, test_labels)
    return TrainingResult(weights, tested, len(test_images), validation, seed, date.today())


def train_one(
    network: Network, recipe: Recipe, images: Images, labels: Labels, seed: int
) -> Iterator[tuple[float, Weights]]:
    """Train one network; yield the mean loss of each epoch and the weights after it, rounded."""
    rng = np.random.default_rng(seed)
    weights = _initial(network, recipe, rng)
    adam = _Adam(weights)
    steps = recipe.epochs * math.ceil(len(images) / recipe.batch)
    for _ in range(recipe.epochs):
        order = rng.permutation(len(images))
        loss = 0.0
        for first in range(0, len(images), recipe.batch):
            chosen = order[first : first + recipe.batch]
            x = augmented(_as_input(images[chosen], PRECISION), recipe, rng)
            batch_loss, gradients = loss_and_gradients(network, weights, x, labels[chosen])
            loss += batch_loss * len(chosen) / len(images)
            rate = recipe.learning_rate * (1 + math.cos(math.pi * adam.steps / steps)) / 2
            free = {name: array for name, array in gradients.items() if name not in recipe.held}
            adam.step(weights, free, rate)
        yield loss, {name: array.astype(np.float64).round(DECIMALS) for name, array in weights.items()}


def accuracy(network: Network, weights: Mapping[str, Array], images: Images, labels: Labels) -> float:
    """Return the share of the images, (n, height, width), whose largest score is that of their label."""
    right = 0
    for first in range(0, len(images), MEASURED_AT_ONCE):
        some = slice(first, first + MEASURED_AT_ONCE)
        scores = network.scores(_as_input(images[some], np.float64), weights)
        right += int(np.count_nonzero(scores.argmax(axis=0) == labels[some]))
    return right / len(images)


def loss_and_gradients(
    network: Network, weights: Mapping[str, Array], x: Array, labels: Labels
) -> tuple[float, Weights]:
    """Return the mean cross-entropy of a batch, in nats, and its gradients in the weights of each stage.

    Args:
        network: ends in softmax.
        weights: by stage.
        x: (channels, height, width, n).
        labels: (n,).
    """
    inputs = []
    for layer in network.layers:
        inputs.append(x)
        x = layer.stage.compute(x, weights.get(layer.name, NO_WEIGHTS))
    truth = labels, np.arange(labels.size)
    loss = -np.log(np.maximum(x[truth], np.finfo(x.dtype).tiny)).mean()
    upstream = x / labels.size
    upstream[truth] -= 1 / labels.size  # softmax and cross-entropy in one: p - y
    gradients = {}
    for layer, seen in zip(network.layers[-2::-1], inputs[-2::-1], strict=True):
        upstream, gradient = layer.stage.gradients(seen, weights.get(layer.name, NO_WEIGHTS), upstream)
        if gradient is not None:
            gradients[layer.name] = gradient
    return float(loss), gradients


def augmented(images: Array, recipe: Recipe, rng: np.random.Generator) -> Array:
    """Return the images, (1, height, width, n), each moved, turned and scaled by chance about its middle."""
    _, height, width, count = images.shape
    angle = np.radians(rng.uniform(-recipe.degrees, recipe.degrees, count))
    size = 1 + rng.uniform(-recipe.scale, recipe.scale, count)
    shift = rng.uniform(-recipe.shift, recipe.shift, (2, count)).astype(images.dtype)
    cosine, sine = (np.cos(angle) / size).astype(images.dtype), (np.sin(angle) / size).astype(images.dtype)
    middle_y, middle_x = (height - 1) / 2, (width - 1) / 2
    y = (np.arange(height, dtype=images.dtype) - middle_y)[:, None, None]
    x = (np.arange(width, dtype=images.dtype) - middle_x)[None, :, None]
    # Each new pixel looks back to where it comes from. The margin of paper, one pixel before and two behind,
    # catches all that comes from beyond the edge.
    paper = np.pad(images[0], ((1, 2), (1, 2), (0, 0)))
    from_y = np.clip(cosine * y - sine * x + (middle_y + 1 + shift[0]), 0, height + 1)
    from_x = np.clip(sine * y + cosine * x + (middle_x + 1 + shift[1]), 0, width + 1)
    return _between_pixels(paper, from_y, from_x)[None]


def _between_pixels(images: Array, y: Array, x: Array) -> Array:
    """Return what images, (height, width, n), show at places (y, x) between their pixels, bilinearly."""
    _, width, count = images.shape
    (below, top), (right, left) = np.modf(y), np.modf(x)
    flat, down = images.reshape(-1), width * count
    at = top.astype(np.intp) * down + left.astype(np.intp) * count + np.arange(count)
    upper = (1 - right) * flat[at] + right * flat[at + count]
    lower = (1 - right) * flat[at + down] + right * flat[at + down + count]
    mixed: Array = (1 - below) * upper + below * lower
    return mixed


def check_targets(template: Template, kept: Iterable[Path] = ()) -> None:
    """Look whether the weights and the results can be written, before the training.

    Args:
        template: the template.
        kept: files that are read, such as those of the images.

    Raises:
        SpecError: a file is write-protected, or one of those that are read.
    """
    read = [template.path, *(path for path in template.files if path.name == template.pictures_file)]
    files.check(_weights_file(template), replace=True, kept=[*kept, *read])
    files.check(template.path, replace=True, kept=kept)


def _weights_file(template: Template) -> Path:
    return template.path.parent / (template.file or f"{template.path.stem}.npz")


def save(template: Template, trained: TrainingResult) -> None:
    """Write the weights beside the template, and the results into its table `[training]`.

    The weights go into the file that the template names, or into NAME.npz, which it then names. All else in the
    template stays as it is. The same weights give the same bytes.

    Raises:
        SpecError: a file cannot be written, or is one that is read.
    """
    arrays = io.BytesIO()
    np.savez(arrays, allow_pickle=False, **to_arrays(template.network, trained.weights))
    table = (
        "[training]\n"
        f"accuracy = {trained.accuracy}\n"
        f"images = {trained.images}\n"
        f"validation = {trained.validation}\n"
        f"seed = {trained.seed}\n"
        f"date = {trained.date}\n"
    )
    text, found = _TRAINING_TABLE.subn(table, template.path.read_text(encoding="utf-8"))
    if not found:
        text = f"{text.rstrip()}\n\n{table}"
    if not template.file:
        text = _FIRST_TABLE.sub(f'weights = "{_weights_file(template).name}"\n\n\\g<0>', text, count=1)
    check_targets(template)
    for content, path in (
        (arrays.getvalue(), _weights_file(template)),
        (text.encode("utf-8"), template.path),
    ):
        files.save(content, path, replace=True, remedy=_REMEDY, trouble=SpecError)


_REMEDY = "copy the template to a folder of your own and give the path of the copy"


def _check_fit(template: Template, recipe: Recipe, images: Images) -> None:
    takes, given = template.network.input_shape, (1, *images.shape[1:])
    if takes != given:
        raise SpecError(
            f"template {template.name} takes input {takes}, but the images are {given}: make them equal"
        )
    if not template.network.layers[-1].stage.gives_probabilities:
        raise SpecError(
            f"template {template.name} does not end in softmax: add that stage, training needs it"
        )
    if len(images) <= recipe.validation:
        raise SpecError(
            f"template {template.name} keeps {recipe.validation} images back for validation, but there are "
            f"only {len(images)}: give more images, or set validation lower in [recipe]"
        )


def _outputs(template: Template, labels: Labels) -> Labels:
    """Return which output is to be the largest for each image, (n,).

    Raises:
        SpecError: an image shows what is no class.
    """
    outputs = np.zeros(int(labels.max(initial=0)) + 1, dtype=labels.dtype)
    for label in np.unique(labels).tolist():
        place = place_of(str(label), template.network.classes)
        if place is None:
            named = ", ".join(map(printable, template.network.classes))
            raise SpecError(
                f"an image shows a {label}, which is no class of template {template.name} ({named}): give each label "
                "a class, or leave its images out"
            )
        outputs[label] = place
    return outputs[labels]


def _initial(network: Network, recipe: Recipe, rng: np.random.Generator) -> Weights:
    """Return weights to start from: random (He et al., 2015), or edges in the first convolution."""
    weights = {
        name: rng.normal(0, math.sqrt(2 / math.prod(shape[1:])), shape).astype(PRECISION)
        for name, shape in network.weight_shapes.items()
    }
    for layer in network.layers:
        if layer.has_bias:
            weights[layer.name][:, -1] = 0
    if recipe.start == "edges":
        first = next(iter(weights))
        if weights[first].shape != EDGES.shape:
            raise SpecError(
                f"{first} has weights of shape {weights[first].shape}, but the edges have {EDGES.shape}: "
                'set start = "random" in [recipe]'
            )
        weights[first] = EDGES.astype(PRECISION)
    return weights


class _Adam:
    """Adam (Kingma and Ba, 2015), with the constants of the paper."""

    def __init__(self, weights: Weights) -> None:
        self.steps = 0
        self._mean = {name: np.zeros_like(array) for name, array in weights.items()}
        self._square = {name: np.zeros_like(array) for name, array in weights.items()}

    def step(self, weights: Weights, gradients: Weights, rate: float) -> None:
        """Move the weights, in place, against the gradients."""
        self.steps += 1
        for name, gradient in gradients.items():
            mean, square = self._mean[name], self._square[name]
            mean += 0.1 * (gradient - mean)
            square += 0.001 * (gradient**2 - square)
            spread = np.sqrt(square / (1 - 0.999**self.steps)) + 1e-8
            weights[name] -= rate * (mean / (1 - 0.9**self.steps)) / spread


def _as_input(images: Images, precision: DTypeLike) -> Array:
    """Return images, (n, height, width), as networks take them: (1, height, width, n), 0 paper, 1 ink."""
    x: Array = np.moveaxis(images, 0, -1)[None].astype(precision, order="C")
    return x / x.dtype.type(255)
