"""`make run` as a stranger meets it: which Python, which environment, what it leaves alone, what comes next."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from homes import REPOSITORY

ROOT = REPOSITORY
MAKE = shutil.which("make")
WORKBOOK = Path("outputs", "digit-7.xlsx")
pytestmark = pytest.mark.skipif(MAKE is None or os.name == "nt", reason="there is no make, or no sh")


@pytest.fixture
def checkout(tmp_path):
    """A folder with a blank in its name, whose environment is this one; tiny stands for the default network."""
    folder = tmp_path / "a folder"
    (folder / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "pyproject.toml").touch()
    stub(folder / ".venv/bin/python", f'exec "{sys.executable}" "$@"')
    stub(
        folder / ".venv/bin/sheetcnn",
        f'test "$1" = generate && set -- "$@" --template tiny\nexec "{sys.executable}" -m sheetcnn "$@"',
    )
    (folder / ".venv/.ready").write_text(f"{folder}\n")
    return folder


def stub(path, script):
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def make(folder, *arguments):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(  # noqa: S603 - ours
        [MAKE, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_first_run_writes_and_verifies_and_names_the_next_command(checkout):
    done = make(checkout, "run")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("outputs/digit-7.xlsx: 101 formulas. It reads a 7")
    assert lines[-3].startswith("All 101 formulas are right")
    assert lines[-1] == (
        "Next: open outputs/digit-7.xlsx in Excel or LibreOffice, or type .venv/bin/sheetcnn --help"
    )


def test_a_workbook_that_was_changed_is_kept_and_one_that_was_not_is_no_news(checkout):
    make(checkout, "run")
    written = (checkout / WORKBOOK).read_bytes()
    assert "outputs/digit-7.xlsx is there already, unchanged.\n" in make(checkout, "run").stdout
    assert (checkout / WORKBOOK).read_bytes() == written

    from openpyxl import load_workbook

    book = load_workbook(checkout / WORKBOOK)
    book["Network"]["B30"] = "a learner's note"
    book.save(checkout / WORKBOOK)
    changed = (checkout / WORKBOOK).read_bytes()
    done = make(checkout, "run")
    assert (checkout / WORKBOOK).read_bytes() == changed
    assert done.stdout.startswith(
        "outputs/digit-7.xlsx is kept: you have changed it, or another version wrote it.\n"
        "For a new one: .venv/bin/sheetcnn generate --force\n"
    )
    assert "stage      kind" in done.stdout  # it is verified as it is


def test_make_clean_leaves_what_learners_made(checkout):
    (checkout / "outputs").mkdir()
    (checkout / WORKBOOK).write_bytes(b"mine")
    assert make(checkout, "clean").returncode == 0
    assert (checkout / WORKBOOK).read_bytes() == b"mine"
    assert not (checkout / ".venv").exists()


OLD = 'echo "Python 3.9.18"'  # what it says to everything


@pytest.mark.parametrize(
    ("python", "sentence"),
    [
        (
            "./old",
            "sheetcnn needs Python 3.10 or newer, and ./old is Python 3.9.18: name a newer one, such as: ",
        ),
        (
            "nowhere",
            "sheetcnn needs Python 3.10 or newer, and there is no nowhere: install one from python.org, ",
        ),
    ],
)
def test_an_old_python_is_one_sentence_and_leaves_no_environment(checkout, python, sentence):
    shutil.rmtree(checkout / ".venv")
    stub(checkout / "old", OLD)
    done = make(checkout, "run", f"PYTHON={python}")
    assert done.returncode != 0
    first, *others = done.stderr.splitlines()
    assert first.startswith(sentence)
    assert first.endswith("make run PYTHON=python3.12")
    assert [line for line in others if not line.startswith("make: ***")] == []
    assert not (checkout / ".venv").exists()


def test_a_python_that_is_really_old_says_its_version(checkout):
    """The question is put to the interpreter in words that Python 2 understands, too."""
    question = subprocess.run(  # noqa: S603 - ours
        [MAKE, "-pn", "help"], cwd=checkout, capture_output=True, text=True, check=False
    ).stdout
    (code,) = [
        line.removeprefix("VERSION := ") for line in question.splitlines() if line.startswith("VERSION :=")
    ]
    pretended = code.replace("import sys; ", "import sys; sys.version_info = (3, 9, 18, 'final', 0); ")
    for text, answer in ((code, "new"), (pretended, "Python 3.9.18")):
        done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)  # noqa: S603 - ours
        assert done.stdout.strip() == answer


@pytest.mark.parametrize("fault", ["never finished", "of another folder", "its Python is gone"])
def test_an_environment_that_is_broken_is_made_anew(checkout, fault):
    assert "venv --clear" not in make(checkout, "-n", "run").stdout
    match fault:
        case "never finished":
            (checkout / ".venv/.ready").unlink()
        case "of another folder":
            (checkout / ".venv/.ready").write_text("/elsewhere\n")
        case _:
            (checkout / ".venv/bin/python").unlink()
            (checkout / ".venv/bin/python").symlink_to("gone")
    assert "venv --clear .venv" in make(checkout, "-n", "run").stdout


def test_help_lists_every_target(checkout):
    listed = [line.split()[0] for line in make(checkout).stdout.splitlines()[1:]]
    (phony,) = [
        line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith(".PHONY: help")
    ]
    assert listed == phony.split()[1:]


def test_on_windows_programs_are_in_scripts(checkout):
    assert ".venv/Scripts/python -m pip" in make(checkout, "-n", "run", "OS=Windows_NT").stdout
