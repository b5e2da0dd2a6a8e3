"""Digits of MNIST in other forms are read nearly as well as their arrays."""

import pytest
from handwriting import MNIST, accuracies


@pytest.mark.skipif(not MNIST.is_dir(), reason="MNIST's files are not at hand")
@pytest.mark.parametrize("count", [8, pytest.param(300, marks=pytest.mark.slow)])
def test_digits_in_other_forms_are_read_nearly_as_well(count):
    figures = accuracies(count)
    arrays, _ = figures.pop("as arrays")
    room = 0.005 if count > 20 else 0.1  # of 20, one is 5 points
    for name, (right, _) in figures.items():
        more = 0.01 if name.startswith("on a page") else 0
        assert right >= arrays - room - more, name
