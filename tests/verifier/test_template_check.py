"""A template that contradicts the workbook's own table is refused in a sentence, by every command alike."""

import pytest
from editing import rewrite

import sheetcnn
from sheetcnn.cli.main import main
from sheetcnn.network.template_loader import load_template

OTHERS = ["tiny", "mnist-8", "fastai", "lenet", "fastai-published"]


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("command", [["verify"], ["explain", "answer"], ["set-digit", "--digit", "3"]])
def test_it_is_refused_and_nothing_is_written(mnist_file, capsys, name, command):
    before = mnist_file.read_bytes()
    first, *others = command
    assert main([first, str(mnist_file), *others, "--template", name]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "says on its sheet Model that it holds mnist, with " in err
    assert f"and the template {name} has " in err
    assert mnist_file.read_bytes() == before


def test_the_sentence_says_where_they_differ(mnist_file):
    with pytest.raises(sheetcnn.SpecError) as trouble:
        sheetcnn.verify(mnist_file, "mnist-8")
    assert str(trouble.value) == (
        f"{mnist_file} says on its sheet Model that it holds mnist, with conv1 (conv, filters 2, kernel 3, stride 1: "
        "2 × 26 × 26), and the template mnist-8 has conv1 (conv, filters 8, kernel 3, stride 1: 8 × 26 × 26): leave "
        "--template out, or name the one of this workbook"
    )


@pytest.mark.parametrize("as_", ["name", "file"])
def test_the_workbooks_own_template_is_none_of_these(mnist_file, as_):
    template = "mnist" if as_ == "name" else str(load_template("mnist").path)
    assert sheetcnn.verify(mnist_file, template).ok


def test_names_of_classes_do_not_matter(tiny_file, tmp_path):
    text = load_template("tiny").path.read_text(encoding="utf-8")
    renamed = tmp_path / "renamed.toml"
    renamed.write_text(text.replace('["0", "1", "7"]', '["o", "i", "t"]'), encoding="utf-8")
    assert load_template(str(renamed), weights=False).network.classes == ("o", "i", "t")
    assert sheetcnn.verify(tiny_file, str(renamed)).checked > 0


def test_a_workbook_whose_table_is_broken_is_what_the_template_says(tiny_file, tmp_path):
    """The sentence about a broken table says: name the network with --template."""
    path = rewrite(
        tiny_file,
        tmp_path / "x.xlsx",
        {"xl/workbook.xml": lambda xml: xml.replace('name="model"', 'name="other"')},
    )
    with pytest.raises(sheetcnn.WorkbookError, match="name the network with --template"):
        sheetcnn.verify(path)
    assert sheetcnn.verify(path, "tiny").prediction.digit == 7
