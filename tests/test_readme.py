"""The commands of README and docs are run and their outputs compared; their formulas stand in the workbook."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from homes import REPOSITORY

from sheetcnn.cli.main import main
from sheetcnn.excel.reader import read_workbook

ROOT = REPOSITORY
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
PUBLISHED = ROOT.parent / "shared" / "reference" / "conv-example-2017.xlsx"
MAKE_RUN = ["sheetcnn generate", "sheetcnn verify outputs/digit-7.xlsx"]
STRANGERS_READ = [*PAGES, *(ROOT / f"{name}.md" for name in ("CONTRIBUTING", "CHANGELOG", "SECURITY"))]


def text_of(page):
    return page.read_text(encoding="utf-8")


def sessions(page):
    """Each command of a page with the output that it shows there."""
    blocks = re.findall(r"^```console\n(.*?)^```", text_of(page), re.MULTILINE | re.DOTALL)
    return [
        (command, output)
        for block in blocks
        for command, output in re.findall(r"^\$ (.+)\n((?:[^$].*\n|\n)*)", block, re.M)
    ]


@pytest.mark.parametrize(
    ("page", "command", "shown"),
    [
        pytest.param(page, command, shown, id=f"{page.name}-{command[:30]}")
        for page in PAGES
        for command, shown in sessions(page)
        if shown
    ],
)
def test_commands_print_what_the_page_shows(page, command, shown, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    if PUBLISHED.name in command:
        if not PUBLISHED.exists():
            pytest.skip("the published workbook is no part of the repository, and is not beside it")
        shutil.copy(PUBLISHED, tmp_path)
    if "three.xlsx" in command and "generate" not in command:
        main(shlex.split("generate --digit 3 --sample 2 -o three.xlsx"))
    capsys.readouterr()
    for line in MAKE_RUN if command == "make run" else [command]:
        program, *arguments = shlex.split(line)
        assert program == "sheetcnn"
        assert main(arguments) == (1 if PUBLISHED.name in command else 0)
    out = capsys.readouterr().out + (last_of_make_run() if command == "make run" else "")
    assert stripped(out) == stripped(shown)


def last_of_make_run():
    """What make itself says at the end: test_makefile.py runs it."""
    (line,) = re.findall(r'@echo "(Next: .*)"', text_of(ROOT / "Makefile"))
    return "\n" + line.replace("$(WORKBOOK)", "outputs/digit-7.xlsx").replace("$(BIN)", ".venv/bin")


def stripped(text: str) -> list[str]:
    """The lines without trailing blanks; how small an error is depends on the machine's BLAS."""
    text = re.sub(r" *\b\d\.\de-\d\d\b", " (tiny)", text)
    text = re.sub(r"(0\.\d{12})\d+", r"\1", text)
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def test_the_readme_opens_with_make_run_and_make_test_and_says_where_sheetcnn_is():
    commands = [command for command, _ in sessions(README)]
    assert commands[:3] == ["make run", "make test", "source .venv/bin/activate"]
    before, _, _ = text_of(README).partition("$ sheetcnn")
    for place in (".venv/bin/sheetcnn", r".venv\Scripts\sheetcnn", r".venv\Scripts\activate"):
        assert place in before


def test_the_readme_is_short():
    assert len(README.read_bytes()) < 9700  # half of what it was


def test_formulas_on_the_pages_stand_in_the_workbook(full_file):
    written = set(read_workbook(full_file).sheets["Network"].formulas.values())
    quoted = {text for page in PAGES for text in re.findall(r"`=([^`]+)`", text_of(page)) if "…" not in text}
    assert len(quoted) >= 3
    assert quoted <= written


@pytest.mark.parametrize("page", STRANGERS_READ, ids=lambda page: page.name)
def test_pictures_and_links_exist(page):
    for target, _, anchor in re.findall(r"\]\((?!http)([^)#]*)(#?)([^)]*)\)", text_of(page)):
        linked = page.parent / target if target else page
        assert linked.exists(), target
        if anchor:
            heads = re.findall(r"^#+ (.+)$", text_of(linked), re.MULTILINE)
            assert anchor in [re.sub(r"[^\w -]", "", head).lower().replace(" ", "-") for head in heads]


def test_every_page_and_picture_of_docs_is_linked_and_in_the_source_distribution():
    everything = "".join(map(text_of, PAGES))
    for path in (ROOT / "docs").iterdir():
        assert path.name in everything, path.name
    (included,) = re.findall(
        r"tool\.hatch\.build\.targets\.sdist\]\ninclude = (\[.*\])", text_of(ROOT / "pyproject.toml")
    )
    assert {"docs", "README.md", "SECURITY.md", "templates", "Makefile"} <= set(
        re.findall(r'"([^"]+)"', included)
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_python_of_a_page_runs(page, tmp_path):
    for code in re.findall(r"^```python\n(.*?)^```", text_of(page), re.MULTILINE | re.DOTALL):
        if "model." not in code:  # a network of the reader's own
            subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True)  # noqa: S603 - ours


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_options_that_a_page_names_exist(page, capsys):
    """In running text and in indented lines, too: each is parsed, with every option that follows it."""
    named = re.findall(
        r"sheetcnn ([a-z][a-z-]*)((?: (?!\|)[^`\n|]*)?)",
        re.sub(r"^```.*?^```", "", text_of(page), flags=re.M | re.S),
    )
    for command, rest in named:
        if f"`sheetcnn {command}" not in text_of(page) and f"    sheetcnn {command}" not in text_of(page):
            continue
        assert main([command, "--help"]) == 0
        shown = capsys.readouterr().out
        for option in re.findall(r"--[a-z-]+", rest):
            assert option in shown, (command, option)


def test_every_extra_that_is_named_anywhere_exists():
    """`pip install '.[ironcalc]'` is said only of what pyproject.toml has."""
    project = text_of(ROOT / "pyproject.toml")
    known = set(
        re.findall(
            r"^(\w+) = ", project.partition("[project.optional-dependencies]")[2].partition("\n[")[0], re.M
        )
    )
    assert known == {"ironcalc"}
    code = [*(ROOT / "sheetcnn").rglob("*.py"), ROOT / "Makefile", *(ROOT / "tests").rglob("*.py")]
    for path in [*STRANGERS_READ, *code]:
        if path != Path(__file__):
            for extra in re.findall(r"(?:pip install|sheetcnn)[^\n]{0,20}\[([a-z,]+)\]['\"`]", text_of(path)):
                assert set(extra.split(",")) <= known, path
