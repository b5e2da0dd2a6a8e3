"""The sheets of a workbook, one file each. `SHEETS` lists those beside the network's own, in tab order."""

from sheetcnn.workbook.sheet import LessonSheet
from sheetcnn.workbook.sheets.checks import ChecksSheet
from sheetcnn.workbook.sheets.digits import DigitsSheet
from sheetcnn.workbook.sheets.draw import DrawSheet
from sheetcnn.workbook.sheets.evidence import EvidenceSheet
from sheetcnn.workbook.sheets.guide import GuideSheet
from sheetcnn.workbook.sheets.inspector.sheet import InspectorSheet
from sheetcnn.workbook.sheets.max_pool import MaxPoolSheet
from sheetcnn.workbook.sheets.softmax import SoftmaxSheet
from sheetcnn.workbook.sheets.why_relu import WhyReLUSheet

SHEETS: tuple[LessonSheet, ...] = (
    GuideSheet(),
    DigitsSheet(),
    DrawSheet(),
    InspectorSheet(),
    EvidenceSheet(),
    SoftmaxSheet(),
    WhyReLUSheet(),
    MaxPoolSheet(),
    ChecksSheet(),
)
"""Every sheet that a workbook may have beside the network's own. A new one is one file, and one line here."""
