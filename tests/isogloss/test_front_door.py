from __future__ import annotations

import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import isogloss

HEAVY = ("torch", "faiss", "fasttext", "sqlalchemy", "networkx")


def test_every_public_name_is_there() -> None:
    assert {"build_lexicon", "open_graph", "meta_train"} <= set(isogloss.__all__)
    assert all(getattr(isogloss, name) is not None for name in isogloss.__all__)


def test_a_graph_opens_without_torch() -> None:
    script = "import sys, isogloss; isogloss.open_graph; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)


def test_no_public_name_is_that_of_a_module() -> None:
    """Importing the module would put it in the place of the public name."""
    modules = {module.name for module in pkgutil.iter_modules(isogloss.__path__)}
    assert not modules & set(isogloss.__all__)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = isogloss.nothing


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "sys.argv = ['isogloss', '--help']\n"
        "from isogloss.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        f"loaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "assert not loaded, loaded\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True, capture_output=True)


def test_modules_of_the_same_names_in_the_working_folder_are_not_in_the_way(tmp_path: Path) -> None:
    """``tests/wheel_smoke.py`` does the same with an installed wheel and builds a lexicon there."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "__init__.py").write_text("raise RuntimeError('not ours')\n", "utf-8")
    for name in ("kg", "lexicon", "meta"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('not ours')\n", "utf-8")
    script = "import isogloss; print(len(isogloss.sample_vectors('en')), isogloss.open_graph.__module__)"
    ran = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    ran = subprocess.run(
        [sys.executable, "-m", "isogloss", "--version"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.stdout.startswith("isogloss "), ran.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--version"], 0, "isogloss"),
        (["data", "info", "absent.vec"], 1, "error: "),
        (["no-such-verb"], 2, "No such command"),
    ],
)
def test_the_exit_status_tells_done_from_error_from_wrong_usage(
    arguments: list[str], status: int, message: str, tmp_path: Path
) -> None:
    script = "from isogloss.cli import main; main()"
    ran = subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == status
    assert message in ran.stdout + ran.stderr
