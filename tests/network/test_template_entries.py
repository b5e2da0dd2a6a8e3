"""Every key of every table of a template with something else under it: one sentence, exit code 2, nothing written."""

import sys
from pathlib import Path

import numpy as np
import pytest

from sheetcnn.cli.main import main
from sheetcnn.network.template_loader import load_template, template_names

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TOML = """\
title = "Ink on the left, or on the right"
classes = ["left", "right"]
weights = "given.npz"
sheet = "Mine"
input = { channels = 1, height = 2, width = 2 }
stages = [
    { kind = "conv", filters = 1, kernel = 1, stride = 1, bias = false, padding = 0 },
    { kind = "batchnorm", epsilon = 0.1 },
    { kind = "maxpool", window = 1, stride = 1 },
    { kind = "dense", outputs = 2, bias = false },
    { kind = "softmax" },
]

[pictures]
1 = ["#.", "#."]

[regions]
input = "A1:B2"

[texts]
D1 = "a text"

[widths]
"A1:B1" = 3

[recipe]
start = "random"
seeds = 1
epochs = 1
batch = 1
learning_rate = 0.1
validation = 1
shift = 0.0
degrees = 0
scale = 0.1
held = ["conv1"]

[training]
accuracy = 0.5
images = 10
validation = 0.5
seed = 0
date = 2026-11-25
"""
ARRAYS = {
    "conv1": np.ones((1, 1, 1, 1)),
    "batchnorm1_gamma": np.ones(1),
    "batchnorm1_beta": np.zeros(1),
    "batchnorm1_mean": np.zeros(1),
    "batchnorm1_variance": np.ones(1),
    "dense1": np.ones((2, 1, 2, 2)),
}
ANYTHING = {
    *('"a text"', '""', "true", "0", "-1", "1.5", "nan", "inf", "[]", "{}", "2026-11-25", "12:00:00"),
    *('["a", 1]', "[[]]", "{ a = 1 }", "1_000_000_000_000_000_000_000", '"\\u001b[31m"', f'"{"x" * 5000}"'),
}
ALSO_FINE = {
    "title": {'"a text"', '""'},
    "classes": {"[]", '["a", 1]'},
    "weights": set(),
    "pictures": {"{}"},
    "sheet": {'"a text"'},
    "regions": {"{}"},
    "texts": {"{}"},
    "widths": {"{}"},
    "recipe": {"{}"},
    "training": {"{}"},
    "stage.padding": {"0"},
    "stage.epsilon": {"1.5", "1_000_000_000_000_000_000_000"},
    "pictures.1": set(),
    "texts.D1": {'"a text"', '""', '"\\u001b[31m"', f'"{"x" * 5000}"'},
    "widths.A1:B1": {"0", "1.5"},
    "recipe.epochs": {"1_000_000_000_000_000_000_000"},
    "recipe.seeds": {"1_000_000_000_000_000_000_000"},
    "recipe.batch": {"1_000_000_000_000_000_000_000"},
    "recipe.validation": {"1_000_000_000_000_000_000_000"},
    **{
        f"recipe.{key}": {"0", "1.5", "1_000_000_000_000_000_000_000"}
        for key in ("learning_rate", "shift", "degrees", "scale")
    },
    "recipe.held": {"[]"},
    "training.accuracy": set(),
    "training.images": {"0", "1_000_000_000_000_000_000_000"},
    "training.validation": {"0"},
    "training.seed": {"0", "1_000_000_000_000_000_000_000"},
    "training.date": {"2026-11-25"},
}
"""What of ANYTHING may stand under a key; of most keys that are not here, nothing."""


@pytest.fixture
def folder(tmp_path):
    np.savez(tmp_path / "given.npz", **ARRAYS)
    return tmp_path


def said(folder, text, capsys):
    """Return the one sentence with which `generate` refuses a template."""
    (folder / "given.toml").write_text(text, encoding="utf-8")
    before = sorted(folder.iterdir())
    code = main(
        ["generate", "--template", str(folder / "given.toml"), "--digit", "1", "-o", str(folder / "x.xlsx")]
    )
    out, err = capsys.readouterr()
    assert (code, out, err.count("\n"), sorted(folder.iterdir())) == (2, "", 1, before), text
    assert err.isascii() or "×" in err
    return err


