"""Asks the program that opens a workbook to compute all of it."""

from __future__ import annotations

import re
from typing import ClassVar

from sheetcnn.excel.elements import Elements, open_tag, start_tag

_BEFORE = (
    *("fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets"),
    *("functionGroups", "externalReferences", "definedNames"),
)
"""What may stand before calcPr, in the order of the schema (ECMA-376, part 1, 18.2.27)."""

_SETTING = re.compile(rb"""\sfullCalcOnLoad\s*=\s*(?:"[^"]*"|'[^']*')""")
_ASKED = b' fullCalcOnLoad="1"'


def with_recalculation(xml: bytes) -> bytes:
    """Return a workbook's part with `fullCalcOnLoad`, and all else of it as it was.

    Excel heeds it; LibreOffice asks its own settings.

    Raises:
        ExpatError: it is no XML.
    """
    part = _WorkbookPart(xml)
    part.walk()
    if part.settings < 0:
        return b"%s<%scalcPr%s/>%s" % (xml[: part.behind], part.prefix, _ASKED, xml[part.behind :])
    tag = start_tag(xml, part.settings)
    end = tag[len(open_tag(tag)) :]
    changed = _SETTING.sub(b"", open_tag(tag)) + _ASKED + end.lstrip()
    return xml[: part.settings] + changed + xml[part.settings + len(tag) :]


class _WorkbookPart(Elements):
    """Where the settings of the calculation stand, -1 if there are none, and the end of what belongs before them."""

    levels: ClassVar[dict[str, int]] = {**dict.fromkeys(_BEFORE, 2), "calcPr": 2}

    def __init__(self, xml: bytes) -> None:
        super().__init__(xml)
        self.settings = self.behind = -1

    def start(self, kind: str, at: int, attributes: dict[str, str]) -> None:
        if kind == "calcPr":
            self.settings = at

    def end(self, kind: str, start: int, inner: int, behind: int) -> None:
        if kind in _BEFORE:
            self.behind = behind
