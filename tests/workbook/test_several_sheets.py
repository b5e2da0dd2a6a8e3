"""A network too wide for one sheet stands on several; one that Excel has no room for is refused."""

import zipfile
from io import BytesIO

import numpy as np
import openpyxl
import pytest
from editing import edit, formula
from networks import some_input, unknown, with_weights

import sheetcnn
from sheetcnn.errors import SpecError
from sheetcnn.excel.reader import read_workbook
from sheetcnn.explainer import explain
from sheetcnn.network.network import Network
from sheetcnn.network.stages.conv import Conv
from sheetcnn.network.stages.dense import Dense
from sheetcnn.network.stages.maxpool import MaxPool
from sheetcnn.network.stages.relu import ReLU
from sheetcnn.network.stages.softmax import Softmax
from sheetcnn.network.template import Template
from sheetcnn.network.template_loader import load_template
from sheetcnn.verifier.engines import recalculate
from sheetcnn.workbook import layout
from sheetcnn.workbook.renderer import render_workbook

CLASSES = ("cat", "dog", "hen")
WIDE = Network(
    (2, 3, 160),
    (Conv(2, 2), ReLU(), MaxPool(2), Conv(1, 1), Dense(4), ReLU(), Dense(3), Softmax()),
    CLASSES,
)
SHEETS = ["Network", "conv1", "conv2", "dense1", "dense2"]
MANY_MAPS = Network((150, 1, 1), (Conv(1, 1), Conv(230, 1), Dense(3), Softmax()), CLASSES)


def written(network, path):
    path.write_bytes(render_workbook(with_weights(network), unknown(some_input(network))).content)
    return path


@pytest.fixture(scope="module")
def wide(tmp_path_factory):
    return written(WIDE, tmp_path_factory.mktemp("wide") / "wide.xlsx")


@pytest.fixture(scope="module")
def book(wide):
    return openpyxl.load_workbook(wide)


def links(sheet):
    return [(cell.value, cell.hyperlink.location) for row in sheet for cell in row if cell.hyperlink]


# Where all stands


def test_each_stage_with_weights_begins_a_sheet_and_those_without_follow(book):
    assert book.sheetnames == [*SHEETS, "Model"]
    places = {region.name: region.sheet for region in layout.plan(WIDE).regions}
    assert places["conv1_filter_2_1"] == places["relu1_2"] == places["pool1_1"] == "conv1"
    assert places["dense2"] == places["classes"] == places["probabilities"] == places["answer"] == "dense2"
    assert places["input_2"] == places["answer_beside_input"] == places["verdict"] == "Network"


def test_shipped_networks_stay_on_one_sheet():
    for name in ("tiny", "mnist", "fastai"):
        assert layout.plan(load_template(name).network).sheets == ["Network"]


def test_regions_have_the_names_that_they_have_on_one_sheet(monkeypatch):
    several = [region.name for region in layout.plan(WIDE).regions]
    monkeypatch.setattr(layout, "ONE_SHEET", 16_384)
    together = layout.plan(WIDE)
    assert together.sheets == ["Network"]
    assert several == [region.name for region in together.regions]


def test_regions_on_several_sheets_stand_apart():
    taken = [(region.sheet, *cell) for region in layout.plan(WIDE).regions for cell in region.cells()]
    assert len(set(taken)) == len(taken)


def test_formulas_point_to_the_sheet_before(book):
    """The panel and its gap take 15 columns; two free rows below the 3 of input 1 begins input 2."""
    cell = next(cell for row in book["conv1"] for cell in row if cell.data_type == "f")
    assert cell.value == "=SUMPRODUCT(Network!P5:Q6,$B$5:$C$6)+SUMPRODUCT(Network!P10:Q11,$B$8:$C$9)"


def test_sheets_link_to_their_neighbours_and_the_first_one_to_each_stage(book):
    assert links(book["conv2"]) == [
        ("← conv1", "conv1!A1"),
        ("Network", "Network!A1"),
        ("dense1 →", "dense1!A1"),
    ]
    assert links(book["conv1"]) == [("← Network", "Network!A1"), ("conv2 →", "conv2!A1")]
    named = dict(links(book["Network"]))
    assert list(named) == ["conv1", "relu1", "pool1", "conv2", "dense1", "relu2", "dense2", "softmax"]
    for name, target in named.items():
        sheet, _, cell = target.partition("!")
        assert sheet in SHEETS
        assert str(book[sheet][cell].value).startswith(name) or name in ("dense2", "softmax")


def test_every_sheet_keeps_its_headings_in_view_and_on_paper(book):
    assert book["Network"].freeze_panes == "N4"
    for name in SHEETS[1:]:
        assert book[name].freeze_panes == "A4"
        assert book[name].print_title_rows == "$3:$3"
        assert book[name]["A1"].value.startswith(name)


# Verify and explain


def test_a_workbook_of_several_sheets_has_nothing_to_find(wide):
    report = sheetcnn.verify(wide)
    assert report.findings == []
    assert report.checked == report.formulas
    assert [(stage.name, stage.sheet) for stage in report.stages][:4] == [
        ("conv1", "conv1"),
        ("relu1", "conv1"),
        ("pool1", "conv1"),
        ("conv2", "conv2"),
    ]


