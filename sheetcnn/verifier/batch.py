"""Verifies many workbooks: files and folders in, a report or the trouble with each out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sheetcnn import files
from sheetcnn.errors import SheetcnnError, SpecError, fault, is_debugged, printable
from sheetcnn.excel.endings import WORKBOOKS
from sheetcnn.network.template import Template
from sheetcnn.verifier.report import Report
from sheetcnn.verifier.verify import verify

_ENDINGS = {".xlsx", ".xlsm"}


@dataclass(frozen=True)
class Outcome:
    """What became of one workbook: a report, or trouble.

    Attributes:
        path: the workbook.
        report: what was found in it, if it could be verified.
        trouble: why it could not.
    """

    path: Path
    report: Report | None = None
    trouble: str = ""

    @property
    def code(self) -> int:
        """The exit code that it calls for."""
        if self.report is None:
            return 2
        return 0 if self.report.ok else 1


def workbooks(paths: Iterable[Path]) -> list[Path]:
    """Return the files, and the workbooks in the folders, in order.

    Raises:
        SpecError: a folder holds no workbook.
    """
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(
            file
            for file in path.iterdir()
            if file.suffix.lower() in _ENDINGS and not file.name.startswith(("~$", "."))
        )
        if not inside:
            raise SpecError(f"the folder {path} holds no .xlsx workbook: name another, or a file")
        found += inside
    return found


def verify_each(
    paths: Sequence[Path], template: Template | None, sheet: str | None, engines: Sequence[str]
) -> Iterator[Outcome]:
    """Verify one workbook after the other; trouble with one does not keep the others waiting."""
    for path in paths:
        try:
            yield Outcome(path, verify(path, template, sheet=sheet, engines=engines))
        except SheetcnnError as error:
            yield Outcome(path, trouble=str(error))
        except Exception as error:
            if is_debugged():
                raise
            yield Outcome(path, trouble=f"{path}: {fault(error)}")


def check_target(path: Path, option: str, read: Iterable[Path]) -> None:
    """Look whether findings may be written to a file.

    Args:
        path: the file.
        option: what asks for it, such as `--csv`.
        read: the files that are read.

    Raises:
        SpecError: it is one of those that are read, has the ending of a workbook, or cannot be written.
    """
    files.check(path, replace=True, kept=read)
    if path.suffix.lower() in WORKBOOKS:
        raise SpecError(
            f"{printable(str(path))} would be taken for a workbook, and {option} writes a table of findings: name a "
            f"file that ends in .{option.strip('-')}"
        )
