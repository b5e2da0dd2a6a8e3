"""Formulas and what Microsoft's function reference, or arithmetic by hand, says they are."""

import math

import numpy as np
import pytest

from sheetcnn.excel.addresses import parse_a1
from sheetcnn.excel.ast import FormulaError
from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.excel.functions.elementwise import on_numbers
from sheetcnn.excel.functions.registry import FUNCTIONS, excel
from sheetcnn.excel.parser import parse
from sheetcnn.excel.sheet_array import SheetArray

DIV0, NA, NAME, NUM, REF, VALUE = "#DIV/0!", "#N/A", "#NAME?", "#NUM!", "#REF!", "#VALUE!"

SHEET = {
    "A1": "apples", "B1": 32, "A2": "oranges", "B2": 54, "A3": "peaches", "B3": 75, "A4": "Apples", "B4": 86,
    "C1": 100_000, "D1": 7_000, "C2": 200_000, "D2": 14_000, "C3": 300_000, "D3": 21_000, "C4": 400_000,
    "D4": 28_000, "E1": "3", "E2": True, "E4": "", "F1": 25, "F2": 38, "F3": 40, "F4": 41,
    "G1": 7, "G2": 3.5, "G3": 3.5, "G4": 1, "G5": 2,
}  # fmt: skip


def shown(formula, array=False):
    """Return what a formula shows in cell J9, beside and below all data."""
    book = CalcBook({"Sheet1": SheetArray.blank(1, 9, 10)})
    for cell, value in SHEET.items():
        book.put("Sheet1", parse_a1(cell), value)
    values = book.evaluate(parse(formula), "Sheet1", parse_a1("J9"), array=array)
    return book.texts.unpack(values)[0]


