"""LibreOffice, driven headless: whatever digit is chosen, the Evidence sums to the scores that NumPy has."""

from __future__ import annotations

import numpy as np
import pytest
from driving import drive

from sheetcnn.digits import gallery
from sheetcnn.network.template_loader import load_template

pytestmark = [pytest.mark.usefixtures("drivable"), pytest.mark.slow]

TEMPLATE = load_template("mnist")
CHOSEN = [(0, 2), (1, 3), (4, 1), (8, 5), (9, 4)]


def test_for_5_digits_all_evidence_is_that_of_numpy(full_file):
    steps = []
    for label, sample in CHOSEN:
        steps.append(("type", "choice", [[f"{label}, sample {sample}"]]))
        for n in range(10):
            names = (f"{n}_1", f"{n}_2", f"score_{n}", f"same_{n}", f"mark_{n}")
            steps += [("read", f"evidence_{name}") for name in names]
    read = iter(drive(full_file, *steps))
    for label, sample in CHOSEN:
        passed = TEMPLATE.network.forward(gallery.digit(label, sample).pixels, TEMPLATE.weights)
        outputs = {layer.name: parts[""] for layer, parts in passed if "" in parts}
        for n, weights in enumerate(TEMPLATE.weights["dense1"]):
            for products in outputs["pool1"] * weights:
                np.testing.assert_allclose(next(read), products, rtol=0, atol=1e-9)
            np.testing.assert_allclose(next(read), [[outputs["dense1"][n]]], rtol=0, atol=1e-9)
            assert next(read) == [["equal"]]
            answer = "the answer: right" if n == label else "the answer: wrong"
            mark = answer if n == outputs["dense1"].argmax() else "what it is" if n == label else ""
            assert next(read) == [[mark]]
