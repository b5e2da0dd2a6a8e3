"""The workbook as a user finds it: formulas as literals, values as NumPy and pencil have them, nothing forbidden."""

import re
import zipfile
from io import BytesIO

import numpy as np
import openpyxl
import pandas
import pytest
from hypothesis import given, settings
from networks import networks, some_input, unknown, with_weights

from sheetcnn.errors import SpecError
from sheetcnn.excel.addresses import parse_range
from sheetcnn.network.template_loader import load_template
from sheetcnn.workbook.layout import plan
from sheetcnn.workbook.renderer import render_workbook

# Functions that Excel 2007 has, and Excel 2003 before it; none of them is volatile.
EXCEL_2007 = {
    *(
        "ABS",
        "ADDRESS",
        "AND",
        "AVERAGE",
        "CHOOSE",
        "COLUMN",
        "COLUMNS",
        "COUNT",
        "COUNTIF",
        "ISERROR",
        "MID",
        "HYPERLINK",
        "IFERROR",
        "ISNUMBER",
        "INT",
        "N",
        "ROW",
        "ROWS",
        "EXP",
        "IF",
        "INDEX",
        "MATCH",
        "MAX",
        "MIN",
        "OR",
        "ROUND",
        "SUM",
        "SUMPRODUCT",
    )
}
TEXT = re.compile(r'"[^"]*"')
NAME = re.compile(r"[A-Z][A-Z0-9.]*(?=\()")


@pytest.fixture(params=["tiny", "mnist", "full"])
def book(request):
    return request.getfixturevalue(f"{request.param}_book")


@pytest.fixture(params=["tiny", "mnist", "full"])
def file(request):
    return request.getfixturevalue(f"{request.param}_file")


def formulas_of(sheet):
    return {cell.coordinate: cell.value for row in sheet for cell in row if cell.data_type == "f"}


# Formulas


@pytest.mark.parametrize(
    ("region", "row", "column", "formula"),
    [
        # Worked out on the sheet itself: input P5:U10, filters X7:Z9 and X16:Z18, and so on to the right.
        ("conv1_1", 0, 0, "=SUMPRODUCT(P5:R7,$X$7:$Z$9)"),
        ("conv1_1", 3, 3, "=SUMPRODUCT(S8:U10,$X$7:$Z$9)"),
        ("conv1_2", 1, 2, "=SUMPRODUCT(R6:T8,$X$16:$Z$18)"),
        ("relu1_1", 0, 0, "=MAX(0,AC5)"),
        ("relu1_2", 3, 3, "=MAX(0,AF17)"),
        ("conv2_1", 0, 0, "=SUMPRODUCT(AI5:AK7,$AO$5:$AQ$7)+SUMPRODUCT(AI14:AK16,$AO$9:$AQ$11)"),
        ("conv2_2", 1, 1, "=SUMPRODUCT(AJ6:AL8,$AO$14:$AQ$16)+SUMPRODUCT(AJ15:AL17,$AO$18:$AQ$20)"),
        ("relu2_2", 0, 1, "=MAX(0,AU14)"),
        ("pool1_1", 0, 0, "=MAX(AX5:AY6)"),
        ("pool1_2", 0, 0, "=MAX(AX14:AY15)"),
        ("dense1", 0, 0, "=SUMPRODUCT($BE$5,$BB$5)+SUMPRODUCT($BE$14,$BB$14)"),
        ("dense1", 2, 0, "=SUMPRODUCT($BE$11,$BB$5)+SUMPRODUCT($BE$20,$BB$14)"),
        ("maximum", 0, 0, "=MAX($BI$5:$BI$7)"),
        ("shifted", 1, 0, "=BI6-$BI$9"),
        ("exponentials", 2, 0, "=EXP(BJ7)"),
        ("total", 0, 0, "=SUM($BK$5:$BK$7)"),
        ("probabilities", 0, 0, "=BK5/$BK$9"),
        ("answer_beside_input", 0, 0, "=$BH$11"),
        ("confidence", 0, 0, '=ROUND(100*MAX($BL$5:$BL$7),1)&" % sure"'),
        (
            "probability_check",
            0,
            0,
            '=IF(ABS(SUM($BL$5:$BL$7)-1)<0.000000001,"The probabilities sum to 1.",'
            '"The probabilities do not sum to 1: a formula is broken.")',
        ),
        (
            "answer",
            0,
            0,
            "=IF(OR(MAX($P$5:$U$10)=MIN($P$5:$U$10),MAX($BI$5:$BI$7)=MIN($BI$5:$BI$7)),"
            '"There is nothing to read.",'
            '"I read a "&INDEX($BH$5:$BH$7,MATCH(MAX($BL$5:$BL$7),$BL$5:$BL$7,0))&".")',
        ),
    ],
)
def test_formulas_of_tiny(tiny_book, region, row, column, formula):
    (sheet, area) = next(iter(tiny_book.defined_names[region].destinations))
    first = tiny_book[sheet][area.split(":")[0].replace("$", "")]
    assert first.offset(row, column).value == formula


