"""Every workbook of this folder is verified, and ends as the TOML of the same name says: see README.md."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import pytest

from sheetcnn.cli.main import main

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).parent
ENDINGS = (".xlsx", ".xlsm")
REFUSED = 2


class ExpectationError(Exception):
    """A TOML that says nothing clear, or a file that stands alone: a sentence."""


@dataclass(frozen=True)
class ExpectedFinding:
    """A finding that must be there; `message` is a part of its sentence."""

    kind: str
    cell: str
    severity: str
    message: str = ""

    def fits(self, finding: dict[str, str]) -> bool:
        """Whether a finding of `verify --json` is this one."""
        same = all(finding[name] == getattr(self, name) for name in ("kind", "cell", "severity"))
        return same and self.message in finding["message"]


@dataclass(frozen=True)
class Expectation:
    """What a TOML says of its workbook."""

    exit: int = 0
    arguments: list[str] = field(default_factory=list)
    findings: list[ExpectedFinding] = field(default_factory=list)
    others: int = 0
    refusal: str = ""


TYPES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "exit": (lambda value: type(value) is int and 0 <= value <= REFUSED, "0, 1 or 2"),
    "arguments": (
        lambda value: isinstance(value, list) and all(isinstance(each, str) for each in value),
        "a list of texts",
    ),
    "findings": (
        lambda value: isinstance(value, list) and all(isinstance(each, dict) for each in value),
        "tables, [[findings]]",
    ),
    "others": (lambda value: type(value) is int and value >= 0, "a number"),
}
TEXT: tuple[Callable[[Any], bool], str] = (lambda value: isinstance(value, str), "a text")


def checked(table: dict[str, Any], kind: type, where: str) -> dict[str, Any]:
    """Return a table whose keys are fields of a class, and whose values are of their types."""
    known = [each.name for each in fields(kind)]
    for key, value in table.items():
        if key not in known:
            raise ExpectationError(f"{where}: unknown key {key}: known are {', '.join(known)}")
        fits, words = TYPES.get(key, TEXT)
        if not fits(value):
            raise ExpectationError(f"{where}: {key} is {value!r} where {words} belongs")
    return table


def expectation(path: Path) -> Expectation:
    """Read a TOML of this folder."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ExpectationError(f"{path.name} is not valid TOML: {error}") from error
    table = checked(table, Expectation, path.name)
    found = []
    for number, entry in enumerate(table.pop("findings", []), 1):
        where = f"{path.name}, finding {number}"
        for key in ("kind", "cell", "severity"):
            if key not in entry:
                raise ExpectationError(f"{where}: {key} is missing")
        found.append(ExpectedFinding(**checked(entry, ExpectedFinding, where)))
    expected = Expectation(**table, findings=found)
    if (expected.exit == REFUSED) != bool(expected.refusal):
        raise ExpectationError(f"{path.name}: exit = 2 and refusal belong together")
    if expected.exit == REFUSED and (found or expected.others):
        raise ExpectationError(f"{path.name}: a workbook that is refused has no findings")
    return expected


def pair(folder: Path, name: str) -> tuple[Path, Path]:
    """Return the workbook and the TOML of a name."""
    workbooks = [folder / f"{name}{ending}" for ending in ENDINGS if (folder / f"{name}{ending}").exists()]
    toml = folder / f"{name}.toml"
    if not workbooks:
        raise ExpectationError(f"{toml.name} has no workbook beside it: {name}.xlsx is missing")
    if len(workbooks) > 1:
        raise ExpectationError(f"{name}.xlsx and {name}.xlsm share one TOML: give one of them another name")
    if not toml.exists():
        raise ExpectationError(f"{workbooks[0].name} has no TOML beside it: {toml.name} is missing")
    return workbooks[0], toml


