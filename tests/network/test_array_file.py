"""Files of weights: other forms are named with what to do, and nothing is unpacked before its size is known."""

import io
import json
import os
import pickle
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest

from sheetcnn.cli.main import main
from sheetcnn.errors import SpecError
from sheetcnn.network.array_file import read_arrays
from sheetcnn.network.arrays import numbers
from sheetcnn.network.network import check_arrays

EXPECTED = {"conv1": (1, 1, 1, 1), "conv1_bias": (1,), "dense1": (2, 1, 2, 2)}
SOUND = {name: np.ones(shape) for name, shape in EXPECTED.items()}


class OpenedError(Exception):
    """A pickle was opened."""


def opened():
    raise OpenedError


class Trap:
    def __reduce__(self):
        return opened, ()


def read(path, expected=EXPECTED):
    return read_arrays(path, "weights", expected, lambda shapes: check_arrays(expected, shapes))


def refusal(path, expected=EXPECTED):
    with pytest.raises(SpecError) as caught:
        read(path, expected)
    assert str(caught.value).isprintable()
    return str(caught.value)


def npy(array, **options):
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.asarray(array), **options)
    return buffer.getvalue()


def header(text, version=1):
    """Return the beginning of an array's file with a header of any text."""
    size = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + size + text.encode("latin-1")


def archive(path, parts, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return path


# Other forms


def torch_archive():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("model/data.pkl", pickle.dumps(Trap()))
        file.writestr("model/data/0", bytes(4096))
        file.writestr("model/version", "3")
    return buffer.getvalue()


def zipped(*names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return buffer.getvalue()


OLD_TORCH = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03."  # torch.save until version 1.5
SAFETENSORS = (
    struct.pack("<Q", 60) + json.dumps({"a": {"dtype": "F32", "shape": [1]}}).ljust(60).encode() + bytes(4)
)
ONNX = b"\x08\x07\x12\x07pytorch\x1a\x051.9.0:\x10"
HDF5 = b"\x89HDF\r\n\x1a\n" + bytes(100)
STATE = 'conv1=state["conv1.weight"], conv1_bias=state["conv1.bias"], dense1=state["dense1.weight"]'
SAVEZ = (
    'numpy.savez("{}", conv1=..., conv1_bias=..., dense1=...), in PyTorch\'s order, (out, in, height, width)'
)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("m.pt", torch_archive(), f'torch.load("m.pt", weights_only=True) and then numpy.savez("m.npz", {STATE})'),
        ("m.npz", torch_archive(), "is a PyTorch file, and no .npz; its pickled objects are never opened"),
        ("m.pth", OLD_TORCH, "is a PyTorch file"),
        ("m.pt", b"\x00\x01\xffsomething", "is a PyTorch file"),
        ("m.pkl", pickle.dumps(Trap()), "is a pickle, which may run a program when it is opened"),
        ("m.npz", pickle.dumps({"conv1": 1}), "is a pickle"),
        ("m.safetensors", SAFETENSORS, f'load_file("m.safetensors") and then numpy.savez("m.npz", {STATE}'),
        ("m.npz", SAFETENSORS, "is a safetensors file"),
        ("m.onnx", ONNX, 'with onnx.numpy_helper.to_array from onnx.load("m.onnx")'),
        ("m.npz", ONNX, "is an ONNX file"),
        ("m.h5", HDF5, "is a Keras or HDF5 file, and no .npz: load the model with Keras, and save its arrays with"),
        ("m.npz", HDF5, "is a Keras or HDF5 file"),
        ("m.keras", zipped("metadata.json", "config.json", "model.weights.h5"), "is a Keras or HDF5 file"),
        ("m.mat", b"MATLAB 5.0 MAT-file, Platform: GLNXA64" + bytes(100), 'scipy.io.loadmat("m.mat")'),
        ("m.npy", npy(np.ones(3)), 'is a single array (.npy), no .npz of plain arrays: load it with'),
        ("m.csv", b"1,2,3\n4,5,6\n", "is a text file such as CSV, and no .npz of plain arrays"),
        ("m.npz", "größer\n".encode(), "is a text file"),
        ("m.tflite", b"\x1c\0\0\0TFL3" + bytes(30), "is a TensorFlow Lite file"),
        ("m.npz.gz", b"\x1f\x8b\x08" + bytes(30), "is packed with gzip"),
        ("m.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml"), "is a workbook, and no .npz"),
        ("m.npz", b"", "is empty: save its arrays with"),
        ("m.npz", bytes(range(256)), "is damaged, or no .npz of plain arrays: save its arrays with"),
    ],
)  # fmt: skip  # a row a form
def test_another_form_is_named_with_what_to_do(tmp_path, name, content, says):
    (tmp_path / name).write_bytes(content)
    sentence = refusal(tmp_path / name)
    assert sentence.startswith(f"the weights file {name} is ")
    assert says in sentence
    if "savez" in sentence and "state" not in sentence:
        assert SAVEZ.format("m.npz") in sentence


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_only_files_are_opened(tmp_path, make):
    make(tmp_path / "m.npz")
    assert "name an .npz file with the weights" in refusal(tmp_path / "m.npz")


