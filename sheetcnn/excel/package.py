"""The zip archive of a workbook: its limits, what else a file may be, and its parts by their names."""

from __future__ import annotations

import io
import stat
import string
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from sheetcnn.errors import printable

MIB: Final = 1024 * 1024
MAX_FILE: Final = 64 * MIB
MAX_PARTS: Final = 1_000
MAX_INFLATED: Final = 256 * MIB
MAX_RATIO: Final = 200  # of a part's inflated to its deflated size, once it is larger than 1 MiB
CHUNK: Final = MIB // 4

SAVE_AGAIN: Final = "open it in Excel or LibreOffice and save it again"
_SAVE_AS_XLSX = "open it in Excel or LibreOffice and save it as .xlsx"
_COPY_AGAIN = "download or copy it again"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_ENTRY = b"PK\x01\x02"
_LOCAL_HEADER = 30  # bytes before the bytes of a part, and its name
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
_OTHER_ARCHIVES = {  # a part that only they have, by its key
    "xl/workbook.bin": f"is an .xlsb workbook: {_SAVE_AS_XLSX}",
    "content.xml": f"is an OpenDocument file such as .ods: {_SAVE_AS_XLSX}",
    "index/document.iwa": "is an Apple Numbers document: export it as .xlsx",
    "word/document.xml": "is a Word document: choose a workbook",
    "ppt/presentation.xml": "is a PowerPoint presentation: choose a workbook",
}
_KEY = str.maketrans(string.ascii_uppercase + "\\", string.ascii_lowercase + "/")


class Refusal(Exception):  # noqa: N818 - it becomes a WorkbookError once the file's name stands before it
    """Why the file is not read: a predicate, such as "is empty"."""


def part_key(name: str) -> str:
    """Return what the names of one part have in common: two names mean the same part if their keys are equal.

    ASCII case does not matter (ECMA-376, part 2, 6.2.2.3); some programs write backslashes; %20 is a space.
    """
    return unquote(name).translate(_KEY)


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a regular file of bearable size: all that follows sees the same file.

    Raises:
        Refusal: there is no such file, or it may not or cannot be read.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise Refusal("is a folder: name a workbook in it")
        if not stat.S_ISREG(status.st_mode):
            raise Refusal("is a device or a pipe, not a file: save the workbook to a file first")
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except FileNotFoundError:
        raise Refusal("does not exist: check its name and folder") from None
    except PermissionError:
        raise Refusal("may not be read: close it in other programs, or ask for permission to read") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refusal(f"cannot be read ({printable(reason)}): check its name and the drive") from None
    if len(content) > MAX_FILE:
        raise Refusal(f"is larger than {MAX_FILE // MIB} MiB: remove pictures and sheets it does not need")
    return content


class Package:
    """The parts of a workbook's zip archive; nothing is inflated before the limits are checked.

    Raises:
        Refusal: the file is no zip archive, damaged, beyond a limit, or no workbook but something else.
    """

    def __init__(self, content: bytes) -> None:
        if not content.startswith(b"PK"):
            raise Refusal(_what_else(content))
        # opening takes time for each entry; those of archives inside count too
        if content.count(_ZIP_ENTRY) > 10 * MAX_PARTS:
            raise Refusal(f"holds more than {MAX_PARTS} parts, too many for a workbook")
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except Exception:
            raise Refusal(f"is damaged or was cut short: {_COPY_AGAIN}") from None
        self._parts = _checked_parts(self._archive.infolist())
        self._refuse_other_archives()

    def entry(self, name: str) -> str | None:
        """Return the name that a part has in the zip archive, None if it is not there."""
        info = self._parts.get(part_key(name))
        return info.filename if info else None

    def size(self, name: str) -> int:
        """Return how many bytes a part declares to have, 0 if it is not there."""
        info = self._parts.get(part_key(name))
        return info.file_size if info else 0

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a part.

        Raises:
            Refusal: there is no such part, or it is damaged.
        """
        info = self._parts.get(part_key(name))
        if info is None:
            raise Refusal(f"lacks its part {printable(name)}: {SAVE_AGAIN}")
        try:
            with self._archive.open(info) as part:  # stops at the declared size, then compares the checksum
                while chunk := part.read(CHUNK):
                    yield chunk
        except Exception:
            raise Refusal(f"is damaged in its part {printable(name)}: {_COPY_AGAIN}") from None

    def _refuse_other_archives(self) -> None:
        """Refuse what is a zip archive too, but no .xlsx workbook."""
        for telltale, what in _OTHER_ARCHIVES.items():
            if telltale in self._parts:
                raise Refusal(what)
        if "_rels/.rels" not in self._parts:
            raise Refusal("is a zip archive but no workbook: unpack it and choose the .xlsx file inside")


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


def _checked_parts(infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Return the archive's parts by the keys of their names, none of them beyond a limit."""
    if len(infos) > MAX_PARTS:
        raise Refusal(f"holds {len(infos)} parts, more than the {MAX_PARTS} that are read")
    if sum(info.file_size for info in infos) > MAX_INFLATED:
        raise Refusal(f"inflates to more than {MAX_INFLATED // MIB} MiB: remove what it does not need")
    if _overlap(infos):
        raise Refusal(f"holds parts that lie on top of one another, like a zip bomb: {SAVE_AGAIN}")
    parts: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        shown, key = printable(info.filename), part_key(info.filename)
        if info.file_size > max(MIB, MAX_RATIO * info.compress_size):
            raise Refusal(
                f"inflates its part {shown} more than {MAX_RATIO} to 1, like a zip bomb: {SAVE_AGAIN}"
            )
        if info.flag_bits & 1:
            raise Refusal("is a zip archive with a password: unpack it, or save the workbook without one")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refusal(f"compresses its part {shown} as no workbook does: {SAVE_AGAIN}")
        if key.startswith("/") or ".." in key.split("/"):
            raise Refusal(f"holds a part with the unsafe name {shown}: {SAVE_AGAIN}")
        if parts.setdefault(key, info) is not info:
            raise Refusal(f"holds two parts named {shown}: {SAVE_AGAIN}")
    return parts


def _overlap(infos: list[zipfile.ZipInfo]) -> bool:
    """Whether two parts share bytes of the file."""
    ends = 0
    for info in sorted(infos, key=lambda each: each.header_offset):
        if info.header_offset < ends:
            return True
        ends = info.header_offset + _LOCAL_HEADER + info.compress_size
    return False
