"""Changes single cells of a workbook in the text of its sheet, and nothing else of the file."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from html import escape
from pathlib import Path
from types import MappingProxyType

from sheetcnn.excel.addresses import parse_a1

SHEET = "xl/worksheets/sheet1.xml"


def edit(file: Path, target: Path, cells: dict[str, str | None], *, part: str = SHEET) -> Path:
    """Write a copy of a workbook in which some cells hold something else.

    Args:
        file: the workbook.
        target: the copy.
        cells: the new content of each cell's element by its address, such as `<v>1</v>`; None takes the cell out.
        part: the sheet, by the name of its part.
    """

    return rewrite(file, target, {part: lambda xml: with_cells(xml, cells)})


def rewrite(file: Path, target: Path, changes: dict, added: Mapping[str, str] = MappingProxyType({})) -> Path:
    """Write a copy of a workbook, some parts of which go through a function from text to text; add others."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, changes[name](content.decode()).encode() if name in changes else content)
        for name, content in added.items():
            new.writestr(name, content)
    return target


def with_cells(xml: str, cells: dict[str, str | None]) -> str:
    """Return a sheet's text in which some cells hold something else, as in `edit`; new cells get a row at the end."""
    for address, content in cells.items():
        xml = _with_cell(xml, address, content)
    return xml


def number(value: float) -> str:
    """Return a cell's content: a constant."""
    return f"<v>{value!r}</v>"


def text(value: str) -> str:
    """Return a cell's content: a text, also one that looks like a number."""
    return f"<is><t>{escape(value, quote=False)}</t></is>"


def boolean(value: bool) -> str:
    """Return a cell's content: TRUE or FALSE."""
    return f"<v>{str(value).upper()}</v>"


def error_value(code: str) -> str:
    """Return a cell's content: an error such as #N/A."""
    return f"<v>{code}</v>"


def formula(spelled: str, value: float | str | bool | None) -> str:
    """Return a cell's content: a formula and the value that is stored beside it, if any."""
    said = str(value).upper() if isinstance(value, bool) else str(value)
    stored = "" if value is None else f"<v>{escape(said, quote=False)}</v>"
    return f"<f>{escape(spelled, quote=False)}</f>{stored}"


def without_values(xml: str) -> str:
    """Return a sheet's text with no value beside any formula."""
    return re.sub(r"</f><v>[^<]*</v>", "</f>", xml)


def value_of(file: Path, address: str, *, part: str = SHEET) -> str:
    """Return the text of the value that is stored in a cell."""
    with zipfile.ZipFile(file) as archive:
        found = _cell(address).search(archive.read(part).decode())
    assert found is not None, f"there is no cell {address}"
    return re.search(r"<v>([^<]*)</v>", found[0])[1]


def _with_cell(xml: str, address: str, content: str | None) -> str:
    found = _cell(address).search(xml)
    if found is None:
        return _with_new_cell(xml, address, content)
    if content is None:
        return xml[: found.start()] + xml[found.end() :]
    tag = re.sub(r' t="\w+"', "", found[1]) + _type(content)
    return f"{xml[: found.start()]}{tag}>{_spelled(content)}</c>{xml[found.end() :]}"


def _with_new_cell(xml: str, address: str, content: str) -> str:
    """Put a cell into its row, or a row behind the others."""
    cell = f'<c r="{address}"{_type(content)}>{_spelled(content)}</c>'
    number = re.search(r"\d+$", address)[0]
    if row := re.search(rf'<row r="{number}"[^>]*>.*?(?=</row>)', xml):
        later = (
            found.start()
            for found in re.finditer(r'<c r="(\w+)"', row[0])
            if _column(found[1]) > _column(address)
        )
        place = row.start() + next(later, len(row[0]))
        return xml[:place] + cell + xml[place:]
    return xml.replace("</sheetData>", f'<row r="{number}">{cell}</row></sheetData>')


def _type(content: str) -> str:
    """Return the attribute that says what a cell's value is; a number needs none."""
    if content.startswith("<is>"):
        return ' t="inlineStr"'
    stored = re.search(r"<v>(.*)</v>", content)
    if stored is None or re.fullmatch(r"-?\d[\d.eE+-]*", stored[1]):
        return ""
    if stored[1] in ("TRUE", "FALSE"):
        return ' t="b"'
    return ' t="e"' if stored[1].startswith("#") else ' t="str"'


def _spelled(content: str) -> str:
    return content.replace("<v>TRUE</v>", "<v>1</v>").replace("<v>FALSE</v>", "<v>0</v>")


def _cell(address: str) -> re.Pattern[str]:
    return re.compile(rf'(<c r="{address}"[^>/]*)(?:/>|>.*?</c>)')


def _column(address: str) -> int:
    return parse_a1(address).column
