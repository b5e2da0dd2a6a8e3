"""Digits as numbers: what is taken, and what is refused with one sentence."""

from __future__ import annotations

import io

import numpy as np
import pytest

from sheetcnn.digits import load
from sheetcnn.errors import SpecError


def cross(full=1.0):
    """A plus sign in the middle of the paper."""
    pixels = np.zeros((28, 28))
    pixels[14, 8:20] = pixels[8:20, 14] = full
    return pixels


def lines(values, delimiter=",", show="{:g}"):
    return "\n".join(delimiter.join(show.format(value) for value in row) for row in values)


@pytest.fixture
def write(tmp_path):
    def written(content, name="x.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(("full", "scale"), [(1.0, "from 0 to 1"), (255.0, "from 0 to 255, divided by 255")])
def test_28_lines_of_28_numbers_are_a_digit(write, delimiter, full, scale):
    digit = load(write(lines(cross(full), delimiter)))
    np.testing.assert_array_equal(digit.pixels, cross())
    assert digit.account == f"28 × 28 numbers {scale}"
    assert digit.label is None


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + lines(cross()).encode(),  # as Excel saves "CSV UTF-8"
        lines(cross(), "\t").encode("utf-16"),  # as Excel saves "Unicode text"
        lines(cross()).replace("\n", "\r\n").encode() + b"\r\n\r\n",
        "\n".join(line + "," for line in lines(cross()).split("\n")).encode(),
        lines(cross(), ";", "{:.1f}").replace(".", ",").encode(),  # where a comma is the point
        lines(cross(), ",", '"{:g}"').encode(),
    ],
)
def test_what_programs_make_of_csv_is_read(write, content):
    np.testing.assert_array_equal(load(write(content)).pixels, cross())


def test_the_standard_input_is_a_dash(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines(cross()).encode())))
    assert load("-", label=4).label == 4


def test_a_standard_input_that_is_closed_is_named(monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(SpecError, match="the standard input is closed: name a CSV file"):
        load("-")


def with_cell(text):
    return lines(cross()).replace("0", text, 1)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "holds no numbers: a digit is 28 lines of 28 numbers"),
        (lines(cross()[:27]), "holds 27 × 28 numbers"),
        (lines(cross()[:, :20]), "holds 28 × 20 numbers"),
        (lines(cross()) + ",5", "holds 28 × 28 to 29 numbers"),
        (with_cell("ink"), "holds 'ink' in row 1, column 1, where a number belongs"),
        (with_cell(""), "holds nothing in row 1, column 1, where a number belongs"),
        (with_cell("1_0"), "holds '1_0' in row 1, column 1"),
        (with_cell("nan"), "holds a number that is not finite in row 1, column 1"),
        (with_cell("inf"), "holds a number that is not finite in row 1, column 1"),
        (with_cell("-0.5"), "holds -0.5 in row 1, column 1: ink is a number from 0 to 1, or from 0 to 255"),
        (with_cell("1e300"), r"holds 1e\+300 in row 1, column 1"),
        (with_cell("256"), "holds 256 in row 1, column 1"),
        (with_cell("\x1b[31m"), r"holds '.*31m' in row 1"),
        (lines(np.zeros((28, 28))), "holds no ink, as all of its numbers are 0"),
        (lines(np.ones((28, 28))), "holds no ink, as all of its numbers are 1"),
        (b"\x89PNG\r\n\x1a\n\xff\xff", "is no text file"),
        (b"1," * 600_000, "is larger than 1,000,000 bytes"),
        ('"' + lines(cross()), "is no CSV file"),
    ],
)
def test_anything_else_is_refused_in_one_sentence(write, content, message):
    with pytest.raises(SpecError, match=message) as caught:
        load(write(content))
    assert "\x1b" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SpecError, match=r"none\.csv cannot be read \(No such file"):
        load(tmp_path / "none.csv")


# Arrays


@pytest.mark.parametrize("dtype", [float, np.float32, int, bool])
def test_an_array_is_a_source_too(dtype):
    np.testing.assert_array_equal(load(cross().astype(dtype)).pixels, cross())


def test_bytes_are_divided_by_255():
    digit = load((cross() * 51).astype(np.uint8), label=7)
    assert digit.pixels.max() == 0.2
    assert (digit.label, digit.source) == (7, "an array")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.zeros((1, 28, 28)), "an array holds 1 × 28 × 28 of float64"),
        (np.full((28, 28), "ink"), "an array holds 28 × 28 of <U3"),
        (cross() * np.nan, "not finite"),
        (cross() - 1, "holds -1 in row 1, column 1"),
    ],
)
def test_an_array_of_something_else_is_refused(values, message):
    with pytest.raises(SpecError, match=message):
        load(values)
