"""A learner edits a workbook in LibreOffice and saves it: verify follows, and has nothing to find.

Excel moves names and rewrites formulas in the same way when rows and columns are inserted, blocks are cut and
pasted, sheets are renamed. Where it differs: it saves 17 digits and not 15, and saves formulas that are alike as
shared ones (tests/excel/test_reader.py); and it computes array formulas when it opens a file.
"""

import re

import numpy as np
import pytest
from driving import drive
from numpy.lib.stride_tricks import sliding_window_view

import sheetcnn
from sheetcnn.excel.addresses import a1, parse_range
from sheetcnn.excel.reader import read_workbook
from sheetcnn.explainer import explain

pytestmark = pytest.mark.usefixtures("drivable")

DIGITS = {"tiny": ["0", "1", "7"], "mnist": list("0123456789"), "fastai": list("0123456789")}
SHEETS = {"tiny": "Network", "mnist": "Network", "fastai": "conv-example"}

FRESH = ("recalculate",)
"""LibreOffice opens array formulas uncomputed, and tells what reads them nothing of a change until they are."""

EDITS = {
    "nothing but a save": [],
    "columns and rows in front": [("insert_columns", "SHEET!A1", 3), ("insert_rows", "SHEET!A1", 2)],
    "a column before every stage": [
        ("insert_columns", name, 1)
        for name in ("input", "conv1_1", "conv2_1", "pool1_1", "classes", "dense1")
    ],
    "rows between two maps": [("insert_rows", "conv1_2", 2)],
    "a gap closed": [("delete_columns", "GAP", 1)],
    "sheets renamed": [("rename_sheet", "SHEET", "It's R1C1!"), ("rename_sheet", "Model", "Übersicht")],
    "a filter moved": [("move", "conv1_filter_1_1", "SHEET!C130")],
    "a map moved": [("move", "conv1_2", "SHEET!C130")],
    "every map moved, each another way": [
        ("move", "conv1_1", "SHEET!B200"),
        ("move", "conv1_2", "SHEET!E300"),
        ("move", "conv2_1", "SHEET!C405"),
        ("move", "conv2_2", "SHEET!H507"),
        ("move", "pool1_1", "SHEET!K600"),
        ("move", "pool1_2", "SHEET!L700"),
    ],
    "the table of the classes taken apart": [
        ("move", "classes", "SHEET!B130"),
        ("move", "probabilities", "SHEET!C140"),
        ("move", "maximum", "SHEET!F150"),
        ("move", "total", "SHEET!F152"),
    ],
    "the input on a sheet of its own": [("add_sheet", "Input"), ("move", "input", "Input!C7")],
    "everything on another sheet": [("add_sheet", "Two"), ("move", "SHEET!A1:NZ120", "Two!C7")],
    "the answer on another sheet": [
        ("add_sheet", "Result"),
        ("move", "answer", "Result!B2"),
        ("move", "answer_beside_input", "Result!B3"),
        ("move", "confidence", "Result!B4"),
    ],
    "notes beside it": [
        ("add_sheet", "Notes"),
        ("type", "Notes!A1", [["mine", 3.5]]),
        ("type", "SHEET!B130", [["x"]]),
    ],
    "other pixels": [FRESH, ("type", "input", [[0.5, 0.25, 1], [None, -3, 254.987654321098765]])],
    "other weights": [
        FRESH,
        ("type", "conv1_filter_1_1", [[0.1234567890123456789, -1, 1e-7]]),
        ("type", "conv2_filter_2_1", [[7], [1 / 3]]),
        ("type", "dense1_weights_1_2", [[-2.5]]),
    ],
    "other labels": [("type", "classes", [["zero"], [1.5]])],
    "several at once": [
        FRESH,
        ("insert_rows", "SHEET!A2", 1),
        ("add_sheet", "Extra"),
        ("move", "conv1_filter_1_1", "Extra!B2"),
        ("move", "conv1_2", "Extra!F80"),
        ("insert_columns", "conv1_filter_2_1", 2),
        ("rename_sheet", "SHEET", "Mein Netz"),
        ("rename_sheet", "Extra", "K 2"),
        ("insert_rows", "K 2!A5", 3),
        ("move", "conv2_1", "K 2!F300"),
        ("type", "conv1_filter_1_1", [[0.5]]),
        ("type", "input", [[0.75, 1]]),
    ],
}
GAPS = {"tiny": "SHEET!V1", "mnist": "SHEET!AR1", "fastai": "SHEET!AC1"}  # between input and filters
FEW = ["several at once"]


