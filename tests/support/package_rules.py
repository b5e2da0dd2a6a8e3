"""What is known to make Excel offer a repair, as rules over a workbook's package; each yields what breaks it.

Sources: ECMA-376 part 1, section 18 (order of elements, types, indices); Microsoft's "Excel specifications and
limits"; and threads of people whose files were repaired: writexl #91 (literals over 255 characters), linkml #1798
(lists of validations over 255).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

from package_parts import (
    CHART,
    DRAWING,
    LAST_COLUMN,
    LAST_ROW,
    MAIN,
    PACKAGE,
    RELATION,
    TYPES,
    Area,
    Package,
    area,
    formula_problems,
)

Rule = Callable[[Package], Iterator[str]]
RULES: list[Rule] = []

_ORDERS = {
    "worksheet": (
        "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges "
        "scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr "
        "conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter "
        "rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing "
        "legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts extLst"
    ),
    "workbook": (
        "fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences "
        "definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing "
        "fileRecoveryPr webPublishObjects extLst"
    ),
    "styleSheet": (
        "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst"
    ),
}
ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}
BUILT_IN_FORMATS = {*range(23), *range(37, 50)}


def rule(check: Rule) -> Rule:
    RULES.append(check)
    return check


def problems(package: Package) -> list[str]:
    """Return what breaks any rule, each with the rule's name."""
    return [f"{check.__name__}: {problem}" for check in RULES for problem in check(package)]


def tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def repeated(values: Iterable[object]) -> list[object]:
    return [value for value, count in Counter(values).items() if count > 1]


def areas(text: str | None) -> list[Area | None]:
    return [area(each) for each in (text or "?").split()]


def cells(package: Package) -> Iterator[tuple[str, ET.Element]]:
    for name, sheet in package.worksheets.items():
        for cell in sheet.iter(f"{MAIN}c"):
            yield name, cell


@rule
def zip_names(package: Package) -> Iterator[str]:
    for name in repeated(name.casefold() for name in package.names):
        yield f"two parts are called {name}"


@rule
def content_types(package: Package) -> Iterator[str]:
    types = package.xml("[Content_Types].xml")
    defaults = {each.get("Extension", "").casefold() for each in types.iter(f"{TYPES}Default")}
    overrides = [each.get("PartName", "").lstrip("/") for each in types.iter(f"{TYPES}Override")]
    yield from (f"{name} is declared twice" for name in repeated(overrides))
    yield from (f"{name} is declared and missing" for name in overrides if name not in package.parts)
    for name in package.parts:
        known = name in overrides or name.rpartition(".")[2].casefold() in defaults
        if not known and name != "[Content_Types].xml":
            yield f"{name} has no type"


@rule
def relationships(package: Package) -> Iterator[str]:
    for name in package.parts:
        if name.endswith(".rels"):
            found = list(package.xml(name).iter(f"{PACKAGE}Relationship"))
            yield from (f"{name}: {each} twice" for each in repeated(each.get("Id") for each in found))
            continue
        for target in package.targets(name).values():
            if not target.external and target.name not in package.parts:
                yield f"{name} leads to {target.name}, which is missing"
        if name.endswith(".xml"):
            known = package.targets(name)
            used = {v for each in package.xml(name).iter() for k, v in each.items() if k.startswith(RELATION)}
            yield from (f"{name} uses {each}, no relationship of it" for each in used - known.keys())


@rule
def order_of_elements(package: Package) -> Iterator[str]:
    for part, root in [
        ("workbook", package.workbook),
        ("styles", package.styles),
        *package.worksheets.items(),
    ]:
        order = _ORDERS[tag(root)].split()
        found = [tag(child) for child in root]
        yield from (f"{part}: {name} does not belong here" for name in found if name not in order)
        places = [order.index(name) for name in found if name in order]
        yield from (f"{part}: {order[b]} behind {order[a]}" for a, b in pairwise(places) if a > b)
        yield from (f"{part}: {name} twice" for name in repeated(found) if name != "conditionalFormatting")


