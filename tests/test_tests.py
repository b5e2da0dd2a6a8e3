"""The tests themselves, read from their source: each asserts something, and none looks at a clock."""

import ast
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FILES = sorted(HERE.rglob("*.py"))
CLOCK = {"time", "perf_counter", "monotonic", "process_time", "thread_time", "sleep", "now", "today"}
MAY_WAIT = {
    "support/promised.py": "holds what is hostile to the processor time that is promised",
    "support/driven.py": "sleeps between two questions whether LibreOffice listens yet",
}


def name_of(path):
    """A file as it is named here."""
    return path.relative_to(HERE).as_posix()


def functions(tree):
    """Every function of a module, by its name, also those within others and methods."""
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@cache
def support():
    """Every function of `tests/support`, by its name."""
    found = {}
    for path in (HERE / "support").glob("*.py"):
        found |= functions(ast.parse(path.read_text(encoding="utf-8")))
    return found


def called(node):
    """The names of what a function calls or takes, such as a fixture that is a function."""
    return {
        call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
    }


def asserts(node, helpers, seen=frozenset()):
    """Whether a function asserts something, itself or in a helper that it calls."""
    for each in ast.walk(node):
        if isinstance(each, ast.Assert):
            return True
        if isinstance(each, ast.keyword) and each.arg == "check" and getattr(each.value, "value", 0) is True:
            return True  # subprocess.run(..., check=True)
    names = called(node) - seen
    if names & {"raises", "fail", "warns"} or any(name.startswith("assert_") for name in names):
        return True
    return any(asserts(helpers[name], helpers, seen | {name}) for name in names & helpers.keys())


def asserting_nothing(source, helpers):
    """The names of the tests in a module that assert nothing."""
    own = functions(ast.parse(source))
    return [
        name
        for name, node in own.items()
        if name.startswith("test_") and not asserts(node, {**helpers, **own})
    ]


@pytest.mark.parametrize("path", [path for path in FILES if path.stem.startswith("test_")], ids=name_of)
def test_every_test_asserts_something(path):
    assert asserting_nothing(path.read_text(encoding="utf-8"), support()) == []


def test_one_that_asserts_nothing_is_found():
    source = """
def helper(): assert 1
def other(): helper()
def test_a(): f()
def test_b(): other()
def test_c():
    with pytest.raises(ValueError): f()
def test_d(): run([], check=True)
def test_e(): run([], check=False)
def test_f(): np.testing.assert_allclose(1, 1)
def test_g(): test_g()
"""
    assert asserting_nothing(source, {}) == ["test_a", "test_e", "test_g"]


def clocks(source):
    """What a module calls of the standard library's clocks."""
    tree = ast.parse(source)
    modules = {"time", "datetime", "date"}
    of_modules = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") in modules
    }
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in modules
        for alias in node.names
    }
    return (of_modules | imported) & CLOCK


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_test_looks_at_a_clock(path):
    found = clocks(path.read_text(encoding="utf-8"))
    assert bool(found) == (name_of(path) in MAY_WAIT), found


def test_a_clock_is_found():
    assert clocks("import time\nstart = time.process_time()") == {"process_time"}
    assert clocks("from time import sleep\nsleep(1)") == {"sleep"}
    assert clocks("import time\ntime.strftime('%Y')") == set()
