"""Templates: one TOML file a network, its weights beside it or, where they are few, inside."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from sheetcnn.errors import SpecError
from sheetcnn.network.network import Network, check_weights
from sheetcnn.network.stages import STAGES, Array, Stage

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_PACKAGED = Path(__file__).parent.parent / "templates"
_CHECKOUT = Path(__file__).parent.parent.parent / "templates"


@dataclass(frozen=True)
class Template:
    """A network with its weights and what is known of them.

    Attributes:
        name: the file's name without its ending.
        title: one line that says what the network does.
        network: its stages and shapes.
        weights: the weights of each stage that has some, by its name; empty before the first training.
        training: how the weights were found, and how well they do; empty for weights set by hand.
        pictures: little pictures of its own, by label, for an input that the gallery's do not fit.
        path: the TOML file.
    """

    name: str
    title: str
    network: Network
    weights: Mapping[str, Array]
    path: Path
    training: Mapping[str, Any] = field(default_factory=dict)
    pictures: Mapping[int, Array] = field(default_factory=dict)


def template_names() -> list[str]:
    """Return the names of the templates that come with sheetcnn."""
    return sorted(path.stem for path in _folder().glob("*.toml"))


def load_template(name: str, *, weights: bool = True) -> Template:
    """Return a template by its name, or by the path of a TOML file.

    Args:
        name: a name such as `mnist`, or a path that ends in `.toml`.
        weights: whether the weights are wanted; training starts without.

    Raises:
        SpecError: there is no such template, or it does not describe a network.
    """
    path = Path(name) if name.endswith(".toml") else _folder() / f"{name}.toml"
    if not name.endswith(".toml") and name not in template_names():
        choices = ", ".join(template_names())
        raise SpecError(f"there is no template {name!r}: choose one of {choices}, or give a .toml file")
    try:
        with path.open("rb") as file:
            content = tomllib.load(file)
    except OSError as error:
        raise SpecError(f"the template {name} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SpecError(f"the template {name} is not valid TOML: {error}") from error
    try:
        return _template(path, content, weights)
    except SpecError as error:
        raise SpecError(f"template {name}: {error}") from error


def _folder() -> Path:
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT


def _template(path: Path, content: dict[str, Any], wanted: bool) -> Template:
    try:
        given = content["input"]
        shape = (int(given["channels"]), int(given["height"]), int(given["width"]))
        classes = tuple(str(label) for label in content["classes"])
        stages = tuple(_stage(entry) for entry in content["stages"])
        title = str(content["title"])
    except KeyError as error:
        raise SpecError(f"the entry {error} is missing") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise SpecError(f"an entry has the wrong type: {error}") from error
    network = Network(shape, stages, classes)
    weights: dict[str, Array] = {}
    if wanted:
        weights = _weights(path, content.get("weights", {}))
        check_weights(network, weights)
    pictures = {int(label): _picture(rows) for label, rows in content.get("pictures", {}).items()}
    return Template(path.stem, title, network, weights, path, content.get("training", {}), pictures)


def _stage(entry: Mapping[str, Any]) -> Stage:
    settings = dict(entry)
    kind = settings.pop("kind")
    if kind not in STAGES:
        raise SpecError(f"there is no stage of kind {kind!r}: choose one of {', '.join(STAGES)}")
    known = {item.name for item in fields(STAGES[kind])}  # type: ignore[arg-type]  # every stage is a dataclass
    if unknown := sorted(set(settings) - known):
        raise SpecError(f"a {kind} has no {unknown[0]}: it takes {', '.join(sorted(known)) or 'nothing'}")
    for key, value in settings.items():
        if type(value) is not int or value < 1:
            raise SpecError(f"{key} of a {kind} is {value!r}: give a whole number of at least 1")
    try:
        return STAGES[kind](**settings)
    except TypeError as error:
        raise SpecError(f"a {kind} takes {', '.join(sorted(known))}; one of them is missing") from error


def _weights(path: Path, given: str | Mapping[str, Any]) -> dict[str, Array]:
    if isinstance(given, Mapping):
        return {name: np.array(values, dtype=np.float64) for name, values in given.items()}
    file = path.parent / given
    try:
        with np.load(file, allow_pickle=False) as arrays:
            return {name: np.asarray(arrays[name], dtype=np.float64) for name in arrays.files}
    except OSError as error:
        raise SpecError(f"the weights file {file.name} cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise SpecError(f"the weights file {file.name} is no .npz of plain arrays") from error


def _picture(rows: list[str]) -> Array:
    return np.array([[float(character != ".") for character in row] for row in rows])
