"""What is in a workbook: the network and the pages beside it, where all of it stands and how it comes about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from pkgutil import iter_modules

from sheetcnn.network.classes import UNKNOWN, in_cell
from sheetcnn.network.network import Network
from sheetcnn.workbook import layout as layouts
from sheetcnn.workbook import sheets
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues, formula_blocks
from sheetcnn.workbook.layout import TRUTH, Layout
from sheetcnn.workbook.sheet import LessonSheet


def _pages() -> dict[str, LessonSheet]:
    """Return a page of each kind that a file in `sheets/` holds, in their order, by the names of their sheets."""
    for module in iter_modules(sheets.__path__):
        import_module(f"{sheets.__name__}.{module.name}")
    kinds = sorted(LessonSheet.__subclasses__(), key=lambda kind: kind.order)
    return {kind.sheet: kind() for kind in kinds}


SHEETS = _pages()
"""Every page that a workbook may have, by the name of its sheet."""


def available_sheets(network: Network) -> list[LessonSheet]:
    """Return the pages that fit a network."""
    return [page for page in SHEETS.values() if page.fits(network)]


def plan(network: Network, pages: Iterable[LessonSheet] = ()) -> Layout:
    """Return where each region of a network and of pages stands."""
    return with_sheets(network, layouts.plan(network), pages)


def with_sheets(network: Network, layout: Layout, pages: Iterable[LessonSheet]) -> Layout:
    """Return a layout with the regions of pages."""
    for page in pages:
        layout = layout.with_others(page.regions(network, layout))
    return layout


def read_only_values(network: Network, pages: Iterable[LessonSheet]) -> dict[str, RegionValues]:
    """Return what nobody is to change, by the region that holds it."""
    return {name: values for page in pages for name, values in page.read_only(network).items()}


def allowed_values(network: Network, pages: Iterable[LessonSheet]) -> dict[str, Sequence[float | str]]:
    """Return what regions may hold that random numbers are no example of."""
    truth: dict[str, Sequence[float | str]] = {TRUTH.name: [UNKNOWN, *map(in_cell, network.classes)]}
    return truth | {name: values for page in pages for name, values in page.allowed(network).items()}


def assemble(network: Network, layout: Layout, pages: Sequence[LessonSheet] = ()) -> list[FormulaBlock]:
    """Return everything that holds formulas, each after what it reads: what is read, the network, the lesson."""
    explaining = [e for page in pages if page.lesson for e in page.blocks(network, layout)]
    before = [e for page in pages if not page.lesson for e in page.blocks(network, layout)]
    shown = [*before, *formula_blocks(network, layout), *explaining]
    makers = {region.name: block for block in shown for region in block.regions}
    ordered: dict[FormulaBlock, None] = {}

    def put(block: FormulaBlock) -> None:
        if block not in ordered:
            for region in block.reads:
                if region.name in makers:
                    put(makers[region.name])
            ordered[block] = None

    for block in shown:
        put(block)
    return list(ordered)
