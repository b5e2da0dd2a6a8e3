"""Trains a template's network on pictures with labels, such as MNIST's."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from sheetcnn.errors import SpecError, printable
from sheetcnn.network.classes import place_of
from sheetcnn.network.network import Network
from sheetcnn.network.stages import Array
from sheetcnn.network.template import Template
from sheetcnn.network.template_loader import load_template
from sheetcnn.network.toml_table import read_toml
from sheetcnn.network.training.augmentation import augmented
from sheetcnn.network.training.backpropagation import (
    PRECISION,
    Images,
    Labels,
    Weights,
    accuracy,
    as_input,
    loss_and_gradients,
)
from sheetcnn.network.training.optimizer import Adam
from sheetcnn.network.training.recipe import Recipe, recipe_of

DECIMALS = 3  # a weight fits its cell, and the cell shows all of it; more decimals win nothing


# The two textbook filters, (filters, channels, height, width): a top edge, ink above and paper below, and a
# left edge, ink on the left and paper on the right.
EDGES: Array = np.array(
    [
        [[[1.0, 1, 1], [0, 0, 0], [-1, -1, -1]]],
        [[[1.0, 0, -1], [1, 0, -1], [1, 0, -1]]],
    ]
)


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
    template: Template | str,
    images: Images,
    labels: Labels,
    test_images: Images,
    test_labels: Labels,
    *,
    report: Callable[[Progress], None] = lambda _: None,
) -> TrainingResult:
    """Train by the template's recipe: one network a seed; that with the best validation accuracy is kept.

    The test images are measured once, with the weights of the network kept. The same recipe, images, NumPy
    and BLAS give the same weights; another BLAS may add in another order and end at others, about as good.

    Args:
        template: what to train, or its name, or the path of its TOML file; the weights that it has are not looked at.
        images: (n, height, width), from 0, paper, to 255, ink.
        labels: (n,), what each image shows: a class, by name or by place.
        test_images: (m, height, width).
        test_labels: (m,).
        report: is told after every epoch; nobody is if it is not given.

    Raises:
        SpecError: the template has no valid recipe, or it and the images do not fit each other.
    """
    if isinstance(template, str):
        template = load_template(template, weights=False)
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
    adam = Adam(weights)
    steps = recipe.epochs * math.ceil(len(images) / recipe.batch)
    for _ in range(recipe.epochs):
        order = rng.permutation(len(images))
        loss = 0.0
        for first in range(0, len(images), recipe.batch):
            chosen = order[first : first + recipe.batch]
            x = augmented(as_input(images[chosen], PRECISION), recipe, rng)
            batch_loss, gradients = loss_and_gradients(network, weights, x, labels[chosen])
            loss += batch_loss * len(chosen) / len(images)
            rate = recipe.learning_rate * (1 + math.cos(math.pi * adam.steps / steps)) / 2
            free = {name: array for name, array in gradients.items() if name not in recipe.frozen}
            adam.step(weights, free, rate)
        yield loss, {name: array.astype(np.float64).round(DECIMALS) for name, array in weights.items()}


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
    if recipe.init == "edges":
        first = next(iter(weights))
        if weights[first].shape != EDGES.shape:
            raise SpecError(
                f"{first} has weights of shape {weights[first].shape}, but the edges have {EDGES.shape}: "
                'set start = "random" in [recipe]'
            )
        weights[first] = EDGES.astype(PRECISION)
    return weights
