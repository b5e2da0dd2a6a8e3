"""Digits as numbers: what is taken, and what is refused with one sentence."""

from __future__ import annotations

import io
import os

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
    np.testing.assert_array_equal(digit.pixels[0], cross())
    assert ", ".join(digit.preprocessing) == f"28 × 28 numbers {scale}"
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
    np.testing.assert_array_equal(load(write(content)).pixels[0], cross())


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
        (
            with_cell(""),
            "holds nothing in row 1, column 1, where a number belongs, and 0 in row 1, column 2 for paper",
        ),
        (with_cell("1_0"), "holds '1_0' in row 1, column 1"),
        (with_cell("nan"), "holds a number that is not finite in row 1, column 1"),
        (with_cell("inf"), "holds a number that is not finite in row 1, column 1"),
        (with_cell("-0.5"), "holds -0.5 in row 1, column 1: ink is a number from 0 to 1, or from 0 to 255"),
        (with_cell("1e300"), r"holds 1e\+300 in row 1, column 1"),
        (with_cell("256"), "holds 256 in row 1, column 1"),
        (with_cell("\x1b[31m"), r"holds '.*31m' in row 1"),
        (lines(np.zeros((28, 28))), "holds no ink, as all of its numbers are 0"),
        (lines(np.ones((28, 28))), "holds no ink, as all of its numbers are 1"),
        (b"\x89PNG\r\n\x1a\n\xff\xff", "is no text file but a PNG picture: save the numbers as CSV"),
        (b"PK\x03\x04\xff", "is no text file but a zip archive, as Excel's and Word's files are"),
        (b"\xff\xff\xff", "is no text file: save the numbers as CSV"),
        (b"1," * 600_000, "is larger than 1,000,000 bytes"),
        ('"' + lines(cross()), "is no CSV file"),
    ],
)
def test_anything_else_is_refused_in_one_sentence(write, content, message):
    with pytest.raises(SpecError, match=message) as caught:
        load(write(content))
    assert "\x1b" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SpecError, match=r"there is no file .*none\.csv: name a CSV file"):
        load(tmp_path / "none.csv")


# The forms that programs write


def flat(values):
    return [f"{value:g}" for value in values.ravel()]


def row_of(*cells):
    return ",".join(map(str, cells))


PIXEL_NAMES = [f"pixel{n}" for n in range(784)]
COUNTED = [row_of("", *range(28)), *(row_of(n, *line) for n, line in enumerate(cross()))]
FORMS = {
    "784 in a row": (row_of(*flat(cross())), None),
    "784 in a column": ("\n".join(flat(cross())), None),
    "784 in a column with a name": ("ink\n" + "\n".join(flat(cross())), None),
    "names and a row": (row_of(*PIXEL_NAMES) + "\n" + row_of(*flat(cross())), None),
    "Kaggle's train.csv": (row_of("label", *PIXEL_NAMES) + "\n" + row_of(4, *flat(cross())), 4),
    "Kaggle's without names": (row_of(4, *flat(cross())), 4),
    "a zero of Kaggle's": (row_of(0, *flat(cross())), 0),
    "OpenML's": (row_of(*PIXEL_NAMES, "class") + "\n" + row_of(*flat(cross()), "'4'".strip("'")), 4),
    "a label at the end": (row_of(*flat(cross()), 9), 9),
    "a label in quotes": (row_of('"4"', *flat(cross())), 4),
    "pandas with its index": ("\n".join(COUNTED), None),
    "pandas without names": ("\n".join(COUNTED[1:]), None),
    "pandas without its index": (row_of(*range(28)) + "\n" + lines(cross()), None),
    "savetxt": (lines(cross(), " ", "{:.18e}"), None),
    "savetxt with remarks": ("# a plus\n" + lines(cross(), " ", "{:.18e}") + " # its end", None),
    "aligned with spaces": (lines(cross(), "  ", "{:4g}"), None),
    "commas and spaces": (lines(cross(), ", "), None),
    "spaces and decimal commas": (lines(cross(), " ", "{:.1f}").replace(".", ","), None),
    "sep= first": ("sep=;\n" + lines(cross(), ";"), None),
    "old line ends": (lines(cross()).replace("\n", "\r"), None),
    "blank cells for paper": ("\n".join(line.replace("0", "") for line in lines(cross()).split("\n")), None),
    "blank cells and tabs": (lines(cross(), "\t").replace("0", ""), None),
}


@pytest.mark.parametrize(("content", "label"), FORMS.values(), ids=FORMS)
def test_each_form_of_the_same_digit_is_read(write, content, label):
    digit = load(write(content))
    np.testing.assert_array_equal(digit.pixels[0], cross())
    assert digit.label == label
    assert ("labelled" in ", ".join(digit.preprocessing)) == (label is not None)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            row_of(3, *flat(cross())[:-1], 4),
            "but both its first and its last number can be a digit's label, 0 to 9",
        ),
        (row_of(11, *flat(cross())[:-1], 12), "but neither its first nor its last can be a digit's label"),
        (row_of("label", *PIXEL_NAMES) + "\n" + row_of("seven", *flat(cross())), "but neither its first"),
        ("\n".join([row_of(4, *flat(cross()))] * 3), "holds 3 digits, one in a line: keep the line of one"),
        (row_of("label", *PIXEL_NAMES) + "\n" + "\n".join([row_of(*flat(cross()), 1)] * 2), "holds 2 digits"),
        (
            row_of(*flat(cross())[:-1]),
            r"holds 1 × 783 numbers: a digit is 28 lines of 28 numbers, or one line of 784",
        ),
        ("\n".join(["," * 27] * 28), "holds no numbers"),
    ],
)
def test_rows_that_leave_doubt_are_refused(write, content, message):
    with pytest.raises(SpecError, match=message):
        load(write(content))