# Types of numbers


@pytest.mark.parametrize(
    "dtype", ["f2", "f4", "f8", ">f8", "g", "i1", "i2", "i4", "i8", "u1", "u4", "u8", "?", ">i2"]
)
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_real_numbers_of_any_type_are_read(tmp_path, dtype, save):
    save(tmp_path / "m.npz", **{name: array.astype(dtype) for name, array in SOUND.items()})
    arrays = read(tmp_path / "m.npz")
    assert {name: (array.dtype, array.tolist()) for name, array in arrays.items()} == {
        name: (np.float64, array.tolist()) for name, array in SOUND.items()
    }


def test_arrays_in_fortran_order_come_out_the_same(tmp_path):
    array = np.arange(8.0).reshape(2, 1, 2, 2)
    np.savez(tmp_path / "m.npz", **SOUND | {"dense1": np.asfortranarray(array)})
    assert read(tmp_path / "m.npz")["dense1"].tolist() == array.tolist()


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (np.ones((2, 1, 2, 2), "c16"), "are complex numbers, no array of numbers"),
        (np.full((2, 1, 2, 2), "1.5"), "are texts, no array of numbers"),
        (np.full((2, 1, 2, 2), b"1"), "are bytes, no array of numbers"),
        (np.zeros((2, 1, 2, 2), "M8[s]"), "are dates, no array of numbers"),
        (np.zeros((2, 1, 2, 2), "m8[s]"), "are durations"),
        (np.zeros((2, 1, 2, 2), [("a", "f8")]), "are records"),
        (np.full((2, 1, 2, 2), np.nan), "a value that is no number (nan at [0, 0, 0, 0], counted from 0)"),
        (np.array([[[[0, 1], [2, np.inf]]], [[[0, 1], [2, 3]]]]), "no number (inf at [0, 0, 1, 1]"),
        (np.array([[[[0, 1], [2, 3]]], [[[-np.inf, 1], [2, 3]]]]), "no number (-inf at [1, 0, 0, 0]"),
        (np.full((2, 1, 2, 2), 1e-310), "so small that Excel takes it for 0 (1e-310 at [0, 0, 0, 0]"),
        (np.full((2, 1, 2, 2), 5e-324), "so small that Excel takes it for 0 (5e-324 at"),
        (np.full((2, 1, 2, 2), 2**53 + 1), "above 2^53, which a cell holds only roughly (9007199254740993 at"),
        (np.full((2, 1, 2, 2), -(2**62)), "a whole number above 2^53"),
        (np.full((2, 1, 2, 2), 2**64 - 1, "u8"), "a whole number above 2^53"),
        (np.full((2, 1, 2, 2), np.longdouble("1e400")), "no number (inf at"),
    ],
)  # fmt: skip  # a row a fault
def test_what_no_cell_holds_is_refused_with_its_place(tmp_path, values, says):
    np.savez(tmp_path / "m.npz", **SOUND | {"dense1": values})
    sentence = refusal(tmp_path / "m.npz")
    assert says in sentence
    assert "the weights of dense1 " in sentence


def test_what_a_cell_just_holds_is_read():
    smallest, largest = 2.2250738585072014e-308, 1.7976931348623157e308  # IEEE 754: normal 64-bit floats
    kept = [smallest, -smallest, largest, -largest, float(2**53), 0.1]
    assert numbers("x", kept).tolist() == kept
    assert numbers("x", [2**53, -(2**53)]).tolist() == [2.0**53, -(2.0**53)]
    assert np.signbit(numbers("x", [-0.0])).tolist() == [False]  # some programs read -0 as 0, and some do not
    assert numbers("x", np.float32([1e-40])).tolist() == [float(np.float32(1e-40))]  # small only for 32 bits


def test_pickled_objects_are_never_loaded(tmp_path):
    trap = np.empty(1, dtype=object)
    trap[0] = Trap()
    np.savez(tmp_path / "m.npz", allow_pickle=True, **SOUND | {"conv1": trap})
    assert "the weights of conv1 are Python objects, which are never unpickled" in refusal(tmp_path / "m.npz")


