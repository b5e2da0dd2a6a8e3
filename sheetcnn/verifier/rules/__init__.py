"""The rules, one file each: what is looked for in a workbook, and in what order it is told."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from sheetcnn.excel.addresses import parse_a1
from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.constants import constants
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.ambiguous import Ambiguous
from sheetcnn.verifier.rules.changed import Changed
from sheetcnn.verifier.rules.chart import Chart
from sheetcnn.verifier.rules.circular import Circular
from sheetcnn.verifier.rules.colour_scale import ColourScale
from sheetcnn.verifier.rules.dead_link import DeadLink
from sheetcnn.verifier.rules.deleted_sheet import DeletedSheet
from sheetcnn.verifier.rules.dropdown import Dropdown
from sheetcnn.verifier.rules.engine import Engine
from sheetcnn.verifier.rules.external_link import ExternalLink
from sheetcnn.verifier.rules.extra_cell import ExtraCell
from sheetcnn.verifier.rules.formula import Formula
from sheetcnn.verifier.rules.formula_for_number import FormulaForNumber
from sheetcnn.verifier.rules.hidden import Hidden
from sheetcnn.verifier.rules.label import Label
from sheetcnn.verifier.rules.left_out import LeftOut
from sheetcnn.verifier.rules.merged import Merged
from sheetcnn.verifier.rules.missing_formula import MissingFormula
from sheetcnn.verifier.rules.missing_value import MissingValue
from sheetcnn.verifier.rules.model import Model
from sheetcnn.verifier.rules.name import Name
from sheetcnn.verifier.rules.not_a_choice import NotAChoice
from sheetcnn.verifier.rules.not_a_number import NotANumber
from sheetcnn.verifier.rules.nothing_judged import NothingJudged
from sheetcnn.verifier.rules.overflow import Overflow
from sheetcnn.verifier.rules.own_pixel import OwnPixel
from sheetcnn.verifier.rules.pages import Pages
from sheetcnn.verifier.rules.print_area import PrintArea
from sheetcnn.verifier.rules.rule import Rule, Subject
from sheetcnn.verifier.rules.setting import Setting
from sheetcnn.verifier.rules.sheet_skipped import SheetSkipped
from sheetcnn.verifier.rules.stale_value import StaleValue
from sheetcnn.verifier.rules.surplus import Surplus
from sheetcnn.verifier.rules.unknown_formula import UnknownFormula
from sheetcnn.verifier.rules.unsupported import Unsupported
from sheetcnn.verifier.rules.value_for_formula import ValueForFormula
from sheetcnn.verifier.severity import ERROR

RULES: tuple[Rule, ...] = (
    Name(),
    Pages(),
    DeletedSheet(),
    LeftOut(),
    Model(),
    SheetSkipped(),
    Ambiguous(),
    Setting(),
    ExternalLink(),
    Hidden(),
    Merged(),
    ExtraCell(),
    Chart(),
    Dropdown(),
    ColourScale(),
    PrintArea(),
    Label(),
    Circular(),
    Changed(),
    NotAChoice(),
    NotANumber(),
    MissingFormula(),
    ValueForFormula(),
    OwnPixel(),
    Formula(),
    DeadLink(),
    Unsupported(),
    Overflow(),
    FormulaForNumber(),
    Surplus(),
    UnknownFormula(),
    MissingValue(),
    StaleValue(),
    Engine(),
    NothingJudged(),
)
"""Every rule, in the order in which findings are told."""

__all__ = ["RULES", "Rule", "Subject", "check"]


def check(audit: Audit, rules: Sequence[Rule] = RULES) -> list[Finding]:
    """Return what rules find in a workbook: errors before warnings, both in the order of the rules and the stages."""
    findings: list[Finding] = []
    known: set[tuple[str, str]] = set()  # the cells and the stages of which errors are told
    for of_workbook, several in groupby(rules, key=lambda rule: rule.subject is Subject.WORKBOOK):
        found = [(rule, finding) for rule in several for finding in rule.check(audit)]
        if not of_workbook:
            order = _Order(audit)
            found.sort(key=lambda pair: order.of(*pair))
        for rule, finding in found:
            about = {"cell": finding.cell, "stage": finding.stage}
            beside = rule.left_out_beside
            if beside and about[beside] and (beside, about[beside]) in known:
                continue
            findings.append(finding)
            if finding.severity == ERROR:
                known |= about.items()
    return sorted(findings, key=lambda finding: finding.severity != ERROR)


class _Order:
    """The order of findings about cells: constants, regions of formulas, then formulas beside them."""

    def __init__(self, audit: Audit) -> None:
        self._constants = {region.name: at for at, (_, region) in enumerate(constants(audit.recognized))}
        observed = enumerate(audit.formulas.all_observed)
        self._regions = {each.region.name: at for at, each in observed}
        self._beside = {each.cell: at for at, each in enumerate(audit.beside)}

    def of(self, rule: Rule, finding: Finding) -> tuple[int, int, int, tuple[int, int]]:
        cell = parse_a1(finding.cell.rpartition("!")[2])
        if rule.subject is Subject.CONSTANTS:
            return 0, self._constants[finding.region], rule.subject, cell
        if finding.cell in self._beside:
            return 2, self._beside[finding.cell], rule.subject, cell
        return 1, self._regions[finding.region], rule.subject, cell
