"""Every kind of finding is one rule, one file, one page of the documentation; rules change nothing."""

import ast
import inspect
from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest
from editing import edit, formula, number
from findings_document import document
from homes import REPOSITORY

import sheetcnn
from sheetcnn.excel.reader import read_workbook
from sheetcnn.verifier import audit as audits
from sheetcnn.verifier import rules as package
from sheetcnn.verifier import verify as verifying
from sheetcnn.verifier.audit import examine
from sheetcnn.verifier.recognize import recognize
from sheetcnn.verifier.rules import RULES, Rule, check
from sheetcnn.verifier.severity import EITHER, ERROR, WARNING

HOME = Path(package.__file__).parent
FILES = sorted(path.stem for path in HOME.glob("*.py") if path.stem not in ("__init__", "rule"))


def test_a_rule_is_one_file_and_one_line():
    assert sorted(inspect.getmodule(type(rule)).__name__.rpartition(".")[2] for rule in RULES) == FILES
    assert [path.replace("_", "-") for path in FILES] == sorted(rule.code for rule in RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_says_what_it_finds_why_that_matters_and_how_to_mend_it(rule):
    said = inspect.getdoc(type(rule))
    assert "Why it matters: " in said
    assert "To mend it: " in said
    assert rule.severity in (ERROR, WARNING, EITHER)


def test_the_documentation_is_made_from_the_rules():
    written = (REPOSITORY / "docs" / "findings.md").read_text(encoding="utf-8")
    assert written == document(), "python tests/support/findings_document.py > docs/findings.md"


def test_only_rules_make_findings():
    """No other module calls `Finding`, so no kind is told that is no rule."""
    for path in Path(sheetcnn.__file__).parent.rglob("*.py"):
        calls = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)]
        if any(isinstance(call.func, ast.Name) and call.func.id == "Finding" for call in calls):
            assert path.name == "rule.py", path


@pytest.fixture
def wrong(tiny_file, tmp_path):
    """A workbook with faults of several kinds, recognized."""
    changes = {
        "AC5": formula("SUMPRODUCT(P5:R7,$X$7:$Z$8)", 1),
        "AC6": number(3),
        "AD7": formula("AD7+1", 1),
        "AE8": formula("OFFSET(P5,0,0)", 9),
        "A40": formula("RAND()", 1),
    }
    return recognize(read_workbook(edit(tiny_file, tmp_path / "x.xlsx", changes)), None)


def test_rules_read_an_audit_that_never_changes(wrong):
    audit = examine(wrong)
    before = {name: sheet.numbers.copy() for name, sheet in audit.counted.sheets.items()}
    first = check(audit)
    assert len({finding.kind for finding in first}) >= 4
    assert check(audit) == first
    for name, sheet in audit.counted.sheets.items():
        np.testing.assert_array_equal(sheet.numbers, before[name])
        with pytest.raises(ValueError, match="read-only"):
            sheet.numbers[0, 0, 0] = 1
    for verdict in audit.verdicts:
        with pytest.raises(ValueError, match="read-only"):
            verdict.right[0, 0] = True
    with pytest.raises(FrozenInstanceError):
        audit.verdicts = ()


class TooDark(Rule):
    """The picture is darker than most.

    Why it matters: it is an example. To mend it: take less ink.
    """

    code = "too-dark"
    severity = WARNING

    def check(self, audit):
        region = audit.recognized.layout.inputs[0]
        yield self.at(region, region.cell(0, 0), "a lot of ink", stage="input")


def test_a_new_rule_is_a_file_and_a_line(tiny_file, monkeypatch):
    monkeypatch.setattr(verifying, "check", lambda audit: check(audit, (*RULES, TooDark())))
    (finding,) = sheetcnn.verify(tiny_file).findings
    assert (finding.kind, finding.severity, finding.region) == ("too-dark", "warning", "input")


def test_a_rule_cannot_say_another_severity_than_it_has():
    with pytest.raises(ValueError, match="too-dark is warning"):
        TooDark().finding("x", severity=ERROR)


@pytest.fixture
def no_probes(monkeypatch):
    def probes(*_):
        raise AssertionError("random numbers were asked for")

    monkeypatch.setattr("sheetcnn.verifier.formula_groups.Probes", probes)
    monkeypatch.setattr("sheetcnn.verifier.probes.Probes.__init__", probes)


def test_explain_asks_no_random_numbers_of_a_formula_that_is_as_expected(tiny_file, no_probes):
    assert "right: formula, NumPy and stored value agree" in sheetcnn_explain(tiny_file, "AC5")


def test_explain_asks_them_of_one_block_only_where_a_formula_differs(tiny_file, tmp_path, monkeypatch):
    path = edit(tiny_file, tmp_path / "x.xlsx", {"AC5": formula("SUMPRODUCT(P5:R7,$X$7:$Z$9)+0", None)})
    judged = []
    judge = audits.Judge.on_all_numbers
    monkeypatch.setattr(
        audits.Judge, "on_all_numbers", lambda self, block: judged.append(block) or judge(self, block)
    )
    sheetcnn_explain(path, "AC5")
    assert [block.stage for block in judged] == ["conv1"]


def test_set_digit_asks_no_random_numbers(tiny_file, tmp_path, no_probes):
    assert sheetcnn.set_digit(tiny_file, 1, output=tmp_path / "one.xlsx").prediction.digit == 1


def sheetcnn_explain(path, cell):
    from sheetcnn.explainer import explain

    return explain(path, cell)
