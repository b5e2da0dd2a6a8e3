"""The question whether a workbook is to be computed when it is opened, put where the schema has it."""

import pytest

from sheetcnn.excel.recalculation import with_recalculation

ASKED = b'<calcPr fullCalcOnLoad="1"/>'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'<calcPr calcId="191029"/>', b'<calcPr calcId="191029" fullCalcOnLoad="1"/>'),
        (b'<calcPr calcId="1"></calcPr>', b'<calcPr calcId="1" fullCalcOnLoad="1"></calcPr>'),
        (b"<calcPr fullCalcOnLoad='0' calcId=\"1\" />", b'<calcPr calcId="1" fullCalcOnLoad="1"/>'),
        (
            b'<calcPr calcMode="manual" fullCalcOnLoad="1"/>',
            b'<calcPr calcMode="manual" fullCalcOnLoad="1"/>',
        ),
        # where there is none: behind the names or else the sheets, before all that follows them
        (b"", ASKED),
        (b"<definedNames/>", b"<definedNames/>" + ASKED),
        (
            b"<definedNames><definedName>A</definedName></definedNames><oleSize/>",
            b"<definedNames><definedName>A</definedName></definedNames>" + ASKED + b"<oleSize/>",
        ),
        (
            b"<externalReferences/><pivotCaches/><extLst/>",
            b"<externalReferences/>" + ASKED + b"<pivotCaches/><extLst/>",
        ),
        (b'<x:definedNames xmlns:x="other"/>', ASKED + b'<x:definedNames xmlns:x="other"/>'),
        (
            b"<extLst><ext><calcPr/><definedNames/></ext></extLst>",
            ASKED + b"<extLst><ext><calcPr/><definedNames/></ext></extLst>",
        ),
    ],
)
def test_it_is_asked_in_its_place_and_all_else_stays(before, after):
    xml = b'<?xml version="1.0"?><workbook xmlns="main"><sheets><sheet name="a>b"/></sheets>%s</workbook>'
    assert with_recalculation(xml % before) == xml % after


def test_a_prefix_is_kept():
    xml = b'<w-1:workbook xmlns:w-1="main"><w-1:sheets><w-1:sheet/></w-1:sheets>%s</w-1:workbook>'
    assert with_recalculation(xml % b"") == xml % b'<w-1:calcPr fullCalcOnLoad="1"/>'
