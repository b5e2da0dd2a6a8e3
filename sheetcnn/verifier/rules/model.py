"""The rule `model`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sheetcnn.excel.cell_array import in_words
from sheetcnn.verifier.audit import Audit
from sheetcnn.verifier.defined_names import named
from sheetcnn.verifier.report import Finding
from sheetcnn.verifier.rules.rule import Rule
from sheetcnn.verifier.severity import ERROR
from sheetcnn.workbook.sheets import model


class Model(Rule):
    """The table of the network on the sheet Model contradicts itself.

    Why it matters: the verifier reads from this table which network the workbook holds. Shapes and counts in it
    follow from the stages and their settings; one that does not tells that someone has changed the table.

    To mend it: write into that cell of Model what is said to belong there.
    """

    code = "model"
    severity = ERROR

    def check(self, audit: Audit) -> Iterator[Finding]:
        """Compare the table with what the network that it describes comes to."""
        recognized = audit.recognized
        if not recognized.describes_itself:
            return
        place = named(recognized.workbook, "model")
        values = recognized.workbook.sheets[place.sheet].values
        for row, belonging in enumerate(model.table(recognized.network, recognized.blocks)):
            for column, belongs in enumerate(belonging):
                cell = place.cell(row, column)
                value = values.get(cell)
                expected, found = str(belongs), "" if value is None else in_words(value)
                if expected != found:
                    stage, heading = str(belonging[0]), model.more_heads()[column]
                    message = f"the table of the network contradicts itself: {heading} of {stage}"
                    where = replace(place, name="model")
                    yield self.at(where, cell, message, stage=stage, expected=expected, found=found)
