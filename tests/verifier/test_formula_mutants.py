"""Formulas changed in one place, after Abraham and Erwig (2009): verify names each changed cell, and no other."""

import random
import re
from collections import Counter

import pytest

from sheetcnn.excel.cells import a1, column_letters, parse_a1
from sheetcnn.excel.read import read_workbook
from sheetcnn.verifier.examine import Examination
from sheetcnn.verifier.subject import identify

_REFERENCE = re.compile(r"(\$?)([A-Z]{1,3})(\$?)(\d+)")
_NUMBER = re.compile(r"(?<![A-Z$\d.\"])\d+(\.\d+)?(?![\d:.])")
_OTHER_FUNCTION = {"SUMPRODUCT": "SUM", "MAX": "MIN", "SUM": "MAX", "EXP": "ABS", "MIN": "MAX"}


def replaced(text, match, new):
    return text[: match.start()] + new + text[match.end() :]


def moved(match, down, right):
    cell = parse_a1(match[2] + match[4])
    if cell.row + down < 0 or cell.column + right < 0:
        return None
    return f"{match[1]}{column_letters(cell.column + right)}{match[3]}{cell.row + down + 1}"


def reference_moved(text, rnd, _values):
    """One corner of a range, or a cell: a range that grows, shrinks or slides."""
    match = rnd.choice(list(_REFERENCE.finditer(text)))
    new = moved(match, *rnd.choice([(0, 1), (1, 0), (0, -1), (-1, 0)]))
    return new and replaced(text, match, new)


def operator_replaced(text, rnd, _values):
    found = [] if '"' in text else list(re.finditer(r"[+\-*/]", text))
    if not found:
        return None
    match = rnd.choice(found)
    return replaced(text, match, rnd.choice([sign for sign in "+-*/" if sign != match[0]]))


def function_replaced(text, rnd, _values):
    found = list(re.finditer(rf"({'|'.join(_OTHER_FUNCTION)})\(", text))
    if not found:
        return None
    match = rnd.choice(found)
    return replaced(text, match, _OTHER_FUNCTION[match[1]] + "(")


def constant_replaced(text, rnd, _values):
    found = [] if '"' in text else list(_NUMBER.finditer(text))
    if not found:
        return None
    match = rnd.choice(found)
    return replaced(text, match, "2" if match[0] == "1" else "1")


def constant_for_reference(text, rnd, values):
    """The value that the cell has today."""
    found = [
        m
        for m in _REFERENCE.finditer(text)
        if ":" not in text[m.end() : m.end() + 1] + text[m.start() - 1 : m.start()]
    ]
    if not found:
        return None
    match = rnd.choice(found)
    value = values.get(parse_a1(match[2] + match[4]))
    return replaced(text, match, repr(value)) if isinstance(value, float) else None


def one_product_dropped(text, _rnd, _values):
    return text.partition("+SUMPRODUCT")[0]


def relu_missing(text, _rnd, _values):
    match = re.fullmatch(r"MAX\(0,(.*)\)", text)
    return match and match[1]


def relu_doubled(text, _rnd, _values):
    return f"MAX(0,{text})"


def absolute_value_inserted(text, _rnd, _values):
    return f"ABS({text})"


def sign_inserted(text, _rnd, _values):
    return f"-({text})"


def formula_deleted(_text, _rnd, _values):
    return ""


OPERATORS = [
    reference_moved,
    operator_replaced,
    function_replaced,
    constant_replaced,
    constant_for_reference,
    one_product_dropped,
    relu_missing,
    relu_doubled,
    absolute_value_inserted,
    sign_inserted,
    formula_deleted,
]


def equivalent(operator, text):
    """MAX(0,x) and EXP(x) are never negative: their absolute value, or what ReLU leaves of them, is the same."""
    return operator in {relu_doubled, absolute_value_inserted} and text.startswith(("MAX(0,", "EXP("))


def chosen(region, rnd):
    """The corners, the middle, and some others."""
    cells = region.cells()
    return sorted({cells[0], cells[-1], cells[len(cells) // 2], *rnd.sample(cells, min(3, len(cells)))})


def named(workbook):
    examination = Examination(identify(workbook, None))
    examination.run()
    return {
        finding.cell
        for finding in examination.findings
        if finding.severity == "error" and finding.kind not in {"stale-value", "circular"}
    }


@pytest.mark.parametrize("template", ["tiny_file", pytest.param("mnist_file", marks=pytest.mark.slow)])
def test_every_changed_formula_is_named_and_no_other(template, request):
    workbook = read_workbook(request.getfixturevalue(template))
    sheet, rnd = workbook.sheets["Network"], random.Random(2009)
    score, missed = Counter(), []
    for exhibit in identify(workbook, None).exhibits:
        for cell in [cell for region in exhibit.regions for cell in chosen(region, rnd)]:
            text, value = sheet.formulas[cell], sheet.values[cell]
            for operator in OPERATORS:
                mutant = operator(text, rnd, sheet.values)
                if mutant is None or mutant == text or equivalent(operator, text):
                    continue
                if mutant:
                    sheet.formulas[cell] = mutant
                else:
                    del sheet.formulas[cell]
                score[operator.__name__, exhibit.stage] += 1
                if named(workbook) != {f"Network!{a1(*cell)}"}:
                    missed.append((exhibit.stage, operator.__name__, a1(*cell), mutant))
                sheet.formulas[cell], sheet.values[cell] = text, value
    for (operator, stage), count in sorted(score.items()):
        print(f"{operator:<26} {stage:<8} {count:>4}")  # noqa: T201 - the score, operators by stages
    assert not missed
    assert score.total() > 300
