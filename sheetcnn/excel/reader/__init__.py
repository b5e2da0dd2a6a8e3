"""Reads a workbook: every hostile file comes in here."""

from sheetcnn.excel.reader.workbook_reader import read_workbook

__all__ = ["read_workbook"]
