"""The generated `fastai` sheet against the published one, cell by cell, where that lies beside the repository."""

from collections import Counter

import pytest
from homes import SHARED

import sheetcnn
from sheetcnn.excel.addresses import Range, parse_a1, parse_range
from sheetcnn.excel.reader import read_workbook
from sheetcnn.excel.workbook import Sheet

PUBLISHED = SHARED / "reference" / "conv-example-2017.xlsx"
REGIONS = {  # as ../shared/reference/README.md lists them, the surplus columns left out
    "conv1": ["AH3:BG28", "AH32:BG57"],
    "conv2": ["BM4:CJ27", "BM33:CJ56"],
    "maxpool": ["CM4:DI26", "CM33:DI55"],
}

needs_published = pytest.mark.skipif(
    not PUBLISHED.exists(), reason="the published workbook is no part of the repository, and is not beside it"
)


@pytest.fixture(scope="module")
def ours(tmp_path_factory) -> Sheet:
    path = sheetcnn.generate(template="fastai", output=tmp_path_factory.mktemp("fastai") / "7.xlsx").output
    return read_workbook(path).sheets["conv-example"]


@pytest.fixture(scope="module")
def published() -> Sheet:
    return read_workbook(PUBLISHED).sheets["conv-example"]


def inside(sheet: Sheet, areas: list[str]) -> set[tuple[int, int]]:
    ranges: list[Range] = [parse_range(area) for area in areas]
    return {cell for cell in sheet.formulas if any(area.contains(cell) for area in ranges)}


@needs_published
def test_every_formula_that_was_right_stands_there_as_it_was(ours, published):
    counts = Counter()
    for kind, areas in REGIONS.items():
        cells = inside(published, areas)
        counts[kind] = len(cells)
        assert cells == inside(ours, areas)
        for cell in cells:
            assert ours.formulas[cell] == published.formulas[cell]
            assert ours.arrays.get(cell) == published.arrays.get(cell)
    assert counts == {"conv1": 1352, "conv2": 1152, "maxpool": 288}
    assert counts.total() == 2792


@needs_published
def test_titles_stand_where_they_stood(ours, published):
    kept = ["A1", "AH1", "BM1", "CM1", "DN1", "EN1", "AD9", "AD36", "BI9", "BI36"]
    for cell in map(parse_a1, kept):
        assert ours.values[cell] == published.values[cell]


def block(sheet: Sheet, area: str) -> list[list[object]]:
    top, left, bottom, right = parse_range(area)
    return [
        [sheet.values.get((row, column)) for column in range(left, right + 1)]
        for row in range(top, bottom + 1)
    ]


def test_the_two_filters_are_the_published_edges_in_whole_numbers(ours):
    assert block(ours, "AD11:AF13") == [[1, 1, 1], [0, 0, 0], [-1, -1, -1]]
    assert block(ours, "AD38:AF40") == [[1, 0, -1], [1, 0, -1], [1, 0, -1]]


def test_the_faults_are_mended(ours):
    assert ours.values[parse_a1("AE12")] == 0
    for surplus in ("CK4:CK27", "CK33:CK56", "DK4:DK26", "DK33:DK55", "EL4:EL26", "EL33:EL55"):
        assert {value for row in block(ours, surplus) for value in row} == {None}
    weights = [value for row in block(ours, "DN4:EJ26") for value in row if value is not None]
    assert len(weights) == 144


def test_what_its_notes_say_is_missing_is_there(ours):
    assert ours.formulas[parse_a1("EN4")] == (
        "SUMPRODUCT($DN$4:$EJ$26,$CM$4:$DI$26)+SUMPRODUCT($DN$33:$EJ$55,$CM$33:$DI$55)"
    )
    assert [ours.values[parse_a1(f"EM{row}")] for row in range(4, 14)] == list(range(10))
    assert sum(ours.values[parse_a1(f"EQ{row}")] for row in range(4, 14)) == pytest.approx(1, abs=1e-12)
    assert ours.values[parse_a1("EN17")] == "I read a 7."


def test_the_input_is_plain_numbers(ours):
    assert not inside(ours, ["A2:AB29"])
    assert all(isinstance(value, float) for row in block(ours, "A2:AB29") for value in row)
