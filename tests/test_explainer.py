"""How a cell comes about, in full; every number of `tiny` reading its 7 is worked with pencil and paper.

The 7:  ......    conv1_1, the ink of a row less that two rows below, and relu1_1:
        .####.        0  0 -1 -1      0  0  0  0
        ....#.        2  2  2  1      2  2  2  1
        ...#..       -1 -1  0  1      0  0  0  1
        ..#...        0  1  1  1      0  1  1  1
        ......    so conv2_1 is 6 6 / 8 9 and conv2_2, in the same way, 0 4 / 1 5. The largest are 9 and 5:
                  the scores are 9+5 = 14, -27+10 = -17, 27-10 = 17.
"""

from pathlib import Path

import numpy as np
import openpyxl
import pytest
from editing import SHEET, edit, formula, number, rewrite, text, without_values

import sheetcnn
from sheetcnn.cli.main import main
from sheetcnn.digits.digit import Digit
from sheetcnn.errors import SpecError, WorkbookError
from sheetcnn.explainer import explain
from sheetcnn.network.network import Network
from sheetcnn.network.stages.conv import Conv
from sheetcnn.network.stages.dense import Dense
from sheetcnn.network.stages.softmax import Softmax
from sheetcnn.network.template import Template
from sheetcnn.workbook.renderer import render_workbook

CONV2 = "SUMPRODUCT(AI5:AK7,$AO$5:$AQ$7)+SUMPRODUCT(AI14:AK16,$AO$9:$AQ$11)"
AGREE = "right: formula, NumPy and stored value agree"


def lines(path, cell):
    return explain(path, cell).splitlines()


def wrong(tiny_file, tmp_path, cells, cell):
    """Return what is said of one cell of a copy in which some cells hold something else."""
    return lines(edit(tiny_file, tmp_path / "wrong.xlsx", cells), cell)


def value(said, name):
    """Return the number behind a name, such as sum."""
    return float(next(line for line in said if line.startswith(f"{name}  ")).removeprefix(name))


# Each stage


def test_a_convolution_shows_each_window_times_its_slice(tiny_file):
    assert lines(tiny_file, "AT5") == [
        "Network!AT5   conv2_1, row 1, column 1",
        "",
        "conv2: a window of each map times its slice of filter 1, all products summed",
        f"={CONV2}",
        "",
        "relu1_1 AI5:AK7  ×  conv2_filter_1_1 AO5:AQ7",
        "  0  0  0   ×   1  1  1   =   0  0  0",
        "  2  2  2   ×   1  1  1   =   2  2  2",
        "  0  0  0   ×   1  1  1   =   0  0  0",
        "relu1_2 AI14:AK16  ×  conv2_filter_1_2 AO9:AQ11",
        "  0  0  0   ×   0  0  0   =   0  0  0",
        "  0  0  0   ×   0  0  0   =   0  0  0",
        "  0  0  0   ×   0  0  0   =   0  0  0",
        "",
        "sum      6",
        "formula  6",
        "NumPy    6",
        "stored   6",
        AGREE,
        "next: AI6, relu1_1, row 2, column 1 (it gives most)",
    ]


def test_a_padded_convolution_shows_what_lies_on_the_map_and_its_bias(tmp_path):
    # The kernel 1 2 3 / 4 5 6 / 7 8 9 in the corner of 1 2 / 3 4: 5*1 + 6*2 + 8*3 + 9*4 = 77, and a bias of 0.5.
    network = Network((1, 2, 2), (Conv(1, 3, bias=True, padding=1), Dense(1), Softmax()), ("a",))
    weights = {"conv1": np.array([[*range(1, 10), 0.5]]), "dense1": np.ones((1, 1, 2, 2))}
    template = Template("padded", "", network, weights, Path("padded.toml"))
    path = tmp_path / "padded.xlsx"
    path.write_bytes(render_workbook(template, Digit(np.array([[1.0, 2], [3, 4]]), None, "a test")).content)
    said = lines(path, "conv1_1")
    assert said[3:15] == [
        "=SUMPRODUCT(P5:Q6,$U$6:$V$7)+$T$8",
        "",
        "input P5:Q6  ×  conv1_filter_1_1 U6:V7",
        "  1  2   ×   5  6   =    5  12",
        "  3  4   ×   8  9   =   24  36",
        "",
        "sum            77",
        "bias T8        0.5",
        "with its bias  77.5",
        "formula        77.5",
        "NumPy          77.5",
        "stored         77.5",
    ]
    assert said[-2:] == [AGREE, "next: Q6, the input, row 2, column 2 (it gives most)"]


