"""What can go wrong, as one sentence that says what, where, and what to do next."""


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
