"""A report as text: a line a stage, then each finding, alike ones together."""

from __future__ import annotations

from sheetcnn.errors import printable
from sheetcnn.verifier.report import Finding, Report, grouped

_ROW = "{:<10} {:<9} {:>9} {:>7} {:>14}"
_MOST = 40
"""Groups of findings that are written out; a file that is wrong in more ways is wrong altogether."""


def as_text(report: Report) -> str:
    """Return a report as lines of text."""
    lines = [_ROW.format("stage", "kind", "formulas", "wrong", "largest error")]
    for stage in report.stages:
        error = f"{stage.max_abs_error:.1e}" if stage.max_abs_error else "0"
        lines.append(_ROW.format(stage.name, stage.kind, f"{stage.formulas:,}", stage.errors or "-", error))
    groups = grouped(report.findings)
    if groups:
        lines.append("")
    for group in groups[:_MOST]:
        lines += _lines(group)
    if len(groups) > _MOST:
        lines.append(f"... and {len(groups) - _MOST} more; --json has them all")
    return "\n".join([*lines, "", *_summary(report)])


def as_line(report: Report) -> str:
    """Return a report as one line, for a list of many."""
    return f"{printable(str(report.workbook))}: {' '.join(_summary(report))}"


def _lines(group: list[Finding]) -> list[str]:
    first = group[0]
    where = first.cell or first.region or "workbook"
    if len(group) > 1:
        where = f"{where} to {group[-1].cell.rpartition('!')[2]} ({len(group):,} cells)"
    lines = [f"{first.severity}: {printable(where)}: {printable(first.message)}"]
    if first.expected:
        lines.append(f"    expected {printable(first.expected)}")
    if first.found:
        lines.append(f"    found    {printable(first.found)}")
    return lines


def _summary(report: Report) -> list[str]:
    prediction = f"{report.prediction}."
    if report.ok and report.checked == report.formulas:
        verdict = f"All {report.formulas:,} formulas are right, within {report.max_abs_error:.1e} of NumPy."
    elif report.ok:
        left = report.formulas - report.checked
        verdict = f"{report.checked:,} formulas are right; {left:,} are no part of the network and were not checked."
    else:
        verdict = (
            f"{report.errors:,} errors and {report.warnings:,} warnings in {report.formulas:,} formulas."
        )
    return [prediction, verdict, *map(str, report.opinions)]
