"""Divides a wide sheet into pages that can be read: whole maps, each with its weights if there is room."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from sheetcnn.excel.addresses import Range, around
from sheetcnn.excel.extent import Extent
from sheetcnn.excel.paper import Paper
from sheetcnn.excel.region import Region
from sheetcnn.workbook.layout import Layout

if TYPE_CHECKING:
    from sheetcnn.excel.writer import SheetWriter


def print_stages(
    sheet: SheetWriter, layout: Layout, paper: Paper, titles: int, style: str, panel: int = 0
) -> None:
    """Print each stage on pages of its own; every page has a title.

    Args:
        sheet: the finished sheet.
        layout: where the stages stand.
        paper: what to print on, at most as large as it says.
        titles: the row that holds the titles of stages, which every page repeats.
        style: how a title looks.
        panel: how many columns before the stages are printed by themselves.
    """
    extent = sheet.extent
    stages = _stages(layout, sheet.name)
    maps = [area for stage in stages for part in stage for area in part if area.left < area.right]
    paper = paper.showing(maps, extent, extent.down(titles, titles))
    above = [piece for piece in extent.pieces if piece.bottom < titles]
    if panel:
        stages.insert(0, [[Range(titles, 0, titles, panel - 1)]])
    _add(stages, (piece for piece in extent.pieces if piece.top > titles))
    wide, high = paper.room
    pages = sections(stages, extent, (wide, high - extent.down(titles, titles)))
    pages[0] = around([pages[0], *above])
    words = extent.words(titles)
    for page in pages:
        if not any(page.left <= column <= page.right for column in words):
            before = max((column for column in words if column < page.left), default=None)
            if before is not None:
                sheet.text((titles, page.left), f"{words[before]}, continued", style)
    sheet.print_areas(pages, (titles, titles), paper.scale, landscape=paper.landscape)


def _stages(layout: Layout, sheet: str) -> list[list[list[Range]]]:
    """Return where each stage of a sheet stands, left to right: its weights, and what it shows."""
    rulers = [region for name, region in layout.extra.items() if name.startswith("pixel_")]
    stages: list[list[list[Region]]] = [[[*layout.inputs, *rulers]]]
    for name, parts in layout.parts.items():
        weights = [region for row in layout.weights.get(name, ()) for region in row]
        stages.append([weights, [region for regions in parts.values() for region in regions]])
    return [
        [
            areas
            for part in stage
            if (areas := [_captioned(region) for region in part if region.sheet == sheet])
        ]
        for stage in stages
    ]


def _captioned(region: Region) -> Range:
    """Return a region's area with the row above it, which may hold its name."""
    return region.area._replace(top=max(0, region.top - 1))


def _add(stages: Sequence[Sequence[list[Range]]], pieces: Iterable[Range]) -> None:
    """Add to each part what begins in its columns or right of them, such as captions and charts."""
    begins = sorted(
        ((area.left, part) for stage in stages for part in stage for area in part), key=lambda pair: pair[0]
    )
    lefts = [left for left, _ in begins]
    for piece in pieces:
        begins[max(0, bisect_right(lefts, piece.left) - 1)][1].append(piece)


def sections(
    stages: Iterable[Sequence[Sequence[Range]]], extent: Extent, room: tuple[float, float]
) -> list[Range]:
    """Return the areas to print, a page each, left to right and top to bottom.

    Args:
        stages: the areas of each stage, in parts: a part stays on one page if it can, a stage if there is room.
        extent: how wide columns and rows are.
        room: the width and the height of a page, in pixels.
    """
    wide, high = room

    def fits(areas: Sequence[Range]) -> bool:
        _, left, _, right = around(areas)
        return extent.across(left, right) <= wide

    pages: list[list[Range]] = []
    for unit in _units(stages, fits):
        if pages and fits([*pages[-1], *unit]):
            pages[-1] += unit
        else:
            pages.append(list(unit))
    return [area for page in pages for area in _stacked(page, extent, high)]


def _units(
    stages: Iterable[Sequence[Sequence[Range]]], fits: Callable[[Sequence[Range]], bool]
) -> Iterator[Sequence[Range]]:
    """Yield what stays on one page: a stage, a part of it, or what shares columns."""
    for stage in stages:
        parts = [part for part in stage if part]
        whole = [area for part in parts for area in part]
        if not whole:
            continue
        if fits(whole):
            yield whole
            continue
        for part in parts:
            yield from [part] if fits(part) else _columns(part)


def _columns(areas: Sequence[Range]) -> Iterator[list[Range]]:
    """Yield areas that share columns."""
    unit: list[Range] = []
    for area in sorted(areas, key=lambda area: (area.left, area.right)):
        if unit and area.left > max(each.right for each in unit):
            yield unit
            unit = []
        unit.append(area)
    yield unit


def _stacked(areas: Sequence[Range], extent: Extent, high: float) -> Iterator[Range]:
    """Yield the areas of one page's columns, as many rows as fit on a page, none cut through."""
    _, left, _, right = around(areas)
    rows: list[list[int]] = []
    for area in sorted(areas, key=lambda area: area.top):
        if rows and area.top <= rows[-1][1]:
            rows[-1][1] = max(rows[-1][1], area.bottom)
        else:
            rows.append([area.top, area.bottom])
    top, bottom = rows[0]
    for first, last in rows[1:]:
        if extent.down(top, last) > high:
            yield Range(top, left, bottom, right)
            top = first
        bottom = last
    yield Range(top, left, bottom, right)
