"""A digit on a picture: opened with Pillow, and made into what MNIST would have made of it."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sheetcnn.digits.digit import SIDE, Digit, Pixels, centred
from sheetcnn.digits.normalize import FAINT, NO_INK, normalize
from sheetcnn.digits.scale import ink
from sheetcnn.digits.signatures import described
from sheetcnn.errors import SpecError, printable
from sheetcnn.inputs import open_input

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = {"PNG": "PNG", "JPEG": "JPEG", "BMP": "BMP", "GIF": "GIF", "TIFF": "TIFF", "WEBP": "WebP"}
"""What is read: what Pillow calls each format, and what it is called in sentences."""
AVIF = "an AVIF picture"  # read from Pillow 11.3 on
MAX_SIDE = 16_000  # pixels: the longer side of what is decoded at all
MAX_PIXELS = 50_000_000  # of them: WebP takes 0.8 gigabytes while it is decoded
ENOUGH = 800  # pixels of the longer side: a digit becomes 20, and a page may hold a small one
MAX_DECODED = 400_000_000  # pixels decoded in all to find a frame with ink: some six seconds of GIF
DEPTHS = (1, 8, 10, 12, 14, 16, 24, 32)  # bits of a pixel that cameras and scanners fill
ORIENTATION = 0x0112  # the tag of EXIF and TIFF
_LUMA_16 = ("I", "I;16", "I;16B", "I;16L", "F")
_READABLE = [f"a {kind} picture" for kind in FORMATS.values()]
ENOUGH_TO_KNOW = 1000  # bytes that tell what a file is


def read_image(
    path: Path, label: int | str | None = None, *, as_is: bool = False, dark_ink: bool = False
) -> Digit:
    """Return the digit on a picture, in the manner of MNIST.

    Args:
        path: a PNG, JPEG, BMP, GIF, TIFF or WebP file.
        label: the digit that it shows, if someone knows.
        as_is: take a picture of 28 x 28 pixels pixel by pixel, white for ink.
        dark_ink: black for ink, if it is taken so; any other picture shows it by its edge.

    Raises:
        SpecError: it is no such file, too large, damaged, or there is not one digit on it.
    """
    name = printable(str(path))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's are of oddities that do no harm
            return _read(path, name, label, as_is=as_is, dark_ink=dark_ink)
    except SpecError:
        raise
    except MemoryError:
        raise SpecError(f"{name} takes more memory than there is: make the picture smaller") from None
    except Exception as error:  # Pillow's decoders raise whatever they like
        raise SpecError(_unreadable(path, name, error)) from None


def from_picture(values: NDArray[Any], label: int | str | None = None, source: str = "an array") -> Digit:
    """Return the digit on a picture that an array holds, (rows, columns), from dark to bright.

    Raises:
        SpecError: it holds something else than finite numbers, or there is not one digit on it.
    """
    if values.ndim != 2 or min(values.shape) < 1 or values.dtype.kind not in "biuf":
        raise SpecError(f"{source} has shape {values.shape}: a picture is rows and columns of numbers")
    if max(values.shape) > MAX_SIDE or values.size > MAX_PIXELS:
        raise SpecError(
            f"{source} has {values.shape[1]} x {values.shape[0]} pixels: make the picture smaller"
        )
    brightness = values.astype(np.float64)
    if not np.isfinite(brightness).all():
        raise SpecError(f"{source} holds numbers that are not finite: a picture is brightness")
    if values.dtype.kind == "u":
        brightness /= np.iinfo(values.dtype).max
    elif values.dtype.kind != "b":
        brightness /= np.abs(brightness).max() or 1.0  # before the next line, or huge numbers overflow
        brightness = (brightness - brightness.min()) / (np.ptp(brightness) or 1.0)
    return _digit(brightness, source, label, [], max(values.shape))


class _Frame(NamedTuple):
    """One page or frame of a picture.

    Attributes:
        brightness: (rows, columns), 0 for black to 1 for white, of at most 800 pixels a side.
        size: the width and height that it had.
        of: how many frames the file has.
        done: what was done to it.
    """

    brightness: Pixels
    size: tuple[int, int]
    of: int
    done: list[str]


def _read(path: Path, name: str, label: int | str | None, *, as_is: bool, dark_ink: bool) -> Digit:
    number, frame = 0, _frame(path, name, 0)
    decoded = frame.size[0] * frame.size[1]
    while np.ptp(frame.brightness) <= FAINT and number + 1 < frame.of:
        number += 1
        decoded += (number + 1) * frame.size[0] * frame.size[1]  # GIF decodes all that come before, too
        if decoded > MAX_DECODED:
            raise SpecError(
                f"{name} has no ink on the first {number} of its {frame.of} frames: save the one with the digit alone"
            )
        frame = _frame(path, name, number)
    brightness, (wide, high), of, done = frame
    if of > 1:
        done = [
            f"frame {number + 1} of {of} (the first with ink)" if number else f"first of {of} frames",
            *done,
        ]
    if as_is:
        if brightness.shape != (SIDE, SIDE):
            raise SpecError(
                f"{name} has {wide} x {high} pixels, and --as-is takes {SIDE} x {SIDE}: leave it out"
            )
        if np.ptp(brightness) == 0:
            raise SpecError(f"{name}: {NO_INK}")
        pixels, _ = ink(brightness, name, scale=1, dark_ink=dark_ink)
        done += ["28x28 pixels as they are"] + (["turned round"] if dark_ink else [])
        return Digit(pixels, label, name, done)
    return _digit(brightness, name, label, done, max(wide, high))


def _frame(path: Path, name: str, number: int) -> _Frame:
    from PIL import Image, ImageOps, features

    # Not by its name: Pillow maps a plain TIFF that lies on its side into memory with its sides swapped.
    with open_input(path, "a picture of a digit") as file:
        avif = described(file.peek(ENOUGH_TO_KNOW)) == AVIF and features.check("avif")
        with Image.open(file, formats=("AVIF",) if avif else tuple(FORMATS)) as opened:
            wide, high = opened.size
            if max(wide, high) > MAX_SIDE or wide * high > MAX_PIXELS:
                raise SpecError(
                    f"{name} has {wide} x {high} pixels, more than can be read: make the picture smaller"
                )
            of = getattr(opened, "n_frames", 1)
            if number:
                opened.seek(number)
            opened.draft("L", (ENOUGH, ENOUGH))
            done = ["turned upright"] if opened.getexif().get(ORIENTATION, 1) != 1 else []
            ImageOps.exif_transpose(opened, in_place=True)
            brightness, depth = _brightness(opened, name)
    return _Frame(brightness, (wide, high), of, done + ([f"taken for {depth} bits a pixel"] if depth else []))


def _brightness(picture: Image, name: str) -> tuple[Pixels, int]:
    """Return a picture's brightness, (rows, columns), 0 for black to 1 for white; what is transparent is paper.

    With it comes how many bits a pixel has, if that had to be told from the largest one, as of a camera that stores
    12 bits in 16; else 0.
    """
    factor = -(-max(picture.size) // ENOUGH)
    if picture.mode not in _LUMA_16:
        return _brightness_of_colours(picture, factor), 0
    values = np.asarray(picture)[::factor, ::factor].astype(np.float64)
    if not np.isfinite(values).all():
        raise SpecError(f"{name} holds numbers that are not finite: save it as PNG")
    if (lowest := values.min(initial=0)) < 0:  # no camera's numbers: black is the lowest, white the highest
        return (values - lowest) / (np.ptp(values) or 1.0), 0
    depth = next((bits for bits in DEPTHS if values.max(initial=0) <= 2**bits - 1), 0)
    full = 2**depth - 1 if depth else values.max()
    return values / full, 0 if depth in (1, 8, 16) else depth


def _brightness_of_colours(picture: Image, factor: int) -> Pixels:
    if picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info:
        return _on_paper(_reduced(picture.convert("RGBA"), factor))
    mode = "RGB" if picture.mode not in ("L", "1") else "L"
    return np.asarray(_reduced(picture.convert(mode), factor).convert("L"), dtype=np.float64) / 255


def _reduced(picture: Image, factor: int) -> Image:
    return picture.reduce(factor) if factor > 1 else picture


def _on_paper(picture: Image) -> Pixels:
    """Return the brightness of a picture that is transparent in places, on paper that its ink stands out from."""
    cover = np.asarray(picture.getchannel("A"), dtype=np.float64) / 255
    grey = np.asarray(picture.convert("RGB").convert("L"), dtype=np.float64) / 255
    if cover.min() == 1:
        return grey
    drawn = grey[cover > cover.max() / 2]
    paper = (
        0.0 if drawn.size and drawn.min() > 0.5 else 1.0
    )  # all that is drawn is light: a chalk, not a card
    return grey * cover + paper * (1 - cover)


def _digit(brightness: Pixels, source: str, label: int | str | None, done: list[str], side: int) -> Digit:
    """Return the digit on a picture whose longer side was so many pixels before it was reduced."""
    try:
        found = normalize(brightness)
    except SpecError as error:
        raise SpecError(f"{source}: {error}") from None
    steps = [*done]
    steps += ["lines taken off"] if found.ruled else []
    steps += ["shadow taken off"] if found.shaded else []
    steps += ["turned round"] if found.turned else []
    steps += ["specks left out"] if found.dusty else []
    high, wide = (round(cut * side / max(brightness.shape)) for cut in found.cut)
    small_high, small_wide = found.ink.shape
    steps += [f"cropped {wide}x{high} -> {small_wide}x{small_high}", "centred"]
    return Digit(centred(found.ink), label, source, steps)


def _unreadable(path: Path, name: str, error: Exception) -> str:
    if "Bomb" in type(error).__name__:
        return f"{name} has more pixels than can be read: make the picture smaller"
    if type(error).__name__ != "UnidentifiedImageError":
        why = printable(str(error))[:80] or type(error).__name__
        return f"{name} is damaged ({why}): save the picture again"
    with path.open("rb") as file:
        start = file.read(ENOUGH_TO_KNOW)
    if not start:
        return f"{name} is empty: save the picture again"
    kind = described(start)
    if kind in _READABLE:
        return f"{name} is {kind}, and damaged: save the picture again"
    if kind:
        return f"{name} is {kind}: save it as JPEG or PNG"
    *most, last = FORMATS.values()
    return (
        f"{name} is no picture that can be read: give a {', '.join(most)} or {last} file, or numbers as --csv"
    )
