"""The one clock of the tests: what a hostile file may take before it is read or refused."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = 20
"""Of processor time, as SECURITY.md promises. These files take a hundredth of it, and hours if nothing bounds them:
a busy machine is no matter."""


@contextmanager
def soon() -> Iterator[None]:
    """Hold what is done inside to the promise."""
    start = time.process_time()
    yield
    assert time.process_time() - start < SECONDS
