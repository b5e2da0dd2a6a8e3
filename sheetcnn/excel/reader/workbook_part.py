"""Reads what a workbook says of itself: where its sheets and texts are, its names, how it calculates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sheetcnn.errors import printable
from sheetcnn.excel.addresses import parse_a1, quoted_sheet
from sheetcnn.excel.limits import MAX_SHEET_NAME
from sheetcnn.excel.package import SAVE_AGAIN, Package, Refusal
from sheetcnn.excel.reader.relationships import Relationship, SmallParts, referred
from sheetcnn.excel.reader.xml_stream import PartReader, flag, is_escaped, unescaped
from sheetcnn.excel.workbook import Calculation, Note, Sheet

MAX_SHEETS: Final = 1_000

_IS_WORKBOOK = re.compile(
    r"application/vnd\.(openxmlformats-officedocument\.spreadsheetml\.(sheet|template)"
    r"|ms-excel\.(sheet|template)\.macroEnabled|ms-excel\.addin\.macroEnabled)\.main\+xml",
    re.IGNORECASE,
)
_FORBIDDEN_IN_SHEET_NAME = re.compile(r"[\[\]*?:/\\]|^$")
_MODES = ("auto", "manual", "autoNoTable")


@dataclass(frozen=True, slots=True)
class Description:
    """What a workbook says of itself, and nothing of its cells and texts."""

    sheets: list[Sheet]
    texts_part: str | None
    names: dict[str, str]
    calculation: Calculation
    external_links: list[str]
    starts_in_1904: bool
    notes: list[Note]
    part: str


def describe(package: Package) -> Description:
    """Return which sheets there are, in which parts, and what else the workbook says of itself.

    Raises:
        Refusal: it is damaged, or says things that programs read differently.
    """
    description = SmallParts(package)
    part = _workbook_part(description)
    relations = description.relationships(part)
    workbook = _WorkbookReader()
    description.read(part, workbook)
    names = _names(workbook)
    notes: list[Note] = []
    sheets = list(_sheets(workbook, relations, package, names, notes))
    if not sheets:
        why = f" ({notes[0].message})" if notes else ""
        raise Refusal(f"holds no worksheet that can be read{why}: {SAVE_AGAIN}")
    return Description(
        sheets=sheets,
        texts_part=_texts_part(relations),
        names=names[None],
        calculation=_calculation(workbook.calculation),
        external_links=[
            link
            for to in relations.values()
            if to.kind == "externalLink"
            for link in [each.target for each in description.relationships(to.target).values()] or [to.target]
        ],
        starts_in_1904=flag(workbook.properties, "date1904"),
        notes=notes,
        part=package.entry(part) or part,
    )


class _WorkbookReader(PartReader):
    """Reads the part that lists sheets, names and settings (ECMA-376, part 1, 18.2)."""

    places = {  # noqa: RUF012
        "": frozenset({"workbook"}),
        "workbook": frozenset({"workbookPr", "sheets", "definedNames", "calcPr"}),
        "sheets": frozenset({"sheet"}),
        "definedNames": frozenset({"definedName"}),
    }
    closed = frozenset({"sheets", "definedNames", "definedName"})
    single = places["workbook"]

    def __init__(self) -> None:
        super().__init__()
        self.properties: dict[str, str] = {}
        self.calculation: dict[str, str] = {}
        self.sheets: list[dict[str, str]] = []
        self.names: list[tuple[dict[str, str], str]] = []
        self._name: dict[str, str] = {}
        self.at_start |= {
            "workbookPr": self.properties.update,
            "calcPr": self.calculation.update,
            "sheet": self.sheets.append,
            "definedName": self._start_name,
        }
        self.at_end["definedName"] = self._end_name

    def _start_name(self, attributes: dict[str, str]) -> None:
        self._name = attributes
        self.chunks.clear()

    def _end_name(self) -> None:
        self.names.append((self._name, "".join(self.chunks)))


def _workbook_part(description: SmallParts) -> str:
    parts = {to.target for to in description.relationships("").values() if to.kind == "officeDocument"}
    if len(parts) != 1:
        what = "no part that claims" if not parts else f"{len(parts)} parts that claim"
        raise Refusal(f"holds {what} to be the workbook: {SAVE_AGAIN}")
    (part,) = parts
    if not _IS_WORKBOOK.fullmatch(description.content_type(part)):
        raise Refusal(f"does not list its part {printable(part)} as a workbook: {SAVE_AGAIN}")
    return part


def _texts_part(relations: Mapping[str, Relationship]) -> str | None:
    parts = {to.target for to in relations.values() if to.kind == "sharedStrings"}
    if len(parts) > 1:
        raise Refusal(f"holds {len(parts)} tables of texts, which programs read differently: {SAVE_AGAIN}")
    return next(iter(parts), None)


def _sheets(
    workbook: _WorkbookReader,
    relations: dict[str, Relationship],
    package: Package,
    names: dict[int | None, dict[str, str]],
    notes: list[Note],
) -> Iterator[Sheet]:
    """Yield the worksheets, still empty, in the order of their tabs; note what is none."""
    if len(workbook.sheets) > MAX_SHEETS:
        raise Refusal(f"lists {len(workbook.sheets)} sheets, more than the {MAX_SHEETS} that are read")
    spellings: set[str] = set()
    parts: set[str] = set()
    print_areas = _print_areas(workbook)
    for place, attributes in enumerate(workbook.sheets):
        name = unescaped(attributes.get("name", ""))
        if _FORBIDDEN_IN_SHEET_NAME.search(name):
            raise Refusal(f'has a sheet named "{printable(name)}", as none may be: {SAVE_AGAIN}')
        if name.casefold() in spellings:
            raise Refusal(f"lists its sheet {printable(name)} twice: {SAVE_AGAIN}")
        spellings.add(name.casefold())
        entry, why = _entry(referred(attributes, relations), package)
        if entry is None:
            notes.append(_skipped(name, why))
            continue
        if entry in parts:
            raise Refusal(f"lists its sheet {printable(name)} twice: {SAVE_AGAIN}")
        parts.add(entry)
        if len(name) > MAX_SHEET_NAME:
            notes.append(_too_long(name))
        state = attributes.get("state", "visible")
        state = state if state in ("hidden", "veryHidden") else "visible"
        yield Sheet(name, entry, state, names=names.get(place, {}), print_area=print_areas.get(place, ""))


def _entry(relation: Relationship | None, package: Package) -> tuple[str | None, str]:
    """Return the name in the zip archive of a worksheet, or None and why it cannot be read."""
    if relation is None:
        return None, "it has no part in the file"
    if relation.is_external:
        return None, "it lies in another file"
    if relation.kind != "worksheet":
        return None, f"it is a {printable(relation.kind) or 'part of unknown kind'}, no worksheet"
    return package.entry(relation.target), f"its part {printable(relation.target)} is missing"


def _skipped(name: str, why: str) -> Note:
    return Note("sheet-skipped", "", f"the sheet {printable(name)} was passed over: {why}")


def _too_long(name: str) -> Note:
    message = (
        f"the sheet {printable(quoted_sheet(name))} has a name of {len(name)} characters: programs that cut it off "
        f"at {MAX_SHEET_NAME} no longer find what formulas refer to"
    )
    return Note("ambiguous", "", message)


def _names(workbook: _WorkbookReader) -> dict[int | None, dict[str, str]]:
    """Return the defined names by their sheet's place among all sheets, None for the whole workbook."""
    found: dict[int | None, dict[str, str]] = {None: {}}
    spellings: set[tuple[int | None, str]] = set()
    for attributes, text in workbook.names:
        name = unescaped(attributes.get("name", ""))
        # a sheet's print area and the like, which LibreOffice may write twice; and macros
        if name.startswith("_xlnm.") or flag(attributes, "function"):
            continue
        place = _place(name, attributes, len(workbook.sheets))
        if (place, name.casefold()) in spellings:
            raise Refusal(f"defines the name {printable(name)} twice: {SAVE_AGAIN}")
        if not name or _is_cell(name):
            raise Refusal(f'defines the name "{printable(name)}", as nothing may be named: {SAVE_AGAIN}')
        if is_escaped(text):
            raise Refusal(
                f"defines {printable(name)} by an escaped text, which programs read differently: {SAVE_AGAIN}"
            )
        spellings.add((place, name.casefold()))
        found.setdefault(place, {})[name] = text.strip().removeprefix("=")
    return found


