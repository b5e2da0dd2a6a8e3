"""What a class sees: colours that can be read, numbers that fit, messages that help, pages that hold everything."""

from __future__ import annotations

import re
import zipfile
from itertools import pairwise
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.utils import get_column_letter, range_boundaries

import sheetcnn
from sheetcnn.excel.ast import Binary, Reference, walk
from sheetcnn.excel.parser import parse

X = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
PAPER = "FFFFFF"


TEMPLATES = (
    *("tiny", "tiny with its lesson", "mnist", "fastai"),
    *(pytest.param(name, marks=pytest.mark.slow) for name in ("lenet", "mnist-8", "fastai with its lesson")),
)


@pytest.fixture(scope="module", params=TEMPLATES)
def path(request, tmp_path_factory):
    """The workbook of each template."""
    name, *lesson = request.param.split(" ", 1)
    output = tmp_path_factory.mktemp("classroom") / f"{name}.xlsx"
    return sheetcnn.generate(template=name, output=output, lesson=bool(lesson) or None).output


@pytest.fixture(scope="module")
def book(path):
    return openpyxl.load_workbook(path)


def luminance(colour):
    """WCAG 2.1: relative luminance."""
    parts = (int(colour[start : start + 2], 16) / 255 for start in (0, 2, 4))
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def between(one, other):
    """Return five colours of a scale, both ends included."""
    ends = [[int(colour[start : start + 2], 16) for start in (0, 2, 4)] for colour in (one, other)]
    return {
        "".join(f"{round(a + (b - a) * step / 4):02X}" for a, b in zip(*ends, strict=True))
        for step in range(5)
    }


def test_contrast_as_wcag_gives_it():
    assert contrast("000000", "FFFFFF") == pytest.approx(21)
    assert contrast("777777", "FFFFFF") == pytest.approx(
        4.48, abs=0.01
    )  # WCAG's own example: just too little


def test_every_text_can_be_read_on_every_colour_that_it_may_stand_on(book):
    tried = set()
    for sheet in book:
        scales, backgrounds, fonts = {}, {}, {}
        for found in sheet.conditional_formatting:
            scale, colours, font = set(), set(), None
            for rule in found.rules:
                if rule.colorScale:
                    ends = [colour.rgb[-6:] for colour in rule.colorScale.color]
                    scale |= set().union(*(between(*pair) for pair in pairwise(ends)))
                elif rule.dxf and rule.dxf.fill and rule.dxf.fill.bgColor:
                    colours.add(rule.dxf.fill.bgColor.rgb[-6:])
                    font = _colour(rule.dxf.font and rule.dxf.font.color)
            for area in str(found.sqref).split():
                left, top, right, bottom = range_boundaries(area)
                for row in range(top, bottom + 1):
                    for column in range(left, right + 1):
                        scales.setdefault((row, column), set()).update(scale)
                        backgrounds.setdefault((row, column), set()).update(colours)
                        fonts[row, column] = fonts.get((row, column)) or font
        for row in sheet:
            for cell in row:
                if cell.value is None:
                    continue
                own = cell.fill.fgColor.rgb[-6:] if cell.fill.patternType == "solid" else PAPER
                text, place = _colour(cell.font.color) or "000000", (cell.row, cell.column)
                tried.add((text, own))
                tried |= {(fonts.get(place) or text, on) for on in backgrounds.get(place, ())}
                if cell.data_type != "s":  # a scale gives no colour to a text
                    tried |= {(text, on) for on in scales.get(place, ())}
    assert len(tried) > 5
    assert {(text, on): contrast(text, on) for text, on in tried if contrast(text, on) < 4.5} == {}


def _colour(found):
    """Return a colour that is given as red, green and blue, None for one of the theme."""
    return found.rgb[-6:] if found is not None and isinstance(found.rgb, str) else None


def test_numbers_shrink_where_they_would_not_fit(book):
    """A column of 24 pixels has room for four digits: -10.00, 100.0 and 1000 would be ###."""
    narrow = set()
    for sheet in book:
        if sheet.title in ("Model", "conv-example"):
            continue
        for row in sheet:
            for cell in row:
                number = cell.data_type == "f" or isinstance(cell.value, int | float)
                if number and not cell.alignment.shrink_to_fit and "." in cell.number_format:
                    narrow.add((sheet.title, cell.coordinate))
    assert {place for place in narrow if _pixels(book[place[0]], place[1]) < 80} == set()


def _pixels(sheet, address):
    """Return how wide a cell's column is."""
    column = range_boundaries(address)[0]
    for dimension in sheet.column_dimensions.values():
        if (dimension.min or 0) <= column <= (dimension.max or 0):
            return dimension.width * 7 + 5
    return 64


def test_every_validation_says_what_is_allowed(book):
    for sheet in book:
        for each in sheet.data_validations.dataValidation:
            assert each.errorTitle, (sheet.title, each.sqref)
            assert each.error, (sheet.title, each.sqref)
            assert each.showErrorMessage
            assert len(each.errorTitle) <= 32
            alone = ":" not in str(each.sqref)  # a message at every pixel would hide those beside it
            assert (each.promptTitle, each.prompt) == (
                (each.errorTitle, each.error) if alone else (None, None)
            )


