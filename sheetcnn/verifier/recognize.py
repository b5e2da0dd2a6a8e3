"""What a workbook claims to be: its network, where each region stands, and which names fail to say so."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property

from sheetcnn.errors import SpecError, WorkbookError, did_you_mean
from sheetcnn.excel.addresses import Range, a1
from sheetcnn.excel.cell_array import in_words
from sheetcnn.excel.region import Region
from sheetcnn.excel.workbook import Workbook
from sheetcnn.network.network import Network
from sheetcnn.network.template import Template
from sheetcnn.network.template_loader import load_template, template_names
from sheetcnn.verifier.defined_names import named, region_named, repair_names, sheet_named
from sheetcnn.verifier.template_check import check_template
from sheetcnn.workbook import layout as layouts
from sheetcnn.workbook.design import available_sheets, plan, with_sheets
from sheetcnn.workbook.formula_block import FormulaBlock
from sheetcnn.workbook.layout import Layout
from sheetcnn.workbook.sheet import LessonSheet
from sheetcnn.workbook.sheets import SHEETS, model
from sheetcnn.workbook.spec import WorkbookSpec, assemble


@dataclass(frozen=True)
class LostName:
    """A name that does not lead to its region: the region is taken to stand where it is generated.

    Attributes:
        region: the region, where it is generated.
        found: what the name stands for, empty if it is missing.
        reason: a sentence that says why it does not lead there.
    """

    region: Region
    found: str
    reason: str


@dataclass(frozen=True)
class MovedName:
    """A name that leads to other cells than the formulas read.

    Attributes:
        region: the region, where the formulas read it.
        found: what the name stands for.
    """

    region: Region
    found: str


@dataclass(frozen=True)
class SheetListFault:
    """What is wrong with a workbook's own list of its sheets.

    Attributes:
        message: a sentence that says so.
        cell: the cell of the list, empty if nobody knows where it is.
        expected: what belongs there.
        found: what is there.
    """

    message: str
    cell: str = ""
    expected: str = ""
    found: str = ""


@dataclass(frozen=True)
class RecognizedWorkbook:
    """A workbook and the network that it is to hold.

    Attributes:
        workbook: as it was read.
        template: the name of the template.
        spec: what it is to hold, where its regions stand.
        planned: where its regions stand in a workbook that was just generated.
        blocks: everything that is to hold formulas, and is judged.
        lost: the names that lead nowhere.
        moved: the names that lead elsewhere.
        deleted: the sheets that have been deleted.
        sheet_list: what is wrong with its own list of its sheets.
        ranges: the regions that a template gives a range, None if names say where they stand.
        left_out: what holds formulas, and is not judged, as the template gives no range for all that it needs.
        unplaced: the regions whose names lead nowhere: they are taken to stand where they are generated.
        describes_itself: whether its own table says which network it holds, and no template.
    """

    workbook: Workbook
    template: str
    spec: WorkbookSpec
    planned: Layout
    blocks: Sequence[FormulaBlock]
    lost: Sequence[LostName] = ()
    moved: Sequence[MovedName] = ()
    deleted: Sequence[LessonSheet] = ()
    sheet_list: Sequence[SheetListFault] = ()
    ranges: Set[str] | None = None
    left_out: Sequence[FormulaBlock] = ()
    unplaced: Set[str] = frozenset()
    describes_itself: bool = False

    @property
    def network(self) -> Network:
        """The network that its formulas are to compute."""
        return self.spec.network

    @property
    def layout(self) -> Layout:
        """Where its regions stand."""
        return self.spec.layout

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
    except KeyError as missing:  # a sheet asks for the regions of another one by their names
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
    sheets, sheet_list = _sheets_of(workbook, network, name, template)
    planned = _planned(network, name, template, sheets)
    if deleted := _deleted(workbook, network, planned, sheets):
        sheets = [sheet for sheet in sheets if sheet not in deleted]
        planned = _planned(network, name, template, sheets)
    ranges: Mapping[str, Range] = {}
    if template is not None and template.regions and not workbook.names.keys() & template.regions.keys():
        ranges = template.regions
        sheets, sheet_list = [], []
        planned = layouts.layout_from_template(network, _sheet_for(workbook, sheet or template.sheet), ranges)
    places, lost = ({}, []) if ranges else _places(workbook, planned)
    layout = planned.relocated(places)
    moved: list[Region] = []
    if places:
        layout, moved = repair_names(workbook, assemble(network, planned, sheets).blocks, planned, layout)
    if not any(region.sheet in workbook.sheets for region in layout.regions):
        raise WorkbookError(
            f"{workbook.path} has none of the names that sheetcnn gives to regions, such as conv1_1: "
            "choose a workbook that sheetcnn generated"
        )
    spec = assemble(network, layout, sheets)
    blocks, left_out = described(spec.blocks, ranges) if ranges else (spec.blocks, ())
    unplaced = {region.name for region in planned.regions} - places.keys() - {region.name for region in moved}
    return RecognizedWorkbook(
        workbook,
        name,
        spec,
        planned,
        blocks,
        lost,
        [MovedName(region, workbook.names[region.name]) for region in moved if region.name in places],
        deleted,
        sheet_list,
        ranges.keys() if ranges else None,
        left_out,
        set() if ranges else unplaced,
        template is None,
    )


def _places(workbook: Workbook, planned: Layout) -> tuple[dict[str, Region], list[LostName]]:
    """Return where regions stand by their names, and the names that do not say so."""
    places: dict[str, Region] = {}
    lost = []
    for region in planned.regions:
        try:
            places[region.name] = region_named(workbook, region)
        except SpecError as error:
            lost.append(LostName(region, workbook.names.get(region.name, ""), str(error)))
    return places, lost


def described(
    blocks: Sequence[FormulaBlock], ranges: Collection[str]
) -> tuple[list[FormulaBlock], list[FormulaBlock]]:
    """Return what can be judged of a workbook whose regions a template describes, and what is left out.

    Args:
        blocks: everything that is to hold formulas.
        ranges: the regions that the template gives a range.
    """
    whole = [
        block for block in blocks if all(region.name in ranges for region in (*block.regions, *block.reads))
    ]
    return whole, [block for block in blocks if block not in whole]


def _check_asked(workbook: Workbook, template: Template) -> None:
    try:
        own, name = _network_in(workbook)
    except WorkbookError:  # a template says what a workbook without a table, or with a broken one, is to hold
        return
    check_template(workbook.path, own, name, template)


def _planned(network: Network, name: str, template: Template | None, sheets: Sequence[LessonSheet]) -> Layout:
    """Return where regions stand in a workbook that was just generated."""
    if template is None and name in template_names():
        template = load_template(name, weights=False)
    if template is not None and template.network == network and template.regions:
        return with_sheets(
            network, layouts.layout_from_template(network, template.sheet, template.regions), sheets
        )
    return plan(network, sheets)


def _sheet_for(workbook: Workbook, name: str) -> str:
    sheet = sheet_named(workbook, name)
    if sheet is None:
        near = did_you_mean(name, workbook.sheets)
        names = ", ".join(workbook.sheets)
        raise SpecError(f"{workbook.path} has no sheet {name}{near}: name one of {names} with --sheet")
    return sheet.name


def _network_in(workbook: Workbook) -> tuple[Network, str]:
    try:
        table = named(workbook, "model")
        classes = named(workbook, "classes")
        rows = [
            [
                workbook.sheets[table.sheet].values.get(table.cell(row, column))
                for column in range(table.columns)
            ]
            for row in range(table.rows)
        ]
        labels = [workbook.sheets[classes.sheet].values.get(cell) for cell in classes.cells()]
        labelled = ["" if label is None else in_words(label) for label in labels]
        try:
            network = model.network_from(rows, labelled)
        except SpecError:  # a row may have been inserted between the labels
            network = model.network_from(rows, [each for each in labelled if each])
        name = named(workbook, "template")
        found = workbook.sheets[name.sheet].values.get((name.top, name.left))
        return network, str(found)
    except SpecError as error:
        raise WorkbookError(
            f"{workbook.path} does not say which network it holds: {error}; "
            "name the network with --template, or choose a workbook that sheetcnn generated"
        ) from error


def _sheets_of(
    workbook: Workbook, network: Network, name: str, template: Template | None
) -> tuple[list[LessonSheet], list[SheetListFault]]:
    """Return the sheets that a workbook has, and what is wrong with its own list of them.

    A sheet is there if the list names it, or if the names of its regions still lead to cells: what stands there is to
    be checked, whatever became of the list.
    """
    unnamed = replace(
        network, classes=tuple(map(str, range(len(network.classes))))
    )  # labels may have been changed
    every = available_sheets(unnamed)
    planned = _planned(network, name, template, every)
    shared = {region.name for region in _planned(network, name, template, ()).regions}
    there = {
        sheet.sheet
        for sheet in every
        if any(
            _leads_somewhere(workbook, region.name)
            for region in sheet.declare(network, planned).regions
            if region.name not in shared
        )
    }
    try:
        place = named(workbook, "pages")
    except SpecError as error:
        message = f"{error}: it belongs to the list of sheets on {model.SHEET}"
        said = [SheetListFault(message)] if there else []
        return [sheet for sheet in every if sheet.sheet in there], said
    value = workbook.sheets[place.sheet].values.get(place.cell(0, 0))
    listed = [each.strip() for each in ("" if value is None else in_words(value)).split(",") if each.strip()]
    spelled = {each.casefold() for each in listed} - {model.NO_PAGES}
    sheets = [sheet for sheet in every if sheet.sheet in there or sheet.sheet.casefold() in spelled]
    left_out = [sheet.sheet for sheet in sheets if sheet.sheet.casefold() not in spelled]
    known = {sheet.sheet.casefold() for sheet in SHEETS} | {model.NO_PAGES}
    unknown = [each for each in listed if each.casefold() not in known]
    faults = [f"leaves out {', '.join(left_out)}, which is there"] if left_out else []
    faults += [f"names {', '.join(unknown)}, which sheetcnn does not write"] if unknown else []
    expected, found = ", ".join(sheet.sheet for sheet in sheets) or model.NO_PAGES, ", ".join(listed)
    where = f"{place.sheet}!{a1(*place.cell(0, 0))}"
    return sheets, [SheetListFault(f"the list of sheets {fault}", where, expected, found) for fault in faults]


def _deleted(
    workbook: Workbook, network: Network, planned: Layout, sheets: Sequence[LessonSheet]
) -> list[LessonSheet]:
    """Return the sheets of whose names none leads anywhere any more, if nothing else reads what was on them."""
    deleted = []
    for sheet in sheets:
        names = {region.name for region in sheet.declare(network, planned).regions}
        if any(_leads_somewhere(workbook, name) for name in names):
            continue
        others = (
            block
            for block in assemble(network, planned, sheets).blocks
            if names.isdisjoint(region.name for region in block.regions)
        )
        if names.isdisjoint(region.name for block in others for region in block.reads):
            deleted.append(sheet)
    return deleted


def _leads_somewhere(workbook: Workbook, name: str) -> bool:
    try:
        named(workbook, name)
    except SpecError:
        return False
    return True
