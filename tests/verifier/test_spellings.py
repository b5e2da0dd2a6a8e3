"""Formulas that are spelled otherwise: of equal value they are right, of another value wrong, each for itself.

That two spellings come to the same is school mathematics; that each of them is computed as spreadsheet programs do is
held by tests/excel and tests/outside.
"""

import re

import pytest
from editing import edit, formula, value_of

import sheetcnn
from sheetcnn.excel.addresses import Range, a1, parse_range, range_a1
from sheetcnn.network.network import Network
from sheetcnn.network.stages.avgpool import AveragePool
from sheetcnn.network.stages.conv import Conv
from sheetcnn.network.stages.dense import Dense
from sheetcnn.network.stages.leakyrelu import LeakyReLU
from sheetcnn.network.stages.maxpool import MaxPool
from sheetcnn.network.stages.relu import ReLU
from sheetcnn.network.stages.sigmoid import Sigmoid
from sheetcnn.network.stages.softmax import Softmax
from sheetcnn.network.stages.tanh import Tanh
from sheetcnn.workbook.layer_blocks import formula_blocks
from sheetcnn.workbook.layout import plan
from sheetcnn.workbook.renderer import render_workbook

STAGES = (
    Conv(1, 3),
    LeakyReLU(),
    Sigmoid(),
    Tanh(),
    ReLU(),
    AveragePool(2, 1),
    MaxPool(2, 1),
    Dense(10),
    Softmax(),
)
NETWORK = Network((1, 9, 9), STAGES, tuple("0123456789"))
LAYOUT = plan(NETWORK)

