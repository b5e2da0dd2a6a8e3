"""Networks described in TOML, their weights in it or beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sheetcnn.errors import SpecError, printable
from sheetcnn.network import template_entries as entries
from sheetcnn.network.array_file import read_arrays
from sheetcnn.network.arrays import check_finite, numbers
from sheetcnn.network.batchnorm import Folding, extract_batchnorms
from sheetcnn.network.classes import labels
from sheetcnn.network.network import Network, check_arrays, check_size, from_arrays
from sheetcnn.network.sources.source import NetworkSource
from sheetcnn.network.stages import Array
from sheetcnn.network.template import Template
from sheetcnn.network.toml_table import read_toml, table_of, text_of, wrong_type
from sheetcnn.network.training.recipe import recipe_of


class TomlFile(NetworkSource):
    """A template in TOML; see docs/templates.md."""

    ending = ".toml"

    def read(self, path: Path, called: str, *, weights: bool, pictures: bool) -> Template:
        """Return the template that a TOML file describes; see `NetworkSource`."""
        content = read_toml(path)
        try:
            return _template(path, content, weights=weights, pictures=pictures)
        except SpecError as error:
            raise SpecError(f"template {printable(called)}: {error}") from error


def _template(path: Path, content: dict[str, Any], *, weights: bool, pictures: bool) -> Template:
    entries.check_table(content)
    shape = entries.input_shape(content)
    classes = labels(content.get("classes", []))
    folding = extract_batchnorms(entries.stages(content))
    network = Network(shape, folding.folded, classes)
    check_size(network)
    recipe_of(table_of(content, "recipe"), network.weight_shapes)
    regions, sheet = entries.regions(content), entries.sheet(content)
    arrays: dict[str, Array] = {}
    if weights and classes:  # without classes it only says where things are, for verify
        arrays = _weights(path, content.get("weights", {}), folding, network)
        if regions and not sheet:
            raise SpecError('[regions] says where things stand, but not on which sheet: write sheet = "NAME"')
    return Template(
        path.stem,
        text_of(content, "title"),
        network,
        arrays,
        path,
        training=entries.training(content),
        pictures=_pictures(path, content.get("pictures", {}), network, pictures),
        file=content["weights"] if isinstance(content.get("weights"), str) else "",
        folded_batchnorm=tuple(network.layers[place].name for place, _ in folding.norms.values()),
        sheet=sheet,
        regions=regions,
        texts=entries.texts(content),
        widths=entries.widths(content),
        pictures_file=content["pictures"] if isinstance(content.get("pictures"), str) else "",
    )


def _weights(path: Path, given: Any, folding: Folding, network: Network) -> dict[str, Array]:
    """Return the weights of each stage, from a file beside the template or a table in it."""
    in_file = Network(network.input_shape, folding.stages, network.classes)
    expected = folding.array_shapes(in_file)
    if isinstance(given, str):

        def check(shapes: Mapping[str, tuple[int, ...]]) -> None:
            check_arrays(expected, shapes)

        arrays = read_arrays(path.parent / given, "weights", expected, check)
    elif isinstance(given, dict):
        arrays = {
            name: numbers(f"the weights of {printable(name)}", values) for name, values in given.items()
        }
        check_arrays(expected, {name: array.shape for name, array in arrays.items()})
    else:
        raise wrong_type("weights", given, "the name of an .npz file, or a table [weights],")
    with np.errstate(all="ignore"):  # what is beyond all bounds is refused
        weights = from_arrays(network, folding.fold(in_file, arrays))
    for name, array in weights.items():
        check_finite(f"the weights of {name}", array)
    return weights


def _pictures(path: Path, given: Any, network: Network, wanted: bool) -> dict[int, Array]:
    """Return the pictures of a template, by the digit or class that each shows; those of a file only if wanted."""
    shape = network.input_shape
    if not isinstance(given, str):
        if not isinstance(given, dict):
            raise wrong_type("pictures", given, "the name of an .npz file, or a table [pictures],")
        drawn = {
            entries.digit_of(key, "[pictures] must name a picture"): entries.picture(key, rows)
            for key, rows in given.items()
        }
        for digit, picture in drawn.items():
            if wanted and picture.shape != shape:
                first = 1 if shape[0] == 1 else 0  # of a single channel, nobody has to think
                raise SpecError(
                    f"the picture of {digit} has shape {picture.shape[first:]}; expected: {shape[first:]}"
                )
        return drawn
    if not wanted:  # who only verifies need not have the file
        return {}

    def check(shapes: Mapping[str, tuple[int, ...]]) -> None:
        for key, found in shapes.items():
            entries.digit_of(key, "the pictures file must name an array")
            if found != shape:
                raise SpecError(f"the picture of {key} has shape {found}; expected: {shape}")

    arrays = read_arrays(path.parent / given, "pictures", {"7": shape}, check)
    for key, array in arrays.items():
        if array.min() < 0 or array.max() > 1:
            span = f"from {array.min():g} to {array.max():g}"
            raise SpecError(f"the picture of {key} is {span}; expected: from 0 (paper) to 1 (ink)")
    return {int(key): array for key, array in arrays.items()}
