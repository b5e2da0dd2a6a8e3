"""The templates that are shipped, and every way a TOML file can fail to be one."""

from pathlib import Path

import numpy as np
import pytest

from sheetcnn.errors import SpecError
from sheetcnn.network.template_loader import load_template, template_names

TOML = """\
title = "Ink on the left, or on the right"
classes = ["left", "right"]

[input]
channels = 1
height = 2
width = 2

[[stages]]
kind = "conv"
filters = 1
kernel = 1

[[stages]]
kind = "dense"
outputs = 2

[[stages]]
kind = "softmax"

[weights]
conv1 = [[[[1]]]]
dense1 = [[[[1, 0], [1, 0]]], [[[0, 1], [0, 1]]]]

[pictures]
5 = ["#.", "#."]
"""
IN_A_FILE = 'weights = "given.npz"\n' + TOML[: TOML.index("[weights]")]
SOUND = {"conv1": np.ones((1, 1, 1, 1)), "dense1": np.ones((2, 1, 2, 2))}


def load(folder: Path, text: str, **options):
    path = folder / "given.toml"
    path.write_text(text, encoding="utf-8")
    return load_template(str(path), **options)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(SpecError) as caught:
        load(folder, text)
    sentence = str(caught.value)
    assert "given.toml" in sentence
    assert "\n" not in sentence
    return sentence


# Those that are shipped


def test_mnist_is_the_network_of_the_readme():
    template = load_template("mnist")
    assert template.network.input_shape == (1, 28, 28)
    assert [layer.stage.kind for layer in template.network.layers] == [
        *("conv", "relu", "conv", "relu", "maxpool", "dense", "softmax")
    ]
    assert template.network.classes == tuple("0123456789")
    assert template.training["accuracy"] >= 0.974


def test_weights_of_mnist_have_three_decimals():
    for name, array in load_template("mnist").weights.items():
        assert np.array_equal(array, array.round(3)), name


def test_weights_of_tiny_are_small_whole_numbers():
    for name, array in load_template("tiny").weights.items():
        assert np.array_equal(array, array.round()), name
        assert np.abs(array).max() <= 3


def test_every_shipped_template_loads_and_is_named_after_its_file():
    assert {"mnist", "tiny"} <= set(template_names())
    for name in template_names():
        assert load_template(name, weights=False).name == name


def test_tiny_reads_each_of_its_pictures_right():
    template = load_template("tiny")
    for label, picture in template.pictures.items():
        scores = template.network.scores(picture, template.weights)
        assert template.network.classes[scores.argmax()] == str(label)


# A file of one's own


def test_a_template_in_a_file_holds_what_it_says(tmp_path):
    template = load(tmp_path, TOML)
    assert (template.name, template.title) == ("given", "Ink on the left, or on the right")
    assert template.network.classes == ("left", "right")
    assert template.weights["dense1"].tolist() == [[[[1, 0], [1, 0]]], [[[0, 1], [0, 1]]]]
    assert template.pictures[5].tolist() == [[[1, 0], [1, 0]]]
    assert template.training == {}


def test_weights_in_a_file_beside_it_are_found(tmp_path):
    np.savez(tmp_path / "given.npz", **SOUND)
    assert load(tmp_path, IN_A_FILE).weights["dense1"].shape == (2, 1, 2, 2)


def test_valid_padding_is_none(tmp_path):
    for padding, number in (('"valid"', 0), ("0", 0), ('"same"', "same")):
        text = TOML.replace("kernel = 1", f"kernel = 1\npadding = {padding}")
        assert load(tmp_path, text).network.stages[0].padding == number


def test_pictures_in_a_file_may_be_in_colour(tmp_path):
    text = IN_A_FILE.replace("channels = 1", "channels = 3").replace(
        "title =", 'pictures = "pictures.npz"\ntitle ='
    )
    picture = np.arange(12.0).reshape(3, 2, 2) / 11
    np.savez(tmp_path / "given.npz", **SOUND | {"conv1": np.ones((1, 3, 1, 1))})
    assert load(tmp_path, text, weights=False).pictures == {}
    np.savez(tmp_path / "pictures.npz", **{"7": picture})
    assert load(tmp_path, text).pictures[7].tolist() == picture.tolist()
    for arrays, says in (
        ({"7": picture[:1]}, "the picture of 7 has shape (1, 2, 2); expected: (3, 2, 2)"),
        (
            {"seven": picture},
            "the pictures file must name an array for each digit, such as 7 = [...]: seven is none",
        ),
        (
            {"7": picture * np.nan},
            "the pictures of 7 hold a value that is no number (nan at [0, 0, 0], counted from 0)",
        ),
    ):
        np.savez(tmp_path / "pictures.npz", **arrays)
        assert says in refusal(tmp_path, text)


