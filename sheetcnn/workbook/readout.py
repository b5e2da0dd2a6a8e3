"""The cells that say what the network makes of its input: the answer, whether it is right, how sure it is."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence

import numpy as np

from sheetcnn.excel.cell_array import in_words
from sheetcnn.excel.region import Region
from sheetcnn.network.classes import UNKNOWN
from sheetcnn.network.stages import Explanation, Refs
from sheetcnn.workbook.formula_block import FormulaBlock, RegionValues, equal, numbers
from sheetcnn.workbook.layout import Layout

NOTHING = "There is nothing to read."
NO_TRUTH = "Nobody said what it is."
SUM_RIGHT = "The probabilities sum to 1."
SUM_WRONG = "The probabilities do not sum to 1: a formula is broken."


class Readout(FormulaBlock):
    """One cell that says in words, or in one number, what the network makes of its input."""

    stage = "answer"
    kind = "answer"

    def __init__(self, name: str, reads: Sequence[Region], layout: Layout) -> None:
        self.regions = [layout.readout[name]]
        self.reads = reads

    def compute(self, seen: Mapping[str, RegionValues]) -> list[RegionValues]:
        value = self.numpy(*(seen[region.name] for region in self.reads))
        return [np.array([[value]], dtype=object if isinstance(value, str) else float)]

    def formula(self, region: Region, row: int, column: int) -> str:
        refs = Refs(region.sheet, (), (), {})
        return self.excel(*(refs.absolute(source) for source in self.reads))

    def explain(self, region: Region, row: int, column: int) -> Explanation:
        return self.explained(*self.reads)

    @abstractmethod
    def numpy(self, *seen: RegionValues) -> str | float:
        """NumPy: return the value."""

    @abstractmethod
    def excel(self, *ranges: str) -> str:
        """Excel: return the formula over these ranges."""

    @abstractmethod
    def explained(self, *regions: Region) -> Explanation:
        """Words: return how it comes about from these regions."""


class Answer(Readout):
    """The answer in words. Reads the classes, the probabilities, the scores and the input."""

    def numpy(self, *seen: RegionValues) -> str | float:
        classes, *others = seen
        probabilities, scores, *pixels = map(numbers, others)
        drawn = np.stack(pixels)
        if drawn.max() == drawn.min() or scores.max() == scores.min():
            return NOTHING
        return f"I read a {in_words(classes.reshape(-1)[int(probabilities.argmax())])}."

    def excel(self, *ranges: str) -> str:
        classes, probabilities, scores, *pixels = ranges
        drawn = ",".join(pixels)
        blank = f"OR(MAX({drawn})=MIN({drawn}),MAX({scores})=MIN({scores}))"
        digit = f"INDEX({classes},MATCH(MAX({probabilities}),{probabilities},0))"
        return f'IF({blank},"{NOTHING}","I read a "&{digit}&".")'

    def explained(self, *regions: Region) -> Explanation:
        _, probabilities, *_ = regions
        words = (
            "the label of the largest probability; nothing to read if all pixels, or all scores, are equal"
        )
        return Explanation(words, [(probabilities,)], steps=[("largest", np.max)], largest=True)


class Copy(Readout):
    """A copy of the answer beside the input, where it is seen at once."""

    def numpy(self, *seen: RegionValues) -> str | float:
        value: str | float = seen[0].item()
        return value

    def excel(self, *ranges: str) -> str:
        return ranges[0]

    def explained(self, *regions: Region) -> Explanation:
        return Explanation("the same as the cell that it copies", [(regions[0],)])


class Verdict(Readout):
    """Whether the answer is right. Reads what the input shows, the classes, the probabilities and the answer."""

    def numpy(self, *seen: RegionValues) -> str | float:
        truth, classes, probabilities, answer = seen
        if truth.item() == UNKNOWN:
            return NO_TRUTH
        if truth.item() != truth.item():  # an error
            return np.nan
        read = classes.reshape(-1)[int(numbers(probabilities).argmax())]
        right = answer.item() != NOTHING and equal(read, truth.item())
        return f"{'Right' if right else 'Wrong'}: it is a {in_words(truth.item())}."

    def excel(self, *ranges: str) -> str:
        truth, classes, probabilities, answer = ranges
        read = f"INDEX({classes},MATCH(MAX({probabilities}),{probabilities},0))"
        verdict = f'IF(AND({answer}<>"{NOTHING}",{read}={truth}),"Right","Wrong")&": it is a "&{truth}&"."'
        return f'IF({truth}="{UNKNOWN}","{NO_TRUTH}",{verdict})'

    def explained(self, *regions: Region) -> Explanation:
        truth, _, probabilities, _ = regions
        return Explanation(
            "whether the label of the largest probability is the digit that the input shows",
            [(probabilities,), (truth,)],
        )


class Confidence(Readout):
    """How sure the network is, in words."""

    def numpy(self, *seen: RegionValues) -> str | float:
        percent = 100 * float(numbers(seen[0]).max())
        rounded = np.floor(abs(percent) * 10 + 0.5) / 10  # as Excel's ROUND: halves away from 0
        return f"{np.copysign(rounded, percent) + 0.0:.15g} % sure"  # Excel has no -0

    def excel(self, *ranges: str) -> str:
        return f'ROUND(100*MAX({ranges[0]}),1)&" % sure"'

    def explained(self, *regions: Region) -> Explanation:
        return Explanation(
            "the largest probability, in percent, rounded to one decimal",
            [(regions[0],)],
            steps=[("largest", np.max), ("in percent", lambda largest: 100 * largest)],
            largest=True,
        )


class ProbabilityCheck(Readout):
    """Whether the probabilities sum to 1."""

    def numpy(self, *seen: RegionValues) -> str | float:
        return SUM_RIGHT if abs(numbers(seen[0]).sum() - 1) < 1e-9 else SUM_WRONG

    def excel(self, *ranges: str) -> str:
        return f'IF(ABS(SUM({ranges[0]})-1)<0.000000001,"{SUM_RIGHT}","{SUM_WRONG}")'

    def explained(self, *regions: Region) -> Explanation:
        return Explanation(
            "whether the probabilities sum to 1, within 1e-9",
            [(regions[0],)],
            steps=[("sum", np.sum), ("less 1", lambda total: total - 1)],
        )
