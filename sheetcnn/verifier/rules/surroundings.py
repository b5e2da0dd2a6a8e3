"""Checks the workbook around its formulas: settings that change results, and what hides or doubles a number."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from sheetcnn.excel.addresses import Cell, Range, a1, column_letters, range_a1
from sheetcnn.excel.region import Region
from sheetcnn.excel.workbook import Sheet, Workbook
from sheetcnn.verifier.recognize import RecognizedWorkbook
from sheetcnn.verifier.report import ERROR, WARNING, Finding

_OF_NOTES = {"sheet-skipped": WARNING, "ambiguous": ERROR}


def circumstances(recognized: RecognizedWorkbook) -> list[Finding]:
    """Return what is wrong, or worth a look, beside the formulas themselves."""
    workbook = recognized.workbook
    findings = [*_notes(workbook), *_settings(workbook)]
    for sheet in workbook.sheets.values():
        regions = [region for region in recognized.layout.regions if region.sheet == sheet.name]
        findings += [*_hidden(sheet, regions), *_merged(sheet, regions), *_extra_cells(sheet, regions)]
    return findings


def _notes(workbook: Workbook) -> Iterator[Finding]:
    """Yield what was left out when the file was read, and what other programs may read differently."""
    for note in workbook.notes:
        yield Finding(note.cell, "", "", _OF_NOTES[note.kind], note.kind, "", "", note.message)


def _settings(workbook: Workbook) -> Iterator[Finding]:
    """Yield the settings under which right formulas give other numbers, or none."""
    calculation = workbook.calculation
    if not calculation.full_precision:
        yield _of_workbook(
            ERROR,
            "setting",
            "full precision",
            "precision as displayed",
            "precision as displayed is on: every value is rounded to what its cell shows "
            "(Excel: File, Options, Advanced)",
        )
    if calculation.iterate:
        yield _of_workbook(
            WARNING,
            "setting",
            "no iteration",
            "iteration",
            "iterative calculation is on: a circular reference would go unnoticed (Excel: File, Options, Formulas)",
        )
    if calculation.mode == "manual":
        yield _of_workbook(
            WARNING,
            "setting",
            "automatic calculation",
            "manual calculation",
            "calculation is manual: a changed pixel changes nothing until F9 is pressed",
        )
    if workbook.external_links:
        yield _of_workbook(
            WARNING,
            "external-link",
            "",
            ", ".join(workbook.external_links),
            "the workbook refers to other workbooks: what they hold was not checked",
        )


def _hidden(sheet: Sheet, regions: list[Region]) -> Iterator[Finding]:
    """Yield rows, columns and sheets that hold a part of the network and do not show."""
    if not regions:
        return
    if sheet.state != "visible":
        yield _of_workbook(
            WARNING,
            "hidden",
            "",
            sheet.name,
            f"the sheet {sheet.name} is hidden, and holds a part of the network",
        )
    runs = sorted(sheet.hidden_columns)
    for region in regions:
        area = region.area
        rows = [row for row in range(area.top, area.bottom + 1) if row in sheet.hidden_rows]
        if rows:
            yield _of_region(
                region,
                Cell(rows[0], area.left),
                WARNING,
                "hidden",
                f"row {rows[0] + 1} is hidden"
                if len(rows) == 1
                else f"{len(rows)} rows are hidden, from {rows[0] + 1}",
            )
        columns = [first for first, last in runs if first <= area.right and last >= area.left]
        if columns:
            column = max(columns[0], area.left)
            message = f"column {column_letters(column)} is hidden"
            if len(columns) > 1:
                message = f"{len(columns)} runs of columns are hidden, from {column_letters(column)}"
            yield _of_region(region, Cell(area.top, column), WARNING, "hidden", message)


def _merged(sheet: Sheet, regions: list[Region]) -> Iterator[Finding]:
    """Yield merged cells that hide cells of a region: all but the first of them show nothing."""
    merged = np.array(sheet.merged).reshape(-1, 4)
    for region in regions:
        top, left, bottom, right = merged.T
        area = region.area
        touching = (top <= area.bottom) & (area.top <= bottom) & (left <= area.right) & (area.left <= right)
        ranges = [Range(*corners) for corners in merged[touching].tolist()]
        if region.rows == region.columns == 1:  # a number that shows in several cells, once
            ranges = [each for each in ranges if each[:2] != area[:2]]
        ranges = [each for each in ranges if each[:2] != each[2:]]
        if ranges:
            message = f"{range_a1(ranges[0])} is merged: only its first cell shows"
            if len(ranges) > 1:
                message = (
                    f"{len(ranges)} ranges are merged, from {range_a1(ranges[0])}: only first cells show"
                )
            yield _of_region(region, Cell(ranges[0].top, ranges[0].left), ERROR, "merged", message)


def _extra_cells(sheet: Sheet, regions: list[Region]) -> Iterator[Finding]:
    """Yield filled cells in the gaps of regions that are drawn with steps: SUMPRODUCT counts them in."""
    for region in regions:
        if not region.has_gaps:
            continue
        own = set(region.cells())
        for cell in _filled_in(sheet, region.area):
            if cell not in own:
                message = (
                    "a cell between the values of the region is filled: what reads the region counts it in"
                )
                yield _of_region(region, Cell(*cell), ERROR, "extra-cell", message)


def _filled_in(sheet: Sheet, area: Range) -> Iterator[tuple[int, int]]:
    if (area.bottom - area.top) * (area.right - area.left) > len(
        sheet.values
    ):  # someone has torn it far apart
        yield from sorted(cell for cell in {*sheet.values, *sheet.formulas} if area.contains(cell))
        return
    for cell in product(range(area.top, area.bottom + 1), range(area.left, area.right + 1)):
        if cell in sheet.values or cell in sheet.formulas:
            yield cell


def _of_workbook(severity: str, kind: str, expected: str, found: str, message: str) -> Finding:
    return Finding("", "", "", severity, kind, expected, found, message)


def _of_region(region: Region, cell: Cell, severity: str, kind: str, message: str) -> Finding:
    where = f"{region.sheet}!{a1(*cell)}"
    return Finding(where, "", region.name, severity, kind, "", "", message)
