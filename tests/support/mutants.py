"""Puts faults into a workbook, its formulas and its file, and counts which of them verify names.

`python tests/support/mutants.py mnist` prints the score, operators by stages.
"""

from __future__ import annotations

import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from file_faults import FAULTS
from mutation_operators import OPERATORS, Spot

from sheetcnn.excel.addresses import Range, a1
from sheetcnn.excel.reader import read_workbook
from sheetcnn.excel.workbook import Workbook
from sheetcnn.network.template import Template
from sheetcnn.verifier.recognize import RecognizedWorkbook, recognize
from sheetcnn.verifier.verify import verify_workbook


class Change(NamedTuple):
    """A formula and what becomes of it.

    Attributes:
        operator: what was done to it.
        spot: the formula.
        text: its new text, None if it is gone.
        reason: why it computes the same, if it does.
    """

    operator: str
    spot: Spot
    text: str | None
    reason: str

    @property
    def cell(self) -> str:
        return f"{self.spot.region.sheet}!{a1(*self.spot.cell)}"

    def __str__(self) -> str:
        return f"{self.operator} {self.cell} ={self.spot.text} became ={self.text}"


@dataclass
class Score:
    """How many mutants were named, of how many; and those that were not, and those that need not be."""

    named: Counter[tuple[str, str]] = field(default_factory=Counter)
    made: Counter[tuple[str, str]] = field(default_factory=Counter)
    survivors: list[str] = field(default_factory=list)
    falsely: list[str] = field(default_factory=list)
    equivalent: Counter[str] = field(default_factory=Counter)

    def count(self, operator: str, stage: str, *, named: bool, what: str) -> None:
        """Count a mutant that has to be named."""
        self.made[operator, stage] += 1
        self.named[operator, stage] += named
        if not named:
            self.survivors.append(what)

    def __str__(self) -> str:
        stages = list(dict.fromkeys(stage for _, stage in self.made))
        lines = [f"{'':<26}" + "".join(f"{stage:>9}" for stage in stages) + f"{'all':>11}"]
        for name in dict.fromkeys(name for name, _ in self.made):
            cells = [self._cell([(name, stage)]) for stage in stages]
            total = self._cell([(name, stage) for stage in stages])
            lines.append(f"{name:<26}" + "".join(f"{cell:>9}" for cell in cells) + f"{total:>11}")
        lines.append(f"{self.named.total():,} of {self.made.total():,} named")
        lines += [f"equivalent: {count:>5}  {reason}" for reason, count in self.equivalent.items()]
        lines += [f"survived: {survivor}" for survivor in self.survivors]
        lines += [f"named without reason: {cell}" for cell in self.falsely]
        return "\n".join(lines)

    def _cell(self, keys: list[tuple[str, str]]) -> str:
        made, named = sum(self.made[key] for key in keys), sum(self.named[key] for key in keys)
        return "" if not made else str(made) if made == named else f"{named}/{made}"


class Harness:
    """One workbook into which faults are put."""

    def __init__(self, file: Path, template: Template | None = None, *, without: str = "") -> None:
        """Take a workbook, and perhaps a sheet into which no faults are put."""
        self.score = Score()
        self._template = template
        self._workbook = read_workbook(file)
        self._known = self._blamed(self._workbook)
        recognized = recognize(self._workbook, template)
        spots = [spot for spot in _spots(recognized, self._known) if spot.region.sheet != without]
        self._changes = {spot: list(_changes(spot)) for spot in spots}

    def all_at_once(self, every: int = 1) -> Score:
        """Put one fault into each formula at a time, in many formulas at once; take one fault of so many."""
        sampled = [changes[number % every :: every] for number, changes in enumerate(self._changes.values())]
        for turn in range(max(map(len, sampled))):
            self._try([changes[turn] for changes in sampled if turn < len(changes)])
        return self.score

    def stratified(self, each: int, seed: int = 2009) -> Score:
        """Put so many faults of each operator into each stage, one into a formula, many formulas at once."""
        strata: defaultdict[tuple[str, str], list[Change]] = defaultdict(list)
        pick = random.Random(seed)
        for spot, changes in self._changes.items():
            by_operator: defaultdict[str, list[Change]] = defaultdict(list)
            for change in changes:
                by_operator[change.operator].append(change)
            for operator, alike in by_operator.items():
                strata[spot.stage, operator].append(pick.choice(alike))
        chosen: defaultdict[Spot, list[Change]] = defaultdict(list)
        for some in strata.values():
            for change in pick.sample(some, min(each, len(some))):
                chosen[change.spot].append(change)
        for turn in range(max(map(len, chosen.values()))):
            self._try([changes[turn] for changes in chosen.values() if turn < len(changes)])
        return self.score

    def one_by_one(self, count: int) -> Score:
        """Put so many faults into the workbook, each alone."""
        changes = [change for several in self._changes.values() for change in several]
        for change in random.Random(2009).sample(changes, count):
            self._try([change])
        return self.score

    def _try(self, changes: list[Change]) -> None:
        named = self._blamed(_changed(self._workbook, changes)) - self._known
        for change in changes:
            if change.reason:
                self.score.equivalent[change.reason] += 1
            else:
                # So many faults at once name so many numbers that not all of them are tried.
                found = change.cell in named or change.cell in self._blamed(
                    _changed(self._workbook, [change])
                )
                self.score.count(change.operator, change.spot.stage, named=found, what=str(change))
        self.score.falsely += sorted(named - {change.cell for change in changes})

    def _blamed(self, workbook: Workbook) -> set[str]:
        """Return the cells of errors, what an error without one says; stored values are as they were: no matter."""
        findings = verify_workbook(workbook, self._template).findings
        return {
            finding.cell or finding.message
            for finding in findings
            if finding.severity == "error" and finding.kind != "stale-value"
        }


