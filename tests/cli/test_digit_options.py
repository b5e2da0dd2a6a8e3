"""Every way in which a digit gets in on the command line, and every way in which that goes wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from homes import SHARED
from PIL import Image

import sheetcnn
from sheetcnn.cli.main import main
from sheetcnn.digits import gallery, load


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def a_photo(name="three.png"):
    """The gallery's first 3 with a pen on white paper, 600 pixels wide."""
    ink = Image.fromarray((255 * gallery.digit(3, 1).pixels[0]).astype(np.uint8)).resize((560, 560))
    page = np.full((700, 600), 240, dtype=np.uint8)
    page[70:630, 20:580] -= (0.8 * np.asarray(ink)).astype(np.uint8)
    Image.fromarray(page).save(name)
    return name


def a_table(name="three.csv"):
    np.savetxt(name, gallery.digit(3, 1).pixels[0], delimiter=",", fmt="%g")
    return name


def test_an_image_is_shown_told_about_and_read(capsys):
    assert main(["generate", "--image", a_photo(), "--label", "3"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-1].startswith(f"{Path('outputs/three.xlsx')}: ")
    assert said[-1].endswith("% sure. Right: it is a 3.")
    assert any(line.startswith("turned round, cropped ") and line.endswith("20, centred") for line in said)
    assert sum("█" in line or "@" in line for line in said) > 5
    assert sheetcnn.verify("outputs/three.xlsx").findings == []


def test_a_label_that_is_not_what_is_read_is_told(capsys):
    assert main(["generate", "--csv", a_table(), "--label", "8"]) == 0
    assert capsys.readouterr().out.endswith("% sure. Wrong: it is a 8.\n")


def test_scale_and_dark_ink_reach_the_numbers(capsys):
    np.savetxt("three.csv", (16 * (1 - gallery.digit(3, 1).pixels[0])).round(3), delimiter=",", fmt="%g")
    assert main(["generate", "--csv", "three.csv"]) == 2
    assert "as in --scale 16" in capsys.readouterr().err
    assert main(["generate", "--csv", "three.csv", "--scale", "16"]) == 2
    assert "give --dark-ink" in capsys.readouterr().err
    assert main(["generate", "--csv", "three.csv", "--scale", "16", "--dark-ink"]) == 0
    assert "It reads a 3" in capsys.readouterr().out


def test_json_is_one_object_and_nothing_else(capsys):
    assert main(["generate", "--csv", a_table(), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["prediction"]["digit"] == 3


def test_all_digits_are_ten_workbooks(capsys):
    assert main(["generate", "--digit", "all", "--plain", "-o", "all"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 10
    assert sorted(path.name for path in Path("all").iterdir()) == [f"digit-{n}.xlsx" for n in range(10)]


def test_none_of_all_is_written_if_one_is_there(capsys):
    Path("all").mkdir()
    Path("all/digit-9.xlsx").write_text("mine")
    assert main(["generate", "--digit", "all", "-o", "all"]) == 2
    assert "digit-9.xlsx exists already: give --force" in capsys.readouterr().err
    assert len(list(Path("all").iterdir())) == 1


def test_plain_and_only_leave_sheets_out():
    from sheetcnn.excel.reader import read_workbook

    assert main(["generate", "--plain", "--only", "network", "-o", "plain.xlsx"]) == 0
    assert list(read_workbook(Path("plain.xlsx")).sheets) == ["Network", "Model"]
    assert main(["generate", "--only", "network", "-o", "chosen.xlsx"]) == 0
    assert list(read_workbook(Path("chosen.xlsx")).sheets) == ["Network", "Digits", "Draw", "Model"]


def test_set_digit_writes_over_the_workbook_or_elsewhere(full_file, capsys):
    shutil.copy(full_file, "mine.xlsx")
    before = Path("mine.xlsx").read_bytes()
    assert main(["set-digit", "mine.xlsx", "--digit", "4", "--sample", "2", "-o", "four.xlsx"]) == 0
    assert capsys.readouterr().out.startswith("four.xlsx: It reads a 4, and is ")
    assert Path("mine.xlsx").read_bytes() == before
    assert main(["set-digit", "mine.xlsx", "--image", a_photo(), "--label", "3"]) == 0
    assert capsys.readouterr().out.endswith("% sure. Right: it is a 3.\n")
    assert [sheetcnn.verify(name).prediction.digit for name in ("mine.xlsx", "four.xlsx")] == [3, 4]
    assert main(["set-digit", "mine.xlsx", "--digit", "5", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["output"], told["template"], told["prediction"]["digit"]) == ("mine.xlsx", "mnist", 5)


@pytest.mark.parametrize("command", [["generate"], ["set-digit", "mine.xlsx"]])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--digit 3 --image x.png", "--digit and --image are two sources: give one of --digit, --image"),
        ("--csv x.csv --mnist .", "--csv and --mnist are two sources"),
        ("--image x.png --image y.png", "--image is given twice: give one source"),
        ("--digit 3 --digit 3", "--digit is given twice"),
        ("--digit 3 --label 3", "--label goes with --image or --csv, not with --digit: leave it out"),
        ("--image x.png --sample 2", "--sample goes with --digit, not with --image"),
        ("--csv x.csv --as-is", "--as-is goes with --image, not with --csv"),
        ("--index 3", "--index goes with --mnist, not with --digit"),
        ("--split train", "--split goes with --mnist"),
        ("--mnist .", "--mnist needs --index"),
        ("--mnist . --index 0", "there is no t10k-images-idx3-ubyte"),
        ("--mnist none --index 0", "there is no folder none"),
        ("--mnist . --index x", "'x' is no whole number"),
        ("--image none.png", "there is no file none.png"),
        ("--csv none.csv", "there is no file none.csv: name a CSV file"),
        ("--digit 3 --scale 16", "--scale goes with --csv, not with --digit: leave it out"),
        ("--image x.png --scale 16", "--scale goes with --csv, not with --image"),
        ("--digit 3 --dark-ink", "--dark-ink goes with --image or --csv, not with --digit"),
        (
            "--image x.png --dark-ink",
            "--dark-ink goes with --as-is: any other image shows by its edge what is ink",
        ),
    ],
)
def test_bad_sources_get_one_sentence_and_nothing_is_written(capsys, command, options, message):
    assert main([*command, *options.split()]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert err.count("\n") == 1
    assert list(Path().iterdir()) == []


def test_a_digit_that_the_gallery_has_not(capsys, mnist_file):
    shutil.copy(mnist_file, "mine.xlsx")
    for command in (["generate"], ["set-digit", "mine.xlsx"]):
        assert main([*command, "--digit", "11"]) == 2
        assert "there is no digit 11 in the gallery" in capsys.readouterr().err
    assert [path.name for path in Path().iterdir()] == ["mine.xlsx"]


def test_a_digit_that_is_too_large_for_a_template_is_refused(capsys):
    assert main(["generate", "--csv", a_table(), "--template", "tiny"]) == 2
    assert capsys.readouterr().err == (
        "sheetcnn: three.csv has 28 × 28 pixels, and template tiny takes 6 × 6: choose another template.\n"
    )


def test_a_digit_without_a_label_makes_a_file_without_a_number():
    digit = load(np.pad(np.ones((10, 2)), ((9, 9), (13, 13))))
    assert sheetcnn.generate(digit, plain=True).output == Path("outputs/digit.xlsx")


def test_all_is_no_digit_to_set(capsys):
    assert main(["set-digit", "mine.xlsx", "--digit", "all"]) == 2
    assert "'all' is no whole number" in capsys.readouterr().err


MNIST = SHARED / "mnist"


@pytest.mark.skipif(not MNIST.is_dir(), reason="MNIST's files are not at hand")
def test_mnist_is_a_source(capsys):
    # Image 17 of the test set is a 7, that of the training set an 8 (MNIST's own labels).
    assert main(["generate", "--mnist", str(MNIST), "--index", "17", "-o", "a.xlsx"]) == 0
    assert capsys.readouterr().out.endswith("Right: it is a 7.\n")
    assert main(["generate", "--mnist", str(MNIST), "--index", "17", "--split", "train"]) == 0
    assert capsys.readouterr().out.endswith("it is a 8.\n")
    assert main(["generate", "--mnist", str(MNIST), "--index", "10000"]) == 2
    assert "there is no image 10000 in MNIST's test set: choose 0 to 9999" in capsys.readouterr().err
