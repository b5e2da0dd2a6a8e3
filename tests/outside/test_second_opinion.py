"""Other programs recalculate a workbook on its own numbers and on random ones; a fault does not escape them."""

import re
from zipfile import ZipFile

import pytest

import sheetcnn


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return sheetcnn.generate(template="tiny", output=tmp_path_factory.mktemp("tiny") / "tiny.xlsx").output


@pytest.fixture(scope="module")
def wrong(tiny, tmp_path_factory):
    """The first ReLU cell of the first map lets negative numbers through; on this digit none comes."""
    path = tmp_path_factory.mktemp("wrong") / "wrong.xlsx"
    with ZipFile(tiny) as old, ZipFile(path, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename.endswith("sheet1.xml"):
                content, count = re.subn(rb"<f>MAX\(0,([A-Z]+5)\)</f>", rb"<f>\1</f>", content, count=1)
                assert count == 1
            new.writestr(info, content)
    return path


@pytest.mark.parametrize("engine", ["ironcalc", "libreoffice"])
def test_another_program_agrees_on_every_formula(tiny, engine, libreoffice):
    report = sheetcnn.verify(tiny, engines=[engine])
    (opinion,) = report.opinions
    assert report.ok
    assert (opinion.engine, opinion.inputs, opinion.formulas, opinion.differences) == (engine, 3, 101, 0)
    assert opinion.max_abs_error < 1e-12
    assert report.to_dict()["engines"][0]["engine"] == engine


@pytest.mark.parametrize("engine", ["ironcalc", "libreoffice"])
def test_another_program_sees_a_fault_that_the_digit_hides(wrong, engine, libreoffice):
    report = sheetcnn.verify(wrong, engines=[engine])
    assert {finding.stage for finding in report.findings} == {"relu1"}
    assert len(report.findings) == 1  # named once, although both found it
    assert report.opinions[0].differences <= 1