def test_a_template_says_which_file_its_weights_came_in(tmp_path):
    assert load(tmp_path, TOML).file == ""
    np.savez(tmp_path / "given.npz", **SOUND)
    assert load(tmp_path, IN_A_FILE).file == "given.npz"


def test_training_starts_without_weights(tmp_path):
    assert load(tmp_path, IN_A_FILE, weights=False).weights == {}


# What is refused


@pytest.mark.parametrize("name", ["nosuch", "", "Mnist", "../templates/tiny", "mnist\x1b[31m"])
def test_an_unknown_name_is_refused_with_the_choice(name):
    with pytest.raises(
        SpecError, match=r"there is no template .*: choose one of .*mnist.*, or give a \.toml file"
    ):
        load_template(name)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SpecError, match=r"there is no file .*none\.toml: name a template, a \.toml file"):
        load_template(str(tmp_path / "none.toml"))


def test_a_folder_is_no_template(tmp_path):
    (tmp_path / "given.toml").mkdir()
    with pytest.raises(SpecError, match=r"given\.toml is a folder: name a template"):
        load_template(str(tmp_path / "given.toml"))


@pytest.mark.parametrize("content", [b"hello", b"title = ", b"\xff\xfe", b"a = 1\na = 2", b"\x00"])
def test_what_is_not_toml_is_refused(tmp_path, content):
    path = tmp_path / "given.toml"
    path.write_bytes(content)
    with pytest.raises(SpecError, match=r"given\.toml is not valid TOML: "):
        load_template(str(path))


@pytest.mark.parametrize("key", ["title", "input", "channels", "height", "width", "kind"])
def test_a_missing_entry_is_named(tmp_path, key):
    text = (
        TOML.replace(f"[{key}]", f"[x{key}]") if key == "input" else TOML.replace(f"{key} =", f"x{key} =", 1)
    )
    assert f"the entry '{key}' is missing" in refusal(tmp_path, text)


