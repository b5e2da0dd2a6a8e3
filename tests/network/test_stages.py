"""Every stage by itself: numbers and formulas worked by hand, gradients against finite differences."""

from __future__ import annotations

import ast
import math
from pathlib import Path

import numpy as np
import pytest

import sheetcnn.network.stages
from sheetcnn.excel.region import Region
from sheetcnn.network.stages import NO_WEIGHTS, STAGES, Position, Refs, ShapeError
from sheetcnn.network.stages.avgpool import AveragePool
from sheetcnn.network.stages.bias import joined
from sheetcnn.network.stages.conv import Conv
from sheetcnn.network.stages.convrelu import ConvReLU
from sheetcnn.network.stages.dense import Dense
from sheetcnn.network.stages.dropout import Dropout
from sheetcnn.network.stages.flatten import Flatten
from sheetcnn.network.stages.leakyrelu import LeakyReLU
from sheetcnn.network.stages.maxpool import MaxPool
from sheetcnn.network.stages.relu import ReLU
from sheetcnn.network.stages.sigmoid import Sigmoid
from sheetcnn.network.stages.softmax import Softmax
from sheetcnn.network.stages.tanh import Tanh

COUNTING = np.arange(1.0, 17).reshape(1, 4, 4)
LOPSIDED = np.array([[[[1.0, 2], [0, -1]]]])  # no symmetry: a flipped or turned kernel shows
NOTHING = (NO_WEIGHTS,)
ACTIVATIONS = (ReLU(), LeakyReLU(), Tanh(), Sigmoid(), Dropout())


def refs(inputs, weights=(), parts=None, sheet="Network"):
    return Refs(sheet, inputs, weights, parts or {})


def region(top, left, rows, columns, *, sheet="Network", step=1):
    return Region("region", sheet, top, left, rows, columns, step)


# What they compute


def test_conv_slides_the_kernel_unflipped():
    # Top left: 1*1 + 2*2 + 5*0 - 6 = -1. One step to the right adds 1 + 2 - 1 = 2, one down four times that.
    assert Conv(1, 2).compute(COUNTING, LOPSIDED).tolist() == [[[-1, 1, 3], [7, 9, 11], [15, 17, 19]]]


def test_conv_with_stride_2_takes_every_second_stop():
    assert Conv(1, 2, stride=2).compute(COUNTING, LOPSIDED).tolist() == [[[-1, 3], [15, 19]]]


def test_padding_surrounds_the_map_with_zeros():
    # The map 1 2 / 3 4 under the kernel 1 2 / 0 -1, one row and column of zeros around it: window by window,
    # top left 0*1 + 0*2 + 0*0 - 1, then -2, then 0; middle row 0*1 + 1*2 - 3, 1 + 4 - 4, 2; below 6, 3 + 8, 4.
    x = np.array([[[1.0, 2], [3, 4]]])
    assert Conv(1, 2, padding=1).compute(x, LOPSIDED).tolist() == [[[-1, -2, 0], [-1, 1, 2], [6, 11, 4]]]


def test_same_padding_keeps_the_size_and_puts_an_odd_zero_behind():
    # The windows of the test above that begin on the map.
    x = np.array([[[1.0, 2], [3, 4]]])
    assert Conv(1, 2, padding="same").compute(x, LOPSIDED).tolist() == [[[1, 2], [11, 4]]]


def test_same_padding_with_a_stride_makes_as_many_windows_as_keras():
    # Five values under a kernel of ones three wide, every second: the first window begins one before the map.
    x, ones = np.array([[[1.0, 2, 4, 8, 16]] * 5]), np.ones((1, 1, 3, 3))
    found = Conv(1, 3, stride=2, padding="same").compute(x, ones)
    assert found.tolist() == [[[6, 28, 48], [9, 42, 72], [6, 28, 48]]]


def test_conv_adds_up_the_channels_of_each_filter():
    x = np.array([[[1.0, 2]], [[10, 20]]])  # two maps of 1 x 2, and 1 x 1 kernels
    weights = np.array([[[[1.0]], [[2]]], [[[3]], [[-1]]]])
    # Filter 1: 1*1 + 2*10, 1*2 + 2*20. Filter 2: 3*1 - 10, 3*2 - 20.
    assert Conv(2, 1).compute(x, weights).tolist() == [[[21, 42]], [[-7, -14]]]


