"""What a rule is: it finds one sort of thing that is wrong with a workbook, or worth a look."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from enum import IntEnum
from typing import ClassVar

from sheetcnn.excel.addresses import Cell, a1
from sheetcnn.excel.region import Region
from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.severity import EITHER
from sheetcnn.verifier.verdict import Spot, Verdict


class Subject(IntEnum):
    """What the findings of a rule are about, which says in what order they are told.

    Those of the workbook as a whole are told rule after rule. The others come region after region, and within one
    region in the order of these subjects, cell after cell.
    """

    WORKBOOK = 0
    CONSTANTS = 1
    MISSING_FORMULAS = 2
    WRONG_FORMULAS = 3
    STORED_VALUES = 4


class Rule(ABC):
    """One sort of finding. Its docstring is its page in docs/findings.md: what it finds, why it matters, the mending.

    Adding a rule is one new file in `rules/` and its entry in `RULES`.

    Attributes:
        code: what `--json` has as the kind of its findings; each rule has its own.
        severity: `ERROR`, `WARNING`, or `EITHER`, if that is decided for each finding.
        subject: what its findings are about.
        left_out_beside: `cell` or `stage` if a finding is left out where an error is known of the same cell or stage:
            there is enough to say.
    """

    code: ClassVar[str]
    severity: ClassVar[str]
    subject: ClassVar[Subject] = Subject.WORKBOOK
    left_out_beside: ClassVar[str] = ""

    @abstractmethod
    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield what it finds in a workbook, of which it changes nothing."""

    def finding(
        self,
        message: str,
        *,
        cell: str = "",
        stage: str = "",
        region: str = "",
        severity: str = "",
        expected: str = "",
        found: str = "",
    ) -> Finding:
        """Return a finding of this rule.

        Args:
            message: a sentence that says what is wrong.
            cell: its cell with its sheet, such as `Network!B7`; empty for more than one cell.
            stage: the stage that it belongs to, if to one.
            region: the name of the region that it lies in, if in one.
            severity: how bad it is, where the rule leaves that open.
            expected: what belongs there.
            found: what is there.

        Raises:
            ValueError: the severity is none that the rule says it has.
        """
        if bool(severity) != (self.severity == EITHER):
            raise ValueError(f"{self.code} is {self.severity}, not {severity or 'left open'}")
        return Finding(cell, stage, region, severity or self.severity, self.code, expected, found, message)

    def at(
        self,
        region: Region,
        cell: Cell | tuple[int, int],
        message: str,
        *,
        stage: str = "",
        severity: str = "",
        expected: str = "",
        found: str = "",
    ) -> Finding:
        """Return a finding about one cell of a region; see `finding`."""
        where = f"{region.sheet}!{a1(*cell)}"
        return self.finding(
            message,
            cell=where,
            stage=stage,
            region=region.name,
            severity=severity,
            expected=expected,
            found=found,
        )

    def of_formula(
        self, verdict: Verdict, spot: Spot, message: str, *, severity: str = "", found: str | None = None
    ) -> Finding:
        """Return a finding about a cell that a formula belongs in, with that formula.

        Args:
            verdict: what was found of its region.
            spot: the cell's row and column in the region.
            message: a sentence that says what is wrong.
            severity: how bad it is, where the rule leaves that open.
            found: what is there; the formula if not given.
        """
        observed = verdict.observed
        block, region = observed.block, observed.region
        return self.at(
            region,
            region.cell(*spot),
            message,
            stage=block.stage,
            severity=severity,
            expected=f"={block.formula(region, *spot)}",
            found=f"={observed.texts[spot]}" if found is None else found,
        )
