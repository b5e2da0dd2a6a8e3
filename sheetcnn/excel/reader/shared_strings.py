"""Reads texts: runs of characters, and the table of those that cells share."""

from __future__ import annotations

from typing import Final

from sheetcnn.excel.limits import MAX_CELL_TEXT
from sheetcnn.excel.package import Refusal
from sheetcnn.excel.reader.xml_stream import PartReader, unescaped

RICH_TEXT: Final = {"r": frozenset({"t"})}
"""What counts in a text besides `<t>` itself: its runs. The reading aids of Japanese, `<rPh>`, do not."""


class RichText(PartReader):
    """Gathers the runs of a text, `<t>` by `<t>` (ECMA-376, part 1, 18.4)."""

    def __init__(self) -> None:
        super().__init__()
        self.runs: list[str] = []
        self._texts_of: list[str] = []  # the elements that have had their text
        self.at_start |= {"t": lambda _: self._start_text(), "r": lambda _: self._start_run()}
        self.at_end["t"] = lambda: self.runs.append("".join(self.chunks))

    def start_runs(self) -> None:
        """Begin a new text."""
        self.runs.clear()
        self._texts_of.clear()

    def checked(self, text: str) -> str:
        """Return a text if it is no longer than Excel allows, and count its characters."""
        if len(text) > MAX_CELL_TEXT:
            raise Refusal(
                f"holds a text of {len(text)} characters, where Excel's limit is {MAX_CELL_TEXT}: shorten it"
            )
        self.characters += len(text)
        return text

    def _start_run(self) -> None:
        if "r" in self._texts_of:
            self._texts_of.remove("r")

    def _start_text(self) -> None:
        parent = self.open[-2]
        if parent in self._texts_of:
            raise self.ambiguous(f"two <t> in one <{parent}>")
        self._texts_of.append(parent)
        self.chunks.clear()


class SharedStrings(RichText):
    """The table of texts that cells share; a text's place in it is spelled as cells spell it."""

    places = {"": frozenset({"sst"}), "sst": frozenset({"si"}), "si": frozenset({"t", "r"}), **RICH_TEXT}  # noqa: RUF012
    closed = frozenset({"si", "r", "t"})

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.at_start["si"] = lambda _: self.start_runs()
        self.at_end["si"] = self._end_text

    def kept(self) -> int:
        """Return how many texts there are."""
        return len(self.found)

    def _end_text(self) -> None:
        self.found[str(len(self.found))] = unescaped(self.checked("".join(self.runs)))
