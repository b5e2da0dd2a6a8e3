"""A clean workbook has nothing to find; a formula that became its own value is found, wherever it was."""

import json
import shutil

import numpy as np
import openpyxl
import pytest
from editing import SHEET, edit, formula, number, rewrite, text, value_of, without_values

import sheetcnn
from sheetcnn.digits.digit import Digit
from sheetcnn.errors import SpecError
from sheetcnn.excel.addresses import a1
from sheetcnn.network.template_loader import load_template
from sheetcnn.workbook.layer_blocks import formula_blocks
from sheetcnn.workbook.layout import plan
from sheetcnn.workbook.renderer import render_workbook

NAMES = ["tiny", "mnist"]


def formula_regions(name):
    network = load_template(name).network
    return [region for block in formula_blocks(network, plan(network)) for region in block.regions]


def sample(name):
    """Return the first, the middle and the last cell of every region that holds formulas."""
    cells = []
    for region in formula_regions(name):
        own = region.cells()
        for cell in dict.fromkeys([own[0], own[len(own) // 2], own[-1]]):
            cells.append((region.name, a1(*cell)))
    return cells


def findings(path):
    return [(f.severity, f.kind, f.cell) for f in sheetcnn.verify(path).findings]


# Clean workbooks


@pytest.mark.parametrize("name", NAMES)
def test_a_clean_workbook_has_nothing_to_find(name, request):
    report = sheetcnn.verify(request.getfixturevalue(f"{name}_file"))
    assert report.ok
    assert report.findings == []
    assert (report.errors, report.warnings) == (0, 0)
    assert report.max_abs_error <= 1e-12
    assert report.template == name


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_that_openpyxl_sees_a_formula_in_is_checked(name, request):
    book = request.getfixturevalue(f"{name}_book")
    count = sum(cell.data_type == "f" for sheet in book for row in sheet for cell in row)
    report = sheetcnn.verify(request.getfixturevalue(f"{name}_file"))
    assert report.checked == report.formulas == count
    assert sum(stage.formulas for stage in report.stages) == count


def test_each_stage_of_tiny_is_counted(tiny_file):
    report = sheetcnn.verify(tiny_file)
    assert [(stage.name, stage.kind, stage.formulas) for stage in report.stages] == [
        ("conv1", "conv", 32),
        ("relu1", "relu", 32),
        ("conv2", "conv", 8),
        ("relu2", "relu", 8),
        ("pool1", "maxpool", 2),
        ("dense1", "dense", 3),
        ("softmax", "softmax", 11),
        ("answer", "answer", 5),
    ]
    assert {stage.sheet for stage in report.stages} == {"Network"}


def test_what_is_read_is_what_pencil_and_paper_gave(tiny_file):
    prediction = sheetcnn.verify(tiny_file).prediction
    assert prediction.digit == 7
    assert prediction.probability == pytest.approx(0.952574126822431664, abs=1e-15)  # bc -l


@pytest.mark.parametrize("digit", [0, 1])
def test_every_picture_of_tiny_gives_a_clean_workbook(tmp_path, digit):
    path = sheetcnn.generate(digit, template="tiny", output=tmp_path / "x.xlsx").output
    report = sheetcnn.verify(path)
    assert (report.findings, report.prediction.digit) == ([], digit)


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_image_gives_a_clean_workbook(tmp_path, name):
    template = load_template(name)
    (tmp_path / "x.xlsx").write_bytes(
        render_workbook(template, Digit(np.zeros(template.network.input_shape), None, "")).content
    )
    report = sheetcnn.verify(tmp_path / "x.xlsx")
    assert (report.findings, report.prediction.digit) == ([], None)


@pytest.mark.parametrize("template", ["tiny", load_template("tiny"), "templates/tiny.toml"])
def test_a_template_that_fits_changes_nothing(tiny_file, template, request, monkeypatch):
    monkeypatch.chdir(request.config.rootpath)
    assert sheetcnn.verify(tiny_file, template).findings == []


def test_another_template_than_the_workbook_holds_is_refused(tiny_file):
    with pytest.raises(SpecError, match="says on its sheet Model that it holds tiny"):
        sheetcnn.verify(tiny_file, "mnist")


# What a learner may do


def test_another_picture_with_its_own_values_is_fine(tmp_path):
    pixels = load_template("tiny").pictures[7].copy()
    pixels[0, 5, 5] = 0.37
    (tmp_path / "x.xlsx").write_bytes(render_workbook(load_template("tiny"), Digit(pixels, None, "")).content)
    assert sheetcnn.verify(tmp_path / "x.xlsx").findings == []


def test_another_weight_with_its_own_values_is_fine(tmp_path):
    template = load_template("tiny")
    weights = {name: array.copy() for name, array in template.weights.items()}
    weights["conv1"][1, 0, 2, 2] = 0.125
    changed = type(template)(template.name, template.title, template.network, weights, template.path)
    (tmp_path / "x.xlsx").write_bytes(render_workbook(changed, Digit(template.pictures[7], 7, "")).content)
    assert sheetcnn.verify(tmp_path / "x.xlsx").findings == []


def test_what_is_read_is_in_the_pixels_also_where_they_were_typed_over_the_chosen_ones(full_file, tmp_path):
    (region,) = plan(load_template("mnist").network).inputs
    blank = {a1(*cell): number(0) for cell in region.cells()}
    assert sheetcnn.verify(edit(full_file, tmp_path / "x.xlsx", blank)).prediction.digit is None


def test_another_label_is_fine_where_a_digit_is_chosen_from_a_list(full_file, tmp_path):
    found = findings(edit(full_file, tmp_path / "x.xlsx", {"IJ5": text("zero")}))
    assert {kind for _, kind, _ in found} <= {"stale-value"}  # of what copies the label


@pytest.mark.parametrize("address", ["T7", "X7", "BE11"])  # a pixel, a weight of a filter, a dense weight
def test_a_number_changed_without_recalculation_leaves_stale_values_and_no_wrong_formula(
    tiny_file, tmp_path, address
):
    path = edit(tiny_file, tmp_path / "x.xlsx", {address: number(5.5)})
    found = findings(path)
    assert found
    assert {kind for _, kind, _ in found} == {"stale-value"}


def test_values_that_no_program_has_stored_yet_are_a_warning(tiny_file, tmp_path):
    path = rewrite(tiny_file, tmp_path / "x.xlsx", {SHEET: without_values})
    report = sheetcnn.verify(path)
    assert report.ok
    assert {(f.severity, f.kind) for f in report.findings} == {("warning", "missing-value")}
    assert report.warnings == report.formulas == 101
    assert report.prediction.digit == 7  # a stored value is no evidence


# The basic faults


@pytest.mark.parametrize(("region", "cell"), sample("tiny"))
def test_a_formula_that_became_its_own_value_is_found(tiny_file, tmp_path, region, cell):
    path = overwritten(tiny_file, tmp_path / "x.xlsx", cell)
    report = sheetcnn.verify(path)
    (finding,) = report.findings
    assert not report.ok
    assert (finding.severity, finding.kind) == ("error", "value-for-formula")
    assert (finding.cell, finding.region) == (f"Network!{cell}", region)
    assert finding.expected.startswith("=")
    assert "(its value is right today)" in finding.message
    assert report.formulas == 100


def test_a_formula_that_became_its_own_value_is_found_in_mnist(mnist_file, tmp_path):
    """All places of the sample at once: each is named, and nothing else."""
    cells = [cell for _, cell in sample("mnist")]
    path = overwritten(mnist_file, tmp_path / "x.xlsx", *cells)
    found = findings(path)
    assert sorted(found) == sorted(("error", "value-for-formula", f"Network!{cell}") for cell in cells)


@pytest.mark.slow
@pytest.mark.parametrize(("region", "cell"), sample("mnist"))
def test_a_formula_of_mnist_that_became_its_own_value_is_found_alone(mnist_file, tmp_path, region, cell):
    path = overwritten(mnist_file, tmp_path / "x.xlsx", cell)
    assert findings(path) == [("error", "value-for-formula", f"Network!{cell}")]


@pytest.mark.slow
def test_every_single_formula_of_tiny_is_missed_when_it_becomes_its_value(tiny_file, tmp_path):
    for region in formula_regions("tiny"):
        for cell in region.cells():
            path = overwritten(tiny_file, tmp_path / "x.xlsx", a1(*cell))
            assert findings(path) == [("error", "value-for-formula", f"Network!{a1(*cell)}")]


def overwritten(file, target, *cells):
    """Paste values over formulas, as a user does: the number stays, the formula goes."""

    def pasted(cell):
        value = value_of(file, cell)
        try:
            return number(float(value))
        except ValueError:
            return text(value)

    return edit(file, target, {cell: pasted(cell) for cell in cells})


def test_a_formula_that_is_gone_is_found(tiny_file, tmp_path):
    assert findings(edit(tiny_file, tmp_path / "x.xlsx", {"AC5": None}))[0] == (
        "error",
        "missing-formula",
        "Network!AC5",
    )


def test_a_wrong_formula_with_the_right_value_is_found(tiny_file, tmp_path):
    # AC5 reads P5:R7, over which both filters' rows of zeros and ink give 0 today; Q5:S7 gives 0 as well.
    wrong = formula("SUMPRODUCT(Q5:S7,$X$7:$Z$9)", 0)
    path = edit(tiny_file, tmp_path / "x.xlsx", {"AC5": wrong})
    report = sheetcnn.verify(path)
    (finding,) = report.findings
    assert (finding.kind, finding.cell) == ("formula", "Network!AC5")
    assert finding.expected == "=SUMPRODUCT(P5:R7,$X$7:$Z$9)"
    assert finding.found == "=SUMPRODUCT(Q5:S7,$X$7:$Z$9)"
    assert (report.formulas, report.checked) == (101, 101)


def test_another_spelling_of_the_same_sum_is_fine(tiny_file, tmp_path):
    other = formula("SUMPRODUCT($X$7:$Z$9,$P$5:$R$7)*1", 0)
    assert findings(edit(tiny_file, tmp_path / "x.xlsx", {"AC5": other})) == []


def test_a_stale_value_is_found_and_named(tiny_file, tmp_path):
    path = edit(tiny_file, tmp_path / "x.xlsx", {"BB5": formula("MAX(AX5:AY6)", 999)})
    (finding,) = sheetcnn.verify(path).findings
    assert (finding.severity, finding.kind, finding.cell) == ("error", "stale-value", "Network!BB5")
    assert (finding.expected, finding.found) == ("9", "999")


@pytest.mark.parametrize(("difference", "kinds"), [(5e-13, []), (4e-12, ["stale-value"])])
def test_the_bound_is_1e_12_and_as_much_of_the_value(tiny_file, tmp_path, difference, kinds):
    # BL7 is 0.95: the bound is 1.95e-12.
    value = float(value_of(tiny_file, "BL7")) + difference
    path = edit(tiny_file, tmp_path / "x.xlsx", {"BL7": formula("BK7/$BK$9", value)})
    assert [kind for _, kind, _ in findings(path)] == kinds


def test_a_formula_beside_the_network_is_not_counted_as_checked(tiny_file, tmp_path):
    book = openpyxl.load_workbook(tiny_file)
    book["Network"]["A60"] = "=1+1"
    book.save(tmp_path / "x.xlsx")
    report = sheetcnn.verify(tmp_path / "x.xlsx")
    assert (report.formulas, report.checked) == (102, 101)
    assert ("warning", "unknown-formula", "Network!A60") in [
        (f.severity, f.kind, f.cell) for f in report.findings
    ]


def test_a_pixel_stored_as_text_is_found(tiny_file, tmp_path):
    path = edit(tiny_file, tmp_path / "x.xlsx", {"Q6": text("1")})
    first = sheetcnn.verify(path).findings[0]
    assert (first.severity, first.kind, first.cell) == ("error", "not-a-number", "Network!Q6")
    assert first.message == "the number 1 is stored as text: formulas take it for 0"


FIRST = {region.name: a1(*region.cells()[0]) for region in plan(load_template("tiny").network).regions}
COMPUTED = {region.name for region in formula_regions("tiny")}


@pytest.mark.parametrize("content", [text("hello"), formula('"a"&"b"', "ab"), formula("1/0", "#DIV/0!")])
@pytest.mark.parametrize("region", sorted(FIRST.keys() - {"classes"}))
def test_what_is_no_number_is_blamed_and_what_reads_it_is_not(tiny_file, tmp_path, region, content):
    path = edit(tiny_file, tmp_path / "x.xlsx", {FIRST[region]: content})
    report = sheetcnn.verify(path)
    assert {f.cell for f in report.findings if f.kind != "stale-value"} == {f"Network!{FIRST[region]}"}
    assert not report.ok or region not in COMPUTED
    json.dumps(report.to_dict(), allow_nan=False)


@pytest.mark.parametrize("region", sorted(COMPUTED))
def test_a_truth_value_is_no_number(tiny_file, tmp_path, region):
    path = edit(tiny_file, tmp_path / "x.xlsx", {FIRST[region]: formula("1=1", 1)})
    assert ("error", "formula", f"Network!{FIRST[region]}") in findings(path)


def test_weights_beyond_all_bounds_give_a_report(tiny_file, tmp_path):
    path = edit(
        tiny_file, tmp_path / "x.xlsx", {cell: number(1e308) for cell in ("BE5", "BE14", "BE8", "BE17")}
    )
    report = sheetcnn.verify(path)
    assert {f.kind for f in report.findings} == {"stale-value"}
    assert report.prediction == sheetcnn.Prediction(None, 0.0, 7)
    assert str(report.prediction) == "It reads nothing, as its scores are no numbers"


def test_verify_changes_nothing(tiny_file, tmp_path):
    path = shutil.copy(tiny_file, tmp_path / "x.xlsx")
    before = path.read_bytes()
    sheetcnn.verify(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["x.xlsx"]


# What is refused


def test_a_workbook_of_something_else_is_refused(tmp_path):
    openpyxl.Workbook().save(tmp_path / "x.xlsx")
    with pytest.raises(
        sheetcnn.WorkbookError, match="does not say which network it holds: the name model is missing"
    ):
        sheetcnn.verify(tmp_path / "x.xlsx")


def test_a_table_that_describes_no_network_is_refused(tiny_file, tmp_path):
    path = edit(tiny_file, tmp_path / "x.xlsx", {"E6": number(0)}, part="xl/worksheets/sheet2.xml")
    with pytest.raises(
        sheetcnn.WorkbookError, match=r"does not say which network it holds: the table .* Model"
    ):
        sheetcnn.verify(path)


def test_an_unknown_template_is_refused(tiny_file):
    with pytest.raises(sheetcnn.SpecError, match="there is no template 'nosuch'"):
        sheetcnn.verify(tiny_file, "nosuch")
