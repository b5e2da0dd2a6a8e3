"""The one rule on missing programs: their tests are skipped on a desk and fail in CI."""

import os
import shutil

import pytest

from sheetcnn.excel.libreoffice import EngineMissing, find_soffice


def _missing(what):
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def libreoffice():
    """The LibreOffice program."""
    try:
        return find_soffice()
    except EngineMissing as missing:
        _missing(str(missing))


@pytest.fixture(scope="session")
def poppler():
    """The Poppler program that draws pages."""
    return shutil.which("pdftoppm") or _missing("pdftoppm is not installed")
