"""Tells what a file is that holds weights in another form than .npz, and how they get into one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import Final

from sheetcnn.errors import printable

_STATE: Final = {
    "bias": "bias",
    "gamma": "weight",
    "beta": "bias",
    "mean": "running_mean",
    "variance": "running_var",
}
"""What PyTorch calls the arrays of a stage that are not its weights."""

_TORCH: Final = (
    "a PyTorch file, and no .npz; its pickled objects are never opened here. Write the .npz with "
    'state = torch.load("{file}", weights_only=True) and then numpy.savez("{target}", {state}), where the names in '
    "brackets are those of your own layers"
)
_SAFETENSORS: Final = (
    'a safetensors file, and no .npz: write one with state = safetensors.numpy.load_file("{file}") and then '
    'numpy.savez("{target}", {state}), where the names in brackets are those of your own layers'
)
_ONNX: Final = (
    "an ONNX file, and no .npz: read its arrays with onnx.numpy_helper.to_array from "
    'onnx.load("{file}").graph.initializer, and {saved}'
)
_SENTENCES: Final = {
    "npz": "",
    "empty": "empty: {saved}",
    "torch": _TORCH,
    "safetensors": _SAFETENSORS,
    "onnx": _ONNX,
    "pickle": "a pickle, which may run a program when it is opened, so it never is: {saved}",
    "npy": 'a single array (.npy), no .npz of plain arrays: load it with numpy.load("{file}"), and {saved}',
    "keras": "a Keras or HDF5 file, and no .npz: load the model with Keras, and {saved}",
    "mat": 'a MATLAB file, and no .npz: load it with scipy.io.loadmat("{file}"), and {saved}',
    "workbook": "a workbook, and no .npz: {saved}",
    "tflite": "a TensorFlow Lite file, and no .npz: {saved}",
    "gzip": "packed with gzip, and no .npz of plain arrays: unpack it first",
    "text": "a text file such as CSV, and no .npz of plain arrays: read it with numpy.loadtxt, and {saved}",
    "other": "damaged, or no .npz of plain arrays: {saved}",
}
"""What each kind of file is, and what to do about it."""

_BEGINNINGS: Final = {
    b"PK\x05\x06": "npz",
    b"\x93NUMPY": "npy",
    b"\x89HDF\r\n\x1a\n": "keras",
    b"MATLAB": "mat",
    b"\x1f\x8b": "gzip",
}
_ENDINGS: Final = {
    ".pt": "torch",
    ".pth": "torch",
    ".pkl": "pickle",
    ".pickle": "pickle",
    ".h5": "keras",
    ".keras": "keras",
    ".onnx": "onnx",
    ".safetensors": "safetensors",
    ".mat": "mat",
    ".tflite": "tflite",
}
"""What a file claims to be whose bytes do not tell."""
_LOOKED_AT: Final = 4096
"""Bytes after which text is taken for text."""
_PICKLES: Final = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
_OLD_TORCH: Final = b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
"""The number with which a PyTorch file begins that is no archive yet (until version 1.5)."""


def kind_of(content: bytes, name: str, arrays: Iterable[str]) -> str:
    """Return what a file is and what to do about it, empty if it may be an .npz.

    Args:
        content: its bytes, or the first of them.
        name: its name, for the sentence, and where bytes do not tell.
        arrays: the names of the arrays that are wanted.
    """
    target, names = f"{printable(PurePath(name).stem)}.npz", list(arrays)
    if all(map(str.isidentifier, names)):
        given, order = (
            ", ".join(f"{each}=..." for each in names),
            ", in PyTorch's order, (out, in, height, width)",
        )
    else:  # pictures, whose names are numbers
        given, order = "**{" + ", ".join(f'"{each}": ...' for each in names) + "}", ""
    return _SENTENCES[_kind(content, PurePath(name).suffix.lower())].format(
        file=printable(name),
        target=target,
        saved=f'save its arrays with numpy.savez("{target}", {given}){order}',
        state=", ".join(f"{each}={_of_state(each)}" for each in names),
    )


def _of_state(array: str) -> str:
    """Return where PyTorch keeps an array, as it would be named if its layers were called as the stages are."""
    stage, _, part = array.partition("_")
    return f'state["{stage}.{_STATE.get(part, "weight")}"]'


def _kind(content: bytes, ending: str) -> str:
    """Return a word for what a file is, by its first bytes; by its ending where they say nothing."""
    for beginning, kind in _BEGINNINGS.items():
        if content.startswith(beginning):
            return kind
    claims = {
        "empty": not content,
        "tflite": content[4:8] == b"TFL3",
        "safetensors": content[8:9] == b"{" and int.from_bytes(content[:8], "little") < len(content),
        "torch": content.startswith(_PICKLES) and _OLD_TORCH in content[:64],
        "pickle": content.startswith(_PICKLES),
        "onnx": _is_onnx(content),
        _ENDINGS.get(ending, "other"): ending in _ENDINGS,
        "text": _is_text(content[:_LOOKED_AT]),
    }
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_archive(content)
    return next((kind for kind, claimed in claims.items() if claimed), "other")


def _kind_of_archive(content: bytes) -> str:
    """Return what a zip archive is, by the names of its first and last parts."""
    edges = content[:4096] + content[-65536:]
    if b"/data.pkl" in edges:
        return "torch"
    if b"model.weights.h5" in edges:
        return "keras"
    return "workbook" if b"[Content_Types].xml" in edges else "npz"


def _is_onnx(content: bytes) -> bool:
    """Whether bytes begin as ONNX's protocol buffer does: its version, then who made it, a text."""
    return (content[:1], content[2:3]) == (b"\x08", b"\x12") and content[4:8].isalpha()


def _is_text(beginning: bytes) -> bool:
    try:
        text = beginning.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = beginning[: error.start].decode("utf-8") if error.start > _LOOKED_AT - 4 else "\0"
    return all(char.isprintable() or char in "\r\n\t" for char in text)
