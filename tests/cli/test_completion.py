"""Completion: each script is valid, and in a real shell a word that was begun becomes what it should."""

import shutil
import subprocess

import pytest

from sheetcnn.cli.main import main
from sheetcnn.network.template_loader import template_names

SHELLS = ["bash", "zsh", "fish"]
COMPLETED = [
    ("sheetcnn gen", ["generate"]),
    ("sheetcnn verify --eng", ["--engine"]),
    ("sheetcnn verify --engine i", ["ironcalc"]),
    ("sheetcnn verify three.x", ["three.xlsx"]),
    ("sheetcnn generate --csv three", ["three.csv", "three.xlsx"]),
    ("sheetcnn generate --template fastai-", ["fastai-published"]),
    ("sheetcnn generate --template my", ["my.toml"]),
    ("sheetcnn generate --split tr", ["train"]),
    ("sheetcnn train mnist --mnist fold", ["folder"]),
]


@pytest.fixture
def script(tmp_path, capsys):
    """Write the script of a shell; return where it is."""

    def written(shell):
        assert main(["--completion", shell]) == 0
        path = tmp_path / f"script.{shell}"
        path.write_text(capsys.readouterr().out)
        return path

    return written


@pytest.fixture
def folder(tmp_path):
    """A folder with files to complete."""
    place = tmp_path / "place"
    (place / "folder").mkdir(parents=True)
    for name in ("three.xlsx", "three.csv", "my.toml"):
        (place / name).touch()
    return place


def run(shell, *arguments, **options):
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell}")
    done = subprocess.run(  # noqa: S603 - ours
        [shutil.which(shell), *arguments], capture_output=True, text=True, check=False, **options
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("shell", SHELLS)
def test_each_script_is_valid(shell, script):
    assert run(shell, "-n", str(script(shell))) == ""


@pytest.mark.parametrize("shell", SHELLS)
def test_each_script_knows_every_command_and_template(shell, script):
    text = script(shell).read_text()
    commands = ("generate", "verify", "explain", "set-digit", "render", "digits", "templates", "train")
    for word in (*commands, *template_names(), "libreoffice", "ironcalc"):
        assert word in text, word


def test_bash_completes(script, folder):
    program = f"source {script('bash')}\n" + "".join(
        f"COMP_WORDS=({line}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); COMPREPLY=(); _shtab_sheetcnn\n"
        'echo "${COMPREPLY[@]}"\n'
        for line, _ in COMPLETED
    )
    answers = run("bash", "--norc", "-c", program, cwd=folder).splitlines()
    assert [sorted(answer.split()) for answer in answers] == [wanted for _, wanted in COMPLETED]


def test_fish_completes(script, folder):
    program = f"source {script('fish')}\n" + "".join(
        f'complete -C "{line}" | string split -f1 \\t; echo ====\n' for line, _ in COMPLETED
    )
    answers = run("fish", "--no-config", "-c", program, cwd=folder).split("====\n")[:-1]
    cleaned = [sorted(word.rstrip("/") for word in answer.split()) for answer in answers]
    assert cleaned == [wanted for _, wanted in COMPLETED]
