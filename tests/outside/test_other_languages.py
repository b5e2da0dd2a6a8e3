"""A workbook that LibreOffice saved in another language passes verify, and labels of all sorts are right in it."""

import numpy as np
import pytest

import sheetcnn
from sheetcnn.digits.digit import Digit
from sheetcnn.excel import libreoffice
from sheetcnn.excel.reader import read_workbook
from sheetcnn.network.network import Network
from sheetcnn.network.stages.dense import Dense
from sheetcnn.network.stages.softmax import Softmax
from sheetcnn.network.template import Template
from sheetcnn.workbook.renderer import render_workbook

pytestmark = [pytest.mark.usefixtures("libreoffice"), pytest.mark.slow]

LABELS = [
    *("00", "1e3", "1.0", "½", "1/2", "1,5", "TRUE", "#N/A", "=1+1", "@x", "'x", '"quoted"', " x ", "a&b<c>"),
    *("2026-11-25", "12345678901234567890", "日本語", "👍", "é", "*", "a" * 200, "7", "seven"),
]


def in_language(monkeypatch, language):
    settings = [
        (path, name, language if name == "ooSetupSystemLocale" else value)
        for path, name, value in libreoffice._SETTINGS
    ]
    monkeypatch.setattr(libreoffice, "_SETTINGS", settings)


def texts(path):
    return {
        value
        for sheet in read_workbook(path).sheets.values()
        for cell, value in sheet.values.items()
        if cell in sheet.formulas and isinstance(value, str)
    }


@pytest.mark.parametrize("language", ["de-DE", "fr-FR", "de-CH", "hi-IN"])
def test_a_workbook_saved_in_another_language_is_right(tiny_file, full_file, tmp_path, monkeypatch, language):
    in_language(monkeypatch, language)
    mark = "," if language in ("de-DE", "fr-FR") else "."
    for file, said in ((tiny_file, "95{}3 % sure"), (full_file, "dog has the highest probability: 39{}3 %.")):
        saved = libreoffice.convert(file, "xlsx", tmp_path)
        assert said.format(mark) in texts(saved)
        assert sheetcnn.verify(saved).findings == []


@pytest.mark.parametrize("right", [True, False])
def test_labels_of_all_sorts_are_right_in_libreoffice(tmp_path, right):
    count = len(LABELS)
    network = Network((1, 1, count), (Dense(count), Softmax()), tuple(LABELS))
    weights = {"dense1": np.eye(count).reshape(count, 1, 1, count)}
    template = Template("hot", "Hot", network, weights, tmp_path / "hot.toml")
    for place, label in enumerate(LABELS[::8] if right else LABELS[1::8]):
        pixels = np.zeros((1, count))
        pixels[0, LABELS.index(label)] = 1
        shows = label if right else LABELS[LABELS.index(label) - 1]
        path = tmp_path / f"{place}.xlsx"
        path.write_bytes(render_workbook(template, Digit(pixels, shows, "a test")).content)
        report = sheetcnn.verify(path, engines=["libreoffice"])
        assert (report.findings, report.prediction.right) == ([], right)
        saved = libreoffice.convert(path, "xlsx", tmp_path)
        assert {f"I read a {label}.", f"{'Right' if right else 'Wrong'}: it is a {shows}."} <= texts(saved)
