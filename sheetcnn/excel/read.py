"""Reads a workbook: limits first, then cells. No other module opens one.

openpyxl tells what the package holds: sheets, names, how it calculates, links. Cells and texts are streamed
with expat, four to ten times faster, and nothing that a file merely claims is ever walked.
"""

from __future__ import annotations

import io
import re
import stat
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias
from xml.parsers import expat

from sheetcnn.errors import WorkbookError, printable
from sheetcnn.excel.cells import (
    MAX_COLUMNS,
    MAX_ROWS,
    Range,
    a1,
    column_letters,
    column_number,
    parse_range,
)
from sheetcnn.excel.values import ErrorValue

if TYPE_CHECKING:
    from datetime import datetime

    from openpyxl.reader.workbook import WorkbookParser
    from openpyxl.workbook.properties import CalcProperties

MIB: Final = 1024 * 1024
MAX_FILE: Final = 64 * MIB
MAX_PARTS: Final = 1_000
MAX_INFLATED: Final = 256 * MIB
MAX_RATIO: Final = 200  # of a part's inflated to its deflated size, once it is larger than 1 MiB
MAX_DESCRIPTION: Final = 2 * MIB  # workbook.xml and the relations, which openpyxl holds whole
# together they keep the worst file within 10 s and 1 GiB, and leave room for 500,000 formulas with values
MAX_ELEMENTS: Final = 7_000_000  # of XML, in all sheets: 1 us each
MAX_KEPT: Final = 2_000_000  # values, formulas, texts and the like, in all sheets: 3 us and 170 bytes each
MAX_CHARACTERS: Final = 48 * MIB  # of all texts and formulas, shared ones spelled out: up to 4 bytes each
MAX_DEPTH: Final = 1_000  # of open elements at the end of a chunk
MAX_XML_NAMES: Final = 10_000  # different element and attribute names
MAX_TAG: Final = 2 * MIB
MAX_TEXT: Final = 32_767  # characters of a cell's text, Excel's own limit
MAX_FORMULA: Final = 8_192  # characters of a formula, Excel's own limit
RANGE_COST: Final = 3  # to read the address of a range takes as long as to keep 3 values,
SHARING_COST: Final = 24  # and to find the references of a formula as long as to spell it out 24 times
CHUNK: Final = MIB // 4

