"""Other spreadsheet programs, one file each, asked to compute a workbook afresh."""

from __future__ import annotations

from pathlib import Path

from sheetcnn.errors import SpecError, did_you_mean
from sheetcnn.verifier.engines.engine import Computed, Engine
from sheetcnn.verifier.engines.ironcalc import IronCalc
from sheetcnn.verifier.engines.libreoffice import LibreOffice

ENGINES: dict[str, Engine] = {
    engine.name: engine
    for engine in (
        LibreOffice(),
        IronCalc(),
    )
}
"""The programs by the names that `--engine` has for them."""

__all__ = ["ENGINES", "Computed", "Engine", "recalculate"]


def recalculate(path: Path, engine: str) -> Computed:
    """Return every formula cell's value as another program computes it, whatever value was saved in the file.

    Args:
        path: the workbook.
        engine: the name of one of `ENGINES`. LibreOffice gives 15 significant digits, IronCalc all of them.

    Returns:
        For each sheet the value at each zero-based (row, column), "" where the program shows nothing.

    Raises:
        EngineMissing: the program is not installed.
        SpecError: there is no such engine.
        WorkbookError: the workbook cannot be read, or the program fails on it.
    """
    from sheetcnn.excel.reader import read_workbook  # brings NumPy, and the command line lists the engines

    if engine not in ENGINES:
        near = did_you_mean(engine, ENGINES)
        raise SpecError(f"{engine!r} is no engine{near}: choose one of {', '.join(ENGINES)}.")
    return ENGINES[engine].recalculate(read_workbook(path))
