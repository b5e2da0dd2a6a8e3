"""Drives LibreOffice as a user would: opens a workbook, inserts, moves, types, saves."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sheetcnn.excel import libreoffice

PYTHON = "/usr/bin/python3"
"""Debian's own Python, for which the package python3-uno brings UNO."""
HANGING = 300.0  # seconds: only stops a LibreOffice that hangs; the longest of these jobs takes 30

_running: list[subprocess.Popen[str]] = []
"""The one LibreOffice that all tests of a session share, once it is needed: it takes seconds to start."""


class DriveError(Exception):
    """LibreOffice could not do a step, crashed, or hung."""


def drive(workbook: Path, *steps: tuple) -> list:
    """Open a workbook in LibreOffice, do some steps, and return what those that read have read.

    Args:
        workbook: the file; it is not changed.
        steps: a name and arguments each, as `driven.Document` has them: `("insert_columns", "Network!C1", 2)`,
            `("type", "Network!P5", [[1, 0.5]])`, `("read", "answer")`, `("save", path)`.

    Raises:
        DriveError: a step failed, or LibreOffice hung; nothing goes on running then.
    """
    with tempfile.TemporaryDirectory() as folder:
        job, results = Path(folder, "job.json"), Path(folder, "results.json")
        copy = shutil.copy(workbook, Path(folder, "workbook.xlsx"))  # LibreOffice locks what it opens
        what = {"workbook": copy, "steps": steps, "results": results}
        job.write_text(json.dumps(what, default=str), encoding="utf-8")
        answer = _ask(f"{job}\n")
        if answer != "done\n":
            _end()
            raise DriveError(f"{workbook}: {answer.strip() or 'LibreOffice ended, or hung'}")
        return json.loads(results.read_text(encoding="utf-8"))


@contextmanager
def shared_office() -> Iterator[None]:
    """End the LibreOffice that `drive` started, if it did, when the tests are over."""
    try:
        yield
    finally:
        for process in _running:
            process.stdin.close()  # it ends with its standard input, also if we are killed
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(HANGING)
        _end()


def _ask(line: str) -> str:
    """Return the answer to a line, empty if there is none."""
    if not _running:
        _running.append(
            subprocess.Popen(  # noqa: S603 - ours
                [PYTHON, str(Path(__file__).with_name("driven.py")), libreoffice.find_soffice()],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
                start_new_session=True,  # a group to end at once
            )
        )
    (process,) = _running
    process.stdin.write(line)
    process.stdin.flush()
    answered, _, _ = select.select([process.stdout], [], [], HANGING)
    return process.stdout.readline() if answered else ""


def _end() -> None:
    """End what runs, and all that it started."""
    while _running:
        process = _running.pop()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdin.close()
        process.stdout.close()
