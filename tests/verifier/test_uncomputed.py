"""A formula that cannot be computed is one finding, and nothing that reads it is blamed."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from editing import SHEET, edit, formula, rewrite, value_of, with_cells, without_values

import sheetcnn
from sheetcnn.excel.addresses import a1
from sheetcnn.excel.reader import read_workbook
from sheetcnn.explainer import explain
from sheetcnn.network.template_loader import load_template
from sheetcnn.verifier import recalculate as recompute
from sheetcnn.verifier.calculation import calculate
from sheetcnn.verifier.recognize import recognize
from sheetcnn.verifier.verify import verify_workbook
from sheetcnn.workbook.layer_blocks import formula_blocks
from sheetcnn.workbook.layout import plan

KINDS = [  # each with a part of what is said of it
    ("SUM(OFFSET(P5,0,0,3,3))", "function OFFSET"),
    ('SUM(INDIRECT("P5:R7"))', "function INDIRECT"),
    ("_xlfn.LET(_xlpm.x,P5,_xlpm.x+1)", "function LET"),
    ("_xlfn.MAP(P5:P7,_xlfn.LAMBDA(_xlpm.x,_xlpm.x))", "function MAP"),
    ("SUM(_xlfn._xlws.FILTER(P5:P7,P5:P7))", "function FILTER"),
    ("_xlfn.SINGLE(P5:P7)", "@ operator"),
    ("SUM(_xlfn.ANCHORARRAY(P5))", "spilled range"),
    ("@P5", "@ operator"),
    ("SUM(P5#)", "spilled range"),
    ("SUM((P5,Q6))", "union of references"),
    ("SUM(P5:R7 Q6:S8)", "intersection"),
    ("SUM(Table1[pixel])", "structured"),
    ("[1]Sheet1!A1", "another workbook"),
    ("SUM('Network:Model'!P5)", "several sheets"),
    ("RAND()", "function RAND"),
    ("NOSUCHFUNCTION(P5)", "function NOSUCHFUNCTION"),
    ("_xll.ADDIN(P5)", "function _XLL.ADDIN"),
    ("(" * 65 + "P5" + ")" * 65, "nested deeper"),
    ('TEXT(P5,"# ?/?")', "number format"),
    ("XFD1048576", "too far"),
    ("P5+", "ends where"),
]
REGIONS = {
    region.name: region
    for network in [load_template("tiny").network]
    for block in formula_blocks(network, plan(network))
    for region in block.regions
}


def said(path):
    return [(f.severity, f.kind, f.cell) for f in sheetcnn.verify(path).findings]


def one_error(*cells):
    return [("error", "unsupported", f"Network!{cell}") for cell in cells]


@pytest.mark.slow
@pytest.mark.parametrize("stored", [True, False])
def test_it_is_the_only_finding_in_whatever_region_of_the_lesson_it_stands(full_file, stored):
    """One in the middle of each region of each sheet, with the value that was stored there, or none."""
    workbook = read_workbook(full_file)
    sheets = {
        name: replace(sheet, formulas=dict(sheet.formulas), values=dict(sheet.values))
        for name, sheet in workbook.sheets.items()
    }
    put = []
    for block in recognize(workbook, None).blocks:
        for region in block.regions:
            sheet, cell = sheets[region.sheet], region.cell(region.rows // 2, region.columns // 2)
            sheet.formulas[cell] = "OFFSET(A1,0,0)"
            if not stored:
                sheet.values.pop(cell, None)
            put.append(("error", "unsupported", f"{region.sheet}!{a1(*cell)}"))
    findings = verify_workbook(replace(workbook, sheets=sheets), None).findings
    assert sorted((f.severity, f.kind, f.cell) for f in findings) == sorted(put)


def test_each_kind_is_told_once_with_its_reason(tiny_file, tmp_path):
    cells = [a1(*cell) for name in ("conv1_1", "conv1_2") for cell in REGIONS[name].cells()][: len(KINDS)]
    assert len(cells) == len(KINDS)
    changes = {
        cell: formula(text, value_of(tiny_file, cell)) for cell, (text, _) in zip(cells, KINDS, strict=True)
    }
    report = sheetcnn.verify(edit(tiny_file, tmp_path / "x.xlsx", changes))
    messages = {finding.cell.partition("!")[2]: finding.message for finding in report.findings}
    assert len(report.findings) == len(KINDS)
    for cell, (_, reason) in zip(cells, KINDS, strict=True):
        assert reason in messages[cell]


@pytest.mark.slow
@pytest.mark.parametrize("name", REGIONS)
@pytest.mark.parametrize("spelled", [text for text, _ in KINDS])
def test_every_kind_is_the_only_finding_in_every_region(tiny_file, tmp_path, name, spelled):
    cell = a1(*REGIONS[name].cell(0, 0))
    changed = edit(tiny_file, tmp_path / "x.xlsx", {cell: formula(spelled, value_of(tiny_file, cell))})
    assert said(changed) == one_error(cell)


def test_what_reads_it_is_judged_on_the_value_that_is_stored(tiny_file, tmp_path):
    """9 in AC5 makes its ReLU 9, too: the 0.9 or so that was stored there before is stale."""
    changed = edit(tiny_file, tmp_path / "x.xlsx", {"AC5": formula("OFFSET(P5,0,0)", 9)})
    findings = sheetcnn.verify(changed).findings
    assert findings[0].kind == "unsupported"
    stale = next(finding for finding in findings if finding.kind == "stale-value")
    assert (stale.region, stale.expected) == ("relu1_1", "9")


@pytest.mark.parametrize("around", ["", "IFERROR({},0)", "IF(ISNUMBER({}),{},0)"])
def test_without_a_stored_value_what_reads_it_is_not_judged_on_own_numbers(tiny_file, tmp_path, around):
    """All values before stay as they are: nothing says that they are stale, nor that they are right."""
    below = REGIONS["relu1_1"].cell(0, 0)
    cell = a1(*REGIONS["conv1_1"].cell(0, 0))
    changes = {cell: formula("OFFSET(P5,0,0)", None)}
    if around:
        text = f"MAX(0,{around.format(cell, cell)})"
        changes[a1(*below)] = formula(text, value_of(tiny_file, a1(*below)))
    report = sheetcnn.verify(edit(tiny_file, tmp_path / "x.xlsx", changes))
    swallows = (
        [("error", "formula", f"Network!{a1(*below)}")] if around else []
    )  # no MAX(0, ...) that belongs there
    assert [(f.severity, f.kind, f.cell) for f in report.findings] == [*one_error(cell), *swallows]
    assert "No value is stored beside it" in report.findings[0].message


def test_what_reads_one_without_a_value_is_still_judged_on_random_numbers(tiny_file, tmp_path):
    conv, relu = (a1(*REGIONS[name].cell(0, 0)) for name in ("conv1_1", "relu1_1"))
    changes = {conv: formula("OFFSET(P5,0,0)", None), relu: formula(f"MAX(1,{conv})", 1)}
    found = said(edit(tiny_file, tmp_path / "x.xlsx", changes))
    assert found == [*one_error(conv), ("error", "formula", f"Network!{relu}")]


def test_without_any_stored_value_one_such_cell_makes_no_other_wrong(tiny_file, tmp_path):
    def change(xml):
        return without_values(with_cells(xml, {"AC5": formula("OFFSET(P5,0,0)", None)}))

    findings = sheetcnn.verify(rewrite(tiny_file, tmp_path / "x.xlsx", {SHEET: change})).findings
    assert [f.cell for f in findings if f.severity == "error"] == ["Network!AC5"]
    assert {f.kind for f in findings} == {"unsupported", "missing-value"}


@pytest.mark.parametrize(
    ("cell", "stored", "kind"),
    [("P5", 0, "a pixel"), ("X7", 0.5, "a weight"), ("BE11", 0.5, "a dense weight"), ("BH6", 1, "a label")],
)
@pytest.mark.parametrize("known", [True, False])
def test_in_place_of_a_number_it_is_one_finding(tiny_file, tmp_path, cell, stored, kind, known):
    del kind
    stored = value_of(tiny_file, cell) if known else None
    changed = edit(tiny_file, tmp_path / "x.xlsx", {cell: formula("OFFSET(A1,0,0)", stored)})
    report = sheetcnn.verify(changed)
    assert [(f.severity, f.kind, f.cell) for f in report.findings] == one_error(cell)
    if not known and cell != "BH6":
        assert report.prediction.digit is None  # it is never taken for 0


def test_a_helper_that_cannot_be_computed_is_told_where_the_network_reads_it(tiny_file, tmp_path):
    changes = {"X7": formula("2*A40", value_of(tiny_file, "X7")), "A40": formula("RAND()", None)}
    report = sheetcnn.verify(edit(tiny_file, tmp_path / "x.xlsx", changes))
    assert {(f.severity, f.kind, f.cell) for f in report.findings} == {
        ("error", "unsupported", "Network!A40"),
        ("error", "not-a-number", "Network!X7"),
        ("warning", "formula-for-number", "Network!X7"),
    }


def test_whoever_asks_is_told_which_cells_were_not_computed(tiny_file, tmp_path):
    changes = {
        "AC5": formula("OFFSET(P5,0,0)", 1),
        "AC6": formula("AC6+1", 1),
        "X7": formula("RAND()", 1),
        "A40": formula("RAND()", 1),
    }
    workbook = read_workbook(edit(tiny_file, tmp_path / "x.xlsx", changes))
    uncomputed = calculate(recognize(workbook, None)).own.uncomputed
    named = {a1(*cell): reason for _, cell in uncomputed for reason in [uncomputed["Network", cell]]}
    assert named == {
        "AC5": "the function OFFSET is not supported",
        "AC6": "it reads itself, in a circle",
        "X7": "the function RAND is not supported",
    }  # nobody reads A40


@pytest.mark.parametrize(("passes", "settles"), [(2, False), (100, True)])
def test_a_chain_that_does_not_settle_is_not_taken_for_computed(
    tiny_file, tmp_path, monkeypatch, passes, settles
):
    """Each ReLU of a map reads the next one, 16 in all; the last one holds its own formula."""
    monkeypatch.setattr(recompute, "_MAX_PASSES", passes)
    cells = [a1(*cell) for cell in REGIONS["relu1_1"].cells()]
    chain = {one: formula(f"0*P5+{other}+1", 1) for one, other in pairwise(cells)}
    workbook = read_workbook(edit(tiny_file, tmp_path / "x.xlsx", chain))
    uncomputed = calculate(recognize(workbook, None)).own.uncomputed
    assert (not uncomputed) == settles
    assert set(uncomputed.values()) == (set() if settles else {"its value does not settle"})


def test_explain_says_that_it_cannot_be_computed_and_shows_no_value_for_it(tiny_file, tmp_path):
    changed = edit(tiny_file, tmp_path / "x.xlsx", {"AC5": formula("OFFSET(P5,0,0)", 9)})
    said = re.sub(" +", " ", str(explain(changed, "AC5")))
    assert "formula cannot be computed" in said
    assert "stored 9" in said


# Weights that are computed from pixels


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("P5", {}),
        ("AC14*2", {}),
        ("A40", {"A40": "P5+1"}),
        ("A40", {"A40": "A41", "A41": "SUM(P5:Q6)"}),
        ("X8+0", {"X8": "P5"}),
        ("INDEX(5:5,16)", {}),
        ("SUM(P5:INDEX(P5:U10,2,2))", {}),
        ("input", {}),
        ("Network!P5:Network!P5", {}),
    ],
)
def test_a_weight_that_is_a_formula_of_the_input_is_an_error(tiny_file, tmp_path, text, others):
    changes = {place: formula(spelled, 1) for place, spelled in {"X7": text, **others}.items()}
    report = sheetcnn.verify(edit(tiny_file, tmp_path / "x.xlsx", changes))
    found = {(f.severity, f.kind, f.cell): f.message for f in report.findings}
    message = found["error", "formula-for-number", "Network!X7"]
    assert "weights are given, not computed" in message
    assert ("through" in message) == bool(others)


@pytest.mark.parametrize(
    ("text", "others"), [("X9/2", {}), ("A40/2", {"A40": "3*2"}), ("BE12", {"A40": "P5"})]
)
def test_a_weight_that_is_a_formula_of_anything_else_is_a_warning(tiny_file, tmp_path, text, others):
    changes = {place: formula(spelled, 1) for place, spelled in {"X7": text, **others}.items()}
    found = said(edit(tiny_file, tmp_path / "x.xlsx", changes))
    assert ("warning", "formula-for-number", "Network!X7") in found
    assert not any(kind == "formula-for-number" and severity == "error" for severity, kind, _ in found)
