import csv
import json
from dataclasses import replace
from io import StringIO

import pytest

import sheetcnn
from sheetcnn.cli.main import main
from sheetcnn.errors import SpecError
from sheetcnn.verifier.batch import workbooks
from sheetcnn.verifier.formats.csv import Csv
from sheetcnn.verifier.report import Finding


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many")
    for digit in (1, 7):
        sheetcnn.generate(digit, template="tiny", output=folder / f"digit-{digit}.xlsx")
    (folder / "~$digit-1.xlsx").write_bytes(b"Excel's lock")
    (folder / "notes.txt").write_text("no workbook")
    return folder


@pytest.fixture
def broken(folder, tmp_path):
    path = tmp_path / "broken.xlsx"
    path.write_bytes((folder / "digit-7.xlsx").read_bytes()[:500])
    return path


FINDING = Finding("Network!A1", "conv1", "conv1_1", "error", "formula", "=A1", "+2", "said, \x1b[31m")


def test_a_folder_stands_for_the_workbooks_in_it(folder):
    names = [path.name for path in workbooks([folder, folder / "notes.txt"])]
    assert names == ["digit-1.xlsx", "digit-7.xlsx", "notes.txt"]


def test_a_folder_without_workbooks_is_told(tmp_path):
    with pytest.raises(SpecError, match=r"holds no \.xlsx workbook"):
        workbooks([tmp_path])


def test_many_workbooks_get_a_line_each_and_the_worst_exit_code(folder, broken, capsys):
    assert main(["verify", str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert "All 101 formulas are right" in lines[0]
    assert main(["verify", str(broken), str(folder)]) == 2
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 2
    assert err.startswith("sheetcnn: ")
    assert len(err.splitlines()) == 1


def test_many_workbooks_are_one_json_list(folder, capsys):
    assert main(["verify", str(folder), "--json"]) == 0
    assert [content["formulas"] for content in json.loads(capsys.readouterr().out)] == [101, 101]


def test_a_frame_has_a_row_a_finding(folder):
    report = sheetcnn.verify(folder / "digit-7.xlsx")
    columns = ["workbook", "cell", "stage", "region", "severity", "kind", "expected", "found", "message"]
    assert list(report.to_frame().columns) == columns
    frame = replace(report, findings=[FINDING, FINDING]).to_frame()
    assert frame["cell"].tolist() == ["Network!A1", "Network!A1"]


def test_a_csv_holds_nothing_that_a_spreadsheet_takes_for_a_formula(folder):
    report = replace(sheetcnn.verify(folder / "digit-7.xlsx"), findings=[FINDING])
    _, row = csv.reader(StringIO(Csv().write([report], several=False)))
    assert row[6:] == ["'=A1", "'+2", "said, \x1b[31m"]


def test_csv_is_written_beside_what_is_printed(folder, tmp_path, capsys):
    assert main(["verify", str(folder), "--csv", str(tmp_path / "findings.csv")]) == 0
    assert (tmp_path / "findings.csv").read_text().startswith("workbook,cell,stage")
    assert main(["verify", str(folder), "--csv", str(tmp_path)]) == 2


def test_an_unknown_engine_is_told(folder, capsys):
    assert main(["verify", str(folder / "digit-7.xlsx"), "--engine", "excel"]) == 2
    assert "choose one of libreoffice, ironcalc" in capsys.readouterr().err
