"""Where regions stand: apart from each other, named, on the sheet; what is drawn stands beside them."""

import re
from io import BytesIO
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from networks import networks, some_input, unknown, with_weights

from sheetcnn.excel.addresses import Range, parse_a1
from sheetcnn.excel.limits import MAX_COLUMNS, MAX_ROWS
from sheetcnn.network.network import Network
from sheetcnn.network.stages.dense import Dense
from sheetcnn.network.stages.softmax import Softmax
from sheetcnn.network.template_loader import load_template
from sheetcnn.workbook.layout import plan
from sheetcnn.workbook.renderer import render_workbook


def regions(network):
    return {region.name: region for region in plan(network).regions}


def assert_sound(network):
    """No two regions share a cell or a name, and each has the shape of what it holds."""
    layout = plan(network)
    everything = list(layout.regions)
    assert len({region.name for region in everything}) == len(everything)
    for one, other in combinations(everything, 2):
        assert one.sheet != other.sheet or not one.area.overlaps(other.area), (one, other)
    for region in everything:
        assert 0 <= region.top <= region.area.bottom < MAX_ROWS
        assert 0 <= region.left <= region.area.right < MAX_COLUMNS
    for layer in network.layers:
        sides = layer.out_shape[1:] if len(layer.out_shape) == 3 else (*layer.out_shape, 1)
        shown = layout.tensor(layer.name)
        assert {(region.rows, region.columns) for region in shown} == {sides}
        assert len(shown) == (layer.out_shape[0] if len(layer.out_shape) == 3 else 1)


def assert_apart(network):
    """Between two maps, or two matrices of weights, at least one row or column is free: captions stand there.

    A bias stands right under its own weights, and its caption beside it.
    """
    layout = plan(network)
    grids = {
        layer.name: [row[: len(row) - layer.has_bias] for row in layout.weights.get(layer.name, [])]
        for layer in network.layers
    }
    maps = [*layout.inputs, *(r for grid in grids.values() for row in grid for r in row)]
    biases = [r for r in layout.all_weights if "_bias_" in r.name]
    maps += [
        region
        for layer in network.layers
        if len(layer.out_shape) == 3
        for region in layout.tensor(layer.name)
    ]
    for one, other in combinations(maps, 2):
        top, left, bottom, right = one.area
        assert not Range(top - 1, left - 1, bottom + 1, right + 1).overlaps(other.area), (one, other)
    for bias, region in product(biases, maps):
        top, left, bottom, right = region.area
        assert not Range(top - 1, left, bottom, right).overlaps(bias.area), (bias, region)


@pytest.mark.parametrize("name", ["mnist", "tiny"])
def test_maps_of_shipped_templates_stand_apart(name):
    assert_apart(load_template(name).network)


@given(networks())
def test_maps_of_any_network_stand_apart(network):
    assert_apart(network)


@pytest.mark.parametrize("name", ["mnist", "tiny"])
def test_regions_of_shipped_templates_are_sound(name):
    assert_sound(load_template(name).network)


@given(networks())
def test_regions_of_any_network_are_sound(network):
    assert_sound(network)


@pytest.mark.parametrize("name", ["mnist", "tiny"])
def test_no_name_is_the_address_of_a_cell(name):
    assert_usable_names(load_template(name).network)


@given(networks())
def test_no_name_of_any_network_is_the_address_of_a_cell(network):
    assert_usable_names(network)


def assert_usable_names(network):
    """Excel refuses names that read as a cell in either notation; other programs take them for one."""
    for name in regions(network):
        with pytest.raises(ValueError, match="is not the address"):
            parse_a1(name)
        assert not re.fullmatch(r"[A-Za-z]{1,3}\d+", name)  # beyond the last row of today
        assert not re.fullmatch(r"[Rr]\d*([Cc]\d*)?|[Cc]\d*", name)
        assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*", name)


def test_names_of_tiny():
    assert list(regions(load_template("tiny").network)) == [
        "input",
        *("conv1_filter_1_1", "conv1_filter_2_1", "conv1_1", "conv1_2", "relu1_1", "relu1_2"),
        *("conv2_filter_1_1", "conv2_filter_1_2", "conv2_filter_2_1", "conv2_filter_2_2"),
        *("conv2_1", "conv2_2", "relu2_1", "relu2_2", "pool1_1", "pool1_2"),
        *("dense1_weights_0_1", "dense1_weights_0_2", "dense1_weights_1_1"),
        *("dense1_weights_1_2", "dense1_weights_2_1", "dense1_weights_2_2", "dense1"),
        *("maximum", "shifted", "exponentials", "total", "probabilities", "classes"),
        *("answer", "answer_beside_input", "verdict", "confidence", "probability_check", "truth"),
    ]


def test_several_channels_of_the_input_are_numbered():
    network = Network((2, 3, 3), (Dense(2), Softmax()), ("a", "b"))
    assert list(regions(network))[:2] == ["input_1", "input_2"]


def test_stages_follow_each_other_from_left_to_right():
    network = load_template("mnist").network
    layout = plan(network)
    before = layout.inputs
    for layer in network.layers:
        shown = layout.tensor(layer.name)
        assert max(region.area.right for region in before) < min(region.left for region in shown)
        before = shown


def test_weights_stand_on_the_same_rows_as_the_map_that_they_weigh():
    layout = plan(load_template("mnist").network)
    for channel, pooled in enumerate(layout.tensor("pool1")):
        for output in layout.weights["dense1"]:
            assert (output[channel].rows, output[channel].columns) == (pooled.rows, pooled.columns)
    assert layout.weights["dense1"][0][0].top == layout.tensor("pool1")[0].top


# What is drawn


def assert_drawn_apart(network):
    """Build the workbook: each region holds what belongs there, and no cell is written twice."""
    import openpyxl

    content = render_workbook(with_weights(network), unknown(some_input(network))).content
    sheet = openpyxl.load_workbook(BytesIO(content))["Network"]
    layout = plan(network)
    numbers = [*layout.inputs, *(r for grid in layout.weights.values() for row in grid for r in row)]
    formulas = [r for parts in layout.parts.values() for shown in parts.values() for r in shown]
    formulas += layout.readout.values()
    for region in numbers:
        assert {sheet.cell(row + 1, column + 1).data_type for row, column in region.cells()} == {"n"}
    for region in formulas:
        assert {sheet.cell(row + 1, column + 1).data_type for row, column in region.cells()} == {"f"}
    labels = [str(sheet.cell(row + 1, column + 1).value) for row, column in layout.classes.cells()]
    assert labels == list(network.classes)
    assert_written_once(content)


def assert_written_once(content):
    import zipfile

    with zipfile.ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                cells = re.findall(rb'<c r="([A-Z]+\d+)"', archive.read(name))
                assert len(cells) == len(set(cells)), name


@pytest.mark.parametrize("name", ["mnist", "tiny"])
def test_nothing_is_drawn_over_regions_of_shipped_templates(name):
    assert_drawn_apart(load_template(name).network)


@settings(max_examples=40)
@given(networks())
def test_nothing_is_drawn_over_regions_of_any_network(network):
    assert_drawn_apart(network)