@rule
def sheet_names(package: Package) -> Iterator[str]:
    entries = list(package.workbook.iter(f"{MAIN}sheet"))
    names = [entry.get("name", "") for entry in entries]
    for name in names:
        if not 1 <= len(name) <= 31 or re.search(r"[\[\]:*?/\\]", name) or name[0] == "'" or name[-1] == "'":
            yield f"{name!r} is no name for a sheet"
        if name.casefold() == "history":
            yield "History is Excel's own"
    yield from (f"two sheets are called {name}" for name in repeated(name.casefold() for name in names))
    yield from (f"sheetId {each} twice" for each in repeated(entry.get("sheetId") for entry in entries))
    if len(package.worksheets) != len(names):
        yield "a sheet has no part"
    if all(entry.get("state", "visible") != "visible" for entry in entries):
        yield "no sheet is visible"


@rule
def defined_names(package: Package) -> Iterator[str]:
    scopes = [(each.get("localSheetId"), each.get("name", "").casefold()) for each in package.defined]
    yield from (f"{name} is defined twice" for name in repeated(scopes))
    for each in package.defined:
        name, text = each.get("name", ""), each.text or ""
        if not re.fullmatch(r"[^\W\d][\w.\\?]*|\\[\w.\\?]+", name) or len(name) > 255:
            yield f"{name!r} is no name"
        if area(name.upper()) or re.fullmatch(r"(?i)r|c|r\d*c\d*", name):
            yield f"{name} is a cell's address"
        yield from (f"{name}: {problem}" for problem in formula_problems(text))
        yield from (f"{name}: {problem}" for problem in reference_problems(package, text))


def reference_problems(package: Package, text: str) -> Iterator[str]:
    """Yield what is wrong with each range of `Sheet!$A$1:$B$2,...`."""
    for match in re.finditer(r"(?:'((?:[^']|'')+)'|([\w.]+))!(\$?[A-Z]*\$?\d*(?::\$?[A-Z]*\$?\d*)?)", text):
        sheet = (match[1] or match[2]).replace("''", "'")
        if sheet not in package.sheets:
            yield f"there is no sheet {sheet}"
        ends = match[3].replace("$", "").split(":")
        whole = len(ends) == 2 and (all(e.isdecimal() for e in ends) or all(e.isalpha() for e in ends))
        if not whole and area(match[3]) is None:
            yield f"{match[3]} is no range"


@rule
def print_names(package: Package) -> Iterator[str]:
    sheets = list(package.sheets)
    for each in package.defined:
        if not each.get("name", "").startswith("_xlnm."):
            continue
        local = each.get("localSheetId")
        if local is None or not int(local) < len(sheets):
            yield f"{each.get('name')} belongs to no sheet"
            continue
        for sheet in re.findall(r"(?:'((?:[^']|'')+)'|([\w.]+))!", each.text or ""):
            if (sheet[0] or sheet[1]).replace("''", "'") != sheets[int(local)]:
                yield f"{each.get('name')} of {sheets[int(local)]} names another sheet"


@rule
def rows_and_cells(package: Package) -> Iterator[str]:
    for name, sheet in package.worksheets.items():
        rows = [int(row.get("r", "0")) for row in sheet.iter(f"{MAIN}row")]
        yield from (f"{name}: row {b} behind {a}" for a, b in pairwise(rows) if a >= b)
        if rows and not 1 <= min(rows) <= max(rows) <= LAST_ROW:
            yield f"{name}: a row outside of the sheet"
        for row in sheet.iter(f"{MAIN}row"):
            last = 0
            for cell in row.iter(f"{MAIN}c"):
                place = area(cell.get("r", ""))
                if place is None or place.top != int(row.get("r", "0")) or place.left <= last:
                    yield f"{name}: {cell.get('r')} is not at its place"
                else:
                    last = place.left
            if float(row.get("ht", "0")) > 409.5:
                yield f"{name}: row {row.get('r')} is too high"


@rule
def cell_types(package: Package) -> Iterator[str]:
    for name, cell in cells(package):
        kind, value = cell.get("t", "n"), cell.findtext(f"{MAIN}v")
        if kind == "inlineStr":
            fits = value is None and cell.find(f"{MAIN}is") is not None
        elif value is None:
            fits = True
        elif kind == "s":
            fits = value.isdecimal() and int(value) < len(package.texts)
        elif kind == "n":
            fits = re.fullmatch(r"[-+]?[0-9.]+([eE][-+]?\d+)?", value) is not None and math.isfinite(
                float(value)
            )
        else:
            fits = {"b": value in ("0", "1"), "e": value in ERRORS, "str": True}.get(kind, False)
        if not fits:
            yield f"{name}!{cell.get('r')}: {value!r} is no {kind}"


