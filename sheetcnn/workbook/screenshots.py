"""Draws the sheets of a workbook through LibreOffice, to look at them without opening a window."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import Final

from sheetcnn import files
from sheetcnn.errors import WorkbookError
from sheetcnn.excel.libreoffice import EngineMissing, convert, run
from sheetcnn.excel.reader import read_workbook
from sheetcnn.excel.workbook import Workbook

MAX_PIXELS: Final = 6000  # a page's longer side
POINTS: Final = 72  # an inch

_ONE_PAGE_A_SHEET: Final = 'pdf:calc_pdf_Export:{"SinglePageSheets":{"type":"boolean","value":"true"}}'
_PAGE_SIZE: Final = re.compile(r"^Page +\d+ size: +([\d.]+) x ([\d.]+) pts", re.MULTILINE)


def render(path: Path | str, folder: Path | str = "outputs", *, dpi: int = 144) -> list[Path]:
    """Draw each sheet whole, with its charts and colours, whatever its print settings say.

    Args:
        path: the workbook.
        folder: where the pictures go; made if need be.
        dpi: pixels an inch, fewer where the longer side would exceed `MAX_PIXELS`.

    Returns:
        One PNG a sheet in the order of the tabs, such as `01-Network.png`.

    Raises:
        EngineMissing: LibreOffice or Poppler is not installed.
        SpecError: the folder is none, or a picture is the workbook itself.
        WorkbookError: the workbook cannot be read or drawn, or a picture not be written.
    """
    path, folder = Path(path), Path(folder)
    workbook = read_workbook(path)
    files.make_folder(folder)
    with tempfile.TemporaryDirectory() as scratch:
        pdf = convert(path, _ONE_PAGE_A_SHEET, Path(scratch))
        sizes = _page_sizes(pdf, path)
        names = _drawn_sheets(workbook, len(sizes))
        return [
            _draw(
                pdf, page, min(dpi, MAX_PIXELS * POINTS / size), folder / f"{page:02}-{_safe(name)}.png", path
            )
            for page, (name, size) in enumerate(zip(names, sizes, strict=True), start=1)
        ]


def _page_sizes(pdf: Path, path: Path) -> list[float]:
    """Return the longer side of each page in points."""
    said = run([_poppler("pdfinfo"), "-l", str(10**6), str(pdf)], path)
    return [max(map(float, sides)) for sides in _PAGE_SIZE.findall(said)]


def _drawn_sheets(workbook: Workbook, pages: int) -> list[str]:
    """Return the name of the sheet on each page: hidden sheets are drawn by some versions only."""
    for names in (
        list(workbook.sheets),
        [sheet.name for sheet in workbook.sheets.values() if sheet.state == "visible"],
    ):
        if len(names) == pages:
            return names
    raise WorkbookError(
        f"{workbook.path} has {len(workbook.sheets)} sheets and came out on {pages} pages: "
        "get LibreOffice 7.4 or later, and remove sheets that are one chart."
    )


def _draw(pdf: Path, page: int, dpi: float, picture: Path, read: Path) -> Path:
    """Draw one page of a PDF, but never over the workbook that is read."""
    pages, drawn = ["-f", str(page), "-l", str(page), "-singlefile"], pdf.with_name("page.png")
    run([_poppler("pdftoppm"), "-png", "-r", str(dpi), *pages, str(pdf), str(drawn.with_suffix(""))], picture)
    files.save(drawn.read_bytes(), picture, replace=True, kept=[read])
    return picture


def _poppler(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise EngineMissing(
            f"{program} is not installed: get Poppler (poppler-utils in apt, poppler in brew)."
        )
    return found


def _safe(name: str) -> str:
    """Return a sheet's name as part of a file name."""
    return re.sub(r"[^\w-]+", "-", name).strip("-")
