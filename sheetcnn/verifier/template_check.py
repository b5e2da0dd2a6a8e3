"""Compares the template that someone names with what a workbook says of itself."""

from __future__ import annotations

from dataclasses import asdict
from itertools import zip_longest
from pathlib import Path

from sheetcnn.errors import SpecError, printable
from sheetcnn.network.network import Layer, Network
from sheetcnn.network.template import Template
from sheetcnn.workbook.sheets.model import shape_text


def check_template(path: Path, own: Network, name: str, template: Template) -> None:
    """Refuse a template that contradicts the workbook; what its classes are called does not matter.

    A template that describes only the first stages of the network contradicts nothing.

    Args:
        path: the workbook.
        own: the network that it says it holds, in its own table.
        name: the template that it names there.
        template: the one that is asked for.

    Raises:
        SpecError: it is another network.
    """
    asked = template.network
    if own.input_shape == asked.input_shape and own.stages[: len(asked.stages)] == asked.stages:
        return
    stages = zip_longest(_stages(own), _stages(asked), fillvalue="no more stages")
    holds, asks = next((mine, theirs) for mine, theirs in stages if mine != theirs)
    raise SpecError(
        f"{printable(str(path))} says on its sheet Model that it holds {printable(name)}, with {holds}, and the "
        f"template {printable(template.name)} has {asks}: leave --template out, or name the one of this workbook"
    )


def _stages(network: Network) -> list[str]:
    return [f"an input of {shape_text(network.input_shape)}", *map(_stage, network.layers)]


def _stage(layer: Layer) -> str:
    settings = asdict(layer.stage)  # type: ignore[call-overload]  # every stage is a dataclass
    on = "".join(f", {name} {value}" for name, value in settings.items() if value)
    return f"{layer.name} ({layer.stage.kind}{on}: {shape_text(layer.out_shape)})"
