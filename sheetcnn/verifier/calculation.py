"""A workbook computed from its own constants: its formulas, the circles among them, and what all of it comes to."""

from __future__ import annotations

from dataclasses import dataclass

from sheetcnn.verifier.cycles import Cycles, find_cycles
from sheetcnn.verifier.formula_groups import WorkbookFormulas
from sheetcnn.verifier.recalculate import OwnValues, recompute
from sheetcnn.verifier.recognize import RecognizedWorkbook


@dataclass(frozen=True, eq=False)
class CalculatedWorkbook:
    """A workbook and its own values.

    Attributes:
        recognized: the workbook, and the network that it is to hold.
        formulas: its formulas.
        cycles: those of them that read themselves.
        own: what they come to.
    """

    recognized: RecognizedWorkbook
    formulas: WorkbookFormulas
    cycles: Cycles
    own: OwnValues


def calculate(recognized: RecognizedWorkbook) -> CalculatedWorkbook:
    """Compute a workbook's own values.

    Raises:
        WorkbookError: its network spreads over more cells than can be computed.
    """
    formulas = WorkbookFormulas(recognized)
    cycles = find_cycles(formulas)
    return CalculatedWorkbook(recognized, formulas, cycles, recompute(formulas, cycles.places))
