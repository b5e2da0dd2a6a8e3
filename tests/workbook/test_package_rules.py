"""Nothing that is known to make Excel offer a repair is in a workbook that was written; each rule is seen to bite."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from networks import some_input, unknown, with_weights
from package_parts import Area, Package, area, formula_problems
from package_rules import RULES, problems

import sheetcnn
from sheetcnn.network.network import Network
from sheetcnn.network.stages.conv import Conv
from sheetcnn.network.stages.dense import Dense
from sheetcnn.network.stages.maxpool import MaxPool
from sheetcnn.network.stages.relu import ReLU
from sheetcnn.network.stages.softmax import Softmax
from sheetcnn.network.template_loader import template_names
from sheetcnn.workbook.design import available_sheets
from sheetcnn.workbook.renderer import render_workbook

Change = Callable[[dict[str, bytes]], None]
WRITTEN = [name for name in template_names() if name != "fastai-published"]
BOOK, STYLES = "xl/workbook.xml", "xl/styles.xml"
LABELS = ("=1+1", "a 'quoted' \"label\"", "x" * 200, "ü€😀", "#N/A", "TRUE", "<b>&amp;", "@x", "-3", "a,b;c")


def network(shape=(1, 6, 6), filters=2, labels=("0", "1", "7")) -> Network:
    return Network(
        shape, (Conv(filters, 3), ReLU(), MaxPool(2), Dense(len(labels)), Softmax()), tuple(labels)
    )


EDGES = {
    "150 classes": network(labels=[f"class {number}" for number in range(150)]),
    "130 filters": network(filters=130),
    "3 colours": network(shape=(3, 6, 6)),
    "odd labels": network(labels=LABELS),
    "several sheets": network(shape=(2, 4, 160)),
    "one pixel": Network((1, 1, 1), (Dense(2), Softmax()), ("0", "1")),
}


def package_of(content: bytes) -> Package:
    return Package.read(io.BytesIO(content))  # type: ignore[arg-type]  # zipfile takes both


@pytest.mark.parametrize("lesson", [True, False])
@pytest.mark.parametrize("template", WRITTEN)
def test_every_template_keeps_every_rule(template, lesson, tmp_path):
    made = sheetcnn.generate(template=template, lesson=lesson, plain=not lesson, output=tmp_path / "it.xlsx")
    assert problems(Package.read(made.output)) == []


@pytest.mark.parametrize("name", EDGES)
def test_edge_cases_keep_every_rule(name):
    network = EDGES[name]
    built = render_workbook(with_weights(network), unknown(some_input(network)), available_sheets(network))
    assert problems(package_of(built.content)) == []


# Each rule bites


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Package:
    """A workbook with charts, links, lists, colour scales and merged cells."""
    path = tmp_path_factory.mktemp("sound") / "sound.xlsx"
    return Package.read(sheetcnn.generate(template="tiny", lesson=True, output=path).output)


def replaced(part: str, old: str, new: str) -> Change:
    """Return what puts a text in place of the first that fits a pattern, in a part or the first that has it."""

    def change(parts: dict[str, bytes]) -> None:
        for name in [name for name in parts if re.fullmatch(part, name)]:
            text, count = re.subn(old, new, parts[name].decode(), count=1, flags=re.DOTALL)
            if count:
                parts[name] = text.encode()
                return
        raise AssertionError(f"nothing like {old} in {part}")

    return change


def removed(part: str) -> Change:
    def change(parts: dict[str, bytes]) -> None:
        for name in [name for name in parts if re.fullmatch(part, name)]:
            del parts[name]

    return change


def name_of(name: str, text: str = "Network!$A$1") -> Change:
    return replaced(
        BOOK, "</definedNames>", f'<definedName name="{name}">{text}</definedName></definedNames>'
    )


SHEETS = r"xl/worksheets/sheet\d+\.xml"
CHARTS, DRAWINGS = r"xl/charts/.*", r"xl/drawings/drawing.*"
LONG = "A" * 256
DEEP = "(" * 65 + "1" + ")" * 65
MANY = "SUM(" + ",".join(["1"] * 256) + ")"
TALL = "1+" * 4096 + "1"


def formula(text: str) -> Change:
    return replaced(SHEETS, "<f>[^<]*</f>", f"<f>{text}</f>")


def array(text: str, behind: str = "") -> Change:
    """Return what puts array formulas into the first row, and elements behind the cells."""
    row = f'<c r="A1">{text}</c>'
    return replaced(SHEETS, '(<row r="1"[^>]*>).*?</row>(.*</sheetData>)', rf"\1{row}</row>\2{behind}")


def merged(*ranges: str) -> str:
    elements = [f'<mergeCell ref="{each}"/>' for each in ranges]
    return f"<mergeCells>{''.join(elements)}</mergeCells>"


def conditional(text: str, style: int = 0, priority: int = 999) -> Change:
    inner = (
        f'<cfRule type="expression" dxfId="{style}" priority="{priority}"><formula>{text}</formula></cfRule>'
    )
    element = f'<conditionalFormatting sqref="X1">{inner}</conditionalFormatting>'
    return replaced(SHEETS, "(?=<conditionalFormatting)", element)


def validation(text: str, more: str = "") -> Change:
    element = f'<dataValidation type="list" sqref="XX1" {more}><formula1>{text}</formula1></dataValidation>'
    return replaced(SHEETS, "</dataValidations>", element + "</dataValidations>")


ARRAY = '<f t="array" ref="{}">1</f>'
TWO_ARRAYS = f'{ARRAY.format("A1:B1")}</c><c r="B1">{ARRAY.format("B1:C1")}'
FIRST_ROWS = r'(<row r="1".*?</row>)(<row .*?</row>)'
FIRST_CELLS = r'(<c r="A1"[^>]*>.*?</c>)(<c r="\w+1"[^>]*>.*?</c>)'
FIRST_STYLES = "(<cellXfs.*?</cellXfs>)(<cellStyles.*?</cellStyles>)"
FIRST_VALIDATION = r'(<dataValidation [^>]*sqref=")[^"]*("[^>]*>.*?)(?=<dataValidation )'
FAULTS: dict[str, dict[str, Change]] = {
    "content_types": {
        "a part that is declared and missing": removed(r"docProps/app\.xml"),
        "a part without a type": lambda parts: parts.update({"xl/more.odd": b""}),
    },
    "relationships": {
        "one twice": replaced(r"xl/_rels/.*", 'Id="rId2"', 'Id="rId1"'),
        "one that leads nowhere": removed(r"xl/charts/chart1\.xml"),
    },
    "order_of_elements": {
        "merged cells behind margins": replaced(SHEETS, "(<pageMargins[^>]*/>)", r"\1<mergeCells/>"),
        "styles out of order": replaced(STYLES, FIRST_STYLES, r"\2\1"),
    },
    "sheet_names": {
        "a long one": replaced(BOOK, '<sheet name="[^"]*"', f'<sheet name="{"N" * 32}"'),
        "one with a slash": replaced(BOOK, '<sheet name="[^"]*"', '<sheet name="a/b"'),
        "two but for their case": replaced(BOOK, 'name="Model" sheetId', 'name="NETWORK" sheetId'),
    },
    "defined_names": {
        "one twice": name_of("CONV1_1"),
        "like a cell": name_of("map1"),
        "like a cell of R1C1": name_of("r1c1"),
        "with a space": name_of("a b"),
        "too long": name_of(LONG),
        "of a sheet that is not there": name_of("there", "Elsewhere!$A$1"),
        "below the last row": name_of("below", "Network!$A$1048577"),
    },
    "print_names": {"of no sheet": name_of("_xlnm.Print_Area")},
    "rows_and_cells": {
        "rows out of order": replaced(SHEETS, FIRST_ROWS, r"\2\1"),
        "cells out of order": replaced(SHEETS, FIRST_CELLS, r"\2\1"),
    },
    "cell_types": {
        "a text in a number's cell": replaced(SHEETS, r"<v>[\d.]+</v></c>", "<v>one</v></c>"),
        "not a number": replaced(SHEETS, r"<v>\d\.\d+</v>", "<v>NaN</v>"),
        "a shared text that is not there": replaced(SHEETS, r't="s"><v>\d+</v>', 't="s"><v>99999</v>'),
    },
    "long_texts": {
        "a shared one": replaced(r"xl/sharedStrings\.xml", r"<t[^>]*>[^<]*</t>", f"<t>{'x' * 32_768}</t>")
    },
    "cell_formulas": {
        "a long one": formula(TALL),
        "a long text in one": formula(f'"{LONG}"'),
        "many arguments": formula(MANY),
        "many levels": formula(DEEP),
        "an open bracket": formula("SUM(1"),
    },
    "array_formulas": {
        "two that overlap": array(TWO_ARRAYS),
        "one in merged cells": array(ARRAY.format("A1"), merged("A1:B1")),
    },
    "merged_cells": {
        "two ranges that overlap": replaced(SHEETS, "</sheetData>", "</sheetData>" + merged("A1:C3", "C3:D4"))
    },
    "columns": {
        "some that overlap": replaced(SHEETS, "</cols>", '<col min="1" max="2" width="9"/></cols>'),
        "one that is too wide": replaced(SHEETS, r'width="[\d.]+"', 'width="256"'),
    },
    "styles": {
        "one that is not there": replaced(SHEETS, r' s="\d+"', ' s="9999"'),
        "a font that is not there": replaced(STYLES, r'(<cellXfs.*?)fontId="\d+"', r'\1fontId="999"'),
        "a number format that is not there": replaced(
            STYLES, r'(<cellXfs.*?)numFmtId="\d+"', r'\1numFmtId="999"'
        ),
    },
    "conditional_formats": {
        "a priority twice": conditional("TRUE", priority=1),
        "a style that is not there": conditional("TRUE", style=999),
        "a long formula": conditional(TALL),
        "a scale's relative reference": replaced(
            SHEETS, r'<cfvo type="formula" val="[^"]*"', '<cfvo type="formula" val="MAX(A1:$B$2)"'
        ),
        "a scale without one of its colours": replaced(SHEETS, "(<colorScale>.*?)<color [^>]*/>", r"\1"),
    },
    "validations": {
        "a list of many characters": validation(f'"{LONG}"'),
        "a long message": validation("A1", f'error="{LONG}"'),
        "two that overlap": replaced(SHEETS, FIRST_VALIDATION, r"\1A1:XFD1048576\2"),
    },
    "hyperlinks": {
        "to a sheet that is not there": replaced(SHEETS, r'location="[^"]*"', "location=\"'No'!A1\""),
        "of a formula that leads nowhere": formula('HYPERLINK("#nowhere","x")'),
    },
    "pages": {
        "printed too small": replaced(
            SHEETS, r'<pageSetup ([^>]*?)(scale="\d+" )?(?=orient|fit)', r'<pageSetup \1scale="9" '
        ),
        "shown too large": replaced(SHEETS, r'zoomScale="\d+"', 'zoomScale="500"'),
    },
    "ignored_errors": {
        "of no cells": replaced(
            SHEETS,
            "(?=<drawing |<legacyDrawing )",
            '<ignoredErrors><ignoredError sqref="A0"/></ignoredErrors>',
        )
    },
    "charts": {
        "of a sheet that is not there": replaced(CHARTS, "<c:f>[^!]*!", "<c:f>Elsewhere!"),
        "an axis that is not there": replaced(CHARTS, r'<c:crossAx val="\d+"', '<c:crossAx val="1"'),
    },
    "drawings": {
        "outside of the sheet": replaced(DRAWINGS, r"<xdr:row>\d+", "<xdr:row>1048576"),
    },
}


@pytest.mark.parametrize(
    ("name", "fault"), [(name, fault) for name, faults in FAULTS.items() for fault in faults]
)
def test_a_planted_fault_breaks_its_rule(sound, name, fault):
    parts = dict(sound.parts)
    FAULTS[name][fault](parts)
    assert any(problem.startswith(f"{name}: ") for problem in problems(Package(parts)))


def test_two_parts_of_one_name_break_their_rule(sound):
    twice = [*sound.names, "XL/workbook.xml"]
    assert [p for p in problems(Package(sound.parts, twice)) if p.startswith("zip_names")]


def test_every_rule_has_a_fault():
    assert {*FAULTS, "zip_names"} == {rule.__name__ for rule in RULES}


def test_sizes_of_formulas_are_measured_as_excel_does():
    nested = "(" * 64 + "1" + ")" * 64
    assert list(formula_problems(nested)) == []
    assert (
        list(formula_problems(f'"{"x" * 255}"&"{chr(34) * 2 * 255}"')) == []
    )  # a doubled quote is one character
    assert list(formula_problems('IF(A1="(",1,")")')) == []
    assert list(formula_problems("SUM(" + ",".join(["1"] * 255) + ")")) == []
    assert list(formula_problems("'a (sheet'!A1+SUM('it''s, (so)'!A1)")) == []


def test_areas_end_where_the_sheet_does():
    assert area("XFD1048576") is not None
    assert area("XFE1") is None
    assert area("A1048577") is None
    assert area("B2:A1") is None
    assert area("$B$2:C4") == Area(2, 2, 4, 3)
