"""Each circumstance is made in a clean workbook by hand, and found."""

from dataclasses import replace
from pathlib import Path

import pytest

import sheetcnn
from sheetcnn.excel.addresses import Range, parse_a1
from sheetcnn.excel.reader import read_workbook
from sheetcnn.excel.workbook import Calculation
from sheetcnn.verifier.audit import examine
from sheetcnn.verifier.recognize import recognize
from sheetcnn.verifier.rules import check
from sheetcnn.verifier.rules.ambiguous import Ambiguous
from sheetcnn.verifier.rules.external_link import ExternalLink
from sheetcnn.verifier.rules.extra_cell import ExtraCell
from sheetcnn.verifier.rules.hidden import Hidden
from sheetcnn.verifier.rules.merged import Merged
from sheetcnn.verifier.rules.setting import Setting
from sheetcnn.verifier.rules.sheet_skipped import SheetSkipped

AROUND = (SheetSkipped(), Ambiguous(), Setting(), ExternalLink(), Hidden(), Merged(), ExtraCell())


def circumstances(recognized):
    return check(examine(recognized), AROUND)


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    return sheetcnn.generate(template="tiny", output=tmp_path_factory.mktemp("tiny") / "tiny.xlsx").output


@pytest.fixture
def recognized(file):
    return recognize(read_workbook(file), None)


def told(recognized) -> list[tuple[str, str, str]]:
    return [(finding.severity, finding.kind, finding.cell) for finding in circumstances(recognized)]


def test_a_clean_workbook_has_nothing_to_tell(recognized):
    assert told(recognized) == []


@pytest.mark.parametrize(
    ("calculation", "severity", "words"),
    [
        (Calculation(full_precision=False), "error", "precision as displayed"),
        (Calculation(iterate=True), "warning", "iterative"),
        (Calculation(mode="manual"), "warning", "F9"),
    ],
)
def test_settings_that_change_results_are_told(recognized, calculation, severity, words):
    recognized.workbook.calculation = calculation
    (finding,) = circumstances(recognized)
    assert (finding.severity, finding.kind) == (severity, "setting")
    assert words in finding.message


def test_links_to_other_workbooks_are_told(recognized):
    recognized.workbook.external_links.append("other.xlsx")
    assert told(recognized) == [("warning", "external-link", "")]


def test_hidden_rows_columns_and_sheets_are_told_where_they_hold_the_network(recognized):
    sheet = recognized.workbook.sheets["Network"]
    sheet.hidden_rows |= {parse_a1("P6").row, 500}
    sheet.hidden_columns.append((parse_a1("P1").column, parse_a1("P1").column))
    sheet.state = "hidden"
    findings = circumstances(recognized)
    messages = {finding.message for finding in findings if finding.region in {"input", ""}}
    assert messages == {
        "the sheet Network is hidden, and holds a part of the network",
        "row 6 is hidden",
        "column P is hidden",
    }
    assert all(finding.severity == "warning" for finding in findings)


def test_merged_cells_over_a_region_are_an_error(recognized):
    recognized.workbook.sheets["Network"].merged += [Range(4, 15, 4, 16), Range(100, 0, 101, 1)]
    assert told(recognized) == [("error", "merged", "Network!P5")]


def test_a_filled_gap_of_a_region_with_steps_is_an_error(recognized):
    layout = recognized.layout
    stepped = replace(layout.inputs[0], top=60, left=0, step=2)
    spec = replace(recognized.spec, layout=replace(layout, inputs=[stepped]))
    recognized = replace(recognized, spec=spec)
    sheet = recognized.workbook.sheets["Network"]
    sheet.values |= {(60, 0): 1.0, (60, 1): 5.0, (61, 2): 5.0, (62, 2): 1.0}
    assert told(recognized) == [
        ("error", "extra-cell", "Network!B61"),
        ("error", "extra-cell", "Network!C62"),
    ]
