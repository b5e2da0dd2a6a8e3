"""IronCalc, a spreadsheet engine in Rust, called through its Python package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sheetcnn.errors import WorkbookError
from sheetcnn.verifier.engines.engine import Computed, Engine

if TYPE_CHECKING:
    from sheetcnn.excel.workbook import Value, Workbook


class IronCalc(Engine):
    """IronCalc; it gives all digits."""

    name = "ironcalc"
    title = "IronCalc"

    def recalculate(self, workbook: Workbook) -> Computed:
        """Return the values that its own model of the workbook holds."""
        from sheetcnn.excel.libreoffice import EngineMissing

        try:
            import ironcalc
        except ImportError:
            raise EngineMissing(
                "IronCalc is not installed: pip install ironcalc, into the environment that sheetcnn is in."
            ) from None
        try:
            model = ironcalc.load_from_xlsx(str(workbook.path))
            model.evaluate()
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic in Rust is no Exception
            reason = str(error).partition("\n")[0]
            raise WorkbookError(
                f"IronCalc cannot compute {workbook.path} ({reason}): try another engine."
            ) from error
        places = {sheet["name"]: place for place, sheet in enumerate(model.get_worksheets_properties())}
        return {
            name: {cell: _value(model, places[name], *cell) for cell in sheet.formulas}
            for name, sheet in workbook.sheets.items()
        }


def _value(model: Any, sheet: int, row: int, column: int) -> Value:
    from ironcalc import CellType

    from sheetcnn.excel.cell_array import ErrorValue

    place = (sheet, row + 1, column + 1)
    value: float | str | bool | None = model.get_cell_value(*place)
    if model.get_cell_type(*place) == CellType.ErrorValue:
        return ErrorValue(str(value))
    return "" if value is None else value
