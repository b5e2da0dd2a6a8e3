"""Functions of what kind a value is: ISNUMBER, ISTEXT, ISERROR, NA."""

from __future__ import annotations

from functools import reduce

import numpy as np

from sheetcnn.excel.cell_array import (
    BLANK,
    ERROR,
    NA,
    NUMBER,
    TEXT,
    CellArray,
    booleans,
    single,
)
from sheetcnn.excel.functions.registry import Here, excel


def _is(name: str, *kinds: int) -> None:
    def call(_: Here, value: CellArray) -> CellArray:
        return booleans(np.asarray(reduce(np.logical_or, map(value.are, kinds))))

    excel(name, "v", 1)(call)


_is("ISNUMBER", NUMBER)
_is("ISTEXT", TEXT)
_is("ISBLANK", BLANK)
_is("ISERROR", ERROR)


@excel("NA", "", 0)
def _na(_: Here) -> CellArray:
    return single(NA, ERROR)
