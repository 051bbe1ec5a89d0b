from __future__ import annotations

import ast
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PREFIX = {package: f"isogloss.{package}." for package in ("data", "kg", "lexicon", "meta")}
PACKAGES = tuple(PREFIX)
MODULES = sorted(
    module.name
    for package in PACKAGES
    for module in pkgutil.walk_packages([str(ROOT / package)], prefix=PREFIX[package])
    if not module.name.endswith("__main__")
)


def test_imports_go_one_way() -> None:
    result = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("package", PACKAGES)
def test_a_folder_at_the_top_is_a_package_of_isogloss(package: str) -> None:
    link = ROOT / "isogloss" / package
    assert link.readlink() == Path("..") / package
    module = importlib.import_module(f"isogloss.{package}")
    assert module.__doc__
    assert module.__file__
    assert Path(module.__file__).samefile(ROOT / package / "__init__.py")


def test_no_module_is_named_for_a_lack_of_an_idea() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "base", "misc", "tools"}
    assert len(MODULES) > 50
    assert not [name for name in MODULES if name.split(".")[-1] in empty]


def test_files_can_be_read_in_one_go() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for package in (*PACKAGES, "isogloss")
        for path in (ROOT / package).rglob("*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > 450
    }
    assert not long


def test_every_folder_of_tests_has_its_room() -> None:
    folders = {path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("*.py")}
    rooms = {folder for folder in folders if folder.parts and folder.parts[0] != "hostile"}
    assert len(rooms) > 20
    assert not [folder.as_posix() for folder in rooms if not any((ROOT / folder).glob("*.py"))]


@pytest.mark.parametrize("package", ["data", "kg", "lexicon", "meta"])
def test_the_library_does_not_print_or_read_the_environment(package: str) -> None:
    lines = {
        f"{path.relative_to(ROOT).as_posix()}: {line.strip()}"
        for path in (ROOT / package).rglob("*.py")
        if path.name not in {"make_sample.py", "__main__.py"}  # programs
        for line in path.read_text("utf-8").splitlines()
        if line.lstrip().startswith("print(") or "os.environ" in line or "os.getenv" in line
    }
    assert not lines


def test_the_package_data_is_not_ignored_by_git() -> None:
    ignored = {line.strip().strip("/") for line in (ROOT / ".gitignore").read_text("utf-8").splitlines()}
    assert not ignored & set(PACKAGES)  # hatchling would leave the package out of the wheel without a word


def test_no_test_replaces_a_part_of_what_it_tests() -> None:
    """No mocks: a test may set what a process is given (arguments, environment, modules), no name of a module."""
    replaced = [
        f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"
        for path in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"monkeypatch.setattr", "monkeypatch.delattr"}
        and ast.unparse(node.args[0]) != "sys"
    ]
    mocked = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("*.py")
        if any(
            "mock" in ast.unparse(node)
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
        )
    ]
    assert not replaced
    assert not mocked
