"""Whatever stands in a cell of the sheet Model: a finding or a sentence, never a traceback."""

import pytest
from editing import edit, error_value, formula, number, text

import sheetcnn
from sheetcnn.cli.main import main
from sheetcnn.digits.digit import Digit
from sheetcnn.errors import SheetcnnError
from sheetcnn.excel.addresses import a1
from sheetcnn.excel.reader import read_workbook
from sheetcnn.explainer import explain
from sheetcnn.network.template_loader import load_template
from sheetcnn.verifier.recognize import recognize

PART = "xl/worksheets/sheet2.xml"
INSTEAD = {
    "blank": None,
    "number": number(3),
    "fraction": number(-2.5),
    "text": text("foo"),
    "error": error_value("#N/A"),
    "formula": formula("1/0", "#DIV/0!"),
}


def cells_of(file):
    return sorted(a1(*cell) for cell in read_workbook(file).sheets["Model"].values)


def in_each_cell(what, file, tmp_path):
    """Copies of a workbook with something else in one cell of Model, one after the other."""
    for cell in cells_of(file):
        yield edit(file, tmp_path / "x.xlsx", {cell: INSTEAD[what]}, part=PART)


def sentence(command):
    """The one sentence in which a command refuses, or nothing if it does its work."""
    try:
        command()
    except SheetcnnError as refusal:
        said = str(refusal)
    else:
        said = ""
    assert "\n" not in said
    return said


@pytest.mark.parametrize("what", ["blank", "text", "error"])
def test_every_cell_of_model_may_hold_anything(what, tiny_file, tmp_path):
    told = []
    for path in in_each_cell(what, tiny_file, tmp_path):
        told.append(sentence(lambda path=path: recognize(read_workbook(path), None)))
    assert len(told) == len(cells_of(tiny_file)) > 20
    assert any(told)  # some cells cannot be done without


@pytest.mark.slow
@pytest.mark.parametrize("what", INSTEAD)
def test_every_command_takes_any_of_them(what, tiny_file, tmp_path):
    digit = Digit(load_template("tiny").pictures[1], 1, "a test")
    told = []
    for path in in_each_cell(what, tiny_file, tmp_path):
        commands = (
            lambda path=path: sheetcnn.verify(path),
            lambda path=path: explain(path, "answer"),
            lambda path=path: sheetcnn.set_digit(path, digit, output=tmp_path / "out.xlsx", force=True),
        )
        told.append([sentence(command) for command in commands])
    assert len(told) == len(cells_of(tiny_file)) > 20
    assert all(any(said) for said in zip(*told, strict=True))  # some cells no command can do without


def listed(full_file):
    """The cell that holds the list of sheets, and the list."""
    workbook = read_workbook(full_file)
    cell = workbook.names["pages"].partition("!")[2].replace("$", "")
    (value,) = [value for at, value in workbook.sheets["Model"].values.items() if a1(*at) == cell]
    return cell, value.split(", ")


def changed(full_file, tmp_path, change):
    workbook = read_workbook(full_file)
    cell, names = listed(full_file)
    part = f"xl/worksheets/sheet{list(workbook.sheets).index('Model') + 1}.xml"
    return edit(full_file, tmp_path / "x.xlsx", {cell: change(names)}, part=part)


@pytest.mark.parametrize(
    "sheet", ["Draw", *(pytest.param(sheet, marks=pytest.mark.slow) for sheet in ("Digits", "Checks"))]
)
def test_a_sheet_that_is_struck_from_the_list_is_checked_all_the_same(sheet, full_file, tmp_path):
    path = changed(
        full_file, tmp_path, lambda names: text(", ".join(name for name in names if name != sheet))
    )
    report = sheetcnn.verify(path)
    (finding,) = report.findings
    assert finding.message == f"the list of sheets leaves out {sheet}, which is there"
    assert report.checked == report.formulas


HARMLESS = {
    "twice": lambda names: text(", ".join([*names, names[0]])),
    "reversed": lambda names: text(", ".join(names[::-1])),
    "spaces": lambda names: text(" ,  ".join(names)),
    "capitals": lambda names: text(",".join(names).upper()),
}
WRONG = {
    "unknown": lambda names: text(", ".join([*names, "Foo"])),
    "none": lambda names: text("none"),
    "number": lambda names: number(3),
    "gone": lambda names: None,
    "error": lambda names: error_value("#N/A"),
}


@pytest.mark.slow
@pytest.mark.parametrize("how", [*HARMLESS, *WRONG])
def test_a_list_that_was_written_over(how, full_file, tmp_path):
    report = sheetcnn.verify(changed(full_file, tmp_path, {**HARMLESS, **WRONG}[how]))
    assert {finding.kind for finding in report.findings} == ({"pages"} if how in WRONG else set())
    assert report.checked == report.formulas


@pytest.mark.slow
def test_a_list_that_is_gone_is_an_error_on_the_command_line(full_file, tmp_path, capsys):
    assert main(["verify", str(changed(full_file, tmp_path, WRONG["gone"]))]) == 1
    assert "error: Model!" in capsys.readouterr().out
