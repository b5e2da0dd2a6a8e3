"""What a format is: it writes reports out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:  # the command line lists the formats, and does not wait for NumPy
    from sheetcnn.verifier.report import Report


class ReportFormat(ABC):
    """One way to write reports out; adding one is one new file and its line in `FORMATS`.

    Attributes:
        name: the option of the command line, without its dashes.
        help: what the command line says of it.
        to_file: whether it goes into a file that the option names, rather than to the standard output.
    """

    name: ClassVar[str]
    help: ClassVar[str]
    to_file: ClassVar[bool] = False

    @abstractmethod
    def write(self, reports: Sequence[Report], *, several: bool) -> str:
        """Return reports written out.

        Args:
            reports: the reports, in the order of the workbooks.
            several: whether more than one workbook was asked for, of which some may have no report.
        """