# Damage and malice


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_what_numpy_never_packs_is_not_unpacked(tmp_path, method):
    parts = {f"{name}.npy": npy(array) for name, array in SOUND.items()}
    assert "is packed as NumPy packs no file: write it with numpy.savez" in refusal(
        archive(tmp_path / "m.npz", parts, method)
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"\x93NUMPY",
        b"\x93NUMPY\x07\x00\x10\x00",
        header("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1, 1, 1), }\n"),  # no numbers behind it
        header("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1, 1, 1), }\n") + bytes(9),
        header("{'descr': '<f8', 'fortran_order': False, 'shape': (-1, 1), }\n"),
        header("{'descr': '<f8', 'fortran_order': False, 'shape': (1.5,), }\n") + bytes(8),
        header("{'descr': '<f8', 'fortran_order': False}\n"),
        header("{'descr': 'zzz', 'fortran_order': False, 'shape': (1,), }\n") + bytes(8),
        header("{'descr': [], 'fortran_order': False, 'shape': (1,), }\n") + bytes(8),
        header("{'descr': '<f8', 'fortran_order': 7, 'shape': (1,), }\n") + bytes(8),
        header("__import__('os').abort()\n"),
        header("(" * 5000),
        header("[" * 200 + "]" * 200),
        header("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), '\\d': 1}\n"),
        header("{'descr': '<f8', 'fortran_order': False, 'shape': (" + "9" * 5000 + ",), }\n"),
        header("x" * 60_000),
        header("x" * 20_000, version=2),
        header("\xff\xfe\n"),
        npy(np.ones((1, 1, 1, 1)))[:-1],
        npy(np.ones((1, 1, 1, 1))) + b"x",
    ],
)
def test_a_broken_header_is_one_sentence(tmp_path, content):
    parts = {f"{name}.npy": npy(array) for name, array in SOUND.items()} | {"conv1.npy": content}
    sentence = refusal(archive(tmp_path / "m.npz", parts))
    assert (
        "the weights file m.npz is damaged, or no .npz of plain arrays: train it anew, with numpy.savez"
        in sentence
    )


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_arrays_of_one_name_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "m.npz", "w") as file:
        file.writestr("conv1.npy", npy(np.ones(1)))
        file.writestr("conv1.npy", npy(np.ones(2)))
    assert "holds two arrays named conv1" in refusal(tmp_path / "m.npz")


def test_a_small_file_that_claims_much_costs_nothing(tmp_path):
    """100 MB of zeros, packed into 0.1 MB: refused by their shape, with no more held than a file may have."""
    with zipfile.ZipFile(tmp_path / "m.npz", "w", zipfile.ZIP_DEFLATED) as file:
        with file.open("conv1.npy", "w", force_zip64=True) as part:
            part.write(header("{'descr': '<f8', 'fortran_order': False, 'shape': (12500000,), }\n"))
            for _ in range(25):
                part.write(bytes(4_000_000))
        for name in ("conv1_bias", "dense1"):
            file.writestr(f"{name}.npy", npy(SOUND[name]))
    tracemalloc.start()
    assert "the weights of conv1 have shape (12500000,); expected: conv1 (1, 1, 1, 1)" in refusal(
        tmp_path / "m.npz"
    )
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 70e6


def test_a_network_beyond_bounds_is_refused_before_its_weights_are_read(tmp_path, capsys):
    toml = """
    title = "t"
    classes = ["a", "b"]
    weights = "m.npz"
    input = { channels = 1, height = 1000, width = 1000 }
    stages = [{ kind = "dense", outputs = OUT }, { kind = "softmax" }]
    """
    (tmp_path / "m.npz").write_bytes(b"never opened")
    tracemalloc.start()
    for outputs in (2, 10**9, 10**30):
        (tmp_path / "t.toml").write_text(toml.replace("OUT", str(outputs)), encoding="utf-8")
        assert main(["generate", "--template", str(tmp_path / "t.toml"), "-o", str(tmp_path / "x.xlsx")]) == 2
        sentence = capsys.readouterr().err
        assert "dense1" in sentence or "classes" in sentence
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 70e6


def test_names_that_nobody_expects_are_shown_harmlessly_and_not_without_end(tmp_path):
    np.savez(tmp_path / "m.npz", **{f"\x1b[31m{number}": np.ones(1) for number in range(500)})
    sentence = refusal(tmp_path / "m.npz")
    assert "and 460 more; expected: conv1 (1, 1, 1, 1), conv1_bias (1,), dense1 (2, 1, 2, 2)" in sentence


def test_the_list_of_expected_arrays_is_printed_whole(tmp_path, capsys):
    stages = ", ".join('{ kind = "conv", filters = 1, kernel = 1, bias = true }' for _ in range(40))
    (tmp_path / "t.toml").write_text(
        f'title = "t"\nclasses = ["a", "b"]\nweights = "m.npz"\ninput = {{ channels = 1, height = 1, width = 1 }}\n'
        f'stages = [{stages}, {{ kind = "dense", outputs = 2 }}, {{ kind = "softmax" }}]\n',
        encoding="utf-8",
    )
    np.savez(tmp_path / "m.npz", conv1=np.ones(1))
    assert main(["generate", "--template", str(tmp_path / "t.toml")]) == 2
    sentence = capsys.readouterr().err
    assert all(f"conv{number} (1, 1, 1, 1), conv{number}_bias (1,)" in sentence for number in range(1, 41))
    assert "..." not in sentence