def test_missing_stages_are_named(tmp_path):
    assert "the entry 'stages' is missing" in refusal(tmp_path, TOML.replace("[[stages]]", "[[stage]]"))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            '"dense"',
            '"dence"',
            "there is no stage of kind 'dence' (did you mean dense?): choose one of conv, ",
        ),
        ("outputs = 2", "units = 2", "a dense has no units: it takes bias, outputs"),
        ('"softmax"', '"softmax"\ntemperature = 2', "a softmax has no temperature: it takes nothing"),
        (
            "kernel = 1\n",
            "",
            "the entry 'kernel' is missing in a conv, which takes bias, filters, kernel, padding, stride",
        ),
        ("kernel = 1", "kernel = 0", "kernel of a conv is 0: give a whole number of at least 1"),
        ("kernel = 1", "kernel = 1.0", "kernel of a conv is 1.0: give a whole number"),
        ("kernel = 1", "kernel = true", "kernel of a conv is True: give a whole number"),
        ("kernel = 1", 'kernel = "1"', "kernel of a conv is '1': give a whole number"),
        (
            "kernel = 1",
            "kernel = 1\npadding = -1",
            'padding of a conv is -1: give "valid", "same" or a whole',
        ),
        ("kernel = 1", 'kernel = 1\npadding = "full"', 'padding of a conv is \'full\': give "valid", "same"'),
        ("kernel = 1", "kernel = 1\npadding = true", "padding of a conv is True: give"),
        (
            "kernel = 1",
            "kernel = 1\npadding = 1",
            "stage conv1 does not fit: with a padding of 1, a 1x1 kernel",
        ),
        ("kernel = 1", "kernel = 3", "stage conv1 does not fit: a 3x3 kernel does not fit on 2x2"),
        ("height = 2", "height = -2", "the input's height is -2: give a whole number of at least 1"),
        ("height = 2", "height = 2.5", "the input's height is 2.5: give a whole number"),
        ("height = 2", "height = inf", "the input's height is inf: give a whole number"),
        ("height = 2", 'height = "two"', "the input's height is 'two': give a whole number"),
        ("channels = 1", "channels = 0", "the input's channels is 0: give a whole number"),
        ("[input]", "[[input]]", "an entry has the wrong type: input is"),
        ('["left", "right"]', "2", "an entry has the wrong type"),
        ('["left", "right"]', '["left"]', "ends in shape (2,), but there are 1 classes: make the last"),
        ('\n[[stages]]\nkind = "softmax"\n', "", "the network does not end in softmax"),
        ("conv1 =", "conv9 =", "the weights are named conv9, dense1; expected: conv1 (1, 1, 1, 1), dense1"),
        ("conv1 = [[[[1]]]]\n", "", "the weights are named dense1; expected: conv1 (1, 1, 1, 1), dense1"),
        ("[[[[1]]]]", "[[[1]]]", "the weights of conv1 have shape (1, 1, 1); expected: conv1 (1, 1, 1, 1)"),
        ("[[[[1]]]]", "[[[[nan]]]]", "the weights of conv1 hold a value that is no number"),
        ("[[[[1]]]]", '[[[["1,5"]]]]', "the weights of conv1 are no array of numbers"),
        ("[[1, 0], [1, 0]]", "[[1, 0], [1]]", "the weights of dense1 are no array of numbers"),
        ("5 = [", "five = [", "[pictures] must name a picture for each digit, such as 7 = "),
        ('["#.", "#."]', '["#.", "#"]', "the picture of 5 must be a list of equally long texts, one a row"),
        ('["#.", "#."]', "5", "the picture of 5 must be a list of equally long texts"),
        ('["#.", "#."]', "[5]", "the picture of 5 must be a list of equally long texts"),
        ("[pictures]", "[training]\nseed = 3\n[pictures]", "[training] does not say the accuracy"),
        ("[pictures]", '[training]\naccuracy = "good"\n[pictures]', "[training] does not say the accuracy"),
    ],
)
def test_a_faulty_entry_is_refused_with_the_reason(tmp_path, old, new, says):
    assert old in TOML
    assert says in refusal(tmp_path, TOML.replace(old, new, 1))


def test_stages_that_are_no_tables_are_refused(tmp_path):
    stages = TOML[TOML.index("[[stages]]") : TOML.index("[weights]")]
    for other in ("stages = [1]\n", 'stages = "conv"\n', "stages = []\n"):
        refusal(tmp_path, other + TOML.replace(stages, ""))


def test_a_missing_weights_file_is_named(tmp_path):
    assert "given.npz: name an .npz file with the weights" in refusal(tmp_path, IN_A_FILE)


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 and no more", b"PK\x05\x06", b"\x00\x01\xff", b"GIF89a\xff"]
)
def test_a_weights_file_of_something_else_is_refused(tmp_path, content):
    (tmp_path / "given.npz").write_bytes(content)
    assert "the weights file given.npz is damaged, or no .npz of plain arrays" in refusal(tmp_path, IN_A_FILE)


def test_a_single_array_is_no_weights_file(tmp_path):
    np.save(tmp_path / "given.npy", np.ones(3))
    assert "no .npz of plain arrays" in refusal(tmp_path, IN_A_FILE.replace("given.npz", "given.npy"))


def test_objects_are_not_unpickled(tmp_path):
    np.savez(tmp_path / "given.npz", conv1=np.array([None], dtype=object), allow_pickle=True)
    assert "the weights of conv1 are Python objects, which are never unpickled" in refusal(
        tmp_path, IN_A_FILE
    )


@pytest.mark.parametrize("compressed", [False, True])
def test_a_weights_file_damaged_or_cut_anywhere_is_refused_or_still_sound(tmp_path, compressed):
    file = tmp_path / "given.npz"
    (np.savez_compressed if compressed else np.savez)(file, **SOUND)
    content = file.read_bytes()
    for place in range(len(content)):
        for damaged in (
            content[:place],
            content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :],
        ):
            file.write_bytes(damaged)
            try:
                weights = load(tmp_path, IN_A_FILE).weights
            except SpecError:
                continue
            assert {name: array.tolist() for name, array in weights.items()} == {
                name: array.tolist() for name, array in SOUND.items()
            }
