"""LibreOffice, IronCalc and Gnumeric compute every formula that we write, and get what NumPy got."""

import re
import subprocess
import zipfile

import pytest

import sheetcnn
from sheetcnn.excel.reader import read_workbook
from sheetcnn.verifier.engines import recalculate

PLANTED = "999"
TEMPLATES = (
    *("tiny", "mnist", "fastai"),
    *(pytest.param(name, marks=pytest.mark.slow) for name in ("lenet", "mnist-8")),
)


@pytest.fixture(scope="session", params=TEMPLATES)
def written(request, tmp_path_factory):
    """A workbook just written, its values those of NumPy (tests/workbook/test_renderer.py)."""
    path = tmp_path_factory.mktemp("written") / f"{request.param}.xlsx"
    return sheetcnn.generate(template=request.param, output=path)


@pytest.fixture(scope="session")
def planted(written):
    """The same with a wrong value beside every formula: whoever trusts stored values gives himself away."""
    return storing(f"<v>{PLANTED}</v>", written.output, written.output.with_name("planted.xlsx"))


def storing(value, file, target):
    """Write a copy of a workbook with another element beside every formula, or none."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                content = re.sub(rb"</f><v>[^<]*</v>", b"</f>" + value.encode(), content)
            new.writestr(name, content)
    return target


def by_numpy(written):
    """Return the value beside every formula."""
    return {
        (sheet.name, *cell): sheet.values[cell]
        for sheet in read_workbook(written.output).sheets.values()
        for cell in sheet.formulas
    }


def assert_agrees(written, planted, engine):
    computed = {
        (sheet, *cell): value
        for sheet, cells in recalculate(planted, engine).items()
        for cell, value in cells.items()
    }
    assert_is_as_numpy(written, computed)


def assert_is_as_numpy(written, computed):
    expected = by_numpy(written)
    assert computed.keys() == expected.keys()
    assert len(computed) == written.formulas
    for cell, value in expected.items():
        if isinstance(value, str):
            assert computed[cell] == value, cell
        else:
            assert abs(computed[cell] - value) <= 1e-12 + 1e-12 * abs(value), cell


def test_every_stored_value_is_planted(written, planted):
    sheets = read_workbook(planted).sheets.values()
    values = {str(sheet.values[cell]).removesuffix(".0") for sheet in sheets for cell in sheet.formulas}
    assert values == {PLANTED}


def test_libreoffice_computes_what_numpy_computed(written, planted, libreoffice):
    assert_agrees(written, planted, "libreoffice")


def test_ironcalc_computes_what_numpy_computed(written, planted):
    assert_agrees(written, planted, "ironcalc")


def test_ironcalc_computes_it_too_when_nothing_is_stored(written, tmp_path):
    assert_agrees(written, storing("", written.output, tmp_path / "bare.xlsx"), "ironcalc")


def test_gnumeric_which_has_no_arrays_in_sumproduct_computes_what_numpy_computed(
    written, planted, gnumeric, tmp_path
):
    saved = tmp_path / "saved.xlsx"
    command = [gnumeric, "--recalc", "-T", "Gnumeric_Excel:xlsx", str(planted), str(saved)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - a fixed command
    sheets = read_workbook(saved).sheets
    computed = {
        (name, row, column): sheets[name].values[row, column] for name, row, column in by_numpy(written)
    }
    assert_is_as_numpy(written, computed)
