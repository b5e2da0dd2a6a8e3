"""What can go wrong, as one sentence that says what, where, and what to do next."""

import os
from collections.abc import Iterable


class SheetcnnError(Exception):
    """Trouble that the user can mend; the command line prints its one sentence and exits with 2."""


class SpecError(SheetcnnError):
    """What was asked for does not fit: an option, a template, a digit, a folder of images."""


class WorkbookError(SheetcnnError):
    """The workbook cannot be read or written: no workbook, damaged, too large, locked."""


def printable(text: str, most: int = 300) -> str:
    """Return a text from a file or a user as one line of at most so many characters that no terminal obeys."""
    line = "".join(
        character if character.isprintable() else character.encode("unicode_escape", "surrogatepass").decode()
        for character in text
    )
    return line if len(line) <= most else f"{line[: most - 100]}...{line[-90:]}"


def is_debugged() -> bool:
    """Whether someone wants to see the traceback of a fault: SHEETCNN_DEBUG is 1."""
    return os.environ.get("SHEETCNN_DEBUG") == "1"


def fault(error: BaseException) -> str:
    """Return a sentence on what is nobody's fault but ours: an error that is no `SheetcnnError`."""
    if isinstance(error, MemoryError):
        return "there is not enough memory for this: close other programs, or choose a smaller file"
    said = printable(f"{type(error).__name__}: {error}".removesuffix(": "))
    return f"this is a fault of sheetcnn ({said}): please report it, with what SHEETCNN_DEBUG=1 prints"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` (did you mean mnist?)` where a word begins or nearly is a known one, in any case; else nothing."""
    from difflib import get_close_matches

    folded = {each.casefold(): each for each in known}
    typed = word.casefold()
    begun = [each for each in folded if len(typed) > 1 and each.startswith(typed)]
    near = begun or get_close_matches(typed, folded, n=1, cutoff=0.7)
    return f" (did you mean {printable(folded[near[0]])}?)" if near else ""