def test_relu_cuts_off_below_zero():
    assert ReLU().compute(np.array([-2.5, -0.0, 0, 3]), *NOTHING).tolist() == [0, 0, 0, 3]


def test_maxpool_takes_the_largest_of_each_window():
    x = np.array([[[1.0, 9, 2, 3], [4, 5, 8, 0], [-1, -2, 7, 7], [-3, -4, 7, 7]]])
    assert MaxPool(2).compute(x, *NOTHING).tolist() == [[[9, 8], [-1, 7]]]


def test_maxpool_leaves_out_the_rest_that_no_window_covers():
    x = np.array([[[1.0, 2, 99], [3, 4, 99], [99, 99, 99]]])
    assert MaxPool(2).compute(x, *NOTHING).tolist() == [[[4]]]


def test_biases_are_the_last_column_and_are_added_once():
    """The filter 1 2 / 0 -1 over 1 2 / 3 4 gives 1 + 4 - 4 = 1; all weights 1 give 10."""
    x = np.array([[[1.0, 2], [3, 4]]])
    conv = Conv(2, 2, bias=True).compute(x, np.array([[1.0, 2, 0, -1, 100], [1, 1, 1, 1, -3]]))
    assert conv.tolist() == [[[101]], [[7]]]
    dense = Dense(2, bias=True).compute(x, np.array([[1.0, 2, 0, -1, 100], [1, 1, 1, 1, -3]]))
    assert dense.tolist() == [101, 7]


def test_windows_of_a_pool_overlap_where_its_stride_says_so():
    x = np.array([[[1.0, 5, 2], [0, 3, 4], [7, 6, 8]]])
    assert MaxPool(2, stride=1).compute(x, NO_WEIGHTS).tolist() == [[[5, 5], [7, 8]]]
    assert AveragePool(2, stride=1).compute(x, NO_WEIGHTS).tolist() == [[[2.25, 3.5], [4, 5.25]]]


def test_avgpool_takes_the_mean_of_each_window():
    x = np.array([[[1.0, 2, 9], [3, 6, 9]]])
    assert AveragePool(2).compute(x, NO_WEIGHTS).tolist() == [[[3]]]


def test_activations_by_published_values():
    """Abramowitz and Stegun (1964), table 4.15: tanh 1 = 0.76159 41560; 1 / (1 + e^-1) by bc -l."""
    x = np.array([-2.0, 0, 1])
    assert Tanh().compute(x, NO_WEIGHTS).tolist()[1:] == pytest.approx([0, 0.7615941560])
    assert Sigmoid().compute(x, NO_WEIGHTS).tolist()[1:] == pytest.approx([0.5, 0.73105857863])
    assert LeakyReLU().compute(x, NO_WEIGHTS).tolist() == [-0.02, 0, 1]
    assert Dropout().compute(x, NO_WEIGHTS).tolist() == [-2, 0, 1]


def test_sigmoid_bears_numbers_that_exp_does_not():
    assert Sigmoid().compute(np.array([-800.0, 800]), NO_WEIGHTS).tolist() == [0, 1]


def test_flatten_goes_map_by_map_and_row_by_row():
    x = np.array([[[1.0, 2], [3, 4]], [[5, 6], [7, 8]]])
    assert Flatten().compute(x, NO_WEIGHTS).tolist() == [1, 2, 3, 4, 5, 6, 7, 8]


def test_dense_weighs_every_value_of_every_map():
    x = np.array([[[1.0, 2], [3, 4]], [[5, 6], [7, 8]]])
    weights = np.array([[[[1.0, 0], [0, -1]], [[0, 2], [0, 0]]], [[[0, 0], [0, 0]], [[1, 1], [1, 1]]]])
    # 1 - 4 + 2*6 = 9, and 5 + 6 + 7 + 8 = 26.
    assert Dense(2).compute(x, weights).tolist() == [9, 26]


