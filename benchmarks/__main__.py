"""Times whole processes, and verify of ever larger networks, in turn with what each is measured against.

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

import numpy as np

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
            *growth(Path(folder)),
        ]


def growth(folder: Path) -> list[Figure]:
    """Time verify on larger networks with random weights, by the thousand formulas."""
    small, *larger = (_written(folder, filters, side) for filters, side in ((2, 28), (8, 28), (2, 84)))
    figures = []
    for workbook, formulas in larger:
        name = f"verify 1,000 formulas of {formulas:,}, against of {small[1]:,}"
        pairs = [(_per_thousand(workbook), _per_thousand(small[0])) for _ in range(RUNS + 1)][1:]
        figures.append(_figure(name, pairs, 1.25))
    return figures


def _written(folder: Path, filters: int, side: int) -> tuple[Path, int]:
    """Write the workbook of a network like `mnist`, of any size; return it, and how many formulas it has."""
    from sheetcnn.digits.digit import Digit
    from sheetcnn.network.network import Network
    from sheetcnn.network.stages.conv import Conv
    from sheetcnn.network.stages.dense import Dense
    from sheetcnn.network.stages.maxpool import MaxPool
    from sheetcnn.network.stages.relu import ReLU
    from sheetcnn.network.stages.softmax import Softmax
    from sheetcnn.network.templates import Template
    from sheetcnn.workbook.build import build

    stages = (Conv(filters, 3), ReLU(), Conv(filters, 3), ReLU(), MaxPool(2), Dense(10), Softmax())
    network = Network((1, side, side), stages, tuple("0123456789"))
    random = np.random.default_rng(0)
    weights = {name: random.normal(size=shape).round(3) for name, shape in network.weight_shapes.items()}
    path = folder / f"{filters}-filters-{side}-pixels.xlsx"
    digit = Digit(random.uniform(size=network.input_shape).round(3), None, "random numbers")
    built = build(Template("random", "A random network", network, weights, path), digit)
    path.write_bytes(built.content)
    return path, built.formulas


def _per_thousand(workbook: Path) -> float:
    from sheetcnn import verify

    start = time.perf_counter()
    report = verify(workbook)
    return 1000 * (time.perf_counter() - start) / report.formulas


def compare(name: str, command: Sequence[str], against: Sequence[str], goal: float) -> Figure:
    """Run two commands in turn, once to warm up and then `RUNS` times."""
    pairs = [(_seconds(command), _seconds(against)) for _ in range(RUNS + 1)][1:]
    return _figure(name, pairs, goal)


def _figure(name: str, pairs: Sequence[tuple[float, float]], goal: float) -> Figure:
    mine, other = zip(*pairs, strict=True)
    ratio = statistics.median(first / second for first, second in pairs)
    return Figure(name, statistics.median(mine), statistics.median(other), ratio, goal)


def _seconds(command: Sequence[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
