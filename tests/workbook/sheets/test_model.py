"""The Model table: what people read, and the same network back from it."""

from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given
from networks import networks, unknown, with_weights

from sheetcnn.errors import SpecError
from sheetcnn.network.template_loader import load_template
from sheetcnn.workbook.layer_blocks import formula_blocks
from sheetcnn.workbook.layout import plan
from sheetcnn.workbook.renderer import render_workbook
from sheetcnn.workbook.sheets.model import network_from, shape_text, table


def rows_of(template):
    return table(template.network, formula_blocks(template.network, plan(template.network)))


def as_read(rows):
    """As a workbook gives them back: numbers are floats, and empty cells None."""
    return [[float(v) if isinstance(v, int) else v or None for v in row] for row in rows]


def test_the_table_of_mnist(mnist_book):
    found = [[cell.value for cell in row] for row in mnist_book["Model"]["A4:H12"]]
    assert found == [
        ["stage", "kind", "filters", "kernel", "stride", "shape", "parameters", "formulas"],
        ["input", "input", None, None, None, "1 × 28 × 28", None, None],
        ["conv1", "conv", 2, 3, 1, "2 × 26 × 26", 18, 1352],
        ["relu1", "relu", None, None, None, "2 × 26 × 26", None, 1352],
        ["conv2", "conv", 2, 3, 1, "2 × 24 × 24", 36, 1152],
        ["relu2", "relu", None, None, None, "2 × 24 × 24", None, 1152],
        ["pool1", "maxpool", None, 2, 2, "2 × 12 × 12", None, 288],
        ["dense1", "dense", 10, None, None, "10", 2880, 10],
        ["softmax", "softmax", None, None, None, "10", None, 32],
    ]


def test_the_sheet_names_its_template_and_its_accuracy(mnist_book):
    said = [cell.value for row in mnist_book["Model"] for cell in row if isinstance(cell.value, str)]
    accuracy = load_template("mnist").training["accuracy"]
    assert "mnist" in said
    assert f"Trained on MNIST; reads {accuracy:.2%} of the 10,000 test images right." in said


def test_weights_set_by_hand_are_not_said_to_be_trained(tiny_book):
    said = [cell.value for row in tiny_book["Model"] for cell in row if isinstance(cell.value, str)]
    assert "The weights were chosen by hand." in said


def test_weights_from_elsewhere_are_not_said_to_be_set_by_hand():
    template = replace(load_template("tiny"), file="mine.npz")
    workbook = openpyxl.load_workbook(
        BytesIO(render_workbook(template, unknown(template.pictures[7])).content)
    )
    said = [cell.value for row in workbook["Model"] for cell in row]
    assert "The weights come from the file mine.npz, which does not say how they were found." in said


@pytest.mark.parametrize("name", ["mnist", "tiny"])
def test_the_table_reads_back_to_the_same_network(name):
    template = load_template(name)
    assert network_from(as_read(rows_of(template)), template.network.classes) == template.network


@given(networks())
def test_the_table_of_any_network_reads_back_to_it(network):
    assert network_from(as_read(rows_of(with_weights(network))), network.classes) == network


def test_shapes_are_spelled_with_a_cross():
    assert shape_text((2, 26, 26)) == "2 × 26 × 26"
    assert shape_text((10,)) == "10"


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        (0, 5, None),
        (0, 5, "1 x 6 x 6"),  # the letter
        (0, 5, "wide"),
        (0, 5, "1 × 0 × 6"),
        (0, 5, "1 × 100000 × 100000"),  # more than fits on a sheet, or in memory
        (1, 2, 1e9),
        (1, 2, 1e300),
        (1, 2, float("inf")),
        (1, 1, "convolution"),
        (1, 1, None),
        (1, 2, None),
        (1, 3, "three"),
        (1, 3, 100.0),
        (1, 3, 2.5),
        (1, 3, -1.0),
        (1, 4, 0.0),
        (5, 3, 0.0),
        (6, 2, 4.0),
        (6, 1, "softmax"),
        (7, 1, "relu"),
    ],
)
def test_a_table_that_describes_no_network_is_refused(row, column, value):
    template = load_template("tiny")
    rows = as_read(rows_of(template))
    rows[row][column] = value
    with pytest.raises(SpecError):
        network_from(rows, template.network.classes)


def test_a_table_of_nothing_is_refused():
    with pytest.raises(SpecError):
        network_from([[None] * 8] * 3, ("0", "1"))
