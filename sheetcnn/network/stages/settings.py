"""Settings of a stage: what a template may say under each, and how the sheet `Model` spells it.

A stage is a dataclass, and its fields are its settings. A field is a whole number from 1 in a column of its own name,
unless `setting` says otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

_YES = "yes"
"""How `Model` spells a switch that is on; one that is off leaves its cell empty."""


@dataclass(frozen=True)
class SettingKind:
    """A kind of value that a setting may have.

    Attributes:
        wanted: what a template is to say, such as `true or false`.
        from_template: returns the setting from what a template says; raises ValueError where that is none.
        from_cell: returns the setting from its cell in `Model`, None if empty; raises ValueError or TypeError, too.
        to_cell: returns what stands in that cell for a setting that is neither 0 nor off.
    """

    wanted: str
    from_template: Callable[[Any], Any]
    from_cell: Callable[[Any], Any]
    to_cell: Callable[[Any], str | int | float] = lambda value: value


@dataclass(frozen=True)
class Setting:
    """One setting of a stage.

    Attributes:
        name: its key in a template.
        kind: what it may be.
        column: the column of `Model` that it stands in.
        required: whether a template has to give it.
    """

    name: str
    kind: SettingKind
    column: str
    required: bool


def setting(kind: SettingKind | None = None, *, column: str = "") -> dict[str, Any]:
    """Return the metadata of a dataclass field that is a setting.

    Args:
        kind: what it may be; a whole number from 1 if not given.
        column: the column of `Model` that it stands in; one of its own name if not given.
    """
    return {"kind": kind or WHOLE, "column": column}


def settings_of(stage: Any) -> tuple[Setting, ...]:
    """Return the settings of a kind of stage, in the order of its fields."""
    return tuple(_setting(item.name, item.metadata, item.default is MISSING) for item in fields(stage))


def _setting(name: str, metadata: Mapping[str, Any], required: bool) -> Setting:
    return Setting(name, metadata.get("kind", WHOLE), metadata.get("column") or name, required)


def is_whole(value: Any, least: int) -> bool:
    """Whether a value of a template is a whole number, no smaller than `least`; true and false are none."""
    return type(value) is int and value >= least


def whole_from_cell(value: Any) -> int:
    """Return the whole number from 1 that stands in a cell.

    Raises:
        ValueError: another number, or a text, stands there.
        TypeError: the cell is empty.
    """
    number = int(value)
    if number < 1 or number != float(value):
        raise ValueError(f"{value} is no whole number from 1")
    return number


def _whole(value: Any) -> int:
    if not is_whole(value, 1):
        raise ValueError
    return int(value)


def _switch(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError
    return value


def _above_zero(value: Any) -> float:
    if type(value) not in (int, float) or not 0 < value < math.inf:
        raise ValueError
    return float(value)


WHOLE = SettingKind("a whole number of at least 1", _whole, whole_from_cell)
SWITCH = SettingKind("true or false", _switch, lambda value: str(value) == _YES, lambda _: _YES)
ABOVE_ZERO = SettingKind("a number above 0", _above_zero, lambda value: _above_zero(float(value)))
