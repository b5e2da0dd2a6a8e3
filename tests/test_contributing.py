"""CONTRIBUTING.md: every file, folder and list that it names exists."""

import re

import pytest
from homes import REPOSITORY

TEXT = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:sheetcnn|tests|docs|\.ci)/?[\w/.]*)`", TEXT)))
LISTS = re.findall(r"`([A-Z]+)`, in `([\w/.]+)`", TEXT)


@pytest.mark.parametrize("name", NAMED)
def test_what_it_names_exists(name):
    assert (REPOSITORY / name).exists()


@pytest.mark.parametrize(("name", "file"), LISTS)
def test_each_list_is_where_it_says(name, file):
    assert re.search(rf"^{name}\b.* = ", (REPOSITORY / file).read_text(encoding="utf-8"), re.MULTILINE)


def test_ten_changes_are_told():
    rows = re.findall(r"^\| an? [^|]+\|[^|]+\|[^|]+\|$", TEXT, re.MULTILINE)
    assert len(rows) == 10
    assert len(LISTS) == 8
    assert len(NAMED) > 20
