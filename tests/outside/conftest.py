"""The one rule on missing programs: their tests are skipped on a desk and fail in CI."""

import os
import shutil
import subprocess

import pytest
from driving import PYTHON, shared_office

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
def drivable(libreoffice):
    """LibreOffice, and a Python that can tell it what to do."""
    asked = [PYTHON, "-c", "import uno"]
    if not shutil.which(PYTHON) or subprocess.run(asked, check=False).returncode:  # noqa: S603 - a fixed command
        _missing(f"{PYTHON} cannot import uno: install the package python3-uno")
    with shared_office():
        yield


@pytest.fixture(scope="session")
def poppler():
    """The Poppler program that draws pages."""
    return shutil.which("pdftoppm") or _missing("pdftoppm is not installed")


@pytest.fixture(scope="session")
def gnumeric():
    """The Gnumeric program that converts, and recalculates on the way."""
    return shutil.which("ssconvert") or _missing("Gnumeric is not installed: get gnumeric in apt")