CASES = [  # every edit of tiny, some of the large ones; the others are slow
    pytest.param(
        name, edit, marks=[] if name == "tiny" or edit in FEW else pytest.mark.slow, id=f"{name}: {edit}"
    )
    for name in DIGITS
    for edit in EDITS
]


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """A workbook of each template, by its name."""
    folder = tmp_path_factory.mktemp("clean")
    return {name: sheetcnn.generate(template=name, output=folder / f"{name}.xlsx").output for name in DIGITS}


def on(name, steps):
    """Return steps with the names of a template's own sheet and cells."""

    def said(value):
        return (
            value.replace("GAP", GAPS[name]).replace("SHEET", SHEETS[name])
            if isinstance(value, str)
            else value
        )

    return [tuple(map(said, step)) for step in steps]


def saved(name, file, target, steps):
    """Do what steps say, save, and return what LibreOffice then shows, by the names of regions."""
    network = ["input", "conv1_filter_1_1", "conv1_filter_2_1"]
    network += [f"conv2_filter_{k}_{c}" for k in (1, 2) for c in (1, 2)]
    network += [f"dense1_weights_{k}_{c}" for k in range(len(DIGITS[name])) for c in (1, 2)]
    asked = [*network, "classes", "dense1", "probabilities", "answer"]
    reads = [("read", region) for region in asked]
    found = drive(file, *on(name, steps), *reads, ("save", target))
    return dict(zip(asked, found[-len(asked) :], strict=True))


def scores(shown, step):
    """Compute the scores from what LibreOffice shows of pixels and weights; by none of sheetcnn's code."""
    maps = [np.array(shown["input"], float)]
    for layer, channels in (("conv1", 1), ("conv2", 2)):
        filters = [[shown[f"{layer}_filter_{k}_{c + 1}"] for c in range(channels)] for k in (1, 2)]
        windows = [sliding_window_view(one, (3, 3)) for one in maps]
        maps = [
            np.maximum(
                0, sum(np.einsum("abij,ij", w, np.array(f)) for w, f in zip(windows, row, strict=True))
            )
            for row in filters
        ]
    pooled = [sliding_window_view(one, (2, 2))[::2, ::2].max(axis=(2, 3)) for one in maps]
    return [
        sum(
            (one * np.array(shown[f"dense1_weights_{k}_{c + 1}"], object)[::step, ::step].astype(float)).sum()
            for c, one in enumerate(pooled)
        )
        for k in range(len(shown["classes"]))
    ]


LINKED = ("conv1_1", "relu1_1", "conv2_1", "relu2_1", "pool1_1", "dense1", "probabilities")
"""What the Inspector links to, one of each stage: as far as texts go, where the first map is."""


def assert_clean(name, shown, target, typed=0):
    """LibreOffice, NumPy and verify agree on what is read, and verify finds nothing.

    But for pixels that were typed over formulas, where a digit is chosen from a list: they no longer follow the
    choice, and whoever has forgotten that wonders why. A warning says so for each. And links to what went to
    another sheet, or one renamed, are dead, as no program changes what a text says: a warning for each, too.
    """
    report = sheetcnn.verify(target)
    chosen = name == "mnist"
    dead = [finding for finding in report.findings if "_link_" in finding.region]
    assert {(finding.severity, finding.kind) for finding in dead} <= {("warning", "dead-link")}
    names = read_workbook(target).names
    assert bool(dead) == (chosen and not all(names[each].startswith("Network!") for each in LINKED))
    others = [(f.severity, f.kind) for f in report.findings if f not in dead]
    assert others == [("warning", "own-pixel")] * typed * chosen
    assert report.checked == report.formulas
    expected = scores(shown, step=2 if name == "fastai" else 1)
    assert np.ravel(shown["dense1"]) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    exponentials = np.exp(np.array(expected) - max(expected))
    assert np.ravel(shown["probabilities"]) == pytest.approx(exponentials / exponentials.sum(), abs=1e-9)
    label = shown["classes"][int(np.argmax(expected))][0]
    label = f"{label:g}" if isinstance(label, float) else label
    assert shown["answer"] == [[f"I read a {label}."]]
    assert str(report.prediction.digit) == label


