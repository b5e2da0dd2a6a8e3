"""What can go wrong, as one sentence that says what, where, and what to do next."""


class SheetcnnError(Exception):
    """Trouble that the user can mend; the command line prints its one sentence and exits with 2."""


class SpecError(SheetcnnError):
    """What was asked for does not fit: an option, a template, a digit, a folder of images."""


class WorkbookError(SheetcnnError):
    """The workbook cannot be read or written: no workbook, damaged, too large, locked."""
