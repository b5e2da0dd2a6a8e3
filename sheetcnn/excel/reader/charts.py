"""Reads which cells the charts of a sheet show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sheetcnn.excel.decoration import Chart
from sheetcnn.excel.package import MIB, Package, Refusal
from sheetcnn.excel.reader.relationships import SmallParts
from sheetcnn.excel.reader.xml_stream import PartReader
from sheetcnn.excel.workbook import Sheet

MAX_XML: Final = 16 * MIB  # of all drawings and charts: those of a workbook come to some 20 kB each
MAX_REFERENCES: Final = 20_000  # of all charts: to parse one takes 20 us

_KINDS: Final = frozenset(
    f"{kind}Chart"
    for kind in ("area", "bar", "line", "scatter", "pie", "radar", "doughnut", "bubble", "area3D", "bar3D")
) | {"line3DChart", "pie3DChart", "ofPieChart", "stockChart", "surfaceChart", "surface3DChart"}
_OF_SERIES: Final = frozenset({"cat", "val", "xVal", "yVal", "bubbleSize"})
"""What a series shows. Not its name: LibreOffice saves a written one as if it were a reference."""


def read_charts(package: Package, sheets: Iterable[Sheet]) -> None:
    """Find the charts of each sheet; where they cannot be read, the sheet says why.

    Args:
        package: the workbook's.
        sheets: to be filled.
    """
    parts, room = SmallParts(package, MAX_XML, "charts"), MAX_REFERENCES
    for sheet in sheets:
        try:
            for drawing in _targets(parts, sheet.part, "drawing"):
                for part in _targets(parts, drawing, "chart"):
                    reader = _ChartReader(room)
                    parts.read(part, reader)
                    room -= len(reader.references)
                    sheet.charts.append(Chart(part, tuple(reader.references)))
        except Refusal as refusal:
            sheet.charts.clear()
            sheet.unread_charts = str(refusal)


def _targets(parts: SmallParts, part: str, kind: str) -> list[str]:
    """Return the parts of one kind that a part refers to within the package."""
    found = parts.relationships(part).values()
    return [each.target for each in found if each.kind == kind and not each.is_external]


class _ChartReader(PartReader):
    """Collects the references of the series of a chart (ECMA-376, part 1, 21.2.2.63).

    Args:
        room: how many references there may be.
    """

    namespaces = frozenset(
        {
            "http://schemas.openxmlformats.org/drawingml/2006/chart",
            "http://purl.oclc.org/ooxml/drawingml/chart",
        }
    )
    places = {  # noqa: RUF012
        "": frozenset({"chartSpace"}),
        "chartSpace": frozenset({"chart"}),
        "chart": frozenset({"plotArea"}),
        "plotArea": _KINDS,
        **dict.fromkeys(_KINDS, frozenset({"ser"})),
        "ser": _OF_SERIES,
        **dict.fromkeys(_OF_SERIES, frozenset({"strRef", "numRef", "multiLvlStrRef"})),
        **dict.fromkeys(("strRef", "numRef", "multiLvlStrRef"), frozenset({"f"})),
    }

    def __init__(self, room: int) -> None:
        super().__init__()
        self.references: list[str] = []
        self._room = room
        self.at_start["f"] = lambda _: self.chunks.clear()
        self.at_end["f"] = self._end_reference

    def _end_reference(self) -> None:
        if len(self.references) >= self._room:
            raise Refusal(
                f"shows more than {MAX_REFERENCES:,} ranges in its charts: remove what it does not need"
            )
        self.references.append("".join(self.chunks))