def _print_areas(workbook: _WorkbookReader) -> dict[int, str]:
    """Return what is printed of sheets, by their places among all; where it is told twice, the last."""
    areas: dict[int, str] = {}
    for attributes, text in workbook.names:
        place = attributes.get("localSheetId", "")
        if attributes.get("name") == "_xlnm.Print_Area" and re.fullmatch("[0-9]{1,4}", place):
            areas[int(place)] = text.strip()
    return areas


def _place(name: str, attributes: dict[str, str], sheets: int) -> int | None:
    """Return the place of the sheet for which alone a name is defined, None for all."""
    text = attributes.get("localSheetId")
    if text is None:
        return None
    if not re.fullmatch("[0-9]{1,4}", text) or int(text) >= sheets:
        raise Refusal(f"defines the name {printable(name)} for a sheet that is not there: {SAVE_AGAIN}")
    return int(text)


def _is_cell(name: str) -> bool:
    try:
        parse_a1(name)
    except ValueError:
        return False
    return True


def _calculation(settings: dict[str, str]) -> Calculation:
    mode = settings.get("calcMode", "auto")
    if mode not in _MODES:
        raise Refusal(f"is calculated in an unknown way, {printable(mode)}: {SAVE_AGAIN}")
    return Calculation(
        mode=mode,
        iterate=flag(settings, "iterate"),
        full_precision=flag(settings, "fullPrecision", default=True),
    )
