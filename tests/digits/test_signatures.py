"""What a file is, by its first bytes: as they stand in the specifications of the formats."""

import pytest

from sheetcnn.digits.signatures import described


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG picture"),
        (b"GIF89a", "a GIF picture"),
        (b"II*\0\x08\0\0\0", "a TIFF picture"),
        (b"MM\0*\0\0\0\x08", "a TIFF picture"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "a WebP picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "a HEIC picture, as phones make them"),
        (b"\0\0\0\x1cftypavif\0\0\0\0", "an AVIF picture"),
        (b"\0\0\0\x20ftypisom\0\0\x02\0", "a film"),
        (b"P5\n28 28\n255\n", "a PPM picture"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"PK\x03\x04\x14\0", "a zip archive, as Excel's and Word's files are"),
        (b"\x93NUMPY\x01\0", "an array of NumPy"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">', "an SVG drawing"),
        (b"\xef\xbb\xbf\n<SVG>", "an SVG drawing"),
        (b"<!DOCTYPE html><html>", "a web page"),
    ],
)
def test_a_known_file_is_described(start, what):
    assert described(start) == what


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"0,0,0,255\n",
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"P5a,1,2\n",
        b'<?xml version="1.0"?><note/>',
        b"\x89PN",
    ],
)
def test_what_is_not_known_is_not_guessed(start):
    assert described(start) == ""