@pytest.mark.parametrize(("name", "edit"), CASES)
def test_an_edited_workbook_has_nothing_to_find(files, tmp_path, name, edit):
    target = tmp_path / "edited.xlsx"
    typed = {"other pixels": 5, "several at once": 2}.get(edit, 0)
    assert_clean(name, saved(name, files[name], target, EDITS[edit]), target, typed)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "digit"), [(name, digit) for name, digits in DIGITS.items() for digit in map(int, digits)]
)
def test_every_digit_of_every_template_survives_a_save(tmp_path, name, digit):
    file = sheetcnn.generate(digit, template=name, output=tmp_path / "clean.xlsx").output
    target = tmp_path / "saved.xlsx"
    shown = saved(name, file, target, [])
    assert_clean(name, shown, target)
    assert shown["answer"] == [[f"I read a {digit}."]]


def test_pixels_that_nothing_chooses_are_the_learners_own(tmp_path):
    file = sheetcnn.generate(template="mnist", plain=True, output=tmp_path / "plain.xlsx").output
    target = tmp_path / "edited.xlsx"
    assert_clean("mnist", saved("mnist", file, target, EDITS["other pixels"]), target)


@pytest.mark.parametrize("name", DIGITS)
def test_a_save_keeps_names_the_table_and_array_formulas(files, tmp_path, name):
    drive(files[name], ("save", tmp_path / "saved.xlsx"))
    before, after = read_workbook(files[name]), read_workbook(tmp_path / "saved.xlsx")
    assert after.names.keys() == before.names.keys()
    assert after.sheets.keys() == before.sheets.keys()
    assert after.sheets["Model"].values == before.sheets["Model"].values
    for sheet, saved_sheet in zip(before.sheets.values(), after.sheets.values(), strict=True):
        assert saved_sheet.formulas.keys() == sheet.formulas.keys()
        assert saved_sheet.arrays == sheet.arrays
    arrays = sum(len(sheet.arrays) for sheet in after.sheets.values())
    assert arrays == {"tiny": 0, "mnist": 0, "fastai": 2 * 26 * 26 + 2 * 24 * 24}[name]


@pytest.mark.parametrize("name", ["tiny", "fastai", pytest.param("mnist", marks=pytest.mark.slow)])
def test_explain_writes_the_same_of_an_edited_workbook_but_for_addresses(files, tmp_path, name):
    edit = [("insert_columns", "SHEET!A1", 1), ("insert_rows", "SHEET!A1", 1), ("rename_sheet", "Model", "M")]
    drive(files[name], *on(name, edit), ("save", tmp_path / "edited.xlsx"))
    for region in ("conv1_2", "conv2_1", "pool1_1", "dense1", "probabilities", "answer"):
        before, after = (
            numbers_in(explain(file, region)) for file in (files[name], tmp_path / "edited.xlsx")
        )
        assert after == before
        assert len(before) > 1


def numbers_in(text):
    """Return the numbers in a text, without those of cells."""
    return re.findall(r"(?<![A-Z$\d.])\d+(?:\.\d+)?(?:e-?\d+)?", text)


