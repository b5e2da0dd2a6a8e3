"""Pictures: every odd but legal one works, and bad ones get one sentence."""

from __future__ import annotations

import io
import os
import re

import numpy as np
import pytest
from PIL import Image, features

from sheetcnn.digits import load
from sheetcnn.errors import SpecError


def seven(ink=0, paper=255, size=(200, 300)):
    """A seven in straight strokes, 100 wide and 200 high, strokes of 20 pixels."""
    page = np.full((size[1], size[0]), paper, dtype=np.uint8)
    page[50:70, 50:150] = ink
    page[50:250, 130:150] = ink
    return page


# The longer side, 200 pixels, becomes 20: strokes of 2 pixels, a box of 10 by 20. Its rows 0 and 1 hold 10, the 18
# others 2: their centre is (0*10 + 1*10 + 2*(2+...+19)) / 56 = (10 + 378) / 56 = 6.93, so the box begins in row
# 14 - 6.93 = 7.07, 7. Columns 0 to 7 hold 2 each, 8 and 9 hold 20: (2*28 + 20*17) / 56 = 7.07, so column 6.93, 7.
EXPECTED = np.zeros((28, 28))
EXPECTED[7:9, 7:17] = 1
EXPECTED[7:27, 15:17] = 1


@pytest.fixture
def saved(tmp_path):
    def write(picture, name="x.png", **options):
        path = tmp_path / name
        (picture if isinstance(picture, Image.Image) else Image.fromarray(picture)).save(path, **options)
        return path

    return write


def test_a_picture_becomes_what_mnist_would_have_made_of_it(saved):
    digit = load(saved(seven()), label=7)
    np.testing.assert_array_equal(digit.pixels[0], EXPECTED)
    assert digit.label == 7
    assert ", ".join(digit.preprocessing) == "turned round, cropped 100x200 -> 10x20, centred"


@pytest.mark.parametrize("name", ["x.png", "x.bmp", "x.gif", "x.tiff", "x.webp", "x.jpg"])
def test_each_format_is_read(saved, name):
    options = {"x.webp": {"lossless": True}, "x.jpg": {"quality": 95}}.get(name, {})
    np.testing.assert_allclose(load(saved(seven(), name, **options)).pixels[0], EXPECTED, atol=0.03)


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw"])
@pytest.mark.parametrize(("orientation", "turns"), [(3, 2), (6, 1), (8, -1)])
def test_a_scan_that_lies_on_its_side_is_set_upright(saved, compression, orientation, turns):
    exif = Image.Exif()
    exif[0x0112] = orientation
    lying = Image.fromarray(np.rot90(seven(), turns).copy())
    digit = load(saved(lying, "x.tiff", exif=exif, compression=compression))
    np.testing.assert_array_equal(digit.pixels[0], EXPECTED)
    assert ", ".join(digit.preprocessing) == "turned upright, turned round, cropped 100x200 -> 10x20, centred"


@pytest.mark.parametrize("name", ["x.jpg", "x.png"])
def test_a_large_picture_is_told_of_in_its_own_pixels(saved, name):
    digit = load(saved(np.kron(seven(), np.ones((12, 12), np.uint8)), name))
    wide, high = re.search(r"cropped (\d+)x(\d+) -> 10x20", ", ".join(digit.preprocessing)).groups()
    assert abs(int(wide) - 1200) <= 12
    assert abs(int(high) - 2400) <= 12


def test_what_pillow_only_warns_of_is_read(saved):
    path = saved(seven(), "x.jpg", quality=95)
    content = path.read_bytes()
    path.write_bytes(content[:2] + b"\xff\xe2\x00\x0aMPF\0junk" + content[2:])  # a list of pictures, damaged
    with pytest.warns(UserWarning, match="malformed MPO"), Image.open(path):
        pass
    assert np.abs(load(path).pixels[0] - EXPECTED).max() < 0.03


def test_light_on_dark_is_not_turned_round(saved):
    digit = load(saved(seven(ink=255, paper=0)))
    np.testing.assert_array_equal(digit.pixels[0], EXPECTED)
    assert "turned round" not in digit.preprocessing


def transparent(colour, **keys):
    picture = Image.new("RGBA", (200, 300), (*colour, 0))
    picture.putalpha(Image.fromarray(255 - seven()))
    return picture


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (200, 30, 30)])
def test_what_is_transparent_is_paper(saved, colour):
    np.testing.assert_array_equal(load(saved(transparent(colour))).pixels[0], EXPECTED)


