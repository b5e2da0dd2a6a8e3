"""Writes files: whole or not at all, where links lead to, never over what was only to be read."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from sheetcnn.errors import SheetcnnError, SpecError, WorkbookError, printable

STDOUT = "-"
_WRITABLE = 0o222  # by anyone: whoever may write everything, as root may, is not to overlook it


def save(
    content: bytes,
    path: Path,
    *,
    replace: bool = False,
    force: bool = False,
    kept: Iterable[Path] = (),
    examine: Callable[[Path], None] | None = None,
    remedy: str = "choose another place with -o",
    trouble: type[SheetcnnError] = WorkbookError,
) -> None:
    """Write a file beside its place and then rename it, so that there is never half of one.

    A link is followed: the file that it leads to is replaced. A file that is replaced keeps its mode and owner;
    other hard links to it keep what it held.

    Args:
        content: what it is to hold.
        path: the file; folders that it needs are made.
        replace: whether it may be replaced if it exists.
        force: the same, also if it is write-protected.
        kept: files that are read, which no force replaces.
        examine: is given the written file before it takes its place, and raises what keeps it from there.
        remedy: what to do where the place does not do.
        trouble: which error is raised there.

    Raises:
        SpecError: as for `check`.
        SheetcnnError: of the kind `trouble`: it cannot be written; what was there is still there.
    """
    check(path, replace=replace, force=force, kept=kept)
    beside = None
    try:
        target = Path(os.path.realpath(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        old = target.stat() if target.exists() else None
        beside = target.with_name(f".sheetcnn-{secrets.token_hex(8)}")
        with open(beside, "xb", opener=None if old is None else _private) as file:
            file.write(content)
        if examine is not None:
            examine(beside)
        if old is not None:
            _give(beside, old)
        beside.replace(target)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise trouble(f"{printable(str(path))} cannot be written ({reason}): {remedy}") from error
    finally:
        if beside is not None:
            beside.unlink(missing_ok=True)


def check(path: Path, *, replace: bool = False, force: bool = False, kept: Iterable[Path] = ()) -> None:
    """Look whether a file may be written, before the work of making it is done.

    Args:
        path: the file.
        replace: whether it may be replaced if it exists.
        force: the same, also if it is write-protected.
        kept: files that are read, which no force replaces.

    Raises:
        SpecError: it is the standard output, a folder, a pipe or a device, one of those that are kept; or it exists
            already, or is write-protected, and may not be replaced.
    """
    shown = printable(str(path))
    if str(path) == STDOUT:
        raise SpecError("- stands for the standard output, and only files are written: name a file")
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        if getattr(error, "errno", None) == errno.ELOOP:
            raise SpecError(f"{shown} is a link that leads back to itself: name a file") from None
        return  # it is not there, or its name cannot be one: writing tells
    if stat.S_ISDIR(status.st_mode):
        raise SpecError(f"{shown} is a folder: name a file in it, such as {path / 'digit.xlsx'}")
    if not stat.S_ISREG(status.st_mode):
        raise SpecError(f"{shown} is a pipe or a device, and only files are written: name a file")
    for other in kept:
        if is_same(path, other):
            also = "" if path == other else f" as {printable(str(other))}"
            raise SpecError(f"{shown} is read{also}, and would be lost: give what is written another name")
    if not (replace or force):
        raise SpecError(f"{shown} exists already: give --force to replace it, or -o for another name")
    if not force and not (status.st_mode & _WRITABLE and os.access(path, os.W_OK)):
        raise SpecError(f"{shown} is write-protected: make it writable first, or give another name")


def make_folder(path: Path) -> None:
    """Make a folder for several files, if it is not there.

    Raises:
        SpecError: it is no folder, or cannot be made.
    """
    shown = printable(str(path))
    if str(path) == STDOUT:
        raise SpecError(
            "- stands for the standard output, and there are several files to write: name a folder"
        )
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise SpecError(
            f"{shown} is no folder, and there are several files to write: name a folder"
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SpecError(f"the folder {shown} cannot be made ({reason}): name another one") from None


def is_same(path: Path, other: Path) -> bool:
    """Whether two paths lead to one file, through whatever links."""
    try:
        return path.samefile(other)
    except (OSError, ValueError):
        return False


def _private(path: str, flags: int) -> int:
    """Open a new file that nobody else may read: what it replaces may be private."""
    return os.open(path, flags, 0o600)


def _give(path: Path, old: os.stat_result) -> None:
    """Give a file the owner and the mode of the one that it replaces."""
    new = path.stat()
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        os.chown(path, old.st_uid, old.st_gid)
    path.chmod(stat.S_IMODE(old.st_mode))
