"""The README's commands are run and its outputs compared; its formulas stand in the workbook."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from sheetcnn.cli import main
from sheetcnn.excel.read import read_workbook

README = Path(__file__).parent.parent / "README.md"
TEXT = README.read_text(encoding="utf-8")
PUBLISHED = README.parents[1] / "shared" / "reference" / "conv-example-2017.xlsx"
MAKE_RUN = ["sheetcnn generate --force", "sheetcnn verify outputs/digit-7.xlsx"]


def sessions() -> list[tuple[str, str]]:
    """Each command of the README with the output that it shows there."""
    blocks = re.findall(r"^```console\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    return [
        (command, output)
        for block in blocks
        for command, output in re.findall(r"^\$ (.+)\n((?:[^$].*\n|\n)*)", block, re.M)
    ]


@pytest.mark.parametrize(
    ("command", "shown"),
    [entry for entry in sessions() if entry[1] and entry[0] != "make test"],
    ids=lambda text: text[:30],
)
def test_commands_print_what_the_readme_shows(command, shown, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    if PUBLISHED.name in command:
        if not PUBLISHED.exists():
            pytest.skip("the published workbook is no part of the repository, and is not beside it")
        shutil.copy(PUBLISHED, tmp_path)
    main(shlex.split("generate --digit 3 --sample 2 -o three.xlsx --force"))
    capsys.readouterr()
    Path("three.xlsx").unlink() if "generate" in command else None
    for line in MAKE_RUN if command == "make run" else [command]:
        program, *arguments = shlex.split(line)
        assert program == "sheetcnn"
        assert main(arguments) == (1 if PUBLISHED.name in command else 0)
    assert stripped(capsys.readouterr().out) == stripped(shown)


def stripped(text: str) -> list[str]:
    """The lines without trailing blanks; how small an error is depends on the machine's BLAS."""
    text = re.sub(r" *\b\d\.\de-\d\d\b", " (tiny)", text)
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def test_the_readme_opens_with_make_run_and_make_test():
    assert [command for command, _ in sessions()][:2] == ["make run", "make test"]


def test_formulas_in_the_readme_stand_in_the_workbook(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    main(["generate", "-o", "digit.xlsx"])
    written = set(read_workbook(Path("digit.xlsx")).sheets["Network"].formulas.values())
    quoted = [text for text in re.findall(r"`=([^`]+)`", TEXT) if "…" not in text]
    assert len(quoted) >= 4
    assert set(quoted) <= written


def test_pictures_and_links_of_the_readme_exist():
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", TEXT):
        assert (README.parent / target).exists(), target
