"""Values on many samples: what texts spell, how numbers are written, and how arrays of values are put together."""

import math

import numpy as np
import pytest

from sheetcnn.excel.cell_array import (
    BLANK,
    BOOLEAN,
    DIV0,
    ERROR,
    NA,
    NOT_COMPUTED,
    NUM,
    NUMBER,
    REF,
    TEXT,
    UNCOMPUTED,
    VALUE,
    CellArray,
    ErrorValue,
    Texts,
    aligned,
    as_numbers,
    as_truths,
    choose,
    decimal_mark,
    finite,
    fitted,
    general,
    in_words,
    joined,
    numeral,
    single,
    truth,
    under_errors,
    unless_unknown,
)


def row(*numbers):
    """Return one window of a row of numbers."""
    return CellArray(np.array(numbers, np.float64).reshape(1, 1, 1, 1, -1))


def listed(values, texts=None):
    return (texts or Texts()).unpack(values)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        (" -1.5 ", -1.5),
        ("+.5", 0.5),
        ("5.", 5),
        ("1,234,567.5", 1234567.5),
        ("$3", 3),
        ("-$3", -3),
        ("1e-3", 0.001),
        ("25%", 0.25),
        ("25 %", 0.25),
    ],
)
def test_numbers_that_texts_spell(text, number):
    assert numeral(text) == number


@pytest.mark.parametrize(
    "text", ["", " ", ".", "1,23", "1 2", "1.2.3", "0x1F", "inf", "nan", "1e", "--1", "1_000"]
)
def test_texts_that_spell_no_number(text):
    assert math.isnan(numeral(text))


def test_a_decimal_comma_is_read_and_written_until_its_end():
    with decimal_mark(","):
        assert (numeral("1.234,5"), general(0.25)) == (1234.5, "0,25")
    assert (numeral("1,234.5"), general(0.25)) == (1234.5, "0.25")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (0.1 + 0.2, "0.3"),
        (-2.5, "-2.5"),
        (1 / 3, "0.333333333333333"),
        (123456789012345678.0, "123456789012346000"),
        (1e19, "10000000000000000000"),
        (1e20, "1E+20"),
        (-1.5e300, "-1.5E+300"),
        (0.00001, "0.00001"),
        (1.5e-20, "1.5E-20"),
    ],
)
def test_numbers_as_excel_joins_them_to_texts(number, text):
    assert general(number) == text


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (True, "TRUE"), (False, "FALSE"), ("a", "a"), (2.0, "2")]
)
def test_values_in_words(value, text):
    assert in_words(value) == text


def test_only_two_texts_are_truths():
    assert [truth("True"), truth("FALSE")] == [1, 0]
    assert math.isnan(truth("yes"))


VALUES = [None, True, 2.5, "two", ErrorValue("#N/A"), ErrorValue("#SPILL!"), UNCOMPUTED]


def test_values_are_packed_by_number_and_kind_and_come_out_the_same():
    texts = Texts()
    packed = texts.pack(VALUES, (1, 1, 1, 1, 7))
    assert packed.kinds.ravel().tolist() == [BLANK, BOOLEAN, NUMBER, TEXT, ERROR, ERROR, ERROR]
    assert packed.numbers.ravel()[[0, 1, 2, 4, 6]].tolist() == [0, 1, 2.5, NA, NOT_COMPUTED]
    assert [(type(each), each) for each in listed(packed, texts)] == [(type(each), each) for each in VALUES]


def test_numbers_alone_need_no_kinds():
    assert Texts().pack([1.0, 2.0], (1, 1, 1, 1, 2)).kinds is None


def test_texts_are_kept_once_and_ranked_without_their_capitals():
    texts = Texts()
    numbers = np.array([texts.number(text) for text in ("b", "A", "B", "a", "b")], np.float64)
    assert numbers.tolist() == [0, 1, 2, 3, 0]
    assert texts.ranks(numbers).tolist() == [1, 0, 1, 0, 1]


def test_what_arithmetic_takes():
    texts = Texts()
    values = texts.pack([None, True, "1.5", "one", ErrorValue("#REF!")], (1, 1, 1, 1, 5))
    assert listed(as_numbers(values, texts)) == [0, 1, 1.5, "#VALUE!", "#REF!"]


def test_what_a_condition_takes():
    texts = Texts()
    values = texts.pack([None, 2.0, "false", "1", ErrorValue("#DIV/0!")], (1, 1, 1, 1, 5))
    assert listed(as_truths(values, texts)) == [0, 1, 0, "#VALUE!", "#DIV/0!"]


def test_one_value_is_repeated_and_what_a_window_lacks_is_na():
    column = CellArray(np.array([1.0, 2.0]).reshape(1, 1, 1, 2, 1))
    one, other = aligned(row(1, 2, 3), column)
    assert one.window == (1, 3)
    assert other.window == (2, 1)
    three, two = aligned(row(1, 2, 3), row(4, 5))
    assert (listed(three), listed(two)) == ([1, 2, 3], [4, 5, "#N/A"])


def test_a_mask_chooses_values_with_their_kinds():
    mask = np.array([True, False, True]).reshape(1, 1, 1, 1, 3)
    chosen = choose(mask, row(1, 2, 3), single(DIV0, ERROR))
    assert listed(chosen) == [1, "#DIV/0!", 3]
    assert choose(mask, row(1, 2, 3), row(4, 5, 6)).kinds is None


def test_the_error_of_the_first_argument_lies_uppermost():
    texts = Texts()
    first = texts.pack([ErrorValue("#REF!"), 1.0, 1.0], (1, 1, 1, 1, 3))
    second = texts.pack([ErrorValue("#N/A"), ErrorValue("#N/A"), 1.0], (1, 1, 1, 1, 3))
    assert listed(under_errors(row(7, 8, 9), first, second)) == ["#REF!", "#N/A", 9]


def test_what_nobody_knows_is_not_made_something_of():
    texts = Texts()
    argument = texts.pack([UNCOMPUTED, ErrorValue("#N/A"), 1.0], (1, 1, 1, 1, 3))
    assert listed(unless_unknown(row(7, 8, 9), argument)) == ["not computed", 8, 9]
    assert listed(unless_unknown(single(7), argument)) == ["not computed"]  # as one value is made of all


def test_no_cell_holds_infinity():
    assert listed(finite(np.array([1.0, np.inf, np.nan]).reshape(1, 1, 1, 1, 3))) == [1, "#NUM!", "#NUM!"]


def test_an_array_formula_fills_more_or_fewer_cells_than_it_has():
    assert listed(fitted(row(1, 2), (1, 1, 1), (1, 3))) == [1, 2, "#N/A"]
    assert listed(fitted(row(1, 2), (1, 1, 1), (2, 1))) == [1, 1]
    assert fitted(single(5), (2, 3, 4), (1, 1)).numbers.shape == (2, 3, 4, 1, 1)


def test_parts_are_joined_with_their_kinds():
    parts = [single(1), single(VALUE, ERROR), single(0, BOOLEAN)]
    assert listed(joined(parts, 1)) == [1, "#VALUE!", False]
    assert joined([single(1), single(2)], 2).kinds is None


@pytest.mark.parametrize(
    ("values", "is_list"),
    [(single(1), False), (row(1, 2), True), (CellArray(np.ones((1,) * 5), None, True), True)],
)
def test_cells_and_arrays_are_lists(values, is_list):
    assert values.is_list is is_list


def test_kinds_of_values():
    assert single(REF, ERROR).have(ERROR)
    assert not single(NUM).have(ERROR)
    assert single(1).are(NUMBER).all()
    assert not single(1).are(BLANK).any()