def test_no_text_above_or_below_completes_what_may_be_typed_into_a_list(book):
    """LibreOffice completes from texts of the same column: `dense1` became the title `dense1:  every value ...`."""
    for sheet in book:
        for each in sheet.data_validations.dataValidation:
            if each.type != "list" or not each.formula1.startswith('"'):
                continue
            left, top, _, _ = range_boundaries(str(each.sqref))
            texts = [
                cell.value
                for (cell,) in sheet.iter_rows(min_col=left, max_col=left)
                if isinstance(cell.value, str) and not cell.value.startswith("=") and cell.row != top
            ]
            for choice in each.formula1.strip('"').split(","):
                assert not [text for text in texts if text.casefold().startswith(choice.casefold())]


def test_excel_does_not_wonder_about_numbers_that_are_texts(path):
    with zipfile.ZipFile(path) as package:
        table = ElementTree.fromstring(package.read("xl/sharedStrings.xml"))  # noqa: S314 - our own
        strings = ["".join(each.itertext()) for each in table]
        for name in (n for n in package.namelist() if n.startswith("xl/worksheets/sheet")):
            root = ElementTree.fromstring(package.read(name))  # noqa: S314 - our own
            ignored = [
                range_boundaries(area)
                for each in root.iterfind(".//x:ignoredError[@numberStoredAsText='1']", X)
                for area in each.get("sqref").split()
            ]
            for cell in root.iterfind(".//x:c[@t='s']", X):
                if re.fullmatch(r"-?[\d.,]*\d", strings[int(cell.find("x:v", X).text)]):
                    left, top, *_ = range_boundaries(cell.get("r"))
                    assert any(a <= left <= c and b <= top <= d for a, b, c, d in ignored), cell.get("r")


def test_who_made_it_and_no_date_of_today(path):
    with zipfile.ZipFile(path) as package:
        core = package.read("docProps/core.xml").decode()
    assert "<dc:creator>sheetcnn</dc:creator>" in core
    assert set(re.findall(r">(\d{4})-", core)) == {"2000"}


# Paper


def printed(sheet):
    """Return the areas that are printed, and the rows that every page repeats."""
    areas = [
        range_boundaries(area.rpartition("!")[2].replace("$", "")) for area in sheet.print_area.split(",")
    ]
    titles = sheet.print_title_rows
    first, last = map(int, titles.replace("$", "").split(":")) if titles else (0, -1)
    return areas, range(first, last + 1)


def test_every_print_area_holds_every_cell_that_shows_something(book):
    for sheet in book:
        areas, titles = printed(sheet)
        for row in sheet:
            for cell in row:
                if cell.value is None:
                    continue
                last = cell.column + _runs_on(sheet, cell)
                inside = any(
                    left <= cell.column
                    and last <= right
                    and (top <= cell.row <= bottom or cell.row in titles)
                    for left, top, right, bottom in areas
                )
                assert inside, (sheet.title, cell.coordinate, cell.value)


def _runs_on(sheet, cell):
    """Return over how many empty cells a text runs on, at half an em a letter, which is a little too narrow."""
    style = cell.alignment
    if (
        cell.data_type != "s"
        or style.horizontal in ("right", "center")
        or style.wrap_text
        or style.shrink_to_fit
    ):
        return 0
    room = len(cell.value) * cell.font.size * 96 / 72 * 0.42 - _pixels(sheet, cell.coordinate)
    more = 0
    while room > 0:
        beside = sheet.cell(cell.row, cell.column + more + 1)
        if beside.value is not None:
            break
        more += 1
        room -= _pixels(sheet, f"{get_column_letter(cell.column + more)}1")
    return more


def test_no_cell_of_a_stage_is_printed_twice(book):
    areas, _ = printed(book.worksheets[0])
    cells = [
        (r, c)
        for left, top, right, bottom in areas
        for r in range(top, bottom + 1)
        for c in range(left, right + 1)
    ]
    assert len(cells) == len(set(cells))


def test_a_page_of_the_network_has_16_cm_of_map_and_its_stage_above_it(full_book):
    sheet = full_book["Network"]
    areas, titles = printed(sheet)
    assert list(titles) == [3]
    assert len(areas) == 17
    for left, _, right, _ in areas:
        assert any(sheet.cell(3, column).value for column in range(left, right + 1))
    widest = max(right - left + 1 for left, _, right, _ in areas[1:])
    assert widest == 31  # a filter, a gap of two, and a map of 26
    assert sheet.page_setup.scale == 95
    assert 26 * 25.4 * 0.95 / 96 * 2.54 > 16  # as LibreOffice draws columns of 24 pixels


def test_guide_and_checks_are_printed_to_their_last_columns(full_book):
    for name in ("Guide", "Checks"):
        ((left, top, right, bottom),), _ = printed(full_book[name])
        assert (left, top) == (1, 1)
        assert (right, bottom) >= (full_book[name].max_column, full_book[name].max_row)


# Programs without arrays


def test_no_formula_computes_with_a_range_as_a_whole(book):
    """Gnumeric, HyperFormula and POI compute `A1:A9*2` and `A1:A9=3` only in array formulas."""
    found = 0
    for sheet in book:
        for row in sheet:
            for cell in row:
                if cell.data_type == "f" and isinstance(cell.value, str):  # an array formula is an object
                    found += 1
                    for node in walk(parse(cell.value.removeprefix("="))):
                        if isinstance(node, Binary):
                            assert not any(map(_is_range, (node.left, node.right))), (sheet.title, cell.value)
    assert found > 20


def _is_range(node):
    return isinstance(node, Reference) and (node.area.top, node.area.left) != (
        node.area.bottom,
        node.area.right,
    )


def test_an_array_is_found_where_there_is_one():
    (product,) = (
        node
        for node in walk(parse("SUMPRODUCT((A1:A9=B1)*1)"))
        if isinstance(node, Binary) and node.operator == "="
    )
    assert _is_range(product.left)
