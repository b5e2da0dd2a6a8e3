"""The command line as a user meets it: exit codes, one sentence of trouble, JSON, pipes, terminals."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from sheetcnn import __version__
from sheetcnn.cli.main import main
from sheetcnn.digits.digit import Digit
from sheetcnn.network.template_loader import load_template, template_names

TINY = ["--template", "tiny"]
ESCAPE = "\x1b"


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def trouble(capsys, *arguments):
    """Run a command that must fail; return its one sentence."""
    before = files()
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("sheetcnn: ")
    assert err.endswith(".\n")
    assert not err.endswith("..\n")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert files() == before
    return err


def files():
    """Every file below the working directory, and what it holds."""
    return {path: path.read_bytes() if path.is_file() else None for path in Path().rglob("*")}


def run(*arguments, **options):
    """Run the command in a process of its own."""
    options = {"capture_output": True, "text": True, "encoding": "utf-8", **options}
    return subprocess.run([sys.executable, "-m", "sheetcnn", *arguments], check=False, **options)  # noqa: S603 - ours


# Generate and verify


def test_generate_writes_a_7_of_mnist_to_outputs(capsys):
    assert main(["generate"]) == 0
    out, err = capsys.readouterr()
    assert re.fullmatch(
        r"outputs.digit-7\.xlsx: \d+,\d+ formulas\. It reads a 7, and is \d+\.\d % sure\.\n", out
    )
    assert err == ""
    assert list(files()) == [Path("outputs"), Path("outputs/digit-7.xlsx")]


def test_generate_takes_digit_sample_template_and_output(capsys):
    assert main(["generate", "--digit", "3", "--sample", "2", "-o", "three.xlsx"]) == 0
    assert "It reads a 3" in capsys.readouterr().out
    assert main(["generate", "--digit", "1", *TINY, "--output", "a/b/one.xlsx"]) == 0
    assert capsys.readouterr().out.startswith(f"{Path('a/b/one.xlsx')}: 101 formulas. It reads a 1")


def test_samples_differ():
    for sample in "12":
        main(["generate", "--sample", sample, "-o", f"{sample}.xlsx"])
    assert Path("1.xlsx").read_bytes() != Path("2.xlsx").read_bytes()


def test_force_replaces_a_file(capsys):
    Path("x.xlsx").write_bytes(b"old")
    assert main(["generate", *TINY, "-o", "x.xlsx", "--force"]) == 0
    assert openpyxl.load_workbook("x.xlsx").sheetnames == ["Network", "Model"]


def test_generate_prints_one_json_object(capsys):
    assert main(["generate", *TINY, "-o", "x.xlsx", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made == {
        "output": "x.xlsx",
        "template": "tiny",
        "formulas": 101,
        "prediction": {
            "digit": 7,
            "probability": pytest.approx(0.952574126822431664, abs=1e-15),
            "label": 7,
            "right": True,
        },
        "source": "template tiny, digit 7",
        "preprocessing": [],
    }


def test_verify_says_a_line_a_stage_and_then_the_verdict(tiny_file, capsys):
    assert main(["verify", str(tiny_file)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["stage", "kind", "formulas", "wrong", "largest", "error"]
    assert [line.split()[:4] for line in lines[1:9]] == [
        ["conv1", "conv", "32", "-"],
        ["relu1", "relu", "32", "-"],
        ["conv2", "conv", "8", "-"],
        ["relu2", "relu", "8", "-"],
        ["pool1", "maxpool", "2", "-"],
        ["dense1", "dense", "3", "-"],
        ["softmax", "softmax", "11", "-"],
        ["answer", "answer", "5", "-"],
    ]
    assert lines[-2] == "It reads a 7, and is 95.3 % sure."
    assert lines[-1].startswith("All 101 formulas are right, within ")


@pytest.fixture
def broken(tiny_file):
    """A workbook with one formula gone, its value left behind: pool1_1 is 9."""
    book = openpyxl.load_workbook(tiny_file)
    book["Network"]["BB5"] = 9
    book.save("broken.xlsx")
    return "broken.xlsx"


def test_verify_exits_with_1_and_names_the_cell(broken, capsys):
    assert main(["verify", broken]) == 1
    out, err = capsys.readouterr()
    assert "error: Network!BB5: a number where a formula belongs (its value is right today)" in out
    assert "expected =MAX(AX5:AY6)" in out
    assert err == ""


def test_verify_prints_one_json_object_as_documented(broken, capsys):
    assert main(["verify", broken, "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert list(report) == [
        *("schema", "workbook", "template", "ok", "formulas", "checked"),
        *("right", "wrong", "not_judged", "no_part_of_the_network", "how", "spelled_otherwise"),
        *("errors", "warnings", "max_abs_error", "prediction", "stages", "findings"),
    ]
    assert {key: report[key] for key in list(report)[:13]} == {
        "schema": 1,
        "workbook": "broken.xlsx",
        "template": "tiny",
        "ok": False,
        "formulas": 100,
        "checked": 100,
        "right": 100,
        "wrong": 0,
        "not_judged": 0,
        "no_part_of_the_network": 0,
        "how": {"text": 100, "samples": 0},
        "spelled_otherwise": [],
        "errors": 1,
    }
    assert list(report["prediction"]) == ["digit", "probability", "label", "right"]
    assert [list(stage) for stage in report["stages"]] == [
        ["name", "kind", "sheet", "formulas", "judged", "errors", "warnings", "max_abs_error"]
    ] * 8
    error = next(finding for finding in report["findings"] if finding["severity"] == "error")
    assert error == {
        "cell": "Network!BB5",
        "stage": "pool1",
        "region": "pool1_1",
        "severity": "error",
        "kind": "value-for-formula",
        "expected": "=MAX(AX5:AY6)",
        "found": "9",
        "message": "a number where a formula belongs (its value is right today)",
    }
    assert {finding["kind"] for finding in report["findings"]} == {"value-for-formula", "missing-value"}


def test_verify_of_a_clean_workbook_has_no_findings_in_json(mnist_file, capsys):
    assert main(["verify", str(mnist_file), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["ok"], report["formulas"], report["checked"], report["findings"]) == (True, 5343, 5343, [])
    assert report["prediction"]["digit"] == 7
    assert report["max_abs_error"] <= 1e-12


def test_an_empty_image_is_null_in_json(capsys):
    import numpy as np

    from sheetcnn.network.template_loader import load_template
    from sheetcnn.workbook.renderer import render_workbook

    Path("x.xlsx").write_bytes(
        render_workbook(load_template("tiny"), Digit(np.zeros((1, 6, 6)), None, "")).content
    )
    assert main(["verify", "x.xlsx", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["prediction"] == {
        "digit": None,
        "probability": pytest.approx(1 / 3),
        "label": None,
        "right": None,
    }
    assert main(["verify", "x.xlsx"]) == 0
    assert "There is nothing to read in the image.\n" in capsys.readouterr().out


# Digits and templates


def test_digits_shows_three_samples_of_each_digit(capsys):
    assert main(["digits"]) == 0
    out = capsys.readouterr().out
    assert len(out.splitlines()) > 30
    assert set("0123456789") <= set(out)


def test_templates_lists_each_with_its_shape_and_accuracy(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    assert main(["templates"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["template", "input", "weights", "formulas", "accuracy"]
    table = {line.split()[0]: line.split()[1:5] for line in lines[1 : lines.index("")]}
    assert table["mnist"][:3] == ["1×28×28", "2,934", "5,343"]
    assert float(table["mnist"][3].rstrip("%")) >= 97.4
    assert table["tiny"] == ["1×6×6", "60", "101", "by"]
    assert [line.strip() for line in lines[-2:]] == [
        "tiny              A tiny CNN tells 0, 1 and 7 apart by their strokes",
        "conv1 2×4×4, conv2 2×2×2, pool1 2×1×1, dense1 3",
    ]


def test_templates_as_json_has_every_stage(capsys):
    assert main(["templates", "--json"]) == 0
    listed = {template["template"]: template for template in json.loads(capsys.readouterr().out)}
    assert set(listed) == set(template_names())
    tiny = listed["tiny"]
    assert tiny["title"] == "A tiny CNN tells 0, 1 and 7 apart by their strokes"
    assert (tiny["input"], tiny["classes"]) == ([1, 6, 6], ["0", "1", "7"])
    assert tiny["stages"] == [
        {"stage": "conv1", "kind": "conv", "filters": 2, "kernel": 3, "stride": 1, "shape": [2, 4, 4]},
        {"stage": "relu1", "kind": "relu", "shape": [2, 4, 4]},
        {"stage": "conv2", "kind": "conv", "filters": 2, "kernel": 3, "stride": 1, "shape": [2, 2, 2]},
        {"stage": "relu2", "kind": "relu", "shape": [2, 2, 2]},
        {"stage": "pool1", "kind": "maxpool", "window": 2, "stride": 2, "shape": [2, 1, 1]},
        {"stage": "dense1", "kind": "dense", "outputs": 3, "shape": [3]},
        {"stage": "softmax", "kind": "softmax", "shape": [3]},
    ]
    # 18 + 36 + 6 weights; 32 + 32 + 8 + 8 + 2 values of maps, 3 scores, 11 cells of softmax, 5 of the answer.
    assert (tiny["parameters"], tiny["formulas"], tiny["accuracy"]) == (60, 101, None)
    assert listed["mnist"]["accuracy"] == load_template("mnist").training["accuracy"]
    assert listed["lenet"]["stages"][0]["bias"] is True


def test_the_version_is_that_of_the_package(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"sheetcnn {__version__}\n"


# Help


@pytest.mark.parametrize("command", ["", "generate", "verify", "digits", "templates", "train"])
def test_help_opens_with_examples(capsys, command):
    assert main([*command.split(), "--help"]) == 0
    out = capsys.readouterr().out
    opening = out.partition("\n\n")[2]  # behind the line of usage
    assert re.match(rf"examples?:\n  sheetcnn {command}", opening)


def test_examples_of_help_work(capsys):
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    examples = re.findall(r"^  sheetcnn (.*?)(?:   .*)?$", out, re.MULTILINE)
    assert len(examples) == 4
    for example in examples:
        assert main(example.split()) == 0, example


# Bad input


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["generate", "--digit", "12"], "there is no digit 12 in the gallery: choose 0 to 9"),
        (["generate", "--digit", "-1"], "there is no digit -1 in the gallery: choose 0 to 9"),
        (["generate", "--sample", "0"], "there is no sample 0 of digit 7 in the gallery: choose 1 to "),
        (["generate", "--sample", "99"], "there is no sample 99 of digit 7 in the gallery: choose 1 to "),
        (
            ["generate", "--digit", "seven"],
            "argument --digit: 'seven' is no digit, nor all; see sheetcnn generate --help",
        ),
        (["generate", "--digit", "5", *TINY], "template tiny has no picture of 5: choose one of 0, 1, 7"),
        (
            ["generate", "--sample", "2", *TINY],
            "template tiny has one picture of each digit: choose sample 1",
        ),
        (["generate", "--template", "nosuch"], "there is no template 'nosuch': choose one of "),
        (
            ["generate", "--template", "no.toml"],
            "there is no file no.toml: name a template, a .toml file",
        ),
        (["generate", "--colour"], "there is no option --colour; see sheetcnn generate --help"),
        (["generate", "-o", "."], ". is a folder: name a file in it, such as digit.xlsx"),
        (["verify", "none.xlsx"], "none.xlsx does not exist"),
        (["verify", "."], "the folder . holds no .xlsx workbook: name another, or a file"),
        (["verify"], "the following arguments are required: WORKBOOK; see sheetcnn verify --help"),
        (["train", "mnist"], "the following arguments are required: --mnist; see sheetcnn train --help"),
        (
            ["train", "mnist", "--mnist", "none"],
            "there is no folder none: name the one that holds the MNIST files",
        ),
        (["train", "mnist", "--mnist", "."], "there is no train-images-idx3-ubyte.gz in ., nor its unpacked"),
        (["train", "nosuch", "--mnist", "."], "there is no template 'nosuch': choose one of "),
        (["paint"], "there is no command 'paint'; see sheetcnn --help"),
    ],
    ids=" ".join,
)
def test_bad_input_is_one_sentence_and_leaves_nothing(capsys, arguments, sentence):
    assert sentence in trouble(capsys, *arguments)


def test_an_output_that_exists_is_kept(capsys):
    Path("x.xlsx").write_bytes(b"mine")
    assert trouble(capsys, "generate", *TINY, "-o", "x.xlsx") == (
        "sheetcnn: x.xlsx exists already: give --force to replace it, or -o for another name.\n"
    )


def test_an_output_below_a_file_cannot_be_written(capsys):
    Path("file").write_bytes(b"mine")
    for force in ([], ["--force"]):
        said = trouble(capsys, "generate", *TINY, "-o", "file/x.xlsx", *force)
        assert re.search(r"cannot be written \(.*\): choose another place with -o", said)


def test_an_output_with_too_long_a_name_cannot_be_written(capsys):
    assert "cannot be written" in trouble(capsys, "generate", *TINY, "-o", f"{'x' * 300}.xlsx")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_an_output_in_a_folder_that_is_not_ours_cannot_be_written(capsys):
    Path("locked").mkdir(mode=0o500)
    said = trouble(capsys, "generate", *TINY, "-o", "locked/x.xlsx")
    assert "cannot be written (Permission denied)" in said


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b"<html></html>",
        bytes(5000),
    ],
)
@pytest.mark.parametrize("option", [[], ["--json"]])
def test_a_file_that_is_no_workbook_is_refused(capsys, content, option):
    Path("x.xlsx").write_bytes(content)
    assert "x.xlsx" in trouble(capsys, "verify", "x.xlsx", *option)


def test_a_workbook_of_something_else_is_refused(capsys):
    openpyxl.Workbook().save("x.xlsx")
    assert "x.xlsx does not say which network it holds" in trouble(capsys, "verify", "x.xlsx")


def test_a_workbook_cut_short_is_refused(capsys, tiny_file):
    content = tiny_file.read_bytes()
    for share in (0.1, 0.5, 0.99):
        Path("x.xlsx").write_bytes(content[: int(share * len(content))])
        trouble(capsys, "verify", "x.xlsx")


def test_damaged_mnist_files_are_refused(capsys):
    for stem in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        Path(f"{stem}-ubyte.gz").write_bytes(b"\x1f\x8b and then nothing of use")
    assert "train-images-idx3-ubyte.gz is a damaged gzip file" in trouble(
        capsys, "train", "mnist", "--mnist", "."
    )


def test_damaged_weights_are_refused(capsys):
    Path("mine.toml").write_text(
        'weights = "mine.npz"\n' + toml("mnist").partition("\nweights")[0].strip() + rest()
    )
    Path("mine.npz").write_bytes(b"PK\x03\x04 and then nothing of use")
    assert "the weights file mine.npz is damaged" in trouble(capsys, "generate", "--template", "mine.toml")


def toml(name):
    from sheetcnn.network.template_loader import load_template

    return load_template(name).path.read_text(encoding="utf-8")


def rest():
    text = toml("mnist")
    return "\n" + text[text.index("[input]") :]


def test_an_interruption_is_no_traceback(capsys, monkeypatch):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("sheetcnn.generator.generate", interrupted)
    assert main(["generate"]) == 130
    assert capsys.readouterr() == ("", "sheetcnn: stopped.\n")


# Processes, pipes and terminals


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--version"], 0), (["generate", "--digit", "12"], 2), (["verify", "none.xlsx"], 2)],
)
def test_the_process_exits_with_the_code(arguments, code):
    done = run(*arguments)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert bool(done.stdout) == (code == 0)


def test_the_process_exits_with_1_where_something_is_wrong(broken):
    done = run("verify", broken)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize("command", ["digits", "templates"])
def test_a_pipe_closed_early_is_no_trouble(command):
    with subprocess.Popen(  # noqa: S603 - ours
        [sys.executable, "-u", "-m", "sheetcnn", command], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.parametrize("command", ["digits", "templates", "generate", "verify"])
def test_a_pipe_gets_plain_text(command, tiny_file):
    arguments = {"generate": [*TINY, "-o", "x.xlsx"], "verify": [str(tiny_file)]}.get(command, [])
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    done = run(command, *arguments, env=environment)
    assert ESCAPE not in done.stdout + done.stderr
    assert "\r" not in done.stdout


@pytest.mark.parametrize("command", ["digits", "templates"])
def test_a_terminal_that_asks_for_no_colour_gets_none(command):
    pty = pytest.importorskip("pty")
    reader, writer = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "NO_COLOR": "1"}
    with subprocess.Popen(  # noqa: S603 - ours
        [sys.executable, "-m", "sheetcnn", command], stdout=writer, env=environment
    ) as process:
        os.close(writer)
        shown = b"".join(read_to_the_end(reader))
    os.close(reader)
    assert process.returncode == 0
    assert shown
    assert not re.search(rb"\x1b\[[\d;]*\b(3|4|9|10)[0-8]\b[\d;]*m", shown)


def read_to_the_end(terminal):
    """Yield what a program writes to a terminal."""
    while True:
        try:
            yield os.read(terminal, 65536)
        except OSError:  # the program has closed its end
            return


@pytest.mark.parametrize("name", ["a\x1b[31mb.xlsx", "a\x07\x9bb\nc.xlsx", "a\u202eb.xlsx"])
def test_control_characters_of_a_file_name_reach_no_terminal(capsys, name):
    hostile = set(name) - set("ab[31m.xlsx c")
    commands = [
        (["generate", *TINY, "-o", name], 0),
        (["generate", *TINY, "-o", name], 2),
        (["verify", name], 0),
        (["verify", name, name], 0),
        (["verify", name, "--json"], 0),
        (["verify", f"no{name}"], 2),
        (["generate", "--template", name], 2),
        (["train", "mnist", "--mnist", name], 2),
    ]
    for arguments, code in commands:
        assert main(arguments) == code
        out, err = capsys.readouterr()
        allowed = {"\n"}
        assert not (hostile - allowed) & set(out + err), arguments
        assert err.count("\n") <= 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every file name is Unicode")
def test_a_file_name_that_is_no_unicode_can_be_used():
    name = b"\xff.xlsx"
    for command in (["generate", *TINY, "-o", name], ["verify", name], ["verify", name, "--json"]):
        done = run(*command)
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", ["digits", "templates", "--help"])
def test_a_terminal_that_speaks_ascii_only_is_no_trouble(command):
    done = run(command, env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert (done.returncode, done.stderr) == (0, "")
