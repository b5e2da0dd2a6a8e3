"""The rule `left-out`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule
from sheetcnn.verifier.severity import EITHER, ERROR, WARNING

_MOST_NAMED = 6


class LeftOut(Rule):
    """Formulas of the network were not judged, as the template gives no range for all that they read.

    Why it matters: a template for a workbook that was made elsewhere says where things stand. What it does not say
    cannot be checked. It is an error where a whole stage, or a part of one that the template does place, is left out,
    and else a warning.

    To mend it: add the missing ranges to the template.
    """

    code = "left-out"
    severity = EITHER

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Yield a finding for each block of formulas that is left out."""
        recognized = audit.recognized
        ranges = recognized.ranges or set()
        judged = {block.stage for block in recognized.blocks}
        needed = {layer.name for layer in recognized.network.layers} - judged
        for block in recognized.left_out:
            own = [region.name for region in block.regions]
            without = [name for name in own if name not in ranges]
            without += [region.name for region in block.reads if region.name not in {*ranges, *without}]
            wrong = block.stage in needed or any(name in ranges for name in own)
            why = f"the template gives no range for {_named(without)}"
            message = f"{_named(own)} of {block.stage} was not judged: {why}"
            severity = ERROR if wrong else WARNING
            yield self.finding(message, stage=block.stage, region=own[0], severity=severity)


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