def test_a_broken_formula_on_another_sheet_is_found(wide, tmp_path):
    region = layout.plan(WIDE).parts["pool1"][""][1]
    address = region.address.partition("!")[2].partition(":")[0].replace("$", "")
    broken = edit(
        wide, tmp_path / "broken.xlsx", {address: formula("MAX(A1:B2)", 0.0)}, part="xl/worksheets/sheet2.xml"
    )
    (finding,) = [f for f in sheetcnn.verify(broken).findings if f.severity == "error"]
    assert (finding.cell, finding.stage, finding.region) == (f"conv1!{address}", "pool1", "pool1_2")


def test_explain_follows_from_sheet_to_sheet(wide):
    said = explain(wide, "conv2_1")
    assert said.startswith("conv2!")
    assert "pool1_1, row 1, column 1" in said
    assert "next: conv1!" in said
    assert "right: formula, NumPy and stored value agree" in said


def test_ironcalc_gets_the_same(wide):
    workbook = read_workbook(wide)
    for name, cells in recalculate(wide, "ironcalc").items():
        for cell, value in cells.items():
            stored = workbook.sheets[name].values[cell]
            assert value == stored or abs(value - stored) <= 1e-12 + 1e-12 * abs(stored), (name, cell)


# Sums of sums


def test_sums_over_many_maps_are_sums_of_sums(tmp_path):
    """All ones: of 150 maps the first formula sums 100, the second 50."""
    network = Network((150, 1, 1), (Conv(1, 1), Dense(1), Softmax()), ("one",))
    weights = {name: np.ones(shape) for name, shape in network.weight_shapes.items()}
    built = render_workbook(
        Template("ones", "Ones", network, weights, tmp_path), unknown(np.ones((150, 1, 1)))
    )
    path = tmp_path / "ones.xlsx"
    path.write_bytes(built.content)
    values, formulas = (openpyxl.load_workbook(path, data_only=only)["Network"] for only in (True, False))
    places = {
        region.name: region.address.partition("!")[2].replace("$", "")
        for region in layout.plan(network).regions
    }
    first, second, total = (places[name] for name in ("conv1_sums_1_1", "conv1_sums_2_1", "conv1_1"))
    assert [values[cell].value for cell in (first, second, total)] == [100, 50, 150]
    assert formulas[total].value == f"={first}+{second}"
    assert formulas[first].value.count("SUMPRODUCT") == 100


def test_sums_of_sums_are_verified_and_explained(tmp_path):
    path = written(MANY_MAPS, tmp_path / "many.xlsx")
    report = sheetcnn.verify(path)
    assert report.findings == []
    assert "the sums over each 100 maps, summed" in explain(path, "dense1")
    assert "dense1: the sums over each 100 maps" in explain(path, "dense1")
    assert "conv1_sums_2_1" in explain(path, "conv1_1")


def test_no_formula_and_no_scale_is_longer_than_excel_takes(tmp_path):
    with zipfile.ZipFile(BytesIO(written(MANY_MAPS, tmp_path / "many.xlsx").read_bytes())) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    scales = [part.partition('"')[0] for part in xml.split('type="formula" val="')[1:]]
    assert scales
    assert all(len(scale) < 8192 and scale.count(",") < 255 for scale in scales)


# What there is no room for


@pytest.mark.parametrize(
    ("network", "sentence"),
    [
        (
            Network((1, 2, 17_000), (MaxPool(2), Dense(1), Softmax()), ("a",)),
            "stage input needs 17,023 columns on the sheet Network, and Excel has 16,384: ",
        ),
        (
            Network((3, 350_000, 1), (MaxPool(1), Dense(1), Softmax()), ("a",)),
            "stage input needs 1,050,016 rows on the sheet Network, and Excel has 1,048,576: ",
        ),
        (
            Network((1, 600, 600), (Conv(3, 1), Dense(1), Softmax()), ("a",)),
            "the network has 3,600,015 formulas, values and weights, and verify reads 2,000,000; "
            "stage conv1 has most, 2,160,003: ",
        ),
        (
            Network((300, 1, 1), (Conv(1, 1), Dense(1), Softmax()), ("a",)),
            "a formula of answer needs 300 arguments, and Excel takes 255: ",
        ),
    ],
)
def test_what_excel_has_no_room_for_is_refused(network, sentence):
    digit = unknown(np.zeros(network.input_shape))
    weights = {name: np.zeros(shape) for name, shape in network.weight_shapes.items()}
    with pytest.raises(SpecError) as refusal:
        render_workbook(Template("large", "Large", network, weights, layout.__file__), digit)
    assert str(refusal.value) == sentence + (
        "give it less to read, with a stride or a max pool before it or with fewer filters"
    )


def test_a_formula_that_is_too_long_is_refused():
    """The answer asks all of 300 channels twice whether they are alike: 600 ranges of 14 characters or more."""
    network = Network((300, 2, 2), (Dense(1), Softmax()), ("a",))
    weights = {name: np.zeros(shape) for name, shape in network.weight_shapes.items()}
    digit = unknown(np.zeros(network.input_shape))
    with pytest.raises(
        SpecError, match=r"a formula of answer needs 8,[0-9]{3} characters, and Excel takes 8,192"
    ):
        render_workbook(Template("large", "Large", network, weights, layout.__file__), digit)
