"""The rule `chart`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sheetcnn.excel.addresses import Range, quoted_sheet, range_a1
from sheetcnn.excel.decoration import Chart as FoundChart
from sheetcnn.excel.region import Region
from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.decoration import referred
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule
from sheetcnn.verifier.severity import WARNING
from sheetcnn.workbook.decoration import BarChart, LineChart

_Shown = list[tuple[str, Range]]


class Chart(Rule):
    """A chart shows other cells than it is made for.

    Why it matters: numbers may be right, and what people look at is not: the bar of a class is missing, or a curve
    is that of another column. A chart that is gone, or one of your own, is not asked about.

    To mend it: choose Select Data in the chart's menu, and give the range that is said to belong there.
    """

    code = "chart"
    severity = WARNING

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield each chart that shares cells with one that belongs there, and shows others, too."""
        sheets = audit.recognized.workbook.sheets
        for name, cells in sheets.items():
            if cells.unread_charts:
                message = f"the charts of the sheet {name} were not judged, as the file {cells.unread_charts}"
                yield self.finding(message, found=name)
        spare = {name: [_shown(chart) for chart in cells.charts] for name, cells in sheets.items()}
        missing = []
        for sheet, chart in audit.decoration:
            if not isinstance(chart, BarChart | LineChart):
                continue
            shown = [(region.sheet.casefold(), region.area) for region in chart.reads]
            if shown in spare[sheet]:
                spare[sheet].remove(shown)
            else:
                missing.append((sheet, chart.reads, shown))
        for sheet, reads, shown in missing:
            near = next((each for each in spare[sheet] if _touch(each, shown)), None)
            if near is not None:
                spare[sheet].remove(near)
                yield self._differs(reads, shown, near)

    def _differs(self, reads: Sequence[Region], shown: _Shown, found: _Shown) -> Finding:
        others = [each for each in found if each not in shown]
        without = [region for region, each in zip(reads, shown, strict=True) if each not in found]
        region = (without or list(reads))[-1]
        message = "a chart shows other cells than it is made for"
        return self.at(
            region, region.cell(0, 0), message, expected=_listed(shown), found=_listed(others or found)
        )


def _shown(chart: FoundChart) -> _Shown:
    found = (referred(text) for text in chart.references)
    return [(each[0].casefold(), each[1]) for each in found if each is not None]


def _touch(one: _Shown, other: _Shown) -> bool:
    return any(sheet == name and area.overlaps(cells) for sheet, area in one for name, cells in other)


def _listed(shown: _Shown) -> str:
    return ", ".join(f"{quoted_sheet(sheet)}!{range_a1(area)}" for sheet, area in shown)
