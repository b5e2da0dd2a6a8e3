"""Each fault is made by hand in a formula of a small network, and named by a sentence written by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetcnn.excel.addresses import Range, column_letters, parse_a1, parse_range
from sheetcnn.excel.limits import MAX_NESTING
from sheetcnn.excel.parser import parse
from sheetcnn.network.network import Network
from sheetcnn.network.stages import Conv, Dense, MaxPool, ReLU, Softmax
from sheetcnn.verifier.diagnosis.formulas import diagnose
from sheetcnn.verifier.diagnosis.vocabulary import Place, Vocabulary
from sheetcnn.workbook.layout import layout_from_template

NETWORK = Network(
    (1, 10, 10),
    (Conv(2, 3), ReLU(), Conv(2, 3), ReLU(), MaxPool(2), Dense(10), Softmax()),
    tuple("0123456789"),
)
AREAS = {
    "input": "A2:J11",
    "conv1_filter_1_1": "L2:N4",
    "conv1_filter_2_1": "L22:N24",
    "conv1_1": "P2:W9",
    "conv1_2": "P22:W29",
    "relu1_1": "Y2:AF9",
    "relu1_2": "Y22:AF29",
    "conv2_filter_1_1": "AH2:AJ4",
    "conv2_filter_1_2": "AH6:AJ8",
    "conv2_filter_2_1": "AH22:AJ24",
    "conv2_filter_2_2": "AH26:AJ28",
    "conv2_1": "AL2:AQ7",
    "conv2_2": "AL22:AQ27",
    "relu2_1": "AS2:AX7",
    "relu2_2": "AS22:AX27",
    "pool1_1": "AZ2:BB4",
    "pool1_2": "AZ22:BB24",
    "classes": "CR2:CR11",
    "dense1": "CS2:CS11",
    "maximum": "CS13",
    "shifted": "CT2:CT11",
    "exponentials": "CU2:CU11",
    "total": "CU13",
    "probabilities": "CV2:CV11",
    "answer": "CR15",
    "probability_check": "CR17",
    "answer_beside_input": "A13",
    "confidence": "A15",
}
WEIGHTS = {  # BD2:BF4 and BD22:BF24 for digit 0, BH2:BJ4 and BH22:BJ24 for digit 1, ..., CN2:CP4 for digit 9
    f"dense1_weights_{digit}_{number + 1}": Range(top, 55 + 4 * digit, top + 2, 57 + 4 * digit)
    for digit in range(10)
    for number, top in enumerate((1, 21))
}
LAYOUT = layout_from_template(
    NETWORK, "Network", {name: parse_range(area) for name, area in AREAS.items()} | WEIGHTS
)
WORDS = Vocabulary(NETWORK, LAYOUT)

CONV1 = "SUMPRODUCT(A2:C4,$L$2:$N$4)"  # in P2
CONV2 = "SUMPRODUCT(Y2:AA4,$AH$2:$AJ$4)+SUMPRODUCT(Y22:AA24,$AH$6:$AJ$8)"  # in AL2
DENSE7 = "SUMPRODUCT($CF$2:$CH$4,$AZ$2:$BB$4)+SUMPRODUCT($CF$22:$CH$24,$AZ$22:$BB$24)"  # in CS9
ANSWER = (  # in CR15
    'IF(OR(MAX($A$2:$J$11)=MIN($A$2:$J$11),MAX($CS$2:$CS$11)=MIN($CS$2:$CS$11)),"There is nothing to read.",'
    '"I read a "&INDEX($CR$2:$CR$11,MATCH(MAX($CV$2:$CV$11),$CV$2:$CV$11,0))&".")'
)
CHECK = 'IF(ABS(SUM($CV$2:$CV$11)-1)<0.000000001,"right","wrong")'  # in CR17
FUSED = "MAX(0,SUM(A2:C4*$L$2:$N$4))"  # as an array formula
SOMETHING_ELSE = "this formula computes something else"


def said(cell: str, expected: str, found: str, *, array: bool = False) -> str:
    at = parse_a1(cell)
    region = next(region for region in LAYOUT.regions if region.area.contains(at))
    return diagnose(expected, found, place=Place(region, at, WORDS, array))


@pytest.mark.parametrize(
    ("cell", "expected", "found", "sentence"),
    [
        # A window of another size, or shifted.
        (
            "P2",
            CONV1,
            "SUMPRODUCT(A2:D4,$L$2:$N$4)",
            "the window is one column too wide: A2:D4 where A2:C4 belongs",
        ),
        (
            "P2",
            CONV1,
            "SUMPRODUCT(A2:A4,$L$2:$N$4)",
            "the window is two columns too narrow: A2:A4 where A2:C4 belongs",
        ),
        (
            "AZ2",
            "MAX(AS2:AT3)",
            "MAX(AS2:AT4)",
            "the window is one row too tall: AS2:AT4 where AS2:AT3 belongs",
        ),
        (
            "AZ2",
            "MAX(AS2:AT3)",
            "MAX(AS2:AU2)",
            "the window is one column too wide and one row too short: AS2:AU2 where AS2:AT3 belongs",
        ),
        (
            "AZ2",
            "MAX(AS2:AT3)",
            "MAX(AR2:AT3)",
            "the window is one column too wide: AR2:AT3 where AS2:AT3 belongs",
        ),
        (
            "P2",
            CONV1,
            "SUMPRODUCT($L$2:$N$4,B2:D4)",
            "the window is shifted by one column: B2:D4 where A2:C4 belongs",
        ),
        (
            "P2",
            CONV1,
            "SUMPRODUCT(C3:E5,$L$2:$N$4)",
            "the window is shifted by one row and two columns: C3:E5 where A2:C4 belongs",
        ),
        ("Y2", "MAX(0,P2)", "MAX(0,P3)", "the reference is shifted by one row: P3 where P2 belongs"),
        (
            "P2",
            CONV1,
            "SUMPRODUCT(A2:C4,$L$2:$N$5)",
            "the range of filter 1/1 of conv1 is one row too tall: $L$2:$N$5 where $L$2:$N$4 belongs",
        ),
        # Another region.
        ("P3", CONV1, "SUMPRODUCT(A2:C4,$L$22:$N$24)", "reads filter 2/1 where filter 1/1 belongs"),
        (
            "AL2",
            CONV2,
            CONV2.replace("$AH$6:$AJ$8", "$L$2:$N$4"),
            "reads filter 1/1 of conv1 where filter 1/2 of conv2 belongs",
        ),
        ("AL2", CONV2, CONV2.replace("Y2:AA4", "Y22:AA24"), "reads relu1_2 where relu1_1 belongs"),
        ("P2", CONV1, "SUMPRODUCT(Y2:AA4,$L$2:$N$4)", "reads relu1_1 where the input belongs"),
        ("Y2", "MAX(0,P2)", "MAX(0,P22)", "reads conv1_2 where conv1_1 belongs"),
        (
            "CS9",
            DENSE7,
            DENSE7.replace("$CF$2:$CH$4", "$CJ$2:$CL$4"),
            "reads the weights of digit 8 for map 1 where the weights of digit 7 for map 1 belong",
        ),
        (
            "CU9",
            "EXP(CT9)",
            "EXP(CT10)",
            "reads the shifted score of digit 8 where the shifted score of digit 7 belongs",
        ),
        ("CU9", "EXP(CT9)", "EXP(CS9)", "reads the score where the shifted score belongs"),
        (
            "CS13",
            "MAX($CS$2:$CS$11)",
            "MAX($CT$2:$CT$11)",
            "reads the shifted scores where the scores belong",
        ),
        ("A13", "$CR$15", "CR2", "reads the label of digit 0 where the answer belongs"),
        (
            "AL2",
            CONV2,
            "SUMPRODUCT(Y22:AA24,$AH$2:$AJ$4)+SUMPRODUCT(Y2:AA4,$AH$6:$AJ$8)",
            "the channels are swapped",
        ),
        (
            "AL2",
            CONV2,
            "SUMPRODUCT(Y2:AA4,$AH$22:$AJ$24)+SUMPRODUCT(Y22:AA24,$AH$26:$AJ$28)",
            "reads filter 2/1 where filter 1/1 belongs (one of 2 differences)",
        ),
        # Dollar signs.
        (
            "Q3",
            "SUMPRODUCT(B3:D5,$L$2:$N$4)",
            "SUMPRODUCT(B3:D5,M3:O5)",
            "the `$` is missing, so the filter slides along: M3:O5 where $L$2:$N$4 belongs",
        ),
        (
            "AL6",
            "SUMPRODUCT(Y6:AA8,$AH$2:$AJ$4)+SUMPRODUCT(Y26:AA28,$AH$6:$AJ$8)",
            "SUMPRODUCT(Y6:AA8,$AH6:$AJ8)+SUMPRODUCT(Y26:AA28,$AH$6:$AJ$8)",
            "the `$` is missing, so the filter slides along: $AH6:$AJ8 where $AH$2:$AJ$4 belongs",
        ),
        (
            "CT4",
            "CS4-$CS$13",
            "CS4-CS15",
            "the `$` is missing, so the reference slides along: CS15 where $CS$13 belongs",
        ),
        ("P3", CONV1, "SUMPRODUCT(A2:C4,L22:N24)", "reads filter 2/1 where filter 1/1 belongs"),
        (
            "Q2",
            "SUMPRODUCT(B2:D4,$L$2:$N$4)",
            "SUMPRODUCT($A$2:$C$4,$L$2:$N$4)",
            "a `$` too many, so the window stands still: $A$2:$C$4 where B2:D4 belongs",
        ),
        # Strides.
        (
            "BA2",
            "MAX(AU2:AV3)",
            "MAX(AT2:AU3)",
            "stride 1 where 2 belongs: the window begins at AT2 where AU2 belongs",
        ),
        (
            "BB4",
            "MAX(AW6:AX7)",
            "MAX(AU4:AV5)",
            "stride 1 where 2 belongs: the window begins at AU4 where AW6 belongs",
        ),
        (
            "BB4",
            "MAX(AW6:AX7)",
            "MAX(AV6:AW7)",
            "the window is shifted by one column: AV6:AW7 where AW6:AX7 belongs",
        ),
        (
            "AZ2",
            "MAX(AS2:AT3)",
            "MAX(AT2:AU3)",
            "the window is shifted by one column: AT2:AU3 where AS2:AT3 belongs",
        ),
        # ReLU and other functions.
        ("Y2", "MAX(0,P2)", "P2", "ReLU is missing"),
        ("Y2", "MAX(0,P2)", "MAX(P2)", "ReLU is missing"),
        ("P2", FUSED, CONV1, "ReLU is missing"),
        ("Y2", "MAX(0,P2)", "MAX(0,MAX(P2,0))", "ReLU is applied twice"),
        ("P2", CONV1, f"MAX(0,{CONV1})", "MAX(0, ...) is around it: no ReLU belongs here"),
        ("Y2", "MAX(0,P2)", "MIN(0,P2)", "MIN stands where MAX belongs"),
        ("AZ2", "MAX(AS2:AT3)", "AVERAGE(AS2:AT3)", "AVERAGE stands where MAX belongs"),
        ("P2", CONV1, "SUM(A2:C4,$L$2:$N$4)", "SUM stands where SUMPRODUCT belongs"),
        ("P2", CONV1, f"ABS({CONV1})", "ABS is around it"),
        ("A15", "100*MAX($CV$2:$CV$11)", "100*ROUND(MAX($CV$2:$CV$11),1)", "ROUND is around it"),
        ("CU9", "EXP(CT9)", "CT9", "EXP is missing"),
        ("P2", CONV1, "SUMPRODUCT(A2:C4,TRANSPOSE($L$2:$N$4))", "filter 1/1 of conv1 is transposed"),
        (
            "P2",
            CONV1,
            "A2*N4+B2*M4+C2*L4+A3*N3+B3*M3+C3*L3+A4*N2+B4*M2+C4*L2",
            "the filter is flipped",
        ),
        (
            "P2",
            CONV1,
            "A2*L2+B2*L3+C2*L4+A3*M2+B3*M3+C3*M4+A4*N2+B4*N3+C4*N4",
            "the filter is transposed",
        ),
        (
            "P2",
            CONV1,
            "SUMPRODUCT(A2:C2,L4:N4)+SUMPRODUCT(A3:C3,L3:N3)+SUMPRODUCT(A4:C4,L2:N2)",
            "the filter is flipped upside down",
        ),
        (
            "P2",
            CONV1,
            "SUMPRODUCT(A2:A4,N2:N4)+SUMPRODUCT(B2:B4,M2:M4)+SUMPRODUCT(C2:C4,L2:L4)",
            "the filter is flipped left to right",
        ),
        # All classes.
        (
            "CU13",
            "SUM($CU$2:$CU$11)",
            "SUM($CU$2:$CU$10)",
            "the softmax sum leaves out digit 9: $CU$2:$CU$10 where $CU$2:$CU$11 belongs",
        ),
        (
            "CU13",
            "SUM($CU$2:$CU$11)",
            "SUM($CU$4:$CU$11)",
            "the softmax sum leaves out digit 0 and digit 1: $CU$4:$CU$11 where $CU$2:$CU$11 belongs",
        ),
        (
            "CU13",
            "SUM($CU$2:$CU$11)",
            "SUM($CU$2:$CU$12)",
            "the softmax sum counts one cell too many: $CU$2:$CU$12 where $CU$2:$CU$11 belongs",
        ),
        (
            "CS13",
            "MAX($CS$2:$CS$11)",
            "MAX($CS$3:$CS$12)",
            "the maximum leaves out digit 0 and counts one cell too many: $CS$3:$CS$12 where $CS$2:$CS$11 belongs",
        ),
        (
            "CR17",
            CHECK,
            CHECK.replace("$CV$11", "$CV$10"),
            "the range of the probabilities leaves out digit 9: $CV$2:$CV$10 where $CV$2:$CV$11 belongs",
        ),
        # Operators and signs.
        ("CT4", "CS4-$CS$13", "CS4", "the maximum is not subtracted"),
        ("CT4", "CS4-$CS$13", "CS4-$CS$13-1", "1 is subtracted"),
        ("CT4", "CS4-$CS$13", "CS4+$CS$13", "`+` where `-` belongs"),
        ("CT4", "CS4-$CS$13", "CS4*$CS$13", "`*` where `-` belongs"),
        ("CT4", "CS4-$CS$13", "$CS$13-CS4", "the sign is turned"),
        ("CU9", "EXP(CT9)", "EXP(-CT9)", "the sign is turned"),
        ("P2", CONV1, f"-{CONV1}", "the sign is turned"),
        ("AL2", CONV2, CONV2.replace("+", "-"), "`-` where `+` belongs"),
        ("CV4", "CU4/$CU$13", "CU4*$CU$13", "`*` where `/` belongs"),
        ("CV4", "CU4/$CU$13", "CU4-$CU$13", "`-` where `/` belongs"),
        ("CV4", "CU4/$CU$13", "CU4", "it is not divided by the total"),
        ("P2", CONV1, f"2*{CONV1}", "it is multiplied by 2"),
        ("P2", CONV1, "SUMPRODUCT(A2:C4)", "it is not multiplied by filter 1/1 of conv1"),
        ("CR17", CHECK, CHECK.replace("<", ">"), "`>` where `<` belongs"),
        ("CR15", ANSWER, ANSWER.replace('&".")', ")"), '"." is not appended'),
        # Products.
        (
            "AL2",
            CONV2,
            "SUMPRODUCT(Y2:AA4,$AH$2:$AJ$4)",
            "one product is missing: relu1_2 with filter 1/2 of conv2",
        ),
        (
            "CS9",
            DENSE7,
            "SUMPRODUCT($CF$2:$CH$4,$AZ$2:$BB$4)",
            "one product is missing: the weights of digit 7 for map 2 with pool1_2",
        ),
        ("P2", CONV1, f"{CONV1}+{CONV1}", "one product too many: the input with filter 1/1 of conv1"),
        (
            "P2",
            CONV1,
            "SUMPRODUCT(A2:C4,$L$2:$N$4)+B2*M2+C2*N2",
            "two products too many: B2 with M2, C2 with N2",
        ),
        # Constants, references and arguments.
        ("Y2", "MAX(0,P2)", "MAX(0,0.25)", "a number instead of a reference: 0.25 where P2 belongs"),
        ("Y2", "MAX(0,P2)", "MAX(0,-0.25)", "a number instead of a reference: -0.25 where P2 belongs"),
        ("Y2", "MAX(0,P2)", 'MAX(0,"P2")', 'a text instead of a reference: "P2" where P2 belongs'),
        ("Y2", "MAX(0,P2)", "MAX(L2,P2)", "reads L2 where the number 0 belongs"),
        ("Y2", "MAX(0,P2)", "MAX(1,P2)", "1 where 0 belongs"),
        ("Y2", "MAX(0,P2)", "MAX(0,leak)", "the name leak where P2 belongs"),
        ("Y2", "MAX(0,P2)", "MAX(0,P2,Q2)", "MAX has an argument too many: Q2"),
        ("CR15", ANSWER, ANSWER.replace(",0))", "))"), "MATCH lacks an argument: 0"),
        ("CR15", ANSWER, ANSWER.replace("I read a", "I see a"), '"I see a " where "I read a " belongs'),
        # References that lead nowhere, or elsewhere.
        ("Y2", "MAX(0,P2)", "MAX(0,Y2)", "reads its own cell: a circular reference"),
        (
            "Y2",
            "MAX(0,P2)",
            "MAX(0,#REF!)",
            "the reference is lost (#REF!): a row or column that it read was deleted",
        ),
        ("Y2", "MAX(0,P2)", "MAX(0,'My copy'!P2)", "reads the sheet My copy: 'My copy'!P2 where P2 belongs"),
        ("Y2", "MAX(0,P2)", "MAX(0,network!P3)", "the reference is shifted by one row: P3 where P2 belongs"),
        # What no rule knows.
        ("P2", CONV1, "SUM(A2:C4)+7*COUNT(L2:N4)", SOMETHING_ELSE),
        ("P2", CONV1, "PI()/4", SOMETHING_ELSE),
        ("P2", CONV1, "SUMPRODUCT(A2:C4,", SOMETHING_ELSE),
    ],
)
def test_a_fault_is_named(cell, expected, found, sentence):
    assert said(cell, expected, found) == sentence


ORDINARY = (
    "an ordinary formula where an array formula belongs: "
    "Excel 365 puts an @ before the range and older ones take one cell of it"
)


def test_how_a_formula_was_entered_is_named():
    assert said("P2", FUSED, FUSED) == ORDINARY
    assert said("P2", FUSED, FUSED.replace("A2", "$A2")) == ORDINARY
    assert said("P2", CONV1, "SUM(A2:C4*$L$2:$N$4)") == ORDINARY
    assert said("P2", CONV1, f"{CONV1}+SUM(-A2:C4)") == ORDINARY
    assert said("Y2", "MAX(0,P2)", "MAX(0,P2)", array=True) == (
        "entered as an array formula where an ordinary one belongs"
    )


def test_a_fault_in_an_array_formula_is_named():
    wrong = {
        "MAX(0,SUM(A2:D4*$L$2:$N$4))": "the window is one column too wide: A2:D4 where A2:C4 belongs",
        "MAX(0,SUM(A2:C4+$L$2:$N$4))": "`+` where `*` belongs",
        "MAX(0,SUM(A2:C4,$L$2:$N$4))": "`,` where `*` belongs",
        "SUM(A2:C4*$L$2:$N$4)": "ReLU is missing",
    }
    assert {found: said("P2", FUSED, found, array=True) for found in wrong} == wrong


def test_a_max_pool_drawn_in_place_knows_its_stride():
    in_place = layout_from_template(
        NETWORK, "Network", {"relu2_1": parse_range("A2:F7"), "pool1_1": parse_range("H2:L6")}
    )
    (pool,) = (region for region in in_place.regions if region.name == "pool1_1")
    place = Place(pool, parse_a1("J2"), Vocabulary(NETWORK, in_place))
    assert pool.step == 2
    assert diagnose("MAX(C2:D3)", "MAX(B2:C3)", place=place) == (
        "stride 1 where 2 belongs: the window begins at B2 where C2 belongs"
    )


def test_networks_of_other_shapes_are_called_by_their_own_names():
    colours = Network((3, 4, 4), (Conv(1, 3), Dense(5), Dense(2), Softmax()), ("cat", "dog"))
    layout = layout_from_template(
        colours,
        "Network",
        {
            "input_2": parse_range("A7:D10"),
            "dense1_weights_4_1": parse_range("F2:G3"),
            "dense2": parse_range("I2:I3"),
        }
        | {"dense2_weights_1_1": parse_range("K2:K6")},
    )
    words = Vocabulary(colours, layout)
    assert words.name("Network", parse_range("B7:D9")) == "channel 2 of the input"
    assert words.name("Network", parse_range("F2:G3")) == "the weights of output 4 of dense1"
    assert words.name("Network", parse_range("I3")) == "the score of dog"
    assert words.name("Network", parse_range("K2:K6")) == "the weights of dog"
    assert words.name("Network", parse_range("XX1:XX2")) is None
    assert words.name("Elsewhere", parse_range("I3")) is None


def test_a_network_without_classes_has_no_scores():
    maps = Network((1, 4, 4), (Conv(1, 3), Dense(1)), ())
    words = Vocabulary(
        maps, layout_from_template(maps, "Network", {"dense1_weights_0_1": parse_range("F2:G3")})
    )
    assert words.name("Network", parse_range("F2:G3")) == "the weights of output 0 of dense1"


def test_a_formula_of_thousands_of_operators_is_read():
    for operator in "+-*/&^=":
        assert said("P2", CONV1, operator.join(["1"] * 4_000))
    nested = "A1"
    for _ in range(MAX_NESTING):
        nested = f"({nested}^1*1+1&1=1)"
    assert parse(nested)
    assert said("P2", nested.replace("A1", "B1"), nested) == (
        "the reference is shifted by one column: A1 where B1 belongs"
    )


numbers = st.integers(0, 30)


@st.composite
def references(draw):
    marks = [draw(st.sampled_from(["", "$"])) for _ in range(4)]
    left, top, right, bottom = (draw(st.integers(0, 110)), *(draw(numbers) for _ in range(3)))
    first = f"{marks[0]}{column_letters(left)}{marks[1]}{top + 1}"
    last = f"{marks[2]}{column_letters(left + right)}{marks[3]}{bottom + 1}"
    sheet = draw(st.sampled_from(["", "", "", "Network!", "'a\nb'!"]))
    return f"{sheet}{first}" + draw(st.sampled_from(["", f":{last}"]))


leaves = st.one_of(
    references(),
    references(),
    st.sampled_from(["0", "1.5", '"a\n""b"', "TRUE", "#REF!", "#N/A", "leak", "{1,2;3,4}", "A:B", "2:3"]),
)
formulas = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(
            st.sampled_from(["SUMPRODUCT", "SUM", "MAX", "EXP", "IF", "ABS"]), st.lists(inner, max_size=3)
        ).map(lambda call: f"{call[0]}({','.join(call[1])})"),
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "^", "&", "=", "<>"]), inner).map("".join),
        inner.map("({})".format),
        inner.map("-{}".format),
        inner.map("{}%".format),
    ),
    max_leaves=8,
)
belonging = st.sampled_from(
    [
        ("P2", CONV1),
        ("AL2", CONV2),
        ("Y2", "MAX(0,P2)"),
        ("BA2", "MAX(AU2:AV3)"),
        ("CS9", DENSE7),
        ("CT4", "CS4-$CS$13"),
        ("CU13", "SUM($CU$2:$CU$11)"),
        ("CR15", ANSWER),
    ]
)


@given(belonging, formulas, st.booleans())
def test_whatever_stands_there_gets_one_line(belongs, found, array):
    sentence = said(*belongs, found, array=array)
    assert sentence
    assert sentence.isprintable()


@given(formulas, formulas, st.booleans())
def test_whatever_belongs_there_too(expected, found, array):
    assert said("P2", expected, found, array=array).isprintable()