# {0} and {1} are the references of the formula that belongs there, in order; {0a} is the first cell of the first one,
# {0.1} its second row, and {scores}, {total} ... are regions. An array formula stands in braces.
RIGHT = {
    "conv1_1": [
        "SUMPRODUCT({1},{0})",
        "SUMPRODUCT({0}*{1})",
        "-SUMPRODUCT(-{0},{1})",
        "SUMPRODUCT({0a}:INDEX({0},3,3),{1})",
        "SUMPRODUCT(INDEX({0},1,1):INDEX({0},3,3),INDEX({1},0,0))",
        "SUMPRODUCT(({0}),Network!{1})",
        "SUMPRODUCT({0.0},{1.0})+SUMPRODUCT({0.1},{1.1})+SUMPRODUCT({0.2},{1.2})",
        "[SUM({0}*{1})]",
        "[SUM(MMULT({0.0},TRANSPOSE({1.0})),MMULT({0.1},TRANSPOSE({1.1})),MMULT({0.2},TRANSPOSE({1.2})))]",
    ],
    "leakyrelu1_1": [
        "IF({0}>0,{0},0.01*{0})",
        "IF({0}<0,{0}/100,{0})",
        "MAX({0},{0}*1%)",
        "MAX(0,{0})+0.01*MIN(0,{0})",
        "{0}*IF({0}>0,1,0.01)",
        "0.505*{0}+0.495*ABS({0})",
        "MAX(0,{0})-0.01*MAX(0,-{0})",
    ],
    "sigmoid1_1": [
        "(1+TANH(0.5*{0}))/2",
        "0.5+0.5*TANH({0}/2)",
        "IF({0}<0,EXP({0})/(1+EXP({0})),1/(1+EXP(-{0})))",
    ],
    "tanh1_1": ["-TANH(-{0})", "TANH({0}+0)", "IF({0}<0,-TANH(-{0}),TANH({0}))"],
    "relu1_1": [
        "MAX({0},0)",
        "IF({0}>0,{0},0)",
        "IF({0}>=0,{0},0)",
        "IF({0}<0,0,{0})",
        "IF(NOT({0}>0),0,{0})",
        "({0}+ABS({0}))/2",
        "{0}*({0}>0)",
        "--({0}>0)*{0}",
        "{0}-MIN(0,{0})",
        "-MIN(0,-{0})",
        "{0}*(1+SIGN({0}))/2",
        "CHOOSE(2+SIGN({0}),0,0,{0})",
        "LARGE(({0}:{0}),1)*({0}>0)",
        "MAX(0,TANH({sigmoid1_1}))",
    ],
    "pool1_1": [
        "AVERAGE({0})",
        "SUM({0})*0.25",
        "SUMPRODUCT({0})/4",
        "(SUM({0.0})+SUM({0.1}))/4",
        "AVERAGE({0.0},{0.1})",
    ],
    "pool2_1": [
        "LARGE({0},1)",
        "SMALL({0},4)",
        "MAX({0.0},{0.1})",
        "MAX(MAX({0.0}),MAX({0.1}))",
        "IF(MAX({0.0})>MAX({0.1}),MAX({0.0}),MAX({0.1}))",
        "[-MIN(-{0})]",
    ],
    "maximum": ["LARGE({scores},1)"],
    "shifted": ["{score}-MAX({scores})", "-(MAX({scores})-{score})", "{score}-LARGE({scores},1)"],
    "exponentials": ["EXP({score}-{maximum})", "EXP({score}-MAX({scores}))", "EXP({shift})*1"],
    "total": ["SUMPRODUCT(EXP({shifted}))"],
    "probabilities": [
        "{x}/SUM({exponentials})",
        "EXP({shift})/{total}",
        "EXP({shift}-LN({total}))",
        "EXP({score}-{maximum}-LN(SUM({exponentials})))",
        "EXP({score}-MAX({scores}))/SUMPRODUCT(EXP({scores}-MAX({scores})))",
        "[EXP({shift})/SUM(EXP({shifted}))]",
    ],
}
OVERFLOWING = {
    "sigmoid1_1": [
        "1/(1+EXP(-{0}))",
        "EXP({0})/(1+EXP({0}))",
        "1-1/(1+EXP({0}))",
        "(1+EXP(-{0}))^-1",
        "POWER(1+EXP(-{0}),-1)",
    ],
    "tanh1_1": [
        "(EXP({0})-EXP(-{0}))/(EXP({0})+EXP(-{0}))",
        "2/(1+EXP(-2*{0}))-1",
        "(EXP(2*{0})-1)/(EXP(2*{0})+1)",
        "1-2/(EXP(2*{0})+1)",
    ],
    "exponentials": ["EXP({score})/EXP({maximum})"],
    "probabilities": [
        "EXP({score})/SUMPRODUCT(EXP({scores}))",
        "[EXP({score})/SUM(EXP({scores}))]",
        "1/SUMPRODUCT(EXP({scores}-{score}))",
    ],
}
WRONG = {
    "conv1_1": [
        "SUMPRODUCT({0},{0})",
        "SUM({0})*SUM({1})/9",
        "SUMPRODUCT({0.0},{1.0})+SUMPRODUCT({0.1},{1.1})",
        "SUMPRODUCT({0a}:INDEX({0},3,2),INDEX({1},1,1):INDEX({1},3,2))",
        "SUMPRODUCT(INDEX({0},1,0),INDEX({1},1,0))",
        "[SUM({0}*TRANSPOSE({1}))]",
        "[SUM(MMULT({0},{1}))]",
    ],
    "leakyrelu1_1": [
        "IF({0}>0,{0},0.1*{0})",
        "IF({0}>0.5,{0},0.01*{0})",
        "MAX({0},0.001*{0})",
        "MIN({0},0.01*{0})",
        "0.5*{0}+0.5*ABS({0})",
        "MAX(0,{0})",
    ],
    "sigmoid1_1": [
        "1/(1+EXP({0}))",
        "1/(1-EXP(-{0}))",
        "1/(2+EXP(-{0}))",
        "1/(1+EXP(-{0}*1.000001))",
        "1/(1+2.718^-{0})",
        "(1+TANH({0}))/2",
        "IF({0}<-1,NA(),1/(1+EXP(-{0})))",
        "IF({0}>1,SQRT(-1),1/(1+EXP(-{0})))",
        "IF({0}>1,1E+300^2,1/(1+EXP(-{0})))",
        "EXP({0})/(1+EXP(-{0}))",
        "0.5+{0}/4",
    ],
    "tanh1_1": [
        "(EXP({0})+EXP(-{0}))/(EXP({0})-EXP(-{0}))",
        "2/(1+EXP(-{0}))-1",
        "(EXP({0})-1)/(EXP({0})+1)",
        "TANH({0})^2",
        "{0}/(1+ABS({0}))",
        "SIGN({0})*TANH({0})",
    ],
    "relu1_1": [
        "IF({0}>0.1,{0},0)",
        "IF({0}>0,{0},1)",
        'IF({0}>0,{0},"")',
        "IF({0}>0,{0})",
        "ABS({0})",
        "MIN({0},0)",
        "({0}-ABS({0}))/2",
        "{0}*({0}<0)",
        "MAX({0},0.001)",
        "MAX(0,{sigmoid1_1})",
        "MAX(0,{0})*1.0000001",
        "IF({0}>1000,SQRT(-1),MAX(0,{0}))",
    ],
    "pool1_1": [
        "MAX({0})",
        "SUM({0})/3",
        "AVERAGE({0.0})",
        "AVERAGE(SUM({0.0}),{0.1})",
        "SUM({0})/COUNT({0})",  # it asks what is a number: with a text in the window it is no SUM/4
        'SUM({0})/COUNTIF({0},">0")',
    ],
    "pool2_1": [
        "LARGE({0},2)",
        "SMALL({0},1)",
        "MAX({0.0})",
        "AVERAGE({0})",
        "MAX(0,{0})",
        "MAX({0.0},{0a})",
    ],
    "maximum": ["LARGE({scores},2)"],
    "shifted": ["MAX({scores})-{score}", "{score}-MIN({scores})", "{score}-SUM({scores})/10"],
    "exponentials": ["EXP({score})", "EXP({score}-MIN({scores}))", "EXP(-{shift})"],
    "total": ["SUMPRODUCT(EXP({scores}))"],
    "probabilities": [
        "{x}/MAX({exponentials})",
        "{score}/SUM({scores})",
        "EXP({score})/{total}",
        "EXP({shift})/SUM({shifted})",
        "EXP(-{score})/SUMPRODUCT(EXP(-{scores}))",
        "{x}/({total}+1E-9)",
        "{x}/SUM({exponentials9})",
        "{x}/SUM({exponentials})+IF({x}>50,1,0)",
        "{x}/SUM({exponentials})+IF(AND({score}>0.5,{score}<0.501),1,0)",
        "EXP({score})/SUMPRODUCT(EXP({scores9}))",
    ],
}


