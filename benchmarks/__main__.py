"""Times whole processes in turn and prints each figure beside the one that it is measured against.

`python -m benchmarks` prints a table; with `--json FILE` it writes the figures as well.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

RUNS = 7


@dataclass(frozen=True)
class Figure:
    """One comparison.

    Attributes:
        name: what is compared with what.
        seconds: the median of what is measured.
        against: the median of what it is measured against.
        ratio: the median of the ratios, run by run.
        goal: the ratio that is to be reached, at most.
    """

    name: str
    seconds: float
    against: float
    ratio: float
    goal: float


def main() -> int:
    """Measure, print a table, and write JSON if asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here, too")
    options = parser.parse_args()
    figures = measure()
    print(f"{'':<58} {'seconds':>8} {'against':>8} {'ratio':>6} {'goal':>6}")
    for figure in figures:
        print(
            f"{figure.name:<58} {figure.seconds:8.3f} {figure.against:8.3f} {figure.ratio:6.2f} {figure.goal:6.2f}"
        )
    if options.json is not None:
        options.json.write_text(json.dumps([asdict(figure) for figure in figures], indent=2) + "\n")
    return 0


def measure() -> list[Figure]:
    """Time every comparison."""
    python = sys.executable
    sheetcnn = [python, "-m", "sheetcnn"]
    with tempfile.TemporaryDirectory() as folder:
        workbook = str(Path(folder, "digit.xlsx"))
        generate = [*sheetcnn, "generate", "-o", workbook, "--force"]
        return [
            compare(
                "generate, against import numpy, xlsxwriter",
                generate,
                [python, "-c", "import numpy, xlsxwriter"],
                2.0,
            ),
            compare(
                "verify, against import numpy, openpyxl",
                [*sheetcnn, "verify", workbook],
                [python, "-c", "import numpy, openpyxl"],
                2.5,
            ),
            compare(
                "sheetcnn --help, against python -c pass", [*sheetcnn, "--help"], [python, "-c", "pass"], 5.0
            ),
        ]


def compare(name: str, command: Sequence[str], against: Sequence[str], goal: float) -> Figure:
    """Run two commands in turn, once to warm up and then `RUNS` times."""
    pairs = [(_seconds(command), _seconds(against)) for _ in range(RUNS + 1)][1:]
    mine, other = zip(*pairs, strict=True)
    ratio = statistics.median(first / second for first, second in pairs)
    return Figure(name, statistics.median(mine), statistics.median(other), ratio, goal)


def _seconds(command: Sequence[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
