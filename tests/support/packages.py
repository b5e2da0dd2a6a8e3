"""Workbooks written by hand, part by part, for tests of what no library would write."""

from __future__ import annotations

import zipfile
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def relations(*targets: tuple[str, str]) -> str:
    """Return a relations part: rId1, rId2, ... of (kind, target)."""
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE_RELATIONS}">{rows}</Relationships>'


def worksheet(rows: str, *, before: str = "", after: str = "") -> str:
    """Return a worksheet of `<row>` elements, with other elements around its cells."""
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def workbook(inner: str) -> str:
    """Return the workbook part."""
    return f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{inner}</workbook>'


def minimal(rows: str = "", texts: str = "", *, before: str = "", after: str = "") -> dict[str, str | bytes]:
    """Return the parts of a workbook with one sheet S of `<row>` and a table of `<si>` elements."""
    return {
        "[Content_Types].xml": f'<Types xmlns="{CONTENT_TYPES}">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{XLSX}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{XLSX}.worksheet+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{XLSX}.sharedStrings+xml"/></Types>',
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": workbook('<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets>'),
        "xl/_rels/workbook.xml.rels": relations(
            ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")
        ),
        "xl/worksheets/sheet1.xml": worksheet(rows, before=before, after=after),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{texts}</sst>',
    }


def save(path: Path, parts: dict[str, str | bytes], *, deflated: bool = True) -> Path:
    """Write the parts as a workbook and return its path."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path
