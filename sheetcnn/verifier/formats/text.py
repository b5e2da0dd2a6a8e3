"""A report as text: a line a stage, then each finding, alike ones together."""

from __future__ import annotations

from collections import Counter

from sheetcnn.errors import printable
from sheetcnn.verifier.report import FOREIGN, INPUT, Finding, Report, StageReport, grouped
from sheetcnn.verifier.severity import ERROR, WARNING

_ROW = "{:<10} {:<9} {:>9} {:>7} {:>14}"
_MOST_NAMED = 3
_MOST = 40
"""Groups of findings that are written out; a file that is wrong in more ways is wrong altogether."""


def as_text(report: Report) -> str:
    """Return a report as lines of text."""
    lines = [_ROW.format("stage", "kind", "formulas", "wrong", "largest error")]
    for stage in report.stages:
        error = f"{stage.max_abs_error:.1e}" if stage.max_abs_error else "0"
        lines.append(
            _ROW.format(_title(stage), stage.kind, f"{stage.formulas:,}", stage.errors or "-", error)
        )
    groups = grouped(report.findings)
    if groups:
        lines.append("")
    for group in groups[:_MOST]:
        lines += _lines(group)
    if cut := [finding for group in groups[_MOST:] for finding in group]:
        counts = Counter(finding.severity for finding in cut)
        more = " and ".join(
            _several(counts[each], f"more {each}") for each in (ERROR, WARNING) if counts[each]
        )
        lines.append(f"... and {more}; --json has them all")
    return "\n".join([*lines, "", *_summary(report)])


def _title(stage: StageReport) -> str:
    """Return what users call a stage: what stands on a sheet of its own by the name of that sheet."""
    return stage.sheet if stage.kind == "sheet" and stage.name != INPUT else stage.name


def as_line(report: Report) -> str:
    """Return a report as one line, for a list of many."""
    return f"{printable(str(report.workbook))}: {' '.join(_summary(report))}"


def _lines(group: list[Finding]) -> list[str]:
    first = group[0]
    if first.kind == FOREIGN and len(group) > 1:
        sheet = first.cell.rpartition("!")[0]
        return [
            f"{first.severity}: {printable(first.cell)} and others: {len(group):,} formulas of the sheet "
            f"{printable(sheet)} are no part of the network: they were not checked"
        ]
    where = first.cell or first.region or first.stage or "workbook"
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
    how = _how(report)
    if not report.ok:
        verdict = (
            f"{_several(report.errors, ERROR)} and {_several(report.warnings, WARNING)} in "
            f"{_several(report.formulas, 'formula')}: "
            f"{', '.join(_counts(report))}{how and f'; of those that are right {how}'}."
        )
    elif report.right == report.formulas:
        verdict = f"All {report.formulas:,} formulas are right, within {report.max_abs_error:.1e} of NumPy"
        verdict += f": {how}." if how else "."
    else:
        verdict = f"{report.right:,} formulas are right{how and f' ({how})'}"
        verdict += f"; {report.foreign:,} are no part of the network and were not checked" * bool(
            report.foreign
        )
        verdict += f"; {report.unjudged:,} were not judged" * bool(report.unjudged) + "."
    return [prediction, verdict, *map(str, report.opinions)]


def _counts(report: Report) -> list[str]:
    """Return how many formulas are what, without what there is none of; right ones are always counted."""
    others = {
        "wrong": report.wrong,
        "not judged": report.unjudged,
        "no part of the network": report.foreign,
    }
    return [f"{report.right:,} right", *(f"{count:,} {what}" for what, count in others.items() if count)]


def _how(report: Report) -> str:
    """Return how formulas are known to be right, if not all of them by their text."""
    others = report.how.others
    if not others:
        return ""
    least, most = (of(other.samples for other in others) for of in (min, max))
    samples = f"{least:,}" if least == most else f"{least:,} to {most:,}"
    cells = ", ".join(printable(other.cell) for other in others[:_MOST_NAMED])
    more = f" and {len(others) - _MOST_NAMED:,} more" if len(others) > _MOST_NAMED else ""
    return (
        f"{report.how.text:,} as expected, {len(others):,} spelled otherwise and right on {samples} samples: "
        f"{cells}{more}"
    )


def _several(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
