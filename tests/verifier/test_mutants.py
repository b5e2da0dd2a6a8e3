"""Every fault that is put into a formula is named, alone, and nothing else is."""

from __future__ import annotations

import mutants
import pytest


@pytest.mark.parametrize(
    ("template", "every"),
    [
        ("tiny_file", 10),
        pytest.param("tiny_file", 1, marks=pytest.mark.slow),
        pytest.param("mnist_file", 1, marks=pytest.mark.slow),
    ],
)
def test_every_changed_formula_is_named_and_no_other(template, every, request):
    score = mutants.run(request.getfixturevalue(template), every=every)
    print(score)  # noqa: T201 - operators by stages
    assert not score.survivors
    assert not score.falsely
    assert score.made.total() > 400
