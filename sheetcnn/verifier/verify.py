"""Verifies a workbook: reads it, finds out what it is to be, examines it, reports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sheetcnn.excel.reader import read_workbook
from sheetcnn.excel.workbook import Workbook
from sheetcnn.network.template import Template
from sheetcnn.network.template_loader import load_template
from sheetcnn.verifier.audit import Audit, examine
from sheetcnn.verifier.formula_groups import count_formulas
from sheetcnn.verifier.recognize import recognize
from sheetcnn.verifier.region_values import seen_by
from sheetcnn.verifier.report import Finding, How, Report, StageReport
from sheetcnn.verifier.rules import check
from sheetcnn.verifier.severity import ERROR, WARNING
from sheetcnn.workbook.prediction import Prediction, prediction
from sheetcnn.workbook.spec import forward


def verify(
    path: Path | str,
    template: Template | str | None = None,
    *,
    sheet: str | None = None,
    engines: Sequence[str] = (),
) -> Report:
    """Check every formula of a workbook against NumPy.

    Input and weights are read from the workbook's own cells. Every formula is computed twice: on these, and on
    random numbers in every cell. Both results are compared with NumPy, and the first also with the stored value.

    Args:
        path: the workbook.
        template: the network that the workbook has to hold, or its name; without it, what its own sheet `Model` says.
        sheet: the sheet on which the template's cell ranges lie; without it, the one that the template names.
        engines: other programs that compute the workbook as well: `libreoffice`, `ironcalc`, or both.

    Raises:
        WorkbookError: the file cannot be read, or does not say which network it holds.
        SpecError: there is no such template or engine, or the engine is not installed.
    """
    if isinstance(template, str):
        template = load_template(template, weights=False)
    return verify_workbook(read_workbook(Path(path)), template, sheet=sheet, engines=engines)


def verify_workbook(
    workbook: Workbook, template: Template | None, *, sheet: str | None = None, engines: Sequence[str] = ()
) -> Report:
    """Check every formula of a workbook that has been read; see `verify`."""
    audit = examine(recognize(workbook, template, sheet), engines)
    findings = check(audit)
    return Report(
        workbook=workbook.path,
        template=audit.recognized.template,
        formulas=count_formulas(workbook.sheets.values()),
        checked=audit.checked,
        prediction=_prediction(audit),
        stages=_stages(audit, findings),
        findings=findings,
        opinions=[opinion.result for opinion in audit.opinions],
        how=_how(audit),
        foreign=sum(each.foreign for each in audit.beside),
    )


def _prediction(audit: Audit) -> Prediction:
    """Return what NumPy reads in the workbook's own input, with its own weights."""
    # Without what chooses the pixels: they may have been typed over those formulas.
    recognized = audit.recognized
    return prediction(forward(recognized.following, seen_by(audit.counted, recognized.layout.regions, 0)))


def _stages(audit: Audit, findings: Sequence[Finding]) -> list[StageReport]:
    """Return what was found in each stage, in the order of evaluation."""
    stages: dict[str, StageReport] = {}
    for verdict in audit.verdicts:
        block, sheet = verdict.observed.block, verdict.observed.region.sheet
        stage = stages.setdefault(block.stage, StageReport(block.stage, block.kind, sheet))
        stage.formulas += int(verdict.observed.has_formula.sum())
        stage.judged += int(verdict.judged.sum())
        stage.max_abs_error = max(stage.max_abs_error, verdict.difference)
    for name, stage in stages.items():
        severities = [finding.severity for finding in findings if finding.stage == name]
        stage.errors, stage.warnings = severities.count(ERROR), severities.count(WARNING)
    return list(stages.values())


def _how(audit: Audit) -> How:
    """Return how the formulas that are right are known to be."""
    others = [other for verdict in audit.verdicts for other in verdict.others]
    right = sum(int((verdict.right & verdict.judged).sum()) for verdict in audit.verdicts)
    return How(right - len(others), others)
