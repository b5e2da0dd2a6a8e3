"""The sheet Inspector: its formulas as they stand there, what they give by hand, and what verify makes of faults."""

from __future__ import annotations

import numpy as np
import pytest
from editing import edit, formula, number, text
from hypothesis import HealthCheck, given, settings
from networks import networks, some_input, unknown, with_weights

import sheetcnn
from sheetcnn.digits import gallery
from sheetcnn.excel.addresses import parse_range
from sheetcnn.excel.reader import read_workbook
from sheetcnn.network.network import Network
from sheetcnn.network.stages.conv import Conv
from sheetcnn.network.stages.dense import Dense
from sheetcnn.network.stages.flatten import Flatten
from sheetcnn.network.stages.maxpool import MaxPool
from sheetcnn.network.stages.relu import ReLU
from sheetcnn.network.stages.softmax import Softmax
from sheetcnn.network.stages.tanh import Tanh
from sheetcnn.network.template import Template
from sheetcnn.network.template_loader import load_template
from sheetcnn.workbook.design import plan
from sheetcnn.workbook.renderer import render_workbook
from sheetcnn.workbook.sheets.inspector.sheet import InspectorSheet
from sheetcnn.workbook.spec import assemble

INSPECTOR = InspectorSheet()
MNIST = load_template("mnist").network
BLOCKS = {e.regions[0].name: e for e in assemble(MNIST, plan(MNIST, [INSPECTOR]), [INSPECTOR]).blocks}

LENET = (Conv(6, 5), ReLU(), MaxPool(2), Conv(16, 5), ReLU(), MaxPool(2))


def says(name, *seen):
    block = BLOCKS[name]
    values = [np.asarray(value, dtype=None if np.ndim(value) else object) for value in seen]
    named = {region.name: value for region, value in zip(block.reads, values, strict=True)}
    return block.compute(named)[0]