def regions():
    return {
        region.name: (block, region) for block in formula_blocks(NETWORK, LAYOUT) for region in block.regions
    }


def spelled(template, name, row, column):
    """Fill in the references of the formula that belongs in a cell."""
    block, region = regions()[name]
    text = block.formula(region, row, column)
    found = re.findall(r"\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?", text)
    words = {str(number): reference for number, reference in enumerate(found)}
    for number, reference in enumerate(found):
        top, left, bottom, right = parse_range(reference.replace("$", ""))
        words[f"{number}a"] = a1(top, left)
        words |= {
            f"{number}.{at}": range_a1(Range(top + at, left, top + at, right))
            for at in range(bottom - top + 1)
        }
    for other, (_, area) in regions().items():
        words[other] = range_a1(area.area) if area.columns == 1 else a1(*area.cell(row, column))
        words[f"{other}9"] = range_a1(Range(area.top, area.left, area.top + 8, area.left))
    words |= {"scores": words["dense1"], "scores9": words["dense19"]}
    for one, every in (("score", "dense1"), ("shift", "shifted"), ("x", "exponentials")):
        words[one] = a1(*regions()[every][1].cell(row, 0))
    return re.sub(r"\{([\w.]+)\}", lambda match: words[match[1]], template)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    from networks import some_input, unknown, with_weights

    path = tmp_path_factory.mktemp("spellings") / "all.xlsx"
    template = with_weights(NETWORK)
    template.weights["conv1"] = template.weights["conv1"] / 3
    path.write_bytes(render_workbook(template, unknown(some_input(NETWORK)[0])).content)
    assert sheetcnn.verify(path).findings == []
    return path


def verified(file, target, table):
    """Put each spelling into a cell of its region, all at once; return what is found, and where each went."""
    cells, places = {}, {}
    for name, spellings in table.items():
        _, region = regions()[name]
        for at, template in enumerate(spellings):
            row, column = divmod(at, region.columns)
            cell = a1(*region.cell(row, column))
            text = spelled(template, name, row, column)
            content = formula(text.strip("[]"), value_of(file, cell))
            if template.startswith("["):
                content = content.replace("<f>", f'<f t="array" ref="{cell}">')
            cells[cell], places[cell] = content, template
    found = {}
    for finding in sheetcnn.verify(edit(file, target, cells)).findings:
        found.setdefault(finding.cell.partition("!")[2], []).append((finding.severity, finding.kind))
    return found, places


def test_what_is_of_equal_value_is_right(file, tmp_path):
    found, places = verified(file, tmp_path / "x.xlsx", RIGHT)
    assert {places.get(cell, cell): kinds for cell, kinds in found.items()} == {}


def test_what_overflows_in_excel_is_right_with_a_warning(file, tmp_path):
    found, places = verified(file, tmp_path / "x.xlsx", OVERFLOWING)
    assert {places.get(cell, cell): kinds for cell, kinds in found.items()} == {
        template: [("warning", "overflow")] for spellings in OVERFLOWING.values() for template in spellings
    }


def test_what_is_of_another_value_is_wrong(file, tmp_path):
    found, places = verified(file, tmp_path / "x.xlsx", WRONG)
    passed = [
        template for cell, template in places.items() if ("error", "formula") not in found.get(cell, [])
    ]
    assert passed == []