def test_softmax_shows_each_step():
    # exp(ln 2 - ln 4) = 1/2, exp(0) = 1, twice exp(ln 1 - ln 4) = 1/4; they add up to 2.
    steps = Softmax().steps(np.log([2.0, 4, 1, 1]), NO_WEIGHTS)
    assert list(steps) == ["maximum", "shifted", "exponentials", "total", "probabilities"]
    assert steps["maximum"] == math.log(4)
    np.testing.assert_allclose(steps["shifted"], [-math.log(2), 0, -2 * math.log(2), -2 * math.log(2)])
    np.testing.assert_allclose(steps["exponentials"], [0.5, 1, 0.25, 0.25])
    np.testing.assert_allclose(steps["total"], 2)
    np.testing.assert_allclose(steps["probabilities"], [0.25, 0.5, 0.125, 0.125])


def test_softmax_bears_scores_that_exp_does_not():
    assert Softmax().compute(np.array([1000.0, 1000, -1000]), *NOTHING).tolist() == [0.5, 0.5, 0]


@pytest.mark.parametrize(
    ("stage", "shape", "weight_shape"),
    [
        (Conv(3, 2), (2, 5, 6), (3, 2, 2, 2)),
        (ConvReLU(3, 2), (2, 5, 6), (3, 2, 2, 2)),
        (Conv(2, 3, stride=2), (1, 8, 6), (2, 1, 3, 3)),
        (Conv(3, 2, bias=True), (2, 5, 6), (3, 9)),
        (Conv(3, 3, padding="same"), (2, 5, 6), (3, 2, 3, 3)),
        (Dense(4, bias=True), (2, 3, 3), (4, 19)),
        (Dense(4, bias=True), (5,), (4, 6)),
        *((stage, (2, 3, 3), (0,)) for stage in ACTIVATIONS),
        (MaxPool(2), (2, 5, 4), (0,)),
        (AveragePool(3, stride=1), (2, 5, 4), (0,)),
        (Flatten(), (2, 3, 4), (0,)),
        (Dense(4), (2, 3, 3), (4, 2, 3, 3)),
        (Softmax(), (5,), (0,)),
    ],
)
def test_a_batch_is_its_images_side_by_side(stage, shape, weight_shape):
    rng = np.random.default_rng(1)
    x, weights = rng.normal(size=(*shape, 3)), rng.normal(size=weight_shape)
    together = stage.compute(x, weights)
    assert together.shape == (*stage.out_shape(shape), 3)
    for image in range(3):
        np.testing.assert_allclose(together[..., image], stage.compute(x[..., image], weights), rtol=1e-12)


# Their shapes


@pytest.mark.parametrize(
    ("stage", "in_shape", "out_shape"),
    [
        (Conv(2, 3), (1, 28, 28), (2, 26, 26)),
        (Conv(16, 5), (6, 14, 14), (16, 10, 10)),
        (Conv(4, 3, stride=2), (1, 28, 27), (4, 13, 13)),
        (Conv(1, 4), (3, 4, 4), (1, 1, 1)),
        (Conv(6, 5, padding=2), (1, 28, 28), (6, 28, 28)),
        (Conv(6, 5, padding="same"), (1, 28, 28), (6, 28, 28)),
        (Conv(6, 3, stride=2, padding=1), (3, 224, 225), (6, 112, 113)),
        (Conv(6, 3, stride=2, padding="same"), (3, 224, 225), (6, 112, 113)),
        (Conv(1, 5, padding="same"), (1, 2, 1), (1, 2, 1)),
        (ReLU(), (2, 26, 26), (2, 26, 26)),
        (MaxPool(2), (2, 24, 24), (2, 12, 12)),
        (MaxPool(3), (2, 8, 11), (2, 2, 3)),
        (MaxPool(3, stride=2), (2, 8, 11), (2, 3, 5)),
        (AveragePool(2), (2, 5, 4), (2, 2, 2)),
        (Tanh(), (84,), (84,)),
        (Flatten(), (16, 5, 5), (400,)),
        (Dense(10), (2, 12, 12), (10,)),
        (Dense(84), (120,), (84,)),
        (Softmax(), (10,), (10,)),
    ],
)
def test_out_shape(stage, in_shape, out_shape):
    assert stage.out_shape(in_shape) == out_shape