def test_a_white_card_with_clear_corners_is_paper(saved):
    page = Image.new("RGBA", (300, 400), (0, 0, 0, 0))
    page.paste(Image.fromarray(seven()).convert("RGBA"), (50, 50))
    np.testing.assert_array_equal(load(saved(page)).pixels[0], EXPECTED)


@pytest.mark.parametrize(
    "make",
    [
        lambda page: Image.fromarray(page.astype(np.uint16) * 257),
        lambda page: Image.fromarray(page).convert("1"),
        lambda page: Image.fromarray(page).convert("P"),
        lambda page: Image.fromarray(page).convert("LA"),
        lambda page: Image.fromarray(page).convert("RGB"),
    ],
)
def test_odd_pictures_work(saved, make):
    np.testing.assert_array_equal(load(saved(make(seven()))).pixels[0], EXPECTED)


@pytest.mark.parametrize("mode", ["CMYK", "YCbCr", "F", "I"])
def test_odd_modes_of_tiff_work(saved, mode):
    picture = Image.fromarray(seven()).convert(mode)
    np.testing.assert_allclose(load(saved(picture, "x.tiff")).pixels[0], EXPECTED, atol=0.01)


def test_of_an_animation_the_first_frame_is_read_and_that_is_said(saved):
    frames = [Image.fromarray(seven()), Image.fromarray(seven()[::-1].copy())]
    digit = load(saved(frames[0], "x.gif", save_all=True, append_images=frames[1:]))
    np.testing.assert_array_equal(digit.pixels[0], EXPECTED)
    assert ", ".join(digit.preprocessing).startswith("first of 2 frames, ")


def test_a_photo_is_turned_upright(saved):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn it by a quarter to the right
    lying = Image.fromarray(np.rot90(seven()).copy())
    digit = load(saved(lying, "x.png", exif=exif))
    np.testing.assert_array_equal(digit.pixels[0], EXPECTED)
    assert ", ".join(digit.preprocessing).startswith("turned upright, ")


def test_a_shadow_on_the_paper_is_taken_off(saved):
    light = np.linspace(0.45, 1, 200)[np.newaxis]
    page = (seven(ink=40, paper=230) * light).astype(np.uint8)
    digit = load(saved(page))
    assert np.abs(digit.pixels[0] - EXPECTED).mean() < 0.01
    assert "shadow taken off" in digit.preprocessing


def test_specks_are_left_out_and_that_is_said(saved):
    page = seven()
    page[10:14, 10:14] = 0
    digit = load(saved(page))
    np.testing.assert_array_equal(digit.pixels[0], EXPECTED)
    assert "specks left out" in digit.preprocessing


def test_as_is_takes_28_by_28_pixels_one_by_one(saved):
    page = np.zeros((28, 28), dtype=np.uint8)
    page[3, 5], page[27, 27] = 255, 51
    digit = load(saved(page), as_is=True)
    assert np.argwhere(digit.pixels[0]).tolist() == [[3, 5], [27, 27]]
    assert (digit.pixels[0, 3, 5], digit.pixels[0, 27, 27]) == (1, 0.2)
    assert ", ".join(digit.preprocessing) == "28x28 pixels as they are"


def test_an_array_of_another_size_is_a_picture():
    np.testing.assert_array_equal(load(seven()).pixels[0], EXPECTED)
    huge = np.where(seven() == 0, -1e308, 1e308)  # the difference is more than a number can be
    np.testing.assert_array_equal(load(huge).pixels[0], EXPECTED)


def test_a_digit_in_several_pieces_is_one_digit(saved):
    """A five whose bar does not touch it."""
    page = np.full((300, 300), 255, dtype=np.uint8)
    page[40:60, 110:200] = 0  # the bar
    page[70:160, 90:110] = 0  # 10 pixels below it
    page[140:160, 90:190] = page[140:250, 170:190] = page[230:250, 90:190] = 0
    assert load(saved(page)).pixels[0].any()


def blank():
    return Image.new("L", (200, 300), 255)


