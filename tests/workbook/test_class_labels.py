"""Labels of classes: a fresh workbook says them rightly, keeps them as they are, and passes its own verify."""

from io import BytesIO
from pathlib import Path

import numpy as np
import openpyxl
import pytest

import sheetcnn
from sheetcnn.cli.main import main
from sheetcnn.digits import gallery
from sheetcnn.digits.digit import Digit
from sheetcnn.errors import SpecError
from sheetcnn.network.classes import in_cell, labels, place_of, said
from sheetcnn.network.network import Network
from sheetcnn.network.stages.dense import Dense
from sheetcnn.network.stages.softmax import Softmax
from sheetcnn.network.template import Template
from sheetcnn.network.template_loader import load_template
from sheetcnn.workbook.design import available_sheets
from sheetcnn.workbook.prediction import Prediction
from sheetcnn.workbook.renderer import render_workbook

WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
LOOK_LIKE_SOMETHING_ELSE = [
    *(
        "00",
        "007",
        "1e3",
        "1.0",
        "0x1",
        "-1",
        "+1",
        "½",
        "1/2",
        "1,5",
        "٣",
        "TRUE",
        "WAHR",
        "#N/A",
        "#REF!",
        "1 %",
    ),
    *(
        "=1+1",
        "@x",
        "{=1}",
        "'x",
        '"quoted"',
        " x ",
        "a&b<c>",
        "2026-11-25",
        "12345678901234567890",
    ),
    *("日本語", "👍", "👩‍🔬", "é", "*", "~", "a" * 200, "Network!A1", "%s{0}", "nan", "inf", "None"),
]
NUMBERS = ["0", "7", "10", "123456789012345"]


def one_hot(classes) -> Template:
    """Return a template of as many pixels in a row as classes, which reads the class of the one that is ink."""
    count = len(classes)
    network = Network((1, 1, count), (Dense(count), Softmax()), tuple(classes))
    return Template(
        "hot", "Hot", network, {"dense1": np.eye(count).reshape(count, 1, 1, count)}, Path("hot.toml")
    )


def showing(place: int, count: int, label: int | str | None) -> Digit:
    pixels = np.zeros((1, count))
    pixels[0, place] = 1
    return Digit(pixels, label, "a test")


def written(path: Path, classes, place: int, label: int | str | None, pages=()) -> Path:
    path.write_bytes(render_workbook(one_hot(classes), showing(place, len(classes), label), pages).content)
    return path


def panel(path: Path | BytesIO) -> tuple[object, ...]:
    """Return what Network says: what it shows, what it reads, whether that is right."""
    sheet = openpyxl.load_workbook(path, data_only=True)["Network"]
    return tuple(sheet[cell].value for cell in ("E7", "A9", "A10"))


@pytest.mark.parametrize("label", LOOK_LIKE_SOMETHING_ELSE)
def test_a_text_stays_that_text_whatever_it_looks_like(tmp_path, label):
    built = render_workbook(one_hot(["other", label]), showing(1, 2, label))
    assert panel(BytesIO(built.content)) == (label, f"I read a {label}.", f"Right: it is a {label}.")
    assert built.prediction == Prediction(label, pytest.approx(0.731, abs=1e-3), label)  # 1 / (1 + 1/e)
    assert built.prediction.right


@pytest.mark.parametrize("label", NUMBERS)
def test_a_whole_number_stands_as_a_number(tmp_path, label):
    path = written(tmp_path / "x.xlsx", ["other", label], 1, label)
    report = sheetcnn.verify(path)
    assert (report.findings, report.prediction.digit) == ([], int(label))
    assert panel(path) == (int(label), f"I read a {label}.", f"Right: it is a {label}.")


@pytest.mark.parametrize("several", [WORDS, LOOK_LIKE_SOMETHING_ELSE, ["cat", "dog", "7", "007"]])
def test_every_class_of_several_is_said_to_be_what_it_is(tmp_path, several):
    for place in (0, len(several) - 1):
        right = written(tmp_path / "right.xlsx", several, place, several[place])
        wrong = written(tmp_path / "wrong.xlsx", several, place, several[place - 1])
        nobody = written(tmp_path / "nobody.xlsx", several, place, None)
        assert [sheetcnn.verify(path).findings for path in (right, wrong, nobody)] == [[], [], []]
        assert panel(right)[2] == f"Right: it is a {several[place]}."
        assert (
            panel(wrong)[2] == ("Wrong" if len(several) > 1 else "Right") + f": it is a {several[place - 1]}."
        )
        assert panel(nobody)[2] == "Nobody said what it is."
        assert sheetcnn.verify(nobody).prediction.right is None