_SHEET = Range(0, 0, MAX_ROWS - 1, MAX_COLUMNS - 1)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_ENTRY = b"PK\x01\x02"
_STRICT_TO_TRANSITIONAL = (
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    ),
)
_SAVE_AS_XLSX = "open it in Excel or LibreOffice and save it as .xlsx"
_SAVE_AGAIN = "open it in Excel or LibreOffice and save it again"
_COPY_AGAIN = "download or copy it again"
_OLE_DOCUMENTS = {  # an entry of their directory
    "EncryptedPackage": "is protected with a password: save it in Excel without one",
    "Workbook": f"is an old .xls workbook: {_SAVE_AS_XLSX}",
    "Book": f"is a very old .xls workbook: {_SAVE_AS_XLSX}",
    "": "is an old Office document, not an .xlsx workbook: choose a workbook",
}
_OTHER_FILES = {  # their first bytes
    b"%PDF": "is a PDF document, not a workbook: choose the workbook that it was printed from",
    b"\xff\xfe": f"is a text file, which holds no formulas: {_SAVE_AS_XLSX}",
    b"<": f"is an XML or HTML page, not an .xlsx workbook: {_SAVE_AS_XLSX}",
}
_OTHER_ARCHIVES = {  # a part that only they have, in lower case
    "xl/workbook.bin": f"is an .xlsb workbook: {_SAVE_AS_XLSX}",
    "content.xml": f"is an OpenDocument file such as .ods: {_SAVE_AS_XLSX}",
    "index/document.iwa": "is an Apple Numbers document: export it as .xlsx",
    "word/document.xml": "is a Word document: choose a workbook",
    "ppt/presentation.xml": "is a PowerPoint presentation: choose a workbook",
}

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(
    r"""
    "[^"]*" | '[^']*' | \[[^\[\]]*\]                      # a text, a sheet's name, a table's column: no cell
    | (?<![\w.\\$]) (?P<reference>
        \$?[A-Z]{1,3}\$?[1-9][0-9]{0,6} (?: :\$?[A-Z]{1,3}\$?[1-9][0-9]{0,6} (?![\w.\\(!]) )?
        | \$?[A-Z]{1,3}:\$?[A-Z]{1,3}
        | \$?[1-9][0-9]{0,6}:\$?[1-9][0-9]{0,6}
    ) (?![\w.\\(!])                                    # or else it is a function, a sheet or a longer name
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COORDINATE = re.compile(r"(\$?)(?:([A-Z]+)|([0-9]+))", re.IGNORECASE)


Value: TypeAlias = float | str | bool | ErrorValue
_Start: TypeAlias = Callable[[str, dict[str, str]], None]
_End: TypeAlias = Callable[[str], None]


@dataclass(slots=True)
class Sheet:
    """The cells of one worksheet; rows and columns count from zero.

    Attributes:
        name: the name on its tab.
        part: where it lies in the file, such as `xl/worksheets/sheet1.xml`.
        state: "visible", "hidden", or "veryHidden", which only a program can show again.
        values: constants, and the value that was last saved for a formula, if any; numbers are float.
        formulas: formula texts without "=", shared formulas spelled out.
        arrays: the first cell of each array formula, and the range that it fills.
        merged: the ranges of merged cells.
        hidden_rows: rows that do not show.
        hidden_columns: first and last of each run of columns that do not show.
        names: names that are defined for this sheet alone, and what they stand for.
    """

    name: str
    part: str = ""
    state: str = "visible"
    values: dict[tuple[int, int], Value] = field(default_factory=dict)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    arrays: dict[tuple[int, int], Range] = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Calculation:
    """How the workbook asks to be calculated.

    Attributes:
        mode: "auto", "manual", or "autoNoTable", automatic but for data tables.
        iterate: whether circular references are iterated.
        full_precision: False where values are rounded to what the cells display.
    """

    mode: str = "auto"
    iterate: bool = False
    full_precision: bool = True


@dataclass(slots=True)
class Workbook:
    """A workbook as it lies in its file.

    Attributes:
        path: the file.
        sheets: its worksheets by name, in the order of their tabs; chart sheets are left out.
        names: workbook-wide defined names, and what they stand for, such as `Network!$A$1:$B$2`.
        calculation: how it asks to be calculated.
        external_links: the other workbooks that it refers to.
        part: where it lies in the file, such as `xl/workbook.xml`.
    """

    path: Path
    sheets: dict[str, Sheet]
    names: dict[str, str]
    calculation: Calculation
    external_links: list[str]
    part: str = ""


def read_workbook(path: Path) -> Workbook:
    """Return what lies in an .xlsx or .xlsm file.

    Duplicate cells, and rows and cells out of order, are refused as Excel refuses them: programs differ over
    which of two cells counts.

    Raises:
        WorkbookError: the file is no workbook, damaged, encrypted, beyond a limit, or cannot be opened.
    """
    try:
        package = _Package(_read_bytes(path))
        description = _describe(package)
        texts = _Texts()
        budget = _Budget()
        if description.texts_part is not None:
            budget = _stream(package, description.texts_part, texts, budget)
        for part, sheet in description.sheet_parts.items():
            budget = _stream(package, part, _Cells(sheet, texts.found, description.serial), budget)
    except _Refusal as refusal:
        raise WorkbookError(f"{printable(str(path))} {refusal}.") from None
    except MemoryError:
        raise WorkbookError(f"{printable(str(path))} needs more memory than there is.") from None
    return Workbook(
        path=path,
        sheets={sheet.name: sheet for sheet in description.sheet_parts.values()},
        names=description.names,
        calculation=description.calculation,
        external_links=description.external_links,
        part=description.part,
    )


class _Refusal(Exception):  # noqa: N818 - it becomes a WorkbookError once the file's name stands before it
    """Why the file is not read: a predicate, such as "is empty"."""


# The container


def _read_bytes(path: Path) -> bytes:
    """Return the bytes of a regular file of bearable size: all that follows sees the same file."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise _Refusal("is a folder: name a workbook in it")
        if not stat.S_ISREG(status.st_mode):
            raise _Refusal("is a device or a pipe, not a file: save the workbook to a file first")
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except FileNotFoundError:
        raise _Refusal("does not exist: check its name and folder") from None
    except PermissionError:
        raise _Refusal("may not be read: close it in other programs, or ask for permission to read") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _Refusal(f"cannot be read ({printable(reason)}): check its name and the drive") from None
    if len(content) > MAX_FILE:
        raise _Refusal(f"is larger than {MAX_FILE // MIB} MiB: remove pictures and sheets it does not need")
    return content


def _what_else(content: bytes) -> str:
    """Return what a file is that is no zip archive, and what to do about it."""
    if not content:
        return f"is empty, 0 bytes long: {_COPY_AGAIN}"
    if content.startswith(_OLE):
        return next(what for name, what in _OLE_DOCUMENTS.items() if name.encode("utf-16-le") in content)
    for beginning, what in _OTHER_FILES.items():
        if content.lstrip().startswith(beginning):
            return what
    if b"\0" not in content[:4096]:
        return f"is a text file such as CSV, which holds no formulas: {_SAVE_AS_XLSX}"
    return "is not an .xlsx workbook: choose one, or save this file as .xlsx in the program that wrote it"


class _Package:
    """The parts of a workbook's zip archive; nothing is inflated before the limits are checked."""

    def __init__(self, content: bytes) -> None:
        if not content.startswith(b"PK"):
            raise _Refusal(_what_else(content))
        if (
            content.count(_ZIP_ENTRY) > 10 * MAX_PARTS
        ):  # opening takes time for each; archives inside count too
            raise _Refusal(f"holds more than {MAX_PARTS} parts, too many for a workbook")
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except Exception:
            raise _Refusal(f"is damaged or was cut short: {_COPY_AGAIN}") from None
        self._parts = _checked_parts(self._archive.infolist())
        self._described = 0

    def part_names(self) -> list[str]:
        """Return every part's name in lower case."""
        return list(self._parts)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a part, in whose name case does not matter (ECMA-376, part 2)."""
        info = self._parts.get(name.lower())
        if info is None:
            raise _Refusal(f"lacks its part {printable(name)}: {_SAVE_AGAIN}")
        try:
            with self._archive.open(info) as part:  # stops at the declared size, then compares the checksum
                while chunk := part.read(CHUNK):
                    yield chunk
        except Exception:
            raise _Refusal(f"is damaged in its part {printable(name)}: {_COPY_AGAIN}") from None

    def read(self, name: str) -> bytes:
        """Return a part of the description, as openpyxl asks for it: harmless, in the usual namespaces."""
        info = self._parts.get(name.lower())
        self._described += info.file_size if info else 0
        if self._described > MAX_DESCRIPTION:
            raise _Refusal(
                f"lists sheets and names in over {MAX_DESCRIPTION // MIB} MiB: remove what it does not need"
            )
        _stream(self, name, _Reader(), _Budget())
        content = b"".join(self.chunks(name))
        for strict, transitional in _STRICT_TO_TRANSITIONAL:
            content = content.replace(strict, transitional)
        return content


def _checked_parts(infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Return the archive's parts by their names in lower case, none of them beyond a limit."""
    if len(infos) > MAX_PARTS:
        raise _Refusal(f"holds {len(infos)} parts, more than the {MAX_PARTS} that are read")
    if sum(info.file_size for info in infos) > MAX_INFLATED:
        raise _Refusal(f"inflates to more than {MAX_INFLATED // MIB} MiB: remove what it does not need")
    parts: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        shown = printable(info.filename)
        if info.file_size > max(MIB, MAX_RATIO * info.compress_size):
            raise _Refusal(
                f"inflates its part {shown} more than {MAX_RATIO} to 1, like a zip bomb: {_SAVE_AGAIN}"
            )
        if info.flag_bits & 1:
            raise _Refusal("is a zip archive with a password: unpack it, or save the workbook without one")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _Refusal(f"compresses its part {shown} as no workbook does: {_SAVE_AGAIN}")
        if info.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", info.filename):
            raise _Refusal(f"holds a part with the unsafe name {shown}: {_SAVE_AGAIN}")
        if parts.setdefault(info.filename.lower(), info) is not info:
            raise _Refusal(f"holds two parts named {shown}: {_SAVE_AGAIN}")
    return parts


# What the package holds


@dataclass(frozen=True, slots=True)
class _Description:
    """What openpyxl reads of a workbook: everything but its cells and texts."""

    sheet_parts: dict[str, Sheet]
    texts_part: str | None
    names: dict[str, str]
    calculation: Calculation
    external_links: list[str]
    serial: Callable[[str], float]
    part: str


def _describe(package: _Package) -> _Description:
    """Return which sheets there are, in which parts, and what else the workbook says of itself."""
    from openpyxl.packaging.relationship import get_dependents, get_rels_path
    from openpyxl.reader.workbook import WorkbookParser

    _refuse_other_archives(package.part_names())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            roots = get_dependents(package, "_rels/.rels")
            part = next(root.target for root in roots if root.Type.endswith("/officeDocument"))
            parser = WorkbookParser(package, part, keep_links=False)  # links hold copies of other workbooks
            parser.parse()
            relations = parser.rels.values()
            names = _names(parser)
            return _Description(
                sheet_parts=_sheet_parts(parser, names),
                texts_part=next((to.target for to in relations if to.Type.endswith("/sharedStrings")), None),
                names=names[None],
                calculation=_calculation(parser.wb.calculation),
                external_links=[
                    link.Target
                    for to in relations
                    if to.Type.endswith("/externalLink")
                    for link in get_dependents(package, get_rels_path(to.target))
                ],
                serial=_serial_of_date(parser.wb.epoch),
                part=part,
            )
        except _Refusal:
            raise
        except Exception:  # openpyxl raises anything at all on damaged files
            raise _Refusal(f"is damaged where it lists its sheets and names: {_SAVE_AGAIN}") from None


def _refuse_other_archives(part_names: list[str]) -> None:
    """Refuse what is a zip archive too, but no .xlsx workbook."""
    for telltale, what in _OTHER_ARCHIVES.items():
        if telltale in part_names:
            raise _Refusal(what)
    if "_rels/.rels" not in part_names:
        raise _Refusal("is a zip archive but no workbook: unpack it and choose the .xlsx file inside")


def _sheet_parts(parser: WorkbookParser, names: dict[int | None, dict[str, str]]) -> dict[str, Sheet]:
    """Return the worksheets by the parts of their cells, still empty, in the order of their tabs."""
    found: dict[str, Sheet] = {}
    spellings: set[str] = set()
    for place, entry in enumerate(parser.sheets):
        relation = parser.rels[entry.id]
        if not relation.Type.endswith("/worksheet"):
            continue
        if entry.name.lower() in spellings or relation.target in found:
            raise _Refusal(f"lists its sheet {printable(entry.name)} twice: {_SAVE_AGAIN}")
        spellings.add(entry.name.lower())
        part, state = relation.target, entry.state or "visible"
        found[part] = Sheet(entry.name, part, state, names=names.get(place, {}))
    return found


def _names(parser: WorkbookParser) -> dict[int | None, dict[str, str]]:
    """Return the defined names by their sheet's place among all sheets, None for the whole workbook."""
    found: dict[int | None, dict[str, str]] = {None: {}}
    spellings: set[tuple[int | None, str]] = set()
    for defined in parser.defined_names.definedName:
        place, name = defined.localSheetId, defined.name
        if name.startswith("_xlnm."):  # a sheet's print area and the like, which LibreOffice may write twice
            continue
        if (place, name.lower()) in spellings:
            raise _Refusal(f"defines the name {printable(name)} twice: {_SAVE_AGAIN}")
        spellings.add((place, name.lower()))
        found.setdefault(place, {})[name] = defined.value or ""
    return found


def _calculation(settings: CalcProperties | None) -> Calculation:
    if settings is None:
        return Calculation()
    return Calculation(
        mode=settings.calcMode or "auto",
        iterate=bool(settings.iterate),
        full_precision=settings.fullPrecision is not False,
    )


def _serial_of_date(epoch: datetime) -> Callable[[str], float]:
    """Return what turns an ISO 8601 date into the days since the workbook's epoch."""
    from openpyxl.utils.datetime import from_ISO8601, to_excel

    return lambda text: float(to_excel(from_ISO8601(text), epoch))


# XML


class _LocalNames(dict[str, str]):
    """From an element's name to that without its prefix: `x:c` is c."""

    def __missing__(self, name: str) -> str:
        self[name] = local = name.rpartition(":")[2]
        return local


class _Reader:
    """What expat calls for one part: this one only counts elements."""

    def __init__(self) -> None:
        self.opened = 0
        self.closed = 0
        self.characters = 0  # of formulas and texts
        self.chunks: list[str] = []  # text since it was last cleared

    def start(self, _name: str, _attributes: dict[str, str]) -> None:
        self.opened += 1

    def end(self, _name: str) -> None:
        self.closed += 1

    def handlers(self) -> tuple[_Start, _End]:
        """Return what expat is to call where an element starts, and where it ends."""
        return self.start, self.end

    def kept(self) -> int:
        """Return how many values, formulas and the like are held in memory."""
        return 0


@dataclass
class _Budget:
    """What all parts of one workbook may come to."""

    elements: int = 0
    kept: int = 0
    characters: int = 0

    def plus(self, reader: _Reader) -> _Budget:
        """Return the sums with a reader's share, which may be part of the way through."""
        total = _Budget(
            self.elements + reader.opened,
            self.kept + reader.kept(),
            self.characters + reader.characters,
        )
        if total.elements > MAX_ELEMENTS or total.kept > MAX_KEPT or total.characters > MAX_CHARACTERS:
            raise _Refusal("holds more cells than are read: remove sheets that it does not need")
        return total


def _stream(package: _Package, part: str, reader: _Reader, budget: _Budget) -> _Budget:
    """Lead one part's elements past a reader and return what is spent; all memory in between is bounded."""
    interned: dict[str, str] = {}
    parser = expat.ParserCreate(None, None, interned)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler, parser.EndElementHandler = reader.handlers()
    parser.CharacterDataHandler = reader.chunks.append
    fed = 0
    where = f"in its part {printable(part)}"
    try:
        for chunk in package.chunks(part):
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > MAX_TAG:
                raise _Refusal(f"holds a tag of more than {MAX_TAG // MIB} MiB {where}: {_SAVE_AGAIN}")
            if reader.opened - reader.closed > MAX_DEPTH or len(interned) > MAX_XML_NAMES:
                raise _Refusal(f"holds XML too deep or varied for a workbook {where}: {_SAVE_AGAIN}")
            budget.plus(reader)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError):
        line = parser.CurrentLineNumber
        raise _Refusal(f"is damaged {where}, where line {line} is no XML: {_SAVE_AGAIN}") from None
    return budget.plus(reader)