def test_mnist_holds_a_formula_for_every_value(mnist_book):
    # conv1, ReLU, conv2, ReLU, pool, dense; softmax: a maximum, a sum and three columns; five readouts
    count = 2 * 26 * 26 + 2 * 26 * 26 + 2 * 24 * 24 + 2 * 24 * 24 + 2 * 12 * 12 + 10 + 32 + 5
    assert count == 5343
    assert sum(len(formulas_of(sheet)) for sheet in mnist_book) == count


def test_tiny_holds_a_formula_for_every_value(tiny_book):
    assert sum(len(formulas_of(sheet)) for sheet in tiny_book) == 32 + 32 + 8 + 8 + 2 + 3 + 11 + 5


def test_the_count_that_is_reported_is_that_of_formula_cells():
    built = render_workbook(with_digit("tiny"), unknown(picture("tiny")))
    book = openpyxl.load_workbook(BytesIO(built.content))
    assert built.formulas == sum(len(formulas_of(sheet)) for sheet in book) == 101


def test_only_functions_of_excel_2007_are_used_and_none_is_volatile(book):
    used = set()
    for sheet in book:
        for formula in formulas_of(sheet).values():
            used |= set(NAME.findall(TEXT.sub("", formula)))
    assert used <= EXCEL_2007


def test_functions_of_excel_2007_in_conditional_formats(file):
    """They are formulas, too."""
    with zipfile.ZipFile(file) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    formats = "".join(re.findall(r"<conditionalFormatting.*?</conditionalFormatting>", xml))
    assert set(NAME.findall(formats)) <= EXCEL_2007


def test_formulas_are_plain_and_whole_in_the_file(file):
    """Each cell has its own text: no shared, array or dynamic formulas, no prefix of newer functions."""
    with zipfile.ZipFile(file) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
        names = archive.namelist()
    assert set(re.findall(r"<f\b[^>]*>", xml)) == {"<f>"}
    assert "_xlfn" not in xml
    assert not [name for name in names if "vba" in name or "metadata" in name or "externalLink" in name]


# Sheets


def test_all_sheets_are_visible_and_nothing_is_merged_but_titles_and_the_choice(book):
    pages = (
        [
            "Guide",
            "Digits",
            "Draw",
            "Inspector",
            "Evidence",
            "Softmax",
            "Why ReLU",
            "Max pool",
            "Checks",
        ]
        if "choice" in book.defined_names
        else []
    )
    assert book.sheetnames == ["Network", *pages, "Model"]
    for sheet in book:
        assert sheet.sheet_state == "visible"
        panel = ["A1:L1", "A2:L2", *(["A5:L5"] if "choice" in book.defined_names else [])]
        merged = sorted(str(area) for area in sheet.merged_cells.ranges)
        assert merged == (panel if sheet.title == "Network" else [])
        assert not any(dimension.hidden for dimension in sheet.row_dimensions.values())
        assert not any(dimension.hidden for dimension in sheet.column_dimensions.values())


@pytest.mark.parametrize("name", ["tiny", "mnist"])
def test_every_region_is_a_defined_name(name, request):
    book = request.getfixturevalue(f"{name}_book")
    found = {label: parse_range(defined.value.split("!")[1]) for label, defined in book.defined_names.items()}
    assert found.pop("model")
    assert found.pop("template")
    assert found.pop("pages")
    assert found == {region.name: region.area for region in plan(load_template(name).network).regions}