@pytest.mark.parametrize(
    "several", [pytest.param(WORDS, marks=pytest.mark.slow), LOOK_LIKE_SOMETHING_ELSE[::3]]
)
def test_the_sheets_that_explain_say_them_too(tmp_path, several):
    pages = available_sheets(one_hot(several).network)
    path = written(tmp_path / "x.xlsx", several, 0, several[0], pages)
    assert {page.sheet for page in pages} >= {"Evidence", "Inspector", "Checks", "Guide"}
    assert sheetcnn.verify(path).findings == []
    evidence = openpyxl.load_workbook(path, data_only=True)["Evidence"]
    shown = [cell.value for row in evidence for cell in row]
    assert set(several) <= set(shown)
    assert shown.count("the answer: right") == 1


def test_digits_are_classes_by_their_place_where_there_are_ten():
    assert [place_of(digit, WORDS) for digit in range(10)] == list(range(10))
    assert [place_of(str(digit), WORDS) for digit in range(10)] == list(range(10))
    assert [said(digit, WORDS) for digit in (0, 7)] == ["zero", "seven"]
    assert place_of("Seven", WORDS) == 7  # Excel's = does not tell capitals either


@pytest.mark.parametrize(
    ("label", "classes", "place"),
    [
        (7, ["0", "1", "7"], 2),  # by name
        (2, ["0", "1", "7"], None),  # not by place, where names are numbers
        ("2", ["0", "1", "7"], None),
        (5, ["5", "4", "3", "2", "1", "0"], 0),
        ("1", ["cat", "dog"], 1),  # by place, as somebody says so
        (1, ["prime", "not prime"], None),  # a handwritten 1 is not the second of two classes
        ("2", ["cat", "dog"], None),
        ("-1", ["cat", "dog"], None),
        ("01", ["cat", "dog"], None),
        ("DOG", ["cat", "dog"], 1),
        ("7", [f"0{digit}" for digit in range(10)], 7),
        (12, [str(number) for number in range(8, 20)], 4),
    ],
)
def test_a_label_is_a_class_by_name_or_by_place(label, classes, place):
    assert place_of(label, classes) == place


def test_a_handwritten_digit_that_is_no_class_is_not_said_to_be_one(tmp_path):
    path = written(tmp_path / "x.xlsx", ["3", "5"], 0, 7)
    assert sheetcnn.verify(path).findings == []
    assert panel(path) == ("?", "I read a 3.", "Nobody said what it is.")


@pytest.mark.parametrize("label", ["seven", "12", "?", "", "x" * 999, "\x1b[31m"])
def test_a_label_that_is_no_class_is_refused(label):
    with pytest.raises(SpecError, match="is no class of this network: choose one of 0, 1, 2, 3, 4"):
        said(label, [str(digit) for digit in range(10)])
    with pytest.raises(SpecError, match="the label 12 is no class"):
        said(12, WORDS)


# What a template may call its classes


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["a", "A"], "classes 1 and 2 are 'a' and 'A', which a spreadsheet takes for the same"),
        (["a", "b", "a"], "classes 1 and 3 are 'a' and 'a'"),
        ([7, "7"], "classes 1 and 2 are '7' and '7'"),
        (["straße", "STRASSE"], "classes 1 and 2"),  # LibreOffice finds them equal
        (["x", " x"], "classes 1 and 2"),
        (["ab", "a\u200bb"], "classes 1 and 2"),  # a space that has no width
        (["é", "e\u0301"], "classes 1 and 2"),  # two ways to write the same letter
        (["\uff21", "a"], "classes 1 and 2"),  # a wide A
        (["a", ""], "class 2 is empty: give each class a name"),
        (["a", " \t"], "class 2 is empty"),
        (["a", "\u200b"], "class 2 is empty"),
        (["?", "a"], "class 1 is called ?, which says in a workbook that nobody knows"),
        (["a", "b\nc"], "class 2 holds a line break"),
        (["a", "b\x07"], "class 2 holds a line break or a character that no cell can show"),
        (["a", "x" * 256], "class 2 has more than 255 characters"),
        (["a", "_x0041_"], "class 2 holds _x0041_, which some programs take for one character"),
        (["a", True], 'class 2 is True: give a text in quotes, such as "cat", or a whole number'),
        (["a", 1.5], "class 2 is 1.5: give a text"),
        (["a", ["b"]], "class 2 is"),
        ("0123456789", "classes is '0123456789', and a list with a name for each output"),
        (10, "classes is 10"),
        ({"a": 1}, "classes is"),
    ],
)
def test_labels_that_nobody_could_tell_apart_or_see_are_refused(given, says):
    with pytest.raises(SpecError) as refusal:
        labels(given)
    assert says in str(refusal.value)
    assert str(refusal.value).isprintable()