def _refuse_doctype(*_declared: object) -> None:
    raise _Refusal(f"declares a DOCTYPE, which no workbook does and attacks do: {_SAVE_AGAIN}")


# Texts and cells


def _unescaped(text: str) -> str:
    """Return a text with its _xHHHH_ turned into characters (ECMA-376, part 1, 22.9.2.19)."""
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class _RichText(_Reader):
    """Gathers the runs of a text, `<t>` by `<t>`, without the reading aids of Japanese, `<rPh>`."""

    def __init__(self) -> None:
        super().__init__()
        self.names = _LocalNames()
        self.runs: list[str] = []
        self.is_reading_aid = False
        self.at_start: dict[str, Callable[[dict[str, str]], None]] = {
            "t": lambda _: self.chunks.clear(),
            "rPh": lambda _: self._reading_aid(True),
        }
        self.at_end: dict[str, Callable[[], None]] = {
            "t": self._end_run,
            "rPh": lambda: self._reading_aid(False),
        }

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.opened += 1
        tag = self.names[name]
        if tag in self.at_start:
            self.at_start[tag](attributes)

    def end(self, name: str) -> None:
        self.closed += 1
        tag = self.names[name]
        if tag in self.at_end:
            self.at_end[tag]()

    def checked(self, text: str) -> str:
        """Return a text if it is no longer than Excel allows, and count its characters."""
        if len(text) > MAX_TEXT:
            raise _Refusal(
                f"holds a text of {len(text)} characters, where Excel's limit is {MAX_TEXT}: shorten it"
            )
        self.characters += len(text)
        return text

    def _end_run(self) -> None:
        if not self.is_reading_aid:
            self.runs.append("".join(self.chunks))

    def _reading_aid(self, begins: bool) -> None:
        self.is_reading_aid = begins


