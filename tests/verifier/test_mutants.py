"""Every fault that is put into a formula is named, alone, and nothing else is."""

from __future__ import annotations

import pytest
from homes import SHARED
from mutants import Harness, faults_of_the_file

import sheetcnn
from sheetcnn.network.template_loader import load_template

PUBLISHED = SHARED / "reference" / "conv-example-2017.xlsx"


@pytest.fixture(scope="session")
def fastai_file(tmp_path_factory):
    """A workbook with array formulas, and with maps drawn in steps of 2."""
    return sheetcnn.generate(template="fastai", output=tmp_path_factory.mktemp("fastai") / "x.xlsx").output


def all_are_named(score, at_least):
    print(score)  # noqa: T201 - operators by stages
    assert not score.survivors
    assert not score.falsely
    assert score.made.total() > at_least


def test_one_in_thirty_changed_formulas_is_named_and_no_other(tiny_file):
    all_are_named(Harness(tiny_file).all_at_once(every=30), 160)


@pytest.mark.slow
def test_every_changed_formula_and_every_fault_of_the_file_of_tiny_is_named(tiny_file, tmp_path):
    score = Harness(tiny_file).all_at_once()
    all_are_named(faults_of_the_file(tiny_file, tmp_path, score), 5000)


@pytest.mark.slow
@pytest.mark.parametrize(("template", "every"), [("mnist", 4), ("fastai", 4)])
def test_every_changed_formula_is_named_and_no_other(template, every, request):
    all_are_named(Harness(request.getfixturevalue(f"{template}_file")).all_at_once(every), 1500)


@pytest.mark.slow
def test_changed_formulas_of_the_lesson_are_named_and_no_other(full_file):
    all_are_named(Harness(full_file, without="Network").stratified(16), 1200)


@pytest.mark.slow
def test_a_changed_formula_is_named_with_no_other_beside_it(tiny_file):
    all_are_named(Harness(tiny_file).one_by_one(150), 100)


@pytest.mark.slow
@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published workbook is no part of the repository")
def test_changed_formulas_of_the_published_workbook_are_named(request):
    harness = Harness(PUBLISHED, load_template("fastai-published", weights=False))
    all_are_named(harness.all_at_once(every=8), 300)
