"""What is in a workbook: the network and the pages beside it, where all of it stands and how it comes about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from pkgutil import iter_modules

from sheetcnn.network.classes import UNKNOWN, in_cell
from sheetcnn.network.network import Network
from sheetcnn.workbook import layout as layouts
from sheetcnn.workbook import sheets
from sheetcnn.workbook.exhibits import Exhibit, Values, exhibits
from sheetcnn.workbook.layout import TRUTH, Layout
from sheetcnn.workbook.page import Page


def _pages() -> dict[str, Page]:
    """Return a page of each kind that a file in `sheets/` holds, in their order, by the names of their sheets."""
    for module in iter_modules(sheets.__path__):
        import_module(f"{sheets.__name__}.{module.name}")
    kinds = sorted(Page.__subclasses__(), key=lambda kind: kind.place)
    return {kind.sheet: kind() for kind in kinds}


PAGES = _pages()
"""Every page that a workbook may have, by the name of its sheet."""


def suited(network: Network) -> list[Page]:
    """Return the pages that fit a network."""
    return [page for page in PAGES.values() if page.fits(network)]


def plan(network: Network, pages: Iterable[Page] = ()) -> Layout:
    """Return where each region of a network and of pages stands."""
    return with_pages(network, layouts.plan(network), pages)


def with_pages(network: Network, layout: Layout, pages: Iterable[Page]) -> Layout:
    """Return a layout with the regions of pages."""
    for page in pages:
        layout = layout.with_others(page.regions(network, layout))
    return layout


def fixed(network: Network, pages: Iterable[Page]) -> dict[str, Values]:
    """Return what nobody is to change, by the region that holds it."""
    return {name: values for page in pages for name, values in page.fixed(network).items()}


def domains(network: Network, pages: Iterable[Page]) -> dict[str, Sequence[float | str]]:
    """Return what regions may hold that random numbers are no example of."""
    truth: dict[str, Sequence[float | str]] = {TRUTH.name: [UNKNOWN, *map(in_cell, network.classes)]}
    return truth | {name: values for page in pages for name, values in page.domains(network).items()}


def contents(network: Network, layout: Layout, pages: Sequence[Page] = ()) -> list[Exhibit]:
    """Return everything that holds formulas, each after what it reads: what is read, the network, the lesson."""
    explaining = [e for page in pages if page.lesson for e in page.exhibits(network, layout)]
    before = [e for page in pages if not page.lesson for e in page.exhibits(network, layout)]
    shown = [*before, *exhibits(network, layout), *explaining]
    makers = {region.name: exhibit for exhibit in shown for region in exhibit.regions}
    ordered: dict[Exhibit, None] = {}

    def put(exhibit: Exhibit) -> None:
        if exhibit not in ordered:
            for region in exhibit.reads:
                if region.name in makers:
                    put(makers[region.name])
            ordered[exhibit] = None

    for exhibit in shown:
        put(exhibit)
    return list(ordered)