def test_a_label_that_contradicts_the_file_is_refused(write):
    path = write(row_of(4, *flat(cross())))
    assert load(path, label=4).label == 4
    with pytest.raises(SpecError, match="says that it is a 4, and --label that it is a 5: leave --label out"):
        load(path, label=5)


# What the numbers mean


@pytest.mark.parametrize(
    ("full", "scale", "account"),
    [
        (1.0000001, None, "28 × 28 numbers from 0 to 1, what rounding left outside cut off"),
        (
            255.00001,
            None,
            "28 × 28 numbers from 0 to 255, divided by 255, what rounding left outside cut off",
        ),
        (16, 16, "28 × 28 numbers from 0 to 16, divided by 16"),
        (100, 100, "28 × 28 numbers from 0 to 100, divided by 100"),
        (4095, 4095, "28 × 28 numbers from 0 to 4095, divided by 4095"),
        (0.004, 0.004, "28 × 28 numbers from 0 to 0.004, divided by 0.004"),
    ],
)
def test_full_ink_is_1_or_255_or_what_scale_says(write, full, scale, account):
    digit = load(write(lines(cross(full), show="{:.9g}")), scale=scale)
    np.testing.assert_array_equal(digit.pixels[0], cross())
    assert ", ".join(digit.preprocessing) == account


@pytest.mark.parametrize(
    "full", [0.003921569, 0.05, 1.00001, 1.03, 2, 15, 16, 64, 100, 127, 256, 1000, 4095, 65535]
)
def test_any_other_largest_number_leaves_doubt(write, full):
    with pytest.raises(SpecError, match=f"say what full ink is, as in --scale {full:.7g}$"):
        load(write(lines(cross(full), show="{:.9g}")))
    with pytest.raises(SpecError, match="say what full ink is"):
        load(cross(full))


@pytest.mark.parametrize(
    ("scale", "message"),
    [
        (10, r"holds 16 in row 9, column 15, more than --scale 10"),
        (1000, r"holds hardly any ink, at most 0\.016 of 1000"),
        (0, "--scale is 0: give the number that stands for full ink, such as 255"),
        (float("nan"), "--scale is nan"),
    ],
)
def test_a_scale_that_does_not_fit_is_refused(write, scale, message):
    with pytest.raises(SpecError, match=message):
        load(write(lines(cross(16))), scale=scale)


@pytest.mark.parametrize("full", [1, 255])
def test_white_paper_is_turned_round_if_dark_ink_is_said(write, full):
    path = write(lines(full - cross(full)))
    with pytest.raises(
        SpecError, match="has a high edge, so its paper is high, and its ink is low: give --dark-ink"
    ):
        load(path)
    digit = load(path, dark_ink=True)
    np.testing.assert_array_equal(digit.pixels[0], cross())
    assert ", ".join(digit.preprocessing).endswith("turned round")
    with pytest.raises(SpecError, match="its paper is low, and its ink is high: leave out --dark-ink"):
        load(write(lines(cross(full))), dark_ink=True)


def test_blank_cells_are_paper_of_either_kind(write):
    dark = lines(255 - cross(255)).replace("255", "")
    np.testing.assert_array_equal(load(write(dark), scale=255, dark_ink=True).pixels[0], cross())
    with pytest.raises(SpecError, match="holds nothing in row 1, column 1, where a number belongs, and 255"):
        load(write(lines(255 - cross(255)).replace("255", "", 1)), dark_ink=True)


def test_paper_that_is_not_blank_is_refused(write):
    with pytest.raises(
        SpecError, match=r"its edge is at 0\.3 of full ink: save it as a picture, and give it as --image"
    ):
        load(write(lines(np.maximum(cross(), 0.3))))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "x.csv")
    with pytest.raises(SpecError, match="is a pipe, and only files are read: name a CSV file"):
        load(tmp_path / "x.csv")


def test_a_huge_file_is_not_read_to_its_end(tmp_path):
    with (tmp_path / "x.csv").open("wb") as file:
        file.truncate(2**30)  # takes no room, and is one endless line
    with pytest.raises(
        SpecError, match=r"is larger than 1,000,000 bytes: .* of a file of many digits, keep one line"
    ):
        load(tmp_path / "x.csv")


# Arrays


@pytest.mark.parametrize("dtype", [float, np.float32, int, bool])
def test_an_array_is_a_source_too(dtype):
    np.testing.assert_array_equal(load(cross().astype(dtype)).pixels[0], cross())


def test_bytes_are_divided_by_255():
    digit = load((cross() * 204).astype(np.uint8), label=7)
    assert digit.pixels[0].max() == 0.8
    assert (digit.label, digit.source) == (7, "an array")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.zeros((1, 28, 28)), "an array holds 1 × 28 × 28 of float64"),
        (np.full((28, 28), "ink"), "an array holds 28 × 28 of <U3"),
        (cross() * np.nan, "not finite"),
        (cross() - 1, "holds -1 in row 1, column 1"),
        (cross() * 2 - 1, "holds -1 in row 1, column 1"),
    ],
)
def test_an_array_of_something_else_is_refused(values, message):
    with pytest.raises(SpecError, match=message):
        load(values)
