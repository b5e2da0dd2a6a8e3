"""The elements of a part of a workbook, and where in its bytes they stand, so that all others stay as they are."""

from __future__ import annotations

import re
from typing import ClassVar
from xml.parsers import expat

_START = re.compile(rb"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")
_PREFIX = re.compile(rb"<([^\s:/>]+:)?")


class Elements:
    """Leads the elements of a part past `start` and `end`, those that stand where the format has them.

    Attributes:
        levels: the elements that are wanted, by their names, and how deep each stands; what stands within any other
            element, or in another namespace than the outermost one, is none of them.
        xml: the part.
        prefix: that of its elements' names, with its colon, if any.
    """

    levels: ClassVar[dict[str, int]] = {}

    def __init__(self, xml: bytes) -> None:
        self.xml = xml
        self.prefix = b""
        self._space = ""
        self._depth = self._matched = 0  # how deep, and how deep within those that are wanted
        self._last_start = -1
        self._starts: dict[int, int] = {}  # by the depth of what is open
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def walk(self) -> None:
        """Go through all of them.

        Raises:
            ExpatError: the part is no XML.
        """
        self._parser.Parse(self.xml, True)

    def start(self, kind: str, at: int, attributes: dict[str, str]) -> None:
        """Take note of an element that starts."""

    def end(self, kind: str, start: int, inner: int, behind: int) -> None:
        """Take note of an element that has ended: where it starts, where its content ends, and where it ends.

        An empty one such as <c/> has no content: `inner` is where it ends, too.
        """

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        at = self._last_start = self._parser.CurrentByteIndex
        if self._depth == 1:
            space, parted, _ = name.rpartition(" ")
            self._space = space + parted
            self.prefix = (_PREFIX.match(self.xml, at) or [b"", b""])[1] or b""
        kind = name.removeprefix(self._space)
        if self._matched == self._depth - 1 and (self._depth == 1 or self.levels.get(kind) == self._depth):
            self._matched = self._depth
            self._starts[self._depth] = at
            self.start(kind, at, attributes)

    def _end(self, name: str) -> None:
        if self._matched == self._depth:
            self._matched -= 1
            start, inner = self._starts[self._depth], self._parser.CurrentByteIndex
            # Expat stands behind an element such as <c/>, and before the end tag of any other.
            is_empty = start == self._last_start and self.xml[start:inner].endswith(b"/>")
            behind = inner if is_empty else self.xml.index(b">", inner) + 1
            self.end(name.removeprefix(self._space), start, inner, behind)
        self._depth -= 1


def start_tag(xml: bytes, at: int) -> bytes:
    """Return the tag that starts, or is, the element at a place."""
    tag = _START.match(xml, at)
    assert tag is not None  # noqa: S101 - expat has parsed it as an element
    return tag[0]


def open_tag(tag: bytes) -> bytes:
    """Return a start tag without its end: <c r="A1" for <c r="A1"/>."""
    return tag[:-1].removesuffix(b"/").rstrip()


def name_of(tag: bytes) -> bytes:
    """Return the name of an element as its start tag spells it: x:c for <x:c r="A1">."""
    return open_tag(tag).split()[0][1:]
