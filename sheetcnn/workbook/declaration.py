"""A sheet's regions, each declared once: where it stands, what it holds or which formula fills it, how it looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from sheetcnn.excel.region import Region
from sheetcnn.network.stages import Explanation, Position, Refs
from sheetcnn.workbook.decoration import Constants, Decoration, Formulas
from sheetcnn.workbook.formula import Formula
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues
from sheetcnn.workbook.layout import Layout

Read: TypeAlias = Region | str
"""What a formula reads: a region, or the name of one that another sheet declares."""
Shape: TypeAlias = tuple[int, int]
"""Rows and columns."""


@dataclass(frozen=True, eq=False)
class Constant:
    """A region that no formula computes.

    Attributes:
        region: where it stands.
        style: how it looks.
        values: what it holds at first, (rows, columns); None where the weights or the digit say it.
        allowed: what it may hold that random numbers are no example of, such as a choice of two words.
        read_only: whether nobody is to change it, as formulas count on it.
        free_text: whether words may stand in it, too, beside what formulas read.
    """

    region: Region
    style: str
    values: RegionValues | None
    allowed: Sequence[float | str] = ()
    read_only: bool = False
    free_text: bool = False


class SheetBlock(FormulaBlock):
    """Formulas of one region of a sheet, all alike."""

    kind = "sheet"

    def __init__(
        self, owner: str, region: Region, reads: Sequence[Region], formula: Formula, style: str
    ) -> None:
        self.stage, self.regions, self.reads = owner, [region], reads
        self._formula, self.style = formula, style

    def compute(self, seen: Mapping[str, RegionValues]) -> list[RegionValues]:
        (region,) = self.regions
        values = np.asarray(self._formula.numpy(*(seen[source.name] for source in self.reads)))
        if values.dtype.kind == "U":
            values = values.astype(object)
        shape = region.rows, region.columns
        return [values if values.shape == shape else np.broadcast_to(values, shape)]

    def formula(self, region: Region, row: int, column: int) -> str:
        return self._formula.excel(Refs(region.sheet, self.reads, (), {}), Position("", 0, row, column))

    def explain(self, region: Region, row: int, column: int) -> Explanation:
        return self._formula.explain(self.reads, Position("", 0, row, column))


@dataclass(frozen=True)
class _Filled:
    """A region that a formula fills.

    Attributes:
        allowed: as of `Constant`: what other formulas may read here.
    """

    region: Region
    reads: Sequence[Read]
    formula: Formula
    style: str
    owner: str
    allowed: Sequence[float | str]


@dataclass
class Declaration:
    """What a sheet declares, region by region; a name is told once, with a prefix that keeps sheets apart.

    Attributes:
        sheet: the sheet that regions stand on, unless said otherwise.
        layout: where regions stand now; one that is not in it stands where it is declared.
        owner: what `--json` calls the owner of the formulas.
        prefix: what every name begins with.
        style: how formulas look, unless said otherwise.
    """

    sheet: str
    layout: Layout
    owner: str
    prefix: str = ""
    style: str = "activation"
    constants: list[Constant] = field(default_factory=list)
    _filled: list[_Filled] = field(default_factory=list)

    def constant(
        self,
        name: str,
        cell: tuple[int, int],
        values: RegionValues | Shape | float | str,
        style: str,
        *,
        allowed: Sequence[float | str] = (),
        read_only: bool = False,
        free_text: bool = False,
        sheet: str = "",
        step: int = 1,
    ) -> Region:
        """Declare a region that no formula computes.

        Args:
            name: its name, without the prefix.
            cell: its first cell: row and column, from zero.
            values: what it holds at first: one value, or (rows, columns); or its shape, where the weights or the
                digit say what it holds.
            style: how it looks.
            allowed: as of `Constant`, like the rest.
            read_only: whether nobody is to change it.
            free_text: whether words may stand in it, too.
            sheet: another sheet than that of the declaration.
            step: how many cells lie from one value to the next one.
        """
        first = None if isinstance(values, tuple) else _table(values)
        rows, columns = values if isinstance(values, tuple) else _table(values).shape
        region = self._place(name, cell, (rows, columns), sheet, step)
        self.constants.append(Constant(region, style, first, allowed, read_only, free_text))
        return region

    def formulas(
        self,
        name: str,
        cell: tuple[int, int],
        shape: Shape,
        formula: Formula,
        reads: Sequence[Read],
        style: str = "",
        *,
        owner: str = "",
        allowed: Sequence[float | str] = (),
        sheet: str = "",
    ) -> Region:
        """Declare a region that a formula fills.

        Args:
            name: its name, without the prefix.
            cell: its first cell: row and column, from zero.
            shape: its rows and columns.
            formula: what fills it.
            reads: the regions that it reads.
            style: how it looks, if other than most of the sheet.
            owner: what `--json` calls its owner, if other than most of the sheet.
            allowed: what formulas that read it may meet there that random numbers are no example of.
            sheet: another sheet than that of the declaration.
        """
        region = self._place(name, cell, shape, sheet, 1)
        self._filled.append(
            _Filled(region, reads, formula, style or self.style, owner or self.owner, allowed)
        )
        return region

    def _place(self, name: str, cell: tuple[int, int], shape: Shape, sheet: str, step: int) -> Region:
        planned = Region(self.prefix + name, sheet or self.sheet, *cell, *shape, step=step)
        return self.layout.extra.get(planned.name, planned)

    @property
    def _all(self) -> list[Constant | _Filled]:
        return [*self.constants, *self._filled]

    @property
    def regions(self) -> list[Region]:
        """Every region that it adds."""
        return [each.region for each in self._all]

    @property
    def allowed(self) -> dict[str, Sequence[float | str]]:
        """What regions may hold that random numbers are no example of, by their names."""
        return {each.region.name: each.allowed for each in self._all if each.allowed}

    @property
    def read_only(self) -> dict[str, RegionValues]:
        """What nobody is to change, by the region that holds it."""
        return {
            each.region.name: each.values
            for each in self.constants
            if each.read_only and each.values is not None
        }

    @property
    def first_values(self) -> dict[str, RegionValues]:
        """What constants hold at first, by region, where neither the weights nor the digit say it."""
        return {each.region.name: each.values for each in self.constants if each.values is not None}

    @property
    def blocks(self) -> list[SheetBlock]:
        """Its formulas.

        Raises:
            KeyError: one reads a region that no sheet declares.
        """
        extra = self.layout.extra
        return [
            SheetBlock(
                each.owner,
                each.region,
                [extra[read] if isinstance(read, str) else read for read in each.reads],
                each.formula,
                each.style,
            )
            for each in self._filled
        ]

    def __getitem__(self, name: str) -> Region:
        """Return one of its regions by its name without the prefix."""
        return next(region for region in self.regions if region.name == self.prefix + name)

    def cells(self, values: Mapping[str, RegionValues], *names: str) -> Iterator[Decoration]:
        """Yield what stands in its regions on its own sheet, or in some of them: formulas, then constants."""
        wanted = {self.prefix + name for name in names}

        def here(region: Region) -> bool:
            return region.sheet == self.sheet and (not names or region.name in wanted)

        for block in self.blocks:
            (region,) = block.regions
            if here(region):
                yield Formulas(region, block.formulas(region), values[region.name].tolist(), block.style)
        for constant in self.constants:
            if here(constant.region):
                yield Constants(constant.region, values[constant.region.name].tolist(), constant.style)


def _table(values: RegionValues | float | str) -> RegionValues:
    """Return values as (rows, columns)."""
    if isinstance(values, np.ndarray):
        return values
    return np.array([[values]], dtype=object if isinstance(values, str) else float)
