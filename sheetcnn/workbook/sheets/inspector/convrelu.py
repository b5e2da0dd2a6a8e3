"""The block of a convolution with a ReLU in the same formula."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sheetcnn.network.stages import Position, Refs
from sheetcnn.network.stages.convrelu import ConvReLU
from sheetcnn.workbook.formula import Formula
from sheetcnn.workbook.formula_block import RegionValues
from sheetcnn.workbook.formulas import Total
from sheetcnn.workbook.sheets.inspector.conv import ConvBlock


@dataclass(frozen=True)
class PositiveTotal(Total):
    """A sum, or 0 if it is negative."""

    explanation: str = "the sum of all products; 0 if it is negative"

    def numpy(self, *read: RegionValues) -> Any:
        return np.maximum(0.0, super().numpy(*read))

    def excel(self, refs: Refs, at: Position) -> str:
        return f"MAX(0,{super().excel(refs, at)})"


class ConvReLUBlock(ConvBlock):
    """One value of a convolution with its ReLU."""

    stage = ConvReLU
    takes_relu = False
    total: Formula = PositiveTotal()