@pytest.mark.parametrize(
    ("page", "name", "account"),
    [
        (seven().astype(np.uint16) * 16, "x.png", "taken for 12 bits a pixel, turned round"),  # up to 4080
        (seven().astype(np.uint16) * 16, "x.tiff", "taken for 12 bits a pixel, turned round"),
        (seven().astype(np.uint16) * 4, "x.png", "taken for 10 bits a pixel, turned round"),
        (seven().astype(np.uint16), "x.png", "turned round"),
        (seven().astype(np.uint16) * 257, "x.png", "turned round"),
        (seven().astype(np.float32) / 255, "x.tiff", "turned round"),
        (seven().astype(np.float32) * 16, "x.tiff", "taken for 12 bits a pixel, turned round"),
        (seven().astype(np.float32) / 128 - 1, "x.tiff", "turned round"),  # from -1 to 1
        (seven().astype(np.int32) * 65_793, "x.tiff", "taken for 24 bits a pixel, turned round"),
    ],
)
def test_a_pixel_may_have_any_number_of_bits(saved, page, name, account):
    digit = load(saved(page, name))
    np.testing.assert_allclose(digit.pixels[0], EXPECTED, atol=0.01)
    assert ", ".join(digit.preprocessing) == f"{account}, cropped 100x200 -> 10x20, centred"


@pytest.mark.parametrize("name", ["x.gif", "x.tiff", "x.png", "x.webp"])
def test_of_several_pages_the_first_with_ink_is_read(saved, name):
    pages = [blank(), blank(), Image.fromarray(seven()), Image.fromarray(seven()[::-1].copy())]
    pages[1].putpixel((0, 0), 250)  # or GIF would join two frames that are the same
    lossless = {"lossless": True} if name == "x.webp" else {}
    digit = load(saved(pages[0], name, save_all=True, append_images=pages[1:], **lossless))
    np.testing.assert_allclose(digit.pixels[0], EXPECTED, atol=0.03)
    assert ", ".join(digit.preprocessing).startswith("frame 3 of 4 (the first with ink), ")


def test_pages_without_ink_are_refused(saved):
    with pytest.raises(SpecError, match="there is no ink on it"):
        load(saved(blank(), "x.tiff", save_all=True, append_images=[blank()]))


def test_frames_are_not_looked_at_for_ever(saved):
    """Of 2,000 x 2,000 pixels, 4 million, 1 + 2 + ... + 13 = 91 frames are decoded for the first 13, 105 for 14."""
    pages = [Image.new("L", (2000, 2000), 250 + number % 5) for number in range(16)]
    with pytest.raises(
        SpecError, match="has no ink on the first 13 of its 16 frames: save the one with the digit"
    ):
        load(saved(pages[0], "x.tiff", save_all=True, append_images=pages[1:], compression="tiff_lzw"))


def test_as_is_of_dark_ink_on_white_has_to_be_said(saved):
    page = np.full((28, 28), 255, dtype=np.uint8)
    page[10:20, 14] = 0
    path = saved(page)
    with pytest.raises(SpecError, match="its paper is high, and its ink is low: give --dark-ink"):
        load(path, as_is=True)
    digit = load(path, as_is=True, dark_ink=True)
    assert np.argwhere(digit.pixels[0]).tolist() == [[row, 14] for row in range(10, 20)]
    assert ", ".join(digit.preprocessing) == "28x28 pixels as they are, turned round"


@pytest.mark.skipif(not features.check("avif"), reason="this Pillow reads no AVIF")
def test_avif_is_read_or_named(saved, monkeypatch):
    path = saved(Image.fromarray(seven()).convert("RGB"), "x.avif", quality=95)
    np.testing.assert_allclose(load(path).pixels[0], EXPECTED, atol=0.05)
    monkeypatch.setattr(features, "check", lambda _: False)  # as an older Pillow
    with pytest.raises(SpecError, match="is an AVIF picture: save it as JPEG or PNG"):
        load(path)


# What is refused


def two():
    return np.hstack([seven(), seven()])


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (np.full((50, 50), 255, np.uint8), "there is no ink on it"),
        (np.full((50, 50), 0, np.uint8), "there is no ink on it"),
        (two(), "there are several digits on it: cut out one"),
        (np.vstack([seven(), seven()]), "there are several digits on it: cut out one"),
        (np.zeros((1, 30_000), np.uint8), "has 30000 x 1 pixels, more than can be read"),
        (Image.new("1", (12_000, 12_000)), "pixels, more than can be read|more pixels than can be read"),
    ],
)
def test_a_picture_without_one_digit_is_refused(saved, picture, message):
    with pytest.raises(SpecError, match=message):
        load(saved(picture))


