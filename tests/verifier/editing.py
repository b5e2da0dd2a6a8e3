"""Changes single cells of a workbook in the text of its sheet, and nothing else of the file."""

from __future__ import annotations

import re
import zipfile
from html import escape
from pathlib import Path

SHEET = "xl/worksheets/sheet1.xml"


def edit(file: Path, target: Path, cells: dict[str, str | None], *, part: str = SHEET) -> Path:
    """Write a copy of a workbook in which some cells hold something else.

    Args:
        file: the workbook.
        target: the copy.
        cells: the new content of each cell's element by its address, such as `<v>1</v>`; None takes the cell out.
        part: the sheet, by the name of its part.
    """

    def changed(xml: str) -> str:
        for address, content in cells.items():
            xml = _with_cell(xml, address, content)
        return xml

    return rewrite(file, target, {part: changed})


def rewrite(file: Path, target: Path, changes: dict) -> Path:
    """Write a copy of a workbook, some parts of which go through a function from text to text."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, changes[name](content.decode()).encode() if name in changes else content)
    return target


def number(value: float) -> str:
    """Return a cell's content: a constant."""
    return f"<v>{value!r}</v>"


def text(value: str) -> str:
    """Return a cell's content: a text, also one that looks like a number."""
    return f"<is><t>{escape(value, quote=False)}</t></is>"


def formula(spelled: str, value: float | str | None) -> str:
    """Return a cell's content: a formula and the value that is stored beside it, if any."""
    stored = "" if value is None else f"<v>{escape(str(value), quote=False)}</v>"
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
    assert found is not None, f"there is no cell {address}"
    if content is None:
        return xml[: found.start()] + xml[found.end() :]
    tag = re.sub(r' t="\w+"', "", found[1]) + _type(content)
    return f"{xml[: found.start()]}{tag}>{content}</c>{xml[found.end() :]}"


def _type(content: str) -> str:
    """Return the attribute that says what a cell's value is; a number needs none."""
    if content.startswith("<is>"):
        return ' t="inlineStr"'
    stored = re.search(r"<v>(.*)</v>", content)
    return ' t="str"' if stored and not re.fullmatch(r"-?\d[\d.eE+-]*", stored[1]) else ""


def _cell(address: str) -> re.Pattern[str]:
    return re.compile(rf'(<c r="{address}"[^>/]*)(?:/>|>.*?</c>)')