def test_negative_numbers_stay_aligned(tiny_file):
    """Row 3, column 1 of conv1_1: no ink in the window's first row, one pixel in its last."""
    said = lines(tiny_file, "AC7")
    assert said[5:9] == [
        "input P7:R9  ×  conv1_filter_1_1 X7:Z9",
        "  0  0  0   ×    1   1   1   =    0   0   0",
        "  0  0  0   ×    0   0   0   =    0   0   0",
        "  0  0  1   ×   -1  -1  -1   =    0   0  -1",
    ]
    assert said[-1] == "next: R9, the input, row 5, column 3 (it gives most)"


def test_relu_shows_what_was_negative(tiny_file):
    said = lines(tiny_file, "AI7")
    assert said[2:4] == ["relu1: the same value of the map before, 0 if that is negative", "=MAX(0,AC7)"]
    assert said[5] == "conv1_1, row 3, column 1  AC7  -1"
    assert said[7:] == [
        *("ReLU     0", "formula  0", "NumPy    0", "stored   0"),
        AGREE,
        "next: AC7, conv1_1, row 3, column 1",
    ]


def test_max_pool_leads_to_the_largest(tiny_file):
    said = lines(tiny_file, "BB5")
    assert said[5:8] == ["relu2_1 AX5:AY6", "  6  6", "  8  9"]
    assert said[9] == "largest  9"
    assert said[-1] == "next: AY6, relu2_1, row 2, column 2 (it gives most)"


def test_relu_reads_the_map_of_its_own_number(tiny_file):
    assert lines(tiny_file, "AJ17")[5] == "conv1_2, row 4, column 2  AD17  -1"


def test_the_windows_of_a_max_pool_lie_side_by_side(mnist_file):
    """relu2_1 begins in EH5, pool1_1 in FH5: its row 2, column 3 reads rows 3 and 4, columns 5 and 6."""
    said = lines(mnist_file, "FJ6")
    assert said[0] == "Network!FJ6   pool1_1, row 2, column 3"
    assert said[5] == "relu2_1 EL7:EM8"


def test_a_maximum_leads_to_the_largest_not_to_the_farthest_from_0(tiny_file, tmp_path):
    pooled = wrong(tiny_file, tmp_path, {"AX5": formula("-50", -50)}, "BB5")
    assert pooled[-1] == "next: AY6, relu2_1, row 2, column 2 (it gives most)"
    scores = wrong(tiny_file, tmp_path, {"BE8": number(-9)}, "maximum")
    assert "the score of digit 1  BI6  -71" in scores
    assert scores[-1] == "next: BI7, the score of digit 7 (it gives most)"


def test_dense_lists_its_products(tiny_file):
    said = lines(tiny_file, "BI7")
    assert said[0] == "Network!BI7   the score of digit 7"
    assert said[5:7] == [
        "pool1_1  BB5   9  ×  BE11   3  =   27",
        "pool1_2  BB14  5  ×  BE20  -2  =  -10",
    ]
    assert said[8] == "sum      17"
    assert said[-1] == "next: BB5, pool1_1 (it gives most)"


def test_dense_leads_to_what_gives_most_whatever_its_sign(tiny_file):
    """The score of digit 1 is -27 + 10."""
    said = lines(tiny_file, "BI6")
    assert said[8] == "sum      -17"
    assert said[-1] == "next: BB5, pool1_1 (it gives most)"