DOCUMENTED = [
    # aggregates
    ("SUM(3,4)", 7),
    ('SUM("5",15,TRUE)', 21),
    ("SUM(E1:E4)", 0),
    ("SUM(E1,1)", 1),
    ("SUM(B1:B4)", 247),
    ('SUM("x",1)', VALUE),
    ("SUM(B1,1/0,NA())", DIV0),
    ("SUM(1E308,1E308)", NUM),
    ("SUMSQ(3,4)", 25),
    ("AVERAGE({10,7,9,27,2})", 11),
    ("AVERAGE({10,7,9,27,2},5)", 10),
    ("AVERAGE(H1:H4)", DIV0),
    ("MAX({10,7,9,27,2})", 27),
    ("MAX({10,7,9,27,2},30)", 30),
    ("MAX(H1:H4)", 0),
    ("MAX(-3,-1)", -1),
    ("MIN({10,7,9,27,2},0)", 0),
    ("MAX(E1:E2,-1)", -1),
    ("MAX(E2,TRUE)", 1),
    ("COUNT(A1:B4)", 4),
    ('COUNT(1,"2","x",TRUE)', 3),
    ("COUNT(E1:E4)", 0),
    ("COUNTA(E1:E4)", 3),
    ("COUNTBLANK(E1:E4)", 2),
    ("COUNTBLANK(H:H)", 1_048_576),
    ("SUMPRODUCT({3,4;8,6;1,9},{2,7;6,7;5,3})", 156),
    ("SUMPRODUCT(E1:E4,B1:B4)", 0),
    ("SUMPRODUCT(B1:B4,B1:B3)", VALUE),
    ("SUMPRODUCT((B1:B4>50)*(C1:C4<400000))", 2),
    ("SUMPRODUCT({1,2},{3,#N/A})", NA),
    ("SUMXMY2({2,3,9,1,8,7,5},{6,5,11,7,5,4,4})", 79),
    ("SUMXMY2({1,2},{1,2,3})", NA),
    ('SUMXMY2({1,"a"},{3,4})', 4),
    ("AND(TRUE,TRUE)", True),
    ("AND(TRUE,FALSE)", False),
    ("AND(2+2=4,2+3=5)", True),
    ("AND(A1:A4)", VALUE),
    ('AND("TRUE",1)', True),
    ("OR(1+1=1,2+2=5)", False),
    ("OR(TRUE,FALSE,TRUE)", True),
    ("OR(FALSE,1/0)", DIV0),
    ("AND(B1:B4)", True),
    ("AND(E1:E2)", True),
    # numbers
    ("ABS(-4)", 4),
    ("SIGN(10)", 1),
    ("SIGN(4-4)", 0),
    ("SIGN(-0.00001)", -1),
    ("INT(8.9)", 8),
    ("INT(-8.9)", -9),
    ("ROUND(2.15,1)", 2.2),
    ("ROUND(2.149,1)", 2.1),
    ("ROUND(-1.475,2)", -1.48),
    ("ROUND(21.5,-1)", 20),
    ("ROUND(626.3,-3)", 1000),
    ("ROUND(1.98,-1)", 0),
    ("ROUND(-50.55,-2)", -100),
    ("ROUND(1.005,2)", 1.01),
    ("ROUND(1E300,20)", 1e300),
    ("ROUND(3,400)", 3),
    ("ROUNDUP(3.2,0)", 4),
    ("ROUNDUP(76.9,0)", 77),
    ("ROUNDUP(3.14159,3)", 3.142),
    ("ROUNDUP(-3.14159,1)", -3.2),
    ("ROUNDUP(31415.92654,-2)", 31500),
    ("ROUNDUP(1.1,1)", 1.1),
    ("ROUNDDOWN(3.2,0)", 3),
    ("ROUNDDOWN(3.14159,3)", 3.141),
    ("ROUNDDOWN(-3.14159,1)", -3.1),
    ("ROUNDDOWN(31415.92654,-2)", 31400),
    ("ROUNDDOWN(0.29,2)", 0.29),
    ("MOD(3,2)", 1),
    ("MOD(-3,2)", 1),
    ("MOD(3,-2)", -1),
    ("MOD(-3,-2)", -1),
    ("MOD(3,0)", DIV0),
    ("SQRT(16)", 4),
    ("SQRT(-16)", NUM),
    ("POWER(5,2)", 25),
    ("POWER(98.6,3.2)", 2401077.222),
    ("POWER(4,5/4)", 5.656854249),
    ("0^0", NUM),
    ("0^-1", DIV0),
    ("(-8)^(1/3)", NUM),
    ("EXP(1)", 2.71828183),
    ("EXP(2)", 7.3890561),
    ("EXP(709)", 8.218407461554972e307),
    ("EXP(710)", NUM),
    ("LN(86)", 4.4543473),
    ("LN(0)", NUM),
    ("LOG(10)", 1),
    ("LOG(8,2)", 3),
    ("LOG(86,2.7182818)", 4.4543473),
    ("LOG(8,1)", DIV0),
    ("LOG(0,2)", NUM),
    ("LOG10(86)", 1.934498451),
    ("TANH(-2)", -0.9640276),
    ("TANH(0.5)", 0.46211716),
    ("PI()", math.pi),
    ("N(7)", 7),
    ('N("Even")', 0),
    ("N(TRUE)", 1),
    ("N(1/0)", DIV0),
    # order and matrices
    ("LARGE({3,5,3,5,4;4,2,4,6,7},3)", 5),
    ("LARGE({3,5,3,5,4;4,2,4,6,7},7)", 4),
    ("LARGE(B1:B4,5)", NUM),
    ("SMALL({3;4;5;2;3;4;6;4;7},4)", 4),
    ("SMALL({1;4;8;3;7;12;54;8;23},2)", 3),
    ("SMALL(B1:B4,0)", NUM),
    ("SUM(LARGE(B1:B4,{1,2}))", 161),
    ("RANK(G2,G1:G5,1)", 3),
    ("RANK(G1,G1:G5,1)", 5),
    ("RANK(G1,G1:G5)", 1),
    ("RANK(G2,G1:G5)", 2),
    ("RANK(9,G1:G5)", NA),
    ("INDEX(MMULT({1,3;7,2},{2,0;0,2}),2,1)", 14),
    ("SUM(MMULT({1,3;7,2},{2,0;0,2}))", 26),
    ("MMULT({1,2},{1,2})", VALUE),
    ("MMULT(A1:B1,A1:A2)", VALUE),
    ("TRANSPOSE(B1:B4)", VALUE),
    # choosing and finding
    ('IF(1>2,"yes","no")', "no"),
    ("IF(1>2,5)", False),
    ("IF(1<2,,5)", 0),
    ('IF("a",1,2)', VALUE),
    ("IF(TRUE,1,1/0)", 1),
    ("IF(1/0,1,2)", DIV0),
    ("IFERROR(210/35,0)", 6),
    ('IFERROR(55/0,"Error")', "Error"),
    ('CHOOSE(2,"1st","2nd","3rd")', "2nd"),
    ("CHOOSE(4,1,2,3)", VALUE),
    ("CHOOSE(2.9,1,2,3)", 2),
    ("INDEX(A1:B4,2,2)", 54),
    ("INDEX(A1:B4,5,1)", REF),
    ("INDEX(A1:B4,1,3)", REF),
    ("INDEX(A1:A4,3)", "peaches"),
    ("INDEX(A1:B1,2)", 32),
    ("INDEX(A1:B4,-1,1)", VALUE),
    ("SUM(INDEX(A1:B4,0,2))", 247),
    ("INDEX({1,2;3,4},2,2)", 4),
    ("SUM(INDEX({1,2;3,4},0,2))", 6),
    ("INDEX(A1:A4,1/0)", DIV0),
    ("MATCH(39,F1:F4,1)", 2),
    ("MATCH(41,F1:F4,0)", 4),
    ("MATCH(40,F1:F4,-1)", NA),
    ("MATCH(39,F1:F4)", 2),
    ("MATCH(4,{9,7,5,3},-1)", 3),
    ('MATCH("APPLES",A1:A4,0)', 1),
    ('MATCH("p*",A1:A4,0)', 3),
    ('MATCH("?r*",A1:A4,0)', 2),
    ("MATCH(32,A1:B4,0)", NA),
    ("MATCH(MAX(B1:B4),B1:B4,0)", 4),
    ("MATCH(TRUE,E1:E4,0)", 2),
    ("MATCH(1/0,F1:F4,0)", DIV0),
    ('COUNTIF(A1:A4,"apples")', 2),
    ('COUNTIF(B1:B4,">55")', 2),
    ('COUNTIF(B1:B4,"<>"&B4)', 3),
    ('COUNTIF(A1:A4,"*")', 4),
    ('COUNTIF(A1:A4,"?????es")', 2),
    ('COUNTIF(E1:E4,"")', 2),
    ('COUNTIF(E1:E4,"<>")', 3),
    ("COUNTIF(E1:E4,3)", 1),
    ("COUNTIF(E1:E4,TRUE)", 1),
    ('COUNTIF(A1:A4,">b")', 2),
    ('COUNTIF(A1:A4,"~*")', 0),
    ('COUNTIF(E1:E4,"=")', 1),
    ('SUMIF(C1:C4,">160000",D1:D4)', 63_000),
    ('SUMIF(C1:C4,">160000")', 900_000),
    ("SUMIF(C1:C4,300000,D1:D4)", 21_000),
    ("ROW()", 9),
    ("COLUMN()", 10),
    ("ROW(C5)", 5),
    ("COLUMN(D6)", 4),
    ("ROWS({1,2,3;4,5,6})", 2),
    ("COLUMNS(C1:E4)", 3),
    ("ROWS(A:A)", 1_048_576),
    ("SUM(ROW(A1:A3))", 1),
    # texts
    ('LEFT("Sale Price",4)', "Sale"),
    ('LEFT("Sweden")', "S"),
    ('LEFT("abc",-1)', VALUE),
    ('LEFT("abc",)', ""),
    ('RIGHT("Sale Price",5)', "Price"),
    ('RIGHT("Stock Number")', "r"),
    ('RIGHT("abc",9)', "abc"),
    ('RIGHT("abc",0)', ""),
    ('MID("Fluid Flow",1,5)', "Fluid"),
    ('MID("Fluid Flow",7,20)', "Flow"),
    ('MID("Fluid Flow",20,5)', ""),
    ('MID("abc",0,1)', VALUE),
    ('LEN("Phoenix, AZ")', 11),
    ("LEN(12.5)", 4),
    ('UPPER("total")', "TOTAL"),
    ('LOWER("E. E. Cummings")', "e. e. cummings"),
    ('TRIM(" First  Quarter ")', "First Quarter"),
    ('REPT("*-",3)', "*-*-*-"),
    ('REPT("ab",20000)', VALUE),
    ('VALUE("$1,000")', 1000),
    ('VALUE("x")', VALUE),
    ('VALUE("50%")', 0.5),
    ("VALUE(TRUE)", VALUE),
    ('CONCATENATE("a",1,TRUE)', "a1TRUE"),
    ('TEXT(0.285,"0.0%")', "28.5%"),
    ('TEXT(1234.567,"0.00")', "1234.57"),
    ('TEXT(0.125,"0.00")', "0.13"),
    ('TEXT(-2.5,"0")', "-3"),
    ('TEXT(0.9834,"0%")', "98%"),
    ('TEXT(1.5,"General")', "1.5"),
    ('TEXT("x","0")', "x"),
    ('TEXT("2","0.0")', "2.0"),
    ("ADDRESS(2,3)", "$C$2"),
    ("ADDRESS(2,3,2)", "C$2"),
    ("ADDRESS(2,3,3)", "$C2"),
    ("ADDRESS(2,3,4)", "C2"),
    ("ADDRESS(1048576,16384.9)", "$XFD$1048576"),
    ("ADDRESS(0,1)", VALUE),
    ("ADDRESS(1,16385)", VALUE),
    ("ADDRESS(1,1,5)", VALUE),
    ('HYPERLINK("https://example.com","here")', "here"),
    ('HYPERLINK("https://example.com")', "https://example.com"),
    ("LEFT(1/0,1)", DIV0),
    # kinds
    ("ISNUMBER(4)", True),
    ("ISNUMBER(E1)", False),
    ("ISBLANK(H1)", True),
    ("ISBLANK(E4)", False),
    ("ISTEXT(A1)", True),
    ("ISERROR(1/0)", True),
    ("ISERROR(1)", False),
    ("NA()", NA),
    ("TRUE()", True),
    ("FALSE()", False),
    ("NOT(0)", True),
    ('NOT("FALSE")', True),
    ("nobody_knows", NAME),
    ("Elsewhere!A1", REF),
    # operators and conversions
    ('"3"+1', 4),
    ('"x"+1', VALUE),
    ('""+1', VALUE),
    ("TRUE+1", 2),
    ("H1+1", 1),
    ("E1*2", 6),
    ("1/0", DIV0),
    ("-2^2", 4),
    ("50%", 0.5),
    ("-E1", -3),
    ("+A1", "apples"),
    ("1E308*10", NUM),
    ("NA()+1/0", NA),
    ("1/0+NA()", DIV0),
    ('"a"="A"', True),
    ('"a"<"B"', True),
    ('1<"a"', True),
    ('"z"<TRUE', True),
    ("H1=0", True),
    ('H1=""', True),
    ("H1=FALSE", True),
    ("H1=H2", True),
    ('"1"=1', False),
    ("0.1+0.2=0.3", True),
    ("1=1.0000000001", False),
    ("2>=2", True),
    ("2<>2", False),
    ('1/3&""', "0.333333333333333"),
    ('1E20&""', "1E+20"),
    ('12345678901234567&""', "12345678901234600"),
    ('0.00001&""', "0.00001"),
    ('1.5E-19&""', "1.5E-19"),
    ('-2.50&"!"', "-2.5!"),
    ('TRUE&H1&"x"', "TRUEx"),
    ("H1", 0),
    ("SUM({1,2;3,4}*{1,2})", 16),
]