def differences(folder: Path, name: str, verify: Callable[[list[str]], tuple[int, str, str]]) -> list[str]:
    """Verify a workbook and return a sentence for everything that is not as expected."""
    try:
        workbook, toml = pair(folder, name)
        expected = expectation(toml)
    except ExpectationError as error:
        return [str(error)]
    code, out, err = verify([workbook.name, "--json", *expected.arguments])
    if code == REFUSED:
        wanted = f"refused with {expected.refusal!r}" if expected.refusal else f"exit code {expected.exit}"
        fits = expected.refusal and expected.refusal in err
        return [] if fits else [f"expected {wanted}, found refused: {err.strip()}"]
    findings = json.loads(out)["findings"]
    wrong = [f"expected exit code {expected.exit}, found {code}"] if code != expected.exit else []
    for each in expected.findings:
        match = next((finding for finding in findings if each.fits(finding)), None)
        if match is None:
            wrong.append(f"expected {each}, found {told(near(each, findings))}")
        else:
            findings.remove(match)
    if len(findings) != expected.others:
        wrong.append(f"expected {expected.others} other findings, found {len(findings)}: {told(findings)}")
    return wrong


def near(expected: ExpectedFinding, findings: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return the findings at the same cell, or else of the same kind."""
    there = [finding for finding in findings if finding["cell"] == expected.cell]
    return there or [finding for finding in findings if finding["kind"] == expected.kind]


def told(findings: list[dict[str, str]], most: int = 5) -> str:
    """Return some findings as lines."""
    lines = [
        f"\n    {finding['severity']} {finding['kind']} {finding['cell'] or 'workbook'}: {finding['message']}"
        for finding in findings[:most]
    ]
    more = f"\n    ... and {len(findings) - most} more" if len(findings) > most else ""
    return "".join(lines) + more or "nothing"


def names(folder: Path) -> list[str]:
    """Return the names of all tests of a folder."""
    return sorted({path.stem for path in folder.iterdir() if path.suffix in (*ENDINGS, ".toml")})


@pytest.fixture
def verify(capsys, monkeypatch):
    """`sheetcnn verify`, run in this folder: its exit code, and what it prints."""

    def run(arguments: list[str]) -> tuple[int, str, str]:
        monkeypatch.chdir(HERE)
        code = main(["verify", *arguments])
        return code, *capsys.readouterr()

    return run


@pytest.mark.parametrize("name", names(HERE))
def test_a_workbook_ends_as_its_toml_says(name, verify):
    wrong = differences(HERE, name, verify)
    assert not wrong, "\n".join([f"{name}:", *wrong])


def test_the_folder_is_small_and_every_template_is_used():
    workbooks = [path for path in HERE.iterdir() if path.suffix in ENDINGS]
    sizes = [path.stat().st_size for path in workbooks]
    assert len(workbooks) >= 10
    assert max(sizes) < 300_000
    assert sum(sizes) < 2_000_000
    texts = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("*.toml"))
    assert {
        path.name for path in (HERE / "templates").iterdir() if f"templates/{path.name}" not in texts
    } == set()


# This test, tested: what it says of a folder that is not in order


OVERRUN = {"kind": "overrun", "cell": "S!P1", "severity": "error", "message": "column 5 of conv1_1"}
ONE_FINDING = '[[findings]]\nkind = "overrun"\ncell = "S!P1"\nseverity = "error"\n'


def sentence(tmp_path, toml, code=1, found=(OVERRUN,), err=""):
    """What is said of a workbook with these findings, if this is its TOML."""
    (tmp_path / "x.xlsx").touch()
    (tmp_path / "x.toml").write_text(toml, encoding="utf-8")
    answer = code, json.dumps({"findings": list(found)}), err
    return differences(tmp_path, "x", lambda _: answer)


@pytest.mark.parametrize(
    "toml",
    [
        f"exit = 1\n{ONE_FINDING}",
        f'exit = 1\n{ONE_FINDING}message = "conv1_1"',
        "exit = 1\nothers = 1",
    ],
)
def test_what_fits_passes(toml, tmp_path):
    assert sentence(tmp_path, toml) == []


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        (ONE_FINDING, ["expected exit code 0, found 1"]),
        ("exit = 1", ["expected 0 other findings, found 1", "error overrun S!P1: column 5"]),
        (f"exit = 1\nothers = 1\n{ONE_FINDING}", ["expected 1 other findings, found 0"]),
        (
            f"exit = 1\n{ONE_FINDING}{ONE_FINDING}",
            ["expected ExpectedFinding(kind='overrun'", "found nothing"],
        ),
        (f"exit = 1\n{ONE_FINDING.replace('P1', 'P2')}", ["cell='S!P2'", "error overrun S!P1"]),
        (f"exit = 1\n{ONE_FINDING.replace('error', 'warning')}", ["severity='warning'", "error overrun"]),
        (f"exit = 1\n{ONE_FINDING.replace('overrun', 'formula')}", ["kind='formula'", "error overrun"]),
        (f'exit = 1\n{ONE_FINDING}message = "row 5"', ["message='row 5'", "column 5 of conv1_1"]),
        ('exit = 2\nrefusal = "no workbook"', ["expected exit code 2, found 1"]),
        ("exits = 1", ["x.toml: unknown key exits: known are exit, arguments"]),
        (f"{ONE_FINDING}row = 1", ["x.toml, finding 1: unknown key row"]),
        ('[[findings]]\nkind = "overrun"\nseverity = "error"', ["x.toml, finding 1: cell is missing"]),
        ("exit = 3", ["x.toml: exit is 3 where 0, 1 or 2 belongs"]),
        ("exit = true", ["exit is True"]),
        ('arguments = "--sheet"', ["arguments is '--sheet' where a list of texts belongs"]),
        ("findings = 1", ["findings is 1 where tables"]),
        ("others = -1", ["others is -1 where a number belongs"]),
        (f"{ONE_FINDING}message = 5", ["finding 1: message is 5 where a text belongs"]),
        ("exit = 2", ["exit = 2 and refusal belong together"]),
        ('refusal = "damaged"', ["exit = 2 and refusal belong together"]),
        (f'exit = 2\nrefusal = "no"\n{ONE_FINDING}', ["a workbook that is refused has no findings"]),
        ("exit 1", ["x.toml is not valid TOML"]),
    ],
)
def test_what_does_not_fit_is_told(toml, words, tmp_path):
    wrong = "\n".join(sentence(tmp_path, toml))
    assert [word for word in words if word not in wrong] == [], wrong


def test_a_refusal_is_compared_too(tmp_path):
    toml = 'exit = 2\nrefusal = "no workbook"'
    assert sentence(tmp_path, toml, REFUSED, err="sheetcnn: x.xlsx is no workbook.") == []
    (other,) = sentence(tmp_path, toml, REFUSED, err="sheetcnn: x.xlsx is damaged.")
    assert other == "expected refused with 'no workbook', found refused: sheetcnn: x.xlsx is damaged."
    (unmeant,) = sentence(tmp_path, "exit = 1", REFUSED, err="sheetcnn: x.xlsx is damaged.")
    assert unmeant == "expected exit code 1, found refused: sheetcnn: x.xlsx is damaged."


def test_a_file_that_stands_alone_is_told(tmp_path):
    for name in ("one.xlsx", "two.toml", "three.xlsx", "three.xlsm", "three.toml"):
        (tmp_path / name).touch()
    assert names(tmp_path) == ["one", "three", "two"]
    assert [differences(tmp_path, name, pytest.fail) for name in names(tmp_path)] == [
        ["one.xlsx has no TOML beside it: one.toml is missing"],
        ["three.xlsx and three.xlsm share one TOML: give one of them another name"],
        ["two.toml has no workbook beside it: two.xlsx is missing"],
    ]