def test_titles_stay_in_view(book):
    sheet = book["Network"]
    assert sheet.freeze_panes == "N4"
    assert sheet["A1"].value


def test_every_picture_cell_asks_for_a_number_from_0_to_1(tiny_book):
    (validation,) = tiny_book["Network"].data_validations.dataValidation
    area = tiny_book.defined_names["input"].value.split("!")[1].replace("$", "")
    assert str(validation.sqref) == area
    assert (validation.type, validation.formula1, validation.formula2) == ("decimal", "0", "1")


def test_every_map_has_colours(book):
    coloured = " ".join(str(found.sqref) for found in book["Network"].conditional_formatting).split()
    areas = {
        label: defined.value.split("!")[1].replace("$", "")
        for label, defined in book.defined_names.items()
        if re.match(r"input|conv|relu|pool|dense1_weights", label) and defined.value.startswith("Network!")
    }
    assert sorted(coloured) == sorted(areas.values())


def test_the_chart_shows_the_probabilities_of_the_classes(tiny_file):
    with zipfile.ZipFile(tiny_file) as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if "charts/chart" in name]
    assert len(charts) == 2
    for chart in charts:
        assert re.findall(r"<c:f>(.*?)</c:f>", chart) == ["Network!$BH$5:$BH$7", "Network!$BL$5:$BL$7"]
        assert re.findall(r"<c:v>(.*?)</c:v>", chart)[:3] == ["0", "1", "7"]


# Values


def with_digit(name):
    return load_template(name)


def picture(name):
    return load_template(name).pictures[7]


def values_of(file, book):
    """Return what pandas finds in each region of the sheet Network."""
    frame = pandas.read_excel(file, sheet_name="Network", header=None)
    found = {}
    for label, defined in book.defined_names.items():
        sheet, _, area = defined.value.partition("!")
        if sheet == "Network":
            top, left, bottom, right = parse_range(area)
            found[label] = frame.iloc[top : bottom + 1, left : right + 1].to_numpy()
    return found


@pytest.mark.parametrize("name", ["tiny", "mnist"])
def test_pandas_reads_the_numbers_that_numpy_has(name, request):
    file = request.getfixturevalue(f"{name}_file")
    template = load_template(name)
    found = values_of(file, request.getfixturevalue(f"{name}_book"))
    x = found["input"].astype(float)[None]
    for layer, parts in template.network.forward(x, template.weights):
        for part, values in parts.items():
            maps = values if values.ndim == 3 else [values.reshape(-1, 1)]
            for channel, expected in enumerate(maps, start=1):
                region = part or (f"{layer.name}_{channel}" if values.ndim == 3 else layer.name)
                np.testing.assert_array_equal(found[region].astype(float), expected, err_msg=region)


@pytest.mark.parametrize("name", ["tiny", "mnist"])
def test_weights_in_the_file_are_those_of_the_template_to_the_last_bit(name, request):
    found = values_of(request.getfixturevalue(f"{name}_file"), request.getfixturevalue(f"{name}_book"))
    weights = load_template(name).weights
    for label, values in found.items():
        if match := re.fullmatch(r"(conv\d)_filter_(\d)_(\d)", label):
            expected = weights[match[1]][int(match[2]) - 1, int(match[3]) - 1]
        elif match := re.fullmatch(r"(dense\d)_weights_(\d)_(\d)", label):
            expected = weights[match[1]][int(match[2]), int(match[3]) - 1]
        else:
            continue
        np.testing.assert_array_equal(values.astype(float), expected, err_msg=label)


def test_pandas_reads_what_pencil_and_paper_gave_for_the_7_of_tiny(tiny_file, tiny_book):
    # Worked out in tests/network/test_network.py.
    found = values_of(tiny_file, tiny_book)
    assert found["input"].tolist() == [
        [0, 0, 0, 0, 0, 0],
        [0, 1, 1, 1, 1, 0],
        [0, 0, 0, 0, 1, 0],
        [0, 0, 0, 1, 0, 0],
        [0, 0, 1, 0, 0, 0],
        [0, 0, 0, 0, 0, 0],
    ]
    assert found["conv1_1"].tolist() == [[0, 0, -1, -1], [2, 2, 2, 1], [-1, -1, 0, 1], [0, 1, 1, 1]]
    assert found["relu1_2"].tolist() == [[0, 0, 0, 1], [0, 0, 0, 2], [0, 0, 0, 1], [0, 0, 1, 1]]
    assert found["conv2_1"].tolist() == [[6, 6], [8, 9]]
    assert found["pool1_2"].tolist() == [[5]]
    assert found["dense1"].tolist() == [[14], [-17], [17]]
    assert found["maximum"].tolist() == [[17]]
    assert found["answer"].tolist() == found["answer_beside_input"].tolist() == [["I read a 7."]]
    assert found["confidence"].tolist() == [["95.3 % sure"]]  # 0.95257
    assert found["probability_check"].tolist() == [["The probabilities sum to 1."]]