@pytest.mark.parametrize(
    ("stage", "in_shape", "says"),
    [
        (Conv(1, 3), (1, 2, 5), "a 3x3 kernel does not fit on 2x5"),
        (Conv(1, 3, padding=3), (1, 9, 9), "with a padding of 3, a 3x3 kernel sees nothing but zeros"),
        (Conv(1, 4, padding=1), (1, 1, 5), "a 4x4 kernel does not fit on 1x5"),
        (Conv(1, 3), (10,), r"conv takes \(channels, height, width\), but here comes \(10,\)"),
        (MaxPool(2), (1, 5, 1), "a 2x2 window does not fit on 5x1"),
        (Flatten(), (10,), r"flatten takes \(channels, height, width\)"),
        (AveragePool(3), (1, 2, 5), "a 3x3 window does not fit on 2x5"),
        (MaxPool(2), (10,), r"maxpool takes \(channels, height, width\)"),
        (Softmax(), (1, 2, 2), "softmax takes a row of scores"),
    ],
)
def test_an_input_that_does_not_fit_is_refused(stage, in_shape, says):
    with pytest.raises(ShapeError, match=says):
        stage.out_shape(in_shape)


@pytest.mark.parametrize(
    ("stage", "in_shape", "weight_shape"),
    [
        (Conv(2, 3), (1, 28, 28), (2, 1, 3, 3)),
        (Conv(16, 5), (6, 14, 14), (16, 6, 5, 5)),
        (Dense(10), (2, 12, 12), (10, 2, 12, 12)),
        (ReLU(), (2, 26, 26), None),
        (MaxPool(2), (2, 24, 24), None),
        (Softmax(), (10,), None),
    ],
)
def test_weight_shape(stage, in_shape, weight_shape):
    assert stage.weight_shape(in_shape) == weight_shape


def test_every_stage_shows_parts_of_the_shapes_that_it_promises():
    for stage in (ReLU(), MaxPool(2)):
        assert stage.parts((2, 4, 4)) == {"": stage.out_shape((2, 4, 4))}
    promised = Softmax().parts((3,))
    found = Softmax().steps(np.array([1.0, 2, 3]), NO_WEIGHTS)
    assert promised == {name: part.shape for name, part in found.items()}


def test_stages_are_listed_by_the_word_that_templates_use():
    assert list(STAGES) == [
        *("conv", "convrelu", "relu", "leakyrelu", "tanh", "sigmoid", "maxpool", "avgpool"),
        *("dropout", "flatten", "dense", "softmax"),
    ]


# How Excel spells them: the cells of the published fast.ai workbook, where it is right


def test_conv_and_relu_in_one_cell_by_hand():
    # The convolution gives -1 1 3 / 7 9 11 / 15 17 19 (above); what is negative becomes 0.
    assert ConvReLU(1, 2).compute(COUNTING, LOPSIDED).tolist() == [[[0, 1, 3], [7, 9, 11], [15, 17, 19]]]


def test_conv_and_relu_are_spelled_as_in_the_published_workbook():
    inputs = [Region("a", "s", 2, 33, 26, 26), Region("b", "s", 31, 33, 26, 26)]
    weights = [[Region("c", "s", 10, 60, 3, 3), Region("d", "s", 14, 60, 3, 3)]]
    text = "MAX(0,SUM(AH3:AJ5*$BI$11:$BK$13)+SUM(AH32:AJ34*$BI$15:$BK$17))"
    assert ConvReLU(1, 3).formula(Position("", 0, 0, 0), Refs("s", inputs, weights, {})) == text
    assert ConvReLU.array


def test_conv_formula_of_one_channel():
    # Its cell AH3 reads A2:C4 and the filter AD11:AF13.
    at_network = refs([region(1, 0, 28, 28)], [[region(10, 29, 3, 3)]])
    assert Conv(2, 3).formula(Position("", 0, 0, 0), at_network) == "SUMPRODUCT(A2:C4,$AD$11:$AF$13)"
    assert Conv(2, 3).formula(Position("", 0, 25, 1), at_network) == "SUMPRODUCT(B27:D29,$AD$11:$AF$13)"


