"""What every sheet beside the network's own shares: its regions, its formulas in both faces, its looks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from sheetcnn.digits.digit import Digit
from sheetcnn.excel.region import Region
from sheetcnn.network.network import Network
from sheetcnn.network.stages import Explanation, Position, Refs
from sheetcnn.network.template import Template
from sheetcnn.workbook.declaration import Declaration
from sheetcnn.workbook.decoration import Decoration
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues
from sheetcnn.workbook.layout import Layout, plan

if TYPE_CHECKING:
    from sheetcnn.excel.writer import SheetWriter  # brings XlsxWriter, and verify knows the pages, too


@dataclass(frozen=True)
class Drawing:
    """What a sheet needs to know to say how it looks.

    Attributes:
        declared: what the sheet declares.
        template: the network with its weights.
        layout: where every region stands.
        values: what each region holds, by its name.
        sheets: the names of the workbook's sheets, in order.
    """

    declared: Declaration
    template: Template
    layout: Layout
    values: Mapping[str, RegionValues]
    sheets: Sequence[str]

    def cells(self, *some: Region | str) -> Iterator[Decoration]:
        """Yield what stands in the sheet's regions, or in some of them: regions, or names without the prefix."""
        return self.declared.cells(self.values, *some)


class LessonSheet(ABC):
    """A sheet beside the network's own. It declares each of its regions once, and says what stands around them.

    Attributes:
        sheet: its name.
        order: where it stands among the others: sheets follow these numbers.
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

    def declare(self, network: Network, layout: Layout) -> Declaration:
        """Return its regions: what they hold, the formulas that fill them, how they look.

        Args:
            network: the network.
            layout: where regions stand; those of sheets that come later are not in it yet when a workbook is planned.
        """
        raise NotImplementedError

    def first_values(self, template: Template, digit: Digit) -> dict[str, RegionValues]:
        """Return what those constants hold at first that depend on the weights or on the digit, by region."""
        return {}

    def decorate(self, drawing: Drawing) -> Iterator[Decoration]:
        """Yield all that stands on the sheet, in the order in which it is written."""
        raise NotImplementedError

    def declared(self, network: Network, layout: Layout) -> Declaration:
        if type(self).declare is not LessonSheet.declare:
            return self.declare(network, layout)
        from sheetcnn.workbook.declaration import Constant

        d = Declaration(self.sheet, layout, "")
        fixed, allowed, free = self.read_only(network), self.allowed(network), self.free_text()
        for region in self.regions(network, layout):
            now = layout.extra.get(region.name, region)
            d.constants.append(
                Constant(
                    now,
                    "",
                    fixed.get(region.name),
                    allowed.get(region.name, ()),
                    region.name in fixed,
                    region.name in free,
                )
            )
        return d

    def regions(self, network: Network, layout: Layout) -> list[Region]:
        """Return what it adds, numbers and formulas, on its own sheet or beside the network."""
        return self.declare(network, layout).regions

    def constants(self, template: Template, digit: Digit) -> dict[str, RegionValues]:
        """Return what those of its regions hold that no formula computes."""
        declared = self.declare(template.network, plan(template.network))
        return {**declared.first_values, **self.first_values(template, digit)}

    def read_only(self, network: Network) -> dict[str, RegionValues]:
        """Return those of them that nobody is to change, as formulas count on them."""
        if type(self).declare is LessonSheet.declare:  # TODO A: goes when every sheet declares
            return {}
        return self.declare(network, plan(network)).read_only

    def free_text(self) -> set[str]:
        """Return the regions in which also words may stand, beside what formulas read."""
        return set()

    def allowed(self, network: Network) -> dict[str, Sequence[float | str]]:
        """Return what regions may hold that random numbers are no example of, such as a choice of two words."""
        if type(self).declare is LessonSheet.declare:  # TODO A: goes when every sheet declares
            return {}
        return self.declare(network, plan(network)).allowed

    def blocks(self, network: Network, layout: Layout) -> list[FormulaBlock]:
        """Return everything that it adds that holds formulas."""
        return list(self.declare(network, layout).blocks)

    def draw(
        self,
        sheet: SheetWriter,
        template: Template,
        layout: Layout,
        shown: Sequence[FormulaBlock],
        values: Mapping[str, RegionValues],
    ) -> None:
        """Write the sheet."""
        declared = self.declare(template.network, layout)
        for decoration in self.decorate(Drawing(declared, template, layout, values, sheet.sheets)):
            decoration.write(sheet)


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