def test_whole_numbers_are_labels_too():
    assert labels([0, 1, 10, "cat"]) == ("0", "1", "10", "cat")
    assert [in_cell(label) for label in ("0", "10", "010", "1234567890123456")] == [
        0,
        10,
        "010",
        "1234567890123456",
    ]


# The whole workbook


@pytest.fixture(scope="module")
def named(tmp_path_factory):
    """The network of `mnist`, its classes called zero to nine, reading the gallery's first seven."""
    folder, mnist = tmp_path_factory.mktemp("named"), load_template("mnist")
    np.savez(folder / "mnist.npz", **mnist.weights)
    text = mnist.path.read_text(encoding="utf-8")
    numerals = 'classes = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]'
    assert numerals in text
    (folder / "named.toml").write_text(text.replace(numerals, f"classes = {WORDS}"), encoding="utf-8")
    return folder / "named.toml"


def test_digits_of_the_gallery_are_known_by_their_place(named, tmp_path, capsys):
    path = tmp_path / "x.xlsx"
    made = sheetcnn.generate(7, template=str(named), output=path)
    assert made.prediction == Prediction("seven", pytest.approx(1.0, abs=1e-3), "seven")
    report = sheetcnn.verify(path)
    assert (report.findings, report.prediction) == ([], made.prediction)
    assert panel(path) == ("seven", "I read a seven.", "Right: it is a seven.")
    assert sheetcnn.verify(path, str(named)).findings == []
    for label, says in (("three", "Wrong: it is a three."), ("7", "Right: it is a seven.")):
        np.savetxt(tmp_path / "seven.csv", gallery.digit(7).pixels[0], delimiter=",")
        command = ["set-digit", str(path), "--csv", str(tmp_path / "seven.csv"), "--label", label]
        assert main(command) == 0
        assert says in capsys.readouterr().out
        assert panel(path)[2] == says
        assert sheetcnn.verify(path).findings == []
    before = path.read_bytes()
    assert main([*command[:-1], "12"]) == 2
    assert "the label 12 is no class of this network: choose one of zero, one" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_a_label_that_is_no_class_writes_nothing(tmp_path, capsys):
    np.savetxt(tmp_path / "seven.csv", gallery.digit(7).pixels[0], delimiter=",")
    options = [
        "generate",
        "--csv",
        str(tmp_path / "seven.csv"),
        "-o",
        str(tmp_path / "x.xlsx"),
        "--label",
        "seven",
    ]
    assert main(options) == 2
    assert "the label seven is no class of this network: choose one of 0, 1, 2" in capsys.readouterr().err
    assert not (tmp_path / "x.xlsx").exists()


def test_classes_that_someone_renames_in_the_sheet_are_what_digits_are_then_called(tmp_path, capsys):
    path = sheetcnn.generate(lesson=False, output=tmp_path / "renamed.xlsx").output
    book = openpyxl.load_workbook(path)
    sheet_name, cells = next(iter(book.defined_names["classes"].destinations))
    for (cell,), word in zip(book[sheet_name][cells], WORDS, strict=True):
        cell.value = word
    book.save(path)
    report = sheetcnn.verify(path)
    assert report.errors == 0
    assert (report.prediction.digit, report.prediction.label, report.prediction.right) == (
        "seven",
        "seven",
        True,
    )
    assert main(["set-digit", str(path), "--digit", "3"]) == 0
    assert panel(path) == ("three", "I read a three.", "Right: it is a three.")
    capsys.readouterr()


def test_the_bytes_are_a_workbook_that_openpyxl_reads():
    template = one_hot(LOOK_LIKE_SOMETHING_ELSE)
    built = render_workbook(template, showing(0, len(LOOK_LIKE_SOMETHING_ELSE), "00"))
    book = openpyxl.load_workbook(BytesIO(built.content))
    name, cells = next(iter(book.defined_names["classes"].destinations))
    found = [(cell.value, cell.data_type) for (cell,) in book[name][cells]]
    assert found == [(label, "s") for label in LOOK_LIKE_SOMETHING_ELSE]