def test_conv_formula_of_two_channels_and_the_second_filter():
    # Its cell BM33 reads AH3:AJ5 and AH32:AJ34, with the filter slices BI38:BK40 and BI42:BK44.
    first, second = [region(10, 60, 3, 3), region(14, 60, 3, 3)], [region(37, 60, 3, 3), region(41, 60, 3, 3)]
    at_network = refs([region(2, 33, 26, 26), region(31, 33, 26, 26)], [first, second])
    assert (
        Conv(2, 3).formula(Position("", 1, 0, 0), at_network)
        == "SUMPRODUCT(AH3:AJ5,$BI$38:$BK$40)+SUMPRODUCT(AH32:AJ34,$BI$42:$BK$44)"
    )


def test_conv_formula_with_stride_2_moves_by_two_cells():
    at_network = refs([region(0, 0, 7, 7)], [[region(0, 9, 3, 3)]])
    assert Conv(1, 3, stride=2).formula(Position("", 0, 1, 2), at_network) == "SUMPRODUCT(E3:G5,$J$1:$L$3)"


def test_a_formula_names_the_sheet_of_what_lies_on_another():
    weights = region(0, 0, 3, 3, sheet="Its weights")
    at_network = refs([region(0, 0, 5, 5)], [[weights]])
    assert (
        Conv(1, 3).formula(Position("", 0, 0, 0), at_network) == "SUMPRODUCT(A1:C3,'Its weights'!$A$1:$C$3)"
    )


def test_conv_formula_with_padding_leaves_out_what_lies_beyond_the_edge():
    # A map of 5x5 in C3:G7, a kernel of 3x3 in J1:L3, padded by one.
    at_network = refs([region(2, 2, 5, 5)], [[region(0, 9, 3, 3)]])
    texts = {
        place: Conv(1, 3, padding=1).formula(Position("", 0, *place), at_network)
        for place in [(0, 0), (0, 2), (2, 0), (2, 2), (4, 3), (4, 4)]
    }
    assert texts == {
        (0, 0): "SUMPRODUCT(C3:D4,$K$2:$L$3)",
        (0, 2): "SUMPRODUCT(D3:F4,$J$2:$L$3)",
        (2, 0): "SUMPRODUCT(C4:D6,$K$1:$L$3)",
        (2, 2): "SUMPRODUCT(D4:F6,$J$1:$L$3)",
        (4, 3): "SUMPRODUCT(E6:G7,$J$1:$L$2)",
        (4, 4): "SUMPRODUCT(F6:G7,$J$1:$K$2)",
    }


def test_relu_formula():
    at_network = refs([region(1, 33, 26, 26), region(30, 33, 26, 26)])
    assert ReLU().formula(Position("", 1, 2, 3), at_network) == "MAX(0,AK33)"


def test_maxpool_formula():
    # The workbook's cell CM4 is MAX(BM4:BN5); the next window to the right is BO4:BP5.
    at_network = refs([region(3, 64, 24, 24)])
    assert MaxPool(2).formula(Position("", 0, 0, 0), at_network) == "MAX(BM4:BN5)"
    assert MaxPool(2).formula(Position("", 0, 0, 1), at_network) == "MAX(BO4:BP5)"
    assert MaxPool(2).formula(Position("", 0, 11, 0), at_network) == "MAX(BM26:BN27)"


@pytest.mark.parametrize(
    ("stage", "formula"),
    [
        (LeakyReLU(), "MAX(D4,0.01*D4)"),
        (Tanh(), "TANH(D4)"),
        (Sigmoid(), "(1+TANH(D4/2))/2"),
        (Dropout(), "D4"),
        (AveragePool(3), "SUM(H8:J10)/9"),
        (AveragePool(2, stride=1), "SUM(D4:E5)/4"),
        (MaxPool(3, stride=1), "MAX(D4:F6)"),
    ],
    ids=str,
)
def test_formulas_of_one_map(stage, formula):
    """The cell in row 2, column 2, counted from 0, of a map whose input begins at B2."""
    assert stage.formula(Position("", 0, 2, 2), refs([region(1, 1, 9, 9)])) == formula


