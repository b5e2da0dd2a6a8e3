"""A source of digits is one file and one line: blank paper, as a source that is made here."""

import argparse
from pathlib import Path

import numpy as np
import pytest

from sheetcnn.cli import digit_options
from sheetcnn.cli.digit_sources import SOURCES
from sheetcnn.cli.digit_sources.source import DigitSource, Once
from sheetcnn.cli.main import main
from sheetcnn.digits.digit import Digit


class Blank(DigitSource):
    name = "blank"
    goes_with = ("grey",)

    def add(self, group: argparse._ArgumentGroup, *, several: bool) -> None:
        group.add_argument("--blank", action=Once, metavar="NAME", help="paper")
        group.add_argument("--grey", type=float, help="how dark it is")

    def stem(self, options):
        return options.blank

    def read(self, options):
        return Digit(np.full((28, 28), options.grey or 0.0), source="paper")

    def files(self, options):
        return [Path("paper.xlsx")]


@pytest.fixture(autouse=True)
def _one_line(monkeypatch, tmp_path):
    monkeypatch.setattr(digit_options, "SOURCES", (*SOURCES, Blank()))
    monkeypatch.chdir(tmp_path)


def test_it_is_read_and_names_the_file(capsys):
    assert main(["generate", "--blank", "mine", "--grey", "0.5", "--plain", "--only", "network"]) == 0
    assert "outputs/mine.xlsx" in capsys.readouterr().out.replace("\\", "/")
    assert main(["set-digit", "outputs/mine.xlsx", "--blank", "mine"]) == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            "--blank x --digit 3",
            "--digit and --blank are two sources: give one of --digit, --image, --csv, --mnist and --blank",
        ),
        ("--grey 0.5", "--grey goes with --blank, not with --digit: leave it out"),
        ("--blank x --scale 3", "--scale goes with --csv, not with --blank: leave it out"),
        ("--blank x --blank y", "--blank is given twice"),
    ],
)
def test_it_is_told_from_the_others(capsys, options, said):
    assert main(["generate", *options.split()]) == 2
    assert said in capsys.readouterr().err


def test_what_it_reads_is_kept(capsys):
    Path("paper.xlsx").write_text("mine")
    assert main(["generate", "--blank", "x", "-o", "paper.xlsx", "--force"]) == 2
    assert "is read" in capsys.readouterr().err
    assert Path("paper.xlsx").read_text() == "mine"