@rule
def long_texts(package: Package) -> Iterator[str]:
    yield from (f"a text of {len(text):,} characters" for text in package.texts if len(text) > 32_767)
    for name, cell in cells(package):
        if cell.get("t") == "str" and len(cell.findtext(f"{MAIN}v") or "") > 32_767:
            yield f"{name}!{cell.get('r')}: more than 32,767 characters"


@rule
def cell_formulas(package: Package) -> Iterator[str]:
    for name, cell in cells(package):
        text = cell.findtext(f"{MAIN}f")
        for problem in formula_problems(text or ""):
            yield f"{name}!{cell.get('r')}: {problem}"


@rule
def array_formulas(package: Package) -> Iterator[str]:
    for name, sheet in package.worksheets.items():
        merged = [area(each.get("ref", "")) for each in sheet.iter(f"{MAIN}mergeCell")]
        taken: list[Area] = []
        for cell in sheet.iter(f"{MAIN}c"):
            formula = cell.find(f"{MAIN}f")
            if formula is None or formula.get("t") != "array":
                continue
            place, own = area(formula.get("ref", "")), area(cell.get("r", ""))
            if place is None or own is None or (place.top, place.left) != (own.top, own.left):
                yield f"{name}!{cell.get('r')}: its array stands elsewhere"
                continue
            large = place != own
            if large and any(place.overlaps(each) for each in taken):
                yield f"{name}!{cell.get('r')}: two arrays overlap"
            if any(each is not None and place.overlaps(each) for each in merged):
                yield f"{name}!{cell.get('r')}: an array in merged cells"
            if large:
                taken.append(place)


@rule
def merged_cells(package: Package) -> Iterator[str]:
    for name, sheet in package.worksheets.items():
        found = [area(each.get("ref", "")) for each in sheet.iter(f"{MAIN}mergeCell")]
        places = [each for each in found if each is not None]
        if len(places) < len(found) or any((p.top, p.left) == (p.bottom, p.right) for p in places):
            yield f"{name}: a merged range of one cell, or none"
        for one, other in combinations(places, 2):
            if one.overlaps(other):
                yield f"{name}: merged ranges overlap at row {other.top}"


@rule
def columns(package: Package) -> Iterator[str]:
    for name, sheet in package.worksheets.items():
        last = 0
        for column in sheet.iter(f"{MAIN}col"):
            low, high = int(column.get("min", "0")), int(column.get("max", "0"))
            if not last < low <= high <= LAST_COLUMN:
                yield f"{name}: columns {low} to {high} overlap or are none"
            if not 0 <= float(column.get("width", "0")) <= 255:
                yield f"{name}: column {low} is {column.get('width')} wide"
            last = high


@rule
def styles(package: Package) -> Iterator[str]:
    counts = {tag(each): len(each) for each in package.styles}
    formats = {int(each.get("numFmtId", "0")) for each in package.styles.iter(f"{MAIN}numFmt")}
    for each in package.styles.iter(f"{MAIN}numFmt"):
        if len(each.get("formatCode", "")) > 255:
            yield f"a number format of {len(each.get('formatCode', ''))} characters"
    formats |= BUILT_IN_FORMATS
    for parent in ("cellStyleXfs", "cellXfs"):
        for xf in package.styles.iterfind(f"{MAIN}{parent}/{MAIN}xf"):
            limits = {"fontId": "fonts", "fillId": "fills", "borderId": "borders", "xfId": "cellStyleXfs"}
            for attribute, what in limits.items():
                if int(xf.get(attribute, "0")) >= counts.get(what, 0):
                    yield f"{parent}: {attribute} {xf.get(attribute)} of {counts.get(what, 0)}"
            if int(xf.get("numFmtId", "0")) not in formats:
                yield f"{parent}: no number format {xf.get('numFmtId')}"
    if counts.get("cellXfs", 0) > 64_000 or counts.get("fonts", 0) > 1_024:
        yield "too many styles"
    for name, sheet in package.worksheets.items():
        used = {int(each.get("s", "0")) for each in sheet.iter(f"{MAIN}c")}
        used |= {int(each.get("style", "0")) for each in sheet.iter(f"{MAIN}col")}
        used |= {int(each.get("s", "0")) for each in sheet.iter(f"{MAIN}row")}
        if max(used, default=0) >= counts.get("cellXfs", 0):
            yield f"{name}: style {max(used)} of {counts.get('cellXfs', 0)}"