def cell(value):
    return np.array([[value]], dtype=object if isinstance(value, str) else float)


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The workbook of the template `mnist` with this sheet and no other."""
    template, path = load_template("mnist"), tmp_path_factory.mktemp("inspector") / "alone.xlsx"
    path.write_bytes(render_workbook(template, gallery.digit(7, 1), [INSPECTOR]).content)
    return path


@pytest.fixture(scope="module")
def cells(alone):
    workbook = read_workbook(alone)

    def found(name, row=0, column=0):
        top, left, _, _ = parse_range(workbook.names[name].partition("!")[2])
        place = (top + row, left + column)
        sheet = workbook.sheets["Inspector"]
        return sheet.formulas.get(place, sheet.values.get(place))

    return found


# Formulas, worked out on the sheets themselves: input P5, filters of conv1 AT12 and AT42, relu1 CA5 and CA35, ...


@pytest.mark.parametrize(
    ("region", "row", "column", "spelled"),
    [
        ("conv1_map", 0, 0, 'IF(OR($A$4="conv1",$A$4="relu1"),MAX(1,MIN(2,INT(N($B$4)))),1)'),
        ("pool1_column", 0, 0, 'IF($A$4="pool1",MAX(1,MIN(12,INT(N($D$4)))),6)'),
        (
            "dense1_row", 0, 0,
            'IF($A$4="dense1",MAX(1,MIN(10,INT(N($C$4)))),MATCH(MAX(Network!$IK$5:$IK$14),Network!$IK$5:$IK$14,0))',
        ),
        ("conv2_rows_1", 2, 0, "$C$16-1+$Q19"),
        ("pool1_columns", 0, 1, "($D$29-1)*2+R$29"),
        ("conv1_window_1", 2, 1, "INDEX(Network!$P$5:$AQ$32,$L12,N$9)"),
        ("conv2_window_2", 0, 0, "INDEX(Network!$CA$35:$CZ$60,$L23,M$22)"),
        ("conv2_filter_2", 1, 2, "CHOOSE($B$16,Network!DE17,Network!DE47)"),
        ("conv2_products_2", 2, 2, "O25*T25"),
        ("conv2_sum_2", 0, 0, "SUM($V$23:$X$25)"),
        ("conv2_here_conv2", 0, 0, "SUM($Z$18,$Z$24)"),
        ("conv2_here_relu2", 0, 0, "MAX(0,$G$16)"),
        (
            "conv2_cell_relu2", 0, 0,
            "CHOOSE($B$16,INDEX(Network!$EH$5:$FE$28,$C$16,$D$16),INDEX(Network!$EH$35:$FE$58,$C$16,$D$16))",
        ),
        ("conv2_same_conv2", 0, 0, 'IF(ABS($G$16-$H$16)<0.000000001*(1+ABS($H$16)),"equal","not equal")'),
        (
            "dense1_link_dense1", 0, 0,
            'HYPERLINK("#Network!"&ADDRESS(ROW(Network!$IK$5)+$C$35-1,COLUMN(Network!$IK$5),4))',
        ),
        (
            "pool1_window", 1, 1,
            "CHOOSE($B$29,INDEX(Network!$EH$5:$FE$28,$L31,N$29),INDEX(Network!$EH$35:$FE$58,$L31,N$29))",
        ),
        ("pool1_winner", 1, 0, 'IF(M31=MAX($M$30:$N$31),"●","")'),
        (
            "dense1_products_2", 0, 1,
            "Network!FI35*CHOOSE($C$35,Network!FW35,Network!GJ35,Network!GW35,Network!HJ35,Network!HW35,"
            "Network!FW49,Network!GJ49,Network!GW49,Network!HJ49,Network!HW49)",
        ),
        (
            "dense1_most_row_2", 0, 0,
            "MAX(0," + ",".join(f"(MAX($M${n}:$X${n})=$H$41)*$L${n}" for n in range(51, 63)) + ")",
        ),
        (
            "dense1_most_column_2", 0, 0,
            "MAX(0," + ",".join(f"(INDEX(${c}$51:${c}$62,$I$41,1)=$H$41)*${c}$50" for c in "MNOPQRSTUVWX") + ")",
        ),
        ("softmax_shifted", 9, 0, "M75-MAX($M$66:$M$75)"),
        ("softmax_share", 1, 0, "O67/SUM($O$66:$O$75)"),
    ],
)  # fmt: skip
def test_formulas_of_the_inspector(cells, region, row, column, spelled):
    assert cells(f"inspect_{region}", row, column) == spelled


def test_it_opens_at_the_largest_value_of_the_last_convolution(cells):
    template = load_template("mnist")
    outputs = {
        layer.name: parts[""]
        for layer, parts in template.network.forward(gallery.digit(7, 1).pixels, template.weights)
        if "" in parts
    }
    assert cells("inspect_stage") == "conv2"
    place = tuple(int(cells(f"inspect_{axis}")) - 1 for axis in ("map", "row", "column"))
    assert outputs["conv2"][place] == outputs["conv2"].max()


# What they give


@pytest.mark.parametrize(
    ("stage", "chosen", "shown"),
    [
        ("conv1", 26.0, 26),
        ("relu1", 27.0, 26),  # a ReLU is shown with what it follows
        ("conv1", 0.0, 1),
        ("conv1", 5.9, 5),
        ("conv2", 20.0, 13),  # another stage is chosen: the middle
    ],
)
def test_a_block_shows_what_is_chosen_as_far_as_there_is_something(stage, chosen, shown):
    assert says("inspect_conv1_row", cell(stage), cell(chosen)).tolist() == [[shown]]


def test_the_class_that_is_read_is_shown_if_no_other_is_chosen():
    scores = np.array([[1.0], [7.0], [3.0], *[[0.0]] * 7])
    assert says("inspect_dense1_row", cell("conv1"), cell(5.0), scores).item() == 2
    assert says("inspect_dense1_row", cell("dense1"), cell(5.0), scores).item() == 5


def test_a_row_that_is_not_there_is_told():
    def said(*chosen):
        return says(
            "inspect_conv1_said", cell("relu1"), *map(cell, (2.0, 26.0, 3.0)), *map(cell, chosen)
        ).item()

    assert said(2.0, 26.0, 3.0) == "relu1 has 2 maps of 26 rows and 26 columns."
    assert said(2.0, 27.0, 3.0) == (
        "relu1 has only 2 maps of 26 rows and 26 columns: the nearest cell is shown."
    )
    nothing = says("inspect_pool1_said", cell("relu1"), *map(cell, (1.0,) * 6)).item()
    assert nothing == ""
    saids = [cell(""), cell("conv2 has 2 maps."), *[cell("")] * 3]
    assert says("inspect_message", *saids).item() == "conv2 has 2 maps."


def test_a_pool_reads_every_second_row():
    assert says("inspect_pool1_rows", cell(12.0), [[1.0], [2.0]]).ravel().tolist() == [23, 24]
    assert says("inspect_conv2_rows_1", cell(24.0), [[1.0], [2.0], [3.0]]).ravel().tolist() == [24, 25, 26]


def test_a_window_is_what_stands_in_these_rows_and_columns():
    image = np.arange(28 * 28.0).reshape(28, 28)
    window = says("inspect_conv1_window_1", [[26.0], [27.0], [28.0]], [[1.0, 2.0, 3.0]], image)
    assert window.tolist() == [[700, 701, 702], [728, 729, 730], [756, 757, 758]]


def test_the_filter_is_that_of_the_map():
    one, two = np.eye(3), 2 * np.eye(3)
    assert says("inspect_conv2_filter_2", cell(2.0), one, two).tolist() == two.tolist()
    assert np.isnan(says("inspect_conv2_filter_2", cell(3.0), one, two)).all()


def test_the_winner_is_marked_every_one_of_several():
    assert says("inspect_pool1_winner", [[1.0, 3.0], [-2.0, 3.0]]).tolist() == [["", "●"], ["", "●"]]


def test_the_largest_product_has_a_row_and_a_column_the_last_of_several():
    products = np.zeros((12, 12))
    products[2, 7] = products[4, 1] = products[4, 3] = 1.5
    down, along = np.arange(1.0, 13).reshape(-1, 1), np.arange(1.0, 13).reshape(1, -1)
    assert says("inspect_dense1_most_1", products).item() == 1.5
    assert says("inspect_dense1_most_row_1", cell(1.5), products, down).item() == 5
    assert says("inspect_dense1_most_column_1", cell(1.5), cell(5.0), products, along).item() == 4


def test_the_link_leads_to_the_cell():
    maps = [np.zeros((24, 24))] * 2
    assert len(BLOCKS["inspect_conv2_cell_conv2"].reads) == 3 + len(maps)
    assert says("inspect_conv2_link_conv2", cell(1.0), cell(1.0), cell(1.0)).item() == "#Network!DH5"
    assert says("inspect_conv2_link_conv2", cell(2.0), cell(24.0), cell(24.0)).item() == "#Network!EE58"


def test_outside_the_sheet_there_is_no_address():
    for row in (-5.0, -1e300, 1e300):
        assert np.isnan(says("inspect_conv2_link_conv2", cell(1.0), cell(row), cell(1.0)).item())


def test_what_is_no_text_says_nothing_of_the_message():
    assert np.isnan(says("inspect_message", cell(0.0), cell("conv2 has 2 maps."), *[cell("")] * 3).item())


def test_shares_as_bishop_has_them():
    # exp(0), exp(-1), exp(-2) over their sum (by hand): 0.665241, 0.244728, 0.090031
    shifted = says("inspect_softmax_shifted", [[3.0], [2.0], [1.0], *[[-1e3]] * 7])
    assert shifted.ravel()[:3].tolist() == [0, -1, -2]
    shares = says("inspect_softmax_share", says("inspect_softmax_exponential", shifted))
    np.testing.assert_allclose(shares.ravel()[:3], [0.665241, 0.244728, 0.090031], atol=5e-7)


def test_equal_is_within_a_billionth():
    assert says("inspect_pool1_same_pool1", cell(1.0), cell(1.0 + 1e-12)).item() == "equal"
    assert says("inspect_pool1_same_pool1", cell(1.0), cell(1.00001)).item() == "not equal"


# Verify


def test_a_workbook_with_an_inspector_verifies(alone):
    report = sheetcnn.verify(alone)
    assert report.findings == []
    assert report.formulas == report.checked
    (stage,) = [stage for stage in report.stages if stage.name == "inspector"]
    # conv1: place 3, said 1, rulers 6, window, filter and products 27, a sum, 4 for conv1 and 4 for relu1; conv2 as
    # much with a second slice; pool1; dense1 with its class; softmax; the message
    counts = (3 + 1 + 6 + 27 + 1 + 8, 3 + 1 + 2 * 34 + 8, 3 + 1 + 4 + 8 + 4, 3 + 288 + 8 + 4, 3 + 50 + 4, 1)
    assert stage.formulas == sum(counts) == 507


FAULTS = {
    "M10": (formula("INDEX(Network!$P$5:$AQ$32,$L10,N$9)", 0), "formula"),  # one column to the right
    "R17": (formula("CHOOSE($B$16,Network!DC42,Network!DC12)", 0), "formula"),  # filters swapped
    "X25": (formula("O25*T24", 0), "formula"),
    "G16": (formula("SUM($Z$18)", 0), "formula"),  # one slice only
    "G29": (formula("MAX($M$30:$N$30)", 0), "formula"),  # half of the window
    "Q30": (formula('IF(M30>=MAX($M$30:$M$31),"●","")', "●"), "formula"),
    "I16": (text("equal"), "value-for-formula"),
    "M36": (formula("Network!FH5*Network!HI5", 0), "formula"),  # always the same class
    "Q10": (number(2.0), "changed"),  # what rulers count on
    "A4": (text("conv7"), "not-a-choice"),
    "C4": (number(29.0), "not-a-choice"),
}


def test_planted_faults_are_named_each_as_what_it_is(alone, tmp_path):
    assemble = {address: content for address, (content, _) in FAULTS.items()}
    broken = edit(alone, tmp_path / "broken.xlsx", assemble, part="xl/worksheets/sheet2.xml")
    findings = sheetcnn.verify(broken).findings
    named = {f.cell: f.kind for f in findings if f.kind != "stale-value"}  # what another choice leaves behind
    assert named == {f"Inspector!{address}": kind for address, (_, kind) in FAULTS.items()}


def test_among_more_outputs_than_libreoffice_chooses_the_formula_chooses_twice(tmp_path):
    network = Network((1, 3, 3), (Dense(40), ReLU(), Dense(2), Softmax()), ("a", "b"))
    path = tmp_path / "forty.xlsx"
    path.write_bytes(
        render_workbook(with_weights(network), unknown(some_input(network)), [INSPECTOR]).content
    )
    assert sheetcnn.verify(path).findings == []
    workbook = read_workbook(path)
    top, left, _, _ = parse_range(workbook.names["inspect_dense1_products_1"].partition("!")[2])
    spelled = workbook.sheets["Inspector"].formulas[top, left]
    assert spelled.count("CHOOSE(") == 2
    assert "<=29,CHOOSE(" in spelled


def test_a_network_as_large_as_lenet_has_an_inspector_a_part_of_one_or_a_huge_one_has_none():
    assert INSPECTOR.fits(
        Network((1, 28, 28), (*LENET, Dense(40), Dense(10), Softmax()), tuple("0123456789"))
    )
    assert not INSPECTOR.fits(Network((1, 4, 4), (Conv(1, 3),), ()))
    assert not INSPECTOR.fits(Network((1, 60, 60), (Dense(300), Dense(10), Softmax()), tuple("0123456789")))


def test_biases_are_shown_and_added(tmp_path):
    # A 2x2 picture of ones: conv1_1 is 1 + 2 + 3 + 4 and conv1_2 four ones; 2 and 0.5 are their biases.
    network = Network((1, 2, 2), (Conv(2, 2, bias=True), Dense(1, bias=True), Softmax()), ("a",))
    weights = {
        "conv1": np.array([[1.0, 2, 3, 4, 2], [1, 1, 1, 1, 0.5]]),
        "dense1": np.array([[10.0, 100, -1000]]),
    }
    template = Template("biased", "", network, weights, tmp_path / "biased.toml")
    path = tmp_path / "biased.xlsx"
    path.write_bytes(render_workbook(template, unknown(np.ones((2, 2))), [INSPECTOR]).content)
    assert sheetcnn.verify(path).findings == []
    workbook = read_workbook(path)
    sheet = workbook.sheets["Inspector"]

    def at(name):
        return tuple(parse_range(workbook.names[f"inspect_{name}"].partition("!")[2])[:2])

    assert sheet.values[at("conv1_sum_1")] == 10
    assert sheet.values[at("conv1_bias")] == 2
    assert sheet.values[at("conv1_here_conv1")] == 12
    assert sheet.values[at("dense1_bias")] == -1000
    assert sheet.values[at("dense1_here_dense1")] == 10 * 12 + 100 * 4.5 - 1000
    assert sheet.formulas[at("conv1_bias")].startswith("CHOOSE(")


def test_what_has_no_block_is_left_out(tmp_path):
    stages = (Conv(2, 3, padding=1), ReLU(), MaxPool(2, stride=1), Tanh(), Flatten(), Dense(2), Softmax())
    network = Network((1, 4, 4), stages, ("a", "b"))
    path = tmp_path / "few.xlsx"
    path.write_bytes(
        render_workbook(with_weights(network), unknown(some_input(network)), [INSPECTOR]).content
    )
    assert sheetcnn.verify(path).findings == []
    assert INSPECTOR.declare(network, plan(network)).allowed["inspect_stage"] == [
        "relu1",
        "pool1",
        "dense1",
        "softmax",
    ]
    assert not INSPECTOR.fits(Network((1, 4, 4), (Flatten(), Softmax()), tuple(map(str, range(16)))))


def test_lenet_has_an_inspector():
    assert INSPECTOR.fits(load_template("lenet").network)


def test_the_template_fastai_has_an_inspector_of_what_stands_in_every_second_cell(tmp_path):
    path = sheetcnn.generate(template="fastai", output=tmp_path / "f.xlsx", lesson=True).output
    report = sheetcnn.verify(path)
    assert [finding for finding in report.findings if finding.stage == "inspector"] == []
    workbook = read_workbook(path)
    top, left, _, _ = parse_range(workbook.names["inspect_pool1_cell_pool1"].partition("!")[2])
    assert workbook.sheets["Inspector"].formulas[top, left] == (
        "CHOOSE($B$29,INDEX('conv-example'!$CM$4:$DI$26,2*$C$29-1,2*$D$29-1),"
        "INDEX('conv-example'!$CM$33:$DI$55,2*$C$29-1,2*$D$29-1))"
    )


@settings(max_examples=4, suppress_health_check=[HealthCheck.filter_too_much])
@given(networks().filter(INSPECTOR.fits))
def test_every_small_network_has_an_inspector_that_verifies(tmp_path_factory, network):
    path = tmp_path_factory.mktemp("random") / "random.xlsx"
    path.write_bytes(
        render_workbook(with_weights(network), unknown(some_input(network)), [INSPECTOR]).content
    )
    report = sheetcnn.verify(path)
    assert report.findings == []
    assert report.formulas == report.checked
