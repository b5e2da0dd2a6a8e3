"""IDX files, sound and faulty, built by hand; and the real ones where they are at hand."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from homes import SHARED

from sheetcnn.digits import mnist
from sheetcnn.errors import SpecError

MNIST = SHARED / "mnist"

IMAGES = "train-images-idx3-ubyte"
LABELS = "train-labels-idx1-ubyte"

# Two images: the first counts 0 1 2 .. 255 0 1 .. along its rows, the second is all ink.
TWO_IMAGES = (
    struct.pack(">4B3I", 0, 0, 8, 3, 2, 28, 28) + bytes(n % 256 for n in range(28 * 28)) + b"\xff" * 28 * 28
)
TWO_LABELS = struct.pack(">4BI", 0, 0, 8, 1, 2) + bytes([7, 0])


def folder_with(folder: Path, images: bytes = TWO_IMAGES, labels: bytes = TWO_LABELS) -> Path:
    (folder / IMAGES).write_bytes(images)
    (folder / LABELS).write_bytes(labels)
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(SpecError) as caught:
        mnist.load(folder, "train")
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence.replace(f"{folder}/", "").replace(f"{folder}\\", "")


def test_plain_files_are_read_row_by_row(tmp_path):
    images, labels = mnist.load(folder_with(tmp_path), "train")
    assert images.shape == (2, 28, 28)
    assert images.dtype == labels.dtype == np.uint8
    assert images[0, 0, :4].tolist() == [0, 1, 2, 3]
    assert images[0, 1, 0] == 28
    assert images[0, 10, 0] == 280 - 256
    assert images[1].min() == 255
    assert labels.tolist() == [7, 0]


def test_gzipped_files_are_read_too(tmp_path):
    (tmp_path / f"{IMAGES}.gz").write_bytes(gzip.compress(TWO_IMAGES))
    (tmp_path / f"{LABELS}.gz").write_bytes(gzip.compress(TWO_LABELS))
    images, labels = mnist.load(tmp_path, "train")
    assert images[0, 0, 3] == 3
    assert labels.tolist() == [7, 0]


def test_what_a_browser_unpacked_without_renaming_is_read(tmp_path):
    (tmp_path / f"{IMAGES}.gz").write_bytes(TWO_IMAGES)
    (tmp_path / f"{LABELS}.gz").write_bytes(TWO_LABELS)
    assert mnist.load(tmp_path, "train")[1].tolist() == [7, 0]


def test_the_test_half_has_its_own_names_and_a_dot_will_do(tmp_path):
    (tmp_path / "t10k-images.idx3-ubyte").write_bytes(TWO_IMAGES)
    (tmp_path / "t10k-labels.idx1-ubyte").write_bytes(TWO_LABELS)
    assert mnist.load(tmp_path, "test")[1].tolist() == [7, 0]


def test_a_missing_folder(tmp_path):
    sentence = refusal(tmp_path / "nowhere")
    assert sentence == f"there is no folder {tmp_path / 'nowhere'}: name the one that holds the MNIST files"


@pytest.mark.parametrize("name", [IMAGES, LABELS])
def test_a_missing_file_is_named(tmp_path, name):
    folder_with(tmp_path)
    (tmp_path / name).unlink()
    assert refusal(tmp_path) == (
        f"there is no {name}.gz in {tmp_path}, nor its unpacked {name}: put the MNIST files there"
    )


@pytest.mark.parametrize(
    ("images", "fault"),
    [
        (b"", "starts with nothing, not with 00 00 08 03"),
        (b"<html>", "starts with 3c 68 74 6d, not with 00 00 08 03"),
        (TWO_LABELS, "starts with 00 00 08 01, not with 00 00 08 03"),
        (b"\0\0\x0d\x03" + TWO_IMAGES[4:], "starts with 00 00 0d 03, not with 00 00 08 03"),  # floats
    ],
)
def test_a_file_of_another_kind(tmp_path, images, fault):
    sentence = refusal(folder_with(tmp_path, images=images))
    assert sentence == f"{IMAGES} is not the IDX file that its name says, as it {fault}: download it anew"


@pytest.mark.parametrize(
    ("images", "fault"),
    [
        (TWO_IMAGES[:10], "is cut short within its header: download it anew"),
        (TWO_IMAGES[:-1], "is cut short, 1567 of 1568 bytes after its header: download it anew"),
        (TWO_IMAGES + b"\0", "goes on after the 1568 bytes that its header claims: download it anew"),
        (
            struct.pack(">4B3I", 0, 0, 8, 3, 2, 28, 27) + TWO_IMAGES[16:],
            "holds images of 28 x 27 pixels: only 28 x 28 can be read",
        ),
        (
            struct.pack(">4B3I", 0, 0, 8, 3, 0, 28, 28),
            "claims to hold 0 items: MNIST has 60000, and 1 to 100000 can be read",
        ),
        (
            struct.pack(">4B3I", 0, 0, 8, 3, 0xFFFFFFFF, 28, 28),
            "claims to hold 4294967295 items: MNIST has 60000, and 1 to 100000 can be read",
        ),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
def test_a_header_and_a_length_that_do_not_fit(tmp_path, images, fault, pack):
    assert refusal(folder_with(tmp_path, images=pack(images))) == f"{IMAGES} {fault}"


def test_labels_cut_short(tmp_path):
    sentence = refusal(folder_with(tmp_path, labels=TWO_LABELS[:-1]))
    assert sentence == f"{LABELS} is cut short, 1 of 2 bytes after its header: download it anew"


def test_a_gzip_file_cut_short(tmp_path):
    sentence = refusal(folder_with(tmp_path, images=gzip.compress(TWO_IMAGES)[:-9]))
    assert sentence == f"{IMAGES} is cut short: download it anew"


@pytest.mark.parametrize("place", [2, 12, -8], ids=["method", "stream", "checksum"])
def test_a_damaged_gzip_file(tmp_path, place):
    packed = bytearray(gzip.compress(TWO_IMAGES))
    packed[place] ^= 0xFF
    sentence = refusal(folder_with(tmp_path, images=bytes(packed)))
    assert sentence.startswith(f"{IMAGES} is a damaged gzip file (")
    assert sentence.endswith("): download it anew")


def test_counts_that_differ(tmp_path):
    three = struct.pack(">4BI", 0, 0, 8, 1, 3) + bytes([7, 0, 1])
    assert refusal(folder_with(tmp_path, labels=three)) == (
        f"{IMAGES} holds 2 images but {LABELS} 3 labels: download both anew"
    )


def test_a_label_that_is_no_digit(tmp_path):
    letter = TWO_LABELS[:-1] + bytes([10])
    assert refusal(folder_with(tmp_path, labels=letter)) == (
        f"{LABELS} holds the label 10 at item 1, and digits end at 9: download it anew"
    )


def test_a_file_that_cannot_be_read(tmp_path, monkeypatch):
    folder_with(tmp_path)

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert refusal(tmp_path) == (
        f"{IMAGES} cannot be read (Permission denied): check the file and its permissions"
    )


@pytest.mark.skipif(not MNIST.is_dir(), reason="the MNIST files are not beside the checkout")
@pytest.mark.parametrize(
    ("split", "first", "counts"),
    [
        (
            "train",
            [5, 0, 4, 1, 9, 2, 1, 3, 1, 4],
            [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
        ),
        ("test", [7, 2, 1, 0, 4, 1, 4, 9, 5, 9], [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]),
    ],
)
def test_the_real_files_hold_what_is_published(split, first, counts):
    images, labels = mnist.load(MNIST, split)
    assert images.shape == (sum(counts), 28, 28)
    assert labels[:10].tolist() == first
    assert np.bincount(labels).tolist() == counts
