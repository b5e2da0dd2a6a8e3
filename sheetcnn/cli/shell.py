"""What a shell sees of a run: an exit code, one sentence of trouble on stderr, streams that may be closed or full."""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TextIO, cast

from sheetcnn.errors import SheetcnnError, fault, is_debugged, printable

DONE, TROUBLE, INTERRUPTED = 0, 2, 130
_LONGEST_SENTENCE = 4000
"""Characters: it may list what a file has to hold, such as every array of a network."""


def guarded(run: Callable[[], int]) -> int:
    """Run a command; return its exit code, whatever happens.

    Trouble becomes a sentence on stderr and the exit code 2; so does what nobody has thought of.
    """
    if sys.stderr is None:  # closed: a file that is opened later is not to get its number
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for as long as we run
    if sys.stdout is None:
        complain(
            "the standard output is closed, so nothing can be printed: leave it open, or send it to a file"
        )
        return TROUBLE
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that has no × shows ?
    stdout = sys.stdout
    sys.stdout = cast(TextIO, _Watched(stdout))
    try:
        code = _code_of(run)
        return max(code, _code_of(partial(_flush, sys.stdout)))
    finally:
        sys.stdout = stdout


def complain(trouble: str) -> None:
    """Print one sentence on stderr, where that is possible."""
    _say(f"sheetcnn: {printable(trouble, most=_LONGEST_SENTENCE).rstrip('.')}.\n")


class _Unprintable(SheetcnnError):  # noqa: N818 - it is trouble like any other
    """The standard output takes no more: no OSError, which argparse would overlook."""

    def __init__(self, error: OSError) -> None:
        super().__init__(
            f"the standard output cannot be written ({error.strerror or error}): send it elsewhere"
        )


class _Watched:
    """The standard output, which tells if it cannot be written: Python may keep it for later, or not."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise _Unprintable(error) from error

    def flush(self) -> None:
        try:
            self._stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise _Unprintable(error) from error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _code_of(run: Callable[[], int]) -> int:
    try:
        return run()
    except SheetcnnError as error:
        complain(str(error))
        if isinstance(error, _Unprintable):
            _discard(sys.stdout)
    except KeyboardInterrupt:
        _say("sheetcnn: stopped.\n")
        return INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe has seen enough
        _discard(sys.stdout)
        return DONE
    except SystemExit as leaving:  # from --help and the like
        return leaving.code if isinstance(leaving.code, int) else DONE
    except Exception as error:
        if is_debugged():
            _say(traceback.format_exc())
        complain(fault(error))
    return TROUBLE


def _flush(stream: TextIO) -> int:
    stream.flush()
    return DONE


def _say(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError):  # there is nobody left to tell
        _discard(sys.stderr)


def _discard(stream: TextIO) -> None:
    """Drop what waits in a stream, so that Python does not try again at its end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
