"""Runs LibreOffice without a window, in a profile of its own: the user's settings are not seen or touched."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sheetcnn.errors import SpecError, WorkbookError

TIMEOUT: Final = 300.0  # seconds; half a million formulas take 15

_USUAL_PLACES: Final = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.com",  # .com waits and prints, .exe does neither
    "C:/Program Files (x86)/LibreOffice/program/soffice.com",
)
_SETTINGS: Final = (
    ("Office.Calc/Formula/Load", "OOXMLRecalcMode", "0"),  # always: by default it trusts cached values
    ("Office.Calc/Content/Update", "Link", "2"),  # never
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Misc", "UseOpenCL", "false"),  # the same arithmetic with and without a graphics card
    ("Setup/L10N", "ooSetupSystemLocale", "en-US"),  # decimal points, whatever the machine speaks
)


class EngineMissing(SpecError):  # noqa: N818 - the name says what happened
    """A program that was asked for is not installed."""


def find_soffice() -> str:
    """Return the LibreOffice program, from PATH or where its installers put it.

    Raises:
        EngineMissing: there is none.
    """
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found:
        return found
    for place in _USUAL_PLACES:
        if Path(place).is_file():
            return place
    raise EngineMissing("LibreOffice is not installed: get it from libreoffice.org, or put soffice on PATH.")


def convert(path: Path, to: str, folder: Path) -> Path:
    """Have LibreOffice recalculate every formula of a workbook and save it in another format.

    Args:
        path: the workbook.
        to: file extension, then filter and options if any, as `soffice --convert-to` takes them.
        folder: where the new file goes.

    Returns:
        The new file.

    Raises:
        EngineMissing: LibreOffice is not installed.
        WorkbookError: it cannot read the workbook, crashed, or took longer than `TIMEOUT`.
    """
    program = find_soffice()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        profile = _write_profile(Path(scratch, "profile"))
        copy = Path(scratch, f"workbook{path.suffix}")  # LibreOffice leaves lock files beside what it opens
        shutil.copyfile(path, copy)
        options = [f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
        said = run([program, *options, "--convert-to", to, "--outdir", str(folder), str(copy)], path)
    converted = folder / f"workbook.{to.partition(':')[0]}"
    if not converted.is_file():  # its exit code is 0 all the same
        raise _failure(program, path, said)
    return converted


def run(command: Sequence[str], path: Path) -> str:
    """Run a program over a workbook and return what it printed.

    Raises:
        WorkbookError: it crashed, or took longer than `TIMEOUT` and was ended with all that it had started.
    """
    with subprocess.Popen(  # noqa: S603 - a list of arguments, no shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,  # a group to end at once: soffice only starts the program that works
    ) as process:
        try:
            said, _ = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            raise _failure(command[0], path, f"not done after {TIMEOUT:g} s") from None
        finally:
            if process.returncode is None:  # Ctrl-C too: the group would go on without us
                _end(process)
    if process.returncode:
        raise _failure(command[0], path, said or f"exit code {process.returncode}")
    return said


def _failure(program: str, path: Path, said: str) -> WorkbookError:
    reason = said.strip().rpartition("\n")[2]
    return WorkbookError(
        f"{Path(program).stem} failed on {path} ({reason}): open the workbook in LibreOffice to see why."
    )


def _write_profile(profile: Path) -> Path:
    """Write a user profile that holds our settings, and return it."""
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>\n"
        for path, name, value in _SETTINGS
    )
    settings = profile / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">\n{items}</oor:items>\n',
        encoding="utf-8",
    )
    return profile


def _end(process: subprocess.Popen[str]) -> None:
    """End a program and all that it started."""
    if sys.platform == "win32":
        end = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(end, check=False, capture_output=True)  # noqa: S603 - a number, no shell
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
