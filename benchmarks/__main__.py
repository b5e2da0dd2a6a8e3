"""Times generate and verify of three networks, each in turn with what it is measured against.

`python -m benchmarks` prints a table; with `--json FILE` it writes the figures as well, and with `--only SIZE`
it measures one network. All seconds are processor time, so that a busy machine does less harm. Programs that are
not installed are left out, which is said.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

from benchmarks import jobs
from benchmarks.measure import PYTHON, RUNS, Figure, Task, job, measure, peak, process, quotient, ratio, run
from benchmarks.networks import SIZES, digit, template
from benchmarks.office import ALWAYS, NEVER, Office

SHEETCNN = (PYTHON, "-m", "sheetcnn")
SMALL = "tiny"


def main() -> int:
    """Measure, print a table, and write JSON if asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here, too")
    parser.add_argument("--only", choices=[*SIZES, "processes"], help="measure this alone")
    options = parser.parse_args()
    figures = []
    print(
        f"{'medians of ' + str(RUNS):<58} {'network':<10} {'mine':>9} {'against':>9} {'ratio':>8} {'goal':>8}"
    )
    with tempfile.TemporaryDirectory() as folder:
        for figure in _figures(Path(folder), options.only):
            figures.append(figure)
            print(_line(figure), flush=True)
    if options.json is not None:
        options.json.write_text(json.dumps([asdict(figure) for figure in figures], indent=2) + "\n")
    return 0


def _line(figure: Figure) -> str:
    against = f"{figure.against:9.3f}" if figure.against is not None else " " * 9
    missed = "" if figure.met else "  missed"
    return (
        f"{figure.name:<58} {figure.size:<10} {figure.mine:9.3f} {against} "
        f"{figure.result:8.2f} {figure.goal:8.2f}{missed}"
    )


def _figures(folder: Path, only: str | None) -> Iterator[Figure]:
    if only in (None, "processes"):
        yield from _processes(folder)
    small = folder / "small.xlsx"
    run(*SHEETCNN, "generate", "--template", SMALL, "-o", str(small))
    costs: dict[str, tuple[float, float]] = {}
    for size in SIZES:
        if only in (None, size):
            network = Measured(folder, small, size)
            yield from network.figures()
            costs[size] = network.costs()
    if only is None:
        first, *_, last = costs.values()
        for task, mine, against in zip(("generate", "verify"), last, first, strict=True):
            yield quotient(
                f"{task}: microseconds a formula, against {SIZES[0]}", SIZES[-1], mine, against, 1.3
            )


def _processes(folder: Path) -> Iterator[Figure]:
    """Time whole processes, imports and all, as someone at a terminal waits for them."""
    numpy, path = process(PYTHON, "-c", "import numpy, openpyxl"), str(folder / "digit.xlsx")
    for kind, options in (("plain", ["--plain", "--only", "network"]), ("default", [])):
        generate = (*SHEETCNN, "generate", "-o", path, "--force", *options)
        run(*generate)
        verify = process(*SHEETCNN, "verify", path)
        yield ratio(f"verify {kind}, against import numpy, openpyxl", "process", verify, numpy, 2.5)
    writer = process(PYTHON, "-c", "import numpy, xlsxwriter")
    yield ratio("generate, against import numpy, xlsxwriter", "process", process(*generate), writer, 2.0)
    python = process(PYTHON, "-c", "pass")
    yield ratio("--help, against python -c pass", "process", process(*SHEETCNN, "--help"), python, 5.0)


class Measured:
    """One network's workbook, plain, and the same cells as others write them."""

    def __init__(self, folder: Path, small: Path, size: str) -> None:
        self._folder, self._small, self._size = folder, str(small), size
        self._template = template(size, folder)
        self._path = folder / f"{size}.xlsx"
        self._formulas = jobs.generated(self._template, digit(self._template), self._path).formulas
        self._seconds: dict[str, float] = {}

    def figures(self) -> Iterator[Figure]:
        """Measure all there is."""
        yield self._against("generate", "deflate", "deflating and writing its parts", 3.0)
        yield self._against("generate", "openpyxl", "openpyxl, which writes no values", 0.25)
        for program in ("formualizer", "ironcalc"):
            if find_spec(program):
                yield self._against("verify", program, f"{program}, load and evaluate", 1.0)
            else:
                print(f"{program} is not installed")
        if Office.installed():
            yield from self._office()
        else:
            print("LibreOffice is not installed")
        yield self._file_size()
        if self._size == SIZES[-1]:
            yield from (self._peak("generate", 500), self._peak("verify", 800))

    def costs(self) -> tuple[float, float]:
        """Return what generate and verify take by the formula, in microseconds."""
        generate, verify = (1e6 * self._seconds[task] / self._formulas for task in ("generate", "verify"))
        return generate, verify

    def _against(self, task: str, other: str, words: str, goal: float) -> Figure:
        figure = ratio(f"{task}, against {words}", self._size, self._job(task), self._job(other), goal)
        self._seconds[task] = figure.mine
        return figure

    def _job(self, name: str) -> Task:
        if name == "generate":
            return job(name, SMALL, self._template)
        return job(name, self._small, str(self._path))

    def _office(self) -> Iterator[Figure]:
        office = Office(self._folder, ALWAYS).converts(self._path, "xlsx")
        office()
        goal = 0.1 if self._size == SIZES[0] else 0.25
        yield ratio("verify, against soffice computing it", self._size, self._job("verify"), office, goal)
        other = self._written_by(jobs.openpyxl)
        office_that_trusts = Office(self._folder, NEVER)
        opens, opens_other = (office_that_trusts.converts(path, "csv") for path in (self._path, other))
        opens()
        yield ratio("soffice opens it, against openpyxl's", self._size, opens, opens_other, 1.0)

    def _file_size(self) -> Figure:
        mine, other = (path.stat().st_size / 1e6 for path in (self._path, self._written_by(jobs.xlsxwriter)))
        return quotient("file, MB, against XlsxWriter's of the same cells", self._size, mine, other, 1.0)

    def _written_by(self, program: Callable[[str, Path], jobs.Work]) -> Path:
        path = self._folder / f"{self._size}-by-another.xlsx"
        program(str(self._path), path)()
        return path

    def _peak(self, task: str, goal: float) -> Figure:
        file = self._template if task == "generate" else str(self._path)
        return measure(f"{task}: most memory held, MB", self._size, peak(task, file), goal)


if __name__ == "__main__":
    sys.exit(main())
