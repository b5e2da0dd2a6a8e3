"""Every fault that is put into the file around the formulas is named, and nothing else is."""

from __future__ import annotations

import re

import pytest
from editing import edit, formula, number, rewrite
from file_faults import BOOK, FAULTS
from promised import soon

import sheetcnn


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_in_the_file_is_named_and_nothing_else(fault, tiny_file, tmp_path):
    assert fault.put_into(tiny_file, tmp_path / "x.xlsx") == fault.said


def test_a_filled_gap_between_the_values_of_a_region_is_named(tmp_path):
    # In the workbook of fast.ai pool1_1 stands in every second cell: CM4, CO4, ... Dense reads the whole range.
    clean = sheetcnn.generate(template="fastai", output=tmp_path / "clean.xlsx").output
    file = edit(clean, tmp_path / "x.xlsx", {"CN4": number(1), "CM5": formula("CM4", 0)})
    found = {(f.severity, f.kind, f.cell) for f in sheetcnn.verify(file).findings}
    assert {("error", "extra-cell", f"conv-example!{cell}") for cell in ("CN4", "CM5")} <= found


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ('<definedName name="pool1_1">Network!$BB$14</definedName>', "defines the name pool1_1 twice"),
        ('<definedName name="POOL1_1">Network!$BB$14</definedName>', "defines the name POOL1_1 twice"),
    ],
)
def test_a_name_that_is_there_twice_is_refused(tiny_file, tmp_path, names, words):
    """Excel repairs such a file by dropping one of them, and does not say which."""
    twice = {BOOK: lambda xml: xml.replace("</definedNames>", f"{names}</definedNames>")}
    with pytest.raises(sheetcnn.WorkbookError, match=words):
        sheetcnn.verify(rewrite(tiny_file, tmp_path / "x.xlsx", twice))


@pytest.mark.parametrize("name", ["model", "template"])
def test_without_the_names_that_say_which_network_it_is_the_template_says(tiny_file, tmp_path, name):
    gone = {BOOK: lambda xml: re.sub(rf'<definedName name="{name}">[^<]*</definedName>', "", xml)}
    file = rewrite(tiny_file, tmp_path / "x.xlsx", gone)
    with pytest.raises(sheetcnn.WorkbookError, match=f"the name {name} is missing"):
        sheetcnn.verify(file)
    assert sheetcnn.verify(file, "tiny").findings == []


@pytest.mark.parametrize("content", [number(1), formula("1+1", 2), formula("SUM(A1:XFC1048576)", 2)])
def test_a_stray_cell_at_the_sheets_end_does_not_slow_verify(tiny_file, tmp_path, content):
    far = edit(tiny_file, tmp_path / "x.xlsx", {"XFD1048576": content})
    with soon():
        assert sheetcnn.verify(far).ok