@pytest.mark.parametrize(("formula", "expected"), DOCUMENTED, ids=[formula for formula, _ in DOCUMENTED])
def test_a_formula_is_what_the_reference_says(formula, expected):
    value = shown(formula)
    if isinstance(expected, bool | str):
        assert (type(value) is bool) == (type(expected) is bool)
        assert value == expected
    else:
        assert type(value) is float
        assert value == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("SUM(B1:B4*D1:D4)", 32 * 7000 + 54 * 14000 + 75 * 21000 + 86 * 28000),
        ("SUM(IF(B1:B4>50,B1:B4))", 215),
        ("SUM(ROW(A1:A3))", 6),
        ('MATCH(1,(A1:A4="apples")*(B1:B4>32),0)', 4),
        ("SUM(TRANSPOSE({1,2,3})*{1;1;1})", 6),
        ("SUM(LEN(A1:A4))", 26),
        ("SUM({1,2}+{1,2,3})", "#N/A"),
        ("SUM(IFERROR({1,2}+{1,2,3},0))", 6),
    ],
)
def test_an_array_formula_takes_whole_arrays(formula, expected):
    assert shown(formula, array=True) == expected


def test_a_new_function_is_one_function():
    """Nothing else has to know it: it is parsed, takes its arguments, meets errors and fills blocks."""

    @excel("TWICE.BESIDE", "v", 1, 2)
    def _twice(here, number, beside=None):
        doubled = on_numbers(lambda values: values * 2, here.texts, number)
        return doubled if beside is None else on_numbers(np.add, here.texts, doubled, beside)

    try:
        assert shown("Twice.Beside(F1)") == 50
        assert shown("1+TWICE.BESIDE(-G2,B1)") == 26
        assert shown("TWICE.BESIDE(1/0)") == DIV0
        assert shown("SUM(TWICE.BESIDE(B1:B4))", array=True) == 494
        with pytest.raises(FormulaError, match=r"TWICE\.BESIDE does not take 3 arguments"):
            shown("TWICE.BESIDE(1,2,3)")
    finally:
        del FUNCTIONS["TWICE.BESIDE"]


@pytest.mark.parametrize("name", ["RAND", "NOW", "OFFSET", "INDIRECT", "LET", "LAMBDA", "NO_SUCH_FUNCTION"])
def test_a_function_that_is_not_here_is_refused_by_name(name):
    with pytest.raises(FormulaError, match=f"the function {name} is not supported"):
        shown(f"{name}(A1,1,1)")


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ('TEXT(1,"#,##0")', "the number format '#,##0' is not supported"),
        ("ABS()", "ABS does not take 0 arguments"),
        ("ABS(1,2)", "ABS does not take 2 arguments"),
        ("COUNTBLANK({1})", "COUNTBLANK counts in a reference only"),
        ("ROW({1})", "ROW is supported with a reference only"),
        ("COUNTIF(A1:A4,{1,2})", "one criterion only"),
        ('SUMIF(A1:A4,"x",B1:B2)', "one size only"),
        ("INDEX(A1:A4,{1,0})", "an array stands where one value is expected"),
    ],
)
def test_a_use_that_is_not_supported_is_refused(formula, reason):
    with pytest.raises(FormulaError, match=reason):
        shown(formula)
