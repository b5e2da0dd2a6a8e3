"""What a stranger types instead: no command, a command that is none, an option, a name. One sentence helps on."""

import json
import re
import sys

import openpyxl
import pytest

from sheetcnn.cli.main import main
from sheetcnn.errors import SpecError, did_you_mean
from sheetcnn.network.template_loader import load_template


def said(capsys, *arguments):
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err.removeprefix("sheetcnn: ").rstrip()


def help_of(capsys, *arguments):
    assert main(arguments) == 0
    return capsys.readouterr().out


def test_without_arguments_the_help_is_shown(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["sheetcnn"])
    shown = [help_of(capsys, "--help")]
    for arguments in ([], None):
        assert main(arguments) == 0  # as pip, cargo and docker do: nothing was asked that could fail
        shown.append(capsys.readouterr().out)
    assert shown[0] == shown[1] == shown[2]
    assert shown[0].startswith("usage: sheetcnn COMMAND")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("verifz x.xlsx", "there is no command 'verifz' (did you mean verify?); see sheetcnn --help."),
        ("Verify x.xlsx", "there is no command 'Verify' (did you mean verify?); see sheetcnn --help."),
        ("gen", "there is no command 'gen' (did you mean generate?); see sheetcnn --help."),
        ("setdigit x.xlsx", "there is no command 'setdigit' (did you mean set-digit?); see sheetcnn --help."),
        ("template", "there is no command 'template' (did you mean templates?); see sheetcnn --help."),
        ("xyz", "there is no command 'xyz'; see sheetcnn --help."),
        (
            "mine.xlsx",
            "name a command before the file, such as sheetcnn verify mine.xlsx; see sheetcnn --help.",
        ),
        (
            "--digit 3",
            "name a command before --digit, such as sheetcnn generate --digit; see sheetcnn --help.",
        ),
        ("-v", "there is no option -v; see sheetcnn --help."),
        ("help", "there is no command 'help' (did you mean --help?); see sheetcnn --help."),
        ("version", "there is no command 'version' (did you mean --version?); see sheetcnn --help."),
        ("generate -d 3", "there is no option -d; see sheetcnn generate --help."),
        ("--versoin", "there is no option --versoin (did you mean --version?); see sheetcnn --help."),
        (
            "generate --smaple 2",
            "there is no option --smaple (did you mean --sample?); see sheetcnn generate --help.",
        ),
        (
            "verify x.xlsx --tmplate=tiny",
            "there is no option --tmplate=tiny (did you mean --template?); see sheetcnn verify --help.",
        ),
        ("generate 3", "'3' is one argument too many; see sheetcnn generate --help."),
        (
            "generate --split tset",
            "argument --split: 'tset' is none of its values (did you mean test?): choose one of test, train; "
            "see sheetcnn generate --help.",
        ),
        (
            "--completion fsh",
            "argument --completion: 'fsh' is none of its values (did you mean fish?): choose one of bash, zsh, fish; "
            "see sheetcnn --help.",
        ),
        (
            "generate --sample two",
            "argument --sample: 'two' is no whole number; see sheetcnn generate --help.",
        ),
    ],
)
def test_a_typo_gets_what_was_meant(capsys, arguments, sentence):
    assert said(capsys, *arguments.split()) == sentence


def test_names_of_templates_engines_sheets_and_regions_are_found_too(
    capsys, tiny_file, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    file = str(tiny_file)
    for arguments, meant in (
        (["generate", "--template", "minst"], "there is no template 'minst' (did you mean mnist?): "),
        (["generate", "--template", "MNIST"], "there is no template 'MNIST' (did you mean mnist?): "),
        (["train", "lennet", "--mnist", "."], "there is no template 'lennet' (did you mean lenet?): "),
        (
            ["verify", file, "--engine", "libre-office"],
            "'libre-office' is no engine (did you mean libreoffice?): ",
        ),
        (["explain", file, "Ntwork!A1"], f"{file} has no sheet Ntwork (did you mean Network?): "),
        (["explain", file, "answr"], "'answr' is no cell (did you mean answer?): "),
        (["explain", file, "prob"], "'prob' is no cell (did you mean probabilities?): "),
    ):
        assert said(capsys, *arguments).startswith(meant)
    openpyxl.Workbook().save("plain.xlsx")
    meant = "plain.xlsx has no sheet Shet (did you mean Sheet?): "
    assert said(
        capsys, "verify", "plain.xlsx", "--template", "fastai-published", "--sheet", "Shet"
    ).startswith(meant)


def test_a_stage_of_a_template_is_found_too(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'title = "mine"\ninput = { channels = 1, height = 6, width = 6 }\nstages = [{ kind = "maxpol" }]\n'
    )
    with pytest.raises(SpecError, match=r"there is no stage of kind 'maxpol' \(did you mean maxpool\?\): "):
        load_template(str(path))


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("minst", "mnist"),
        ("m", ""),
        ("", ""),
        ("zzz", ""),
        ("tin", "tiny"),
        ("TINY", "tiny"),
        ("x" * 10**6, ""),
    ],
    ids=lambda text: text[:10],
)
def test_a_word_far_from_all_gets_no_suggestion(word, meant):
    assert did_you_mean(word, ["mnist", "tiny"]) == (f" (did you mean {meant}?)" if meant else "")


