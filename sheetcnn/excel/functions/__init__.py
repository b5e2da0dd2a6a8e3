"""Excel's functions and operators, a file a family; each enters its functions under their names.

A new function is one function in the file of its family, under `@excel(name, how it takes its arguments, how many)`.
"""

from sheetcnn.excel.functions import (
    aggregate,
    arithmetic,
    criteria,
    information,
    logic,
    lookup,
    operators,
    text,
)

__all__ = ["aggregate", "arithmetic", "criteria", "information", "logic", "lookup", "operators", "text"]
