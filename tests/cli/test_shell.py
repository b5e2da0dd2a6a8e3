"""What a shell sees: whatever happens, a sentence on stderr and an exit code."""

import subprocess
import sys

import pytest

from sheetcnn.cli import shell
from sheetcnn.errors import SpecError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell is needed")

COMMAND = f'"{sys.executable}" -m sheetcnn'


def in_shell(line, **options):
    """Run a line of a shell; return its exit code, stdout and stderr."""
    done = subprocess.run(  # noqa: S602 - ours
        line, shell=True, capture_output=True, text=True, encoding="utf-8", check=False, **options
    )
    return done.returncode, done.stdout, done.stderr


def raising(error):
    def run():
        raise error

    return run


@pytest.mark.parametrize(
    "error", [ValueError("no such thing"), RecursionError(), KeyError("x"), AssertionError()]
)
def test_what_nobody_has_thought_of_is_a_sentence(error, capsys, monkeypatch):
    monkeypatch.delenv("SHEETCNN_DEBUG", raising=False)
    assert shell.guarded(raising(error)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"sheetcnn: this is a fault of sheetcnn ({type(error).__name__}")
    assert err.count("\n") == 1
    assert "SHEETCNN_DEBUG=1" in err


def test_its_traceback_is_printed_for_those_who_ask(capsys, monkeypatch):
    monkeypatch.setenv("SHEETCNN_DEBUG", "1")
    assert shell.guarded(raising(ValueError("no such thing"))) == 2
    err = capsys.readouterr().err
    assert err.startswith("Traceback (most recent call last):")
    assert err.splitlines()[-1].startswith(
        "sheetcnn: this is a fault of sheetcnn (ValueError: no such thing)"
    )


def test_trouble_has_no_traceback_even_then(capsys, monkeypatch):
    monkeypatch.setenv("SHEETCNN_DEBUG", "1")
    assert shell.guarded(raising(SpecError("it does not fit"))) == 2
    assert capsys.readouterr().err == "sheetcnn: it does not fit.\n"


def test_too_little_memory_is_no_fault(capsys):
    assert shell.guarded(raising(MemoryError())) == 2
    assert "there is not enough memory for this" in capsys.readouterr().err


def test_codes_pass_through():
    assert [shell.guarded(lambda code=code: code) for code in (0, 1, 2)] == [0, 1, 2]
    assert shell.guarded(raising(SystemExit(0))) == 0


def test_a_fault_in_one_workbook_does_not_keep_the_others_waiting(tiny_file, capsys, monkeypatch):
    from sheetcnn.verifier import batch as many

    verified = many.verify

    def verify(path, *arguments, **options):
        if path.name == "a.xlsx":
            raise ValueError("no such thing")
        return verified(path, *arguments, **options)

    monkeypatch.setattr(many, "verify", verify)
    wrong, right = many.verify_each([tiny_file.with_name("a.xlsx"), tiny_file], None, None, [])
    assert "a.xlsx: this is a fault of sheetcnn (ValueError: no such thing)" in wrong.trouble
    assert right.report.ok


# Streams that are closed or full


@pytest.mark.parametrize("command", ["templates", "--help", "verify nothing.xlsx"])
def test_a_closed_standard_output(command):
    code, _, err = in_shell(f"{COMMAND} {command} >&-")
    assert (code, err.count("\n")) == (2, 1)
    assert "the standard output is closed" in err


def test_nothing_is_written_where_nothing_can_be_printed(tmp_path):
    code, _, _ = in_shell(f"{COMMAND} generate --template tiny >&-", cwd=tmp_path)
    assert code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("command", ["templates", "--help"])
def test_a_full_standard_output(command, unbuffered):
    code, _, err = in_shell(f"PYTHONUNBUFFERED={unbuffered} {COMMAND} {command} > /dev/full")
    assert (code, err) == (
        2,
        "sheetcnn: the standard output cannot be written (No space left on device): send it elsewhere.\n",
    )


@pytest.mark.parametrize("where", ["2>&-", "2>/dev/full"])
@pytest.mark.parametrize(("command", "code"), [("verify nothing.xlsx", 2), ("--version", 0)])
def test_a_standard_error_that_is_closed_or_full(where, command, code):
    assert in_shell(f"{COMMAND} {command} {where}")[0] == code


def test_an_output_is_not_mixed_with_what_goes_to_a_closed_standard_error(tmp_path):
    code, _, _ = in_shell(f"{COMMAND} generate --template tiny -o x.xlsx <&- 2>&-", cwd=tmp_path)
    assert code == 0
    assert in_shell(f"{COMMAND} verify x.xlsx", cwd=tmp_path)[0] == 0


def test_a_standard_input_that_is_closed(tmp_path):
    code, out, err = in_shell(f"{COMMAND} generate --csv - <&-", cwd=tmp_path)
    assert (code, out) == (2, "")
    assert err == "sheetcnn: the standard input is closed: name a CSV file.\n"


def test_a_reader_who_has_seen_enough_is_no_trouble():
    code, out, err = in_shell(f"({COMMAND} digits; echo $? >&2) | head -n 1")
    assert (code, out.count("\n"), err) == (0, 1, "0\n")
