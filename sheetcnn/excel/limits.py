"""Limits of a workbook, each once: Excel's own, and how much of one is read.

Source of Excel's: Microsoft, "Excel specifications and limits"; of the lengths of names, "Names in formulas" and
"Rename a worksheet".
"""

from __future__ import annotations

from typing import Final

MAX_ROWS: Final = 1_048_576
"""Rows of a sheet."""
MAX_COLUMNS: Final = 16_384
"""Columns of a sheet, A to XFD."""
MAX_COLUMN_WIDTH: Final = 255
"""Characters of the default font side by side."""
MAX_SHEET_NAME: Final = 31
"""Characters of a sheet's name."""
MAX_DEFINED_NAME: Final = 255
"""Characters of a defined name."""
MAX_CELL_TEXT: Final = 32_767
"""Characters of a text in a cell."""
MAX_FORMULA: Final = 8_192
"""Characters of a formula."""
MAX_LITERAL: Final = 255
"""Characters of a text written out in a formula."""
MAX_ARGUMENTS: Final = 255
"""Arguments of a function."""
MAX_NESTING: Final = 64
"""Levels of functions within functions."""

MAX_VALUES: Final = 2_000_000
"""Values, formulas and texts that are read of one workbook, 3 us and 170 bytes each: our own limit."""
