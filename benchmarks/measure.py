"""Runs of processes, and figures out of them."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

RUNS = 5
PYTHON = sys.executable


@dataclass(frozen=True)
class Figure:
    """One comparison, or one measure by itself.

    Attributes:
        name: what is compared with what.
        size: the network.
        mine: the median of what is measured, in seconds of processor time, or as the name says.
        against: that of what it is measured against, None for a measure by itself.
        result: the median of the ratios, run by run, or the measure itself.
        goal: what it is to be at most.
    """

    name: str
    size: str
    mine: float
    against: float | None
    result: float
    goal: float

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return self.result <= self.goal


@dataclass(frozen=True)
class Run:
    """One run of a process.

    Attributes:
        seconds: the processor time of it and of all that it started.
        said: what it printed.
    """

    seconds: float
    said: str


Task = Callable[[], float]

_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""As where sheetcnn is installed: what is compiled once is kept."""


def run(*command: str) -> Run:
    """Run a command to its end.

    Raises:
        RuntimeError: it failed.
    """
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=_ENVIRONMENT
    ) as process:
        said = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: run it by hand to see why")
    return Run(usage.ru_utime + usage.ru_stime, said)


def process(*command: str) -> Task:
    """Return a task: a whole process."""
    return lambda: run(*command).seconds


def job(name: str, small: str, large: Path | str) -> Task:
    """Return a task: one of `benchmarks.jobs`, without its imports."""
    return lambda: float(run(PYTHON, "-m", "benchmarks.jobs", name, small, str(large)).said.split()[0])


def peak(name: str, file: str) -> Task:
    """Return a task: the memory that one of `benchmarks.jobs` holds at most, in MB."""
    return lambda: float(run(PYTHON, "-m", "benchmarks.jobs", name, file).said.split()[1])


def ratio(name: str, size: str, mine: Task, against: Task, goal: float) -> Figure:
    """Run two tasks in turn."""
    pairs = [(mine(), against()) for _ in range(RUNS)]
    middle = statistics.median(one / other for one, other in pairs)
    first, second = (statistics.median(times) for times in zip(*pairs, strict=True))
    return Figure(name, size, first, second, middle, goal)


def measure(name: str, size: str, task: Task, goal: float) -> Figure:
    """Return a measure by itself."""
    middle = statistics.median(task() for _ in range(RUNS))
    return Figure(name, size, middle, None, middle, goal)


def quotient(name: str, size: str, mine: float, against: float, goal: float) -> Figure:
    """Return what two measures come to, that need no repetition."""
    return Figure(name, size, mine, against, mine / against, goal)
