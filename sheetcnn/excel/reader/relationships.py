"""What the parts of a package are, and which refers to which (ECMA-376, part 2, 6.2 and 6.5)."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Final, NamedTuple

from sheetcnn.errors import printable
from sheetcnn.excel.package import MIB, SAVE_AGAIN, Package, Refusal, part_key
from sheetcnn.excel.reader.xml_stream import Budget, PartReader, stream

MAX_XML: Final = 2 * MIB  # of what lists sheets and names

RELATIONSHIP_NAMESPACES = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)


class Relationship(NamedTuple):
    """How a part refers to another part, or to something outside the package.

    Attributes:
        kind: the end of its type, such as `worksheet`; empty if the format does not know it.
        target: the other part's name without its leading slash, or the address outside.
        is_external: whether it is outside.
    """

    kind: str
    target: str
    is_external: bool


class SmallParts:
    """The small parts of a package, all but sheets and texts, whose XML may come to 2 MiB together, or another limit.

    Args:
        package: that they are in.
        limit: bytes of XML in all of them.
        what: they hold, for the sentence that refuses more.
    """

    def __init__(self, package: Package, limit: int = MAX_XML, what: str = "sheets and names") -> None:
        self.package = package
        self._limit, self._what = limit, what
        self._size = 0
        self._budget = Budget()

    def read(self, part: str, reader: PartReader) -> None:
        """Lead a part's XML elements past a reader, within the limits.

        Raises:
            Refusal: it is missing, damaged, beyond a limit, or refused by its reader.
        """
        self._size += self.package.size(part)
        if self._size > self._limit:
            raise Refusal(
                f"lists {self._what} in over {self._limit // MIB} MiB: remove what it does not need"
            )
        self._budget = stream(self.package, part, reader, self._budget)

    def relationships(self, part: str) -> dict[str, Relationship]:
        """Return what a part refers to, by the id of the reference; nothing if it does not say."""
        folder, name = posixpath.split(part)
        where = posixpath.join(folder, "_rels", f"{name}.rels")
        if self.package.entry(where) is None:
            return {}
        reader = _RelationshipsReader(folder)
        self.read(where, reader)
        return reader.found

    def content_type(self, part: str) -> str:
        """Return what kind of part a part is by the package's list of them."""
        reader = _ContentTypesReader()
        self.read("[Content_Types].xml", reader)
        return reader.of(part)


class _RelationshipsReader(PartReader):
    """Reads what a part in some folder refers to (ECMA-376, part 2, 6.5.3)."""

    namespaces = frozenset({"http://schemas.openxmlformats.org/package/2006/relationships"})
    places = {"": frozenset({"Relationships"}), "Relationships": frozenset({"Relationship"})}  # noqa: RUF012
    closed = frozenset({"Relationships"})

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.found: dict[str, Relationship] = {}
        self._folder = folder
        self.at_start["Relationship"] = self._relation

    def _relation(self, attributes: dict[str, str]) -> None:
        name, target = attributes.get("Id", ""), attributes.get("Target", "")
        if name in self.found:
            raise Refusal(f"refers to two parts as {printable(name)}: {SAVE_AGAIN}")
        family, _, kind = attributes.get("Type", "").rpartition("/")
        is_external = attributes.get("TargetMode", "Internal") == "External"
        if not is_external:  # as an address is resolved whose root is the package
            target = posixpath.normpath(posixpath.join("/", self._folder, target.replace("\\", "/"))).lstrip(
                "/"
            )
        self.found[name] = Relationship(
            kind if family in RELATIONSHIP_NAMESPACES else "", target, is_external
        )


class _ContentTypesReader(PartReader):
    """Reads what kinds of parts there are (ECMA-376, part 2, 6.2.3)."""

    namespaces = frozenset({"http://schemas.openxmlformats.org/package/2006/content-types"})
    places = {"": frozenset({"Types"}), "Types": frozenset({"Override", "Default"})}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self._types: dict[str, str] = {}
        self.at_start["Override"] = lambda attributes: self._add("PartName", attributes)
        self.at_start["Default"] = lambda attributes: self._add("Extension", attributes)

    def _add(self, of: str, attributes: dict[str, str]) -> None:
        self._types.setdefault(
            part_key(attributes.get(of, "")).lstrip("/"), attributes.get("ContentType", "")
        )

    def of(self, part: str) -> str:
        """Return the type of a part, empty if it has none."""
        key = part_key(part)
        return self._types.get(key) or self._types.get(key.rpartition(".")[2], "")


def referred(attributes: Mapping[str, str], relationships: Mapping[str, Relationship]) -> Relationship | None:
    """Return to what an element refers by its attribute `r:id`; None if it does not say, or it is not listed."""
    ids = (attributes.get(f"{namespace} id", "") for namespace in RELATIONSHIP_NAMESPACES)
    return next((relationships[each] for each in ids if each in relationships), None)
