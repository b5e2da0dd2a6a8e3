"""What every sheet beside the network's own shares: its regions, its formulas in both faces, its looks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from sheetcnn.digits.digit import Digit
from sheetcnn.excel.region import Region
from sheetcnn.network.network import Network
from sheetcnn.network.template import Template
from sheetcnn.workbook.declaration import Declaration
from sheetcnn.workbook.decoration import Decoration
from sheetcnn.workbook.formula_block import RegionValues
from sheetcnn.workbook.layout import Layout

if TYPE_CHECKING:
    pass  # brings XlsxWriter, and verify knows the pages, too


@dataclass(frozen=True)
class Drawing:
    """What a sheet needs to know to say how it looks.

    Attributes:
        declared: what the sheet declares.
        template: the network with its weights.
        layout: where every region stands.
        values: what each region holds, by its name.
        sheets: the names of the workbook's sheets, in order.
        summaries: what each sheet beside the network's own shows, by its name.
    """

    declared: Declaration
    template: Template
    layout: Layout
    values: Mapping[str, RegionValues]
    sheets: Sequence[str]
    summaries: Mapping[str, str]

    def cells(self, *some: Region | str) -> Iterator[Decoration]:
        """Yield what stands in the sheet's regions, or in some of them: regions, or names without the prefix."""
        return self.declared.cells(self.values, *some)


class LessonSheet(ABC):
    """A sheet beside the network's own. It declares each of its regions once, and says what stands around them.

    Attributes:
        sheet: its name.
        summary: what it shows, in the sentence that the guide has for it.
        lesson: whether it explains, rather than being what the network reads.
    """

    sheet: ClassVar[str]
    summary: ClassVar[str]
    lesson: ClassVar[bool] = True

    def fits(self, network: Network) -> bool:
        """Whether a network has what it shows."""
        return True

    @abstractmethod
    def declare(self, network: Network, layout: Layout) -> Declaration:
        """Return its regions: what they hold, the formulas that fill them, how they look.

        Args:
            network: the network.
            layout: where regions stand; those of sheets that come later are not in it yet when a workbook is planned.
        """

    def first_values(self, template: Template, digit: Digit) -> dict[str, RegionValues]:
        """Return what those constants hold at first that depend on the weights or on the digit, by region."""
        return {}

    @abstractmethod
    def decorate(self, drawing: Drawing) -> Iterator[Decoration]:
        """Yield all that stands on the sheet, in the order in which it is written."""
