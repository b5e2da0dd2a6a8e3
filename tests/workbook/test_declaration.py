"""A sheet declares each region once: place, values or formula, and looks. Expected values are worked by hand."""

import numpy as np
import pytest

from sheetcnn.excel.region import Region
from sheetcnn.workbook.declaration import Declaration
from sheetcnn.workbook.decoration import Constants, Formulas
from sheetcnn.workbook.formula import Formula, arithmetic, indexed
from sheetcnn.workbook.layout import Layout

ELSEWHERE = Region("elsewhere", "Other", 9, 9, 1, 1)


class Doubled(Formula):
    """Twice what it reads."""

    explanation = "twice the number"

    def numpy(self, *read):
        return 2 * read[0]

    def excel(self, refs, at):
        return f"2*{refs.cell(refs.inputs[0], at.row, at.column)}"


def layout(*extra):
    return Layout([], {}, {}, None, {}).with_others(extra)


def declared(now=None):
    made = Declaration("Toy", now or layout(ELSEWHERE), "toy", "toy_", style="plain")
    numbers = made.constant("numbers", (2, 1), np.array([[1.0, 2.0]]), "input", allowed=[0.0, 3.0])
    made.constant("word", (0, 0), "on", "switch", free_text=True)
    made.constant("counters", (1, 1), np.array([[1.0, 2.0]]), "ruler", read_only=True)
    made.constant("weights", (5, 0), (2, 3), "weight")
    made.formulas("twice", (3, 1), (1, 2), Doubled(), [numbers])
    made.formulas("there", (4, 1), (1, 1), Doubled(), ["elsewhere"], "score", owner="others")
    return made


def test_each_region_is_declared_once():
    assert [(region.name, *region.area) for region in declared().regions] == [
        ("toy_numbers", 2, 1, 2, 2),
        ("toy_word", 0, 0, 0, 0),
        ("toy_counters", 1, 1, 1, 2),
        ("toy_weights", 5, 0, 6, 2),
        ("toy_twice", 3, 1, 3, 2),
        ("toy_there", 4, 1, 4, 1),
    ]


def test_what_constants_hold_at_first_unless_weights_or_digit_say_it():
    assert {name: values.tolist() for name, values in declared().first_values.items()} == {
        "toy_numbers": [[1.0, 2.0]],
        "toy_word": [["on"]],
        "toy_counters": [[1.0, 2.0]],
    }


def test_what_may_be_changed_and_into_what():
    assert declared().allowed == {"toy_numbers": [0.0, 3.0]}
    assert list(declared().read_only) == ["toy_counters"]
    assert [each.region.name for each in declared().constants if each.free_text] == ["toy_word"]


def test_formulas_read_regions_of_their_own_and_of_other_sheets():
    twice, there = declared().blocks
    assert (twice.stage, twice.style, there.stage, there.style) == ("toy", "plain", "others", "score")
    assert twice.formulas(twice.regions[0]) == [["2*B3", "2*C3"]]
    assert there.formulas(there.regions[0]) == [["2*Other!J10"]]
    assert twice.compute({"toy_numbers": np.array([[4.0, 5.0]])})[0].tolist() == [[8.0, 10.0]]
    assert twice.explain(twice.regions[0], 0, 0).words == "twice the number"


def test_a_formula_fills_a_region_of_the_network_which_is_no_region_of_the_sheet():
    made, pixels = declared(), Region("input", "Network", 4, 5, 1, 2)
    made.fill(pixels, Doubled(), [made["numbers"], "elsewhere"], owner="input")
    *_, block = made.blocks
    assert (block.stage, block.regions) == ("input", [pixels])
    assert block.formulas(pixels) == [["2*Toy!B3", "2*Toy!C3"]]
    assert pixels not in made.regions
    assert [region.name for region in made.filled] == ["toy_twice", "toy_there"]


def test_a_region_that_no_sheet_declares_is_missed():
    with pytest.raises(KeyError, match="elsewhere"):
        _ = declared(layout()).blocks


def test_a_region_stands_where_the_layout_has_it():
    moved = Region("toy_numbers", "Toy", 20, 4, 1, 2)
    made = declared(layout(ELSEWHERE, moved))
    assert made["numbers"] == moved
    assert made.blocks[0].formulas(made["twice"]) == [["2*E21", "2*F21"]]


def test_its_cells_are_drawn_formulas_first_or_as_asked():
    values = {region.name: np.zeros((region.rows, region.columns)) for region in declared().regions}
    drawn = list(declared().cells(values))
    assert [type(each) for each in drawn] == [Formulas] * 2 + [Constants] * 4
    assert [each.style for each in drawn] == ["plain", "score", "input", "switch", "ruler", "weight"]
    twice = declared()["twice"]
    assert [each.region.name for each in declared().cells(values, twice, "word")] == [
        "toy_twice",
        "toy_word",
    ]


def test_index_counts_from_1_and_knows_nothing_outside():
    values = np.array([[1.0, 2.0], [3.0, 4.0]])
    rows, columns = np.array([[1.0], [2.0], [3.0]]), np.array([[2.0, 0.0]])
    np.testing.assert_array_equal(
        indexed(values, *np.broadcast_arrays(rows, columns)), [[2, np.nan], [4, np.nan], [np.nan, np.nan]]
    )


def test_a_text_is_no_number_to_count_with():
    np.testing.assert_array_equal(arithmetic(np.array([["a", True, 2.5]], dtype=object)), [[np.nan, 1, 2.5]])
