"""Values of cells as text, for people: alone, in columns, and in rectangles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from sheetcnn.workbook.formula_block import RegionValues, numbers


def as_table(lines: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Return lines of a name and a text each, the texts one below the other."""
    width = max(len(name) for name, _ in lines)
    return (f"{name:<{width}}  {text}" for name, text in lines)


def aligned(arrays: Sequence[RegionValues]) -> list[list[list[str]]]:
    """Return arrays as texts, all of one width and with the same decimals."""
    values = np.concatenate([numbers(array).ravel() for array in arrays])
    values = values[np.isfinite(values)]
    decimals = 0 if np.array_equal(values, np.round(values)) else 4
    texts = [
        [[f"{value + 0.0:.{decimals}f}" if np.isfinite(value) else "error" for value in row] for row in array]
        for array in (numbers(array).tolist() for array in arrays)
    ]
    width = max(len(text) for array in texts for row in array for text in row)
    return [[[text.rjust(width) for text in row] for row in array] for array in texts]


def as_column(values: Sequence[Any]) -> list[str]:
    """Return values as texts of one width."""
    texts = [as_text(value, digits=6) for value in values]
    width = max(map(len, texts))
    return [text.rjust(width) for text in texts]


def as_text(value: Any, digits: int = 15) -> str:
    """Return one value, a number with so many significant digits; an error, and nothing, in words."""
    if value is None:
        return "nothing"
    if isinstance(value, (str, bool)):
        return f"{value!s}"
    return f"{float(value) + 0.0:.{digits}g}" if np.isfinite(value) else "an error"


def alike(one: Any, other: Any) -> bool:
    """Whether two values are the same, numbers but for rounding."""
    if isinstance(one, str) or isinstance(other, str):
        return bool(one == other)
    return bool(np.isclose(one, other, rtol=1e-9, atol=1e-12, equal_nan=True))
