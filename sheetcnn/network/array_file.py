"""Reads a file of arrays, NumPy's .npz: what it claims is checked before anything of it is unpacked."""

from __future__ import annotations

import math
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from sheetcnn.errors import SpecError, printable
from sheetcnn.excel.limits import MAX_VALUES
from sheetcnn.inputs import open_input
from sheetcnn.network.array_file_kinds import kind_of
from sheetcnn.network.arrays import check_type, numbers
from sheetcnn.network.stages import Array, Shape

MIB: Final = 1024 * 1024
MAX_FILE: Final = 64 * MIB
MAX_ARRAYS: Final = 10_000
_HEADER: Final = 12_000
"""Bytes in which an array's header ends: NumPy itself reads none of more than 10,000."""
_ENTRY: Final = b"PK\x01\x02"


class _Entry(NamedTuple):
    """One array of a file: where its numbers begin and what they are, as its header says."""

    info: zipfile.ZipInfo
    start: int
    shape: Shape
    fortran: bool
    dtype: np.dtype[Any]


def read_arrays(
    path: Path, what: str, expected: Mapping[str, Shape], check: Callable[[Mapping[str, Shape]], None]
) -> dict[str, Array]:
    """Return the arrays of an .npz file as 64-bit floats.

    Args:
        path: the file.
        what: what it holds, `weights` or `pictures`.
        expected: the arrays that belong into it, for a sentence that says how to write it.
        check: is given the shape of each array by its name, and raises SpecError if they are not what belongs there;
            only then their numbers are read.

    Raises:
        SpecError: there is no such file, it is something else, damaged or too large, or `check` refuses it.
    """
    with open_input(path, f"an .npz file with the {what}") as file:
        content = file.read(MAX_FILE + 1)
    named = f"the {what} file {printable(path.name)}"
    if other := kind_of(content, path.name, expected):
        raise SpecError(f"{named} is {other}")
    if len(content) > MAX_FILE or content.count(_ENTRY) > MAX_ARRAYS:
        raise SpecError(
            f"{named} is larger than {MAX_FILE // MIB} MiB or holds more than {MAX_ARRAYS:,} arrays: "
            f"save only the {what} that the template needs"
        )
    remedy = "train it anew" if what == "weights" else "write it anew"
    damaged = SpecError(f"{named} is damaged, or no .npz of plain arrays: {remedy}, with numpy.savez")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of headers that Python 2 wrote, and of strange ones
            archive = zipfile.ZipFile(BytesIO(content))
            entries = dict(_entries(archive))
    except SpecError as error:
        raise SpecError(f"{named} {error}") from None
    except Exception:
        raise damaged from None
    for name, entry in entries.items():
        check_type(f"the {what} of {printable(name)}", entry.dtype)
    check({name: entry.shape for name, entry in entries.items()})
    if sum(math.prod(entry.shape) for entry in entries.values()) > MAX_VALUES:
        raise SpecError(
            f"{named} holds more than {MAX_VALUES:,} numbers, and a workbook has no room for them"
        )
    try:
        arrays = {name: _numbers(archive, entry) for name, entry in entries.items()}
    except Exception:
        raise damaged from None
    return {name: numbers(f"the {what} of {name}", array) for name, array in arrays.items()}


def _entries(archive: zipfile.ZipFile) -> Iterator[tuple[str, _Entry]]:
    """Yield each array by its name, as its header says what it is.

    Raises:
        SpecError: two have the same name, or one is packed as NumPy packs none: a predicate.
    """
    seen: set[str] = set()
    for info in archive.infolist():
        name = info.filename.removesuffix(".npy")
        if name in seen:
            raise SpecError(f"holds two arrays named {printable(name)}: write it anew, with numpy.savez")
        seen.add(name)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise SpecError("is packed as NumPy packs no file: write it with numpy.savez")
        with archive.open(info) as member:
            beginning = BytesIO(member.read(_HEADER))
        yield name, _entry(info, beginning)


def _entry(info: zipfile.ZipInfo, beginning: BytesIO) -> _Entry:
    version = np.lib.format.read_magic(beginning)
    read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    shape, fortran, dtype = read[version](beginning)
    start, size = beginning.tell(), math.prod(shape) * dtype.itemsize
    if not dtype.hasobject and (min(shape, default=0) < 0 or start + size != info.file_size):
        raise ValueError(f"{start} + {size} bytes where there are {info.file_size}")
    return _Entry(info, start, shape, fortran, dtype)


def _numbers(archive: zipfile.ZipFile, entry: _Entry) -> Any:
    """Return the array itself; at its end its checksum is compared."""
    with archive.open(entry.info) as member:
        content = member.read()
    flat = np.frombuffer(content, entry.dtype, offset=entry.start)
    return flat.reshape(entry.shape, order="F" if entry.fortran else "C")
