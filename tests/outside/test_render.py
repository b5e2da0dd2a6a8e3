import struct
import zlib
from collections import Counter

import pytest
import xlsxwriter

from sheetcnn.errors import WorkbookError
from sheetcnn.excel.libreoffice import EngineMissing
from sheetcnn.workbook import screenshots as module
from sheetcnn.workbook.screenshots import render

RED, BLUE = (255, 0, 0), (0, 0, 255)


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "book.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        network = workbook.add_worksheet("Network")
        network.set_column(0, 249, 2.3)
        network.write_column("A1", range(60))
        network.write("IP60", 1)  # column 250
        network.fit_to_pages(1, 1)
        network.print_area("A1:C3")
        network.set_paper(11)  # A5

        heat = workbook.add_worksheet("Heat & chart, 1")
        heat.write_column("A1", [1, 2])
        heat.write_formula("B1", "=A1+A2", None, -1)
        red = workbook.add_format({"bg_color": "#FF0000", "font_color": "#FF0000"})
        heat.conditional_format("B1", {"type": "cell", "criteria": ">", "value": 2, "format": red})
        chart = workbook.add_chart({"type": "column"})
        chart.add_series({"values": "=Network!$A$1:$A$9", "fill": {"color": "#0000FF"}})
        heat.insert_chart("D1", chart)
    return path


@pytest.fixture(scope="session")
def pictures(book, tmp_path_factory, libreoffice, poppler):
    return render(book, tmp_path_factory.mktemp("new") / "pictures")


@pytest.fixture(scope="session")
def coarse(book, tmp_path_factory, libreoffice, poppler):
    return render(book, tmp_path_factory.mktemp("coarse"), dpi=36)


def size(picture):
    """Return the width and height of a PNG (PNG specification, 11.2.2)."""
    return struct.unpack(">II", picture.read_bytes()[16:24])


def colours(picture):
    """Count the pixels of each colour in an 8-bit RGB PNG (PNG specification, 5.3 and 9.2)."""
    data, packed, at = picture.read_bytes(), b"", 8
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        packed += data[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    width, height = size(picture)
    stride, found, above = 1 + 3 * width, Counter(), bytes(3 + 3 * width)
    pixels = zlib.decompress(packed)
    assert len(pixels) == height * stride
    for start in range(0, len(pixels), stride):
        row = bytearray(3)
        for place, byte in enumerate(pixels[start + 1 : start + stride]):
            a, b, c = row[place], above[place + 3], above[place]  # left, above, and left of that
            paeth = min(a, b, c, key=lambda value, to=a + b - c: abs(to - value))
            row.append((byte + (0, a, b, (a + b) // 2, paeth)[pixels[start]]) % 256)
        found.update(zip(row[3::3], row[4::3], row[5::3], strict=True))
        above = row
    return found


def test_there_is_one_picture_a_sheet_named_after_it(pictures):
    assert [picture.name for picture in pictures] == ["01-Network.png", "02-Heat-chart-1.png"]


def test_a_sheet_is_drawn_whole_whatever_its_print_settings(pictures):
    width, height = size(pictures[0])
    # 250 columns of 21 pixels by 60 rows of 20, as Excel draws a width of 2.3 and the standard height
    assert width / height == pytest.approx(250 * 21 / (60 * 20), rel=0.1)


def test_a_large_sheet_is_drawn_as_fine_as_the_largest_picture_allows(pictures):
    assert size(pictures[0])[0] == pytest.approx(6000, abs=1)


def test_a_small_sheet_is_drawn_at_the_resolution_asked_for(pictures, coarse):
    assert size(pictures[1]) == pytest.approx([4 * side for side in size(coarse[1])], abs=4)


def test_charts_and_conditional_formats_over_fresh_values_are_drawn(coarse):
    found = colours(coarse[1])
    assert found[RED] > 100  # B1 is 24 by 7 pixels; by its saved value, -1, it would be white
    assert found[BLUE] > 100


def test_a_missing_poppler_is_named(book, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "convert", lambda path, *_: path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineMissing, match=r"^pdfinfo is not installed: get Poppler"):
        render(book, tmp_path)


def test_a_missing_workbook_is_refused(tmp_path):
    with pytest.raises(WorkbookError, match=r"none\.xlsx does not exist"):
        render(tmp_path / "none.xlsx", tmp_path)
