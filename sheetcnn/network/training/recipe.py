"""How a template is trained: its table `[recipe]`."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any

from sheetcnn.errors import SpecError, printable
from sheetcnn.network.toml_table import check_keys

_WHOLE = ("seeds", "epochs", "batch", "validation")
_REAL = ("learning_rate", "shift", "degrees", "scale")
_KEYS = {"init": "start", "frozen": "held"}
"""What templates call settings that have another name here."""


@dataclass(frozen=True)
class Recipe:
    """How a template is trained: its table `[recipe]`, and where that says nothing, what does well with most.

    Attributes:
        init: how the first convolution is initialized: `edges` as a top and a left edge, `random` as all others.
        seeds: how many networks are trained, with the seeds 0, 1, 2, ...; the best is kept.
        epochs: how often each network sees every training image.
        batch: images a step.
        learning_rate: of Adam's first step; it falls to 0 along half a cosine.
        validation: how many training images, the last, are kept back to find the best network.
        shift: pixels by which an image is moved at most, each way, each time it is seen.
        degrees: angle by which it is turned at most.
        scale: share by which it grows or shrinks at most.
        frozen: stages whose weights stay as they are initialized.
    """

    init: str = "random"
    seeds: int = 1
    epochs: int = 8
    batch: int = 128
    learning_rate: float = 0.003
    validation: int = 10_000
    shift: float = 1.0
    degrees: float = 6.0
    scale: float = 0.05
    frozen: tuple[str, ...] = ()


def recipe_of(table: Mapping[str, Any], stages: Collection[str]) -> Recipe:
    """Return the recipe that a table describes.

    Args:
        table: the table `[recipe]` of a template.
        stages: the names of the stages that have weights.

    Raises:
        SpecError: an entry is unknown, of the wrong type or out of range.
    """
    check_keys("[recipe]", table, [_KEYS.get(item.name, item.name) for item in fields(Recipe)])
    held = table.get("held", [])
    if not isinstance(held, list) or not all(isinstance(name, str) and name in stages for name in held):
        raise SpecError(f"held is {printable(repr(held))} in [recipe]: name stages that have weights")
    attributes = {key: name for name, key in _KEYS.items()}
    settings = {attributes.get(key, key): value for key, value in table.items()}
    recipe = Recipe(**{**settings, "frozen": tuple(held)})
    if recipe.init not in ("edges", "random"):
        raise SpecError(f"start is {printable(repr(recipe.init))} in [recipe]: choose edges or random")
    for name in _WHOLE:
        value = getattr(recipe, name)
        if type(value) is not int or value < 1:
            raise SpecError(f"{name} is {printable(repr(value))} in [recipe]: give a whole number from 1")
    for name in _REAL:
        value = getattr(recipe, name)
        if type(value) not in (int, float) or not 0 <= value < math.inf:
            raise SpecError(f"{name} is {printable(repr(value))} in [recipe]: give a number from 0")
    return recipe