@pytest.mark.parametrize(
    ("place", "formula"), [(0, "B2"), (2, "D2"), (3, "B3"), (5, "D3"), (6, "B6"), (11, "D7")]
)
def test_flatten_formula(place, formula):
    maps = [region(1, 1, 2, 3), region(5, 1, 2, 3)]
    assert Flatten().formula(Position("", 0, place, 0), refs(maps)) == formula


def test_formulas_with_a_bias():
    source, kernel, bias = region(0, 0, 4, 4), region(0, 6, 3, 3), region(3, 6, 1, 1)
    biased = refs([source], [[kernel, bias]])
    assert Conv(1, 3, bias=True).formula(Position("", 0, 1, 0), biased) == "SUMPRODUCT(A2:C4,$G$1:$I$3)+$G$4"
    assert (
        ConvReLU(1, 3, bias=True).formula(Position("", 0, 0, 0), biased) == "MAX(0,SUM(A1:C3*$G$1:$I$3)+$G$4)"
    )
    whole = refs([region(0, 0, 3, 3)], [[kernel, bias]])
    assert Dense(1, bias=True).formula(Position("", 0, 0, 0), whole) == "SUMPRODUCT($G$1:$I$3,$A$1:$C$3)+$G$4"


def test_dense_formula():
    # As its cell EN4, over a pool of 12 columns drawn in place: every second cell, CM4 to DI26.
    pools = [region(3, 90, 12, 12, step=2), region(32, 90, 12, 12, step=2)]
    first = [region(3, 117, 12, 12, step=2), region(32, 117, 12, 12, step=2)]
    second = [region(61, 117, 12, 12, step=2), region(90, 117, 12, 12, step=2)]
    at_network = refs(pools, [first, second])
    assert (
        Dense(2).formula(Position("", 0, 0, 0), at_network)
        == "SUMPRODUCT($DN$4:$EJ$26,$CM$4:$DI$26)+SUMPRODUCT($DN$33:$EJ$55,$CM$33:$DI$55)"
    )
    assert (
        Dense(2).formula(Position("", 0, 1, 0), at_network)
        == "SUMPRODUCT($DN$62:$EJ$84,$CM$4:$DI$26)+SUMPRODUCT($DN$91:$EJ$113,$CM$33:$DI$55)"
    )


@pytest.mark.parametrize(
    ("part", "formula"),
    [
        ("maximum", "MAX($A$1:$A$10)"),
        ("shifted", "A3-$C$1"),
        ("exponentials", "EXP(D3)"),
        ("total", "SUM($E$1:$E$10)"),
        ("probabilities", "E3/$F$1"),
    ],
)
def test_softmax_formula(part, formula):
    parts = {
        "maximum": [region(0, 2, 1, 1)],
        "shifted": [region(0, 3, 10, 1)],
        "exponentials": [region(0, 4, 10, 1)],
        "total": [region(0, 5, 1, 1)],
        "probabilities": [region(0, 6, 10, 1)],
    }
    assert Softmax().formula(Position(part, 0, 2, 0), refs([region(0, 0, 10, 1)], parts=parts)) == formula


@pytest.mark.parametrize("kind", [*sorted(STAGES), "activation", "pool"])
def test_neither_face_of_a_stage_calls_the_other(kind):
    source = (Path(sheetcnn.network.stages.__file__).parent / f"{kind}.py").read_text(encoding="utf-8")
    (stage,) = (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef))
    called = {
        method.name: {
            node.attr
            for node in ast.walk(method)
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self"
        }
        for method in stage.body
        if isinstance(method, ast.FunctionDef)
    }
    in_numpy = {"compute", "part", "steps", "gradients", "function", "slope", "windows", "places"}
    in_excel = {"formula", "spelled", "range"}
    for name, names in called.items():
        assert not names & (in_numpy if name in in_excel else in_excel), name


# Their gradients


