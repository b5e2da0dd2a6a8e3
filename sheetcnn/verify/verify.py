"""Verifies a workbook: reads it, finds out what it is to be, examines it, reports."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sheetcnn.excel.evaluate import Book
from sheetcnn.excel.read import read_workbook
from sheetcnn.network.templates import Template
from sheetcnn.verify.examine import Examination, count_formulas
from sheetcnn.verify.fields import seen_by
from sheetcnn.verify.report import Report
from sheetcnn.verify.subject import Subject, identify
from sheetcnn.workbook.prediction import Prediction, prediction


def verify(path: Path, template: Template | None = None) -> Report:
    """Check every formula of a workbook against NumPy.

    Inputs and weights are read from the workbook's own cells. Every formula is computed on them, and on
    random numbers in every cell; both results are compared with NumPy, and the stored value with the first.

    Args:
        path: the workbook.
        template: the network that it is to hold; without it, its own table says.

    Raises:
        WorkbookError: the file cannot be read, or does not say which network it holds.
    """
    workbook = read_workbook(path)
    subject = identify(workbook, template)
    examination = Examination(subject)
    own = examination.run()
    report = Report(
        workbook=path,
        template=subject.template,
        formulas=count_formulas(workbook.sheets.values()),
        checked=examination.checked,
        prediction=_prediction(subject, own),
        stages=list(examination.stages.values()),
        findings=[*subject.findings, *examination.findings],
    )
    report.count()
    return report


def _prediction(subject: Subject, own: Book) -> Prediction:
    """Return what NumPy reads in the workbook's own input, with its own weights."""
    seen = seen_by(own, subject.layout.regions, 0)
    with np.errstate(all="ignore"):
        for exhibit in subject.exhibits:
            computed = exhibit.compute(seen)
            seen |= zip((region.name for region in exhibit.regions), computed, strict=True)
    return prediction(seen)
