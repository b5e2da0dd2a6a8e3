"""Faults in the file around the formulas of the workbook of `tiny`, and what verify is to say of each.

They are made in the text of the package, go through the whole of verify, and are counted in the score as the stage
`file`. Where things stand: the input P5:U10, filters X7:Z9 and X16:Z18, maps AC5:AF8 and AC14:AF17, dense weights
BE5, BE8, ..., labels BH5:BH7, scores BI5:BI7, the answer BH11.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from editing import SHEET, boolean, error_value, formula, number, rewrite, text, with_cells

from sheetcnn import verify

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml"

BOOK = "xl/workbook.xml"
BOOK_RELATIONS = "xl/_rels/workbook.xml.rels"
TYPES = "[Content_Types].xml"

Change = Callable[[str], str]

FILTER_1, FILTER_2 = "Network!$X$7:$Z$9", "Network!$X$16:$Z$18"
CONV = "SUMPRODUCT(P5:R7,$X$7:$Z$9)"  # in AC5
NEXT_CONV = "SUMPRODUCT(Q5:S7,$X$7:$Z$9)"  # in AD5


@dataclass(frozen=True)
class Fault:
    """A fault in the file.

    Attributes:
        operator: what sort of fault it is.
        what: which one of its sort.
        parts: what becomes of the parts of the package, by name.
        said: what verify is to say, and nothing else: severity, kind, and the cell; without a cell, the region.
        added: new parts of the package.
    """

    operator: str
    what: str
    parts: dict[str, Change]
    said: frozenset[tuple[str, str, str]]
    added: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.operator}: {self.what}"

    def put_into(self, file: Path, target: Path) -> set[tuple[str, str, str]]:
        """Put it into a copy of a workbook, and return what verify says."""
        changed = rewrite(file, target, self.parts, self.added)
        stale = self.operator == "stored_value"  # stale values follow from any number that has changed
        findings = verify(changed).findings
        return {
            (f.severity, f.kind, f.cell or f.region) for f in findings if stale or f.kind != "stale-value"
        }


def fault(operator: str, what: str, parts: dict[str, Change], *said: tuple[str, str, str]) -> Fault:
    return Fault(operator, what, parts, frozenset(said))


def address(cell: str) -> str:
    return cell.partition("!")[2]


def cells(changed: dict[str, str | None]) -> dict[str, Change]:
    return {SHEET: lambda xml: with_cells(xml, changed)}


def replaced(part: str, old: str, new: str) -> dict[str, Change]:
    def change(xml: str) -> str:
        assert re.search(old, xml), f"{part} has no {old}"
        return re.sub(old, new, xml)

    return {part: change}


def pointed(**names: str) -> dict[str, Change]:
    """Names that stand for something else."""

    def change(xml: str) -> str:
        for name, target in names.items():
            xml, count = re.subn(rf'(<definedName name="{name}">)[^<]*', rf"\g<1>{target}", xml)
            assert count == 1, f"there is no name {name}"
        return xml

    return {BOOK: change}


def beside_the_cells(element: str) -> dict[str, Change]:
    """An element after the cells of the sheet."""
    return replaced(SHEET, "</sheetData>", f"</sheetData>{element}")


def calculating(attributes: str) -> dict[str, Change]:
    return replaced(BOOK, "<calcPr [^>]*>", f"<calcPr {attributes}/>")


def error(kind: str, where: str) -> tuple[str, str, str]:
    return "error", kind, where


def warning(kind: str, where: str) -> tuple[str, str, str]:
    return "warning", kind, where


def numbers_as_text() -> list[Fault]:
    places = {"a pixel": "Network!Q6", "a weight of a filter": "Network!X7", "a dense weight": "Network!BE11"}
    return [
        *(
            fault("number_as_text", what, cells({address(cell): text("1")}), error("not-a-number", cell))
            for what, cell in places.items()
        ),
        fault("number_as_text", "a label", cells({"BH7": text("7")}), warning("label", "Network!BH7")),
    ]


def no_numbers() -> list[Fault]:
    contents = {
        "an error": error_value("#N/A"),
        "TRUE": boolean(True),
        "a formula that gives TRUE": formula("1=1", True),
        "a formula that gives a text": formula('"a"&"b"', "ab"),
        "a formula that gives an error": formula("1/0", "#DIV/0!"),
    }
    return [
        fault(
            "no_number",
            f"{what} in {cell}",
            cells({address(cell): content}),
            error("not-a-number", cell),
            *([warning("formula-for-number", cell)] if "<f>" in content else []),
        )
        for cell in ("Network!Q6", "Network!X7", "Network!BE11")
        for what, content in contents.items()
    ] + [
        fault("no_number", "an empty weight", cells({"X7": None}), error("not-a-number", "Network!X7")),
        fault("no_number", "an empty pixel", cells({"Q6": None}), warning("not-a-number", "Network!Q6")),
    ]


def stored_values() -> list[Fault]:
    answer = "MAX(AX5:AY6)"
    return [
        fault(
            "stored_value", "stale", cells({"BB5": formula(answer, 999)}), error("stale-value", "Network!BB5")
        ),
        fault(
            "stored_value",
            "a text",
            cells({"BB5": formula(answer, "9 ")}),
            error("stale-value", "Network!BB5"),
        ),
        fault(
            "stored_value",
            "none",
            cells({"BB5": formula(answer, None)}),
            warning("missing-value", "Network!BB5"),
        ),
    ]


def names() -> list[Fault]:
    one, other = "conv1_filter_1_1", "conv1_filter_2_1"
    gone = re.escape('<definedName name="pool1_1">Network!$BB$5</definedName>')
    return [
        fault("name", "re-pointed", pointed(**{one: FILTER_2}), error("name", one)),
        fault("name", "of a map", pointed(relu1_1="Network!$AI$14:$AL$17"), error("name", "relu1_1")),
        fault(
            "name",
            "of a weight",
            pointed(dense1_weights_1_2="Network!$BE$8"),
            error("name", "dense1_weights_1_2"),
        ),
        fault(
            "name",
            "swapped",
            pointed(**{one: FILTER_2, other: FILTER_1}),
            error("name", one),
            error("name", other),
        ),
        fault("name", "one cell off", pointed(input="Network!$Q$5:$V$10"), error("name", "input")),
        fault("name", "of another shape", pointed(input="Network!$P$5:$U$9"), error("name", "input")),
        fault("name", "lost", pointed(conv1_1="#REF!"), error("name", "conv1_1")),
        fault("name", "on a sheet that is gone", pointed(conv1_1="Gone!$A$1:$D$4"), error("name", "conv1_1")),
        fault("name", "deleted", replaced(BOOK, gone, ""), error("name", "pool1_1")),
    ]


def extra_cells() -> list[Fault]:
    surplus = "SUMPRODUCT(T5:V7,$X$7:$Z$9)"  # what AG5 would hold if the map went on
    return [
        fault(
            "extra_cell",
            "a map goes on",
            cells({"AG5": formula(surplus, 0)}),
            error("surplus", "Network!AG5"),
        ),
        fault(
            "extra_cell",
            "a formula",
            cells({"A40": formula("1+1", 2)}),
            warning("unknown-formula", "Network!A40"),
        ),
        fault("extra_cell", "far away", cells({"XFD1048576": number(1)})),
        fault(
            "extra_cell",
            "a formula far away",
            cells({"XFD1048576": formula("1+1", 2)}),
            warning("unknown-formula", "Network!XFD1048576"),
        ),
    ]


def hidden() -> list[Fault]:
    columns = replaced(
        SHEET, "<cols>.*?</cols>", '<cols><col min="17" max="17" width="3" hidden="1"/></cols>'
    )
    tab = replaced(BOOK, '<sheet name="Network"', '<sheet name="Network" state="hidden"')
    return [
        fault(
            "hidden",
            "a row",
            replaced(SHEET, '<row r="19"', '<row r="19" hidden="1"'),
            warning("hidden", "Network!AO19"),
        ),
        fault("hidden", "a row of nothing", replaced(SHEET, '<row r="31"', '<row r="31" hidden="1"')),
        fault("hidden", "a column", columns, warning("hidden", "Network!Q5")),
        fault("hidden", "the sheet", tab, warning("hidden", "")),
    ]


def merged() -> list[Fault]:
    return [
        fault(
            "merged",
            what,
            beside_the_cells(f'<mergeCells count="1"><mergeCell ref="{area}"/></mergeCells>'),
            error("merged", f"Network!{area.partition(':')[0]}"),
        )
        for what, area in (("over results", "AC5:AD5"), ("over pixels", "P9:Q10"))
    ]


def settings() -> list[Fault]:
    return [
        fault("setting", "precision as displayed", calculating('fullPrecision="0"'), error("setting", "")),
        fault("setting", "manual", calculating('calcMode="manual"'), warning("setting", "")),
        fault("setting", "iteration", calculating('iterate="1"'), warning("setting", "")),
    ]


def links() -> list[Fault]:
    relation = f"{RELATIONS}/externalLink"
    content = f"{XLSX}.externalLink+xml"
    entry = '<externalReferences><externalReference r:id="rId99"/></externalReferences>'
    target = f'<Relationship Id="rId99" Type="{relation}" Target="externalLinks/externalLink1.xml"/>'
    typed = f'<Override PartName="/xl/externalLinks/externalLink1.xml" ContentType="{content}"/>'
    link = {
        **replaced(BOOK, "</sheets>", f"</sheets>{entry}"),
        **replaced(BOOK_RELATIONS, "</Relationships>", f"{target}</Relationships>"),
        **replaced(TYPES, "</Types>", f"{typed}</Types>"),
    }
    there = f'<Relationship Id="rId1" Type="{RELATIONS}/externalLinkPath" Target="other.xlsx" TargetMode="External"/>'
    added = {
        "xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{MAIN}"><externalBook xmlns:r="{RELATIONS}" '
        'r:id="rId1"><sheetNames><sheetName val="Sheet1"/></sheetNames></externalBook></externalLink>',
        "xl/externalLinks/_rels/externalLink1.xml.rels": f'<Relationships xmlns="{PACKAGE_RELATIONS}">{there}'
        "</Relationships>",
    }
    reading = cells({"AC5": formula(f"{CONV}+[1]Sheet1!A1", 0)})
    said = warning("external-link", "")
    return [
        Fault("external_link", "unused", link, frozenset({said}), added),
        Fault(
            "external_link",
            "read",
            {**link, **reading},
            frozenset({said, error("unsupported", "Network!AC5")}),
            added,
        ),
    ]


def labels() -> list[Fault]:
    return [
        fault("label", "emptied", cells({"BH6": None}), error("label", "Network!BH6")),
        fault("label", "there twice", cells({"BH6": number(7)}), error("label", "Network!BH7")),
        fault("label", "a formula", cells({"BH6": formula("2-1", 1)}), warning("label", "Network!BH6")),
        fault("label", "an error", cells({"BH6": error_value("#N/A")}), error("label", "Network!BH6")),
    ]


def circles() -> list[Fault]:
    def circular(*found: str) -> list[tuple[str, str, str]]:
        return [error("circular", f"Network!{cell}") for cell in found]

    return [
        fault("circle", "of one", cells({"AC5": formula("AC5+1", 0)}), *circular("AC5")),
        fault(
            "circle",
            "of two",
            cells({"AC5": formula(f"{CONV}+0*AD5", 0), "AD5": formula(f"{NEXT_CONV}+0*AC5", 0)}),
            *circular("AC5", "AD5"),
        ),
        fault(
            "circle",
            "through a formula of one's own",
            cells({"AC5": formula(f"{CONV}+0*A40", 0), "A40": formula("AC5", 0)}),
            *circular("AC5", "A40"),
        ),
    ]


def array_formulas() -> list[Fault]:
    filled = f'<f t="array" ref="AC5:AD5">{CONV}</f><v>0</v>'
    return [
        fault(
            "array_formula",
            "filled over two cells",
            cells({"AC5": filled, "AD5": number(0)}),
            error("formula", "Network!AD5"),
        ),
    ]


FAULTS = [
    *numbers_as_text(),
    *no_numbers(),
    *stored_values(),
    *names(),
    *extra_cells(),
    *hidden(),
    *merged(),
    *settings(),
    *links(),
    *labels(),
    *circles(),
    *array_formulas(),
]