def test_of_many_products_ten_are_listed_and_the_others_summed(mnist_file):
    """Each pooled value times its weight, as openpyxl reads the two in the file."""
    said = lines(mnist_file, "dense1")
    assert said[3] == "=SUMPRODUCT($FV$5:$GG$16,$FH$5:$FS$16)+SUMPRODUCT($FV$35:$GG$46,$FH$35:$FS$46)"
    sheet = openpyxl.load_workbook(mnist_file, data_only=True)["Network"]
    pooled, weights = (
        [cell.value for area in areas for row in sheet[area] for cell in row]
        for areas in (("FH5:FS16", "FH35:FS46"), ("FV5:GG16", "FV35:GG46"))
    )
    products = sorted((x * weight for x, weight in zip(pooled, weights, strict=True)), key=abs, reverse=True)
    listed = [float(line.rpartition("=")[2]) for line in said[5:15]]
    assert listed == pytest.approx(products[:10], rel=1e-5)
    assert said[15].startswith("and 278 more, their sum ")
    assert float(said[15].split()[-1]) == pytest.approx(sum(products[10:]), rel=1e-9)
    assert value(said, "sum") == pytest.approx(sum(products), rel=1e-9)


@pytest.mark.parametrize(
    ("cell", "shown", "result"),
    [
        ("shifted", ["the score of digit 0  BI5  14  −  BI9  17  =  -3"], "formula  -3"),
        (
            "maximum",
            [
                *("the score of digit 0  BI5   14", "the score of digit 1  BI6  -17"),
                "the score of digit 7  BI7   17",
            ],
            "largest  17",
        ),
        ("BK7", ["the shifted score of digit 7  BJ7  0"], "exp      1"),
    ],
)
def test_softmax_is_shown_step_by_step(tiny_file, cell, shown, result):
    said = lines(tiny_file, cell)
    assert said[5 : 5 + len(shown)] == shown
    assert said[6 + len(shown)] == result


def test_total_and_share_of_softmax(tiny_file):
    assert value(lines(tiny_file, "total"), "sum") == pytest.approx(1.049787068367866, abs=1e-14)  # bc -l
    share = lines(tiny_file, "BL7")
    assert share[5] == "the exponential of digit 7  BK7  1  /  BK9  1.04979  =  0.952574"
    assert value(share, "formula") == pytest.approx(0.952574126822431664, abs=1e-14)  # bc -l


def test_a_convolution_with_relu_in_the_same_cell(tmp_path):
    """One pixel, in the last row of the first window, where the filter has -1."""
    file = sheetcnn.generate(template="fastai", output=tmp_path / "fastai.xlsx").output
    said = wrong(file, tmp_path, {"C4": number(1)}, "conv1_1")
    assert said[0] == "'conv-example'!AH3   conv1_1, row 1, column 1"
    assert said[2].endswith("all products summed; a negative sum becomes 0")
    assert said[3] == "{=MAX(0,SUM(A2:C4*$AD$11:$AF$13))}"
    assert said[8] == "  0  0  1   ×   -1  -1  -1   =    0   0  -1"
    assert said[10:14] == ["sum      -1", "ReLU     0", "formula  0", "NumPy    0"]


# What is said of the answer


def test_the_answer_leads_to_the_largest_probability(tiny_file):
    said = lines(tiny_file, "answer")
    assert said[0] == "Network!BH11   the answer"
    assert [line for line in said if line.startswith(("formula", "NumPy", "stored"))] == [
        "formula  I read a 7.",
        "NumPy    I read a 7.",
        "stored   I read a 7.",
    ]
    assert said[-1] == "next: BL7, the probability of digit 7 (it gives most)"


def test_its_copy_leads_to_it(tiny_file):
    said = lines(tiny_file, "answer_beside_input")
    assert said[5] == "the answer  BH11  I read a 7."
    assert said[-1] == "next: BH11, the answer"


def test_confidence_and_check(tiny_file):
    assert "formula     95.3 % sure" in lines(tiny_file, "confidence")
    check = lines(tiny_file, "probability_check")
    assert "formula  The probabilities sum to 1." in check
    assert value(check, "less 1") == pytest.approx(0, abs=1e-15)


# Numbers that are given, and cells of nothing


def test_a_pixel_names_the_cells_that_look_at_it(tiny_file):
    assert lines(tiny_file, "R7") == [
        "Network!R7   the input, row 3, column 3",
        "",
        "a pixel: a number to change, not computed",
        "value  0",
        "",
        "read first by",
        "  conv1_1  9 cells, AC5:AE7",
        "  conv1_2  9 cells, AC14:AE16",
        "next: AC5, conv1_1, row 1, column 1",
    ]


def test_a_pixel_in_the_corner_is_seen_once(tiny_file):
    assert lines(tiny_file, "P5")[6:8] == ["  conv1_1  AC5", "  conv1_2  AC14"]


