"""What stands around the cells of a worksheet in a file: what may be typed, how cells are coloured, charts.

Formulas are kept as the file spells them: nothing of it is computed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sheetcnn.excel.addresses import Range, parse_range

_PRINTED: Final = re.compile(r"(?:'(?:[^']|'')*'|[^'!,]+)!([^'!,]+)(?:,|$)")


@dataclass(frozen=True, slots=True)
class Validation:
    """What may be typed into some cells (ECMA-376, part 1, 18.3.1.32).

    Attributes:
        kind: `list`, `decimal` and the like.
        ranges: the cells.
        formulas: the list, or the limits, such as `"on,off"` or `choices`.
    """

    kind: str
    ranges: tuple[Range, ...]
    formulas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConditionalFormat:
    """A rule that colours some cells (ECMA-376, part 1, 18.3.1.10).

    Attributes:
        kind: `colorScale`, `expression` and the like.
        ranges: the cells.
        formulas: what it computes, such as the ends of a colour scale.
    """

    kind: str
    ranges: tuple[Range, ...]
    formulas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart on a sheet (ECMA-376, part 1, 21.2).

    Attributes:
        part: its name in the package.
        references: the ranges that it shows, as the file spells them, in the order of its series.
    """

    part: str
    references: tuple[str, ...]


def printed(area: str) -> list[Range] | None:
    """Return the ranges of a print area such as `Network!$A$1:$B$9,Network!$D$1:$F$9`; None if any is no range."""
    found = []
    end = 0
    for match in _PRINTED.finditer(area):
        if match.start() != end:
            return None
        end = match.end()
        try:
            found.append(parse_range(match[1].replace("$", "")))
        except ValueError:  # whole columns, or the area of a sheet that is gone
            return None
    return found if end == len(area) else None
