"""Verifies a workbook: reads it, finds out what it is to be, examines it, reports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sheetcnn.excel.addresses import a1
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.reader import read_workbook
from sheetcnn.excel.workbook import Workbook
from sheetcnn.network.template import Template
from sheetcnn.network.toml_template import load_template
from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.coverage import unjudged
from sheetcnn.verifier.formula_groups import count_formulas
from sheetcnn.verifier.probes import forward
from sheetcnn.verifier.recognize import RecognizedWorkbook, recognize
from sheetcnn.verifier.report import ERROR, EngineResult, Finding, Report
from sheetcnn.verifier.rules.labels import labels
from sheetcnn.verifier.rules.surroundings import circumstances
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
    recognized = recognize(workbook, template, sheet)
    audit = Audit(recognized)
    own = audit.own
    uncomputed = {f"{sheet}!{a1(*cell)}" for sheet, cell in audit.uncomputed}
    opinions = _opinions(recognized, own, engines)
    report = Report(
        workbook=workbook.path,
        template=recognized.template,
        formulas=count_formulas(workbook.sheets.values()),
        checked=audit.checked,
        prediction=_prediction(recognized, own),
        stages=list(audit.stages.values()),
        findings=[
            *recognized.findings,
            *circumstances(recognized),
            *(finding for finding in labels(recognized, own) if finding.cell not in uncomputed),
            *audit.findings,
        ],
        opinions=[opinion for opinion, _ in opinions],
        how=audit.how,
        foreign=audit.foreign,
    )
    for _, findings in opinions:
        known = {finding.cell for finding in report.findings if finding.severity == ERROR}
        report.findings += [finding for finding in findings if finding.cell not in known]
    report.findings += unjudged(report.stages, report.checked, report.findings)
    report.settle()
    return report


def _opinions(
    recognized: RecognizedWorkbook, own: CalcBook, engines: Sequence[str]
) -> list[tuple[EngineResult, list[Finding]]]:
    """Return what other programs compute, and where that differs."""
    if not engines:
        return []
    from sheetcnn.verifier.rules.engine import second_opinion  # brings what starts other programs

    return [second_opinion(recognized, own, engine) for engine in engines]


def _prediction(recognized: RecognizedWorkbook, own: CalcBook) -> Prediction:
    """Return what NumPy reads in the workbook's own input, with its own weights."""
    # Without the pages: pixels may have been typed over the formulas that choose them.
    return prediction(forward(recognized.layout, recognized.following, own))
