"""Printed, on A4 and on US Letter: LibreOffice makes the pages, and Poppler reads what is on them."""

import re
import subprocess
import zipfile
from pathlib import Path

import pytest

import sheetcnn
from sheetcnn.excel.libreoffice import convert
from sheetcnn.excel.reader import read_workbook

pytestmark = pytest.mark.slow
PAGES = {"mnist": 32, "fastai": 30}
PAPERS = {"A4": ("9", "595"), "Letter": ("1", "612")}


@pytest.fixture(scope="module", params=[(name, paper) for name in PAGES for paper in PAPERS], ids=" on ".join)
def pages(request, tmp_path_factory, libreoffice, poppler):
    """The template, the workbook, and the text of each page."""
    name, paper = request.param
    folder = tmp_path_factory.mktemp("printed")
    file = sheetcnn.generate(template=name, output=folder / "x.xlsx").output
    on_paper = folder / "on-paper.xlsx"
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(on_paper, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = old.read(part).replace(b'paperSize="9"', f'paperSize="{PAPERS[paper][0]}"'.encode())
            new.writestr(part, content)
    pdf = convert(on_paper, "pdf", folder)
    size = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True, text=True).stdout  # noqa: S603, S607 - fixed
    assert re.search(rf"Page size: .*\b{PAPERS[paper][1]}", size)
    subprocess.run(["pdftotext", "-layout", str(pdf)], check=True)  # noqa: S603, S607 - fixed
    return name, file, Path(pdf).with_suffix(".txt").read_text(encoding="utf-8").rstrip("\f").split("\f")


def test_every_text_is_on_paper_in_as_few_pages_as_planned(pages):
    name, file, texts = pages
    assert len(texts) == PAGES[name] < 38
    printed = re.sub(r"\s", "", "".join(texts))
    for sheet in read_workbook(file).sheets.values():
        for cell, value in sheet.values.items():
            if isinstance(value, str) and len(value) > 2:
                assert re.sub(r"\s", "", value) in printed or _in_words(value, printed), (
                    sheet.name,
                    cell,
                    value,
                )


def _in_words(value, printed):
    """Whether every word is there: columns beside it may stand between them."""
    return all(word in printed for word in value.split())


def test_every_page_names_its_stage_or_its_sheet(pages):
    _, _, texts = pages
    for text in texts:
        assert re.search(r"[A-Za-z]{4}", text.strip().partition("\n")[0]), text[:200]


def test_no_number_is_a_row_of_hashes(pages):
    assert "##" not in "".join(pages[2])
