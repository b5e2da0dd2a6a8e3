import pytest
from packages import CONTENT_TYPES, PACKAGE_RELATIONS, RELATIONS, minimal, save

from sheetcnn.excel.package import Package, Refusal
from sheetcnn.excel.reader.relationships import Relationship, SmallParts, referred

STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"


def small(tmp_path, **parts):
    return SmallParts(
        Package(save(tmp_path / "book.xlsx", minimal() | parts).read_bytes()), limit=10_000, what="x"
    )


def relation(target, *, family=RELATIONS, mode=""):
    return (
        f'<Relationships xmlns="{PACKAGE_RELATIONS}"><Relationship Id="r" Type="{family}/image" '
        f'Target="{target}" {mode}/></Relationships>'
    )


@pytest.mark.parametrize(
    ("target", "part"),
    [
        ("c.xml", "xl/a/c.xml"),
        ("../c.xml", "xl/c.xml"),
        ("/xl/c.xml", "xl/c.xml"),
        ("./../b/./c.xml", "xl/b/c.xml"),
        ("..\\c.xml", "xl/c.xml"),
        ("../../../../etc/passwd", "etc/passwd"),
        ("", "xl/a"),
    ],
)
def test_a_target_is_an_address_whose_root_is_the_package(tmp_path, target, part):
    parts = small(tmp_path, **{"xl/a/_rels/s.xml.rels": relation(target)})
    assert parts.relationships("xl/a/s.xml") == {"r": Relationship("image", part, is_external=False)}


def test_what_is_outside_stays_as_it_is_spelled(tmp_path):
    outside = relation("http://example.org/../a", family=STRICT, mode='TargetMode="External"')
    (found,) = small(tmp_path, **{"_rels/s.xml.rels": outside}).relationships("s.xml").values()
    assert found == Relationship("image", "http://example.org/../a", is_external=True)


def test_a_type_that_the_format_does_not_know_has_no_kind(tmp_path):
    (found,) = (
        small(tmp_path, **{"_rels/s.xml.rels": relation("a", family="urn:x")}).relationships("s.xml").values()
    )
    assert found.kind == ""


def test_a_part_that_says_nothing_refers_to_nothing(tmp_path):
    assert small(tmp_path).relationships("xl/worksheets/sheet1.xml") == {}


def test_the_first_namespace_that_leads_somewhere_counts():
    here = Relationship("image", "a", is_external=False)
    assert referred({f"{STRICT} id": "r"}, {"r": here}) == here
    assert referred({f"{RELATIONS} id": "gone", f"{STRICT} id": "r"}, {"r": here}) == here
    assert referred({"id": "r"}, {"r": here}) is None


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ("xl/a.xml", "own"),
        ("XL/A.XML", "own"),
        ("xl/b.xml", "usual"),
        ("xl/b.XML", "usual"),
        ("xl/b.bin", ""),
        ("xl/b", ""),
    ],
)
def test_a_part_has_its_own_type_or_that_of_its_ending(tmp_path, part, kind):
    types = (
        f'<Types xmlns="{CONTENT_TYPES}"><Default Extension="xml" ContentType="usual"/>'
        '<Override PartName="/xl/a.xml" ContentType="own"/></Types>'
    )
    assert small(tmp_path, **{"[Content_Types].xml": types}).content_type(part) == kind


def test_small_parts_are_counted_together(tmp_path):
    parts = small(tmp_path, **{f"_rels/{n}.xml.rels": relation("x" * 4_000) for n in range(3)})
    assert len(parts.relationships("0.xml")) == len(parts.relationships("1.xml")) == 1
    with pytest.raises(Refusal, match="lists x in over 0 MiB: remove what it does not need"):
        parts.relationships("2.xml")
