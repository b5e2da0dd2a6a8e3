"""Workbooks that many tests read, generated once a session; who changes one works on a copy."""

import warnings
from pathlib import Path

import pytest
from hypothesis import settings

import sheetcnn

settings.register_profile("sheetcnn", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("sheetcnn")


@pytest.fixture(scope="session")
def tiny_file(tmp_path_factory) -> Path:
    """The workbook of the template `tiny`, reading its 7."""
    path = tmp_path_factory.mktemp("tiny") / "tiny.xlsx"
    return sheetcnn.generate(template="tiny", output=path).output


@pytest.fixture(scope="session")
def mnist_file(tmp_path_factory) -> Path:
    """The workbook of the template `mnist`, reading the gallery's first 7, its pixels fixed."""
    path = tmp_path_factory.mktemp("mnist") / "mnist.xlsx"
    return sheetcnn.generate(output=path, plain=True, lesson=False).output


@pytest.fixture(scope="session")
def full_file(tmp_path_factory) -> Path:
    """The workbook that generate writes if it is told nothing: with a list to choose digits from."""
    path = tmp_path_factory.mktemp("full") / "full.xlsx"
    return sheetcnn.generate(output=path).output


@pytest.fixture(scope="session")
def tiny_book(tiny_file):
    """Tiny's formulas as openpyxl reads them."""
    return opened(tiny_file)


@pytest.fixture(scope="session")
def mnist_book(mnist_file):
    """The formulas of `mnist` as openpyxl reads them."""
    return opened(mnist_file)


@pytest.fixture(scope="session")
def full_book(full_file):
    """The formulas of the whole workbook as openpyxl reads them."""
    return opened(full_file)


def opened(path: Path, **options):
    """Open a workbook with openpyxl."""
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # openpyxl warns of what it does not understand
        return openpyxl.load_workbook(path, **options)
