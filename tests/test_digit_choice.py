"""Which picture a number means: for generate and for set-digit alike, of one channel and in colour."""

import shutil
from pathlib import Path

import numpy as np
import pytest

import sheetcnn
from sheetcnn.cli.main import main
from sheetcnn.digit_choice import choose_digit
from sheetcnn.digits import gallery
from sheetcnn.excel.addresses import parse_a1
from sheetcnn.excel.reader import read_workbook
from sheetcnn.network.template_loader import load_template

COLOUR = """\
title = "More red, or more blue"
classes = ["red", "blue"]
weights = "colour.npz"
pictures = "pictures.npz"
input = { channels = 3, height = 2, width = 2 }
stages = [{ kind = "dense", outputs = 2 }, { kind = "softmax" }]
"""
RED, BLUE = (np.repeat(np.eye(3)[channel], 4).reshape(3, 2, 2) for channel in (0, 2))


@pytest.fixture
def colour(tmp_path, monkeypatch):
    """A template whose score of a class is the sum of its channel, and a picture of each class."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "colour.toml").write_text(COLOUR, encoding="utf-8")
    np.savez(tmp_path / "colour.npz", dense1=np.stack([RED, BLUE]))
    np.savez(tmp_path / "pictures.npz", **{"0": RED, "1": BLUE})
    return "colour.toml"


def pixels_in(path):
    """What stands in the three channels of the input, (3, 2, 2)."""
    workbook = read_workbook(Path(path))
    values = workbook.sheets["Network"].values
    channels = []
    for channel in (1, 2, 3):
        cells = workbook.names[f"input_{channel}"].partition("!")[2].replace("$", "").split(":")
        (top, left), (bottom, right) = map(parse_a1, cells)
        channels.append([[values[r, c] for c in range(left, right + 1)] for r in range(top, bottom + 1)])
    return np.array(channels)


def test_a_number_is_a_picture_of_the_template_or_of_the_gallery(colour):
    assert choose_digit(load_template("mnist"), 3, 2) is gallery.digit(3, 2)
    ours = choose_digit(load_template(colour), 1)
    assert (ours.label, ours.source) == ("1", "template colour, digit 1")
    np.testing.assert_array_equal(ours.pixels, BLUE)


@pytest.mark.parametrize(
    ("digit", "sample", "said"),
    [
        (2, 1, "template colour has no picture of 2: choose one of 0, 1"),
        (0, 2, "template colour has one picture of each digit: choose sample 1"),
    ],
)
def test_what_there_is_no_picture_of(colour, digit, sample, said):
    with pytest.raises(sheetcnn.SpecError, match=said):
        choose_digit(load_template(colour), digit, sample)


def test_a_colour_workbook_takes_the_templates_own_pictures(colour, tmp_path):
    path = sheetcnn.generate(0, template=colour, output=tmp_path / "x.xlsx").output
    np.testing.assert_array_equal(pixels_in(path), RED)
    (tmp_path / "colour.npz").unlink()  # set-digit needs no weights: those of the workbook count
    swapped = sheetcnn.set_digit(path, 1, template=colour)
    assert (swapped.source, swapped.prediction.digit) == ("template colour, digit 1", "blue")
    np.testing.assert_array_equal(pixels_in(path), BLUE)
    assert sheetcnn.verify(path).findings == []


def test_the_command_line_does_the_same(colour, capsys):
    assert main(["generate", "--template", colour, "--digit", "0", "-o", "x.xlsx"]) == 0
    capsys.readouterr()
    assert main(["set-digit", "x.xlsx", "--template", colour, "--digit", "1"]) == 0
    assert capsys.readouterr().out.startswith("x.xlsx: It reads a blue")
    np.testing.assert_array_equal(pixels_in("x.xlsx"), BLUE)


def test_without_its_template_a_colour_workbook_has_no_pictures(colour, capsys):
    assert main(["generate", "--template", colour, "--digit", "0", "-o", "x.xlsx"]) == 0
    capsys.readouterr()
    assert main(["set-digit", "x.xlsx", "--digit", "1"]) == 2
    assert capsys.readouterr().err == (
        "sheetcnn: the network of x.xlsx takes 3 × 2 × 2 pixels, which no digit of the gallery has: name its "
        "template, a .toml file with pictures.\n"
    )


def test_a_template_that_comes_with_sheetcnn_is_found_by_the_name_in_the_workbook(tiny_file, tmp_path):
    path = shutil.copy(tiny_file, tmp_path / "x.xlsx")
    for digit in (1, 7, 0):
        assert sheetcnn.set_digit(path, digit).prediction.digit == digit
        assert sheetcnn.verify(path).findings == []
    with pytest.raises(sheetcnn.SpecError, match="template tiny has no picture of 3: choose one of 0, 1, 7"):
        sheetcnn.set_digit(path, 3)


def test_a_workbook_of_mnist_takes_samples_of_the_gallery(mnist_file, tmp_path):
    path = shutil.copy(mnist_file, tmp_path / "x.xlsx")
    swapped = sheetcnn.set_digit(path, 4, sample=2)
    assert (swapped.source, swapped.prediction.digit) == ("gallery 4, sample 2", 4)
    with pytest.raises(sheetcnn.SpecError, match="there is no digit 11 in the gallery"):
        sheetcnn.set_digit(path, 11)
