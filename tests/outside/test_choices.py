"""LibreOffice, driven headless: the answer for what is chosen, or drawn, is the one that NumPy has."""

from __future__ import annotations

import random

import numpy as np
import pytest
from driving import drive

from sheetcnn.digits import gallery
from sheetcnn.network.template_loader import load_template

pytestmark = [pytest.mark.usefixtures("drivable"), pytest.mark.slow]

TEMPLATE = load_template("mnist")


def numpy_reads(pixels):
    return int(np.argmax(TEMPLATE.network.scores(pixels[np.newaxis], TEMPLATE.weights)))


def test_for_20_choices_the_answer_on_the_sheet_is_that_of_numpy(full_file):
    chosen = random.Random(20).sample([(label, n) for label in range(10) for n in range(1, 6)], 20)
    steps = [
        step
        for label, sample in chosen
        for step in (
            ("type", "choice", [[f"{label}, sample {sample}"]]),
            ("read", "answer"),
            ("read", "verdict"),
        )
    ]
    read = [cells[0][0] for cells in drive(full_file, *steps)]
    answers = [numpy_reads(gallery.digit(label, sample).pixels[0]) for label, sample in chosen]
    assert read[::2] == [f"I read a {answer}." for answer in answers]
    verdicts = zip(chosen, answers, strict=True)
    assert read[1::2] == [
        f"{'Right' if answer == label else 'Wrong'}: it is a {label}." for (label, _), answer in verdicts
    ]


def test_a_drawing_in_a_corner_is_read_once_it_is_centred(full_file):
    # A seven in strokes two cells wide, 14 high, at the top left of the pad.
    pad = np.zeros((30, 30))
    pad[1:3, 1:11] = 1
    for step in range(12):
        left = 9 - step // 2
        pad[3 + step, left : left + 2] = 1
    *_, (drawn,), (answer,), (raw,) = drive(
        full_file,
        ("type", "choice", [["my drawing"]]),
        ("fill", "paper", pad.tolist()),
        ("read", "drawing_answer"),
        ("read", "answer"),
        ("type", "centring", [["off"]]),
        ("read", "answer"),
    )
    assert drawn == answer == ["I read a 7."]
    assert raw != answer


def hard(sample):
    """Return a sample of the gallery in cells of 0 and 1, its strokes two cells wide: (20, 20)."""
    return (gallery.ink(sample._replace(pen=2.0)) > 0.5).astype(float)


def test_gallery_digits_drawn_with_hard_cells_are_read_wherever_they_stand(full_file):
    steps, labels = [("type", "choice", [["my drawing"]])], []
    for label, samples in gallery._drawn().items():
        for drawn in map(hard, samples):
            for top, left in ((5, 5), (1, 1), (1, 9), (9, 1), (9, 9)):
                pad = np.zeros((30, 30))
                pad[top : top + 20, left : left + 20] = drawn
                steps += [("fill", "paper", pad.tolist()), ("read", "drawing_answer")]
                labels.append(label)
    answers = [cells[0][0] for cells in drive(full_file, *steps)]
    right = sum(answer == f"I read a {label}." for answer, label in zip(answers, labels, strict=True))
    print(f"{right} of {len(labels)} drawings are read right")  # noqa: T201 - the figure
    assert len(labels) == 250
    assert right >= 0.95 * len(labels)