@pytest.mark.parametrize("name", ["tiny", "mnist"])
def test_every_formula_has_a_value_beside_it(name, request):
    book = request.getfixturevalue(f"{name}_book")
    values = openpyxl.load_workbook(request.getfixturevalue(f"{name}_file"), data_only=True)
    for sheet in book:
        for cell in formulas_of(sheet):
            assert values[sheet.title][cell].value is not None, cell


@pytest.mark.parametrize("name", ["tiny", "mnist"])
@pytest.mark.parametrize("level", [0.0, 1.0])
def test_an_image_without_contrast_has_nothing_to_read(name, level):
    template = load_template(name)
    built = render_workbook(template, unknown(np.full(template.network.input_shape, level)))
    assert built.prediction.digit is None
    assert str(built.prediction) == "There is nothing to read in the image"
    sheet = openpyxl.load_workbook(BytesIO(built.content), data_only=True)["Network"]
    assert sheet["A9"].value == "There is nothing to read."


def test_an_empty_image_gives_every_class_the_same_probability():
    template = load_template("mnist")
    assert render_workbook(template, unknown(np.zeros((1, 28, 28)))).prediction.probability == 0.1


def test_the_prediction_of_tiny_is_what_the_sheet_says():
    prediction = render_workbook(with_digit("tiny"), unknown(picture("tiny"))).prediction
    assert prediction.digit == 7
    assert prediction.probability == pytest.approx(0.952574126822431664, abs=1e-15)  # bc -l
    assert str(prediction) == "It reads a 7, and is 95.3 % sure"


def test_classes_may_be_words():
    template = with_weights(load_template("tiny").network)
    words = type(template.network)((1, 6, 6), template.network.stages, ("cat", "dog", "=1+1"))
    built = render_workbook(
        type(template)("x", "x", words, template.weights, template.path), unknown(picture("tiny"))
    )
    assert built.prediction.digit in words.classes
    sheet = openpyxl.load_workbook(BytesIO(built.content), data_only=True)["Network"]
    assert sheet["A9"].value == f"I read a {built.prediction.digit}."
    assert [sheet[cell].value for cell in ("BH5", "BH6", "BH7")] == ["cat", "dog", "=1+1"]


# The whole


def test_the_same_input_gives_the_same_bytes():
    assert render_workbook(with_digit("tiny"), unknown(picture("tiny"))) == render_workbook(
        with_digit("tiny"), unknown(picture("tiny"))
    )


def test_the_same_command_gives_the_same_bytes_in_another_process(full_file, tmp_path):
    import os
    import subprocess
    import sys

    command = [sys.executable, "-m", "sheetcnn", "generate", "-o", str(tmp_path / "again.xlsx")]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": "77"})  # noqa: S603 - our own
    assert (tmp_path / "again.xlsx").read_bytes() == full_file.read_bytes()


def test_an_input_of_another_shape_is_refused():
    with pytest.raises(SpecError, match=r"the input has shape \(1, 5, 6\); template tiny takes \(1, 6, 6\)"):
        render_workbook(load_template("tiny"), unknown(np.zeros((1, 5, 6))))


@settings(max_examples=15)
@given(networks())
def test_any_network_shows_the_numbers_that_numpy_has(network):
    template, x = with_weights(network), some_input(network)
    content = BytesIO(render_workbook(template, unknown(x)).content)
    found = values_of(content, openpyxl.load_workbook(content))
    *_, (_, softmax) = network.forward(x, template.weights)
    np.testing.assert_array_equal(found["probabilities"].astype(float).ravel(), softmax["probabilities"])
