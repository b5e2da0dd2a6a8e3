"""What programs read differently, from a file's bytes to the last word of `verify`."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import sheetcnn
from sheetcnn.errors import WorkbookError

NETWORK = "xl/worksheets/sheet1.xml"
WORKBOOK = "xl/workbook.xml"


@pytest.fixture(scope="module")
def clean(tmp_path_factory) -> Path:
    return sheetcnn.generate(template="tiny", output=tmp_path_factory.mktemp("tiny") / "tiny.xlsx").output


@pytest.fixture
def verified(clean, tmp_path) -> Callable[..., sheetcnn.Report]:
    """Verify the clean workbook after a pattern in one of its parts was replaced, once."""

    def verified(part: str, pattern: str, replacement: str) -> sheetcnn.Report:
        path = tmp_path / "changed.xlsx"
        with zipfile.ZipFile(clean) as old, zipfile.ZipFile(path, "w") as new:
            for name in old.namelist():
                content = old.read(name).decode()
                if name == part:
                    content, count = re.subn(pattern, replacement, content, count=1)
                    assert count == 1
                new.writestr(name, content)
        return sheetcnn.verify(path)

    return verified


def told(report: sheetcnn.Report) -> list[tuple[str, str, str]]:
    return [(finding.severity, finding.kind, finding.cell) for finding in report.findings]


FORMULA = r'(<c r="(AC5)"[^>]*>)<f([^>]*)>([^<]*)</f>'
"""The first formula of the tiny network's convolution."""


def test_a_formula_in_a_foreign_namespace_is_not_what_is_judged(verified):
    foreign = r'\1<f\3>\4</f><z:f xmlns:z="urn:z">1+1</z:f>'
    assert told(verified(NETWORK, FORMULA, foreign)) == []
    swapped = r'\1<f\3>1+1</f><z:f xmlns:z="urn:z">\4</z:f>'
    assert ("error", "AC5") in {
        (severity, cell.partition("!")[2]) for severity, _, cell in told(verified(NETWORK, FORMULA, swapped))
    }


def test_two_formulas_in_one_cell_are_refused(verified):
    with pytest.raises(WorkbookError, match="a second <f> in AC5"):
        verified(NETWORK, FORMULA, r"\1<f\3>1+1</f><f\3>\4</f>")


def test_a_shared_formula_away_from_its_range_is_an_error_that_names_the_cell(verified):
    report = verified(NETWORK, r'(<c r="(AC5)"[^>]*>)<f[^>]*>', r'\1<f t="shared" ref="A1:B2" si="0">')
    assert ("error", "ambiguous", "Network!AC5") in told(report)
    assert report.errors


def test_a_sheet_without_a_part_is_a_warning(verified):
    report = verified(
        WORKBOOK, "</sheets>", '<sheet name="Extra" sheetId="99" state="veryHidden" r:id=""/></sheets>'
    )
    assert told(report) == [("warning", "sheet-skipped", "")]
    assert not report.errors


RIGHT, WRONG = "Network!$P$5:$R$7", "Network!$Q$5:$S$7"


@pytest.mark.parametrize(
    ("of_the_book", "of_the_sheet", "errors"), [(WRONG, RIGHT, 0), (RIGHT, WRONG, 1), (RIGHT, RIGHT, 0)]
)
def test_a_local_name_is_judged_by_what_it_means_on_its_sheet(
    clean, tmp_path, of_the_book, of_the_sheet, errors
):
    """LibreOffice takes the name of the formula's own sheet, in either case."""
    path = tmp_path / "names.xlsx"
    defined = (
        f'<definedName name="window">{of_the_book}</definedName>'
        f'<definedName name="Window" localSheetId="0">{of_the_sheet}</definedName>'
    )
    with zipfile.ZipFile(clean) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name).decode()
            if name == WORKBOOK:
                content = content.replace("<definedNames>", "<definedNames>" + defined)
            elif name == NETWORK:
                content, count = re.subn(r"SUMPRODUCT\(P5:R7,", "SUMPRODUCT(window,", content, count=1)
                assert count == 1
            new.writestr(name, content)

    findings = [finding for finding in sheetcnn.verify(path).findings if finding.cell == "Network!AC5"]

    assert len([finding for finding in findings if finding.severity == "error"]) == errors
