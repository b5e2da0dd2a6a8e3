"""verify's last word: errors before warnings, what was not judged, and how the rest is known to be right."""

import csv
import json
from pathlib import Path

import pytest
import xlsxwriter
from editing import SHEET, edit, formula, rewrite

import sheetcnn
from sheetcnn.cli.main import main
from sheetcnn.verifier import audit
from sheetcnn.verifier.formats.text import as_text
from sheetcnn.verifier.report import EngineResult, Finding, Report
from sheetcnn.verifier.second_opinion import Difference, SecondOpinion
from sheetcnn.workbook.prediction import Prediction

TEMPLATE = """
title = "3x3 on 6x6"
sheet = "S"
input = { channels = 1, height = 6, width = 6 }
stages = [{ kind = "conv", filters = 1, kernel = 3 }]
[regions]
input = "A1:F6"
conv1_filter_1_1 = "H1:J3"
conv1_1 = "L1:O4"
"""


def by_hand(path, wrong=(), foreign=0, fill=None):
    """A convolution of ones with ones, so that every value is 9; a formula of every foreign cell gives 2."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        for row in range(6):
            sheet.write_row(row, 0, [1] * 6)
        for row in range(3):
            sheet.write_row(row, 7, [1] * 3)
        for row in range(4):
            for column in range(4):
                first, last = "ABCD"[column] + str(row + 1), "CDEF"[column] + str(row + 3)
                text = f"=SUMPRODUCT({first}:{last},$H$1:$J$3)" + ("+1" if (row, column) in wrong else "")
                if fill is None:
                    sheet.write_formula(row, 11 + column, text, None, 10 if (row, column) in wrong else 9)
                elif fill:
                    sheet.write(row, 11 + column, fill)
        for number in range(foreign):
            sheet.write_formula(9 + number // 50, number % 50, f"={number}*0+2", None, 2)
    return path


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "t.toml"
    path.write_text(TEMPLATE)
    return path


def run(capsys, *arguments):
    code = main(["verify", *map(str, arguments)])
    return code, capsys.readouterr().out.splitlines()


def test_errors_stand_before_thousands_of_warnings_which_are_one_line(template, tmp_path, capsys):
    book = by_hand(tmp_path / "x.xlsx", wrong={(0, 0), (3, 3)}, foreign=6_000)
    code, lines = run(capsys, book, "--template", template)
    told = [line for line in lines if line.startswith(("error", "warning"))]
    assert code == 1
    assert [line.partition(":")[0] for line in told] == ["error", "warning"]
    assert told[0].startswith("error: S!L1 to O4 (2 cells): ")
    assert "6,000 formulas of the sheet S are no part of the network" in told[1]
    assert lines[-1] == (
        "2 errors and 6,000 warnings in 6,016 formulas: 14 right, 2 wrong, 6,000 no part of the network."
    )


def test_json_and_csv_have_all_of_them_errors_first(template, tmp_path, capsys):
    book, table = by_hand(tmp_path / "x.xlsx", wrong={(3, 3)}, foreign=60), tmp_path / "x.csv"
    _, lines = run(capsys, book, "--template", template, "--json", "--csv", table)
    findings = json.loads("\n".join(lines))["findings"]
    assert [finding["severity"] for finding in findings] == ["error"] + ["warning"] * 60
    with table.open() as file:
        assert [row["severity"] for row in csv.DictReader(file)] == ["error"] + ["warning"] * 60


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("conv1_filter_1_1", "#"),
            "conv1_1 of conv1 was not judged: the template gives no range for conv1_filter",
        ),
        (("conv1_1 =", "#"), "conv1_1 of conv1 was not judged: the template gives no range for conv1_1"),
        (("L1:O4", "L50:O53"), "empty where a formula belongs"),
        (('input = "A1', '# "A1'), "the template gives no range for input"),
    ],
)
def test_a_part_that_is_left_out_is_said(change, said, template, tmp_path, capsys):
    template.write_text(template.read_text().replace(*change))
    code, lines = run(capsys, by_hand(tmp_path / "x.xlsx"), "--template", template)
    assert code == 1
    assert any(line.startswith("error") and said in line for line in lines)
    assert " 0 right, 16 no part of the network." in lines[-1]


def test_nothing_judged_is_no_success_in_json_too(template, tmp_path, capsys):
    template.write_text(template.read_text().replace("conv1_filter_1_1", "#"))
    code, lines = run(capsys, by_hand(tmp_path / "x.xlsx"), "--template", template, "--json")
    report = json.loads("\n".join(lines))
    assert (code, report["ok"], report["checked"]) == (1, False, 0)
    assert [finding["kind"] for finding in report["findings"][:2]] == ["left-out", "nothing-judged"]


@pytest.mark.parametrize("fill", ["", "text", 9])
def test_a_region_without_formulas_is_no_success(fill, template, tmp_path, capsys):
    code, lines = run(capsys, by_hand(tmp_path / "x.xlsx", fill=fill), "--template", template)
    assert code == 1
    assert lines[-1].startswith("17 errors and 0 warnings in 0 formulas: 0 right")


def test_uncomputable_formulas_are_not_judged(template, tmp_path, capsys):
    book = by_hand(tmp_path / "x.xlsx")
    changed = rewrite(book, tmp_path / "y.xlsx", {SHEET: lambda xml: xml.replace("SUMPRODUCT(", "NOSUCH(")})
    code, lines = run(capsys, changed, "--template", template)
    assert code == 1
    assert "0 right, 16 not judged" in lines[-1]


def test_a_folder_and_a_workbook_of_nothing_are_trouble(tmp_path, capsys):
    assert main(["verify", str(tmp_path)]) == 2
    with xlsxwriter.Workbook(tmp_path / "empty.xlsx"):
        pass
    assert main(["verify", str(tmp_path / "empty.xlsx")]) == 2
    assert capsys.readouterr().out == ""


def test_it_says_how_it_knows(tiny_file, tmp_path, capsys):
    book = edit(
        tiny_file,
        tmp_path / "x.xlsx",
        {"AI5": formula("IF(AC5>0,AC5,0)", 0), "AI6": formula("MAX(AC6,0)", 2)},
    )
    code, lines = run(capsys, book)
    assert code == 0
    assert lines[-1].startswith("All 101 formulas are right, within ")
    assert " of NumPy: 99 as expected, 2 spelled otherwise and right on " in lines[-1]
    assert lines[-1].endswith(" samples: Network!AI5, Network!AI6.")
    report = sheetcnn.verify(book).to_dict()
    assert report["how"] == {"text": 99, "samples": 2}
    assert [other["cell"] for other in report["spelled_otherwise"]] == ["Network!AI5", "Network!AI6"]
    assert all(other["samples"] > 100 for other in report["spelled_otherwise"])


def test_of_a_clean_workbook_it_says_no_more_than_before(tiny_file, capsys):
    code, lines = run(capsys, tiny_file)
    assert code == 0
    assert lines[-1].startswith("All 101 formulas are right, within ")
    assert lines[-1].endswith(" of NumPy.")


def test_what_is_left_out_is_counted_errors_and_warnings_apart():
    def finding(number, severity):
        return Finding(f"S!A{number}", "", "", severity, "x", "", "", f"fault {number}")

    findings = [finding(n, "error") for n in range(31, 73)] + [finding(n, "warning") for n in range(1, 31)]
    report = Report(Path("x.xlsx"), "t", 72, 72, Prediction(None, None), [], findings)
    lines = as_text(report).splitlines()
    assert sum(line.startswith("error: ") for line in lines) == 40
    assert not any(line.startswith("warning: ") for line in lines)
    assert "... and 2 more errors and 30 more warnings; --json has them all" in lines


def test_what_another_program_finds_is_told_beside_a_warning_on_the_same_cell(
    tiny_file, tmp_path, monkeypatch
):
    """Of a value that nobody stored there is a warning; LibreOffice computing another one is more than that."""

    def told(recognized, *_):
        (block,) = (each for each in recognized.blocks if each.regions[0].name == "conv1_1")
        region = block.regions[0]
        differences = (Difference(block, region, region.cell(0, 0), "1", "2"),)
        return SecondOpinion(EngineResult("libreoffice", 3, 101, 1, 0.0), differences)

    monkeypatch.setattr(audit, "second_opinion", told)
    path = edit(tiny_file, tmp_path / "x.xlsx", {"AC5": formula("SUMPRODUCT(P5:R7,$X$7:$Z$9)", None)})
    report = sheetcnn.verify(path, engines=["libreoffice"])
    assert [finding.kind for finding in report.findings] == ["engine", "missing-value"]
    assert report.findings[0].cell == "Network!AC5"
