"""The rule `engine`."""

from __future__ import annotations

from collections.abc import Iterator

from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.engines import ENGINES
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule
from sheetcnn.verifier.severity import ERROR


class Engine(Rule):
    """Another spreadsheet program computes something else than NumPy.

    Why it matters: `--engine` has LibreOffice or IronCalc compute the workbook. Where formulas are right and the
    program still differs, the program reads the file differently, or has a fault of its own.

    To mend it: compare the cell with Excel; if that has NumPy's value, tell the makers of the other program.
    """

    code = "engine"
    severity = ERROR
    left_out_beside = "cell"

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield the cells that differ, program after program."""
        for opinion in audit.opinions:
            title = ENGINES[opinion.result.engine].title
            for difference in opinion.differences:
                yield self.at(
                    difference.region,
                    difference.cell,
                    f"{title} computes something else than NumPy",
                    stage=difference.block.stage,
                    expected=difference.expected,
                    found=difference.found,
                )
