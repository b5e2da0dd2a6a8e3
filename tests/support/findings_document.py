"""Writes docs/findings.md from the rules: `python tests/support/findings_document.py > docs/findings.md`."""

import inspect
import sys

from sheetcnn.verifier.rules import RULES

HEAD = """\
# What verify finds

Each kind of finding is a rule of its own, a file in `sheetcnn/verifier/rules`; this page is made from them. `kind` in
`--json` and in the CSV file is the name in the heading. An error means that the workbook is wrong, or that nobody can
say that it is right; after a warning it is worth a look.
"""


def page(rule) -> str:
    """Return what a rule has to say of itself."""
    return f"## {rule.code}\n\n{rule.severity.capitalize()}. {inspect.getdoc(type(rule))}\n"


def document() -> str:
    """Return the whole page, the rules in the order of their names."""
    return "\n".join([HEAD, *(page(rule) for rule in sorted(RULES, key=lambda rule: rule.code))])


if __name__ == "__main__":
    sys.stdout.write(document())
