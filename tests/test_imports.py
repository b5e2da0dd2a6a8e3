"""Who imports whom: the order of the house, read from the source."""

import ast
import sys
from pathlib import Path

import pytest

import sheetcnn

HOME = Path(sheetcnn.__file__).parent
MODULES = sorted(HOME.rglob("*.py"))
# Each may import what stands left of it, and itself.
ORDER = ["errors", "inputs", "files", "excel", "network", "digits", "workbook", "verifier", "cli"]
MAY = {
    "errors": set(),
    "excel": {"errors", "excel"},
    "network": {"errors", "inputs", "files", "excel", "network"},
    "inputs": {"errors"},
    "files": {"errors"},
    "digits": {"errors", "inputs", "digits"},
    "workbook": {"errors", "files", "excel", "network", "digits", "workbook"},
    "verifier": {"errors", "files", "excel", "network", "workbook", "verifier"},
    "digit_choice": {"errors", "network", "digits"},
    "generator": {"errors", "files", "excel", "network", "digits", "digit_choice", "workbook"},
    "value_text": {"workbook"},
    "explainer": {"errors", "excel", "network", "workbook", "verifier", "value_text"},
    "digit_swap": {"errors", "files", "excel", "network", "digits", "digit_choice", "workbook", "verifier"},
}
OUTSIDE = {  # who may import what is installed beside the standard library
    "xlsxwriter": {"excel/writer.py", "excel/block_sheet.py"},
    "rich": {"cli/console.py"},
    "shtab": {"cli/completion.py"},
    "PIL": {"digits/image.py"},
    "pandas": {"verifier/report.py", "verifier/formats/csv.py"},
    "ironcalc": {"verifier/engines/ironcalc.py"},
    "tomli": {"network/toml_table.py"},
}
STAGES = [path for path in MODULES if path.parent.name == "stages" and path.stem not in ("__init__", "base")]


def name_of(path):
    return path.relative_to(HOME).as_posix()


def wing(path):
    """Return the package or top module that a file belongs to."""
    return path.relative_to(HOME).parts[0].removesuffix(".py")


def imported(path):
    """Return the full name of everything that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def ours(path):
    """Return the wings of our own that a file imports."""
    return {
        name.split(".")[1]
        for name in imported(path)
        if name.startswith("sheetcnn.") and not name.endswith(".__version__")
    }


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_each_wing_imports_only_what_stands_before_it(path):
    if wing(path) in MAY:
        assert ours(path) <= MAY[wing(path)]
    else:
        assert wing(path) in ("cli", "__main__", "__init__")


def test_the_order_is_one():
    """Each wing of the order may import only wings left of it."""
    for place, name in enumerate(ORDER[:-1]):
        assert MAY[name] <= set(ORDER[: place + 1])


@pytest.mark.parametrize("path", [p for p in MODULES if wing(p) == "network"], ids=name_of)
def test_of_excel_networks_know_only_cells_and_limits(path):
    known = {name for name in imported(path) if name.startswith("sheetcnn.excel")}
    cells = ("sheetcnn.excel.addresses.", "sheetcnn.excel.region.", "sheetcnn.excel.limits.")
    assert all(name.startswith(cells) for name in known)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_each_library_is_known_where_it_belongs(path):
    for name in imported(path):
        library = name.split(".")[0]
        if library in OUTSIDE:
            assert name_of(path) in OUTSIDE[library], name
        else:
            assert library in (*sys.stdlib_module_names, "numpy", "sheetcnn", "tomllib"), name


def test_a_package_is_opened_in_few_places_only():
    """Hostile files go through one door; edit.py copies a file that has come through it."""
    opening = {name_of(path) for path in MODULES if any(n.split(".")[0] == "zipfile" for n in imported(path))}
    assert opening <= {"excel/package.py", "excel/patcher.py", "network/array_file.py"}


def test_heavy_libraries_are_imported_late():
    """At the top of a module stand only NumPy and, in write.py, XlsxWriter."""
    for path in MODULES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names = (
                    [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
                )
                heavy = {name.split(".")[0] for name in names} & {"pandas", "rich", "ironcalc"}
                assert not heavy, name_of(path)


@pytest.mark.parametrize("path", STAGES, ids=name_of)
def test_neither_face_of_a_stage_calls_the_other(path):
    """What NumPy computes and how Excel spells it share shapes and nothing else."""
    numpy, excel = "numpy", "excel"
    faces = {
        **{"compute": numpy, "part": numpy, "steps": numpy, "gradients": numpy},
        **{"function": numpy, "derivative": numpy, "formula": excel, "excel": excel},
    }
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name in faces:
            called = {
                call.func.attr
                for call in ast.walk(node)
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
            }
            for name in called & faces.keys():
                assert faces[name] == faces[node.name], f"{node.name} calls {name}"


@pytest.mark.parametrize("path", STAGES, ids=name_of)
def test_the_excel_face_knows_no_numpy(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name in ("formula", "excel"):
            assert "np" not in {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def test_only_the_command_line_prints():
    for path in MODULES:
        calls = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)]
        if any(isinstance(call.func, ast.Name) and call.func.id == "print" for call in calls):
            assert wing(path) == "cli"


def test_nothing_is_evaluated_or_unpickled():
    forbidden = {"eval", "exec", "compile", "__import__"}
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert not names & forbidden, name_of(path)
        assert not {name.split(".")[0] for name in imported(path)} & {"pickle", "marshal", "shelve"}
