"""Says what was not judged: parts that a template leaves out, stages and workbooks of which no formula was judged."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sheetcnn.network.network import Network
from sheetcnn.verifier.report import ERROR, WARNING, Finding, StageReport
from sheetcnn.workbook.formula_block import FormulaBlock

_MOST_NAMED = 6


def described(
    network: Network, blocks: Sequence[FormulaBlock], ranges: Collection[str]
) -> tuple[list[FormulaBlock], list[Finding]]:
    """Return what can be judged of a workbook whose regions a template describes, and what to say of all else.

    Args:
        network: the network.
        blocks: everything that is to hold formulas.
        ranges: the regions that the template gives a range.
    """
    whole = [
        block for block in blocks if all(region.name in ranges for region in (*block.regions, *block.reads))
    ]
    judged = {block.stage for block in whole}
    needed = {layer.name for layer in network.layers} - judged
    left_out = [block for block in blocks if block not in whole]
    return whole, [_left_out(block, ranges, needed) for block in left_out]


def _left_out(block: FormulaBlock, ranges: Collection[str], needed: Collection[str]) -> Finding:
    own = [region.name for region in block.regions]
    without = [name for name in own if name not in ranges]
    without += [region.name for region in block.reads if region.name not in {*ranges, *without}]
    wrong = block.stage in needed or any(name in ranges for name in own)
    message = (
        f"{_named(own)} of {block.stage} was not judged: the template gives no range for {_named(without)}"
    )
    return Finding("", block.stage, own[0], ERROR if wrong else WARNING, "left-out", "", "", message)


def unjudged(stages: Sequence[StageReport], checked: int, findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield an error for each stage of which no formula was judged, and for a workbook like that, if none says why.

    Args:
        stages: what was found in each stage.
        checked: how many formulas were judged.
        findings: what else was found.
    """
    blamed = {finding.stage for finding in findings if finding.severity == ERROR}
    for stage in stages:
        if stage.judged == 0 and stage.name not in blamed and stage.name != "input":  # pixels may be typed
            message = f"no formula of {stage.name} was judged, so nothing says that it is right"
            yield Finding("", stage.name, "", ERROR, "nothing-judged", "", "", message)
    if checked == 0:
        message = "no formula was judged, so nothing says that this workbook is right"
        yield Finding("", "", "", ERROR, "nothing-judged", "", "", message)


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
