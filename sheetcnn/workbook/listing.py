"""What there is to say of a template, as plain objects."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sheetcnn.network.network import Layer, count_parameters
from sheetcnn.network.template import Template
from sheetcnn.workbook.layout import plan
from sheetcnn.workbook.spec import assemble


def to_dict(template: Template) -> dict[str, Any]:
    """Return a template as plain objects, as `--json` prints it.

    Its formulas are those of the network and the answer, without the sheets beside it.
    """
    network = template.network
    blocks = assemble(network, plan(network)).blocks
    return {
        "template": template.name,
        "title": template.title,
        "input": list(network.input_shape),
        "classes": list(network.classes),
        "stages": [_stage(layer) for layer in network.layers],
        "parameters": count_parameters(list(network.weight_shapes.values())),
        "formulas": sum(region.rows * region.columns for block in blocks for region in block.regions),
        "weights": template.file or None,
        "accuracy": template.training.get("accuracy"),
    }


def _stage(layer: Layer) -> dict[str, Any]:
    """Return a stage with those of its settings that are on."""
    settings = asdict(layer.stage)  # type: ignore[call-overload]  # every stage is a dataclass
    on = {name: value for name, value in settings.items() if value}
    return {"stage": layer.name, "kind": layer.stage.kind, **on, "shape": list(layer.out_shape)}