@rule
def conditional_formats(package: Package) -> Iterator[str]:
    styles_there = len(package.styles.findall(f"{MAIN}dxfs/{MAIN}dxf"))
    for name, sheet in package.worksheets.items():
        rules = list(sheet.iter(f"{MAIN}cfRule"))
        yield from (f"{name}: priority {each} twice" for each in repeated(r.get("priority") for r in rules))
        for each in rules:
            style = each.get("dxfId")
            if style is not None and int(style) >= styles_there:
                yield f"{name}: a conditional format has style {style} of {styles_there}"
            for formula in each.iter(f"{MAIN}formula"):
                yield from (
                    f"{name}: a conditional format: {p}" for p in formula_problems(formula.text or "")
                )
            yield from (f"{name}: {problem}" for problem in scale_problems(each))
        for block in sheet.iter(f"{MAIN}conditionalFormatting"):
            if None in areas(block.get("sqref")):
                yield f"{name}: a conditional format of {block.get('sqref')}"


def scale_problems(format_rule: ET.Element) -> Iterator[str]:
    """Yield what is wrong with a colour scale or bars: points, colours, and formulas that are not all absolute."""
    for scale in format_rule.iter(f"{MAIN}colorScale"):
        points, colours = (len(scale.findall(f"{MAIN}{kind}")) for kind in ("cfvo", "color"))
        if points != colours or points not in (2, 3):
            yield f"a colour scale of {points} points and {colours} colours"
    for point in format_rule.iter(f"{MAIN}cfvo"):
        value = point.get("val")
        if point.get("type") in ("min", "max"):
            continue
        if value is None:
            yield f"a point of a scale has no {point.get('type')}"
            continue
        yield from (f"a scale: {problem}" for problem in formula_problems(value))
        for reference in re.findall(
            r"(?<![\w$.])(\$?[A-Z]{1,3}\$?\d+)(?![\w(])", re.sub(r'"[^"]*"', "", value)
        ):
            if reference.count("$") != 2:
                yield f"a scale has the relative reference {reference}"


@rule
def validations(package: Package) -> Iterator[str]:
    for name, sheet in package.worksheets.items():
        taken: list[Area] = []
        for each in sheet.iter(f"{MAIN}dataValidation"):
            own = areas(each.get("sqref"))
            if None in own:
                yield f"{name}: a validation of {each.get('sqref')}"
            places = [place for place in own if place is not None]
            if any(place.overlaps(other) for place in places for other in taken):
                yield f"{name}: validations overlap at {each.get('sqref')}"
            taken += places
            for attribute, most in {"promptTitle": 32, "errorTitle": 32, "prompt": 255, "error": 255}.items():
                if len(each.get(attribute, "")) > most:
                    yield f"{name}: {attribute} has {len(each.get(attribute, ''))} characters"
            for formula in (each.findtext(f"{MAIN}formula{number}") or "" for number in (1, 2)):
                yield from (f"{name}: a validation: {problem}" for problem in formula_problems(formula))
        block = sheet.find(f"{MAIN}dataValidations")
        if block is not None and int(block.get("count", len(block))) != len(block):
            yield f"{name}: a wrong count of validations"


