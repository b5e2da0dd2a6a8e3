"""LibreOffice, driven headless: whatever cell is chosen, the Inspector takes it apart as NumPy does."""

from __future__ import annotations

import random

import numpy as np
import pytest
from driving import drive

from sheetcnn.digits import gallery
from sheetcnn.excel.addresses import a1, parse_range
from sheetcnn.excel.reader import read_workbook
from sheetcnn.network.template_loader import load_template

pytestmark = [pytest.mark.usefixtures("drivable"), pytest.mark.slow]

TEMPLATE = load_template("mnist")
PIXELS = gallery.digit(7, 1).pixels[0]
"""What the workbook reads when it is opened."""
WEIGHTS = TEMPLATE.weights
BLOCKS = {"relu1": "conv1", "relu2": "conv2"}
"""Stages that are shown with the one before them."""
NAMES = {"dense1": "dense1", "softmax": "probabilities"}
"""What the single columns are called on Network."""


def outputs():
    """Return what every stage gives, by its name."""
    passed = TEMPLATE.network.forward(PIXELS[np.newaxis], WEIGHTS)
    return {layer.name: list(parts.values())[-1] for layer, parts in passed}


OUTPUTS = outputs()


def choices():
    """Yield 30 cells as stage, map, row, column, counted from 1: all corners but one, and one anywhere."""
    pick = random.Random(30)
    for stage, values in OUTPUTS.items():
        if values.ndim == 3:
            maps, rows, columns = values.shape
            yield from (
                (stage, 1, 1, 1),
                (stage, maps, rows, columns),
                (stage, maps, 1, columns),
                (stage, 1, rows, 1),
            )
            yield stage, *(pick.randint(1, most) for most in values.shape)
        else:
            yield from ((stage, 1, 1, 1), (stage, 1, len(values), 1))
    yield "dense1", 1, 5, 1


def read_of(stage):
    """Return the regions to read when a cell of a stage is chosen, by what they are called here."""
    block = BLOCKS.get(stage, stage)
    named = {what: f"inspect_{block}_{what}_{stage}" for what in ("here", "cell", "same", "link")}
    if block == "conv1":
        named |= {part: f"inspect_conv1_{part}_1" for part in ("window", "filter", "products")}
    if block == "conv2":
        named |= {f"{part}_{n}": f"inspect_conv2_{part}_{n}" for part in ("window", "filter") for n in (1, 2)}
    if block == "pool1":
        named |= {"window": "inspect_pool1_window", "winner": "inspect_pool1_winner"}
    if block == "dense1":
        named |= {f"products_{n}": f"inspect_dense1_products_{n}" for n in (1, 2)}
        named |= {f"most_{n}": f"inspect_dense1_most_{n}" for n in (1, 2)}
    return {"message": "inspect_message", **named}


def expected(stage, number, row, column, corners):
    """Return what NumPy has for these regions."""
    m, r, c = number - 1, row - 1, column - 1
    values = OUTPUTS[stage]
    value = values[m, r, c] if values.ndim == 3 else values[r]
    top, left = corners[f"{stage}_{number}" if values.ndim == 3 else NAMES[stage]]
    shown = {"here": value, "cell": value, "same": "equal", "link": f"#Network!{a1(top + r, left + c)}"}
    size = "{} maps of {} rows and {} columns" if values.ndim == 3 else "{} rows"
    shown["message"] = f"{stage} has {size.format(*values.shape)}."
    near = (slice(r, r + 3), slice(c, c + 3))
    match BLOCKS.get(stage, stage):
        case "conv1":
            window, weights = PIXELS[near], WEIGHTS["conv1"][m, 0]
            shown |= {"window": window, "filter": weights, "products": window * weights}
        case "conv2":
            for n in (1, 2):
                shown[f"window_{n}"] = OUTPUTS["relu1"][n - 1][near]
                shown[f"filter_{n}"] = WEIGHTS["conv2"][m, n - 1]
        case "pool1":
            window = OUTPUTS["relu2"][m, 2 * r : 2 * r + 2, 2 * c : 2 * c + 2]
            shown |= {"window": window, "winner": np.where(window == window.max(), "●", "").tolist()}
        case "dense1":
            for n in (1, 2):
                products = OUTPUTS["pool1"][n - 1] * WEIGHTS["dense1"][r, n - 1]
                shown |= {f"products_{n}": products, f"most_{n}": products.max()}
    return shown


def _offered(book):
    """Return what the lists of the sheet offer, by the cell that they stand in."""
    rules = book["Inspector"].data_validations.dataValidation
    return {str(rule.sqref): rule.formula1.strip('"').split(",") for rule in rules if rule.type == "list"}


def test_30_cells_chosen_are_taken_apart_as_numpy_does(full_file, full_book):
    chosen = list(choices())
    assert len(chosen) == len(set(chosen)) == 30
    assert {stage for stage, *_ in chosen} == set(OUTPUTS)
    lists = list(_offered(full_book).values())
    assert all(str(part) in offered for choice in chosen for part, offered in zip(choice, lists, strict=True))
    workbook = read_workbook(full_file)
    corners = {
        name: parse_range(address.partition("!")[2])[:2]
        for name, address in workbook.names.items()
        if address.startswith("Network!")
    }
    steps = []
    for choice in chosen:
        for axis, value in zip(("stage", "map", "row", "column"), choice, strict=True):
            steps.append(("type", f"inspect_{axis}", [[value]]))
        steps += [("read", name) for name in read_of(choice[0]).values()]
    read = iter(drive(full_file, *steps))
    for choice in chosen:
        hoped = expected(*choice, corners)
        for what in read_of(choice[0]):
            seen = next(read)
            said = f"{what} of {choice}"
            if isinstance(hoped[what], str):
                assert seen == [[hoped[what]]], said
            elif isinstance(hoped[what], list):
                assert seen == hoped[what], said
            else:
                np.testing.assert_allclose(seen, np.atleast_2d(hoped[what]), rtol=0, atol=1e-9, err_msg=said)