class _Texts(_RichText):
    """The table of texts that cells share; a text's place in it is spelled as cells spell it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.at_start["si"] = lambda _: self.runs.clear()
        self.at_end["si"] = self._end_text

    def kept(self) -> int:
        return len(self.found)

    def _end_text(self) -> None:
        self.found[str(len(self.found))] = _unescaped(self.checked("".join(self.runs)))


class _Columns(dict[str, int]):
    """From a column's letters to its zero-based number."""

    def __missing__(self, letters: str) -> int:
        if not re.fullmatch("[A-Za-z]{1,3}", letters) or column_number(letters) >= MAX_COLUMNS:
            raise ValueError
        self[letters] = number = column_number(letters)
        return number


def _number(text: str) -> float:
    number = float(text)
    if not isfinite(number) or "_" in text:
        raise ValueError
    return number


def _error(text: str) -> ErrorValue:
    if not text.startswith("#"):
        raise ValueError
    return ErrorValue(text)


class _Cells(_RichText):
    """One worksheet's cells, and the little else of it that changes what they mean."""

    def __init__(self, sheet: Sheet, texts: dict[str, str], serial: Callable[[str], float]) -> None:
        super().__init__()
        self.sheet = sheet
        self.columns = _Columns()
        self.row = -1
        self.row_number = "0"  # the row as addresses spell it, from 1
        self.column = -1
        self.shared: dict[str, _SharedFormula] = {}
        self.ranges = 0  # whose addresses were read
        self.converters: dict[str, Callable[[str], Value]] = {
            "n": _number,
            "s": texts.__getitem__,
            "str": _unescaped,
            "inlineStr": _unescaped,
            "b": {"0": False, "1": True, "false": False, "true": True}.__getitem__,
            "e": _error,
            "d": serial,
        }
        self.at_start |= {
            "row": self._start_row,
            "is": lambda _: self.runs.clear(),
            "col": self._hide_columns,
            "mergeCell": lambda attributes: sheet.merged.append(self._range(attributes)),
        }

    def kept(self) -> int:
        sheet = self.sheet
        cells = len(sheet.values) + len(sheet.formulas) + len(sheet.arrays)
        return cells + RANGE_COST * self.ranges + len(sheet.hidden_rows) + len(sheet.hidden_columns)

    def handlers(self) -> tuple[_Start, _End]:
        """Return functions that have at hand what each of some 100,000 cells needs."""
        names, at_start, at_end, columns = self.names, self.at_start, self.at_end, self.columns
        chunks, clear, formulas = self.chunks, self.chunks.clear, self.sheet.formulas
        cell: dict[str, str] = {}  # the attributes of the open cell, and those of its formula
        formula: dict[str, str] | None = None
        text, value = "", None

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal cell, formula, value
            self.opened += 1
            tag = names[name]
            if tag == "v":
                clear()
            elif tag == "c":
                cell, formula, value = attributes, None, None
                column = self.column + 1
                if "r" in attributes:
                    try:
                        column = columns[attributes["r"].removesuffix(self.row_number)]
                    except ValueError:
                        raise self._misplaced(attributes["r"]) from None
                if not self.column < column < MAX_COLUMNS or self.row < 0:
                    raise self._damaged(f"cells twice or out of order in row {self.row_number}")
                self.column = column
            elif tag == "f":
                clear()
                formula = attributes
            elif tag in at_start:
                at_start[tag](attributes)

        def end(name: str) -> None:
            nonlocal text, value
            self.closed += 1
            tag = names[name]
            if tag == "v":
                value = "".join(chunks)
            elif tag == "c":
                if formula is not None:
                    if formula or not 0 < len(text) <= MAX_FORMULA:
                        self._keep_formula(text, formula, cell)
                    else:  # as nearly always
                        formulas[self.row, self.column] = text
                        self.characters += len(text)
                if value is not None:
                    self._keep_value(value, cell.get("t", "n"))
            elif tag == "f":
                text = "".join(chunks)
            elif tag == "is":
                value = "".join(self.runs)
            elif tag in at_end:
                at_end[tag]()

        return start, end

    def _misplaced(self, address: str) -> _Refusal:
        return self._damaged(f"the address {printable(address)} in row {self.row_number}")

    def _keep_value(self, text: str, kind: str) -> None:
        if kind != "n":
            self.checked(text)
        try:
            self.sheet.values[self.row, self.column] = self.converters[kind](text)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            if text.strip():
                raise self._damaged(f"{printable(text)} of type {printable(kind)} in {self._at()}") from None

    def _keep_formula(self, text: str, attributes: dict[str, str], cell: dict[str, str]) -> None:
        kind = attributes.get("t")
        if len(text) > MAX_FORMULA:
            raise self._damaged(f"a formula of more than {MAX_FORMULA} characters in {self._at()}")
        if kind == "array":
            self.sheet.arrays[self.row, self.column] = self._filled(attributes, cell)
        elif kind == "shared":
            text = self._spelled_out(text, attributes.get("si", ""))
        elif kind == "dataTable":
            text = f"TABLE({attributes.get('r1', '')},{attributes.get('r2', '')})"
        if text:
            self.sheet.formulas[self.row, self.column] = text
            self.characters += len(text)

    def _filled(self, attributes: dict[str, str], cell: dict[str, str]) -> Range:
        """Return the range that an array formula in the open cell fills."""
        if attributes.get("ref") == cell.get("r"):  # a single cell, as nearly always
            return Range(self.row, self.column, self.row, self.column)
        area = self._range(attributes)
        if area[:2] != (self.row, self.column):
            raise self._damaged(f"an array formula in {self._at()} that fills {area}")
        return area

    def _spelled_out(self, text: str, key: str) -> str:
        """Return a shared formula at the open cell; the first of the cells holds the text for all."""
        if text:
            self.characters += SHARING_COST * len(text)
            self.shared[key] = _SharedFormula(self.row, self.column, text)
            return text
        if key in self.shared:
            return self.shared[key].at(self.row, self.column)
        raise self._damaged(f"{self._at()}, which shares a formula that is not there")

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", str(self.row + 2))
        if not re.fullmatch("[1-9][0-9]{0,6}", number) or not self.row < int(number) - 1 < MAX_ROWS:
            raise self._damaged(f"row {printable(number)} after row {self.row_number}")
        self.row, self.row_number, self.column = int(number) - 1, number, -1
        if attributes.get("hidden") in ("1", "true"):
            self.sheet.hidden_rows.add(self.row)

    def _hide_columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in ("1", "true"):
            limits = (attributes.get("min", ""), attributes.get("max", ""))
            if not all(
                re.fullmatch("[1-9][0-9]{0,4}", limit) and int(limit) <= MAX_COLUMNS for limit in limits
            ):
                raise self._damaged(f"hidden columns from {printable(limits[0])} to {printable(limits[1])}")
            self.sheet.hidden_columns.append((int(limits[0]) - 1, int(limits[1]) - 1))

    def _range(self, attributes: dict[str, str]) -> Range:
        self.ranges += 1
        try:
            return parse_range(attributes.get("ref", ""))
        except ValueError:
            raise self._damaged(f"the range {printable(attributes.get('ref', ''))}") from None

    def _at(self) -> str:
        return a1(self.row, self.column)

    def _damaged(self, what: str) -> _Refusal:
        return _Refusal(f"is damaged: sheet {printable(self.sheet.name)} holds {what}; {_SAVE_AGAIN}")


