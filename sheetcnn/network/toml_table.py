"""Reads a TOML file, and checks its tables: which keys there are, and what stands under them."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from sheetcnn.errors import SpecError, did_you_mean, printable
from sheetcnn.inputs import open_input

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MAX_FILE = 4 * 1024 * 1024
"""Bytes of a template: what it has more in numbers belongs into an .npz, which is read much faster."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_toml(path: Path) -> dict[str, Any]:
    """Return what a TOML file holds, with a byte order mark or without.

    Raises:
        SpecError: there is no such file, or it holds something else.
    """
    with open_input(path, "a template, a .toml file") as file:
        content = file.read(MAX_FILE + 1)
    named = f"the template {printable(str(path))}"
    if len(content) > MAX_FILE:
        raise SpecError(
            f"{named} is larger than {MAX_FILE // 1024**2} MiB: put its weights into an .npz file"
        )
    if content.startswith(_UTF_16):
        raise SpecError(f"{named} is not valid TOML: it is written in UTF-16, so save it as UTF-8")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SpecError(
            f"{named} is not valid TOML: byte {error.start} is not UTF-8, so save it as UTF-8"
        ) from error
    except RecursionError as error:
        raise SpecError(f"{named} is not valid TOML: its lists lie too deep in one another") from error
    except (
        ValueError
    ) as error:  # TOMLDecodeError is one; so is what int says of a number of thousands of digits
        raise SpecError(f"{named} is not valid TOML: {printable(str(error))}") from error


def table_of(content: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return a table of a template, empty if it is not there.

    Raises:
        SpecError: something else stands there.
    """
    table = content.get(key, {})
    if not isinstance(table, dict):
        raise wrong_type(key, table, f"a table, [{key}]")
    return table


def text_of(content: Mapping[str, Any], key: str, default: str = "") -> str:
    """Return a text of a template.

    Raises:
        SpecError: something else stands there.
    """
    text = content.get(key, default)
    if not isinstance(text, str):
        raise wrong_type(key, text, "a text in quotes")
    return text


def wrong_type(key: str, value: Any, wanted: str) -> SpecError:
    """Return what to raise where something stands under a key that does not belong there."""
    return SpecError(
        f"an entry has the wrong type: {printable(key)} is {short(value)}, and {wanted} belongs there"
    )


def short(value: Any) -> str:
    """Return a value of a TOML file as it may stand in a sentence."""
    text = printable(repr(value))
    return text if len(text) <= 80 else f"{text[:60]}..."


def check_keys(
    where: str, table: Mapping[str, Any], known: Collection[str], required: Collection[str] = ()
) -> None:
    """Check the keys of a table.

    Args:
        where: what the table is, such as `[input]`.
        table: the table.
        known: the keys that it may have.
        required: those of them that it has to have.

    Raises:
        SpecError: one is missing, or one is unknown, with the known one that is most like it.
    """
    missing = next((key for key in required if key not in table), None)
    unknown = next((key for key in sorted(table) if key not in known), None)
    lacking = "" if missing is None else f"the entry '{missing}' is missing"
    if unknown is None:
        if missing is not None:
            raise SpecError(f"{lacking} in {where}, which takes {', '.join(known)}")
        return
    what = f"{where} has no {printable(unknown)}{did_you_mean(unknown, known)}"
    listed = f"it takes {', '.join(known) or 'nothing'}"
    raise SpecError(f"{lacking}; {what}: {listed}" if lacking else f"{what}: {listed}")
