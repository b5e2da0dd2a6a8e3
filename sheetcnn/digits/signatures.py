"""Knows what a file is by its first bytes, whatever its name says, so that it can be said why it is not read."""

from __future__ import annotations

_ISO_MEDIA = {  # the brand in the box `ftyp` (ISO/IEC 14496-12)
    b"heic": "a HEIC picture, as phones make them",
    b"heix": "a HEIC picture, as phones make them",
    b"hevc": "a HEIC picture, as phones make them",
    b"heim": "a HEIC picture, as phones make them",
    b"heis": "a HEIC picture, as phones make them",
    b"mif1": "a HEIC picture, as phones make them",
    b"msf1": "a HEIC picture, as phones make them",
    b"avif": "an AVIF picture",
    b"avis": "an AVIF picture",
}
_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"%PDF-", "a PDF document"),
    (b"%!PS", "a PostScript drawing"),
    (b"PK\x03\x04", "a zip archive, as Excel's and Word's files are"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x93NUMPY", "an array of NumPy"),
    (b"8BPS", "a Photoshop picture"),
    (b"\0\0\1\0", "an icon"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
)


def described(start: bytes) -> str:
    """Return what a file is that starts like this, such as `a PDF document`; empty if that is not known."""
    if start[4:8] == b"ftyp":
        return _ISO_MEDIA.get(start[8:12], "a film")
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "a WebP picture"
    if start[:1] == b"P" and start[1:2] in b"123456" and start[2:3] in (b"\n", b" ", b"\r", b"\t"):
        return "a PPM picture"
    head = start[:1000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<svg", b"<?xml")) and b"<svg" in head:
        return "an SVG drawing"
    if head.startswith((b"<!doctype html", b"<html")):
        return "a web page"
    return next((what for sign, what in _STARTS if start.startswith(sign)), "")
