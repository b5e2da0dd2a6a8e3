"""A digit on a picture: opened with Pillow, and made into what MNIST would have made of it."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sheetcnn.digits.digit import SIDE, Digit, Pixels, centred
from sheetcnn.digits.ink import NO_INK, written
from sheetcnn.errors import SpecError, printable

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")
MAX_SIDE = 16_000  # pixels: the longer side of what is decoded at all
MAX_PIXELS = 64_000_000  # of them, a quarter of a gigabyte while it is decoded
ENOUGH = 800  # pixels of the longer side: a digit becomes 20, and a page may hold a small one
FULL_16 = 65_535
ORIENTATION = 0x0112  # the tag of EXIF and TIFF
_LUMA_16 = ("I", "I;16", "I;16B", "I;16L", "F")
_KINDS = ", ".join(FORMATS[:-1]) + " or WebP"


def read_image(path: Path, label: int | str | None = None, *, as_is: bool = False) -> Digit:
    """Return the digit on a picture, in the manner of MNIST.

    Args:
        path: a PNG, JPEG, BMP, GIF, TIFF or WebP file.
        label: the digit that it shows, if someone knows.
        as_is: take a picture of 28 x 28 pixels pixel by pixel, white for ink.

    Raises:
        SpecError: it is no such file, too large, damaged, or there is not one digit on it.
    """
    name = printable(str(path))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's are of oddities that do no harm
            return _read(path, name, label, as_is=as_is)
    except SpecError:
        raise
    except FileNotFoundError:
        raise SpecError(f"there is no file {name}: name a picture of a digit") from None
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


def _read(path: Path, name: str, label: int | str | None, *, as_is: bool) -> Digit:
    from PIL import Image, ImageOps

    if not path.is_file():  # a pipe would be waited for
        raise IsADirectoryError if path.is_dir() else FileNotFoundError
    # Not by its name: Pillow maps a plain TIFF that lies on its side into memory with its sides swapped.
    with path.open("rb") as file, Image.open(file, formats=FORMATS) as opened:
        wide, high = opened.size
        if max(wide, high) > MAX_SIDE or wide * high > MAX_PIXELS:
            raise SpecError(
                f"{name} has {wide} x {high} pixels, more than can be read: make the picture smaller"
            )
        frames = getattr(opened, "n_frames", 1)
        done = [f"first of {frames} frames"] if frames > 1 else []
        opened.draft("L", (ENOUGH, ENOUGH))
        if opened.getexif().get(ORIENTATION, 1) != 1:
            done.append("turned upright")
        ImageOps.exif_transpose(opened, in_place=True)
        brightness = _brightness(opened, name)
    if as_is:
        if brightness.shape != (SIDE, SIDE):
            raise SpecError(
                f"{name} has {wide} x {high} pixels, and --as-is takes {SIDE} x {SIDE}: leave it out"
            )
        if np.ptp(brightness) == 0:
            raise SpecError(f"{name}: {NO_INK}")
        return Digit(brightness.round(3), label, name, ", ".join([*done, "28x28 pixels as they are"]))
    return _digit(brightness, name, label, done, max(wide, high))


def _brightness(picture: Image, name: str) -> Pixels:
    """Return a picture's brightness, (rows, columns), 0 for black to 1 for white; what is transparent is paper."""
    factor = -(-max(picture.size) // ENOUGH)
    if picture.mode in _LUMA_16:
        values = np.asarray(picture)[::factor, ::factor].astype(np.float64)
        if not np.isfinite(values).all():
            raise SpecError(f"{name} holds numbers that are not finite: save it as PNG")
        full = FULL_16 if values.max(initial=0) > 255 else 255 if values.max(initial=0) > 1 else 1
        return np.clip(values / full, 0, 1)
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
        found = written(brightness)
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
    return Digit(centred(found.ink), label, source, ", ".join(steps))


def _unreadable(path: Path, name: str, error: Exception) -> str:
    if isinstance(error, IsADirectoryError):
        return f"{name} is a folder: name a picture in it"
    if isinstance(error, OSError) and error.strerror:
        return f"{name} cannot be read ({error.strerror}): check its name and its permissions"
    if "Bomb" in type(error).__name__:
        return f"{name} has more pixels than can be read: make the picture smaller"
    if type(error).__name__ == "UnidentifiedImageError":
        return f"{name} is no picture that can be read: give a {_KINDS} file"
    return f"{name} is damaged ({printable(str(error))[:80] or type(error).__name__}): save the picture again"
