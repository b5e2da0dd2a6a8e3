"""The blocks of a workbook with all sheets, computed by hand-picked values, and its cells by the name of a region."""

from __future__ import annotations

import numpy as np

from sheetcnn.excel.addresses import parse_range
from sheetcnn.network.template_loader import load_template
from sheetcnn.workbook.design import plan
from sheetcnn.workbook.sheets import SHEETS
from sheetcnn.workbook.spec import assemble

MNIST = load_template("mnist").network
BLOCKS = {e.regions[0].name: e for e in assemble(MNIST, plan(MNIST, SHEETS), SHEETS).blocks}


def computed(name, **read):
    """Return the values of a region of formulas from those of the regions that it reads."""
    (values,) = BLOCKS[name].compute({key: np.asarray(value) for key, value in read.items()})
    return values


def word(text):
    """Return a text as the value of a region of one cell."""
    return np.array([[text]], dtype=object)


def column(*values):
    """Return values as those of a region of one column."""
    return np.array(values, dtype=object if any(isinstance(v, str) for v in values) else float).reshape(-1, 1)


def contents(workbook, name):
    """Return what stands in the cells of a region: formulas, else values."""
    sheet, _, area = workbook.names[name].partition("!")
    top, left, bottom, right = parse_range(area)
    read = workbook.sheets[sheet]
    return [
        [read.formulas.get((r, c), read.values.get((r, c))) for c in range(left, right + 1)]
        for r in range(top, bottom + 1)
    ]
