"""The audit of the workbook that fast.ai published, and of its other editions, made from it by hand."""

import re
from collections import Counter
from pathlib import Path
from zipfile import ZipFile

import pytest
from homes import SHARED

import sheetcnn
from sheetcnn.cli.main import main
from sheetcnn.excel.addresses import parse_a1
from sheetcnn.verifier.report import grouped

PUBLISHED = SHARED / "reference" / "conv-example-2017.xlsx"
TEMPLATE = "fastai-published"

pytestmark = pytest.mark.skipif(
    not PUBLISHED.exists(), reason="the published workbook is no part of the repository, and is not beside it"
)


@pytest.fixture(scope="module")
def report():
    return sheetcnn.verify(PUBLISHED, TEMPLATE)


def edition(path: Path, part: str, pattern: str, replacement: str) -> Path:
    with ZipFile(PUBLISHED) as old, ZipFile(path, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == part:
                content = re.sub(pattern.encode(), replacement.encode(), content)
            new.writestr(info, content)
    return path


def columns(cells: list[str]) -> set[int]:
    return {parse_a1(cell.partition("!")[2]).column for cell in cells}


def test_the_published_workbook_has_73_errors_and_no_more(report):
    assert (report.errors, report.warnings, report.formulas, report.checked) == (73, 0, 2865, 2865)
    assert [(stage.name, stage.formulas, stage.errors) for stage in report.stages] == [
        ("conv1", 1352, 0),
        ("conv2", 1152, 48),
        ("pool1", 288, 24),
        ("dense1", 1, 1),
    ]


def test_they_are_the_surplus_columns_and_the_dense_formula(report):
    cells = {}
    for finding in report.findings:
        cells.setdefault((finding.stage, finding.kind), []).append(finding.cell)
    assert columns(cells["conv2", "surplus"]) == {parse_a1("CK1").column}
    assert columns(cells["pool1", "surplus"]) == {parse_a1("DK1").column}
    assert cells["dense1", "formula"] == ["conv-example!EN4"]


def test_it_says_what_a_surplus_column_costs(report):
    (message,) = {finding.message for finding in report.findings if finding.region == "conv2_1"}
    assert "column 25 of conv2_1, which has 24" in message
    assert "the answer is wrong as soon as ink reaches the right edge" in message


def test_the_right_regions_agree_with_excel_to_the_last_bits(report):
    assert report.max_abs_error < 1e-14


def test_an_edition_without_relu_is_told_block_by_block(tmp_path):
    bare = edition(
        tmp_path / "2016.xlsx", "xl/worksheets/sheet1.xml", r"(<f[^>]*>)MAX\(0,(SUM.*?\))\)</f>", r"\1\2</f>"
    )
    report = sheetcnn.verify(bare, TEMPLATE)
    wrong = Counter(finding.stage for finding in report.findings if finding.kind == "formula")
    assert wrong["conv1"] == 1352
    assert wrong["conv2"] == 1152
    assert len(grouped(report.findings)) < 20


def test_an_edition_with_a_second_sheet_is_read_where_it_is_told(tmp_path, capsys):
    renamed = edition(tmp_path / "2018.xlsx", "xl/workbook.xml", 'name="conv-example"', 'name="conv"')
    assert main(["verify", str(renamed), "--template", TEMPLATE]) == 2
    assert "has no sheet conv-example: name one of conv with --sheet" in capsys.readouterr().err
    assert main(["verify", str(renamed), "--template", TEMPLATE, "--sheet", "conv"]) == 1
    assert "73 errors" in capsys.readouterr().out
