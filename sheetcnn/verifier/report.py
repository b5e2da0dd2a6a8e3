"""What verify found, as objects, as JSON and as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sheetcnn.excel.addresses import a1
from sheetcnn.excel.region import Region
from sheetcnn.verifier.severity import ERROR, WARNING
from sheetcnn.workbook.prediction import Prediction

if TYPE_CHECKING:
    import pandas

INPUT = "input"
"""The stage of the pixels, whose formulas choose them where there is a list of digits."""
FOREIGN = "unknown-formula"
"""The kind of a finding on a formula that is no part of the network."""

ENGINE_TITLES = {"libreoffice": "LibreOffice", "ironcalc": "IronCalc"}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or worth a look.

    Attributes:
        cell: its address with its sheet, such as `Network!AH3`; empty for the workbook as a whole.
        stage: the stage that it belongs to, empty if to none.
        region: the region that it lies in, empty if in none.
        severity: `error` or `warning`.
        kind: what sort of thing, such as `formula`, `value-for-formula`, `cached-value`.
        expected: what belongs there.
        found: what is there.
        message: a sentence that says what is wrong.
    """

    cell: str
    stage: str
    region: str
    severity: str
    kind: str
    expected: str
    found: str
    message: str

    @classmethod
    def at(
        cls,
        region: Region,
        cell: tuple[int, int],
        stage: str,
        severity: str,
        kind: str,
        message: str,
        *,
        expected: str = "",
        found: str = "",
    ) -> Finding:
        """Return a finding about one cell of a region."""
        where = f"{region.sheet}!{a1(*cell)}"
        return cls(where, stage, region.name, severity, kind, expected, found, message)


@dataclass
class StageReport:
    """What verify found in one stage.

    Attributes:
        name: the stage's name.
        kind: what it is.
        sheet: the sheet that it stands on.
        formulas: how many formula cells belong to it.
        judged: how many of them were judged.
        errors: how many findings are errors.
        warnings: how many are warnings.
        max_abs_error: the largest difference from NumPy of any cell that is right.
    """

    name: str
    kind: str
    sheet: str
    formulas: int = 0
    judged: int = 0
    errors: int = 0
    warnings: int = 0
    max_abs_error: float = 0.0


@dataclass(frozen=True)
class SpelledOtherwise:
    """A formula that is right on every sample, but does not stand as expected.

    Attributes:
        cell: its address with its sheet.
        samples: on how many sets of numbers it was computed and compared.
    """

    cell: str
    samples: int


@dataclass
class How:
    """How the formulas that are right are known to be.

    Attributes:
        text: how many stand exactly as expected.
        others: those that are spelled otherwise, and were right on samples.
    """

    text: int = 0
    others: list[SpelledOtherwise] = field(default_factory=list)


@dataclass
class EngineResult:
    """What another program made of a workbook.

    Attributes:
        engine: the program.
        inputs: on how many inputs it computed the workbook: its own, and random ones.
        formulas: how many formula cells were compared on each.
        differences: how many of these cells differ from NumPy on any of them.
        max_abs_error: the largest difference of a cell that agrees.
    """

    engine: str
    inputs: int
    formulas: int
    differences: int
    max_abs_error: float

    def __str__(self) -> str:
        title = ENGINE_TITLES[self.engine]
        if self.differences:
            return f"{title} differs from NumPy in {self.differences:,} of {self.formulas:,} formulas."
        return (
            f"{title} agrees on all {self.formulas:,} formulas, on {self.inputs} inputs, "
            f"within {self.max_abs_error:.1e}."
        )


@dataclass
class Report:
    """What verify found in a workbook.

    Attributes:
        workbook: the file.
        template: the name of the template that the workbook, or the caller, says it follows.
        formulas: how many cells of the workbook hold a formula.
        checked: how many of them were proved against NumPy.
        prediction: what the workbook's network reads in its input.
        stages: a report a stage.
        findings: everything found, errors before warnings, both in the order of the stages.
        opinions: what other programs made of the workbook, if any were asked.
        how: how the formulas that are right are known to be.
        foreign: how many formulas are no part of the network, and were not judged.
    """

    workbook: Path
    template: str
    formulas: int
    checked: int
    prediction: Prediction
    stages: list[StageReport]
    findings: list[Finding] = field(default_factory=list)
    opinions: list[EngineResult] = field(default_factory=list)
    how: How = field(default_factory=How)
    foreign: int = 0

    @property
    def right(self) -> int:
        """How many formulas are right."""
        return self.how.text + len(self.how.others)

    @property
    def wrong(self) -> int:
        """How many formulas were judged, and are not right."""
        return self.checked - self.right

    @property
    def unjudged(self) -> int:
        """How many formulas belong to the network, or stand in its place, and could not be judged."""
        return self.formulas - self.checked - self.foreign

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return self.errors == 0

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(finding.severity == ERROR for finding in self.findings)

    @property
    def warnings(self) -> int:
        """How many findings are warnings."""
        return sum(finding.severity == WARNING for finding in self.findings)

    @property
    def max_abs_error(self) -> float:
        """The largest difference between a cell that is right and NumPy."""
        return max((stage.max_abs_error for stage in self.stages), default=0.0)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain objects, as `--json` prints it."""
        return {
            "schema": 1,
            "workbook": str(self.workbook),
            "template": self.template,
            "ok": self.ok,
            "formulas": self.formulas,
            "checked": self.checked,
            "right": self.right,
            "wrong": self.wrong,
            "not_judged": self.unjudged,
            "no_part_of_the_network": self.foreign,
            "how": {"text": self.how.text, "samples": len(self.how.others)},
            "spelled_otherwise": [asdict(other) for other in self.how.others],
            "errors": self.errors,
            "warnings": self.warnings,
            "max_abs_error": self.max_abs_error,
            "prediction": self.prediction.to_dict(),
            "stages": [asdict(stage) for stage in self.stages],
            "findings": [asdict(finding) for finding in self.findings],
            **({"engines": [asdict(opinion) for opinion in self.opinions]} if self.opinions else {}),
        }

    def to_frame(self) -> pandas.DataFrame:
        """Return one row a finding, as a table of pandas."""
        import pandas

        rows = [{"workbook": str(self.workbook), **asdict(finding)} for finding in self.findings]
        return pandas.DataFrame(rows, columns=["workbook", *(item.name for item in fields(Finding))])


def grouped(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Return findings in groups that say the same of the cells of one region, or of what is foreign on one sheet.

    What varies from cell to cell stands behind a message's first colon.
    """
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        what = finding.message.partition(": ")[0] if finding.region else finding.cell or finding.message
        if finding.kind == FOREIGN:
            what = finding.cell.rpartition("!")[0]
        groups.setdefault((finding.severity, finding.kind, finding.region, what), []).append(finding)
    return list(groups.values())
