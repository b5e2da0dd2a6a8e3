"""Each odd worksheet is read as LibreOffice shows it, or refused, or doubted; never read otherwise without a word."""

from __future__ import annotations

import re
import subprocess
import warnings
from pathlib import Path

import openpyxl
import pytest
from odd_sheets import ODD, Odd
from openpyxl.worksheet.formula import ArrayFormula
from packages import save

from sheetcnn.errors import WorkbookError
from sheetcnn.excel.addresses import a1
from sheetcnn.excel.libreoffice import EngineMissing, convert, find_soffice
from sheetcnn.excel.reader import read_workbook


def as_read(path: Path) -> dict[str, object]:
    """What we read, told as the table tells it."""
    sheet = read_workbook(path).sheets["S"]
    found: dict[str, object] = dict.fromkeys([])
    for cell in sorted({*sheet.values, *sheet.formulas}):
        found[a1(*cell)] = sheet.values.get(cell)
        if cell in sheet.formulas:
            area = f"{{{sheet.arrays[cell]}}}" if cell in sheet.arrays else ""
            found[a1(*cell)] = f"{area}={sheet.formulas[cell].strip()}"
    return found


def as_told(found: dict[str, object], odd: Odd) -> dict[str, object]:
    """Only what the table tells: constants that are inputs, or values of array formulas, are not in it."""
    formulas_only = odd.name.startswith("ar_")
    inputs = () if any(key.startswith("A") for key in odd.shown) else ("A1", "A2", "A3", "A4")
    return {
        cell: value
        for cell, value in found.items()
        if str(value)[:1] in ("=", "{") or (cell not in inputs and not formulas_only)
    }


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.name)
def test_an_odd_sheet_is_read_as_others_see_it_or_not_without_a_word(tmp_path, odd):
    path = save(tmp_path / "odd.xlsx", odd.parts())

    if odd.refused:
        with pytest.raises(WorkbookError, match=re.escape(odd.refused)):
            read_workbook(path)
        return
    notes = read_workbook(path).notes
    assert [note.kind for note in notes] == ["ambiguous"] * odd.doubted
    if not odd.doubted:
        assert as_told(as_read(path), odd) == odd.shown


def as_libreoffice_saves(path: Path) -> dict[str, object]:
    found: dict[str, object] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cells = [cell for row in openpyxl.load_workbook(path).worksheets[0].iter_rows() for cell in row]
    for cell in cells:
        value = cell.value
        if isinstance(value, ArrayFormula):
            value = f"{{{value.ref.removesuffix(':' + value.ref.split(':')[0])}}}{value.text}"
        if value is not None:
            found[cell.coordinate] = {"=FALSE()": False, "=TRUE()": True}.get(str(value), value)
        if cell.data_type == "f" and str(value).startswith("=#") and "ERR" not in str(value):
            found[cell.coordinate] = str(value)[1:]
    return found


@pytest.mark.slow
def test_libreoffice_shows_what_the_table_says(tmp_path):
    try:
        program = find_soffice()
    except EngineMissing:
        pytest.skip("LibreOffice is not installed")
    convert(save(tmp_path / "profile.xlsx", ODD[0].parts()), "xlsx", tmp_path)  # it works at all
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    paths = [save(tmp_path / f"{odd.name.strip()}.xlsx", odd.parts()) for odd in ODD]
    subprocess.run(  # noqa: S603 - fixed program, own files
        [
            program,
            profile,
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(tmp_path / "out"),
            *map(str, paths),
        ],
        check=True,
        capture_output=True,
        timeout=600,
    )
    differing = {}
    for odd, path in zip(ODD, paths, strict=True):
        shown = as_told(as_libreoffice_saves(tmp_path / "out" / path.name), odd)
        if shown != odd.shown:
            differing[odd.name] = shown
    assert differing == {}