def faults_of_the_file(file: Path, folder: Path, score: Score) -> Score:
    """Put each fault into the file around the formulas of `tiny`; what there is nothing to say of is equivalent."""
    for fault in FAULTS:
        found = fault.put_into(file, folder / "fault.xlsx")
        if fault.said:
            score.count(fault.operator, "file", named=fault.said <= found, what=str(fault))
        else:
            score.equivalent[f"{fault}: no part of the network"] += 1
        score.falsely += [f"{fault}: {each}" for each in sorted(found - fault.said)]
    return score


def _spots(recognized: RecognizedWorkbook, known: set[str]) -> Iterator[Spot]:
    """Yield corners, edges and centre of every region that holds formulas, but for those that are wrong already."""
    regions = {region.name: region for region in recognized.layout.regions}
    for block in recognized.blocks:
        for region in block.regions:
            sheet, held = recognized.workbook.sheets[region.sheet], _held(recognized, region.sheet)
            for row in sorted({0, region.rows // 2, region.rows - 1}):
                for column in sorted({0, region.columns // 2, region.columns - 1}):
                    cell = region.cell(row, column)
                    if f"{region.sheet}!{a1(*cell)}" not in known:
                        text = sheet.formulas[cell]
                        yield Spot(
                            block.stage,
                            region,
                            row,
                            column,
                            text,
                            block.array,
                            regions,
                            sheet.values,
                            held,
                        )


def _held(recognized: RecognizedWorkbook, sheet: str) -> dict[Range, list[float | str]]:
    """Return what the cells of a sheet may hold that hold one of a few: rulers, and what is chosen from."""
    chosen: dict[Range, list[float | str]] = {}
    for region in recognized.layout.extra.values():
        if region.sheet == sheet and region.name in recognized.spec.read_only:
            values = recognized.spec.read_only[region.name].ravel().tolist()
            chosen |= {
                Range(*cell, *cell): [value] for cell, value in zip(region.cells(), values, strict=True)
            }
        elif region.sheet == sheet:
            domain = list(recognized.spec.allowed.get(region.name, [""]))
            chosen |= {Range(*cell, *cell): domain for cell in region.cells()}
    return {cell: values for cell, values in chosen.items() if values != [""]}


def _changes(spot: Spot) -> Iterator[Change]:
    for operator in OPERATORS:
        for text, reason in operator(spot):
            if text != spot.text:
                yield Change(operator.__name__, spot, text, reason)


def _changed(workbook: Workbook, changes: list[Change]) -> Workbook:
    """Return a workbook with other formulas, and beside them the values that were there before."""
    sheets = dict(workbook.sheets)
    for name in {change.spot.region.sheet for change in changes}:
        old = sheets[name]
        sheets[name] = replace(
            old, values=dict(old.values), formulas=dict(old.formulas), arrays=dict(old.arrays)
        )
    for change in changes:
        sheet, cell = sheets[change.spot.region.sheet], change.spot.cell
        if change.text is None:
            for held in (sheet.formulas, sheet.values, sheet.arrays):
                held.pop(cell, None)
        else:
            sheet.formulas[cell] = change.text
    return replace(workbook, sheets=sheets)


def main() -> None:
    """Generate a workbook of a template and print its score."""
    import tempfile

    import sheetcnn

    with tempfile.TemporaryDirectory() as folder:
        file = sheetcnn.generate(template=sys.argv[1], output=Path(folder, "x.xlsx")).output
        score = Harness(file).all_at_once(*map(int, sys.argv[2:]))
        if sys.argv[1] == "tiny":
            faults_of_the_file(file, Path(folder), score)
        print(score)  # noqa: T201 - what it is for


if __name__ == "__main__":
    main()
