"""A trained convolutional network in a spreadsheet, every number a live formula, every formula checked.

`generate` writes a workbook in which a network reads a handwritten digit; `set_digit` has it read another one;
`verify` proves every formula of such a workbook against NumPy, and `explain` writes one of them out; `render` draws
its sheets; `train` finds a network's weights. The command line, `sheetcnn --help`, does the same.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sheetcnn.digit_swap import Exchanged, set_digit
    from sheetcnn.digits.digit import Digit
    from sheetcnn.errors import SheetcnnError, SpecError, WorkbookError
    from sheetcnn.explainer import explain
    from sheetcnn.generator import Generated, generate
    from sheetcnn.network.training.trainer import TrainingResult, train
    from sheetcnn.verifier.report import Finding, Report, StageReport
    from sheetcnn.verifier.verify import verify
    from sheetcnn.workbook.prediction import Prediction
    from sheetcnn.workbook.screenshots import render

__version__ = "0.1.0"

__all__ = [
    "Digit",
    "Exchanged",
    "Finding",
    "Generated",
    "Prediction",
    "Report",
    "SheetcnnError",
    "SpecError",
    "StageReport",
    "TrainingResult",
    "WorkbookError",
    "explain",
    "generate",
    "render",
    "set_digit",
    "train",
    "verify",
]

_HOMES = {
    "sheetcnn.digits.digit": ("Digit",),
    "sheetcnn.errors": ("SheetcnnError", "SpecError", "WorkbookError"),
    "sheetcnn.digit_swap": ("Exchanged", "set_digit"),
    "sheetcnn.explainer": ("explain",),
    "sheetcnn.generator": ("Generated", "generate"),
    "sheetcnn.network.training.trainer": ("TrainingResult", "train"),
    "sheetcnn.verifier.report": ("Finding", "Report", "StageReport"),
    "sheetcnn.verifier.verify": ("verify",),
    "sheetcnn.workbook.prediction": ("Prediction",),
    "sheetcnn.workbook.screenshots": ("render",),
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for: `sheetcnn --help` does not wait for NumPy."""
    for home, names in _HOMES.items():
        if name in names:
            value = globals()[name] = getattr(import_module(home), name)
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return what there is to use, for `dir(sheetcnn)` and for completion, though it is not imported yet."""
    return sorted([*__all__, "__version__"])
