"""The sheet `Inspector`: one file for each way in which a stage is taken apart."""

from sheetcnn.workbook.sheets.inspector.block import StageBlock
from sheetcnn.workbook.sheets.inspector.conv import ConvBlock
from sheetcnn.workbook.sheets.inspector.dense import DenseBlock
from sheetcnn.workbook.sheets.inspector.maxpool import MaxPoolBlock
from sheetcnn.workbook.sheets.inspector.relu import ReLUBlock
from sheetcnn.workbook.sheets.inspector.softmax import SoftmaxBlock

BLOCKS: tuple[type[StageBlock], ...] = (ConvBlock, ReLUBlock, MaxPoolBlock, DenseBlock, SoftmaxBlock)
"""Each has the `inspection` of the stages that it takes apart."""
