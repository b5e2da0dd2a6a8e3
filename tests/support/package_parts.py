"""A workbook as the parts of its package, for rules about them; nothing of sheetcnn's own reader is used."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from xml.etree import ElementTree as ET

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384

_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})$")


@dataclass(frozen=True)
class Area:
    """Cells from one corner to the other, both counted from 1 and both within."""

    top: int
    left: int
    bottom: int
    right: int

    def overlaps(self, other: Area) -> bool:
        down = self.top <= other.bottom and other.top <= self.bottom
        along = self.left <= other.right and other.left <= self.right
        return down and along

    def holds(self, other: Area) -> bool:
        return (self.top, self.left) <= (other.top, other.left) and (
            self.bottom >= other.bottom and self.right >= other.right and self.left <= other.left
        )


def area(text: str) -> Area | None:
    """Return the area of A1 or A1:B2, None if that is none."""
    ends = [_CELL.match(end) for end in text.split(":")]
    if not 1 <= len(ends) <= 2 or not all(ends):
        return None
    places = [(int(end[2]), _column(end[1])) for end in ends if end]
    (top, left), (bottom, right) = places[0], places[-1]
    inside = 1 <= top <= bottom <= LAST_ROW and 1 <= left <= right <= LAST_COLUMN
    return Area(top, left, bottom, right) if inside else None


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


@dataclass(frozen=True)
class Target:
    """Where a relationship leads: a part's name, or an address outside of the package."""

    kind: str
    name: str
    external: bool


class Package:
    """The parts of a workbook, by name, and what every rule asks of them."""

    def __init__(self, parts: dict[str, bytes], names: list[str] | None = None) -> None:
        self.parts = parts
        self.names = list(parts) if names is None else names

    @classmethod
    def read(cls, path: Path) -> Package:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            return cls({name: archive.read(name) for name in names}, names)

    def xml(self, name: str) -> ET.Element:
        if name not in self._trees:
            self._trees[name] = ET.fromstring(self.parts[name])  # noqa: S314 - a file that the test wrote
        return self._trees[name]

    @cached_property
    def _trees(self) -> dict[str, ET.Element]:
        return {}

    @cached_property
    def workbook(self) -> ET.Element:
        return self.xml("xl/workbook.xml")

    @cached_property
    def styles(self) -> ET.Element:
        return self.xml("xl/styles.xml")

    def targets(self, part: str) -> dict[str, Target]:
        """Return where the relationships of a part lead, by their ids."""
        folder, _, name = part.rpartition("/")
        relations = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
        if relations not in self.parts:
            return {}
        return {
            each.get("Id", ""): Target(
                each.get("Type", "").rpartition("/")[2],
                self._resolved(folder, each.get("Target", ""), each.get("TargetMode")),
                each.get("TargetMode") == "External",
            )
            for each in self.xml(relations).iter(f"{PACKAGE}Relationship")
        }

    def _resolved(self, folder: str, target: str, mode: str | None) -> str:
        if mode == "External":
            return target
        return target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))

    @cached_property
    def sheets(self) -> dict[str, str]:
        """The part of each sheet, by the sheet's name."""
        targets = self.targets("xl/workbook.xml")
        return {
            sheet.get("name", ""): targets[sheet.get(f"{RELATION}id", "")].name
            for sheet in self.workbook.iter(f"{MAIN}sheet")
            if sheet.get(f"{RELATION}id", "") in targets
        }

    @cached_property
    def worksheets(self) -> dict[str, ET.Element]:
        """Each sheet's XML, by the sheet's name."""
        return {name: self.xml(part) for name, part in self.sheets.items() if part in self.parts}

    @cached_property
    def texts(self) -> list[str]:
        """The shared strings."""
        if "xl/sharedStrings.xml" not in self.parts:
            return []
        return [
            "".join(text.text or "" for text in item.iter(f"{MAIN}t"))
            for item in self.xml("xl/sharedStrings.xml").iter(f"{MAIN}si")
        ]

    @cached_property
    def defined(self) -> list[ET.Element]:
        """The defined names."""
        return list(self.workbook.iter(f"{MAIN}definedName"))

    def charts(self) -> Iterator[tuple[str, ET.Element]]:
        for name in self.parts:
            if re.fullmatch(r"xl/charts/chart\d+\.xml", name):
                yield name, self.xml(name)


def formula_problems(text: str) -> Iterator[str]:
    """Yield what Excel would not accept of a formula's size: characters, arguments, levels, literals."""
    if len(text) > 8192:
        yield f"{len(text):,} characters"
    if text.startswith("="):
        yield "a leading ="
    without = re.sub(r"'(?:[^']|'')*'!", "", text)
    literals = [each.replace('""', '"') for each in re.findall(r'"((?:[^"]|"")*)"', without)]
    yield from (f"a string of {len(literal)} characters" for literal in literals if len(literal) > 255)
    yield from _bracket_problems(re.sub(r'"(?:[^"]|"")*"', "", without))


def _bracket_problems(text: str) -> Iterator[str]:
    """Yield what is wrong with the brackets and commas of a formula without its texts."""
    arguments = [1]
    for sign in re.findall(r'[(){},"]', text):
        if sign == '"':
            yield "a string that does not end"
        elif sign in "({":
            arguments.append(1)
            if len(arguments) == 66:
                yield "more than 64 levels"
        elif sign == ",":
            arguments[-1] += 1
        elif arguments.pop() > 255:
            yield "more than 255 arguments"
        elif not arguments:
            yield "a bracket too many"
            return
    if len(arguments) != 1:
        yield "brackets that do not close"
