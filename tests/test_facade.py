"""What `import sheetcnn` offers, and what it does not load."""

import ast
import inspect
import json
import re
import subprocess
import sys
from importlib import import_module

import pytest

import sheetcnn

HEAVY = ("numpy", "openpyxl", "PIL", "pandas", "xlsxwriter", "rich", "ironcalc", "tomllib")
PUBLIC = [
    *("Digit", "Exchanged", "Finding", "Generated", "Prediction", "Report", "SheetcnnError"),
    *("SpecError", "StageReport", "TrainingResult", "WorkbookError"),
    *("explain", "generate", "render", "set_digit", "train", "verify"),
]
FUNCTIONS = [name for name in PUBLIC if name[0].islower()]


def test_the_public_names_are_these():
    assert sheetcnn.__all__ == PUBLIC


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_there_and_documented(name):
    public = getattr(sheetcnn, name)
    assert inspect.getdoc(public)
    assert public.__name__ == name


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_have_types_and_say_what_they_raise(name):
    function = getattr(sheetcnn, name)
    signature = inspect.signature(function)
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(p.annotation is not inspect.Parameter.empty for p in signature.parameters.values())
    documented = inspect.getdoc(function)
    assert "Raises:" in documented
    for parameter in signature.parameters:
        assert f"{parameter}:" in documented


@pytest.mark.parametrize(
    "name", ["Finding", "Generated", "Prediction", "Report", "StageReport", "TrainingResult"]
)
def test_results_document_each_field(name):
    result = getattr(sheetcnn, name)
    for field in result.__dataclass_fields__:
        assert f"{field}:" in inspect.getdoc(result), field


def test_trouble_has_one_base():
    assert issubclass(sheetcnn.SpecError, sheetcnn.SheetcnnError)
    assert issubclass(sheetcnn.WorkbookError, sheetcnn.SheetcnnError)


def test_functions_stay_functions_whatever_else_is_imported():
    for module in (
        "sheetcnn.generator",
        "sheetcnn.verifier.verify",
        "sheetcnn.verifier.report",
        "sheetcnn.cli.main",
        "sheetcnn.explainer",
        "sheetcnn.digit_swap",
        "sheetcnn.workbook.screenshots",
        "sheetcnn.network.training.trainer",
    ):
        import_module(module)
    for name in FUNCTIONS:
        assert inspect.isfunction(getattr(sheetcnn, name)), name


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'sheetcnn' has no attribute 'nonsense'"):
        _ = sheetcnn.nonsense


def test_star_import_gives_the_public_names():
    found = loaded("from sheetcnn import *; names = [n for n in dir() if n in sheetcnn_all]")
    assert found["names"] == PUBLIC


@pytest.mark.parametrize(
    "code",
    [
        "import sheetcnn",
        "import sheetcnn.cli.main",
        "from sheetcnn.cli.main import main; main(['generate', '--digit', 'x'])",
        "from sheetcnn.cli.main import main; main(['--help'])",
        "from sheetcnn.cli.main import main; main(['verify', '--help'])",
        "from sheetcnn.cli.main import main; main(['--version'])",
    ],
)
def test_help_waits_for_no_heavy_import(code):
    assert loaded(code)["heavy"] == []


def test_generate_waits_for_no_more_than_it_needs(tmp_path):
    code = f"import sheetcnn; sheetcnn.generate(template='tiny', output={str(tmp_path / 'x.xlsx')!r})"
    assert loaded(code)["heavy"] == [*(name for name in HEAVY if name in ("numpy", "xlsxwriter", "tomllib"))]


def test_verify_waits_for_no_writer(tmp_path):
    file = str(sheetcnn.generate(template="tiny", output=tmp_path / "x.xlsx").output)
    heavy = loaded(f"import sheetcnn; sheetcnn.verify({file!r})")["heavy"]
    assert not {"xlsxwriter", "pandas", "rich", "ironcalc"}.intersection(heavy)


def loaded(code):
    """Run code in a fresh interpreter; return which heavy modules it has loaded then."""
    program = (
        f"import json, sys\nsheetcnn_all = {PUBLIC!r}\nnames = []\n{code}\n"
        f"heavy = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "print('\\n' + json.dumps({'heavy': heavy, 'names': names}))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)  # noqa: S603 - our own code
    return json.loads(done.stdout.splitlines()[-1])


def test_dir_shows_what_there_is_to_use():
    assert sorted([*PUBLIC, "__version__"]) == dir(sheetcnn)
    fresh = loaded("import sheetcnn; names = dir(sheetcnn)")
    assert fresh == {"heavy": [], "names": dir(sheetcnn)}


TEN_LINES = """\
import numpy as np

import sheetcnn

digit = sheetcnn.Digit(np.zeros((28, 28)), label=None, source="nothing")
made: sheetcnn.Generated = sheetcnn.generate(3, template="tiny", output="x.xlsx", force=True)
swapped: sheetcnn.Exchanged = sheetcnn.set_digit(made.output, digit, output="y.xlsx")
report: sheetcnn.Report = sheetcnn.verify(swapped.output, engines=["ironcalc"])
errors = [f"{finding.cell}: {finding.message}" for finding in report.findings if not report.ok]
account: str = sheetcnn.explain(made.output, "answer")
pictures = [picture.name for picture in sheetcnn.render(made.output, "pictures")]
images, labels = np.zeros((20_000, 28, 28), np.uint8), np.zeros(20_000, np.uint8)
trained: sheetcnn.TrainingResult = sheetcnn.train("mnist", images, labels, images[:100], labels[:100])
"""


def test_a_users_ten_lines_call_every_function():
    called = {ast.unparse(node.func) for node in ast.walk(ast.parse(TEN_LINES)) if isinstance(node, ast.Call)}
    assert {f"sheetcnn.{name}" for name in (*FUNCTIONS, "Digit")} <= called


def test_a_users_ten_lines_are_checked_by_their_types(tmp_path):
    """As mypy sees them with `py.typed`: nothing to say of the right lines, and two faults of the wrong ones."""
    wrong = TEN_LINES.replace('engines=["ironcalc"]', "engines=7")
    wrong = wrong.replace('train("mnist", images', 'train("mnist", "images"')
    (tmp_path / "right.py").write_text(TEN_LINES, encoding="utf-8")
    (tmp_path / "wrong.py").write_text(wrong, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "right.py", "wrong.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603 - our own code
    errors = re.findall(r"^(\S+): error: .*\[([\w-]+)\]$", done.stdout, re.MULTILINE)
    assert errors == [("wrong.py:8", "arg-type"), ("wrong.py:13", "arg-type")], done.stdout + done.stderr