class _SharedFormula:
    """A formula of one cell, for others to share: what is relative in it moves with the cell."""

    def __init__(self, row: int, column: int, text: str) -> None:
        self._row, self._column = row, column
        self._moving: list[tuple[bool, int]] = []  # of each coordinate: whether it is a row, and which
        self._format = _REFERENCE.sub(self._with_slots, text.replace("%", "%%"))
        rows = [number for is_row, number in self._moving if is_row] or [row]
        columns = [number for is_row, number in self._moving if not is_row] or [column]
        self._reach = Range(min(rows), min(columns), max(rows), max(columns))

    def at(self, row: int, column: int) -> str:
        """Return its text in another cell, or #REF! if a reference would leave the sheet."""
        down, right = row - self._row, column - self._column
        first = (self._reach.top + down, self._reach.left + right)
        last = (self._reach.bottom + down, self._reach.right + right)
        if not (_SHEET.contains(first) and _SHEET.contains(last)):
            return "#REF!"
        moved = [n + down + 1 if is_row else column_letters(n + right) for is_row, n in self._moving]
        return self._format % tuple(moved)

    def _with_slots(self, match: re.Match[str]) -> str:
        """Return a reference with a slot for each coordinate that moves, and note what starts there."""
        if match["reference"] is None:
            return match[0]
        coordinates = [
            (dollar, bool(digits), int(digits) - 1 if digits else column_number(letters))
            for dollar, letters, digits in _COORDINATE.findall(match[0])
        ]
        if any(number >= (MAX_ROWS if is_row else MAX_COLUMNS) for _, is_row, number in coordinates):
            return match[0]  # beyond the last cell: a name
        self._moving += [(is_row, number) for dollar, is_row, number in coordinates if not dollar]
        return _COORDINATE.sub(lambda coordinate: coordinate[0] if coordinate[1] else "%s", match[0])
