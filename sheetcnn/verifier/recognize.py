"""What a workbook claims to be: its network, where each region stands, and which names fail to say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from sheetcnn.errors import SpecError, WorkbookError, did_you_mean
from sheetcnn.excel.addresses import Range, a1
from sheetcnn.excel.ast import FormulaError, Reference
from sheetcnn.excel.cell_array import in_words
from sheetcnn.excel.parser import parse
from sheetcnn.excel.region import Region
from sheetcnn.excel.workbook import Sheet, Workbook
from sheetcnn.network.network import Network
from sheetcnn.network.template import Template
from sheetcnn.network.toml_template import load_template, template_names
from sheetcnn.verifier.coverage import described
from sheetcnn.verifier.defined_names import repair_names
from sheetcnn.verifier.report import ERROR, WARNING, Finding
from sheetcnn.verifier.template_check import check_template
from sheetcnn.workbook import layout as layouts
from sheetcnn.workbook.design import available_sheets, plan, with_sheets
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues
from sheetcnn.workbook.layout import Layout
from sheetcnn.workbook.sheet import LessonSheet
from sheetcnn.workbook.sheets import SHEETS, model
from sheetcnn.workbook.spec import WorkbookSpec, assemble


@dataclass
class RecognizedWorkbook:
    """A workbook and the network that it is to hold.

    Attributes:
        workbook: as it was read.
        network: the network that its formulas are to compute.
        template: the name of the template.
        layout: where its regions stand.
        blocks: everything that is to hold formulas.
        pages: the sheets that it is to have beside the network's own.
        findings: what is wrong with its names, and with its table of the network.
        unplaced: the regions whose names lead nowhere: they are taken to stand where they are generated.
    """

    workbook: Workbook
    network: Network
    template: str
    layout: Layout
    blocks: list[FormulaBlock]
    pages: Sequence[LessonSheet] = ()
    findings: list[Finding] = field(default_factory=list)
    unplaced: Set[str] = frozenset()

    @cached_property
    def spec(self) -> WorkbookSpec:
        """The workbook as data."""
        return assemble(self.network, self.layout, self.pages)

    @cached_property
    def read_only(self) -> dict[str, RegionValues]:
        """What nobody is to change, by the region that holds it."""
        return self.spec.read_only

    @cached_property
    def allowed(self) -> dict[str, Sequence[float | str]]:
        """What regions may hold that random numbers are no example of."""
        return self.spec.allowed

    @property
    def following(self) -> list[FormulaBlock]:
        """Everything that holds formulas but what chooses the pixels of the input."""
        inputs = {region.name for region in self.layout.inputs}
        return [e for e in self.blocks if inputs.isdisjoint(region.name for region in e.regions)]

    @cached_property
    def constants(self) -> list[tuple[str, Region]]:
        """The regions that hold no formulas, each with its stage."""
        layout = self.layout
        computed = {region.name for block in self.blocks for region in block.regions}
        weights = [(name, r) for name, grid in layout.weights.items() for row in grid for r in row]
        others = [(region.sheet.lower(), region) for region in layout.extra.values()]
        inputs = [("input", region) for region in layout.inputs]
        return [(stage, r) for stage, r in (*inputs, *weights, *others) if r.name not in computed]


def recognize(workbook: Workbook, template: Template | None, sheet: str | None = None) -> RecognizedWorkbook:
    """Find out which network a workbook holds, and where.

    Args:
        workbook: the workbook.
        template: the network that is asked for; without it, the workbook's own table says.
        sheet: the sheet that the template's ranges are on, if not the one that it names.

    Raises:
        WorkbookError: the workbook has no such table, it describes no network, or its sheets do not fit together.
        SpecError: the table describes another network than the one that is asked for.
    """
    try:
        return _identified(workbook, template, sheet)
    except KeyError as missing:  # a page asks for the regions of another one by their names
        raise WorkbookError(
            f"{workbook.path}: the list of sheets on {model.SHEET} leaves out the one that has {missing.args[0]}, "
            "which another of its sheets needs: name it there, or generate the workbook again"
        ) from missing


def _identified(workbook: Workbook, template: Template | None, sheet: str | None) -> RecognizedWorkbook:
    if template is not None:
        network, name = template.network, template.name
        _check_asked(workbook, template)
    else:
        network, name = _network_in(workbook)
    places: dict[str, Region] = {}
    findings = []
    pages, said = _pages(workbook, network, name, template)
    planned = _planned(network, name, template, pages)
    if deleted := _deleted(workbook, network, planned, pages):
        findings += [_without(page) for page in deleted]
        pages = [page for page in pages if page not in deleted]
        planned = _planned(network, name, template, pages)
    given: Mapping[str, Range] = {}
    if template is not None and template.regions and not workbook.names.keys() & template.regions.keys():
        given = template.regions
        pages, said = [], []
        planned = layouts.layout_from_template(network, _sheet_for(workbook, sheet or template.sheet), given)
    for region in planned.regions:
        if given:
            continue
        try:
            places[region.name] = _place(workbook, region)
        except SpecError as error:
            findings.append(_name_finding(region, workbook.names.get(region.name, ""), str(error)))
    findings += said
    layout = planned.relocated(places)
    moved: list[Region] = []
    if places:
        layout, moved = repair_names(workbook, assemble(network, planned, pages).blocks, planned, layout)
        findings += [
            _astray(region, workbook.names[region.name]) for region in moved if region.name in places
        ]
    if not any(region.sheet in workbook.sheets for region in layout.regions):
        raise WorkbookError(
            f"{workbook.path} has none of the names that sheetcnn gives to regions, such as conv1_1: "
            "choose a workbook that sheetcnn generated"
        )
    shown: Sequence[FormulaBlock] = assemble(network, layout, pages).blocks
    if given:
        shown, left_out = described(network, shown, given)
        findings += left_out
    if template is None:
        findings += _model_findings(workbook, model.table(network, shown))
    unplaced = {region.name for region in planned.regions} - places.keys() - {region.name for region in moved}
    return RecognizedWorkbook(
        workbook, network, name, layout, list(shown), pages, findings, set() if given else unplaced
    )


def _check_asked(workbook: Workbook, template: Template) -> None:
    try:
        own, name = _network_in(workbook)
    except WorkbookError:  # a template says what a workbook without a table, or with a broken one, is to hold
        return
    check_template(workbook.path, own, name, template)


def _planned(network: Network, name: str, template: Template | None, pages: Sequence[LessonSheet]) -> Layout:
    """Return where regions stand in a workbook that was just generated."""
    if template is None and name in template_names():
        template = load_template(name, weights=False)
    if template is not None and template.network == network and template.regions:
        return with_sheets(
            network, layouts.layout_from_template(network, template.sheet, template.regions), pages
        )
    return plan(network, pages)


def _sheet_for(workbook: Workbook, name: str) -> str:
    sheet = _sheet(workbook, name)
    if sheet is None:
        near = did_you_mean(name, workbook.sheets)
        names = ", ".join(workbook.sheets)
        raise SpecError(f"{workbook.path} has no sheet {name}{near}: name one of {names} with --sheet")
    return sheet.name


def _network_in(workbook: Workbook) -> tuple[Network, str]:
    try:
        table = _named(workbook, "model")
        classes = _named(workbook, "classes")
        rows = [
            [
                workbook.sheets[table.sheet].values.get(table.cell(row, column))
                for column in range(table.columns)
            ]
            for row in range(table.rows)
        ]
        labels = [workbook.sheets[classes.sheet].values.get(cell) for cell in classes.cells()]
        named = ["" if label is None else in_words(label) for label in labels]
        try:
            network = model.network_from(rows, named)
        except SpecError:  # a row may have been inserted between the labels
            network = model.network_from(rows, [name for name in named if name])
        name = _named(workbook, "template")
        found = workbook.sheets[name.sheet].values.get((name.top, name.left))
        return network, str(found)
    except SpecError as error:
        raise WorkbookError(
            f"{workbook.path} does not say which network it holds: {error}; "
            "name the network with --template, or choose a workbook that sheetcnn generated"
        ) from error


def _pages(
    workbook: Workbook, network: Network, name: str, template: Template | None
) -> tuple[list[LessonSheet], list[Finding]]:
    """Return the pages that a workbook has, and what is wrong with its own list of them.

    A page is there if the list names it, or if the names of its regions still lead to cells: what stands there is to
    be checked, whatever became of the list.
    """
    unnamed = replace(
        network, classes=tuple(map(str, range(len(network.classes))))
    )  # labels may have been changed
    every = available_sheets(unnamed)
    planned = _planned(network, name, template, every)
    shared = {region.name for region in _planned(network, name, template, ()).regions}
    there = {
        page.sheet
        for page in every
        if any(
            _leads_somewhere(workbook, region.name)
            for region in page.declare(network, planned).regions
            if region.name not in shared
        )
    }
    try:
        place = _named(workbook, "pages")
    except SpecError as error:
        message = f"{error}: it belongs to the list of sheets on {model.SHEET}"
        said = [Finding("", "", "pages", ERROR, "pages", "", "", message)] if there else []
        return [page for page in every if page.sheet in there], said
    value = workbook.sheets[place.sheet].values.get(place.cell(0, 0))
    listed = [each.strip() for each in ("" if value is None else in_words(value)).split(",") if each.strip()]
    named = {each.casefold() for each in listed} - {model.NO_PAGES}
    pages = [page for page in every if page.sheet in there or page.sheet.casefold() in named]
    left_out = [page.sheet for page in pages if page.sheet.casefold() not in named]
    unknown = [
        each
        for each in listed
        if each.casefold()
        not in {name.casefold() for name in (*(sheet.sheet for sheet in SHEETS), model.NO_PAGES)}
    ]
    faults = [f"leaves out {', '.join(left_out)}, which is there"] if left_out else []
    faults += [f"names {', '.join(unknown)}, which sheetcnn does not write"] if unknown else []
    expected, found = ", ".join(page.sheet for page in pages) or model.NO_PAGES, ", ".join(listed)
    where = f"{place.sheet}!{a1(*place.cell(0, 0))}"
    return pages, [
        Finding(where, "model", "pages", ERROR, "pages", expected, found, f"the list of sheets {fault}")
        for fault in faults
    ]


def _deleted(
    workbook: Workbook, network: Network, planned: Layout, pages: Sequence[LessonSheet]
) -> list[LessonSheet]:
    """Return the pages of whose names none leads anywhere any more, if nothing else reads what was on them."""
    deleted = []
    for page in pages:
        names = {region.name for region in page.declare(network, planned).regions}
        if any(_leads_somewhere(workbook, name) for name in names):
            continue
        others = (
            e for e in assemble(network, planned, pages).blocks if names.isdisjoint(r.name for r in e.regions)
        )
        if names.isdisjoint(region.name for block in others for region in block.reads):
            deleted.append(page)
    return deleted


def _leads_somewhere(workbook: Workbook, name: str) -> bool:
    try:
        _named(workbook, name)
    except SpecError:
        return False
    return True


def _without(page: LessonSheet) -> Finding:
    message = f"the sheet {page.sheet} has been deleted: what it explained is gone, and all else is as it was"
    return Finding("", "", "", WARNING, "deleted-sheet", page.sheet, "", message)


def _model_findings(workbook: Workbook, table: list[tuple[str | int | float, ...]]) -> list[Finding]:
    """Compare the table with what the network that it describes comes to."""
    place = _named(workbook, "model")
    values = workbook.sheets[place.sheet].values
    findings = []
    for row, belonging in enumerate(table):
        for column, belongs in enumerate(belonging):
            cell = place.cell(row, column)
            value = values.get(cell)
            expected, found = str(belongs), "" if value is None else in_words(value)
            if expected != found:
                where, stage = f"{place.sheet}!{a1(*cell)}", str(belonging[0])
                message = (
                    f"the table of the network contradicts itself: {model.more_heads()[column]} of {stage}"
                )
                findings.append(Finding(where, stage, "model", ERROR, "model", expected, found, message))
    return findings


def _place(workbook: Workbook, planned: Region) -> Region:
    """Return where a region stands now.

    Raises:
        SpecError: its name is missing, broken, or points to cells of another shape.
    """
    found = _named(workbook, planned.name)
    for step in (planned.step, 1, 2):
        if (found.rows, found.columns) == (
            (planned.rows - 1) * step + 1,
            (planned.columns - 1) * step + 1,
        ):
            return replace(found, rows=planned.rows, columns=planned.columns, step=step)
        if torn := _torn(workbook, planned, found, step):
            return torn
    raise SpecError(
        f"the name {planned.name} points to {found.rows}×{found.columns} cells "
        f"where {planned.rows}×{planned.columns} belong"
    )


def _torn(workbook: Workbook, planned: Region, found: Region, step: int) -> Region | None:
    """Return where a region stands between whose values rows or columns were inserted, None if it is no such one."""
    sheet = workbook.sheets[found.sheet]
    filled = [cell for cell in {*sheet.values, *sheet.formulas} if found.area.contains(cell)]
    rows = _inserted({row for row, _ in filled}, found.top, found.rows, planned.rows, step)
    columns = _inserted({column for _, column in filled}, found.left, found.columns, planned.columns, step)
    if rows is None or columns is None:
        return None
    return replace(
        found,
        rows=planned.rows,
        columns=planned.columns,
        step=step,
        inserted_rows=rows,
        inserted_columns=columns,
    )


def _inserted(filled: set[int], start: int, size: int, values: int, step: int) -> tuple[int, ...] | None:
    """Return the lines that were inserted between those of values, None if these are not as many as belong."""
    lines = sorted(filled)
    if len(lines) != values or (lines[0], lines[-1]) != (start, start + size - 1):
        return None
    inserted: list[int] = []
    for line, following in pairwise(lines):
        inserted += range(line + 1, following + 1 - step)
    return tuple(inserted) if len(inserted) == size - 1 - (values - 1) * step else None


def _named(workbook: Workbook, name: str) -> Region:
    text = workbook.names.get(name)
    if text is None:
        raise SpecError(f"the name {name} is missing")
    try:
        node = parse(text)
    except FormulaError:
        node = None
    if not isinstance(node, Reference) or node.sheet is None:
        raise SpecError(f"the name {name} stands for {text}, which is no range of cells")
    sheet = _sheet(workbook, node.sheet)
    if sheet is None:
        raise SpecError(f"the name {name} points to a sheet that is not there")
    area = node.area
    return Region(
        name, sheet.name, area.top, area.left, area.bottom - area.top + 1, area.right - area.left + 1
    )


def _sheet(workbook: Workbook, name: str) -> Sheet | None:
    for sheet in workbook.sheets.values():
        if sheet.name.casefold() == name.casefold():
            return sheet
    return None


def _astray(region: Region, found: str) -> Finding:
    message = (
        f"the name {region.name} points to other cells than the formulas read: it belongs to {region.address}"
    )
    return Finding("", "", region.name, ERROR, "name", region.address, found, message)


def _name_finding(region: Region, found: str, message: str) -> Finding:
    return Finding(
        cell="",
        stage="",
        region=region.name,
        severity=ERROR,
        kind="name",
        expected=f"{region.rows}×{region.columns} cells",
        found=found,
        message=message,
    )
