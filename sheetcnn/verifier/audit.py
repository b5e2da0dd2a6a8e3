"""Everything that the rules read of one workbook, computed once and never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sheetcnn.excel.calc_book import CalcBook
from sheetcnn.verifier.beside import BesideFormula, formulas_beside
from sheetcnn.verifier.calculation import CalculatedWorkbook, calculate
from sheetcnn.verifier.constants import with_zeros
from sheetcnn.verifier.cycles import Cycles
from sheetcnn.verifier.decimal_comma import DecimalComma
from sheetcnn.verifier.decoration import Judged, belonging
from sheetcnn.verifier.diagnosis.vocabulary import Vocabulary
from sheetcnn.verifier.formula_groups import WorkbookFormulas
from sheetcnn.verifier.recalculate import OwnValues
from sheetcnn.verifier.recognize import RecognizedWorkbook
from sheetcnn.verifier.rounding import Rounding
from sheetcnn.verifier.second_opinion import SecondOpinion, second_opinion
from sheetcnn.verifier.verdict import Judge, Verdict
from sheetcnn.workbook.formula_block import FormulaBlock


@dataclass(frozen=True, eq=False)
class Audit:
    """One workbook under examination.

    Attributes:
        calculated: the workbook, its formulas and its own values.
        rounding: how far values may have moved when the file was saved.
        verdicts: what was found of the formulas of each region, in the order of the stages.
        beside: the formulas beside those of the network.
        counted: the workbook's own values with 0 where a number is missing, as formulas count.
        opinions: what other programs make of it, if any were asked.
    """

    calculated: CalculatedWorkbook
    rounding: Rounding
    verdicts: tuple[Verdict, ...]
    beside: tuple[BesideFormula, ...]
    counted: CalcBook
    opinions: tuple[SecondOpinion, ...] = ()

    def __post_init__(self) -> None:
        for grid in self.counted.sheets.values():
            grid.numbers.flags.writeable = grid.kinds.flags.writeable = False

    @property
    def recognized(self) -> RecognizedWorkbook:
        """The workbook and the network that it is to hold."""
        return self.calculated.recognized

    @property
    def formulas(self) -> WorkbookFormulas:
        """The formulas of the workbook."""
        return self.calculated.formulas

    @property
    def cycles(self) -> Cycles:
        """The formulas that read themselves."""
        return self.calculated.cycles

    @property
    def own(self) -> OwnValues:
        """What the workbook's formulas come to."""
        return self.calculated.own

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What to call the ranges of the workbook."""
        return Vocabulary(self.recognized.network, self.recognized.layout)

    @cached_property
    def decimal_comma(self) -> DecimalComma:
        """What texts are in a program that writes a decimal comma."""
        return DecimalComma(self.formulas.all_observed, self.own)

    @cached_property
    def decoration(self) -> tuple[tuple[str, Judged], ...]:
        """What is to stand around the cells, and is judged, each with the name of its sheet."""
        return tuple(belonging(self.recognized))

    @property
    def judged(self) -> Mapping[str, int]:
        """How many formulas of each stage were judged."""
        counts: dict[str, int] = {}
        for verdict in self.verdicts:
            stage = verdict.observed.block.stage
            counts[stage] = counts.get(stage, 0) + int(verdict.judged.sum())
        return counts

    @property
    def checked(self) -> int:
        """How many formulas were judged in all, those that carry a region on included."""
        return sum(self.judged.values()) + sum(each.carries_on for each in self.beside)


def examine(recognized: RecognizedWorkbook, engines: Sequence[str] = ()) -> Audit:
    """Examine a workbook: every formula on its own numbers and on random ones.

    Args:
        recognized: the workbook.
        engines: other programs that compute it as well.

    Raises:
        WorkbookError: its network spreads over more cells than can be computed.
        SheetcnnError: another program is missing, or fails.
    """
    calculated = calculate(recognized)
    rounding = Rounding(recognized, calculated.own.book)
    judge = Judge(calculated, rounding)
    verdicts = [verdict for block in recognized.blocks for verdict in judge.on_all_numbers(block)]
    counted = with_zeros(recognized, calculated.own.book)
    return Audit(
        calculated,
        rounding,
        tuple(verdicts),
        tuple(formulas_beside(calculated)),
        counted,
        tuple(second_opinion(recognized, counted, engine) for engine in engines),
    )


def examine_block(
    calculated: CalculatedWorkbook, block: FormulaBlock | None, *, on_own_numbers: bool
) -> Audit:
    """Examine one block of formulas only, and what is beside the network's formulas.

    Args:
        calculated: the workbook, computed.
        block: the block; None examines no formula of the network.
        on_own_numbers: judge by the workbook's own numbers alone, which is enough for formulas that are spelled as
            expected.
    """
    rounding = Rounding(calculated.recognized, calculated.own.book)
    verdicts: list[Verdict] = []
    if block is not None:
        judge = Judge(calculated, rounding)
        verdicts = judge.on_own_numbers(block) if on_own_numbers else judge.on_all_numbers(block)
    return Audit(
        calculated,
        rounding,
        tuple(verdicts),
        tuple(formulas_beside(calculated)),
        with_zeros(calculated.recognized, calculated.own.book),
    )
