"""How a function of single values is computed over a whole block of formulas at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sheetcnn.excel.cell_array import (
    DIV0,
    ERROR,
    NUMBER,
    CellArray,
    CellValue,
    ErrorValue,
    Floats,
    Mask,
    Texts,
    Varies,
    aligned,
    as_numbers,
    choose,
    finite,
    in_words,
    single,
    under_errors,
)
from sheetcnn.excel.functions.registry import NO_VALUE, excel
from sheetcnn.excel.limits import MAX_CELL_TEXT

ALIKE = 2.0**-50  # Excel compares some fifteen digits


def on_numbers(
    compute: Callable[..., Floats],
    texts: Texts,
    *arguments: CellArray,
    zero: Callable[..., Mask] | None = None,
) -> CellArray:
    """Compute with numbers: #NUM! where there is no result, #DIV/0! where `zero` says so."""
    arguments = aligned(*(as_numbers(argument, texts) for argument in arguments))
    numbers = [argument.numbers for argument in arguments]
    result = finite(compute(*numbers))
    if zero is not None and (divides := zero(*numbers)).any():
        result = choose(divides, single(DIV0, ERROR), result)
    return under_errors(result, *arguments)


def everywhere(texts: Texts, values: CellArray) -> CellValue:
    """Return the value that is the same in every cell of the block and on every sample."""
    numbers = values.numbers
    first_kind = NUMBER if values.kinds is None else int(values.kinds.flat[0])
    if (numbers != numbers.flat[0]).any() or not values.are(first_kind).all():
        raise Varies
    return texts.decode(numbers.flat[0], first_kind)


def broadcast(values: CellArray, shape: tuple[int, ...]) -> CellArray:
    """Return values repeated to a shape."""
    kinds = None if values.kinds is None else np.broadcast_to(values.kinds, shape)
    return CellArray(np.broadcast_to(values.numbers, shape), kinds)


def one_by_one(
    compute: Callable[..., CellValue], takes: str, texts: Texts, *arguments: CellArray
) -> CellArray:
    """Call a function of single values for each cell.

    Args:
        compute: the function.
        takes: a letter an argument: `t` a text, `n` a number, `x` whatever it is.
        texts: the texts of the workbook.
        arguments: its arguments.
    """
    converted = aligned(
        *(as_numbers(a, texts) if k == "n" else a for a, k in zip(arguments, takes, strict=False))
    )
    shape = np.broadcast_shapes(*(value.numbers.shape for value in converted))
    columns = []
    for value, kind in zip(converted, takes, strict=False):
        cells = texts.unpack(broadcast(value, shape))
        columns.append(
            [c if isinstance(c, ErrorValue) else in_words(c) for c in cells] if kind == "t" else cells
        )
    return texts.pack((_unless_error(compute, cells) for cells in zip(*columns, strict=True)), shape)


def _unless_error(compute: Callable[..., CellValue], cells: tuple[CellValue, ...]) -> CellValue:
    for cell in cells:
        if isinstance(cell, ErrorValue):
            return cell
    return compute(*cells)


def of_texts(
    name: str, takes: str, least: int | None = None
) -> Callable[[Callable[..., CellValue]], Callable[..., CellValue]]:
    """Enter a function that takes and gives single values, under its name in Excel; `takes` is as in `one_by_one`."""

    def enter(compute: Callable[..., CellValue]) -> Callable[..., CellValue]:
        excel(name, "v", len(takes) if least is None else least, len(takes))(
            lambda here, *arguments: one_by_one(compute, takes, here.texts, *arguments)
        )
        return compute

    return enter


def limited(text: str) -> CellValue:
    """Return a text, or #VALUE! where it is longer than Excel allows."""
    return text if len(text) <= MAX_CELL_TEXT else NO_VALUE