def test_a_weight_names_its_filter_and_its_map(tiny_file):
    said = lines(tiny_file, "AO18")
    assert said[0] == "Network!AO18   filter 2/2 of conv2, row 1, column 1"
    assert said[2:4] == ["a weight: a number of the network itself, not computed", "value  1"]
    assert said[5:7] == ["read first by", "  conv2_2  all 4 cells, AT14:AU15"]


def test_a_label_is_read_by_the_answer(tiny_file):
    said = lines(tiny_file, "BH7")
    assert said[0] == "Network!BH7   the label of digit 7"
    assert said[3:] == [
        "value  7",
        "",
        "read first by",
        "  answer  BH11",
        "next: BH11, the answer",
    ]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [("A1", "value  A tiny CNN tells 0, 1 and 7 apart by their strokes"), ("ZZ9", "value  nothing")],
)
def test_a_cell_of_no_region(tiny_file, cell, shown):
    assert lines(tiny_file, cell) == [
        f"Network!{cell}   outside of every region",
        "",
        "no number of the network stands here",
        shown,
        "",
        "no formula of the network reads it",
    ]


def test_a_cell_at_the_same_place_of_another_sheet_is_another_cell(tiny_file):
    assert lines(tiny_file, "Model!R7") == [
        "Model!R7   outside of every region",
        "",
        "no number of the network stands here",
        "value  nothing",
        "",
        "no formula of the network reads it",
    ]


def test_a_formula_of_ones_own_is_shown_and_not_computed(tiny_file, tmp_path):
    said = wrong(tiny_file, tmp_path, {"A1": formula("AT5+1", 999)}, "A1")
    assert said[3:6] == [
        "=AT5+1",
        "stored  999   (not computed)",
        "warning: a formula that is no part of the network: it was not checked",
    ]


# What is wrong


def test_a_wrong_formula_is_told_as_verify_tells_it(tiny_file, tmp_path):
    said = wrong(tiny_file, tmp_path, {"AI7": formula("AC7", -1)}, "AI7")
    assert said[3:7] == ["=AC7", "", "what belongs here: =MAX(0,AC7)", ""]
    assert said[9:] == [
        *("ReLU     0", "formula  -1", "NumPy    0", "stored   -1"),
        "error: ReLU is missing",
        "next: AC7, conv1_1, row 3, column 1",
    ]


def test_a_number_where_a_formula_belongs(tiny_file, tmp_path):
    said = wrong(tiny_file, tmp_path, {"AT5": number(6)}, "AT5")
    assert f"what belongs here: ={CONV2}" in said
    assert "formula  none" in said
    assert "error: a number where a formula belongs (its value is right today)" in said
    assert AGREE not in said


def test_a_formula_that_cannot_be_computed(tiny_file, tmp_path):
    said = wrong(tiny_file, tmp_path, {"AT5": formula("NOSUCH(AI5)", 6)}, "AT5")
    assert "formula  cannot be computed" in said
    assert "error: this formula cannot be computed: the function NOSUCH is not supported" in said


def test_stored_values_are_never_believed(tiny_file, tmp_path):
    said = wrong(tiny_file, tmp_path, {"AI6": formula("MAX(0,AC6)", 999)}, "AT5")
    assert "  2  2  2   ×   1  1  1   =   2  2  2" in said
    stale = lines(tmp_path / "wrong.xlsx", "AI6")
    assert [value(stale, name) for name in ("formula", "NumPy", "stored")] == [2, 2, 999]
    assert "error: the stored value is not what the formula gives: recalculate and save" in stale
    assert not any(line.startswith("what belongs here") for line in stale)


def test_a_workbook_without_stored_values(tiny_file, tmp_path):
    file = rewrite(tiny_file, tmp_path / "bare.xlsx", {SHEET: without_values})
    said = lines(file, "BB5")
    assert said[9:13] == ["largest  9", "formula  9", "NumPy    9", "stored   nothing"]
    assert said[13].startswith("warning: no value is stored beside the formula")


