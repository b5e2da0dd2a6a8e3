"""What stands around the cells is judged, too: each fault is made in a file that sheetcnn has written."""

import re

import openpyxl
import pytest
from editing import rewrite

import sheetcnn
from sheetcnn.excel.libreoffice import convert
from sheetcnn.excel.reader import read_workbook
from sheetcnn.verifier.audit import examine_block
from sheetcnn.verifier.calculation import calculate
from sheetcnn.verifier.recognize import recognize
from sheetcnn.verifier.rules import check
from sheetcnn.verifier.rules.chart import Chart
from sheetcnn.verifier.rules.colour_scale import ColourScale
from sheetcnn.verifier.rules.dropdown import Dropdown
from sheetcnn.verifier.rules.print_area import PrintArea

AROUND = (Chart(), Dropdown(), ColourScale(), PrintArea())
NETWORK, MAX_POOL = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet9.xml"


def told(path):
    """What the rules about decoration alone find."""
    calculated = calculate(recognize(read_workbook(path), None))
    findings = check(examine_block(calculated, None, on_own_numbers=True), AROUND)
    return [(each.kind, each.severity, each.cell, each.expected, each.found) for each in findings]


def replaced(old, new, count=1):
    def change(xml):
        assert re.search(old, xml), old
        return re.sub(old, new, xml, count=count)

    return change


FAULTS = {
    "a chart whose values are a row short": (
        {"xl/charts/chart1.xml": replaced(r"IN\$5:\$IN\$14", "IN$5:$IN$13", 0)},
        [("chart", "warning", "Network!IN5", "network!IJ5:IJ14, network!IN5:IN14", "network!IN5:IN13")],
    ),
    "a chart of another column": (
        {"xl/charts/chart2.xml": replaced(r"IN\$5:\$IN\$14", "IK$5:$IK$14", 0)},
        [("chart", "warning", "Network!IN5", "network!IJ5:IJ14, network!IN5:IN14", "network!IK5:IK14")],
    ),
    "a curve without its last points": (
        {"xl/charts/chart3.xml": replaced(r"Softmax!\$R\$7:\$R\$23", "Softmax!$R$7:$R$20", 0)},
        [
            (
                *("chart", "warning", "Softmax!R7"),
                "softmax!Q7:Q23, softmax!R7:R23, softmax!B7:B11, softmax!C7:C11",
                "softmax!R7:R20",
            )
        ],
    ),
    "another list of digits": (
        {NETWORK: replaced("<formula1>choices</formula1>", "<formula1>$A$1:$A$5</formula1>")},
        [("dropdown", "warning", "Network!A5", "choices", "$A$1:$A$5")],
    ),
    "a list with another choice": (
        {MAX_POOL: replaced('"0,1,2"', '"0,1,2,3"')},
        [("dropdown", "warning", "Max pool!G4", '"0,1,2"', '"0,1,2,3"')],
    ),
    "one list of two gone": (
        {
            MAX_POOL: lambda xml: replaced('count="2"', 'count="1"')(
                replaced(r"<dataValidation [^>]*sqref=\"K4\".*?</dataValidation>", "")(xml)
            )
        },
        [("dropdown", "warning", "Max pool!K4", '"0,1,2"', "")],
    ),
    "a scale that covers half of a map": (
        {MAX_POOL: replaced('sqref="C8:N19 R8:W13', 'sqref="C8:N13 R8:W13')},
        [("colour-scale", "warning", "Max pool!C14", "", "")],
    ),
    "a print area without the last column": (
        {"xl/workbook.xml": replaced(r"'Max pool'!\$A\$1:\$AP\$49", "'Max pool'!$A$1:$AB$49")},
        [("print-area", "warning", "Max pool!AC8", "", "'Max pool'!$A$1:$AB$49")],
    ),
    "a chart that is no XML": (
        {"xl/charts/chart1.xml": lambda xml: xml[:300]},
        [(*("chart", "warning", "", "", "Network"),)],
    ),
}


@pytest.mark.parametrize(("changes", "expected"), FAULTS.values(), ids=FAULTS)
def test_a_fault_around_the_cells_is_named_alone(full_file, tmp_path, changes, expected):
    path = rewrite(full_file, tmp_path / "x.xlsx", changes)
    assert told(path) == expected


def test_verify_tells_it_as_a_warning(full_file, tmp_path):
    path = rewrite(full_file, tmp_path / "x.xlsx", FAULTS["a list with another choice"][0])
    report = sheetcnn.verify(path)
    assert [finding.kind for finding in report.findings] == ["dropdown"]
    assert (report.ok, report.warnings) == (True, 1)


def test_a_workbook_as_it_was_written_has_none(full_file):
    assert told(full_file) == []


HARMLESS = {
    "no charts": {
        "xl/worksheets/_rels/sheet7.xml.rels": lambda xml: re.sub(
            "<Relationship [^>]*drawing[^>]*/>", "", xml
        )
    },
    "no scales at all": {MAX_POOL: replaced(r"<conditionalFormatting.*</conditionalFormatting>", "")},
    "a map without a scale, as it was moved": {
        MAX_POOL: replaced('sqref="C8:N19 R8:W13 AA8:AC10"', 'sqref="C8:N19 AA8:AC10"')
    },
    "no validations at all": {MAX_POOL: replaced(r"<dataValidations.*</dataValidations>", "")},
    "no print areas": {
        "xl/workbook.xml": replaced(r'<definedName name="_xlnm.Print_Area"[^<]*</definedName>', "", 0)
    },
    "whole columns printed": {
        "xl/workbook.xml": replaced(r"'Max pool'!\$A\$1:\$AP\$49", "'Max pool'!$A:$AP")
    },
    "a wider scale": {MAX_POOL: replaced('sqref="C8:N19 R8:W13', 'sqref="A1:N19 R8:W13')},
    "a list told by its cells": {NETWORK: replaced("<formula1>choices", "<formula1>Digits!$A$7:$A$58")},
}


@pytest.mark.parametrize("changes", HARMLESS.values(), ids=HARMLESS)
def test_what_does_no_harm_is_not_told(full_file, tmp_path, changes):
    assert told(rewrite(full_file, tmp_path / "x.xlsx", changes)) == []


def test_what_openpyxl_drops_is_not_asked_for(full_file, tmp_path):
    """It keeps validations, scales and print areas, and loses charts."""
    book = openpyxl.load_workbook(full_file)
    book.save(tmp_path / "x.xlsx")
    assert told(tmp_path / "x.xlsx") == []


@pytest.mark.slow
def test_what_libreoffice_makes_of_them_is_read_alike(full_file, tmp_path):
    assert told(convert(full_file, "xlsx", tmp_path)) == []
