"""What a source is: a table by its ending, numbers or a picture by its shape, a picture else."""

import numpy as np
import pytest
from PIL import Image

from sheetcnn.digits.loader import load
from sheetcnn.errors import SpecError

STROKE = np.zeros((28, 28))
STROKE[4:24, 13:15] = 1.0


@pytest.mark.parametrize(
    ("name", "separator"), [("one.csv", ","), ("one.TSV", "\t"), ("one.txt", " "), ("one.Csv", ";")]
)
def test_a_file_of_numbers_is_known_by_its_ending(tmp_path, name, separator):
    path = tmp_path / name
    path.write_text("\n".join(separator.join(f"{value:g}" for value in row) for row in STROKE))
    digit = load(path, label=1)
    np.testing.assert_array_equal(digit.pixels, STROKE[None])
    assert digit.label == 1


@pytest.mark.parametrize("source", [str, lambda path: path])
def test_any_other_file_is_a_picture(tmp_path, source):
    path = tmp_path / "one.numbers"
    Image.fromarray((STROKE * 255).astype(np.uint8)).save(path, "PNG")
    np.testing.assert_array_equal(load(source(path), as_is=True).pixels, STROKE[None])


def test_an_array_of_28_by_28_is_ink_and_any_other_is_a_picture():
    np.testing.assert_array_equal(load(STROKE.tolist()).pixels, STROKE[None])
    paper = np.pad(1 - STROKE, 16, constant_values=1)  # dark ink on 60 x 60 white pixels
    digit = load(paper)
    assert digit.pixels.shape == (1, 28, 28)
    assert digit.pixels[0, 14, 14] > 0.5 > digit.pixels[0, 14, 3]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ([[1, 2], [3]], "an array has rows of different lengths: a digit is 28 × 28 numbers"),
        (np.zeros((1, 28, 28)), "an array holds 1 × 28 × 28 of float64: a digit is 28 × 28 numbers"),
        (np.zeros(784), "an array holds 784 of float64: a digit is 28 × 28 numbers"),
    ],
)
def test_any_other_array_is_refused(source, says):
    with pytest.raises(SpecError, match=says):
        load(source)
