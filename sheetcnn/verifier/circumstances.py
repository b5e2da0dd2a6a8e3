"""Checks the workbook around its formulas: settings that change results, and what hides or doubles a number."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.excel.cells import Cell, Range, Region, a1, column_letters, range_a1
from sheetcnn.excel.read import Sheet, Workbook
from sheetcnn.verifier.report import ERROR, WARNING, Finding
from sheetcnn.verifier.subject import Subject


def circumstances(subject: Subject) -> list[Finding]:
    """Return what is wrong, or worth a look, beside the formulas themselves."""
    workbook = subject.workbook
    findings = [*_settings(workbook)]
    for sheet in workbook.sheets.values():
        regions = [region for region in subject.layout.regions if region.sheet == sheet.name]
        findings += [*_hidden(sheet, regions), *_merged(sheet, regions), *_extra_cells(sheet, regions)]
    return findings


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
    for region in regions:
        area = region.area
        rows = [row for row in sorted(sheet.hidden_rows) if area.top <= row <= area.bottom]
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
        for first, last in sheet.hidden_columns:
            if first <= area.right and last >= area.left:
                column = max(first, area.left)
                message = f"column {column_letters(column)} is hidden"
                yield _of_region(region, Cell(area.top, column), WARNING, "hidden", message)


def _merged(sheet: Sheet, regions: list[Region]) -> Iterator[Finding]:
    """Yield merged cells that hide cells of a region: all but the first of them show nothing."""
    for merged in sheet.merged:
        for region in regions:
            only_first = region.rows == region.columns == 1 and region.area[:2] == merged[:2]
            if merged.overlaps(region.area) and merged[:2] != merged[2:] and not only_first:
                message = f"{range_a1(merged)} is merged: only its first cell shows"
                yield _of_region(region, Cell(merged.top, merged.left), ERROR, "merged", message)


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
    for cell in sorted({*sheet.values, *sheet.formulas}):
        if area.contains(cell):
            yield cell


def _of_workbook(severity: str, kind: str, expected: str, found: str, message: str) -> Finding:
    return Finding("", "", "", severity, kind, expected, found, message)


def _of_region(region: Region, cell: Cell, severity: str, kind: str, message: str) -> Finding:
    where = f"{region.sheet}!{a1(*cell)}"
    return Finding(where, "", region.name, severity, kind, "", "", message)
