"""Functions of truth: AND, OR, NOT, IF, IFERROR."""

from __future__ import annotations

from sheetcnn.excel.cell_array import (
    BOOLEAN,
    ERROR,
    NUMBER,
    VALUE,
    CellArray,
    aligned,
    as_truths,
    booleans,
    choose,
    single,
    under_errors,
)
from sheetcnn.excel.functions.aggregate import first_error, number_of
from sheetcnn.excel.functions.registry import Here, excel


def _logical(name: str, decides: bool) -> None:
    """Enter AND or OR: one argument that is FALSE, or TRUE, decides."""

    def call(here: Here, *arguments: CellArray) -> CellArray:
        taken = [a if a.is_list else as_truths(a, here.texts) for a in arguments]
        counted = [a.are(NUMBER) | a.are(BOOLEAN) for a in taken]
        deciding = [c & ((a.numbers != 0) == decides) for a, c in zip(taken, counted, strict=True)]
        result = booleans((number_of(deciding) > 0) == decides)
        result = choose(number_of(counted) == 0, single(VALUE, ERROR), result)
        return under_errors(result, *(first_error(a) for a in taken if a.have(ERROR)))

    excel(name, "r", 1, 255)(call)


_logical("AND", decides=False)
_logical("OR", decides=True)


@excel("NOT", "v", 1)
def _not(here: Here, value: CellArray) -> CellArray:
    value = as_truths(value, here.texts)
    return under_errors(booleans(value.numbers == 0), value)


@excel("IF", "sbb", 2, 3)
def _if(here: Here, condition: CellArray, yes: CellArray, no: CellArray | None = None) -> CellArray:
    condition = as_truths(condition, here.texts)
    otherwise = single(0.0, BOOLEAN) if no is None else no
    condition, yes, otherwise = aligned(condition, yes, otherwise)
    return under_errors(choose(condition.numbers != 0, yes, otherwise), condition)


@excel("IFERROR", "s", 2)
def _iferror(_: Here, value: CellArray, otherwise: CellArray) -> CellArray:
    value, otherwise = aligned(value, otherwise)
    return choose(value.are(ERROR), otherwise, value) if value.have(ERROR) else value
