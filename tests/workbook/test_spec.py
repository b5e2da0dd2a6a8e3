"""A workbook is data before it is a file: its formulas in order, one forward pass, and what stands around them."""

import numpy as np
import pytest

from sheetcnn.digits import gallery
from sheetcnn.excel.region import Region
from sheetcnn.network.stages import Explanation
from sheetcnn.network.template_loader import load_template
from sheetcnn.workbook import design as designs
from sheetcnn.workbook.declaration import Declaration
from sheetcnn.workbook.decoration import BarChart, Dropdown, LineChart, Text
from sheetcnn.workbook.design import available_sheets, design, first_values
from sheetcnn.workbook.drawing import decorations, sheet_names
from sheetcnn.workbook.formula import Formula
from sheetcnn.workbook.formula_block import FormulaBlock
from sheetcnn.workbook.renderer import render_workbook
from sheetcnn.workbook.sheet import LessonSheet
from sheetcnn.workbook.spec import forward, in_order


class Plus(FormulaBlock):
    """Adds a number to a region."""

    stage = kind = "toy"

    def __init__(self, name, read, number):
        self.regions, self.reads = [Region(name, "Toy", 0, 0, 1, 1)], [Region(read, "Toy", 0, 0, 1, 1)]
        self._number = number

    def compute(self, seen):
        return [seen[self.reads[0].name] + self._number]

    def formula(self, region, row, column):
        return f"{self.reads[0].name}+{self._number}"

    def explain(self, region, row, column):
        return Explanation("plus", [])


def test_formulas_are_put_behind_what_they_read():
    last, first, middle = Plus("c", "b", 100), Plus("a", "start", 1), Plus("b", "a", 10)
    assert in_order([last, first, middle]) == [first, middle, last]


def test_the_forward_pass_goes_from_the_constants_to_the_end():
    blocks = [Plus("a", "start", 1), Plus("b", "a", 10), Plus("c", "b", 100)]
    values = forward(blocks, {"start": np.array([[5.0]])})
    assert {name: value.item() for name, value in values.items()} == {"start": 5, "a": 6, "b": 16, "c": 116}


@pytest.fixture(scope="module")
def mnist():
    template = load_template("mnist")
    spec = design(template, available_sheets(template.network))
    return spec, template, first_values(spec, template, gallery.digit(7))


def test_every_region_has_values_and_an_owner(mnist):
    spec, _, values = mnist
    regions = list(spec.layout.regions)
    assert {region.name for region in regions} == set(values)
    for region in regions:
        assert values[region.name].shape == (region.rows, region.columns), region.name
    computed = [region.name for block in spec.blocks for region in block.regions]
    assert len(computed) == len(set(computed))


def test_charts_and_dropdowns_are_data(mnist):
    drawn = list(decorations(*mnist))
    charts = [(sheet, each) for sheet, each in drawn if isinstance(each, (BarChart, LineChart))]
    bars = [[region.name for region in chart.reads] for _, chart in charts if isinstance(chart, BarChart)]
    assert bars[:2] == [["classes", "probabilities"]] * 2
    assert {sheet for sheet, chart in charts if isinstance(chart, LineChart)} == {"Softmax", "Why ReLU"}
    dropdowns = {each.region.name: each.choices for _, each in drawn if isinstance(each, Dropdown)}
    assert dropdowns["choice"] == "choices"
    assert dropdowns["pooling_down"] == ["0", "1", "2"]


def test_sheets_stand_in_the_order_of_their_list(mnist):
    spec, template, _ = mnist
    assert sheet_names(spec, template) == [
        *("Network", "Guide", "Digits", "Draw", "Inspector", "Evidence", "Softmax", "Why ReLU"),
        *("Max pool", "Checks", "Model"),
    ]


class Toy(LessonSheet):
    """One number, and twice that."""

    sheet = "Toy"
    summary = "Twice a number."

    def declare(self, network, layout):
        declared = Declaration("Toy", layout, "toy", "toy_", style="plain")
        number = declared.constant("number", (1, 0), 21.0, "input_whole")
        declared.formulas("twice", (2, 0), (1, 1), Twice(), [number])
        return declared

    def decorate(self, drawing):
        yield Text((0, 0), "Twice", "title")
        yield from drawing.cells()


class Twice(Formula):
    """Twice a number."""

    explanation = "twice the number"

    def numpy(self, *read):
        return 2 * read[0]

    def excel(self, refs, at):
        return f"2*{refs.absolute(refs.inputs[0])}"


def test_a_sheet_that_is_no_more_than_a_subclass_is_in_no_workbook():
    assert "Toy" not in [sheet.sheet for sheet in available_sheets(load_template("tiny").network)]


def test_a_new_sheet_is_one_file_and_one_line(monkeypatch, tmp_path):
    """Generated, verified, and a fault in it is found."""
    from sheetcnn.explainer import explain
    from sheetcnn.verifier import recognize
    from sheetcnn.verifier.verify import verify

    for module in (designs, recognize):
        monkeypatch.setattr(module, "SHEETS", (*designs.SHEETS, Toy()))
    template = load_template("tiny")
    digit = gallery.Digit(template.pictures[7], 7, "tiny's 7")
    sheets = [sheet for sheet in available_sheets(template.network) if sheet.sheet in ("Toy", "Softmax")]
    path = tmp_path / "toy.xlsx"
    path.write_bytes(render_workbook(template, digit, sheets).content)
    report = verify(path)
    assert (report.findings, report.wrong, report.unjudged) == ([], 0, 0)
    assert [stage.formulas for stage in report.stages if stage.sheet == "Toy"] == [1]
    assert "twice the number" in explain(path, "Toy!A3")
