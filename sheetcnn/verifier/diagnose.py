"""Says in words how a formula differs from the one that belongs there."""

from __future__ import annotations


def diagnose(expected: str, found: str, *, array: bool) -> str:
    """Return a sentence for a formula that computes something else than the one that belongs there."""
    if array and expected == found:
        return "entered as an array formula, which computes something else here"
    return "this formula computes something else"