FAULTS = {  # a region, what is typed into its first cell as LibreOffice spells it, what verify calls that
    "a number over a formula": ("conv2_2", 0.25, "value-for-formula"),
    "a wrong formula": ("pool1_2", "=SUM({conv})", "formula"),
    "a text for a weight": ("dense1_weights_1_1", "heavy", "not-a-number"),
    "the sum of the probabilities by hand": ("total", 1, "value-for-formula"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", ["tiny", "fastai"])
def test_a_fault_among_edits_is_named_alone(files, tmp_path, name, fault):
    region, typed, kind = FAULTS[fault]
    if isinstance(typed, str):
        typed = typed.format(conv="relu2_2" if name == "tiny" else "conv2_2")
    planted = [("type", region, [[typed]]), ("where", region), ("save", tmp_path / "wrong.xlsx")]
    ((address, sheet),) = drive(files[name], *on(name, EDITS["several at once"]), *planted)
    found = sheetcnn.verify(tmp_path / "wrong.xlsx").findings
    assert [(f.kind, f.cell, f.region) for f in found] == [(kind, f"{sheet}!{address}", region)]


def test_what_libreoffice_did_not_compute_is_stale_and_no_wrong_formula(files, tmp_path):
    """It opens array formulas uncomputed; a pixel changed before that reaches no formula that reads them."""
    drive(files["fastai"], ("type", "input", [[0.5, 0.25]]), ("save", tmp_path / "stale.xlsx"))
    assert {finding.kind for finding in sheetcnn.verify(tmp_path / "stale.xlsx").findings} == {"stale-value"}


# A column inserted through a region: names and ranges stretch. Where each value reads one cell, or the largest of
# some, all stays right. Where windows are multiplied with filters, those across the gap no longer match: Excel
# shows #VALUE! or #N/A, and these formulas are named.

TORN = "a row or column was inserted into what it reads, and it no longer meets the right cells: take that out again"
HARMLESS = [
    ("tiny", "conv1_1"),
    ("tiny", "conv2_2"),
    ("tiny", "relu2_1"),
    ("fastai", "conv2_1"),
]


@pytest.mark.parametrize(("name", "region"), HARMLESS)
def test_a_column_through_a_map_that_is_read_cell_by_cell_changes_nothing(files, tmp_path, name, region):
    target = tmp_path / "torn.xlsx"
    assert_clean(
        name,
        saved(name, files[name], target, [("insert_columns", after_first(files[name], region), 1)]),
        target,
    )


def test_a_column_through_a_map_misleads_only_what_counts_its_columns(files, tmp_path):
    """The Inspector looks values up by row and column, and the new column counts; nothing on Network does."""
    cell = after_first(files["mnist"], "relu2_1")
    drive(files["mnist"], ("insert_columns", cell, 1), ("save", tmp_path / "torn.xlsx"))
    found = sheetcnn.verify(tmp_path / "torn.xlsx").findings
    assert {f.cell.partition("!")[0] for f in found} == {"Inspector"}
    assert {f.message for f in found} == {TORN}


@pytest.mark.parametrize("region", ["conv1_1", "relu2_2"])
def test_a_fault_in_a_torn_map_is_named_alone(files, tmp_path, region):
    steps = [("insert_columns", after_first(files["tiny"], region), 1), ("type", region, [[0.25]])]
    ((address, _),) = drive(files["tiny"], *steps, ("where", region), ("save", tmp_path / "torn.xlsx"))
    found = sheetcnn.verify(tmp_path / "torn.xlsx").findings
    assert [(f.kind, f.cell) for f in found] == [("value-for-formula", f"Network!{address}")]


def test_a_column_through_the_input_breaks_the_windows_across_it_and_only_those_are_named(files, tmp_path):
    """Before Q, the second column of the input: only the first column of windows reads P and what was Q."""
    drive(files["tiny"], ("insert_columns", "Network!Q1", 1), ("save", tmp_path / "torn.xlsx"))
    found = sheetcnn.verify(tmp_path / "torn.xlsx").findings
    cells = [
        f"Network!AD{row}" for row in (5, 6, 7, 8, 14, 15, 16, 17)
    ]  # the maps' first column, moved from AC
    assert [f.cell for f in found] == cells
    assert {f.kind for f in found} == {"formula"}
    assert {f.message for f in found} == {TORN}


def test_a_row_through_the_whole_network_is_followed_too(files, tmp_path):
    """Below row 36, the second one of the second maps: what reads across it is broken, also on Checks."""
    drive(files["mnist"], ("insert_rows", "Network!A36", 1), ("save", tmp_path / "torn.xlsx"))
    found = sheetcnn.verify(tmp_path / "torn.xlsx").findings
    assert {f.kind for f in found} == {"formula"}
    assert {f.message for f in found} == {TORN}
    assert {f.cell.partition("!")[0] for f in found} == {"Network", "Inspector", "Checks"}
    on_network = {f.region for f in found if f.cell.startswith("Network!")}
    assert on_network == {"conv2_1", "conv2_2", "dense1"}
    assert {f.cell for f in found if f.region == "conv2_1"} == {
        f"Network!{a1(4, 111 + n)}" for n in range(24)
    }


def after_first(file, region):
    """Return a cell in the second column of a region."""
    sheet, _, address = read_workbook(file).names[region].replace("$", "").rpartition("!")
    first = parse_range(address)
    return f"{sheet.strip(chr(39))}!{a1(first.top, first.left + 1)}"


@pytest.mark.parametrize(
    "deleted", [["Softmax"], ["Guide", "Inspector", "Evidence", "Softmax", "Why ReLU", "Max pool"]], ids=str
)
def test_a_teacher_deletes_sheets_that_explain(files, tmp_path, deleted):
    target = tmp_path / "fewer.xlsx"
    drive(files["mnist"], *(("delete_sheet", name) for name in deleted), ("save", target))
    report = sheetcnn.verify(target)
    found = [(finding.severity, finding.kind, finding.expected) for finding in report.findings]
    assert sorted(found) == [("warning", "deleted-sheet", name) for name in sorted(deleted)]
    assert report.ok
    assert report.checked == report.formulas


def test_a_sheet_that_the_answer_needs_is_missed(files, tmp_path):
    drive(files["mnist"], ("delete_sheet", "Digits"), ("save", tmp_path / "fewer.xlsx"))
    assert not sheetcnn.verify(tmp_path / "fewer.xlsx").ok
