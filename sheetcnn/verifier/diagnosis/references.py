"""Says in words how a reference differs from the one that belongs there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from sheetcnn.excel.addresses import a1
from sheetcnn.excel.ast import Reference
from sheetcnn.verifier.diagnosis.normal_form import address, extent
from sheetcnn.verifier.diagnosis.vocabulary import Place, counted

_OVER_CLASSES = {"total": "the softmax sum", "maximum": "the maximum"}

_Rule: TypeAlias = Callable[[Reference, Reference, Place], "str | None"]


def misread(belongs: Reference, found: Reference, place: Place) -> str:
    """Return a sentence for a reference that reads other cells than the one that belongs there."""
    for rule in _RULES:
        if said := rule(belongs, found, place):
            return said
    return f"reads other cells: {_instead(belongs, found)}"


def _sheet(belongs: Reference, found: Reference, place: Place) -> str | None:
    if (found.sheet or "").casefold() == (belongs.sheet or "").casefold():
        return None
    return f"reads the sheet {found.sheet or place.region.sheet}: {_instead(belongs, found)}"


def _dollar(belongs: Reference, found: Reference, place: Place) -> str | None:
    if belongs.absolute == found.absolute or not _same_extent(belongs, found):
        return None
    if any(found.absolute) and not any(belongs.absolute):
        if place.source(belongs) != place.source(found):
            return None
        return f"a `$` too many, so {_noun(belongs, place)} stands still: {_instead(belongs, found)}"
    elsewhere = place.source(found) is not None and place.name(found) != place.name(belongs)
    if elsewhere and not _slid(belongs, found, place):
        return None
    what = "the filter" if place.name(belongs).startswith("filter ") else "the reference"
    return f"the `$` is missing, so {what} slides along: {_instead(belongs, found)}"


def _slid(belongs: Reference, found: Reference, place: Place) -> bool:
    """Whether a reference has gone as far as its cell stands from the first one of its block."""
    start = place.region.cell(0, 0)
    return all(
        found.area[axis] - belongs.area[axis]
        == (0 if found.absolute[axis] else place.cell[axis] - start[axis])
        for axis in (0, 1)
    )


def _stride(belongs: Reference, found: Reference, place: Place) -> str | None:
    """Find windows that follow each other too closely."""
    source = place.source(belongs)
    if source is None or not _same_extent(belongs, found):
        return None
    strides = set()
    for axis in (0, 1):
        index = (place.cell[axis] - place.region.cell(0, 0)[axis]) // place.region.step
        right, wrong = ((area[axis] - source.area[axis]) / source.step for area in (belongs.area, found.area))
        if right != wrong:
            strides.add((right / index, wrong / index) if index else (0.0, 0.0))
    if len(strides) != 1:
        return None
    ((right, wrong),) = strides
    if not (0 < wrong < right and wrong.is_integer()):
        return None
    begins, where = (a1(*area[:2]) for area in (found.area, belongs.area))
    return f"stride {wrong:g} where {right:g} belongs: the window begins at {begins} where {where} belongs"


def _classes(belongs: Reference, found: Reference, place: Place) -> str | None:
    """Find a range over all classes that leaves some out, or counts other cells too."""
    source = place.source(belongs)
    labels = place.words.labels(source) if source and source.area == belongs.area else []
    if not labels or not belongs.area.overlaps(found.area):
        return None
    column = range(belongs.area.top, belongs.area.bottom + 1)
    left_out = [
        label
        for label, row in zip(labels, column, strict=True)
        if not found.area.contains((row, belongs.area.left))
    ]
    rows, columns = extent(found.area)
    others = rows * columns - (len(labels) - len(left_out))
    said = [f"leaves out {' and '.join(left_out)}"] if left_out else []
    said += [f"counts {counted(others, 'cell')} too many"] if others else []
    what = _OVER_CLASSES.get(place.region.name, _noun(belongs, place))
    return f"{what} {' and '.join(said)}: {_instead(belongs, found)}"


def _window(belongs: Reference, found: Reference, place: Place) -> str | None:
    """Find a window that is too large or too small."""
    (rows, columns), (found_rows, found_columns) = extent(belongs.area), extent(found.area)
    wider, taller = found_columns - columns, found_rows - rows
    if not (wider or taller) or not belongs.area.overlaps(found.area):
        return None
    by = [f"{counted(abs(wider), 'column')} too {'wide' if wider > 0 else 'narrow'}"] if wider else []
    by += [f"{counted(abs(taller), 'row')} too {'tall' if taller > 0 else 'short'}"] if taller else []
    return f"{_noun(belongs, place)} is {' and '.join(by)}: {_instead(belongs, found)}"


def _other_region(belongs: Reference, found: Reference, place: Place) -> str | None:
    right, wrong = place.name(belongs), place.name(found)
    if right == wrong or place.source(belongs) is None or place.source(found) is None:
        return None
    (right_thing, _, right_of), (wrong_thing, _, wrong_of) = right.partition(" of "), wrong.partition(" of ")
    if right_of == wrong_of:
        right, wrong = right_thing, wrong_thing
    return f"reads {wrong} where {right} {'belong' if right_thing.endswith('s') else 'belongs'}"


def _shifted(belongs: Reference, found: Reference, place: Place) -> str | None:
    if not _same_extent(belongs, found):
        return None
    down, along = (abs(found.area[axis] - belongs.area[axis]) for axis in (0, 1))
    by = ([counted(down, "row")] if down else []) + ([counted(along, "column")] if along else [])
    return f"{_noun(belongs, place)} is shifted by {' and '.join(by)}: {_instead(belongs, found)}"


_RULES: tuple[_Rule, ...] = (_sheet, _dollar, _stride, _classes, _window, _other_region, _shifted)


def _instead(belongs: Reference, found: Reference) -> str:
    return f"{address(found)} where {address(belongs)} belongs"


def _noun(reference: Reference, place: Place) -> str:
    """Return what to call a reference by its extent: a cell, a window of a region, the whole of one."""
    if extent(reference.area) == (1, 1):
        return "the reference"
    source = place.source(reference)
    whole = source is not None and source.area == reference.area
    return f"the range of {place.name(reference)}" if whole else "the window"


def _same_extent(one: Reference, other: Reference) -> bool:
    return extent(one.area) == extent(other.area)