@rule
def hyperlinks(package: Package) -> Iterator[str]:
    names = {each.get("name", "").casefold() for each in package.defined}
    for name, sheet in package.worksheets.items():
        links = list(sheet.iter(f"{MAIN}hyperlink"))
        places = [(each.get("ref"), each.get("location")) for each in links if each.get("location")]
        for cell in sheet.iter(f"{MAIN}c"):
            formula = cell.findtext(f"{MAIN}f") or ""
            places += [(cell.get("r"), to) for to in re.findall(r'HYPERLINK\("#([^"&]*)"[,)]', formula)]
        for where, location in places:
            if "!" in (location or ""):
                yield from (f"{name}!{where}: {p}" for p in reference_problems(package, location or ""))
            elif (location or "").casefold() not in names:
                yield f"{name}!{where}: leads to {location}, which is no name"
        yield from (f"{name}: {each} has two links" for each in repeated(each.get("ref") for each in links))
        for each in links:
            if area(each.get("ref", "")) is None or len(each.get("tooltip", "")) > 255:
                yield f"{name}: a link at {each.get('ref')}"
        if len(links) > 65_530:
            yield f"{name}: {len(links):,} links"


@rule
def pages(package: Package) -> Iterator[str]:
    for name, sheet in package.worksheets.items():
        for setup in sheet.iter(f"{MAIN}pageSetup"):
            if not 10 <= int(setup.get("scale", "100")) <= 400:
                yield f"{name}: printed at {setup.get('scale')} %"
        for view in sheet.iter(f"{MAIN}sheetView"):
            if not 10 <= int(view.get("zoomScale", "100")) <= 400:
                yield f"{name}: shown at {view.get('zoomScale')} %"
        for kind, most in (("rowBreaks", LAST_ROW), ("colBreaks", LAST_COLUMN)):
            found = [int(each.get("id", "0")) for each in sheet.iterfind(f"{MAIN}{kind}/{MAIN}brk")]
            if (
                len(found) > 1_026
                or found != sorted(set(found))
                or not all(0 < each < most for each in found)
            ):
                yield f"{name}: page breaks {found[:5]} ..."
        for each in sheet.iterfind(f"{MAIN}headerFooter/*"):
            if len(each.text or "") > 255:
                yield f"{name}: {tag(each)} has {len(each.text or '')} characters"


@rule
def ignored_errors(package: Package) -> Iterator[str]:
    for name, sheet in package.worksheets.items():
        for each in sheet.iter(f"{MAIN}ignoredError"):
            if None in areas(each.get("sqref")):
                yield f"{name}: an ignored error of {each.get('sqref')}"


@rule
def charts(package: Package) -> Iterator[str]:
    for name, chart in package.charts():
        for formula in chart.iter(f"{CHART}f"):
            text = formula.text or ""
            if not re.search(r"!\$?[A-Z]+\$?\d", text):
                yield f"{name}: {text} is no range"
            yield from (f"{name}: {problem}" for problem in reference_problems(package, text))
        area_of = chart.find(f"{CHART}chart/{CHART}plotArea")
        axes = (
            {} if area_of is None else {a.find(f"{CHART}axId"): a for a in area_of if tag(a).endswith("Ax")}
        )
        known = {each.get("val") for each in axes if each is not None}
        crossed = {each.get("val") for axis in axes.values() for each in axis.iter(f"{CHART}crossAx")}
        used = [
            each.get("val")
            for plot in (area_of or ())
            if tag(plot).endswith("Chart")
            for each in plot.iterfind(f"{CHART}axId")
        ]
        if not set(used) <= known or not crossed <= known:
            yield f"{name}: an axis that is not there"
        series = list(chart.iter(f"{CHART}ser"))
        for attribute in ("idx", "order"):
            numbers = [each.find(f"{CHART}{attribute}") for each in series]
            if repeated(each.get("val") for each in numbers if each is not None):
                yield f"{name}: two series have one {attribute}"


@rule
def drawings(package: Package) -> Iterator[str]:
    for name in package.parts:
        if not re.fullmatch(r"xl/drawings/drawing\d+\.xml", name):
            continue
        drawing = package.xml(name)
        ids = [each.get("id") for each in drawing.iter(f"{DRAWING}cNvPr")]
        yield from (f"{name}: id {each} twice" for each in repeated(ids))
        for kind, most in (("row", LAST_ROW), ("col", LAST_COLUMN)):
            if any(not 0 <= int(each.text or "-1") < most for each in drawing.iter(f"{DRAWING}{kind}")):
                yield f"{name}: an anchor outside of the sheet"
