"""SECURITY.md: the figures that it promises are those of the code, and the tests that it names hold them."""

import re

from homes import REPOSITORY

from sheetcnn.digits.csv_file import MAX_BYTES
from sheetcnn.digits.image import MAX_PIXELS
from sheetcnn.excel import package
from sheetcnn.network import array_file

TEXT = (REPOSITORY / "SECURITY.md").read_text(encoding="utf-8")


def test_its_figures_are_those_of_the_code():
    assert f"at most {package.MAX_FILE >> 20} MiB are read, {package.MAX_PARTS:,} parts" in TEXT
    assert f"and {package.MAX_INFLATED >> 20} MiB inflated" in TEXT
    assert f"better than {package.MAX_RATIO} to 1" in TEXT
    assert f"plain numbers, checked before they are unpacked, of {array_file.MAX_FILE >> 20} MiB" in TEXT
    assert f"up to {MAX_PIXELS // 1_000_000} million pixels" in TEXT
    assert f"a CSV file read up to {MAX_BYTES // 1_000_000} MB" in TEXT


def test_every_promise_names_its_tests():
    rows = re.findall(r"^\| ([A-Z][^|]+) \| ([^|]+) \|$", TEXT, re.MULTILINE)
    assert len(rows) > 10
    for promise, tests in rows:
        names = re.findall(r"\[([\w/.]+)\]\(tests/([\w/.]+)\)", tests)
        assert names, promise
        assert all(shown == path for shown, path in names)


def test_what_hostile_files_may_take_is_what_is_measured():
    sizes = (REPOSITORY / "tests" / "verifier" / "test_hostile_sizes.py").read_text(encoding="utf-8")
    assert "SECONDS, MIB = 20, 1024" in sizes
    assert "within 20 seconds of processor time and 1 GiB of memory" in TEXT
