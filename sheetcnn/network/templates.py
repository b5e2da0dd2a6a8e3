"""Templates: one TOML file a network, its weights beside it or, where they are few, inside."""

from __future__ import annotations

import math
import sys
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from sheetcnn.errors import SpecError
from sheetcnn.excel.cells import Cell, Range, parse_a1, parse_range
from sheetcnn.network.batchnorm import BatchNorm, set_apart
from sheetcnn.network.network import Network, check_weights, from_arrays
from sheetcnn.network.stages import STAGES, Array, Shape, Stage
from sheetcnn.network.stages.padding import Padding

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
        training: how the weights were found, and how well they do; empty if it does not say.
        sheet: the sheet that the template draws on, empty if that is left to sheetcnn.
        regions: where each region stands on it, by name; empty if that is left to sheetcnn.
        texts: texts on that sheet, by cell.
        widths: widths of its columns in characters, by range.
        file: the name of the file that holds the weights; empty for weights set by hand, in the template itself.
        normalised: the stages into which batch normalisations have been folded, by name.
        pictures: little pictures of its own, by label, for an input that the gallery's do not fit; (height, width),
            or (channels, height, width).
        path: the TOML file.
    """

    name: str
    title: str
    network: Network
    weights: Mapping[str, Array]
    path: Path
    training: Mapping[str, Any] = field(default_factory=dict)
    pictures: Mapping[int, Array] = field(default_factory=dict)
    file: str = ""
    normalised: tuple[str, ...] = ()
    sheet: str = ""
    regions: Mapping[str, Range] = field(default_factory=dict)
    texts: Mapping[Cell, str] = field(default_factory=dict)
    widths: Mapping[Range, float] = field(default_factory=dict)


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
        shape = tuple(_whole(given[side], f"the input's {side}") for side in ("channels", "height", "width"))
        classes = tuple(str(label) for label in content.get("classes", []))
        folding = set_apart([_stage(entry) for entry in content["stages"]])
        title = str(content["title"])
        regions = {name: parse_range(area) for name, area in content.get("regions", {}).items()}
        texts = {parse_a1(cell): str(text) for cell, text in content.get("texts", {}).items()}
        widths = {parse_range(area): float(width) for area, width in content.get("widths", {}).items()}
    except KeyError as error:
        raise SpecError(f"the entry {error} is missing") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise SpecError(f"an entry has the wrong type: {error}") from error
    network = Network(shape, folding.folded, classes)
    weights: dict[str, Array] = {}
    if wanted and classes:  # without classes it only says where things are, for verify
        weights = _weights(path, content.get("weights", {}))
        in_file = Network(shape, folding.stages, classes)
        check_weights(folding.array_shapes(in_file), weights)
        weights = from_arrays(network, folding.fold(in_file, weights))
    given_weights, given_pictures = content.get("weights", {}), content.get("pictures", {})
    if isinstance(given_pictures, str):  # in a file, like weights: who only verifies need not have it
        pictures = _pictures_in(path, given_pictures, shape) if wanted else {}
    else:
        pictures = _pictures(given_pictures)
    return Template(
        path.stem,
        title,
        network,
        weights,
        path,
        training=_training(content),
        pictures=pictures,
        file="" if isinstance(given_weights, Mapping) else str(given_weights),
        normalised=tuple(network.layers[place].name for place, _ in folding.norms.values()),
        sheet=str(content.get("sheet", "")),
        regions=regions,
        texts=texts,
        widths=widths,
    )


def _stage(entry: Mapping[str, Any]) -> Stage | BatchNorm:
    settings = dict(entry)
    kind = settings.pop("kind")
    kinds: Mapping[str, Callable[..., Stage | BatchNorm]] = {**STAGES, BatchNorm.kind: BatchNorm}
    if kind not in kinds:
        raise SpecError(f"there is no stage of kind {kind!r}: choose one of {', '.join(kinds)}")
    known = {item.name for item in fields(kinds[kind])}  # type: ignore[arg-type]  # every stage is a dataclass
    if unknown := sorted(set(settings) - known):
        raise SpecError(f"a {kind} has no {unknown[0]}: it takes {', '.join(sorted(known)) or 'nothing'}")
    for key, value in settings.items():
        check: Callable[[Any, str], Any] = _CHECKS.get(key, _whole)
        settings[key] = check(value, f"{key} of a {kind}")
    try:
        return kinds[kind](**settings)
    except TypeError as error:
        raise SpecError(f"a {kind} takes {', '.join(sorted(known))}; one of them is missing") from error


def _switch(value: Any, what: str) -> bool:
    if type(value) is not bool:
        raise SpecError(f"{what} is {value!r}: give true or false")
    return value


def _padding(value: Any, what: str) -> Padding:
    if value == "valid":
        return 0
    if value != "same" and (type(value) is not int or value < 0):
        raise SpecError(f'{what} is {value!r}: give "valid", "same" or a whole number of rows and columns')
    return value  # type: ignore[no-any-return]  # as just checked


def _whole(value: Any, what: str) -> int:
    if type(value) is not int or value < 1:
        raise SpecError(f"{what} is {value!r}: give a whole number of at least 1")
    return value


def _above_zero(value: Any, what: str) -> float:
    if type(value) not in (int, float) or not 0 < value < math.inf:
        raise SpecError(f"{what} is {value!r}: give a number above 0")
    return float(value)


_CHECKS: Mapping[str, Callable[[Any, str], Any]] = {
    "bias": _switch,
    "epsilon": _above_zero,
    "padding": _padding,
}
"""How settings are checked that are no whole numbers from 1."""


def _weights(path: Path, given: Any) -> dict[str, Array]:
    if isinstance(given, Mapping):
        return {name: _numbers(name, values) for name, values in given.items()}
    return _arrays(path, str(given), "weights")


def _arrays(path: Path, name: str, what: str) -> dict[str, Array]:
    """Return the arrays of a file beside the template."""
    file = path.parent / name
    try:
        arrays = dict(np.load(BytesIO(file.read_bytes()), allow_pickle=False))
    except OSError as error:
        raise SpecError(f"the {what} file {file.name} cannot be read: {error.strerror or error}") from error
    except (ValueError, TypeError, EOFError, RuntimeError, BadZipFile, zlib.error) as error:
        remedy = "train it anew" if what == "weights" else "write it anew"
        raise SpecError(
            f"the {what} file {file.name} is damaged, or no .npz of plain arrays: {remedy}"
        ) from error
    return {name: _numbers(name, values) for name, values in arrays.items()}


def _numbers(name: str, values: Any) -> Array:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise SpecError(
            f"the weights of {name} are no array of numbers: make all its rows equally long"
        ) from error


def _training(content: Mapping[str, Any]) -> Mapping[str, Any]:
    training = content.get("training", {})
    if training and (not isinstance(training, Mapping) or type(training.get("accuracy")) is not float):
        raise SpecError(
            "[training] does not say the accuracy: write it as sheetcnn train does, or drop the table"
        )
    return training  # type: ignore[no-any-return]  # TOML may hold anything, and this is a table


def _pictures(given: Any) -> dict[int, Array]:
    if not isinstance(given, Mapping) or not all(label.isdecimal() for label in given):
        raise SpecError("[pictures] must name a picture for each digit, such as 7 = [...]")
    return {int(label): _picture(label, rows) for label, rows in given.items()}


def _pictures_in(path: Path, name: str, shape: Shape) -> dict[int, Array]:
    """Return the pictures of a file: an array for each digit, named after it, in colour if the input is."""
    arrays = _arrays(path, name, "pictures")
    for label, array in arrays.items():
        if not label.isdecimal():
            raise SpecError(
                f"the pictures file has an array named {label}: name each after its digit, such as 7"
            )
        if array.shape != shape:
            raise SpecError(f"the picture of {label} has shape {array.shape}; expected: {shape}")
        if not np.isfinite(array).all():
            raise SpecError(f"the picture of {label} holds a value that is no number: write it anew")
    return {int(label): array for label, array in arrays.items()}


def _picture(label: str, rows: Any) -> Array:
    texts = isinstance(rows, list) and all(isinstance(row, str) for row in rows)
    if not texts or len({len(row) for row in rows}) > 1:
        raise SpecError(f"the picture of {label} must be a list of equally long texts, one a row")
    return np.array([[float(character != ".") for character in row] for row in rows])
