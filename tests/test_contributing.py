"""CONTRIBUTING.md: every file, folder and list that it names exists."""

import re

import pytest
from homes import REPOSITORY

TEXT = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:sheetcnn|tests|docs|\.ci)/?[\w/.]*)`", TEXT)))
LISTS = re.findall(r"`([A-Z]+)`, in `([\w/.]+)`", TEXT)

COMING = {  # with the other parts of issue 13: to be struck here as soon as they are merged, as these tests then say
    *("sheetcnn/network/sources", "sheetcnn/network/sources/__init__.py", "SOURCES"),
}


def case(name, *more):
    """A parameter, expected to fail as long as it is coming."""
    coming = {name, " ".join((name, *more))} & COMING
    return pytest.param(name, *more, marks=pytest.mark.xfail(reason="coming") if coming else [])


@pytest.mark.parametrize("name", [case(each) for each in NAMED])
def test_what_it_names_exists(name):
    assert (REPOSITORY / name).exists()


@pytest.mark.parametrize(("name", "file"), [case(*each) for each in LISTS])
def test_each_list_is_where_it_says(name, file):
    assert re.search(rf"^{name}\b.* = ", (REPOSITORY / file).read_text(encoding="utf-8"), re.MULTILINE)


def test_ten_changes_are_told():
    rows = re.findall(r"^\| an? [^|]+\|[^|]+\|[^|]+\|$", TEXT, re.MULTILINE)
    assert len(rows) == 10
    assert len(LISTS) == 7
    assert len(NAMED) > 20