def spelled(value):
    """Return a value of a TOML file as TOML spells it, in one line."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case dict():
            return "{ " + ", ".join(f'"{key}" = {spelled(each)}' for key, each in value.items()) + " }"
        case list():
            return f"[{', '.join(map(spelled, value))}]"
    return str(value)


class Raw(str):
    """A value that is spelled already."""


def text_of(content):
    lines = (f"{key} = {spelled_or_raw(value)}" for key, value in content.items())
    return "\n".join(lines)


def spelled_or_raw(value):
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f'"{key}" = {spelled_or_raw(each)}' for key, each in value.items()) + " }"
    if isinstance(value, list):
        return f"[{', '.join(map(spelled_or_raw, value))}]"
    return spelled(value)


def places():
    """Return the way to each key of the template, and what it is called here."""
    content = tomllib.loads(TOML)
    found = [((key,), key) for key in content]
    for table in ("input", "pictures", "regions", "texts", "widths", "recipe", "training"):
        found += [((table, key), f"{table}.{key}") for key in content[table]]
    for number, stage in enumerate(content["stages"]):
        found += [(("stages", number, key), f"stage.{key}") for key in stage]
    return found


def with_value(way, value):
    content = tomllib.loads(TOML)
    inner = content
    for step in way[:-1]:
        inner = inner[step]
    inner[way[-1]] = value
    return text_of(content)


def test_the_template_itself_is_read(folder):
    (folder / "given.toml").write_text(TOML, encoding="utf-8")
    assert load_template(str(folder / "given.toml")).weights["dense1"].shape == (2, 1, 2, 2)
    (folder / "given.toml").write_text(text_of(tomllib.loads(TOML)), encoding="utf-8")
    load_template(str(folder / "given.toml"))


@pytest.mark.parametrize(
    ("way", "called"), places(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_anything_else_under_a_key_is_refused_in_a_sentence(folder, capsys, way, called):
    for value in sorted(ANYTHING - ALSO_FINE.get(called, set())):
        said(folder, with_value(way, Raw(value)), capsys)
    for value in sorted(ANYTHING & ALSO_FINE.get(called, set())):
        (folder / "given.toml").write_text(with_value(way, Raw(value)), encoding="utf-8")
        load_template(str(folder / "given.toml"))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "height = 2",
            "hieght = 2",
            "the entry 'height' is missing; [input] has no hieght (did you mean height?): it takes",
        ),
        ("width = 2", "width = 2, mean = 0.1307", "[input] has no mean: it takes channels, height, width"),
        (
            "title",
            "mean = 0.5\ntitle",
            "a template has no mean: it takes title, classes, input, stages, weights",
        ),
        ("title", "classses = []\ntitle", "a template has no classses (did you mean classes?): it takes"),
        (
            "kernel = 1",
            "kernal = 1",
            "the entry 'kernel' is missing; a conv has no kernal (did you mean kernel?): it takes",
        ),
        (
            "window = 1",
            "windows = 1",
            "the entry 'window' is missing; a maxpool has no windows (did you mean window?): it",
        ),
        ("epsilon", "eps", "a batchnorm has no eps (did you mean epsilon?): it takes epsilon"),
        ('"softmax"', '"softmax", axis = 1', "a softmax has no axis: it takes nothing"),
        (
            'kind = "conv"',
            'kin = "conv"',
            "the entry 'kind' is missing; a stage has no kin (did you mean kind?): it takes",
        ),
        (
            'kind = "conv"',
            'kind = "conv2d"',
            "there is no stage of kind 'conv2d' (did you mean conv?): choose one of conv, convrelu",
        ),
        ("epochs", "epoch", "[recipe] has no epoch (did you mean epochs?): it takes start, seeds, epochs"),
        ("images", "image", "[training] has no image (did you mean images?): it takes accuracy, images"),
        (
            "[regions]\n",
            '[regions]\ninptu = "A1:B2"\n',
            "has no region inptu (did you mean input?): it has input",
        ),
        ("[texts]", "[text]", "a template has no text (did you mean texts?): it takes"),
        ('D1 = "a text"', 'D = "a text"', "[texts] has 'D', which is no cell: name one, such as B7"),
        ('D1 = "a text"', 'D1048577 = "a text"', "[texts] has 'D1048577', which is no cell"),
        ('"A1:B1"', '"A:B"', "a key of [widths] is 'A:B', no range of cells: give one, such as"),
        ('"A1:B2"', '"A1:B3"', "input is given 3×2 cells where 2×2 belong"),
        ('sheet = "Mine"\n', "", "[regions] says where things stand, but not on which sheet"),
        (
            '"Mine"',
            '"a/b"',
            "sheet is 'a/b', which Excel takes as no sheet's name: give at most 31 characters",
        ),
        ('"Mine"', f'"{"x" * 32}"', "which Excel takes as no sheet's name"),
        ('1 = ["#.", "#."]', '1 = ["#..", "#.."]', "the picture of 1 has shape (2, 3); expected: (2, 2)"),
        ('1 = ["#.", "#."]', '1 = "given.npz"', "the picture of 1 must be a list of equally long texts"),
        (
            "[pictures]\n1",
            "[pictures]\nleft",
            "[pictures] must name a picture for each digit, such as 7 = [...]: left",
        ),
        (
            "outputs = 2",
            "outputs = 3",
            "the network ends in shape (3,), but there are 2 classes: make the last",
        ),
        ('["left", "right"]', '["left", "LEFT"]', "classes 1 and 2 are 'left' and 'LEFT'"),
    ],
)
def test_what_is_like_it_and_what_belongs_there_is_said(folder, capsys, old, new, says):
    assert TOML.count(old) >= 1
    assert says in said(folder, TOML.replace(old, new, 1), capsys)


def test_a_byte_order_mark_is_no_matter(folder):
    path = folder / "given.toml"
    path.write_bytes(b"\xef\xbb\xbf" + TOML.replace("\n", "\r\n").encode())
    assert load_template(str(path)).title == "Ink on the left, or on the right"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (TOML.encode("utf-16"), "is not valid TOML: it is written in UTF-16, so save it as UTF-8"),
        (TOML.encode("utf-16-be")[:0] + b"\xfe\xff" + TOML.encode("utf-16-be"), "written in UTF-16"),
        (TOML.replace("Ink", "Tïnte").encode("latin-1"), "is not valid TOML: byte 10 is not UTF-8"),
        (b"title = " + b"[" * 100_000, "is not valid TOML"),
        (b"title = " + b"9" * 100_000, "is not valid TOML"),
        (b"#" * 5_000_000, "is larger than 4 MiB: put its weights into an .npz file"),
        (b"title = 'a\x00b'", "is not valid TOML"),
    ],
)
def test_a_file_that_is_no_toml_is_one_sentence(folder, capsys, content, says):
    (folder / "given.toml").write_bytes(content)
    assert main(["generate", "--template", str(folder / "given.toml"), "-o", str(folder / "x.xlsx")]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert says in err


def test_what_is_shipped_uses_only_what_is_known():
    for name in template_names():
        content = tomllib.loads(load_template(name, weights=False).path.read_text(encoding="utf-8"))
        assert set(content) <= set(tomllib.loads(TOML)), name


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            'conv2_1 = "BM4:CJ27"',
            'conv2_1 = "BK4:CH27"',
            "[regions] puts conv2_1 on BK11, where conv2_filter_1_1",
        ),
        (
            "[texts]\n",
            '[texts]\nBM4 = "x"\n',
            "[regions] puts conv2_1 on BM4, where a text of [texts] stands",
        ),
        (
            'verdict = "',
            'verdcit = "',
            "the network has no region verdcit (did you mean verdict?): it has input",
        ),
    ],
)
def test_what_is_said_to_stand_on_something_else_is_refused(tmp_path, capsys, old, new, says):
    fastai = load_template("fastai")
    np.savez(tmp_path / "fastai.npz", **fastai.weights)
    text = fastai.path.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "given.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    assert main(["generate", "--template", str(tmp_path / "given.toml"), "-o", str(tmp_path / "x.xlsx")]) == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "x.xlsx").exists()


# Numbers that no cell holds


@pytest.mark.parametrize(
    ("conv1", "dense1", "says"),
    [
        (1e308, 10.0, "Network!"),
        (1e200, 1e200, "dense1"),
        (
            np.inf,
            1.0,
            "the weights of conv1 hold a value that is no number (inf at [0, 0, 0, 0], counted from 0)",
        ),
        (
            1.0,
            np.nan,
            "the weights of dense1 hold a value that is no number (nan at [0, 0, 0, 0], counted from 0)",
        ),
    ],
)
def test_weights_that_overflow_are_refused_with_the_first_cell(tmp_path, capsys, conv1, dense1, says):
    text = TOML[: TOML.index("[regions]")].replace('sheet = "Mine"\n', "")
    text = text.replace('    { kind = "batchnorm", epsilon = 0.1 },\n', "")
    np.savez(tmp_path / "given.npz", conv1=ARRAYS["conv1"] * conv1, dense1=ARRAYS["dense1"] * dense1)
    sentence = said(tmp_path, text, capsys)
    assert says in sentence
    if "Network!" in sentence:  # the one output of either class: 2 of the 4 pixels are ink
        assert "would hold inf, which no cell can: cells hold numbers up to 1.8e308, so scale" in sentence


def test_batch_normalisation_that_overflows_is_refused(folder, capsys):
    np.savez(
        folder / "given.npz",
        **ARRAYS | {"batchnorm1_gamma": np.full(1, 1e308), "conv1": ARRAYS["conv1"] * 1e10},
    )
    assert "the weights of conv1 hold a value that is no number (inf at" in said(folder, TOML, capsys)


def test_scores_of_other_digits_overflow_too(tmp_path, capsys):
    """On Checks stand the scores of all fifty digits: that of a digit that nobody has chosen yet is refused, too."""
    mnist = load_template("mnist")
    np.savez(tmp_path / "mnist.npz", **{name: array * 1e103 for name, array in mnist.weights.items()})
    (tmp_path / "given.toml").write_text(mnist.path.read_text(encoding="utf-8"), encoding="utf-8")
    target = Path(tmp_path, "x.xlsx")
    assert main(["generate", "--template", str(tmp_path / "given.toml"), "-o", str(target)]) == 2
    assert "which no cell can: cells hold numbers up to 1.8e308" in capsys.readouterr().err
    assert not target.exists()
