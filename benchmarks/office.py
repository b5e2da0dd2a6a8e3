"""LibreOffice without a window, start included, in a profile of its own that has been used before."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from benchmarks.measure import Task, run

_SETTING = (
    '<item oor:path="/org.openoffice.Office.Calc/Formula/Load">'
    '<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>{mode}</value></prop></item>'
)
ALWAYS, NEVER = 0, 1
"""Whether it computes what it loads."""


class Office:
    """One profile.

    Args:
        folder: where it and all files go.
        mode: ALWAYS or NEVER.
    """

    def __init__(self, folder: Path, mode: int) -> None:
        self._folder = Path(tempfile.mkdtemp(dir=folder))
        settings = self._folder / "user" / "registrymodifications.xcu"
        settings.parent.mkdir()
        settings.write_text(
            '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items '
            f'xmlns:oor="http://openoffice.org/2001/registry">{_SETTING.format(mode=mode)}</oor:items>\n'
        )

    @staticmethod
    def installed() -> bool:
        """Whether it can be measured here."""
        return shutil.which("soffice") is not None

    def converts(self, workbook: Path, to: str) -> Task:
        """Return a task: load a workbook, and save it as something else."""
        profile = f"-env:UserInstallation={self._folder.as_uri()}"
        options = ["--headless", "--norestore", "--convert-to", to, "--outdir", str(self._folder)]
        return lambda: run("soffice", profile, *options, str(workbook)).seconds
