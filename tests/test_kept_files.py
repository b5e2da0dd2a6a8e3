"""No command writes over a file that it reads, or to one whose name denies what is inside; not even by force."""

import json
import os
import shutil
from pathlib import Path

import pytest
from PIL import Image

from sheetcnn.cli.main import main
from sheetcnn.digits.gallery import digit
from sheetcnn.network.template_loader import load_template

MNIST = load_template("mnist").path
TINY = ("generate", "--template", "tiny")


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def refused(capsys, *arguments):
    """Run a command that must fail and leave every file as it was; return its sentence."""
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before
    return err


def picture(name):
    pixels = (255 - 255 * digit(7, 1).pixels[0]).astype("uint8")
    Image.fromarray(pixels).resize((280, 280)).save(name, "PNG")


def table(name):
    rows = digit(7, 1).pixels[0].tolist()
    Path(name).write_text("\n".join(",".join(map(str, row)) for row in rows), encoding="utf-8")


@pytest.mark.parametrize("command", ["generate", "set-digit"])
@pytest.mark.parametrize(("option", "write"), [("--image", picture), ("--csv", table)])
@pytest.mark.parametrize("link", [None, os.link, os.symlink])
def test_the_picture_and_the_table_are_kept(mnist_file, capsys, command, option, write, link):
    write("seven.xlsx")
    target = "seven.xlsx"
    if link is not None:
        link("seven.xlsx", target := "other.xlsx")
    workbook = [str(mnist_file)] if command == "set-digit" else []
    said = refused(capsys, command, *workbook, option, "seven.xlsx", "-o", target, "--force")
    assert "is read" in said
    assert "would be lost: give what is written another name" in said


def test_a_table_in_the_usual_place_is_kept(capsys):
    Path("outputs").mkdir()
    table("outputs/seven.xlsx")
    assert "is read" in refused(capsys, "generate", "--csv", "outputs/seven.xlsx", "--force")


def test_the_template_and_its_files_are_kept(capsys):
    shutil.copy(MNIST.with_suffix(".npz"), "w.npz")
    text = MNIST.read_text(encoding="utf-8").replace("mnist.npz", "w.npz")
    Path("t.toml").write_text(text, encoding="utf-8")
    os.link("w.npz", "w.xlsx")
    for name in ("t.toml", "w.npz", "w.xlsx"):
        assert "is read" in refused(capsys, "generate", "--template", "t.toml", "-o", name, "--force")
    assert main(["generate", "--template", "t.toml", "-o", "x.xlsx"]) == 0
    capsys.readouterr()
    for name in ("t.toml", "w.npz", "w.xlsx"):
        asked = ("set-digit", "x.xlsx", "--digit", "3", "--template", "t.toml")
        assert "is read" in refused(capsys, *asked, "-o", name, "--force")


def test_verify_keeps_what_it_reads(tiny_file, capsys):
    shutil.copy(tiny_file, "x.xlsx")
    Path("folder").mkdir()
    shutil.copy(tiny_file, "folder/y.xlsx")
    shutil.copy(load_template("tiny").path, "t.toml")
    common = ("verify", "x.xlsx", "folder", "--template", "t.toml", "--csv")
    for name in ("x.xlsx", "folder/y.xlsx", "t.toml"):
        assert "is read" in refused(capsys, *common, name)
    assert "would be taken for a workbook" in refused(capsys, *common, "z.xlsx")
    assert "standard output" in refused(capsys, *common, "-")


def test_render_keeps_what_it_reads(tiny_file, capsys):
    shutil.copy(tiny_file, "x.xlsx")
    assert "is no folder" in refused(capsys, "render", "x.xlsx", "-o", "x.xlsx")


@pytest.mark.parametrize("name", ["t.toml", "train-images-idx3-ubyte.gz"])
def test_train_keeps_what_it_reads(capsys, name):
    """Weights are written beside the template: not where the template itself is, or the images are."""
    Path("train-images-idx3-ubyte.gz").write_bytes(b"images")
    text = MNIST.read_text(encoding="utf-8").replace("mnist.npz", name)
    Path("t.toml").write_text(text, encoding="utf-8")
    assert "is read" in refused(capsys, "train", "t.toml", "--mnist", ".")


def test_train_keeps_a_write_protected_template(capsys):
    shutil.copy(MNIST, "t.toml")
    Path("t.toml").chmod(0o444)
    assert "t.toml is write-protected" in refused(capsys, "train", "t.toml", "--mnist", ".")


# Endings


@pytest.mark.parametrize("name", ["x.xlsm", "x.ods", "x.csv", "x.txt", "x", "x.xlsx.zip", ".xlsx", "x.xls"])
@pytest.mark.parametrize("force", [[], ["--force"]])
def test_generate_writes_workbooks_only(capsys, name, force):
    said = refused(capsys, *TINY, "-o", name, *force)
    assert "what is written is a workbook without macros: name it" in said


def test_an_ending_in_capitals_is_one(capsys):
    assert main([*TINY, "-o", "X.XLSX", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["output"] == "X.XLSX"


@pytest.mark.parametrize("command", [TINY, ("render", "x.xlsx"), ("set-digit", "x.xlsx")])
def test_the_standard_output_is_no_file(tiny_file, capsys, command):
    shutil.copy(tiny_file, "x.xlsx")
    assert "standard output" in refused(capsys, *command, "-o", "-")


@pytest.mark.parametrize("name", ["x.xlsx", "x.ods", "x.csv", "-", "file"])
def test_all_digits_need_a_folder(capsys, name):
    Path("file").touch()
    assert "name a folder with -o" in refused(capsys, *TINY, "--digit", "all", "-o", name)


@pytest.mark.parametrize("name", ["x.xlsx", "v1.2"])
def test_a_folder_may_be_called_anything(capsys, name):
    if name == "x.xlsx":
        Path(name).mkdir()
    assert main([*TINY, "--digit", "all", "-o", name]) == 0
    assert sorted(path.name for path in Path(name).iterdir()) == [
        f"digit-{label}.xlsx" for label in (0, 1, 7)
    ]