def test_a_decompression_bomb_is_refused_before_it_is_decoded(tmp_path):
    content = io.BytesIO()
    Image.new("1", (8, 8)).save(content, "PNG")
    bomb = bytearray(content.getvalue())
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2  # the header's width and height
    import zlib

    bomb[29:33] = zlib.crc32(bytes(bomb[12:29])).to_bytes(4, "big")
    (tmp_path / "bomb.png").write_bytes(bomb)
    with pytest.raises(SpecError, match="pixels"):
        load(tmp_path / "bomb.png")


def test_as_is_of_another_size_is_refused(saved):
    with pytest.raises(SpecError, match="has 200 x 300 pixels, and --as-is takes 28 x 28"):
        load(saved(seven()), as_is=True)


@pytest.mark.parametrize("colour", [0, 255])
def test_as_is_of_one_colour_is_refused(saved, colour):
    with pytest.raises(SpecError, match="there is no ink on it"):
        load(saved(np.full((28, 28), colour, np.uint8)), as_is=True)


def test_numbers_that_are_not_finite_are_refused_by_name(saved):
    with pytest.raises(SpecError, match=r"x\.tiff holds numbers that are not finite: save it as PNG"):
        load(saved(Image.fromarray(np.full((40, 40), np.nan, np.float32)), "x.tiff"))


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.95])
@pytest.mark.parametrize("name", ["x.png", "x.jpg", "x.gif", "x.tiff", "x.webp", "x.bmp"])
def test_a_file_that_is_cut_short_is_refused_or_read(saved, name, share):
    path = saved(seven(), name)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    try:
        load(path)
    except SpecError as error:
        assert str(path) in str(error)  # noqa: PT017 - some decoders are content with less


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"hello", "is no picture that can be read: give a PNG, JPEG"),
        (b"", "is empty: save the picture again"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is an SVG drawing: save it as JPEG or PNG"),
        (b"<?xml version='1.0'?>\n<svg/>", "is an SVG drawing: save it as JPEG or PNG"),
        (
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
            "is a PostScript drawing: save it as JPEG or PNG",
        ),
        (b"%PDF-1.7\n", "is a PDF document: save it as JPEG or PNG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "is a HEIC picture, as phones make them: save it as JPEG or PNG"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0", "is a HEIC picture, as phones make them: save it as JPEG or PNG"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "is a film: save it as JPEG or PNG"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "is a JPEG XL picture: save it as JPEG or PNG"),
        (b"PK\x03\x04\0\0", "is a zip archive, as Excel's and Word's files are: save it as JPEG or PNG"),
        (b"<!DOCTYPE html><html>", "is a web page: save it as JPEG or PNG"),
        (b"P5 8 8 255\n", "is a PPM picture: save it as JPEG or PNG"),
        (b"0,0,255\n", "is no picture that can be read: give a PNG, .* or numbers as --csv"),
        (b"\x89PNG\r\n\x1a\n", "and damaged: save the picture again|is damaged"),
    ],
)
def test_a_file_that_is_no_picture_is_refused(tmp_path, content, message):
    (tmp_path / "x.png").write_bytes(content)
    with pytest.raises(SpecError, match=message):
        load(tmp_path / "x.png")


def test_a_folder_and_a_missing_file_are_named(tmp_path):
    with pytest.raises(SpecError, match="is a folder"):
        load(tmp_path)
    with pytest.raises(SpecError, match=r"there is no file .*none\.png"):
        load(tmp_path / "none.png")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "x.png")
    with pytest.raises(SpecError, match="is a pipe, and only files are read: name a picture of a digit"):
        load(tmp_path / "x.png")


def test_a_name_that_is_too_long_is_refused():
    with pytest.raises(SpecError, match=r"cannot be read \(.*\): check its name and its permissions"):
        load("x" * 300)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([[1], [1, 2]], "rows of different lengths"),
        (np.full((40, 40), np.inf), "not finite"),
        (np.full((40, 40), 200, np.uint8) + np.eye(40, dtype=np.uint8), "there is no ink"),
    ],
)
def test_an_array_that_is_no_picture_is_refused(values, message):
    with pytest.raises(SpecError, match=message):
        load(values)
