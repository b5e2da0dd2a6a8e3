"""What another spreadsheet program is to this one: it computes a workbook afresh."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, TypeAlias

if TYPE_CHECKING:  # the command line lists the engines, and does not wait for NumPy
    from sheetcnn.excel.workbook import Value, Workbook

Computed: TypeAlias = "dict[str, dict[tuple[int, int], Value]]"
"""The values of formulas by sheet and cell, rows and columns from 0."""


class Engine(ABC):
    """Another spreadsheet program; adding one is one new file and its line in `ENGINES`.

    Attributes:
        name: what `--engine` calls it.
        title: what sentences call it.
    """

    name: ClassVar[str]
    title: ClassVar[str]

    @abstractmethod
    def recalculate(self, workbook: Workbook) -> Computed:
        """Return every formula cell's value as the program computes it, "" where it shows nothing.

        Args:
            workbook: the workbook as it was read; the program reads its file.

        Raises:
            EngineMissing: the program is not installed.
            WorkbookError: the program fails on the workbook.
        """
