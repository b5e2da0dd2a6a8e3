"""Reads MNIST's own files: images and labels in the IDX format, gzipped or not."""

from __future__ import annotations

import gzip
import math
import zlib
from itertools import product
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sheetcnn.digits.digit import SIDE, Digit
from sheetcnn.errors import SpecError

Bytes: TypeAlias = NDArray[np.uint8]

STEMS = {"train": "train", "test": "t10k"}
MAX_ITEMS = 100_000  # MNIST has 60,000; a header that claims more is not believed
GZIP_MAGIC = b"\x1f\x8b"
_KINDS = (("images", "idx3-ubyte"), ("labels", "idx1-ubyte"))
IDX_OF_BYTES = b"\x00\x00\x08"


def load(folder: Path, split: Literal["train", "test"]) -> tuple[Bytes, Bytes]:
    """Return the images (n, 28, 28), 0 for paper to 255 for ink, and the labels (n,) of one half of MNIST.

    The format is described at yann.lecun.com/exdb/mnist (LeCun, Cortes, Burges).

    Raises:
        SpecError: a file is missing, is not the one that its name says, or is damaged.
    """
    if not folder.is_dir():
        raise SpecError(f"there is no folder {folder}: name the one that holds the MNIST files")
    images_file = _find(folder, f"{STEMS[split]}-images", "idx3-ubyte")
    labels_file = _find(folder, f"{STEMS[split]}-labels", "idx1-ubyte")
    images = _read_idx(images_file, item=(SIDE, SIDE))
    labels = _read_idx(labels_file, item=())
    if len(images) != len(labels):
        raise SpecError(
            f"{images_file} holds {len(images)} images but {labels_file.name} {len(labels)} labels:"
            " download both anew"
        )
    if labels.max() > 9:
        raise SpecError(
            f"{labels_file} holds the label {labels.max()} at item {labels.argmax()}, and digits end at 9:"
            " download it anew"
        )
    return images, labels


def digit(folder: Path, index: int, split: Literal["train", "test"] = "test") -> Digit:
    """Return one digit of MNIST.

    Args:
        folder: the one that holds the MNIST files.
        index: which image, counted from 0.
        split: of which half.

    Raises:
        SpecError: there is no such image, or the files cannot be read.
    """
    images, labels = load(folder, split)
    if not 0 <= index < len(images):
        raise SpecError(f"there is no image {index} in MNIST's {split} set: choose 0 to {len(images) - 1}")
    pixels = (images[index] / 255).round(3)
    return Digit(pixels, int(labels[index]), f"MNIST {split} {index}", ["28 × 28 bytes", "divided by 255"])


def files_in(folder: Path) -> list[Path]:
    """Return the files of MNIST in a folder: nothing may be written over them."""
    stems = [(f"{name}-{what}", kind) for name in STEMS.values() for what, kind in _KINDS]
    return [folder / name for stem, kind in stems for name in _names(stem, kind) if (folder / name).is_file()]


def _find(folder: Path, stem: str, kind: str) -> Path:
    """Return the file of that name; archives spell it with a dash or a dot, gzipped or not."""
    names = _names(stem, kind)
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise SpecError(
        f"there is no {names[0]} in {folder}, nor its unpacked {names[1]}: put the MNIST files there"
    )


def _names(stem: str, kind: str) -> list[str]:
    return [f"{stem}{mark}{kind}{packed}" for mark, packed in product("-.", (".gz", ""))]


def _read_idx(path: Path, item: tuple[int, ...]) -> Bytes:
    """Return an IDX file's unsigned bytes, (n, *item); nothing is read that the header may not claim."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == GZIP_MAGIC
        with gzip.open(path) if packed else path.open("rb") as file:
            start = file.read(4 + 4 * (1 + len(item)))
            count = _count(path, start, item)
            size = count * math.prod(item)
            values = file.read(size + 1)  # one more: whether the file ends where it should
    except EOFError:
        raise SpecError(f"{path} is cut short: download it anew") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise SpecError(f"{path} is a damaged gzip file ({error}): download it anew") from None
    except OSError as error:
        raise SpecError(
            f"{path} cannot be read ({error.strerror}): check the file and its permissions"
        ) from None
    if len(values) < size:
        raise SpecError(
            f"{path} is cut short, {len(values)} of {size} bytes after its header: download it anew"
        )
    if len(values) > size:
        raise SpecError(f"{path} goes on after the {size} bytes that its header claims: download it anew")
    return np.frombuffer(values, dtype=np.uint8).reshape(count, *item)


def _count(path: Path, start: bytes, item: tuple[int, ...]) -> int:
    """Return how many items an IDX header claims, once it claims items of this shape."""
    dimensions = 1 + len(item)
    magic = IDX_OF_BYTES + bytes([dimensions])
    if start[:4] != magic:
        found, expected = start[:4].hex(" ") or "nothing", magic.hex(" ")
        raise SpecError(
            f"{path} is not the IDX file that its name says, as it starts with {found}, not with {expected}:"
            " download it anew"
        )
    if len(start) < 4 + 4 * dimensions:
        raise SpecError(f"{path} is cut short within its header: download it anew")
    count, *shape = np.frombuffer(start, dtype=">u4", offset=4).tolist()
    if tuple(shape) != item:
        raise SpecError(
            f"{path} holds images of {' x '.join(map(str, shape))} pixels: only 28 x 28 can be read"
        )
    if not 1 <= count <= MAX_ITEMS:
        raise SpecError(
            f"{path} claims to hold {count} items: MNIST has 60000, and 1 to {MAX_ITEMS} can be read"
        )
    return int(count)
