"""Where the repository stands, and what lies beside it that is never committed into it."""

from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
SHARED = REPOSITORY.parent / "shared"
