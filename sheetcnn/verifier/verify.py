"""Verifies a workbook: reads it, finds out what it is to be, examines it, reports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sheetcnn.excel.cells import a1
from sheetcnn.excel.evaluate import Book
from sheetcnn.excel.read import Workbook, read_workbook
from sheetcnn.network.templates import Template, load_template
from sheetcnn.verifier.circumstances import circumstances
from sheetcnn.verifier.coverage import unjudged
from sheetcnn.verifier.examine import Examination
from sheetcnn.verifier.fields import forward
from sheetcnn.verifier.formulas import count_formulas
from sheetcnn.verifier.labels import labels
from sheetcnn.verifier.report import ERROR, Finding, Opinion, Report
from sheetcnn.verifier.subject import Subject, identify
from sheetcnn.workbook.prediction import Prediction, prediction


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
    subject = identify(workbook, template, sheet)
    examination = Examination(subject)
    own = examination.own
    uncomputed = {f"{sheet}!{a1(*cell)}" for sheet, cell in examination.uncomputed}
    opinions = _opinions(subject, own, engines)
    report = Report(
        workbook=workbook.path,
        template=subject.template,
        formulas=count_formulas(workbook.sheets.values()),
        checked=examination.checked,
        prediction=_prediction(subject, own),
        stages=list(examination.stages.values()),
        findings=[
            *subject.findings,
            *circumstances(subject),
            *(finding for finding in labels(subject, own) if finding.cell not in uncomputed),
            *examination.findings,
        ],
        opinions=[opinion for opinion, _ in opinions],
        how=examination.how,
        foreign=examination.foreign,
    )
    for _, findings in opinions:
        known = {finding.cell for finding in report.findings if finding.severity == ERROR}
        report.findings += [finding for finding in findings if finding.cell not in known]
    report.findings += unjudged(report.stages, report.checked, report.findings)
    report.settle()
    return report


def _opinions(subject: Subject, own: Book, engines: Sequence[str]) -> list[tuple[Opinion, list[Finding]]]:
    """Return what other programs compute, and where that differs."""
    if not engines:
        return []
    from sheetcnn.verifier.second_opinion import second_opinion  # brings what starts other programs

    return [second_opinion(subject, own, engine) for engine in engines]


def _prediction(subject: Subject, own: Book) -> Prediction:
    """Return what NumPy reads in the workbook's own input, with its own weights."""
    # Without the pages: pixels may have been typed over the formulas that choose them.
    return prediction(forward(subject.layout, subject.following, own))