def test_conv_gradients_by_hand():
    x, weights, upstream = np.array([[[1.0, 2, 3]]]), np.array([[[[5.0]]]]), np.array([[[10.0, 20, 30]]])
    d_x, d_weights = Conv(1, 1).gradients(x, weights, upstream)
    assert d_x.tolist() == [[[50, 100, 150]]]
    assert d_weights.tolist() == [[[[140]]]]  # 1*10 + 2*20 + 3*30


def test_relu_lets_through_only_above_zero():
    d_x, none = ReLU().gradients(np.array([-1.0, 0, 2]), NO_WEIGHTS, np.array([5.0, 6, 7]))
    assert d_x.tolist() == [0, 0, 7]
    assert none is None


def test_maxpool_gives_the_gradient_of_a_tie_to_the_first_in_row_order():
    # PyTorch's rule. The third row belongs to no window.
    x = np.array([[[1.0, 4], [4, 4], [9, 9]]])
    d_x, none = MaxPool(2).gradients(x, NO_WEIGHTS, np.array([[[7.0]]]))
    assert d_x.tolist() == [[[0, 7], [0, 0], [0, 0]]]
    assert none is None


def test_dense_gradients_by_hand():
    x, weights = np.array([1.0, 2]), np.array([[3.0, 4], [5, 6]])
    d_x, d_weights = Dense(2).gradients(x, weights, np.array([10.0, 100]))
    assert d_x.tolist() == [530, 640]  # 3*10 + 5*100, 4*10 + 6*100
    assert d_weights.tolist() == [[10, 20], [100, 200]]


def difference(loss, at, step=1e-6):
    """Return the gradient of a loss by central differences, one value at a time."""
    gradient = np.zeros_like(at)
    for place in np.ndindex(at.shape):
        move = np.zeros_like(at)
        move[place] = step
        gradient[place] = (loss(at + move) - loss(at - move)) / (2 * step)
    return gradient


@pytest.mark.parametrize("batch", [(), (3,)], ids=["one image", "a batch"])
@pytest.mark.parametrize(
    ("stage", "in_shape"),
    [
        (Conv(2, 3), (1, 5, 6)),
        (ConvReLU(2, 3), (2, 5, 6)),
        (Conv(3, 2), (2, 4, 3)),
        (Conv(2, 3, stride=2), (2, 7, 6)),
        (Conv(1, 2, stride=3), (1, 6, 7)),
        (Conv(2, 3, stride=2, bias=True), (2, 7, 6)),
        (Conv(2, 3, padding=1, bias=True), (2, 4, 3)),
        (Conv(2, 4, stride=2, padding="same"), (1, 5, 6)),
        (ConvReLU(2, 3, padding="same", bias=True), (1, 4, 4)),
        (ConvReLU(2, 3, bias=True), (2, 5, 6)),
        (Dense(3, bias=True), (2, 2, 3)),
        (Dense(3, bias=True), (4,)),
        *((stage, (2, 3, 4)) for stage in ACTIVATIONS),
        (Tanh(), (5,)),
        (MaxPool(2), (2, 4, 5)),
        (MaxPool(3, stride=1), (2, 4, 5)),
        (AveragePool(2), (2, 4, 5)),
        (AveragePool(3, stride=2), (1, 7, 6)),
        (Flatten(), (2, 3, 2)),
        (MaxPool(3), (1, 7, 6)),
        (Dense(3), (2, 2, 3)),
        (Dense(3), (4,)),
        (Softmax(), (4,)),
    ],
    ids=str,
)
def test_gradients_agree_with_finite_differences(stage, in_shape, batch):
    rng = np.random.default_rng(7)
    x = rng.normal(size=in_shape + batch)  # dense random numbers: no ties, and none near ReLU's kink
    weights = rng.normal(size=stage.weight_shape(in_shape) or (0,))
    upstream = rng.normal(size=stage.out_shape(in_shape) + batch)
    d_x, d_weights = stage.gradients(x, weights, upstream)
    expected_d_x = difference(lambda moved: (stage.compute(moved, weights) * upstream).sum(), x)
    np.testing.assert_allclose(d_x, expected_d_x, atol=1e-7)
    if weights.size:
        expected = difference(lambda moved: (stage.compute(x, moved) * upstream).sum(), weights)
        np.testing.assert_allclose(d_weights, expected, atol=1e-7)


