"""Cuts the text of a formula into tokens (ECMA-376, part 1, 18.17.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sheetcnn.excel.addresses import column_number
from sheetcnn.excel.ast import FormulaError
from sheetcnn.excel.limits import MAX_COLUMNS, MAX_ROWS

ERRORS = (
    *("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"),
    # What Excel came to show since 2018; a file may hold any of them.
    *("#GETTING_DATA", "#SPILL!", "#CONNECT!", "#BLOCKED!", "#UNKNOWN!", "#FIELD!", "#CALC!"),
    *("#BUSY!", "#PYTHON!", "#EXTERNAL!", "#TIMEOUT!"),
)

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n]+)
  | (?P<text>"(?:[^"]|"")*")
  | (?P<sheet>(?:'(?:[^']|'')+'|(?:\[[^\]]*\])?[^\W\d][\w.]*)!)
  | (?P<error>ERRORS)
  | (?P<rows>\$?[1-9][0-9]{0,6}:\$?[1-9][0-9]{0,6}(?![\w.]))
  | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<function>[^\W\d][\w.]*(?=\())
  | (?P<columns>\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w.(!]))
  | (?P<cell>\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}(?![\w.(!]))
  | (?P<name>[^\W\d][\w.]*|\\[\w.]*)
  | (?P<sign><=|>=|<>|[-+*/^&=<>%(),;{}:])
    """.replace("ERRORS", "|".join(map(re.escape, ERRORS))),
    re.VERBOSE,
)
_COORDINATE = re.compile(r"(\$?)([A-Za-z]+|[0-9]+)")
_REASONS = {
    "[": "structured and external references are not supported",
    "#": "a spilled range is not supported",
    "@": "the @ operator is not supported",
    '"': "a text without its closing quote",
    "'": "the name of a sheet without its closing quote and exclamation mark",
}


class Token(NamedTuple):
    """A piece of a formula's text: its kind is that of the group of the pattern that matched."""

    kind: str
    text: str
    position: int


def tokens(text: str) -> Iterator[Token]:
    """Cut the text of a formula into tokens, spaces among them.

    Raises:
        FormulaError: a character that begins no token.
    """
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            reason = _REASONS.get(text[position], f"{text[position]!r} was not expected")
            raise FormulaError(reason, position)
        kind = match.lastgroup
        if kind in ("cell", "columns", "rows") and not _on_a_sheet(match[0]):
            kind = "name"
        yield Token(kind, match[0], position)
        position = match.end()


def coordinates(token: str) -> list[tuple[str, int]]:
    """Return the coordinates of a cell, or of whole columns or rows, in the order of its text.

    Each is the "$" or nothing before it, and its number counted from zero.
    """
    return [
        (mark, int(digits) - 1 if digits.isdigit() else column_number(digits))
        for mark, digits in _COORDINATE.findall(token)
    ]


def _on_a_sheet(token: str) -> bool:
    parts = _COORDINATE.findall(token)
    return all(
        int(part) <= MAX_ROWS if part.isdigit() else column_number(part) < MAX_COLUMNS for _, part in parts
    )
