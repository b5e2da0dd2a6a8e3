"""The sheet `Inspector`: one file for each kind of stage that has a block on it."""

from sheetcnn.workbook.sheets.inspector.block import StageBlock
from sheetcnn.workbook.sheets.inspector.conv import ConvBlock
from sheetcnn.workbook.sheets.inspector.convrelu import ConvReLUBlock
from sheetcnn.workbook.sheets.inspector.dense import DenseBlock
from sheetcnn.workbook.sheets.inspector.maxpool import MaxPoolBlock
from sheetcnn.workbook.sheets.inspector.relu import ReLUBlock
from sheetcnn.workbook.sheets.inspector.softmax import SoftmaxBlock

INSPECTED: tuple[type[StageBlock], ...] = (
    ConvBlock,
    ConvReLUBlock,
    ReLUBlock,
    MaxPoolBlock,
    DenseBlock,
    SoftmaxBlock,
)

from sheetcnn.workbook.sheets.inspector.sheet import InspectorSheet  # noqa: E402  # TODO A: goes with the discovery

__all__ = ["INSPECTED", "InspectorSheet", "StageBlock"]