def test_a_right_cell_behind_a_wrong_one_says_so(tiny_file, tmp_path):
    """relu2_1 gives 10 where 9 belongs; the max pool of it is right and has 10."""
    said = wrong(
        tiny_file, tmp_path, {"AY6": formula("MAX(0,AU6)+1", 10), "BB5": formula("MAX(AX5:AY6)", 10)}, "BB5"
    )
    assert said[9:] == [
        "largest                  10",
        "formula                  10",
        "NumPy                    10",
        "stored                   10",
        "NumPy from the input on  9   (a cell before this one is wrong)",
        AGREE,
        "next: AY6, relu2_1, row 2, column 2 (it gives most)",
    ]


def test_an_error_is_followed_to_where_it_comes_from(tiny_file, tmp_path):
    said = wrong(tiny_file, tmp_path, {"AK7": formula("1/0", "#DIV/0!")}, "AT5")
    assert "      0      0  error   ×   1  1  1   =       0      0  error" in said
    assert "formula                  #DIV/0!" in said
    assert said[-1] == "next: AK7, relu1_1, row 3, column 3 (an error comes from it)"


def test_a_text_among_more_values_than_are_listed_counts_as_0(tiny_file, tmp_path, monkeypatch):
    """The exponentials are e^-3, e^-34 and 1: without the last, 0.0497870683678656."""
    monkeypatch.setattr("sheetcnn.explainer._IN_LIST", 1)
    said = wrong(tiny_file, tmp_path, {"BK7": text("ink")}, "total")
    assert said[5] == "the exponential of digit 0  BK5  0.0497871"
    assert said[6].startswith("and 2 more, their sum 1.7")  # e^-34 = 1.71e-15 and the text
    assert value(said, "sum") == pytest.approx(0.0497870683678656, abs=1e-14)


def test_text_from_the_file_cannot_command_a_terminal(tiny_file, tmp_path):
    said = wrong(tiny_file, tmp_path, {"P6": text("ink_x001B_[31m")}, "P6")
    assert said[3] == "value  ink\\x1b[31m"
    assert said[4].startswith("error: ink\\x1b[31m where a number belongs")


# Which cell


@pytest.mark.parametrize(
    "cell",
    ["AT5", "at5", "$AT$5", "AT$5", "Network!AT5", "network!AT5", "'Network'!$AT$5", "conv2_1", "CONV2_1"],
)
def test_a_cell_may_be_written_in_many_ways(tiny_file, cell):
    assert lines(tiny_file, cell)[0] == "Network!AT5   conv2_1, row 1, column 1"


@pytest.mark.parametrize(
    "cell", ["", "!", "AT", "AT5:AU6", "ZZZ1", "A0", "A1048577", "conv9_1", "Model!answer"]
)
def test_what_is_no_cell_is_told(tiny_file, cell):
    with pytest.raises(
        SpecError,
        match=r"is no cell( \(did you mean conv2_1\?\))?: give an address such as BM4 or Model!B2, or .* conv1_1$",
    ):
        explain(tiny_file, cell)


def test_a_sheet_that_is_not_there_is_told(tiny_file):
    with pytest.raises(SpecError, match=r"tiny\.xlsx has no sheet Sheet9: name one of Network, Model$"):
        explain(tiny_file, "Sheet9!A1")


# The command


def test_the_command_prints_the_same(tiny_file, capsys):
    assert main(["explain", str(tiny_file), "BB5"]) == 0
    assert capsys.readouterr().out == explain(tiny_file, "BB5") + "\n"


def test_the_command_takes_a_template(tiny_file, capsys):
    assert main(["explain", str(tiny_file), "BB5", "--template", "tiny"]) == 0
    assert capsys.readouterr().out == explain(tiny_file, "BB5") + "\n"


@pytest.mark.parametrize(("workbook", "cell"), [("tiny", "ZZZ1"), ("tiny", "No!A1"), ("nosuch.xlsx", "A1")])
def test_trouble_is_one_sentence_and_exit_code_2(tiny_file, capsys, workbook, cell):
    path = str(tiny_file) if workbook == "tiny" else workbook
    assert main(["explain", path, cell]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("sheetcnn: ")
    assert err.count("\n") == 1


def test_a_file_that_is_no_workbook_is_told(tmp_path):
    (tmp_path / "no.xlsx").write_text("no")
    with pytest.raises(WorkbookError):
        explain(tmp_path / "no.xlsx", "A1")