def test_what_is_suggested_obeys_no_terminal(capsys):
    assert did_you_mean("Netwrk", ["Network\x1b[2J"]) == " (did you mean Network\\x1b[2J?)"


COMMANDS = ["", "generate", "verify", "explain", "set-digit", "render", "digits", "templates", "train"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", ""],
        ["explain", "", "A1"],
        ["set-digit", ""],
        ["generate", "-o", ""],
        ["generate", "--image", ""],
    ],
    ids=" ".join,
)
def test_an_empty_name_is_not_this_folder(arguments, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    openpyxl.Workbook().save("mine.xlsx")
    assert "the name is empty; see sheetcnn" in said(capsys, *arguments)


def test_a_narrow_terminal_cuts_no_number(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    assert main(["templates"]) == 0
    out = capsys.readouterr().out
    assert "lenet             1×28×28   44,426" in out
    assert "…" not in out


@pytest.mark.parametrize("command", COMMANDS)
def test_help_fits_a_terminal_of_80_columns(command, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, help_of(capsys, *command.split(), "--help").splitlines())) <= 80


def explained(text):
    """Each option and argument of a help text, and what is said of it."""
    entries = re.findall(r"^  (-[^ ].*?|[A-Z]+)(?:  +|\n {20,})(.+(?:\n {20,}.+)*)", text, re.MULTILINE)
    return {name: " ".join(words.split()) for name, words in entries}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_and_argument_is_explained(command, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    text = help_of(capsys, *command.split(), "--help")
    usage = re.findall(r"(?<!\w)-[a-z-]+|[A-Z]{3,}", text.partition("example")[0])
    names = {word for name in explained(text) for word in re.split(r"[ ,|]+", name)}
    assert set(usage) - {"COMMAND"} <= names


def test_defaults_are_named(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    for command, options in {
        "generate": ["--sample N", "--split {test,train}", "--template NAME|FILE", "-o FILE, --output FILE"],
        "verify": ["--template NAME|FILE", "--sheet NAME"],
        "explain": ["--template NAME|FILE", "--sheet NAME"],
        "set-digit": ["--sample N", "--split {test,train}", "--template NAME|FILE", "-o OUT, --output OUT"],
        "render": ["-o DIR, --output DIR"],
    }.items():
        told = explained(help_of(capsys, command, "--help"))
        for option in options:
            assert "(default: " in told[option], (command, option)


def test_json_says_where_a_digit_is_from_and_what_was_done_to_it(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    from sheetcnn.digits.gallery import digit

    rows = (255 * digit(3, 1).pixels[0]).round().astype(int).tolist()
    (tmp_path / "three.csv").write_text("\n".join(",".join(map(str, row)) for row in rows))
    source = ["--csv", "three.csv", "--label", "4", "--json"]
    for command in (["generate", "-o", "three.xlsx"], ["set-digit", "three.xlsx"]):
        assert main([*command, *source]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["source"] == "three.csv"
        assert told["preprocessing"] == ["28 × 28 numbers from 0 to 255", "divided by 255"]
        assert (told["prediction"]["label"], told["prediction"]["right"]) == (4, False)


def test_json_of_all_digits_says_whether_each_is_right(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["generate", "--digit", "all", "--template", "tiny", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [made["prediction"]["label"] for made in told] == [0, 1, 7]
    assert [made["prediction"]["right"] for made in told] == [True] * 3
    assert [made["source"] for made in told] == [f"template tiny, digit {digit}" for digit in (0, 1, 7)]