# Another program


@pytest.mark.filterwarnings(
    "ignore:Using padding='same' with even kernel lengths"
)  # it only costs PyTorch a copy
@pytest.mark.parametrize(
    ("stage", "in_shape"),
    [
        (Conv(2, 3), (1, 9, 8)),
        (Conv(3, 3, stride=2), (2, 9, 8)),
        (Conv(2, 5, padding=2), (3, 6, 7)),
        (Conv(2, 3, stride=2, padding=1, bias=True), (1, 8, 7)),
        (Conv(2, 4, padding="same"), (2, 6, 5)),
        (ConvReLU(2, 3, padding="same", bias=True), (2, 6, 5)),
        (MaxPool(2), (2, 5, 6)),
        (MaxPool(3, stride=2), (2, 7, 6)),
        (MaxPool(2, stride=3), (1, 8, 7)),
        (AveragePool(3, stride=2), (2, 7, 6)),
        (ReLU(), (2, 3, 3)),
        (LeakyReLU(), (2, 3, 3)),
        (Tanh(), (2, 3, 3)),
        (Sigmoid(), (2, 3, 3)),
        (Flatten(), (2, 3, 4)),
        (Dense(4), (2, 3, 3)),
        (Dense(4, bias=True), (2, 3, 3)),
        (Dense(4, bias=True), (5,)),
        (Softmax(), (5,)),
    ],
    ids=str,
)
def test_pytorch_agrees(stage, in_shape):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed", exc_type=ImportError)
    functional = torch.nn.functional

    def conv(x, kernels, biases=None):
        return functional.conv2d(x, kernels, biases, stage.stride, stage.padding)

    in_torch = {
        "conv": conv,
        "convrelu": lambda *given: conv(*given).relu(),
        "maxpool": lambda x: functional.max_pool2d(x, stage.window, stage.stride),
        "avgpool": lambda x: functional.avg_pool2d(x, stage.window, stage.stride),
        "relu": torch.relu,
        "leakyrelu": functional.leaky_relu,
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "flatten": lambda x: x.flatten(1),
        "dense": lambda x, matrix, biases=None: functional.linear(x.flatten(1), matrix.flatten(1), biases),
        "softmax": lambda x: x.softmax(1),
    }[stage.kind]
    rng = np.random.default_rng(3)
    x = rng.integers(-2, 3, size=(*in_shape, 5)).astype(float)  # small whole numbers: many ties
    if stage.kind in ("relu", "leakyrelu"):
        x += 0.5  # at 0 they have no slope, and everybody makes one up
    arrays = [rng.normal(size=shape) for shape in array_shapes(stage, in_shape)]
    weights = joined(*arrays) if len(arrays) > 1 else arrays[0] if arrays else NO_WEIGHTS
    upstream = rng.normal(size=(*stage.out_shape(in_shape), 5))

    torch_x = torch.tensor(np.moveaxis(x, -1, 0).copy(), requires_grad=True)
    torch_arrays = [torch.tensor(array, requires_grad=True) for array in arrays]
    out = in_torch(torch_x, *torch_arrays)
    out.backward(torch.tensor(np.moveaxis(upstream, -1, 0).copy()))

    np.testing.assert_allclose(
        np.moveaxis(stage.compute(x, weights), -1, 0), out.detach().numpy(), atol=1e-12
    )
    d_x, d_weights = stage.gradients(x, weights, upstream)
    np.testing.assert_allclose(np.moveaxis(d_x, -1, 0), torch_x.grad.numpy(), atol=1e-12)
    if arrays:
        gradients = [array.grad.numpy() for array in torch_arrays]
        expected = joined(*gradients) if len(gradients) > 1 else gradients[0]
        np.testing.assert_allclose(d_weights, expected, atol=1e-12)


def array_shapes(stage, in_shape):
    """Return the shapes of the arrays that hold a stage's weights in a file."""
    shape = stage.kernel_shape(in_shape)
    if shape is None:
        return []
    return [shape, shape[:1]] if stage.weight_shape(in_shape) != shape else [shape]
