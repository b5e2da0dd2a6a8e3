"""What every sheet beside the network's own shares: its regions, its formulas in both faces, its looks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from sheetcnn.digits.digit import Digit
from sheetcnn.excel.region import Region
from sheetcnn.network.network import Network
from sheetcnn.network.stages import Explanation, Position, Refs
from sheetcnn.network.template import Template
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues
from sheetcnn.workbook.layout import Layout

if TYPE_CHECKING:
    from sheetcnn.excel.writer import SheetWriter  # brings XlsxWriter, and verify knows the pages, too


class LessonSheet(ABC):
    """A sheet of its own: adding one is one new file in `sheets/`.

    Attributes:
        sheet: its name.
        place: where it stands among the others: sheets follow these numbers.
        summary: what it shows, in the sentence that the guide has for it.
        lesson: whether it explains, rather than being what the network reads.
    """

    sheet: ClassVar[str]
    order: ClassVar[int]
    summary: ClassVar[str]
    lesson: ClassVar[bool] = True

    def fits(self, network: Network) -> bool:
        """Whether a network has what it shows."""
        return True

    @abstractmethod
    def regions(self, network: Network, layout: Layout) -> list[Region]:
        """Return what it adds, numbers and formulas, on its own sheet or beside the network."""

    @abstractmethod
    def constants(self, template: Template, digit: Digit) -> dict[str, RegionValues]:
        """Return what those of its regions hold that no formula computes."""

    def read_only(self, network: Network) -> dict[str, RegionValues]:
        """Return those of them that nobody is to change, as formulas count on them."""
        return {}

    def free_text(self) -> set[str]:
        """Return the regions in which also words may stand, beside what formulas read."""
        return set()

    def allowed(self, network: Network) -> dict[str, Sequence[float | str]]:
        """Return what regions may hold that random numbers are no example of, such as a choice of two words."""
        return {}

    @abstractmethod
    def blocks(self, network: Network, layout: Layout) -> list[FormulaBlock]:
        """Return everything that it adds that holds formulas."""

    @abstractmethod
    def draw(
        self,
        sheet: SheetWriter,
        template: Template,
        layout: Layout,
        shown: Sequence[FormulaBlock],
        values: Mapping[str, RegionValues],
    ) -> None:
        """Write the sheet."""


class SheetBlock(FormulaBlock):
    """Formulas of one region of a page, all alike.

    Attributes:
        words: what they do, in words.
    """

    kind = "sheet"
    explanation: ClassVar[str]

    def __init__(self, stage: str, region: Region, reads: Sequence[Region]) -> None:
        self.stage, self.regions, self.reads = stage, [region], reads

    def compute(self, seen: Mapping[str, RegionValues]) -> list[RegionValues]:
        (region,) = self.regions
        value = np.asarray(self.numpy(*(seen[source.name] for source in self.reads)))
        if value.dtype.kind == "U":
            value = value.astype(object)
        shape = region.rows, region.columns
        return [value if value.shape == shape else np.broadcast_to(value, shape)]

    def formula(self, region: Region, row: int, column: int) -> str:
        return self.excel(Refs(region.sheet, self.reads, (), {}), Position("", 0, row, column))

    def explain(self, region: Region, row: int, column: int) -> Explanation:
        return Explanation(self.explanation, [(source,) for source in self.reads])

    @abstractmethod
    def numpy(self, *seen: RegionValues) -> Any:
        """NumPy: return the values of the whole region, from what it reads."""

    @abstractmethod
    def excel(self, refs: Refs, at: Position) -> str:
        """Excel: return the text of one cell; `refs.inputs` are what it reads."""


def indexed(values: RegionValues, rows: RegionValues, columns: RegionValues) -> RegionValues:
    """Return what stands in these rows and columns, counted from 1; nan where nothing does: Excel's INDEX."""
    high, wide = values.shape
    inside = (rows >= 1) & (rows < high + 1) & (columns >= 1) & (columns < wide + 1)
    down, along = (np.where(inside, places, 1).astype(int) - 1 for places in (rows, columns))
    return np.where(inside, values[down, along], np.nan)


def arithmetic(values: RegionValues) -> RegionValues:
    """Return what + - * / compute on: a text is no number."""
    if values.dtype != object:
        return values
    seen = [np.nan if isinstance(value, str) else float(value) for value in values.ravel()]
    return np.array(seen).reshape(values.shape)
