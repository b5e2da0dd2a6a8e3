"""What is timed: each job by itself in a process, first over a small file, so that imports do not count.

`python -m benchmarks.jobs JOB SMALL LARGE` prints how many seconds of processor time the large one took (what else
the machine does counts for less there than on a clock), and how many MB were held.
"""

from __future__ import annotations

import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from sheetcnn.digits.digit import Digit
    from sheetcnn.generator import Generated

Work: TypeAlias = Callable[[], object]
"""What is timed, made by what is not: the reading of what it works on."""


def generate(name: str) -> Work:
    """Write the plain workbook of a template, as the command does."""
    from benchmarks.networks import digit

    read = digit(name)
    return lambda: generated(name, read, _scratch("generated.xlsx"))


def generated(name: str, read: Digit, path: Path) -> Generated:
    """Write the plain workbook of a template that reads a digit."""
    from sheetcnn import generate

    return generate(read, template=name, output=path, plain=True, lesson=False)


def deflate(name: str) -> Work:
    """Deflate the parts of a workbook, and write them."""
    with zipfile.ZipFile(name) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}

    def work() -> None:
        with zipfile.ZipFile(_scratch("deflated.zip"), "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for part, content in parts.items():
                archive.writestr(part, content)

    return work


def openpyxl(name: str, path: Path | None = None) -> Work:
    """Write the cells of a workbook with openpyxl, which can write formulas only without values."""
    from openpyxl import Workbook

    sheets = {title: list(cells) for title, cells in _cells(name)}
    target = path or _scratch("openpyxl.xlsx")

    def work() -> None:
        book = Workbook()
        del book["Sheet"]
        for title, cells in sheets.items():
            sheet = book.create_sheet(title)
            for row, column, formula, value in cells:
                sheet.cell(row + 1, column + 1, value if formula is None else f"={formula}")
        book.save(target)

    return work


def xlsxwriter(name: str, path: Path | None = None) -> Work:
    """Write the cells of a workbook with XlsxWriter, formulas with their values."""
    from xlsxwriter import Workbook

    sheets = {title: list(cells) for title, cells in _cells(name)}
    target = path or _scratch("xlsxwriter.xlsx")

    def work() -> None:
        with Workbook(target) as book:
            for title, cells in sheets.items():
                sheet = book.add_worksheet(title)
                for row, column, formula, value in cells:
                    if formula is not None:
                        sheet.write_formula(row, column, f"={formula}", None, value)
                    elif isinstance(value, str):
                        sheet.write_string(row, column, value)
                    else:
                        sheet.write(row, column, value)

    return work


def verify(name: str) -> Work:
    """Verify a workbook: read it, compute its formulas on its own numbers and on probes, compare."""
    from sheetcnn import verify

    def work() -> None:
        report = verify(name)
        if not report.ok:
            raise AssertionError(report)

    return work


def formualizer(name: str) -> Work:
    """Load and evaluate a workbook."""
    import formualizer

    return lambda: formualizer.load_workbook(name).evaluate_all()


def ironcalc(name: str) -> Work:
    """Load and evaluate a workbook."""
    import ironcalc

    return lambda: ironcalc.load_from_xlsx(name).evaluate()


def _peak() -> float:
    """Return the most memory that this process has held, in MB: `getrusage` counts what its parent held, too."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def _scratch(name: str) -> Path:
    return Path(tempfile.mkdtemp(), name)


def _cells(name: str) -> Iterator[tuple[str, Iterator[tuple[int, int, str | None, Any]]]]:
    """Yield each sheet of a workbook and its cells: row, column, formula if any, and value."""
    from sheetcnn.excel.reader import read_workbook

    for sheet in read_workbook(Path(name)).sheets.values():
        places = sorted({*sheet.values, *sheet.formulas})
        yield (
            sheet.name,
            ((*place, sheet.formulas.get(place), sheet.values.get(place)) for place in places),
        )


JOBS = {job.__name__: job for job in (generate, deflate, openpyxl, xlsxwriter, verify, formualizer, ironcalc)}


def main() -> None:
    """Do a job over each file; print how long the last one took, and how much memory all of them held at most."""
    name, *files = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        tempfile.tempdir = folder  # what jobs write goes with it
        for file in files:
            work = JOBS[name](file)
            start = time.process_time()
            work()
            seconds = time.process_time() - start
    print(seconds, _peak())


if __name__ == "__main__":
    main()
