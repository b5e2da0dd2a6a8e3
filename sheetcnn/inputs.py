"""Opens the files that a user names for reading: regular files only."""

from __future__ import annotations

import stat
from io import BufferedReader
from pathlib import Path

from sheetcnn.errors import SheetcnnError, SpecError, printable


def open_input(path: Path, wanted: str, trouble: type[SheetcnnError] = SpecError) -> BufferedReader:
    """Open a file for reading in binary mode, without ever waiting for one that is not a regular file.

    A named pipe would be waited for until somebody writes to it, and a device such as /dev/zero has no end.

    Args:
        path: the file; a link is followed.
        wanted: what should be named instead, such as `a CSV file`.
        trouble: which error is raised.

    Raises:
        SheetcnnError: of the kind `trouble`: there is no such file, it is a folder, a pipe or a device, or it may
            not be read.
    """
    name = printable(str(path))
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            return path.open("rb")
    except FileNotFoundError:
        raise trouble(f"there is no file {name}: name {wanted}") from None
    except OSError as error:
        raise trouble(
            f"{name} cannot be read ({error.strerror}): check its name and its permissions"
        ) from None
    except ValueError:  # a zero character within
        raise trouble(f"{name} can be no file's name: name {wanted}") from None
    if stat.S_ISDIR(mode):
        raise trouble(f"{name} is a folder: name {wanted}")
    kind = "a pipe" if stat.S_ISFIFO(mode) else "a device" if not stat.S_ISSOCK(mode) else "a socket"
    raise trouble(f"{name} is {kind}, and only files are read: name {wanted}")
